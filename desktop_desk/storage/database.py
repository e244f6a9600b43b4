"""What every engine that keeps a desk does the same: connections by thread, transactions, errors in plain words."""

import errno
import threading
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from desktop_desk.domain.errors import NotAllowed, StorageUnavailable
from desktop_desk.i18n import _
from desktop_desk.storage.dialects import Dialect
from desktop_desk.storage.text_indexes import CallerIndex, TextIndex


def unavailable(kind: str, path: str) -> StorageUnavailable:
    """The error of this kind in a plain sentence with what to do; `path` is the file, or an address to show."""
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
    reason, advice = {**texts, **_of_servers()}[kind]
    if "://" in path:
        advice = _on_server().get(kind, advice)
    return StorageUnavailable(kind, reason.format(path=path), advice)


def unavailable_by(error: OSError, path: Path) -> StorageUnavailable:
    """The same for a fault of the disk or folder."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return unavailable("full", str(path))
    refused = error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}
    return unavailable("read_only" if refused else "failed", str(path))


def _of_servers() -> dict[str, tuple[str, str]]:
    """What only happens to desks on a server, each with what to do."""
    return {
        "unreachable": (
            _("The server of the desk {path} cannot be reached."),
            _(
                "Check the network, and that the server runs. What was not saved yet can be saved once it is back."
            ),
        ),
        "denied": (
            _("The server of the desk {path} refuses this name or password."),
            _("Check both, or ask whoever looks after the server."),
        ),
        "no_database": (
            _("The server of {path} has no such database."),
            _("Check its name, or let whoever looks after the server make it."),
        ),
        "old_server": (
            _("The server of {path} is too old for a desk."),
            _("A desk needs PostgreSQL 15 or newer."),
        ),
    }


def _on_server() -> dict[str, str]:
    """What else to do where the desk is on a server."""
    return {
        "missing": _("Check the address, or make one with “desktop-desk new”."),
        "not_a_desk": _("Name another database or schema, or make a desk in it with “desktop-desk new”."),
        "damaged": _("Let whoever looks after the server restore its newest backup."),
        "read_only": _("Let whoever looks after the server give this user the right to write in it."),
        "failed": _("Let whoever looks after the server check its disk, then try again."),
    }


def key_of(uid: str) -> bytes:
    """An id as rows keep it; b"", which no row has, for a text that is no id."""
    try:
        return bytes.fromhex(uid)
    except ValueError:
        return b""


class Database(ABC):
    """Connections to one desk, one a thread; every write in one transaction that no other write stands beside.

    Statements mark their values with `?` and are such as every engine understands.

    Attributes:
        dialect: what this engine says differently.
        address: what people call the desk: its file, or its address without a password.
        look: of a copy of a backup to look at, in which nothing is written: when that was made, ms; else 0.
    """

    dialect: Dialect
    look = 0

    def __init__(self, address: str) -> None:
        self.address = address
        self._local = threading.local()

    @abstractmethod
    def connect(self) -> None:
        """Open this thread's connection; StorageUnavailable when the desk cannot be used."""

    @abstractmethod
    def close_thread(self) -> None:
        """Close this thread's connection, if any."""

    @abstractmethod
    def run(self, sql: str, params: Sequence[object] = ()) -> Any:
        """Run one statement and give its cursor."""

    @abstractmethod
    def run_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run one statement for many rows."""

    @abstractmethod
    def each(self, sql: str, params: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one after the other, without all of them in memory; within a transaction."""

    @abstractmethod
    def version(self) -> int:
        """A number that differs once another connection has committed."""

    @abstractmethod
    def scrub(self) -> None:
        """Let nothing stay, in what the engine keeps beside its tables, of what they no longer hold."""

    @abstractmethod
    def problems(self) -> list[str]:
        """What is wrong with how the engine itself keeps the desk, as far as a quick look tells."""

    @abstractmethod
    def texts(self) -> TextIndex:
        """The index of all texts."""

    @abstractmethod
    def callers(self) -> CallerIndex:
        """The index of callers."""

    @abstractmethod
    def translated(self) -> AbstractContextManager[None]:
        """Turns the engine's errors into StorageUnavailable; a broken rule of ours stays a bug."""

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.run(sql, params).fetchall()

    def row(self, sql: str, params: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """The first row of a query."""
        return self.run(sql, params).fetchone()

    def value(self, sql: str, params: Sequence[object] = (), default: Any = None) -> Any:
        """The first column of the first row."""
        found = self.row(sql, params)
        return default if found is None or found[0] is None else found[0]

    @property
    @abstractmethod
    def is_connected(self) -> bool:
        """Whether this thread has a connection."""

    @property
    def is_writing(self) -> bool:
        """Whether this thread is within a writing transaction."""
        return getattr(self._local, "writing", False)

    @property
    def is_purging(self) -> bool:
        """Whether this thread may redact facts."""
        return getattr(self._local, "purging", False)

    @contextmanager
    def reading(self) -> Generator[None]:
        """One consistent view for all queries inside; free within another of either kind."""
        self.connect()
        if self.is_writing or getattr(self._local, "reading", False):
            yield
            return
        self._local.reading = True
        try:
            with self.translated(), self._view():
                yield
        finally:
            self._local.reading = False

    @contextmanager
    def writing(self) -> Generator[None]:
        """One transaction in which the tables may be written; all or nothing, durable at its end."""
        if self.is_writing:
            yield
            return
        self.connect()
        if self.look:
            raise NotAllowed(
                _("This is a copy of a backup, only to look at: nothing can be written in it."),
                _("To work with it, restore the backup as a new desk."),
            )
        with self.translated():
            self._begin()
            self._local.writing = True
            try:
                yield
                self._commit()
            except BaseException:
                self._roll_back()
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

    @abstractmethod
    def _view(self) -> AbstractContextManager[None]:
        """A transaction that only reads, always of the same moment."""

    @abstractmethod
    def _begin(self) -> None:
        """Begin a transaction that may write, as soon as no other does."""

    @abstractmethod
    def _commit(self) -> None:
        """Make what was written durable."""

    @abstractmethod
    def _roll_back(self) -> None:
        """Drop what was written since `_begin`, if its transaction still stands."""
