"""What is shown where there is nothing yet: what it is, and what to do next."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_desk.ui.theme import Appearance, Font, set_look
from desktop_desk.ui.widgets.icons import paint_icon


class _Picture(QWidget):
    """A large quiet icon."""

    def __init__(self, look: Appearance, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.name = name
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        side = self._look.metrics(Font.BASE).height() * 2
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        side = min(self.width(), self.height(), self.sizeHint().width())
        place = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        paint_icon(QPainter(self), self.name, self._look.colors.control, place)


class EmptyState(QWidget):
    """A title, and a hint with what to do next."""

    def __init__(
        self, look: Appearance, title: str, hint: str = "", icon: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 24, 24, 24)
        self._column.setSpacing(8)
        self._column.addStretch(2)
        if icon:
            self._column.addWidget(_Picture(look, icon, self))
        self._title = self._label("section")
        self._hint = self._label("muted")
        self._column.addStretch(3)
        self.set_text(title, hint)

    def _label(self, look: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        set_look(label, look)
        self._column.addWidget(label)
        return label

    def set_text(self, title: str, hint: str = "") -> None:
        """Says something else."""
        self._title.setText(title)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(title)
        self.setAccessibleDescription(hint)
