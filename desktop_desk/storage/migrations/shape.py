"""Gives an older desk file the tables, indexes and guards of this version."""

from dataclasses import dataclass
from typing import Any

from desktop_desk.storage.guards import create_schema
from desktop_desk.storage.orm import Model, SqlCipherDatabase
from desktop_desk.storage.sqlite import SqliteDatabase
from desktop_desk.storage.tables import PROJECTIONS, TABLES

_PARTS = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    " ORDER BY rowid"
)
_WORDS = ("words_", "person_words")


@dataclass(frozen=True, slots=True)
class _Part:
    """A table, index or trigger, and the SQL that makes it."""

    kind: str
    name: str
    table: str
    sql: str


def take_shape(database: SqliteDatabase) -> bool:
    """Bring the file's tables to this version's models, in a transaction; True when projections must be made again.

    Tables of the log keep their rows and get the columns they lack; a projection that differs is made anew, empty. The
    full-text tables have been alike in every format.
    """
    wanted = _wanted()
    found = _parts(database.rows(_PARTS))
    for part in found.values():
        if part.kind == "trigger":
            database.run(f"DROP TRIGGER {part.name}")
    remake = _tables(database, wanted, found)
    _indexes(database, wanted)
    for part in wanted.values():
        if part.kind == "trigger":
            database.run(part.sql)
    return remake


def _wanted() -> dict[str, _Part]:
    """What a new desk file has."""
    db = SqlCipherDatabase(":memory:", passphrase="")
    try:
        create_schema(db)
        return _parts(db.connection().execute(_PARTS).fetchall())
    finally:
        db.close()


def _parts(rows: list[tuple[Any, ...]]) -> dict[str, _Part]:
    parts = (_Part(*row) for row in rows if row[3] is not None)
    return {part.name: part for part in parts if not part.table.startswith(_WORDS)}


def _tables(database: SqliteDatabase, wanted: dict[str, _Part], found: dict[str, _Part]) -> bool:
    remake = False
    for table in TABLES:
        name: str = table._meta.table_name
        if name not in found:
            database.run(wanted[name].sql)
        elif table not in PROJECTIONS:
            _add_columns(database, table)
        elif found[name].sql != wanted[name].sql:
            database.run(f"DROP TABLE {name}")
            database.run(wanted[name].sql)
            remake = True
    return remake


def _add_columns(database: SqliteDatabase, table: type[Model]) -> None:
    """Add the columns that a table of the log lacks, each with its model's default."""
    name: str = table._meta.table_name
    has = {row[1] for row in database.rows(f"PRAGMA table_info({name})")}
    for field in table._meta.sorted_fields:
        if field.column_name in has:
            continue
        empty = {"BLOB": "x''", "TEXT": "''"}.get(field.field_type, "0")
        default = repr(field.default) if isinstance(field.default, (int, str)) else empty
        rule = "" if field.null else f" NOT NULL DEFAULT {default}"
        database.run(f'ALTER TABLE {name} ADD COLUMN "{field.column_name}" {field.field_type}{rule}')


def _indexes(database: SqliteDatabase, wanted: dict[str, _Part]) -> None:
    """Drop the indexes that this version has not, or has otherwise; make those that are missing."""
    indexes = {part.name: part for part in wanted.values() if part.kind == "index"}
    kept = {part.name: part for part in _parts(database.rows(_PARTS)).values() if part.kind == "index"}
    for name, part in kept.items():
        if name not in indexes or indexes[name].sql != part.sql:
            database.run(f"DROP INDEX {name}")
    for name, part in indexes.items():
        if name not in kept or kept[name].sql != part.sql:
            database.run(part.sql)
