"""What a typed call becomes: a draft of a ticket, or an entry of one that is there."""

from typing import TYPE_CHECKING

from desktop_desk.desk.views import CallDraft, CallRecord, NewPerson
from desktop_desk.domain.phones import Phone
from desktop_desk.i18n import _
from desktop_desk.ui.calls.line import LineReading
from desktop_desk.ui.calls.outcomes import outcome_of
from desktop_desk.ui.calls.typed_call import TypedCall

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk

_RECENT = 50
"""How many of the newest tickets are looked through."""


def call_record(
    call: TypedCall, line: LineReading, phone: Phone | None, *, resolve: bool, attached: bool
) -> CallRecord:
    """The call itself: number as typed or told, when, how long, and how it ended."""
    outcome = outcome_of(
        chosen=call.outcome, resolve=resolve, attached=attached, call_back=line.call_back_at is not None
    )
    return CallRecord(
        direction=call.direction,
        number=phone.typed if phone is not None else "",
        started=call.started,
        seconds=call.seconds,
        disposition=outcome,
        withheld=call.withheld,
    )


def call_draft(
    call: TypedCall, line: LineReading, new: NewPerson | None, phone: Phone | None, *, resolve: bool
) -> CallDraft:
    """The ticket that the call opens."""
    return CallDraft(
        subject=line.subject,
        details=call.details,
        caller=call.person or None,
        new_caller=new,
        topic=call.topic or line.topic or None,
        priority=line.priority or None,
        agent=line.agent or None,
        team=line.team or None,
        call=call_record(call, line, phone, resolve=resolve, attached=False),
        resolve=resolve,
        call_back_at=line.call_back_at,
        call_back_for=call.call_back_for or None,
        answers=call.owed or None,
    )


def saved_as(desk: "Desk", call: TypedCall, subject: str) -> str:
    """The number of the ticket that has this very call; "" for none.

    A program that is killed between the save and the end of the draft brings back a call that is saved. The
    millisecond at which it started is its identity.
    """
    wanted = " ".join(subject.split())
    rows = desk.queue("all", sort="opened", descending=True, count=_RECENT).rows
    likely = [
        row.number for row in rows if row.opened >= call.started and " ".join(row.subject.split()) == wanted
    ]
    for number in (*likely, *([call.adding] if call.adding else [])):
        entries = desk.ticket(number).thread
        if any(entry.kind == "call" and entry.fields.get("started") == call.started for entry in entries):
            return number
    return ""


def added_text(call: TypedCall, line: LineReading, new: NewPerson | None) -> str:
    """The text of the entry; marks of the line and a new caller stay in it, as the ticket has its own."""
    caller = " · ".join((new.name, *new.phones, *new.emails)).strip(" ·") if new is not None else ""
    first = call.line.strip() if line.chips else line.subject
    parts = (_("Caller: {caller}").format(caller=caller) if caller else "", first, call.details.strip())
    return "\n".join(part for part in parts if part)
