"""The list in the middle: its name and numbers, a filter, and the table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.theme import Appearance, Font, set_look
from desktop_desk.ui.tickets.filter_edit import FilterEdit
from desktop_desk.ui.tickets.links import Strip
from desktop_desk.ui.tickets.list_model import WINDOW, Listing, TicketListModel
from desktop_desk.ui.widgets.elided_label import ElidedLabel
from desktop_desk.ui.widgets.table import FastTable

if TYPE_CHECKING:
    from desktop_desk.desk.views import TicketRow

FILTER_DELAY_MS = 120


@dataclass(frozen=True, slots=True)
class _Anchor:
    """What the person was looking at: the topmost ticket, the row with the cursor, the selected tickets."""

    top: str
    offset: int
    row: int
    selected: tuple[str, ...]


class TicketList(QFrame):
    """Shows a listing and says what the person chose in it; knows nothing of the desk.

    Attributes:
        marking: tickets are marked one by one, and the cursor goes its own way meanwhile.
        office: tells of what is to be settled in the office, and leads there.

    Signals:
        ticket_chosen(str number): the person went to this ticket.
        nothing_chosen(): another queue is shown, and there is no ticket in it.
        selection_changed(): other tickets are selected.
        filter_changed(str): the words to narrow the list by, shortly after the last key.
        sort_changed(str key, bool descending): the person wants another order.
        window_wanted(int): these rows are looked at and not here yet.
        opened(): Enter on a ticket; the person wants to be in it.
        menu_asked(QPoint): a right click, or the menu key, at this point of the screen.
    """

    ticket_chosen = Signal(str)
    nothing_chosen = Signal()
    selection_changed = Signal()
    filter_changed = Signal(str)
    sort_changed = Signal(str, bool)
    window_wanted = Signal(int)
    opened = Signal()
    menu_asked = Signal(QPoint)

    def __init__(self, look: Appearance, now: Callable[[], int], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._quiet = False
        self._chosen = ""
        self._away = ""
        self._let_go = False
        self._waiting_for = -1
        self.marking = False
        self._line = look.metrics(Font.BASE).height()
        self._widths: dict[int, dict[str, Any]] = {}
        self.model = TicketListModel(now, self)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.setObjectName("ticket_list")
        set_look(self, "surface")
        self._title = QLabel(self)
        self._title.setObjectName("list_title")
        set_look(self._title, "section")
        self._summary = ElidedLabel(self)
        self._summary.setObjectName("list_summary")
        set_look(self._summary, "muted")
        self.filter = FilterEdit(self)
        self.filter.setObjectName("list_filter")
        self.filter.setPlaceholderText(_("Filter this list…"))
        self.filter.setToolTip(_("Filter this list (Ctrl+F)"))
        self.filter.setAccessibleName(_("Filter this list"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(110)
        self.filter.setMaximumWidth(200)
        self.office = Strip(self._look, "office_differences", _("show"), parent=self)
        self.table = FastTable(self._look, self)
        self.table.setObjectName("ticket_table")
        self.table.setAccessibleName(_("Tickets"))
        # Else Qt makes no column narrower than the widest letter of the font, once one is resized.
        self.table.horizontalHeader().setMinimumSectionSize(24)
        self.table.setModel(self.model)
        head = QFrame(self)
        set_look(head, "surface line-bottom")
        row = QHBoxLayout(head)
        row.setContentsMargins(14, 6, 14, 6)
        row.setSpacing(10)
        row.addWidget(self._title)
        row.addWidget(self._summary, 1)
        row.addWidget(self.filter, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.office)
        column.addWidget(self.table, 1)

    def _connect(self) -> None:
        self._filter_timer = QTimer(self)
        self._filter_timer.setSingleShot(True)
        self._filter_timer.setInterval(FILTER_DELAY_MS)
        self._filter_timer.timeout.connect(self._say_filter)
        self.filter.textChanged.connect(self._filter_timer.start)
        self.filter.left.connect(self.focus_table)
        self.table.row_changed.connect(self._on_row)
        self.table.row_activated.connect(self._on_activated)
        self.table.selection_changed.connect(self._on_selection)
        self.table.sort_requested.connect(self.sort_changed)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._on_menu)
        self.model.window_wanted.connect(self.window_wanted)
        self._look.changed.connect(self._on_look)
        self.model.dataChanged.connect(self._on_data)

    # What is shown

    def set_title(self, title: str, summary: str = "") -> None:
        self._title.setText(title)
        self._summary.setText(summary)
        self.table.setAccessibleName(_("Tickets: {queue}").format(queue=title))

    def set_summary(self, summary: str) -> None:
        self._summary.setText(summary)

    def set_empty(self, title: str, hint: str) -> None:
        """What stands in the place of an empty table, and what to do next."""
        self.table.set_empty(title, hint)

    def show_listing(
        self,
        listing: Listing,
        rows: Sequence["TicketRow"],
        total: int,
        *,
        keep: str = "",
        choose: bool = True,
    ) -> None:
        """Another listing from its top; the ticket with uid `keep` stays chosen when it is among the rows.

        With `choose`, the first ticket is chosen otherwise.
        """
        self._quiet = True
        try:
            self.model.show(rows, total)
            self._away = ""
            self.table.wait_at(-1)
            self.table.set_sort(listing.sort, listing.descending)
            self.table.scrollToTop()
            place = self.model.row_of(keep) if keep else None
            self._chosen = keep if place is not None else ""
            if place is not None:
                self.table.select_row(place)
        finally:
            self._quiet = False
        if place is not None and self._let_go:
            self._on_row(place)
        elif place is None and choose and rows:
            self.table.select_row(0)
        elif place is None and choose:
            self.nothing_chosen.emit()

    def clear_filter(self) -> None:
        """Empty the filter without asking for a new list."""
        blocked = self.filter.blockSignals(True)
        self.filter.clear()
        self.filter.blockSignals(blocked)
        self._filter_timer.stop()

    def refresh(self, window: int, rows: Sequence["TicketRow"], total: int) -> None:
        """Bring the rows from `window` on up to date; selection and scroll follow their tickets."""
        anchor = self._anchor()
        self._quiet = True
        try:
            self.model.refresh(window, rows, total)
            self._restore(anchor)
        finally:
            self._quiet = False

    def visible_windows(self) -> tuple[int, int]:
        """First and last window of the rows in sight."""
        first = max(0, self.table.rowAt(0))
        last = self.table.rowAt(self.table.viewport().height() - 1)
        if last < 0:
            last = max(first, self.model.rowCount() - 1)
        return first // WINDOW, last // WINDOW

    # What is chosen

    @property
    def chosen(self) -> str:
        """The uid of the ticket chosen last; "" for none."""
        return self._chosen

    def selected_numbers(self) -> tuple[str, ...]:
        """The selected tickets, top to bottom, as far as they have been read."""
        tickets = (self.model.ticket_at(row) for row in self.table.selected_rows())
        return tuple(each.number for each in tickets if each is not None)

    def selected_count(self) -> int:
        """How many rows are selected, read or not."""
        return sum(last - first + 1 for first, last in self.table.selected_ranges())

    @property
    def several(self) -> bool:
        """Whether the selection is more than where the cursor is."""
        return self.marking or self.selected_count() > 1

    def let_go(self) -> None:
        """The chosen ticket is on the pane no more: it is said again when the person comes back to it."""
        self._let_go = True

    def choose(self, uid: str) -> bool:
        """Mark the ticket as chosen without saying so; False when it is not among the rows."""
        self._let_go = False
        place = self.model.row_of(uid)
        self._quiet = True
        try:
            self._chosen = uid if place is not None else ""
            self._away = uid if place is None else ""
            if place is None:
                self.table.wait_at(max(self.table.current_row(), self.table.waiting_row()))
            elif self.table.current_row() != place or not self.table.selected_rows():
                self.table.select_row(place)
        finally:
            self._quiet = False
        return place is not None

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) ticket; what is marked stays marked."""
        count = self.model.rowCount()
        if not count:
            return
        target = min(max(self.table.next_row(by), 0), count - 1)
        if self.marking:
            flag = QItemSelectionModel.SelectionFlag.NoUpdate
            self.table.selectionModel().setCurrentIndex(self.model.index(target, 0), flag)
            return
        current = self.table.current_row()
        self.table.select_row(target)
        if target == current:
            self._on_row(target)  # Qt tells only of another row

    def toggle_selection(self) -> None:
        """Mark or unmark the ticket under the cursor, and go one down; marks stay until `unmark`."""
        index = self.table.currentIndex()
        if not index.isValid():
            return
        if self.marking or not self.table.selectionModel().isRowSelected(index.row()):
            flags = QItemSelectionModel.SelectionFlag
            self._quiet = True
            self.table.selectionModel().select(index, flags.Toggle | flags.Rows)
            self._quiet = False
        self.marking = bool(self.table.selected_ranges())
        self.step(1)
        self.selection_changed.emit()

    def unmark(self) -> None:
        """Select only the ticket under the cursor."""
        self.marking = False
        if self.selected_count() != 1:
            self.table.select_row(self.table.current_row())

    def focus_table(self) -> None:
        """Put the cursor into the table."""
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _anchor(self) -> _Anchor:
        top_row = self.table.rowAt(0)
        top = self.model.ticket_at(top_row) if top_row >= 0 else None
        offset = self.table.rowViewportPosition(top_row) if top is not None else 0
        rows = self.table.selected_rows()
        selected = (self.model.ticket_at(row) for row in rows)
        chosen = tuple(each.uid for each in selected if each is not None)
        row = max(self.table.current_row(), self.table.waiting_row())
        return _Anchor(top.uid if top is not None else "", offset, row, chosen)

    def _restore(self, anchor: _Anchor) -> None:
        self._select_again(anchor.selected)
        if not self.table.selected_rows() and anchor.row >= 0:
            self._wait_for_next(anchor.row)
            if self._chosen:
                return  # it came, or came back, and is in sight
        bar = self.table.verticalScrollBar()
        at_top = bar.value() == bar.minimum() and anchor.offset == 0
        place = self.model.row_of(anchor.top) if anchor.top and not at_top else None
        if place is None:
            return
        if self.table.verticalScrollMode() == QAbstractItemView.ScrollMode.ScrollPerPixel:
            bar.setValue(place * self.table.rowHeight(place) - anchor.offset)
        else:
            bar.setValue(place)

    def _wait_for_next(self, row: int) -> None:
        """The ticket on the pane is not among the rows: no row is current, so that none looks like it.

        When it comes back, by an undo for instance, it is chosen again.
        """
        self.marking = False
        self._away = self._away or self._chosen
        back = self.model.row_of(self._away) if self._away else None
        if back is not None:
            self._chosen, self._away = self._away, ""
            self.table.select_row(back)
        else:
            self._chosen = ""
            self.table.wait_at(row)

    def _select_again(self, uids: tuple[str, ...]) -> None:
        places = [place for uid in uids if (place := self.model.row_of(uid)) is not None]
        if sorted(self.table.selected_rows()) == sorted(places):
            return
        selection = QItemSelection()
        last = self.model.columnCount() - 1
        for place in places:
            selection.select(self.model.index(place, 0), self.model.index(place, last))
        flags = QItemSelectionModel.SelectionFlag
        model = self.table.selectionModel()
        if places:
            chosen = self.model.row_of(self._chosen)
            current = chosen if chosen is not None else places[0]
            model.setCurrentIndex(self.model.index(current, 0), flags.NoUpdate)
        model.select(selection, flags.ClearAndSelect)

    # What happened

    def _on_look(self) -> None:
        """Columns grow and shrink with the text in them."""
        height = self._look.metrics(Font.BASE).height()
        before, self._line = self._line, height
        if before == height:
            return
        state = self.table.column_state()
        self._widths[before] = state
        if height in self._widths:
            self.table.restore_columns(self._widths.pop(height))
            return
        widths: dict[str, int] = state.get("widths", {})
        widths = {key: round(width * height / before) for key, width in widths.items()}
        self.table.restore_columns({**state, "widths": widths})

    def _say_filter(self) -> None:
        self.filter_changed.emit(self.filter.text().strip())

    def _on_row(self, row: int) -> None:
        if self._quiet or row < 0:
            return
        ticket = self.model.ticket_at(row)
        if ticket is None:
            self._waiting_for = row
            return
        self._waiting_for = -1
        self._choose(ticket)

    def _on_menu(self, place: QPoint) -> None:
        self.menu_asked.emit(self.table.viewport().mapToGlobal(place))

    def _on_selection(self) -> None:
        row = self.table.current_row()
        if not self._quiet and self.table.selected_ranges() == [(row, row)]:
            self.marking = False  # an arrow or a click chose this one instead
        self.selection_changed.emit()

    def _choose(self, ticket: "TicketRow") -> None:
        self._away = ""
        if ticket.uid != self._chosen or self._let_go:
            self._chosen, self._let_go = ticket.uid, False
            self.ticket_chosen.emit(ticket.number)

    def _on_data(self, first: QModelIndex, last: QModelIndex) -> None:
        if self._quiet or not first.row() <= self._waiting_for <= last.row():
            return
        ticket = self.model.ticket_at(self._waiting_for)
        if ticket is not None:
            self._waiting_for = -1
            self._choose(ticket)

    def _on_activated(self, row: int) -> None:
        ticket = self.model.ticket_at(row)
        if ticket is not None:
            self._choose(ticket)
            self.opened.emit()
