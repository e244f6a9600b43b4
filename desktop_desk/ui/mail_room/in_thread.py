"""What can be done with mails in a ticket's thread: quoted text unfolded, headers and the raw mail looked at."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from desktop_desk.i18n import _
from desktop_desk.ui.mail_room.pictures import ThreadPictures

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop_desk.channels.mail_import import OpenedMail
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.views import Entry, TicketView
    from desktop_desk.ui.main_window import MainWindow


class ThreadMails(QObject):
    """Binds what the Mail menu does to the ticket on the pane.

    Args:
        held: the mail with the cursor in the quarantine, "" while that is out of sight.
    """

    def __init__(self, window: "MainWindow", held: "Callable[[], str]") -> None:
        super().__init__(window)
        self._window = window
        self._actions = window.actions_
        self._thread = window.pane.conversation
        self._held = held
        self._pictures = ThreadPictures(window)
        self._actions.bind("mail.quoted", self._thread.toggle_quoted)
        self._actions.bind("mail.all_quoted", self._thread.toggle_all_quoted)
        self._actions.bind("mail.raw", self.show_raw)
        window.ticket_shown.connect(self.update_actions)
        self._thread.menu_requested.connect(self._on_menu)
        self.update_actions()

    def update_actions(self, _view: "TicketView | None" = None) -> None:
        """Only what there is something of."""
        quotes = self._window.pane.view is not None and self._thread.has_quotes()
        self._actions["mail.quoted"].setEnabled(quotes)
        self._actions["mail.all_quoted"].setEnabled(quotes)
        self._actions["mail.raw"].setEnabled(bool(self._held() or self._mail()))

    def show_raw(self) -> None:
        """Show the held mail that is chosen, else that of the entry with the cursor, else the newest of the ticket."""
        uid = self._held() or self._mail()
        if uid:
            self._open(uid)

    def _mails(self) -> "list[Entry]":
        view = self._window.pane.view
        return [entry for entry in view.thread if entry.fields.get("mail")] if view is not None else []

    def _mail(self) -> str:
        """The id of the mail that is meant; "" for none."""
        mails = {entry.uid: str(entry.fields["mail"]) for entry in self._mails()}
        chosen = mails.get(str(self._thread.current_key() or ""))
        return chosen or next(reversed(mails.values()), "")

    def _open(self, uid: str) -> None:
        window = self._window

        def show(opened: "OpenedMail") -> None:
            from desktop_desk.ui.mail_room.raw_mail import RawMailDialog

            RawMailDialog(window, uid, opened).open()

        window.operations.read(
            lambda desk: opened_mail(desk, uid), owner=self, then=show, latest="raw mail", long=True
        )

    def _on_menu(self, key: object, menu: QMenu) -> None:
        """Offer the same in the menu of an entry that is a mail."""
        entry = next((entry for entry in self._mails() if entry.uid == key), None)
        view = self._window.pane.view
        quoting = next((each for each in view.thread if each.uid == key), None) if view is not None else None
        if quoting is not None and quoting.fields.get("quoted"):
            menu.addSeparator()
            menu.addAction(self._actions["mail.quoted"])
        if entry is not None:
            uid = str(entry.fields["mail"])
            raw = menu.addAction(_("&Headers and raw mail…"))
            raw.setObjectName("raw_mail")
            raw.triggered.connect(lambda: self._open(uid))


def opened_mail(desk: "Desk", uid: str) -> "OpenedMail":
    """A mail with its headers and its source; not for the UI thread."""
    from desktop_desk.channels.mail_import import open_mail

    return open_mail(desk, uid)
