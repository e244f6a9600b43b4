"""After a program that did not end in order: is the desk sound, and what is done when it is not.

A damaged file is set aside under another name, never deleted and never written to; the newest sound backup takes its
place as a replica of its own, and what was written since comes back from a hub, where there is one.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desktop_desk.desk.ports import Clock, NewId
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.storage import files, migrations
from desktop_desk.storage.backups import Backup, first_sound, list_backups, tail_problems
from desktop_desk.storage.checks import counted_wrong
from desktop_desk.storage.identity import HUB
from desktop_desk.storage.meta import FORMAT, format_of, kept
from desktop_desk.storage.store import Store

AT_ONCE = 256 * 1024 * 1024
"""A larger file is read through in the background; its last facts and its opening are looked at all the same."""

BESIDE = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done about a damaged desk: where its file is now, and what stands in its place."""

    aside: Path
    backup: Backup
    has_hub: bool


def damage(store: Store, *, whole: bool) -> tuple[str, ...]:
    """What is wrong with a desk's file, the ends of its logs and its counters; `whole` reads every page."""
    try:
        with store.reading():
            found: list[str] = []
            if whole:
                found += [f"file: {text}" for text in store.database.problems()]
            found += tail_problems(store)
            if whole and not found:
                found += counted_wrong(store.database)
    except StorageUnavailable as error:
        if error.kind not in {"damaged", "not_a_desk"}:
            raise
        return (error.reason,)
    except ValueError as error:
        # A page of another moment can hold a row whose text is cut in the middle.
        return (f"a fact cannot be read: {error}",)
    return tuple(found)


def mend(path: Path, backups: Path, clock: Clock, new_id: NewId) -> Mended | None:
    """Set a damaged file aside and put its newest sound backup in its place; None, and nothing done, without one.

    Nobody may have the file open.
    """
    backup = first_sound(list_backups(backups), lambda file: is_sound(file, clock, new_id))
    if backup is None:
        return None
    fresh = _fresh(path)
    files.remove(fresh)
    try:
        files.restore_desk(backup.path, fresh, new_id, migrations.of_file(clock, new_id))
        aside = set_aside(path, clock())
        fresh.replace(path)
    finally:
        files.remove(fresh)
    return Mended(aside, backup, _has_hub(path))


def finish(path: Path) -> None:
    """Put the sound file in the place of one set aside, where a program ended between the two."""
    fresh = _fresh(path)
    if not fresh.exists() or path.exists():
        return
    database = files.read_only(fresh)
    database.close_thread()
    fresh.replace(path)


def _fresh(path: Path) -> Path:
    return path.with_name(f".{path.name}.mended")


def set_aside(path: Path, now: int) -> Path:
    """Rename a desk file and what SQLite keeps beside it; gives the new name, with the time in it."""
    time = datetime.fromtimestamp(now / 1000, UTC).strftime("%Y-%m-%d %H.%M.%S")
    aside = path.with_name(f"{path.stem} damaged {time}{path.suffix}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.stem} damaged {time} {number}{path.suffix}")
    # The journals first: a file without its journal is never taken for a whole one by a program that opens it now.
    for ending in reversed(BESIDE):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.replace(aside.with_name(aside.name + ending))
    return aside


def is_sound(path: Path, clock: Clock, new_id: NewId) -> bool:
    """Whether a backup can be restored: every page, the end of every log."""
    database = files.read_only(path)
    try:
        store = Store(database, clock, new_id)
        with database.translated():
            return database.rows("PRAGMA integrity_check") == [("ok",)] and not _broken_tail(store)
    finally:
        database.close_thread()


def _broken_tail(store: Store) -> bool:
    """A backup of an older format is trusted for its pages: its logs are read once it is up to date."""
    return format_of(store.database) == FORMAT and bool(tail_problems(store))


def _has_hub(path: Path) -> bool:
    database = files.read_only(path)
    try:
        return bool(kept(database, HUB))
    finally:
        database.close_thread()
