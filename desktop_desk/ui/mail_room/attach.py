"""Joins the mail room to a main window: the quarantine, mails dropped on it, and what can be done with a mail."""

from functools import partial
from typing import TYPE_CHECKING

from desktop_desk.ui.mail_room.copies import ReplyCopies
from desktop_desk.ui.mail_room.importing import MailImport
from desktop_desk.ui.mail_room.in_thread import ThreadMails
from desktop_desk.ui.settings import open_page

if TYPE_CHECKING:
    from desktop_desk.ui.mail_room.quarantine_screen import QuarantineScreen
    from desktop_desk.ui.main_window import MainWindow


def join(window: "MainWindow") -> None:
    """Give a window its quarantine and what the Mail menu does."""
    room = MailRoomOnScreen(window)
    actions = window.actions_
    for name, slot in (
        ("mail.file", room.file),
        ("mail.release", room.release),
        ("mail.dismiss", room.dismiss),
    ):
        actions.bind(name, slot).setEnabled(False)
    window.middle.add_page("quarantine", room.page)
    window.middle.currentChanged.connect(room.update_actions)
    room.thread = ThreadMails(window, room.held)
    actions.bind("mail.import", MailImport(window).ask)
    ReplyCopies(window)
    for name, page in (("mail.boxes", "mailbox"), ("mail.templates", "template")):
        actions.bind(name, partial(open_page, window, page))


class MailRoomOnScreen:
    """The part of a main window that is about mails on no ticket; lives as long as the window's actions."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._page: QuarantineScreen | None = None
        self.thread: ThreadMails | None = None

    def page(self) -> "QuarantineScreen":
        """The quarantine, made when it is first wanted."""
        if self._page is None:
            from desktop_desk.ui.mail_room.quarantine import QuarantineView
            from desktop_desk.ui.mail_room.quarantine_screen import QuarantineScreen

            window = self._window
            view = QuarantineView(window.look, window.actions_, window.now, parent=window.middle)
            self._page = QuarantineScreen(view, window)
        return self._page

    def held(self) -> str:
        """The mail with the cursor in the quarantine; "" while that is out of sight."""
        mail = self._page.current() if self._page is not None else None
        return mail.uid if mail is not None else ""

    def file(self) -> None:
        """Ask which ticket the mail belongs to."""
        self.page().file()

    def release(self) -> None:
        """File the mail where it would go by itself."""
        self.page().release()

    def dismiss(self) -> None:
        """Take the selected mails off the list."""
        self.page().dismiss()

    def update_actions(self) -> None:
        """The quarantine came into sight, or went out of it."""
        if self._page is not None:
            self._page.update_actions()
        if self.thread is not None:
            self.thread.update_actions()
