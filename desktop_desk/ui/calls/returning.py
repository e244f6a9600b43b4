"""Calls that come back: what was typed when the program ended, however it ended."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from desktop_desk.i18n import _
from desktop_desk.ui.calls.records import saved_as
from desktop_desk.ui.calls.typed_call import TypedCall
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.tickets.times import clock_ms

if TYPE_CHECKING:
    from desktop_desk.ui.calls.screen import CallDesk

PREFIX = "call:"
"""What the drafts of calls begin with."""


class Returning(QObject):
    """Opens the calls of the drafts again, and drops those that had been saved after all."""

    def __init__(self, calls: "CallDesk", operations: Operations, drafts: Drafts) -> None:
        super().__init__(calls)
        self._calls = calls
        self._operations = operations
        self._drafts = drafts
        self._returned: list[TypedCall] = []

    def bring_back(self) -> None:
        """Open what was typed, and show what was in sight."""
        now = clock_ms()
        for draft in self._drafts.all(PREFIX):
            call = TypedCall.from_draft(draft.content, kept=draft.kept, now=now)
            if call.uid not in self._calls.panel.uids():
                self._calls.open(call, away=call.kept_only)
                self._returned.append(call)
        if self._calls.in_sight():
            # The window places itself first; a panel that is shown before would stand in a corner.
            QTimer.singleShot(0, self, self._show)

    def ask_whether_saved(self) -> None:
        """A program killed between a save and the end of its draft brings back a call that is saved."""
        asked, self._returned = self._returned, []
        for call in asked:
            self._ask(call)

    def _ask(self, call: TypedCall) -> None:
        if call.uid not in self._calls.panel.uids():
            return
        form = self._calls.panel.form(call.uid)
        subject = form.reading().subject

        def found(number: str) -> None:
            if number and call.uid in self._calls.panel.uids():
                self._calls.lay_down(call.uid)
                self._calls.say(_("had been logged before the program ended."), number)

        self._operations.read(lambda desk: saved_as(desk, call, subject), owner=form, then=found)

    def _show(self) -> None:
        going_on = self._calls.in_sight()
        if going_on and not self._calls.panel.isVisible():
            self._calls.show(going_on[-1])
        self._calls.tell_kept()
