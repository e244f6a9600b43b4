"""Making, opening, copying and restoring desk files."""

import os
from collections.abc import Callable
from pathlib import Path

from desktop_desk.desk.ports import NewId
from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _
from desktop_desk.storage.database import Database, unavailable
from desktop_desk.storage.guards import create_schema
from desktop_desk.storage.journal import FIRST_HASH

FORMAT = 1
"""The format this version writes; one migration brings each earlier one here."""

APPLICATION_ID = 0x4445534B
"""Marks a SQLite file as a desk: "DESK"."""


def make_database(path: Path, new_id: NewId) -> Database:
    """Make a new, empty desk file; Invalid when something is there already."""
    if path.exists():
        raise Invalid(
            "desk", _("There is already a file {path}.").format(path=path), _("Choose another name.")
        )
    if not path.parent.is_dir():
        raise Invalid(
            "desk", _("There is no folder {path}.").format(path=path.parent), _("Make the folder first.")
        )
    database = Database(path)
    try:
        with database.writing():
            create_schema(database.db)
            database.run(f"PRAGMA application_id = {APPLICATION_ID}")
            database.run("INSERT INTO meta VALUES ('format', ?), ('replica', '1')", (str(FORMAT),))
            database.run(
                "INSERT INTO replica (id, uid, code, counter, seq, stamp, hash) VALUES (1, ?, '', 1000, 0, 0, ?)",
                (bytes.fromhex(new_id.entity()), FIRST_HASH),
            )
    except BaseException:
        database.close_thread()
        raise
    return database


def open_database(path: Path, overhear: Callable[[str], None] | None = None) -> Database:
    """Open a desk file; StorageUnavailable says what is wrong with it."""
    if not path.is_file():
        raise unavailable("missing", str(path))
    if path.stat().st_size == 0:
        raise unavailable("not_a_desk", str(path))
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise unavailable("read_only", str(path))
    database = Database(path, overhear)
    try:
        database.connect()
        _refuse_others(database, path)
    except BaseException:
        database.close_thread()
        raise
    return database


def _refuse_others(database: Database, path: Path) -> None:
    """StorageUnavailable for a database that is no desk, or one of a newer format."""
    with database.translated():
        found = database.row("SELECT name FROM sqlite_master WHERE name = 'meta'")
        if found is None or database.value("PRAGMA application_id") != APPLICATION_ID:
            raise unavailable("not_a_desk", str(path))
        if int(database.value("SELECT value FROM meta WHERE key = 'format'", default=0)) > FORMAT:
            raise unavailable("newer", str(path))


def copy_desk(database: Database, target: Path) -> int:
    """Copy an open desk into a new file, whole and checked, while others go on writing; gives its facts."""
    if target.exists():
        raise Invalid(
            "file", _("There is already a file {path}.").format(path=target), _("Choose another name.")
        )
    if not target.parent.is_dir():
        raise Invalid(
            "file", _("There is no folder {path}.").format(path=target.parent), _("Make the folder first.")
        )
    database.connect()
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with database.translated():
            # VACUUM INTO reads one consistent state and writes a file without free pages.
            database.run("VACUUM INTO ?", (str(part),))
        copy = open_database(part)
        try:
            sound = [text for (text,) in copy.rows("PRAGMA integrity_check")]
            facts = int(copy.value("SELECT COUNT(*) FROM fact", default=0))
        finally:
            copy.close_thread()
        if sound != ["ok"]:
            raise unavailable("damaged", str(part))
        part.replace(target)
    finally:
        for leftover in (part, part.with_name(part.name + "-wal"), part.with_name(part.name + "-shm")):
            leftover.unlink(missing_ok=True)
    return facts


def restore_desk(backup: Path, target: Path) -> int:
    """Make a new desk file from a backup, after checking it; the backup stays as it is. Gives its facts."""
    source = open_database(backup)
    try:
        sound = source.rows("PRAGMA integrity_check")
        if sound != [("ok",)]:
            raise unavailable("damaged", str(backup))
        return copy_desk(source, target)
    finally:
        source.close_thread()
