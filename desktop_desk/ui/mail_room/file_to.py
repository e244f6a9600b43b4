"""Asks which ticket a mail belongs to."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from desktop_desk.i18n import _
from desktop_desk.ui.menus import FormDialog
from desktop_desk.ui.theme import set_look
from desktop_desk.ui.tickets.ticket_hits import ticket_hits
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.search_list import SearchList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop_desk.desk.channel_ports import MailRecord
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.views import TicketRow
    from desktop_desk.ui.main_window import MainWindow

MOST = 20


class FileToDialog(FormDialog):
    """Finds a ticket by number, caller or words; before anything is typed, those of the sender and similar ones.

    Signals:
        chosen(str number): this ticket.
    """

    chosen = Signal(str)

    def __init__(self, window: "MainWindow", mail: "MailRecord") -> None:
        super().__init__(window)
        self._operations = window.operations
        self._mail = mail
        self._now = window.now
        self.setObjectName("file_to_dialog")
        self.setWindowTitle(_("File the mail to a ticket"))
        self.resize(600, 420)
        title = QLabel(mail.subject or _("(no subject)"), self)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setWordWrap(True)
        set_look(title, "section")
        self._search = SearchList(
            window.look, _("To which ticket"), placeholder=_("Number, caller or words"), rows=7, parent=self
        )
        self._search.setObjectName("file_to_search")
        self._file = KeyButton(window.look, _("File it there"), "Ctrl+Enter", primary=True, parent=self)
        self._file.setObjectName("file_to_do")
        self._file.setEnabled(False)
        self._file.clicked.connect(self.finish)
        cancel = KeyButton(window.look, _("Cancel"), "Esc", parent=self)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self._file)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 18)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(self._search, 1)
        column.addLayout(buttons)
        self._search.query_changed.connect(self._look_for)
        self._search.picked.connect(self._on_picked)
        self._search.dismissed.connect(self.reject)
        self.finished.connect(self.deleteLater)
        self._search.edit.setFocus()

    def ask_first(self) -> None:
        """Ask for what is likely."""
        self._search.ask()

    def finish(self) -> None:
        """Ctrl+Enter: the marked ticket."""
        key = self._search.highlighted_key()
        if isinstance(key, str) and self._file.isEnabled():
            self.chosen.emit(key)
            self.accept()

    def _look_for(self, text: str, token: int) -> None:
        sender, subject = self._mail.sender, self._mail.subject

        def read(desk: "Desk") -> "tuple[TicketRow, ...]":
            if text.strip():
                return tuple(hit.row for hit in desk.search(text, limit=MOST))
            people = desk.find_people(sender) if sender else ()
            likely = tuple(
                row for person in people[:3] for row in desk.tickets_of(person.uid, open_only=False)
            )
            similar = tuple(hit.row for hit in desk.similar(subject)) if subject else ()
            return tuple({row.uid: row for row in (*likely, *similar)}.values())[:MOST]

        self._operations.read(read, owner=self, then=lambda rows: self._show(rows, token), latest="tickets")

    def _show(self, rows: "Sequence[TicketRow]", token: int) -> None:
        hits = ticket_hits(rows, self._now())
        if self._search.set_hits(hits, token):
            self._file.setEnabled(bool(hits))

    def _on_picked(self, _key: object) -> None:
        self._file.setFocus()
