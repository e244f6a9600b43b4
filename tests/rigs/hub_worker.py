"""Two computers that share a desk through a hub in a folder, played by one program with the disk of disk.c under it.

`hub_worker.py FOLDER RECORD`: FOLDER holds the folders `office` (with front.desk in it), `laptop` and `share`, each on
a disk of its own that can lose its power alone. The office makes a hub, the laptop takes the desk along, both write and
sync; enough of it that segments are joined, a new snapshot is laid, a file travels and something is purged.
"""

import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from desktop_desk import bootstrap, sharing
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.views import Attachment, CallDraft
from tests.builders import PASSWORD
from tests.fakes import FixedClock, PlainPasswords
from tests.rigs.worker import SMALL_LOG, Disk, store_of

OFFICE, LAPTOP, SHARE = "office", "laptop", "share"
ROUNDS = 9
"""Segments are joined eight at a time."""

FILE = b"the floor plan " * 400

Told = Callable[..., None]


def desk_on(folder: Path, machine: str) -> Path:
    return folder / machine / "front.desk"


def hub_in(folder: Path) -> str:
    return f"folder:{folder / SHARE / 'hub'}"


@contextmanager
def sitting_at(folder: Path, machine: str) -> Generator[None]:
    """What a machine remembers of its desks is on its own disk."""
    before = os.environ.get("DESKTOP_DESK_HOME")
    os.environ["DESKTOP_DESK_HOME"] = str(folder / machine / "home")
    try:
        yield
    finally:
        if before is not None:
            os.environ["DESKTOP_DESK_HOME"] = before


def opened(folder: Path, machine: str, clock: FixedClock) -> FrontDoor:
    with sitting_at(folder, machine):
        return bootstrap.open_desk(desk_on(folder, machine), clock=clock, passwords=PlainPasswords())


def take_along(folder: Path, machine: str, clock: FixedClock) -> None:
    with sitting_at(folder, machine):
        sharing.new_replica(
            hub_in(folder), desk_on(folder, machine), machine, "ada", PASSWORD, clock=clock,
            passwords=PlainPasswords(),
        )  # fmt: skip


def days(folder: Path, told: Told) -> None:
    """All that the two do; each act tells when it is acknowledged, and where."""
    clock = FixedClock()
    office = opened(folder, OFFICE, clock)
    ada = _with_a_small_log(office.log_in("ada", PASSWORD))
    _call(ada, OFFICE, "before the copy", told)
    sharing.new_hub(ada, hub_in(folder), "Front desk", clock=clock)
    told(made="hub")
    take_along(folder, LAPTOP, clock)
    told(made=LAPTOP)
    laptop = opened(folder, LAPTOP, clock)
    jane = _with_a_small_log(laptop.log_in("ada", PASSWORD))
    told(own=jane.store.log.own)
    for turn in range(ROUNDS):
        clock.passes(minutes=5)
        number = _call(jane, LAPTOP, f"on the road {turn}", told)
        sharing.sync(jane, clock=clock)
        told(synced=LAPTOP)
        _call(ada, OFFICE, f"at the office {turn}", told)
        if turn == 2:
            files = (Attachment(FILE, "plan.txt"),)
            ada.note(ada.numbers()[0], "the plan is attached", attachments=files)
            told(on=OFFICE, ticket=ada.numbers()[0], text="the plan is attached")
        sharing.sync(ada, clock=clock)
        told(synced=OFFICE)
        if turn in {4, 6}:
            _purge(ada if turn == 6 else jane, number, f"secret on the road {turn}", told)
    for desk in (jane, ada):
        sharing.sync(desk, clock=clock)
    laptop.close()
    office.close()


def _with_a_small_log(desk: Desk) -> Desk:
    store_of(desk).database.run(SMALL_LOG)
    return desk


def _call(desk: Desk, machine: str, subject: str, told: Told) -> str:
    number = desk.log_call(CallDraft(subject, details="long and wide " * 40)).number or ""
    told(on=machine, ticket=number, text=subject)
    desk.note(number, f"secret {subject}")
    told(on=machine, ticket=number, text=f"secret {subject}")
    return number


def _purge(desk: Desk, number: str, text: str, told: Told) -> None:
    (entry,) = [entry for entry in desk.ticket(number).thread if entry.text == text]
    told(purging=text)
    desk.purge_entry(number, entry.uid)
    told(purged=text)


def main(folder: Path, record: Path) -> None:
    disk = Disk()

    def told(**what: Any) -> None:
        disk.note(**what)

    disk.watch(folder, record)
    days(folder, told)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
