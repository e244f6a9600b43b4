"""Talking: replies, notes, mentions and promised calls; and what of it is new for whom."""

from collections.abc import Callable
from typing import Any

import pytest

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallRecord, News
from desktop_desk.domain.errors import Invalid, NotAllowed, NotFound
from tests.builders import ADesk, a_ticket, kens_ticket, texts, titles
from tests.fakes import HOUR, MINUTE, MONDAY


def news(desk: Desk) -> list[tuple[str, str | None]]:
    """What is new for an agent, without the calls he is to make: what and by whom, newest first."""
    return [(item.what, item.by) for item in desk.inbox() if item.call_back is None]


def calls(desk: Desk) -> list[News]:
    return [item for item in desk.inbox() if item.call_back is not None]


@pytest.mark.parametrize("text", ["", " ", "\n", "\x00"])
def test_nothing_is_said_by_an_empty_reply_or_note(office: ADesk, text: str) -> None:
    number = a_ticket(office.john)
    for verb in (office.john.reply, office.john.note):
        with pytest.raises(Invalid) as caught:
            verb(number, text)
        assert caught.value.field == "text"


def test_a_reply_may_set_any_status_in_the_same_act(office: ADesk) -> None:
    number = a_ticket(office.john)
    done = office.john.reply(number, "Sent the parts.", status="waiting")
    view = office.john.ticket(number)
    assert view.state == "waiting"
    assert {entry.act for entry in view.thread if entry.act != view.thread[0].act} == {done.act}
    office.john.undo()
    view = office.john.ticket(number)
    assert (view.state, view.agent, texts(view)) == ("open", None, [])


def test_a_refused_status_leaves_the_reply_unsaid(office: ADesk) -> None:
    number = a_ticket(office.john)
    with pytest.raises(NotFound):
        office.john.reply(number, "Done.", status="snoozed")
    assert texts(office.john.ticket(number)) == []


def test_entries_stand_in_the_order_in_which_things_happened(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.clock.passes(hours=2)
    office.john.note(number, "now")
    office.john.note(number, "an hour ago", at=MONDAY + HOUR)
    office.john.message(number, "half an hour ago", at=MONDAY + 30 * MINUTE)
    assert texts(office.john.ticket(number)) == ["half an hour ago", "an hour ago", "now"]


# ── who follows, and what he is told ─────────────────────────────────────────────────────────────────────────────


def test_what_happens_on_a_ticket_that_i_opened_is_new_for_me(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.clock.passes(minutes=1)
    office.jane.assign(number, "jane")
    office.clock.passes(minutes=1)
    office.jane.reply(number, "Renewed the certificate.", resolve=True)
    assert news(office.john) == [("resolved", "jane"), ("assigned", "jane")]
    assert office.john.inbox()[-2].text == "Renewed the certificate."
    assert office.john.counters().queues["forme"] == len(office.john.inbox()) == 3


def test_the_one_who_handed_a_ticket_on_sees_the_answer_and_the_resolution(office: ADesk) -> None:
    number = a_ticket(office.ada)
    office.john.assign(number, "jane", "please")
    assert news(office.jane) == [("assigned", "john")]
    assert office.jane.inbox()[0].text == "please"
    office.clock.passes(minutes=1)
    office.jane.reply(number, "Looking into it.")
    office.clock.passes(minutes=1)
    office.jane.resolve(number)
    assert news(office.john) == [("resolved", "jane"), ("replied", "jane")]


def test_my_own_acts_are_no_news_to_me(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.assign(number, "john")
    office.john.reply(number, "hello")
    office.john.set_priority(number, "A")
    assert office.john.inbox() == ()
    assert office.john.counters().queues["forme"] == 0


def test_opening_a_ticket_for_somebody_is_news_to_him(office: ADesk) -> None:
    number = a_ticket(office.john, details="Nobody can connect.", agent="jane")
    (item,) = office.jane.inbox()
    assert (item.what, item.by, item.ticket, item.text) == ("assigned", "john", number, "Nobody can connect.")
    assert [row.unread for row in office.jane.queue("open").rows] == [True]
    assert [row.unread for row in office.john.queue("open").rows] == [False]


def test_what_happened_before_somebody_followed_is_no_news_to_him(office: ADesk) -> None:
    number = a_ticket(office.ada)
    office.john.reply(number, "old")
    office.clock.passes(minutes=1)
    office.jane.follow(number)
    assert news(office.jane) == []
    assert office.jane.counters().queues["forme"] == 0
    assert [row.unread for row in office.jane.queue("open").rows] == [False]
    office.clock.passes(minutes=1)
    office.john.note(number, "new")
    assert news(office.jane) == [("noted", "john")]


def test_being_handed_a_ticket_that_one_follows_hides_no_older_news(office: ADesk) -> None:
    number = a_ticket(office.jane)
    office.john.note(number, "look at this first")
    office.clock.passes(minutes=1)
    office.ada.assign(number, "jane")
    assert news(office.jane) == [("assigned", "ada"), ("noted", "john")]


def test_handing_on_a_ticket_that_one_follows_hides_no_news_either(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.assign(number, "jane")
    office.jane.reply(number, "the answer")
    office.john.assign(number, "ada")
    assert ("replied", "jane") in news(office.john)


def test_who_stops_following_hears_no_more(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.follow(number, on=False)
    office.jane.reply(number, "hello")
    assert news(office.john) == []
    assert not office.john.ticket(number).following
    assert office.john.follow(number, on=False).act == ""


def test_a_mention_makes_a_colleague_a_follower_who_finds_the_note(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.note(number, "@jane, @NOBODY: see mail@jane.example and (@vera.)")
    assert set(office.john.ticket(number).followers) == {"john", "jane", "vera"}
    assert news(office.jane) == [("noted", "john")]
    assert news(office.vera) == [("noted", "john")]


MENTIONS: dict[str, Callable[[ADesk, str], object]] = {
    "reply": lambda office, number: office.john.reply(number, "my colleague @jane looks at it"),
    "handing on": lambda office, number: office.john.assign(number, "ada", "@jane knows more"),
    "resolving": lambda office, number: office.john.resolve(number, "@jane had it last week"),
    "giving back": lambda office, number: (
        office.john.claim(number), office.john.release(number, message="@jane could do it")
    ),
    "call": lambda office, number: office.john.add_call(number, "she asks for @jane"),
}  # fmt: skip


@pytest.mark.parametrize("way", MENTIONS)
def test_who_is_named_in_whatever_a_colleague_writes_is_told_and_follows(office: ADesk, way: str) -> None:
    number = kens_ticket(office.john)
    MENTIONS[way](office, number)
    (line,) = (item for item in office.jane.inbox() if item.event == "mention")
    assert line.why.startswith("John Doe mentioned you.")
    assert "jane" in office.john.ticket(number).followers


def test_who_is_named_when_a_call_is_logged_is_told_and_follows(office: ADesk) -> None:
    number = kens_ticket(office.john, details="she asks for @jane")
    assert [item.event for item in office.jane.inbox()] == ["mention"]
    assert "jane" in office.john.ticket(number).followers


def test_whom_a_caller_names_is_not_told(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.john.message(number, "I want @jane")
    assert office.jane.inbox() == ()


def test_undoing_a_note_takes_its_news_back(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.note(number, "@jane sorry, wrong ticket")
    office.john.undo()
    assert news(office.jane) == []
    assert office.jane.counters().queues["forme"] == 0
    assert "jane" not in office.john.ticket(number).followers


def test_seen_is_seen_and_only_what_comes_later_is_new(office: ADesk) -> None:
    number, other = a_ticket(office.john), a_ticket(office.john, "other")
    office.jane.note(number, "one")
    office.jane.note(other, "other")
    office.clock.passes(minutes=1)
    office.john.mark_seen(number)
    assert [item.ticket for item in office.john.inbox()] == [other]
    office.clock.passes(minutes=1)
    office.jane.note(number, "two")
    assert [item.text for item in office.john.inbox() if item.ticket == number] == ["two"]
    office.john.mark_all_seen()
    assert office.john.inbox() == ()
    assert office.john.mark_all_seen().act == ""
    assert office.john.mark_seen(number).act == ""


def test_reading_the_inbox_marks_nothing_seen(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.jane.note(number, "one")
    assert office.john.inbox() == office.john.inbox() != ()


def test_seen_marks_of_one_agent_are_nothing_to_another(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.ada.follow(number)
    office.jane.note(number, "one")
    office.john.mark_seen(number)
    assert news(office.ada) == [("noted", "jane")]


def test_a_call_of_the_caller_is_news(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.jane.add_call(number, "Ken asks how it goes.")
    assert [(item.what, item.text) for item in office.john.inbox()] == [("called", "Ken asks how it goes.")]


@pytest.mark.parametrize(
    ("act", "what"),
    [
        (lambda desk, number: desk.set_priority(number, "A"), "priority_changed"),
        (lambda desk, number: desk.set_status(number, "waiting"), "status_changed"),
        (lambda desk, number: desk.edit(number, subject="Wi-Fi"), "edited"),
        (lambda desk, number: desk.close(number), "closed"),
        (lambda desk, number: desk.claim(number), "assigned"),
        (lambda desk, number: desk.message(number, "hello"), "messaged"),
    ],
)
def test_each_kind_of_act_has_its_own_word(office: ADesk, act: Any, what: str) -> None:
    number = a_ticket(office.john)
    act(office.jane, number)
    (item,) = office.john.inbox()
    assert (item.what, item.by, item.ticket) == (what, "jane", number)
    assert item.text


# ── promised calls ───────────────────────────────────────────────────────────────────────────────────────────────


def promises(desk: Desk, number: str) -> list[str]:
    return [
        entry.title for entry in desk.ticket(number).thread if "call" in entry.title and entry.kind == "event"
    ]


def test_a_promise_is_told_in_the_thread(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.john.add_call_back(number, None)
    office.john.add_call_back(number, MONDAY + 2 * HOUR, "Ask for the model.", agent="jane")
    assert promises(office.ada, number) == [
        "John Doe promised to call back",
        "John Doe promised that Jane Roe calls back: Mon 02 Mar 11:00 (UTC)",
    ]
    office.john.undo()
    assert promises(office.ada, number)[:1] == ["John Doe promised to call back"]


def test_a_caller_who_is_to_be_told_the_outcome_makes_no_line(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.john.resolve(number)
    assert calls(office.john)
    assert promises(office.john, number) == []


def test_a_promised_call_goes_with_the_ticket(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.john.assign(number, "john")
    office.john.add_call_back(number, MONDAY + HOUR)
    office.john.add_call_back(number, MONDAY + HOUR, agent="ada")
    office.john.assign(number, "jane", "please call Ken")
    assert calls(office.john) == []
    (back,) = [item.call_back for item in calls(office.jane)]
    assert back is not None
    assert (back.agent, back.due) == ("jane", MONDAY + HOUR)
    assert len(calls(office.ada)) == 1, "it was hers before, whoever had the ticket"
    assert promises(office.ada, number)[-1] == "The promised call goes with it to Jane Roe"
    office.john.undo()
    assert len(calls(office.john)) == 1
    assert calls(office.jane) == []


def test_a_promised_call_goes_to_the_team_and_stays_where_a_department_gets_the_ticket(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.john.assign(number, "john")
    office.john.add_call_back(number, None)
    office.john.assign(number, "System Administrators")
    assert len(calls(office.john)) == 1, "nobody has it there yet who could call"
    office.john.assign(number, "john")
    office.john.assign(number, "Night shift")
    assert calls(office.john) == []
    assert len(calls(office.jane)) == 1


def test_a_promised_call_stands_for_me_until_it_is_made(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.john.add_call_back(number, MONDAY + 2 * HOUR, "Ask for the model.")
    office.jane.add_call_back(number, MONDAY + HOUR, agent="john")
    first, second = calls(office.john)
    assert [item.text for item in (first, second)] == [
        "Call Ken Lee back.",
        "Call Ken Lee back. Ask for the model.",
    ]
    assert first.call_back is not None
    assert (first.call_back.phone, first.call_back.due, first.by) == ("(318) 290-3674", MONDAY + HOUR, "jane")
    office.clock.passes(minutes=30)
    office.john.call_back_done(first.call_back.uid, "Talked for a while.")
    assert [item.text for item in calls(office.john)] == [second.text]
    view = office.john.ticket(number)
    assert (titles(view)[-1], texts(view)[-1]) == ("John Doe called Ken Lee", "Talked for a while.")
    assert view.answered
    office.john.undo()
    assert len(calls(office.john)) == 2


def test_a_call_back_cannot_be_promised_for_somebody_who_has_left(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.ada.deactivate("agent", office.uid("jane"))
    with pytest.raises(NotAllowed):
        office.john.add_call_back(number, None, agent="jane")
    with pytest.raises(NotAllowed):
        a_ticket(office.john, call_back_at=MONDAY, call_back_for="jane")


def test_a_call_back_that_is_not_there_cannot_be_done(office: ADesk) -> None:
    for uid in ("0" * 32, "nonsense", ""):
        with pytest.raises(NotFound):
            office.john.call_back_done(uid)


def test_a_call_back_is_done_once(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.john.add_call_back(number, None)
    (back,) = office.john.ticket(number).call_backs
    office.john.call_back_done(back.uid, "done")
    with pytest.raises(Invalid, match="already"):
        office.john.call_back_done(back.uid, "again")
    assert texts(office.john.ticket(number)).count("again") == 0


# ── words on a merged ticket ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "say",
    [
        lambda desk, number: desk.message(number, "still down"),
        lambda desk, number: desk.reply(number, "still down"),
        lambda desk, number: desk.note(number, "still down"),
        lambda desk, number: desk.add_call(number, "still down", CallRecord()),
    ],
    ids=["message", "reply", "note", "call"],
)
def test_words_on_a_merged_ticket_go_to_the_one_it_is_part_of(office: ADesk, say: Any) -> None:
    part, whole = kens_ticket(office.john, "from the front desk"), kens_ticket(office.john, "VPN down")
    office.john.merge(part, whole)
    done = say(office.jane, part)
    assert done.number == whole
    assert "still down" in texts(office.john.ticket(whole))
    assert office.john.ticket(part).state == "closed"
    office.john.unmerge(part)
    assert "still down" in texts(office.john.ticket(whole))
    assert "still down" not in texts(office.john.ticket(part))


def test_a_callers_word_on_a_merged_ticket_reopens_the_whole(office: ADesk) -> None:
    part, whole = kens_ticket(office.john, "first"), kens_ticket(office.john, "second")
    office.john.merge(part, whole)
    office.john.resolve(whole)
    office.john.message(part, "It is back!")
    assert office.john.ticket(whole).state == "open"
