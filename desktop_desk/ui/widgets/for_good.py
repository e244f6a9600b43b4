"""The one question of the program: for what cannot be undone. Everything else is done at once and has Undo."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton

WIDTH = 500


class ForGood(QDialog):
    """Asks whether something shall be gone for good: `accepted` is yes; Enter and Esc both keep it."""

    def __init__(
        self,
        look: Appearance,
        title: str,
        question: str,
        words: str,
        yes: str,
        *,
        tick: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("for_good")
        self.setWindowTitle(title)
        self.setAccessibleDescription(f"{question} {words}")
        asked = QLabel(question, self)
        asked.setWordWrap(True)
        set_look(asked, "section")
        told = QLabel(words, self)
        told.setObjectName("for_good_words")
        told.setTextFormat(Qt.TextFormat.PlainText)
        told.setWordWrap(True)
        self._tick = QCheckBox(tick, self)
        self._tick.setObjectName("for_good_more")
        self._tick.setVisible(bool(tick))
        self._yes = KeyButton(look, yes, parent=self)
        self._yes.setObjectName("for_good_yes")
        self._yes.clicked.connect(self.accept)
        self._no = KeyButton(look, _("Keep it"), "Esc", primary=True, parent=self)
        self._no.setObjectName("for_good_no")
        self._no.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._no)
        foot.addStretch(1)
        foot.addWidget(self._yes)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        for part in (asked, told, self._tick):
            column.addWidget(part)
        column.addLayout(foot)
        self.finished.connect(self.deleteLater)
        self._no.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        """As high as the words need at this width: a dialog does not find that out by itself."""
        layout = self.layout()
        if layout is not None:
            width = max(WIDTH, layout.minimumSize().width())
            self.setFixedSize(width, layout.heightForWidth(width))
        super().showEvent(event)

    @property
    def more(self) -> bool:
        """Whether the tick, where there is one, is set."""
        return self._tick.isChecked()
