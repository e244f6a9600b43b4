"""What a notice says: in a notification and in a mail alike."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop_desk.desk.ports import Store
from desktop_desk.desk.telling import Found
from desktop_desk.desk.wording import Wording, main_fact
from desktop_desk.domain.verbs import ENTRY_KINDS
from desktop_desk.i18n import N_, _

TEXT = 200
"""Letters of what was said; the rest stands on the ticket."""

_REMINDERS: Mapping[str, str] = {
    "due_soon": N_("{number} is due soon"), "promise": N_("{number}: the promised time is near"),
    "overdue": N_("{number} is overdue"), "difference": N_("{number}: two people changed the same thing"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that is told now.

    Attributes:
        number: of its ticket; "" for a missed call that belongs to none.
        title, text: what it says; never to be shown while the desk is locked.
        entry_uid: the entry to go to; "" for none.
    """

    event: str
    number: str
    title: str
    text: str
    at: int
    entry_uid: str = ""


def notice_of(store: Store, found: Found) -> Notice:
    """The words for something that was found; within a reading."""
    if found.back is not None:
        who = found.back.person or found.back.phone or _("number withheld")
        text = _("Missed call: {who}") if found.event == "missed" else _("Call {who} now")
        return Notice(found.event, found.back.ticket, text.format(who=who), found.back.subject, found.at)
    record, wording = found.record, Wording(store)
    number, subject = (record.number, record.subject) if record else ("", "")
    if not found.parts:
        title = _(_REMINDERS[found.event]).format(number=number)
        return Notice(found.event, number, title, subject, found.at)
    main = main_fact(list(found.parts))
    spoken = next((fact for fact in found.parts if fact.verb in ENTRY_KINDS), None)
    # That the desk made a ticket of what a caller wrote is not what happened: he wrote.
    by_caller = spoken is not None and spoken.verb == "messaged" and main.actor is None
    title = wording.entry(spoken) if spoken and (by_caller or main is spoken) else wording.event(main)
    if found.event == "assigned" and main.verb == "opened" and not by_caller:
        logged = (
            _("{agent} logged it for your team")
            if found.relation == "team"
            else _("{agent} logged it for you")
        )
        title = logged.format(agent=wording.author(main))
    said = " ".join(str(spoken.fields.get("text") or "").split())[:TEXT] if spoken else ""
    return Notice(
        found.event, number, f"{number}: {title}", "\n".join(part for part in (subject, said) if part), found.at,
        spoken.entity if spoken else "",
    )  # fmt: skip
