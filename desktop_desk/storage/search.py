"""Full text: tickets whose texts have the words, wherever in a ticket each of them stands.

Every text is a row of the index: a ticket's subject with its caller, and each entry. First come tickets with all
words in one text, newest text first; if they are few, those whose words stand in different texts. What must not
occur, must not occur in any text of the ticket.
"""

import json
from collections.abc import Callable, Iterable, Sequence

from desktop_desk.desk.ports import Hit, TicketRecord
from desktop_desk.desk.queues import Condition
from desktop_desk.domain.query import Query
from desktop_desk.storage.database import Database
from desktop_desk.storage.tables import STATES
from desktop_desk.storage.words import Words

BATCH, ROUNDS = 100, 100
"""So many texts are looked at in one go, so many times: older ones with these words are left out then."""

RARE = 2_000
"""A word in no more texts than these is rare: all its tickets are known at once."""

CANDIDATES = 200
"""Of the tickets with the rare words so many, the newest, are asked for the common ones."""

AFTER_ALL = 1 << 62

Records = Callable[[str, Sequence[object]], tuple[TicketRecord, ...]]
"""Reads tickets by a condition in SQL and its parameters."""


class TicketSearch:
    """Answers searches; `records` reads the tickets found."""

    def __init__(self, database: Database, records: Records) -> None:
        self._db = database
        self._words = Words(database)
        self._records = records

    def find(self, query: Query, limit: int, conditions: Sequence[Condition]) -> tuple[Hit, ...]:
        """Tickets that have the words, have none of those excluded, and meet the conditions; each once."""
        where, params = _all_of(conditions)
        if not any(item.field in _MAY_BE_WITHDRAWN and not item.negated for item in conditions):
            where += " AND state < 4"
        terms = query.fts_terms()
        excluded = query.fts_excluded()
        if not terms:
            return self._browse(where, params, excluded, limit) if conditions or excluded else ()
        found = self._in_one_text(terms, excluded, where, params, limit)
        phone = query.fts_phone()
        if phone is not None and len(found) < limit:
            found = self._in_one_text((phone,), excluded, where, params, limit) | found
        if len(found) < limit and len(terms) > 1:
            apart = self._in_several_texts(terms, excluded, where, params)
            found |= {number: hit for number, hit in apart.items() if number not in found}
        return tuple(found.values())[:limit]

    def _browse(
        self, where: str, params: Sequence[object], excluded: str | None, limit: int
    ) -> tuple[Hit, ...]:
        """Tickets that meet conditions, without the excluded words; the newest tickets first."""
        found: list[Hit] = []
        ceiling = AFTER_ALL
        for _round in range(ROUNDS):
            sql = f"id < ? AND {where} ORDER BY id DESC LIMIT ?"
            records = self._records(sql, (ceiling, *params, max(limit, BATCH)))
            dropped = self._with(excluded, [record.id for record in records])
            found.extend(Hit(record, record.id) for record in records if record.id not in dropped)
            if len(found) >= limit or len(records) < max(limit, BATCH):
                break
            ceiling = records[-1].id
        return tuple(found[:limit])

    def _in_one_text(
        self, terms: Sequence[str], excluded: str | None, where: str, params: Sequence[object], limit: int
    ) -> dict[int, Hit]:
        """Tickets with a text that has all terms; the newest such text first."""
        found: dict[int, Hit] = {}
        known: set[int] = set()
        ceiling = AFTER_ALL
        for _round in range(ROUNDS):
            arrivals = self._arrivals(" AND ".join(terms), BATCH, ceiling)
            newest = {
                ticket: arrival for ticket, arrival in self._tickets(arrivals).items() if ticket not in known
            }
            known.update(newest)
            found |= self._met(newest, excluded, where, params)
            if len(found) >= limit or len(arrivals) < BATCH:
                break
            ceiling = arrivals[-1]
        return found

    def _in_several_texts(
        self, terms: Sequence[str], excluded: str | None, where: str, params: Sequence[object]
    ) -> dict[int, Hit]:
        """Tickets that have all terms, each in some text; only by at least one term that is rare."""
        rare: list[dict[int, int]] = []
        common: list[str] = []
        for term in terms:
            arrivals = self._arrivals(term, RARE + 1, AFTER_ALL)
            if len(arrivals) > RARE:
                common.append(term)
            else:
                rare.append(self._tickets(arrivals))
        if not rare:
            return {}
        shared = set.intersection(*(set(tickets) for tickets in rare))
        newest = {ticket: max(tickets[ticket] for tickets in rare) for ticket in shared}
        chosen = sorted(newest, key=lambda ticket: newest[ticket], reverse=True)[:CANDIDATES]
        for term in common:
            having = self._with(term, chosen)
            chosen = [ticket for ticket in chosen if ticket in having]
        return self._met({ticket: newest[ticket] for ticket in chosen}, excluded, where, params)

    def _arrivals(self, match: str, count: int, below: int) -> list[int]:
        return self._words.newest(match, count, below)

    def _tickets(self, arrivals: Sequence[int]) -> dict[int, int]:
        """The tickets of texts, in their order, each with the first of its texts that is named."""
        marks = ",".join("?" * len(arrivals))
        owners = dict(self._db.rows(f"SELECT id, ticket FROM entry WHERE id IN ({marks})", arrivals))
        found: dict[int, int] = {}
        for arrival in arrivals:
            # A ticket's own text is named after its opening, as it is itself.
            found.setdefault(owners.get(arrival, arrival), arrival)
        return found

    def _met(
        self, newest: dict[int, int], excluded: str | None, where: str, params: Sequence[object]
    ) -> dict[int, Hit]:
        """Of these tickets, in their order, those that meet the conditions and have none of what is excluded."""
        marks = ",".join("?" * len(newest))
        rows = self._records(f"id IN ({marks}) AND {where}", (*newest, *params))
        records = {record.id: record for record in rows}
        dropped = self._with(excluded, list(records))
        return {
            number: Hit(records[number], arrival)
            for number, arrival in newest.items()
            if number in records and number not in dropped
        }

    def _with(self, match: str | None, tickets: Sequence[int]) -> set[int]:
        """Which of these tickets have a text that matches; none for no expression."""
        if match is None or not tickets:
            return set()
        sql = "SELECT id, ticket FROM entry WHERE ticket IN (SELECT value FROM json_each(?)) AND void = 0"
        owners = {ticket: ticket for ticket in tickets} | dict(self._db.rows(sql, (json.dumps(tickets),)))
        return {owners[arrival] for arrival in self._words.matching(match, owners)}


_FIELDS = {
    "status": "status IN", "priority": "priority IN", "agent": "agent IN", "team": "team IN",
    "department": "department IN", "topic": "topic IN", "answered": "answered IN",
}  # fmt: skip
_MAY_BE_WITHDRAWN = frozenset({"any", "state", "differences"})
"""Conditions that say themselves whether withdrawn tickets are meant."""

_PLAIN = {
    "opened_from": "opened >= ?", "opened_until": "opened < ?", "due_before": "due < ?",
    "differences": "differences > 0",
}  # fmt: skip


def _all_of(conditions: Iterable[Condition]) -> tuple[str, tuple[object, ...]]:
    """Conditions that must all be met as SQL with its parameters."""
    parts: list[str] = []
    params: tuple[object, ...] = ()
    for condition in conditions:
        sql, values = _condition(condition)
        parts.append(f"{'NOT ' if condition.negated else ''}({sql})")
        params = (*params, *values)
    return " AND ".join(parts) or "1", params


def _condition(condition: Condition) -> tuple[str, tuple[object, ...]]:
    values = condition.values
    if condition.field in _PLAIN:
        return _PLAIN[condition.field], values
    match condition.field:
        case "state":
            numbers = tuple(STATES.index(str(state)) for state in values)
            return f"state IN ({','.join('?' * len(numbers))})", numbers
        case "caller":
            likes = tuple(f"%{_literal(value)}%" for value in values)
            return " OR ".join(["caller_name LIKE ? ESCAPE '\\'"] * len(values)), likes
        case "tag":
            likes = tuple(f"% {_literal(value)} %" for value in values)
            return " OR ".join(["' ' || tags || ' ' LIKE ? ESCAPE '\\'"] * len(values)), likes
        case "any":
            groups = [_all_of(group) for group in values if isinstance(group, tuple)]
            return " OR ".join(f"({sql})" for sql, _more in groups), tuple(
                value for _sql, more in groups for value in more
            )
        case field:
            return f"{_FIELDS[field]} ({','.join('?' * len(values))})", values


def _literal(value: object) -> str:
    """A text in which no sign stands for others in a LIKE."""
    return str(value).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
