"""Format 4: reports over years are summed up by spans of days. Says once what the spans up to now come to."""

from desktop_desk.storage.database import Database
from desktop_desk.storage.tallies import SPAN


def upgrade(database: Database) -> None:
    """Sum the counts of days up by spans, as far as they are there: made again from the facts they bring theirs."""
    database.run(
        "INSERT INTO span_tally (dim, what, span, value, n, total)"
        f" SELECT dim, what, day >> {SPAN}, value, SUM(n), SUM(total) FROM day_tally"
        f" GROUP BY dim, what, day >> {SPAN}, value"
    )
