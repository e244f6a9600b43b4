"""The subject of a ticket, in as many lines as it needs and never wider than its place."""

import re

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from desktop_desk.ui.widgets.plain_tip import plain_tip


class SubjectLabel(QLabel):
    """Wraps between words; a word wider than the label is shortened, and the whole is the tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._subject = ""
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def show_subject(self, subject: str) -> None:
        """Show this subject."""
        self._subject = subject
        self._fit()

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        room = max(self.contentsRect().width() - 2, 40)

        def short(word: re.Match[str]) -> str:
            return metrics.elidedText(word.group(), Qt.TextElideMode.ElideMiddle, room)

        shown = re.sub(r"\S+", short, self._subject)
        self.setToolTip(plain_tip(self._subject) if shown != self._subject else "")
        if shown != self.text():
            self.setText(shown)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.fontMetrics().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()
