"""Tells notices as they come: by the system's notifications, in the window, by a sound and by a count."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from desktop_desk.desk.notices import Telling, headline
from desktop_desk.domain.errors import DeskError
from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.notices import sound
from desktop_desk.ui.notices.notify import notify
from desktop_desk.ui.notices.tray import Tray, count_text
from desktop_desk.ui.tickets.queue_screen import QueueScreen

if TYPE_CHECKING:
    from desktop_desk.desk.views import Counters
    from desktop_desk.ui.main_window import MainWindow

SOON_MS = 400
"""Acts that come together are told together."""

LOOK_EVERY_MS = 30_000
"""So often is looked for what has come near meanwhile."""

ONE_BY_ONE = 2
"""More notices than this at once are told as one."""


class Host(Protocol):
    """The open desk, as far as it matters here."""

    @property
    def locked(self) -> bool:
        """True while somebody must log in again."""
        ...

    def front_window(self) -> QWidget | None:
        """The window in front: lock, login or main window."""
        ...


class Place(Protocol):
    """Where a count and notifications are shown, as Tray is."""

    def show_count(self, count: int) -> None:
        """Show how much is new."""
        ...

    def say(self, title: str, text: str) -> None:
        """Show a notification."""
        ...

    def take_away(self) -> None:
        """Show nothing any more."""
        ...


class Teller(QObject):
    """Asks the desk what is to be told, and tells it; says no word of a ticket while the desk is locked."""

    def __init__(
        self,
        opened: Host,
        window: "MainWindow",
        tray: Place | None,
        *,
        play: Callable[[], None] = sound.play,
        notify: Callable[[str, str], object] = notify,
    ) -> None:
        super().__init__(window)
        self._opened = opened
        self._window = window
        self._tray = tray
        self._play = play
        self._notify = notify
        self._target: tuple[str, str] = ("", "")
        self._count = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self.look)
        self._often = QTimer(self)
        self._often.setInterval(LOOK_EVERY_MS)
        self._often.timeout.connect(self.look)

    def begin(self) -> None:
        """Tell from now on, as long as the window is there."""
        operations = self._window.operations
        operations.changed.connect(self._on_something)
        operations.others_changed.connect(self._on_something)
        queue = self._window.findChild(QueueScreen)
        if queue is not None:
            queue.counted.connect(self._on_counted)
            # The window counted before anybody listened.
            queue.count()
        if isinstance(self._tray, Tray):
            self._tray.clicked.connect(self._come)
            self._tray.message_clicked.connect(self.go)
            self._tray.quit_asked.connect(self._window.quit_asked)
        self._window.closing.connect(self._end)
        self._often.start()
        self.look()

    def look(self) -> None:
        """Ask what is to be told."""
        desk = self._window.operations.desk
        self._window.operations.task(
            desk.tell, owner=self, then=self.tell, failed=_is_tried_again, latest="tell", long=True
        )

    def tell(self, telling: Telling) -> None:
        """Tell it now."""
        notices = telling.notices
        if telling.sound:
            self._play()
        if not notices:
            return
        if self._opened.locked:
            self._target = ("", "")
            self._say(_("Desktop Desk is locked"), count_text(len(notices)))
        elif len(notices) > ONE_BY_ONE or telling.pooled:
            single = len(notices) == 1
            self._target = (notices[0].number, notices[0].entry_uid) if single else ("", "")
            lead = _("While you were away") if telling.pooled else _("For you")
            news = ngettext("%d notice", "%d notices", len(notices)) % len(notices)
            self._say(f"{lead}: {news}", headline(notices))
        else:
            for notice in notices:
                self._target = (notice.number, notice.entry_uid)
                self._say(notice.title, notice.text)

    def _say(self, title: str, text: str) -> None:
        """In the window while somebody looks at it, else by the system."""
        window = self._window
        if window.isActiveWindow() and not self._opened.locked:
            window.say(" · ".join([title, *text.split("\n")[:1]]).rstrip(" ·"))
        elif self._tray is not None:
            self._tray.say(title, text)
        else:
            front = self._opened.front_window()
            if front is not None:
                QApplication.alert(front, 0)
            self._notify(title, text)
            if not self._opened.locked:
                window.say(title)

    def _on_something(self, *_told: object) -> None:
        self._soon.start()

    def _on_counted(self, counters: "Counters") -> None:
        self._count = counters.queues.get("forme", 0)
        if self._tray is not None:
            self._tray.show_count(self._count)
        else:
            program = QGuiApplication.instance()
            if isinstance(program, QGuiApplication):
                program.setBadgeNumber(self._count)
            _count_in_title(self._window, self._count)

    def _come(self) -> None:
        """Bring the program to the front: the lock where it is locked."""
        front = self._opened.front_window()
        if front is not None:
            front.setWindowState(front.windowState() & ~Qt.WindowState.WindowMinimized)
            front.show()
            front.raise_()
            front.activateWindow()

    def go(self) -> None:
        """Go to what the notification was about; of a locked desk only to its lock."""
        self._come()
        number, entry = self._target
        if self._opened.locked:
            return
        if number:
            self._window.open_ticket(number, entry)
        else:
            self._window.show_queue("forme")

    def _end(self) -> None:
        self._often.stop()
        self._soon.stop()
        if self._tray is not None:
            self._tray.take_away()


def _count_in_title(window: "MainWindow", count: int) -> None:
    """Put the count before the window's title, where the task bar shows it."""
    title = window.windowTitle()
    head, bracket, rest = title.partition(") ")
    bare = rest if bracket and head.startswith("(") and head[1:].isdecimal() else title
    window.setWindowTitle(f"({count}) {bare}" if count else bare)


def _is_tried_again(error: Exception) -> bool:
    """The next look comes soon; a desk that stays away is told by the first read or write."""
    return isinstance(error, DeskError)
