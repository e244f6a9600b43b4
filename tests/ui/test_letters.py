"""Letters with Alt: each leads to one thing only in every window, dialog and menu of the program."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QGroupBox,
    QLabel,
    QMenu,
    QMenuBar,
    QPushButton,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_desk.ui.action_table import TABLE
from desktop_desk.ui.app import Program
from desktop_desk.ui.calls.panel import CallPanel
from desktop_desk.ui.first_start import FirstStart
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.recovery import RecoveryCode
from desktop_desk.ui.settings.list_page import ListPage
from desktop_desk.ui.settings.office_window import office_of, side_items
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.side_list import SideItem
from tests.drivers import part
from tests.ui.conftest import PASSWORD
from tests.ui.test_first_start import Inline
from tests.ui.test_main_window_program import the_window

ASKS_THE_SYSTEM = {"mail.import", "ticket.attach"}
"""These show a dialog of the system, and wait in it."""
LEAVES = {"desk.switch"}


def texts(widget: QWidget) -> Iterable[str]:
    """What a widget shows that may hold a letter."""
    if isinstance(widget, QMenuBar):
        return [action.text() for action in widget.actions() if action.isVisible()]
    if isinstance(widget, QTabBar):
        return [widget.tabText(place) for place in range(widget.count())]
    if isinstance(widget, QGroupBox):
        return [widget.title()]
    if isinstance(widget, QAbstractButton) or (isinstance(widget, QLabel) and widget.buddy()):
        return [widget.text()]
    return []


def used_twice(shown: Iterable[str]) -> dict[str, list[str]]:
    """Each letter that several of these texts have, with those texts."""
    found: dict[str, list[str]] = defaultdict(list)
    for text in shown:
        found[QKeySequence.mnemonic(text).toString()].append(text)
    return {letter: each for letter, each in found.items() if letter and len(each) > 1}


def letters_twice(window: QWidget) -> dict[str, list[str]]:
    """The letters that lead to several things in a window as it is shown."""
    if isinstance(window, QMenu):
        return used_twice(action.text() for action in window.actions() if action.isVisible())
    inside = [each for each in window.findChildren(QWidget) if each.isVisible() and each.window() is window]
    return used_twice(text for widget in inside for text in texts(widget))


@pytest.fixture
def program(begin: Callable[..., Program], desk_file: Path) -> Program:
    """The whole program, its administrator logged in."""
    return begin(desk_file, "admin", PASSWORD)


@pytest.fixture
def window(program: Program, qtbot: QtBot) -> MainWindow:
    shown = the_window(program, qtbot)
    shown.resize(1280, 800)
    return shown


@pytest.fixture
def settle(program: Program, qtbot: QtBot) -> Callable[[], None]:
    """Waits until the program rests."""

    def wait() -> None:
        for _look in range(3):
            QApplication.processEvents()
            qtbot.waitUntil(lambda: program._open is not None and not program._open.busy)

    return wait


def test_the_walk_itself_finds_a_letter_that_is_used_twice(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    for text in ("&Save", "&Send", "Save && go", "S&tay"):
        QPushButton(text, window)
    window.show()
    assert letters_twice(window) == {"Alt+S": ["&Save", "&Send"]}


def test_no_menu_has_a_letter_twice(window: MainWindow) -> None:
    menus = window.menuBar().findChildren(QMenu)
    assert {menu.title(): twice for menu in menus if (twice := letters_twice(menu))} == {}


def test_the_window_with_a_call_has_no_letter_twice(window: MainWindow, settle: Callable[[], None]) -> None:
    window.actions_["ticket.note"].trigger()
    window.actions_["call.log"].trigger()
    settle()
    assert part(window, CallPanel, "call_panel").isVisible()
    assert letters_twice(window) == {}


@pytest.mark.parametrize("page", ["forme", "quarantine", "outbox"])
def test_a_page_of_the_window_has_no_letter_of_the_menu_bar(
    window: MainWindow, settle: Callable[[], None], page: str
) -> None:
    window.actions_[f"view.{page}"].trigger()
    settle()
    assert letters_twice(window) == {}


def test_no_dialog_of_an_action_has_a_letter_twice(window: MainWindow, settle: Callable[[], None]) -> None:
    twice: dict[str, object] = {}
    opened: set[str] = set()
    for spec in TABLE:
        action = window.actions_[spec.id]
        left_out = spec.id in ASKS_THE_SYSTEM | LEAVES
        if left_out or not spec.text.endswith("…") or not action.isEnabled():
            continue
        before = {each for each in QApplication.topLevelWidgets() if each.isVisible()}
        window.activateWindow()
        action.trigger()
        settle()
        for dialog in QApplication.topLevelWidgets():
            if dialog.isVisible() and dialog not in before:
                opened.add(spec.id)
                if letters := letters_twice(dialog):
                    twice[spec.id] = letters
                dialog.close()
        settle()
    assert len(opened) > 15
    assert twice == {}


def test_neither_login_nor_first_start_has_a_letter_twice(
    begin: Callable[..., Program], desk_file: Path, look: Appearance, qtbot: QtBot
) -> None:
    running = begin(desk_file, "john")
    qtbot.waitUntil(lambda: running._open is not None and running._open._login is not None)
    assert running._open is not None
    assert running._open._login is not None
    assert letters_twice(running._open._login) == {}
    for choice in ("create", "open"):
        start = FirstStart(look, Inline())
        qtbot.addWidget(start)
        start.show()
        assert letters_twice(start) == {}
        part(start, QPushButton, choice).click()
        assert letters_twice(start) == {}, choice
    code = RecoveryCode(look)
    qtbot.addWidget(code)
    code.show()
    assert letters_twice(code) == {}


def test_no_page_of_the_office_has_a_letter_twice(window: MainWindow, settle: Callable[[], None]) -> None:
    office = office_of(window)
    twice: dict[str, object] = {}
    for item in side_items():
        if isinstance(item, SideItem):
            page = office.show_page(item.key)
            settle()
            if isinstance(page, ListPage):
                page.add()
                settle()
            if letters := letters_twice(office):
                twice[item.key] = letters
    office.close()
    assert twice == {}
