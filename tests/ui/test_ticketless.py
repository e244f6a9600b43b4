"""A line without a ticket: no other ticket stands beside it, and nothing that is typed goes to one."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_desk.desk.desk import Desk
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.tickets.commands import ON_TICKETS
from desktop_desk.ui.widgets.table import FastTable
from tests.drivers import FrontDesk, part
from tests.ui.test_main_window import VPN
from tests.ui.test_main_window_forme import News, hand_on


@pytest.fixture
def news(front_desk: FrontDesk, desk: Desk, jane: Desk, window: MainWindow) -> News:
    """For me with a missed call on top, and below it what Jane answered on the VPN ticket."""
    hand_on(front_desk, desk, jane)
    desk.missed_call("030 555 1133", rung=(desk.actor.uid,))
    front_desk.press("Ctrl+1")
    found = News(window)
    assert [line[0] for line in found.lines()] == ["Missed call", "Jane Roe replied"]
    return found


def test_no_ticket_stands_beside_a_missed_call(
    news: News, front_desk: FrontDesk, desk: Desk, window: MainWindow
) -> None:
    QTest.keyClicks(news.view.table, "j")
    number = front_desk.ticket.number()
    assert number
    entries = len(desk.ticket(number).thread)
    QTest.keyClicks(news.view.table, "k")
    assert front_desk.ticket.number() == ""
    QTest.keyClicks(news.view.table, "r")
    assert front_desk.focused() == "for_me_table"
    front_desk.press("Ctrl+R")
    assert front_desk.focused() == "for_me_table"
    assert not any(window.actions_[f"ticket.{name}"].isEnabled() for name in ON_TICKETS)
    assert front_desk.action("call.done").isEnabled()
    assert len(desk.ticket(number).thread) == entries


def test_what_was_typed_before_is_there_again_with_its_ticket(news: News, front_desk: FrontDesk) -> None:
    QTest.keyClicks(news.view.table, "jr")
    front_desk.composer.write("Not done yet")
    front_desk.press("Escape")
    QTest.keyClicks(news.view.table, "k")
    assert front_desk.composer.text() == ""
    QTest.keyClicks(news.view.table, "j")
    assert front_desk.composer.text() == "Not done yet"


def test_a_ticket_on_its_way_does_not_come_up_beside_the_missed_call(
    news: News, front_desk: FrontDesk, window: MainWindow
) -> None:
    QTest.keyClicks(news.view.table, "j")
    view = window.current_ticket()
    assert view is not None
    QTest.keyClicks(news.view.table, "k")
    window._ticket._on_read(view.number, view)
    assert front_desk.ticket.number() == ""


def test_no_ticket_stands_beside_the_quarantine_and_the_list_has_its_ticket_again(
    front_desk: FrontDesk, window: MainWindow
) -> None:
    front_desk.table.go_to(VPN)
    number = front_desk.ticket.number()
    front_desk.table.focus()
    window.show_queue("quarantine")
    window.focus_list()
    assert front_desk.ticket.number() == ""
    QTest.keyClicks(window.focusWidget(), "r")
    assert front_desk.focused() != "composer_text"
    front_desk.press("Ctrl+2")
    assert front_desk.table.chosen() == [VPN]
    assert front_desk.ticket.number() == number


def test_no_ticket_stands_beside_a_queue_that_is_empty(front_desk: FrontDesk) -> None:
    front_desk.table.go_to(VPN)
    front_desk.queues.open("closed")
    assert front_desk.table.subjects() == []
    assert front_desk.ticket.number() == ""
    front_desk.queues.open("open")
    assert front_desk.table.chosen() == [front_desk.ticket.subject()]


def test_a_withdrawn_ticket_takes_no_reply_and_says_why(
    front_desk: FrontDesk, desk: Desk, window: MainWindow
) -> None:
    front_desk.press("Ctrl+2")
    front_desk.table.focus()
    number = front_desk.ticket.number()
    front_desk.press("Ctrl+R")
    front_desk.composer.write("Half a word")
    act = desk.ticket(number).thread[0].act
    assert act is not None
    window._commands.undo_act(act)
    assert front_desk.ticket.says("withdrawn")
    assert not front_desk.composer.editor.isEnabled()
    assert "takes no reply" in front_desk.composer.editor.placeholderText()
    assert front_desk.composer.text() == ""
    table = part(window, FastTable, "ticket_table")
    table.setFocus()
    QTest.keyClicks(table, "r")
    assert front_desk.focused() == "ticket_table"
    QTest.keyClick(table, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert front_desk.ticket.says("withdrawn") == ""
    assert front_desk.composer.text() == "Half a word"
    assert front_desk.composer.editor.isEnabled()
