"""The matrix of what one is told as a table: events down, relations across, for one way of telling at a time."""

from collections.abc import Mapping

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop_desk.domain.notices import ALWAYS, CHANNELS, EVENTS, RELATIONS, RELATIONS_OF
from desktop_desk.i18n import _
from desktop_desk.ui.theme import Appearance, Font

Cells = dict[tuple[str, str], frozenset[str]]
_NOWHERE = QModelIndex()


class MatrixModel(QAbstractTableModel):
    """Cells to tick; one that means nothing is empty, one that cannot be taken away is grey.

    Signals:
        edited(): a cell was changed by the person.
    """

    edited = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cells: Cells = {}
        self._channel = next(iter(CHANNELS))
        self._events = tuple(EVENTS)
        self._relations = tuple(RELATIONS)

    @property
    def cells(self) -> Cells:
        """Every cell as it stands."""
        return dict(self._cells)

    def show_cells(self, cells: Mapping[tuple[str, str], frozenset[str]]) -> None:
        """Show these cells."""
        self.beginResetModel()
        self._cells = dict(cells)
        self.endResetModel()

    def show_channel(self, channel: str) -> None:
        """Show another way of telling."""
        self._channel = channel
        last = self.index(len(self._events) - 1, len(self._relations))
        self.dataChanged.emit(self.index(0, 1), last)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._events)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._relations) + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return _("What happens") if not section else _(RELATIONS[self._relations[section - 1]])

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        cell = self._cell(index)
        if cell is None:
            return flag.ItemIsEnabled | flag.ItemIsSelectable
        if self._channel == "list" and cell in ALWAYS:
            return flag.ItemIsSelectable
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsUserCheckable

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if index.column() == 0:
            return _(EVENTS[self._events[index.row()]]) if role == Qt.ItemDataRole.DisplayRole else None
        cell = self._cell(index)
        if cell is None:
            return _("does not apply") if role == Qt.ItemDataRole.AccessibleTextRole else None
        on = self._channel in self._cells.get(cell, frozenset())
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.AccessibleTextRole:
            text = _("{event}, {relation}, {way}: {state}")
            return text.format(
                event=_(EVENTS[cell[0]]), relation=_(RELATIONS[cell[1]]), way=_(CHANNELS[self._channel]),
                state=_("on") if on else _("off"),
            )  # fmt: skip
        return None

    def setData(
        self,
        index: QModelIndex | QPersistentModelIndex,
        value: object,
        role: int = Qt.ItemDataRole.EditRole,
    ) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not self.flags(index) & Qt.ItemFlag.ItemIsUserCheckable:
            return False
        self.turn(index, on=Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def turn(self, index: QModelIndex | QPersistentModelIndex, *, on: bool | None = None) -> None:
        """Turn a cell on or off, or over; one that cannot be changed stays."""
        cell = self._cell(index)
        if cell is None or not self.flags(index) & Qt.ItemFlag.ItemIsUserCheckable:
            return
        before = self._cells.get(cell, frozenset())
        wanted = self._channel not in before if on is None else on
        self._cells[cell] = before | {self._channel} if wanted else before - {self._channel}
        self.dataChanged.emit(index, index)
        self.edited.emit()

    def _cell(self, index: QModelIndex | QPersistentModelIndex) -> tuple[str, str] | None:
        if index.column() < 1:
            return None
        event, relation = self._events[index.row()], self._relations[index.column() - 1]
        return (event, relation) if relation in RELATIONS_OF[event] else None


class MatrixTable(QTableView):
    """The table: arrows move, Space turns a cell over, Tab leaves."""

    def __init__(self, look: Appearance, model: MatrixModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setModel(model)
        self.setObjectName("notice_matrix")
        self.setAccessibleName(_("What I am told"))
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.verticalHeader().hide()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._fit()
        look.changed.connect(self._fit)

    def sizeHint(self) -> QSize:
        """As much as it has, as far as the screen allows."""
        header = self.horizontalHeader()
        height = header.sizeHint().height() + sum(self.rowHeight(row) for row in range(len(EVENTS))) + 6
        told = sum(header.sectionSize(each) for each in range(1, header.count()))
        return QSize(self._widest_event() + 28 + told + 24, min(height, 460))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            model = self.model()
            if isinstance(model, MatrixModel):
                model.turn(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _fit(self) -> None:
        """Columns as wide as their titles, the first takes the rest."""
        metrics = self._look.metrics(Font.BASE)
        header, rows = self.horizontalHeader(), self.verticalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, name in enumerate(RELATIONS.values(), 1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, max(metrics.horizontalAdvance(_(name)) + 28, 64))
        rows.setDefaultSectionSize(metrics.height() + 8)
        self.setMinimumWidth(self._widest_event() // 2 + header.length() // 2)
        self.updateGeometry()

    def _widest_event(self) -> int:
        return max(map(self._look.metrics(Font.BASE).horizontalAdvance, map(_, EVENTS.values())))
