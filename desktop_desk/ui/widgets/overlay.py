"""A panel that floats above the window without locking it."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.shadow import REACH, paint_raised_card

_STEP = 24


class PanelHead(QWidget):
    """The strip by which a panel is dragged; anything may stand in it.

    Signals: dragged(by how much).
    """

    dragged = Signal(QPoint)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._held: QPoint | None = None
        self.setCursor(Qt.CursorShape.SizeAllCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = event.globalPosition().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            here = event.globalPosition().toPoint()
            self.dragged.emit(here - self._held)
            self._held = here

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None


class FloatingPanel(QWidget):
    """A rounded card inside its window: not modal, dragged by its head, never outside the window.

    `head` and `body` are layouts to be filled. Alt+Shift and an arrow key move it; `next_place` docks it in turn.

    Signals: escaped() when Escape was pressed and nothing inside wanted it; moved() by the user.
    """

    escaped = Signal()
    moved = Signal()

    def __init__(self, look: Appearance, title: str, window: QWidget) -> None:
        super().__init__(window)
        self._look = look
        self._window = window
        self._place = 0
        self._head = PanelHead(self)
        self._title = QLabel(title, self._head)
        set_look(self._title, "section")
        self.head = QHBoxLayout(self._head)
        self.head.setContentsMargins(0, 0, 0, 0)
        self.head.setSpacing(8)
        self.head.addWidget(self._title)
        column = QVBoxLayout(self)
        column.setContentsMargins(REACH + 18, REACH + 14, REACH + 18, REACH + 16)
        column.setSpacing(12)
        column.addWidget(self._head)
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        column.addLayout(self.body)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.set_title(title)
        self.hide()
        self._head.dragged.connect(self._on_dragged)
        look.changed.connect(self.update)
        window.installEventFilter(self)

    # what the owner asks

    def set_title(self, title: str) -> None:
        """Another title; it is also the panel's name for screen readers."""
        self._title.setText(title)
        self.setAccessibleName(title)

    def open(self) -> None:
        """Shows the panel above everything in the window, near the top, as large as it wants to be."""
        fresh = not self.isVisible()
        self.fit()
        if fresh and self.pos() == QPoint(0, 0):
            self._to(self._docked()[self._place])
        self.show()
        self.raise_()

    def close_panel(self) -> None:
        """Hides it where it is."""
        self.hide()

    def fit(self) -> None:
        """Takes the size that its content wants, within the window."""
        room = self._room()
        hint = self.sizeHint()
        width = min(max(hint.width(), 400), room.width())
        height = max(hint.height(), self.heightForWidth(width) if self.hasHeightForWidth() else 0)
        self.resize(width, min(height, room.height()))
        self._to(self.pos())

    def next_place(self) -> None:
        """Docks the panel at the middle, the right, the left of the window in turn."""
        places = self._docked()
        self._place = (self._place + 1) % len(places)
        self._to(places[self._place])
        self.moved.emit()

    # what happens

    def _docked(self) -> list[QPoint]:
        window = self._window.rect()
        free = max(window.width() - self.width(), 0)
        return [QPoint(free // 2, 72), QPoint(free, 72), QPoint(0, 72)]

    def _on_dragged(self, by: QPoint) -> None:
        self._to(self.pos() + by)
        self.moved.emit()

    def _to(self, place: QPoint) -> None:
        """Moves there, or as near as leaves the card inside the window; its shadow may lie outside."""
        room = self._room()
        x = max(min(place.x(), room.right() - self.width()), room.left())
        y = max(min(place.y(), room.bottom() - self.height()), room.top())
        self.move(x, y)

    def _room(self) -> QRect:
        """Where it may be: the window, and around it as much as its shadow takes."""
        return self._window.rect().adjusted(-REACH, -REACH, REACH, REACH)

    # what Qt asks

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._window and self.isVisible():
            self.fit()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: QPoint(-_STEP, 0),
            Qt.Key.Key_Right: QPoint(_STEP, 0),
            Qt.Key.Key_Up: QPoint(0, -_STEP),
            Qt.Key.Key_Down: QPoint(0, _STEP),
        }
        moving = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_Escape and not event.modifiers():
            self.escaped.emit()
        elif event.modifiers() & moving == moving and Qt.Key(event.key()) in steps:
            self._on_dragged(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def card(self) -> QRect:
        """The visible card without its shadow, in the window's coordinates."""
        return self.geometry().adjusted(REACH, REACH, -REACH, -REACH)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_raised_card(QPainter(self), self._look, QRectF(self.rect()))
