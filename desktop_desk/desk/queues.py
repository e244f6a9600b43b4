"""Queues: which tickets they hold, how they sort, and what a page of one is."""

from dataclasses import dataclass

QUEUES = (
    "open",
    "unassigned",
    "mine",
    "teams",
    "overdue",
    "answered",
    "waiting",
    "resolved",
    "closed",
    "all",
    "differences",
)
"""Every queue by its key, in the order of the side list."""

SORTS = (
    "number", "priority", "subject", "caller", "agent", "due", "updated", "opened", "status", "department", "topic",
    "team",
)  # fmt: skip
"""What a queue can be sorted by."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A window of a queue.

    Attributes:
        agent, teams: local numbers of the one who looks; now: ms, for Overdue.
        words: a quick filter over number, subject and caller; "" for none.
        start: how many rows come before the window.
        after: the last row before the window where known (its sort value and id), which spares counting rows.
    """

    queue: str
    agent: int
    teams: tuple[int, ...]
    now: int
    sort: str = "due"
    descending: bool = False
    start: int = 0
    count: int = 100
    words: str = ""
    after: tuple[object, int] | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a search on a ticket's fields, met by any of the values, or by none when `negated`.

    Attributes:
        field: state, status, priority, agent, team, department, topic (local numbers), caller or tag (texts),
            opened_from, opened_until, due_before (ms), answered, differences; any: each value is a group of
            conditions that must all be met.
    """

    field: str
    values: tuple[object, ...]
    negated: bool = False
