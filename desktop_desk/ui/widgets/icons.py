"""Our own line icons, drawn in a colour of the theme in force at any scale."""

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop_desk.ui.theme import Appearance


@cache
def _drawing(name: str) -> str:
    return files("desktop_desk").joinpath("resources", "icons", f"{name}.svg").read_text(encoding="utf-8")


def names() -> list[str]:
    """The names of all icons that are shipped."""
    folder = files("desktop_desk").joinpath("resources", "icons")
    return sorted(
        entry.name.removesuffix(".svg") for entry in folder.iterdir() if entry.name.endswith(".svg")
    )


def paint_icon(painter: QPainter, name: str, color: QColor, rect: QRectF) -> None:
    """Paints an icon into `rect`; FileNotFoundError for a name that is not shipped."""
    drawing = _drawing(name).replace("currentColor", color.name())
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, rect)


class _Engine(QIconEngine):
    """Paints from the drawing each time a size or colour is new, so that a change of theme needs no new icon."""

    def __init__(self, look: Appearance, name: str, tone: str) -> None:
        super().__init__()
        self._look = look
        self._name = name
        self._tone = tone
        self._drawn: dict[tuple[int, int, float, str], QPixmap] = {}

    def _color(self, mode: QIcon.Mode) -> QColor:
        return self._look.colors.get("disabled" if mode == QIcon.Mode.Disabled else self._tone)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        paint_icon(painter, self._name, self._color(mode), QRectF(rect))

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        color = self._color(mode)
        key = (size.width(), size.height(), scale, color.name())
        drawn = self._drawn.get(key)
        if drawn is None:
            drawn = QPixmap(size * scale)
            drawn.setDevicePixelRatio(scale)
            drawn.fill(Qt.GlobalColor.transparent)
            painter = QPainter(drawn)
            self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
            painter.end()
            self._drawn[key] = drawn
        return drawn

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def clone(self) -> QIconEngine:
        return _Engine(self._look, self._name, self._tone)


def icon(name: str, look: Appearance, tone: str = "text") -> QIcon:
    """The icon in the colour of a token; follows later changes of the theme by itself."""
    _drawing(name)  # an unknown name fails here and not in the middle of painting
    return QIcon(_Engine(look, name, tone))
