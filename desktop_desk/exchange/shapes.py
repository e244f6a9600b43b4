"""The JSON shapes that scripts rely on (DESIGN.md, section 8); commands and exports give the same."""

from datetime import UTC, datetime
from typing import Any

from desktop_desk.desk.views import AttachmentView, CallerCard, Conflict, Entry, TicketView

Json = dict[str, Any]


def iso(at: int | None) -> str | None:
    """A moment in ms as ISO 8601 in UTC, to the second."""
    if at is None:
        return None
    return f"{datetime.fromtimestamp(at // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def ticket_json(view: TicketView) -> Json:
    """A ticket with its thread, every field of the contract present."""
    return {
        "number": view.number,
        "uid": view.uid,
        "subject": view.subject,
        "status": view.status,
        "state": view.state,
        "priority": view.priority,
        "source": view.source,
        "topic": view.topic or None,
        "department": view.department or None,
        "team": view.team or None,
        "agent": view.agent or None,
        "caller": _caller_json(view.caller),
        "opened": iso(view.opened),
        "updated": iso(view.updated),
        "due": iso(view.due),
        "overdue": view.overdue,
        "resolved": iso(view.resolved),
        "closed": iso(view.closed),
        "reopens": view.reopens,
        "reassignments": view.reassignments,
        "tags": list(view.tags),
        "conflicts": [_conflict_json(conflict) for conflict in view.conflicts],
        "thread": [_entry_json(entry) for entry in view.thread],
    }


def _caller_json(caller: CallerCard | None) -> Json | None:
    if caller is None:
        return None
    return {
        "name": caller.name,
        "phones": list(caller.phones),
        "emails": list(caller.emails),
        "organisation": caller.organisation or None,
    }


def _conflict_json(conflict: Conflict) -> Json:
    return {
        "field": conflict.field,
        "shown": conflict.shown,
        "rivals": [
            {
                "value": rival.value,
                "by": rival.by or None,
                "at": iso(rival.at),
                "replica": rival.place or rival.replica,
            }
            for rival in conflict.rivals
        ],
    }


def _attachment_json(file: AttachmentView) -> Json:
    return {"uid": file.uid, "name": file.name, "mime": file.mime, "size": file.size, "here": file.here}


def _entry_json(entry: Entry) -> Json:
    return {
        "kind": entry.kind,
        "act": entry.act,
        "by": entry.by or None,
        "at": iso(entry.at),
        "text": entry.title if entry.kind == "event" else entry.text,
        "attachments": [_attachment_json(file) for file in entry.attachments],
    }
