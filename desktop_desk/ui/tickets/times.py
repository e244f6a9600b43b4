"""Moments as people say them: "in 42 min", "12 min over", "Tue 09:00", "yesterday"."""

import time
from datetime import datetime, timedelta

from desktop_desk.domain.clocks import offset_text
from desktop_desk.i18n import _, ngettext

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_WEEK = timedelta(days=6)


def clock_ms() -> int:
    """This machine's clock, in ms since the epoch."""
    return time.time_ns() // 1_000_000


def local(at: int) -> datetime:
    """The moment (ms since the epoch) on this machine's clock."""
    return datetime.fromtimestamp(at / 1000).astimezone()


def _weekday(moment: datetime) -> str:
    names = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return names[moment.weekday()]


def _month(moment: datetime) -> str:
    names = (
        _("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"),
        _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec"),
    )  # fmt: skip
    return names[moment.month - 1]


def clock_text(at: int) -> str:
    """Hours and minutes, 24 hours: "14:05"."""
    return local(at).strftime("%H:%M")


def day_text(at: int, now: int) -> str:
    """The day, short: "Tue" within a week, else "3 Mar", with the year when it is another one."""
    moment, today = local(at), local(now)
    if abs(moment.date() - today.date()) <= _WEEK:
        return _weekday(moment)
    text = f"{moment.day} {_month(moment)}"
    return text if moment.year == today.year else f"{text} {moment.year}"


def moment_text(at: int, now: int) -> str:
    """Day and time, without the day when it is today: "10:02", "Tue 09:00", "3 Mar 09:00"."""
    if local(at).date() == local(now).date():
        return clock_text(at)
    return f"{day_text(at, now)} {clock_text(at)}"


def full_text(at: int) -> str:
    """The whole moment and its clock, for tips and screen readers: "Tue 3 Mar 2026 09:00 (UTC+1)"."""
    moment = local(at)
    day = f"{_weekday(moment)} {moment.day} {_month(moment)} {moment.year}"
    return f"{day} {clock_text(at)} ({offset_text(moment)})"


def span_text(length: int) -> str:
    """A length of time in its largest unit: "42 min", "3 h", "5 days"."""
    minutes = max(0, length) // MINUTE
    if minutes < 60:
        return _("%d min") % minutes
    if minutes < 24 * 60:
        return _("%d h") % (minutes // 60)
    days = minutes // (24 * 60)
    return ngettext("%d day", "%d days", days) % days


def due_text(due: int | None, now: int, *, overdue: bool) -> str:
    """When a ticket is due; the word "over" says it is late, so that colour never stands alone."""
    if due is None:
        return "–"
    if overdue:
        return _("%s over") % span_text(now - due)
    left = due - now
    if 0 <= left < HOUR:
        return _("in %s") % span_text(left)
    return moment_text(due, now)


def age_text(at: int, now: int) -> str:
    """How long ago: "4 min", "2 h", "yesterday", then the day."""
    passed = now - at
    if passed < MINUTE:
        return _("now")
    if passed < HOUR or (passed < 12 * HOUR and local(at).date() == local(now).date()):
        return span_text(passed)
    days = (local(now).date() - local(at).date()).days
    if days == 0:
        return span_text(passed)
    if days == 1:
        return _("yesterday")
    return day_text(at, now)
