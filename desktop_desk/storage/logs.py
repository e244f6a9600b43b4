"""The logs of all replicas: what is sent to others, and what is taken in from them.

A log is kept whole, in the facts that are shown and in those that are held; its chain verifies over both.
"""

import hashlib
import heapq
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from desktop_desk.desk.exchange_ports import Applied
from desktop_desk.desk.ports import Clock, Draft
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import EntityId, Fact, FactId, ReplicaId, canonical
from desktop_desk.domain.log import FIRST_HASH, LogEntry, chain, from_line
from desktop_desk.domain.numbers import provisional_number
from desktop_desk.domain.office import QUIET, SETTLED_KINDS
from desktop_desk.domain.stamps import receive
from desktop_desk.i18n import _
from desktop_desk.storage import meta
from desktop_desk.storage.database import Database
from desktop_desk.storage.fact_rows import INSERT
from desktop_desk.storage.holding import Holding
from desktop_desk.storage.identity import add_replica
from desktop_desk.storage.journal import AT_ONCE, Journal, Reaches
from desktop_desk.storage.log_tables import NO_CODE
from desktop_desk.storage.projector import Projector
from desktop_desk.storage.redaction import Redacting
from desktop_desk.storage.redactions import write_redaction
from desktop_desk.storage.reissue import Reissuing

_HELD = "SELECT line FROM held WHERE replica = ? AND seq > ? ORDER BY seq"


class Logs:
    """Gives the entries of every log, and takes in those of other replicas."""

    def __init__(
        self, database: Database, journal: Journal, projector: Projector, holding: Holding,
        redacting: Redacting, reissuing: Reissuing, clock: Clock, writing: Callable[[], AbstractContextManager[None]],
    ) -> None:  # fmt: skip
        """`writing`: the store's transaction, which forgets what was remembered of one that fails."""
        self._db = database
        self._journal = journal
        self._projector = projector
        self._holding = holding
        self._redacting = redacting
        self._reissuing = reissuing
        self._clock = clock
        self._writing = writing

    @property
    def own(self) -> ReplicaId:
        """The replica that this desk file is."""
        return self._journal.own

    def vector(self) -> Mapping[ReplicaId, int]:
        """How far each replica's log is known here, held facts with the rest."""
        with self._db.reading():
            rows = self._db.rows("SELECT uid, seq FROM replica WHERE seq > 0 ORDER BY uid")
        return {ReplicaId(uid.hex()): seq for uid, seq in rows}

    def hash_at(self, place: FactId) -> bytes | None:
        """The chain's hash at a place of a log; None where the log is not known that far."""
        with self._db.reading():
            key = (self._journal.number_of(place.replica), place.seq)
            sql = "SELECT hash FROM fact WHERE replica = ? AND seq = ?"
            return self._db.value(sql, key) or self._db.value(sql.replace("fact", "held"), key)

    def hashes_at(self, replica: ReplicaId, seqs: Sequence[int]) -> Mapping[int, bytes]:
        """The chain's hashes at several places of a log, by seq; places where it is not known are missing."""
        found: dict[int, bytes] = {}
        with self._db.reading():
            number = self._journal.number_of(replica)
            for start in range(0, len(seqs), AT_ONCE):
                asked = seqs[start : start + AT_ONCE]
                for table in ("held", "fact"):
                    sql = f"SELECT seq, hash FROM {table} WHERE replica = ? AND seq IN ({','.join('?' * len(asked))})"
                    found |= {seq: bytes(known) for seq, known in self._db.rows(sql, (number, *asked))}
        return found

    def entries(self, replica: ReplicaId, after: int, limit: int = 1000) -> Sequence[LogEntry]:
        """The entries of a log after a seq, in order: whole acts, about `limit` entries, one act at least."""
        found: list[LogEntry] = []
        with self._db.reading():
            for entry in self._from(self._journal.number_of(replica), after):
                if len(found) >= limit and entry.fact.act != found[-1].fact.act:
                    break
                found.append(entry)
        return found

    def apply(self, entries: Sequence[LogEntry]) -> Applied:
        """Take in entries of other replicas in one transaction: whole acts, in any order, known ones again.

        Of each log only what continues it without a gap is taken; the rest must come again.

        Raises:
            Invalid: an entry is not what its replica wrote, or continues another log than the one known here.
        """
        logs: dict[ReplicaId, list[LogEntry]] = {}
        for entry in entries:
            logs.setdefault(entry.fact.replica, []).append(entry)
        with self._writing():
            before = self._conflicts()
            facts: list[Fact] = []
            held: list[Fact] = []
            arrival = self._db.value("SELECT MAX(arrival) FROM fact", default=0)
            for uid, log in logs.items():
                taken, aside = self._take_in(uid, log, arrival + len(facts))
                facts.extend(taken)
                held.extend(aside)
            self._projector.follow(self._redacting.after(facts, held))
            self._holding.after([*facts, *held])
            return Applied(len(facts) + len(held), max(0, self._conflicts() - before), len(held))

    def held(self) -> Sequence[Fact]:
        """Held facts that nobody has decided on, oldest first."""
        sql = "SELECT line FROM held WHERE refused = 0 ORDER BY replica, seq"
        with self._db.reading():
            facts = [from_line(line).fact for (line,) in self._db.rows(sql)]
        return sorted(facts, key=lambda fact: fact.rank)

    def is_revoked(self) -> bool:
        """Whether this copy knows that what it writes is held elsewhere."""
        with self._db.reading():
            return self._holding.watches(self.own)

    def redactions(self, after: int) -> tuple[tuple[FactId, ...], int]:
        """The facts from which something was purged since a count, and the count now."""
        sql = (
            "SELECT replica.uid, fact.seq, redacted.n FROM redacted JOIN fact ON fact.arrival = redacted.arrival"
            " JOIN replica ON replica.id = fact.replica WHERE redacted.n > ? ORDER BY redacted.n"
        )
        with self._db.reading():
            rows = self._db.rows(sql, (after,))
        places = tuple(FactId(ReplicaId(uid.hex()), seq) for uid, seq, _n in rows)
        return places, rows[-1][2] if rows else after

    def code(self) -> str | None:
        """The letters before this replica's numbers; None while it has none."""
        with self._db.reading():
            key = bytes.fromhex(self.own)
            code = str(self._db.value("SELECT code FROM replica WHERE uid = ?", (key,), default=""))
        return None if code == NO_CODE else code

    def take_codes(self, code: str, reserve: str) -> None:
        """Number tickets with these letters from now on, and keep others in reserve."""
        with self._writing():
            self._db.run("UPDATE replica SET code = ? WHERE uid = ?", (code, bytes.fromhex(self.own)))
            self.keep_note("reserve", reserve)
            self._number_waiting()

    def go_on_as_new(self, common: int) -> ReplicaId:
        """Become a new replica: this file is a copy, or an older state, of one that wrote on.

        What was written here after `common`, the last seq that both share, is written anew under the new name.
        """
        with self._writing():
            return self._reissuing.go_on_as_new(common)

    def note(self, key: str) -> str:
        """A small setting of this desk file alone; "" when there is none."""
        with self._db.reading():
            return meta.kept(self._db, f"note:{key}")

    def keep_note(self, key: str, value: str) -> None:
        """Keep a small setting of this desk file alone."""
        with self._writing():
            meta.keep(self._db, f"note:{key}", value)

    def digest(self) -> str:
        """One hash over what every replica wrote: equal facts have equal digests, on every engine."""
        running = hashlib.sha256()
        for uid, seq, last in sorted(self._db.rows("SELECT uid, seq, hash FROM replica WHERE seq > 0")):
            running.update(bytes(uid) + seq.to_bytes(8, "big") + bytes(last))
        return running.hexdigest()

    def verify(self) -> list[str]:
        """Every break of a replica's chain, gap in its numbers or changed fact; empty when all is well."""
        problems: list[str] = []
        for number, uid, seq, last in self._db.rows("SELECT id, uid, seq, hash FROM replica ORDER BY id"):
            expected, running = 0, FIRST_HASH
            for entry in self._from(number, 0):
                expected += 1
                if entry.fact.seq != expected:
                    problems.append(f"{uid.hex()}: fact {expected} is missing")
                    expected = entry.fact.seq
                running = chain(running, entry.fact, entry.salt, entry.redaction)
                if running != entry.hash:
                    problems.append(f"{uid.hex()}: fact {entry.fact.seq} was changed after it was written")
                    running = entry.hash
            if expected != seq or running != last:
                problems.append(f"{uid.hex()}: the log ends at {expected}, {seq} were written")
        return problems

    def _from(self, replica: int, after: int) -> Iterator[LogEntry]:
        """A log's entries in order, shown and held; within a reading."""
        reaches = Reaches(self._db, replica)
        held = (reaches.whole(from_line(line)) for (line,) in self._db.rows(_HELD, (replica, after)))
        return heapq.merge(self._journal.shown_after(replica, after), held, key=lambda entry: entry.fact.seq)

    def _number_waiting(self) -> None:
        """Give numbers to the tickets that were opened here while there were no letters for one."""
        rows = self._db.rows(
            "SELECT uid, number FROM ticket WHERE state IN (0, 1, 2, 3, 4) AND number_key = 0 ORDER BY id"
        )
        drafts: list[Draft] = []
        for key, number in rows:
            uid = EntityId(bytes(key).hex())
            opening = self._journal.of_entity(uid, uid)[0]
            if number == provisional_number(uid) and opening.replica == self.own:
                fields = {"number": self._journal.new_number(uid)}
                drafts.append(Draft("numbered", uid, fields, ticket=uid))
        if drafts:
            self._journal.append(drafts, None, None)

    def _take_in(
        self, uid: ReplicaId, log: Iterable[LogEntry], arrival: int
    ) -> tuple[list[Fact], list[Fact]]:
        """Append what continues a log; gives the facts to be shown, and those that are held."""
        number, last, running = self._replica(uid)
        reaches = Reaches(self._db, number)
        watched = self._holding.watches(uid)
        rows: list[tuple[object, ...]] = []
        kept: list[tuple[int, str]] = []
        aside: list[LogEntry] = []
        facts: list[Fact] = []
        newest = 0
        for entry in sorted(log, key=lambda entry: entry.fact.seq):
            if entry.fact.seq <= last:
                continue
            if entry.fact.seq > last + 1:
                break
            told = reaches.whole(entry)
            texts, running = _verified(running, told)
            last, newest = last + 1, max(newest, told.fact.stamp)
            stored = reaches.stored(told.fact)
            if watched and self._holding.holds(told.fact):
                aside.append(replace(told, stored_context=stored))
                continue
            fact = arrived(told.fact, arrival + len(facts) + 1)
            rows.append((*self._journal.row_of(fact, number, texts, stored), told.salt, told.hash))
            facts.append(fact)
            if told.redaction is not None:
                kept.append((fact.arrival, write_redaction(told.redaction)))
        self._db.run_many(INSERT, rows)
        self._holding.keep(number, aside)
        reaches.flush()
        self._redacting.keep(kept)
        self._db.run("UPDATE replica SET seq = ?, hash = ? WHERE id = ?", (last, running, number))
        self._receive(newest)
        return facts, [entry.fact for entry in aside]

    def _replica(self, uid: ReplicaId) -> tuple[int, int, bytes]:
        """A replica's local number, and how its log ends here; made when nothing is known of it yet."""
        if uid == self.own:
            raise Invalid(
                "log",
                _("Another desk goes on writing as this one: it is a copy of this desk file."),
                _("Restart the program on that copy, so that it becomes a copy of its own."),
            )
        found = self._db.row("SELECT id, seq, hash FROM replica WHERE uid = ?", (bytes.fromhex(uid),))
        if found is not None:
            return found[0], found[1], bytes(found[2])
        number = int(self._db.value("SELECT MAX(id) FROM replica")) + 1
        add_replica(self._db, number, uid)
        return number, 0, FIRST_HASH

    def _receive(self, newest: int) -> None:
        """Let the own clock follow a later one, within reason."""
        own = bytes.fromhex(self.own)
        stamp = self._db.value("SELECT stamp FROM replica WHERE uid = ?", (own,))
        self._db.run(
            "UPDATE replica SET stamp = ? WHERE uid = ?", (receive(stamp, newest, self._clock()), own)
        )

    def _conflicts(self) -> int:
        """Tickets that differ, and office things with a field that somebody has to settle."""
        tickets = int(self._db.value("SELECT COUNT(*) FROM ticket WHERE differences > 0", default=0))
        rows = self._db.rows("SELECT kind, rivals FROM office WHERE rivals <> '' AND withdrawn = 0")
        return tickets + sum(
            kind in SETTLED_KINDS and bool(set(json.loads(rivals)) - QUIET) for kind, rivals in rows
        )


def arrived(fact: Fact, arrival: int) -> Fact:
    """A fact with its place in this desk's own journal; `replace` would take thrice as long."""
    return Fact(
        fact.replica, fact.seq, fact.act, fact.seen, fact.stamp, fact.at, fact.wall, fact.actor, fact.verb,
        fact.entity, fact.ticket, fact.fields, fact.context, arrival,
    )  # fmt: skip


def _verified(before: bytes, entry: LogEntry) -> tuple[dict[str, str], bytes]:
    """The canonical texts of an entry's fields, and its hash; Invalid when the chain does not lead to it."""
    try:
        texts = {name: canonical(entry.fact.fields[name]) for name in sorted(entry.fact.fields)}
        running = chain(before, entry.fact, entry.salt, entry.redaction, texts)
    except (ValueError, KeyError) as error:
        raise _broken(entry) from error
    if running != entry.hash:
        raise _broken(entry)
    return texts, running


def _broken(entry: LogEntry) -> Invalid:
    return Invalid(
        "log",
        _("What came of the copy {replica} was changed after it was written (fact {seq}).").format(
            replica=entry.fact.replica[:8], seq=entry.fact.seq
        ),
        _("Nothing of it was taken in; sync from another place, or ask who has changed it."),
    )
