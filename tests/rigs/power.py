"""Power loss: what the real program wrote is replayed up to a moment; what was not synced by then is lost or mixed up.

The disk is taken at its worst that is still honest: of every 512 bytes that were written and not synced, any state
since the last sync may be there, each on its own; a file may lack the end of its length; each folder may lack the last
changes of its names, and with the name of a folder all that is in it. What was synced is there.
"""

import json
import random
import shutil
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from tests.rigs.disk import Op

SECTOR = 512
UNOPENED = 1 << 30
"""Files that were there before have numbers from here on, until they are opened."""


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


TOP = -1
"""The number of the watched folder itself; folders are numbered downwards from it, files upwards from 0."""

Entries = dict[str, int]
"""What stands in a folder: names, and the numbers of files and folders."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is found when the power is back, by paths from the watched folder on."""

    folders: list[str]
    files: dict[str, bytes]


class Disk:
    """What is on the disk for sure, and what may be.

    Attributes:
        names: for each folder what stood in it after each change since it was synced; the first is there for sure,
            the last is what programs see.
    """

    def __init__(self, before: Path) -> None:
        """Begin with a folder as it was when the record began."""
        self.files: dict[int, _File] = {}
        self.names: dict[int, list[Entries]] = {TOP: [{}]}
        self._next = UNOPENED
        self._take_in(before, TOP)

    def _take_in(self, folder: Path, number: int) -> None:
        entries = self.names[number][0]
        for path in sorted(folder.iterdir()):
            if path.is_dir():
                entries[path.name] = self._new_folder()
                self._take_in(path, entries[path.name])
            else:
                entries[path.name] = self._next
                self.files[self._next] = _File(bytearray(path.read_bytes()))
                self._next += 1

    def _new_folder(self) -> int:
        number = min(self.names) - 1
        self.names[number] = [{}]
        return number

    def _place(self, path: str) -> tuple[int, str]:
        """The folder that a path ends in, and the last name."""
        *way, name = path.split("/")
        folder = TOP
        for part in way:
            folder = self.names[folder][-1][part]
        return folder, name

    def _name(self, path: str, number: int | None) -> None:
        """A name is given, or taken away."""
        folder, name = self._place(path)
        seen = {key: value for key, value in self.names[folder][-1].items() if key != name}
        self.names[folder].append(seen if number is None else seen | {name: number})

    def do(self, op: Op) -> None:
        """Take in what the program did."""
        match op.kind:
            case "E":
                self._know(op.text, op.file)
            case "C":
                self.files[op.file] = _File(bytearray())
                self._name(op.text, op.file)
            case "M":
                self._name(op.text, self._new_folder())
            case "U":
                self._name(op.text, None)
            case "R":
                self._rename(*op.text.split("\0"))
            case "D":
                folder, name = self._place(op.text) if op.text else (TOP, "")
                synced = self.names[folder][-1][name] if name else TOP
                self.names[synced] = [self.names[synced][-1]]
            case "S":
                held = self.files[op.file]
                held.synced = content(held, lambda _sector: len(held.since))
                held.since = []
            case "W" | "T":
                self.files[op.file].since.append(op)
            case _:
                pass

    def _know(self, path: str, number: int) -> None:
        """A file that was there before is opened: from now on it is told by this number."""
        folder, name = self._place(path)
        old = self.names[folder][-1][name]
        self.files[number] = self.files.pop(old)
        for states in self.names.values():
            for entries in states:
                entries.update({key: number for key, value in entries.items() if value == old})

    def _rename(self, old: str, new: str) -> None:
        folder, name = self._place(old)
        into, target = self._place(new)
        number = self.names[folder][-1][name]
        if folder != into:
            self._name(old, None)
            self._name(new, number)
            return
        others = {key: value for key, value in self.names[folder][-1].items() if key not in {name, target}}
        self.names[folder].append(others | {target: number})

    def crash(self, how: str, chance: random.Random, machine: str = "") -> Left:
        """What is found when the power is back; a machine is the folder of that name, and loses it alone."""
        left = Left([], {})
        self._found(TOP, "", how, chance, machine, left)
        return left

    def _found(
        self, folder: int, path: str, how: str, chance: random.Random, machine: str, left: Left
    ) -> None:
        way = how if path.startswith(machine) else "all"
        states = self.names[folder]
        at = {"nothing": 0, "all": len(states) - 1}.get(way, chance.randrange(len(states)))
        for name, number in states[at].items():
            below = f"{path}{name}"
            if number < 0:
                left.folders.append(below)
                self._found(number, f"{below}/", how, chance, machine, left)
            else:
                held = self.files[number]
                left.files[below] = bytes(content(held, _fate(held, way, chance)))


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
    changes = [number for number, op in enumerate(ops) if op.kind in "WTSCUMRD"]
    yield from changes[::every]
    yield len(ops) - 1


Told = list[dict[str, Any]]
Judge = Callable[[Path, Told], list[str]]
Lay = Callable[[Left], AbstractContextManager[Path]]


def fresh(into: Path) -> Lay:
    """Lay what is left into a new folder each time, and take it away again."""
    count = iter(range(1 << 30))

    @contextmanager
    def laid(left: Left) -> Generator[Path]:
        folder = into / str(next(count))
        write(left, folder)
        yield folder
        shutil.rmtree(folder)

    return laid


def write(left: Left, folder: Path) -> None:
    """Write what is left into a folder that is not there yet."""
    folder.mkdir()
    for name in left.folders:
        (folder / name).mkdir()
    for name, found in left.files.items():
        (folder / name).write_bytes(found)


def run(
    ops: Sequence[Op], before: Path, lay: Lay, judge: Judge, *, every: int, chance: random.Random,
    ways: Sequence[str] = HOW, machines: Sequence[str] = ("",),
) -> PowerFigures:  # fmt: skip
    """Lose the power at many moments in several ways; `judge` opens what is left and says what is wrong with it.

    Args:
        before: the folder as it was when the record began.
        lay: puts what is left where it is judged.
        machines: folders in it that lose the power alone, each in every way; "" is all of them together.
    """
    figures = PowerFigures(writes=sum(op.kind == "W" for op in ops), syncs=sum(op.kind in "SD" for op in ops))
    wanted = set(moments(ops, every))
    disk = Disk(before)
    told: Told = []
    for number, op in enumerate(ops):
        if op.kind == "N":
            told.append(json.loads(op.text))
        disk.do(op)
        if number not in wanted:
            continue
        figures.moments += 1
        for machine, way in product(machines, ways):
            figures.states += 1
            figures.acknowledged += len(told)
            with lay(disk.crash(way, chance, machine)) as folder:
                found = judge(folder, told)
            figures.wrong.extend(f"at {number} ({machine or 'all'}, {way}): {problem}" for problem in found)
    return figures
