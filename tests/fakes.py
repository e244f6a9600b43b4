"""Stand-ins for time, chance and slow hashing; each keeps the contract of the real thing (test_fakes.py)."""

from datetime import UTC, datetime
from itertools import count

from desktop_desk.domain.facts import EntityId

MONDAY = int(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp() * 1000)
"""A working day at nine in the morning, ms."""

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class FixedClock:
    """Tells the time that a test sets; it moves only when it is told to."""

    def __init__(self, now: int = MONDAY) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def passes(self, *, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0) -> int:
        """Let time pass; gives the new time."""
        self.now += days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND
        return self.now


class CountingIds:
    """Ids in counting order, the same in every run; `series` keeps two programs on one file apart."""

    def __init__(self, series: int = 0) -> None:
        self._next = count(series * 1_000_000 + 1)

    def entity(self) -> EntityId:
        return EntityId(f"{next(self._next):032x}")

    def salt(self) -> bytes:
        return next(self._next).to_bytes(16, "big")


class PlainPasswords:
    """Keeps passwords readable, which costs no time."""

    def made(self, password: str) -> str:
        return f"plain {password}"

    def fits(self, kept: str, password: str) -> bool:
        return kept == f"plain {password}"
