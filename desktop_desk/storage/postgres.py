"""A desk on a PostgreSQL server: connections and transactions, and the server's errors in the words of the trade.

All who write take one lock, so that facts arrive in the order in which they are committed, as they do in a file.
"""

import random
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import pq
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.types.numeric import Int8Dumper

from desktop_desk.desk.addresses import shown_address
from desktop_desk.storage.database import Database, unavailable
from desktop_desk.storage.dialects import PostgresDialect
from desktop_desk.storage.postgres_faults import Begun, kind_of, not_saved, refused, was_saved
from desktop_desk.storage.postgres_faults import sql as _text
from desktop_desk.storage.postgres_words import PostgresCallerWords, PostgresWords
from desktop_desk.storage.postgres_writes import (
    Gathered,
    in_groups,
    numbered,
    tables_in,
    without_nul,
    written_table,
)
from desktop_desk.storage.text_indexes import CallerIndex, TextIndex

LOCK_SECONDS = 10
TRIES = 6
PREPARED_AFTER, PREPARED_MOST = 3, 400

_BEGIN = f"""
    BEGIN;
    SET LOCAL lock_timeout = '{LOCK_SECONDS}s';
    SET LOCAL desk.writing = 'on';
    SELECT pg_advisory_xact_lock(hashtextextended('desktop-desk ' || current_schema(), 0));
    SET LOCAL lock_timeout = 0;
    SELECT CASE WHEN pg_is_in_recovery() THEN '' ELSE pg_current_xact_id()::text END,
"""
_FORMAT = "(SELECT value FROM meta WHERE key = 'format')"
_BEGIN_VIEW = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_COMMIT = ("UPDATE commits SET n = n + 1", "COMMIT")

_SESSION = """
    SET jit = off;
    SET client_min_messages = warning;
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
"""
"""What is saved must outlive a power cut, also where the server would rather be quick."""

_PATIENCE: Mapping[str, object] = {
    "connect_timeout": 10,
    # A line that went dead is noticed in seconds, not in hours.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "application_name": "desktop-desk",
}

GATHERED = 2_000
"""So many statements, or rows of one, are sent at once."""


def connection_options(url: str) -> dict[str, Any]:
    """What the server's library is told; what the address itself says comes before our own wishes.

    Raises:
        ValueError: it is no address.
    """
    try:
        named = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        # Its own sentence may quote the password.
        raise ValueError(f"no address of a PostgreSQL server: {shown_address(url)}") from None
    return {**_PATIENCE, **named}


class _YesOrNo(Dumper):
    """Yes and no go to the server as 1 and 0, as tables keep them."""

    oid = psycopg.postgres.types["int2"].oid

    def dump(self, obj: Any) -> Buffer | None:
        return b"1" if obj else b"0"


class PostgresDatabase(Database):
    """Connections to one desk on a server, one a thread; every write in one transaction under the desk's lock.

    A lost connection is StorageUnavailable of kind "unreachable"; the next call connects anew. What had begun when
    it was lost is not done again: only its author knows whether he still means it.

    Args:
        url: "postgresql://…" as libpq reads it; without a password in it, libpq's own ways to find one are taken.
        overhear: told every statement that is run, for whoever measures.
        password: of the server's user, where it was found elsewhere.

    Attributes:
        format: nothing is written once the desk has a newer format than this; 0 asks for none.
    """

    dialect = PostgresDialect()

    def __init__(self, url: str, overhear: Callable[[str], None] | None = None, password: str = "") -> None:
        super().__init__(shown_address(url))
        self._options: dict[str, Any] = connection_options(url)
        if password:
            self._options["password"] = password
        self.format = 0
        self._overhear = overhear

    def connect(self) -> None:
        """Open this thread's connection; StorageUnavailable when the server cannot be reached or refuses."""
        self._connection()

    @property
    def is_connected(self) -> bool:
        """Whether this thread has a connection."""
        return getattr(self._local, "connection", None) is not None

    def close_thread(self) -> None:
        """Close this thread's connection, if any."""
        connection: psycopg.Connection[Any] | None = getattr(self._local, "connection", None)
        self._local.connection = None
        if connection is not None:
            connection.close()

    def run(self, sql: str, params: Sequence[object] = ()) -> Any:
        """Run one statement and give its cursor; of one that only writes, in a transaction, there is none."""
        if self._overhear is not None:
            self._overhear(sql)
        if self.is_writing:
            table = written_table(sql)
            if table:
                self._gather(table, sql, (params,))
                return None
        with self.translated():
            if self._pending and self._concerned(sql):
                self._flush()
            try:
                return self._execute(sql, params)
            except psycopg.OperationalError:
                if not self._lost() or self._in_transaction:
                    raise
                # Nothing had begun: the server was away meanwhile, or closed what was idle.
                return self._execute(sql, params)

    def run_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run one statement for many rows."""
        if self._overhear is not None:
            self._overhear(sql)
        table = written_table(sql) if self.is_writing else ""
        if table:
            self._gather(table, sql, rows)
            return
        with self.translated():
            self._connection().cursor().executemany(_text(numbered(sql)), rows)

    def each(self, sql: str, params: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one after the other, without all of them in memory; within a transaction."""
        if self._pending and self._concerned(sql):
            with self.translated():
                self._flush()
        with self.translated(), self._connection().cursor(f"each_{self._next()}") as cursor:
            cursor.itersize = 2_000
            cursor.execute(_text(numbered(sql)), params)
            yield from cursor

    def version(self) -> int:
        """A number that differs once another connection has committed."""
        return self.value("SELECT n FROM commits") - getattr(self._local, "committed", 0)

    def scrub(self) -> None:
        """Make sure that nothing deleted can be read any more: what no transaction sees is cleared away at once."""
        self.run("VACUUM")

    @property
    def server_version(self) -> int:
        """The server's version, such as 15."""
        return self._connection().info.server_version // 10_000

    def texts(self) -> TextIndex:
        """The index of all texts."""
        return PostgresWords(self)

    def callers(self) -> CallerIndex:
        """The index of callers."""
        return PostgresCallerWords(self)

    def problems(self) -> list[str]:
        """Nothing: how the server keeps its pages is its own to check."""
        return []

    @contextmanager
    def translated(self) -> Generator[None]:
        """Turns the server's errors into StorageUnavailable; a broken rule of ours stays a bug."""
        try:
            yield
        except psycopg.Error as error:
            kind = kind_of(error, lost=self._lost())
            if kind:
                raise unavailable(kind, self.address) from error
            raise

    @contextmanager
    def purging(self) -> Generator[None]:
        """Lets facts be redacted; only within `writing`."""
        with super().purging():
            self.run("SET LOCAL desk.purging = 'on'")
            yield
            self._flush()
            self.run("SET LOCAL desk.purging = 'off'")

    @contextmanager
    def _view(self) -> Generator[None]:
        self.run(_BEGIN_VIEW)
        self._local.in_transaction = True
        try:
            yield
        finally:
            self._end()

    def _begin(self) -> None:
        for attempt in range(TRIES):
            try:
                self._local.begun = self._taken_up()
            except psycopg.Error as error:
                self._end()
                waits = isinstance(error, (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected))
                if attempt == TRIES - 1 or not (waits or (self._lost() and attempt == 0)):
                    raise
                # Not a secret: it only keeps two waiting programs from meeting again.
                time.sleep(random.uniform(0.01, 0.1))  # noqa: S311
            else:
                self._local.in_transaction = True
                return

    def _taken_up(self) -> Begun:
        """Begin, once no other writes; all that must be asked for goes there and back together."""
        connection = self._connection()
        asked = _BEGIN + (_FORMAT if self.format else "''")
        cursor = connection.execute(_text(asked))
        while cursor.nextset():
            pass
        ((transaction, found),) = cursor.fetchall()
        if self.format and int(found or 0) > self.format:
            self._end()
            raise unavailable("newer", self.address)
        return Begun(transaction, connection.info.backend_pid)

    def _commit(self) -> None:
        try:
            self._flush(at_end=_COMMIT)
        except psycopg.Error as error:
            if not self._is_cut_off(error):
                raise
            self._local.in_transaction = False
            self.close_thread()
            if not was_saved(self._local.begun, self._connection, self.address):
                raise not_saved(self.address) from error
        self._local.in_transaction = False
        self._local.committed = getattr(self._local, "committed", 0) + 1

    def _roll_back(self) -> None:
        self._end()

    def _end(self) -> None:
        """End a transaction without keeping anything, whatever became of it."""
        self._local.in_transaction = False
        self._pending.clear()
        connection: psycopg.Connection[Any] | None = getattr(self._local, "connection", None)
        if connection is None or connection.closed:
            return
        if connection.info.pipeline_status != pq.PipelineStatus.OFF:
            self.close_thread()  # it was cut off in the middle, and says nothing sensible any more
            return
        with suppress(psycopg.OperationalError):  # the server has then ended it by itself
            if connection.info.transaction_status != pq.TransactionStatus.IDLE:
                connection.execute("ROLLBACK")

    @property
    def _pending(self) -> list[Gathered]:
        """What this thread's transaction has written and not yet sent, in its order."""
        found: list[Gathered] | None = getattr(self._local, "pending", None)
        if found is None:
            found = self._local.pending = []
        return found

    def _gather(self, table: str, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Write later, many rows at once: waiting for the server's answer to each would take most of the time."""
        if any("\0" in value for row in rows for value in row if isinstance(value, str)):
            rows = [without_nul(row) for row in rows]
        pending = self._pending
        if table == "fact" and sql.startswith("INSERT") and rows:
            self._local.begun.note(rows[-1])
        if pending and pending[-1].sql == sql:
            pending[-1].rows.extend(rows)
        else:
            pending.append(Gathered(table, sql, list(rows)))
        if len(pending[-1].rows) > GATHERED or len(pending) > GATHERED:
            with self.translated():
                self._flush()

    def _concerned(self, sql: str) -> bool:
        """Whether a statement may need what is not yet sent: it names one of its tables."""
        tables = tables_in(sql)
        return any(gathered.table in tables for gathered in self._pending)

    def _flush(self, at_end: Sequence[str] = ()) -> None:
        """Send what was gathered, in its order, without waiting in between."""
        connection = self._connection()
        pending, self._local.pending = self._pending, []
        with connection.pipeline():
            cursor = connection.cursor()
            for gathered in pending:
                for sql, rows in in_groups(gathered.sql, gathered.rows):
                    cursor.executemany(_text(numbered(sql)), rows)
            for sql in at_end:
                connection.execute(_text(sql))

    @property
    def _in_transaction(self) -> bool:
        return getattr(self._local, "in_transaction", False)

    def _execute(self, sql: str, params: Sequence[object]) -> psycopg.Cursor[tuple[Any, ...]]:
        # A search is planned for its own words: what is right for a rare one is slow for a common one.
        once = False if "@@" in sql or " LIKE " in sql else None
        return self._connection().execute(_text(numbered(sql)), params, prepare=once)

    def _connection(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """This thread's connection, made anew when it was lost; not in the middle of a transaction."""
        connection: psycopg.Connection[Any] | None = getattr(self._local, "connection", None)
        if connection is not None and (not connection.closed or self._in_transaction):
            return connection
        try:
            connection = psycopg.connect(
                **self._options, autocommit=True, cursor_factory=psycopg.RawCursor,
            )  # fmt: skip
            connection.prepare_threshold = PREPARED_AFTER
            connection.prepared_max = PREPARED_MOST
            connection.adapters.register_dumper(bool, _YesOrNo)
            # One type for all numbers: statements are prepared by the types of their values.
            connection.adapters.register_dumper(int, Int8Dumper)
            connection.execute(_SESSION)
        except psycopg.Error as error:
            raise refused(error, self.address) from error
        self._local.connection = connection
        # What was committed before counts for this connection as what others did.
        self._local.committed = 0
        return connection

    def _lost(self) -> bool:
        connection: psycopg.Connection[Any] | None = getattr(self._local, "connection", None)
        return connection is None or connection.closed

    def _is_cut_off(self, error: psycopg.Error) -> bool:
        """Whether no answer came, so that nothing is known of what was sent last."""
        return self._lost() or (isinstance(error, psycopg.OperationalError) and not error.sqlstate)

    def _next(self) -> int:
        self._local.series = getattr(self._local, "series", 0) + 1
        return self._local.series
