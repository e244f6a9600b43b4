"""The left side of an office list: the title, a filter, the button that adds, and the table."""

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.settings.subject import Line, Subject
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.table import Column, FastTable
from desktop_desk.ui.widgets.table_model import MUTED, ListRowModel
from desktop_desk.ui.widgets.two_part_bar import TwoPartBar

LEAST_FILTER_WIDTH, FILTER_WIDTH, SEARCH_WIDTH = 100, 180, 220


class LineTable(QWidget):
    """Lists lines; filters and sorts them, with those that are out of use at the end.

    Signals:
        chosen(str uid): a person went to another line.
        entered(): Enter in the table.
        searched(): the filter's words changed, for a subject that searches.
        add_asked(): the button.
    """

    chosen = Signal(str)
    entered = Signal()
    searched = Signal()
    add_asked = Signal()

    def __init__(self, look: Appearance, subject: Subject, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._searches = subject.searches
        self._lines: list[Line] = []
        self._sort = (-1, False)
        self._columns = subject.columns()
        if subject.retires:
            self._columns += (Column("state", _("State"), width=72, spare=1),)
        self._model = ListRowModel(self._columns)
        self._build(look, subject)
        self._filter.textChanged.connect(self._on_filter)
        self._filter.installEventFilter(self)
        self._table.row_changed.connect(self._on_row_changed)
        self._table.row_activated.connect(self._on_row_activated)
        self._table.sort_requested.connect(self._on_sort)

    def _build(self, look: Appearance, subject: Subject) -> None:
        title = QLabel(subject.title)
        title.setProperty("look", "section")
        self._count = QLabel()
        self._count.setProperty("look", "muted")
        self._filter = QLineEdit()
        self._filter.setObjectName("filter")
        words = _("Name, number, address…") if subject.searches else _("Filter this list…")
        self._filter.setPlaceholderText(words)
        self._filter.setAccessibleName(_("Filter this list"))
        self._filter.setMinimumWidth(LEAST_FILTER_WIDTH)
        self._filter.setMaximumWidth(SEARCH_WIDTH if subject.searches else FILTER_WIDTH)
        add = self._add = KeyButton(look, _("Add {thing}").format(thing=subject.one), "Ins")
        add.setObjectName("add")
        add.clicked.connect(self.add_asked)
        named, done = QHBoxLayout(), QHBoxLayout()
        for row, part in ((named, title), (named, self._count), (done, self._filter), (done, add)):
            row.setSpacing(10)
            row.addWidget(part)
        named.addStretch(1)
        self._table = FastTable(look)
        self._table.setObjectName("table")
        self._table.setAccessibleName(subject.title)
        self._table.setModel(self._model)
        self._empty, self._hint = subject.empty, ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(TwoPartBar(named, done))
        column.addWidget(self._table, 1)

    def refuse_adding(self, why: str) -> None:
        """Nobody adds a thing here for this reason; "" for who may."""
        self._hint = why or _("Ins adds one.")
        self._add.setEnabled(not why)
        self._add.setToolTip(why)

    def words(self) -> str:
        """What stands in the filter."""
        return self._filter.text()

    def show_lines(self, lines: list[Line]) -> None:
        """Show these lines, in the order that was chosen by a click on a title, else in their own."""
        self._lines = lines
        self._fill()

    def select(self, uid: str | None) -> None:
        """Put the selection on a line, when it is listed."""
        row = self._model.row_of(uid)
        if row >= 0:
            self._table.select_row(row)

    def focus(self) -> None:
        """Put the focus on the table."""
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_filter(self) -> None:
        """Put the focus on the filter, so that typing replaces its words."""
        self._filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._filter.selectAll()

    def _fill(self) -> None:
        wanted = [] if self._searches else self.words().casefold().split()
        lines = [
            line for line in self._lines if all(word in " ".join(line.cells).casefold() for word in wanted)
        ]
        place, descending = self._sort
        if place >= 0:
            lines.sort(key=lambda line: self._cells(line)[place].casefold(), reverse=descending)
        lines.sort(key=lambda line: not line.active)
        self._model.set_rows([(line.uid, self._row(line)) for line in lines])
        words = self.words().strip()
        if words:
            self._table.set_empty(
                _("Nothing matches “{words}”").format(words=words),
                _("Esc in the filter shows the whole list again."),
            )
        else:
            self._table.set_empty(self._empty, self._hint)
        shown, known = len(lines), len(self._lines)
        self._count.setText(str(known) if shown == known else f"{shown} / {known}")

    def _cells(self, line: Line) -> tuple[str, ...]:
        return (*line.cells, "" if line.active else _("out of use"))[: len(self._columns)]

    def _row(self, line: Line) -> tuple[Any, ...]:
        return (*self._cells(line), 0 if line.active else MUTED)

    def _on_filter(self, _text: str) -> None:
        if self._searches:
            self.searched.emit()
        else:
            self._fill()

    def _on_row_changed(self, row: int) -> None:
        uid = self._model.key_of(row)
        if isinstance(uid, str):
            self.chosen.emit(uid)

    def _on_row_activated(self, _row: int) -> None:
        self.entered.emit()

    def _on_sort(self, key: str, descending: bool) -> None:  # noqa: FBT001  the signal's own shape
        chosen = self._model.key_of(self._table.current_row())
        self._sort = ([column.key for column in self._columns].index(key), descending)
        self._table.set_sort(key, descending)
        self._fill()
        self.select(chosen if isinstance(chosen, str) else None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = (
            event.key() if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress else None
        )
        if watched is not self._filter:
            return False
        if pressed in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.focus()
            return True
        if pressed == Qt.Key.Key_Escape:
            if self.words():
                self._filter.clear()
            else:
                self.focus()
            return True
        return False
