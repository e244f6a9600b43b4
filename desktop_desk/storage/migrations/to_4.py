"""Format 4: reports over years are summed up by spans of days. Says once what the spans up to now come to.

What the events of a day come to in all is no longer counted beside its dimensions.
"""

from desktop_desk.storage.database import Database
from desktop_desk.storage.tallies import SPAN


def upgrade(database: Database) -> None:
    """Sum the counts of days up by spans, as far as they are there: made again from the facts they bring theirs."""
    database.run("DELETE FROM day_tally WHERE dim = ''")
    database.run(
        "INSERT INTO span_tally (dim, what, span, value, n, total)"
        f" SELECT dim, what, day >> {SPAN}, value, SUM(n), SUM(total) FROM day_tally"
        f" GROUP BY dim, what, day >> {SPAN}, value"
    )
