"""Reading: a ticket whole, its history in words, and as it was at any past moment."""

from typing import Any

import pytest

from desktop_desk.desk.views import CallDraft, CallRecord, TicketView
from desktop_desk.domain.errors import NotFound
from tests.builders import ADesk, a_ticket, kens_ticket, texts, titles
from tests.fakes import DAY, HOUR, MINUTE, MONDAY


def test_the_history_says_who_did_what_in_order(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.john.assign(number, "jane", "Over to you.")
    office.jane.set_priority(number, "A")
    office.jane.set_status(number, "waiting")
    office.jane.tag(number, add=("vpn",), remove=())
    office.jane.reply(number, "Try again.")
    office.jane.edit(number, subject="Sales: VPN down", due=MONDAY + DAY)
    office.jane.resolve(number)
    office.john.message(number, "No.")
    office.jane.release(number)
    assert titles(office.ada.ticket(number)) == [
        "John Doe opened the ticket",
        "Ken Lee called · taken by John Doe · 3 min 12 s",
        "John Doe assigned it to Jane Roe",
        "John Doe → Jane Roe",
        "Jane Roe set the priority to Emergency (Sev-A)",
        "Jane Roe set the status to waiting",
        "Jane Roe tagged +vpn",
        "Jane Roe replied",
        "Jane Roe changed due: 2026-03-03T09:00+00:00, subject: Sales: VPN down",
        "Jane Roe resolved it",
        "Ken Lee wrote · taken by John Doe",
        "John Doe reopened it",
        "Jane Roe released it",
    ]


def test_every_line_has_its_act_its_time_and_its_author(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.clock.passes(minutes=5)
    done = office.jane.note(number, "hm")
    entry = office.john.ticket(number).thread[-1]
    assert (entry.act, entry.at, entry.by, entry.by_name, entry.kind, entry.ticket_number) == (
        done.act,
        MONDAY + 5 * MINUTE,
        "jane",
        "Jane Roe",
        "note",
        number,
    )


def test_a_call_keeps_all_that_is_known_of_it(office: ADesk) -> None:
    number = a_ticket(office.john)
    call = CallRecord("out", "+49 30 123", MONDAY - MINUTE, 75, "no answer", withheld=True)
    office.john.add_call(number, "tried", call)
    fields = office.john.ticket(number).thread[-1].fields
    kept = {
        "direction": "out", "number": "+49 30 123", "started": MONDAY - MINUTE, "seconds": 75,
        "disposition": "no answer", "withheld": True,
    }  # fmt: skip
    assert {name: fields[name] for name in kept} == kept


def test_what_was_undone_is_left_out_and_each_undo_is_told(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.note(number, "oops")
    office.john.undo()
    view = office.john.ticket(number)
    assert texts(view) == []
    assert "undid" in titles(view)[-1]
    office.john.redo()
    view = office.john.ticket(number)
    assert texts(view) == ["oops"]
    assert "did again" in titles(view)[-1]


def test_names_in_the_history_are_those_of_today(office: ADesk) -> None:
    number = a_ticket(office.jane)
    office.ada.edit_agent("jane", name="Jane Smith")
    assert titles(office.john.ticket(number))[0] == "Jane Smith opened the ticket"


def story(office: ADesk) -> tuple[str, dict[int, TicketView]]:
    """A ticket with a long life, and how it looked after each hour of it."""
    office.clock.now = MONDAY
    number = kens_ticket(office.john)
    steps: tuple[Any, ...] = (
        lambda: office.john.assign(number, "jane", "please"),
        lambda: office.jane.set_priority(number, "A"),
        lambda: office.jane.reply(number, "on it"),
        lambda: office.jane.set_status(number, "waiting"),
        lambda: office.jane.tag(number, add=("vpn",)),
        lambda: office.john.message(number, "hello?"),
        lambda: office.jane.resolve(number),
        office.jane.undo,
        lambda: office.jane.edit(number, subject="Wi-Fi"),
        lambda: office.jane.close(number),
        lambda: office.john.message(number, "again"),
    )
    looks = {office.clock.now: office.ada.ticket(number)}
    for step in steps:
        office.clock.passes(hours=1)
        step()
        looks[office.clock.now] = office.ada.ticket(number)
    return number, looks


SHOWN = ("subject", "status", "state", "priority", "agent", "team", "department", "due", "resolved", "closed",
         "reopens", "reassignments", "answered", "tags", "followers", "opened", "updated", "overdue")  # fmt: skip


def test_a_ticket_as_of_any_past_moment_is_as_it_was_then(office: ADesk) -> None:
    number, looks = story(office)
    office.clock.passes(days=30)
    for moment, then in looks.items():
        for at in (moment, moment + HOUR - 1):
            view = office.ada.ticket(number, as_of=at)
            assert texts(view) == texts(then)
            assert titles(view) == titles(then)
            for name in SHOWN:
                if not (name == "overdue" and at != moment):
                    assert getattr(view, name) == getattr(then, name), (name, at - MONDAY)


def test_before_it_was_opened_there_was_no_ticket(office: ADesk) -> None:
    number = a_ticket(office.john)
    with pytest.raises(NotFound, match="not been opened"):
        office.john.ticket(number, as_of=MONDAY - 1)
    assert office.john.ticket(number, as_of=MONDAY).subject


def test_as_of_goes_by_when_things_happened_and_not_by_when_they_were_typed(office: ADesk) -> None:
    done = office.john.log_call(CallDraft("VPN", at=MONDAY - 5 * HOUR))
    number = done.number or ""
    office.john.note(number, "typed late", at=MONDAY - 4 * HOUR)
    office.john.note(number, "typed now")
    assert texts(office.john.ticket(number, as_of=MONDAY - HOUR)) == ["typed late"]


def test_as_of_a_moment_before_the_merge_the_tickets_were_apart(office: ADesk) -> None:
    part, whole = a_ticket(office.john, "part", details="said in part"), a_ticket(office.john, "whole")
    office.clock.passes(hours=1)
    office.john.merge(part, whole)
    office.clock.passes(hours=1)
    office.john.note(whole, "later")
    before = office.john.ticket(whole, as_of=MONDAY)
    assert (before.merged, texts(before)) == ((), [])
    between = office.john.ticket(whole, as_of=MONDAY + HOUR)
    assert (between.merged, texts(between)) == ((part,), ["said in part"])
    assert office.john.ticket(part, as_of=MONDAY).state == "open"


def test_the_position_of_a_view_is_what_it_showed(office: ADesk) -> None:
    number = a_ticket(office.john)
    before = office.john.ticket(number).position
    office.jane.note(a_ticket(office.jane, "elsewhere"), "x")
    after = office.john.ticket(number).position
    assert after.seq > before.seq
    assert office.john.queue("open").position == after


def test_a_view_never_changes_under_whoever_holds_it(office: ADesk) -> None:
    number = a_ticket(office.john)
    view = office.john.ticket(number)
    with pytest.raises(AttributeError):
        view.subject = "x"  # type: ignore[misc]
    office.john.edit(number, subject="x")
    assert view.subject == "VPN down for all of sales"
