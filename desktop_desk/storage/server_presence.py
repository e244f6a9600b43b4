"""Who is at which ticket of a desk on PostgreSQL: each window says it in the name of its connection.

Nothing is written for it, and a window whose connection ends is gone at once, however it ended.
"""

import base64
import logging
import time
from collections.abc import Callable

from desktop_desk.desk.presence_ports import Whereabouts
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.domain.facts import EntityId
from desktop_desk.storage.database import Database

STALE_SECONDS = 15.0
"""Whose name has stood still for so long is not there any more, though the server still keeps the connection."""

MARK = "dd1"
"""The beginning of a name that tells where somebody is; a server keeps 63 letters of a name."""

_BEATS = 4096
_OTHERS = (
    "SELECT pid, application_name FROM pg_stat_activity WHERE datname = current_database()"
    f" AND pid <> pg_backend_pid() AND application_name LIKE '{MARK}%'"
)

_log = logging.getLogger(__name__)


class ServerPresence:
    """Presence on a desk that a server keeps.

    Args:
        ticking: a clock that only goes forward, s.
    """

    def __init__(self, database: Database, *, ticking: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._ticking = ticking
        self._beat = 0
        self._heard: dict[int, tuple[str, float]] = {}

    def say(self, here: Whereabouts | None) -> None:
        """Be here from now on, or nowhere; a server that is away is told nothing."""
        self._beat = (self._beat + 1) % _BEATS
        name = "desktop-desk" if here is None else written(here, self._beat)
        try:
            self._database.value("SELECT set_config('application_name', ?, false)", (name,))
        except StorageUnavailable as error:
            _log.info("presence cannot be told: %s", error)

    def others(self) -> list[Whereabouts]:
        """Where the other windows are that said something within the last 15 seconds."""
        try:
            told = {int(pid): str(name) for pid, name in self._database.rows(_OTHERS)}
        except StorageUnavailable as error:
            _log.info("presence cannot be read: %s", error)
            return []
        now = self._ticking()
        before, self._heard = self._heard, {}
        found: list[Whereabouts] = []
        for pid, name in told.items():
            known = before.get(pid)
            self._heard[pid] = known if known is not None and known[0] == name else (name, now)
            here = understood(name)
            if here is not None and now - self._heard[pid][1] <= STALE_SECONDS:
                found.append(here)
        return found

    def leave(self) -> None:
        """The desk is closed: its connections end with their threads, and the name with them."""


def written(here: Whereabouts, beat: int) -> str:
    """The name of a connection whose window is there: 52 letters."""
    ids = base64.urlsafe_b64encode(bytes.fromhex(here.agent) + bytes.fromhex(here.ticket)).decode("ascii")
    return f"{MARK}{'w' if here.writing else 'r'}{ids.rstrip('=')}{beat:03x}"


def understood(name: str) -> Whereabouts | None:
    """Who is where by such a name; None for another program's."""
    flag, ids = name[len(MARK) : len(MARK) + 1], name[len(MARK) + 1 : -3]
    try:
        both = base64.urlsafe_b64decode(ids + "=" * (-len(ids) % 4))
    except ValueError:
        return None
    if not name.startswith(MARK) or flag not in {"w", "r"} or len(both) != 32:
        return None
    return Whereabouts(EntityId(both[:16].hex()), EntityId(both[16:].hex()), flag == "w")
