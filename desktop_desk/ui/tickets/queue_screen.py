"""Joins the ticket list to the desk: reads what is looked at, and keeps it up to date in place."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.action_table import QUEUE_ACTIONS
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.tickets.list_model import WINDOW, Listing
from desktop_desk.ui.tickets.list_view import TicketList

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.views import Counters, QueuePage

    Answer = tuple[QueuePage, Counters]

FIRST_SORTS = {"resolved": ("updated", True), "closed": ("updated", True), "all": ("updated", True)}
"""Finished work is looked at newest first; all else by when it is due."""
TICK_MS = 30_000


def queue_name(key: str) -> str:
    """The queue as people call it."""
    return next((_(name) for queue, name in QUEUE_ACTIONS if queue == key), key)


class QueueScreen(QObject):
    """Shows one queue at a time in the list.

    Attributes:
        listing: what is shown now.
        sorts: the order each queue was last put in, e.g. {"open": "-updated"}; kept in the session.

    Signals:
        counted(Counters): how many tickets each queue holds now.
    """

    counted = Signal(object)

    def __init__(self, view: TicketList, operations: Operations, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._operations = operations
        self._counters: Counters | None = None
        self.listing = Listing("open")
        self.sorts: dict[str, str] = {}
        self._total = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.refresh)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._tick.start()
        view.window_wanted.connect(self._on_window_wanted)
        view.filter_changed.connect(self._on_filter)
        view.sort_changed.connect(self._on_sort)
        operations.changed.connect(self._on_changed)
        operations.others_changed.connect(self._soon.start)

    def show_queue(self, key: str, *, keep: str = "") -> None:
        """Show the queue from its top; the ticket with uid `keep` stays chosen when it is there."""
        sort, descending = self._sort_of(key)
        self._view.clear_filter()
        self._show(Listing(key, sort, descending), keep=keep)

    def refresh(self) -> None:
        """Read the rows in sight again, and the counters; nothing jumps."""
        first, last = self._view.visible_windows()
        listing = self.listing

        def take(answer: "Answer") -> None:
            if listing == self.listing:
                page = self._understood(answer, count)
                self._view.refresh(first, page.rows, self._total)

        count = (last - first + 1) * WINDOW
        self._read(listing, first * WINDOW, count, take, "refresh")

    def count(self) -> None:
        """Read only how many tickets each queue holds, for a window that shows no queue."""

        def take(counters: "Counters") -> None:
            self._counters = counters
            self.counted.emit(counters)

        self._operations.read(lambda desk: desk.counters(), owner=self, then=take, latest="counters")

    # Inside

    def _sort_of(self, key: str) -> tuple[str, bool]:
        kept = self.sorts.get(key)
        if kept:
            return kept.removeprefix("-"), kept.startswith("-")
        return FIRST_SORTS.get(key, ("due", False))

    def _show(self, listing: Listing, *, keep: str = "", choose: bool = True) -> None:
        self.listing = listing
        self._view.office.say("")
        self._view.set_title(queue_name(listing.queue), self._summary_before(listing))
        self._view.set_empty(*_empty_words(listing))

        def take(answer: "Answer") -> None:
            page = self._understood(answer, WINDOW)
            self._view.show_listing(listing, page.rows, self._total, keep=keep, choose=choose)

        self._read(listing, 0, WINDOW, take, "listing")

    def _read(
        self, listing: Listing, start: int, count: int, take: "Callable[[Answer], None]", name: str
    ) -> None:
        """Read a part of the queue, and with it how many tickets every queue holds."""

        def read(desk: "Desk") -> "Answer":
            page = desk.queue(
                listing.queue,
                sort=listing.sort,
                descending=listing.descending,
                start=start,
                count=count,
                words=listing.filter,
            )
            return page, desk.counters()

        self._operations.read(read, owner=self, then=take, latest=name)

    def _understood(self, answer: "Answer", asked: int) -> "QueuePage":
        """Take the counters in, and work out how many rows the listing has."""
        page, counters = answer
        self._counters = counters
        self._total = self._total_of(page, asked)
        self._view.set_summary(self._summary(self._total))
        self._view.office.say(_office_words(counters) if self.listing.queue == "differences" else "")
        self.counted.emit(counters)
        return page

    def _total_of(self, page: "QueuePage", asked: int) -> int:
        """Exact for a whole queue; for a filtered one as far as it is known, and a window more to look into."""
        end = page.start + len(page.rows)
        if len(page.rows) < asked:
            return end
        if not self.listing.filter and self._counters is not None:
            return max(end, self._counters.queues.get(self.listing.queue, 0))
        return max(end + WINDOW, self._total)

    def _summary_before(self, listing: Listing) -> str:
        """What the counters say while the queue itself is being read."""
        return self._summary(self._counters.queues.get(listing.queue) if self._counters is not None else None)

    def _summary(self, total: int | None) -> str:
        if total is None:
            return ""
        parts = [ngettext("{count:,} ticket", "{count:,} tickets", total).format(count=total)]
        overdue = self._counters.queues.get("overdue", 0) if self._counters is not None else 0
        if overdue and self.listing.queue == "open" and not self.listing.filter:
            parts.append(_("{count:,} overdue").format(count=overdue))
        return " · ".join(parts)

    # What happened

    def _on_window_wanted(self, window: int) -> None:
        listing = self.listing

        def take(answer: "Answer") -> None:
            if listing == self.listing:
                page = self._understood(answer, WINDOW)
                self._view.model.take(window, page.rows, self._total)

        self._read(listing, window * WINDOW, WINDOW, take, f"window {window}")

    def _on_filter(self, words: str) -> None:
        before = self.listing
        if words != before.filter:
            keep = self._view.chosen
            self._show(Listing(before.queue, before.sort, before.descending, words), keep=keep, choose=False)

    def _on_sort(self, key: str, descending: bool) -> None:  # noqa: FBT001  a slot
        before = self.listing
        self.sorts[before.queue] = f"-{key}" if descending else key
        keep = self._view.chosen
        self._show(Listing(before.queue, key, descending, before.filter), keep=keep, choose=False)

    def _on_changed(self, _done: object, _initiator: object) -> None:
        self._soon.start()

    def _on_tick(self) -> None:
        if self._view.isVisible():
            self._view.model.tick()


def _office_words(counters: "Counters") -> str:
    """What is to be settled in the office, beside what is to be settled about tickets; "" for nothing."""
    count = counters.queues.get("office", 0)
    if not count:
        return ""
    words = ngettext("{count:,} difference in the office", "{count:,} differences in the office", count)
    return words.format(count=count)


def _empty_words(listing: Listing) -> tuple[str, str]:
    """Why there is nothing here, and what to do next."""
    if listing.filter:
        return _("Nothing matches “{words}”").format(words=listing.filter), _(
            "Esc shows the whole list again."
        )
    name = queue_name(listing.queue)
    match listing.queue:
        case "open" | "all":
            return _("No tickets here yet"), _("Ctrl+N logs a call.")
        case "mine":
            return _("Nothing is assigned to you"), _("Ctrl+3 shows what nobody has taken; C claims it.")
        case "overdue":
            return _("Nothing is overdue"), _("Ctrl+2 shows what is open.")
        case "differences":
            return _("Nobody contradicts anybody"), _("What two people set differently comes up here.")
        case _:
            return _("{queue}: no tickets").format(queue=name), _("Ctrl+2 shows what is open.")
