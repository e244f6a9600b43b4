"""Intake: a request becomes a ticket, or joins one that is there."""

from collections.abc import Callable
from typing import Any

import pytest

from desktop_desk.desk.views import CallDraft, CallRecord, NewPerson
from desktop_desk.domain.errors import DeskError, Invalid, NotAllowed, NotFound
from desktop_desk.domain.numbers import read_number
from tests.builders import KEN, ADesk, a_ticket, kens_ticket, texts, titles
from tests.fakes import HOUR, MINUTE, MONDAY


def test_one_line_is_enough(office: ADesk) -> None:
    view = office.john.ticket(a_ticket(office.john, "  Printer \t jams  "))
    assert view.subject == "Printer jams"
    assert (view.state, view.priority, view.source, view.department) == ("open", "C", "phone", "Support")
    assert (view.agent, view.team, view.caller) == (None, "", None)
    assert view.opened == view.updated == MONDAY


@pytest.mark.parametrize("subject", ["", "   ", "\n\t", "\x00", " \x00 "])
def test_a_blank_subject_is_refused_with_what_to_do(office: ADesk, subject: str) -> None:
    with pytest.raises(Invalid) as caught:
        office.john.log_call(CallDraft(subject))
    assert caught.value.field == "subject"
    assert caught.value.advice
    assert office.john.counters().total == 0


def test_numbers_are_given_in_order_and_carry_their_check_digit(office: ADesk) -> None:
    numbers = [a_ticket(office.john, f"Ticket {n}") for n in range(12)]
    assert len(set(numbers)) == 12
    assert [int(number.split("-")[0]) for number in numbers] == list(range(1001, 1013))
    for number in numbers:
        reading = read_number(number)
        assert reading is not None
        assert not reading.wrong_check


def test_a_refused_ticket_uses_up_no_number(office: ADesk) -> None:
    with pytest.raises(NotFound):
        office.john.log_call(CallDraft("VPN", agent="nobody"))
    assert a_ticket(office.john).startswith("1001-")


def test_a_call_is_one_act_with_its_caller_its_entry_and_its_promise(office: ADesk) -> None:
    done = office.john.log_call(
        CallDraft(
            "VPN down",
            "Nobody can connect.",
            new_caller=KEN,
            call=CallRecord(number="+1 318 290 3674", seconds=61),
            call_back_at=MONDAY + HOUR,
        )
    )
    view = office.john.ticket(done.number or "")
    assert titles(view) == [
        "John Doe opened the ticket", "Ken Lee called · taken by John Doe · 1 min 1 s",
        "John Doe promised to call back: Mon 02 Mar 10:00 (UTC)",
    ]  # fmt: skip
    assert {entry.act for entry in view.thread} == {done.act}
    assert view.caller is not None
    assert (view.caller.name, view.caller.phones, view.caller.organisation) == (
        "Ken Lee",
        ("(318) 290-3674",),
        "Sales",
    )
    (back,) = view.call_backs
    assert (back.person, back.phone, back.due, back.agent, back.done) == (
        "Ken Lee",
        "+1 318 290 3674",
        MONDAY + HOUR,
        "john",
        False,
    )
    office.john.undo()
    assert office.john.ticket(done.number or "").state == "withdrawn"
    assert office.john.find_people("Ken") == ()
    assert office.john.inbox() == ()


@pytest.mark.parametrize(
    "person",
    [NewPerson("Ken Lee"), NewPerson(phones=("+1 318 290 3674",)), NewPerson(emails=("k@x.example",))],
)
def test_any_one_thing_is_enough_to_be_a_caller(office: ADesk, person: NewPerson) -> None:
    view = office.john.ticket(a_ticket(office.john, new_caller=person))
    assert view.caller is not None
    assert office.john.queue("open").rows[0].caller == (person.name or (*person.phones, *person.emails)[0])


def test_a_caller_of_whom_nothing_is_known_is_no_caller(office: ADesk) -> None:
    assert office.john.ticket(a_ticket(office.john, new_caller=NewPerson("  "))).caller is None


def test_a_request_that_did_not_come_by_phone_begins_with_a_message(office: ADesk) -> None:
    number = a_ticket(office.john, "Scanner", details="prints stripes", source="email", new_caller=KEN)
    entry = office.john.ticket(number).thread[-1]
    assert (entry.kind, entry.text) == ("message", "prints stripes")


def _topic(office: ADesk, **fields: Any) -> str:
    return office.ada.add("topic", name="Network", **fields).uid or ""


def test_a_topic_sets_department_priority_and_agent(office: ADesk) -> None:
    _topic(office, department="System Administrators", priority="A", agent="jane")
    view = office.john.ticket(a_ticket(office.john, topic="network"))
    assert (view.topic, view.department, view.priority, view.agent) == (
        "Network",
        "System Administrators",
        "A",
        "jane",
    )


def test_a_topic_may_set_a_team(office: ADesk) -> None:
    _topic(office, team="Night shift")
    view = office.john.ticket(a_ticket(office.john, topic="Network"))
    assert (view.team, view.agent) == ("Night shift", None)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"department": "Support"}, ("Support", "A", "jane", "")),
        ({"priority": "Low"}, ("System Administrators", "D", "jane", "")),
        ({"agent": "john"}, ("System Administrators", "A", "john", "")),
        ({"team": "Night shift"}, ("System Administrators", "A", None, "Night shift")),
    ],
)
def test_what_the_taker_chose_wins_over_the_topic(
    office: ADesk, chosen: dict[str, str], expected: tuple[str | None, ...]
) -> None:
    _topic(office, department="System Administrators", priority="A", agent="jane")
    view = office.john.ticket(a_ticket(office.john, topic="Network", **chosen))
    assert (view.department, view.priority, view.agent, view.team) == expected


def test_a_topic_whose_agent_has_left_leaves_the_ticket_unassigned(office: ADesk) -> None:
    _topic(office, agent="jane")
    office.ada.deactivate("agent", office.uid("jane"))
    assert office.john.ticket(a_ticket(office.john, topic="Network")).agent is None


def test_a_topic_whose_team_has_gone_leaves_the_ticket_unassigned(office: ADesk) -> None:
    _topic(office, team="Night shift")
    office.ada.deactivate("team", "Night shift")
    assert office.john.ticket(a_ticket(office.john, topic="Network")).team == ""


def test_without_topic_the_ticket_stands_in_the_desks_department(office: ADesk) -> None:
    office.ada.change_settings(department="System Administrators")
    assert office.john.ticket(a_ticket(office.john)).department == "System Administrators"


def test_opening_with_an_assignee_is_not_assigned(office: ADesk) -> None:
    view = office.john.ticket(a_ticket(office.john, agent="jane"))
    assert view.agent == "jane"
    assert view.reassignments == 0
    (row,) = office.john.report()
    assert (row.opened, row.assigned, row.reassigned) == (1, 0, 0)
    assert set(view.followers) == {"john", "jane"}


@pytest.mark.parametrize(
    ("draft", "error"),
    [
        ({"topic": "no such"}, NotFound),
        ({"department": "no such"}, NotFound),
        ({"agent": "nobody"}, NotFound),
        ({"team": "no such"}, NotFound),
        ({"caller": "0" * 32}, NotFound),
        ({"call_back_for": "nobody", "call_back_at": MONDAY}, NotFound),
        ({"priority": "urgent!"}, Invalid),
        ({"source": "pigeon"}, Invalid),
        ({"tags": ("  ",)}, Invalid),
        ({"new_caller": NewPerson("Ken", emails=("no address",))}, Invalid),
    ],
)
def test_what_is_not_known_is_refused_and_nothing_is_kept(
    office: ADesk, draft: dict[str, Any], error: type[DeskError]
) -> None:
    facts = office.john.check().facts
    with pytest.raises(error) as caught:
        office.john.log_call(CallDraft("VPN", **draft))
    assert caught.value.reason
    assert office.john.check().facts == facts


def test_a_ticket_cannot_be_opened_for_somebody_who_has_left(office: ADesk) -> None:
    office.ada.deactivate("agent", office.uid("jane"))
    with pytest.raises(NotAllowed, match="not active"):
        office.john.log_call(CallDraft("VPN", agent="jane"))


def test_a_department_that_keeps_to_its_members_takes_no_stranger_at_opening_either(office: ADesk) -> None:
    office.ada.change("department", "System Administrators", assign_members_only=True)
    with pytest.raises(NotAllowed, match="System Administrators"):
        office.john.log_call(CallDraft("VPN", department="System Administrators", agent="john"))
    view = office.john.ticket(a_ticket(office.john, department="System Administrators", agent="jane"))
    assert view.agent == "jane"


def test_a_call_that_was_helped_at_once_is_resolved_by_its_taker_who_has_nobody_to_tell(
    office: ADesk,
) -> None:
    view = office.john.ticket(kens_ticket(office.john, resolve=True))
    assert (view.state, view.agent, view.resolved) == ("resolved", "john", MONDAY)
    assert view.call_backs == ()
    office.john.undo()
    assert office.john.counters().queues["resolved"] == 0


def test_a_due_time_set_by_hand_wins(office: ADesk) -> None:
    view = office.john.ticket(a_ticket(office.john, priority="A", due=MONDAY + 5 * MINUTE))
    assert view.due == MONDAY + 5 * MINUTE
    assert view.due_explained.lines == ("Set by hand.",)


def test_a_call_typed_later_stands_at_the_time_it_happened(office: ADesk) -> None:
    view = office.john.ticket(a_ticket(office.john, priority="A", at=MONDAY - 3 * HOUR))
    assert view.opened == MONDAY - 3 * HOUR
    assert view.due == MONDAY - 2 * HOUR
    assert {entry.at for entry in view.thread} == {MONDAY - 3 * HOUR}


def test_tags_are_kept_small_and_without_spaces(office: ADesk) -> None:
    assert office.john.ticket(a_ticket(office.john, tags=("#VPN", "Head office"))).tags == (
        "head-office",
        "vpn",
    )


# ── calls and messages on a ticket that is there ─────────────────────────────────────────────────────────────────


def test_a_call_joins_an_open_ticket(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.clock.passes(minutes=10)
    office.jane.add_call(number, "Still down.", CallRecord(number="318 290 3674", seconds=30))
    view = office.jane.ticket(number)
    assert titles(view)[-1] == "Ken Lee called · taken by Jane Roe · 30 s"
    assert texts(view)[-1] == "Still down."
    assert view.updated == MONDAY + 10 * MINUTE
    assert "jane" in view.followers


Ending = Callable[[ADesk, str], object]


def _resolved(office: ADesk, **more: Any) -> str:
    number = kens_ticket(office.john, priority="A", agent="jane", **more)
    office.clock.passes(minutes=30)
    office.jane.resolve(number)
    office.clock.passes(hours=5)
    return number


@pytest.mark.parametrize("ended", ["resolved", "closed"])
@pytest.mark.parametrize(
    "word",
    [
        lambda office, number: office.john.message(number, "It is back!"),
        lambda office, number: office.john.add_call(number, "It is back!"),
    ],
    ids=["message", "call"],
)
def test_the_callers_word_reopens_an_ended_ticket_and_its_due_time_starts_anew(
    office: ADesk, word: Ending, ended: str
) -> None:
    number = _resolved(office)
    office.jane.set_status(number, ended)
    before = office.john.ticket(number)
    word(office, number)
    view = office.john.ticket(number)
    assert (before.state, view.state) == (ended, "open")
    assert (view.agent, view.reopens, view.resolved, view.closed) == ("jane", 1, None, None)
    assert view.due == office.clock.now + HOUR
    assert not view.answered


def test_a_message_typed_before_the_ticket_was_resolved_reopens_it_without_a_difference(
    office: ADesk,
) -> None:
    number = kens_ticket(office.john, agent="jane")
    form = office.john.ticket(number).position
    office.jane.resolve(number)
    office.john.message(number, "It is back!", seen=form)
    view = office.john.ticket(number)
    assert (view.state, view.conflicts) == ("open", ())
    assert office.john.counters().queues["differences"] == 0


def test_an_outgoing_call_reopens_nothing_and_answers(office: ADesk) -> None:
    number = _resolved(office)
    office.jane.add_call(number, "Told him.", CallRecord(direction="out"))
    view = office.jane.ticket(number)
    assert view.state == "resolved"
    assert view.answered
    assert titles(view)[-1] == "Jane Roe called Ken Lee"


def test_a_ticket_whose_agent_has_left_reopens_unassigned(office: ADesk) -> None:
    number = _resolved(office)
    office.ada.deactivate("agent", office.uid("jane"))
    office.john.message(number, "It is back!")
    view = office.john.ticket(number)
    assert (view.state, view.agent) == ("open", None)
    assert office.john.counters().queues["unassigned"] == 1


def test_promises_to_tell_the_outcome_lapse_when_the_ticket_reopens(office: ADesk) -> None:
    number = _resolved(office)
    assert [item.what for item in office.john.inbox() if item.call_back] == ["tell"]
    office.john.message(number, "It is back!")
    assert not [item for item in office.john.inbox() if item.call_back]
    office.jane.resolve(number)
    assert [item.what for item in office.john.inbox() if item.call_back] == ["tell"]


def test_a_promised_call_back_stands_when_the_ticket_reopens(office: ADesk) -> None:
    number = _resolved(office)
    office.john.add_call_back(number, MONDAY + 90 * HOUR)
    office.john.message(number, "It is back!")
    assert [item.what for item in office.john.inbox() if item.call_back] == ["call_back"]


def test_undo_of_a_message_that_reopened_resolves_again(office: ADesk) -> None:
    number = _resolved(office)
    office.john.message(number, "wrong ticket, sorry")
    office.john.undo()
    view = office.john.ticket(number)
    assert (view.state, view.reopens) == ("resolved", 0)
    assert "wrong ticket, sorry" not in texts(view)
    assert [item.what for item in office.john.inbox() if item.call_back] == ["tell"]


def test_a_call_with_a_promise_is_one_act(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.john.add_call(number, "Call me at two.", call_back_at=MONDAY + 5 * HOUR)
    (back,) = office.john.ticket(number).call_backs
    assert (back.person, back.phone, back.due) == ("Ken Lee", "(318) 290-3674", MONDAY + 5 * HOUR)
    office.john.undo()
    assert all(back.done for back in office.john.ticket(number).call_backs)
    assert office.john.inbox() == ()


def test_a_message_needs_a_text_and_a_call_does_not(office: ADesk) -> None:
    number = kens_ticket(office.john)
    with pytest.raises(Invalid):
        office.john.message(number, " \n")
    office.john.add_call(number, "")
    assert office.john.ticket(number).thread[-1].kind == "call"


# ── what people may type ─────────────────────────────────────────────────────────────────────────────────────────

ODD = {
    "emoji": "Printer 🖨️🔥 bürnt — 👩🏽‍💻",
    "right to left": "הדפסה לא עובדת Drucker",
    "other scripts": "プリンター 打印机 पेपर",
    "combining": "Cafe\u0301 e\u0301",
    "quotes": "\"; DROP TABLE ticket; -- 'x' {name} %s \\",
    "markup": "<b>&amp;</b>\u2028line",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_any_script_is_kept_as_typed(office: ADesk, text: str) -> None:
    number = a_ticket(office.john, text, details=text, new_caller=NewPerson(text))
    office.john.note(number, text)
    office.john.reply(number, text)
    view = office.john.ticket(number)
    assert view.subject == " ".join(text.split())
    assert texts(view) == [text] * 3
    assert office.ada.check(rebuild=True).ok


def test_nul_and_halves_of_characters_are_left_out_and_the_rest_is_kept(office: ADesk) -> None:
    number = a_ticket(office.john, "Dr\x00ucker \ud83d", details="eins\x00zwei \udfff drei")
    view = office.john.ticket(number)
    assert view.subject == "Drucker ?"
    assert texts(view) == ["einszwei ? drei"]


def test_a_million_letters_are_kept_whole(office: ADesk) -> None:
    text = ("Zeile mit Wörtern und 😀\n" * 45_000)[:1_000_000] + " Schlusswort"
    number = a_ticket(office.john, details=text)
    assert texts(office.john.ticket(number)) == [text]
    office.john.reply(number, text)
    assert texts(office.john.ticket(number))[-1] == text


def test_a_subject_that_is_too_long_is_refused_with_what_to_do(office: ADesk) -> None:
    assert office.john.ticket(a_ticket(office.john, "x" * 300)).subject == "x" * 300
    with pytest.raises(Invalid, match="300") as caught:
        office.john.log_call(CallDraft("x" * 301))
    assert "details" in caught.value.advice


def test_a_text_beyond_all_measure_is_refused_and_not_cut(office: ADesk) -> None:
    with pytest.raises(Invalid) as caught:
        office.john.log_call(CallDraft("Log file", "x" * 4_000_001))
    assert caught.value.field == "details"


def test_a_callers_number_may_be_anything_that_a_telephone_hands_over(office: ADesk) -> None:
    for typed in ("anonymous", "sip:ken@sales.example", "\x00\ud800", "☎ 12", "*#06#", ""):
        number = a_ticket(office.john, f"from {len(typed)}", call=CallRecord(number=typed, disposition=typed))
        assert office.john.ticket(number).thread[-1].kind == "call"
