"""Full text: tickets whose texts have the words, wherever in a ticket each of them stands.

Every text is a row of the index: a ticket's subject with its caller, and each entry. First come tickets with all
words in one text, newest text first; if they are few, those whose words stand in different texts. What must not
occur, must not occur in any text of the ticket.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from re import Pattern

from desktop_desk.desk.ports import Hit, TicketRecord
from desktop_desk.desk.queues import Condition
from desktop_desk.domain.query import Query
from desktop_desk.domain.texts import folded
from desktop_desk.storage.database import Database
from desktop_desk.storage.dialects import literal
from desktop_desk.storage.tables import STATES
from desktop_desk.storage.ticket_rows import FILE
from desktop_desk.storage.words import findable

BATCH, ROUNDS = 100, 100
"""So many texts are looked at in one go, so many times: older ones with these words are left out then."""

RARE = 1_000
"""A word in no more texts than these is rare: all its tickets are known at once."""

CANDIDATES = 100
"""Of the tickets with the rare words so many, the newest, are asked for the common ones."""

AFTER_ALL = 1 << 62

Records = Callable[[str, Sequence[object]], tuple[TicketRecord, ...]]
"""Reads tickets by a condition in SQL and its parameters."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a search asks for: terms for the index, what finds each in a text, what must not occur, and conditions."""

    terms: tuple[str, ...]
    patterns: tuple[Pattern[str], ...]
    excluded: tuple[Pattern[str], ...]
    where: str
    params: tuple[object, ...]
    limit: int


class TicketSearch:
    """Answers searches; `records` reads the tickets found."""

    def __init__(self, database: Database, records: Records) -> None:
        self._db = database
        self._words = database.texts()
        self._records = records

    def find(self, query: Query, limit: int, conditions: Sequence[Condition]) -> tuple[Hit, ...]:
        """Tickets that have the words, have none of those excluded, and meet the conditions; each once."""
        where, params = _all_of(conditions, self._db.dialect.like)
        if not any(item.field in _MAY_BE_WITHDRAWN and not item.negated for item in conditions):
            where += " AND state < 4"
        asked = _Asked(
            query.fts_terms(), query.patterns(), query.patterns_excluded(), where, params, limit
        )  # fmt: skip
        if not asked.terms:
            return self._browse(asked) if conditions or asked.excluded else ()
        found = self._in_one_text(asked)
        phone = query.fts_phone()
        if phone is not None and len(found) < limit:
            found = self._in_one_text(replace(asked, terms=(phone,))) | found
        if len(found) < limit and len(asked.terms) > 1:
            apart = self._in_several_texts(asked)
            found |= {number: hit for number, hit in apart.items() if number not in found}
        return tuple(found.values())[:limit]

    def _browse(self, asked: _Asked) -> tuple[Hit, ...]:
        """Tickets that meet conditions, without the excluded words; the newest tickets first."""
        found: list[Hit] = []
        ceiling, batch = AFTER_ALL, max(asked.limit, BATCH)
        for _round in range(ROUNDS):
            sql = f"id < ? AND {asked.where} ORDER BY id DESC LIMIT ?"
            records = self._records(sql, (ceiling, *asked.params, batch))
            found.extend(Hit(record, record.id) for record in self._without(asked.excluded, records))
            if len(found) >= asked.limit or len(records) < batch:
                break
            ceiling = records[-1].id
        return tuple(found[: asked.limit])

    def _in_one_text(self, asked: _Asked) -> dict[int, Hit]:
        """Tickets with a text that has all terms; the newest such text first."""
        found: dict[int, Hit] = {}
        known: set[int] = set()
        ceiling = AFTER_ALL
        for _round in range(ROUNDS):
            arrivals = self._words.newest(" AND ".join(asked.terms), BATCH, ceiling)
            newest = {
                ticket: arrival for ticket, arrival in self._tickets(arrivals).items() if ticket not in known
            }
            known.update(newest)
            found |= self._met(newest, asked, ())
            if len(found) >= asked.limit or len(arrivals) < BATCH:
                break
            ceiling = arrivals[-1]
        return found

    def _in_several_texts(self, asked: _Asked) -> dict[int, Hit]:
        """Tickets that have all terms, each in some text; only by at least one term that is rare."""
        rare: list[dict[int, int]] = []
        common: list[Pattern[str]] = []
        for term, pattern in zip(asked.terms, asked.patterns, strict=True):
            arrivals = self._words.newest(term, RARE + 1, AFTER_ALL)
            if len(arrivals) > RARE:
                common.append(pattern)
            else:
                rare.append(self._tickets(arrivals))
        if not rare:
            return {}
        shared = set.intersection(*(set(tickets) for tickets in rare))
        newest = {ticket: max(tickets[ticket] for tickets in rare) for ticket in shared}
        chosen = sorted(newest, key=lambda ticket: newest[ticket], reverse=True)[:CANDIDATES]
        return self._met({ticket: newest[ticket] for ticket in chosen}, asked, common)

    def _tickets(self, arrivals: Sequence[int]) -> dict[int, int]:
        """The tickets of texts, in their order, each with the first of its texts that is named."""
        if not arrivals:
            return {}
        marks = ",".join("?" * len(arrivals))
        owners = dict(self._db.rows(f"SELECT id, ticket FROM entry WHERE id IN ({marks})", arrivals))
        found: dict[int, int] = {}
        for arrival in arrivals:
            # A ticket's own text is named after its opening, as it is itself.
            found.setdefault(owners.get(arrival, arrival), arrival)
        return found

    def _met(self, newest: Mapping[int, int], asked: _Asked, more: Sequence[Pattern[str]]) -> dict[int, Hit]:
        """Of these tickets, in their order, those that are asked for and have each of some more terms anywhere."""
        if not newest:
            return {}
        marks = ",".join("?" * len(newest))
        rows = self._records(f"id IN ({marks}) AND {asked.where}", (*newest, *asked.params))
        kept = {record.id: record for record in self._without(asked.excluded, self._with(more, rows))}
        return {number: Hit(kept[number], arrival) for number, arrival in newest.items() if number in kept}

    def _with(
        self, patterns: Sequence[Pattern[str]], records: Sequence[TicketRecord]
    ) -> Sequence[TicketRecord]:
        """The tickets that have each of these somewhere in their texts.

        The index cannot be asked text by text: each time it would gather all texts with the beginning of a word.
        """
        if not patterns or not records:
            return records
        texts = self._texts(records)
        return [
            record
            for record in records
            if all(any(pattern.search(text) for text in texts[record.id]) for pattern in patterns)
        ]

    def _without(
        self, patterns: Sequence[Pattern[str]], records: Sequence[TicketRecord]
    ) -> Sequence[TicketRecord]:
        """The tickets that have none of these in any text."""
        if not patterns or not records:
            return records
        texts = self._texts(records)
        return [
            record
            for record in records
            if not any(pattern.search(text) for text in texts[record.id] for pattern in patterns)
        ]

    def _texts(self, records: Sequence[TicketRecord]) -> Mapping[int, list[str]]:
        """All that the tickets are found by, folded."""
        found = {record.id: [folded(f"{record.subject}\n{record.caller_name}")] for record in records}
        sql = (
            "SELECT e.ticket, e.kind, f.fields FROM entry e JOIN fact f ON f.arrival = e.id"
            f" WHERE e.ticket IN ({','.join('?' * len(found))}) AND e.void = 0"
        )
        for ticket, kind, text in self._db.rows(sql, tuple(found)):
            said = json.loads(text)
            words = said.get("name" if kind == FILE else "text") or ""
            found[ticket].append(folded(findable(words, said.get("number") or "")))
        return found


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


def _all_of(conditions: Iterable[Condition], like: str) -> tuple[str, tuple[object, ...]]:
    """Conditions that must all be met as SQL with its parameters."""
    parts: list[str] = []
    params: tuple[object, ...] = ()
    for condition in conditions:
        sql, values = _condition(condition, like)
        parts.append(f"{'NOT ' if condition.negated else ''}({sql})")
        params = (*params, *values)
    return " AND ".join(parts) or "TRUE", params


def _condition(condition: Condition, like: str) -> tuple[str, tuple[object, ...]]:
    values = condition.values
    if condition.field in _PLAIN:
        return _PLAIN[condition.field], values
    if not values:
        return "FALSE", ()
    match condition.field:
        case "state":
            numbers = tuple(STATES.index(str(state)) for state in values)
            return f"state IN ({','.join('?' * len(numbers))})", numbers
        case "caller":
            likes = tuple(f"%{literal(str(value))}%" for value in values)
            return " OR ".join([f"caller_name {like} ? ESCAPE '\\'"] * len(values)), likes
        case "tag":
            likes = tuple(f"% {literal(str(value))} %" for value in values)
            return " OR ".join([f"' ' || tags || ' ' {like} ? ESCAPE '\\'"] * len(values)), likes
        case "any":
            groups = [_all_of(group, like) for group in values if isinstance(group, tuple)]
            return " OR ".join(f"({sql})" for sql, _more in groups), tuple(
                value for _sql, more in groups for value in more
            )
        case field:
            return f"{_FIELDS[field]} ({','.join('?' * len(values))})", values
