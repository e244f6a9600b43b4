"""A short list at the side of the window: names, counters at the right, section titles between."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop_desk.i18n import _
from desktop_desk.ui.theme import Appearance, Font, set_look
from desktop_desk.ui.widgets.icons import paint_icon

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
_ITEM = Qt.ItemDataRole.UserRole
_SIDE, _PAD = 6, 10


@dataclass(frozen=True, slots=True)
class SideItem:
    """One entry; `count` is shown at the right as it is, `word` after it when the colour alone would say too little."""

    key: str
    text: str
    count: str = ""
    overdue: bool = False
    word: str = ""
    icon: str = ""
    tip: str = ""

    @property
    def right(self) -> str:
        """What stands at the right."""
        return f"{self.count} {self.word}".strip()


@dataclass(frozen=True, slots=True)
class SideSection:
    """A title above the entries that follow; cannot be chosen."""

    text: str


class _Model(QAbstractListModel):
    """The entries in order."""

    entries: list[SideItem | SideSection]

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.entries = []

    def show(self, entries: list[SideItem | SideSection]) -> None:
        if self._shape(entries) == self._shape(self.entries):
            self.entries = entries
            if entries:
                self.dataChanged.emit(self.index(0), self.index(len(entries) - 1))
            return
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    @staticmethod
    def _shape(entries: list[SideItem | SideSection]) -> list[str]:
        return [entry.key if isinstance(entry, SideItem) else "\0" for entry in entries]

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self.entries[index.row()], SideSection):
            return Qt.ItemFlag.ItemNeverHasChildren
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == _ITEM:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            right = entry.right if isinstance(entry, SideItem) else ""
            return _("{name}, {count}").format(name=entry.text, count=right) if right else entry.text
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(entry, SideItem):
            return entry.tip or None
        return None


class _Delegate(QStyledItemDelegate):
    """Paints an entry: name left, counter right."""

    def __init__(self, look: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = self._look.metrics(Font.BASE).height() + 12
        if isinstance(index.data(_ITEM), SideSection):
            height += 4
        return QSize(120, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry, rect = index.data(_ITEM), QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue]
        if isinstance(entry, SideSection):
            self._paint_section(painter, rect, entry)
        elif isinstance(entry, SideItem):
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # pyright: ignore[reportAttributeAccessIssue]
            self._paint_item(painter, rect, entry, chosen=chosen)

    def _paint_section(self, painter: QPainter, rect: QRect, entry: SideSection) -> None:
        painter.setFont(self._look.font(Font.META_STRONG))
        painter.setPen(self._look.colors.muted)
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        painter.drawText(rect.adjusted(_SIDE + _PAD, 0, -_SIDE, -4), flags, entry.text)

    def _paint_item(self, painter: QPainter, rect: QRect, entry: SideItem, *, chosen: bool) -> None:
        colors = self._look.colors
        place = rect.adjusted(_SIDE, 0, -_SIDE, 0)
        if chosen:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.selected)
            painter.drawRoundedRect(QRectF(place), 6, 6)
        color = colors.overdue if entry.overdue else colors.text
        role = Font.NUMBER_STRONG if chosen or entry.overdue else Font.NUMBER
        metrics = self._look.metrics(role)
        painter.setFont(self._look.font(role))
        painter.setPen(color)
        inner = place.adjusted(_PAD, 0, -_PAD, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, int(middle | Qt.AlignmentFlag.AlignRight), entry.right)
        if entry.icon:
            side = self._look.metrics(Font.BASE).height()
            top = inner.y() + (inner.height() - side) / 2
            paint_icon(painter, entry.icon, color, QRectF(inner.x(), top, side, side))
            inner.adjust(side + 6, 0, 0, 0)
        room = inner.width() - metrics.horizontalAdvance(entry.right) - 8
        name = metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(inner, int(middle | Qt.AlignmentFlag.AlignLeft), name)


class SideList(QListView):
    """Shows entries and sections; moving the cursor chooses.

    Signals:
        chosen(key): the user went to an entry, by key or mouse; never because of `select` or `set_items`.
        activated(key): Enter on an entry, or a click: the user wants to be in what it shows.
    """

    chosen = Signal(str)
    activated = Signal(str)  # pyright: ignore[reportIncompatibleVariableOverride]  an index would say nothing

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._model = _Model(self)
        self._quiet = False
        set_look(self, "side")
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(look, self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setTabKeyNavigation(False)
        self.clicked.connect(self._on_clicked)
        look.changed.connect(self._on_look_changed)

    def set_items(self, entries: Sequence[SideItem | SideSection]) -> None:
        """Shows these entries; the selection stays on its key where that is still there."""
        key = self.selected()
        self._model.show(list(entries))
        self.select(key)

    def select(self, key: str) -> None:
        """Goes to an entry without telling `chosen`; an unknown key selects none."""
        self._quiet = True
        for row, entry in enumerate(self._model.entries):
            if isinstance(entry, SideItem) and entry.key == key:
                self.setCurrentIndex(self._model.index(row))
                break
        else:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        self._quiet = False

    def selected(self) -> str:
        """The key of the entry with the cursor; empty for none."""
        entry = self.currentIndex().data(_ITEM)
        return entry.key if isinstance(entry, SideItem) else ""

    def keys(self) -> list[str]:
        """The keys of all entries in order."""
        return [entry.key for entry in self._model.entries if isinstance(entry, SideItem)]

    def _on_clicked(self, index: QModelIndex) -> None:
        entry = index.data(_ITEM)
        if isinstance(entry, SideItem):
            self.activated.emit(entry.key)

    def _on_look_changed(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(self._look.metrics(Font.BASE).averageCharWidth() * 26, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.metrics(Font.BASE).averageCharWidth() * 18, 100)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        entry = current.data(_ITEM)
        if not self._quiet and isinstance(entry, SideItem):
            self.chosen.emit(entry.key)

    def keyboardSearch(self, search: str) -> None:
        """Nothing: single letters are the program's keys."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.selected():
            self.activated.emit(self.selected())
            return
        super().keyPressEvent(event)
