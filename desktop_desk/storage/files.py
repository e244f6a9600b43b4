"""Making, opening, copying and restoring desk files."""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from desktop_desk.desk.ports import NewId
from desktop_desk.domain.errors import Invalid, StorageUnavailable
from desktop_desk.i18n import _
from desktop_desk.storage import meta
from desktop_desk.storage.database import Database, unavailable, unavailable_by
from desktop_desk.storage.durable import make_private, replace_durably, settle, sidecar_path
from desktop_desk.storage.guards import create_schema
from desktop_desk.storage.identity import become_replica, first_replica, settle_home
from desktop_desk.storage.network import Footing, footing_at, refuse_network
from desktop_desk.storage.sqlite import SqliteDatabase

APPLICATION_ID = 0x4445534B
"""Marks a SQLite file as a desk: "DESK"."""

COPY_CACHE_KIB = 1_000
"""A copy is made as quickly with it as with eight times as much."""


def make_database(
    path: Path, new_id: NewId, *, on_network: bool = False, key: bytes | None = None
) -> SqliteDatabase:
    """Make a new, empty desk file, encrypted if there is a key; Invalid when something is there already.

    `on_network`: also in a network folder whose locks hold; else such a place is refused.
    """
    refuse_target(path, "desk")
    footing = footing_at(path, on_network=on_network)
    if key is not None:
        make_private(path)
    database = SqliteDatabase(path, footing=footing, key=key)
    try:
        with database.writing():
            create_schema(database.db)
            database.run(f"PRAGMA application_id = {APPLICATION_ID}")
            first_replica(database, new_id)
            settle_home(database, path)
    except BaseException as error:
        database.close_thread()
        remove(path)
        if isinstance(error, StorageUnavailable) and error.kind == "missing":
            # Its folder is there, and takes no files.
            raise unavailable("read_only", str(path)) from error
        raise
    return database


def open_database(
    path: Path,
    overhear: Callable[[str], None] | None = None,
    *,
    on_network: bool = False,
    key: bytes | None = None,
) -> SqliteDatabase:
    """Open a desk file, with its key where it is encrypted; StorageUnavailable says what is wrong with it.

    What turns out to be no desk, or one of a newer version, was only read: its bytes are as they were. What lies in
    a network folder was not even read, unless `on_network` allows it and locks hold there.
    """
    footing = footing_at(path, on_network=on_network) if path.is_file() else None
    try:
        return _opened(path, overhear, key, footing)
    except BaseException:
        if footing is not None:
            footing.release()
        raise


def _opened(
    path: Path, overhear: Callable[[str], None] | None, key: bytes | None, footing: Footing | None
) -> SqliteDatabase:
    interrupted = path.with_name(f"{path.name}-journal")
    try:
        read_only(path, key, footing).close_thread()
    except StorageUnavailable as error:
        # The power went in the middle of a write: only who may write can take back what was begun.
        if error.kind != "read_only" or not interrupted.exists():
            raise
    else:
        interrupted = None
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise unavailable("read_only", str(path))
    database = SqliteDatabase(path, overhear, footing=footing, key=key)
    try:
        database.connect()
        if interrupted is not None:
            _refuse_others(database, path)
        with database.translated():
            database.look = int(meta.kept(database, "look") or 0)
    except BaseException:
        database.close_thread()
        raise
    return database


def read_only(path: Path, key: bytes | None = None, footing: Footing | None = None) -> SqliteDatabase:
    """A desk file opened without changing it; StorageUnavailable when it is none that this version reads.

    An encrypted one is "not_a_desk" without its key.
    """
    if not path.is_file():
        raise unavailable("missing", str(path))
    if path.stat().st_size == 0:
        raise unavailable("not_a_desk", str(path))
    database = SqliteDatabase(path, read_only=True, key=key, footing=footing)
    try:
        database.connect()
        _refuse_others(database, path)
    except BaseException:
        database.close_thread()
        raise
    return database


def _refuse_others(database: SqliteDatabase, path: Path) -> None:
    """StorageUnavailable for a database that is no desk, or one of a newer format."""
    with database.translated():
        found = database.row("SELECT name FROM sqlite_master WHERE name = 'meta'")
        if found is None or database.value("PRAGMA application_id") != APPLICATION_ID:
            raise unavailable("not_a_desk", str(path))
        if meta.format_of(database) > meta.FORMAT:
            raise unavailable("newer", str(path))


def refuse_target(target: Path, field: str = "file") -> None:
    """Invalid of this field where no file can be made: something is there already, or there is no such folder."""
    if target.exists():
        reason = _("There is already a file {path}.").format(path=target)
        raise Invalid(field, reason, _("Choose another name."))
    if not target.parent.is_dir():
        reason = _("There is no folder {path}.").format(path=target.parent)
        raise Invalid(field, reason, _("Make the folder first."))


def copy_desk(database: Database, target: Path) -> int:
    """Copy an open desk into a new file, whole and checked, while others go on writing; gives its facts.

    The copy of an encrypted desk is encrypted with the same key, and has the same keys beside it.
    """
    refuse_target(target)
    database.connect()
    key = database.key if isinstance(database, SqliteDatabase) else None
    part = target.with_name(f".{target.name}.part")
    remove(part)
    try:
        if key is not None:
            make_private(part)
        _copy_whole(database, part, target)
        facts = sound_facts(part, key)
        settle(part)
        if key is not None:
            # Before the copy has its name: it is never there without its keys.
            replace_durably(sidecar_path(target), sidecar_path(Path(database.address)).read_bytes())
        part.replace(target)
        settle(target.parent)
    except BaseException as error:
        if key is not None and not target.exists():
            sidecar_path(target).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise unavailable_by(error, target) from error
        raise
    finally:
        remove(part)
    return facts


def _copy_whole(database: Database, part: Path, target: Path) -> None:
    """Write one consistent state of a desk into a file without free pages."""
    try:
        with database.translated(), _small_cache(database):
            database.run("VACUUM INTO ?", (str(part),))
    except StorageUnavailable as error:
        if error.kind in {"full", "read_only", "missing", "failed"}:
            # It is the target that cannot be written: the desk itself was open and is whole.
            kind = error.kind if os.access(target.parent, os.W_OK) else "read_only"
            raise unavailable(kind, str(target)) from error
        raise


@contextmanager
def _small_cache(database: Database) -> Generator[None]:
    """VACUUM reads every page once and gives its new file a cache as large: room that only costs memory."""
    usual = database.value("PRAGMA cache_size")
    database.run(f"PRAGMA cache_size = -{COPY_CACHE_KIB}")
    try:
        yield
    finally:
        database.run(f"PRAGMA cache_size = {usual}")


def sound_facts(path: Path, key: bytes | None = None) -> int:
    """How many facts a desk file has; StorageUnavailable when its pages are not sound."""
    database = read_only(path, key)
    try:
        with database.translated():
            if database.rows("PRAGMA integrity_check") != [("ok",)]:
                raise unavailable("damaged", str(path))
            return int(database.value("SELECT COUNT(*) FROM fact", default=0))
    finally:
        database.close_thread()


def require_facts(path: Path, key: bytes | None, facts: int) -> None:
    """StorageUnavailable for a new desk file that is not sound, or not the whole desk."""
    if sound_facts(path, key) != facts:
        raise unavailable("failed", str(path))


def is_plain(path: Path) -> bool:
    """Whether a desk file is not encrypted, as far as it can be read at all."""
    try:
        read_only(path).close_thread()
    except StorageUnavailable as error:
        return error.kind != "not_a_desk"
    return True


def remove(path: Path) -> None:
    """Remove a database, what SQLite keeps beside it, and its keys."""
    for ending in ("", "-wal", "-shm", "-journal", ".keys", ".keys.lock"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def restore_desk(
    backup: Path,
    target: Path,
    new_id: NewId,
    migrate: Callable[[SqliteDatabase], None] | None = None,
    *,
    key: bytes | None = None,
) -> int:
    """Make a new desk file from a backup, after checking it; the backup stays as it is. Gives its facts.

    The new desk is a replica of its own with a letter before its numbers: the desk that the backup was made of may
    have gone on, and no number is given twice.

    Args:
        migrate: brings the new file up to date before it becomes a replica.
        key: that of an encrypted backup; the new desk has the same.
    """
    refuse_network(target)
    sound_facts(backup, key)
    source = read_only(backup, key)
    try:
        facts = copy_desk(source, target)
    finally:
        source.close_thread()
    restored = SqliteDatabase(target, key=key)
    try:
        if migrate is not None:
            migrate(restored)
        with restored.writing():
            meta.drop(restored, "look")
            become_replica(restored, new_id)
            settle_home(restored, target)
    except BaseException:
        restored.close_thread()
        remove(target)
        raise
    restored.close_thread()
    return facts
