"""Backups of a desk: made by themselves or by hand, looked into, restored as a new desk, in a file or on a server.

They are in a folder of this user's on this machine; a preference names another one.
"""

import platform
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from desktop_desk import config
from desktop_desk.desk import ports
from desktop_desk.desk.ports import Clock, NewId, Progress
from desktop_desk.storage import backups, files, mending, meta, migrations
from desktop_desk.storage.backups import Backup
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.network import refuse_network
from desktop_desk.storage.sqlite import SqliteDatabase
from desktop_desk.storage.store import Store

AT_END = 20_000
"""More facts than this are not fetched from a server while somebody wants to go home."""


def file_of(address: str | Path) -> Path | None:
    """The file behind an address; None for a desk on a server."""
    return None if "://" in str(address) else Path(address)


def folder_for(desk: str | Path) -> Path:
    """Where the backups of a desk are on this machine."""
    places = config.places()
    chosen = config.read_preferences(places.preferences).backups
    where = Path(chosen).expanduser() if chosen else places.state / "backups"
    file = file_of(desk)
    return _keeping().folder_of(where, str(desk)) if file is None else backups.folder_of(where, file)


def _keeping() -> ModuleType:
    """What only desks on a server need."""
    from desktop_desk.storage import server_keeping

    return server_keeping


def is_large(desk: Path) -> bool:
    """Whether a desk file is read through only in the background."""
    return desk.stat().st_size > mending.AT_ONCE


def backups_of(address: str | Path) -> list[Backup]:
    """The backups that were made by themselves of a desk on this computer, newest first."""
    return backups.list_backups(folder_for(address))


def newest_elsewhere(store: ports.Store, address: str | Path) -> tuple[int, str] | None:
    """When and on which computer the newest backup of a desk on a server was made, where it is not on this one."""
    if file_of(address) is not None or not isinstance(store, Store):
        return None
    newest = _keeping().newest_of_office(store)
    here = backups_of(address)
    if newest is None or newest.machine == machine_name() or (here and here[0].mark == newest.mark):
        return None
    return newest.at, newest.machine


def back_up(
    store: ports.Store, address: str | Path, clock: Clock, *, by_hand: bool = False,
    go_on: Callable[[], bool] = lambda: True,
) -> Backup | None:  # fmt: skip
    """Back a desk up if anything changed since the newest backup; None when there was nothing to do.

    Of a desk on a server one program of the office makes one every few hours.

    Args:
        by_hand: somebody wants one now, whoever has made one.
        go_on: asked in between where the desk is on a server; False breaks it off.
    """
    if store.look or not isinstance(store, Store):
        return None
    folder = folder_for(address)
    if file_of(address) is not None:
        return backups.back_up(store, folder, clock())
    hours = 0 if by_hand else _hours()
    made: Backup | None = _keeping().back_up_in_turn(
        store, folder, clock(), machine_name(), hours=hours, go_on=go_on
    )
    return made


def back_up_at_end(store: ports.Store, address: str | Path, clock: Clock) -> Backup | None:
    """The same when the last window was closed: a large desk is left to the next hours if it has a backup of today."""
    desk = file_of(address)
    day_ago = clock() - 24 * 3_600_000
    there = backups_of(address)
    if desk is None:
        if sum(store.log.vector().values()) > AT_END + (there[0].facts if there else 0):
            return None
    elif is_large(desk) and any(made.at > day_ago for made in there):
        return None
    return back_up(store, address, clock)


def _hours() -> int:
    return config.read_preferences(config.places().preferences).backup_hours


def machine_name() -> str:
    """What this computer is called, for the colleagues."""
    return platform.node() or "?"


def look_inside(store: ports.Store, backup: Backup, clock: Clock) -> Path:
    """A copy of an open desk's backup to look at, in a folder of this user's; `leave` takes it away again."""
    folder = _looks()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = datetime.fromtimestamp(backup.at / 1000).astimezone()
    stem = backup.path.name.split(f" {datetime.fromtimestamp(backup.at / 1000, UTC):%Y-%m-%d}")[0]
    target = folder / f"{stem} as of {made:%Y-%m-%d %H.%M.%S}.desk"
    files.remove(target)
    look_at(backup.path, target, clock, key=_key_of(store))
    return target


def restore_as(store: ports.Store, backup: Backup, target: Path, clock: Clock) -> Path:
    """Make a new desk of an open desk's backup; gives its path."""
    restore(backup.path, target, clock, key=_key_of(store))
    return target


def leave(address: str | Path) -> None:
    """Take away a copy that was made to look at, once it is closed; every other desk stays."""
    desk = file_of(address)
    if desk is not None and desk.parent == _looks():
        files.remove(desk)


def _looks() -> Path:
    return config.places().state / "looks"


def _key_of(store: ports.Store) -> bytes | None:
    database = store.database if isinstance(store, Store) else None
    return database.key if isinstance(database, SqliteDatabase) else None


def restore(
    backup: Path, target: Path, clock: Clock, new_id: NewId | None = None, *, key: bytes | None = None
) -> int:
    """Make a new desk of a backup, a replica of its own; the backup stays as it is. Gives its number of facts.

    `key` opens an encrypted backup (encryption.key_of).
    """
    ids = new_id or RandomIds()
    return files.restore_desk(backup, target, ids, migrations.of_file(clock, ids), key=key)


def restore_to_server(
    backup: Path, address: str, clock: Clock, *, key: bytes | None = None, progress: Progress | None = None
) -> int:
    """Make a desk in an empty database of a backup, a replica of its own; gives its number of facts.

    Raises:
        Invalid: the database has a desk, or tables of other programs; it is as it was.
    """
    from desktop_desk.storage.server_backups import copy_to_server
    from desktop_desk.storage.servers import make_on_server, remove_from_server

    ids = RandomIds()
    # Older backups are brought up to date first: in a copy, which is encrypted like the backup.
    copy = _looks() / f"{backup.stem} {ids.entity()}.desk"
    copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = make_on_server(address, ids)
    try:
        look_at(backup, copy, clock, ids, key=key)
        source = files.open_database(copy, key=key)
        try:
            return copy_to_server(Store(source, clock, ids), Store(database, clock, ids), ids, progress)
        finally:
            source.close_thread()
    except BaseException:
        database.close_thread()
        remove_from_server(address)
        raise
    finally:
        database.close_thread()
        files.remove(copy)


def take_away(address: str | Path) -> None:
    """Take away a desk that was just made, and that whoever made it may not work with."""
    desk = file_of(address)
    if desk is not None:
        files.remove(desk)
        return
    from desktop_desk.storage.servers import remove_from_server

    remove_from_server(str(address))


def look_at(
    backup: Path, target: Path, clock: Clock, new_id: NewId | None = None, *, key: bytes | None = None
) -> int:
    """Make a copy of a backup in which nothing can be written; gives its number of facts."""
    refuse_network(target)
    source = files.read_only(backup, key)
    try:
        facts = files.copy_desk(source, target)
    finally:
        source.close_thread()
    copy = files.open_database(target, key=key)
    try:
        copy.look = 0
        migrations.of_file(clock, new_id or RandomIds())(copy)
        with copy.writing():
            meta.keep(copy, "look", _made(backup))
    except BaseException:
        copy.close_thread()
        files.remove(target)
        raise
    copy.close_thread()
    return facts


def _made(backup: Path) -> int:
    """When a backup was made, ms: as its name says, else as its file does."""
    named = [found.at for found in backups.list_backups(backup.parent) if found.path == backup]
    return named[0] if named else int(backup.stat().st_mtime * 1000)
