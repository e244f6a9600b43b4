"""The files of a card: a line each, with what a file is called, how large it is, or where it still is."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from desktop_desk.ui.theme import Appearance, Font
from desktop_desk.ui.widgets.icons import paint_icon

_GAP = 6


@dataclass(frozen=True, slots=True)
class CardFile:
    """A file that came with an entry; `detail` is its size, `key` names it; one that is not `here` cannot be opened."""

    key: Hashable
    name: str
    detail: str
    here: bool = True

    @property
    def spoken(self) -> str:
        """All of it in one line."""
        return f"{self.name} ({self.detail})"


class FileLines:
    """Measures and paints the lines of files below a card's text."""

    def __init__(self, look: Appearance) -> None:
        self._look = look

    def _line(self) -> int:
        return self._look.metrics(Font.BASE).height() + 6

    def height(self, files: Sequence[CardFile]) -> int:
        """The height of the lines of these files; 0 for none."""
        return len(files) * self._line() + 2 if files else 0

    def at(self, files: Sequence[CardFile], place: QPointF, room: float) -> CardFile | None:
        """The file whose name or size stands at a place, measured from the top left of the lines."""
        number = int(place.y() // self._line()) if place.y() >= 0 else -1
        if not 0 <= number < len(files) or place.x() < 0:
            return None
        side, name, detail = self._widths(files[number], room)
        return files[number] if place.x() <= side + name + _GAP + detail else None

    def _widths(self, file: CardFile, room: float) -> tuple[float, float, float]:
        """Widths of the picture, the name and the detail; a long name gives way."""
        side = self._look.metrics(Font.BASE).height() + _GAP
        detail = self._look.metrics(Font.META).horizontalAdvance(file.detail)
        name = self._look.metrics(Font.BASE).horizontalAdvance(file.name)
        return side, max(min(name, room - side - detail - _GAP), 24), detail

    def paint(self, painter: QPainter, files: Sequence[CardFile], room: float) -> None:
        """Paint the lines with their top left corner at the painter's origin."""
        look, height = self._look, self._line()
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        for number, file in enumerate(files):
            side, name, detail = self._widths(file, room)
            icon = side - _GAP
            top = number * height
            ink = look.colors.primary if file.here else look.colors.muted
            paint_icon(painter, "attach", ink, QRectF(0, top + (height - icon) / 2, icon, icon))
            painter.setPen(ink)
            painter.setFont(look.font(Font.BASE))
            text = look.metrics(Font.BASE).elidedText(file.name, Qt.TextElideMode.ElideMiddle, int(name + 1))
            painter.drawText(QRectF(side, top, name + 2, height), middle, text)
            painter.setPen(look.colors.muted)
            painter.setFont(look.font(Font.META))
            painter.drawText(QRectF(side + name + _GAP, top, detail + 4, height), middle, file.detail)
