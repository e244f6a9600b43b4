"""Lets a work tell its steps, as deep down as it writes to the disk, for kills.py to choose among."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from desktop_desk.storage.logs import Logs
from desktop_desk.storage.sqlite import SqliteDatabase
from desktop_desk.sync.folder_hub import FolderHub
from tests.rigs.kills import Tell


class Steps:
    """Lets a program tell what it does, as deep down as it writes to the disk."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self.doing = "opening the desk"

    def watch_database(self) -> None:
        """Each SQL statement is a step."""
        self._wrap(SqliteDatabase, "run", lambda *_asked: self.doing)

    def watch_hub(self) -> None:
        """Each call to a folder hub is a step; so is taking facts in."""
        self._wrap(Logs, "apply", lambda *_asked: "taking facts in", stays=True)
        for call, words in (
            ("names", "looking at the hub"), ("read", "reading from the hub"), ("write", "writing"),
            ("claim", "claiming letters"), ("remove", "taking away"),
        ):  # fmt: skip
            self._wrap(FolderHub, call, lambda _hub, shelf, *_rest, words=words: _at_hub(words, shelf))

    def watch(self, owner: Any, name: str, words: str) -> None:
        """Each call of this is a step."""
        self._wrap(owner, name, lambda *_asked: words)

    def _wrap(self, owner: Any, name: str, told: Callable[..., str], *, stays: bool = False) -> None:
        real = getattr(owner, name)

        @wraps(real)
        def stepped(*asked: Any, **more: Any) -> Any:
            before, words = self.doing, told(*asked)
            self._tell(step=words)
            if stays:
                self.doing = words
            try:
                return real(*asked, **more)
            finally:
                self.doing = before

        setattr(owner, name, stepped)


def _at_hub(words: str, shelf: str) -> str:
    if words == "writing":
        names = {
            "segments": "laying a segment",
            "snapshots": "laying a copy of the desk",
            "cards": "leaving a card",
        }
        return names.get(shelf, f"writing {shelf}")
    if words == "taking away":
        return "joining segments" if shelf == "segments" else f"taking away {shelf}"
    return words
