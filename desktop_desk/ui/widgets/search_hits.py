"""What was found, as rows of a title, a quieter addition and something at the right; and their painting."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_desk.ui.theme import Appearance, Font
from desktop_desk.ui.widgets.chips import TONES

HIT_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
_PAD, _GAP = 10, 8


@dataclass(frozen=True, slots=True)
class Hit:
    """One row: `title` strong, `subtitle` muted after it, `right` at the edge, `note` on a line below in `tone`.

    `matches` and `note_matches` are (start, length) in title and note that are highlighted; `group` is a caption above
    the first hit with it.
    """

    key: Hashable
    title: str
    subtitle: str = ""
    right: str = ""
    note: str = ""
    tone: str = "ok"
    matches: Sequence[tuple[int, int]] = ()
    group: str = ""
    lead: str = ""
    note_matches: Sequence[tuple[int, int]] = ()

    @property
    def spoken(self) -> str:
        """All of it in one sentence, for screen readers."""
        return ", ".join(
            part for part in (self.lead, self.title, self.subtitle, self.right, self.note) if part
        )


class HitModel(QAbstractListModel):
    """The hits in order."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.hits: list[Hit] = []

    def show(self, hits: list[Hit]) -> None:
        """Shows these hits instead."""
        self.beginResetModel()
        self.hits = hits
        self.endResetModel()

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        hit = self.hits[index.row()]
        if role == HIT_ROLE:
            return hit
        if role == Qt.ItemDataRole.DisplayRole:
            return hit.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return hit.spoken
        return None

    def opens_group(self, row: int) -> bool:
        """Whether a caption stands above this hit."""
        group = self.hits[row].group
        return bool(group) and (row == 0 or self.hits[row - 1].group != group)


class HitDelegate(QStyledItemDelegate):
    """Paints a hit on one line, or two with a note."""

    def __init__(self, look: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def _caption_height(self, index: Index) -> int:
        model = index.model()
        if isinstance(model, HitModel) and model.opens_group(index.row()):
            return self._look.metrics(Font.META_STRONG).height() + 8
        return 0

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = self._look.metrics(Font.BASE).height()
        height = line + 14 + self._caption_height(index)
        hit = index.data(HIT_ROLE)
        if isinstance(hit, Hit) and hit.note:
            height += line + 2
        return QSize(160, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        hit, rect = index.data(HIT_ROLE), QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue]
        if not isinstance(hit, Hit):
            return
        colors, look = self._look.colors, self._look
        caption = self._caption_height(index)
        if caption:
            painter.setFont(look.font(Font.META_STRONG))
            painter.setPen(colors.muted)
            place = QRect(rect.x() + _PAD, rect.y(), rect.width() - 2 * _PAD, caption - 4)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), hit.group)
            rect.adjust(0, caption, 0, 0)
        if option.state & QStyle.StateFlag.State_Selected:  # pyright: ignore[reportAttributeAccessIssue]
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.selected)
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), 6, 6)
        line = look.metrics(Font.BASE).height()
        first = QRect(rect.x() + _PAD, rect.y() + 7, rect.width() - 2 * _PAD, line)
        self._paint_line(painter, first, hit)
        if hit.note:
            second = first.translated(0, line + 2)
            self._paint_matches(painter, second, hit.note, hit.note_matches, Font.BASE)
            painter.setFont(look.font(Font.BASE))
            painter.setPen(colors.get(TONES[hit.tone]))
            self._text(painter, second, hit.note, Font.BASE)

    def _paint_line(self, painter: QPainter, line: QRect, hit: Hit) -> None:
        look, colors = self._look, self._look.colors
        painter.setFont(look.font(Font.NUMBER))
        painter.setPen(colors.muted)
        numbers, most = look.metrics(Font.NUMBER), line.width() * 2 // 5
        at_right = numbers.elidedText(hit.right, Qt.TextElideMode.ElideRight, most)
        right = numbers.horizontalAdvance(at_right)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), at_right)
        room = line.adjusted(0, 0, -(right + _GAP if hit.right else 0), 0)
        if hit.lead:
            painter.setFont(look.font(Font.STRONG))
            painter.setPen(colors.text)
            room.adjust(self._text(painter, room, hit.lead, Font.STRONG) + _GAP, 0, 0, 0)
        painter.setFont(look.font(Font.STRONG))
        self._paint_matches(painter, room, hit.title, hit.matches, Font.STRONG)
        painter.setPen(colors.text)
        room.adjust(self._text(painter, room, hit.title, Font.STRONG) + _GAP, 0, 0, 0)
        if hit.subtitle and room.width() > 2 * _PAD:
            painter.setFont(look.font(Font.BASE))
            painter.setPen(colors.muted)
            self._text(painter, room, hit.subtitle, Font.BASE)

    def _paint_matches(
        self, painter: QPainter, line: QRect, text: str, matches: Sequence[tuple[int, int]], role: Font
    ) -> None:
        metrics = self._look.metrics(role)
        for start, length in matches:
            # Not a length: Qt counts UTF-16 units, in which an emoji is two.
            before = metrics.horizontalAdvance(text[:start])
            width = metrics.horizontalAdvance(text[: start + length]) - before
            width = min(width, line.width() - before)
            if width > 0:
                place = line.x() + before
                painter.fillRect(place, line.y(), width, line.height(), self._look.colors.match)

    def _text(self, painter: QPainter, line: QRect, text: str, role: Font) -> int:
        """Draws as much as fits and tells its width."""
        metrics = self._look.metrics(role)
        shown = metrics.elidedText(
            text[:400].replace("\n", " "), Qt.TextElideMode.ElideRight, max(line.width(), 0)
        )
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
        return metrics.horizontalAdvance(shown)
