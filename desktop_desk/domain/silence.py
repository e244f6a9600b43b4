"""Whether a mailbox has been silent longer than usual: judged by the same hours of the weeks before, nothing else.

So a night and a weekend are never taken for a fault: in the nights and weekends before nothing came either.
"""

import math
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

    It is when in three of the four weeks before (in each, while only three are known) at least `enough` mails came in the
    same hours of the same weekdays as have passed since the last mail.

    Args:
        times: when its mails of the last weeks were written, ms (those within LOOK_BACK_MS).
        holidays: days on which the office is closed, as "2026-12-25": nothing is expected then.
    """
    if not times:
        return None
    clock = ZoneInfo(zone)
    last, end = _local(max(times), clock), _local(now - GRACE_MS, clock)
    first = _local(min(times), clock)
    known = [week for week in range(1, WEEKS + 1) if first <= last - timedelta(weeks=week)]
    if len(known) < WEEKS - 1 or end <= last:
        return None
    counts = dict.fromkeys(known, 0)
    for time in times:
        moment = _local(time, clock)
        for week in known:
            then = moment + timedelta(weeks=week)
            if last < then <= end and then.date().isoformat() not in holidays:
                counts[week] += 1
    usual = sorted(counts.values())[len(known) - (WEEKS - 1)]
    if usual < enough(len(times)):
        return None
    return Silence(max(times), tuple(counts[week] for week in known))


def enough(mails: int) -> float:
    """How many mails must be missing where so many came in the weeks before.

    Where n mails are to be expected, none comes by chance once in e**n gaps. Enough is what makes one false alarm in
    about ten months of it.
    """
    return max(LEAST, math.log(10 * max(mails, 1)))


def _local(time: int, clock: ZoneInfo) -> datetime:
    """Time on the office's clock, so that a week has the same hours in summer and in winter."""
    return datetime.fromtimestamp(time / 1000, clock).replace(tzinfo=None)
