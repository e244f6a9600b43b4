"""The rigs of the disk, each one call that gives its figures; for the suite and for whoever prints them."""

import random
import shutil
from pathlib import Path
from typing import Any

from tests.builders import a_desk
from tests.rigs import disk, faults, power
from tests.rigs.worker import missing


def an_office(folder: Path) -> Path:
    """A desk file that was closed in order, alone in its folder."""
    folder.mkdir()
    office = a_desk(folder)
    office.close()
    (folder / "template.desk").unlink(missing_ok=True)
    return office.path


def recorded_day(folder: Path) -> tuple[list[disk.Op], Path]:
    """What the real program did to the disk on one day, and the folder as it was before."""
    before, work = folder / "before", folder / "work"
    shutil.copytree(an_office(work).parent, before)
    worker = disk.start(disk.built(folder), "record", str(work / "front.desk"), str(folder / "record"))
    worker.communicate(timeout=60)
    assert worker.returncode == 0
    return disk.read_record(folder / "record"), before


def judged(left: Path, told: list[dict[str, Any]]) -> list[str]:
    """What is wrong with what a power loss left."""
    found = left / "front.desk"
    return missing(found, told) if found.exists() else ["there is no desk any more"]


def power_loss(folder: Path, *, deep: bool) -> power.PowerFigures:
    """Lose the power at many moments of a day; `folder` is there and empty."""
    ops, before = recorded_day(folder)
    left = folder / "left"
    left.mkdir()
    return power.run(ops, before, left, judged, every=3 if deep else 110, chance=random.Random(20260302))


def disk_faults(folder: Path, *, deep: bool) -> faults.FaultFigures:
    """Let the disk be full or fail at call after call of a day."""
    desk = an_office(folder / "work")
    return faults.run(desk, disk.built(folder), step=faults.every if deep else faults.sparse)
