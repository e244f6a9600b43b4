"""From rows to what happened: the differences between a thing's snapshots, and the meaning of its events; pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from desktop_desk.exchange.event_map import EventMap, MappedStatus

ENDED = ("resolved", "closed")

_STATE_OF_ACTIVITY = {
    "resolved": MappedStatus("Resolved", "resolved"),
    "closed": MappedStatus("Closed", "closed"),
    "reopened": MappedStatus("Open", "open"),
}
_ENTRIES = {"note": "noted", "reply": "replied", "message": "messaged", "call": "called"}


class Snapshot(NamedTuple):
    """What a row says of its thing, in the desk's words; "" and None say nothing, or that there is none.

    Attributes:
        topic: the path of the topic, broadest first.
        priority: a severity letter.
        due: ms since the epoch.
        reassignments, reopens: the log's own counters, None where it keeps none.
        text: what was written with this row.
    """

    subject: str = ""
    details: str = ""
    caller: str = ""
    caller_phone: str = ""
    caller_email: str = ""
    organisation: str = ""
    agent: str = ""
    group: str = ""
    department: str = ""
    topic: tuple[str, ...] = ()
    status: MappedStatus | None = None
    priority: str = ""
    source: str = ""
    due: int | None = None
    reassignments: int | None = None
    reopens: int | None = None
    tags: tuple[str, ...] = ()
    text: str = ""


class LogRow(NamedTuple):
    """One row of a log.

    Attributes:
        line: where it begins in the file, counted from 1.
        thing: the outside id of what it is about.
        key: what tells the row from others of the same thing; `id` is unique in the source.
        at, opened: ms since the epoch; `opened` None where the log does not say.
        by: who did it, as the log calls them.
        activity: one of event_map.ACTIVITIES; "" in logs of snapshots.
    """

    line: int
    thing: str
    key: str
    at: int
    opened: int | None
    by: str
    activity: str
    shot: Snapshot

    @property
    def id(self) -> str:
        """The row's name within its source."""
        return f"{self.thing}/{self.key}"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened: a verb of the journal with what it set, still in the log's names.

    `fields` hold names, not ids: agent, group, department, topic (a path), status (MappedStatus), priority …
    """

    verb: str
    at: int
    row: str
    by: str
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])


def changes(rows: Iterable[LogRow], how: EventMap, before: Snapshot | None = None) -> Iterator[Change]:
    """What the rows of one thing tell, in their order.

    Args:
        rows: of one thing.
        how: the map; tells which columns the log has at all.
        before: what the last row taken in earlier said; None when these are the thing's first rows.
    """
    for row in rows:
        if before is None:
            shot = _started(row, how)
            yield from _opening(row, shot, how)
            if row.activity not in {"", "opened"}:
                yield from _event(row, shot, shot)
        elif row.activity:
            shot = merged(before, row.shot)
            yield from _event(row, before, shot)
        else:
            shot = continued(before, row.shot)
            yield from _differences(row, before, shot, how)
        before = shot


def continued(before: Snapshot, now: Snapshot) -> Snapshot:
    """A later snapshot, with what a ticket cannot be without carried over where the row says nothing."""
    if now.status and now.priority and now.subject and now.source:
        return now
    return now._replace(
        status=now.status or before.status,
        priority=now.priority or before.priority,
        subject=now.subject or before.subject,
        source=now.source or before.source,
    )


def merged(before: Snapshot, now: Snapshot) -> Snapshot:
    """What is known after an event: an event says only what it changed, so empty cells leave the rest."""
    kept = {name: value for name in Snapshot._fields if (value := getattr(now, name)) not in ("", None, ())}
    return before._replace(**{**kept, "text": now.text})


def state_after(rows: Iterable[LogRow], how: EventMap, before: Snapshot | None) -> Snapshot | None:
    """What is known of the thing after its rows; None without any."""
    for row in rows:
        if before is None:
            before = _started(row, how)
        else:
            before = merged(before, row.shot) if row.activity else continued(before, row.shot)
    return before


def to_json(shot: Snapshot) -> dict[str, Any]:
    """A snapshot as a fact's field keeps it: only what it says."""
    kept: dict[str, Any] = {}
    for name in Snapshot._fields:
        value: Any = getattr(shot, name)
        if isinstance(value, MappedStatus):
            kept[name] = [value.name, value.state]
        elif value not in ("", None, ()):
            kept[name] = value
    return kept


def from_json(kept: Mapping[str, Any]) -> Snapshot:
    """The snapshot that `to_json` wrote; fields that this version does not know are left out."""
    known: dict[str, Any] = {name: kept[name] for name in kept if name in Snapshot._fields}
    for name in ("topic", "tags"):
        known[name] = tuple(known.get(name, ()))
    if "status" in known:
        known["status"] = MappedStatus(*known["status"])
    return Snapshot(**known)


def _started(row: LogRow, how: EventMap) -> Snapshot:
    if row.shot.status:
        return row.shot
    return row.shot._replace(status=row.shot.status or how.create.opening_status)


def _opening(row: LogRow, shot: Snapshot, how: EventMap) -> Iterator[Change]:
    """The thing's first row: it was opened, and may have come to another status since."""
    # A first update written before the typed time of opening shows that the typed time is wrong.
    opened = row.at if row.opened is None else min(row.opened, row.at)
    first = row.activity in {"", "opened"}
    fields = {
        "subject": shot.subject or row.thing,
        "agent": shot.agent if first else "",
        "group": shot.group,
        "department": shot.department,
        "topic": shot.topic,
        "priority": shot.priority or "C",
        "source": shot.source or "other",
        "caller": shot,
        "due": shot.due,
        "tags": shot.tags,
        "details": shot.details,
        "status": how.create.opening_status,
    }
    yield Change("opened", opened, row.id, row.by, fields)
    if first:
        if shot.status is not None and shot.status != how.create.opening_status:
            yield _standing(row, shot.status)
        if shot.text:
            yield Change("noted", row.at, row.id, row.by, {"text": shot.text})


def _standing(row: LogRow, status: MappedStatus) -> Change:
    verb = status.state if status.state in ENDED else "status_set"
    return Change(verb, row.at, row.id, row.by, {"status": status})


def _differences(row: LogRow, old: Snapshot, new: Snapshot, how: EventMap) -> Iterator[Change]:
    """What happened between two snapshots, in the order in which it makes sense to read it."""
    status = new.status if new.status != old.status else None
    if _reopened(old, new, how):
        standing = (
            new.status
            if new.status is not None and new.status.state not in ENDED
            else how.create.opening_status
        )
        yield Change("reopened", row.at, row.id, row.by, {"status": standing})
        status = new.status if new.status != standing else None
    if new.priority != old.priority:
        yield Change("prioritised", row.at, row.id, row.by, {"priority": new.priority})
    edited = _edits(old, new)
    for change in _handing(row, old, new, counted="reassignments" in how.one):
        if change.verb == "edited":
            edited.update(change.fields)
        else:
            yield change
    if status is not None:
        yield _standing(row, status)
    # One change of each verb a row: (row, verb) is what tells a fact taken in twice.
    if edited:
        yield Change("edited", row.at, row.id, row.by, edited)
    if new.tags != old.tags:
        yield _tagging(row, old, new)
    if new.text and new.text != old.text:
        yield Change("noted", row.at, row.id, row.by, {"text": new.text})


def _edits(old: Snapshot, new: Snapshot) -> dict[str, Any]:
    """The fields whose change is nothing but an edit."""
    plain = ("subject", "topic", "source", "due")
    edited = {name: getattr(new, name) for name in plain if getattr(new, name) != getattr(old, name)}
    if _caller(new) != _caller(old):
        edited["caller"] = new
    return edited


def _reopened(old: Snapshot, new: Snapshot, how: EventMap) -> bool:
    if "reopens" in how.one:
        return (new.reopens or 0) > (old.reopens or 0)
    ended = old.status is not None and old.status.state in ENDED
    return ended and new.status is not None and new.status.state not in ENDED


def _handing(row: LogRow, old: Snapshot, new: Snapshot, *, counted: bool) -> Iterator[Change]:
    """Who has it now: handed on, taken up, let go, or (where the log counts otherwise) only corrected."""
    moved = {
        name: getattr(new, name)
        for name in ("group", "department")
        if getattr(new, name) != getattr(old, name)
    }
    agent_changed = new.agent != old.agent
    taken_up = agent_changed and not old.agent
    if counted:
        handed_on = (new.reassignments or 0) > (old.reassignments or 0)
    else:
        had_place = bool(old.group or old.department)
        handed_on = bool(moved and had_place) or bool(agent_changed and old.agent and new.agent)
    if handed_on:
        if agent_changed and not taken_up:
            moved["agent"] = new.agent
        yield Change("reassigned", row.at, row.id, row.by, moved)
        moved = {}
    elif agent_changed and not taken_up:
        if new.agent or moved:
            moved["agent"] = new.agent
        else:
            yield Change("released", row.at, row.id, row.by, {"agent": ""})
    if taken_up:
        yield Change("assigned", row.at, row.id, row.by, {**moved, "agent": new.agent})
    elif moved:
        yield Change("edited", row.at, row.id, row.by, moved)


def _caller(shot: Snapshot) -> tuple[str, str, str, str]:
    return (shot.caller, shot.caller_phone, shot.caller_email, shot.organisation)


def _tagging(row: LogRow, old: Snapshot, new: Snapshot) -> Change:
    fields: dict[str, bool] = dict.fromkeys((f"tag:{tag}" for tag in old.tags if tag not in new.tags), False)
    fields.update({f"tag:{tag}": True for tag in new.tags if tag not in old.tags})
    return Change("tagged", row.at, row.id, row.by, fields)


def _event(row: LogRow, old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """What an event says: its activity always counts; other cells that differ are edits of the same row."""
    named = _named(row, old, new)
    fields: dict[str, Any] = {name: value for name, value in named.items() if value not in ("", None, ())}
    if row.activity == "released":
        fields = {"agent": ""}
    verb = {"status": "status_set"}.get(row.activity, row.activity)
    if row.activity in _ENTRIES:
        if new.text:
            yield Change(_ENTRIES[row.activity], row.at, row.id, row.by, {"text": new.text})
    elif verb in _STATE_OF_ACTIVITY:
        fields["status"] = _status_of(row)
        yield Change(verb, row.at, row.id, row.by, fields)
    elif verb == "status_set" and new.status is not None:
        yield replace(_standing(row, new.status), fields={**fields, "status": new.status})
    elif verb not in {"ignore", "status_set", "opened"} and (fields or verb != "edited"):
        yield Change(verb, row.at, row.id, row.by, fields)
    if new.text and row.activity not in {*_ENTRIES, "ignore"}:
        yield Change("noted", row.at, row.id, row.by, {"text": new.text})


def _status_of(row: LogRow) -> MappedStatus:
    """The status that an ending or reopening leads to: the row's own where it fits, else the desk's."""
    plain = _STATE_OF_ACTIVITY[row.activity]
    said = row.shot.status
    fits = said is not None and (
        said.state == plain.state or (plain.state == "open" and said.state == "waiting")
    )
    return said if said is not None and fits else plain


def _named(row: LogRow, old: Snapshot, new: Snapshot) -> dict[str, Any]:
    """The fields that an event's row sets: those that differ, and always what its activity is about."""
    about = {
        "assigned": ("agent", "group", "department"),
        "reassigned": ("agent", "group", "department"),
        "prioritised": ("priority",),
    }.get(row.activity, ())
    named: dict[str, Any] = {}
    for name in ("subject", "topic", "source", "due", "priority", "agent", "group", "department"):
        if getattr(new, name) != getattr(old, name) or (name in about and getattr(row.shot, name)):
            named[name] = getattr(new, name)
    if _caller(new) != _caller(old):
        named["caller"] = new
    return named
