"""Backs an open desk up by itself: soon after the start, every few hours, and when its last window is closed."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_desk.domain.errors import DeskError
from desktop_desk.i18n import _
from desktop_desk.ui.background import Background, Lane

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.upkeep import Backup, Mark

FIRST_MS = 20_000
"""The person who starts the program wants to work first."""
HOUR_MS = 3_600_000


class BackupKeeper(QObject):
    """Makes backups on a thread of its own, and looks a large or encrypted desk through after an end that was none.

    Signals:
        troubled(str): why no backup could be made; "" when one could again.
        damaged(str): the look found damage; a sentence for people.
    """

    troubled = Signal(str)
    damaged = Signal(str)

    def __init__(
        self,
        desk: "Desk",
        address: str,
        mark: "Mark | None",
        close_thread: Callable[[], None],
        *,
        first_ms: int = FIRST_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._address = address
        self._mark = mark
        self._background = Background(close_thread, parent=self)
        self._ending = threading.Event()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.back_up)
        self._first = QTimer(self)
        self._first.setSingleShot(True)
        self._first.timeout.connect(self._begin)
        self._first.start(first_ms)

    @property
    def busy(self) -> bool:
        """True while a backup is being made."""
        return self._background.busy

    def _begin(self) -> None:
        self._submit(self._look, self._on_looked)
        self._submit(_hours, self._on_hours)

    def _look(self) -> str:
        from desktop_desk import upkeep

        desk = upkeep.file_of(self._address)
        if desk is None or not upkeep.needs_look(self._mark, desk):
            return ""
        return upkeep.damage_told(self._desk.store, desk)

    def _on_looked(self, said: str) -> None:
        if said:
            self.damaged.emit(said)

    def _on_hours(self, hours: int) -> None:
        if hours:
            self._timer.start(hours * HOUR_MS)
            self.back_up()

    def back_up(self) -> None:
        """Make a backup now, unless nothing changed."""
        desk, address, ending = self._desk, self._address, self._ending

        def make() -> "Backup | None":
            from desktop_desk import bootstrap, upkeep

            # Fetching a large desk from a server takes long: nobody who ends the program waits for it.
            return upkeep.back_up(desk.store, address, bootstrap.now_ms, go_on=lambda: not ending.is_set())

        self._submit(make, self._on_made)

    def finish(self, *, hurry: bool) -> None:
        """The last window is closed: make a last backup, and wait for it; in a hurry only end."""
        self._timer.stop()
        self._first.stop()
        self._ending.set()
        if not hurry:
            desk, address = self._desk, self._address
            # A write of its own kind: stopping waits for those, and cuts the others short.
            self._background.submit(
                Lane.WRITE,
                lambda: _last(desk, address),
                owner=self,
                then=_nothing,
                failed=_nothing,
            )
        self._background.stop()

    def _submit(self, call: "Callable[[], object]", then: "Callable[..., None]") -> None:
        self._background.submit(Lane.LONG, call, owner=self, then=then, failed=self._on_failed)

    def _on_made(self, _made: "Backup | None") -> None:
        self.troubled.emit("")

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, DeskError | OSError):
            raise error
        self.troubled.emit(_("No backup: {why}").format(why=error))


def _hours() -> int:
    from desktop_desk import config

    return config.read_preferences(config.places().preferences).backup_hours


def _last(desk: "Desk", address: str) -> None:
    from desktop_desk import bootstrap, upkeep

    if _hours():
        upkeep.back_up_at_end(desk.store, address, bootstrap.now_ms)


def _nothing(_answer: object) -> None:
    """Nobody is there any more to be told; the next start makes one, and tells why when it cannot."""
