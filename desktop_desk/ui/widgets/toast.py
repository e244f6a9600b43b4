"""Quiet messages at the foot of the window that go away by themselves."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.theme import Appearance, Font, set_look
from desktop_desk.ui.widgets.announce import announce
from desktop_desk.ui.widgets.buttons import IconButton, KeyButton
from desktop_desk.ui.widgets.shadow import REACH, paint_raised_card

_LIFT = 24


@dataclass(frozen=True, slots=True)
class _Message:
    """What is being said."""

    text: str
    token: str
    milliseconds: int


class Toasts(QWidget):
    """One message at a time; a new one takes the place of the old.

    It waits while the pointer or the focus is on it. It never takes the focus by itself; the owner binds a key to
    `focus`. Signals: acted(token) when its button was pressed; gone().
    """

    acted = Signal(str)
    gone = Signal()

    def __init__(self, look: Appearance, window: QWidget, timer: QTimer | None = None) -> None:
        super().__init__(window)
        self._look = look
        self._window = window
        self._message: _Message | None = None
        self._timer = timer or self._own_timer()
        self._lead = QLabel(self)
        self._lead.setTextFormat(Qt.TextFormat.PlainText)
        set_look(self._lead, "subject")
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._button = KeyButton(look, "", quiet=True, parent=self)
        self._button.setObjectName("toast-action")
        self._close = IconButton(look, "close", _("Close message"), parent=self)
        self._close.setObjectName("toast-close")
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(REACH + 14, REACH + 6, REACH + 6, REACH + 6)
        self._row.setSpacing(8)
        said, pressed = QHBoxLayout(), QHBoxLayout()
        said.setSpacing(8)
        said.addWidget(self._lead)
        said.addWidget(self._label, 1)
        pressed.addWidget(self._button)
        pressed.addWidget(self._close)
        self._row.addLayout(said, 1)
        self._row.addLayout(pressed)
        self._row.setAlignment(pressed, Qt.AlignmentFlag.AlignRight)
        for part in (self._label, self._close):
            # Else they count as hidden, and take no room, until the message was shown once.
            part.show()
        self.setObjectName("toast")
        self.setAccessibleName(_("Message"))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.hide()
        self._timer.timeout.connect(self.dismiss)
        self._button.clicked.connect(self._on_acted)
        self._close.clicked.connect(self.dismiss)
        look.changed.connect(self._place)
        for watched in (window, self._button, self._close):
            watched.installEventFilter(self)

    def _own_timer(self) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        return timer

    def say(
        self,
        text: str,
        action: str = "",
        key: str = "",
        *,
        lead: str = "",
        token: str = "",
        seconds: float = 8.0,
    ) -> None:
        """Shows a message, with a button when there is an `action`; `token` comes back with `acted`.

        `lead` stands before the text, large enough to be read out.
        """
        whole = f"{lead} {text}" if lead else text
        self._message = _Message(whole, token, int(seconds * 1000))
        self._lead.setText(lead)
        self._lead.setVisible(bool(lead))
        self._label.setText(text)
        self._button.setVisible(bool(action))
        self._button.set_text(action)
        self._button.set_key(key)
        self.setAccessibleDescription(whole)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(self._message.milliseconds)
        announce(self, whole)

    def text(self) -> str:
        """What is being said; empty for nothing."""
        return self._message.text if self._message is not None else ""

    @property
    def token(self) -> str:
        """What `acted` would tell for the message that is shown; "" for none."""
        return self._message.token if self._message is not None else ""

    def retell(self, text: str) -> None:
        """Other words for what is being said, such as the seconds left; not spoken again."""
        if self._message is not None:
            self._message = replace(self._message, text=text)
            self._label.setText(text)
            self.setAccessibleDescription(text)

    def focus(self) -> None:
        """Goes to the message's button; nothing without a message."""
        if self._message is not None:
            (self._button if not self._button.isHidden() else self._close).setFocus(
                Qt.FocusReason.ShortcutFocusReason
            )

    def dismiss(self) -> None:
        """Takes the message away."""
        if self._message is None:
            return
        self._message = None
        self._timer.stop()
        self.hide()
        self.gone.emit()

    def press(self, key: str) -> bool:
        """Does what its button does, when this is the key of its button; False when it is not."""
        offered = not self.isHidden() and not self._button.isHidden() and self._button.key() == key
        if offered:
            self._on_acted()
        return offered

    def _on_acted(self) -> None:
        if self._message is not None:
            token = self._message.token
            self.dismiss()
            self.acted.emit(token)

    def _place(self) -> None:
        """Stand at the foot of the window, the buttons below the words where there is no room beside them."""
        room = self._window.width()
        # A label that may wrap asks for little width; one line is better as long as there is room.
        wide = self._look.metrics(Font.BASE).horizontalAdvance(self._label.text()) + 8
        self._row.setDirection(QBoxLayout.Direction.LeftToRight)
        self._label.setMinimumWidth(min(wide, room // 2))
        width = self._needed()
        if width > room:
            self._row.setDirection(QBoxLayout.Direction.TopToBottom)
            beside = 0 if self._lead.isHidden() else self._lead.sizeHint().width() + 8
            margins = self._row.contentsMargins()
            self._label.setMinimumWidth(min(wide, room - beside - margins.left() - margins.right()))
            width = min(self._needed(), room)
        self.resize(width, self.heightForWidth(width))
        self.move((room - width) // 2, self._window.height() - self.height() - _LIFT)

    def _needed(self) -> int:
        """The width that all takes as it stands; a row within the row does not tell by itself that it has changed."""
        self._row.invalidate()
        self._row.activate()
        return self.sizeHint().width()

    def _wait(self) -> None:
        self._timer.stop()

    def _go_on(self) -> None:
        if self._message is not None and not self.underMouse() and not self.isAncestorOf(self._focused()):
            self._timer.start(self._message.milliseconds)

    def _focused(self) -> QWidget:
        return self.window().focusWidget() or self.window()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._message is None:
            return super().eventFilter(watched, event)
        if watched is self._window:
            if event.type() == QEvent.Type.Resize:
                self._place()
        elif event.type() == QEvent.Type.FocusIn:
            self._wait()
        elif event.type() == QEvent.Type.FocusOut:
            self._go_on()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._go_on()
        return super().event(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._wait()
        super().enterEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_raised_card(QPainter(self), self._look, QRectF(self.rect()))
