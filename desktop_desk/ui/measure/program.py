"""The program itself under measurement: started as by a user, driven by keys, watched until it has painted."""

import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop_desk.ui.app import Program

if TYPE_CHECKING:
    from desktop_desk.ui.main_window import MainWindow

PATIENCE = 60.0
"""Seconds until something that does not come is given up."""
LOOK_EVERY_MS = 500


class Watched(QObject):
    """The program, opened on a desk; without a login it asks for one."""

    def __init__(self, desk: str, login: str, password: str) -> None:
        super().__init__()
        self.app = QApplication([])
        self.program = Program(self.app, desk, login, password, None)
        self.program.listen()
        self.program.start()
        self._pulse = QTimer(self)
        self._pulse.start(LOOK_EVERY_MS)

    @cached_property
    def window(self) -> "MainWindow":
        """The main window, waited for until it takes keys."""
        self.wait(lambda: _main_window(self.app))
        window = _main_window(self.app)
        assert window is not None  # noqa: S101  it was waited for
        return window

    def wait(self, what: Callable[[], object]) -> None:
        """Let the program work, asleep between two events, until something is so."""
        end = time.monotonic() + PATIENCE
        flags = QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
        while not what():
            if time.monotonic() > end:
                raise TimeoutError
            self.app.processEvents(flags)

    def settle(self) -> None:
        """Wait until nothing is read, written or waiting to be painted."""
        self.wait(lambda: not self.window.operations.busy)
        self.app.processEvents()

    def press(self, action: str) -> None:
        """Press the key of an action; one that has none is chosen from its menu."""
        keys = self.window.actions_.keys(action)
        if keys:
            QTest.keySequence(self.window, QKeySequence(keys[0], QKeySequence.SequenceFormat.NativeText))
        else:
            self.window.actions_[action].trigger()

    def show_queue(self, queue: str) -> None:
        """Go to a queue by its key, and wait until its first rows are painted."""
        painted = Painted(self.window.list.table.viewport())
        model = self.window.list.model
        model.modelReset.connect(painted.begin)
        self.press(f"view.{queue}")
        self.wait(lambda: painted.done)
        model.modelReset.disconnect(painted.begin)

    def end(self) -> None:
        """Close everything in order, but without the backup that a person's last window makes."""
        self.program.leave_at_once()
        self.program.end()


def _main_window(app: QApplication) -> "MainWindow | None":
    """The main window once it takes keys; known by its name, so that only the program loads its module."""
    window = app.activeWindow()
    return cast("MainWindow", window) if window is not None and window.objectName() == "main_window" else None


class Painted(QObject):
    """Sees when a widget is painted for the first time after `begin`."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.done = False
        self._begun = False
        widget.installEventFilter(self)

    def begin(self) -> None:
        """What is painted from now on counts."""
        self._begun = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._begun and event.type() == QEvent.Type.Paint:
            self.done = True
        return False
