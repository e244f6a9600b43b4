"""For me: the one who handed a ticket on sees what became of it, and whom he promised a call."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QMenu, QToolButton

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallDraft, NewPerson
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.table_model import MUTED, UNREAD
from tests.drivers import FrontDesk, child, part
from tests.ui.test_main_window import VPN


class News:
    """For me as staff see it."""

    def __init__(self, window: MainWindow) -> None:
        self.view = window.middle.forme()[0]

    def lines(self) -> list[tuple[str, str]]:
        """What and when about which ticket, top to bottom."""
        rows = (self.view.model.row(row) for row in range(self.view.model.rowCount()))
        return [(row[0], row[1]) for row in rows if row is not None]

    def about(self) -> list[str]:
        """What stands beside it."""
        rows = (self.view.model.row(row) for row in range(self.view.model.rowCount()))
        return [str(row[2]) for row in rows if row is not None]

    def flags(self, place: int) -> int:
        row = self.view.model.row(place)
        assert row is not None
        return int(row[-1])


def hand_on(front_desk: FrontDesk, desk: Desk, jane: Desk) -> str:
    """John hands the VPN ticket to Jane, who answers."""
    front_desk.table.go_to(VPN)
    number = front_desk.ticket.number()
    desk.assign(number, "jane", "Certificate?")
    front_desk.others_work()
    jane.reply(number, "Renewed.")
    front_desk.others_work()
    return number


def test_an_answer_on_a_ticket_i_handed_on_comes_up_and_opens_at_its_entry(
    front_desk: FrontDesk, desk: Desk, jane: Desk, window: MainWindow
) -> None:
    number = hand_on(front_desk, desk, jane)
    front_desk.qtbot.waitUntil(lambda: front_desk.queues.counts()["forme"] == "1")
    front_desk.press("Ctrl+1")
    news = News(window)
    assert news.lines()[0] == ("Jane Roe replied", number)
    assert front_desk.ticket.number() == number
    assert any("Renewed." in line for line in front_desk.ticket.thread())


def test_what_was_read_is_quiet_and_gone_at_the_next_visit(
    front_desk: FrontDesk, desk: Desk, jane: Desk, window: MainWindow
) -> None:
    hand_on(front_desk, desk, jane)
    front_desk.press("Ctrl+1")
    news = News(window)
    assert news.flags(0) == UNREAD
    window._ticket.mark_seen()
    front_desk.qtbot.waitUntil(lambda: news.flags(0) == MUTED)
    front_desk.qtbot.waitUntil(lambda: front_desk.queues.counts()["forme"] == "")
    front_desk.press("Ctrl+2")
    front_desk.press("Ctrl+1")
    assert news.lines() == []


def test_all_can_be_marked_as_seen(front_desk: FrontDesk, desk: Desk, jane: Desk, window: MainWindow) -> None:
    hand_on(front_desk, desk, jane)
    front_desk.press("Ctrl+1")
    front_desk.action("view.seen").trigger()
    front_desk.qtbot.waitUntil(lambda: News(window).lines() == [])
    assert desk.inbox() == ()


def test_after_the_resolution_i_am_to_tell_the_caller_and_d_says_that_i_did(
    front_desk: FrontDesk, desk: Desk, jane: Desk, window: MainWindow
) -> None:
    number = hand_on(front_desk, desk, jane)
    jane.resolve(number, "Certificate renewed.")
    front_desk.others_work()
    front_desk.press("Ctrl+1")
    news = News(window)
    assert news.lines()[0] == ("Solved, tell Ken Lee", number)
    assert front_desk.action("call.done").isEnabled()
    QTest.keyClicks(news.view.table, "d")
    front_desk.qtbot.waitUntil(lambda: ("Solved, tell Ken Lee", number) not in news.lines())
    assert all(back.done for back in desk.ticket(number).call_backs)
    assert front_desk.said() == "Told Ken Lee"


def test_a_promise_and_a_missed_call_say_what_they_are(
    front_desk: FrontDesk, desk: Desk, window: MainWindow
) -> None:
    number = desk.log_call(CallDraft("Fax", new_caller=NewPerson("Mia Sand", ("030 555 1122",)))).number
    assert number is not None
    desk.add_call_back(number, due=window.now() + 3_600_000)
    desk.missed_call("030 555 1133", rung=(desk.actor.uid,))
    front_desk.press("Ctrl+1")
    news = News(window)
    assert set(news.lines()) >= {("Call back Mia Sand", number), ("Missed call", "")}
    assert any("+49 30 555 11 33" in row for row in news.about())
    window.middle.forme()[0].table.select_row([line[0] for line in news.lines()].index("Call back Mia Sand"))
    front_desk.action("call.done").trigger()
    assert front_desk.said() == "Called Mia Sand back"


def test_a_promise_to_somebody_without_a_number_says_so(
    front_desk: FrontDesk, desk: Desk, window: MainWindow
) -> None:
    number = desk.log_call(CallDraft("Fax", new_caller=NewPerson("Pia Noll"))).number
    assert number is not None
    desk.add_call_back(number, due=window.now() + 3_600_000)
    front_desk.press("Ctrl+1")
    assert News(window).lines() == [("Call back Pia Noll", number)]
    assert News(window).about() == ["no number known · Fax"]


def test_j_and_k_walk_and_letters_act_in_for_me_too(
    front_desk: FrontDesk, desk: Desk, jane: Desk, window: MainWindow
) -> None:
    number = hand_on(front_desk, desk, jane)
    front_desk.press("Ctrl+1")
    table = News(window).view.table
    QTest.keyClicks(table, "jk")
    QTest.keyClicks(table, "r")
    assert front_desk.focused() == "composer_text"
    front_desk.composer.write("Thank you")
    front_desk.composer.send()
    assert "Thank you" in [entry.text for entry in desk.ticket(number).thread]
    QTest.keyClick(front_desk.composer.editor, Qt.Key.Key_Escape)
    assert front_desk.focused() == "for_me_table"


def test_with_large_text_what_can_be_done_in_for_me_stays_at_hand(
    front_desk: FrontDesk, window: MainWindow, look: Appearance
) -> None:
    look.set_text_scale(2.0)
    window.resize(1280, 800)
    window.show_queue("forme")
    QApplication.processEvents()
    view = part(window, QFrame, "for_me")
    more = part(view, QToolButton, "more_actions")
    assert more.isVisible()
    assert view.rect().contains(more.mapTo(view, more.rect().bottomRight()))
    assert front_desk.focused() != "more_actions"
    more.click()
    menu = child(view, QMenu)
    for action, button in (("call.done", "for_me_done"), ("call.dial", "for_me_dial")):
        assert (window.actions_[action] in menu.actions()) != part(view, KeyButton, button).isVisible()
    menu.close()


def test_an_empty_for_me_says_what_it_is_for(front_desk: FrontDesk, window: MainWindow) -> None:
    front_desk.press("Ctrl+1")
    assert News(window).lines() == []
    assert front_desk.queues.chosen() == "forme"
