"""The composition root: chooses the adapters of a desk and puts them together."""

import time
from pathlib import Path

from desktop_desk.desk.agents import Passwords
from desktop_desk.desk.founding import found_desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.ports import Clock, NewId
from desktop_desk.storage.files import make_database, open_database, restore_desk
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.passwords import Argon2Passwords
from desktop_desk.storage.store import Store

__all__ = ["create_desk", "open_desk", "restore_desk"]


def now_ms() -> int:
    """The time, ms since the epoch."""
    return time.time_ns() // 1_000_000


def open_desk(
    path: Path | str,
    *,
    clock: Clock = now_ms,
    new_id: NewId | None = None,
    passwords: Passwords | None = None,
) -> FrontDoor:
    """Open a desk file; StorageUnavailable says why it cannot be used."""
    ids = new_id or RandomIds()
    store = Store(open_database(Path(path)), clock, ids)
    return FrontDoor(store, clock, ids, passwords or Argon2Passwords())


def create_desk(
    path: Path | str, *, name: str, admin_login: str, admin_name: str, admin_password: str, country: str = "",
    region: str = "", zone: str = "UTC", demo: bool = False, clock: Clock = now_ms, new_id: NewId | None = None,
    passwords: Passwords | None = None,
) -> FrontDoor:  # fmt: skip
    """Make a desk with its first administrator; Invalid when the file exists or something cannot be taken."""
    ids = new_id or RandomIds()
    hasher = passwords or Argon2Passwords()
    database = make_database(Path(path), ids)
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
    return FrontDoor(store, clock, ids, hasher)
