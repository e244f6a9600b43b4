"""Handling: who has a ticket, how urgent it is and where it stands."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallDraft, CallRecord
from desktop_desk.domain.errors import Invalid, NotAllowed, NotFound, Stale
from tests.builders import ADesk, a_desk, a_ticket, kens_ticket, texts, titles
from tests.fakes import DAY, HOUR, MONDAY

# ── who has it ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_to_get_a_ticket_is_assigned_and_the_next_reassigned(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.assign(number, "john")
    office.john.assign(number, "jane")
    view = office.john.ticket(number)
    assert (view.agent, view.reassignments) == ("jane", 1)
    assert titles(view)[-2:] == ["John Doe assigned it to John Doe", "John Doe reassigned it to Jane Roe"]
    (row,) = office.john.report()
    assert (row.assigned, row.reassigned) == (1, 1)


def test_a_handover_carries_its_message_as_a_note_to_the_next_one(office: ADesk) -> None:
    number = a_ticket(office.john)
    done = office.john.assign(number, "jane", "Tried a reboot; promised an answer by noon.")
    entry = office.jane.ticket(number).thread[-1]
    assert (entry.kind, entry.title, entry.act) == ("note", "John Doe → Jane Roe", done.act)
    assert entry.text == "Tried a reboot; promised an answer by noon."
    office.john.undo()
    view = office.jane.ticket(number)
    assert view.agent is None
    assert "promised" not in " ".join(texts(view))


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("jane", ("jane", "Night shift", "Support")),
        ("JANE", ("jane", "Night shift", "Support")),
        ("Jane Roe", ("jane", "Night shift", "Support")),
        ("system administrators", (None, "", "System Administrators")),
    ],
)
def test_a_ticket_may_go_to_an_agent_or_a_department(
    office: ADesk, to: str, expected: tuple[str | None, ...]
) -> None:
    number = a_ticket(office.john, team="Night shift")
    office.john.assign(number, to)
    view = office.john.ticket(number)
    assert (view.agent, view.team, view.department) == expected


def test_to_a_team_or_department_clears_the_agent_who_still_follows(office: ADesk) -> None:
    number = a_ticket(office.john, agent="jane")
    office.jane.assign(number, "Night shift")
    view = office.john.ticket(number)
    assert (view.team, view.agent) == ("Night shift", None)
    assert set(view.followers) == {"john", "jane"}
    office.jane.assign(number, "Support")
    assert office.john.ticket(number).team == ""


def test_a_department_is_asked_for_only_by_its_own_name_and_nothing_else(office: ADesk) -> None:
    with pytest.raises(NotFound, match="nobody"):
        office.john.assign(a_ticket(office.john), "nobody")


@pytest.mark.parametrize(
    ("options", "follows"),
    [
        ({}, True),
        ({"keep_me_informed": False}, False),
        ({"keep_me_informed": False, "release_me": False}, True),
    ],
)
def test_whoever_hands_on_follows_unless_he_does_not_want_to(
    office: ADesk, options: dict[str, Any], *, follows: bool
) -> None:
    number = a_ticket(office.jane, agent="john")
    office.john.assign(number, "jane", **options)
    assert ("john" in office.john.ticket(number).followers) == follows


def test_handing_a_ticket_to_whoever_has_it_changes_nothing(office: ADesk) -> None:
    number = a_ticket(office.john, agent="jane")
    facts = office.john.check().facts
    assert office.john.assign(number, "jane").act == ""
    assert office.john.check().facts == facts


def test_a_ticket_in_conflict_can_be_given_to_the_one_who_is_shown(office: ADesk) -> None:
    number = a_ticket(office.john)
    stale = office.jane.ticket(number).position
    office.john.assign(number, "john")
    office.jane.assign(number, "jane", seen=stale)
    view = office.john.ticket(number)
    assert view.agent == "jane"
    office.john.assign(number, "jane", seen=view.position)
    view = office.john.ticket(number)
    assert view.agent == "jane"
    assert view.conflicts == ()


def test_an_agent_who_has_left_gets_no_tickets(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.ada.deactivate("agent", office.uid("jane"))
    for to in ("jane", office.uid("jane")):
        with pytest.raises(NotAllowed, match="not active"):
            office.john.assign(number, to)
    office.ada.deactivate("team", "Night shift")
    with pytest.raises(NotAllowed, match="not active"):
        office.john.assign(number, "Night shift")


def test_a_department_that_keeps_to_its_members(office: ADesk) -> None:
    office.ada.change("department", "System Administrators", assign_members_only=True)
    number = a_ticket(office.john, department="System Administrators")
    with pytest.raises(NotAllowed, match="System Administrators") as caught:
        office.john.assign(number, "john")
    assert caught.value.advice
    with pytest.raises(NotAllowed):
        office.john.claim(number)
    office.john.reply(number, "We are on it.")
    assert office.john.ticket(number).agent is None
    office.john.resolve(number)
    assert office.john.ticket(number).agent is None
    office.john.reopen(number)
    office.john.assign(number, "jane")
    assert office.john.ticket(number).agent == "jane"


def test_claiming_takes_what_nobody_has(office: ADesk) -> None:
    number = a_ticket(office.john, team="Night shift")
    office.jane.claim(number)
    view = office.jane.ticket(number)
    assert (view.agent, view.team) == ("jane", "Night shift")
    with pytest.raises(Invalid, match="Jane Roe") as caught:
        office.john.claim(number)
    assert caught.value.advice
    assert office.jane.claim(number).act == ""


def test_released_is_held_by_nobody(office: ADesk) -> None:
    number = a_ticket(office.john, agent="jane")
    office.jane.release(number, "On leave from tomorrow.")
    view = office.john.ticket(number)
    assert (view.agent, view.team) == (None, "")
    assert texts(view)[-1] == "On leave from tomorrow."
    assert office.john.counters().queues["unassigned"] == 1
    assert office.jane.release(number).act == ""


def test_the_first_reply_claims_and_later_ones_do_not(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.jane.reply(number, "Looking.")
    office.john.reply(number, "Me too.")
    view = office.john.ticket(number)
    assert view.agent == "jane"
    assert titles(view).count("Jane Roe took it") == 1
    (row,) = office.john.report()
    assert row.assigned == 1


def test_a_note_claims_nothing(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.jane.note(number, "Seen that before.")
    assert office.john.ticket(number).agent is None


def test_a_reply_that_resolves_makes_the_closer_its_agent_without_a_claim(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.jane.reply(number, "Plug it in.", resolve=True)
    view = office.john.ticket(number)
    assert (view.agent, view.state) == ("jane", "resolved")
    assert "Jane Roe took it" not in titles(view)


def test_an_ended_ticket_handed_on_opens_again_and_stays_with_its_new_agent(office: ADesk) -> None:
    number = a_ticket(office.john, agent="jane")
    office.jane.resolve(number)
    office.ada.deactivate("agent", office.uid("jane"))
    office.john.assign(number, "john")
    view = office.john.ticket(number)
    assert (view.state, view.agent, view.reopens) == ("open", "john", 1)


# ── how urgent it is, and when it is due ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("typed", ["A", "a", "Sev-A", "sev-a", "Emergency", " emergency "])
def test_priority_is_set_by_letter_or_name(office: ADesk, typed: str) -> None:
    number = a_ticket(office.john)
    office.john.set_priority(number, typed)
    view = office.john.ticket(number)
    assert view.priority == "A"
    assert titles(view)[-1] == "John Doe set the priority to Emergency (Sev-A)"


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("letter", "opened", "due"),
    [
        ("A", "2026-03-06T16:30", "2026-03-06T17:30"),
        ("B", "2026-03-06T16:30", "2026-03-06T20:30"),
        ("C", "2026-03-06T16:30", "2026-03-09T15:30"),
        ("D", "2026-03-06T16:30", "2026-03-10T14:30"),
    ],
)
def test_a_and_b_run_round_the_clock_c_and_d_by_working_hours(
    office: ADesk, letter: str, opened: str, due: str
) -> None:
    """From half past four on a Friday: 8 to 17 are nine hours a working day."""
    office.clock.now = at(opened)
    view = office.john.ticket(a_ticket(office.john, priority=letter))
    assert view.due == at(due)
    assert view.due_explained.at == view.due


def test_holidays_of_the_place_are_left_out_and_said(tmp_path: Path) -> None:
    office = a_desk(tmp_path, country="DE", region="BE", zone="Europe/Berlin")
    office.clock.now = at("2026-04-30T13:00")
    view = office.john.ticket(a_ticket(office.john, priority="C"))
    assert view.due == at("2026-05-04T12:00")
    assert any("01 May" in line for line in view.due_explained.lines), view.due_explained.lines
    office.close()


def test_raising_the_priority_brings_its_own_plan_from_the_opening_on(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.clock.passes(minutes=20)
    office.john.set_priority(number, "B")
    assert office.john.ticket(number).due == MONDAY + 4 * HOUR
    office.john.undo()
    assert office.john.ticket(number).due == MONDAY + 8 * HOUR


def test_time_spent_waiting_does_not_count(office: ADesk) -> None:
    number = a_ticket(office.john, priority="A")
    office.clock.passes(minutes=10)
    office.john.set_status(number, "waiting")
    waiting = office.john.ticket(number)
    assert (waiting.state, waiting.due, waiting.overdue) == ("waiting", None, False)
    assert any("waiting since" in line for line in waiting.due_explained.lines)
    office.clock.passes(hours=3)
    assert office.john.counters().queues["overdue"] == 0
    office.john.set_status(number, "open")
    view = office.john.ticket(number)
    assert view.due == MONDAY + 4 * HOUR
    assert any("pause (waiting)" in line for line in view.due_explained.lines)
    assert view.reopens == 0


def test_overdue_is_told_by_the_clock_alone(office: ADesk) -> None:
    number = a_ticket(office.john, priority="A")
    assert office.john.counters().queues["overdue"] == 0
    office.clock.passes(minutes=60)
    assert not office.john.ticket(number).overdue
    office.clock.passes(seconds=1)
    assert office.john.ticket(number).overdue
    assert office.john.counters().queues["overdue"] == 1
    assert [row.number for row in office.john.queue("overdue").rows] == [number]
    assert office.john.queue("open").rows[0].overdue


def test_the_due_time_says_how_it_came_about(office: ADesk) -> None:
    view = office.john.ticket(a_ticket(office.john, priority="C"))
    assert view.due_explained.lines[0].startswith("8 h target")
    assert len(view.due_explained.lines) >= 3
    assert view.due_explained.lines[-1] == "All times are UTC."


# ── where it stands ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", ["waiting", "resolved", "closed"])
def test_a_status_moves_the_ticket_from_queue_to_queue(office: ADesk, state: str) -> None:
    number = a_ticket(office.john)
    office.john.set_status(number, state)
    assert office.john.ticket(number).state == state
    counts = office.john.counters().queues
    assert {name for name, n in counts.items() if n} == {state, "all"}
    assert [row.number for row in office.john.queue(state).rows] == [number]
    office.john.reopen(number)
    assert [row.number for row in office.john.queue("open").rows] == [number]


def test_an_offices_own_status_stands_for_one_of_the_states(office: ADesk) -> None:
    office.ada.add("status", name="Waiting for parts", state="waiting")
    number = a_ticket(office.john)
    office.john.set_status(number, "waiting for parts")
    view = office.john.ticket(number)
    assert (view.status, view.state) == ("Waiting for parts", "waiting")


def test_a_status_out_of_use_cannot_be_set(office: ADesk) -> None:
    uid = office.ada.add("status", name="Parked", state="waiting").uid or ""
    office.ada.deactivate("status", uid)
    with pytest.raises(Invalid, match="no longer in use"):
        office.john.set_status(a_ticket(office.john), "Parked")


def test_an_unknown_status_or_priority_is_refused(office: ADesk) -> None:
    number = a_ticket(office.john)
    with pytest.raises(NotFound, match="snoozed"):
        office.john.set_status(number, "snoozed")
    with pytest.raises(Invalid, match="urgent"):
        office.john.set_priority(number, "urgent")


def test_resolving_takes_a_message_in_the_same_act(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.resolve(number, "New drum.")
    assert texts(office.john.ticket(number))[-1] == "New drum."
    office.john.undo()
    view = office.john.ticket(number)
    assert (view.state, view.agent) == ("open", None)
    assert texts(view) == []


@pytest.mark.parametrize("field", ["topic", "caller", "agent"])
def test_a_ticket_does_not_end_while_something_required_is_empty(office: ADesk, field: str) -> None:
    office.ada.change_settings(required_to_close=(field,))
    number = a_ticket(office.john)
    for end in (office.john.resolve, office.john.close):
        with pytest.raises(Invalid) as caught:
            end(number)
        assert caught.value.field == field
        assert caught.value.advice
    with pytest.raises(Invalid):
        office.john.reply(number, "Done.", resolve=True)
    with pytest.raises(Invalid):
        office.john.log_call(CallDraft("Done at once", resolve=True))
    assert office.john.ticket(number).state == "open"


def test_a_topic_may_require_more_before_its_tickets_end(office: ADesk) -> None:
    office.ada.add("topic", name="Refunds", required_to_close=("caller",))
    number = a_ticket(office.john, topic="Refunds")
    with pytest.raises(Invalid) as caught:
        office.john.close(number)
    assert caught.value.field == "caller"
    office.john.close(a_ticket(office.john))
    office.john.edit(number, caller=kens(office))
    office.john.close(number)
    assert office.john.ticket(number).state == "closed"


def kens(office: ADesk) -> str:
    view = office.john.ticket(kens_ticket(office.john, "of Ken"))
    assert view.caller is not None
    return view.caller.uid


def test_the_caller_is_to_be_told_by_whoever_took_the_call(office: ADesk) -> None:
    number = kens_ticket(office.john, agent="jane")
    office.jane.resolve(number)
    (news,) = [item for item in office.john.inbox() if item.call_back]
    assert (news.what, news.text, news.ticket) == ("tell", "Tell Ken Lee the outcome.", number)
    assert news.call_back is not None
    assert news.call_back.phone == "(318) 290-3674"
    assert not [item for item in office.jane.inbox() if item.call_back]
    office.john.call_back_done(news.call_back.uid, "He is glad.")
    assert not [item for item in office.john.inbox() if item.call_back]
    assert titles(office.john.ticket(number))[-1] == "John Doe called Ken Lee"


def test_else_by_whom_it_was_assigned_to(office: ADesk) -> None:
    number = kens_ticket(office.john, agent="jane")
    office.ada.deactivate("agent", office.uid("john"))
    office.ada.resolve(number)
    assert [item.what for item in office.jane.inbox() if item.call_back] == ["tell"]


def test_a_ticket_that_came_without_a_call_is_told_of_by_its_agent(office: ADesk) -> None:
    number = kens_ticket(office.john, source="web", agent="jane")
    office.ada.resolve(number)
    assert [item.what for item in office.jane.inbox() if item.call_back] == ["tell"]


def test_nobody_is_told_twice_nor_of_a_ticket_without_caller(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.john.resolve(number)
    office.john.close(number)
    assert len([item for item in office.john.inbox() if item.call_back]) == 1
    office.john.close(a_ticket(office.john))
    assert len([item for item in office.john.inbox() if item.call_back]) == 1


def test_answered_is_set_by_an_agents_word_and_cleared_by_the_callers(office: ADesk) -> None:
    number = kens_ticket(office.john)
    steps: list[tuple[Callable[[], Any], bool]] = [
        (lambda: office.john.note(number, "hm"), False),
        (lambda: office.john.reply(number, "Try again."), True),
        (lambda: office.john.message(number, "Still down."), False),
        (lambda: office.john.add_call(number, "told him", CallRecord(direction="out")), True),
        (lambda: office.john.add_call(number, "calls again"), False),
    ]
    for step, answered in steps:
        office.clock.passes(minutes=1)
        step()
        assert office.john.ticket(number).answered == answered
        assert office.john.counters().queues["answered"] == int(answered)


# ── editing, tags, several at once ───────────────────────────────────────────────────────────────────────────────


def test_only_what_changed_is_written(office: ADesk) -> None:
    number = a_ticket(office.john, priority="A")
    facts = office.john.check().facts
    assert office.john.edit(number, subject="VPN down for all of sales", source="phone").act == ""
    assert office.john.check().facts == facts
    done = office.john.edit(number, subject="Wi-Fi down", topic="Access issue", due=MONDAY + DAY)
    view = office.john.ticket(number)
    assert (view.subject, view.topic, view.due) == ("Wi-Fi down", "Access issue", MONDAY + DAY)
    assert done.touched == {number}
    office.john.edit(number, due=None, topic=None)
    view = office.john.ticket(number)
    assert (view.topic, view.due) == ("", MONDAY + HOUR)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"subject": " "}, Invalid),
        ({"state": "closed"}, Invalid),
        ({"topic": "nope"}, NotFound),
        ({"source": "pigeon"}, Invalid),
        ({"caller": "f" * 32}, NotFound),
        ({"due": "tomorrow"}, Invalid),
        ({"due": 1.5}, Invalid),
    ],
)
def test_an_edit_that_cannot_be_taken_is_refused_whole(
    office: ADesk, changes: dict[str, Any], error: type[Exception]
) -> None:
    number = a_ticket(office.john)
    with pytest.raises(error):
        office.john.edit(number, team="Night shift", **changes)
    assert office.john.ticket(number).team == ""


def test_tags_come_and_go_one_by_one(office: ADesk) -> None:
    number = a_ticket(office.john, tags=("vpn",))
    office.john.tag(number, add=("Sales", "vpn"), remove=("gone",))
    assert office.john.ticket(number).tags == ("sales", "vpn")
    assert titles(office.john.ticket(number))[-1] == "John Doe tagged +sales"
    office.john.tag(number, remove=("#VPN",))
    assert office.john.ticket(number).tags == ("sales",)
    office.john.undo()
    assert office.john.ticket(number).tags == ("sales", "vpn")


Bulk = Callable[[Desk, list[str]], Any]
BULK: dict[str, Bulk] = {
    "assign": lambda desk, numbers: desk.assign(numbers, "jane", "yours"),
    "claim": lambda desk, numbers: desk.claim(numbers),
    "priority": lambda desk, numbers: desk.set_priority(numbers, "A"),
    "status": lambda desk, numbers: desk.set_status(numbers, "waiting"),
    "resolve": lambda desk, numbers: desk.resolve(numbers),
    "tag": lambda desk, numbers: desk.tag(numbers, add=("x",)),
}


@pytest.mark.parametrize("verb", BULK.values(), ids=BULK.keys())
def test_several_tickets_at_once_are_one_act_and_one_undo(office: ADesk, verb: Bulk) -> None:
    numbers = [a_ticket(office.john, f"Ticket {n}") for n in range(5)]
    before = [office.john.ticket(number) for number in numbers]
    done = verb(office.john, numbers)
    assert done.touched == set(numbers)
    acts = {entry.act for number in numbers for entry in office.john.ticket(number).thread}
    assert len(acts) == 6
    undone = office.john.undo()
    assert undone.touched == set(numbers)
    for number, was in zip(numbers, before, strict=True):
        now = office.john.ticket(number)
        assert (now.agent, now.priority, now.state, now.tags) == (
            was.agent,
            was.priority,
            was.state,
            was.tags,
        )


def test_a_ticket_named_twice_is_handled_once(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.set_priority([number, number.replace("-", "")], "A")
    assert titles(office.john.ticket(number)).count("John Doe set the priority to Emergency (Sev-A)") == 1


def test_of_several_tickets_all_are_changed_or_none(office: ADesk) -> None:
    good, other = a_ticket(office.john), a_ticket(office.jane, agent="jane")
    with pytest.raises(Invalid):
        office.john.claim([good, other])
    assert office.john.ticket(good).agent is None
    with pytest.raises(Invalid, match="No ticket"):
        office.john.claim([])


# ── numbers, and what commands know ──────────────────────────────────────────────────────────────────────────────


def test_a_number_is_taken_in_every_spelling(office: ADesk) -> None:
    number = a_ticket(office.john)
    for spelled in (number, number.replace("-", ""), f"#{number}", f" {number.replace('-', ' - ')} "):
        assert office.john.ticket(spelled).number == number


def test_a_wrong_check_digit_says_so(office: ADesk) -> None:
    number = a_ticket(office.john)
    wrong = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
    with pytest.raises(Invalid, match="check digit") as caught:
        office.john.resolve(wrong)
    assert caught.value.field == "number"
    assert "misheard" in caught.value.advice


@pytest.mark.parametrize("typed", ["", "VPN", "\ud800", "0" * 500, "12 34 56 78 90 12", "¹²³⁴"])
def test_what_is_no_number_at_all_says_so(office: ADesk, typed: str) -> None:
    with pytest.raises((NotFound, Invalid)):
        office.john.ticket(typed)


def test_a_number_that_was_never_given_is_not_found(office: ADesk) -> None:
    with pytest.raises(NotFound, match="1001-9"):
        office.john.reply("1001-9", "hello")


def test_commands_refuse_a_field_in_conflict_and_forms_that_were_shown_it_settle_it(office: ADesk) -> None:
    number = a_ticket(office.john)
    stale = office.jane.ticket(number).position
    office.john.set_priority(number, "A")
    office.jane.set_priority(number, "D", seen=stale)
    with pytest.raises(Stale, match="priority") as caught:
        office.john.set_priority(number, "B")
    assert caught.value.advice
    shown = office.john.ticket(number)
    assert [conflict.field for conflict in shown.conflicts] == ["priority"]
    office.john.set_priority(number, "B", seen=shown.position)
    view = office.john.ticket(number)
    assert (view.priority, view.conflicts, view.due) == ("B", (), MONDAY + 4 * HOUR)


def test_a_conflict_in_one_field_leaves_the_others_free(office: ADesk) -> None:
    number = a_ticket(office.john)
    stale = office.jane.ticket(number).position
    office.john.set_priority(number, "A")
    office.jane.set_priority(number, "D", seen=stale)
    office.john.assign(number, "jane")
    office.john.reply(number, "on it")
    office.john.set_status(number, "waiting")
    view = office.john.ticket(number)
    assert (view.agent, view.state) == ("jane", "waiting")
    assert office.john.counters().queues["differences"] == 1
