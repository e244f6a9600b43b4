"""How long a call was, and in what state it is, in the head of the panel."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.calls.clock import CallClock, read_length
from desktop_desk.ui.theme import set_wrong


def state_text(clock: CallClock) -> str:
    """What the call does now; nothing while somebody talks."""
    if clock.ringing:
        return _("ringing")
    return "" if clock.running else _("ended")


class ClockText(QLabel):
    """The running clock; a click on it means that its time is not right.

    Signals:
        pressed(): somebody wants to say how long the call was.
    """

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("call_clock")
        self.setAccessibleName(_("Length of the call"))
        self.setToolTip(_("Click, or Alt+Shift+L, to say how long it was"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.pressed.emit()


class LengthEdit(QLineEdit):
    """Stands in the place of the clock while a person says how long the call was.

    Signals:
        given(seconds): Enter; -1 when it was left as it is.
    """

    given = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("call_length")
        self.setAccessibleName(_("Length of the call: minutes, or minutes:seconds"))
        self.hide()

    def begin(self, shown: str) -> None:
        """Show the length, ready to be typed over."""
        set_wrong(self, wrong=False)
        self.setText(shown)
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("00:00:00") + 24)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.selectAll()

    def leave(self) -> bool:
        """Leave the length as it is; False when nobody was about to say it."""
        shown = self.isVisible()
        self._end(-1)
        return shown

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            seconds = read_length(self.text())
            set_wrong(self, wrong=seconds is None)
            if seconds is not None:
                self._end(seconds)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isVisible():
            seconds = read_length(self.text()) if self.isModified() else None
            self._end(-1 if seconds is None else seconds)

    def _end(self, seconds: int) -> None:
        if not self.isHidden():
            self.hide()
            self.given.emit(seconds)
