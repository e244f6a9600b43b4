"""Moments as people and scripts write them on a command line."""

from datetime import datetime
from zoneinfo import ZoneInfo

import typer

from desktop_desk.domain.clocks import offset_text
from desktop_desk.i18n import _


def moment(text: str, option: str) -> int:
    """An ISO 8601 date and time in ms; without a zone it is this machine's. Else a usage error."""
    try:
        return round(datetime.fromisoformat(text).astimezone().timestamp() * 1000)
    except (ValueError, OverflowError, OSError) as error:
        raise typer.BadParameter(
            _("Write the time as 2026-11-21T10:02:00Z (UTC) or 2026-11-21T10:02 (this machine's time)."),
            param_hint=option,
        ) from error


def other_clock(at: int, zone: str) -> str:
    """The line that says how the clocks of machine and office (`zone`) differ at a moment (ms), else empty."""
    here = datetime.fromtimestamp(at / 1000).astimezone()
    office = here.astimezone(ZoneInfo(zone))
    if here.utcoffset() == office.utcoffset():
        return ""
    return _("Times are this computer's ({here}). The office's zone, {zone}, is {there}.").format(
        here=offset_text(here), zone=zone, there=offset_text(office)
    )
