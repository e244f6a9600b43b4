"""peewee as this program uses it: models that describe the tables, the file engine, and its errors.

peewee loads every server's driver that it finds installed. No desk in a file needs one, and a desk on a server talks
to its driver without peewee (postgres.py); so peewee is loaded as on a machine that has none, which spares each start
about 0.1 s and 12 MB (docs/performance.md).
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def _out_of_sight(name: str) -> Generator[None]:
    """Let a package that is not loaded yet be looked for in vain meanwhile."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # how Python's import system spells "not to be found"
    try:
        yield
    finally:
        del sys.modules[name]


with _out_of_sight("psycopg"):
    from peewee import (
        SQL,
        BigIntegerField,
        BlobField,
        CompositeKey,
        DatabaseError,
        IntegerField,
        IntegrityError,
        InterfaceError,
        Model,
        OperationalError,
        PostgresqlDatabase,
        SmallIntegerField,
        SqliteDatabase,
        TextField,
    )
    from playhouse.sqlcipher_ext import SqlCipherDatabase

__all__ = [
    "SQL",
    "BigIntegerField",
    "BlobField",
    "CompositeKey",
    "DatabaseError",
    "IntegerField",
    "IntegrityError",
    "InterfaceError",
    "Model",
    "OperationalError",
    "PostgresqlDatabase",
    "SmallIntegerField",
    "SqlCipherDatabase",
    "SqliteDatabase",
    "TextField",
]
