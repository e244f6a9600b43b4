"""Disk full and I/O errors at the 1st, 2nd, 3rd … call, until the day's work succeeds."""

import errno
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.rigs import disk

KINDS: tuple[tuple[str, int, int, bool], ...] = (
    ("disk full until room is made", disk.ROOM, errno.ENOSPC, True),
    ("disk full once", disk.ROOM, errno.ENOSPC, False),
    ("a write fails", disk.WRITES, errno.EIO, False),
    ("a sync fails", disk.SYNCS, errno.EIO, False),
    ("every sync fails", disk.SYNCS, errno.EIO, True),
    ("a read fails", disk.READS, errno.EIO, False),
    ("removing or renaming fails", disk.NAMES, errno.EIO, False),
)
"""Name, calls, error, and whether all calls from there on fail."""


@dataclass
class FaultFigures:
    """What was tried and what was found."""

    points: dict[str, int] = field(default_factory=dict[str, int])
    acknowledged: int = 0
    refused: int = 0
    said: set[str] = field(default_factory=set[str])
    wrong: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        tried = ", ".join(f"{name}: {count}" for name, count in self.points.items())
        return (
            f"{sum(self.points.values())} calls made to fail ({tried}); {self.acknowledged} acts acknowledged, "
            f"{self.refused} refused with a sentence; lost or damaged: {len(self.wrong)}"
        )


def run(desk: Path, library: Path, *, step: Callable[[int], int]) -> FaultFigures:
    """Try each kind of fault at call after call; `step` says which call comes after one that was tried."""
    figures = FaultFigures()
    worker = disk.start(library, "faults", str(desk))
    assert worker.stdin is not None
    assert worker.stdout is not None
    try:
        for name, kinds, error, lasting in KINDS:
            at = 1
            while True:
                order = {"kinds": kinds, "at": -at if lasting else at, "error": error}
                worker.stdin.write(json.dumps(order) + "\n")
                worker.stdin.flush()
                answer = json.loads(worker.stdout.readline())
                figures.acknowledged += answer["acts"]
                figures.refused += len(answer["errors"])
                figures.said.update(answer["errors"])
                figures.wrong.extend(f"{name} at {at}: {text}" for text in answer["wrong"])
                if not answer["met"]:
                    break
                figures.points[name] = figures.points.get(name, 0) + 1
                at = step(at)
    finally:
        worker.stdin.close()
        worker.wait(30)
        worker.stdout.close()
    return figures


def every(at: int) -> int:
    """Each call: the deep profile."""
    return at + 1


def sparse(at: int) -> int:
    """The first call, the second, the fourth …: the quick profile."""
    return at * 2
