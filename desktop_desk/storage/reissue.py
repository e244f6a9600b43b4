"""Facts that two copies of one replica both wrote under the same names: the copy's become a new replica's own."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from desktop_desk.desk.ports import NewId
from desktop_desk.domain.facts import UNDONE, Fact, FactId, ReplicaId, canonical
from desktop_desk.domain.log import FIRST_HASH, chain
from desktop_desk.storage.database import Database
from desktop_desk.storage.fact_rows import INSERT
from desktop_desk.storage.identity import become_replica
from desktop_desk.storage.journal import Journal, Reaches
from desktop_desk.storage.projector import Projector


class Reissuing:
    """Lets a desk file go on as a new replica, with what it wrote since it was copied."""

    def __init__(self, database: Database, journal: Journal, projector: Projector, new_id: NewId) -> None:
        self._db = database
        self._journal = journal
        self._projector = projector
        self._new_id = new_id

    def go_on_as_new(self, common: int) -> ReplicaId:
        """Become a new replica; own facts after `common` are written anew under its name, within a transaction.

        Contents, times and numbers stay. Of the old log only what both copies share is left, so that the other's
        continuation can be taken in.
        """
        old, old_number = self._journal.own, self._journal.number_of(self._journal.own)
        entries = list(self._journal.shown_after(old_number, common))
        taken = [entry.fact for entry in entries]
        self._cut(old_number, common, taken)
        new = become_replica(self._db, self._new_id)
        if taken:
            self._projector.without(taken)
            self._projector.follow(self._write(old, new, common, taken, [entry.salt for entry in entries]))
        return new

    def _cut(self, replica: int, common: int, taken: Sequence[Fact]) -> None:
        """End the old log where both copies are the same."""
        with self._db.purging():
            self._db.run("DELETE FROM fact WHERE replica = ? AND seq > ?", (replica, common))
        marks = [(fact.arrival,) for fact in taken]
        self._db.run_many("DELETE FROM redacted WHERE arrival = ?", marks)
        self._db.run("DELETE FROM reach WHERE replica = ? AND seq > ?", (replica, common))
        sql = "SELECT hash, stamp FROM fact WHERE replica = ? AND seq = ?"
        held = "SELECT hash, 0 FROM held WHERE replica = ? AND seq = ?"
        key = (replica, common)
        found = self._db.row(sql, key) or self._db.row(held, key) or (FIRST_HASH, 0)
        self._db.run("UPDATE replica SET seq = ?, hash = ? WHERE id = ?", (common, bytes(found[0]), replica))

    def _write(
        self, old: ReplicaId, new: ReplicaId, common: int, taken: Sequence[Fact], salts: Sequence[bytes]
    ) -> list[Fact]:
        number = self._journal.number_of(new)
        reaches = Reaches(self._db, number)
        arrival = self._db.value("SELECT MAX(arrival) FROM fact", default=0)
        running = FIRST_HASH
        rows: list[tuple[object, ...]] = []
        facts: list[Fact] = []
        for fact, salt in zip(taken, salts, strict=True):
            arrival += 1
            again = replace(_renamed(fact, old, new, common), arrival=arrival)
            texts = {name: canonical(again.fields[name]) for name in sorted(again.fields)}
            running = chain(running, again, salt, texts=texts)
            row = self._journal.row_of(again, number, texts, reaches.stored(again))
            rows.append((*row, salt, running))
            facts.append(again)
        self._db.run_many(INSERT, rows)
        reaches.flush()
        newest = max(fact.stamp for fact in facts)
        sql = "UPDATE replica SET seq = ?, stamp = CASE WHEN stamp > ? THEN stamp ELSE ? END, hash = ? WHERE id = ?"
        self._db.run(sql, (len(facts), newest, newest, running, number))
        return facts


def _renamed(fact: Fact, old: ReplicaId, new: ReplicaId, common: int) -> Fact:
    """A fact of the old log after `common` as one of the new log: what its author had been shown stays the same."""
    context = {**fact.context, old: min(fact.seen, common)}
    fields: dict[str, Any] = dict(fact.fields)
    if fact.verb == UNDONE:
        named = FactId.parse(fields["act"])
        if named.replica == old and named.seq > common:
            fields["act"] = str(FactId(new, named.seq - common))
    return replace(
        fact, replica=new, seq=fact.seq - common, act=fact.act - common, seen=max(0, fact.seen - common),
        context={replica: seq for replica, seq in context.items() if seq}, fields=fields,
    )  # fmt: skip
