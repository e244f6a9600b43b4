"""One desk file: connections, transactions, and SQLite's errors in the words of the trade."""

import os
import random
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peewee import DatabaseError, IntegrityError, InterfaceError, OperationalError
from playhouse.sqlcipher_ext import SqlCipherDatabase

from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.i18n import _
from desktop_desk.storage.guards import PURGING, WRITING

BUSY_SECONDS = 10
TRIES = 6
CACHE_KIB = 8_000

_REASONS: tuple[tuple[str, str], ...] = (
    ("locked", "locked"),
    ("busy", "locked"),
    ("full", "full"),
    ("readonly", "read_only"),
    ("read-only", "read_only"),
    ("not a database", "not_a_desk"),
    ("malformed", "damaged"),
    ("corrupt", "damaged"),
    ("unable to open", "missing"),
    ("disk i/o", "failed"),
)


def unavailable(kind: str, path: str) -> StorageUnavailable:
    """The error of this kind in a plain sentence with what to do."""
    texts = {
        "missing": (
            _("There is no desk at {path}."),
            _("Check the name, or make one with “desktop-desk new”."),
        ),
        "not_a_desk": (_("{path} is not a desk."), _("Choose a .desk file, or make a new desk.")),
        "damaged": (
            _("The desk {path} is damaged."),
            _("Leave the file as it is and restore the newest backup into a new file."),
        ),
        "newer": (
            _("The desk {path} was written by a newer version of this program."),
            _("Update this program; the desk was not changed."),
        ),
        "read_only": (
            _("The desk {path} may only be read, not written."),
            _("Give yourself write permission for the file and its folder."),
        ),
        "locked": (
            _("Another program is holding the desk {path}."),
            _("Close it or wait a moment, then try again; nothing was lost."),
        ),
        "full": (_("The disk with {path} is full."), _("Make room and save again; nothing was lost.")),
        "failed": (_("The disk with {path} failed to read or write."), _("Check the disk, then try again.")),
    }
    reason, advice = texts[kind]
    return StorageUnavailable(kind, reason.format(path=path), advice)


def key_of(uid: str) -> bytes:
    """An id as rows keep it; b"", which no row has, for a text that is no id."""
    try:
        return bytes.fromhex(uid)
    except ValueError:
        return b""


def _untouched(path: Path) -> str:
    """The address under which SQLite reads a file without writing beside it more than it must."""
    alone = not path.with_name(f"{path.name}-wal").exists() and not os.access(path.parent, os.W_OK)
    return f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if alone else ''}"


class Database:
    """Connections to one desk file, one a thread; every write in one IMMEDIATE transaction.

    A transaction is retried when another process holds the file, so that "database is locked" reaches nobody unless
    the other holds it for a minute.

    Args:
        overhear: told every statement that SQLite runs, for whoever measures.
        read_only: leave the file exactly as it is, even its way of keeping a journal.
    """

    def __init__(
        self, path: Path, overhear: Callable[[str], None] | None = None, *, read_only: bool = False
    ) -> None:
        self.path = path
        self._overhear = overhear
        self._local = threading.local()
        writable = {"journal_mode": "wal", "synchronous": "full", "secure_delete": "on"}
        self.db = SqlCipherDatabase(
            _untouched(path) if read_only else str(path),
            uri=read_only,
            passphrase="",
            timeout=BUSY_SECONDS,
            autoconnect=False,
            pragmas={
                **({} if read_only else writable),
                "cache_size": -CACHE_KIB,
                "temp_store": "memory",
            },
        )
        self.db.register_function(self._is_writing, WRITING, 0)
        self.db.register_function(self._is_purging, PURGING, 0)

    def connect(self) -> None:
        """Open this thread's connection; StorageUnavailable when the file cannot be used."""
        if self.db.is_closed():
            with self.translated():
                self.db.connect()
            if self._overhear is not None:
                self.db.connection().set_trace_callback(self._overhear)

    def close_thread(self) -> None:
        """Close this thread's connection, if any."""
        if not self.db.is_closed():
            self.db.close()

    def run(self, sql: str, params: Sequence[object] = ()) -> Any:
        """Run one statement and give its cursor."""
        return self.db.connection().execute(sql, params)

    def run_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run one statement for many rows."""
        self.db.connection().executemany(sql, rows)

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.db.connection().execute(sql, params).fetchall()

    def row(self, sql: str, params: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """The first row of a query."""
        return self.db.connection().execute(sql, params).fetchone()

    def value(self, sql: str, params: Sequence[object] = (), default: Any = None) -> Any:
        """The first column of the first row."""
        found = self.row(sql, params)
        return default if found is None or found[0] is None else found[0]

    @property
    def is_writing(self) -> bool:
        """Whether this thread is within a writing transaction."""
        return getattr(self._local, "writing", False)

    @contextmanager
    def reading(self) -> Generator[None]:
        """One consistent view for all queries inside; free within another of either kind."""
        self.connect()
        if self.is_writing or getattr(self._local, "reading", False):
            yield
            return
        self._local.reading = True
        try:
            with self.translated():
                self.run("BEGIN")
                try:
                    yield
                finally:
                    self.run("ROLLBACK")
        finally:
            self._local.reading = False

    @contextmanager
    def writing(self) -> Generator[None]:
        """One transaction in which the tables may be written; all or nothing, durable at its end."""
        if self.is_writing:
            yield
            return
        self.connect()
        with self.translated():
            self._retried(lambda: self.run("BEGIN IMMEDIATE"))
            self._local.writing = True
            try:
                yield
                self._retried(lambda: self.run("COMMIT"))
            except BaseException:
                if self.db.connection().in_transaction:
                    self.run("ROLLBACK")
                raise
            finally:
                self._local.writing = False

    @contextmanager
    def purging(self) -> Generator[None]:
        """Lets facts be redacted; only within `writing`."""
        self._local.purging = True
        try:
            yield
        finally:
            self._local.purging = False

    @contextmanager
    def translated(self) -> Generator[None]:
        """Turns SQLite's errors into StorageUnavailable; a broken rule of ours stays a bug."""
        try:
            yield
        except IntegrityError:
            raise
        except (DatabaseError, OperationalError, InterfaceError) as error:
            raise self._translate(error) from error
        except Exception as error:
            if type(error).__module__.startswith("sqlcipher3") and type(error).__name__ != "IntegrityError":
                raise self._translate(error) from error
            raise

    def _translate(self, error: Exception) -> Exception:
        text = str(error).lower()
        kind = next((kind for words, kind in _REASONS if words in text), "")
        if kind == "missing" and self.path.exists():
            kind = "read_only"
        return unavailable(kind, str(self.path)) if kind else error

    def _retried(self, step: Callable[[], object]) -> None:
        """Do a step again while another process holds the file: SQLite's own waiting is not fair under load."""
        for attempt in range(TRIES):
            try:
                step()
            except Exception as error:
                if "locked" not in str(error).lower() or attempt == TRIES - 1:
                    raise
                # Not a secret: it only keeps two waiting processes from meeting again.
                time.sleep(random.uniform(0.01, 0.1))  # noqa: S311
            else:
                return

    def _is_writing(self) -> int:
        return int(self.is_writing)

    def _is_purging(self) -> int:
        return int(getattr(self._local, "purging", False))
