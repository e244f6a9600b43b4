"""What the exchange between replicas needs: the log of the own desk, and a hub where segments lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from desktop_desk.domain.facts import FactId, ReplicaId
from desktop_desk.domain.log import LogEntry

Shelf = Literal["about", "segments", "cards", "codes", "chunks", "snapshots"]
"""The parts of a hub: what it is, logs, replicas' cards, claims of letter codes, attachments, whole desks."""

SHELVES: tuple[Shelf, ...] = ("about", "segments", "cards", "codes", "chunks", "snapshots")


@dataclass(frozen=True, slots=True)
class Applied:
    """What taking in entries of other replicas came to.

    Attributes:
        new: facts that were not known before, with those that are held.
        conflicts: tickets and office things that differ now and did not before.
        held: facts of a revoked replica, kept aside until a person accepts or refuses them.
    """

    new: int = 0
    conflicts: int = 0
    held: int = 0


class LogPort(Protocol):
    """The logs of all replicas as this desk knows them; part of the store."""

    @property
    def own(self) -> ReplicaId: ...
    def vector(self) -> Mapping[ReplicaId, int]: ...
    def hash_at(self, place: FactId) -> bytes | None: ...
    def entries(self, replica: ReplicaId, after: int, limit: int = 1000) -> Sequence[LogEntry]: ...
    def apply(self, entries: Sequence[LogEntry]) -> Applied: ...
    def redactions(self, after: int) -> tuple[tuple[FactId, ...], int]: ...
    def code(self) -> str | None: ...
    def take_codes(self, code: str, reserve: str) -> None: ...
    def go_on_as_new(self, common: int) -> ReplicaId: ...
    def note(self, key: str) -> str: ...
    def keep_note(self, key: str, value: str) -> None: ...


class Hub(Protocol):
    """A place that several replicas reach, where named bytes lie on shelves; it understands none of them.

    Every name is written by one replica only and, but for cards and compacted segments, never again. All methods
    raise StorageUnavailable when the place cannot be reached, read or written.
    """

    @property
    def address(self) -> str: ...
    def names(self, shelf: Shelf) -> Sequence[str]: ...
    def read(self, shelf: Shelf, name: str) -> bytes | None: ...
    def write(self, shelf: Shelf, name: str, body: bytes) -> None: ...
    def claim(self, shelf: Shelf, name: str, body: bytes) -> bool: ...
    def remove(self, shelf: Shelf, name: str) -> None: ...
    def close(self) -> None: ...
