"""Whether a mailbox has been silent longer than usual: judged by the same hours of the weeks before, nothing else.

So a night and a weekend are never taken for a fault: in the nights and weekends before nothing came either.
"""

import math
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

WEEKS: Final = 4
"""So many weeks are looked back; of three at least something must be known."""

LOOK_BACK_MS: Final = (WEEKS + 1) * 7 * 86_400_000
GRACE_MS: Final = 30 * 60_000
"""Mail that usually came within this last half hour may still come."""

LEAST: Final = 5.0
"""So many mails at least must be missing; more in a busy mailbox, where long gaps come up by chance (see `enough`)."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A mailbox that is silent for longer than usual.

    Attributes:
        since: when its last mail was written, ms.
        before: how many mails came in the same hours of each week before, the last week first.
    """

    since: int
    before: tuple[int, ...]


def silence(
    times: Sequence[int], now: int, zone: str, holidays: Collection[str] = frozenset()
) -> Silence | None:
    """The silence of a mailbox, when it is longer than usual; None when it is not, or too little is known.

    It is when in three of the four weeks before (in each, while only three are known) at least `enough` mails came in
    the same hours of the same weekdays as have passed since the last mail.

    Args:
        times: when its mails of the last weeks (LOOK_BACK_MS) were written, ms, the oldest first.
        holidays: days on which the office is closed, as "2026-12-25": nothing is expected then.
    """
    if not times:
        return None
    clock = ZoneInfo(zone)
    first, last, end = (_local(time, clock) for time in (times[0], times[-1], now - GRACE_MS))
    known = [week for week in range(1, WEEKS + 1) if first <= last - timedelta(weeks=week)]
    if len(known) < WEEKS - 1 or end <= last:
        return None
    hours = _hours(last, end, holidays)
    counts = [_came(times, hours, timedelta(weeks=week), clock) for week in known]
    usual = sorted(counts)[len(known) - (WEEKS - 1)]
    return Silence(times[-1], tuple(counts)) if usual >= enough(len(times)) else None


def _hours(last: datetime, end: datetime, holidays: Collection[str]) -> list[tuple[datetime, datetime]]:
    """The hours from one moment to another, day by day, without those of holidays."""
    found: list[tuple[datetime, datetime]] = []
    begin = last
    while begin < end:
        midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        if begin.date().isoformat() not in holidays:
            found.append((begin, min(midnight, end)))
        begin = midnight
    return found


def _came(
    times: Sequence[int], hours: Sequence[tuple[datetime, datetime]], before: timedelta, clock: ZoneInfo
) -> int:
    """How many mails came in these hours so long before."""

    def place(moment: datetime) -> int:
        return bisect_right(times, int((moment - before).replace(tzinfo=clock).timestamp() * 1000))

    return sum(place(end) - place(begin) for begin, end in hours)


def enough(mails: int) -> float:
    """How many mails must be missing where so many came in the weeks before.

    Where n mails are to be expected, none comes by chance once in e**n gaps. Enough is what makes one false alarm in
    about ten months of it.
    """
    return max(LEAST, math.log(10 * max(mails, 1)))


def _local(time: int, clock: ZoneInfo) -> datetime:
    """Time on the office's clock, so that a week has the same hours in summer and in winter."""
    return datetime.fromtimestamp(time / 1000, clock).replace(tzinfo=None)
