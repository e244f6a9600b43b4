"""The logs of a store in memory: entries given to other replicas, and taken in from them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from desktop_desk.desk.exchange_ports import Applied
from desktop_desk.desk.ports import Clock
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import EMPTY, Fact, FactId, ReplicaId
from desktop_desk.domain.log import FIRST_HASH, LogEntry, chain
from desktop_desk.domain.stamps import receive

if TYPE_CHECKING:
    from tests.memory_store import Memory


class MemoryLog:
    """Gives and takes the entries of every log; knows nothing of purging and of facts that are held."""

    def __init__(self, memory: "Memory", clock: Clock) -> None:
        self._memory = memory
        self._clock = clock

    @property
    def own(self) -> ReplicaId:
        return self._memory.kept.own

    def vector(self) -> Mapping[ReplicaId, int]:
        logs = self._memory.kept.logs
        return {replica: logs[replica].seq for replica in sorted(logs) if logs[replica].seq}

    def hash_at(self, place: FactId) -> bytes | None:
        entries = self._all(place.replica)
        return entries[place.seq - 1].hash if 1 <= place.seq <= len(entries) else None

    def hashes_at(self, replica: ReplicaId, seqs: Sequence[int]) -> Mapping[int, bytes]:
        known = {seq: self.hash_at(FactId(replica, seq)) for seq in seqs}
        return {seq: found for seq, found in known.items() if found is not None}

    def entries(self, replica: ReplicaId, after: int, limit: int = 1000) -> Sequence[LogEntry]:
        found = self._all(replica)[after:]
        end = limit
        while 0 < end < len(found) and found[end].fact.act == found[end - 1].fact.act:
            end += 1
        return found[:end]

    def apply(self, entries: Sequence[LogEntry]) -> Applied:
        new = 0
        with self._memory.writing():
            before = sum(record.differences > 0 for record in self._memory.world.records)
            for entry in sorted(entries, key=lambda entry: (entry.fact.replica, entry.fact.seq)):
                new += self._take(entry)
            self._memory.changed()
            after = sum(record.differences > 0 for record in self._memory.world.records)
        return Applied(new, max(0, after - before))

    def redactions(self, after: int) -> tuple[tuple[FactId, ...], int]:
        return (), after

    def is_revoked(self) -> bool:
        """Never."""
        return False

    def held(self) -> Sequence[Fact]:
        """Nothing is held: a desk in memory never meets a revoked copy."""
        return ()

    def code(self) -> str | None:
        return self._memory.kept.logs[self.own].code

    def take_codes(self, code: str, reserve: str) -> None:
        with self._memory.writing():
            self._memory.kept.logs[self.own].code = code
            self._memory.kept.notes["reserve"] = reserve

    def go_on_as_new(self, common: int) -> ReplicaId:
        raise NotImplementedError(f"a desk in memory has no copies ({common})")

    def note(self, key: str) -> str:
        return self._memory.kept.notes.get(key, "")

    def keep_note(self, key: str, value: str) -> None:
        with self._memory.writing():
            self._memory.kept.notes[key] = value

    def _take(self, entry: LogEntry) -> bool:
        """Append an entry that continues its log."""
        from tests.memory_store import Log

        fact = entry.fact
        if fact.replica == self.own:
            raise Invalid("log", "Another desk goes on writing as this one: it is a copy of this desk file.")
        log = self._memory.kept.logs.setdefault(fact.replica, Log("", 0))
        if fact.seq != log.seq + 1:
            return False
        if entry.stored_context is None:
            fact = replace(fact, context=self._reach(fact.replica, fact.seen))
        if chain(log.hash, fact, entry.salt) != entry.hash:
            raise Invalid("log", "What came was changed after it was written.")
        own = self._memory.kept.logs[self.own]
        own.stamp = receive(own.stamp, fact.stamp, self._clock())
        log.seq, log.hash = fact.seq, entry.hash
        self._memory.kept.facts.append(replace(fact, arrival=len(self._memory.kept.facts) + 1))
        self._memory.kept.salts.append(entry.salt)
        return True

    def _all(self, replica: ReplicaId) -> list[LogEntry]:
        found: list[LogEntry] = []
        running = FIRST_HASH
        for fact, salt in zip(self._memory.kept.facts, self._memory.kept.salts, strict=True):
            if fact.replica == replica:
                running = chain(running, fact, salt)
                goes_without_saying = dict(fact.context) == dict(_most(found, fact.seen))
                stored = None if goes_without_saying else fact.context
                found.append(LogEntry(fact, salt, running, None, stored))
        return found

    def _reach(self, replica: ReplicaId, seen: int) -> Mapping[ReplicaId, int]:
        return _most(self._all(replica), seen)


def _most(log: Sequence[LogEntry], seen: int) -> Mapping[ReplicaId, int]:
    """What a log up to a seq says of others: the highest of every context in it."""
    most: dict[ReplicaId, int] = {}
    for entry in log[:seen]:
        for replica, seq in entry.fact.context.items():
            most[replica] = max(seq, most.get(replica, 0))
    return most or EMPTY


def facts_of(log: Sequence[LogEntry]) -> list[Fact]:
    """The facts of a log."""
    return [entry.fact for entry in log]
