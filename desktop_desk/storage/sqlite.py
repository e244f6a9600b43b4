"""One desk file: SQLite's connections and transactions, and its errors in the words of the trade."""

import os
import random
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from desktop_desk.storage.database import Database, unavailable
from desktop_desk.storage.dialects import SqliteDialect
from desktop_desk.storage.guards import PURGING, WRITING
from desktop_desk.storage.network import Footing, refuse_network
from desktop_desk.storage.orm import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SqlCipherDatabase,
)
from desktop_desk.storage.text_indexes import CallerIndex, TextIndex
from desktop_desk.storage.words import CallerWords, Words

BUSY_SECONDS = 10
TRIES = 6
TURN_SECONDS = 0.05
"""Without WAL a program asks for its turn so often, and leaves others this much time to get theirs between two acts."""
CACHE_KIB = 8_000

_OWN_DISK = {"journal_mode": "wal", "synchronous": "full"}
_NETWORK = {"journal_mode": "delete", "synchronous": "extra", "mmap_size": 0}

KEY_BYTES = 32
"""The length of a raw key."""

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
    ("vtable constructor failed", "failed"),  # all that FTS5 says of a read that failed while it was opened
)


def _untouched(path: Path, *, still: bool) -> str:
    """The address under which SQLite reads a file without writing beside it more than it must."""
    alone = not path.with_name(f"{path.name}-wal").exists() and not os.access(path.parent, os.W_OK)
    return f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if alone or still else ''}"


def passphrase_of(key: bytes | None) -> str:
    """A key in the form in which SQLCipher takes it as it is: from a passphrase it would derive one, for 345 ms."""
    return "" if key is None else f"x'{key.hex()}'"


@contextmanager
def translated(path: Path) -> Generator[None]:
    """Turns SQLite's errors about a file into StorageUnavailable; a broken rule of ours stays a bug."""
    try:
        yield
    except IntegrityError:
        raise
    except (DatabaseError, OperationalError, InterfaceError) as error:
        raise _in_plain_words(error, path) from error
    except Exception as error:
        if type(error).__module__.startswith("sqlcipher3") and type(error).__name__ != "IntegrityError":
            raise _in_plain_words(error, path) from error
        raise


def _in_plain_words(error: Exception, path: Path) -> Exception:
    text = str(error).lower()
    kind = next((kind for words, kind in _REASONS if words in text), "")
    if kind == "missing" and path.exists():
        # SQLite says no more than that it could not open what it keeps beside the file, or the file itself.
        writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        kind = "failed" if writable else "read_only"
    return unavailable(kind, str(path)) if kind else error


class SqliteDatabase(Database):
    """Connections to one desk file, one a thread; every write in one IMMEDIATE transaction.

    A transaction is retried when another process holds the file, so that "database is locked" reaches nobody unless
    the other holds it for a minute.

    Args:
        overhear: told every statement that SQLite runs, for whoever measures.
        read_only: leave the file exactly as it is, even its way of keeping a journal.
        key: the 32 bytes that the file is encrypted with; None for one that is not. A wrong one is "not_a_desk".
        footing: what the file stands on where it lies on a network folder: it is kept without WAL and without
            memory shared with the system then. Without one such a place is refused: "network".
    """

    dialect = SqliteDialect()

    def __init__(
        self,
        path: Path,
        overhear: Callable[[str], None] | None = None,
        *,
        read_only: bool = False,
        key: bytes | None = None,
        footing: Footing | None = None,
    ) -> None:
        super().__init__(str(path))
        if footing is None and not read_only:
            refuse_network(path)
        if key is not None and len(key) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        self.path = path
        self.key = key
        self._overhear = overhear
        self._committed = 0.0
        self.footing = footing
        # A file of WAL that nobody has open is read as it stands. An encrypted one does not tell whether it is one, and
        # others may write to it: it is turned first.
        still = footing is not None and footing.was_wal and key is None
        self._may_turn = not read_only or not still
        self._passphrase = passphrase_of(key)
        writable = {**(_OWN_DISK if footing is None else _NETWORK), "secure_delete": "on"}
        self.db = SqlCipherDatabase(
            _untouched(path, still=still) if read_only else str(path),
            uri=read_only,
            passphrase=self._passphrase,
            autoconnect=False,
            pragmas={
                # peewee hands no timeout on to this driver.
                "busy_timeout": round((BUSY_SECONDS if footing is None else TURN_SECONDS) * 1000),
                # A wrong key is told by an error, and not by lines on stderr as well.
                **({} if key is None else {"cipher_log_level": "none"}),
                **({} if read_only else writable),
                "cache_size": -CACHE_KIB,
                "temp_store": "memory",
            },
        )
        self.db.register_function(lambda: int(self.is_writing), WRITING, 0)
        self.db.register_function(lambda: int(self.is_purging), PURGING, 0)

    def connect(self) -> None:
        """Open this thread's connection; StorageUnavailable when the file cannot be used."""
        if self.db.is_closed():
            with self.translated():
                if self.footing is not None and self.footing.was_wal and self._may_turn:
                    self._leave_wal(self.footing)
                self._retried(self.db.connect)
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

    def each(self, sql: str, params: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one after the other, without all of them in memory; within a transaction."""
        yield from self.run(sql, params)

    def version(self) -> int:
        """A number that differs once another connection has committed."""
        return int(self.value("PRAGMA data_version"))

    def problems(self) -> list[str]:
        """What SQLite finds wrong with the file's pages."""
        return [text for (text,) in self.rows("PRAGMA quick_check") if text != "ok"]

    def texts(self) -> TextIndex:
        """The index of all texts."""
        return Words(self)

    def callers(self) -> CallerIndex:
        """The index of callers."""
        return CallerWords(self)

    def translated(self) -> AbstractContextManager[None]:
        """Turns SQLite's errors into StorageUnavailable; a broken rule of ours stays a bug."""
        return translated(self.path)

    @property
    def is_connected(self) -> bool:
        """Whether this thread has a connection; at a file that was moved away, opening one would make a new file."""
        return not self.db.is_closed()

    def scrub(self) -> None:
        """Let nothing stay in full-text tables, free pages and the log of what the tables no longer hold."""
        with self.writing():
            for table in self.rows("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'"):
                # Deleted words stay in such a table until its parts are merged; secure_delete wipes the old parts.
                self.run(f"INSERT INTO {table[0]}({table[0]}) VALUES ('optimize')")
        with self.translated():
            self._retried(lambda: self.run("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())

    @contextmanager
    def _view(self) -> Generator[None]:
        self.run("BEGIN")
        try:
            if self.footing is not None:
                # Without WAL a reader waits for writers, too, and SQLite's own waiting is not fair.
                self._retried(lambda: self.run("SELECT 1 FROM sqlite_master LIMIT 1").fetchone())
            yield
        finally:
            self._roll_back()

    def _leave_wal(self, footing: Footing) -> None:
        """Turn a file of WAL back to a rollback journal, alone with it: in this mode nothing is shared in memory."""
        alone = SqlCipherDatabase(
            str(self.path),
            passphrase=self._passphrase,
            autoconnect=False,
            pragmas={
                # Who reads keeps out whoever wants to be alone: of several that begin at once each lets go soon.
                "busy_timeout": round(TURN_SECONDS * 1000),
                "locking_mode": "exclusive",
                "journal_mode": "delete",
            },
        )
        try:
            self._retried(alone.connect)
        finally:
            alone.close()
        footing.was_wal = False

    def _begin(self) -> None:
        if self.footing is not None:
            self.footing.require()
            # Who begins again at once would be first each time: others wait between two looks, and never get in.
            time.sleep(max(0.0, self._committed + TURN_SECONDS - time.monotonic()))
        self._retried(lambda: self.run("BEGIN IMMEDIATE"))

    def _commit(self) -> None:
        self._retried(lambda: self.run("COMMIT"))
        self._committed = time.monotonic()

    def _roll_back(self) -> None:
        # Where the disk fails SQLite has ended the transaction by itself.
        if self.db.connection().in_transaction:
            self.run("ROLLBACK")

    def _retried(self, step: Callable[[], object]) -> None:
        """Do a step again while another process holds the file: SQLite's own waiting is not fair under load."""
        until = time.monotonic() + BUSY_SECONDS * TRIES
        while True:
            try:
                step()
            except Exception as error:
                if "locked" not in str(error).lower() or time.monotonic() >= until:
                    raise
                # Not a secret: it only keeps two waiting processes from meeting again.
                time.sleep(random.uniform(0.01, 0.1))  # noqa: S311
            else:
                return
