"""The sum behind a due time, in words."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from desktop_desk.domain.deadlines import Line
from desktop_desk.i18n import _


def due_line(line: Line, zone: str) -> str:
    """One line of the explanation with its days and clock times as people of that zone read them."""
    clock = ZoneInfo(zone)
    filled = {name: _shown(name, value, clock) for name, value in line.args.items()}
    return _(line.text).format(**filled)


def _shown(name: str, value: str | int, clock: ZoneInfo) -> str:
    if isinstance(value, int):
        return datetime.fromtimestamp(value / 1000, clock).strftime("%a %d %b %H:%M")
    return date.fromisoformat(value).strftime("%a %d %b") if name == "day" else value
