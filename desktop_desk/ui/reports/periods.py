"""Periods that a report can be asked for, by name; pure, so that no test depends on today."""

from datetime import date, timedelta

from desktop_desk.i18n import _

CUSTOM = "custom"
HOURS_WITHOUT_MINUTES = 10


def period_choices() -> tuple[tuple[str, str], ...]:
    """Key and name of every period, shortest first."""
    return (
        ("today", _("Today")),
        ("yesterday", _("Yesterday")),
        ("week", _("This week")),
        ("month", _("This month")),
        ("last_month", _("Last month")),
        ("quarter", _("This quarter")),
        ("year", _("This year")),
        ("ever", _("All the time")),
        (CUSTOM, _("From… to…")),
    )


def days_of(period: str, today: date) -> tuple[date | None, date | None]:
    """First and last day of a period, both included; None where it has no end. Weeks begin on Monday."""
    first = {
        "today": today,
        "yesterday": today - timedelta(days=1),
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "last_month": (today.replace(day=1) - timedelta(days=1)).replace(day=1),
        "quarter": today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1),
        "year": today.replace(month=1, day=1),
    }.get(period)
    last = {"yesterday": today - timedelta(days=1), "last_month": today.replace(day=1) - timedelta(days=1)}
    return (first, last.get(period, today)) if first else (None, None)


def duration(milliseconds: float | None) -> str:
    """A duration as exactly as it matters: "3 d 4 h", "14 h", "2 h 05 min", "12 min"; "–" for none."""
    if milliseconds is None:
        return "–"
    minutes = round(milliseconds / 60_000)
    hours, minutes_left = divmod(minutes, 60)
    days, hours_left = divmod(hours, 24)
    if days:
        return _("{days} d {hours} h").format(days=days, hours=hours_left)
    if hours >= HOURS_WITHOUT_MINUTES:
        return _("{hours} h").format(hours=round(minutes / 60))
    if hours:
        return _("{hours} h {minutes:02} min").format(hours=hours, minutes=minutes_left)
    return _("{minutes} min").format(minutes=minutes)


def share(part: float | None) -> str:
    """A share as a percentage; "–" for none."""
    return "–" if part is None else f"{part * 100:.0f} %"
