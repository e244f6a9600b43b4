"""Reads tickets as lists and forms need them: pages of queues, counters, search."""

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from desktop_desk.desk.directory import Directory
from desktop_desk.desk.ports import Hit, TicketRecord
from desktop_desk.desk.queues import Condition, PageRequest
from desktop_desk.domain.facts import EntityId
from desktop_desk.domain.query import Query
from desktop_desk.storage.database import Database, key_of
from desktop_desk.storage.dialects import literal, small
from desktop_desk.storage.search import TicketSearch
from desktop_desk.storage.tables import STATES

COLUMNS = (
    "id, uid, number, subject, status, state, priority, source, topic, department, team, agent, caller, caller_name,"
    " opened, updated, due, resolved, closed, answered, reopens, reassignments, entries, differences, merged_into, tags"
)
OPEN, WAITING, RESOLVED, CLOSED, WITHDRAWN = range(5)
NAMED = {
    "agent": "agents",
    "department": "departments",
    "team": "teams",
    "topic": "topics",
    "status": "statuses",
}
TALLIED, UNTALLIED = frozenset({"agent", "team", "department"}), frozenset({"overdue", "differences"})
"""What the counters know tickets by, and the queues that they know nothing of."""
SORT_COLUMN = {
    "number": "number_key",
    "priority": "priority",
    "subject": "subject",
    "caller": "caller_name",
    "due": "due",
    "updated": "updated",
    "opened": "opened",
}

CASELESS = frozenset({"subject", "caller_name"})
OWN_INDEX = frozenset({"unassigned", "mine", "teams", "overdue"})
"""Queues whose tickets an index of their own holds."""

NARROW = 2_000
"""So few of them are read whole and sorted: in the order of all tickets those of others would be passed one by one."""


class TicketQueries:
    """Answers questions about tickets from their projection."""

    def __init__(self, database: Database, directory: Callable[[], Directory]) -> None:
        self._db = database
        self._directory = directory
        self._search = TicketSearch(database, self._records)

    def by_number(self, number: str) -> tuple[TicketRecord, ...]:
        """The tickets that a canonical number was ever given to; more than one only after a fault."""
        return self._records("id IN (SELECT ticket FROM number WHERE number = ?) ORDER BY id", (number,))

    def by_uid(self, uid: EntityId) -> TicketRecord | None:
        """The ticket with this id."""
        found = self._records("uid = ?", (key_of(uid),))
        return found[0] if found else None

    def merged_into(self, uid: EntityId) -> tuple[TicketRecord, ...]:
        """The tickets merged into this one."""
        return self._records("merged_into = ? ORDER BY id", (key_of(uid),))

    def of_caller(self, person: int, *, open_only: bool, limit: int) -> tuple[TicketRecord, ...]:
        """A caller's tickets, newest first."""
        states = (OPEN, WAITING) if open_only else (OPEN, WAITING, RESOLVED, CLOSED)
        marks = ",".join(map(str, states))
        return self._records(f"caller = ? AND state IN ({marks}) ORDER BY id DESC LIMIT ?", (person, limit))

    def numbers(self) -> list[str]:
        """The number of every ticket that is not withdrawn, oldest first."""
        return [
            number for (number,) in self._db.rows("SELECT number FROM ticket WHERE state < 4 ORDER BY id")
        ]

    def fresh(self, tickets: Sequence[int], agent: int, after: int) -> frozenset[int]:
        """Which of these tickets have news the agent has not seen, newer than the stamp up to which he is caught up."""
        if not tickets or not agent:
            return frozenset()
        marks = ",".join("?" * len(tickets))
        sql = (
            f"SELECT ticket FROM follow WHERE agent = ? AND fresh = 1 AND newest > ? AND ticket IN ({marks})"
        )
        return frozenset(number for (number,) in self._db.rows(sql, (agent, after, *tickets)))

    def page(self, request: PageRequest) -> tuple[TicketRecord, ...]:
        """A window of a queue in its order; ties stand in the order tickets came in."""
        if request.sort in NAMED:
            return self._page_by_name(request)
        return self._window(request, *self._members(request))

    def _window(
        self, request: PageRequest, states: tuple[int, ...], where: str, params: tuple[Any, ...]
    ) -> tuple[TicketRecord, ...]:
        """A window of the tickets of some states, none for any, that meet what else is asked."""
        column = SORT_COLUMN.get(request.sort, "due")
        if column in CASELESS:
            column = self._db.dialect.caseless(column)
        way = "DESC" if request.descending else "ASC"
        nulls = " NULLS LAST" if column == "due" else ""
        # Tickets of one priority stand by their due time, as their index does.
        empty = "LAST" if request.descending else "FIRST"
        then = f", due {way} NULLS {empty}" if column == "priority" else ""
        order = f"ORDER BY {column} {way}{nulls}{then}, id {way}"
        skip = request.start
        if request.after is not None and request.after[0] is not None and not then:
            # Keyset: rows beyond the last one shown, so that no row before the window is counted again.
            beyond = "<" if request.descending else ">"
            either = " OR due IS NULL" if column == "due" else ""
            where += f" AND ({column} {beyond}= ? AND ({column} {beyond} ? OR id {beyond} ?){either})"
            last: Any = request.after[0]
            value = self._db.dialect.caseless_value(last) if isinstance(last, str) else last
            params = (*params, value, value, request.after[1])
            skip = 0
        few, of_few = self._few(request)
        if few:
            sql = f"id IN ({few}){where} {order} LIMIT ? OFFSET ?"
            return self._records(sql, (*of_few, *params, request.count, skip))
        if len(states) <= 1:
            of_state = f"state = {states[0]}" if states else "TRUE"
            sql = f"{of_state}{where} {order} LIMIT ? OFFSET ?"
            return self._records(sql, (*params, request.count, skip))
        return self._merged(states, where, params, order, column, request, skip)

    def _few(self, request: PageRequest) -> tuple[str, tuple[Any, ...]]:
        """The same as `_own` where they are few, else ""."""
        ids, params = self._own(request)
        if not ids:
            return "", ()
        many = self._db.value(f"SELECT COUNT(*) FROM ({ids} LIMIT {NARROW + 1}) AS counted", params)
        return (ids, params) if many <= NARROW else ("", ())

    def _own(self, request: PageRequest) -> tuple[str, tuple[Any, ...]]:
        """The question for the ids of a queue's tickets, answered by the index that it has; "" where it has none."""
        if request.queue not in OWN_INDEX:
            return "", ()
        states, where, params = self._queue(request)
        return f"SELECT id FROM ticket WHERE state IN ({','.join(map(str, states))}){where}", params

    def counters(self, agent: int, teams: tuple[int, ...], now: int) -> Mapping[str, int]:
        """How many tickets each queue holds."""
        counts: dict[str, int] = dict.fromkeys(
            (
                "open", "unassigned", "mine", "teams", "answered", "waiting", "resolved", "closed", "differences",
            ), 0
        )  # fmt: skip
        total = 0
        sql = "SELECT state, agent, team, answered, different, SUM(n) FROM queue_tally GROUP BY 1, 2, 3, 4, 5"
        for state, holder, team, answered, different, n in self._db.rows(sql):
            counts["differences"] += n if different else 0
            if state == WITHDRAWN:
                continue
            total += n
            counts[STATES[state]] += n
            if state == OPEN:
                counts["unassigned"] += n if not holder and not team else 0
                counts["answered"] += n if answered else 0
            if state in {OPEN, WAITING}:
                counts["mine"] += n if holder == agent else 0
                counts["teams"] += n if team in teams else 0
        counts["overdue"] = self._db.value(
            "SELECT COUNT(*) FROM ticket WHERE state = 0 AND due < ?", (now,), 0
        )
        counts["all"] = total
        return counts

    def open_by_holder(self) -> Mapping[tuple[str, int], int]:
        """How many live tickets each agent, team and department holds, by ("agent", local number) and so on."""
        counts: dict[tuple[str, int], int] = {}
        sql = "SELECT agent, team, department, SUM(n) FROM queue_tally WHERE state < 2 GROUP BY 1, 2, 3"
        for agent, team, department, n in self._db.rows(sql):
            for kind, number in (("agent", agent), ("team", team), ("department", department)):
                if number:
                    counts[(kind, number)] = counts.get((kind, number), 0) + n
        return counts

    def search(self, query: Query, limit: int, conditions: Sequence[Condition] = ()) -> tuple[Hit, ...]:
        """Tickets with these words that meet the conditions, newest text first, each once."""
        return self._search.find(query, limit, conditions)

    def _by_ids(self, ids: Sequence[int]) -> tuple[TicketRecord, ...]:
        marks = ",".join("?" * len(ids))
        return self._records(f"id IN ({marks})", ids) if ids else ()

    def _members(self, request: PageRequest) -> tuple[tuple[int, ...], str, tuple[Any, ...]]:
        """The same as `_queue`, with the words that are looked for in it."""
        states, where, params = self._queue(request)
        for word in request.words.split():
            way = f"{self._db.dialect.like} ? ESCAPE '\\'"
            where += f" AND (subject {way} OR caller_name {way} OR number {way})"
            params = (*params, *[f"%{literal(word)}%"] * 3)
        return states, where, params

    def _queue(self, request: PageRequest) -> tuple[tuple[int, ...], str, tuple[Any, ...]]:
        """The states a queue spans, none for any, and what else its tickets must be."""
        states: tuple[int, ...]
        where, params = "", ()
        match request.queue:
            case "unassigned":
                states, where = (OPEN,), " AND agent = 0 AND team = 0"
            case "mine":
                states, where, params = (OPEN, WAITING), " AND agent = ?", (request.agent,)
            case "teams":
                marks = ",".join("?" * len(request.teams)) or "-1"
                states, where, params = (OPEN, WAITING), f" AND team IN ({marks})", request.teams
            case "overdue":
                states, where, params = (OPEN,), " AND due < ?", (request.now,)
            case "answered":
                states, where = (OPEN,), " AND answered = 1"
            case "differences":
                # In any state, and so few that an index of their own holds them.
                states, where = (), " AND differences > 0"
            case "all":
                states = (OPEN, WAITING, RESOLVED, CLOSED)
            case _:
                states = (STATES.index(request.queue),)
        return states, where, params

    def _merged(
        self, states: tuple[int, ...], where: str, params: tuple[Any, ...], order: str, column: str,
        request: PageRequest, skip: int,
    ) -> tuple[TicketRecord, ...]:  # fmt: skip
        """A window over several states: each is read in its own index's order, and they are merged."""
        need = skip + request.count
        second = "due" if column == "priority" else "NULL"
        streams = [
            self._db.run(
                f"SELECT {column}, id, {second} FROM ticket WHERE state = {state}{where} {order} LIMIT ?",
                (*params, need),
            )
            for state in states
        ]
        ends = column == "due" and not request.descending

        def rank(row: tuple[Any, int, int | None]) -> tuple[Any, ...]:
            value, number, then = row
            empty = value is None
            # The columns of texts compare without regard to the case of a to z.
            kept = small(value).encode() if isinstance(value, str) else value or 0
            return (empty if ends else not empty, kept, then is not None, then or 0, number)

        ordered = heapq.merge(*streams, key=rank, reverse=request.descending)
        ids = [row[1] for index, row in enumerate(ordered) if skip <= index < need]
        records = {record.id: record for record in self._by_ids(ids)}
        return tuple(records[number] for number in ids if number in records)

    def _page_by_name(self, request: PageRequest) -> tuple[TicketRecord, ...]:
        """A window sorted by the name of an agent, team …: they are few, so each is read in turn."""
        states, where, params = self._members(request)
        things = sorted(
            getattr(self._directory(), NAMED[request.sort]),
            key=lambda thing: (thing.name.casefold(), thing.id),
        )
        order = [0, *(thing.id for thing in things)]
        held = self._held(request, states, where, params)
        order.extend(sorted(set(held) - set(order)))
        skip, rows = request.start, list[TicketRecord]()
        for number in reversed(order) if request.descending else order:
            many = held.get(number, {})
            if skip >= sum(many.values()):
                skip -= sum(many.values())
                continue
            rest = replace(
                request, sort="due", descending=False, start=skip, count=request.count - len(rows), after=None
            )
            having = tuple(state for state in states if state in many)
            rows.extend(self._window(rest, having, f"{where} AND {request.sort} = ?", (*params, number)))
            skip = 0
            if len(rows) >= request.count:
                break
        return tuple(rows)

    def _held(
        self, request: PageRequest, states: tuple[int, ...], where: str, params: tuple[Any, ...]
    ) -> dict[int, dict[int, int]]:
        """How many tickets of a queue each agent, team … has, by state."""
        within = f"state IN ({','.join(map(str, states))})" if states else "TRUE"
        value = request.sort
        if not request.words and request.sort in TALLIED and request.queue not in UNTALLIED:
            of = f"SUM(n) FROM queue_tally WHERE {within}{where}"
        elif where:
            own, of_own = self._own(request)
            within, params = (f"id IN ({own})", (*of_own, *params)) if own else (within, params)
            of = f"COUNT(*) FROM ticket WHERE {within}{where}"
        else:
            value, of, params = (
                "value",
                f"SUM(n) FROM sort_tally WHERE {within} AND field = ?",
                (request.sort,),
            )
        held: dict[int, dict[int, int]] = {}
        for number, state, many in self._db.rows(f"SELECT {value}, state, {of} GROUP BY 1, 2", params):
            held.setdefault(number, {})[state] = many
        return held

    def _records(self, where: str, params: Sequence[object]) -> tuple[TicketRecord, ...]:
        rows = self._db.rows(f"SELECT {COLUMNS} FROM ticket WHERE {where}", params)
        return tuple(as_record(row) for row in rows)


def as_record(row: Sequence[Any]) -> TicketRecord:
    """A row of COLUMNS as a value."""
    values = list(row)
    values[1] = EntityId(values[1].hex())
    values[5] = STATES[values[5]]
    values[19] = bool(values[19])
    values[24] = EntityId(values[24].hex()) if values[24] else None
    values[25] = tuple(values[25].split())
    return TicketRecord(*values)
