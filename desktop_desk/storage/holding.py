"""Held facts: what a revoked replica wrote after its cutoff stands aside until a person accepts or refuses it.

Held is decided by the facts alone, so that every replica comes to the same: a cutoff on the replica, and a word on
single acts that were accepted all the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from desktop_desk.desk.directory import Directory
from desktop_desk.domain.facts import Fact, FactId, ReplicaId, canonical, fold
from desktop_desk.domain.log import LogEntry, from_line, to_line
from desktop_desk.domain.named import held_entity
from desktop_desk.domain.trust import CUTOFF, cutoffs
from desktop_desk.domain.verbs import kind_of
from desktop_desk.storage.database import Database
from desktop_desk.storage.fact_rows import INSERT
from desktop_desk.storage.journal import Journal, Reaches
from desktop_desk.storage.projector import Projector
from desktop_desk.storage.redaction import Redacting
from desktop_desk.storage.redactions import write_redaction

ROUNDS = 20
"""So often it is decided again at most; two rounds are usual."""


class Holding:
    """Moves facts between the journal and what is held."""

    def __init__(
        self,
        database: Database,
        journal: Journal,
        projector: Projector,
        redacting: Redacting,
        directory: Callable[[], Directory],
    ) -> None:
        self._db = database
        self._journal = journal
        self._projector = projector
        self._redacting = redacting
        self._directory = directory
        self._known: tuple[int, Mapping[ReplicaId, int]] | None = None

    def watches(self, replica: ReplicaId) -> bool:
        """Whether a replica was revoked, so that facts of it may be held."""
        return replica in self._limits()

    def holds(self, fact: Fact) -> bool:
        """Whether a fact belongs to what is held."""
        limit = self._limits().get(fact.replica)
        return limit is not None and fact.seq > limit and self._word_on(fact.act_id) is not True

    def keep(self, replica: int, entries: Sequence[LogEntry]) -> None:
        """Let entries of a log stand aside."""
        rows = [
            (replica, entry.fact.seq, entry.fact.act, self._refused(entry.fact), entry.hash, to_line(entry))
            for entry in entries
        ]
        self._db.run_many("INSERT INTO held VALUES (?,?,?,?,?,?)", rows)

    def after(self, facts: Sequence[Fact]) -> None:
        """Decide again when these facts, shown or held, said something about replicas or held acts."""
        if not any(kind_of(fact.verb) in {"replica", "held"} for fact in facts):
            return
        for _round in range(ROUNDS):
            self._known = None
            # Words on acts may come and go with the acts that said them.
            if not self._release() and not self._hold():
                break

    def _limits(self) -> Mapping[ReplicaId, int]:
        """How far each revoked replica is trusted."""
        directory = self._directory()
        if self._known is None or self._known[0] != directory.version:
            facts = [
                fact
                for replica in directory.replicas
                for fact in self._journal.of_entity(replica.uid, None)
                if CUTOFF in fact.fields
            ]
            rows = self._db.rows("SELECT replica, line FROM held WHERE line LIKE ?", (f'%"{CUTOFF}"%',))
            held = (self._whole(replica, line).fact for replica, line in rows)
            self._known = (directory.version, cutoffs([*facts, *held]))
        return self._known[1]

    def _word_on(self, act: FactId) -> bool | None:
        """What people said of an act: accepted, refused, or nothing yet."""
        return fold(self._journal.of_entity(held_entity(act), None)).get("accepted")

    def _refused(self, fact: Fact) -> int:
        """1 where somebody said that a held fact is to stay out, else 0."""
        return int(self._word_on(fact.act_id) is False)

    def _release(self) -> bool:
        """Let back in what is no longer held; whether there was something."""
        arrival = self._db.value("SELECT MAX(arrival) FROM fact", default=0)
        facts: list[Fact] = []
        for replica, seq, line in self._db.rows("SELECT replica, seq, line FROM held ORDER BY replica, seq"):
            entry = self._whole(replica, line)
            if self.holds(entry.fact):
                sql = "UPDATE held SET refused = ? WHERE replica = ? AND seq = ?"
                self._db.run(sql, (self._refused(entry.fact), replica, seq))
                continue
            arrival += 1
            facts.append(self._let_in(replica, entry, arrival))
            self._db.run("DELETE FROM held WHERE replica = ? AND seq = ?", (replica, seq))
        if facts:
            self._projector.follow(self._redacting.after(facts))
        return bool(facts)

    def _whole(self, replica: int, line: str) -> LogEntry:
        """A held entry with the context that goes without saying."""
        return Reaches(self._db, replica).whole(from_line(line))

    def _let_in(self, replica: int, entry: LogEntry, arrival: int) -> Fact:
        fact = replace(entry.fact, arrival=arrival)
        texts = {name: canonical(fact.fields[name]) for name in sorted(fact.fields)}
        row = self._journal.row_of(fact, replica, texts, entry.stored_context)
        self._db.run(INSERT, (*row, entry.salt, entry.hash))
        if entry.redaction is not None:
            self._redacting.keep([(arrival, write_redaction(entry.redaction))])
        return fact

    def _hold(self) -> bool:
        """Take out what is to be held now; whether there was something."""
        taken: list[Fact] = []
        for replica, cutoff in sorted(self._limits().items()):
            number = self._journal.number_of(replica)
            for entry in self._journal.shown_after(number, cutoff):
                if self.holds(entry.fact):
                    self._take_out(number, entry)
                    taken.append(entry.fact)
        if taken:
            self._projector.without(taken)
        return bool(taken)

    def _take_out(self, replica: int, entry: LogEntry) -> None:
        self.keep(replica, [entry])
        arrival = (entry.fact.arrival,)
        with self._db.purging():
            self._db.run("DELETE FROM fact WHERE arrival = ?", arrival)
        self._db.run("DELETE FROM redacted WHERE arrival = ?", arrival)
