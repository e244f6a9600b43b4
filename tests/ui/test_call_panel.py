"""Logging a call: the panel on a real desk, in a plain window."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_desk import bootstrap
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallDraft, NewPerson
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.ui.background import Background
from desktop_desk.ui.calls.radar import RadarRow
from desktop_desk.ui.calls.screen import CallDesk
from desktop_desk.ui.calls.typed_call import TypedCall
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.tickets.given_files import GivenFile
from tests.drivers import part
from tests.drivers_calls import CallPanelPage, Keyboard

KEN_NUMBER = "+49 30 901820 11"
KEN_SHOWN = "Ken Lee · +49 30 901 820 11"


@dataclass
class Place:
    """A window with a call desk, and everything a test needs of it."""

    window: QWidget
    calls: CallDesk
    desk: Desk
    page: CallPanelPage
    keys: Keyboard
    said: list[str]
    time: list[float]
    drafts: Drafts
    failed: list[Exception]

    def thread(self, number: str) -> list[str]:
        """What stands in a ticket: kind and text of each entry that is no event."""
        entries = self.desk.ticket(number).thread
        return [f"{entry.kind}: {entry.text}" for entry in entries if entry.kind != "event"]

    def numbers(self) -> list[str]:
        """Every ticket of the desk."""
        return [row.number for row in self.desk.queue("all", sort="number").rows]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    front = bootstrap.create_desk(
        tmp_path / "front.desk",
        name="Front desk",
        admin_login="john",
        admin_name="John Doe",
        admin_password="a long password",
        country="DE",
        zone="Europe/Berlin",
    )
    desk = front.log_in("john", "a long password")
    yield desk
    front.close()


@pytest.fixture
def ken_s_ticket(desk: Desk) -> str:
    """A ticket of the known caller Ken Lee."""
    ken = NewPerson("Ken Lee", (KEN_NUMBER,), ("ken@sales.example",))
    number = desk.log_call(CallDraft("Printer on floor 2 jams", new_caller=ken)).number
    assert number is not None
    return number


@pytest.fixture
def open_place(qapp: QApplication, tmp_path: Path, desk: Desk) -> Iterator[Callable[..., Place]]:
    look = Appearance(qapp, "light")
    places: list[Place] = []
    threads: list[Background] = []

    def make(*, inline: bool = True) -> Place:
        window = QWidget()
        window.resize(1280, 800)
        field = QPlainTextEdit(window)
        field.setObjectName("elsewhere")
        window.show()
        QTest.qWaitForWindowActive(window)
        field.setFocus()
        time = [100.0]
        said: list[str] = []
        drafts = Drafts(tmp_path / "state" / "john.drafts", window)
        background = Background(desk.store.close_thread, inline=inline, parent=window)
        threads.append(background)
        operations = Operations(desk, background, lambda: 1, parent=window)
        failed: list[Exception] = []
        operations.failed.connect(failed.append)

        def say(text: str, _act: str = "", lead: str = "", /) -> None:
            said.append(f"{lead} {text}".strip())

        calls = CallDesk(look, operations, drafts, window, say, clock=lambda: time[0])
        place = Place(window, calls, desk, CallPanelPage(window), Keyboard(), said, time, drafts, failed)
        places.append(place)
        return place

    yield make
    for background in threads:
        background.stop()
    for place in places:
        assert place.failed == []
        place.drafts.close()
        place.window.close()
        place.window.deleteLater()
    look.deleteLater()


@pytest.fixture
def place(open_place: Callable[[], Place]) -> Place:
    return open_place()


def test_a_new_call_starts_its_clock_with_the_cursor_at_the_caller(place: Place) -> None:
    place.calls.log_call()
    assert place.page.focus() == "caller"
    place.time[0] += 161
    place.calls.panel.refresh_clocks()
    assert place.page.clock() == "02:41"


def test_a_new_caller_and_one_line_make_a_ticket_with_its_call(place: Place) -> None:
    place.calls.log_call()
    place.keys.type("Mia Sand 030 901820 77")
    place.keys.press("Enter")
    assert place.page.focus() == "call_line"
    place.keys.type("Badge does not open the door")
    place.time[0] += 42
    place.keys.press("Ctrl+Enter")
    (number,) = place.numbers()
    assert place.said == [f"{number} logged."]
    ticket = place.desk.ticket(number)
    assert ticket.subject == "Badge does not open the door"
    assert ticket.caller is not None
    assert (ticket.caller.name, ticket.caller.phones) == ("Mia Sand", ("030 901820 77",))
    (call,) = [entry for entry in ticket.thread if entry.kind == "call"]
    assert (call.fields["number"], call.fields["seconds"]) == ("030 901820 77", 42)
    assert call.fields["disposition"] == "opened"
    assert not place.page.is_open()
    assert place.page.focus() == "elsewhere", "the cursor is where it was before the call"


def test_a_known_caller_is_picked_by_letters_and_his_open_tickets_appear(
    place: Place, ken_s_ticket: str
) -> None:
    place.calls.log_call()
    place.keys.type("ken")
    assert place.page.matches() == ["Ken Lee", "New caller: ken"]
    place.keys.press("Enter")
    assert place.page.caller() == KEN_SHOWN
    assert place.page.near() == [ken_s_ticket]
    assert place.page.focus() == "call_line"
    place.keys.type("VPN")
    place.keys.press("Ctrl+Enter")
    (new,) = set(place.numbers()) - {ken_s_ticket}
    caller = place.desk.ticket(new).caller
    assert caller is not None
    assert caller.open_tickets == 2


def test_enter_in_the_caller_line_never_saves(place: Place, ken_s_ticket: str) -> None:
    place.calls.log_call()
    place.keys.press("Enter", "Enter")
    place.calls.leave()
    place.calls.log_call()
    place.keys.type("ken")
    place.keys.press("Enter", "Enter", "Enter")
    assert place.numbers() == [ken_s_ticket]
    assert place.page.is_open()


def test_it_can_be_said_that_the_caller_is_none_of_those_found(place: Place, ken_s_ticket: str) -> None:
    place.calls.log_call()
    place.keys.type("Ken")
    place.keys.press("Down", "Enter")
    place.keys.type("Another Ken")
    place.keys.press("Ctrl+Enter")
    (new,) = set(place.numbers()) - {ken_s_ticket}
    caller = place.desk.ticket(new).caller
    assert caller is not None
    assert (caller.name, caller.phones) == ("Ken", ())


def test_a_known_number_pops_the_caller_up_with_the_cursor_in_the_line(
    place: Place, ken_s_ticket: str
) -> None:
    place.calls.take_call("0049 30 90182011", "", "answer", "17")
    assert place.page.caller() == KEN_SHOWN
    assert place.page.focus() == "call_line"
    assert place.page.near() == [ken_s_ticket]
    assert "+49 30 901 820 11" in place.page.read_back()


def test_a_number_is_grouped_in_one_way_all_over_the_panel(place: Place) -> None:
    place.desk.log_call(CallDraft("Fax", new_caller=NewPerson("Ken Lee", ("030/90182011",))))
    place.calls.log_call()
    place.keys.type("Mia Sand 030 5550 1122")
    assert place.page.caller_says() == "New caller: Mia Sand · +49 30 555 011 22"
    assert place.page.read_back() == "Read back: +49 30 555 011 22"
    place.calls.take_call("03090182012", "", "answer", "17")
    assert place.page.caller_says() == "+49 30 901 820 12 is not known yet: type the caller's name"
    place.keys.type("lee")
    assert place.page.match_notes() == ["+49 30 901 820 11", ""]
    place.keys.press("Ctrl+Shift+N")
    place.calls.take_call("03090182013", "", "answer", "18")
    place.keys.press("Ctrl+Shift+N")
    assert "parked: +49 30 901 820 13 · 00:00" in place.page.tabs()


def test_a_parked_call_without_a_caller_is_known_by_its_words(place: Place) -> None:
    place.calls.log_call()
    place.keys.press("Alt+E")
    place.keys.type("speaks softly")
    place.keys.press("Ctrl+Shift+N", "Alt+I")
    place.keys.type("Door 4 does not close")
    place.keys.press("Ctrl+Shift+N")
    assert place.page.tabs()[:2] == ["parked: speaks softly · 00:00", "parked: Door 4 does not close · 00:00"]


def test_all_open_tickets_of_a_caller_can_be_chosen(place: Place, ken_s_ticket: str) -> None:
    caller = place.desk.ticket(ken_s_ticket).caller
    assert caller is not None
    for place_ in range(3):
        place.desk.log_call(CallDraft(f"Fax {place_}", caller=caller.uid))
    place.calls.take_call(KEN_NUMBER, "", "answer", "17")
    assert set(place.page.near()) == set(place.numbers())
    for place_ in range(4):
        place.desk.log_call(CallDraft(f"Copier {place_}", caller=caller.uid))
    place.calls.take_call(KEN_NUMBER, "", "answer", "18")
    assert len(place.page.near()) == 6
    assert place.page.radar_title() == "Open tickets of Ken Lee and 2 more"
    place.keys.type("Copier")
    assert len(place.page.near()) == 6, "what is on the left is not said again on the right"


def test_an_unknown_number_asks_for_the_name_and_is_not_typed_again(place: Place) -> None:
    place.calls.take_call("+49 171 5501234", "", "answer", "17")
    assert place.page.focus() == "caller"
    assert "not known yet" in place.page.caller_says()
    place.keys.type("Ann Roe")
    place.keys.press("Enter")
    place.keys.type("Lost her badge")
    place.keys.press("Ctrl+Enter")
    caller = place.desk.ticket(place.numbers()[0]).caller
    assert caller is not None
    assert (caller.name, caller.phones) == ("Ann Roe", ("+49 171 5501234",))


def test_a_telephone_that_tells_a_known_caller_s_name_too_pops_him_up(
    place: Place, ken_s_ticket: str
) -> None:
    place.calls.take_call(KEN_NUMBER, "LEE, KEN", "answer", "17")
    assert place.page.caller() == KEN_SHOWN
    assert place.page.focus() == "call_line"
    assert place.page.near() == [ken_s_ticket]


def test_a_telephone_that_tells_a_new_caller_s_name_leaves_only_the_line_to_be_typed(place: Place) -> None:
    place.calls.take_call("+49 171 5501234", "Ann Roe", "answer", "17")
    assert place.page.focus() == "call_line"
    place.keys.type("Lost her badge")
    place.keys.press("Ctrl+Enter")
    caller = place.desk.ticket(place.numbers()[0]).caller
    assert caller is not None
    assert (caller.name, caller.phones) == ("Ann Roe", ("+49 171 5501234",))


def test_a_blank_line_is_said_beside_the_field_and_nothing_is_lost(place: Place) -> None:
    place.calls.log_call()
    place.keys.type("Mia Sand")
    place.keys.press("Enter")
    place.keys.type("   ")
    place.keys.press("Ctrl+Enter")
    assert place.numbers() == []
    assert place.page.errors() == ["Say in one line what it is about."]
    assert place.page.focus() == "call_line"
    place.keys.type("Badge")
    assert place.page.errors() == []
    place.keys.press("Ctrl+Enter")
    assert len(place.numbers()) == 1


def test_marks_in_the_line_become_chips_and_fields(place: Place) -> None:
    place.desk.add("topic", name="VPN")
    place.calls.log_call()
    place.keys.press("Tab", "Tab")
    place.keys.type("All of sales offline #vpn !a @john >20m #nothing")
    assert place.page.chips()[:3] == ["# VPN", "A · Emergency", "@ John Doe"]
    assert place.page.chips()[3].startswith("call back ")
    assert place.page.chips()[4] == "nothing: not known"
    place.keys.press("Ctrl+Enter")
    ticket = place.desk.ticket(place.numbers()[0])
    assert ticket.subject == "All of sales offline #nothing", "what nobody understood stays"
    assert (ticket.topic, ticket.priority, ticket.agent) == ("VPN", "A", "john")
    assert len(ticket.call_backs) == 1


def test_alt_and_a_digit_add_the_call_to_the_ticket_of_that_digit(place: Place, ken_s_ticket: str) -> None:
    place.calls.take_call(KEN_NUMBER, "", "answer", "1")
    place.keys.type("jams again")
    place.keys.press("Alt+1")
    assert place.numbers() == [ken_s_ticket]
    assert place.thread(ken_s_ticket)[-1] == "call: jams again"
    assert place.said == [f"{ken_s_ticket} has this call now."]
    assert not place.page.is_open()


def test_a_digit_without_a_ticket_does_nothing(place: Place, ken_s_ticket: str) -> None:
    place.calls.take_call(KEN_NUMBER, "", "answer", "1")
    place.keys.type("jams again")
    place.keys.press("Alt+7")
    assert place.page.is_open()
    assert place.thread(ken_s_ticket) == ["call: "]


def test_a_new_caller_of_an_added_call_is_written_down_with_it(place: Place, ken_s_ticket: str) -> None:
    place.calls.attach(ken_s_ticket)
    assert place.page.focus() == "call_line"
    place.keys.type("same here !high")
    place.keys.press("Shift+Tab", "Shift+Tab")
    place.keys.type("Mia Sand 204")
    place.keys.press("Ctrl+Enter")
    assert place.thread(ken_s_ticket)[-1] == "call: Caller: Mia Sand · 204\nsame here !high"


def test_similar_recent_tickets_appear_while_typing_and_suggest_their_topic(place: Place) -> None:
    place.desk.add("topic", name="VPN")
    old = place.desk.log_call(CallDraft("VPN down for all of sales", topic="VPN")).number
    place.calls.log_call()
    place.keys.press("Tab", "Tab")
    place.keys.type("vpn down")
    assert place.page.near() == [old]
    assert place.page.topic_hint().startswith("VPN (suggested")


def test_similar_tickets_are_marked_where_they_have_the_words_that_were_typed(place: Place) -> None:
    place.desk.log_call(CallDraft("Nothing prints: printer not found"))
    place.calls.log_call()
    place.keys.press("Tab", "Tab")
    place.keys.type("not found print")
    (row,) = place.calls.panel.findChildren(RadarRow)
    subject = row.ticket.subject
    marked = [subject[start : start + length] for start, length in row.ticket.matches]
    assert marked == ["print", "print", "not", "found"]


def test_a_parked_call_keeps_its_clock_and_comes_up_after_the_other_is_saved(place: Place) -> None:
    place.calls.log_call()
    place.keys.type("Ken Lee 0301234567")
    place.keys.press("Enter")
    place.keys.type("VPN does not")
    place.time[0] += 30
    place.keys.press("Ctrl+Shift+N")
    assert place.page.focus() == "caller"
    place.keys.type("Mia Sand")
    place.keys.press("Enter")
    place.keys.type("Badge lost")
    place.time[0] += 20
    place.calls.panel.refresh_clocks()
    assert place.page.tabs() == ["parked: Ken Lee · 00:50", "Mia Sand 00:20"]
    place.keys.press("Ctrl+Enter")
    assert place.page.is_open()
    assert place.page.line() == "VPN does not"
    assert place.page.tabs() == []
    place.keys.press("Ctrl+Enter")
    assert len(place.numbers()) == 2
    assert not place.page.is_open()


def test_calls_are_turned_through_by_key(place: Place) -> None:
    place.calls.log_call()
    place.keys.type("Ken")
    place.keys.press("Ctrl+Shift+N")
    place.keys.type("Mia")
    place.keys.press("Ctrl+PageUp")
    assert place.page.caller() == "Ken"
    place.keys.press("Ctrl+PageUp")
    assert place.page.caller() == "Mia"


def test_escape_puts_the_panel_away_and_the_call_can_be_had_again(place: Place) -> None:
    place.calls.log_call()
    place.keys.type("Mia Sand")
    place.keys.press("Enter")
    place.keys.type("half a sentence")
    place.keys.press("Escape")
    assert not place.page.is_open()
    assert place.page.focus() == "elsewhere"
    assert place.calls.reopen()
    assert (place.page.caller(), place.page.line()) == ("Mia Sand", "half a sentence")


def test_escape_in_the_caller_line_first_puts_matches_away_and_never_the_text(
    place: Place, ken_s_ticket: str
) -> None:
    place.calls.log_call()
    place.keys.type("ken")
    place.keys.press("Escape")
    assert place.page.is_open()
    assert (place.page.matches(), place.page.caller()) == ([], "ken")
    place.keys.press("Escape")
    assert not place.page.is_open()
    place.calls.reopen()
    assert place.page.caller() == "ken"


def test_an_empty_call_that_is_put_away_leaves_nothing_behind(place: Place) -> None:
    place.calls.log_call()
    place.keys.press("Escape")
    assert not place.calls.reopen()
    assert place.drafts.all() == ()


def test_save_and_resolve_resolves(place: Place) -> None:
    place.calls.log_call()
    place.keys.type("Mia Sand")
    place.keys.press("Enter")
    place.keys.type("Password reset")
    place.keys.press("Ctrl+Shift+Enter")
    ticket = place.desk.ticket(place.numbers()[0])
    assert ticket.state == "resolved"
    assert [entry.fields["disposition"] for entry in ticket.thread if entry.kind == "call"] == ["solved"]


def test_outcome_and_call_back_by_keys(place: Place) -> None:
    place.calls.log_call()
    place.keys.press("Tab", "Tab")
    place.keys.type("Wants an offer")
    place.keys.press("Tab", "Tab")
    assert place.page.focus() == "call_outcome"
    place.keys.type("4")
    place.keys.press("Tab")
    place.keys.type("tomorrow 9")
    assert "call back" in place.page.read_back()
    place.keys.press("Ctrl+Enter")
    ticket = place.desk.ticket(place.numbers()[0])
    assert [entry.fields["disposition"] for entry in ticket.thread if entry.kind == "call"] == ["passed_on"]
    (back,) = ticket.call_backs
    assert back.agent == "john"
    assert back.due is not None


def test_a_time_that_nobody_understands_is_said_beside_it(place: Place) -> None:
    place.calls.log_call()
    place.keys.press("Tab", "Tab")
    place.keys.type("Wants an offer")
    place.keys.press("Tab", "Tab", "Tab")
    place.keys.type("soon")
    place.keys.press("Ctrl+Enter")
    assert place.numbers() == []
    assert place.page.errors() == ["Type a time to come, such as 15:00, tomorrow 9 or 20m."]


def test_a_failed_save_keeps_every_text(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.calls.log_call()
    place.keys.type("Mia Sand 204")
    place.keys.press("Enter")
    place.keys.type("Badge lost !high")
    place.keys.press("Tab")
    place.keys.type("on the way to work")

    def full(_draft: CallDraft, **_more: object) -> None:
        raise StorageUnavailable("full", "The disk is full.", "Make room and try again.")

    with monkeypatch.context() as broken:
        broken.setattr(place.desk, "log_call", full)
        place.keys.press("Ctrl+Enter")
    assert place.page.errors() == ["The disk is full. Make room and try again. The call is kept as a draft."]
    assert (place.page.caller(), place.page.line()) == ("Mia Sand 204", "Badge lost !high")
    assert place.page.details() == "on the way to work"
    assert len(place.drafts.all("call:")) == 1
    place.keys.press("Ctrl+Enter")
    assert len(place.numbers()) == 1
    assert place.drafts.all("call:") == ()


def test_a_telephone_that_says_the_call_has_ended_stops_its_clock(place: Place) -> None:
    place.calls.take_call("+491715501234", "", "ring", "99")
    place.time[0] += 5
    place.calls.take_call("+491715501234", "", "answer", "99")
    place.time[0] += 61
    place.calls.take_call("+491715501234", "", "end", "99")
    place.time[0] += 500
    place.calls.panel.refresh_clocks()
    assert place.page.clock() == "01:01"
    assert len(place.calls.panel.uids()) == 1
    place.calls.take_call("+491715509999", "", "end", "100")
    assert len(place.calls.panel.uids()) == 1


def test_who_types_faster_than_the_desk_answers_gets_the_caller_he_meant(
    open_place: Callable[..., Place], ken_s_ticket: str, qtbot: QtBot
) -> None:
    place = open_place(inline=False)
    place.calls.log_call()
    caller = QApplication.focusWidget()
    assert caller is not None
    QTest.keyClicks(caller, "ken")
    QTest.keyClick(caller, Qt.Key.Key_Return)
    line = QApplication.focusWidget()
    assert line is not None
    QTest.keyClicks(line, "no dial tone")
    qtbot.waitUntil(lambda: place.page.near() == [ken_s_ticket], timeout=5000)
    assert (place.page.caller(), place.page.line()) == (KEN_SHOWN, "no dial tone")
    assert place.page.focus() == "call_line"


def test_ctrl_enter_right_after_the_letters_saves_with_the_caller_who_was_meant(
    open_place: Callable[..., Place], ken_s_ticket: str, qtbot: QtBot
) -> None:
    place = open_place(inline=False)
    place.calls.log_call()
    caller = QApplication.focusWidget()
    assert caller is not None
    QTest.keyClicks(caller, "ken")
    QTest.keyClick(caller, Qt.Key.Key_Return)
    line = QApplication.focusWidget()
    assert line is not None
    QTest.keyClicks(line, "no dial tone")
    QTest.keyClick(line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(place.numbers()) == 2, timeout=5000)
    (new,) = set(place.numbers()) - {ken_s_ticket}
    known = place.desk.ticket(new).caller
    assert known is not None
    assert known.name == "Ken Lee"


def test_a_number_of_several_people_offers_them_all(place: Place, ken_s_ticket: str) -> None:
    place.desk.log_call(CallDraft("Fax", new_caller=NewPerson("Kim Poe", ("030 90182011",))))
    place.calls.take_call(KEN_NUMBER, "", "answer", "17")
    assert place.page.focus() == "caller"
    assert set(place.page.matches()[:2]) == {"Ken Lee", "Kim Poe"}
    place.keys.press("Down" if place.page.matches()[0] == "Ken Lee" else "Up", "Enter")
    assert place.page.caller().startswith("Kim Poe")
    assert place.page.focus() == "call_line"


def test_a_ring_takes_the_cursor_from_nobody_who_types(place: Place, ken_s_ticket: str) -> None:
    place.keys.type("Dear ")
    place.calls.take_call(KEN_NUMBER, "", "ring", "17")
    assert place.page.is_open()
    place.keys.type("Ann")
    elsewhere = place.window.findChild(QPlainTextEdit, "elsewhere")
    assert elsewhere is not None
    assert elsewhere.toPlainText() == "Dear Ann"
    place.calls.take_call(KEN_NUMBER, "", "answer", "17")
    assert place.page.focus() == "call_line"
    assert place.page.caller().startswith("Ken Lee")


def test_asking_for_a_call_from_elsewhere_goes_back_to_the_one_in_front(place: Place) -> None:
    place.calls.log_call()
    place.keys.type("Mia")
    elsewhere = place.window.findChild(QPlainTextEdit, "elsewhere")
    assert elsewhere is not None
    elsewhere.setFocus()
    place.calls.log_call()
    assert (place.page.focus(), place.page.caller()) == ("caller", "Mia")
    place.calls.log_call()
    assert place.page.caller() == ""
    assert len(place.calls.panel.uids()) == 2


def test_calls_that_nobody_typed_into_do_not_pile_up(place: Place) -> None:
    for _turn in range(3):
        place.calls.park()
    assert len(place.calls.panel.uids()) == 1


def test_a_call_that_is_put_away_says_how_it_is_had_again(place: Place) -> None:
    place.calls.log_call()
    place.keys.type("Mia")
    place.keys.press("Escape")
    assert "kept" in place.said[-1]
    place.calls.log_call()
    place.keys.press("Ctrl+PageUp")
    assert place.page.caller() == "Mia"


@pytest.mark.parametrize("way", ["Ctrl+Enter", "Alt+1"])
def test_a_call_saved_just_before_a_kill_is_not_offered_a_second_time(
    open_place: Callable[[], Place],
    ken_s_ticket: str,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
) -> None:
    first = open_place()
    first.calls.take_call(KEN_NUMBER, "", "answer", "1")
    first.keys.type("Jams again")
    with monkeypatch.context() as killed:
        # The program ends between the save and the end of the draft.
        killed.setattr(first.drafts, "discard", lambda _key: None)
        first.keys.press(way)
    before = (first.numbers(), first.thread(ken_s_ticket))
    first.drafts.close()
    first.window.close()

    second = open_place()
    qtbot.waitUntil(lambda: bool(second.said), timeout=5000)
    assert "had been logged before" in second.said[0]
    assert second.calls.panel.uids() == ()
    assert second.drafts.all("call:") == ()
    assert (second.numbers(), second.thread(ken_s_ticket)) == before


def test_typed_calls_come_back_in_the_next_window(
    open_place: Callable[[], Place], ken_s_ticket: str, qtbot: QtBot
) -> None:
    first = open_place()
    first.calls.log_call()
    first.keys.type("ken")
    first.keys.press("Enter")
    first.keys.type("VPN does not conn")
    first.keys.press("Tab")
    first.keys.type("error 809")
    first.keys.press("Ctrl+Shift+N")
    first.keys.type("Mia")
    first.drafts.close()
    first.window.close()

    second = open_place()
    qtbot.waitUntil(second.page.is_open, timeout=5000)
    assert len(second.calls.panel.uids()) == 2
    assert second.page.caller() == "Mia"
    second.keys.press("Ctrl+PageUp")
    assert second.page.caller() == KEN_SHOWN
    assert second.page.line() == "VPN does not conn"
    assert second.page.details() == "error 809"
    assert second.page.near() == [ken_s_ticket]
    second.keys.press("Ctrl+Enter")
    (new,) = set(second.numbers()) - {ken_s_ticket}
    caller = second.desk.ticket(new).caller
    assert caller is not None
    assert caller.name == "Ken Lee"


def test_a_withheld_number_is_said_to_be_withheld_and_is_nobodys_number(place: Place) -> None:
    place.calls.take_call("anonymous", "", "answer", "17")
    assert place.page.focus() == "caller"
    assert "withheld" in place.page.caller_says()
    place.keys.press("Tab", "Tab")
    place.keys.type("Will not say who she is")
    place.keys.press("Ctrl+Enter")
    ticket = place.desk.ticket(place.numbers()[0])
    assert ticket.caller is None
    [call] = [entry for entry in ticket.thread if entry.kind == "call"]
    assert call.fields["withheld"] is True
    assert call.fields["number"] == ""


def test_many_calls_have_short_tabs_and_long_names_for_screen_readers(place: Place) -> None:
    for name in ("Ann Roe", "Bartholomew Featherstone", "Cy Dent"):
        place.calls.take_call("", name, "answer", name)
    QApplication.processEvents()
    tabs = place.page.panel.findChild(QWidget, "call_tabs")
    assert tabs is not None
    texts = [button.text() for button in tabs.findChildren(QPushButton) if not button.isHidden()]
    assert texts == ["Ann Roe 00:00", "Bartholomew Feath… 00:00", "Cy Dent 00:00"]
    assert place.page.tabs()[0] == "parked: Ann Roe · 00:00"


def choose(place: Place, path: Path) -> None:
    """Choose this file in the system's dialog, which holds nothing up."""
    (dialog,) = place.page.panel.findChildren(QFileDialog)
    dialog.filesSelected.emit([str(path)])
    dialog.close()


def test_a_call_that_ends_while_a_file_is_chosen_takes_the_question_with_it(place: Place) -> None:
    place.calls.log_call()
    place.keys.type("Ken")
    place.page._form().choose_files()
    place.calls.discard(place.calls.panel.front)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert place.window.findChildren(QFileDialog) == []


def test_files_go_with_a_call_and_are_kept_with_its_draft(place: Place, tmp_path: Path) -> None:
    path = tmp_path / "till.log"
    path.write_bytes(b"till 3 says no")
    place.calls.log_call()
    place.keys.type("Ken")
    place.keys.press("Tab")
    form = place.page._form()
    form.line.setText("Till says no")
    QTest.keyClick(
        form.line, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    choose(place, path)
    image = QImage(4, 3, QImage.Format.Format_RGB32)
    QGuiApplication.clipboard().setImage(image)
    form.details.paste()
    assert form.files.files[0].name == "till.log"
    kept = {draft.key.split(":")[0]: draft for draft in place.drafts.all()}
    assert set(kept) == {"call", "file"}
    again = TypedCall.from_draft(kept["call"].content, kept=0, now=0)
    assert again.files == form.files.files
    place.keys.press("Ctrl+Enter")
    (number,) = place.numbers()
    (entry,) = [entry for entry in place.desk.ticket(number).thread if entry.kind == "call"]
    assert [file.mime for file in entry.attachments][1:] == ["image/png"]
    assert len(entry.attachments) == 2
    assert place.drafts.all() == ()


def test_a_call_added_to_a_ticket_brings_its_files(place: Place, ken_s_ticket: str, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"x")
    place.calls.attach(ken_s_ticket)
    form = place.page._form()
    form.line.setText("Sends the list")
    form.files.add([GivenFile("list.txt", path)])
    place.keys.press("Ctrl+Enter")
    entry = place.desk.ticket(ken_s_ticket).thread[-1]
    assert (entry.text, [file.name for file in entry.attachments]) == ("Sends the list", ["list.txt"])


def test_a_file_that_is_gone_is_told_above_the_buttons_and_the_call_stays(
    place: Place, tmp_path: Path
) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"x")
    place.calls.log_call()
    form = place.page._form()
    form.line.setText("Till")
    form.files.add([GivenFile("x.txt", path)])
    path.unlink()
    place.keys.press("Ctrl+Enter")
    assert "no longer there" in part(form, QLabel, "call_error").text()
    assert place.numbers() == []
    assert form.line.text() == "Till"
