"""What the facts of a ticket come to: its row, its events and its due time; pure, and the same on every desk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from desktop_desk.domain.calendars import Calendar
from desktop_desk.domain.deadlines import Due, due, due_at
from desktop_desk.domain.facts import UNDONE, Fact, FactId, State, in_time, void_acts
from desktop_desk.i18n import N_

TicketState = Literal["open", "waiting", "resolved", "closed", "withdrawn"]
STATES: tuple[TicketState, ...] = ("open", "waiting", "resolved", "closed")
LIVE_STATES = ("open", "waiting")

PRIORITIES = {"A": N_("Emergency"), "B": N_("High"), "C": N_("Normal"), "D": N_("Low")}
"""Severity letters, most urgent first, with their names."""

SOURCES = ("phone", "email", "web", "api", "other")

PROMISED = frozenset({"plan", "target", "calendar"})
"""What a priority brings with it."""

DIMENSIONS = ("department", "topic", "agent", "priority", "source")
"""What the summary report can be broken down by."""

EVENT_OF = {
    "opened": "opened",
    "assigned": "assigned",
    "claimed": "assigned",
    "reassigned": "reassigned",
    "prioritised": "priority_changed",
    "reopened": "reopened",
}
COUNTED_STATES = ("waiting", "resolved", "closed")


@dataclass(frozen=True, slots=True)
class Entries:
    """What a ticket's row needs of its entries; times in ms or None.

    Attributes:
        first_reply: of an agent to the caller; last_reply likewise.
        last_word: the caller's last message or call.
        last: the newest entry of any kind.
        count: entries that count, without withdrawn ones.
    """

    first_reply: int | None = None
    last_reply: int | None = None
    last_word: int | None = None
    last: int | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Office:
    """What the projection must know of the office: the state each status stands for, and calendars by id."""

    state_of: Mapping[str, TicketState]
    calendars: Mapping[str, Calendar]


@dataclass(frozen=True, slots=True)
class Event:
    """One countable happening: what, when (ms), and the ticket's five dimensions at that moment.

    `total` is a duration in ms for `first_response` and `resolution`, else 0.
    """

    what: str
    at: int
    dims: tuple[str, str, str, str, str]
    total: int = 0


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in one state: from `start` until `end` (None: still)."""

    state: TicketState
    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Summary:
    """The row of one ticket as lists and reports need it; ids are entity ids or "", times ms or None."""

    number: str
    aliases: tuple[str, ...]
    subject: str
    status: str
    state: TicketState
    priority: str
    source: str
    topic: str
    department: str
    team: str
    agent: str
    caller: str
    opened: int
    updated: int
    due: int | None
    resolved: int | None
    closed: int | None
    answered: bool
    reopens: int
    reassignments: int
    entries: int
    rivals: int
    merged_into: str
    tags: tuple[str, ...]
    followers: tuple[str, ...]
    events: tuple[Event, ...]


def members(state: State, prefix: str) -> tuple[str, ...]:
    """The members of a set kept as one field a member ("tag:", "follow:"), sorted."""
    return tuple(
        sorted(
            name.removeprefix(prefix) for name, on in state.fields.items() if on and name.startswith(prefix)
        )
    )


def spells(state: State, office: Office) -> tuple[Spell, ...]:
    """The ticket's time line of states, in order of time; a reopening starts a new spell even if already open."""
    found: list[Spell] = []
    for fact in state.facts:
        if "status" not in fact.fields:
            continue
        now = office.state_of.get(fact.fields["status"], "open")
        if found:
            if found[-1].state == now and fact.verb != "reopened":
                continue
            found[-1] = Spell(found[-1].state, found[-1].start, max(fact.at, found[-1].start))
        found.append(Spell(now, fact.at, None))
    return tuple(found)


def due_of(state: State, times: tuple[Spell, ...], office: Office) -> Due | None:
    """When the ticket is due, explained line by line; None when it has no plan.

    A person's own due time wins. Else the plan's target counts from the opening, or from the last reopening, and
    pauses while the ticket waits.
    """
    by_hand = state.get("due")
    if by_hand is not None:
        return Due(int(by_hand), ())
    target = state.get("target")
    if not target or not times:
        return None
    return due(*_clock(state, times, office))


def deadline_of(state: State, times: tuple[Spell, ...], office: Office) -> int | None:
    """When the ticket is due, ms; None when it has no plan or waits."""
    by_hand = state.get("due")
    if by_hand is not None:
        return int(by_hand)
    if not state.get("target") or not times:
        return None
    return due_at(*_clock(state, times, office))


def _clock(
    state: State, times: tuple[Spell, ...], office: Office
) -> tuple[int, int, Calendar | None, list[tuple[int, int | None]]]:
    """Since when the target runs, the target in minutes, by which calendar, and the pauses."""
    start = times[0].start
    for before, after in pairwise(times):
        if before.state in {"resolved", "closed"} and after.state in LIVE_STATES:
            start = after.start
    pauses = [
        (spell.start, spell.end) for spell in times if spell.state == "waiting" and spell.start >= start
    ]
    return start, int(state.fields["target"]), office.calendars.get(state.get("calendar") or ""), pauses


def summarise(state: State, entries: Entries, office: Office, *, merged: bool | None = None) -> Summary:
    """The ticket's row from the fold of its own facts and what its entries come to.

    Args:
        merged: False when its merge link is cut because it closes a circle.
    """
    times = spells(state, office)
    merged_into = (state.get("merged_into") or "") if merged is not False else ""
    now: TicketState = times[-1].state if times else "open"
    shown = office.state_of.get(state.get("status") or "", now)
    current: TicketState = "withdrawn" if state.withdrawn else "closed" if merged_into else shown
    opened = next(
        (fact.at for fact in state.facts if fact.verb == "opened"), state.facts[0].at if state.facts else 0
    )
    own_last = max((fact.at for fact in state.facts), default=opened)
    deadline = deadline_of(state, times, office)
    ended = _ended(times, shown)
    heard = max(opened, entries.last_word or 0)
    return Summary(
        number=state.get("number") or (state.numbers[-1] if state.numbers else ""),
        aliases=state.numbers,
        subject=state.get("subject") or "",
        status=state.get("status") or "",
        state=current,
        priority=state.get("priority") or "C",
        source=state.get("source") or "other",
        topic=state.get("topic") or "",
        department=state.get("department") or "",
        team=state.get("team") or "",
        agent=state.get("agent") or "",
        caller=state.get("caller") or "",
        opened=opened,
        updated=max(own_last, entries.last or 0),
        due=None if current == "waiting" else deadline,
        resolved=ended[0],
        closed=ended[1],
        answered=entries.last_reply is not None and entries.last_reply >= heard,
        reopens=_count(state, "reopened"),
        reassignments=_count(state, "reassigned"),
        entries=entries.count,
        rivals=len(differing(state)),
        merged_into=merged_into,
        tags=members(state, "tag:"),
        followers=members(state, "follow:"),
        events=tuple(_events(state, entries, office, deadline)) if not state.withdrawn else (),
    )


def _ended(times: tuple[Spell, ...], shown: TicketState) -> tuple[int | None, int | None]:
    """When it was resolved and closed, as far as that still holds."""
    if shown not in {"resolved", "closed"}:
        return None, None
    last: dict[str, int] = {}
    for spell in times:
        if spell.state in LIVE_STATES:
            last.clear()
        else:
            last.setdefault(spell.state, spell.start)
    return last.get("resolved"), last.get("closed") if shown == "closed" else None


def once_a_row(facts: Iterable[Fact]) -> list[Fact]:
    """The facts with one fact for each row of an import, however many desks took that row in."""
    seen: set[tuple[str, str]] = set()
    kept: list[Fact] = []
    for fact in facts:
        row = fact.fields.get("row")
        if row is not None:
            if (row, fact.verb) in seen:
                continue
            seen.add((row, fact.verb))
        kept.append(fact)
    return kept


def _count(state: State, verb: str) -> int:
    return sum(1 for fact in once_a_row(state.facts) if fact.verb == verb)


def _events(state: State, entries: Entries, office: Office, deadline: int | None) -> Iterable[Event]:
    """What reports count, each with the ticket's dimensions at that moment."""
    current: dict[str, Any] = {}
    standing: TicketState | None = None
    status: str | None = None
    opened: int | None = None
    for fact in once_a_row(state.facts):
        for name in DIMENSIONS:
            if name in fact.fields:
                current[name] = fact.fields[name]
        dims = _dims(current)
        if fact.verb in EVENT_OF:
            yield Event(EVENT_OF[fact.verb], fact.at, dims)
        if fact.verb == "opened" and opened is None:
            opened = fact.at
            if entries.first_reply is not None:
                yield Event("first_response", entries.first_reply, dims, max(0, entries.first_reply - opened))
        if "status" in fact.fields:
            now = office.state_of.get(fact.fields["status"], "open")
            # From waiting for one thing to waiting for another is a new wait.
            waits_anew = now == "waiting" and fact.fields["status"] != status
            status = fact.fields["status"]
            if (now != standing or waits_anew) and now in COUNTED_STATES:
                yield Event(now, fact.at, dims)
                if standing in {None, "open", "waiting"} and now != "waiting":
                    yield from _ending(fact.at, opened, dims, deadline)
            standing = now


def _ending(
    at: int, opened: int | None, dims: tuple[str, str, str, str, str], deadline: int | None
) -> Iterable[Event]:
    """What the end of the work on a ticket adds: how long it took and whether it was in time."""
    yield Event("resolution", at, dims, max(0, at - (opened if opened is not None else at)))
    if deadline is not None:
        if at <= deadline:
            yield Event("sla_met", at, dims)
        else:
            yield Event("sla_missed", at, dims)
            yield Event("overdue", deadline, dims)


def _dims(current: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    department, topic, agent, priority, source = (current.get(name) or "" for name in DIMENSIONS)
    return department, topic, agent, priority, source


def differing(state: State) -> tuple[str, ...]:
    """The fields of a ticket in conflict that somebody has to settle, sorted.

    Not who follows it, and not what a priority brings with it, which is settled with the priority.
    """
    return tuple(
        sorted(name for name in state.rivals if name not in PROMISED and not name.startswith("follow:"))
    )


def late_acts(facts: Iterable[Fact]) -> frozenset[FactId]:
    """The acts that stand on a ticket whose opening does not: somebody has to see what they were about.

    Args:
        facts: all of the ticket and of everything in its thread.
    """
    known = list(facts)
    void = void_acts(known)
    return frozenset(
        fact.act_id for fact in known if fact.verb not in {UNDONE, "followed"} and fact.act_id not in void
    )


def endings(state: State, office: Office) -> Mapping[str, Fact]:
    """The facts by which a ticket stands ended, by field: resolved or closed by its status, or merged."""
    heads = {name: state.heads[name] for name in ("status", "merged_into") if name in state.heads}
    return {name: head for name, head in heads.items() if _is_end(name, head.fields[name], office)}


def _is_end(name: str, value: str | None, office: Office) -> bool:
    return bool(value) and (name != "status" or office.state_of.get(value or "") in {"resolved", "closed"})


def unseen_by(name: str, end: Fact, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """What neither saw a ticket's end nor was seen by it, in order of time; `name` is the field that ended it.

    Args:
        facts: all of the ticket and of everything in its thread. Rivals of the end are not among the answers.
    """
    known = list(facts)
    void = void_acts(known)
    return tuple(
        sorted(
            (
                fact
                for fact in known
                if fact.verb != UNDONE
                and fact.act_id != end.act_id
                and fact.act_id not in void
                and name not in fact.fields
                and not fact.covers(end)
                and not end.covers(fact)
            ),
            key=in_time,
        )
    )
