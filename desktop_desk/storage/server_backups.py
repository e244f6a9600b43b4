"""The backup of a desk on a server: a desk file with the same facts, so that it opens without any server."""

from pathlib import Path

from desktop_desk.desk.ports import Clock, NewId
from desktop_desk.storage import files
from desktop_desk.storage.database import unavailable
from desktop_desk.storage.durable import settle
from desktop_desk.storage.identity import become_replica
from desktop_desk.storage.sqlite import SqliteDatabase
from desktop_desk.storage.store import Store

BATCH = 1_000
_CHUNK = (
    "INSERT INTO chunk (sha, n, body) VALUES (?,?,?) ON CONFLICT (sha, n) DO UPDATE SET body = excluded.body"
)


def copy_from_server(store: Store, target: Path, clock: Clock, new_id: NewId) -> int:
    """Write everything of an open desk into a new desk file, and compare; gives its facts.

    Opened, it is a replica of its own with letters before its numbers: the desk on the server goes on.
    """
    files.refuse_target(target)
    part = target.with_name(f".{target.name}.part")
    files.remove(part)
    database = files.make_database(part, new_id)
    try:
        copy = Store(database, clock, new_id)
        with store.reading():
            _copy_logs(store, copy)
            _copy_chunks(store, database)
            if copy.log.digest() != store.log.digest():
                raise unavailable("damaged", str(target))
        with copy.writing():
            become_replica(database, new_id)
        facts = copy.journal.count()
        database.close_thread()
        settle(part)
        part.replace(target)
        settle(target.parent)
    finally:
        database.close_thread()
        files.remove(part)
    return facts


def _copy_logs(store: Store, copy: Store) -> None:
    for replica, last in store.log.vector().items():
        after = 0
        while after < last:
            entries = store.log.entries(replica, after, BATCH)
            copy.log.apply(entries)
            after = entries[-1].fact.seq


def _copy_chunks(store: Store, database: SqliteDatabase) -> None:
    """The parts of attachments, a few at a time: each is up to a MiB."""
    for row in store.database.each("SELECT sha, n, body FROM chunk ORDER BY sha, n"):
        with database.writing():
            database.run(_CHUNK, row)
