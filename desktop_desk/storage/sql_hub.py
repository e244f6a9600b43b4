"""A hub in a database: its shelves are one table of named bytes, in a SQLite file or on a PostgreSQL server."""

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from desktop_desk.desk.addresses import password_in
from desktop_desk.desk.exchange_ports import Shelf
from desktop_desk.desk.hub_faults import hub_unavailable, no_hub
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.storage.database import Database
from desktop_desk.storage.files import remove
from desktop_desk.storage.places import place_of
from desktop_desk.storage.sqlite import SqliteDatabase

APPLICATION_ID = 0x44485542
"""Marks a SQLite file as a hub: "DHUB"."""

_WRITE = (
    "INSERT INTO hub_shelf (shelf, name, body) VALUES (?, ?, ?)"
    " ON CONFLICT (shelf, name) DO UPDATE SET body = excluded.body"
)
_CLAIM = "INSERT INTO hub_shelf (shelf, name, body) VALUES (?, ?, ?)"
_NO_HUB = frozenset({"not_a_desk", "damaged"})


class SqlHub:
    """Shelves in one table; every change is a transaction of its own. Safe to use from any thread."""

    def __init__(self, database: Database, address: str) -> None:
        self._db = database
        self._address = address

    @property
    def address(self) -> str:
        """How a desk remembers it."""
        return self._address

    def names(self, shelf: Shelf) -> Sequence[str]:
        """What lies on a shelf, in order."""
        with self._spoken(self._db.reading):
            return sorted(
                name for (name,) in self._db.rows("SELECT name FROM hub_shelf WHERE shelf = ?", (shelf,))
            )

    def read(self, shelf: Shelf, name: str) -> bytes | None:
        """The bytes under a name; None for none."""
        with self._spoken(self._db.reading):
            found = self._db.row("SELECT body FROM hub_shelf WHERE shelf = ? AND name = ?", (shelf, name))
            return None if found is None else bytes(found[0])

    def write(self, shelf: Shelf, name: str, body: bytes) -> None:
        """Lay bytes under a name, in place of what lies there; durable and whole, or not at all."""
        with self._spoken(self._db.writing):
            self._db.run(_WRITE, (shelf, name, body))

    def claim(self, shelf: Shelf, name: str, body: bytes) -> bool:
        """Lay bytes under a name that is free; False when somebody has it."""
        with self._spoken(self._db.writing):
            # Nobody else writes within this transaction.
            sql = "SELECT 1 FROM hub_shelf WHERE shelf = ? AND name = ?"
            if self._db.row(sql, (shelf, name)) is not None:
                return False
            self._db.run(_CLAIM, (shelf, name, body))
            return True

    def remove(self, shelf: Shelf, name: str) -> None:
        """Take a name away, if it is there."""
        with self._spoken(self._db.writing):
            self._db.run("DELETE FROM hub_shelf WHERE shelf = ? AND name = ?", (shelf, name))

    def close(self) -> None:
        """Close this thread's connection."""
        self._db.close_thread()

    def make(self, *more: str, blob: str = "BLOB") -> None:
        """Make the table, where it is not there yet; `more` are statements of the same transaction."""
        with self._spoken(self._db.writing):
            self._db.run(
                "CREATE TABLE IF NOT EXISTS hub_shelf (shelf TEXT NOT NULL, name TEXT NOT NULL,"
                f" body {blob} NOT NULL, PRIMARY KEY (shelf, name))"
            )
            for statement in more:
                self._db.run(statement)

    def is_made(self) -> bool:
        """Whether the table is there, on a server."""
        with self._spoken(self._db.reading):
            sql = "SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = ?"
            return self._db.row(sql, ("hub_shelf",)) is not None

    @contextmanager
    def _spoken(self, transaction: Callable[[], AbstractContextManager[None]]) -> Generator[None]:
        """A transaction whose errors are about the hub."""
        try:
            with transaction():
                yield
        except StorageUnavailable as error:
            if error.kind in _NO_HUB:
                raise no_hub(self.address) from error
            raise hub_unavailable(error.kind, self.address) from error


def open_hub_file(path: Path) -> SqlHub:
    """The hub in a SQLite file; Invalid when the file is something else."""
    if not path.exists():
        raise hub_unavailable("missing", str(path))
    _refuse_network(path)
    database = SqliteDatabase(path, read_only=True)
    try:
        with database.reading():
            is_hub = database.value("PRAGMA application_id") == APPLICATION_ID
    except StorageUnavailable as error:
        raise (
            no_hub(str(path)) if error.kind in _NO_HUB else hub_unavailable(error.kind, str(path))
        ) from error
    finally:
        database.close_thread()
    if not is_hub:
        raise no_hub(str(path))
    return SqlHub(SqliteDatabase(path), str(path))


def make_hub_file(path: Path) -> SqlHub:
    """The hub in a SQLite file, which is made when it is not there; Invalid when it is something else."""
    if path.exists():
        return open_hub_file(path)
    if not path.parent.is_dir():
        raise hub_unavailable("missing", str(path))
    _refuse_network(path)
    hub = SqlHub(SqliteDatabase(path), str(path))
    try:
        with _closed_if_it_fails(hub):
            hub.make(f"PRAGMA application_id = {APPLICATION_ID}")
    except BaseException:
        remove(path)
        raise
    return hub


def open_hub_on_server(url: str) -> SqlHub:
    """The hub in a database on a PostgreSQL server; Invalid when the database has none."""
    hub = _on_server(url)
    with _closed_if_it_fails(hub):
        if not hub.is_made():
            raise no_hub(hub.address)
    return hub


def make_hub_on_server(url: str) -> SqlHub:
    """The hub in a database on a PostgreSQL server, where its table is made when it is not there."""
    hub = _on_server(url)
    # How often was committed is counted in every database of ours.
    counted = "INSERT INTO commits SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM commits)"
    with _closed_if_it_fails(hub):
        hub.make("CREATE TABLE IF NOT EXISTS commits (n BIGINT NOT NULL)", counted, blob="BYTEA")
    return hub


@contextmanager
def _closed_if_it_fails(hub: SqlHub) -> Generator[None]:
    try:
        yield
    except BaseException:
        hub.close()
        raise


def _on_server(url: str) -> SqlHub:
    from desktop_desk.storage.postgres import PostgresDatabase  # noqa: PLC0415  hubs in files do not need them
    from desktop_desk.storage.server_passwords import kept_password  # noqa: PLC0415

    try:
        return SqlHub(PostgresDatabase(url, password="" if password_in(url) else kept_password(url)), url)
    except ValueError as error:
        raise no_hub(url) from error


def _refuse_network(path: Path) -> None:
    if not place_of(path).is_safe:
        raise hub_unavailable("network", str(path))
