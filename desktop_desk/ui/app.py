"""The program as one user runs it: start, log in, one window on one desk, lock, switch, end."""

import logging
import sys
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from desktop_desk import config
from desktop_desk.desk.addresses import is_address
from desktop_desk.domain.errors import DeskError, OnNetwork, StorageUnavailable
from desktop_desk.i18n import _
from desktop_desk.ui.background import Background
from desktop_desk.ui.encryption.attach import Alone
from desktop_desk.ui.messages import Presenter, message_of
from desktop_desk.ui.open_desk import OpenDesk
from desktop_desk.ui.operations import Tasks
from desktop_desk.ui.quick_start import end_start
from desktop_desk.ui.safekeeping.ending import Ending
from desktop_desk.ui.safekeeping.opening import Opened, begin_opening
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.to_front import bring_to_front
from desktop_desk.ui.typed_addresses import TypedAddresses

if TYPE_CHECKING:
    from desktop_desk.ui.ask_desk import DeskAsking
    from desktop_desk.ui.network_desk import NetworkPlaces
    from desktop_desk.ui.server import HandoverServer

START_MS = 3000
"""By then a start is over."""
PICTURE_EVERY_MS = 40
QUIET_LOOKS = 5
"""A picture is complete when nothing was awaited for so many looks in a row."""


def run(
    *,
    desk: str | None,
    login: str | None,
    password: str | None,
    screenshot: str | None,
    on_network: bool = False,
) -> int:
    """Be the program until its last window closes; gives its exit code.

    With `screenshot`, paint the window into that file instead; DeskError for a desk that cannot be opened.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)  # noqa: S101  for the type: a program has one of this kind
    app.setApplicationName("Desktop Desk")
    app.setDesktopFileName("desktop-desk")
    app.setQuitOnLastWindowClosed(False)
    program = Program(app, desk, login, password, Path(screenshot) if screenshot else None)
    if on_network and desk:
        program.allow_on_network(desk)
    if screenshot is None and not program.listen():
        return 0
    ending = Ending(app)
    ending.asked.connect(program.leave_at_once)
    ending.saving.connect(program.keep)
    program.start()
    try:
        code = app.exec()
    finally:
        program.end()
        ending.stop()
    if program.error is not None:
        raise program.error
    return code


class Program(QObject):
    """Leads from one window to the next; owns the desk that is open.

    Attributes:
        error: why a picture could not be made.
    """

    def __init__(
        self,
        app: QApplication,
        desk: str | None,
        login: str | None,
        password: str | None,
        picture: Path | None,
    ) -> None:
        super().__init__()
        self._app = app
        self._places = config.places()
        self._preferences = config.read_preferences(self._places.preferences)
        density = "compact" if self._preferences.density == "compact" else "normal"
        self.look = Appearance(app, self._preferences.theme, density, parent=self)
        self._address = desk or self._preferences.last_desk
        self._login, self._password = login or "", password or ""
        self._picture = picture
        self.error: DeskError | None = None
        self._background = Background(parent=self)
        self._tasks = Tasks(self._background, parent=self)
        self._presenter = Presenter(self)
        self._presenter.set_window(self._front_window)
        self._presenter.told.connect(self._on_told)
        self._tasks.failed.connect(self._presenter.show)
        self.look.changed.connect(self._on_look)
        self._hook = sys.excepthook
        self._server: HandoverServer | None = None
        self._open: OpenDesk | None = None
        self._standing: QWidget | None = None
        self._box: QMessageBox | None = None
        self._waiting: list[dict[str, Any]] = []
        self._typed = TypedAddresses()
        self._on_network = set(self._preferences.on_network)
        self._hub_wanted = ("", "")
        """A desk that was brought home from a shared folder, and the hub to make there once somebody is in."""
        self._quiet = 0

    # Start and end

    def listen(self) -> bool:
        """Take hand-overs from now on; False when another program does, which has been told then."""
        from desktop_desk.ui.server import HandoverServer

        server = HandoverServer(self)
        if not server.start():
            from desktop_desk import handover

            handover.ask({"do": "open", "desk": self._address or None, "activation": None})
            return False
        server.asked.connect(self._on_handed_over)
        self._server = server
        return True

    def start(self) -> None:
        """Open the desk that was named, the last one, or lead to a first one."""
        sys.excepthook = self._presenter.hook
        QTimer.singleShot(START_MS, self, end_start)
        if self._picture is not None:
            timer = QTimer(self)
            timer.timeout.connect(self._look_whether_complete)
            timer.start(PICTURE_EVERY_MS)
        if self._address:
            self.open(self._address)
        else:
            self._first_start()

    def end(self) -> None:
        """Let everything that was begun end, in order: windows, drafts, threads, desk."""
        if self._server is not None:
            self._server.stop()
        self._close_desk()
        # With it goes any question that stands before it.
        self._stand(None)
        self._background.stop()
        sys.excepthook = self._hook

    def leave_at_once(self) -> None:
        """End as soon as all that was typed is kept: the system does not wait for long."""
        if self._open is not None:
            self._open.in_hurry = True
        self._app.quit()

    def keep(self) -> None:
        """Write what is typed and where the windows stand now; the program may be ended without another word."""
        if self._open is not None:
            self._open.keep()

    # From a file to a window

    def allow_on_network(self, address: str) -> None:
        """Open this desk even in a network folder, until the program ends."""
        self._on_network.add(address)

    def open(self, address: str) -> None:
        """Open this desk, and ask who is there."""
        address = self._typed.shown(address)
        begin_opening(
            self._tasks, self, address, self._on_opened, self._on_not_opened, whole=self._typed.whole(address),
            on_network=address in self._on_network, silent=self._picture is not None,
        )  # fmt: skip

    def _on_opened(self, address: str, found: Opened) -> None:
        self._close_desk()
        opened = OpenDesk(
            address, found.front, found.name, self.look, self._places.state, demo=found.demo,
            lock_minutes=found.lock_minutes, mark=found.mark,
        )  # fmt: skip
        self._open = opened
        opened.setParent(self)
        opened.presenter_wanted.connect(self._presenter.show)
        opened.window_shown.connect(self._on_window_shown)
        opened.quit_asked.connect(self._app.quit)
        opened.another_asked.connect(self._ask_for_another)
        opened.new_asked.connect(self._first_start)
        opened.desk_chosen.connect(self.open)
        opened.before = self._preferences.last_desk
        Alone(opened, self.look, self._close_desk, self._stand, self.open)
        if self._picture is not None:
            opened.refused.connect(self._on_not_opened)
            opened.in_hurry = True
        elif not found.front.look:
            self._prefer(replace(self._preferences, last_desk=address))
        if found.told and self._picture is None:
            box = self._box_text(_("The desk was made ready"), "\n\n".join(found.told))
            box.finished.connect(lambda: opened.let_in(self._login, self._password))
        else:
            opened.let_in(self._login, self._password)
        self._stand(None)

    def _on_not_opened(self, error: Exception, address: str = "") -> bool:
        if not isinstance(error, DeskError):
            return False
        if self._picture is not None:
            self.error = error
            self._app.exit(1)
            return True
        # A script that started the program sees no window.
        logging.getLogger(__name__).error("%s %s", error.reason, error.advice)
        if isinstance(error, OnNetwork) and address:
            if self._open is None:
                self._first_start()
            self._network.offer(address, error, self._front_window())
            return True
        self._first_start()
        if isinstance(error, StorageUnavailable) and is_address(address):
            self._asking.ask_again(address, error)
            return True
        message = message_of(error)
        self._box_text(message.title, f"{message.text} {message.advice}")
        return True

    @cached_property
    def _network(self) -> "NetworkPlaces":
        from desktop_desk.ui.network_desk import NetworkPlaces

        made = NetworkPlaces(self.look, self._tasks, parent=self)
        made.open_asked.connect(self._open_on_network)
        made.brought_home.connect(self._on_brought_home)
        made.shared.connect(self._on_shared)
        return made

    def _on_brought_home(self, address: str, hub: str) -> None:
        self._hub_wanted = (address, hub)
        self.open(address)

    def _on_shared(self) -> None:
        self._hub_wanted = ("", "")

    def _make_hub_wanted(self) -> None:
        """Somebody is in on a desk that was brought home: its hub can be made where it lay."""
        opened, (address, hub) = self._open, self._hub_wanted
        if opened is not None and opened.window is not None and opened.address == address:
            self._network.make_hub(opened.window, hub)

    def _open_on_network(self, address: str) -> None:
        self.allow_on_network(address)
        chosen = tuple(sorted({*self._preferences.on_network, address}))
        self._prefer(replace(self._preferences, on_network=chosen))
        self.open(address)

    def _first_start(self) -> None:
        from desktop_desk.ui.first_start import FirstStart

        welcome = FirstStart(self.look, self._tasks)

        def chosen(address: str) -> None:
            self._login = self._login or welcome.first_login
            self.open(address)

        welcome.chosen.connect(chosen)
        welcome.cancelled.connect(self._on_first_start_left)
        self._stand(welcome)

    def _ask_for_another(self) -> None:
        self._asking.ask(self._open.address if self._open is not None else "")

    @cached_property
    def _asking(self) -> "DeskAsking":
        from desktop_desk.ui.ask_desk import DeskAsking

        made = DeskAsking(self.look, self._tasks, self._front_window, self._typed, parent=self)
        made.chosen.connect(self.open)
        return made

    def _on_first_start_left(self) -> None:
        if self._open is None:
            self._app.quit()
        else:
            self._stand(None)

    def _on_window_shown(self) -> None:
        self._make_hub_wanted()
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            self._on_handed_over(request)

    def _close_desk(self) -> None:
        opened, self._open = self._open, None
        if opened is not None:
            opened.end()
            opened.deleteLater()

    def _stand(self, window: QWidget | None) -> None:
        """Show this window in the place of the one that leads to a desk."""
        before, self._standing = self._standing, window
        if window is not None:
            window.show()
        if before is not None:
            before.hide()
            before.deleteLater()

    def _on_look(self) -> None:
        """Come back in the same look."""
        density: config.Density = "compact" if self.look.density == "compact" else "comfortable"
        self._prefer(replace(self._preferences, theme=self.look.scheme, density=density))

    def _prefer(self, wanted: config.Preferences) -> None:
        """Keep what the person prefers, off the UI thread; what others wrote into the file meanwhile stays."""
        before, self._preferences = self._preferences, wanted
        changes = {name: value for name, value in asdict(wanted).items() if value != getattr(before, name)}
        if not changes or self._picture is not None:
            return
        path = self._places.preferences

        def write() -> None:
            config.write_preferences(path, replace(config.read_preferences(path), **changes))

        self._tasks.task(write, owner=self, then=lambda _none: None)

    # What others ask

    def _on_handed_over(self, request: dict[str, Any]) -> None:
        address = request.get("desk")
        if isinstance(address, str):
            address = self._typed.shown(address)
        if request.get("on_network") and isinstance(address, str):
            self.allow_on_network(address)
        opened = self._open
        if opened is None or (address and address != opened.address):
            if isinstance(address, str) and address:
                self._waiting = [{**request, "desk": None}] if request["do"] == "call" else []
                self.open(address)
                return
            self._waiting.append(request)
            return
        window = opened.front_window()
        if window is not None:
            bring_to_front(window)
        if request["do"] == "call":
            self._take_call(opened, request)

    def _take_call(self, opened: OpenDesk, request: dict[str, Any]) -> None:
        if opened.window is None or opened.locked:
            self._waiting.append(request)
            return
        number, name, event, call_id = (
            str(request.get(name) or "") for name in ("number", "name", "event", "call_id")
        )
        direction = "out" if request.get("direction") == "out" else "in"
        opened.window.calls().take_call(number, name, event, call_id, direction)

    # Messages

    def _front_window(self) -> QWidget | None:
        return (self._open.front_window() if self._open is not None else None) or self._standing

    def _on_told(self, message: Any) -> None:
        window = self._open.window if self._open is not None else None
        if window is not None and window.isVisible():
            window.notice.say(message)
        else:
            self._box_text(message.title, " ".join((message.text, message.advice)))

    def _box_text(self, title: str, text: str) -> QMessageBox:
        box = QMessageBox(self._front_window())
        box.setObjectName("message_box")
        box.setWindowTitle(title)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(text.strip())
        box.finished.connect(box.deleteLater)
        self._box = box  # without a window behind it nothing else would hold it
        box.open()
        return box

    # The picture

    def _look_whether_complete(self) -> None:
        busy = self._background.busy or (self._open is not None and self._open.busy)
        window = self._front_window()
        self._quiet = 0 if busy or window is None or not window.isVisible() else self._quiet + 1
        if self._quiet < QUIET_LOOKS or window is None or self._picture is None:
            return
        picture, path = window.grab().toImage(), self._picture
        self._picture = None
        if not picture.save(str(path)):
            self._box_text(_("No picture"), str(path))
        self._app.exit(0)
