"""Format 2: logs that are sent to others. Says once for each log what it had been shown of others (`reach`)."""

from desktop_desk.desk.ports import Clock
from desktop_desk.storage.database import Database
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.journal import COLUMNS, Journal, Reaches


def upgrade(database: Database) -> None:
    """Note the reaches of logs whose facts say what others had written: those of desks restored from a backup."""
    journal = Journal(database, _no_clock, RandomIds())
    sql = f"SELECT {COLUMNS} FROM fact WHERE replica = ? AND context IS NOT NULL ORDER BY seq"
    for (replica,) in database.rows("SELECT id FROM replica ORDER BY id"):
        reaches = Reaches(database, replica)
        for row in database.rows(sql, (replica,)):
            reaches.stored(journal.fact_of(row))
        reaches.flush()


def _time() -> int:
    raise AssertionError("reading facts asks no clock")


_no_clock: Clock = _time
