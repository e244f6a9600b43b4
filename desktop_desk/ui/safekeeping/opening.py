"""Opening a desk off the UI thread, with a small window where it takes longer: an update, a look after a bad end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.operations import Tasks
from desktop_desk.ui.theme import set_look

if TYPE_CHECKING:
    from desktop_desk.desk.front_door import FrontDoor
    from desktop_desk.upkeep import Mark

PATIENCE_MS = 1500
"""Longer than a desk that is in order takes to open."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A desk that is open before anybody has logged in, and what a person should be told about it first."""

    front: "FrontDoor"
    mark: "Mark | None"
    told: tuple[str, ...]
    name: str
    demo: bool
    lock_minutes: int


def begin_opening(
    tasks: Tasks,
    owner: QObject,
    address: str,
    then: Callable[[str, Opened], None],
    failed: Callable[[Exception, str], bool],
    *,
    on_network: bool,
    whole: str = "",
    silent: bool = False,
) -> None:
    """Open a desk on another thread; `then` or `failed` is called on this one. `silent`: show nothing meanwhile.

    `whole` is the address with its password, which is not shown nor given on.
    """
    window = OpeningWindow(address, owner)
    if not silent:
        window.show_later()

    def opened(found: Opened) -> None:
        window.done()
        then(address, found)

    def not_opened(error: Exception) -> bool:
        window.done()
        return failed(error, address)

    tasks.task(
        lambda: open_with_care(whole or address, on_network=on_network, progress=window.stepped.emit),
        owner=owner,
        then=opened,
        failed=not_opened,
        long=True,
    )


def open_with_care(
    address: str, *, on_network: bool = False, progress: Callable[[int, int], None] | None = None
) -> Opened:
    """Open a desk, looked into after a bad end, brought up to date where it is older; not on the UI thread."""
    from desktop_desk import bootstrap, upkeep

    told: list[str] = []
    mark = upkeep.begin(address, told.append, clock=bootstrap.now_ms)
    try:
        front = bootstrap.open_desk(address, told=told.append, progress=progress, on_network=on_network)
        settings = front.settings
        front.close_thread()
    except BaseException:
        upkeep.end(mark)
        raise
    return Opened(front, mark, tuple(told), settings.name, settings.demo, settings.lock_minutes)


class OpeningWindow(QWidget):
    """Says that the desk is being made ready; shown by itself when that takes long.

    Signals:
        stepped(int, int): from any thread: so many of so many are done.
    """

    stepped = Signal(int, int)

    def __init__(self, address: str, owner: QObject) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName("opening")
        self.setWindowTitle(_("Desktop Desk"))
        text = QLabel(_("Making the desk ready…"), self)
        text.setObjectName("opening_text")
        where = QLabel(address, self)
        set_look(where, "meta")
        where.setWordWrap(True)
        self._bar = QProgressBar(self)
        self._bar.setObjectName("opening_bar")
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("Work in progress"))
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(12)
        for part in (text, where, self._bar):
            column.addWidget(part)
        self.setMinimumWidth(420)
        self.stepped.connect(self._on_step, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.show)
        owner.destroyed.connect(self.deleteLater)

    def show_later(self) -> None:
        """Show the window if the desk is not open by then."""
        self._timer.start(PATIENCE_MS)

    def done(self) -> None:
        """The desk is open, or will not be."""
        self._timer.stop()
        self.hide()
        self.deleteLater()

    def _on_step(self, done: int, total: int) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(done)
