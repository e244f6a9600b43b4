"""The field in which people write: grows with the text, leaves the window's keys to the window."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from desktop_desk.ui.tickets.given_files import FilesEdit

LEAST_LINES = 3
MOST_LINES = 10

# What the platform's own text keys would take away from the window (on X11 Ctrl+K deletes to the line's end).
_THE_WINDOWS = frozenset({Qt.Key.Key_K, Qt.Key.Key_N, Qt.Key.Key_D, Qt.Key.Key_B, Qt.Key.Key_F, Qt.Key.Key_E})


class TextEditor(FilesEdit):
    """Plain text, several lines; Tab leaves it, Ctrl+Z and Ctrl+Y are its own undo and redo once something was typed.

    Signals:
        send_asked(bool): Ctrl+Enter; True with Shift.
        escaped(): Esc.
        left(): the focus went elsewhere.
    """

    send_asked = Signal(bool)
    escaped = Signal()
    left = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._room: int | None = None
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def give_room(self, pixels: int) -> None:
        """Be no higher than that, but for one line; the text is scrolled then."""
        self._room = pixels
        self._fit()

    def least_height(self) -> int:
        """With one line of text."""
        return self._lines(1)

    def _lines(self, count: int) -> int:
        frame = self.contentsMargins().top() + self.contentsMargins().bottom() + 2 * self.frameWidth()
        return (
            count * self.fontMetrics().lineSpacing() + int(2 * self.document().documentMargin()) + frame + 12
        )

    def _fit(self) -> None:
        lines = min(max(int(self.document().size().height()), LEAST_LINES), MOST_LINES)
        height = self._lines(lines)
        if self._room is not None:
            height = max(min(height, self._room), self.least_height())
        if self.height() != height or self.minimumHeight() != self.maximumHeight():
            self.setFixedHeight(height)

    def sizeHint(self) -> QSize:
        return QSize(240, self._lines(LEAST_LINES))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            return self._override(event)
        return super().event(event)

    def _override(self, event: QKeyEvent) -> bool:
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if event.matches(QKeySequence.StandardKey.Undo) and self._is_untouched():
            # Right after a reply was sent, undo means the reply.
            event.ignore()
            return False
        if control and event.key() == Qt.Key.Key_Y:
            event.accept()
            return True
        if control and event.key() in _THE_WINDOWS:
            event.ignore()
            return False
        return super().event(event)

    def _is_untouched(self) -> bool:
        document = self.document()
        return document.isEmpty() and not (document.isUndoAvailable() or document.isRedoAvailable())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.send_asked.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif event.matches(QKeySequence.StandardKey.Redo) or (control and event.key() == Qt.Key.Key_Y):
            self.redo()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()
