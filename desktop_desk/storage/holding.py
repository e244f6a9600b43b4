"""Held facts: what a revoked replica wrote after its cutoff stands aside until a person accepts or refuses it.

Held is decided by the facts alone, so that every replica comes to the same: a cutoff on the replica, and a word on
single acts that were accepted all the same.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from desktop_desk.desk.directory import Directory
from desktop_desk.domain.facts import Fact, FactId, canonical, fold
from desktop_desk.domain.log import LogEntry, from_line, to_line
from desktop_desk.domain.named import held_entity
from desktop_desk.domain.verbs import kind_of
from desktop_desk.storage.database import Database
from desktop_desk.storage.fact_rows import COLUMNS, INSERT
from desktop_desk.storage.journal import Journal, Reaches
from desktop_desk.storage.projector import Projector
from desktop_desk.storage.redactions import read_redaction, write_redaction


class Holding:
    """Moves facts between the journal and what is held."""

    def __init__(
        self,
        database: Database,
        journal: Journal,
        projector: Projector,
        directory: Callable[[], Directory],
    ) -> None:
        self._db = database
        self._journal = journal
        self._projector = projector
        self._directory = directory

    def holds(self, fact: Fact) -> bool:
        """Whether a fact belongs to what is held."""
        replica = self._directory().replica(fact.replica)
        if replica is None or replica.cutoff is None or fact.seq <= replica.cutoff:
            return False
        return self._word_on(fact.act_id) is not True

    def after(self, facts: Sequence[Fact]) -> None:
        """Decide again when these facts said something about replicas or held acts; within their transaction."""
        if any(kind_of(fact.verb) in {"replica", "held"} for fact in facts):
            self._release()
            self._hold()

    def _word_on(self, act: FactId) -> bool | None:
        """What people said of an act: accepted, refused, or nothing yet."""
        return fold(self._journal.of_entity(held_entity(act), None)).get("accepted")

    def _release(self) -> None:
        """Let back in what is no longer held."""
        arrival = self._db.value("SELECT MAX(arrival) FROM fact", default=0)
        facts: list[Fact] = []
        for replica, seq, line in self._db.rows("SELECT replica, seq, line FROM held ORDER BY replica, seq"):
            entry = from_line(line)
            if self.holds(entry.fact):
                refused = int(self._word_on(entry.fact.act_id) is False)
                sql = "UPDATE held SET refused = ? WHERE replica = ? AND seq = ?"
                self._db.run(sql, (refused, replica, seq))
                continue
            arrival += 1
            facts.append(self._let_in(replica, entry, arrival))
            self._db.run("DELETE FROM held WHERE replica = ? AND seq = ?", (replica, seq))
        if facts:
            self._projector.follow(facts)

    def _let_in(self, replica: int, entry: LogEntry, arrival: int) -> Fact:
        context = (
            entry.fact.context
            if entry.stored_context is not None
            else Reaches(self._db, replica).up_to(entry.fact.seen)
        )
        fact = replace(entry.fact, context=context, arrival=arrival)
        texts = {name: canonical(fact.fields[name]) for name in sorted(fact.fields)}
        row = self._journal.row_of(fact, replica, texts, entry.stored_context)
        self._db.run(INSERT, (*row, entry.salt, entry.hash))
        if entry.redaction is not None:
            n = self._db.value("SELECT MAX(n) FROM redacted", default=0) + 1
            sql = "INSERT INTO redacted VALUES (?,?,?)"
            self._db.run(sql, (arrival, n, write_redaction(entry.redaction)))
        return fact

    def _hold(self) -> None:
        """Take out what is to be held now."""
        taken: list[Fact] = []
        for replica in self._directory().replicas:
            if replica.cutoff is None:
                continue
            number = self._journal.number_of(replica.uid)  # type: ignore[arg-type]
            for row in self._rows_after(number, replica.cutoff):
                fact = self._journal.fact_of(row[:14])
                if self.holds(fact):
                    self._take_out(number, fact, row)
                    taken.append(fact)
        if taken:
            self._projector.without(taken)

    def _rows_after(self, replica: int, seq: int) -> Iterable[Sequence[Any]]:
        sql = (
            f"SELECT {COLUMNS}, salt, hash, context, redacted.kept FROM fact LEFT JOIN redacted USING (arrival)"
            " WHERE replica = ? AND seq > ? ORDER BY seq"
        )
        return self._db.rows(sql, (replica, seq))

    def _take_out(self, replica: int, fact: Fact, row: Sequence[Any]) -> None:
        redaction = None if row[17] is None else read_redaction(row[17])
        stored = None if row[16] is None else fact.context
        entry = LogEntry(fact, bytes(row[14]), bytes(row[15]), redaction, stored)
        refused = int(self._word_on(fact.act_id) is False)
        self._db.run(
            "INSERT INTO held VALUES (?,?,?,?,?,?)",
            (replica, fact.seq, fact.act, refused, entry.hash, to_line(entry)),
        )
        with self._db.purging():
            self._db.run("DELETE FROM fact WHERE arrival = ?", (fact.arrival,))
        self._db.run("DELETE FROM redacted WHERE arrival = ?", (fact.arrival,))
