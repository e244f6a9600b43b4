"""Columns of a table as the user arranged them: order, widths, which are shown; and the menu to do it by keyboard."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.theme import Appearance, Font
from desktop_desk.ui.widgets.table_model import Column

_STEP = 16
# Column widths are given for a bold text of 13 px in Inter, in which this sample is so wide.
_SAMPLE, _SAMPLE_WIDTH = "System Administrators 0123456789", 228
_LEAST, _MOST = 24, 2_000


def columns_of(header: QHeaderView, columns: Sequence[Column], squeezed: Mapping[int, int]) -> dict[str, Any]:
    """The arrangement as plain values that JSON can hold; columns `squeezed` out (place: width) count as shown."""
    order = _in_order(header, columns)
    hidden = [
        column.key
        for place, column in enumerate(columns)
        if header.isSectionHidden(place) and place not in squeezed
    ]
    widths = {
        column.key: squeezed.get(place) or header.sectionSize(place)
        for place, column in enumerate(columns)
        if (place in squeezed or not header.isSectionHidden(place)) and not column.stretch
    }
    return {"order": [columns[place].key for place in order], "hidden": hidden, "widths": widths}


def columns_from(header: QHeaderView, columns: Sequence[Column], state: Mapping[str, Any]) -> None:
    """Arranges the columns so; columns that the state does not know keep their default, strange values are skipped."""
    places = {column.key: place for place, column in enumerate(columns)}
    known = [key for key in state.get("order", ()) if key in places]
    for visual, key in enumerate(known):
        header.moveSection(header.visualIndex(places[key]), visual)
    hidden = [key for key in state.get("hidden", ()) if key in places]
    if len(hidden) < len(columns):
        for key in known:
            header.setSectionHidden(places[key], key in hidden)
    for key, width in dict(state.get("widths", {})).items():
        if key in places and isinstance(width, int) and not columns[places[key]].stretch:
            header.resizeSection(places[key], min(max(width, _LEAST), _MOST))


def _in_order(header: QHeaderView, columns: Sequence[Column]) -> list[int]:
    return [header.logicalIndex(visual) for visual in range(len(columns))]


class ColumnMenu(QMenu):
    """Which columns are shown, and for each: sort, move, widen; everything the mouse can do with a header.

    Signals: sort_chosen(key, descending), reset_chosen(), arranged().
    """

    sort_chosen = Signal(str, bool)
    reset_chosen = Signal()
    arranged = Signal()

    def __init__(self, header: QHeaderView, columns: Sequence[Column], parent: QWidget) -> None:
        super().__init__(parent)
        self._header = header
        self._columns = tuple(columns)
        self.setAccessibleName(_("Columns"))
        self.setToolTipsVisible(True)
        for place in _in_order(header, columns):
            self._add_switch(place)
        self.addSeparator()
        arrange = self.addMenu(_("&Arrange"))
        for place in _in_order(header, columns):
            if not header.isSectionHidden(place):
                self._add_arranging(arrange, place)
        self._act(self, _("&Standard columns"), "reset", -1)

    def _add_switch(self, place: int) -> None:
        action = self._act(self, self._columns[place].spoken.replace("&", "&&"), "switch", place)
        action.setCheckable(True)
        action.setChecked(not self._header.isSectionHidden(place))
        shown = self._header.count() - self._header.hiddenSectionCount()
        action.setEnabled(shown > 1 or not action.isChecked())

    def _add_arranging(self, arrange: QMenu, place: int) -> None:
        column, menu = self._columns[place], arrange.addMenu(self._columns[place].spoken.replace("&", "&&"))
        visual = self._header.visualIndex(place)
        if column.sortable:
            self._act(menu, _("Sort &ascending"), "ascending", place)
            self._act(menu, _("Sort &descending"), "descending", place)
        self._act(menu, _("Move &left"), "left", place).setEnabled(visual > 0)
        self._act(menu, _("Move &right"), "right", place).setEnabled(visual < self._header.count() - 1)
        if not column.stretch:
            self._act(menu, _("&Wider"), "wider", place)
            self._act(menu, _("&Narrower"), "narrower", place)

    def _act(self, menu: QMenu, text: str, verb: str, place: int) -> QAction:
        action = menu.addAction(text)
        action.setData((verb, place))
        action.triggered.connect(self._on_triggered)
        return action

    def _on_triggered(self) -> None:
        action = self.sender()
        if not isinstance(action, QAction):
            return
        chosen: tuple[str, int] = action.data()
        verb, place = chosen
        if verb == "reset":
            self.reset_chosen.emit()
        elif verb in ("ascending", "descending"):
            self.sort_chosen.emit(self._columns[place].key, verb == "descending")
        else:
            self._arrange(verb, place, shown=action.isChecked())
            self.arranged.emit()

    def _arrange(self, verb: str, place: int, *, shown: bool) -> None:
        header, visual = self._header, self._header.visualIndex(place)
        if verb == "switch":
            header.setSectionHidden(place, not shown)
        elif verb in ("left", "right"):
            header.moveSection(visual, self._neighbour(visual, -1 if verb == "left" else 1))
        else:
            step = _STEP if verb == "wider" else -_STEP
            header.resizeSection(place, max(header.sectionSize(place) + step, _LEAST))

    def _neighbour(self, visual: int, step: int) -> int:
        """The next place that is shown, so that one move is one visible move."""
        target = visual + step
        while 0 < target < self._header.count() - 1 and self._header.isSectionHidden(
            self._header.logicalIndex(target)
        ):
            target += step
        return min(max(target, 0), self._header.count() - 1)


def natural_widths(columns: Sequence[Column], look: Appearance) -> list[int]:
    """The default widths for the font in force: unread rows are bold, so the bold font is measured."""
    scale = look.metrics(Font.NUMBER_STRONG).horizontalAdvance(_SAMPLE) / _SAMPLE_WIDTH
    return [max(int(column.width * scale), _LEAST) for column in columns]


def dress_header(header: QHeaderView, columns: Sequence[Column], look: Appearance) -> None:
    """Gives a header its default widths and hidden columns."""
    for place, width in enumerate(natural_widths(columns, look)):
        column = columns[place]
        stretch = QHeaderView.ResizeMode.Stretch if column.stretch else QHeaderView.ResizeMode.Interactive
        header.setSectionResizeMode(place, stretch)
        if not column.stretch:
            header.resizeSection(place, width)
        header.setSectionHidden(place, column.hidden)


def plain_order(header: QHeaderView) -> None:
    """Puts the columns back into the model's order."""
    for place in range(header.count()):
        header.moveSection(header.visualIndex(place), place)


def arrow(*, descending: bool) -> Qt.SortOrder:
    """Qt's word for a direction."""
    return Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
