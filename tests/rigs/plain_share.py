"""What becomes of a plain SQLite file that two computers write to through a share, beside the same work over segments.

The plain file is what an office would have without this program's refusal: one table, each transaction adds a line and
counts it, rollback journal, `synchronous=FULL`, as SQLite comes. The share is that of two_mounts.py, whose locks do not
reach the other computer. As a command it is one writer: python -m tests.rigs.plain_share FILE NAME SECONDS
"""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from desktop_desk import bootstrap, sharing
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallDraft
from tests.command_line import PASSWORD, ROOT, found_office
from tests.rigs.two_mounts import Mounts

WRITERS = 2
"""On each computer."""


@dataclass
class Plain:
    """A trial with a plain file.

    Attributes:
        acknowledged: transactions that were acknowledged; lost: those of them that are not there afterwards.
        broken: what SQLite says of the file afterwards; "" when it is sound.
    """

    acknowledged: int = 0
    lost: int = 0
    broken: str = ""
    errors: list[str] = field(default_factory=list[str])

    @property
    def ruined(self) -> bool:
        """Whether anything was lost or broken."""
        return bool(self.lost or self.broken)


@dataclass
class Segments:
    """Work at two desks that exchange segments through the share."""

    acts: int = 0
    syncs: int = 0
    wrong: list[str] = field(default_factory=list[str])


def _write(path: Path, name: str, seconds: float) -> None:
    """Add lines until the time is over or the file is broken; prints each that was acknowledged."""
    over, number = time.monotonic() + seconds, 0
    with closing(sqlite3.connect(path, timeout=5, isolation_level=None)) as connection:
        while time.monotonic() < over:
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO line (text) VALUES (?)", (f"{name} {number} " + "x" * 200,))
                connection.execute("UPDATE total SET lines = lines + 1")
                connection.execute("COMMIT")
            except sqlite3.OperationalError as error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                if "locked" not in str(error):
                    sys.stdout.write(f"error {error}\n")
            except sqlite3.DatabaseError as error:
                sys.stdout.write(f"error {error}\n")
                return
            else:
                sys.stdout.write(f"{name} {number}\n")
                number += 1


def plain(mounts: Mounts, seconds: float) -> Plain:
    """Let two computers write to one plain file; what came of it."""
    path = mounts.disk / "plain.db"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(
            "CREATE TABLE line (id INTEGER PRIMARY KEY, text TEXT); CREATE INDEX text ON line (text);"
            "CREATE TABLE total (lines INTEGER); INSERT INTO total VALUES (0)"
        )
    writers = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.rigs.plain_share",
                str(point / path.name),
                f"{at}-{n}",
                str(seconds),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for at, point in enumerate((mounts.first, mounts.second))
        for n in range(WRITERS)
    ]
    said = [line for writer in writers for line in writer.communicate(timeout=seconds + 120)[0].splitlines()]
    trial = Plain(errors=sorted({line for line in said if line.startswith("error")}))
    told = {line for line in said if not line.startswith("error")}
    trial.acknowledged = len(told)
    look(path, told, trial)
    return trial


def look(path: Path, told: set[str], trial: Plain) -> None:
    """Read a plain file as the disk has it."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
            trial.broken = "" if found == ["ok"] else found[0].splitlines()[-1]
            there = {
                row[0].rstrip("x").rstrip() for row in connection.execute("SELECT text FROM line NOT INDEXED")
            }
        except sqlite3.DatabaseError as error:
            trial.broken, there = str(error), set[str]()
    trial.lost = len(told - there)


def segments(mounts: Mounts, folder: Path, seconds: float) -> Segments:
    """Let two desks write and sync through the share for so long; `folder` is on this machine's own disk."""
    here, there = folder / "front.desk", folder / "laptop.desk"
    found_office(here)
    _at(here, lambda desk: sharing.new_hub(desk, f"folder:{mounts.first}/hub"))
    sharing.new_replica(f"folder:{mounts.second}/hub", there, "Laptop", "ann", PASSWORD)
    over, told = time.monotonic() + seconds, Segments()
    numbers: list[str] = []

    def work(path: Path) -> None:
        front = bootstrap.open_desk(path)
        desk = front.log_in("ann", PASSWORD)
        while time.monotonic() < over:
            number = desk.log_call(CallDraft(f"A call at {path.stem}")).number or ""
            desk.note(number, f"A note at {path.stem}")
            numbers.append(number)
            told.wrong.extend(sharing.sync(desk).problems)
            told.syncs += 1
        front.close()

    with ThreadPoolExecutor() as both:
        for done in [both.submit(work, path) for path in (here, there)]:
            done.result()
    told.acts = 2 * len(numbers)
    _agree((here, there), numbers, told)
    return told


def _at(path: Path, do: Callable[[Desk], object]) -> None:
    front = bootstrap.open_desk(path)
    do(front.log_in("ann", PASSWORD))
    front.close()


def _agree(paths: Sequence[Path], numbers: Sequence[str], told: Segments) -> None:
    """Both sync until nobody has news, and must have the same desk with every ticket."""
    for path in (*paths, paths[0]):
        _at(path, sharing.sync)
    digests: set[str] = set()
    for path in paths:
        front = bootstrap.open_desk(path)
        desk = front.log_in("ann", PASSWORD)
        check = desk.check(rebuild=True)
        digests.add(check.digest)
        told.wrong += check.problems
        told.wrong += [f"lost: {number}" for number in set(numbers) - set(desk.numbers())]
        front.close()
    told.wrong += [] if len(digests) == 1 else ["the desks differ"]
    told.wrong += [] if len(set(numbers)) == len(numbers) else ["a number was given twice"]


if __name__ == "__main__":
    _write(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
