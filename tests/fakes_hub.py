"""Stand-ins for hubs and for the log of a desk; each keeps the contract of the real thing (contract/test_hubs.py)."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from desktop_desk.desk.exchange_ports import SHELVES, Applied, Hub, Shelf
from desktop_desk.domain.errors import Invalid, StorageUnavailable
from desktop_desk.domain.facts import EntityId, Fact, FactId, ReplicaId
from desktop_desk.domain.log import FIRST_HASH, LogEntry, chain


class MemoryHub:
    """A hub in memory."""

    _one_at_a_time = Lock()

    def __init__(self, shelves: dict[str, dict[str, bytes]] | None = None) -> None:
        self.shelves = {shelf: {} for shelf in SHELVES} if shelves is None else shelves

    @property
    def address(self) -> str:
        return "memory"

    def names(self, shelf: Shelf) -> Sequence[str]:
        return sorted(self.shelves[shelf])

    def read(self, shelf: Shelf, name: str) -> bytes | None:
        return self.shelves[shelf].get(name)

    def write(self, shelf: Shelf, name: str, body: bytes) -> None:
        self.shelves[shelf][name] = body

    def claim(self, shelf: Shelf, name: str, body: bytes) -> bool:
        with self._one_at_a_time:
            if name in self.shelves[shelf]:
                return False
            self.shelves[shelf][name] = body
            return True

    def remove(self, shelf: Shelf, name: str) -> None:
        self.shelves[shelf].pop(name, None)

    def close(self) -> None:
        pass


@dataclass
class WatchedHub:
    """Another hub, counting calls and bytes; `before` is told each call and may raise in its place."""

    hub: Hub
    before: Callable[[int, str, str], None] = lambda _count, _call, _name: None
    calls: Counter[str] = field(default_factory=Counter)
    bytes_read: int = 0
    bytes_written: int = 0

    @property
    def address(self) -> str:
        return self.hub.address

    def _told(self, call: str, name: str) -> None:
        self.calls[call] += 1
        self.before(self.calls.total(), call, name)

    def names(self, shelf: Shelf) -> Sequence[str]:
        self._told("names", shelf)
        return self.hub.names(shelf)

    def read(self, shelf: Shelf, name: str) -> bytes | None:
        self._told("read", f"{shelf}/{name}")
        body = self.hub.read(shelf, name)
        self.bytes_read += len(body or b"")
        return body

    def write(self, shelf: Shelf, name: str, body: bytes) -> None:
        self._told("write", f"{shelf}/{name}")
        self.bytes_written += len(body)
        self.hub.write(shelf, name, body)

    def claim(self, shelf: Shelf, name: str, body: bytes) -> bool:
        self._told("claim", f"{shelf}/{name}")
        return self.hub.claim(shelf, name, body)

    def remove(self, shelf: Shelf, name: str) -> None:
        self._told("remove", f"{shelf}/{name}")
        self.hub.remove(shelf, name)

    def close(self) -> None:
        self.hub.close()


def fails_at(call: int) -> Callable[[int, str, str], None]:
    """The hub vanishes at one call, and stays away."""

    def told(count: int, _call: str, _name: str) -> None:
        if count >= call:
            raise StorageUnavailable("missing", "The hub cannot be reached.")

    return told


class MemoryLog:
    """Logs in memory: facts of no meaning, in real chains."""

    def __init__(self, own: str, seed: int = 0) -> None:
        self._own = ReplicaId(own)
        self._logs: dict[ReplicaId, list[LogEntry]] = {}
        self._notes: dict[str, str] = {}
        self._salt = seed
        self.redacted: list[FactId] = []
        self.batches: list[int] = []

    @property
    def own(self) -> ReplicaId:
        return self._own

    def write(self, *texts: str, acts: int = 1) -> None:
        """Write so many acts, each of one fact for each text."""
        log = self._logs.setdefault(self._own, [])
        for _act in range(acts):
            act = len(log) + 1
            for text in texts or ("a word",):
                seq = len(log) + 1
                fact = Fact(
                    replica=self._own, seq=seq, act=act, seen=seq - 1, stamp=seq << 16, at=seq, wall=seq,
                    actor=None, verb="noted", entity=EntityId(f"{seq:032x}"), ticket=None, fields={"text": text},
                )  # fmt: skip
                self._salt += 1
                salt = self._salt.to_bytes(16, "big")
                before = log[-1].hash if log else FIRST_HASH
                log.append(LogEntry(fact, salt, chain(before, fact, salt)))

    def copy(self) -> "MemoryLog":
        """The same logs in another file: a backup, or a clone."""
        other = MemoryLog(self._own, self._salt + 1_000_000)
        other._logs = {replica: list(log) for replica, log in self._logs.items()}
        other._notes = dict(self._notes)
        return other

    def texts(self) -> dict[str, list[str]]:
        """What every replica wrote."""
        return {
            replica: [entry.fact.fields["text"] for entry in log]
            for replica, log in self._logs.items()
            if log
        }

    def vector(self) -> Mapping[ReplicaId, int]:
        return {replica: len(log) for replica, log in sorted(self._logs.items()) if log}

    def hash_at(self, place: FactId) -> bytes | None:
        log = self._logs.get(place.replica, [])
        return log[place.seq - 1].hash if 1 <= place.seq <= len(log) else None

    def hashes_at(self, replica: ReplicaId, seqs: Sequence[int]) -> Mapping[int, bytes]:
        known = {seq: self.hash_at(FactId(replica, seq)) for seq in seqs}
        return {seq: found for seq, found in known.items() if found is not None}

    def entries(self, replica: ReplicaId, after: int, limit: int = 1000) -> Sequence[LogEntry]:
        found: list[LogEntry] = []
        for entry in self._logs.get(replica, [])[after:]:
            if len(found) >= limit and entry.fact.act != found[-1].fact.act:
                break
            found.append(entry)
        return found

    def apply(self, entries: Sequence[LogEntry]) -> Applied:
        self.batches.append(len(entries))
        logs = {replica: list(log) for replica, log in self._logs.items()}
        new = 0
        for entry in entries:
            log = logs.setdefault(entry.fact.replica, [])
            if entry.fact.seq != len(log) + 1:
                continue
            before = log[-1].hash if log else FIRST_HASH
            if entry.fact.replica == self._own or chain(before, entry.fact, entry.salt) != entry.hash:
                raise Invalid("log", "The chain is broken.")
            log.append(entry)
            new += 1
        self._logs = logs
        return Applied(new)

    def redactions(self, after: int) -> tuple[tuple[FactId, ...], int]:
        return tuple(self.redacted[after:]), len(self.redacted)

    def note(self, key: str) -> str:
        return self._notes.get(key, "")

    def keep_note(self, key: str, value: str) -> None:
        self._notes[key] = value


class LetterSealer:
    """Seals by a letter: what is sealed under another name or with another letter does not open."""

    def __init__(self, letter: str) -> None:
        self._letter = letter

    def seal(self, body: bytes, name: str) -> bytes:
        return f"{self._letter}:{name}:".encode() + bytes(byte ^ 0x55 for byte in body)

    def unseal(self, sealed: bytes, name: str) -> bytes:
        head = f"{self._letter}:{name}:".encode()
        if not sealed.startswith(head):
            raise ValueError("it does not open")
        return bytes(byte ^ 0x55 for byte in sealed[len(head) :])
