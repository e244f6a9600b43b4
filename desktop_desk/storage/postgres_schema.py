"""The tables of a desk on PostgreSQL, made from the same models as those of a file, and their guards.

Texts stand in the order of their bytes ("C"), whatever language the server speaks. A trigger on every table refuses
whoever writes without saying that he is the journal: other tools, and a bug of ours.
"""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from desktop_desk.storage.database import Database
from desktop_desk.storage.dialects import PostgresDialect
from desktop_desk.storage.orm import Model, PostgresqlDatabase
from desktop_desk.storage.tables import TABLES, ContactRow, FactRow, PersonRow, TicketRow

WORDS = (
    "CREATE TABLE words (id INTEGER PRIMARY KEY, words TSVECTOR NOT NULL)",
    "CREATE INDEX words_found ON words USING gin (words) WITH (gin_pending_list_limit = 512)",
    "ALTER TABLE words ALTER COLUMN words SET STATISTICS 1000",
)
"""The words of all texts, by the arrival of their fact."""

CALLER_WORDS = 'CREATE TABLE person_words (id INTEGER PRIMARY KEY, text TEXT COLLATE "C" NOT NULL)'
CALLER_INDEX = """
    DO $make$
    BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE INDEX person_words_found ON person_words USING gin (text gin_trgm_ops);
    EXCEPTION WHEN insufficient_privilege OR undefined_file OR undefined_object OR feature_not_supported THEN
        RAISE NOTICE 'pg_trgm cannot be used: callers are found by reading through them';
    END $make$
"""
"""Any three letters or digits of callers; where the extension may not be made, their rows are read one by one."""

COMMITS = ("CREATE TABLE commits (n BIGINT NOT NULL)", "INSERT INTO commits VALUES (0)")
"""Counts what was committed, so that an open window knows when somebody else has written."""

GUARDS = """
    CREATE FUNCTION desk_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$
    BEGIN
        IF current_setting(TG_ARGV[0], true) IS DISTINCT FROM 'on' THEN
            RAISE EXCEPTION 'only the journal writes this table';
        END IF;
        RETURN NULL;
    END $guard$
"""

OWN: Mapping[str, tuple[str, ...]] = {"words": WORDS, "person_words": (CALLER_WORDS,), "commits": COMMITS}
"""The tables that only a server has, by name."""

_CASELESS = re.compile(r'COLLATE "C" NOT NULL COLLATE NOCASE')
_SORTED = {"subject", "caller_name"}


class _Written(PostgresqlDatabase):
    """Writes down the statements that peewee would run."""

    field_types: ClassVar[dict[str, str]] = {**PostgresqlDatabase.field_types, "TEXT": 'TEXT COLLATE "C"'}

    def __init__(self) -> None:
        super().__init__(None)
        self.statements: list[str] = []

    @property
    def index_value_literals(self) -> bool:
        """DDL takes no parameters, whatever driver there is or is not."""
        return True

    def execute(self, query: object, *_more: object, **_options: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Write a statement down; DDL has no values."""
        sql, params = query.query()  # type: ignore[attr-defined]
        if params:
            raise ValueError(f"a table cannot be made with values: {sql}")
        self.statements.append(sql.removesuffix(" WITHOUT ROWID"))


def create_schema(database: Database) -> None:
    """Make every table, index and guard in an empty schema; within `writing`."""
    for sql in statements():
        database.run(sql)
    database.run(CALLER_INDEX)
    for sql in guards():
        database.run(sql)


def statements() -> Iterator[str]:
    """The SQL of every table and index."""
    for table in TABLES:
        yield from statements_of(table)
    yield from own_tables()


def own_tables() -> tuple[str, ...]:
    """The SQL of the tables that only a server has."""
    return tuple(sql for statements in OWN.values() for sql in statements)


def guards() -> Iterator[str]:
    """The SQL of every guard."""
    yield GUARDS
    for name in table_names():
        only_grows = name == FactRow._meta.table_name
        for events, setting in (
            (("INSERT",), "desk.writing"),
            (("UPDATE", "DELETE", "TRUNCATE"), "desk.purging" if only_grows else "desk.writing"),
        ):
            what = "_".join(events).lower()
            yield (
                f"CREATE TRIGGER guard_{name}_{what} BEFORE {' OR '.join(events)} ON {name}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION desk_guard('{setting}')"
            )


def table_names() -> list[str]:
    """Every table of a desk."""
    return [*(table._meta.table_name for table in TABLES), *OWN]


def drop_schema(database: Database) -> None:
    """Take every table of a desk away, and its guard."""
    database.run(f"DROP TABLE IF EXISTS {', '.join(table_names())} CASCADE")
    database.run("DROP FUNCTION IF EXISTS desk_guard()")


def statements_of(table: type[Model]) -> Iterator[str]:
    """The SQL of one table with its indexes."""
    written = _Written()
    table._schema.__class__(table, written).create_all(safe=False)
    for sql in written.statements:
        if table in {PersonRow, ContactRow}:
            # A name or an address may be longer than an ordered index takes, and is only looked for whole.
            yield sql.replace('("key")', 'USING hash ("key")')
        else:
            yield _in_byte_order(sql) if table is TicketRow else sql
    if table is TicketRow:
        # Read backwards it begins with the last due: those without a due time come at the end both ways.
        yield "CREATE INDEX ticket_last_due ON ticket (state, due NULLS FIRST)"


def _in_byte_order(sql: str) -> str:
    """A statement for tickets, with what SQLite says by a collation and by its order of NULL said for PostgreSQL."""
    sql = _CASELESS.sub('COLLATE "C" NOT NULL', sql)
    if not sql.startswith("CREATE INDEX"):
        return sql
    for name in _SORTED:
        sql = sql.replace(f'"{name}")', f"{PostgresDialect().caseless(name)})")
    return sql.replace('"priority", "due")', '"priority", "due" NULLS FIRST)')
