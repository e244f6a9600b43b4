"""Joins mail at work to an open desk and its window."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from desktop_desk.i18n import _
from desktop_desk.ui.mail_work.keeper import MailKeeper
from desktop_desk.ui.mail_work.undo_send import UndoSend
from desktop_desk.ui.requests.keeper import FormKeeper

if TYPE_CHECKING:
    from desktop_desk.desk.front_door import FrontDoor
    from desktop_desk.desk.views import Done
    from desktop_desk.ui.mail_work.outbox_screen import OutboxScreen
    from desktop_desk.ui.main_window import MainWindow
    from desktop_desk.ui.open_desk import OpenDesk

LIGHT_MS = 1_000
"""The window is painted first."""


def join(opened: "OpenDesk", window: "MainWindow", front: "FrontDoor") -> None:
    """Keep the mail of this desk going, and show it in a window; not in a copy to look at, nor for a picture."""
    if front.look or opened.in_hurry:
        return
    keeper = keeper_of(opened)
    if keeper is None:
        keeper = MailKeeper(front, parent=opened)
        keeper.broke.connect(opened.presenter_wanted)
        keeper.start()
    screen = MailOnScreen(window, keeper)
    screen.light_soon(opened.findChild(FormKeeper))


def leave(opened: "OpenDesk") -> None:
    """The desk is closed: what was written goes out where that is quick."""
    keeper = keeper_of(opened)
    if keeper is not None:
        keeper.finish(hurry=opened.in_hurry)


def keeper_of(opened: "OpenDesk") -> MailKeeper | None:
    """Who keeps the mail of an open desk."""
    return opened.findChild(MailKeeper)


class MailOnScreen(QObject):
    """The part of a main window that is about mail at work; ends with the window, the keeper goes on."""

    def __init__(self, window: "MainWindow", keeper: MailKeeper) -> None:
        super().__init__(window)
        self._window = window
        self._keeper = keeper
        self._outbox: OutboxScreen | None = None
        UndoSend(window)
        window.operations.changed.connect(self._on_changed)
        window.middle.add_page("outbox", self.outbox)
        window.middle.currentChanged.connect(self._on_page)
        for name, slot in (
            ("mail.try", lambda: self.outbox().try_now()),
            ("mail.stop", lambda: self.outbox().stop()),
            ("mail.address", lambda: self.outbox().change_address()),
            ("mail.drop", lambda: self.outbox().drop()),
        ):
            window.actions_.bind(name, slot).setEnabled(False)
        window.actions_.bind("mail.now", self.fetch_and_send)

    def light_soon(self, form: FormKeeper | None) -> None:
        """Give the window its status light once it has been shown."""

        def light() -> None:
            from desktop_desk.ui.status_light.attach import WindowLight

            WindowLight(self._window, self._keeper, form)

        QTimer.singleShot(LIGHT_MS, self, light)

    def outbox(self) -> "OutboxScreen":
        """The outbox, made when it is first wanted."""
        if self._outbox is None:
            from desktop_desk.ui.mail_work.outbox_screen import OutboxScreen
            from desktop_desk.ui.mail_work.outbox_view import OutboxView

            window = self._window
            view = OutboxView(window.look, window.actions_, window.now, parent=window.middle)
            self._outbox = OutboxScreen(view, window, self._keeper)
        return self._outbox

    def fetch_and_send(self) -> None:
        """Look into the mailboxes and send what waits, at once."""
        self._keeper.fetch_now()
        self._keeper.send_now()
        self._window.say(_("Looking for mail, and sending what waits…"))

    def _on_page(self) -> None:
        if self._outbox is not None:
            self._outbox.update_actions()

    def _on_changed(self, done: "Done", _initiator: object) -> None:
        if done.act:
            self._keeper.wrote(done.act)
