"""The files of a card: a line each, with what a file is called, how large it is, or where it still is."""

from bisect import bisect_right
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from desktop_desk.ui.theme import Appearance, Font
from desktop_desk.ui.widgets.icons import paint_icon

_GAP = 6
PICTURE_LINES = 8
"""A picture is shown at most as high as so many lines of text."""


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
    """Measures and paints the lines of files below a card's text, with small pictures of those that are pictures.

    Attributes:
        pictures: what is known of them, by the files' keys.
    """

    def __init__(self, look: Appearance) -> None:
        self._look = look
        self.pictures: Mapping[Hashable, QImage] = {}

    def _line(self) -> int:
        return self._look.metrics(Font.BASE).height() + 6

    def _picture_height(self, file: CardFile) -> int:
        """The height of a file's picture with the gap below it; 0 where there is none."""
        picture = self.pictures.get(file.key)
        if picture is None:
            return 0
        return min(picture.height(), self._look.metrics(Font.BASE).height() * PICTURE_LINES) + _GAP

    def height(self, files: Sequence[CardFile]) -> int:
        """The height of the lines of these files; 0 for none."""
        if not files:
            return 0
        return len(files) * self._line() + sum(map(self._picture_height, files)) + 2

    def _tops(self, files: Sequence[CardFile]) -> list[int]:
        """Where each file begins, and where the last one ends."""
        heights = (self._line() + self._picture_height(file) for file in files)
        return list(accumulate(heights, initial=0))

    def at(self, files: Sequence[CardFile], place: QPointF, room: float) -> CardFile | None:
        """The file whose name, size or picture stands at a place, measured from the top left of the lines."""
        tops = self._tops(files)
        if place.x() < 0 or not 0 <= place.y() < tops[-1]:
            return None
        number = bisect_right(tops, place.y()) - 1
        file = files[number]
        if place.y() >= tops[number] + self._line():
            return file if place.x() <= self._picture_box(file, 0, room).right() else None
        side, name, detail = self._widths(file, room)
        return file if place.x() <= side + name + _GAP + detail else None

    def _widths(self, file: CardFile, room: float) -> tuple[float, float, float]:
        """Widths of the picture, the name and the detail; a long name gives way."""
        side = self._look.metrics(Font.BASE).height() + _GAP
        detail = self._look.metrics(Font.META).horizontalAdvance(file.detail)
        name = self._look.metrics(Font.BASE).horizontalAdvance(file.name)
        return side, max(min(name, room - side - detail - _GAP), 24), detail

    def _picture_box(self, file: CardFile, top: float, room: float) -> QRectF:
        """Where a file's picture is painted: whole, never enlarged."""
        picture = self.pictures[file.key]
        height = self._picture_height(file) - _GAP
        side = self._look.metrics(Font.BASE).height() + _GAP
        size = picture.size().scaled(int(max(room - side, 24)), height, Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(side, top, size.width(), size.height())

    def paint(self, painter: QPainter, files: Sequence[CardFile], room: float) -> None:
        """Paint the lines with their top left corner at the painter's origin."""
        look, height = self._look, self._line()
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        for file, top in zip(files, self._tops(files), strict=False):
            side, name, detail = self._widths(file, room)
            icon = side - _GAP
            ink = look.colors.primary if file.here else look.colors.muted
            paint_icon(painter, "attach", ink, QRectF(0, top + (height - icon) / 2, icon, icon))
            painter.setPen(ink)
            painter.setFont(look.font(Font.BASE))
            text = look.metrics(Font.BASE).elidedText(file.name, Qt.TextElideMode.ElideMiddle, int(name + 1))
            painter.drawText(QRectF(side, top, name + 2, height), middle, text)
            painter.setPen(look.colors.muted)
            painter.setFont(look.font(Font.META))
            painter.drawText(QRectF(side + name + _GAP, top, detail + 4, height), middle, file.detail)
            if file.key in self.pictures:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(self._picture_box(file, top + height, room), self.pictures[file.key])
