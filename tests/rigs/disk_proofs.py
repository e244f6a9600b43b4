"""The rigs of the disk, each one call that gives its figures; for the suite and for whoever prints them."""

import random
import shutil
from pathlib import Path
from typing import Any

from desktop_desk.storage import files, meta, migrations
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.store import Store
from tests.builders import a_desk
from tests.fakes import FixedClock
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
    an_office(folder / "work")
    return _recorded(folder, "record")


def _recorded(folder: Path, what: str) -> tuple[list[disk.Op], Path]:
    before, work = folder / "before", folder / "work"
    shutil.copytree(work, before)
    worker = disk.start(disk.built(folder), what, str(work / "front.desk"), str(folder / "record"))
    worker.communicate(timeout=60)
    assert worker.returncode == 0
    return disk.read_record(folder / "record"), before


def migration_power_loss(folder: Path, old: bytes, digest: str, *, deep: bool) -> power.PowerFigures:
    """Lose the power while an older desk is brought up to date: it is the old one afterwards, or the new one."""
    (folder / "work").mkdir()
    (folder / "work" / "front.desk").write_bytes(old)
    ops, before = _recorded(folder, "migrate")
    left = folder / "left"
    left.mkdir()

    def judge(found: Path, _told: list[dict[str, Any]]) -> list[str]:
        store = Store(files.open_database(found / "front.desk"), FixedClock(), RandomIds())
        try:
            was = meta.format_of(store.database)
            tables = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'held'"
            halves = [] if store.database.value(tables) == (was == meta.FORMAT) else ["half of each"]
            migrations.migrate(store)
            _tickets, _facts, now, problems = store.check(rebuild=False, progress=None)
            return [*halves, *problems, *([] if now == digest else ["other facts"])]
        finally:
            store.close_thread()

    every = 1 if deep else 12
    return power.run(ops, before, power.fresh(left), judge, every=every, chance=random.Random(20260303))


def judged(left: Path, told: list[dict[str, Any]]) -> list[str]:
    """What is wrong with what a power loss left."""
    found = left / "front.desk"
    return missing(found, told) if found.exists() else ["there is no desk any more"]


def power_loss(folder: Path, *, deep: bool) -> power.PowerFigures:
    """Lose the power at many moments of a day; `folder` is there and empty."""
    ops, before = recorded_day(folder)
    left = folder / "left"
    left.mkdir()
    return power.run(
        ops, before, power.fresh(left), judged, every=3 if deep else 110, chance=random.Random(20260302)
    )


def disk_faults(folder: Path, *, deep: bool) -> faults.FaultFigures:
    """Let the disk be full or fail at call after call of a day."""
    desk = an_office(folder / "work")
    return faults.run(desk, disk.built(folder), step=faults.every if deep else faults.sparse)
