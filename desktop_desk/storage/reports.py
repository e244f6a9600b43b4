"""Reads the sums behind the summary report."""

from collections.abc import Mapping

from desktop_desk.desk.reports import ReportRequest
from desktop_desk.storage.database import Database


class ReportQueries:
    """Answers how many events a period had."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def sums(self, request: ReportRequest) -> Mapping[tuple[str, str], tuple[int, int]]:
        """Count and total duration (ms) of each event by the values of a dimension ("" when none was asked).

        Tickets overdue and still open are under "overdue" as well, with the dimensions they have now.
        """
        sql = (
            "SELECT what, value, SUM(n), SUM(total) FROM day_tally "
            "WHERE dim = ? AND day BETWEEN ? AND ? GROUP BY what, value"
        )
        found = {
            (what, value): (n, total)
            for what, value, n, total in self._db.rows(sql, (request.by, request.first_day, request.last_day))
        }
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
