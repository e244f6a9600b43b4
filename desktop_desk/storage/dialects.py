"""What engines say differently in SQL; everything else is written so that each of them understands it."""

from typing import Protocol


class Dialect(Protocol):
    """The few differences between engines."""

    name: str
    like: str

    def caseless(self, column: str) -> str:
        """What to sort and compare a text by without regard to the case of a to z, as its index has it."""
        ...

    def caseless_value(self, text: str) -> str:
        """A text as `caseless` has it."""
        ...


class SqliteDialect:
    """SQLite: the columns of texts that lists sort by are themselves declared without regard to case."""

    name = "sqlite"
    like = "LIKE"

    def caseless(self, column: str) -> str:
        """The column: its collation is NOCASE."""
        return column

    def caseless_value(self, text: str) -> str:
        """The text: its comparison with such a column knows no case."""
        return text


def small(text: str) -> str:
    """A text with small letters for A to Z and no others, as every engine compares texts without regard to case."""
    return text.encode().lower().decode()


def literal(text: str) -> str:
    """A text in which no sign stands for others in a LIKE with ESCAPE '\\'."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


SORTED = 400
"""PostgreSQL sorts by so many letters of a text: its indexes take no longer values than 2,700 bytes."""


class PostgresDialect:
    """PostgreSQL: every text stands in the order of its bytes, whatever the server's language."""

    name = "postgresql"
    like = "ILIKE"

    def caseless(self, column: str) -> str:
        """The column's small letters; in its collation "C" only a to z change."""
        return f"lower(left({column}, {SORTED}))"

    def caseless_value(self, text: str) -> str:
        """The beginning of a text with small letters for A to Z and no others."""
        return small(text[:SORTED])
