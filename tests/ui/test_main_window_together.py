"""Two windows on one file: each sees the other's work, and loses nothing of its own."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallDraft
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.operations import POLL_MS
from tests.drivers import FrontDesk
from tests.ui.test_main_window import BADGE, SCANNER, TILL, VPN


def test_others_work_is_looked_for_often_enough_to_show_within_two_seconds() -> None:
    assert POLL_MS <= 1000


def test_a_ticket_that_jane_logs_comes_up_by_itself(front_desk: FrontDesk, jane: Desk, qtbot: QtBot) -> None:
    front_desk.others_work()
    jane.log_call(CallDraft("Fire in the server room", priority="A"))
    qtbot.waitUntil(lambda: "Fire in the server room" in front_desk.table.subjects(), timeout=2000)
    assert front_desk.queues.counts()["open"] == "5"


def test_the_chosen_ticket_stays_chosen_when_rows_come_above_it(front_desk: FrontDesk, jane: Desk) -> None:
    front_desk.table.go_to(SCANNER)
    front_desk.others_work()
    jane.log_call(CallDraft("Fire", priority="A"))
    front_desk.others_work()
    front_desk.qtbot.waitUntil(lambda: "Fire" in front_desk.table.subjects())
    assert front_desk.table.chosen() == [SCANNER]
    assert front_desk.ticket.subject() == SCANNER


def test_several_selected_tickets_stay_selected(front_desk: FrontDesk, jane: Desk) -> None:
    front_desk.table.go_to(TILL)
    front_desk.table.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    front_desk.others_work()
    number = front_desk.window.list.model.ticket_at(0).number  # type: ignore[union-attr]
    jane.resolve(number)
    front_desk.others_work()
    front_desk.qtbot.waitUntil(lambda: VPN not in front_desk.table.subjects())
    assert front_desk.table.chosen() == [TILL, SCANNER]


def test_the_list_does_not_jump_when_rows_come_above_what_is_in_sight(
    front_desk: FrontDesk, desk: Desk, jane: Desk, window: MainWindow
) -> None:
    for number in range(300):
        desk.log_call(CallDraft(f"Request {number}", priority="D"))
    window.refresh()
    table = window.list.table
    table.scrollTo(window.list.model.index(200, 0), table.ScrollHint.PositionAtTop)
    front_desk.qtbot.waitUntil(lambda: window.list.model.ticket_at(table.rowAt(0)) is not None)
    top = window.list.model.ticket_at(table.rowAt(0))
    assert top is not None
    front_desk.others_work()
    jane.log_call(CallDraft("Fire", priority="A"))
    front_desk.others_work()
    front_desk.qtbot.waitUntil(lambda: window.list.model.rowCount() == 305)
    now = window.list.model.ticket_at(table.rowAt(0))
    assert now is not None
    assert now.subject == top.subject


def test_a_changed_row_is_written_anew_in_its_place(front_desk: FrontDesk, jane: Desk) -> None:
    front_desk.table.go_to(BADGE)
    number = front_desk.ticket.number()
    front_desk.others_work()
    jane.claim(number)
    front_desk.others_work()
    front_desk.qtbot.waitUntil(lambda: front_desk.table.cell(BADGE, "agent") == "Jane Roe")
    assert front_desk.ticket.shows("agent") == "Jane Roe"


def test_the_scroll_of_the_thread_stays(
    front_desk: FrontDesk, desk: Desk, jane: Desk, window: MainWindow
) -> None:
    number = front_desk.ticket.number()
    for line in range(40):
        desk.note(number, f"Line {line}\nand more")
    window.refresh()
    bar = window.pane.conversation.verticalScrollBar()
    front_desk.qtbot.waitUntil(lambda: bar.maximum() > 500)
    bar.setValue(200)
    place = window.pane.conversation.place()
    front_desk.others_work()
    jane.note(number, "One more")
    front_desk.others_work()
    front_desk.qtbot.waitUntil(lambda: any("One more" in line for line in front_desk.ticket.thread()))
    assert window.pane.conversation.place() == place


def test_text_being_typed_is_left_alone_while_everything_else_moves(
    front_desk: FrontDesk, desk: Desk, jane: Desk
) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("n")
    for word in ("I ", "am ", "writing"):
        QTest.keyClicks(front_desk.composer.editor, word)
        front_desk.others_work()
        jane.note(number, f"Meanwhile after {word}")
        jane.log_call(CallDraft(f"Another {word}"))
        front_desk.others_work()
    assert front_desk.composer.text() == "I am writing"
    assert front_desk.focused() == "composer_text"
    front_desk.composer.send()
    assert "I am writing" in [entry.text for entry in desk.ticket(number).thread]


def test_a_filter_stays_when_others_work(front_desk: FrontDesk, jane: Desk) -> None:
    front_desk.table.filter("badge", front_desk.qtbot)
    front_desk.others_work()
    jane.log_call(CallDraft("Another badge", priority="C"))
    jane.log_call(CallDraft("Something else", priority="C"))
    front_desk.others_work()
    front_desk.qtbot.waitUntil(lambda: "Another badge" in front_desk.table.subjects())
    assert "Something else" not in front_desk.table.subjects()
