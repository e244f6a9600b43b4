"""The light itself, its place in the status line, and the strip that is loud."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop_desk.desk.status_light import Level, Light
from desktop_desk.i18n import _
from desktop_desk.ui.status_light.words import LEVELS, short_text, tip
from desktop_desk.ui.theme import Appearance, Font, set_look
from desktop_desk.ui.tickets.links import Banner, LinkButton
from desktop_desk.ui.widgets.announce import announce
from desktop_desk.ui.widgets.buttons import IconButton


class Dot(QWidget):
    """A light in a shape of its own for each level: ring, disc, half a disc, triangle; its colour says the same."""

    def __init__(self, look: Appearance, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._level: Level = "off"
        look.changed.connect(self.updateGeometry)
        look.changed.connect(self.update)

    def show_level(self, level: Level) -> None:
        """Shine so."""
        self._level = level
        self.setAccessibleName(_(LEVELS[level]))
        self.setToolTip(_(LEVELS[level]))
        self.update()

    def sizeHint(self) -> QSize:
        side = self._look.metrics(Font.META).ascent() + 4
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _color(self) -> QColor:
        colors = self._look.colors
        by_level = {"off": colors.muted, "good": colors.ok, "wait": colors.sev_b, "trouble": colors.overdue}
        return by_level[self._level]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height()) - 4.0
        place = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        color = self._color()
        painter.setPen(QPen(color, 1.6))
        if self._level == "trouble":
            painter.setBrush(color)
            top = QPointF(place.center().x(), place.top())
            painter.drawPolygon(QPolygonF([top, place.bottomRight(), place.bottomLeft()]))
            return
        painter.drawEllipse(place)
        painter.setBrush(color)
        if self._level == "good":
            painter.drawEllipse(place)
        elif self._level == "wait":
            painter.drawChord(place, 90 * 16, 180 * 16)


class LightItem(QWidget):
    """The light in the status line with a few words; hidden where nothing is in use.

    Signals:
        pressed(): the person wants to know more.
    """

    pressed = Signal()

    def __init__(self, look: Appearance, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_light")
        self._dot = Dot(look, parent=self)
        self._link = LinkButton(look, _("Mail, form and line"), plain=True, small=True, parent=self)
        self._link.setObjectName("status_light_word")
        self._link.clicked.connect(self.pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        row.setSpacing(2)
        row.addWidget(self._dot)
        row.addWidget(self._link)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; "" while it is hidden."""
        return self._link.text() if not self.isHidden() else ""

    def show_light(self, light: Light) -> None:
        """Say how all stands."""
        words = short_text(light)
        self.setVisible(bool(words))
        self._dot.show_level(light.level)
        self._link.show_value(words, tip=tip(light.standings))


class LoudStrip(Banner):
    """Over everything: what somebody must see to, until it is put right or put away.

    Signals:
        pressed(): the person wants to know more.
        put_away(): he knows.
    """

    pressed = Signal()
    put_away = Signal()

    def __init__(self, look: Appearance, *, parent: QWidget | None = None) -> None:
        super().__init__(look, parent=parent)
        self.setObjectName("light_strip")
        self._dot = Dot(look, parent=self)
        self._dot.show_level("trouble")
        self._text = QLabel(self)
        self._text.setObjectName("light_strip_text")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        set_look(self._text, "strong")
        self._link = LinkButton(look, _("See how it stands"), parent=self)
        self._link.setObjectName("light_strip_link")
        self._link.show_value(_("See how it stands"))
        self._link.clicked.connect(self.pressed)
        close = IconButton(look, "close", _("Close message"), parent=self)
        close.setObjectName("light_strip_close")
        close.clicked.connect(self.put_away)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 8, 6)
        row.setSpacing(8)
        row.addWidget(self._dot)
        row.addWidget(self._text, 1)
        row.addWidget(self._link)
        row.addWidget(close)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; "" while it is hidden."""
        return self._text.text() if not self.isHidden() else ""

    def say(self, text: str, *, spoken: bool) -> None:
        """Show these words, "" for none; have them spoken at once when they are news."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        if text and spoken:
            announce(self, text, urgent=True)
