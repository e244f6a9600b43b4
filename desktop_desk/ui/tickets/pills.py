"""A pill that can be pressed: what a ticket is, and the way to change it, in one place."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.buttons import EnterButton
from desktop_desk.ui.widgets.chips import paint_pill, pill_size


class PillButton(EnterButton):
    """A button drawn as a pill in the colour of its meaning; the words are always there too."""

    def __init__(self, look: Appearance, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._tone = "plain"
        self.setProperty("look", "pill")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look.changed.connect(self._on_look)

    def show_value(self, text: str, tone: str, *, name: str, tip: str = "") -> None:
        """Show the value; `name` is what a screen reader says, e.g. "Priority: Sev-A, Emergency"."""
        self._tone = tone
        self.setText(text)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.updateGeometry()
        self.update()

    def _on_look(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        size = pill_size(self._look, self.text())
        return QSize(size.width() + 4, size.height() + 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pill = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        paint_pill(painter, self._look, pill, self.text(), self._tone)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._look.colors.focus, 2))
            around = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(around, around.height() / 2, around.height() / 2)
