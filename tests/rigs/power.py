"""Power loss: what the real program wrote is replayed up to a moment; what was not synced by then is lost or mixed up.

The disk is taken at its worst that is still honest: of every 512 bytes that were written and not synced, any state
since the last sync may be there, each on its own; a file may lack the end of its length; names of files may lack the
last changes. What was synced is there.
"""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.rigs.disk import Op

SECTOR = 512


@dataclass
class PowerFigures:
    """What was tried and what was found."""

    writes: int = 0
    syncs: int = 0
    moments: int = 0
    states: int = 0
    acknowledged: int = 0
    wrong: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        return (
            f"{self.states} states of the disk at {self.moments} moments of a day with {self.writes} writes and "
            f"{self.syncs} syncs; {self.acknowledged} acknowledged acts looked for, lost or damaged: {len(self.wrong)}"
        )


@dataclass
class _File:
    """A file's bytes as they are synced, and what was done since."""

    synced: bytearray
    since: list[Op] = field(default_factory=list[Op])


@dataclass
class Disk:
    """What is on the disk for sure, and what may be."""

    files: dict[int, _File] = field(default_factory=dict[int, _File])
    names: dict[str, int] = field(default_factory=dict[str, int])
    """As the program sees them."""
    changes: list[dict[str, int]] = field(default_factory=lambda: [{}])
    """The names after each change since the folder was synced; the first is what is there for sure."""

    def do(self, op: Op, before: Path) -> None:
        """Take in what the program did; `before` is the folder as it was when the record began."""
        match op.kind:
            case "E":
                self.files[op.file] = _File(bytearray((before / op.text).read_bytes()))
                self.names[op.text] = op.file
                self.changes = [dict(self.names) for _state in self.changes]
            case "C":
                self.files[op.file] = _File(bytearray())
                self._name(self.names | {op.text: op.file})
            case "U":
                self._name({name: file for name, file in self.names.items() if name != op.text})
            case "R":
                old, new = op.text.split("\0")
                if old in self.names:
                    others = {name: file for name, file in self.names.items() if name != old}
                    self._name(others | {new: self.names[old]})
            case "D":
                self.changes = [dict(self.names)]
            case "S":
                held = self.files[op.file]
                held.synced = content(held, lambda _sector: len(held.since))
                held.since = []
            case "W" | "T":
                self.files[op.file].since.append(op)
            case _:
                pass

    def _name(self, names: dict[str, int]) -> None:
        self.names = names
        self.changes.append(dict(names))

    def crash(self, how: str, chance: random.Random) -> dict[str, bytes]:
        """The files that are found when the power is back."""
        many = len(self.changes)
        names = self.changes[{"nothing": 0, "all": many - 1}.get(how, chance.randrange(many))]
        return {
            name: bytes(content(self.files[file], _fate(self.files[file], how, chance)))
            for name, file in names.items()
        }


def _fate(held: _File, how: str, chance: random.Random) -> Callable[[int], int]:
    """For each sector (-1: the length): how many of the operations since the sync have reached the disk."""
    many = len(held.since)
    if how in {"nothing", "all"}:
        return lambda _sector: 0 if how == "nothing" else many
    if how == "in order, not all":
        # As from a queue that is emptied in order.
        cut = chance.randrange(many + 1)
        return lambda _sector: cut
    fates: dict[int, int] = {}
    return lambda sector: fates.setdefault(sector, chance.randrange(many + 1))


def content(held: _File, fate: Callable[[int], int]) -> bytearray:
    """The bytes of a file when each sector has seen so many of the operations."""
    found = bytearray(held.synced)
    length_seen = fate(-1)
    for number, op in enumerate(held.since):
        if op.kind == "T":
            if number < length_seen:
                found = found[: op.at] + bytes(max(0, op.at - len(found)))
            continue
        place = 0
        while place < len(op.data):
            at = op.at + place
            size = min(SECTOR - at % SECTOR, len(op.data) - place)
            if number < fate(at // SECTOR):
                if len(found) < at + size:
                    found.extend(bytes(at + size - len(found)))
                found[at : at + size] = op.data[place : place + size]
            place += size
    return found


HOW = ("nothing", "all", "in order, not all", "mixed up", "mixed up", "mixed up")
"""What of the unsynced is there after the power loss."""


def moments(ops: Sequence[Op], every: int) -> Iterator[int]:
    """The places of the record at which the power is lost: each so-manyth change of the disk, and the end."""
    changes = [number for number, op in enumerate(ops) if op.kind in "WTSCURD"]
    yield from changes[::every]
    yield len(ops) - 1


def run(
    ops: Sequence[Op], before: Path, into: Path, judge: Callable[[Path, list[dict[str, Any]]], list[str]], *,
    every: int, chance: random.Random, ways: Sequence[str] = HOW,
) -> PowerFigures:  # fmt: skip
    """Lose the power at many moments in several ways; `judge` opens what is left and says what is wrong with it.

    Args:
        before: the folder as it was when the record began.
        into: an empty folder for what is left.
    """
    figures = PowerFigures(writes=sum(op.kind == "W" for op in ops), syncs=sum(op.kind in "SD" for op in ops))
    wanted = set(moments(ops, every))
    disk = Disk()
    told: list[dict[str, Any]] = []
    for number, op in enumerate(ops):
        if op.kind == "N":
            told.append(json.loads(op.text))
        disk.do(op, before)
        if number not in wanted:
            continue
        figures.moments += 1
        for way in ways:
            left = disk.crash(way, chance)
            folder = into / f"{number}-{figures.states}"
            folder.mkdir()
            for name, found in left.items():
                (folder / name).write_bytes(found)
            figures.states += 1
            figures.acknowledged += len(told)
            figures.wrong.extend(f"at {number} ({way}): {problem}" for problem in judge(folder, told))
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()
    return figures
