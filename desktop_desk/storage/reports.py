"""Reads the sums behind the summary report."""

from collections.abc import Mapping

from desktop_desk.desk.reports import ReportRequest
from desktop_desk.storage.database import Database
from desktop_desk.storage.tallies import EVENTS, SPAN

WHOLE = "priority"
"""The dimension that is summed up where none is asked for: it has the fewest values."""


class ReportQueries:
    """Answers how many events a period had."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def sums(self, request: ReportRequest) -> Mapping[tuple[str, str], tuple[int, int]]:
        """Count and total duration (ms) of each event by the values of a dimension ("" when none was asked).

        Tickets overdue and still open are under "overdue" as well, with the dimensions they have now.
        """
        found: dict[tuple[str, str], tuple[int, int]] = {}
        for unit, first, last in parts_of(request.first_day, request.last_day):
            for what, value, n, total in self._dated(unit, request.by, first, last):
                count, so_far = found.get((what, value), (0, 0))
                found[what, value] = count + n, so_far + total
        for value, n in self._late(request):
            count, total = found.get(("overdue", value), (0, 0))
            found["overdue", value] = (count + n, total)
        return found

    def _dated(self, unit: str, by: str, first: int, last: int) -> list[tuple[str, str, int, int]]:
        """Event, value, count and duration of the days, or of the spans, from the first to the last."""
        # Every event has one value in each dimension: what they come to in all needs no counts of its own.
        value = "value" if by else "''"
        # Each event is named, so that its days are a range of the key: else all days are read, whatever the period.
        sql = (
            f"SELECT what, {value}, SUM(n), CAST(SUM(total) AS BIGINT) FROM {unit}_tally "
            f"WHERE dim = ? AND what IN ({','.join('?' * len(EVENTS))}) AND {unit} BETWEEN ? AND ? GROUP BY 1, 2"
        )
        return self._db.rows(sql, (by or WHOLE, *EVENTS, first, last))

    def _late(self, request: ReportRequest) -> list[tuple[str, int]]:
        column = request.by or "''"
        first, last = request.late_from, request.late_until
        sql = (
            f"SELECT {column}, COUNT(*) FROM ticket WHERE state IN (0, 1) AND due >= ? AND due < ? GROUP BY 1"
        )
        rows = self._db.rows(sql, (first, last))
        return [(str(value) if value else "", n) for value, n in rows]


def parts_of(first: int, last: int) -> list[tuple[str, int, int]]:
    """A period of days as the whole spans in it and the days before and after them; each with its first and last."""
    span_first, span_last = -(-first >> SPAN), (last + 1 >> SPAN) - 1
    if span_first > span_last:
        return [("day", first, last)]
    parts = [
        ("day", first, (span_first << SPAN) - 1),
        ("span", span_first, span_last),
        ("day", span_last + 1 << SPAN, last),
    ]
    return [part for part in parts if part[1] <= part[2]]
