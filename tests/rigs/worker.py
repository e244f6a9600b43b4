"""A day's work on a desk, done by the real program with the disk of disk.c under it.

`worker.py record DESK RECORD` works once and records; `worker.py migrate DESK RECORD` brings an older desk up to date
and records that. `worker.py faults DESK` reads lines of JSON
{"kinds", "at", "error"} and answers each with what came of the same day on a copy of the desk while that call fails.
"""

import ctypes
import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop_desk import bootstrap
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.views import CallDraft
from desktop_desk.domain.errors import DeskError, StorageUnavailable
from desktop_desk.storage import backups, files, migrations
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.store import Store
from tests.builders import PASSWORD, opened
from tests.fakes import FixedClock

TURNS = 4
SMALL_LOG = "PRAGMA wal_autocheckpoint = 24"
"""So that the short day also brings the moments when SQLite carries its log over into the file."""


class Disk:
    """What the preloaded library offers to the rig."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(None)
        self._library.disk_calls.restype = ctypes.c_long

    def watch(self, folder: Path, record: Path | None = None) -> None:
        self._library.disk_watch(str(folder).encode(), str(record or "").encode())

    def note(self, **what: object) -> None:
        self._library.disk_note(json.dumps(what).encode())

    def fail(self, kinds: int, at: int, error: int) -> None:
        self._library.disk_fail(kinds, ctypes.c_long(at), error)

    def calls(self) -> int:
        return int(self._library.disk_calls())


def day(path: Path, acknowledged: Callable[..., None], refused: Callable[[Exception], None]) -> None:
    """Open the desk, log calls and work on them, back the desk up, close; each act tells when it is acknowledged."""
    front: FrontDoor | None = None

    def attempt(act: Callable[[], None]) -> None:
        try:
            act()
        except (Exception, ExceptionGroup) as error:  # noqa: BLE001  the rig judges them
            refused(error)

    def come() -> None:
        nonlocal front
        front = opened(path, FixedClock())

    attempt(come)
    if front is None:
        return
    door: FrontDoor = front
    for turn in range(TURNS):
        attempt(lambda turn=turn: work(door, turn, acknowledged))
    attempt(lambda: save(door, path, acknowledged))
    attempt(door.close)


def work(front: FrontDoor, turn: int, acknowledged: Callable[..., None]) -> None:
    """One ticket from its call to its end."""
    desk = front.log_in("john", PASSWORD)
    store_of(desk).database.run(SMALL_LOG)
    subject = f"Call {turn}"
    number = (
        desk.log_call(CallDraft(subject, details=f"details {turn} " + "long and wide " * 80)).number or ""
    )
    acknowledged(ticket=number, text=subject)
    desk.assign(number, "System Administrators", message=f"handed on {turn}")
    acknowledged(ticket=number, text=f"handed on {turn}")
    desk.reply(number, f"reply {turn}", resolve=turn % 2 == 0)
    acknowledged(ticket=number, text=f"reply {turn}")


def save(front: FrontDoor, path: Path, acknowledged: Callable[..., None]) -> None:
    """A backup beside the desk."""
    store = store_of(front.log_in("john", PASSWORD))
    made = backups.back_up(store, path.parent, FixedClock()())
    if made is not None:
        acknowledged(backup=made.path.name, facts=made.facts)


def store_of(desk: Desk) -> Store:
    store = desk.store
    assert isinstance(store, Store)
    return store


def said_on(path: Path) -> tuple[set[tuple[str, str]], tuple[str, ...]]:
    """Every (number, text) on a desk, and what a check of it finds."""
    front = opened(path, FixedClock())
    try:
        desk = front.log_in("ada", PASSWORD)
        said: set[tuple[str, str]] = set()
        for row in desk.queue("all", count=1000).rows:
            said.add((row.number, row.subject))
            said |= {(row.number, entry.text) for entry in desk.ticket(row.number).thread}
        return said, desk.check().problems
    finally:
        front.close()


def missing(desk: Path, told: list[dict[str, Any]]) -> list[str]:
    """What of the acknowledged acts is not on the desk, and what a check finds."""
    try:
        said, problems = said_on(desk)
    except DeskError as error:
        return [error.reason]
    except (ValueError, LookupError) as error:
        return [f"cannot be read: {error!r}"]
    lost = [f"lost: {act}" for act in told if "ticket" in act and (act["ticket"], act["text"]) not in said]
    lost += [
        f"lost: {act}" for act in told if "backup" in act and not is_whole(desk.with_name(act["backup"]), act)
    ]
    return [*lost, *problems, *(f"refused: {act}" for act in told if "refused" in act)]


def record(desk: Path, into: Path) -> None:
    disk = Disk()
    disk.watch(desk.parent, into)
    day(desk, disk.note, lambda error: disk.note(refused=repr(error)))


def migrate(desk: Path, into: Path) -> None:
    disk = Disk()
    disk.watch(desk.parent, into)
    store = Store(files.open_database(desk), FixedClock(), RandomIds())
    migrations.migrate(store)
    store.close_thread()


def day_with_fault(desk: Path, order: dict[str, int]) -> dict[str, Any]:
    """What came of a day in which a call failed, and of the desk afterwards, when the disk is well again."""
    disk = Disk()
    acts: list[dict[str, Any]] = []
    errors: list[str] = []
    bugs: list[str] = []

    def refused(error: Exception) -> None:
        if isinstance(error, StorageUnavailable):
            errors.append(f"{error.kind}: {error.reason}")
        else:
            bugs.append("".join(traceback.format_exception(error)))

    disk.watch(desk.parent)
    disk.fail(order["kinds"], order["at"], order["error"])
    day(desk, lambda **what: acts.append(what), refused)
    met = disk.calls() >= abs(order["at"])
    disk.fail(0, 0, 0)
    wrong = missing(desk, acts)
    try:
        front = opened(desk, FixedClock())
        work(front, 99, lambda **_what: None)
        front.close()
    except DeskError as error:
        wrong.append(f"afterwards: {error.reason}")
    return {
        "met": met, "acts": len(acts), "errors": errors, "wrong": bugs + wrong,
    }  # fmt: skip


def is_whole(backup: Path, act: dict[str, Any]) -> bool:
    try:
        return bootstrap.restore_desk(backup, backup.with_suffix(".again")) == act["facts"]
    except DeskError:
        return False


def faults(desk: Path) -> None:
    """Answer orders, each in a process of its own that begins from the same desk."""
    said_on(desk)  # everything is imported once
    for number, line in enumerate(sys.stdin):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            folder = desk.parent / f"d{number}"
            folder.mkdir()
            copy = folder / "front.desk"
            shutil.copyfile(desk, copy)
            try:
                answer = day_with_fault(copy, json.loads(line))
            except BaseException:  # noqa: BLE001  told to the test
                answer = {"met": True, "acts": 0, "errors": [], "wrong": [traceback.format_exc()]}
            os.write(writing, json.dumps(answer).encode())
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            answer = pipe.read()
        os.waitpid(child, 0)
        sys.stdout.write(answer.decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "record":
        record(Path(sys.argv[2]), Path(sys.argv[3]))
    elif sys.argv[1] == "migrate":
        migrate(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        faults(Path(sys.argv[2]))
