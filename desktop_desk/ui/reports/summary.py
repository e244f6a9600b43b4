"""The summary: what came in, what was done and how fast, for a period."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDateEdit, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.reports import ReportRow
from desktop_desk.domain.errors import DeskError
from desktop_desk.i18n import _
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.reports.periods import CUSTOM, days_of, duration, period_choices, share
from desktop_desk.ui.settings.editors import ChoiceEditor
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.table import Column, FastTable, ListRowModel
from desktop_desk.ui.widgets.wheel import pass_wheel

Rows = tuple[tuple[ReportRow, ...], tuple[ReportRow, ...]]


def dimensions() -> tuple[tuple[str, str], ...]:
    """What the report can be broken down by."""
    return (
        ("department", _("by department")),
        ("topic", _("by topic")),
        ("agent", _("by agent")),
        ("priority", _("by priority")),
        ("source", _("by source")),
    )


def columns() -> tuple[Column, ...]:
    """The columns, in the order of the counts."""
    return (
        Column("name", "", width=150, stretch=True, name=_("What the row counts")),
        Column("opened", _("Opened"), "count", width=62),
        Column("assigned", _("Assigned"), "count", width=72),
        Column("reassigned", _("Handed on"), "count", width=80),
        Column("priority_changed", _("Priority"), "count", width=62, name=_("Priority changed")),
        Column("waiting", _("Waiting"), "count", width=62),
        Column("overdue", _("Overdue"), "count", width=64),
        Column("resolved", _("Resolved"), "count", width=70),
        Column("closed", _("Closed"), "count", width=58),
        Column("reopened", _("Reopened"), "count", width=76),
        Column(
            "first_response", _("First reply"), "count", width=84, name=_("Average time to the first reply")
        ),
        Column("resolution", _("Resolution"), "count", width=84, name=_("Average time to the resolution")),
        Column("sla_met", _("In time"), "count", width=58, name=_("Share resolved before it was due")),
    )


class SummaryPage(QWidget):
    """A plain table with a period and what to break it down by; Ctrl+C copies it for a spreadsheet."""

    def __init__(
        self,
        look: Appearance,
        operations: Operations,
        *,
        today: Callable[[], date] = date.today,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._operations = operations
        self._today = today
        self._rows: list[tuple[str, ...]] = []
        self._sort: tuple[str, bool] = ("", False)
        self._found: Rows = ((), ())
        self.setObjectName("summary_page")
        self._build(look)
        self.period.edited.connect(self._on_period)
        self.by.edited.connect(self.reload)
        for day in (self.first, self.last):
            day.dateChanged.connect(self._on_day)
        self._table.sort_requested.connect(self._on_sort)
        self._operations.changed.connect(self._on_changed)
        self._operations.others_changed.connect(self._on_changed)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self)
        copy.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        copy.activated.connect(self.copy)
        self._show_days()

    def _build(self, look: Appearance) -> None:
        title = QLabel(_("Summary"))
        set_look(title, "section")
        self.period = ChoiceEditor(period_choices())
        self.period.setObjectName("period")
        self.period.setAccessibleName(_("Period"))
        self.period.set_value("month")
        self.by = ChoiceEditor(dimensions())
        self.by.setObjectName("by")
        self.by.setAccessibleName(_("Broken down by"))
        self.by.set_value("department")
        for choice in (self.period, self.by):
            choice.setMinimumContentsLength(14)
        self.first, self.last = QDateEdit(), QDateEdit()
        for day, name, spoken in ((self.first, "first", _("First day")), (self.last, "last", _("Last day"))):
            day.setObjectName(name)
            day.setAccessibleName(spoken)
            day.setCalendarPopup(True)
            pass_wheel(day)
        self._dash = QLabel("–")
        self._words = QLabel()
        self._words.setObjectName("words")
        set_look(self._words, "muted")
        button = KeyButton(look, _("Copy"), "Ctrl+C")
        button.setObjectName("copy")
        button.clicked.connect(self.copy)
        head = QFrame()
        set_look(head, "bar line-bottom")
        bar = QHBoxLayout(head)
        bar.setContentsMargins(16, 8, 16, 8)
        bar.setSpacing(10)
        for part in (title, self.period, self.first, self._dash, self.last, self.by):
            bar.addWidget(part)
        bar.addWidget(self._words, 1)
        bar.addWidget(button)
        self._model = ListRowModel(columns())
        self._table = FastTable(look)
        self._table.setObjectName("table")
        self._table.setAccessibleName(_("Summary"))
        self._table.setModel(self._model)
        self._table.set_empty(_("Nothing happened in this period."), _("Choose a longer one."))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._table, 1)

    def reload(self) -> None:
        """Ask the desk for the chosen period."""
        first, last = self._days()
        by = self.by.value()
        self._operations.read(
            lambda desk: _both(desk, first, last, by),
            owner=self,
            then=self._show,
            failed=self._on_failed,
            latest="report",
            long=True,
        )

    def copy(self) -> None:
        """Put the table on the clipboard, tabs between the cells, for a spreadsheet."""
        titles = tuple(column.spoken for column in columns())
        lines = ["\t".join(row) for row in (titles, *self._rows)]
        QGuiApplication.clipboard().setText("\n".join(lines))
        self._say(_("Copied."))

    def focus(self) -> None:
        """Put the focus on the period."""
        self.period.setFocus(Qt.FocusReason.OtherFocusReason)

    def _days(self) -> tuple[date | None, date | None]:
        period = self.period.value() or "ever"
        if period != CUSTOM:
            return days_of(period, self._today())
        return _as_date(self.first), _as_date(self.last)

    def showEvent(self, event: QShowEvent) -> None:
        """What was done while it was not in sight counts as well."""
        super().showEvent(event)
        self.reload()

    def _on_period(self) -> None:
        self._show_days()
        self.reload()

    def _show_days(self) -> None:
        """Two days can be chosen where the period is one's own."""
        custom = self.period.value() == CUSTOM
        first, last = days_of("month", self._today())
        for day, value in ((self.first, first), (self.last, last)):
            day.setVisible(custom)
            if custom and value:
                day.blockSignals(True)
                day.setDate(QDate(value.year, value.month, value.day))
                day.blockSignals(False)
        self._dash.setVisible(custom)

    def _on_day(self, _day: QDate) -> None:
        self.reload()

    def _on_changed(self) -> None:
        if self.isVisible():
            self.reload()

    def _on_sort(self, key: str, descending: bool) -> None:  # noqa: FBT001  the signal's own shape
        self._sort = (key, descending)
        self._table.set_sort(key, descending)
        self._fill()

    def _on_failed(self, error: Exception) -> bool:
        if isinstance(error, DeskError):
            self._say(str(error), error=True)
        return isinstance(error, DeskError)

    def _say(self, words: str, *, error: bool = False) -> None:
        set_look(self._words, "error" if error else "muted")
        self._words.setText(words)

    def _show(self, found: Rows) -> None:
        self._found = found
        self._say("")
        self._fill()

    def _fill(self) -> None:
        total, parts = self._found
        # Without any event a breakdown has nothing but the total.
        parts = () if parts == total else parts
        key, descending = self._sort
        listed = (
            sorted(parts, key=lambda row: _sort_key(row, key), reverse=descending) if key else list(parts)
        )
        cells = [cells_of(row, row.name or _("not set")) for row in listed]
        cells += [cells_of(row, _("All")) for row in total]
        self._rows = cells
        self._model.set_rows([(place, (*row, 0)) for place, row in enumerate(cells)])


def _both(desk: Desk, first: date | None, last: date | None, by: str | None) -> Rows:
    return desk.report(first, last), desk.report(first, last, by)


def cells_of(row: ReportRow, name: str) -> tuple[str, ...]:
    """One line of the table as texts."""
    counts = [getattr(row, column.key) for column in columns()[1:10]]
    times = (duration(row.first_response), duration(row.resolution), share(row.sla_met))
    return (name, *(f"{count:n}" for count in counts), *times)


def _sort_key(row: ReportRow, key: str) -> tuple[bool, float, str]:
    value: str | float | None = getattr(row, key)
    if isinstance(value, str):
        return (False, 0, value.casefold())
    return (value is None, value or 0, "")


def _as_date(day: QDateEdit) -> date:
    value = day.date()
    return date(value.year(), value.month(), value.day())
