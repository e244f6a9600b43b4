"""What engines say differently in SQL; everything else is written so that each of them understands it."""

from typing import Protocol


class Dialect(Protocol):
    """The few differences between engines."""

    name: str
    like: str

    def caseless(self, column: str) -> str:
        """What to sort and compare a text by without regard to the case of a to z, as its index has it."""
        ...


class SqliteDialect:
    """SQLite: the columns of texts that lists sort by are themselves declared without regard to case."""

    name = "sqlite"
    like = "LIKE"

    def caseless(self, column: str) -> str:
        """The column: its collation is NOCASE."""
        return column


class PostgresDialect:
    """PostgreSQL: every text stands in the order of its bytes, whatever the server's language."""

    name = "postgresql"
    like = "ILIKE"

    def caseless(self, column: str) -> str:
        """The column's small letters; in its collation "C" only a to z change."""
        return f"lower({column})"
