"""Watches for idle time, after which the program is locked."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

LOOK_EVERY_MS = 5_000
INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
        QEvent.Type.InputMethod,
    }
)


class IdleWatcher(QObject):
    """Tells once when nobody has touched keyboard or mouse for some minutes.

    It listens to the windows that have the focus, not to every event of the program, so that it costs
    nothing while tables scroll.

    Args:
        minutes: how long; 0 is never.
        clock: seconds; wall time by default, because a laptop asleep counts as idle.

    Signals:
        idled(): the time is up; fires again only after the next touch.
    """

    idled = Signal()

    def __init__(
        self, minutes: int, *, clock: Callable[[], float] = time.time, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._seconds = minutes * 60
        self._touched = clock()
        self._told = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self._watch)
            self._watch(application.focusWindow())
        self._timer.start()

    def set_minutes(self, minutes: int) -> None:
        """Change how long; 0 is never."""
        self._seconds = minutes * 60

    def touch(self) -> None:
        """Count from now: somebody is here."""
        self._touched = self._clock()
        self._told = False

    def look(self) -> None:
        """Tell when the time is up; called by the watcher's own timer."""
        now = self._clock()
        # A clock that was set back must not keep the desk open for hours.
        self._touched = min(self._touched, now)
        if self._seconds and not self._told and now - self._touched >= self._seconds:
            self._told = True
            self.idled.emit()

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in INPUT or self._told:
            return False
        # The first touch after a long sleep finds the time up before the timer does, and must not type
        # into a window that is just going out of sight.
        self.look()
        if self._told:
            return True
        self.touch()
        return False
