"""What the exchange needs of a desk's logs."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from desktop_desk.desk.exchange_ports import Applied
from desktop_desk.domain.facts import FactId, ReplicaId
from desktop_desk.domain.log import LogEntry


class ExchangeLog(Protocol):
    """The part of a desk's LogPort that travels."""

    @property
    def own(self) -> ReplicaId:
        """The replica that this desk file is."""
        ...

    def vector(self) -> Mapping[ReplicaId, int]:
        """How far each replica's log is known here."""
        ...

    def hash_at(self, place: FactId) -> bytes | None:
        """The chain's hash at a place of a log; None where the log is not known that far."""
        ...

    def hashes_at(self, replica: ReplicaId, seqs: Sequence[int]) -> Mapping[int, bytes]:
        """The same at several places of one log, by seq; places where it is not known are missing."""
        ...

    def entries(self, replica: ReplicaId, after: int, limit: int = 1000) -> Sequence[LogEntry]:
        """The entries of a log after a place, in order: whole acts, about `limit` entries."""
        ...

    def apply(self, entries: Sequence[LogEntry]) -> Applied:
        """Take in whole acts of others in one transaction; Invalid for what does not fit its chain."""
        ...

    def redactions(self, after: int) -> tuple[tuple[FactId, ...], int]:
        """The facts from which something was purged since a count, and the count now."""
        ...

    def note(self, key: str) -> str:
        """A small setting of this desk file alone."""
        ...

    def keep_note(self, key: str, value: str) -> None:
        """Keep a small setting of this desk file alone."""
        ...
