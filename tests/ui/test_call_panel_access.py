"""The call panel and the reassign dialog for people who hear them, and who use no mouse."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QSize, Qt, QUrl
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QStyle,
    QStyleOptionFrame,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_desk.desk.views import CallDraft
from desktop_desk.ui.calls import attach_calls
from desktop_desk.ui.calls.length import ClockText
from desktop_desk.ui.calls.screen import CallDesk
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.tickets.reassign import open_reassign
from tests.drivers_calls import Keyboard


@pytest.fixture
def calls(window: MainWindow) -> CallDesk:
    QTest.qWaitForWindowActive(window)
    calls = attach_calls(window)
    calls.take_call("+49 30 901820 11", "", "answer", "1")
    calls.park()
    calls.panel._turn(-1)
    return calls


def without_a_name(root: QWidget) -> list[str]:
    """Widgets that can have the cursor, and of which a screen reader could say nothing."""
    silent: list[str] = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if not interface.text(QAccessible.Text.Name):
            silent.append(f"{type(widget).__name__} {widget.objectName()}")
    return silent


def test_everything_in_the_panel_has_a_name(calls: CallDesk) -> None:
    assert without_a_name(calls.panel) == []


def test_everything_in_the_dialog_has_a_name(window: MainWindow) -> None:
    dialog = open_reassign(window, ("1001-9",))
    assert without_a_name(dialog) == []
    dialog.reject()


@pytest.mark.parametrize(
    ("keys", "field"),
    [
        ("Alt+A", "caller"), ("Alt+P", "topic"), ("Alt+I", "call_line"), ("Alt+E", "call_details"),
        ("Alt+O", "call_outcome"), ("Alt+B", "call_back"),
    ],
)  # fmt: skip
def test_a_letter_with_alt_puts_the_cursor_into_its_field(calls: CallDesk, keys: str, field: str) -> None:
    calls.panel.form(calls.panel.front).discard.setFocus()
    Keyboard().press(keys)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.objectName() == field


def test_tab_goes_through_every_field_and_button_and_comes_back(calls: CallDesk) -> None:
    seen: list[str] = []
    for _turn in range(40):
        focused = QApplication.focusWidget()
        assert focused is not None
        if seen and focused.objectName() == seen[0]:
            break
        seen.append(focused.objectName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    wanted = [
        "call_line", "call_details", "call_outcome", "call_back", "call_back_for", "call_save",
        "call_save_and_resolve", "call_park", "call_attach", "call_discard", "caller", "topic",
    ]  # fmt: skip
    assert [name for name in seen if name in wanted] == wanted


def test_tab_goes_through_what_comes_and_goes_where_it_is_read(window: MainWindow, tmp_path: Path) -> None:
    calls = attach_calls(window)
    for _time in range(2):
        window.operations.desk.log_call(CallDraft("Coffee machine leaks water"))
    calls.log_call()
    form = calls.panel.form(calls.panel.front)
    Keyboard().press("Alt+I")
    Keyboard().type("Coffee machine leaks !high")
    (tmp_path / "photo.txt").write_text("wet")
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(tmp_path / "photo.txt"))])
    form.take(files)
    QApplication.processEvents()
    seen: list[str] = []
    while (focused := QApplication.focusWidget()) is not None and calls.panel.isAncestorOf(focused):
        seen.append(
            focused.accessibleName() if focused.objectName() == "chip-remove" else focused.objectName()
        )
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert seen[:9] == [
        "call_line", "call_details", "call_outcome", "call_back", "call_back_for",
        "Remove B · High", "Remove photo.txt · 3 bytes", "call_outage_take", "call_save",
    ]  # fmt: skip


def cut(panel: QWidget) -> list[str]:
    """What in the panel has less room than its words need."""
    found: list[str] = []
    for part in panel.findChildren(QWidget):
        words = part.text() if isinstance(part, QLabel | QAbstractButton) else ""
        if not words or not part.isVisible():
            continue
        needed = part.sizeHint()
        if isinstance(part, QLabel) and part.wordWrap():
            needed = QSize(0, part.heightForWidth(part.width()))
        ignored = part.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Ignored
        if needed.height() > part.height() or (needed.width() > part.width() and not ignored):
            found.append(f"{part.objectName()} {words}: {part.size().toTuple()} of {needed.toTuple()}")
    return found


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_large_text_cuts_nothing_and_what_has_the_cursor_is_in_sight(
    window: MainWindow, scale: float, qtbot: QtBot
) -> None:
    window.look.set_text_scale(scale)
    window.resize(1280, 800)
    calls = attach_calls(window)
    calls.take_call("+49 30 901820 11", "", "answer", "1")
    form = calls.panel.form(calls.panel.front)
    Keyboard().press("Alt+P")
    Keyboard().type("no such topic")
    Keyboard().press("Alt+B")
    Keyboard().type("no time")
    Keyboard().press("Ctrl+Enter")
    Keyboard().press("Alt+A")
    seen = set[str]()
    for _turn in range(20):
        QApplication.processEvents()
        focused = QApplication.focusWidget()
        assert focused is not None
        if not calls.panel.isAncestorOf(focused):
            break
        seen.add(focused.objectName())
        assert focused.visibleRegion().boundingRect().size() == focused.size(), focused.objectName()
        assert cut(calls.panel) == []
        Keyboard().press("Tab")
    assert {"caller", "call_back_for", "call_save", "call_discard"} <= seen
    assert window.rect().contains(calls.panel.card())
    for button in (form.save, form.resolve, form.park, form.discard):
        assert button.visibleRegion().boundingRect().size() == button.size()


def test_nothing_jumps_when_the_length_is_typed_or_another_call_comes(window: MainWindow) -> None:
    calls = attach_calls(window)
    calls.take_call("+49 30 901820 11", "", "answer", "1")
    form = calls.panel.form(calls.panel.front)
    place = form.line.mapTo(calls.panel, form.line.pos())
    Keyboard().press("Alt+Shift+L")
    assert form.line.mapTo(calls.panel, form.line.pos()) == place
    Keyboard().press("Escape")
    calls.take_call("+49 171 5501234", "", "ring", "2")
    Keyboard().press("Shift+Tab")
    assert len(calls.panel.uids()) == 2
    assert form.line.mapTo(calls.panel, form.line.pos()) == place


def test_the_clock_of_the_only_call_stands_beside_the_title(window: MainWindow) -> None:
    calls = attach_calls(window)
    calls.take_call("+49 30 901820 11", "", "answer", "1")
    QApplication.processEvents()
    clock = calls.panel.findChild(ClockText)
    assert clock is not None
    title = next(label for label in calls.panel.findChildren(QLabel) if label.text() == "Call")
    assert clock.geometry().left() - title.geometry().right() < 20
    assert clock.width() == clock.sizeHint().width()


def test_the_length_of_a_call_has_room_at_any_size_of_the_text(calls: CallDesk) -> None:
    calls.panel._look.set_text_scale(2.0)
    Keyboard().press("Alt+Shift+L")
    edit = QApplication.focusWidget()
    assert isinstance(edit, QLineEdit)
    option = QStyleOptionFrame()
    edit.initStyleOption(option)
    room = edit.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, edit).width()
    assert room > edit.fontMetrics().horizontalAdvance("1:02:41")


def test_the_panel_grows_with_the_text_while_it_is_open(calls: CallDesk) -> None:
    look, before = calls.panel._look, calls.panel.width()
    look.set_text_scale(1.5)
    QApplication.processEvents()
    assert calls.panel.width() > before
    assert cut(calls.panel) == []
