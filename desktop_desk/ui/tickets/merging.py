"""Joins the merge dialog to the desk."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_desk.ui.operations import Operations
from desktop_desk.ui.tickets.merge import MergeDialog
from desktop_desk.ui.tickets.ticket_pane import TicketPane

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.views import TicketRow

MOST = 20


class Merging(QObject):
    """Opens the dialog for a ticket, looks for targets while the person types, and merges.

    Signals:
        merged(Done, str into): it is done.
    """

    merged = Signal(object, str)

    def __init__(self, pane: TicketPane, operations: Operations, number: str, *, parent: QWidget) -> None:
        super().__init__(parent)
        self._operations = operations
        self._number = number
        self._now = pane.now
        view = pane.view
        alone = view is not None and number == view.number
        self._caller = view.caller.uid if alone and view is not None and view.caller is not None else ""
        self._subject = view.subject if alone and view is not None else ""
        self._dialog = MergeDialog(pane.look, number, self._subject, parent=parent)
        self._dialog.tickets_asked.connect(self._look_for)
        self._dialog.preview_asked.connect(self._preview)
        self._dialog.accepted.connect(self._merge)
        self._dialog.rejected.connect(self.deleteLater)
        self._dialog.open()
        self._dialog.ask_first()

    def _look_for(self, text: str, token: int) -> None:
        caller, subject = self._caller, self._subject

        def read(desk: "Desk") -> "tuple[TicketRow, ...]":
            if text.strip():
                return tuple(hit.row for hit in desk.search(text, limit=MOST))
            likely = desk.tickets_of(caller, limit=MOST) if caller else ()
            similar = tuple(hit.row for hit in desk.similar(subject)) if subject else ()
            return tuple({row.uid: row for row in (*likely, *similar)}.values())

        self._operations.read(
            read,
            owner=self._dialog,
            then=lambda rows: self._dialog.set_tickets(rows, token, self._now()),
            latest="tickets",
        )

    def _preview(self, number: str) -> None:
        self._operations.read(
            lambda desk: desk.ticket(number),
            owner=self._dialog,
            then=lambda view: self._dialog.set_preview(view, self._now()),
            latest="preview",
        )

    def _merge(self) -> None:
        into, number = self._dialog.target(), self._number

        def then(done: object) -> None:
            self.merged.emit(done, into)
            self.deleteLater()

        if into:
            self._operations.write(lambda desk: desk.merge(number, into), owner=self, then=then)
