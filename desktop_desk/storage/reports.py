"""Reads the sums behind the summary report."""

from collections.abc import Mapping

from desktop_desk.desk.reports import ReportRequest
from desktop_desk.storage.database import Database
from desktop_desk.storage.tallies import EVENTS


class ReportQueries:
    """Answers how many events a period had."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def sums(self, request: ReportRequest) -> Mapping[tuple[str, str], tuple[int, int]]:
        """Count and total duration (ms) of each event by the values of a dimension ("" when none was asked).

        Tickets overdue and still open are under "overdue" as well, with the dimensions they have now.
        """
        # Each event is named, so that its days are a range of the key: else all days are read, whatever the period.
        sql = (
            "SELECT what, value, SUM(n), CAST(SUM(total) AS BIGINT) FROM day_tally "
            f"WHERE dim = ? AND what IN ({','.join('?' * len(EVENTS))}) AND day BETWEEN ? AND ? GROUP BY what, value"
        )
        params = (request.by, *EVENTS, request.first_day, request.last_day)
        found = {(what, value): (n, total) for what, value, n, total in self._db.rows(sql, params)}
        for value, n in self._late(request):
            count, total = found.get(("overdue", value), (0, 0))
            found["overdue", value] = (count + n, total)
        return found

    def _late(self, request: ReportRequest) -> list[tuple[str, int]]:
        column = request.by or "''"
        first, last = request.late_from, request.late_until
        sql = (
            f"SELECT {column}, COUNT(*) FROM ticket WHERE state IN (0, 1) AND due >= ? AND due < ? GROUP BY 1"
        )
        rows = self._db.rows(sql, (first, last))
        return [(str(value) if value else "", n) for value, n in rows]
