"""The composition root: chooses the adapters of a desk and puts them together."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from desktop_desk import upkeep
from desktop_desk.desk.agents import Passwords
from desktop_desk.desk.founding import found_desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.ports import Clock, NewId, Progress
from desktop_desk.storage import files
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.passwords import Argon2Passwords
from desktop_desk.storage.presence import presence_on
from desktop_desk.storage.store import Store

__all__ = ["create_demo", "create_desk", "generate", "open_desk", "restore_desk"]


def now_ms() -> int:
    """The time, ms since the epoch."""
    return time.time_ns() // 1_000_000


def open_desk(
    path: Path | str,
    *,
    clock: Clock = now_ms,
    new_id: NewId | None = None,
    passwords: Passwords | None = None,
    overhear: Callable[[str], None] | None = None,
    told: Callable[[str], None] | None = None,
    progress: Progress | None = None,
    on_network: bool = False,
) -> FrontDoor:
    """Open a desk file; StorageUnavailable says why it cannot be used.

    Args:
        overhear: told every SQL statement.
        told: gets a sentence for people when the desk was of an older format and was brought up to date.
        progress: of bringing it up to date.
        on_network: open it also in a network folder, where locks are seen to hold; a cloud folder is never one.
    """
    ids = new_id or RandomIds()
    database = files.open_database(Path(path), overhear, on_network=on_network)
    store = Store(database, clock, ids)
    try:
        upkeep.bring_up_to_date(store, Path(path), clock, told, progress)
    except BaseException:
        database.close_thread()
        raise
    return FrontDoor(store, clock, ids, passwords or Argon2Passwords(), presence=presence_on(database))


def restore_desk(backup: Path, target: Path, *, new_id: NewId | None = None) -> int:
    """Make a new desk file from a backup, a replica of its own; gives its number of facts."""
    return upkeep.restore(backup, target, now_ms, new_id or RandomIds())


def create_desk(
    path: Path | str, *, name: str, admin_login: str, admin_name: str, admin_password: str, country: str = "",
    region: str = "", zone: str = "UTC", demo: bool = False, clock: Clock = now_ms, new_id: NewId | None = None,
    passwords: Passwords | None = None, on_network: bool = False,
) -> FrontDoor:  # fmt: skip
    """Make a desk with its first administrator; Invalid when the file exists or something cannot be taken."""
    ids = new_id or RandomIds()
    hasher = passwords or Argon2Passwords()
    database = files.make_database(Path(path), ids, on_network=on_network)
    store = Store(database, clock, ids)
    try:
        found_desk(
            store, clock, ids, hasher, name=name, admin_login=admin_login, admin_name=admin_name,
            admin_password=admin_password, country=country, region=region, zone=zone, demo=demo,
        )  # fmt: skip
    except BaseException:
        database.close_thread()
        for leftover in (Path(path), Path(f"{path}-wal"), Path(f"{path}-shm")):
            leftover.unlink(missing_ok=True)
        raise
    return FrontDoor(store, clock, ids, hasher, presence=presence_on(database))


def create_demo(path: Path | str, *, zone: str = "", clock: Clock = now_ms) -> None:
    """Make the demo desk, ready to be played: agents john, jane, admin and others, each with the password demo."""
    from desktop_desk.exchange import demo

    now = clock()
    story = demo.StoryClock(demo.beginning(now))
    ids = RandomIds()
    with _whole(path):
        front = create_desk(
            path, name=demo.NAME, admin_login=demo.ADMIN, admin_name=demo.ADMIN_NAME, admin_password=demo.PASSWORD,
            country=demo.COUNTRY, region=demo.REGION, zone=zone or demo.ZONE, demo=True, clock=story, new_id=ids,
            passwords=demo.DemoPasswords(),
        )  # fmt: skip
        try:
            demo.play(front.log_in(demo.ADMIN, demo.PASSWORD).store, story, ids, now)
        finally:
            front.close()


def generate(path: Path | str, *, tickets: int, seed: int = 1, progress: Progress | None = None) -> None:
    """Make a desk with so many invented tickets; the same seed makes the same desk, with the same digest."""
    from desktop_desk.exchange import demo
    from desktop_desk.exchange import generate as generator

    ids = generator.SeededIds(seed)
    with _whole(path):
        front = create_desk(
            path, name=generator.NAME, admin_login=demo.ADMIN, admin_name=demo.ADMIN_NAME,
            admin_password=demo.PASSWORD, country=demo.COUNTRY, region=demo.REGION, zone=demo.ZONE, demo=True,
            clock=lambda: generator.UNTIL, new_id=ids, passwords=demo.DemoPasswords(),
        )  # fmt: skip
        try:
            desk = front.log_in(demo.ADMIN, demo.PASSWORD)
            generator.fill(desk.store, ids, desk.actor.uid, tickets, seed, progress)
        finally:
            front.close()


@contextmanager
def _whole(path: Path | str) -> Generator[None]:
    """Take away what was made of a desk that could not be made whole; a desk that was there before stays."""
    if Path(path).exists():
        yield
        return
    try:
        yield
    except BaseException:
        for leftover in (Path(path), Path(f"{path}-wal"), Path(f"{path}-shm")):
            leftover.unlink(missing_ok=True)
        raise
