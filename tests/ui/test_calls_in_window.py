"""Calls in the main window: where a new ticket stands in the list, and the ways back to calls put away or discarded."""

from dataclasses import replace

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallDraft
from desktop_desk.ui.calls import attach_calls
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.parts import Parts
from tests.drivers import FrontDesk, OpenedParts
from tests.drivers_calls import CallPanelPage, Keyboard


class RealParts(OpenedParts):
    """Opens the real call panel."""

    def parts(self) -> Parts:
        return replace(super().parts(), call_desk=attach_calls)


@pytest.fixture
def parts() -> OpenedParts:
    return RealParts()


@pytest.fixture
def keys(window: MainWindow, front_desk: FrontDesk) -> Keyboard:
    """A keyboard in front of the window, with the cursor in the list of tickets."""
    QTest.qWaitForWindowActive(window)
    front_desk.table.focus()
    return Keyboard()


@pytest.fixture
def page(window: MainWindow) -> CallPanelPage:
    return CallPanelPage(window)


def test_a_ticket_just_logged_is_chosen_and_in_sight_in_the_list(
    window: MainWindow, front_desk: FrontDesk, desk: Desk, keys: Keyboard, qtbot: QtBot
) -> None:
    for place in range(50):
        desk.log_call(CallDraft(f"Older {place}", priority="A"))
    front_desk.others_work()
    keys.press("Ctrl+N", "Alt+I")
    keys.type("Lowest of all !d")
    keys.press("Ctrl+Enter")
    qtbot.waitUntil(lambda: front_desk.table.chosen() == ["Lowest of all"])
    table = window.list.table
    row = table.visualRect(window.list.model.index(table.current_row(), 0))
    assert table.viewport().rect().contains(row.center())
    assert front_desk.focused() == "ticket_table"


def test_the_ticket_that_got_the_call_is_shown(
    window: MainWindow, front_desk: FrontDesk, desk: Desk, keys: Keyboard, page: CallPanelPage
) -> None:
    window.calls().take_call("+49 30 90182011", "", "answer", "1")
    number = page.near()[0]
    keys.type("still down")
    keys.press("Alt+1")
    assert front_desk.ticket.number() == number
    assert front_desk.said() == f"{number} has this call now."


def test_undo_takes_back_a_call_that_was_just_discarded_and_no_act(
    window: MainWindow, front_desk: FrontDesk, desk: Desk, keys: Keyboard, page: CallPanelPage
) -> None:
    before = desk.undo_step()
    keys.press("Ctrl+N", "Alt+I")
    keys.type("Typed by mistake")
    keys.press("Ctrl+Shift+Delete")
    assert not page.is_open()
    assert front_desk.said() == "Call discarded."
    keys.press("Ctrl+Z")
    assert page.is_open()
    assert page.line() == "Typed by mistake"
    assert desk.undo_step() == before
    assert front_desk.said() == ""


def test_the_call_in_front_is_discarded_also_while_the_cursor_is_in_the_list_behind_it(
    window: MainWindow, front_desk: FrontDesk, keys: Keyboard, page: CallPanelPage
) -> None:
    discard = front_desk.action("call.discard")
    assert not discard.isEnabled()
    keys.press("Ctrl+N", "Alt+I")
    keys.type("Typed by mistake")
    assert discard.isEnabled()
    front_desk.table.focus()
    keys.press("Ctrl+Shift+Delete")
    assert not page.is_open()
    assert front_desk.said() == "Call discarded."
    assert not discard.isEnabled()
    keys.press("Ctrl+Z")
    assert page.line() == "Typed by mistake"
    keys.press("Escape")
    assert not discard.isEnabled(), "no call is in front"


def test_a_key_brings_back_the_calls_that_were_put_away(
    window: MainWindow, front_desk: FrontDesk, keys: Keyboard, page: CallPanelPage
) -> None:
    assert not front_desk.action("call.kept").isEnabled()
    keys.press("Ctrl+N", "Alt+I")
    keys.type("Waits for his boss")
    keys.press("Escape")
    assert not page.is_open()
    assert "Ctrl+Shift+B" in front_desk.said()
    keys.press("Ctrl+Shift+B")
    assert page.is_open()
    assert page.line() == "Waits for his boss"
    assert QApplication.focusWidget() is not None
    keys.press("Ctrl+Enter")
    assert not front_desk.action("call.kept").isEnabled()
