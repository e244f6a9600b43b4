"""Backups of a desk on a server: one program of the office makes them, and says so on the server for the others."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from desktop_desk.storage import backups
from desktop_desk.storage.backups import Backup
from desktop_desk.storage.server_backups import BrokenOff, GoOn
from desktop_desk.storage.server_turns import BACKUP, turn
from desktop_desk.storage.servers import whereabouts
from desktop_desk.storage.store import Store

NOTE = "backup"
HOUR_MS = 3_600_000
GRACE_MS = HOUR_MS
"""So much longer every other program waits: the backups stay together on one computer while its window is open."""

_NOW = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
_NO_NAME = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class OfficeBackup:
    """The newest backup that any program of the office has made.

    Attributes:
        at: when, by the server's clock, ms.
        machine: on which computer it is.
        mark: what the desk was then (Backup.mark).
    """

    at: int
    machine: str
    mark: str


def folder_of(where: Path, address: str) -> Path:
    """The folder for backups of a desk on a server: the same one whoever connects, and by whatever password."""
    host, port, database, schema = whereabouts(address)
    key = hashlib.sha256(repr((host, port, database, schema)).encode()).hexdigest()[:8]
    name = _NO_NAME.sub("-", f"{database}@{host}").strip("-.") or "desk"
    return where / f"{name[:60]} {key}"


def newest_of_office(store: Store) -> OfficeBackup | None:
    """The newest backup of the office; None when there is none yet."""
    told = json.loads(store.log.note(NOTE) or "{}")
    return OfficeBackup(told["at"], told["machine"], told["mark"]) if told else None


def back_up_in_turn(
    store: Store, folder: Path, now: int, machine: str, *, hours: int = 0, go_on: GoOn = lambda: True
) -> Backup | None:
    """Back a desk on a server up into this computer's folder, unless another program is at it.

    Args:
        hours: only when nobody in the office has made one for so long; 0: now.
        go_on: asked in between; False breaks it off, and nothing is left of it.
    """
    database = store.database
    with turn(database, BACKUP) as mine:
        if mine is None:
            return None
        newest, mark = newest_of_office(store), backups.mark_of(database)
        time = int(database.value(_NOW))
        if hours and newest is not None:
            due = newest.at + hours * HOUR_MS + (0 if newest.machine == machine else GRACE_MS)
            if time < due or newest.mark == mark:
                return None
        try:
            made = backups.back_up(store, folder, now, go_on=go_on)
        except BrokenOff:
            return None
        if made is not None:
            store.log.keep_note(NOTE, json.dumps(asdict(OfficeBackup(time, machine, made.mark))))
        return made
