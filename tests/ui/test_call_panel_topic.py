"""What is typed into a call's topic: a topic, or words that must not be lost."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallDraft
from desktop_desk.ui.calls.typed_call import TypedCall
from tests.ui.test_call_panel import KEN_NUMBER, Place, desk, ken_s_ticket, open_place, place

__all__ = ["desk", "ken_s_ticket", "open_place", "place"]

NO_TOPIC = "There is no topic “Lift stuck”. Choose one, or put the words into “What is it about?”."


@pytest.fixture(autouse=True)
def vpn(desk: Desk) -> None:
    """The office's topics: VPN, and twice a Cable below another."""
    desk.add("topic", name="VPN")
    for above in ("Office", "Network"):
        desk.add("topic", name=above)
        desk.add("topic", name=f"{above} cable", parent=above)


def type_topic(place: Place, text: str) -> None:
    """Start a call with only this in its topic."""
    place.calls.log_call()
    place.keys.press("Tab")
    assert place.page.focus() == "topic"
    place.keys.type(text)


def test_words_in_the_topic_alone_come_back_after_a_kill(
    open_place: Callable[[], Place], qtbot: QtBot
) -> None:
    first = open_place()
    type_topic(first, "Lift stuck")
    assert first.drafts.flush(), "a kill from here on finds it on the disk"
    first.drafts.close()
    first.window.close()

    second = open_place()
    qtbot.waitUntil(second.page.is_open, timeout=5000)
    assert second.page.topic() == "Lift stuck"


def test_a_chosen_topic_comes_back_and_is_saved(open_place: Callable[[], Place], qtbot: QtBot) -> None:
    first = open_place()
    type_topic(first, "vp")
    first.keys.press("Enter")
    first.keys.type("Nothing connects")
    first.drafts.close()
    first.window.close()

    second = open_place()
    qtbot.waitUntil(second.page.is_open, timeout=5000)
    assert second.page.topic() == "VPN"
    second.keys.press("Ctrl+Enter")
    assert second.desk.ticket(second.numbers()[0]).topic == "VPN"


def test_a_topic_that_was_taken_out_again_stays_out_and_words_in_its_place_stay(
    open_place: Callable[[], Place], qtbot: QtBot
) -> None:
    first = open_place()
    type_topic(first, "VPN")
    first.drafts.close()
    first.window.close()

    second = open_place()
    qtbot.waitUntil(second.page.is_open, timeout=5000)
    second.keys.press("Tab", "Ctrl+A")
    assert second.page.focus() == "topic"
    second.keys.type("Lift stuck")
    # Another call reads the office anew, and every open form with it.
    second.keys.press("Ctrl+Shift+N", "Ctrl+PageUp")
    assert second.page.topic() == "Lift stuck"
    assert second.calls.panel.call(second.calls.panel.front).topic == ""


def test_words_in_the_topic_survive_parking(place: Place) -> None:
    type_topic(place, "Lift stuck")
    place.keys.press("Ctrl+Shift+N")
    place.keys.type("Mia")
    place.keys.press("Ctrl+PageUp")
    assert place.page.topic() == "Lift stuck"


def test_words_in_the_topic_survive_being_put_away(place: Place) -> None:
    type_topic(place, "Lift stuck")
    place.keys.press("Escape")
    assert not place.page.is_open()
    assert place.calls.reopen()
    assert place.page.topic() == "Lift stuck"


def test_a_discarded_call_is_taken_back_with_the_words_in_its_topic(place: Place) -> None:
    type_topic(place, "Lift stuck")
    uid = place.calls.panel.front
    place.keys.press("Ctrl+Shift+Delete")
    assert place.calls.take_back(uid)
    assert place.page.topic() == "Lift stuck"


def test_words_that_name_no_topic_are_said_beside_it_and_nothing_is_saved(place: Place) -> None:
    type_topic(place, "Lift stuck")
    place.keys.press("Enter")
    place.keys.type("Between two floors")
    place.keys.press("Ctrl+Enter")
    assert place.numbers() == []
    assert place.page.errors() == [NO_TOPIC]
    assert place.page.focus() == "topic"
    assert place.page.topic() == "Lift stuck"
    place.keys.press("Ctrl+A")
    place.keys.type("vpn")
    assert place.page.errors() == [], "what is said goes away with the words"
    place.keys.press("Ctrl+Enter")
    assert place.desk.ticket(place.numbers()[0]).topic == "VPN"


def test_words_that_name_no_topic_keep_a_call_from_being_added_too(place: Place, ken_s_ticket: str) -> None:
    place.calls.take_call(KEN_NUMBER, "", "answer", "1")
    place.keys.type("jams again")
    place.keys.press("Shift+Tab")
    place.keys.type("Lift stuck")
    place.keys.press("Alt+1")
    assert place.page.errors() == [NO_TOPIC]
    assert place.thread(ken_s_ticket) == ["call: "]


@pytest.mark.parametrize(
    ("typed", "topic"),
    [("vPn", "VPN"), ("  office  CABLE ", "Office cable")],
)
def test_the_whole_name_of_a_topic_is_taken_without_choosing(place: Place, typed: str, topic: str) -> None:
    type_topic(place, typed)
    place.keys.press("Tab")
    place.keys.type("Does not fit")
    place.keys.press("Ctrl+Enter")
    assert place.desk.ticket(place.numbers()[0]).topic == topic


def test_no_topic_is_suggested_beside_one_that_the_line_names(place: Place) -> None:
    old = place.desk.log_call(CallDraft("Cable chewed", topic="Office cable")).number
    place.calls.log_call()
    place.keys.press("Tab", "Tab")
    place.keys.type("cable chewed")
    assert "suggested" in place.page.topic_hint()
    place.keys.type(" #vpn")
    assert place.page.chips() == ["# VPN"]
    assert place.page.topic_hint() == "VPN (from the line)"
    place.keys.press("Shift+Tab", "Enter")
    assert place.page.topic() == "", "Enter takes nothing that is not offered"
    place.keys.press("Ctrl+Enter")
    (new,) = set(place.numbers()) - {old}
    assert place.desk.ticket(new).topic == "VPN"


def test_a_draft_of_an_older_program_still_reads() -> None:
    kept = TypedCall("a1", line="Badge", topic="t1", started=1, topic_typed="VPN").as_draft()
    assert TypedCall.from_draft(kept, kept=1, now=1).topic_typed == "VPN"
    del kept["topic_typed"]
    old = TypedCall.from_draft(kept, kept=1, now=1)
    assert (old.line, old.topic, old.topic_typed) == ("Badge", "t1", "")


def test_words_in_the_topic_are_something() -> None:
    assert not TypedCall("a1", topic_typed="Lift stuck").empty
    assert not TypedCall("a1", topic_typed="Lift stuck").untouched
    assert TypedCall("a1", topic_typed="  ").empty


def test_everything_that_is_wrong_is_said_at_once(place: Place) -> None:
    type_topic(place, "Lift stuck")
    place.keys.press("Ctrl+Enter")
    assert place.numbers() == []
    assert set(place.page.errors()) == {NO_TOPIC, "Say in one line what it is about."}
    assert place.page.focus() == "topic"
