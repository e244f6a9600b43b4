"""A soft shadow around panels that lie above the window, painted once and not by an effect that slows typing."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from desktop_desk.ui.theme import Appearance

REACH = 20
_RADIUS = 8


def paint_raised_card(painter: QPainter, look: Appearance, outer: QRectF) -> None:
    """Paints a card with its shadow; the card lies REACH inside `outer`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    card = outer.adjusted(REACH, REACH, -REACH, -REACH)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    strength = 0.12 if look.theme.dark else 0.05
    for step in range(REACH):
        color = QColor(look.colors.shadow)
        color.setAlphaF(strength * ((REACH - step) / REACH) ** 2 * 3)
        painter.setPen(QPen(color, 1.6))
        grown = card.adjusted(-step, -step + 3, step, step + 3 if step + 3 < REACH else REACH)
        painter.drawRoundedRect(grown, _RADIUS + step, _RADIUS + step)
    painter.setPen(QPen(look.colors.control, 1))
    painter.setBrush(look.colors.surface)
    painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
