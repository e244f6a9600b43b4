"""A soft shadow around panels that lie above the window, painted once and not by an effect that slows typing."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_desk.ui.theme import Appearance

REACH = 20
_RADIUS = 8
_DROP = 3
_LAYERS = 12


def paint_raised_card(painter: QPainter, look: Appearance, outer: QRectF) -> None:
    """Paints a card with its shadow; the card lies REACH inside `outer`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    card = outer.adjusted(REACH, REACH, -REACH, -REACH)
    painter.setPen(Qt.PenStyle.NoPen)
    layer = QColor(look.colors.shadow)
    layer.setAlpha(12 if look.theme.dark else 5)
    # Layers of one faint colour, each smaller than the one below: they add up towards the card.
    for step in range(_LAYERS, 0, -1):
        painter.setBrush(layer)
        reach = (REACH - _DROP) * (step / _LAYERS) ** 1.6
        grown = card.adjusted(-reach, _DROP - reach, reach, _DROP + reach)
        painter.drawRoundedRect(grown, _RADIUS + reach, _RADIUS + reach)
    painter.setPen(QPen(look.colors.control, 1))
    painter.setBrush(look.colors.surface)
    painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
