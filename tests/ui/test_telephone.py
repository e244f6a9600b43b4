"""What telephones say: calls ring, are answered, end, or are taken by nobody."""
# ruff: noqa: F401, F811  the fixtures of the call panel's tests are used here as well

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from desktop_desk.desk.views import NewPerson
from desktop_desk.ui.calls.clock import read_length
from desktop_desk.ui.calls.typed_call import CallPrefill
from tests.ui.test_call_panel import KEN_NUMBER, Place, desk, ken_s_ticket, open_place, place


def owed(place: Place) -> list[str]:
    return [news.text for news in place.desk.inbox() if news.call_back is not None]


def state(place: Place) -> str:
    label = place.calls.panel.findChild(QLabel, "call_state")
    assert label is not None
    return label.text()


def into_line(place: Place) -> None:
    """Put the cursor into what the call is about."""
    place.calls.panel.form(place.calls.panel.front).line.setFocus()


def test_the_clock_stands_while_it_rings_and_starts_when_somebody_answers(
    place: Place, ken_s_ticket: str
) -> None:
    place.calls.take_call(KEN_NUMBER, "", "ring", "1")
    place.time[0] += 20
    place.calls.panel.refresh_clocks()
    assert (place.page.clock(), state(place)) == ("00:00", "ringing")
    assert place.page.caller().startswith("Ken Lee")
    place.calls.take_call(KEN_NUMBER, "", "answer", "1")
    place.time[0] += 65
    place.calls.panel.refresh_clocks()
    assert (place.page.clock(), state(place)) == ("01:05", "")
    place.calls.take_call("", "", "end", "1")
    place.time[0] += 100
    place.calls.panel.refresh_clocks()
    assert (place.page.clock(), state(place)) == ("01:05", "ended")
    assert owed(place) == []


def test_a_call_that_rings_behind_others_says_so_on_its_tab(place: Place) -> None:
    place.calls.take_call("+49 171 5501230", "Ann Roe", "answer", "1")
    into_line(place)
    place.keys.type("Cannot print")
    place.calls.take_call("+49 171 5501231", "Bo Vis", "ring", "2")
    QApplication.processEvents()
    assert place.page.tabs() == ["Ann Roe 00:00", "ringing: Bo Vis"]
    place.keys.press("Ctrl+PageDown")
    assert place.page.tabs()[0] == "parked: Ann Roe · 00:00"
    assert state(place) == "ringing"


def test_who_writes_down_what_a_ringing_call_says_has_answered_it(place: Place) -> None:
    place.calls.take_call("+49 171 5501234", "Ann Roe", "ring", "1")
    into_line(place)
    place.keys.type("Cannot print")
    place.time[0] += 30
    place.calls.panel.refresh_clocks()
    assert (place.page.clock(), state(place)) == ("00:30", "")
    place.calls.take_call("", "", "end", "1")
    assert owed(place) == []
    assert place.page.line() == "Cannot print"


def test_a_call_that_nobody_took_goes_away_and_is_owed_once(place: Place, ken_s_ticket: str) -> None:
    place.calls.take_call(KEN_NUMBER, "", "ring", "1")
    place.calls.take_call(KEN_NUMBER, "", "end", "1")
    place.calls.take_call(KEN_NUMBER, "", "end", "1")
    assert place.calls.panel.uids() == ()
    assert not place.page.is_open()
    assert owed(place) == ["Missed: Ken Lee."]


def test_a_call_that_nobody_took_is_owed_under_the_name_that_the_telephone_told(place: Place) -> None:
    place.calls.take_call("+49 171 5501234", "Lena Fuchs", "ring", "7")
    place.calls.take_call("+49 171 5501234", "", "end", "7")
    assert owed(place) == ["Missed: Lena Fuchs."]


def test_a_telephone_that_counts_its_calls_anew_rings_for_a_new_one(place: Place) -> None:
    place.calls.take_call("+49 171 5501234", "", "answer", "1")
    place.keys.type("Mia")
    place.calls.take_call("", "", "end", "1")
    place.calls.take_call("+49 171 5509999", "", "ring", "1")
    assert len(place.calls.panel.uids()) == 2
    place.calls.take_call("", "", "end", "1")
    assert len(place.calls.panel.uids()) == 1, "only the one that rang ends"


def test_a_telephone_without_names_for_its_calls_is_followed_by_number(place: Place) -> None:
    place.calls.take_call("+49 171 5501234", "", "ring", "")
    place.calls.take_call("+49 171 5501234", "", "answer", "")
    assert len(place.calls.panel.uids()) == 1
    place.calls.take_call("+49 171 5501234", "", "end", "")
    assert state(place) == "ended"


def test_several_calls_ring_at_once_and_each_goes_its_way(place: Place) -> None:
    for number in ("1", "2", "3"):
        place.calls.take_call(f"+49 171 550123{number}", "", "ring", number)
    place.calls.take_call("", "", "answer", "2")
    place.calls.take_call("", "", "end", "3")
    place.calls.take_call("", "", "end", "1")
    (left,) = place.calls.panel.uids()
    assert place.calls.panel.call(left).number == "+49 171 5501232"
    assert sorted(owed(place)) == ["Missed: +49 171 5501231.", "Missed: +49 171 5501233."]


# ── lines that ring for several people ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def jane(place: Place) -> str:
    """A colleague with extension 12."""
    department = place.desk.directory().departments[0].name
    place.desk.add_agent("jane", "Jane Roe", None, department=department, role="All Access", phone="12")
    return "12"


def ring(number: str, *rung: str, event: str = "ring", call_id: str = "7") -> CallPrefill:
    return CallPrefill(number, event=event, call_id=call_id, rung=rung)


def test_a_call_for_a_colleague_stays_out_of_this_window(place: Place, jane: str) -> None:
    place.calls.telephone.hear(ring("+49 171 5501234", jane))
    assert place.calls.panel.uids() == ()
    place.calls.telephone.hear(ring("", event="end"))
    assert owed(place) == [], "the colleague owes it, not the agent of this window"


@pytest.mark.parametrize("rung", [(), ("john", "12"), ("99",)])
def test_a_call_for_me_or_for_nobody_known_comes_up(place: Place, jane: str, rung: tuple[str, ...]) -> None:
    place.calls.telephone.hear(ring("+49 171 5501234", *rung))
    assert len(place.calls.panel.uids()) == 1
    assert place.page.is_open()


def test_a_call_that_a_colleague_took_goes_away_here(place: Place, jane: str) -> None:
    place.calls.telephone.hear(ring("+49 171 5501234", "john", jane))
    place.calls.telephone.hear(ring("", jane, event="answer"))
    assert place.calls.panel.uids() == ()
    assert place.said[-1] == "Jane Roe took the call."
    place.calls.telephone.hear(ring("", event="end"))
    assert owed(place) == []


# ── numbers that are nobody's ────────────────────────────────────────────────────────────────────────────────────


def test_an_extension_is_a_colleague_and_never_becomes_a_caller(place: Place, jane: str) -> None:
    place.calls.take_call(jane, "", "answer", "1")
    assert place.page.caller_says() == "Extension 12 · Jane Roe"
    into_line(place)
    place.keys.type("Her screen is dark")
    place.keys.press("Ctrl+Enter")
    assert place.desk.ticket(place.numbers()[0]).caller is None
    assert list(place.desk.all_people()) == []


def test_what_is_longer_than_any_number_or_name_is_cut(place: Place) -> None:
    place.calls.take_call("1" * 2000, "N" * 2000, "answer", "2")
    QApplication.processEvents()
    assert len(place.page.caller()) < 120
    assert place.calls.panel.width() <= place.window.width()


@pytest.mark.parametrize("told", ["anonymous", "Unknown", "withheld", "", "unavailable@pbx"])
def test_a_number_that_is_not_told_makes_no_person(place: Place, told: str) -> None:
    place.calls.take_call(told, "", "answer", "1")
    into_line(place)
    place.keys.type("No light")
    place.keys.press("Ctrl+Enter")
    people = [person.name or "?" for person in place.desk.all_people()]
    assert people == ([] if "@" not in told else people)


# ── what a person does with a call ───────────────────────────────────────────────────────────────────────────────


def test_a_discarded_call_can_be_taken_back(place: Place) -> None:
    offered: list[tuple[str, str]] = []
    place.calls.offered.connect(lambda text, uid: offered.append((text, uid)))
    place.calls.log_call()
    place.keys.type("Mia Sand")
    place.keys.press("Ctrl+Shift+Delete")
    assert not place.page.is_open()
    assert place.drafts.all("call:") == ()
    ((_text, uid),) = offered
    assert place.calls.take_back(uid)
    assert place.page.caller() == "Mia Sand"
    assert state(place) == "ended"
    assert len(place.drafts.all("call:")) == 1
    assert not place.calls.take_back(uid)


def test_an_empty_call_in_front_stays_the_only_one(place: Place) -> None:
    place.calls.log_call()
    (first,) = place.calls.panel.uids()
    place.calls.log_call()
    assert place.calls.panel.uids() == (first,)


def test_a_parked_call_without_a_caller_shows_its_first_words(place: Place) -> None:
    place.calls.log_call()
    place.keys.press("Tab", "Tab")
    place.keys.type("The printer on floor two jams")
    place.calls.park()
    assert any("The printer on floor two" in tab for tab in place.page.tabs())


def test_how_long_a_call_was_can_be_said(place: Place) -> None:
    place.calls.log_call()
    place.keys.type("Mia Sand")
    place.keys.press("Alt+Shift+L")
    assert place.page.focus() == "call_length"
    place.keys.type("12:30")
    place.keys.press("Enter")
    place.time[0] += 500
    place.calls.panel.refresh_clocks()
    assert (place.page.clock(), state(place)) == ("12:30", "ended")
    place.keys.press("Alt+Shift+L", "Escape")
    assert place.page.is_open()
    assert place.page.clock() == "12:30"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3", 180),
        ("3:20", 200),
        ("1:02:41", 3761),
        (" 0:05 ", 5),
        ("120", 7200),
        ("", None),
        ("x", None),
        ("3:75", None),
        ("-1", None),
    ],
)
def test_a_length_is_read_as_people_write_it(text: str, seconds: int | None) -> None:
    assert read_length(text) == seconds


def test_what_is_put_away_is_told_and_what_is_logged_is_shown(place: Place) -> None:
    kept: list[tuple[int, str]] = []
    logged: list[str] = []
    place.calls.kept.connect(lambda count, who: kept.append((count, who)))
    place.calls.logged.connect(logged.append)
    place.calls.log_call()
    place.keys.type("Mia Sand")
    place.keys.press("Escape", "Escape")
    assert kept[-1] == (1, "Mia Sand")
    assert place.calls.reopen()
    assert kept[-1] == (0, "")
    place.keys.press("Tab", "Tab")
    place.keys.type("Badge lost")
    place.keys.press("Ctrl+Enter")
    assert logged == place.numbers()


def test_a_call_to_somebody_who_is_owed_one_makes_it_good(place: Place) -> None:
    place.desk.add_person(NewPerson("Ken Lee", (KEN_NUMBER,)))
    place.calls.take_call(KEN_NUMBER, "", "ring", "1")
    place.calls.take_call("", "", "end", "1")
    back = next(news.call_back for news in place.desk.inbox() if news.call_back is not None)
    place.calls.call_out(back.phone, name=back.person, owed=back.uid)
    into_line(place)
    place.keys.type("Wanted the new price list")
    place.keys.press("Ctrl+Enter")
    assert owed(place) == []
    (entry,) = [each for each in place.desk.ticket(place.numbers()[0]).thread if each.kind == "call"]
    assert entry.fields["direction"] == "out"
