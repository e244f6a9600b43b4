"""History: undo and redo of any act, differences and how they are settled, merging and its undoing."""

from typing import Any

import pytest

from desktop_desk.desk.views import CallDraft, NewPerson, TicketView
from desktop_desk.domain.errors import Invalid, NotAllowed, NotFound
from tests.builders import ADesk, a_ticket, kens_ticket, texts, titles
from tests.fakes import HOUR, MINUTE, MONDAY


def fields(view: TicketView) -> dict[str, Any]:
    """A ticket as it stands, without its history and without what moves by itself."""
    return {
        name: getattr(view, name)
        for name in view.__slots__
        if name not in {"thread", "position", "updated", "call_backs"}
    }


# ── undo and redo ────────────────────────────────────────────────────────────────────────────────────────────────

ACTS: dict[str, Any] = {
    "assign": lambda desk, number: desk.assign(number, "jane", "yours"),
    "claim": lambda desk, number: desk.claim(number),
    "priority": lambda desk, number: desk.set_priority(number, "A"),
    "waiting": lambda desk, number: desk.set_status(number, "waiting", "for parts"),
    "resolve": lambda desk, number: desk.resolve(number),
    "close": lambda desk, number: desk.close(number),
    "edit": lambda desk, number: desk.edit(number, subject="Wi-Fi", topic="Access issue", source="web"),
    "tag": lambda desk, number: desk.tag(number, add=("x", "y")),
    "reply": lambda desk, number: desk.reply(number, "hello", resolve=True),
    "note": lambda desk, number: desk.note(number, "@jane hello"),
    "message": lambda desk, number: desk.message(number, "hello"),
    "call": lambda desk, number: desk.add_call(number, "hello"),
    "call-back": lambda desk, number: desk.add_call_back(number, MONDAY + HOUR, "hm"),
    "follow": lambda desk, number: desk.follow(number, on=False),
    "merge": lambda desk, number: desk.merge(number, a_ticket(desk, "the whole")),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_undo_gives_back_what_was_and_redo_what_was_done(office: ADesk, act: Any) -> None:
    number = kens_ticket(office.john)
    before = office.john.ticket(number)
    done = act(office.john, number)
    between = office.john.ticket(number)
    undone = office.john.undo(done.act)
    assert undone.act != done.act
    assert fields(office.john.ticket(number)) == fields(before)
    assert texts(office.john.ticket(number)) == texts(before)
    office.john.redo(done.act)
    assert fields(office.john.ticket(number)) == fields(between)
    assert texts(office.john.ticket(number)) == texts(between)
    assert office.ada.check(rebuild=True).problems == ()


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_undo_days_later_and_after_a_restart(office: ADesk, act: Any) -> None:
    number = kens_ticket(office.john)
    before = office.john.ticket(number)
    act(office.john, number)
    office.clock.passes(days=3)
    office.restart()
    assert office.john.undo_step() is not None
    office.john.undo()
    after = office.john.ticket(number)
    assert texts(after) == texts(before)
    assert {**fields(after), "overdue": False} == fields(before)


def test_undo_takes_ones_own_newest_act_and_not_a_colleagues(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.set_priority(number, "A")
    office.jane.edit(number, subject="Jane's")
    office.john.undo()
    view = office.john.ticket(number)
    assert (view.priority, view.subject) == ("C", "Jane's")


def test_undo_goes_back_step_by_step_and_redo_forth_again(office: ADesk) -> None:
    number = a_ticket(office.john)
    for letter in "ABD":
        office.john.set_priority(number, letter)
    seen = []
    for _step in range(3):
        office.john.undo()
        seen.append(office.john.ticket(number).priority)
    for _step in range(3):
        office.john.redo()
        seen.append(office.john.ticket(number).priority)
    assert seen == ["B", "A", "C", "A", "B", "D"]
    with pytest.raises((NotFound, Invalid)):
        office.john.redo()


def test_the_last_undo_withdraws_the_ticket_and_then_there_is_nothing(office: ADesk) -> None:
    a_ticket(office.john)
    office.john.undo()
    with pytest.raises(NotFound, match="nothing to undo"):
        office.john.undo()
    assert office.john.undo_step() is None


def test_after_something_new_there_is_nothing_to_redo(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.set_priority(number, "A")
    office.john.undo()
    office.john.edit(number, subject="Wi-Fi")
    assert office.john.redo_step() is None
    with pytest.raises(NotFound):
        office.john.redo()


def test_the_steps_say_what_they_would_do(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.assign(number, "jane", "please")
    step = office.john.undo_step()
    assert step is not None
    assert (step.what, step.ticket, step.at) == ("assign", number, MONDAY)
    office.john.undo()
    again = office.john.redo_step()
    assert again is not None
    assert (again.what, again.ticket, again.act) == ("assign", number, step.act)


def test_a_reply_that_takes_a_ticket_as_well_is_named_as_a_reply(office: ADesk) -> None:
    number = a_ticket(office.jane, "VPN down")
    office.john.reply(number, "Try again, please.")
    assert office.john.ticket(number).agent == "john"
    step = office.john.undo_step()
    assert step is not None
    assert step.what == "reply"


def test_reading_is_no_act_to_undo(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.set_priority(number, "A")
    office.jane.note(number, "hm")
    office.john.mark_seen(number)
    office.john.mark_all_seen()
    step = office.john.undo_step()
    assert step is not None
    assert step.what == "change priority"


def test_undo_after_a_later_edit_keeps_the_later_edit(office: ADesk) -> None:
    number = a_ticket(office.john)
    early = office.john.edit(number, subject="early")
    office.jane.edit(number, subject="later")
    office.john.undo(early.act)
    view = office.john.ticket(number)
    assert (view.subject, view.conflicts) == ("later", ())


def test_an_edit_made_while_another_was_undone_stays_when_that_is_redone(office: ADesk) -> None:
    number = a_ticket(office.john)
    first = office.john.edit(number, subject="B")
    office.john.undo()
    office.jane.edit(number, subject="D")
    office.john.redo(first.act)
    view = office.john.ticket(number)
    assert (view.subject, view.conflicts) == ("D", ())


def test_an_act_is_undone_once(office: ADesk) -> None:
    number = a_ticket(office.john)
    done = office.john.set_priority(number, "A")
    office.john.undo(done.act)
    with pytest.raises(Invalid, match="already"):
        office.john.undo(done.act)


def test_an_undo_is_taken_back_by_redo_and_not_by_undo(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.set_priority(number, "A")
    undone = office.john.undo()
    with pytest.raises(Invalid, match="redo"):
        office.john.undo(undone.act)


@pytest.mark.parametrize(
    "act", ["", "abc", "1:2:3", "99999", "-1", f"{'f' * 32}:1", f"{'x' * 32}:1", "\x00", "1.5"]
)
def test_an_act_that_is_not_there_cannot_be_undone(office: ADesk, act: str) -> None:
    for verb in (office.john.undo, office.john.redo):
        with pytest.raises((NotFound, Invalid)):
            verb(act)


def test_an_act_is_also_named_by_its_number_alone(office: ADesk) -> None:
    number = a_ticket(office.john)
    done = office.john.set_priority(number, "A")
    office.john.undo(done.act.split(":")[1])
    assert office.john.ticket(number).priority == "C"


def test_a_place_in_the_middle_of_an_act_is_no_act(office: ADesk) -> None:
    number = kens_ticket(office.john)
    done = office.john.assign(number, "jane", "with a note")
    middle = int(done.act.split(":")[1]) + 1
    with pytest.raises(NotFound):
        office.john.undo(str(middle))


def test_somebody_elses_act_is_undone_by_whoever_may(office: ADesk) -> None:
    number = a_ticket(office.john)
    done = office.john.set_priority(number, "A")
    with pytest.raises(NotAllowed) as caught:
        office.jane.undo(done.act)
    assert caught.value.permission == "ticket.undo_others"
    office.ada.undo(done.act)
    assert office.john.ticket(number).priority == "C"
    assert titles(office.john.ticket(number))[-1] == "Ada Admin undid: change priority"
    office.ada.redo(done.act)
    assert titles(office.john.ticket(number))[-1] == "Ada Admin did again: change priority"


def test_a_withdrawn_ticket_is_in_no_queue_but_its_number_says_by_whom(office: ADesk) -> None:
    number = kens_ticket(office.john)
    done = office.john.undo()
    assert done.touched == {number}
    view = office.ada.ticket(number)
    assert (view.state, view.withdrawn_by, view.number) == ("withdrawn", "John Doe", number)
    assert {name: n for name, n in office.john.counters().queues.items() if n} == {}
    assert office.john.search("VPN") == ()
    with pytest.raises(Invalid, match="Redo"):
        office.jane.reply(number, "hello")
    office.john.redo()
    assert office.ada.ticket(number).state == "open"
    assert [hit.row.number for hit in office.john.search("VPN")] == [number]


def test_what_others_wrote_on_a_withdrawn_ticket_comes_up_in_differences(office: ADesk) -> None:
    done = office.john.log_call(CallDraft("VPN"))
    number = done.number or ""
    office.jane.claim(number)
    office.john.undo(done.act)
    assert office.john.counters().queues["differences"] == 1
    assert [row.number for row in office.john.queue("differences").rows] == [number]


def test_a_reply_on_a_withdrawn_ticket_comes_up_too_and_a_mere_follower_does_not(office: ADesk) -> None:
    replied, followed = a_ticket(office.john, "replied", agent="jane"), a_ticket(office.ada, "followed")
    office.jane.reply(replied, "looking")
    office.john.follow(followed)
    for number in (replied, followed):
        office.ada.undo(office.ada.ticket(number).thread[0].act)
    assert [row.number for row in office.john.queue("differences").rows] == [replied]
    office.jane.undo()
    assert office.john.counters().queues["differences"] == 0


def test_a_number_is_never_given_twice_even_when_its_ticket_was_withdrawn(office: ADesk) -> None:
    first = a_ticket(office.john)
    office.john.undo()
    assert a_ticket(office.john) != first


def test_undo_of_a_new_person_and_of_an_edit_of_one(office: ADesk) -> None:
    uid = office.john.add_person(NewPerson("Ann Roe", ("+49 30 123456",))).uid or ""
    office.john.edit_person(uid, name="Ann Smith")
    office.john.undo()
    assert office.john.person(uid).name == "Ann Roe"
    office.john.undo()
    assert office.john.find_people("Ann") == ()
    office.john.redo()
    assert [hit.name for hit in office.john.find_people("123456")] == ["Ann Roe"]


def test_undo_of_a_new_status_leaves_the_tickets_that_have_it_as_they_are(office: ADesk) -> None:
    made = office.ada.add("status", name="Parked", state="waiting")
    number = a_ticket(office.john)
    office.john.set_status(number, "Parked")
    office.ada.undo(made.act)
    assert office.john.ticket(number).state == "waiting"
    with pytest.raises(NotFound):
        office.john.set_status(a_ticket(office.john), "Parked")
    assert office.ada.check(rebuild=True).problems == ()
    assert office.john.ticket(number).status == "Parked"


def test_undo_of_moved_settings_leaves_due_times_and_reports_whole(office: ADesk) -> None:
    office.clock.now = MONDAY + 14 * HOUR
    moved = office.ada.change_settings(zone="Asia/Tokyo", country="JP")
    number = a_ticket(office.john, priority="D")
    due = office.john.ticket(number).due
    office.ada.undo(moved.act)
    assert office.ada.settings().zone == "UTC"
    assert office.john.ticket(number).due == due
    assert office.ada.check(rebuild=True).problems == ()


# ── differences ──────────────────────────────────────────────────────────────────────────────────────────────────


def in_conflict(office: ADesk) -> str:
    """A ticket whose subject John and Jane both changed, neither having seen the other's."""
    number = a_ticket(office.john)
    stale = office.jane.ticket(number).position
    office.john.edit(number, subject="John's")
    office.clock.passes(minutes=1)
    office.jane.edit(number, subject="Jane's", seen=stale)
    return number


def test_a_stale_form_becomes_a_rival_and_not_an_overwrite(office: ADesk) -> None:
    number = in_conflict(office)
    view = office.ada.ticket(number)
    (conflict,) = view.conflicts
    assert (view.subject, conflict.field, conflict.shown) == ("Jane's", "subject", "Jane's")
    assert [(rival.value, rival.by, rival.at) for rival in conflict.rivals] == [("John's", "john", MONDAY)]
    assert office.john.counters().queues["differences"] == 1
    assert office.john.queue("differences").rows[0].conflicts == 1


def test_two_saves_from_one_form_are_no_conflict(office: ADesk) -> None:
    number = a_ticket(office.john)
    form = office.john.ticket(number).position
    office.john.edit(number, subject="one", seen=form)
    office.john.edit(number, subject="two", seen=form)
    office.john.set_priority(number, "A", seen=form)
    office.john.set_priority(number, "B", seen=form)
    view = office.john.ticket(number)
    assert (view.subject, view.priority, view.conflicts) == ("two", "B", ())


def test_a_note_of_somebody_else_in_between_makes_no_conflict_of_ones_own_saves(office: ADesk) -> None:
    number, other = a_ticket(office.john), a_ticket(office.john, "other")
    form = office.john.ticket(number).position
    office.john.edit(number, subject="one", seen=form)
    office.jane.note(other, "elsewhere")
    office.jane.note(number, "here")
    office.john.edit(number, subject="two", seen=form)
    assert office.john.ticket(number).conflicts == ()


def test_stale_forms_that_change_different_fields_get_along(office: ADesk) -> None:
    number = a_ticket(office.john)
    stale = office.jane.ticket(number).position
    office.john.edit(number, subject="John's")
    office.jane.edit(number, source="web", seen=stale)
    office.jane.assign(number, "jane", seen=stale)
    view = office.john.ticket(number)
    assert (view.subject, view.source, view.agent, view.conflicts) == ("John's", "web", "jane", ())


@pytest.mark.parametrize("value", ["John's", "Jane's"])
def test_a_difference_is_settled_by_choosing_one_of_the_values(office: ADesk, value: str) -> None:
    number = in_conflict(office)
    office.john.settle(number, "subject", value)
    view = office.john.ticket(number)
    assert (view.subject, view.conflicts) == (value, ())
    assert office.john.counters().queues["differences"] == 0
    office.john.undo()
    assert office.john.ticket(number).conflicts != ()
    assert office.john.counters().queues["differences"] == 1


def test_a_value_that_nobody_set_settles_nothing(office: ADesk) -> None:
    number = in_conflict(office)
    with pytest.raises(Invalid, match="none of the values"):
        office.john.settle(number, "subject", "somebody's")
    with pytest.raises(Invalid, match="no difference"):
        office.john.settle(number, "priority", "A")


def test_settling_a_priority_brings_its_own_plan(office: ADesk) -> None:
    number = a_ticket(office.john)
    stale = office.jane.ticket(number).position
    office.john.set_priority(number, "A")
    office.jane.set_priority(number, "D", seen=stale)
    office.ada.settle(number, "priority", "Emergency (Sev-A)")
    view = office.john.ticket(number)
    assert (view.priority, view.due, view.conflicts) == ("A", MONDAY + HOUR, ())


def test_settling_an_agent_goes_by_the_name_that_is_shown(office: ADesk) -> None:
    number = a_ticket(office.john)
    stale = office.jane.ticket(number).position
    office.john.assign(number, "ada")
    office.jane.assign(number, "jane", seen=stale)
    (conflict,) = office.john.ticket(number).conflicts
    assert (conflict.field, conflict.shown, conflict.rivals[0].value) == ("agent", "Jane Roe", "Ada Admin")
    office.john.settle(number, "agent", "ada admin")
    assert office.john.ticket(number).agent == "ada"


def test_equal_edits_of_two_people_are_no_difference(office: ADesk) -> None:
    number = a_ticket(office.john)
    stale = office.jane.ticket(number).position
    office.john.set_priority(number, "A")
    office.jane.set_priority(number, "A", seen=stale)
    assert office.john.ticket(number).conflicts == ()
    assert office.john.counters().queues["differences"] == 0


def test_a_reply_begun_before_the_ticket_was_resolved_comes_up_in_differences(office: ADesk) -> None:
    number = kens_ticket(office.john)
    form = office.john.ticket(number).position
    office.jane.resolve(number)
    office.clock.passes(minutes=1)
    office.john.reply(number, "I am still looking.", seen=form)
    view = office.john.ticket(number)
    assert view.state == "resolved"
    (conflict,) = view.conflicts
    assert (conflict.field, conflict.shown) == ("status", "resolved")
    assert [(rival.value, rival.by, rival.at) for rival in conflict.rivals] == [
        ("open", "john", MONDAY + MINUTE)
    ]
    assert office.john.counters().queues["differences"] == 1


@pytest.mark.parametrize("value", ["resolved", "open"])
def test_such_a_difference_is_settled_by_keeping_the_end_or_not(office: ADesk, value: str) -> None:
    number = kens_ticket(office.john)
    form = office.john.ticket(number).position
    office.jane.resolve(number)
    office.john.reply(number, "I am still looking.", seen=form)
    office.john.settle(number, "status", value)
    view = office.john.ticket(number)
    assert (view.state, view.conflicts) == (value, ())
    assert office.john.counters().queues["differences"] == 0
    assert office.ada.check(rebuild=True).problems == ()


def test_an_edit_that_whoever_merged_had_not_seen_comes_up_in_differences(office: ADesk) -> None:
    part, whole = a_ticket(office.john, "part"), a_ticket(office.john, "whole")
    form = office.jane.ticket(part).position
    office.john.edit(part, subject="by the way, the whole building")
    office.jane.merge(part, whole, seen=form)
    (conflict,) = office.john.ticket(part).conflicts
    assert (conflict.field, conflict.shown, conflict.rivals[0].by) == ("merged_into", whole, "john")
    office.john.settle(part, "merged_into", conflict.rivals[0].value)
    view = office.john.ticket(part)
    assert (view.merged_into, view.state, view.conflicts) == (None, "open", ())


def test_undoing_the_stale_words_ends_the_difference(office: ADesk) -> None:
    number = kens_ticket(office.john)
    form = office.john.ticket(number).position
    office.jane.resolve(number)
    said = office.john.note(number, "hm", seen=form)
    assert office.john.counters().queues["differences"] == 1
    office.john.undo(said.act)
    assert office.john.ticket(number).conflicts == ()
    assert office.john.counters().queues["differences"] == 0


# ── merging ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_merged_ticket_is_part_of_the_other_with_all_that_was_said(office: ADesk) -> None:
    part, whole = kens_ticket(office.john, "part"), a_ticket(office.john, "whole")
    office.john.note(part, "a clue")
    office.john.merge(part, whole)
    view = office.john.ticket(whole)
    assert view.merged == (part,)
    assert "a clue" in texts(view)
    assert {entry.ticket_number for entry in view.thread} == {part, whole}
    merged = office.john.ticket(part)
    assert (merged.state, merged.merged_into) == ("closed", whole)
    assert office.john.counters().queues["open"] == 1


def test_unmerging_is_exact(office: ADesk) -> None:
    part, whole = kens_ticket(office.john, "part", agent="jane"), a_ticket(office.john, "whole")
    office.john.set_status(part, "waiting")
    before = office.john.ticket(part), office.john.ticket(whole)
    office.john.merge(part, whole)
    office.clock.passes(minutes=5)
    office.jane.unmerge(part)
    after = office.john.ticket(part), office.john.ticket(whole)
    assert [fields(view) for view in after] == [fields(view) for view in before]
    assert [texts(view) for view in after] == [texts(view) for view in before]


def test_what_was_said_to_the_whole_meanwhile_stays_there(office: ADesk) -> None:
    part, whole = a_ticket(office.john, "part"), a_ticket(office.john, "whole")
    office.john.merge(part, whole)
    office.john.note(whole, "about both")
    office.john.unmerge(part)
    assert "about both" in texts(office.john.ticket(whole))
    assert "about both" not in texts(office.john.ticket(part))


def test_a_circle_is_refused(office: ADesk) -> None:
    one, two, three = (a_ticket(office.john, name) for name in ("one", "two", "three"))
    office.john.merge(one, two)
    office.john.merge(two, three)
    for part, into in ((one, one), (two, one), (three, one), (three, two)):
        with pytest.raises(Invalid, match="merged"):
            office.john.merge(part, into)
    assert office.john.ticket(three).state == "open"


def test_a_circle_that_a_redo_closes_is_cut_at_the_older_ticket(office: ADesk) -> None:
    old, new = a_ticket(office.john, "old"), a_ticket(office.john, "new")
    there = office.john.merge(new, old)
    office.john.undo()
    back = office.john.merge(old, new)
    office.john.redo(there.act)
    assert [office.john.ticket(number).state for number in (old, new)] == ["open", "closed"]
    assert office.ada.check(rebuild=True).problems == ()
    office.john.undo(there.act)
    assert [office.john.ticket(number).state for number in (old, new)] == ["closed", "open"]
    office.john.undo(back.act)
    assert [office.john.ticket(number).state for number in (old, new)] == ["open", "open"]
    assert office.ada.check(rebuild=True).problems == ()


def test_parts_of_parts_are_in_the_whole(office: ADesk) -> None:
    one, two, three = (
        a_ticket(office.john, name, details=f"said in {name}") for name in ("one", "two", "three")
    )
    office.john.merge(one, two)
    office.john.merge(two, three)
    view = office.john.ticket(three)
    assert set(view.merged) == {one, two}
    assert sorted(texts(view)) == ["said in one", "said in three", "said in two"]
    office.john.note(one, "to the very whole")
    assert "to the very whole" in texts(office.john.ticket(three))
    office.john.unmerge(two)
    assert office.john.ticket(two).merged == (one,)


def test_merging_into_a_part_merges_into_its_whole(office: ADesk) -> None:
    one, two, three = (a_ticket(office.john, name) for name in ("one", "two", "three"))
    office.john.merge(one, two)
    office.john.merge(three, one)
    assert office.john.ticket(three).merged_into == two


@pytest.mark.parametrize("verb", ["assign", "set_priority", "set_status", "edit", "claim", "resolve", "tag"])
def test_a_merged_ticket_stands_still(office: ADesk, verb: str) -> None:
    part, whole = a_ticket(office.john, "part"), a_ticket(office.john, "whole")
    office.john.merge(part, whole)
    arguments: dict[str, tuple[Any, ...]] = {
        "assign": ("jane",), "set_priority": ("A",), "set_status": ("open",), "tag": (("x",),),
    }  # fmt: skip
    more = {"subject": "x"} if verb == "edit" else {}
    with pytest.raises(Invalid, match=whole) as caught:
        getattr(office.john, verb)(part, *arguments.get(verb, ()), **more)
    assert "merge" in caught.value.advice


def test_what_is_not_merged_cannot_be_taken_out(office: ADesk) -> None:
    with pytest.raises(Invalid, match="not merged"):
        office.john.unmerge(a_ticket(office.john))


def test_merging_again_changes_nothing(office: ADesk) -> None:
    part, whole = a_ticket(office.john, "part"), a_ticket(office.john, "whole")
    office.john.merge(part, whole)
    assert office.john.merge(part, whole).act == ""


def test_undo_is_named_after_what_was_said_and_not_after_who_follows_from_then_on(office: ADesk) -> None:
    number = a_ticket(office.john, "Badge lost")
    done = office.john.note(number, "see @jane")
    step = office.john.undo_step()
    assert done.what == "note"
    assert step is not None
    assert step.what == "note"
