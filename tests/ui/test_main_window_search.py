"""One line for tickets, people, numbers and commands."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallDraft
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.search.box import SearchBox
from desktop_desk.ui.search.hits import Pick, words_of
from desktop_desk.ui.theme import Font
from desktop_desk.ui.widgets.cards import ThreadView
from desktop_desk.ui.widgets.search_hits import HitDelegate
from desktop_desk.ui.widgets.search_list import Hit
from tests.drivers import FrontDesk, OpenedParts, part
from tests.ui.test_main_window import TILL, VPN


class Searching:
    """The search box as staff use it."""

    def __init__(self, front_desk: FrontDesk) -> None:
        self.desk = front_desk
        self.box = part(front_desk.window, SearchBox, "search_box")
        self.list = self.box._list

    def ask(self, text: str) -> list[Hit]:
        """Ctrl+K, the text, and the answer."""
        self.desk.press("Ctrl+K")
        self.desk.qtbot.wait(0)
        QTest.keyClicks(self.box.edit, text)
        self.desk.qtbot.waitUntil(lambda: bool(self.hits()) and self.answered(text))
        return self.hits()

    def answered(self, text: str) -> bool:
        everything = [hit.key for hit in self.hits() if isinstance(hit.key, Pick) and hit.key.kind == "all"]
        return text.startswith(">") or [key.value for key in everything] == [text.strip()]

    def hits(self) -> list[Hit]:
        return self.list._model.hits

    def kinds(self) -> set[str]:
        return {hit.key.kind for hit in self.hits() if isinstance(hit.key, Pick)}

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.box.edit, key)


def test_words_find_a_ticket_and_enter_opens_it(front_desk: FrontDesk) -> None:
    searching = Searching(front_desk)
    hits = searching.ask("refuses")
    assert hits[0].title == TILL
    assert hits[0].matches == ((7, 7),)
    searching.key(Qt.Key.Key_Return)
    assert front_desk.ticket.subject() == TILL
    assert front_desk.focused() == "ticket_table"


def test_a_number_in_any_spelling_finds_its_ticket(front_desk: FrontDesk, desk: Desk) -> None:
    number = desk.queue("all", sort="number").rows[0].number
    hits = Searching(front_desk).ask(number.replace("-", ""))
    assert isinstance(hits[0].key, Pick)
    assert hits[0].key.value == number


def test_a_caller_is_found_and_leads_to_the_person(front_desk: FrontDesk, parts: OpenedParts) -> None:
    searching = Searching(front_desk)
    hits = searching.ask("Rosa Kl")
    person = next(hit for hit in hits if isinstance(hit.key, Pick) and hit.key.kind == "person")
    assert person.title == "Rosa Klein"
    while searching.list.highlighted_key() != person.key:
        searching.key(Qt.Key.Key_Down)
    searching.key(Qt.Key.Key_Return)
    assert parts.asked[-1][0] == "person"


def test_the_number_of_a_caller_stands_in_the_groups_in_which_it_is_said(front_desk: FrontDesk) -> None:
    hits = Searching(front_desk).ask("Ken Le")
    person = next(hit for hit in hits if isinstance(hit.key, Pick) and hit.key.kind == "person")
    assert "+49 30 901 820 11" in person.subtitle


def test_the_sign_shows_only_commands_and_enter_runs_one(front_desk: FrontDesk, desk: Desk) -> None:
    front_desk.table.go_to(TILL)
    number = front_desk.ticket.number()
    searching = Searching(front_desk)
    hits = searching.ask("> claim")
    assert searching.kinds() == {"command"}
    assert hits[0].right == "C"
    searching.key(Qt.Key.Key_Return)
    assert desk.ticket(number).agent == "john"


def test_every_command_that_can_be_run_is_found_by_its_name(window: MainWindow) -> None:
    from desktop_desk.ui.search.hits import command_hits

    for spec in window.actions_:
        if window.actions_[spec.id].isEnabled():
            name = window.actions_.plain_text(spec.id)
            found = [hit.key.value for hit in command_hits(window.actions_, f"> {name}", 40)]  # type: ignore[union-attr]
            assert spec.id in found


def test_commands_that_begin_so_come_first(window: MainWindow) -> None:
    from desktop_desk.ui.search.hits import command_hits

    found = [hit.title for hit in command_hits(window.actions_, ">re", 40)]
    begin = [title for title in found if title.lower().startswith("re")]
    assert found[: len(begin)] == begin
    assert "Reply" in begin


def test_all_results_stand_on_a_page_and_esc_leads_back(front_desk: FrontDesk) -> None:
    searching = Searching(front_desk)
    hits = searching.ask("vpn")
    everything = next(hit for hit in hits if isinstance(hit.key, Pick) and hit.key.kind == "all")
    while searching.list.highlighted_key() != everything.key:
        searching.key(Qt.Key.Key_Down)
    searching.key(Qt.Key.Key_Return)
    assert front_desk.focused() == "results_cards"
    cards = front_desk.window.middle.currentWidget().cards  # type: ignore[attr-defined]
    assert cards.model().rowCount() == 1
    QTest.keyClick(cards, Qt.Key.Key_Down)
    QTest.keyClick(cards, Qt.Key.Key_Return)
    assert front_desk.ticket.subject() == VPN
    front_desk.press("Esc")
    assert front_desk.focused() == "ticket_table"


def test_a_wrong_check_digit_is_said_where_nothing_was_found(front_desk: FrontDesk, desk: Desk) -> None:
    number = desk.queue("all", sort="number").rows[0].number
    wrong = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
    front_desk.window.show_results(wrong)
    results = front_desk.window.middle.currentWidget()
    assert results is not None
    shown = " ".join(label.text() for label in results.findChildren(QLabel))
    assert "wrong check digit" in shown


def test_esc_leaves_the_box_without_doing_anything(front_desk: FrontDesk) -> None:
    before = front_desk.ticket.number()
    searching = Searching(front_desk)
    searching.ask("refuses")
    for _step in range(3):
        searching.key(Qt.Key.Key_Escape)
    assert front_desk.focused() == "ticket_table"
    assert front_desk.ticket.number() == before


def test_words_to_highlight_are_without_signs() -> None:
    assert words_of('vpn "gate 2" from:ken -till #net') == ("vpn", "gate", "2", "ken", "till", "net")


def test_a_hit_after_emoji_is_marked_where_it_is_painted(front_desk: FrontDesk, desk: Desk) -> None:
    subject = "🔥👩‍💻 Drucker brennt"
    desk.log_call(CallDraft(subject, "🔥👩‍💻 es brennt"))
    front_desk.others_work()
    searching = Searching(front_desk)
    hit = searching.ask("brennt")[0]
    start, length = hit.matches[0]
    assert subject[start : start + length] == "brennt"
    delegate = HitDelegate(front_desk.window.look, searching.box)
    picture = QImage(600, 40, QImage.Format.Format_RGB32)
    picture.fill(front_desk.window.look.colors.surface)
    painter = QPainter(picture)
    delegate._paint_matches(painter, picture.rect(), subject, hit.matches, Font.STRONG)
    painter.end()
    match = front_desk.window.look.colors.match.rgb()
    marked = [x for x in range(picture.width()) if picture.pixel(x, 20) == match]
    metrics = front_desk.window.look.metrics(Font.STRONG)
    first = metrics.horizontalAdvance(subject.removesuffix("brennt"))
    assert (marked[0], marked[-1] + 1) == (first, metrics.horizontalAdvance(subject))


def test_cards_of_results_and_conversation_mark_a_hit_after_emoji(
    front_desk: FrontDesk, desk: Desk, window: MainWindow
) -> None:
    desk.log_call(CallDraft("Alarm", "🔥👩‍💻 Drucker brennt"))
    front_desk.others_work()
    window.show_results("brennt")
    results = part(window, ThreadView, "results_cards")
    front_desk.qtbot.waitUntil(lambda: bool(marked_words(results)))
    assert set(marked_words(results)) == {"brennt"}
    number = desk.search("brennt")[0].row.number
    window.open_ticket(number)
    front_desk.qtbot.waitUntil(lambda: front_desk.ticket.number() == number)
    assert set(marked_words(window.pane.conversation)) == {"brennt"}


def marked_words(view: ThreadView) -> list[str]:
    """What Qt marks in the cards, cut out by its own way of counting."""
    words: list[str] = []
    for row in range(len(view._cards.cards)):
        laid = view._lay(row)
        for span in laid.hits if laid.body is not None else ():
            units = laid.body.toPlainText().encode("utf-16-le") if laid.body is not None else b""
            words.append(units[2 * span.start : 2 * span.end].decode("utf-16-le"))
    return words


def test_the_line_is_empty_again_when_the_results_are_left(front_desk: FrontDesk) -> None:
    searching = Searching(front_desk)
    searching.ask("vpn")
    front_desk.window.show_results("vpn")
    front_desk.press("Ctrl+2")
    assert searching.box.edit.text() == ""
    assert front_desk.window.middle.shows_list
