"""Who logged in last to each desk on this machine, so that only the password has to be typed."""

import json
import logging
from pathlib import Path

MOST_DESKS = 50
"""Desks remembered; the one longest not entered is forgotten first."""

_log = logging.getLogger(__name__)


def last_login_file(state: Path) -> Path:
    """Where it is kept, beside the other things that may be lost without harm."""
    return state / "logins.json"


def last_login(file: Path, address: str) -> str:
    """Who was at this desk last; empty when that is not known. Reads a file: not for the UI thread."""
    return _known(file).get(address, "")


def remember_login(file: Path, address: str, login: str) -> None:
    """Remember who is at this desk now; a file that cannot be written is only logged. Not for the UI thread."""
    known = {place: who for place, who in _known(file).items() if place != address}
    known[address] = login
    kept = dict(list(known.items())[-MOST_DESKS:])
    new = file.with_suffix(".new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
        new.replace(file)
    except OSError as error:
        # Nobody must stay outside because a convenience failed.
        _log.warning("%s could not be written: %s", file, error)


def _known(file: Path) -> dict[str, str]:
    try:
        read: object = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        # Nothing is lost but a convenience: the login is typed once more.
        _log.warning("%s could not be read: %s", file, error)
        return {}
    return {str(place): str(who) for place, who in read.items()} if isinstance(read, dict) else {}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
