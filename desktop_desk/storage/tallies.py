"""Counters: how many tickets stand in each queue, and how many events each day had.

Changes are gathered while an act is projected and written once, at the end of its transaction.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from desktop_desk.desk.directory import Directory
from desktop_desk.domain.tickets import DIMENSIONS, Event
from desktop_desk.storage.database import Database
from desktop_desk.storage.tables import DayTally, QueueTally, SortTally, SpanTally
from desktop_desk.storage.upserts import add_up

EPOCH = date(1970, 1, 1).toordinal()

EVENTS = (
    "opened", "assigned", "reassigned", "priority_changed", "waiting", "overdue", "resolved", "closed", "reopened",
    "first_response", "resolution", "sla_met", "sla_missed",
)  # fmt: skip
CODES = {name: code for code, name in enumerate(EVENTS)}
"""A ticket's row keeps its events as numbers: their names would be a third of it."""

SPAN = 7
"""The days of a span as a power of two: spans need no calendar, neither here nor in SQL. Part of the file's format."""

_QUEUE, _SORT = add_up(QueueTally, "n"), add_up(SortTally, "n")
_DATED = {"day": add_up(DayTally, "n", "total"), "span": add_up(SpanTally, "n", "total")}
"""What adds events to their day and to their span."""

QueueKey = tuple[int, int, int, int, int, int]
SortKey = tuple[int, str, int]
DayKey = tuple[str, str, int, str]


def day_of(at: int, zone: str) -> int:
    """The day that a moment (ms) falls on in a zone, as days since 1970-01-01."""
    return datetime.fromtimestamp(at / 1000, _zone(zone)).toordinal() - EPOCH


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def packed(events: Sequence[Event], directory: Directory) -> str:
    """A ticket's events as its row keeps them, so that exactly what was counted can be taken back."""
    if not events:
        return ""
    zone = directory.settings.zone
    groups: dict[tuple[str, ...], list[object]] = {}
    for event in events:
        department, topic, agent, priority, source = event.dims
        dims = (
            str(directory.id_of(department) or ""),
            str(directory.id_of(topic) or ""),
            str(directory.id_of(agent) or ""),
            priority,
            source,
        )
        groups.setdefault(dims, []).extend((CODES[event.what], day_of(event.at, zone), event.total))
    return json.dumps([[*dims, *counted] for dims, counted in groups.items()], separators=(",", ":"))


class Tallies:
    """Gathers changes of these tables; `flush` writes them within the transaction."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._queues: defaultdict[QueueKey, int] = defaultdict(int)
        self._sorts: defaultdict[SortKey, int] = defaultdict(int)
        self._days: defaultdict[DayKey, list[int]] = defaultdict(lambda: [0, 0])

    def queue(self, key: QueueKey, change: int) -> None:
        """Count a ticket in or out of where it stands."""
        self._queues[key] += change

    def sorts(self, state: int, topic: int, status: int, change: int) -> None:
        """Count a ticket in or out of what its state's tickets can be sorted by."""
        self._sorts[state, "topic", topic] += change
        self._sorts[state, "status", status] += change

    def events(self, text: str, change: int) -> None:
        """Count a ticket's packed events in or out."""
        if not text:
            return
        for group in json.loads(text):
            dims, counted = group[: len(DIMENSIONS)], group[len(DIMENSIONS) :]
            pairs = tuple(zip(DIMENSIONS, dims, strict=True))
            for code, day, total in zip(counted[::3], counted[1::3], counted[2::3], strict=True):
                what = EVENTS[code]
                for dim, value in pairs:
                    sums = self._days[dim, what, day, value]
                    sums[0] += change
                    sums[1] += change * total

    def flush(self) -> None:
        """Write what changed."""
        queues = [(*key, n) for key, n in self._queues.items() if n]
        sorts = [(*key, n) for key, n in self._sorts.items() if n]
        days = dict(self._days)
        self.forget()
        if queues:
            self._db.run_many(_QUEUE, queues)
        if sorts:
            self._db.run_many(_SORT, sorts)
        self._write_dated("day", days)
        self._write_dated("span", _by_span(days))
        if any(n < 0 for *_key, n in queues):
            self._db.run("DELETE FROM queue_tally WHERE n = 0")
        if any(n < 0 for *_key, n in sorts):
            self._db.run("DELETE FROM sort_tally WHERE n = 0")

    def forget(self) -> None:
        """Drop what was gathered: its transaction failed."""
        self._queues.clear()
        self._sorts.clear()
        self._days.clear()

    def _write_dated(self, unit: str, sums: Mapping[DayKey, Sequence[int]]) -> None:
        rows = [(*key, n, total) for key, (n, total) in sums.items() if n or total]
        if rows:
            self._db.run_many(_DATED[unit], rows)
        for *key, n, _total in rows:
            if n <= 0:
                self._db.run(
                    f"DELETE FROM {unit}_tally WHERE dim = ? AND what = ? AND {unit} = ? AND value = ? AND n = 0",
                    key,
                )


def _by_span(days: Mapping[DayKey, Sequence[int]]) -> Mapping[DayKey, Sequence[int]]:
    """The sums of days as those of their spans."""
    spans: defaultdict[DayKey, list[int]] = defaultdict(lambda: [0, 0])
    for (dim, what, day, value), (n, total) in days.items():
        sums = spans[dim, what, day >> SPAN, value]
        sums[0] += n
        sums[1] += total
    return spans
