"""The keystroke budgets of the design, by counting real key events in the real window; no mouse at all.

Counted are key presses, Ctrl+Enter being one; the text of the subject, of a message, and a new caller's name and
number are not. Where the budget also holds with Ctrl, Shift and Alt counted by themselves, that is asserted.
"""

from dataclasses import replace

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_desk.desk.desk import Desk
from desktop_desk.ui.calls import attach_calls
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.parts import Parts
from desktop_desk.ui.tickets.reassign import open_reassign
from tests.drivers import FrontDesk, OpenedParts
from tests.drivers_calls import CallPanelPage, Counting, Keyboard, ReassignPage

VPN = "VPN down for all of sales"


class RealParts(OpenedParts):
    """Opens the real call panel and the real reassign dialog."""

    def parts(self) -> Parts:
        return replace(super().parts(), call_desk=attach_calls, reassign=open_reassign)


@pytest.fixture
def parts() -> OpenedParts:
    return RealParts()


@pytest.fixture
def keys(window: MainWindow, front_desk: FrontDesk) -> Keyboard:
    """A keyboard in front of the window, with the cursor in the list of tickets as after the start."""
    QTest.qWaitForWindowActive(window)
    front_desk.table.go_to(VPN)
    return Keyboard()


@pytest.fixture
def page(window: MainWindow) -> CallPanelPage:
    return CallPanelPage(window)


def numbers(desk: Desk) -> set[str]:
    return {row.number for row in desk.queue("all").rows}


def newest(desk: Desk, before: set[str]) -> str:
    (number,) = numbers(desk) - before
    return number


def test_a_screen_pop_of_a_known_caller_takes_four_keys(
    window: MainWindow, keys: Keyboard, desk: Desk
) -> None:
    before, text = numbers(desk), "Cannot print"
    with Counting() as counted:
        window.calls().take_call("+49 30 90182011", "", "answer", "1")
        keys.type(text)
        keys.press("Ctrl+Enter")
    assert counted.all_presses - len(text) <= 4
    assert counted.pointer == 0
    ticket = desk.ticket(newest(desk, before))
    assert ticket.subject == text
    assert ticket.caller is not None
    assert ticket.caller.name == "Ken Lee"


def test_a_known_caller_with_topic_and_priority_takes_sixteen_keys(keys: Keyboard, desk: Desk) -> None:
    before, text = numbers(desk), "Cannot print"
    with Counting() as counted:
        keys.press("Ctrl+N")
        keys.type("2011")
        keys.press("Enter")
        keys.type(text)
        keys.type(" #ac !h")
        keys.press("Ctrl+Enter")
    assert counted.all_presses - len(text) <= 16
    assert counted.pointer == 0
    ticket = desk.ticket(newest(desk, before))
    assert (ticket.subject, ticket.topic, ticket.priority) == (text, "Access issue", "B")
    assert ticket.caller is not None
    assert ticket.caller.name == "Ken Lee"


def test_a_new_caller_takes_fourteen_keys_and_what_is_typed(keys: Keyboard, desk: Desk) -> None:
    before, text, who = numbers(desk), "Badge does not open", "Mia Sand 030 901820 77"
    with Counting() as counted:
        keys.press("Ctrl+N")
        keys.type(who)
        keys.press("Enter")
        keys.type(text)
        keys.type(" #ac !h")
        keys.press("Ctrl+Enter")
    assert counted.all_presses - len(text) - len(who) <= 14
    assert counted.pointer == 0
    ticket = desk.ticket(newest(desk, before))
    assert ticket.caller is not None
    assert (ticket.caller.name, ticket.caller.phones) == ("Mia Sand", ("030 901820 77",))


def test_adding_the_call_to_an_open_ticket_takes_four_keys(
    window: MainWindow, keys: Keyboard, desk: Desk, page: CallPanelPage
) -> None:
    before, text = numbers(desk), "still down"
    with Counting() as counted:
        window.calls().take_call("+49 30 90182011", "", "answer", "1")
        keys.type(text)
        number = page.near()[0]
        keys.press("Alt+1")
    assert counted.all_presses - len(text) <= 4
    assert counted.pointer == 0
    assert numbers(desk) == before
    assert [entry.text for entry in desk.ticket(number).thread if entry.kind == "call"][-1] == text


def test_reassigning_with_a_message_takes_six_keys_and_stays_on_the_ticket(
    window: MainWindow, keys: Keyboard, desk: Desk, front_desk: FrontDesk
) -> None:
    number, message = front_desk.ticket.number(), "restart tried, certificate next"
    with Counting() as counted:
        keys.press("A")
        keys.type("ja")
        keys.press("Enter")
        keys.type(message)
        keys.press("Ctrl+Enter")
    assert counted.all_presses - len(message) <= 6
    assert counted.pointer == 0
    ticket = desk.ticket(number)
    assert ticket.agent == "jane"
    assert [entry.text for entry in ticket.thread if entry.kind == "note"][-1] == message
    assert front_desk.ticket.number() == number
    assert ReassignPage(window).dialog() is None
    assert "john" in ticket.followers


def test_replying_and_resolving_takes_three_keys(keys: Keyboard, desk: Desk, front_desk: FrontDesk) -> None:
    number, text = front_desk.ticket.number(), "Renewed the certificate, please connect again."
    with Counting() as counted:
        keys.press("R")
        keys.type(text)
        keys.press("Ctrl+Shift+Enter")
    assert counted.presses - len(text) <= 3
    assert counted.pointer == 0
    ticket = desk.ticket(number)
    assert ticket.state == "resolved"
    assert [entry.text for entry in ticket.thread if entry.kind == "reply"] == [text]


def test_several_selected_tickets_are_handed_on_as_one_act(
    window: MainWindow, keys: Keyboard, desk: Desk, front_desk: FrontDesk
) -> None:
    front_desk.table.table.selectAll()
    chosen = window.targets()
    assert len(chosen) > 1
    keys.press("A")
    keys.type("night")
    keys.press("Enter", "Ctrl+Enter")
    assert {desk.ticket(number).team for number in chosen} == {"Night shift"}
    desk.undo()
    assert {desk.ticket(number).team for number in chosen} == {""}


def test_the_counter_counts(window: MainWindow, keys: Keyboard, qtbot: QtBot) -> None:
    """A budget that cannot be broken proves nothing."""
    with Counting() as counted:
        keys.press("Ctrl+N")
        keys.type("ken")
        QTest.mouseClick(window.windowHandle(), qt_left())
    assert (counted.presses, counted.all_presses) == (4, 5)
    assert counted.pointer > 0


def qt_left():
    from PySide6.QtCore import Qt

    return Qt.MouseButton.LeftButton
