"""Figures of the desk itself, without a window: queues, tickets, search, callers, saving."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from desktop_desk.cli.bench.figures import Figure, timed
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.queues import SORTS
from desktop_desk.desk.views import CallDraft, CallRecord

ROUNDS = 60
SEED = 11


class DeskFigures:
    """Takes the figures of one desk file; the bare statements go to the same file by its own driver."""

    def __init__(self, desk: Desk, path: Path) -> None:
        from sqlcipher3 import dbapi2  # noqa: PLC0415  the bench alone speaks to the driver itself

        self._desk = desk
        self._path = path
        self._bare = dbapi2.connect(str(path), isolation_level=None)
        self._bare.execute("PRAGMA query_only = 1")
        self._chance = random.Random(SEED)  # noqa: S311 — which tickets are looked at
        self._tickets = desk.counters().total
        self._sample = self._some_tickets()

    def all(self) -> dict[str, Callable[[], Iterator[Figure]]]:
        """Every group of figures by its name."""
        return {
            "queue": self.queues,
            "ticket": self.ticket,
            "search": self.search,
            "caller": self.caller,
            "counters": self.counters,
            "report": self.report,
            "save": self.save,
            "disk": self.disk,
        }

    def queues(self) -> Iterator[Figure]:
        """The first screen of queues, in each order; and a window in the middle of the longest."""
        sql = "SELECT * FROM ticket WHERE state = ? ORDER BY due LIMIT 100"
        for queue, state in (("open", 0), ("closed", 3)):
            took = timed([lambda key=queue: self._desk.queue(key)] * ROUNDS, [self._sql(sql, state)] * ROUNDS)
            yield self._figure(f"queue {queue}", took, "the statement", budget=5.0)
        for queue in ("unassigned", "mine", "overdue", "answered", "waiting", "all"):
            took = timed([lambda key=queue: self._desk.queue(key)] * ROUNDS)
            yield self._figure(f"queue {queue}", took, budget=5.0)
        for sort in SORTS:
            took = timed([lambda by=sort: self._desk.queue("closed", by, descending=True)] * 12)
            yield self._figure(f"queue closed by {sort}", took, budget=5.0)
        middle = self._desk.counters().queues["closed"] // 2
        took = timed([lambda: self._desk.queue("closed", start=middle)] * 12)
        yield self._figure("queue closed, the middle", took, budget=50.0)

    def ticket(self) -> Iterator[Figure]:
        """A ticket whole, with its thread."""
        took = timed(
            [lambda n=number: self._desk.ticket(n) for number in self._sample],
            [self._sql("SELECT * FROM fact WHERE ticket = ?", uid) for uid in self._uids()],
        )
        yield self._figure("ticket", took, "the statement", budget=5.0)

    def search(self) -> Iterator[Figure]:
        """Rare, common and half-typed words."""
        rare, common = self._words()
        sql = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT 50"
        for name, words in (("rare word", rare), ("common word", common), ("two words", self._pairs(common))):
            took = timed(
                [lambda text=word: self._desk.search(text) for word in words],
                [self._sql(sql, " AND ".join(f'"{part}"*' for part in word.split())) for word in words],
            )
            yield self._figure(f"search, {name}", took, "the statement", budget=10.0, p95_budget=50.0)
        typed = [word[:length] for word in common for length in (2, 3, 4)]
        took = timed([lambda text=word: self._desk.search(text, 10) for word in typed])
        yield self._figure("search, as you type", took, budget=10.0, p95_budget=50.0)

    def caller(self) -> Iterator[Figure]:
        """Callers by the last digits, and by parts of the name."""
        rows = self._rows("SELECT name FROM person WHERE name <> '' ORDER BY id DESC LIMIT 4000")
        numbers = self._rows("SELECT key FROM contact WHERE kind = 'phone' ORDER BY id DESC LIMIT 4000")
        names = [name[1:5].strip() for (name,) in self._chance.sample(rows, min(ROUNDS, len(rows)))]
        digits = [key[-4:] for (key,) in self._chance.sample(numbers, min(ROUNDS, len(numbers)))]
        like = "SELECT person FROM contact WHERE key LIKE ? LIMIT 8"
        for name, texts in (("digits", digits), ("letters", names)):
            took = timed(
                [lambda text=part: self._desk.find_people(text) for part in texts],
                [self._sql(like, f"%{part}%") for part in texts],
            )
            yield self._figure(f"caller by {name}", took, "LIKE", budget=5.0)

    def counters(self) -> Iterator[Figure]:
        """The counters of all queues."""
        sql = "SELECT state, COUNT(*) FROM ticket GROUP BY state"
        took = timed([self._desk.counters] * ROUNDS, [self._sql(sql)] * 3)
        yield self._figure("counters", took, "COUNT over the tickets", budget=20.0)

    def report(self) -> Iterator[Figure]:
        """The summary over all time, and broken down."""
        took = timed([self._desk.report] * 10)
        yield self._figure("report summary", took, budget=300.0)
        took = timed([lambda: self._desk.report(by="agent")] * 5)
        yield self._figure("report summary by agent", took, budget=300.0)

    def save(self) -> Iterator[Figure]:
        """Logging a call and answering, durable; beside one bare insert with its fsync on the same disk."""
        scratch, insert = self._scratch()
        call = CallRecord(number="+49 30 901820", seconds=61)
        draft = CallDraft("Printer on floor 2 jams", "It jams with every second sheet.", call=call)
        took = timed([lambda: self._desk.log_call(draft)] * 30, [insert] * 30)
        yield self._figure("log a call", took, "one insert, durable", budget=10.0 + (took[2] or 0.0))
        took = timed([lambda n=number: self._desk.reply(n, "Renewed.") for number in self._sample[:30]], [insert] * 30)
        yield self._figure("reply", took, "one insert, durable", budget=10.0 + (took[2] or 0.0))
        for leftover in (scratch, Path(f"{scratch}-wal"), Path(f"{scratch}-shm")):
            leftover.unlink(missing_ok=True)

    def disk(self) -> Iterator[Figure]:
        """Bytes a ticket, everything counted."""
        size = self._path.stat().st_size / max(1, self._tickets) / 1024
        yield Figure("disk a ticket", self._tickets, "KiB", size, budget=6.0)

    def _figure(
        self, name: str, took: tuple[float, float, float | None], beside: str = "", *,
        budget: float | None = None, p95_budget: float | None = None,
    ) -> Figure:  # fmt: skip
        return Figure(
            name, self._tickets, "ms", took[0], took[1], took[2], beside, budget=budget, p95_budget=p95_budget
        )

    def _sql(self, sql: str, *params: object) -> Callable[[], object]:
        return lambda: self._bare.execute(sql, params).fetchall()

    def _rows(self, sql: str) -> list[Any]:
        return self._bare.execute(sql).fetchall()

    def _some_tickets(self) -> list[str]:
        highest = self._rows("SELECT MAX(id) FROM ticket")[0][0] or 1
        found: list[str] = []
        for _round in range(ROUNDS * 2):
            sql = "SELECT number FROM ticket WHERE id >= ? AND state < 2 ORDER BY id LIMIT 1"
            row = self._bare.execute(sql, (self._chance.randrange(highest),)).fetchone()
            found.extend(row or ())
        return list(dict.fromkeys(found))[:ROUNDS]

    def _uids(self) -> list[bytes]:
        sql = "SELECT uid FROM ticket WHERE number = ?"
        return [self._bare.execute(sql, (number,)).fetchone()[0] for number in self._sample]

    def _words(self) -> tuple[list[str], list[str]]:
        """Words that few texts have, and words that many have, from a sample of subjects and entries."""
        counts: dict[str, int] = {}
        for number in self._sample:
            texts = (entry.text for entry in self._desk.ticket(number).thread)
            for word in " ".join(texts).casefold().replace(".", " ").replace(",", " ").split():
                if word.isalnum() and len(word) > 3:
                    counts[word] = counts.get(word, 0) + 1
        ordered = sorted(counts, key=lambda word: (counts[word], word))
        return ordered[:ROUNDS], ordered[-30:]

    def _pairs(self, words: list[str]) -> list[str]:
        return [f"{first} {second}" for first, second in zip(words, reversed(words), strict=True) if first != second]

    def _scratch(self) -> tuple[Path, Callable[[], object]]:
        """A bare insert with its fsync, on the disk where the desk lies."""
        from sqlcipher3 import dbapi2  # noqa: PLC0415  as above

        path = self._path.with_suffix(".scratch")
        path.unlink(missing_ok=True)
        bare = dbapi2.connect(str(path), isolation_level=None)
        bare.execute("PRAGMA journal_mode = wal")
        bare.execute("PRAGMA synchronous = full")
        bare.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, text TEXT)")
        return path, lambda: bare.execute("INSERT INTO line (text) VALUES (?)", ("x" * 300,))
