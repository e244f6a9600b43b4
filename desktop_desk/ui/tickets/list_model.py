"""Tickets of one queue as a table that never holds the whole queue."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QTimer, Signal

from desktop_desk.i18n import N_, _
from desktop_desk.ui.tickets.times import age_text, due_text, moment_text
from desktop_desk.ui.widgets.table_model import MUTED, OVERDUE, UNREAD, Column, Index, Kind, RowModel

if TYPE_CHECKING:
    from desktop_desk.desk.views import TicketRow

WINDOW = 100
"""Rows read at once."""
KEPT_WINDOWS = 6

Cells = tuple[str | int, ...]
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Listing:
    """What the table shows: a queue, in an order, narrowed by a filter."""

    queue: str
    sort: str = "due"
    descending: bool = False
    filter: str = ""


_COLUMNS: tuple[tuple[str, str, Kind, int, bool], ...] = (
    # key, title, kind, width, hidden at first
    ("number", N_("Number"), "number", 74, False),
    ("priority", N_("Sev"), "severity", 40, False),
    ("subject", N_("Subject"), "text", 190, False),
    ("caller", N_("Caller"), "text", 84, False),
    ("agent", N_("Agent"), "text", 76, False),
    ("due", N_("Due"), "time", 98, False),
    ("updated", N_("Updated"), "age", 76, False),
    ("status", N_("Status"), "text", 90, True),
    ("team", N_("Team"), "text", 130, True),
    ("department", N_("Department"), "text", 130, True),
    ("topic", N_("Topic"), "text", 120, True),
    ("opened", N_("Opened"), "age", 100, True),
)


_SPARE = {"updated": 1, "agent": 2, "caller": 3}


def columns() -> tuple[Column, ...]:
    """The columns of every ticket table, in their first order."""
    return tuple(
        Column(key, _(title), kind, width, hidden=hidden, stretch=key == "subject", spare=_SPARE.get(key, 0))
        for key, title, kind, width, hidden in _COLUMNS
    )


def cells(row: "TicketRow", now: int) -> Cells:
    """One text per column, then the flags; `now` in ms since the epoch."""
    flags = (
        (UNREAD if row.unread else 0)
        | (OVERDUE if row.overdue else 0)
        | (MUTED if row.state in {"closed", "resolved", "withdrawn"} else 0)
    )
    return (
        row.number,
        row.priority,
        row.subject,
        row.caller or "–",
        row.agent or "–",
        due_text(row.due, now, overdue=row.overdue),
        age_text(row.updated, now),
        row.status,
        row.team or "–",
        row.department or "–",
        row.topic or "–",
        moment_text(row.opened, now),
        flags,
    )


class TicketListModel(RowModel):
    """Rows of one listing, read in windows of 100 when they are first looked at.

    A row that is not here yet is a placeholder, and looking at it asks for its window. A refresh
    changes the rows in place (inserted, removed, changed), so that selection and scroll stay.

    Signals:
        window_wanted(int): rows `n * WINDOW` and following are looked at and not here.
        total_changed(int): so many rows now.
    """

    window_wanted = Signal(int)
    total_changed = Signal(int)

    def __init__(self, now: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(columns(), parent)
        self._now = now
        self._total = 0
        self._windows: OrderedDict[int, list[TicketRow]] = OrderedDict()
        self._cells: dict[int, list[Cells]] = {}
        self._moving: tuple[int, list[Cells | None]] | None = None
        self._asked: set[int] = set()
        self._wanted: set[int] = set()
        self._ask = QTimer(self)
        self._ask.setSingleShot(True)
        self._ask.setInterval(0)
        self._ask.timeout.connect(self._on_ask)

    # What stands where

    def ticket_at(self, row: int) -> "TicketRow | None":
        """The ticket in that row; None when it has not been read yet or there is no such row."""
        window = self._windows.get(row // WINDOW)
        place = row % WINDOW
        return window[place] if window is not None and 0 <= place < len(window) else None

    def row_of(self, uid: str) -> int | None:
        """Where the ticket stands, if it is among the rows that have been read."""
        for window, rows in self._windows.items():
            for place, each in enumerate(rows):
                if each.uid == uid:
                    return window * WINDOW + place
        return None

    # What is put in

    def show(self, first: Sequence["TicketRow"], total: int) -> None:
        """Another listing: forget everything; `first` is its first window."""
        self.beginResetModel()
        self._windows.clear()
        self._cells.clear()
        self._asked.clear()
        self._wanted.clear()
        self._total = max(total, len(first))
        if first:
            self._put(0, first)
        self.endResetModel()
        self.total_changed.emit(self._total)

    def take(self, window: int, rows: Sequence["TicketRow"], total: int) -> None:
        """A window that was asked for has come; so many rows there are in all."""
        self._asked.discard(window)
        if total != self._total:
            self._set_total(total)
        start = window * WINDOW
        rows = rows[: max(0, self._total - start)]
        if rows:
            self._put(window, rows)
            self._say_changed(start, start + len(rows) - 1)

    def _set_total(self, total: int) -> None:
        """So many rows there are after all: rows come or go at the end."""
        self._insert(self._total, total - self._total)
        self._remove(total, self._total - total)
        self.total_changed.emit(self._total)

    def give_up(self, window: int) -> None:
        """The window could not be read; looking at it asks again."""
        self._asked.discard(window)

    def refresh(self, window: int, rows: Sequence["TicketRow"], total: int) -> None:
        """Bring the rows from `window` on up to date in place, and the number of rows to `total`."""
        start = window * WINDOW
        total = max(total, start + len(rows)) if rows else min(total, start)
        at_the_end = start + len(rows) >= total
        old = self._known_from(start, self._total if at_the_end else len(rows))
        new = [each.uid for each in rows]
        for other in [each for each in self._windows if each < window or each * WINDOW >= start + len(old)]:
            # What is out of sight may be old now, and need not be moved.
            del self._windows[other], self._cells[other]
        if old != new or total != self._total:
            self._shift(start, old, rows, total)
        self._replace(window, rows)
        self.total_changed.emit(self._total)

    def tick(self) -> None:
        """Time has passed: write "4 min" and "12 min over" anew."""
        now = self._now()
        for window, rows in self._windows.items():
            self._cells[window] = [cells(each, now) for each in rows]
            self._say_changed(window * WINDOW, window * WINDOW + len(rows) - 1)

    # Inside

    def _known_from(self, start: int, most: int) -> list[str]:
        """Of the rows read without a gap from `start` on, which tickets they are."""
        known: list[str] = []
        window = start // WINDOW
        while len(known) < most and (rows := self._windows.get(window)) is not None:
            known.extend(each.uid for each in rows)
            window += 1
            if len(rows) < WINDOW:
                break
        return known[:most]

    def _shift(self, start: int, old: list[str], rows: Sequence["TicketRow"], total: int) -> None:
        """Insert and remove rows so that views follow the tickets they hold on to."""
        from difflib import SequenceMatcher

        now = self._now()
        fresh = [cells(each, now) for each in rows]
        moving = [self.row(row) for row in range(start, start + len(old))]
        self._moving = (start, moving)
        matcher = SequenceMatcher(None, old, [each.uid for each in rows], autojunk=False)
        moved = 0
        for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
            if tag in {"delete", "replace"}:
                self._remove(start + old_from + moved, old_to - old_from)
                moved -= old_to - old_from
            if tag in {"insert", "replace"}:
                self._insert(start + new_from, new_to - new_from, fresh[new_from:new_to])
                moved += new_to - new_from
        after = min(start + len(rows), self._total)
        rest = total - self._total
        self._insert(after, rest)
        self._remove(after, min(-rest, self._total - after))
        self._remove(total, self._total - total)
        self._moving = None

    def _insert(self, at: int, count: int, fresh: "Sequence[Cells | None]" = ()) -> None:
        if count <= 0:
            return
        self.beginInsertRows(QModelIndex(), at, at + count - 1)
        self._total += count
        if self._moving is not None:
            start, moving = self._moving
            moving[at - start : at - start] = fresh or [None] * count
        self.endInsertRows()

    def _remove(self, at: int, count: int) -> None:
        if count <= 0:
            return
        self.beginRemoveRows(QModelIndex(), at, at + count - 1)
        self._total -= count
        if self._moving is not None:
            start, moving = self._moving
            del moving[max(0, at - start) : max(0, at - start + count)]
        self.endRemoveRows()

    def _replace(self, window: int, rows: Sequence["TicketRow"]) -> None:
        """Take these rows for the ones from `window` on, and forget every other window: it may be old now."""
        self._windows.clear()
        self._cells.clear()
        self._asked.clear()
        for place in range(0, len(rows), WINDOW):
            self._put(window + place // WINDOW, rows[place : place + WINDOW])
        if rows:
            self._say_changed(window * WINDOW, window * WINDOW + len(rows) - 1)

    def _put(self, window: int, rows: Iterable["TicketRow"]) -> None:
        now = self._now()
        self._windows[window] = list(rows)
        self._windows.move_to_end(window)
        self._cells[window] = [cells(each, now) for each in self._windows[window]]
        while len(self._windows) > KEPT_WINDOWS:
            oldest, _rows = self._windows.popitem(last=False)
            del self._cells[oldest]

    def _say_changed(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))

    def _on_ask(self) -> None:
        wanted, self._wanted = self._wanted, set()
        for window in sorted(wanted):
            if window not in self._windows and window not in self._asked:
                self._asked.add(window)
                self.window_wanted.emit(window)

    # Qt's part

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._total

    def row(self, row: int) -> Cells | None:
        """The row's cells; None, and a request for its window, when it is not here."""
        if self._moving is not None:
            start, moving = self._moving
            if row >= start:
                return moving[row - start] if row - start < len(moving) else None
        window = row // WINDOW
        known = self._cells.get(window)
        if known is not None and row % WINDOW < len(known):
            return known[row % WINDOW]
        if window not in self._asked and row < self._total:
            self._wanted.add(window)
            if not self._ask.isActive():
                self._ask.start()
        return None
