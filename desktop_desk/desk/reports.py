"""What a summary report counts."""

from dataclasses import dataclass

COUNTS = (
    "opened",
    "assigned",
    "reassigned",
    "priority_changed",
    "waiting",
    "overdue",
    "resolved",
    "closed",
    "reopened",
)
"""Events that are counted; the columns of the report in their order."""

DURATIONS = ("first_response", "resolution")
"""Averages, in ms."""


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A period and a dimension.

    Attributes:
        first_day, last_day: days since 1970-01-01 in the desk's time zone, both included.
        by: one of tickets.DIMENSIONS, or "".
        late_from, late_until: the same period in ms, no later than now: for tickets overdue and still open.
    """

    first_day: int
    last_day: int
    by: str
    late_from: int
    late_until: int


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line of the summary: counts, average durations in ms or None, and the share resolved in time or None."""

    name: str
    opened: int
    assigned: int
    reassigned: int
    priority_changed: int
    waiting: int
    overdue: int
    resolved: int
    closed: int
    reopened: int
    first_response: int | None
    resolution: int | None
    sla_met: float | None
