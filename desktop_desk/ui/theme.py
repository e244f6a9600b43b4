"""Colours, fonts and sizes of the program, light and dark.

The sheets are rendered at build time by packaging/build_themes.py; here they are only read.
"""

import json
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Generic, Literal, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QWidget

T = TypeVar("T")
Scheme = Literal["system", "light", "dark"]
Density = Literal["normal", "compact"]

# Sizes as parts of the base size: 11, 15 and 17 to 13.
_META, _SECTION, _SUBJECT = 11 / 13, 15 / 13, 17 / 13
_BOX = 16 / 9.75
_GRID = 4


class Font(StrEnum):
    """What a text is for; its size follows the system's font."""

    BASE = "base"
    STRONG = "strong"
    META = "meta"
    META_STRONG = "meta-strong"
    SECTION = "section"
    SUBJECT = "subject"
    NUMBER = "number"
    NUMBER_STRONG = "number-strong"


_SCALE = {Font.META: _META, Font.META_STRONG: _META, Font.SECTION: _SECTION, Font.SUBJECT: _SUBJECT}
_STRONG = frozenset({Font.STRONG, Font.META_STRONG, Font.SECTION, Font.SUBJECT, Font.NUMBER_STRONG})
_TABULAR = frozenset({Font.NUMBER, Font.NUMBER_STRONG, Font.META, Font.META_STRONG})


@dataclass(frozen=True, slots=True)
class Tokens(Generic[T]):
    """One value for each colour that the program knows, by meaning."""

    bg: T
    surface: T
    surface2: T
    hover: T
    border: T
    control: T
    text: T
    muted: T
    disabled: T
    primary: T
    primary_hover: T
    onprimary: T
    onprimary_muted: T
    selected: T
    note: T
    note_bar: T
    reply: T
    reply_bar: T
    message: T
    message_bar: T
    call: T
    call_bar: T
    sev_a: T
    sev_b: T
    sev_c: T
    sev_d: T
    overdue: T
    ok: T
    focus: T
    match: T
    shadow: T

    def get(self, name: str) -> T:
        """The value of the token with this name; AttributeError for an unknown name."""
        value: T = getattr(self, name)
        return value


def _folder() -> Traversable:
    return files("desktop_desk").joinpath("resources", "themes")


@dataclass(frozen=True)
class Theme:
    """One of the two themes as it was built: hex colours, and the sheet on demand."""

    name: str
    dark: bool
    tokens: Tokens[str]

    @cached_property
    def colors(self) -> Tokens[QColor]:
        """The tokens as colours for painters."""
        return Tokens(**{field.name: QColor(self.tokens.get(field.name)) for field in fields(Tokens)})

    def sheet(self, point_size: float) -> str:
        """The style sheet for a base font of `point_size`, with the real place of its pictures."""
        folder = _folder().joinpath(self.name)
        text = folder.joinpath("sheet.qss").read_text(encoding="utf-8")
        sizes = {"meta": _META, "section": _SECTION, "subject": _SUBJECT}
        for name, part in sizes.items():
            text = text.replace(f"@{name}@", f"{point_size * part:.2f}")
        # Boxes and rings to tick grow with the text beside them: 16 px at 13 px text.
        text = text.replace("@box@", str(max(round(point_size * _BOX), 14)))
        return text.replace("@dir@", str(folder).replace("\\", "/"))

    def palette(self) -> QPalette:
        """The same colours for everything that Qt paints without the sheet."""
        colors, palette, role = self.colors, QPalette(), QPalette.ColorRole
        pairs = {
            role.Window: colors.bg,
            role.WindowText: colors.text,
            role.Base: colors.surface,
            role.AlternateBase: colors.bg,
            role.Text: colors.text,
            role.PlaceholderText: colors.muted,
            role.Button: colors.surface,
            role.ButtonText: colors.text,
            role.BrightText: colors.overdue,
            role.ToolTipBase: colors.surface2,
            role.ToolTipText: colors.text,
            role.Highlight: colors.selected,
            role.HighlightedText: colors.text,
            role.Accent: colors.primary,
            role.Link: colors.primary,
            role.LinkVisited: colors.primary,
            role.Light: colors.surface2,
            role.Midlight: colors.border,
            role.Mid: colors.control,
            role.Dark: colors.control,
            role.Shadow: colors.shadow,
        }
        for which, color in pairs.items():
            palette.setColor(which, color)
        for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
            palette.setColor(QPalette.ColorGroup.Disabled, which, colors.disabled)
        return palette


def load(name: str) -> Theme:
    """The shipped theme "light" or "dark"; FileNotFoundError for another name."""
    record = json.loads(_folder().joinpath(f"{name}.json").read_text(encoding="utf-8"))
    return Theme(record["name"], record["dark"], Tokens(**record["tokens"]))


def point_size_of(font: QFont) -> float:
    """The font's size in points, also when it was given in pixels."""
    return font.pointSizeF() if font.pointSizeF() > 0 else QFontInfo(font).pointSizeF()


def apply(app: QApplication, theme: Theme, point_size: float | None = None) -> None:
    """Gives the application the theme's style, palette and sheet; sizes from `point_size` or the application's font."""
    if app.style().objectName().lower() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(theme.palette())
    app.setStyleSheet(theme.sheet(point_size or point_size_of(app.font())))


def set_look(widget: QWidget, look: str) -> None:
    """Gives a label, panel or button its look (words of theme_patch.qss, blank between), also after it was shown."""
    widget.setProperty("look", look)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def set_wrong(widget: QWidget, *, wrong: bool) -> None:
    """Marks an editor whose content was refused, or takes the mark away."""
    if bool(widget.property("wrong")) == wrong:
        return
    widget.setProperty("wrong", wrong)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


class Appearance(QObject):
    """The look in force: applies it, follows the system, and tells painters when to paint anew.

    Attributes: theme, colors, density, scheme, text_scale.
    Signals: changed() after any of them, or the sizes, changed.
    """

    changed = Signal()

    def __init__(
        self,
        app: QApplication,
        scheme: Scheme = "system",
        density: Density = "normal",
        text_scale: float = 1.0,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._app = app
        self._scheme: Scheme = scheme
        self._density: Density = density
        self._text_scale = text_scale
        self._system_size = point_size_of(app.font())
        self._fonts: dict[Font, QFont] = {}
        self._show_scheme()
        self._system = app.styleHints().colorScheme()
        self._theme = load(self._wanted())
        app.styleHints().colorSchemeChanged.connect(self._on_system_scheme_changed)
        self._apply()

    @property
    def theme(self) -> Theme:
        """The theme in force."""
        return self._theme

    @property
    def colors(self) -> Tokens[QColor]:
        """Its colours."""
        return self._theme.colors

    @property
    def density(self) -> Density:
        """How close rows stand."""
        return self._density

    @property
    def scheme(self) -> Scheme:
        """What the user chose, "system" by default."""
        return self._scheme

    @property
    def text_scale(self) -> float:
        """How much larger than the system's font all text is."""
        return self._text_scale

    @property
    def row_height(self) -> int:
        """The height of a table row: 34 (compact 28) with a font of 16 pixels height, more with a larger one."""
        air = 18 if self._density == "normal" else 12
        return max(34 if air == 18 else 28, self.metrics(Font.BASE).height() + air)

    @property
    def control_height(self) -> int:
        """The height of a button or a line of input, on the 4 px grid."""
        height = self.metrics(Font.BASE).height() + (14 if self._density == "normal" else 10)
        return -(-height // _GRID) * _GRID

    def font(self, role: Font) -> QFont:
        """The font for a purpose; numbers have figures of equal width where the font has them."""
        found = self._fonts.get(role)
        if found is None:
            found = QFont(self._app.font())
            found.setPointSizeF(self._system_size * self._text_scale * _SCALE.get(role, 1.0))
            # Said in both cases: what a font leaves open, a painter takes from the widget's.
            found.setWeight(QFont.Weight.DemiBold if role in _STRONG else QFont.Weight.Normal)
            if role in _TABULAR:
                found.setFeature(QFont.Tag("tnum"), 1)
            self._fonts[role] = found
        return found

    def metrics(self, role: Font) -> QFontMetrics:
        """The measures of that font."""
        return QFontMetrics(self.font(role))

    def set_scheme(self, scheme: Scheme) -> None:
        """Light, dark, or what the system says."""
        self._scheme = scheme
        self._show_scheme()
        self._system = self._app.styleHints().colorScheme()
        self._load()

    def set_density(self, density: Density) -> None:
        """Rows normal or compact."""
        if density != self._density:
            self._density = density
            self.changed.emit()

    def set_text_scale(self, scale: float) -> None:
        """All text larger or smaller than the system's: 1.0 is the system's size."""
        if scale != self._text_scale:
            self._text_scale = scale
            self._apply()

    def refresh(self) -> None:
        """Takes the system's font again; for the window that hears of a change of the application's font."""
        size = point_size_of(self._app.font()) / self._text_scale
        if abs(size - self._system_size) > 0.01:
            self._system_size = size
            self._apply()

    def _wanted(self) -> str:
        if self._scheme != "system":
            return self._scheme
        return "dark" if self._system == Qt.ColorScheme.Dark else "light"

    def _show_scheme(self) -> None:
        # So that window frames and native dialogs agree with a choice against the system.
        schemes = {
            "light": Qt.ColorScheme.Light,
            "dark": Qt.ColorScheme.Dark,
            "system": Qt.ColorScheme.Unknown,
        }
        self._app.styleHints().setColorScheme(schemes[self._scheme])

    def _load(self) -> None:
        wanted = self._wanted()
        if wanted != self._theme.name:
            self._theme = load(wanted)
            self._apply()

    def _apply(self) -> None:
        self._fonts.clear()
        size = self._system_size * self._text_scale
        if abs(point_size_of(self._app.font()) - size) > 0.01:
            font = QFont(self._app.font())
            font.setPointSizeF(size)
            self._app.setFont(font)
        apply(self._app, self._theme, size)
        self.changed.emit()

    def _on_system_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        self._system = scheme
        self._load()
