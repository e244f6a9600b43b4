"""Moments as people and scripts write them on a command line."""

from datetime import datetime

import typer

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
