"""A table for any number of rows that stays quick while scrolling."""

from collections.abc import Mapping
from typing import Any, cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.theme import Appearance, Font
from desktop_desk.ui.widgets import table_columns
from desktop_desk.ui.widgets.table_model import MUTED, OVERDUE, UNREAD, Column, Index, ListRowModel, RowModel
from desktop_desk.ui.widgets.table_paint import RowPainter, RowState, Slot
from desktop_desk.ui.widgets.table_room import ColumnRoom

__all__ = ["MUTED", "OVERDUE", "UNREAD", "Column", "FastTable", "ListRowModel", "RowModel"]

_COPY_MOST = 1_000


class FastTable(QTableView):
    """Shows a RowModel; paints rows itself, sorts nothing itself, and never walks through the model.

    Signals:
        sort_requested(key, descending): a header was clicked; the owner sorts and then calls `set_sort`.
        row_activated(row), row_changed(row or -1), selection_changed(), columns_changed(),
        visible_rows_changed(first, last).
    """

    sort_requested = Signal(str, bool)
    row_activated = Signal(int)
    row_changed = Signal(int)
    selection_changed = Signal()
    columns_changed = Signal()
    visible_rows_changed = Signal(int, int)

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._rows = RowPainter(look)
        self._sort: tuple[str, bool] = ("", False)
        self._seen = (-1, -1)
        self._empty = ("", "")
        self._gap = -1
        self._arranging = False
        self._room = ColumnRoom(self.horizontalHeader(), look)
        self._build()
        self._connect()
        self._take_sizes()

    def _build(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.setSortIndicatorShown(True)
        header.setSortIndicatorClearable(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.setAccessibleName(_("Columns"))

    def _connect(self) -> None:
        header = self.horizontalHeader()
        header.sectionClicked.connect(self._on_section_clicked)
        header.sectionMoved.connect(self._on_arranged)
        header.sectionResized.connect(self._on_arranged)
        header.customContextMenuRequested.connect(self._on_header_menu_requested)
        self.doubleClicked.connect(self._on_double_clicked)
        self.verticalScrollBar().valueChanged.connect(self._tell_visible_rows)
        self._look.changed.connect(self._take_sizes)

    # what the owner asks

    def columns(self) -> tuple[Column, ...]:
        """The model's columns; none without a model."""
        model = self.model()
        return cast("RowModel", model).columns if model is not None else ()

    def current_row(self) -> int:
        """The row with the cursor; -1 for none."""
        return self.currentIndex().row()

    def waiting_row(self) -> int:
        """The row set by `wait_at` while no row is current; -1 otherwise."""
        return self._gap if self.current_row() < 0 else -1

    def selected_ranges(self) -> list[tuple[int, int]]:
        """First and last row of each selected stretch, in order."""
        model = self.selectionModel()
        if model is None:
            return []
        return sorted({(part.top(), part.bottom()) for part in model.selection().toList()})

    def selected_rows(self) -> list[int]:
        """Every selected row in order; for a selection of all rows ask `selected_ranges`."""
        return [row for first, last in self.selected_ranges() for row in range(first, last + 1)]

    def select_row(self, row: int) -> None:
        """Selects this row alone and brings it into view; -1 selects none."""
        if row < 0 or self.model() is None:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
            return
        index = self.model().index(row, max(self.currentIndex().column(), 0))
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)

    def wait_at(self, row: int) -> None:
        """No row is current; Down goes to this row, which took the place of one that left; -1: Qt decides."""
        self.clearSelection()
        self.selectionModel().clearCurrentIndex()
        self._gap = row

    def next_row(self, by: int) -> int:
        """The row one step down (1) or up (-1) from the cursor, or from where it waits; not kept in bounds."""
        if self.current_row() < 0 <= self._gap:
            return self._gap if by > 0 else self._gap - 1
        return self.current_row() + by

    def set_sort(self, key: str, descending: bool) -> None:  # noqa: FBT001  the same two as sort_requested tells
        """Shows the arrow at the column by which the rows are sorted; sorts nothing."""
        self._sort = (key, descending)
        places = [place for place, column in enumerate(self.columns()) if column.key == key]
        self.horizontalHeader().setSortIndicator(
            places[0] if places else -1, table_columns.arrow(descending=descending)
        )

    def set_empty(self, title: str, hint: str = "") -> None:
        """What is said when there are no rows, and what to do next."""
        self._empty = (title, hint)
        self.viewport().update()

    def column_state(self) -> dict[str, Any]:
        """Order, widths and hidden columns as JSON can hold them."""
        return table_columns.columns_of(self.horizontalHeader(), self.columns(), self._room.squeezed)

    def restore_columns(self, state: Mapping[str, Any]) -> None:
        """Arranges the columns as `column_state` told it; unknown columns are skipped."""
        self._arranging = True
        self._room.forget()
        table_columns.columns_from(self.horizontalHeader(), self.columns(), state)
        self._arranging = False
        self._keep_room()
        self.viewport().update()

    def show_column_menu(self) -> None:
        """Opens the column menu below the header."""
        self._open_column_menu(
            self.horizontalHeader().mapToGlobal(QPoint(8, self.horizontalHeader().height()))
        )

    # what happens

    def _on_section_clicked(self, place: int) -> None:
        column = self.columns()[place]
        key, descending = self._sort
        if column.sortable:
            self.sort_requested.emit(column.key, not descending if column.key == key else False)
        # Qt has moved its arrow already; it shows what is, not what was asked for.
        self.set_sort(*self._sort)

    def _on_arranged(self) -> None:
        if not self._arranging:
            # Not now: the header is still at work, and must not be changed under its hands.
            QTimer.singleShot(0, self, self._keep_room)
            self.columns_changed.emit()

    def _on_header_menu_requested(self, place: QPoint) -> None:
        self._open_column_menu(self.horizontalHeader().mapToGlobal(place))

    def _open_column_menu(self, place: QPoint) -> None:
        menu = table_columns.ColumnMenu(self.horizontalHeader(), self.columns(), self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.sort_chosen.connect(self.sort_requested)
        menu.reset_chosen.connect(self._on_reset_chosen)
        menu.arranged.connect(self.columns_changed)
        menu.popup(place)

    def _on_reset_chosen(self) -> None:
        table_columns.plain_order(self.horizontalHeader())
        self._dress_header()
        self.columns_changed.emit()

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.row_activated.emit(index.row())

    def _dress_header(self) -> None:
        self._arranging = True
        self._room.forget()
        table_columns.dress_header(self.horizontalHeader(), self.columns(), self._look)
        self._arranging = False
        self._keep_room()

    def _keep_room(self) -> None:
        before, self._arranging = self._arranging, True
        self._room.keep(self.columns(), self.viewport().width())
        self._arranging = before

    def _take_sizes(self) -> None:
        self._rows.forget()
        rows = self.verticalHeader()
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(self._look.row_height)
        self.horizontalHeader().setFixedHeight(self._look.metrics(Font.META_STRONG).height() + 16)
        self.viewport().update()

    def _tell_visible_rows(self) -> None:
        height = max(self.verticalHeader().defaultSectionSize(), 1)
        top = self.verticalOffset()
        model = self.model()
        last = (
            min((top + self.viewport().height()) // height, model.rowCount() - 1) if model is not None else -1
        )
        seen = (top // height, last)
        if seen != self._seen:
            self._seen = seen
            self.visible_rows_changed.emit(*seen)

    def _copy(self) -> None:
        source = cast("RowModel", self.model())
        rows = [source.row(number) for number in self.selected_rows()[:_COPY_MOST]]
        lines = ["\t".join(str(text) for text in row[:-1]) for row in rows if row is not None]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _slots(self) -> list[Slot]:
        header = self.horizontalHeader()
        return [
            Slot(
                place,
                column.kind,
                header.sectionViewportPosition(place),
                header.sectionSize(place),
                column.right_aligned,
            )
            for place, column in enumerate(self.columns())
            if not header.isSectionHidden(place)
        ]

    # what Qt asks

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Takes a RowModel."""
        super().setModel(model)
        self._seen = (-1, -1)
        if model is None:
            return
        model.modelReset.connect(self._on_rows_came)
        model.rowsInserted.connect(self._on_rows_came)
        model.rowsRemoved.connect(self._on_rows_came)
        self._offer_bar()
        self._dress_header()
        self.set_sort(*self._sort)

    def setSelectionModel(self, selectionModel: QItemSelectionModel) -> None:
        super().setSelectionModel(selectionModel)
        # A header that knows the selection asks every single row whether its whole column is selected: 20 s for a
        # million rows. It gets an empty selection of its own.
        header = self.horizontalHeader()
        for former in header.findChildren(QItemSelectionModel):
            former.deleteLater()
        header.setSelectionModel(QItemSelectionModel(selectionModel.model(), header))

    def _offer_bar(self) -> None:
        """Where no row is, there is nothing to scroll to."""
        policies = Qt.ScrollBarPolicy
        some = self.model().rowCount() > 0
        self.setHorizontalScrollBarPolicy(policies.ScrollBarAsNeeded if some else policies.ScrollBarAlwaysOff)

    def _on_rows_came(self) -> None:
        self._offer_bar()
        self._seen = (-1, -1)
        self._tell_visible_rows()
        self.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self._gap = -1
        if current.row() != previous.row():
            self.viewport().update()
            self.row_changed.emit(current.row())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.selection_changed.emit()

    def keyboardSearch(self, search: str) -> None:
        """Nothing: single letters are the program's keys, and Qt would walk through every row."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~_KEYPAD:
            if self.current_row() >= 0:
                self.row_activated.emit(self.current_row())
            return
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
            return
        super().keyPressEvent(event)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        model, actions = self.model(), QAbstractItemView.CursorAction
        if model is not None and model.rowCount() and action in (actions.MoveHome, actions.MoveEnd):
            row = 0 if action == actions.MoveHome else model.rowCount() - 1
            return model.index(row, max(self.currentIndex().column(), 0))
        if model is not None and model.rowCount() and self.current_row() < 0 <= self._gap:
            steps = {actions.MoveDown: 1, actions.MovePageDown: 1, actions.MoveUp: -1, actions.MovePageUp: -1}
            if action not in steps:
                return QModelIndex()  # Qt asks when the focus comes; that alone goes nowhere
            return model.index(min(max(self.next_row(steps[action]), 0), model.rowCount() - 1), 0)
        return super().moveCursor(action, modifiers)

    def resizeEvent(self, event: QResizeEvent) -> None:
        before, self._arranging = self._arranging, True
        super().resizeEvent(event)
        self._arranging = before
        self._keep_room()
        self._tell_visible_rows()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.LayoutDirectionChange):
            self._rows.forget()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        model = self.model()
        count = model.rowCount() if model is not None else 0
        if not count:
            self._paint_empty(painter)
            return
        source, slots = cast("RowModel", model), self._slots()
        height, offset, width = (
            self.verticalHeader().defaultSectionSize(),
            self.verticalOffset(),
            self.viewport().width(),
        )
        area = event.rect()
        slots = [slot for slot in slots if slot.x <= area.right() and slot.x + slot.width >= area.left()]
        selection, root = self.selectionModel(), QModelIndex()
        picked = selection.isRowSelected if selection.hasSelection() else None
        current = self.current_row() if self.hasFocus() else -1
        first, last = (area.top() + offset) // height, min((area.bottom() + offset) // height, count - 1)
        for number in range(first, last + 1):
            state = RowState(picked is not None and picked(number, root), number == current)
            line = QRect(0, number * height - offset, width, height)
            self._rows.paint(painter, line, source.row(number), state, slots)

    def _paint_empty(self, painter: QPainter) -> None:
        title, hint = self._empty
        area = self.viewport().rect().adjusted(16, 24, -16, -16)
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
        painter.setFont(self._look.font(Font.SECTION))
        painter.setPen(self._look.colors.text)
        painter.drawText(area, flags, title)
        painter.setFont(self._look.font(Font.BASE))
        painter.setPen(self._look.colors.muted)
        below = self._look.metrics(Font.SECTION).boundingRect(area, flags, title).height() + 8 if title else 0
        painter.drawText(area.adjusted(0, below, 0, 0), flags, hint)


_KEYPAD = Qt.KeyboardModifier.KeypadModifier
