"""Joins the quarantine to the desk: reads it, opens mails, files and dismisses them."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from desktop_desk.desk.views import Done
from desktop_desk.domain.attachments import clean_name
from desktop_desk.domain.errors import DeskError, StorageUnavailable
from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.file_dialogs import ask_where_to_save
from desktop_desk.ui.mail_room.file_to import FileToDialog
from desktop_desk.ui.mail_room.in_thread import opened_mail
from desktop_desk.ui.mail_room.quarantine import ACTIONS, HELD, QuarantineView

if TYPE_CHECKING:
    from desktop_desk.channels.mail_import import OpenedMail
    from desktop_desk.desk.channel_ports import MailRecord
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.views import Attachment
    from desktop_desk.ui.main_window import MainWindow

    Found = tuple[tuple[MailRecord, ...], int, int]

MOST = 1000
"""So many mails stand in the list; the others come up when these are done with."""

QUICK = 1_000_000
"""A mail of fewer bytes is opened at once; a larger one holds up no quick read."""


class QuarantineScreen(QObject):
    """Keeps the list of mails that were not filed up to date, and does what is asked with them."""

    def __init__(self, view: QuarantineView, window: "MainWindow") -> None:
        super().__init__(view)
        self._view = view
        self._window = window
        self._operations = window.operations
        self._actions = window.actions_
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.refresh)
        view.chosen.connect(self._on_chosen)
        view.selected.connect(self.update_actions)
        view.kind_chosen.connect(self.refresh)
        view.mail.save_asked.connect(self._save)
        self._operations.changed.connect(self._on_changed)
        self._operations.others_changed.connect(self._on_changed)

    @property
    def widget(self) -> QWidget:
        """All of it."""
        return self._view

    def place(self) -> QWidget:
        """Where the cursor goes."""
        return self._view.table

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) mail."""
        self._view.step(by)

    def begin(self) -> None:
        """The person comes to the list."""
        self.refresh()
        self.update_actions()

    def refresh(self) -> None:
        """Read the list that is chosen, and how many mails each holds."""
        state = "quarantined" if self._view.kind == HELD else "ignored"

        def read(desk: "Desk") -> "Found":
            mails = desk.quarantine(MOST) if state == "quarantined" else desk.ignored_mails(MOST)
            counts = desk.mail_counts()
            return mails, counts.get("quarantined", 0), counts.get("ignored", 0)

        self._operations.read(
            read, owner=self, then=lambda found: self._view.show_mails(*found), latest="quarantine"
        )

    def update_actions(self) -> None:
        """Only what can be done with the mails that are selected now, while they are in sight."""
        count = len(self._view.several()) if self._view.isVisible() else 0
        for name in ACTIONS:
            self._actions[name].setEnabled(count == 1 or (count > 1 and name == "mail.dismiss"))
        if count == 1:
            self._actions["mail.raw"].setEnabled(True)

    def current(self) -> "MailRecord | None":
        """The mail with the cursor while the list is in sight."""
        return self._view.current() if self._view.isVisible() else None

    # What is done

    def file(self) -> None:
        """Ask which ticket the mail belongs to."""
        mail = self.current()
        if mail is not None:
            dialog = FileToDialog(self._window, mail)

            def chosen(number: str) -> None:
                self._release(mail, number)

            dialog.chosen.connect(chosen)
            dialog.ask_first()
            dialog.open()

    def release(self) -> None:
        """File the mail where it would go by itself: on the ticket that it answers, else on a new one."""
        mail = self.current()
        if mail is not None:
            self._release(mail, "")

    def dismiss(self) -> None:
        """Take the selected mails off the list; they are kept, and undo brings them back."""
        mails = self._view.several() if self._view.isVisible() else ()
        if not mails:
            return
        first, *more = (mail.uid for mail in mails)
        said = ngettext("Dismissed {count} mail", "Dismissed {count} mails", len(mails))
        self._operations.write(
            lambda desk: desk.dismiss_mail(first, *more),
            owner=self,
            then=lambda done: self._window.say(said.format(count=len(mails)), done.act),
        )

    def _release(self, mail: "MailRecord", to: str) -> None:
        def release(desk: "Desk") -> Done:
            from desktop_desk.channels.mail_import import release_mail

            filed = release_mail(desk, mail.uid, to)
            return Done(filed.act, filed.number, filed.uid, frozenset({filed.number}))

        self._operations.write(release, owner=self, then=self._on_filed)

    def _on_filed(self, done: Done) -> None:
        number = done.number or ""
        self._window.say(_("Filed in {number}").format(number=number), done.act)
        self._window.open_ticket(number)

    def _save(self, file: "Attachment") -> None:
        """Ask where to, and save a file of the mail there; it is never opened from here."""
        name = clean_name(file.name)
        ask_where_to_save(self._window, _("Save the file"), name, lambda path: self.save_to(file, path))

    def save_to(self, file: "Attachment", path: Path) -> None:
        """Save a file of the mail there, also over one that is there: the dialog has asked."""
        self._operations.task(
            lambda: _written(file, path), owner=self, then=lambda _none: self._told(path), long=True
        )

    def _told(self, path: Path) -> None:
        self._window.say(_("Saved as {path}").format(path=path))

    # What happened

    def _on_changed(self, *_what: object) -> None:
        if self._view.isVisible():
            self._soon.start()

    def _on_chosen(self, mail: "MailRecord | None") -> None:
        self.update_actions()
        if mail is None:
            self._view.mail.show_nothing()
            return
        self._view.mail.show_record(mail)

        def opened(found: "OpenedMail") -> None:
            now = self._view.current()
            if now is not None and now.uid == mail.uid:
                self._view.mail.show_mail(found)

        def failed(error: Exception) -> bool:
            if isinstance(error, DeskError):
                self._view.mail.show_trouble(str(error))
            return isinstance(error, DeskError)

        self._operations.read(
            lambda desk: opened_mail(desk, mail.uid), owner=self, then=opened, failed=failed, latest="mail",
            long=mail.size > QUICK,
        )  # fmt: skip


def _written(file: "Attachment", path: Path) -> None:
    body = file.source if isinstance(file.source, bytes) else file.source.read_bytes()
    try:
        path.write_bytes(body)
    except OSError as error:
        reason = _("The file {path} cannot be written: {why}.").format(path=path, why=error.strerror or error)
        raise StorageUnavailable("failed", reason, _("Make room, or choose another folder.")) from error
