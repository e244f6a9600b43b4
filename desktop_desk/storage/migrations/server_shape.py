"""Gives an older desk on a server the tables, indexes and guards of this version.

What this version makes is made once more beside the desk, as temporary tables, so that the server itself says what
differs: its catalogues tell columns and indexes in one spelling, whoever wrote them.
"""

import re
from dataclasses import dataclass, field

from desktop_desk.storage.database import Database
from desktop_desk.storage.orm import Model
from desktop_desk.storage.postgres_schema import (
    CALLER_INDEX,
    OWN,
    guards,
    own_tables,
    statements_of,
    table_names,
)
from desktop_desk.storage.tables import PROJECTIONS, TABLES

LOCK_SECONDS = 60
"""So long the tables are waited for: another window may be reading them."""

_COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, COALESCE(o.collname, '')
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_collation o ON o.oid = a.attcollation
    WHERE c.relnamespace = {schema} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
"""
_INDEXES = """
    SELECT t.relname, i.relname, x.indisprimary,
        replace(pg_get_indexdef(x.indexrelid), ' ON ' || {name} || '.', ' ON ')
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
    WHERE t.relnamespace = {schema} AND t.relkind = 'r'
"""
_HERE = {"schema": "to_regnamespace(quote_ident(current_schema()))", "name": "quote_ident(current_schema())"}
_BESIDE = {"schema": "pg_my_temp_schema()", "name": "'pg_temp'"}
_MADE = re.compile(r'CREATE (?:UNIQUE )?INDEX "?(\w+)"?')
_OPTIONAL = {"person_words_found"}
"""An index that some servers cannot make."""


@dataclass(slots=True)
class _Shape:
    """The columns of tables with type, NULL and collation; their keys; the other indexes by name, with their table."""

    columns: dict[str, set[tuple[str, str, bool, str]]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    indexes: dict[str, tuple[str, str]] = field(default_factory=dict)


def take_shape(database: Database) -> bool:
    """Bring the desk's tables to this version's models, in a transaction; True when projections must be made again.

    Tables of the log keep their rows and get the columns they lack; a projection that differs is made anew, empty.
    """
    found = _read(database, _HERE)
    _hold(database, found)
    wanted = _wanted(database)
    database.run("DROP FUNCTION IF EXISTS desk_guard() CASCADE")
    remake = _tables(database, wanted, found)
    _indexes(database, wanted)
    for sql in guards():
        database.run(sql)
    return remake


def is_whole(database: Database) -> bool:
    """Whether every table of this version is there."""
    names = ", ".join(f"to_regclass('{name}')" for name in table_names())
    return None not in (database.row(f"SELECT {names}") or (None,))


def _hold(database: Database, found: _Shape) -> None:
    """Let nobody read the tables until they are changed: who reads would meet a half-made one."""
    there = [name for name in table_names() if name in found.columns]
    database.run(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
    database.run(f"LOCK TABLE {', '.join(there)} IN ACCESS EXCLUSIVE MODE")


def _wanted(database: Database) -> _Shape:
    """What a new desk has."""
    for statement in (*(sql for table in TABLES for sql in statements_of(table)), *own_tables()):
        if not statement.startswith("INSERT"):
            database.run(statement.replace("CREATE TABLE ", "CREATE TEMPORARY TABLE ", 1))
    shape = _read(database, _BESIDE)
    # While they are there they stand before the desk's own of the same names.
    database.run(f"DROP TABLE {', '.join(f'pg_temp.{name}' for name in table_names())}")
    return shape


def _read(database: Database, place: dict[str, str]) -> _Shape:
    shape = _Shape()
    for table, *column in database.rows(_COLUMNS.format(**place)):
        name, kind, filled, collation = column
        shape.columns.setdefault(table, set()).add((name, kind, filled, collation))
    for table, name, is_key, definition in database.rows(_INDEXES.format(**place)):
        if is_key:
            shape.keys[table] = definition
        else:
            shape.indexes[name] = (table, definition)
    return shape


def _tables(database: Database, wanted: _Shape, found: _Shape) -> bool:
    remake = False
    for table in TABLES:
        name: str = table._meta.table_name
        if name not in found.columns:
            _make(database, table)
        elif table not in PROJECTIONS:
            _add_columns(database, table, {column[0] for column in found.columns[name]})
        elif (found.columns[name], found.keys.get(name)) != (wanted.columns[name], wanted.keys.get(name)):
            database.run(f"DROP TABLE {name}")
            _make(database, table)
            remake = True
    for name, statements in OWN.items():
        if name not in found.columns:
            for sql in statements:
                database.run(sql)
            if name == "person_words":
                database.run(CALLER_INDEX)
            remake = True
    return remake


def _make(database: Database, table: type[Model]) -> None:
    for sql in statements_of(table):
        database.run(sql)


def _add_columns(database: Database, table: type[Model], has: set[str]) -> None:
    """Add the columns that a table of the log lacks, each with its model's default."""
    for column in table._meta.sorted_fields:
        if column.column_name in has:
            continue
        kind = {"BLOB": "BYTEA", "TEXT": 'TEXT COLLATE "C"'}.get(column.field_type, column.field_type)
        empty = {"BLOB": "''::bytea", "TEXT": "''"}.get(column.field_type, "0")
        default = repr(column.default) if isinstance(column.default, (int, str)) else empty
        rule = "" if column.null else f" NOT NULL DEFAULT {default}"
        name: str = table._meta.table_name
        database.run(f'ALTER TABLE {name} ADD COLUMN "{column.column_name}" {kind}{rule}')


def _indexes(database: Database, wanted: _Shape) -> None:
    """Drop the indexes that this version has not, or has otherwise; make those that are missing."""
    there = _read(database, _HERE).indexes
    own = set(table_names())
    for name, (table, definition) in there.items():
        if table in own and name not in _OPTIONAL and wanted.indexes.get(name, ("", ""))[1] != definition:
            database.run(f'DROP INDEX "{name}"')
    for sql in (*(sql for table in TABLES for sql in statements_of(table)), *own_tables()):
        made = _MADE.match(sql)
        if made and wanted.indexes.get(made[1]) != there.get(made[1]):
            database.run(sql)
