"""Backups that are made by themselves: where they are, which are kept, and how one is made and checked."""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_desk.domain.errors import DeskError
from desktop_desk.domain.facts import FactId
from desktop_desk.domain.log import FIRST_HASH, chain
from desktop_desk.file_lock import wait_for
from desktop_desk.storage import files
from desktop_desk.storage.database import Database, unavailable_by
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.meta import format_of
from desktop_desk.storage.sqlite import SqliteDatabase
from desktop_desk.storage.store import Store

if TYPE_CHECKING:
    from desktop_desk.storage.server_backups import GoOn

HOURS, DAYS, MONTHS = 24, 14, 12
"""How many hours, days and months with backups keep their newest one."""

TAIL = 200
"""So many facts at the end of each log are compared with their chain; `check` compares them all."""

LOCK = ".lock"
UPDATE_WAITS = 600
"""Seconds that an update waits for another program that backs the desk up."""

_NAME = re.compile(
    r"(?P<stem>.+) (?P<at>\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d)"
    r" (?P<facts>\d+) (?P<mark>[0-9a-f]{12})(?P<why> before \d+)?\.desk"
)
_TIME = "%Y-%m-%d %H.%M.%S"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup in the folder of its desk.

    Attributes:
        at: when it was made, ms since the epoch, to the second.
        size: bytes of the file.
        facts: how many facts it has.
        mark: what the desk was then: equal marks are equal desks.
        format: the format that the desk was about to get when this was made; 0 for one made by the clock.
    """

    path: Path
    at: int
    size: int
    facts: int
    mark: str
    format: int = 0


def folder_of(backups: Path, desk: Path) -> Path:
    """Where the backups of a desk are: a folder of its own, the same one whatever name leads to the file."""
    whole = desk.expanduser().resolve()
    key = hashlib.sha256(str(whole).encode()).hexdigest()[:8]
    return backups / f"{whole.stem} {key}"


def list_backups(folder: Path) -> list[Backup]:
    """The backups in a desk's folder, newest first; other files there are left alone."""
    found: list[Backup] = []
    try:
        names = sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    for path in names:
        match = _NAME.fullmatch(path.name)
        if match is None:
            continue
        at = int(datetime.strptime(match["at"], _TIME).replace(tzinfo=UTC).timestamp()) * 1000
        before = int((match["why"] or " before 0").removeprefix(" before "))
        found.append(Backup(path, at, path.stat().st_size, int(match["facts"]), match["mark"], before))
    return sorted(found, key=lambda backup: (backup.at, backup.path.name), reverse=True)


def kept(times: Iterable[int]) -> set[int]:
    """Which moments (ms) are kept: the newest of each of the last 24 hours, 14 days and 12 months that have any.

    What is dropped once would never be kept later: thinning out after each backup keeps what thinning out once keeps.
    """
    newest_first = sorted(set(times), reverse=True)
    wanted: set[int] = set()
    for many, form in ((HOURS, "%Y-%m-%d %H"), (DAYS, "%Y-%m-%d"), (MONTHS, "%Y-%m")):
        seen: dict[str, int] = {}
        for at in newest_first:
            seen.setdefault(datetime.fromtimestamp(at / 1000, UTC).strftime(form), at)
        wanted.update(list(seen.values())[:many])
    return wanted


def thin_out(folder: Path) -> int:
    """Remove the backups that are too many, each with its keys; gives how many. Those before an update stay."""
    made = [backup for backup in list_backups(folder) if not backup.format]
    wanted = kept(backup.at for backup in made)
    gone = [backup for backup in made if backup.at not in wanted]
    for backup in gone:
        files.remove(backup.path)
    return len(gone)


def mark_of(database: Database) -> str:
    """12 hex digits that say what a desk is: equal for a desk in which nothing was written meanwhile."""
    running = hashlib.sha256()
    with database.reading():
        for row in database.rows("SELECT uid, seq, counter, hash FROM replica ORDER BY uid"):
            running.update(
                repr([value.hex() if isinstance(value, bytes) else value for value in row]).encode()
            )
        for table in ("redacted", "held", "chunk"):
            if _has(database, table):
                running.update(repr(database.value(f"SELECT COUNT(*) FROM {table}")).encode())
    return running.hexdigest()[:12]


def _has(database: Database, table: str) -> bool:
    """Whether a desk has a table of the log: a file of the first format lacks some, a server never did."""
    if database.dialect.name != "sqlite":
        return True
    return database.value("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)) is not None


def back_up(
    store: Store, folder: Path, now: int, *, before: int = 0, go_on: "GoOn" = lambda: True
) -> Backup | None:
    """Back a desk up into its folder, checked, and thin out older ones; None when nothing changed since the newest.

    Args:
        before: the format that the desk is about to get; such a backup stays, and there is always one.
        go_on: asked in between where the desk is on a server; False breaks it off (BrokenOff).

    Raises:
        StorageUnavailable: the folder cannot be written, is full, or the copy is not sound; the desk is as it was.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(folder / LOCK, "ab") as lock:  # noqa: PTH123  a file for its lock only
            # Who backs the same desk up at this moment does it for both; an update waits until it may make its own.
            if not wait_for(lock, UPDATE_WAITS if before else 0):
                return None
            return _back_up_alone(store, folder, now, before, go_on)
    except OSError as error:
        raise unavailable_by(error, folder) from error


def _back_up_alone(store: Store, folder: Path, now: int, before: int, go_on: "GoOn") -> Backup | None:
    if before and format_of(store.database) >= before:
        return None  # another program brought it up to date meanwhile
    mark = mark_of(store.database)
    there = list_backups(folder)
    for made in there[:1]:
        if made.mark == mark and (made.format == before or not before):
            return made if before else None
    _sweep(folder)
    target = _free_name(folder, store, now, mark, before)
    if isinstance(store.database, SqliteDatabase):
        files.copy_desk(store.database, target)
    else:
        from desktop_desk.storage.server_backups import copy_from_server  # noqa: PLC0415  most desks are files

        newest = there[0].path if there else None
        copy_from_server(store, target, lambda: now, RandomIds(), since=newest, go_on=go_on)
    if not before:
        thin_out(folder)
    return next(made for made in list_backups(folder) if made.path == target)


def _free_name(folder: Path, store: Store, now: int, mark: str, before: int) -> Path:
    facts = store.journal.count()
    why = f" before {before}" if before else ""
    stem = re.sub(r" [0-9a-f]{8}$", "", folder.name)
    for second in count():
        at = datetime.fromtimestamp(now // 1000 + second, UTC).strftime(_TIME)
        path = folder / f"{stem} {at} {facts} {mark}{why}.desk"
        if not any(folder.glob(f"{stem} {at} *")):
            return path
    raise AssertionError("seconds never end")


def _sweep(folder: Path) -> None:
    """Remove what a backup that was interrupted left."""
    for part in folder.glob(".*.part*"):
        part.unlink(missing_ok=True)


def tail_problems(store: Store, tail: int = TAIL) -> list[str]:
    """Breaks of the logs' chains in their last facts; every log's end must be what its replica's row says."""
    problems: list[str] = []
    with store.reading():
        rows = store.database.rows("SELECT uid, seq, hash FROM replica WHERE seq > 0 ORDER BY id")
        for uid, last, ends in rows:
            replica = bytes(uid).hex()
            after = max(0, last - tail)
            place = FactId.parse(f"{replica}:{after}")
            running = store.log.hash_at(place) if after else FIRST_HASH
            expected = after
            for entry in store.log.entries(place.replica, after, tail + 1):
                expected += 1
                running = b"" if running is None else chain(running, entry.fact, entry.salt, entry.redaction)
                if entry.fact.seq != expected or running != entry.hash:
                    problems.append(f"{replica}: fact {expected} is not what was written")
                    break
            if expected != last or running != bytes(ends):
                problems.append(f"{replica}: the log ends at {expected}, {last} were written")
    return problems


def first_sound(backups: Iterable[Backup], is_sound: Callable[[Path], bool]) -> Backup | None:
    """The first of these that is sound; one that cannot even be opened is not."""
    for backup in backups:
        try:
            if is_sound(backup.path):
                return backup
        except DeskError:
            continue
    return None
