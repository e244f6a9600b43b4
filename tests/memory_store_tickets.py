"""Tickets of a store in memory: every queue is a plain filter and a plain sort of them all."""

from collections.abc import Callable, Mapping, Sequence
from re import Pattern
from typing import TYPE_CHECKING, Any

from desktop_desk.desk.ports import Hit, TicketRecord
from desktop_desk.desk.queues import Condition, PageRequest
from desktop_desk.domain.facts import EntityId
from desktop_desk.domain.numbers import number_rank
from desktop_desk.domain.phones import number_words
from desktop_desk.domain.query import Query
from desktop_desk.domain.texts import folded, term_pattern
from tests.memory_store_world import Ticket, World

if TYPE_CHECKING:
    from tests.memory_store import Memory

LIVE = ("open", "waiting")
NAMED = {
    "agent": "agents", "department": "departments", "team": "teams", "topic": "topics", "status": "statuses",
}  # fmt: skip


def plain(text: str) -> bytes:
    """A text as it is sorted and compared: by its bytes, without regard to the case of a to z."""
    return text.encode().lower()


def belongs(queue: str, record: TicketRecord, agent: int, teams: Sequence[int], now: int) -> bool:
    """Whether a ticket stands in a queue."""
    match queue:
        case "all":
            return record.state != "withdrawn"
        case "unassigned":
            return record.state == "open" and not record.agent and not record.team
        case "mine":
            return record.state in LIVE and record.agent == agent
        case "teams":
            return record.state in LIVE and record.team != 0 and record.team in teams
        case "overdue":
            return record.state == "open" and record.due is not None and record.due < now
        case "answered":
            return record.state == "open" and record.answered
        case "differences":
            return record.differences > 0
        case _:
            return record.state == queue


class MemoryTickets:
    """Answers questions about tickets."""

    def __init__(self, memory: "Memory") -> None:
        self._memory = memory

    @property
    def _world(self) -> World:
        return self._memory.world

    def by_number(self, number: str) -> tuple[TicketRecord, ...]:
        having = (ticket for ticket in self._world.tickets if number in ticket.state.numbers)
        return tuple(self._world.record_of[ticket.uid] for ticket in having)

    def by_uid(self, uid: EntityId) -> TicketRecord | None:
        return self._world.record_of.get(uid)

    def merged_into(self, uid: EntityId) -> tuple[TicketRecord, ...]:
        return tuple(record for record in self._world.records if record.merged_into == uid)

    def of_caller(self, person: int, *, open_only: bool, limit: int) -> tuple[TicketRecord, ...]:
        found = [
            record
            for record in reversed(self._world.records)
            if record.caller == person and (record.state in LIVE or not open_only)
        ]
        return tuple(record for record in found if record.state != "withdrawn")[:limit]

    def numbers(self) -> list[str]:
        return [record.number for record in self._world.records if record.state != "withdrawn"]

    def fresh(self, tickets: Sequence[int], agent: int, after: int) -> frozenset[int]:
        uid = self._world.directory.uid_of(agent)
        if uid is None:
            return frozenset()
        return frozenset(
            ticket.id for ticket in self._world.tickets if ticket.id in tickets and self._is_fresh(ticket, uid, after)
        )  # fmt: skip

    def _is_fresh(self, ticket: Ticket, agent: str, after: int) -> bool:
        newest = self._world.newest_for(ticket, agent) or 0
        return newest > after and newest > self._world.seen_by(ticket.uid, agent)

    def counters(self, agent: int, teams: tuple[int, ...], now: int) -> Mapping[str, int]:
        queues = (
            "open", "unassigned", "mine", "teams", "answered", "waiting", "resolved", "closed", "differences",
            "overdue", "all",
        )  # fmt: skip
        return {
            queue: sum(belongs(queue, record, agent, teams, now) for record in self._world.records)
            for queue in queues
        }

    def open_by_holder(self) -> Mapping[tuple[str, int], int]:
        counts: dict[tuple[str, int], int] = {}
        for record in self._world.records:
            for kind in ("agent", "team", "department") if record.state in LIVE else ():
                number = getattr(record, kind)
                if number:
                    counts[(kind, number)] = counts.get((kind, number), 0) + 1
        return counts

    # ── queues ───────────────────────────────────────────────────────────────────────────────────────────────────

    def page(self, request: PageRequest) -> tuple[TicketRecord, ...]:
        members = [
            record
            for record in self._world.records
            if belongs(request.queue, record, request.agent, request.teams, request.now)
            and all(_has(record, word) for word in request.words.split())
        ]
        if request.sort in NAMED:
            ordered = self._by_name(members, request)
        else:
            ordered = sorted(members, key=_place(request.sort), reverse=request.descending)
            if request.sort == "due":
                ordered.sort(key=lambda record: record.due is None)
            if request.after is not None and request.after[0] is not None and request.sort != "priority":
                ordered = [record for record in ordered if _is_beyond(record, request)]
                return tuple(ordered[: request.count])
        return tuple(ordered[request.start : request.start + request.count])

    def _by_name(self, members: list[TicketRecord], request: PageRequest) -> list[TicketRecord]:
        """By the names of agents, teams …, without one first, unknown ones last; then by due time, either way."""
        things = sorted(
            getattr(self._world.directory, NAMED[request.sort]), key=lambda one: (one.name.casefold(), one.id)
        )
        known = [0, *(thing.id for thing in things)]

        def place(record: TicketRecord) -> tuple[int, int]:
            held: int = getattr(record, request.sort)
            return (known.index(held), 0) if held in known else (len(known), held)

        members = sorted(members, key=_place("due"))
        members.sort(key=lambda record: record.due is None)
        return sorted(
            members, key=lambda r: tuple(-part for part in place(r)) if request.descending else place(r)
        )

    # ── search ───────────────────────────────────────────────────────────────────────────────────────────────────

    def search(self, query: Query, limit: int, conditions: Sequence[Condition] = ()) -> tuple[Hit, ...]:
        world = self._world
        spoken_of = any(
            item.field in {"any", "state", "differences"} and not item.negated for item in conditions
        )
        asked = [
            ticket
            for ticket in reversed(world.tickets)
            if all(meets(world.record_of[ticket.uid], condition) for condition in conditions)
            and (spoken_of or world.record_of[ticket.uid].state != "withdrawn")
            and not self._has_any(ticket, query.patterns_excluded())
        ]
        terms = query.patterns()
        if not terms:
            browsing = bool(conditions or query.excluded)
            return (
                tuple(Hit(world.record_of[ticket.uid], ticket.id) for ticket in asked)[:limit]
                if browsing
                else ()
            )
        found = self._newest_first(asked, lambda text: all(term.search(text) for term in terms))
        if query.phone and len(found) < limit:
            numbers = [term_pattern(word) for word in number_words(query.text)]
            by_phone = self._newest_first(asked, lambda text: any(number.search(text) for number in numbers))
            found = by_phone | found
        if len(found) < limit and len(terms) > 1:
            # Those found before stay before them.
            found |= {uid: arrival for uid, arrival in self._apart(asked, terms).items() if uid not in found}
        return tuple(Hit(world.record_of[uid], arrival) for uid, arrival in found.items())[:limit]

    def _newest_first(self, tickets: list[Ticket], fits: Callable[[str], bool]) -> dict[str, int]:
        """Tickets with a text that fits, each with the newest such text; the newest text first."""
        found = {
            ticket.uid: next(
                (arrival for arrival, text in self._world.texts(ticket) if fits(folded(text))), 0
            )
            for ticket in tickets
        }
        return dict(sorted(((u, a) for u, a in found.items() if a), key=lambda one: one[1], reverse=True))

    def _apart(self, tickets: list[Ticket], terms: Sequence[Pattern[str]]) -> dict[str, int]:
        """Tickets that have every term in some text."""
        each = [
            self._newest_first(tickets, lambda text, term=term: bool(term.search(text))) for term in terms
        ]
        shared = set.intersection(*(set(found) for found in each))
        newest = {uid: max(found[uid] for found in each) for uid in shared}
        return dict(sorted(newest.items(), key=lambda one: one[1], reverse=True))

    def _has_any(self, ticket: Ticket, patterns: Sequence[Pattern[str]]) -> bool:
        texts = [folded(text) for _arrival, text in self._world.texts(ticket)]
        record = self._world.record_of[ticket.uid]
        texts.append(folded(f"{record.subject}\n{record.caller_name}"))
        return any(pattern.search(text) for pattern in patterns for text in texts)


def meets(record: TicketRecord, condition: Condition) -> bool:
    """Whether a ticket meets a condition of a search."""
    return _meets(record, condition.field, condition.values) != condition.negated


def _meets(record: TicketRecord, name: str, values: Sequence[Any]) -> bool:
    match name:
        case "any":
            return any(all(meets(record, condition) for condition in group) for group in values)
        case "caller":
            return any(plain(value) in plain(record.caller_name) for value in values)
        case "tag":
            return any(plain(value) == plain(tag) for value in values for tag in record.tags)
        case "opened_from":
            return record.opened >= values[0]
        case "opened_until":
            return record.opened < values[0]
        case "due_before":
            return record.due is not None and record.due < values[0]
        case "differences":
            return record.differences > 0
        case _:
            return getattr(record, name) in values


def _has(record: TicketRecord, word: str) -> bool:
    """Whether a word of the quick filter stands anywhere in number, subject or caller."""
    return any(plain(word) in plain(text) for text in (record.subject, record.caller_name, record.number))


def _place(sort: str) -> Callable[[TicketRecord], tuple[Any, ...]]:
    """Where a ticket stands in a sort; the empty due time comes before any other, here."""

    def due(record: TicketRecord) -> tuple[bool, int]:
        return (record.due is not None, record.due or 0)

    match sort:
        case "number":
            return lambda record: (number_rank(record.number), record.id)
        case "subject":
            return lambda record: (plain(record.subject), record.id)
        case "caller":
            return lambda record: (plain(record.caller_name), record.id)
        case "priority":
            return lambda record: (record.priority, due(record), record.id)
        case "due":
            return lambda record: (due(record), record.id)
        case _:
            return lambda record: (getattr(record, sort), record.id)


def _is_beyond(record: TicketRecord, request: PageRequest) -> bool:
    """Whether a ticket stands after the last one shown."""
    value, number = request.after or (None, 0)
    if request.sort == "due" and record.due is None:
        return True
    own: Any = _place(request.sort)(record)[0]
    last: Any = value
    if request.sort == "due":
        own = record.due
    elif isinstance(value, str):
        last = plain(value) if request.sort in {"subject", "caller"} else value
    return (own, record.id) < (last, number) if request.descending else (own, record.id) > (last, number)
