"""Purging: what was purged is taken out of facts, and out of those that arrive later.

A fact stays in its log with the salted hash of each purged field, so that the chain of hashes still verifies.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from desktop_desk.domain.facts import EntityId, Fact, canonical
from desktop_desk.domain.log import LogEntry, from_line, redacted, to_line
from desktop_desk.storage.database import Database
from desktop_desk.storage.journal import Journal, Reaches
from desktop_desk.storage.redactions import read_redaction, write_redaction

PURGED, ONLY_SEEN = "purged", "only_seen"


class Redacting:
    """Keeps purged fields out of the journal."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._db = database
        self._journal = journal

    def keep(self, rows: Iterable[tuple[int, str]]) -> None:
        """Note what is kept of facts (by arrival) that came redacted."""
        n = self._db.value("SELECT MAX(n) FROM redacted", default=0)
        numbered = [(arrival, n + place, kept) for place, (arrival, kept) in enumerate(rows, 1)]
        if numbered:
            self._db.run_many("INSERT INTO redacted VALUES (?,?,?)", numbered)

    def after(self, facts: Sequence[Fact], held: Sequence[Fact] = ()) -> list[Fact]:
        """Redact what new facts purge, and what of them was purged before, also of those held; gives the others.

        A fact whose author had been shown the purge is his own new word, and stays.
        """
        if self._db.value("SELECT id FROM term WHERE text = ?", (PURGED,)) is None:
            return list(facts)
        changed: dict[int, Fact] = {}
        purged = self._journal.entities_with(PURGED, [*facts, *held])
        for entity, ticket in dict.fromkeys((fact.entity, fact.ticket) for fact in (*facts, *held)):
            if entity not in purged:
                continue
            known = self._journal.of_entity(entity, ticket)
            purges = [fact for fact in known if fact.verb == PURGED]
            for purge in purges:
                for fact in known:
                    current = changed.get(fact.arrival, fact)
                    names = self._purged_of(current, purge)
                    if names:
                        changed[fact.arrival] = self._redact(current, names)
            if purges:
                self._redact_held(entity, purges)
        return [changed.get(fact.arrival, fact) for fact in facts]

    def _purged_of(self, fact: Fact, purge: Fact) -> frozenset[str]:
        """The fields of a fact that a purge takes away."""
        if fact.verb == PURGED or fact.covers(purge):
            return frozenset()
        if purge.fields.get(ONLY_SEEN) and not purge.covers(fact):
            return frozenset()
        return frozenset(purge.fields[PURGED]) & frozenset(fact.fields)

    def _redact(self, fact: Fact, names: frozenset[str]) -> Fact:
        """Take fields out of a stored fact."""
        salt, kept = self._db.rows(
            "SELECT salt, kept FROM fact LEFT JOIN redacted USING (arrival) WHERE arrival = ?",
            (fact.arrival,),
        )[0]
        redaction = redacted(fact, bytes(salt), read_redaction(kept) if kept else None, names)
        left = {name: value for name, value in fact.fields.items() if name not in names}
        with self._db.purging():
            sql = "UPDATE fact SET fields = ?, salt = ? WHERE arrival = ?"
            self._db.run(sql, (canonical(left), b"", fact.arrival))
        self._db.run("DELETE FROM redacted WHERE arrival = ?", (fact.arrival,))
        self.keep([(fact.arrival, write_redaction(redaction))])
        return replace(fact, fields=left)

    def _redact_held(self, entity: EntityId, purges: Sequence[Fact]) -> None:
        """Take the same out of facts that are held; they are few."""
        for replica, seq, line in self._db.rows("SELECT replica, seq, line FROM held"):
            entry = from_line(line)
            if entry.fact.entity != entity:
                continue
            entry = Reaches(self._db, replica).whole(entry)
            for purge in purges:
                names = self._purged_of(entry.fact, purge)
                if names:
                    left = {name: value for name, value in entry.fact.fields.items() if name not in names}
                    redaction = redacted(entry.fact, entry.salt, entry.redaction, names)
                    entry = LogEntry(
                        replace(entry.fact, fields=left), b"", entry.hash, redaction, entry.stored_context
                    )
            sql = "UPDATE held SET line = ? WHERE replica = ? AND seq = ?"
            self._db.run(sql, (to_line(entry), replica, seq))
