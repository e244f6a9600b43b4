"""Who is at which ticket, told by small files beside the desk; the desk itself is not written for it.

Each open window has one file of its own in a hidden folder. It holds ids and times only, so that it tells nothing of an
encrypted desk. Whether a file is fresh is judged by whether it changes: the clocks of two computers need not agree.
"""

import json
import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_desk.desk.presence_ports import Presence, Whereabouts
from desktop_desk.domain.facts import EntityId
from desktop_desk.storage.database import Database
from desktop_desk.storage.network import Footing, beside, remove_empty
from desktop_desk.storage.server_presence import STALE_SECONDS, ServerPresence
from desktop_desk.storage.sqlite import SqliteDatabase

_FORGOTTEN_SECONDS = 60.0
"""A file that stood still for so long under our eyes is taken away: its window was ended by force."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Heard:
    """What another window said last; when that was, and when it was read for the first time, by our own clock."""

    text: str
    here: Whereabouts | None
    said: float
    read: float


class FilePresence:
    """Presence on one desk file, for every program that reaches its folder.

    Args:
        footing: let go with the desk, where the desk stands on one.
        now: the time, s since the epoch; only for what was said before this program looked for the first time.
        ticking: a clock that only goes forward, s.
    """

    def __init__(
        self,
        path: Path,
        footing: Footing | None = None,
        *,
        now: Callable[[], float] = time.time,
        ticking: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = beside(path)
        self._own = self._folder / f"{secrets.token_hex(12)}.json"
        self._footings = [footing] if footing is not None else []
        self._now = now
        self._ticking = ticking
        self._beat = 0
        self._said = False
        self._heard: dict[str, _Heard] = {}
        self._turn = threading.Lock()

    def stand_on(self, footing: Footing | None) -> None:
        """Let this go, too, when leaving: what an encrypted desk stands on is known once it is open."""
        if footing is not None:
            self._footings.append(footing)

    def say(self, here: Whereabouts | None) -> None:
        """Be here from now on, or nowhere; a folder that cannot be written keeps it quiet."""
        with self._turn:
            try:
                if here is None:
                    self._unsay()
                else:
                    self._write(here)
            except OSError as error:
                _log.info("presence cannot be told in %s: %s", self._folder, error)

    def others(self) -> list[Whereabouts]:
        """Where the other windows are that said something within the last 15 seconds."""
        with self._turn:
            found = {path.name: path for path in self._files()}
            for name in self._heard.keys() - found.keys():
                del self._heard[name]
            heard = [self._listen(path) for path in found.values()]
            ticking = self._ticking()
            return [
                other.here
                for other in heard
                if other is not None and other.here is not None and ticking - other.said <= STALE_SECONDS
            ]

    def leave(self) -> None:
        """Take the own mark away, and let go what the desk stood on."""
        self.say(None)
        while self._footings:
            self._footings.pop().release()

    def _files(self) -> list[Path]:
        try:
            return [path for path in self._folder.glob("*.json") if path != self._own]
        except OSError as error:
            _log.info("presence cannot be read in %s: %s", self._folder, error)
            return []

    def _write(self, here: Whereabouts) -> None:
        self._beat += 1
        told = {
            "agent": here.agent,
            "ticket": here.ticket,
            "writing": here.writing,
            "at": round(self._now()),
            "beat": self._beat,
        }
        self._folder.mkdir(exist_ok=True)
        part = self._own.with_suffix(".part")
        part.write_text(json.dumps(told), encoding="utf-8")
        self._said = True
        part.replace(self._own)

    def _unsay(self) -> None:
        if self._said:
            self._own.unlink(missing_ok=True)
            self._said = False
            remove_empty(self._folder)

    def _listen(self, path: Path) -> _Heard | None:
        """What stands in another window's file; None for one that is gone, half-written or no file of ours."""
        ticking = self._ticking()
        known = self._heard.get(path.name)
        try:
            text = path.read_text(encoding="utf-8")
            if known is not None and known.text == text:
                if ticking - known.read > _FORGOTTEN_SECONDS:
                    path.unlink(missing_ok=True)
                return known
        except (OSError, UnicodeDecodeError):
            return known
        here, at = _understood(text)
        fresh = known is not None or abs(self._now() - at) <= STALE_SECONDS
        heard = _Heard(text, here, ticking if fresh else ticking - 2 * STALE_SECONDS, ticking)
        self._heard[path.name] = heard
        return heard


def _understood(text: str) -> tuple[Whereabouts | None, float]:
    """Who is where, and when it was written; (None, 0) for a text of another kind."""
    try:
        told: Any = json.loads(text)
        here = Whereabouts(EntityId(str(told["agent"])), EntityId(str(told["ticket"])), bool(told["writing"]))
        return here, float(told["at"])
    except (ValueError, TypeError, KeyError):
        return None, 0.0


def presence_on(database: Database) -> Presence:
    """How the windows on this desk tell each other where they are."""
    if isinstance(database, SqliteDatabase):
        return FilePresence(database.path, database.footing)
    return ServerPresence(database)
