"""An end in order when the system asks for one: a signal, or the end of the desktop session."""

import signal
import socket
import sys
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, Signal
from PySide6.QtGui import QGuiApplication


def _signals() -> tuple[signal.Signals, ...]:
    if sys.platform == "win32":
        return (signal.SIGINT, signal.SIGTERM, signal.SIGBREAK)
    return (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ending(QObject):
    """Turns signals of the system into one of Qt's, while it lives; on the main thread only.

    Signals:
        asked(): the program is to end now.
        saving(): the desktop session may end; what is typed should be on the disk.
    """

    asked = Signal()
    saving = Signal()

    def __init__(self, app: QGuiApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reading, self._writing = socket.socketpair()
        self._reading.setblocking(False)
        self._writing.setblocking(False)
        # Python's own handlers would wait until Qt's loop comes back to Python, which a quiet window never does.
        self._woken = signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        self._before: dict[signal.Signals, Any] = {each: signal.signal(each, _noted) for each in _signals()}
        self._notifier = QSocketNotifier(self._reading.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_signal)
        app.commitDataRequest.connect(self._on_session_end)

    def stop(self) -> None:
        """Leave signals to whoever had them before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._woken)
        for each, before in self._before.items():
            signal.signal(each, before)
        self._reading.close()
        self._writing.close()

    def _on_signal(self) -> None:
        if self._reading.recv(64):
            self.asked.emit()

    def _on_session_end(self, _manager: object) -> None:
        self.saving.emit()


def _noted(_number: int, _frame: object) -> None:
    """What follows comes through Qt."""
