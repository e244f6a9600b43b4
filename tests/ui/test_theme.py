"""The look of the program: contrast, focus, no shouting, and that what is shipped is what was built."""

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QImage
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QTableWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_desk.ui.theme import Appearance, Font, Theme, load, set_look
from desktop_desk.ui.widgets import icons

ROOT = Path(__file__).resolve().parents[2]
THEMES = ("light", "dark")
GROUNDS = ("bg", "surface", "surface2", "hover", "selected", "note", "reply", "message", "call")
LETTERS = ("text", "muted", "primary", "overdue", "ok", "sev_a", "sev_b", "sev_c", "sev_d")
# Letters and the ground they stand on. Marked words keep the colour of plain text.
TEXTS = [
    *product(LETTERS, GROUNDS),
    ("text", "match"),
    ("onprimary", "primary"),
    ("onprimary", "primary_hover"),
    ("onprimary_muted", "primary"),
    ("onprimary_muted", "primary_hover"),
]
# Edges of controls, focus rings and the bars of entries, on what is beside them.
EDGES = [
    *product(("control", "focus"), ("bg", "surface", "surface2")),
    *product(("focus",), GROUNDS),
    ("overdue", "surface"),
    *((f"{kind}_bar", kind) for kind in ("note", "reply", "message", "call")),
    ("onprimary", "primary"),
]


def brightness(colour: str) -> float:
    """Relative luminance after WCAG 2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((brightness(one), brightness(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture(params=THEMES)
def theme(request: pytest.FixtureRequest) -> Theme:
    return load(str(request.param))


@pytest.fixture(params=THEMES)
def look(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Appearance]:
    made = Appearance(qapp, request.param, parent=qapp)
    yield made
    made.deleteLater()


def test_black_on_white_has_the_contrast_that_the_standard_names() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


def test_every_text_can_be_read_on_every_ground_it_stands_on(theme: Theme) -> None:
    tokens = theme.tokens
    weak = {
        f"{ink} on {ground}": round(value, 2)
        for ink, ground in TEXTS
        if (value := contrast(tokens.get(ink), tokens.get(ground))) < 4.5
    }
    assert not weak


def test_controls_focus_and_bars_stand_out_from_what_is_beside_them(theme: Theme) -> None:
    tokens = theme.tokens
    weak = {
        f"{edge} on {ground}": round(value, 2)
        for edge, ground in EDGES
        if (value := contrast(tokens.get(edge), tokens.get(ground))) < 3
    }
    assert not weak


def test_the_sheet_uses_no_colour_that_is_not_a_token(theme: Theme) -> None:
    known = {value.lower() for value in (theme.tokens.get(name) for name in theme.tokens.__slots__)}
    # What is left of qt-material may write a token as rgba or in lower case.
    used = {found.lower() for found in re.findall(r"#[0-9A-Fa-f]{6}", theme.sheet(10))}
    assert used <= known


def test_the_sheet_neither_shouts_nor_hides_focus_nor_fixes_text_sizes(theme: Theme) -> None:
    sheet = theme.sheet(10)
    assert "text-transform" not in sheet
    assert not re.search(r"font-size:[^;}]*px", sheet)
    assert "@" not in sheet, "a placeholder was not filled in"


def test_where_the_ring_of_the_style_is_taken_away_a_border_of_ours_shows_the_focus(theme: Theme) -> None:
    rules = re.findall(r"([^{}]+)\{([^}]*)\}", theme.sheet(10))
    [without] = [names for names, body in rules if "outline" in body]
    ringed = {
        name.strip()
        for names, body in rules
        if "border" in body
        for name in names.split(",")
        if ":focus" in name
    }
    shown_by = {
        "QAbstractButton": (
            "QPushButton:focus",
            "QToolButton:focus",
            "QCheckBox:focus",
            "QRadioButton:focus",
        ),
        "QComboBox": ("QComboBox:focus",),
        "QAbstractItemView": ("QTableView:focus", "QTreeView:focus", "QListView:focus"),
    }
    assert {name.strip() for name in without.split(",")} == set(shown_by)
    assert {rule for rules_of in shown_by.values() for rule in rules_of} <= ringed


def test_every_picture_that_the_sheet_names_is_shipped(theme: Theme) -> None:
    named = re.findall(r'url\("([^"]+)"\)', theme.sheet(10))
    assert named
    assert all(Path(path).is_file() for path in named)


def test_sizes_in_the_sheet_follow_the_base_font(theme: Theme) -> None:
    assert "font-size:11.00pt" in theme.sheet(13)
    assert "font-size:22.00pt" in theme.sheet(26)


@pytest.mark.skipif(find_spec("qt_material") is None, reason="qt-material is needed only to build the themes")
def test_the_shipped_themes_are_what_the_build_makes(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "build_themes.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert run.returncode == 0, run.stderr


def pixels(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def test_a_button_says_what_it_was_given(qtbot: QtBot, look: Appearance) -> None:
    """Upper case would be wider: the same letters in capitals must give another picture."""
    plain, capitals = QPushButton("straße fi"), QPushButton("STRASSE FI")
    for button in (plain, capitals):
        qtbot.addWidget(button)
        button.setFixedSize(120, 32)
        button.show()
    assert pixels(plain) != pixels(capitals)
    same = QPushButton("straße fi")
    qtbot.addWidget(same)
    same.setFixedSize(120, 32)
    assert pixels(plain) == pixels(same)


def a_table() -> QTableWidget:
    return QTableWidget(2, 2)


def a_primary_button() -> QPushButton:
    button = QPushButton("Save")
    set_look(button, "primary")
    return button


def a_tool_button() -> QToolButton:
    button = QToolButton()
    button.setText("…")
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


@pytest.mark.parametrize(
    "make",
    [
        lambda: QPushButton("Save"),
        a_primary_button,
        lambda: QLineEdit("text"),
        lambda: QPlainTextEdit("text"),
        QComboBox,
        QSpinBox,
        lambda: QCheckBox("Release me"),
        lambda: QRadioButton("One"),
        QListWidget,
        a_table,
        a_tool_button,
    ],
)
def test_focus_can_be_seen_on_every_control(qtbot: QtBot, look: Appearance, make: type[QWidget]) -> None:
    """At least a ring's worth of pixels must change, by 3:1 or more against what was there."""
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    control, other = make(), QLineEdit()
    column.addWidget(control)
    column.addWidget(other)
    if isinstance(control, QPlainTextEdit | QLineEdit):
        control.setReadOnly(True)  # no blinking cursor in the picture
    window.show()
    window.activateWindow()
    other.setFocus()
    qtbot.waitUntil(lambda: bool(other.hasFocus()))
    before = window.grab(control.geometry()).toImage()
    control.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: bool(control.hasFocus()))
    after = window.grab(control.geometry()).toImage()
    strong = sum(
        contrast(before.pixelColor(x, y).name(), after.pixelColor(x, y).name()) >= 3
        for x in range(after.width())
        for y in range(after.height())
    )
    assert strong >= 2 * (after.width() + after.height()) - 40


def test_the_program_follows_the_system_from_light_to_dark(qtbot: QtBot, qapp: QApplication) -> None:
    look = Appearance(qapp, "system", parent=qapp)
    with qtbot.waitSignal(look.changed, timeout=1000):
        # As the platform tells it; a platform without a screen has no setting to change.
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert look.theme.name == "dark"
    with qtbot.waitSignal(look.changed, timeout=1000):
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert look.theme.name == "light"
    look.deleteLater()


def test_a_choice_of_the_user_wins_over_the_system(qapp: QApplication) -> None:
    look = Appearance(qapp, "light", parent=qapp)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert look.theme.name == "light"
    look.set_scheme("dark")
    assert look.theme.name == "dark"
    assert qapp.palette().window().color() == QColor(look.theme.tokens.bg)
    look.deleteLater()


def test_texts_rows_and_buttons_grow_with_the_text_scale(qapp: QApplication) -> None:
    look = Appearance(qapp, "light", parent=qapp)
    row, button, size = look.row_height, look.control_height, look.font(Font.META).pointSizeF()
    look.set_text_scale(2.0)
    assert look.font(Font.META).pointSizeF() == pytest.approx(2 * size)
    assert look.row_height > row
    assert look.control_height > button
    assert look.control_height % 4 == 0
    look.set_text_scale(1.0)
    assert look.row_height == row
    assert qapp.font().pointSizeF() == pytest.approx(look.font(Font.BASE).pointSizeF())
    look.deleteLater()


def test_compact_rows_are_lower(qapp: QApplication) -> None:
    look = Appearance(qapp, "light", parent=qapp)
    normal = look.row_height
    look.set_density("compact")
    assert look.row_height < normal
    look.deleteLater()


def test_numbers_have_figures_of_equal_width(qapp: QApplication) -> None:
    look = Appearance(qapp, "light", parent=qapp)
    assert look.font(Font.NUMBER).featureValue(QFont.Tag("tnum")) == 1
    look.deleteLater()


def test_the_phone_icon_follows_the_theme(qapp: QApplication) -> None:
    look = Appearance(qapp, "light", parent=qapp)
    drawn = icons.icon("phone", look)
    light = drawn.pixmap(24, 24).toImage()
    look.set_scheme("dark")
    dark = drawn.pixmap(24, 24).toImage()
    assert light != dark
    look.deleteLater()


@pytest.mark.parametrize("name", icons.names())
def test_every_icon_can_be_painted(qapp: QApplication, name: str) -> None:
    look = Appearance(qapp, "light", parent=qapp)
    image = icons.icon(name, look).pixmap(24, 24).toImage()
    inked = sum(image.pixelColor(x, y).alpha() > 128 for x in range(24) for y in range(24))
    assert inked > 8
    assert "currentColor" in (ROOT / "desktop_desk/resources/icons" / f"{name}.svg").read_text(
        encoding="utf-8"
    )
    look.deleteLater()


def test_an_icon_that_is_not_shipped_is_refused_at_once(qapp: QApplication) -> None:
    look = Appearance(qapp, "light", parent=qapp)
    with pytest.raises(FileNotFoundError):
        icons.icon("no-such-icon", look)
    look.deleteLater()
