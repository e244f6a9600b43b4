"""How facts are written in rows: shared texts and replicas by number, contexts only where they say something new."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from desktop_desk.domain.facts import EMPTY, EntityId, Fact, ReplicaId, canonical
from desktop_desk.domain.log import LogEntry
from desktop_desk.storage.database import Database
from desktop_desk.storage.redactions import read_redaction

_WRITTEN = "arrival, replica, seq, act, seen, context, stamp, at, wall, actor, verb, entity, ticket, fields"
INSERT = f"INSERT INTO fact ({_WRITTEN}, salt, hash) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
COLUMNS = _WRITTEN.replace(
    "context",
    "COALESCE(context, (SELECT reach.context FROM reach WHERE reach.replica = fact.replica"
    " AND reach.seq <= fact.seen ORDER BY reach.seq DESC LIMIT 1))",
)
"""A fact's columns; a context that was not written is what its replica's log up to `seen` already said."""

ENTRIES = (
    f"SELECT {COLUMNS}, salt, hash, context, redacted.kept FROM fact LEFT JOIN redacted USING (arrival)"
    " WHERE replica = ? AND seq > ? ORDER BY seq LIMIT ?"
)
"""What a replica's log has after a seq, of the facts that are shown."""

_TERM = "INSERT INTO term (id, text) VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM term), ?) RETURNING id"


class FactRows:
    """Turns facts into rows and back."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._terms: dict[str, int] = {}
        self._texts: dict[int, str] = {}
        self._replicas: dict[int, ReplicaId] = {}
        self._numbers: dict[ReplicaId, int] = {}

    def term(self, text: str) -> int:
        """The number that stands for a shared text; made when new, within a transaction."""
        number = self._terms.get(text)
        if number is None:
            number = self._db.value("SELECT id FROM term WHERE text = ?", (text,))
            if number is None:
                if not self._db.is_writing:
                    return -1
                number = int(self._db.value(_TERM, (text,)))
            self._terms[text] = number
        return number

    def forget(self) -> None:
        """Forget remembered terms and replicas: after a transaction that failed their numbers may stand for others."""
        for known in (self._terms, self._texts, self._replicas, self._numbers):
            known.clear()

    def text(self, number: int) -> str:
        """The shared text behind a number."""
        found = self._texts.get(number)
        if found is None:
            found = self._texts[number] = self._db.value("SELECT text FROM term WHERE id = ?", (number,))
        return found

    def row_of(
        self, fact: Fact, replica: int, texts: Mapping[str, str], stored: Mapping[ReplicaId, int] | None
    ) -> tuple[object, ...]:
        """A fact as it is inserted, without salt and hash; `stored` is its context where that must be written."""
        return (
            fact.arrival, replica, fact.seq, fact.act, fact.seen,
            None if stored is None else canonical(dict(stored)), fact.stamp, fact.at, fact.wall,
            None if fact.actor is None else self.term(fact.actor), self.term(fact.verb),
            bytes.fromhex(fact.entity), None if fact.ticket is None else bytes.fromhex(fact.ticket),
            "{" + ",".join(f"{_name(name)}:{text}" for name, text in texts.items()) + "}",
        )  # fmt: skip

    def fact_of(self, row: Sequence[Any]) -> Fact:
        """The fact of a row of COLUMNS."""
        context = EMPTY if row[5] is None else read_context(row[5])
        return Fact(
            replica=self.replica_of(row[1]), seq=row[2], act=row[3], seen=row[4], context=context, stamp=row[6],
            at=row[7], wall=row[8], actor=None if row[9] is None else EntityId(self.text(row[9])),
            verb=self.text(row[10]), entity=EntityId(row[11].hex()),
            ticket=None if row[12] is None else EntityId(row[12].hex()), fields=json.loads(row[13]), arrival=row[0],
        )  # fmt: skip

    def entry_of(self, row: Sequence[Any]) -> LogEntry:
        """The entry of a row of ENTRIES."""
        fact = self.fact_of(row)
        redaction = None if row[17] is None else read_redaction(row[17])
        return LogEntry(
            fact, bytes(row[14]), bytes(row[15]), redaction, None if row[16] is None else fact.context
        )

    def replica_of(self, number: int) -> ReplicaId:
        """The replica behind a local number."""
        found = self._replicas.get(number)
        if found is None:
            uid = self._db.value("SELECT uid FROM replica WHERE id = ?", (number,))
            found = self._replicas[number] = ReplicaId(uid.hex())
        return found

    def number_of(self, replica: ReplicaId) -> int:
        """The local number of a replica; -1 for one that nothing is known of."""
        found = self._numbers.get(replica)
        if found is None:
            found = self._db.value("SELECT id FROM replica WHERE uid = ?", (bytes.fromhex(replica),))
            if found is None:
                return -1
            self._numbers[replica] = found
        return found


_name = lru_cache(maxsize=1024)(canonical)
"""A field's name as it is written; names are few."""


@lru_cache(maxsize=4096)
def read_context(text: str) -> Mapping[ReplicaId, int]:
    """A context as it is stored; the same text is the same mapping, since many facts share one."""
    return MappingProxyType(json.loads(text))
