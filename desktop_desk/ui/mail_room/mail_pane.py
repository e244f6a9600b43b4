"""A mail that is on no ticket, to be read: who wrote it, why it waits, its text or its headers, its files."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from desktop_desk.domain.attachments import size_text
from desktop_desk.i18n import _
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.tickets.links import LinkButton
from desktop_desk.ui.tickets.times import moment_text
from desktop_desk.ui.widgets.chips import Flow
from desktop_desk.ui.widgets.read_only_text import ReadOnlyText

if TYPE_CHECKING:
    from desktop_desk.channels.mail_import import OpenedMail
    from desktop_desk.desk.channel_ports import MailRecord
    from desktop_desk.desk.views import Attachment

MOST_SHOWN = 200_000
"""Letters of a mail that are shown; a longer one would hold the window."""

MOST_FILES = 12


class MailPane(QFrame):
    """Shows one mail; nothing in it is loaded from elsewhere, and its files can only be saved.

    Signals:
        save_asked(Attachment): a file of the mail was pressed.
        left(): Esc in the text.
    """

    save_asked = Signal(object)
    left = Signal()

    def __init__(self, look: Appearance, now: Callable[[], int], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._now = now
        self._opened: OpenedMail | None = None
        self._headers = False
        self.setObjectName("mail_pane")
        set_look(self, "ground line-top")
        self._who = self._label("mail_who", "strong")
        self._subject = self._label("mail_subject", "")
        self._why = self._label("mail_why", "error")
        self.text = ReadOnlyText(self)
        self.text.setObjectName("mail_text")
        self.text.setAccessibleName(_("Text of the mail"))
        self.text.left.connect(self.left)
        self._files = QWidget(self)
        self._files.setObjectName("mail_files")
        self._row = Flow(self._files)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(4)
        for part in (self._who, self._subject, self._why):
            column.addWidget(part)
        column.addWidget(self.text, 1)
        column.addWidget(self._files)
        self.show_nothing()

    def _label(self, name: str, look: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if look:
            set_look(label, look)
        return label

    def show_nothing(self) -> None:
        """No mail is chosen."""
        self._opened = None
        for label in (self._who, self._subject, self._why):
            label.clear()
            label.hide()
        self.text.setPlainText("")
        self._show_files(())

    def show_record(self, record: "MailRecord") -> None:
        """What the list knows of the mail; its text follows."""
        self._opened = None
        self._headers = False
        when = moment_text(record.at, self._now())
        self._say(self._who, f"{record.sender or _('no sender')} · {when} · {size_text(record.size)}")
        self._say(self._subject, record.subject or _("(no subject)"))
        self._say(self._why, record.reason)
        self.text.setPlainText("")
        self._show_files(())

    def show_mail(self, opened: "OpenedMail") -> None:
        """The mail itself."""
        self._opened = opened
        mail = opened.mail
        if mail is not None and mail.sender_name:
            self._say(self._who, f"{mail.sender_name} · {self._who.text()}")
        self._fill()
        self._show_files(tuple(mail.files) if mail is not None else ())

    def show_trouble(self, reason: str) -> None:
        """Why the mail cannot be opened."""
        self.text.setPlainText(reason)

    def toggle_headers(self) -> None:
        """The headers instead of the text, or the text again."""
        if self._opened is not None:
            self._headers = not self._headers
            self._fill()

    def _fill(self) -> None:
        opened = self._opened
        if opened is None:
            return
        self.text.setAccessibleName(_("Headers of the mail") if self._headers else _("Text of the mail"))
        if self._headers:
            words = opened.headers
        elif opened.mail is None:
            words = opened.source
        else:
            words = "\n\n".join(part for part in (opened.mail.text.strip("\n"), opened.mail.quoted) if part)
        self.text.setPlainText(words[:MOST_SHOWN].replace("\0", "\N{REPLACEMENT CHARACTER}"))

    def _say(self, label: QLabel, text: str) -> None:
        label.setText(" ".join(text.split())[:600])
        label.setVisible(bool(text))

    def _show_files(self, files: "tuple[Attachment, ...]") -> None:
        self._row.clear()
        for file in files[:MOST_FILES]:
            self._row.addWidget(self._file_button(file))
        self._files.setVisible(bool(files))

    def _file_button(self, file: "Attachment") -> LinkButton:
        size = size_text(len(file.source)) if isinstance(file.source, bytes) else ""
        button = LinkButton(self._look, _("Save"), parent=self._files)
        button.show_value(f"{file.name} ({size})", tip=_("Save this file"))
        button.clicked.connect(lambda: self.save_asked.emit(file))
        return button
