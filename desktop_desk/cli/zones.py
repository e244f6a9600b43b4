"""This machine's time zone by its name in the zone tables."""

import os
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_LINK = Path("/etc/localtime")
_NAME = Path("/etc/timezone")


def local_zone() -> str:
    """The zone that TZ or the system names, as "Europe/Berlin"; "UTC" where neither does."""
    for candidate in (os.environ.get("TZ", "").removeprefix(":"), _linked(), _written()):
        if candidate and _is_known(candidate):
            return candidate
    return "UTC"


def _linked() -> str:
    try:
        return str(_LINK.readlink()).partition("zoneinfo/")[2]
    except OSError:
        return ""


def _written() -> str:
    try:
        return _NAME.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""


def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
