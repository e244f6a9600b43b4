"""Figures of the desk itself, without a window: queues, tickets, search, callers, saving.

Beside each read stand the SQL statements that it ran, run again by the bare driver: what is over the baseline is
ours, what the baseline itself takes is SQLite's.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from desktop_desk.cli.bench.driver import connect
from desktop_desk.cli.bench.figures import Call, Figure, figure_of, in_turn
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.queues import QUEUES, SORTS
from desktop_desk.desk.views import CallDraft, CallRecord

ROUNDS = 60
SAVES = 30
SORT_ROUNDS = 12
SEED = 11
SAMPLE = 400
"""Tickets whose words are looked at to choose rare and common ones."""
STATEMENTS = "its SQL alone"
INSERT = "one durable insert"

Read = Callable[[Desk], object]


class DeskFigures:
    """Takes the figures of one desk file.

    Args:
        overheard, heard: the same desk once more, and the SQL statements that it has run so far.
        key: of an encrypted desk.
    """

    def __init__(
        self, desk: Desk, overheard: Desk, heard: list[str], path: Path, key: bytes | None = None
    ) -> None:
        self._desk = desk
        self._overheard = overheard
        self._heard = heard
        self._path = path
        self._bare = connect(path, key)
        self._chance = random.Random(SEED)  # noqa: S311  which tickets are looked at
        self._tickets = desk.counters().total
        self._sample = self._some_tickets(ROUNDS)

    def close(self) -> None:
        """Close the bare connection."""
        self._bare.close()

    def groups(self) -> dict[str, Callable[[], Iterator[Figure]]]:
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
        """The first screen of every queue, of the longest in each order, and a screen in its middle."""
        for queue in QUEUES:
            yield self._figure(
                f"queue {queue}", [lambda desk, key=queue: desk.queue(key)], ROUNDS, budget=5.0
            )
        longest = max(("open", "closed"), key=self._desk.counters().queues.__getitem__)
        for sort in SORTS:
            for way in ("", " descending"):
                calls: list[Read] = [
                    lambda desk, by=sort, down=bool(way): desk.queue(longest, by, descending=down)
                ]
                yield self._figure(f"queue {longest} by {sort}{way}", calls, SORT_ROUNDS, budget=5.0)
        middle = self._desk.counters().queues[longest] // 2
        calls = [lambda desk: desk.queue(longest, start=middle)]
        yield self._figure(f"queue {longest}, dragged to the middle", calls, SORT_ROUNDS, budget=50.0)

    def ticket(self) -> Iterator[Figure]:
        """A ticket whole, with its thread."""
        calls: list[Read] = [lambda desk, number=number: desk.ticket(number) for number in self._sample]
        yield self._figure("ticket with thread", calls, budget=5.0)

    def search(self) -> Iterator[Figure]:
        """Rare, common and half-typed words."""
        rare, common = self._words()
        pairs = [f"{first} {second}" for first, second in zip(common, reversed(common), strict=True)]
        for name, texts in (("a rare word", rare), ("a common word", common), ("two words", pairs)):
            calls: list[Read] = [lambda desk, text=text: desk.search(text) for text in texts]
            yield self._figure(f"search, {name}", calls, budget=10.0, p95_budget=50.0)
        typed = [word[:length] for word in common for length in range(2, len(word))]
        calls = [lambda desk, text=text: desk.search(text, 10) for text in typed]
        yield self._figure("search, as you type", calls, budget=10.0, p95_budget=50.0)
        calls = [lambda desk, text=text: desk.similar(text) for text in pairs]
        yield self._figure("similar tickets, as you type", calls, budget=10.0, p95_budget=50.0)

    def caller(self) -> Iterator[Figure]:
        """Callers by the last digits, and by parts of the name."""
        names = self._some("SELECT name FROM person WHERE name <> '' ORDER BY id DESC LIMIT 4000")
        numbers = self._some("SELECT key FROM contact WHERE kind = 'phone' ORDER BY id DESC LIMIT 4000")
        asked = {
            "last digits": [number[-4:] for number in numbers],
            "digits within": [number[3:8] for number in numbers],
            "letters of the name": [name[1:5].strip() for name in names],
            "two letters": [name[:2] for name in names],
        }
        for way, texts in asked.items():
            calls: list[Read] = [lambda desk, text=text: desk.find_people(text) for text in texts]
            yield self._figure(f"caller by {way}", calls, budget=5.0)

    def counters(self) -> Iterator[Figure]:
        """The counters of all queues."""
        yield self._figure("counters of all queues", [Desk.counters], ROUNDS, budget=20.0)

    def report(self) -> Iterator[Figure]:
        """The summary over all time, whole and broken down, and over the last month of the desk."""
        yield self._figure("report summary", [Desk.report], SORT_ROUNDS, budget=300.0)
        calls: list[Read] = [lambda desk: desk.report(by="agent")]
        yield self._figure("report summary by agent", calls, SORT_ROUNDS, budget=300.0)
        newest = self._desk.queue("all", "opened", descending=True, count=1).rows[0].opened / 1000
        last = datetime.fromtimestamp(newest, UTC).date()
        calls = [lambda desk: desk.report(last - timedelta(days=30), last, by="agent")]
        yield self._figure("report summary by agent, a month", calls, SORT_ROUNDS, budget=300.0)

    def save(self) -> Iterator[Figure]:
        """Logging a call and answering, durable; these stay in the desk."""
        call = CallRecord(number="+49 30 901820", seconds=61)
        draft = CallDraft("Printer on floor 2 jams", "It jams with every second sheet.", call=call)
        numbers = self._sample[:SAVES]
        saves: dict[str, list[Call]] = {
            "log a call": [lambda: self._desk.log_call(draft)] * SAVES,
            "reply": [lambda number=number: self._desk.reply(number, "Renewed.") for number in numbers],
            "reassign": [
                lambda number=number, to=to: self._desk.assign(number, to, "Please look.")
                for number, to in zip(numbers, ("john", "jane") * SAVES, strict=False)
            ],
        }
        scratch, insert = self._scratch()
        try:
            for name, calls in saves.items():
                took, bare = in_turn(calls, [insert])
                fsync = sorted(bare)[len(bare) // 2]
                yield figure_of(name, self._tickets, took, bare, INSERT, budget=10.0 + fsync)
        finally:
            for leftover in (scratch, Path(f"{scratch}-wal"), Path(f"{scratch}-shm")):
                leftover.unlink(missing_ok=True)

    def disk(self) -> Iterator[Figure]:
        """The file's size for each ticket, beside the facts' own text."""
        newest = self._rows("SELECT MAX(arrival) FROM fact")[0][0]
        places = ",".join(str(self._chance.randrange(newest) + 1) for _round in range(SAMPLE))
        text = self._rows(f"SELECT AVG(LENGTH(fields)) FROM fact WHERE arrival IN ({places})")[0][0]  # noqa: S608
        each = max(1, self._tickets) * 1024
        yield Figure(
            "disk for a ticket", self._tickets, "KiB", self._path.stat().st_size / each, None,
            text * newest / each, "its facts' text", budget=6.0,
        )  # fmt: skip

    def _figure(
        self,
        name: str,
        calls: Sequence[Read],
        rounds: int = 1,
        *,
        budget: float,
        p95_budget: float | None = None,
    ) -> Figure:
        ours = [partial(call, self._desk) for call in calls] * rounds
        bare = [self._statements_of(call) for call in calls]
        return figure_of(
            name, self._tickets, *in_turn(ours, bare), STATEMENTS, budget=budget, p95_budget=p95_budget
        )

    def _statements_of(self, call: Read) -> Call:
        """What the call asks SQLite, to be run again without us; what FTS5 asks itself is not ours to repeat."""
        self._heard.clear()
        call(self._overheard)
        statements = [sql for sql in self._heard if not sql.startswith("--")]
        return lambda: [self._bare.execute(sql).fetchall() for sql in statements]

    def _rows(self, sql: str) -> list[Any]:
        return self._bare.execute(sql).fetchall()

    def _some(self, sql: str) -> list[str]:
        """Some of the texts that a statement gives."""
        texts = [text for (text,) in self._rows(sql)]
        return self._chance.sample(texts, min(ROUNDS, len(texts)))

    def _some_tickets(self, count: int) -> list[str]:
        """Numbers of open tickets from all over the desk."""
        highest = self._rows("SELECT MAX(id) FROM ticket")[0][0] or 1
        sql = "SELECT number FROM ticket WHERE id >= ? AND state < 2 ORDER BY id LIMIT 1"
        rows = (
            self._bare.execute(sql, (self._chance.randrange(highest),)).fetchone()
            for _round in range(count * 2)
        )
        return list(dict.fromkeys(row[0] for row in rows if row))[:count]

    def _words(self) -> tuple[list[str], list[str]]:
        """Words that one text of the sample has, and those that most have."""
        counts: Counter[str] = Counter()
        for number in self._some_tickets(SAMPLE):
            for entry in self._desk.ticket(number).thread:
                counts.update(set(re.findall(r"\w{4,}", entry.text.casefold())))
        ordered = sorted(counts, key=lambda word: (counts[word], word))
        return self._chance.sample(ordered[:SAMPLE], min(ROUNDS, len(ordered))), ordered[-ROUNDS // 2 :]

    def _scratch(self) -> tuple[Path, Call]:
        """A bare insert that is on the disk when it returns, on the disk where the desk lies."""
        path = self._path.with_suffix(".scratch")
        path.unlink(missing_ok=True)
        bare = connect(path)
        bare.execute("PRAGMA journal_mode = wal")
        bare.execute("PRAGMA synchronous = full")
        bare.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, text TEXT)")
        return path, lambda: bare.execute("INSERT INTO line (text) VALUES (?)", ("x" * 300,))
