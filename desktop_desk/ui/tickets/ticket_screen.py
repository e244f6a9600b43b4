"""Joins the ticket pane to the desk: opens tickets, saves what is written, follows what others do."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_desk.domain.errors import DeskError
from desktop_desk.domain.phones import shown
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.tickets.composer import CALL_BACK, NOTE, Outgoing
from desktop_desk.ui.tickets.ticket_pane import TicketPane

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.views import Done, TicketView

SEEN_AFTER_MS = 1500
"""A ticket that was only passed on the way down the list is not seen."""


class TicketScreen(QObject):
    """Keeps one ticket on the pane up to date.

    Signals:
        shown(TicketView | None): this ticket is on the pane now, for the first time or changed.
        sent(Done): what was written in the composer is saved.
    """

    shown = Signal(object)
    sent = Signal(object)

    def __init__(self, pane: TicketPane, operations: Operations, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pane = pane
        self._operations = operations
        self._number = ""
        self._entry = ""
        self._place: tuple[Any, ...] = ()
        self._to_end = False
        self._seen = QTimer(self)
        self._seen.setSingleShot(True)
        self._seen.setInterval(SEEN_AFTER_MS)
        self._seen.timeout.connect(self.mark_seen)
        operations.changed.connect(self._on_changed)
        operations.others_changed.connect(self.refresh)
        pane.composer.send_asked.connect(self._on_send)
        pane.differences.settled.connect(self._on_settled)

    @property
    def view(self) -> "TicketView | None":
        """The ticket on the pane."""
        return self._pane.view

    @property
    def number(self) -> str:
        """The number of the ticket on the pane or on its way there; "" for none."""
        return self._number

    def open(self, number: str, entry_uid: str = "") -> None:
        """Show the ticket, at that entry of its thread when one is named."""
        self._seen.stop()
        self._number = number
        self._entry = entry_uid
        self.refresh()

    def restore(self, number: str, place: list[Any]) -> None:
        """Show the ticket as it was left: its thread scrolled to `place`."""
        self._place = tuple(place)
        self.open(number)

    def close(self) -> None:
        """Show no ticket."""
        self._seen.stop()
        self._number = self._entry = ""
        self._place = ()
        self._pane.show_ticket(None)
        self.shown.emit(None)

    def refresh(self) -> None:
        """Read the ticket again and show it in place."""
        number = self._number
        if number:
            self._operations.read(
                lambda desk: _read(desk, number),
                owner=self,
                then=partial(self._on_read, number),
                latest="ticket",
            )

    def mark_seen(self) -> None:
        """Remember that the agent has seen the ticket up to now."""
        view = self.view
        if view is not None and self._pane.isVisible():
            number = view.number
            self._operations.write(lambda desk: desk.mark_seen(number), owner=self)

    def call_back_done(self) -> None:
        """The first promise of a call that stands on the ticket is kept."""
        view = self.view
        uid = next((back.uid for back in view.call_backs if not back.done), "") if view is not None else ""
        if uid:
            self._operations.write(lambda desk: desk.call_back_done(uid), owner=self, then=self.sent.emit)

    # What happened

    def _on_read(self, asked: str, view: "TicketView") -> None:
        if asked != self._number:
            return  # the person went on to what has no ticket meanwhile
        before = self.view
        self._number = view.number
        self._pane.show_ticket(view)
        if self._entry:
            self._pane.conversation.scroll_to(self._entry)
            self._entry = ""
        if self._place:
            self._pane.conversation.restore_place(self._place)
            self._place = ()
        if self._to_end:
            self._to_end = False
            self._pane.show_end()
        if before is None or before.uid != view.uid:
            self._seen.start()
        self.shown.emit(view)

    def _on_changed(self, done: "Done", _initiator: QObject | None) -> None:
        if self._number and (done.number == self._number or self._number in done.touched):
            self.refresh()

    def _on_settled(self, field: str, value: str) -> None:
        number = self._number
        self._operations.write(lambda desk: desk.settle(number, field, value), owner=self)

    def _on_send(self, sent: Outgoing) -> None:
        def done(done: "Done") -> None:
            self._pane.composer.done(sent)
            self._to_end = self._number == sent.number
            self.sent.emit(done)

        def failed(error: Exception) -> bool:
            known = isinstance(error, DeskError)
            self._pane.composer.refused(sent, str(error) if known else "")
            return known

        self._operations.write(lambda desk: save(desk, sent), owner=self, then=done, failed=failed)


def _read(desk: "Desk", number: str) -> "TicketView":
    """The ticket with its caller's numbers in the groups in which they are said everywhere; not for the UI thread."""
    view, region = desk.ticket(number), desk.directory().settings.country
    if view.caller is None:
        return view
    phones = tuple(shown(phone, region) for phone in view.caller.phones)
    return replace(view, caller=replace(view.caller, phones=phones))


def save(desk: "Desk", sent: Outgoing) -> "Done":
    """Write to the desk what stood in the composer."""
    if sent.kind == CALL_BACK:
        due = sent.due if sent.due is not None else 0
        return desk.add_call_back(sent.number, due, sent.text)
    files, seen = sent.attachments, sent.position
    if sent.kind == NOTE:
        if sent.resolve and not files:
            return desk.resolve(sent.number, message=sent.text, seen=seen)
        status = "resolved" if sent.resolve else None
        return desk.note(sent.number, sent.text, status=status, attachments=files, seen=seen)
    return desk.reply(sent.number, sent.text, resolve=sent.resolve, attachments=files, seen=seen)
