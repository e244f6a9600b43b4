"""The backup of a desk on a server: a desk file with the same facts, so that it opens without any server.

It is made through the log, as a copy that is synced would be, and so is a desk on a server that is made of a backup.
"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from desktop_desk.desk.ports import Clock, NewId, Progress
from desktop_desk.domain.errors import DeskError
from desktop_desk.storage import files
from desktop_desk.storage.attachments import KEEP_PART
from desktop_desk.storage.database import Database, unavailable, unavailable_by
from desktop_desk.storage.durable import make_private, settle
from desktop_desk.storage.identity import become_replica
from desktop_desk.storage.log_tables import OutboxRow
from desktop_desk.storage.meta import FORMAT, format_of
from desktop_desk.storage.store import Store

BATCH = 1_000
_COLUMNS = [field.column_name for field in OutboxRow._meta.sorted_fields]
_OUTBOX = f"SELECT {', '.join(_COLUMNS)} FROM outbox ORDER BY uid"
_POST = f"INSERT INTO outbox ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"

GoOn = Callable[[], bool]
"""Asked between two batches; False ends the copying."""


class BrokenOff(Exception):
    """The copying was to end before it was done; nothing is left of it."""


def copy_from_server(
    store: Store,
    target: Path,
    clock: Clock,
    new_id: NewId,
    *,
    since: Path | None = None,
    go_on: GoOn = lambda: True,
) -> int:
    """Write everything of an open desk into a new desk file, and compare; gives its facts.

    Opened, it is a replica of its own with letters before its numbers: the desk on the server goes on.

    Args:
        since: an older backup of the same desk: what it has is not asked for again. One of another desk, of a state
            that the server was set back from, or from before a purge, is of no use and is not used.

    Raises:
        BrokenOff: `go_on` said so.
    """
    files.refuse_target(target)
    part = target.with_name(f".{target.name}.part")
    try:
        try:
            if since is None or not _continued(store, since, part, clock, new_id, go_on):
                _written_anew(store, part, clock, new_id, go_on)
            facts = files.sound_facts(part)
            settle(part)
            part.replace(target)
            settle(target.parent)
        except OSError as error:
            raise unavailable_by(error, target) from error
    finally:
        files.remove(part)
    return facts


def copy_to_server(source: Store, target: Store, new_id: NewId, progress: Progress | None = None) -> int:
    """Write everything of an open desk into an empty one, and compare; it becomes a replica of its own."""
    done, total = 0, source.journal.count()

    def go_on() -> bool:
        nonlocal done
        done += BATCH
        if progress is not None:
            progress(min(done, total), total)
        return True

    with source.reading():
        _bring(source, target, go_on)
    with target.writing():
        become_replica(target.database, new_id)
    return target.journal.count()


def _written_anew(store: Store, part: Path, clock: Clock, new_id: NewId, go_on: GoOn) -> None:
    files.remove(part)
    database = files.make_database(part, new_id)
    try:
        part.chmod(0o600)
        copy = Store(database, clock, new_id)
        with store.reading():
            _bring(store, copy, go_on)
        with copy.writing():
            become_replica(database, new_id)
    finally:
        database.close_thread()


def _continued(store: Store, since: Path, part: Path, clock: Clock, new_id: NewId, go_on: GoOn) -> bool:
    """Write what came since an older backup into a copy of that; False where that cannot be continued."""
    files.remove(part)
    make_private(part)
    shutil.copyfile(since, part)
    try:
        database = files.open_database(part)
        try:
            copy = Store(database, clock, new_id)
            with store.reading():
                if format_of(database) != FORMAT or _purged(copy) != _purged(store):
                    return False
                _bring(store, copy, go_on)
        finally:
            database.close_thread()
    except DeskError:
        # It is of another desk or state, or spoilt: the server has everything.
        return False
    return True


def _bring(store: Store, copy: Store, go_on: GoOn) -> None:
    """Bring a copy to the state of a desk; within one reading of that. StorageUnavailable where both differ then."""
    bring_logs(store, copy, go_on)
    _bring_chunks(store, copy, go_on)
    waiting = _waiting(store.database)
    with copy.writing():
        copy.database.run("DELETE FROM outbox")
        copy.database.run_many(_POST, waiting)
    if _sums(copy) != _sums(store):
        raise unavailable("damaged", copy.database.address)


def bring_logs(store: Store, copy: Store, go_on: GoOn = lambda: True) -> None:
    """Bring what a copy lacks of each log of a desk; within one reading of that."""
    known = copy.log.vector()
    for replica, last in store.log.vector().items():
        after = known.get(replica, 0)
        while after < last:
            _asked(go_on)
            entries = store.log.entries(replica, after, BATCH)
            copy.log.apply(entries)
            after = entries[-1].fact.seq


def _waiting(database: Database) -> list[tuple[Any, ...]]:
    """The rows of the outbox; none on a server whose desk was made before there was one."""
    if database.dialect.name != "sqlite" and database.value("SELECT to_regclass('outbox')") is None:
        return []
    return database.rows(_OUTBOX)


def _bring_chunks(store: Store, copy: Store, go_on: GoOn) -> None:
    """The parts of attachments, one at a time: each is up to a MiB."""
    has = {(bytes(sha), n) for sha, n in copy.database.rows("SELECT sha, n FROM chunk")}
    there = [(bytes(sha), n) for sha, n in store.database.rows("SELECT sha, n FROM chunk ORDER BY sha, n")]
    for sha, n in there:
        if (sha, n) in has:
            continue
        _asked(go_on)
        body = store.database.value("SELECT body FROM chunk WHERE sha = ? AND n = ?", (sha, n))
        with copy.writing():
            copy.database.run(KEEP_PART, (sha, n, bytes(body)))


def _asked(go_on: GoOn) -> None:
    if not go_on():
        raise BrokenOff


def _sums(store: Store) -> Sequence[Any]:
    counted = [store.database.value(f"SELECT COUNT(*) FROM {table}") for table in ("fact", "held", "chunk")]
    return [store.log.digest(), *counted, _purged(store)]


def _purged(store: Store) -> int:
    """How many facts something was purged from."""
    return int(store.database.value("SELECT COUNT(*) FROM redacted", default=0))
