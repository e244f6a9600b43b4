"""A ticket that leaves the list stays on the pane, and no row pretends to be it."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_desk.desk.desk import Desk
from desktop_desk.ui.main_window import MainWindow
from tests.drivers import FrontDesk
from tests.ui.test_main_window import SCANNER, TILL, VPN


def test_after_a_ticket_left_no_row_is_current_and_down_goes_to_the_one_in_its_place(
    front_desk: FrontDesk, window: MainWindow
) -> None:
    front_desk.table.go_to(TILL)
    front_desk.table.press("e")
    front_desk.qtbot.waitUntil(lambda: TILL not in front_desk.table.subjects())
    table = window.list.table
    assert (table.current_row(), front_desk.table.chosen()) == (-1, [])
    window.top.search.focus()
    window.focus_list()
    assert (table.current_row(), front_desk.ticket.subject()) == (-1, TILL)
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert (front_desk.table.chosen(), front_desk.ticket.subject()) == ([SCANNER], SCANNER)


def test_up_goes_above_the_place_of_a_ticket_that_left_by_another_s_hand(
    front_desk: FrontDesk, jane: Desk, window: MainWindow
) -> None:
    front_desk.table.go_to(SCANNER)
    jane.resolve(front_desk.ticket.number(), "Cleaned.")
    front_desk.others_work()
    front_desk.qtbot.waitUntil(lambda: SCANNER not in front_desk.table.subjects())
    assert (window.list.table.current_row(), front_desk.ticket.subject()) == (-1, SCANNER)
    QTest.keyClick(window.list.table, Qt.Key.Key_Up)
    assert (front_desk.table.chosen(), front_desk.ticket.subject()) == ([TILL], TILL)


def test_an_undo_that_brings_a_ticket_back_chooses_its_row_again(front_desk: FrontDesk) -> None:
    front_desk.table.go_to(TILL)
    front_desk.table.press("e")
    front_desk.qtbot.waitUntil(lambda: TILL not in front_desk.table.subjects())
    front_desk.press("Ctrl+Z")
    front_desk.qtbot.waitUntil(lambda: TILL in front_desk.table.subjects())
    assert (front_desk.table.chosen(), front_desk.ticket.subject()) == ([TILL], TILL)


def test_after_an_act_on_marked_tickets_the_next_step_moves_the_choice(
    front_desk: FrontDesk, window: MainWindow
) -> None:
    front_desk.table.go_to(VPN)
    front_desk.table.press("xe")
    front_desk.qtbot.waitUntil(lambda: VPN not in front_desk.table.subjects())
    assert not window.list.marking
    front_desk.table.press("j")
    assert front_desk.table.chosen() == [front_desk.ticket.subject()] == [SCANNER]
