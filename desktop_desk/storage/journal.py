"""The journal: facts are appended here, in acts, chained by hashes, and nowhere else.

How the hashes are made: domain.log.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from desktop_desk.desk.ports import Clock, Draft, NewId, Position
from desktop_desk.domain.facts import EMPTY, EntityId, Fact, FactId, ReplicaId, canonical
from desktop_desk.domain.log import LogEntry, chain
from desktop_desk.domain.numbers import format_number, provisional_number
from desktop_desk.domain.stamps import next_stamp
from desktop_desk.storage.database import Database
from desktop_desk.storage.fact_rows import COLUMNS, ENTRIES, INSERT, FactRows, read_context
from desktop_desk.storage.log_tables import NO_CODE
from desktop_desk.storage.meta import kept

AT_ONCE = 500
"""So many ids are asked for, or facts of a log read, in one query."""

_OF_ACT = (
    "replica = ? AND seq >= ? AND seq < COALESCE((SELECT MIN(later.seq) FROM fact AS later"
    " WHERE later.replica = ? AND later.seq >= ? AND later.act <> ?), ?)"
)

Group = dict[EntityId, list[Fact]]
"""Facts by their entity."""


class Journal(FactRows):
    """Appends acts and reads facts; the own replica's chain, counter and clock."""

    def __init__(self, database: Database, clock: Clock, new_id: NewId) -> None:
        super().__init__(database)
        self._clock = clock
        self._new_id = new_id
        self._threads: dict[EntityId, Group] = {}
        self._alone: Group = {}
        self._begun: set[EntityId] = set()

    @property
    def own(self) -> ReplicaId:
        """The id of the replica that this file is."""
        return self.replica_of(self._own)

    @property
    def _own(self) -> int:
        # Read each time: another program may have found that this file is a copy.
        return int(kept(self._db, "replica"))

    def position(self) -> Position:
        """How far this desk's facts reach now: what a reader of this moment is shown.

        Held facts are not shown: of their replica it reaches to before the first. Only where a later one was accepted
        it goes on behind those that were refused: whoever sees that one must be able to say so.
        """
        after = "(SELECT COALESCE(MAX(fact.seq), 0) FROM fact WHERE fact.replica = replica.id)"
        sql = (
            "SELECT id, COALESCE((SELECT MIN(held.seq) - 1 FROM held WHERE held.replica = replica.id"
            f" AND (held.refused = 0 OR held.seq > {after})), seq) FROM replica ORDER BY id"
        )
        logs = {self.replica_of(number): last for number, last in self._db.rows(sql)}
        seq = logs.pop(self.own)
        return Position(seq, tuple((replica, last) for replica, last in logs.items() if last))

    def new_number(self, ticket: EntityId) -> str:
        """A ticket number never given before, only within a transaction; a provisional one without letters."""
        sql = "UPDATE replica SET counter = counter + 1 WHERE id = ? AND code <> ? RETURNING counter, code"
        given = self._db.rows(sql, (self._own, NO_CODE))
        return format_number(*given[0]) if given else provisional_number(ticket)

    def highest_counter(self) -> int:
        """The highest ticket counter that a replica known here has given."""
        return int(self._db.value("SELECT MAX(counter) FROM replica", default=0))

    def append(self, drafts: Sequence[Draft], actor: EntityId | None, seen: Position | None) -> list[Fact]:
        """Append one act within a transaction and give its facts; `seen` None: each has seen all before it."""
        return self.append_acts((drafts,), actor, seen)

    def append_acts(
        self, acts: Iterable[Sequence[Draft]], actor: EntityId | None, seen: Position | None = None
    ) -> list[Fact]:
        """Append several acts at once."""
        number = self._own
        own = self.replica_of(number)
        sql = "SELECT seq, stamp, hash FROM replica WHERE id = ?"
        ((last, stamp, running),) = self._db.rows(sql, (number,))
        arrival = self._db.value("SELECT MAX(arrival) FROM fact", default=0)
        wall = self._clock()
        informed = context_of(self.position())
        shown = informed if seen is None else context_of(seen)
        reached = Reaches(self._db, number)
        facts: list[Fact] = []
        rows: list[tuple[object, ...]] = []
        for drafts in acts:
            act = last + 1
            for draft in drafts:
                last += 1
                arrival += 1
                stamp = next_stamp(stamp, wall)
                reach = last - 1 if seen is None or draft.informed else min(seen.seq, last - 1)
                fact = Fact(
                    replica=own, seq=last, act=act, seen=reach, stamp=stamp,
                    at=wall if draft.at is None else draft.at, wall=wall,
                    actor=draft.actor if draft.actor is not None else actor, verb=draft.verb, entity=draft.entity,
                    ticket=draft.ticket, fields=draft.fields, context=informed if draft.informed else shown,
                    arrival=arrival,
                )  # fmt: skip
                salt = self._new_id.salt()
                texts = {name: canonical(fact.fields[name]) for name in sorted(fact.fields)}
                running = chain(running, fact, salt, texts=texts)
                stored = reached.stored(fact)
                rows.append((*self.row_of(fact, number, texts, stored), salt, running))
                facts.append(fact)
        self._db.run_many(INSERT, rows)
        reached.flush()
        sql = "UPDATE replica SET seq = ?, stamp = ?, hash = ? WHERE id = ?"
        self._db.run(sql, (last, stamp, running, number))
        return facts

    def own_reach(self, actor: EntityId, since: int, ticket: EntityId | None, entity: EntityId) -> int:
        """How far in the own log, from a place on, nobody else wrote about a ticket's thread, or an entity without."""
        where, key = ("ticket = ?", ticket) if ticket else ("ticket IS NULL AND entity = ?", entity)
        sql = (
            f"SELECT MIN(seq) FROM fact WHERE {where} AND replica = ? AND seq > ?"
            " AND (actor IS NULL OR actor <> ?)"
        )
        params = (bytes.fromhex(key), self.number_of(self.own), since, self.term(actor))
        by_another = self._db.value(sql, params)
        return max(since, by_another - 1 if by_another else self.position().seq)

    @contextmanager
    def read_ahead(self, written: Sequence[Fact]) -> Generator[None]:
        """Read all that these new facts touch at once, and not one after the other; nothing is appended within.

        Of a single thread or entity only what is asked for is read.
        """
        threads: dict[EntityId, Group] = {}
        alone: Group = {}
        for fact in written:
            group = alone if fact.ticket is None else threads.setdefault(fact.ticket, {})
            group.setdefault(fact.entity, []).append(fact)
        if self._threads or self._alone or len(threads) + len(alone) < 2:
            yield
            return
        first = min(fact.arrival for fact in written)
        # What was there before is read whole: facts as they were written do not stand beside facts that were read.
        self._begun = {EntityId(key.hex()) for key in self._known_before(first, "ticket", threads)}
        threads |= {ticket: {} for ticket in self._begun}
        for fact in self._of_all("ticket", self._begun):
            threads[EntityId(str(fact.ticket))].setdefault(fact.entity, []).append(fact)
        known = {EntityId(key.hex()) for key in self._known_before(first, "entity", alone)}
        alone |= {entity: [] for entity in known}
        for fact in self._of_all("entity", known):
            alone[fact.entity].append(fact)
        self._threads, self._alone = threads, alone
        try:
            yield
        finally:
            self._threads, self._alone, self._begun = {}, {}, set()

    def is_begun(self, ticket: EntityId, before: int) -> bool:
        """Whether facts of a ticket's thread arrived before a place in this desk's journal."""
        if self._is_ahead(ticket):
            return ticket in self._begun
        sql = "SELECT 1 FROM fact WHERE ticket = ? AND arrival < ? LIMIT 1"
        return self._db.row(sql, (bytes.fromhex(ticket), before)) is not None

    def of_entity(self, entity: EntityId, ticket: EntityId | None) -> list[Fact]:
        """The facts of one entity; `ticket` as its facts carry it."""
        key = bytes.fromhex(entity)
        if ticket is None:
            if self._db.is_writing and entity in self._alone:
                return list(self._alone[entity])
            return self._facts("ticket IS NULL AND entity = ?", (key,))
        if self._is_ahead(ticket):
            return list(self._threads[ticket].get(entity, ()))
        return self._facts("ticket = ? AND entity = ?", (bytes.fromhex(ticket), key))

    def of_ticket(self, ticket: EntityId) -> list[Fact]:
        """The facts of a ticket and of everything in its thread."""
        if self._is_ahead(ticket):
            groups = self._threads[ticket].values()
            return sorted((fact for group in groups for fact in group), key=lambda fact: fact.arrival)
        return self._facts("ticket = ?", (bytes.fromhex(ticket),))

    def entities_with(self, verb: str, facts: Iterable[Fact]) -> set[EntityId]:
        """Which entities in the threads of these facts, or which of theirs without a thread, have a fact of a verb."""
        threads = {fact.ticket for fact in facts if fact.ticket is not None}
        alone = {fact.entity for fact in facts if fact.ticket is None}
        return {
            EntityId(key.hex())
            for column, ids in (("ticket", threads), ("entity", alone))
            for keys in in_parts(ids)
            for (key,) in self._db.rows(
                f"SELECT DISTINCT entity FROM fact WHERE {_among(column, keys)} AND verb = ?",
                (*keys, self.term(verb)),
            )
        }

    def of_act(self, act: FactId) -> list[Fact]:
        """The facts of one act, in its order; empty when this desk does not have it."""
        first = (self.number_of(act.replica), act.seq)
        return self._facts(_OF_ACT, (*first, *first, act.seq, 1 << 62), order="seq")

    def shown_after(self, replica: int, after: int) -> Iterator[LogEntry]:
        """The entries of a log after a seq, in order, without those held: part by part, however long it is."""
        while rows := self._db.rows(ENTRIES, (replica, after, AT_ONCE)):
            yield from map(self.entry_of, rows)
            if len(rows) < AT_ONCE:
                break
            after = rows[-1][2]

    def by_actor(self, actor: EntityId, before: int | None = None, limit: int = 50) -> list[Fact]:
        """An agent's facts, newest first, each act by its first fact."""
        term = self.term(actor)
        bound = before if before is not None else 1 << 62
        return self._facts(
            "actor = ? AND arrival < ? AND seq = act", (term, bound), order="arrival DESC", limit=limit
        )

    def by_arrival(self, arrivals: Iterable[int]) -> dict[int, Fact]:
        """Facts by their place in this desk's journal."""
        wanted = list(arrivals)
        if not wanted:
            return {}
        marks = ",".join("?" * len(wanted))
        return {fact.arrival: fact for fact in self._facts(f"arrival IN ({marks})", wanted)}

    def recent(self, after: int, limit: int) -> list[Fact]:
        """The newest facts that arrived after a place in this desk's journal, in order of arrival."""
        return self._facts("arrival > ?", (after,), order="arrival DESC", limit=limit)[::-1]

    def of_verb(self, verb: str) -> list[Fact]:
        """Every fact of a verb, in order of arrival; reads through the whole journal."""
        return self._facts("verb = ?", (self.term(verb),), order="arrival")

    def undoing(self, act: FactId) -> tuple[FactId, ...]:
        """The acts that name this one as undone, void or not."""
        found = self._db.rows("SELECT by FROM undoing WHERE act = ? ORDER BY by", (str(act),))
        return tuple(FactId.parse(text) for (text,) in found)

    def count(self) -> int:
        """How many facts this desk has."""
        return int(self._db.value("SELECT COUNT(*) FROM fact", default=0))

    def _is_ahead(self, ticket: EntityId) -> bool:
        """Whether a thread was read ahead; other threads of the program read what is committed."""
        return self._db.is_writing and ticket in self._threads

    def _known_before(self, arrival: int, column: str, ids: Iterable[EntityId]) -> Iterator[bytes]:
        """Those of these tickets, or of these entities without one, of which facts arrived before a place."""
        for keys in in_parts(ids):
            where = f"{_among(column, keys)} AND arrival < ?"
            for (key,) in self._db.rows(
                f"SELECT DISTINCT {column} FROM fact WHERE {where}", (*keys, arrival)
            ):
                yield bytes(key)

    def _of_all(self, column: str, ids: Iterable[EntityId]) -> Iterator[Fact]:
        """The facts of these tickets, or of these entities without one, each one's in order of arrival."""
        for keys in in_parts(ids):
            yield from self._facts(_among(column, keys), keys, order="arrival")

    def _facts(self, where: str, params: Sequence[object], *, order: str = "", limit: int = 0) -> list[Fact]:
        sql = f"SELECT {COLUMNS} FROM fact WHERE {where}"
        if order:
            sql += f" ORDER BY {order}"
        if limit:
            sql += f" LIMIT {limit}"
        return [self.fact_of(row) for row in self._db.rows(sql, params)]


def context_of(shown: Position) -> Mapping[ReplicaId, int]:
    """A position's other replicas as a fact's context has them."""
    return {ReplicaId(replica): seq for replica, seq in shown.others if seq} or EMPTY


def in_parts(ids: Iterable[EntityId]) -> Iterator[list[bytes]]:
    """Ids as rows keep them, so many at a time as one query may ask for."""
    keys = [bytes.fromhex(uid) for uid in ids]
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]


def _among(column: str, keys: Sequence[bytes]) -> str:
    """The condition that a fact is of one of these tickets, or of one of these entities and of no ticket."""
    alone = "ticket IS NULL AND " if column == "entity" else ""
    return f"{alone}{column} IN ({','.join('?' * len(keys))})"


class Reaches:
    """What one replica's log says of others' facts, while facts are added at its end."""

    def __init__(self, database: Database, replica: int) -> None:
        self._db = database
        self._replica = replica
        self._rows: list[tuple[int, int, str]] = []
        sql = "SELECT seq, context FROM reach WHERE replica = ? ORDER BY seq DESC LIMIT 1"
        found = database.row(sql, (replica,))
        self._seq, self._latest = (found[0], read_context(found[1])) if found else (0, EMPTY)

    def up_to(self, seen: int) -> Mapping[ReplicaId, int]:
        """What the log up to a seq says: the pointwise maximum of the contexts written there."""
        if seen >= self._seq:
            return self._latest
        for seq, text in ((seq, text) for _replica, seq, text in reversed(self._rows)):
            if seq <= seen:
                return read_context(text)
        sql = "SELECT context FROM reach WHERE replica = ? AND seq <= ? ORDER BY seq DESC LIMIT 1"
        found = self._db.value(sql, (self._replica, seen))
        return read_context(found) if found else EMPTY

    def whole(self, entry: LogEntry) -> LogEntry:
        """An entry as it came, with the context that goes without saying."""
        context = None if entry.stored_context is not None else self.up_to(entry.fact.seen)
        return replace(entry, fact=replace(entry.fact, context=context)) if context else entry

    def stored(self, fact: Fact) -> Mapping[ReplicaId, int] | None:
        """The context of a new fact if it must be written, None if it goes without saying; notes how far it reaches."""
        if dict(fact.context) == dict(self.up_to(fact.seen)):
            return None
        more = {replica: seq for replica, seq in fact.context.items() if seq > self._latest.get(replica, 0)}
        if more:
            text = canonical({**self._latest, **more})
            self._seq, self._latest = fact.seq, read_context(text)
            self._rows.append((self._replica, fact.seq, text))
        return fact.context

    def flush(self) -> None:
        """Write what was noted."""
        if self._rows:
            self._db.run_many("INSERT INTO reach VALUES (?,?,?)", self._rows)
            self._rows = []
