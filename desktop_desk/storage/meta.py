"""What holds for one desk alone: its format, its own replica, its notes; the rows of the table `meta`."""

from desktop_desk.storage.database import Database
from desktop_desk.storage.log_tables import Meta
from desktop_desk.storage.upserts import upsert

FORMAT = 4
"""The format this version writes; older ones are brought up to date (migrations)."""

_KEEP = upsert(Meta)


def kept(database: Database, key: str) -> str:
    """What is kept under a key; "" when nothing is."""
    return str(database.value("SELECT value FROM meta WHERE key = ?", (key,), default=""))


def keep(database: Database, key: str, value: object) -> None:
    """Keep a value as text, in place of the one before; within a transaction."""
    database.run(_KEEP, (key, str(value)))


def drop(database: Database, key: str) -> None:
    """Keep nothing under a key any more; within a transaction."""
    database.run("DELETE FROM meta WHERE key = ?", (key,))


def format_of(database: Database) -> int:
    """The format that a desk says it has; 0 when it says none."""
    with database.translated():
        return int(kept(database, "format") or 0)


def office_version(database: Database) -> int:
    """A number that grows with each change of the office."""
    return int(kept(database, "office") or 0)
