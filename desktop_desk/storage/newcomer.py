"""A new replica: a desk file that came from a hub is made a desk of its own, before anybody works at it."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from desktop_desk.desk.ports import Clock, NewId
from desktop_desk.domain.facts import ReplicaId
from desktop_desk.storage import files, migrations
from desktop_desk.storage.desk_lock import DeskLock
from desktop_desk.storage.durable import settle, sidecar_path
from desktop_desk.storage.identity import HELD, become_replica, settle_home
from desktop_desk.storage.log_tables import NO_CODE
from desktop_desk.storage.meta import keep
from desktop_desk.storage.server_backups import bring_logs
from desktop_desk.storage.store import Store


@contextmanager
def newcomer(
    path: Path, key: bytes | None, clock: Clock, new_id: NewId, uid: ReplicaId, notes: Mapping[str, str]
) -> Generator[Store]:
    """A desk file as a new replica, still without letters for its ticket numbers; closed at the end.

    An encrypted one gets keys beside it for its agents as they are at the end.
    """
    database = files.open_database(path, key=key)
    lock = DeskLock(path, lambda other: files.open_database(path, key=other), clock, new_id)
    try:
        store = Store(database, clock, new_id) if key is None else lock.made(key, database)
        if migrations.is_old(store):
            migrations.migrate(store)
        with store.writing():
            become_replica(database, new_id, code=NO_CODE, uid=uid)
            # Nothing of what it was copied from waits to be sent here: this is no backup.
            keep(database, HELD, "")
            database.run("DELETE FROM outbox")
            # What was known of hubs and files is that of the copy it was made from.
            database.run("DELETE FROM meta WHERE key LIKE 'note:chunks%' OR key LIKE 'note:purged chunks%'")
            settle_home(database, path)
            for name, value in notes.items():
                store.log.keep_note(name, value)
        yield store
        if key is not None:
            lock.enrol(store)
    finally:
        database.close_thread()


def logs_in(path: Path, key: bytes | None) -> Mapping[ReplicaId, int]:
    """How far each log reaches in a desk file that nobody has open."""
    reader = files.read_only(path, key)
    try:
        with reader.reading():
            rows = reader.rows("SELECT uid, seq FROM replica WHERE seq > 0")
    finally:
        reader.close_thread()
    return {ReplicaId(bytes(uid).hex()): int(seq) for uid, seq in rows}


def leave_out_files(path: Path, key: bytes | None) -> None:
    """Take the bytes of attachments out of a desk file that nobody has open: they lie at the hub by themselves."""
    database = files.open_database(path, key=key)
    try:
        if database.row("SELECT 1 FROM chunk LIMIT 1") is not None:
            with database.writing():
                database.run("DELETE FROM chunk")
            with database.translated():
                database.run("VACUUM")
                database.run("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        database.close_thread()


def copy_of_logs(store: Store, path: Path, clock: Clock, new_id: NewId) -> Mapping[ReplicaId, int]:
    """Make a desk file of all that a desk on a server knows; gives how far each log reaches in it.

    It is no replica yet, and has no attachments: whoever takes it along gets those from the hub.
    """
    copy = Store(files.make_database(path, new_id), clock, new_id)
    try:
        with store.reading():
            bring_logs(store, copy)
        return copy.log.vector()
    finally:
        copy.close_thread()


def put_in_place(path: Path, target: Path) -> None:
    """Give a closed desk file its name, its keys first; durable at its end."""
    if sidecar_path(path).exists():
        sidecar_path(path).replace(sidecar_path(target))
    path.replace(target)
    files.remove(path)
    settle(target.parent)
