"""The power is lost while two desks are synced through a hub in a folder: of one of them, of the hub, or of all.

What is left is laid back in the same place, so that each desk file is at home where it was; then both sync until
nobody has news, and a third takes the desk along.
"""

import random
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop_desk import sharing
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.domain.errors import DeskError
from tests.builders import PASSWORD, texts
from tests.contract.test_sharing import places_of
from tests.fakes import DAY, MONDAY, FixedClock
from tests.rigs import disk, power
from tests.rigs.disk_proofs import an_office
from tests.rigs.hub_worker import LAPTOP, OFFICE, SHARE, desk_on, hub_in, opened, sitting_at, take_along

VISITOR = "visitor"
MACHINES = ("", OFFICE, LAPTOP, SHARE)
"""Which of them loses its power; "" for all at once."""

WAYS = ("nothing", "mixed up", "mixed up")


def hub_power_loss(folder: Path, *, deep: bool) -> power.PowerFigures:
    """Lose the power at many moments of an exchange; `folder` is there and empty."""
    ops, before = recorded_exchange(folder)
    return replayed(ops, before, folder / "work", every=40 if deep else 1400, ways=WAYS if deep else WAYS[:2])


def recorded_exchange(folder: Path) -> tuple[list[disk.Op], Path]:
    """What two desks and their hub wrote to their disks, and the folders as they were before."""
    work = folder / "work"
    work.mkdir()
    with sitting_at(work, OFFICE):
        an_office(work / OFFICE)
    for machine in (LAPTOP, SHARE):
        (work / machine).mkdir()
    before = folder / "before"
    shutil.copytree(work, before)
    worker = disk.start(disk.built(folder), str(work), str(folder / "record"), program="hub_worker.py")
    worker.communicate(timeout=120)
    assert worker.returncode == 0
    return disk.read_record(folder / "record"), before


def replayed(
    ops: list[disk.Op], before: Path, work: Path, *, every: int, machines: tuple[str, ...] = MACHINES,
    ways: tuple[str, ...] = WAYS,
) -> power.PowerFigures:  # fmt: skip
    """Lose the power at each so-manyth moment; `work` is where it was recorded."""
    judge = _Judge()
    lay = _InPlace(work).laid
    return power.run(
        ops,
        before,
        lay,
        judge.wrong,
        every=every,
        chance=random.Random(20260304),
        ways=ways,
        machines=machines,
    )


class _InPlace:
    """Lays what is left where it was recorded; the files of both desks keep their places on the disk."""

    def __init__(self, work: Path) -> None:
        self._work = work
        self._kept = {
            str(desk_on(Path(), machine)): work.parent / f"kept {machine}" for machine in (OFFICE, LAPTOP)
        }
        for name, kept in self._kept.items():
            kept.hardlink_to(work / name)

    @contextmanager
    def laid(self, left: power.Left) -> Generator[Path]:
        shutil.rmtree(self._work)
        power.write(left, self._work)
        for name, kept in self._kept.items():
            if name in left.files:
                (self._work / name).unlink()
                (self._work / name).hardlink_to(kept)
                (self._work / name).write_bytes(left.files[name])
        yield self._work


@dataclass
class _Judge:
    """Opens the desks after a power loss, lets them come together, and says what is wrong."""

    _fronts: list[FrontDoor] = field(default_factory=list[FrontDoor])

    def wrong(self, folder: Path, told: list[dict[str, Any]]) -> list[str]:
        try:
            return self._found(folder, told)
        except (DeskError, ValueError, LookupError, OSError) as error:
            return [f"{type(error).__name__}: {error}"]
        finally:
            while self._fronts:
                self._fronts.pop().close()

    def _found(self, folder: Path, told: list[dict[str, Any]]) -> list[str]:
        clock = FixedClock(MONDAY + DAY)
        made = {line["made"] for line in told if "made" in line}
        if LAPTOP in made and not desk_on(folder, LAPTOP).exists():
            return ["the laptop's desk has gone"]
        if "hub" in made and not (folder / SHARE / "hub" / "about" / "desk.json").exists():
            return ["the hub has gone"]
        office = self._desk(folder, OFFICE, clock)
        wrong = _lost(office, OFFICE, told)
        if "hub" not in made:
            sharing.new_hub(office, hub_in(folder), "Front desk", clock=clock)
        if not desk_on(folder, LAPTOP).exists():
            take_along(folder, LAPTOP, clock)
        laptop = self._desk(folder, LAPTOP, clock)
        wrong += _lost(laptop, LAPTOP, told)
        own = [line["own"] for line in told if "own" in line]
        wrong += ["the laptop took itself for a copy"] if own and laptop.store.log.own != own[0] else []
        return wrong + self._together(folder, office, laptop, told, clock)

    def _desk(self, folder: Path, machine: str, clock: FixedClock) -> Desk:
        self._fronts.append(opened(folder, machine, clock))
        return self._fronts[-1].log_in("ada", PASSWORD)

    def _together(
        self, folder: Path, office: Desk, laptop: Desk, told: list[dict[str, Any]], clock: FixedClock
    ) -> list[str]:
        wrong: list[str] = []
        for desk in (laptop, office, laptop, office):
            wrong += sharing.sync(desk, clock=clock).problems
        (folder / VISITOR).mkdir()
        take_along(folder, VISITOR, clock)
        desks = [office, laptop, self._desk(folder, VISITOR, clock)]
        for desk in desks[:2]:
            wrong += sharing.sync(desk, clock=clock).problems
        checks = [desk.check(rebuild=True) for desk in desks]
        wrong += [problem for check in checks for problem in check.problems]
        wrong += [] if len({check.digest for check in checks}) == 1 else ["the desks differ"]
        for desk in desks:
            wrong += _lost(desk, "", told)
        for text in {line["purged"] for line in told if "purged" in line}:
            wrong += [
                f"purged and at the hub: {name}" for name in places_of(text.encode(), folder / SHARE / "hub")
            ]
        return wrong


def _lost(desk: Desk, machine: str, told: list[dict[str, Any]]) -> list[str]:
    """What was acknowledged on a machine, "" for any, and is not on this desk; what was purged and is."""
    unsure = {line["purging"] for line in told if "purging" in line}
    purged = {line["purged"] for line in told if "purged" in line}
    said: dict[str, set[str]] = {}
    for number in desk.numbers():
        view = desk.ticket(number)
        said[number] = {view.subject, *texts(view)}
    wanted = [line for line in told if machine in {"", line.get("on")} and "ticket" in line]
    lost = [
        f"lost: {line['text']}"
        for line in wanted
        if line["text"] not in unsure and line["text"] not in said.get(line["ticket"], set())
    ]
    # A purge is known where it was done, and wherever it has come by a sync.
    back = [] if machine else [f"came back: {text}" for found in said.values() for text in found & purged]
    return [*lost, *back]
