"""A word that leads somewhere, and a strip across the pane that says one thing."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.theme import Appearance, Font
from desktop_desk.ui.widgets.buttons import EnterButton
from desktop_desk.ui.widgets.plain_tip import plain_tip

_SIDE = 4


class LinkButton(EnterButton):
    """Looks like a link, is pressed like a button; too long a word is shortened, and is its own tip."""

    def __init__(
        self,
        look: Appearance,
        name: str,
        *,
        plain: bool = False,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._font = Font.META if small else Font.BASE
        self._name = name
        self._plain = plain
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._on_look)

    def show_value(self, text: str, *, tip: str = "") -> None:
        """The word; "–" for nothing, which leads nowhere."""
        self.setText(text or "–")
        self.setEnabled(bool(text))
        self.setAccessibleName(f"{self._name}: {text or _('none')}")
        self.setToolTip(plain_tip(tip or text))
        self.updateGeometry()

    def _on_look(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self._look.metrics(self._font)
        return QSize(metrics.horizontalAdvance(self.text()) + 2 * _SIDE + 2, metrics.height() + 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(32, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = self._look.colors
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self._look.font(self._font))
        linked = self.isEnabled() and self.text() != "–"
        font.setUnderline(linked and (not self._plain or self.underMouse()))
        painter.setFont(font)
        painter.setPen(
            colors.primary if linked and not self._plain else colors.text if linked else colors.muted
        )
        room = self.rect().adjusted(_SIDE, 0, -_SIDE, 0)
        text = self._look.metrics(self._font).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)
        if self.hasFocus():
            painter.setPen(QPen(colors.focus, 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)


class Banner(QFrame):
    """A strip in the colour of notes, with a bar on its left; what it says is in its words."""

    def __init__(self, look: Appearance, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = self._look.colors
        painter = QPainter(self)
        painter.fillRect(self.rect(), colors.note)
        painter.fillRect(0, 0, 3, self.height(), colors.note_bar)
        painter.fillRect(0, self.height() - 1, self.width(), 1, colors.border)


class Strip(Banner):
    """One sentence with one way on.

    Signals:
        pressed(): the way on was taken.
    """

    pressed = Signal()

    def __init__(self, look: Appearance, name: str, way_on: str, *, parent: QWidget | None = None) -> None:
        super().__init__(look, parent=parent)
        self.setObjectName(name)
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._link = LinkButton(look, way_on, parent=self)
        self._link.setObjectName(f"{name}_link")
        self._link.show_value(way_on)
        self._link.clicked.connect(self.pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        row.addWidget(self._text, 1)
        row.addWidget(self._link)
        self.hide()

    def say(self, text: str) -> None:
        """Show the sentence; an empty one hides the strip."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))


class OutageBand(Strip):
    """Says what outage a ticket belongs to, with what can be done about it."""

    def __init__(self, look: Appearance, *, parent: QWidget | None = None) -> None:
        super().__init__(look, "ticket_outage", _("open"), parent=parent)

    def offer(self, text: str, way_on: str) -> None:
        """Show the sentence and its way on; an empty one hides the strip."""
        self._link.show_value(way_on)
        self.say(text)
