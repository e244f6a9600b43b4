"""A strip under the top bar that says what went wrong, until it is read."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.messages import Message
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.tickets.links import Banner
from desktop_desk.ui.widgets.announce import announce
from desktop_desk.ui.widgets.buttons import IconButton


class NoticeStrip(Banner):
    """Shows one message at a time without taking the cursor away; the newest wins."""

    def __init__(self, look: Appearance, *, parent: QWidget | None = None) -> None:
        super().__init__(look, parent=parent)
        self.setObjectName("notice")
        self._title = QLabel(self)
        self._title.setObjectName("notice_title")
        set_look(self._title, "strong")
        self._text = QLabel(self)
        self._text.setObjectName("notice_text")
        self._text.setWordWrap(True)
        for label in (self._title, self._text):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = IconButton(look, "close", _("Close message"), parent=self)
        close.setObjectName("notice_close")
        close.clicked.connect(self.dismiss)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._text)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.addLayout(words, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def text(self) -> str:
        """What is being said; "" for nothing."""
        return f"{self._title.text()}: {self._text.text()}" if self.isVisible() else ""

    def say(self, message: Message) -> None:
        """Show the message and have it spoken."""
        self._title.setText(message.title)
        self._text.setText(" ".join(part for part in (message.text, message.advice) if part))
        self.setAccessibleName(f"{message.title}. {self._text.text()}")
        self.show()
        announce(self, self.accessibleName(), urgent=True)

    def dismiss(self) -> None:
        """Take the message away."""
        self.hide()
