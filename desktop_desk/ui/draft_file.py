"""The file that drafts are kept in, and the thread that writes it.

One SQLite file for each user, desk and login; that of an encrypted desk holds sealed rows. Every window that is open
on it is a *session* with rows of its own; a session whose process has ended leaves its rows behind, and the next one
takes them over.
"""

import base64
import contextlib
import json
import logging
import os
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_desk.desk.key_ports import Seal
from desktop_desk.domain.errors import Unreadable
from desktop_desk.file_lock import lock_file

_log = logging.getLogger(__name__)

WRITE_EVERY = 0.15
"""Seconds that a change may wait for others; with the write itself it stays under the promised second."""
RETRY_EVERY = 1.0
_FORMAT = 1
_SEALED = "sealed:"
"""What the content of a sealed row begins with; it holds the row's key and position as well."""

_SCHEMA = """
create table if not exists draft (
    id text primary key, session text not null, key text not null,
    content text not null, position text not null, kept integer not null
) without rowid
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One draft as it is stored: `content` and `position` are plain JSON values, `kept` ms since the epoch.

    A row without content takes the row of its id away.
    """

    id: str
    key: str
    content: Mapping[str, Any]
    position: Sequence[Any]
    kept: int


class _Alive:
    """A locked file: this session still runs. The lock ends with the process, however it ends."""

    def __init__(self, draft_path: Path) -> None:
        while True:
            self.session = uuid.uuid4().hex
            self._path = session_file(draft_path, self.session)
            self._file = self._path.open("wb")
            # Another start may have taken the new file for a dead session's and removed it: then try again.
            if lock_file(self._file) and self._path.exists():
                return
            self._file.close()

    def end(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


def session_file(draft_path: Path, session: str) -> Path:
    """The file whose lock says that the session is alive."""
    return draft_path.with_name(f"{draft_path.name}.{session}.alive")


@contextlib.contextmanager
def _if_dead(path: Path) -> Generator[bool]:
    """True when no living process holds the session's file, which is then removed."""
    try:
        file = path.open("r+b")
    except FileNotFoundError:
        yield True
        return
    with file:
        dead = lock_file(file)
        yield dead
    if dead:
        # Windows: another start may be looking at it at this moment, and removes it then.
        with contextlib.suppress(PermissionError):
            path.unlink(missing_ok=True)


class DraftFile:
    """All access to one file of drafts, for one thread; raises OSError and sqlite3.Error."""

    def __init__(self, path: Path, seal: Seal | None = None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = path
        self._seal = seal
        self.set_aside: Path | None = None
        """Where a file that could not be read was moved to."""
        self._alive = _Alive(path)
        try:
            self._open()
        except (OSError, sqlite3.OperationalError):  # no access, locked, full: another time it may work
            self._alive.end()
            raise
        except sqlite3.DatabaseError as error:  # not a file of drafts, or damaged
            _log.warning("drafts could not be read: %s", error)
            self._move_away()
            self._open()

    def adopt(self) -> tuple[Row, ...]:
        """Take over what ended sessions left; answers all rows of this session, oldest first."""
        with self._transaction():
            others = [s for (s,) in self._base.execute("select distinct session from draft")]
            for session in others:
                if session == self._alive.session:
                    continue
                with _if_dead(session_file(self._path, session)) as dead:
                    if dead:
                        self._base.execute(
                            "update draft set session = ? where session = ?", (self._alive.session, session)
                        )
            found = self._base.execute(
                "select id, key, content, position, kept from draft where session = ? order by kept, id",
                (self._alive.session,),
            ).fetchall()
            rows = [row for columns in found if (row := self._read(*columns)) is not None]
            plain = {id_ for id_, _key, content, *_rest in found if not content.startswith(_SEALED)}
            if self._seal is not None:
                # Typed before the desk was encrypted.
                self._insert(row for row in rows if row.id in plain)
        if self._seal is not None and plain:
            self._base.execute("pragma wal_checkpoint(truncate)")
        self._tidy()
        return tuple(rows)

    def write(self, rows: Iterable[Row]) -> None:
        """Store or take away these rows in one durable transaction."""
        with self._transaction():
            for row in rows:
                if not row.content:
                    self._base.execute("delete from draft where id = ?", (row.id,))
                else:
                    self._insert([row])

    def close(self) -> None:
        """Leave the rows for the next session."""
        self._base.close()
        self._alive.end()

    def _insert(self, rows: Iterable[Row]) -> None:
        for row in rows:
            # ASCII: a lone half of a surrogate pair is kept as well
            key, content, position = row.key, json.dumps(dict(row.content)), json.dumps(list(row.position))
            if self._seal is not None:
                sealed = self._seal.seal(json.dumps([key, content, position]).encode(), f"draft {row.id}")
                key, content, position = "", _SEALED + base64.b64encode(sealed).decode(), "[]"
            values = (row.id, self._alive.session, key, content, position, row.kept)
            self._base.execute("insert or replace into draft values (?, ?, ?, ?, ?, ?)", values)

    def _read(self, id_: str, key: str, content: str, position: str, kept: int) -> Row | None:
        """A row from its columns; None for one that is sealed with another key, which stays where it is."""
        if content.startswith(_SEALED):
            if self._seal is None:
                return None
            try:
                sealed = base64.b64decode(content.removeprefix(_SEALED))
                key, content, position = json.loads(self._seal.unseal(sealed, f"draft {id_}"))
            except (Unreadable, ValueError) as error:
                _log.warning("a draft could not be read: %s", error)
                return None
        return Row(id_, key, json.loads(content), json.loads(position), kept)

    def _open(self) -> None:
        self._base = sqlite3.connect(self._path, isolation_level=None, timeout=2.0)
        try:
            if os.name == "posix":
                self._path.chmod(0o600)
            # FULL: a draft that was written is there after a power cut as well.
            for pragma in ("journal_mode = wal", "synchronous = full", "secure_delete = on"):
                self._base.execute(f"pragma {pragma}")
            (verdict,) = self._base.execute("pragma quick_check(1)").fetchone()
            if verdict != "ok":
                raise sqlite3.DatabaseError(verdict)
            self._base.execute(_SCHEMA)
            (version,) = self._base.execute("pragma user_version").fetchone()
            if version > _FORMAT:
                message = f"drafts of format {version}"
                raise sqlite3.DatabaseError(message)
            self._base.execute(f"pragma user_version = {_FORMAT}")
        except (OSError, sqlite3.Error):
            self._base.close()
            raise

    def _move_away(self) -> None:
        aside = self._path.with_name(f"{self._path.name}.damaged-{time.time_ns()}")
        self._path.replace(aside)
        for ending in ("-wal", "-shm"):
            beside = self._path.with_name(self._path.name + ending)
            if beside.exists():
                beside.replace(aside.with_name(aside.name + ending))
        self.set_aside = aside

    def _tidy(self) -> None:
        """Remove what killed sessions left that had no drafts."""
        for path in self._path.parent.glob(f"{self._path.name}.*.alive"):
            if path != session_file(self._path, self._alive.session):
                with _if_dead(path):
                    pass

    @contextlib.contextmanager
    def _transaction(self) -> Generator[None]:
        self._base.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._base.execute("rollback")
            raise
        self._base.execute("commit")


@dataclass(frozen=True, slots=True)
class Listener:
    """Whom the writer tells, from its own thread: keys on disk, trouble or "", a file set aside."""

    written: Callable[[tuple[str, ...]], None]
    trouble: Callable[[str], None]
    set_aside: Callable[[Path], None]


class DraftWriter:
    """Writes drafts within half a second in its own thread, and tries again while it cannot.

    Nothing is read or written before `start`. `put` never blocks. Rows found at the start are in `found`
    once `loaded` is set.
    """

    def __init__(self, path: Path, listener: Listener, seal: Seal | None = None) -> None:
        self._path = path
        self._seal = seal
        self._listener = listener
        self._lock = threading.Condition()
        self._waiting: dict[str, Row] = {}
        self._writing = 0
        self._hurry = False
        self._closing = False
        self._troubled = False
        self.loaded = threading.Event()
        self.found: tuple[Row, ...] = ()
        # A daemon: a window that failed to close it must not keep the process alive. `close` ends it.
        self._thread = threading.Thread(target=self._run, name="drafts", daemon=True)

    def start(self) -> None:
        """Begin to read and write; calling it again does nothing."""
        if self._thread.ident is None:
            self._thread.start()

    def put(self, row: Row) -> None:
        """Have the row written instead of what waits for its id."""
        with self._lock:
            self._waiting[row.id] = row
            self._lock.notify_all()

    def hurry(self) -> None:
        """Write what waits now, without waiting for it."""
        with self._lock:
            self._hurry = True
            self._lock.notify_all()

    def flush(self, timeout: float) -> bool:
        """Wait until everything put so far is on disk; False when it is not after `timeout` seconds."""
        with self._lock:
            self._hurry = True
            self._lock.notify_all()
            return self._lock.wait_for(lambda: not self._waiting and not self._writing, timeout)

    def close(self, timeout: float = 5.0) -> None:
        """Write what waits (one try) and end the thread; calling it again does nothing."""
        with self._lock:
            self._closing = True
            self._lock.notify_all()
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        file = self._open_until_it_works()
        self.loaded.set()
        if file is None:
            return
        try:
            while self._wait_for_work():
                self._write(file)
            self._write(file)
        finally:
            file.close()

    def _open_until_it_works(self) -> DraftFile | None:
        """The open file, its rows in `found`; None when closing came first."""
        while True:
            try:
                file = DraftFile(self._path, self._seal)
                try:
                    self.found = file.adopt()
                except BaseException:
                    file.close()
                    raise
            except (OSError, sqlite3.Error) as error:
                # The window must come up all the same: it reads no drafts then, and keeps new ones in memory.
                self.loaded.set()
                if not self._report(error):
                    return None
                continue
            self._well_again()
            if file.set_aside is not None:
                self._listener.set_aside(file.set_aside)
            return file

    def _wait_for_work(self) -> bool:
        """Wait for a change and then a little for more; False when closing."""
        with self._lock:
            self._lock.wait_for(lambda: self._waiting or self._closing)
            self._lock.wait_for(lambda: self._hurry or self._closing, WRITE_EVERY)
            self._hurry = False
            return not self._closing

    def _write(self, file: DraftFile) -> None:
        with self._lock:
            changes, self._waiting = self._waiting, {}
            self._writing += 1
        if changes:
            try:
                file.write(changes.values())
            except (OSError, sqlite3.Error) as error:
                with self._lock:
                    self._waiting = changes | self._waiting  # what came meanwhile is newer
                self._report(error)
                changes = {}
            else:
                self._well_again()
        with self._lock:
            self._writing -= 1
            self._lock.notify_all()
        if changes:
            self._listener.written(tuple(row.key for row in changes.values()))

    def _report(self, error: Exception) -> bool:
        """Tell of the trouble once, and wait before the next try; False when closing."""
        if not self._troubled:
            self._troubled = True
            _log.warning("drafts cannot be written: %s", error)
            self._listener.trouble(str(error))
        with self._lock:
            return not self._lock.wait_for(lambda: self._closing, RETRY_EVERY)

    def _well_again(self) -> None:
        if self._troubled:
            self._troubled = False
            self._listener.trouble("")
