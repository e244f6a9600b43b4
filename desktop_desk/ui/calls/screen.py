"""Calls, joined with the desk: people are found, tickets offered, calls saved, and nothing typed is lost."""

import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from desktop_desk.desk.directory import Agent, Directory
from desktop_desk.desk.views import Done
from desktop_desk.domain.errors import DeskError, Invalid
from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.calls.call_form import CallForm
from desktop_desk.ui.calls.line import CallLine
from desktop_desk.ui.calls.lookups import Lookups
from desktop_desk.ui.calls.panel import CallPanel
from desktop_desk.ui.calls.records import added_text, call_draft, call_record
from desktop_desk.ui.calls.returning import PREFIX, Returning
from desktop_desk.ui.calls.telephone import Telephone
from desktop_desk.ui.calls.typed_call import CallPrefill, TypedCall
from desktop_desk.ui.calls.understood import understood
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.tickets.times import clock_ms

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.views import Attachment


def _focused(panel: QWidget) -> QWidget:
    return panel.window().focusWidget() or panel.window()


class Say(Protocol):
    """How what was done is told: after a `lead` that can be read out, and with Undo of an act."""

    def __call__(self, text: str, act: str = "", lead: str = "", /) -> None: ...


class CallDesk(QObject):
    """Everything about calls in one window.

    Args:
        say: tells that something was done.
        clock: seconds on a clock that never goes back; for the calls' lengths.

    Signals:
        logged(number): a ticket was made of a call, or got one.
        kept(count, who): so many calls wait out of sight, the newest of them of this caller.
        link_followed(number): somebody is to be called whose number stood in a link.
        offered(text, uid): a call was thrown away; `take_back` brings it back.
    """

    logged = Signal(str)
    kept = Signal(int, str)
    offered = Signal(str, str)
    link_followed = Signal(str)

    def __init__(
        self,
        look: Appearance,
        operations: Operations,
        drafts: Drafts,
        window: QWidget,
        say: Say,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(window)
        self._operations = operations
        self._drafts = drafts
        self._say = say
        self._line = CallLine()
        self._lookups = Lookups(operations, self)
        self._before: QWidget | None = None
        self._away: set[str] = set()
        self._adding: dict[str, str] = {}
        self._discarded: dict[str, TypedCall] = {}
        self.panel = CallPanel(look, window, clock, drafts)
        self.panel.save_wanted.connect(self._on_save_wanted)
        self.panel.attach_wanted.connect(self._on_attach_wanted)
        self.panel.park_wanted.connect(self.park)
        self.panel.left.connect(self.leave)
        self.panel.discard_wanted.connect(self.discard)
        self.panel.changed.connect(self._keep)
        self.telephone = Telephone(self, operations)
        self._returning = Returning(self, operations, drafts)
        self._returning.bring_back()
        self._read_office()

    def log_call(self, prefill: CallPrefill | None = None) -> None:
        """Open the panel with a new call, its clock running; a call in front is parked.

        Asked for from elsewhere in the window while the panel is open, or while the call in front is still empty, it
        only goes back to that.
        """
        known = prefill or CallPrefill()
        if known == CallPrefill() and self.panel.isVisible():
            elsewhere = not self.panel.isAncestorOf(_focused(self.panel))
            if elsewhere or self.panel.call(self.panel.front).empty:
                self.show(self.panel.front)
                return
        self.start(known)

    def start(self, known: CallPrefill) -> str:
        """Open a call with what is known of it, and give its uid; those with nothing in them go away."""
        for uid in self.panel.uids():
            if self.panel.call(uid).empty:
                self._forget(uid)
        self._read_office()
        call = TypedCall(
            uid=uuid.uuid4().hex,
            number=known.number,
            call_id=known.call_id,
            direction=known.direction,
            caller=known.name,
            ticket=known.ticket,
            ringing=known.event == "ring",
            rung=known.rung,
            owed=known.owed,
            started=clock_ms(),
        )
        self.open(call)
        # A telephone that rings takes the cursor from nobody who is typing.
        typing = known.event == "ring" and isinstance(QApplication.focusWidget(), QLineEdit | QPlainTextEdit)
        if not typing:
            self.show(call.uid)
        elif not self.panel.isVisible():
            self.panel.show_call(call.uid, focus=False)
        if known.number:
            self._lookups.whose_number(self.panel.form(call.uid), known.number, self.panel)
        self.tell_kept()
        return call.uid

    def take_call(self, number: str, name: str, event: str, call_id: str, direction: str = "in") -> None:
        """What a telephone says: this number calls; `event` is ring, answer, end or "" for answer."""
        self.telephone.hear(CallPrefill(number, name, event, call_id, direction))
        if direction == "out" and not event and not call_id:
            self.link_followed.emit(number)

    def hear(self, told: CallPrefill) -> None:
        """What the phone line says of a call."""
        self.telephone.hear(told)

    def call_out(self, number: str, *, name: str = "", ticket: str = "", owed: str = "") -> None:
        """Open a call to somebody; it will be added to a ticket, and make a call-back good, where these are named."""
        self.start(CallPrefill(number, name, direction="out", ticket=ticket, owed=owed))

    def park(self) -> None:
        """Keep the call in front waiting with its clock running, and start another."""
        self.start(CallPrefill())

    def leave(self) -> None:
        """Put the panel away; a call with anything in it is kept, one with nothing is forgotten."""
        uid = self.panel.front
        if uid and self.panel.call(uid).empty:
            self._forget(uid)
        self._away.update(self.panel.uids())
        for kept in self._away:
            self._keep(kept)
        self._drafts.hurry()
        self._put_away()
        self.tell_kept()
        if kept := len(self.panel.uids()):
            self._say(
                ngettext(
                    "The call is kept: Ctrl+Shift+B brings it back.",
                    "The calls are kept: Ctrl+Shift+B brings them back.",
                    kept,
                )
            )

    def discard(self, uid: str) -> None:
        """Throw a call away with all that was typed; it can be taken back while that is offered."""
        if uid not in self.panel.uids():
            return
        call = self.panel.call(uid)
        self.lay_down(uid)
        if not call.empty:
            self._discarded[uid] = call
            self.offered.emit(_("Call discarded."), uid)

    def take_back(self, uid: str) -> bool:
        """Bring a discarded call back, its clock standing; False for one that is not known."""
        call = self._discarded.pop(uid, None)
        if call is None:
            return False
        self.open(replace(call, ended=True, ringing=False))
        self._keep(uid)
        self.show(uid)
        return True

    def lay_down(self, uid: str) -> None:
        """A call is done with, without a word: the next one that waits comes to the front, else the panel goes away."""
        was_front = self.panel.front == uid
        self._forget(uid)
        waiting = self.in_sight()
        if was_front and waiting and self.panel.isVisible():
            self.panel.show_call(waiting[0])
        elif not waiting:
            self._put_away()
        self.tell_kept()

    def tell_kept(self) -> None:
        """Say how many calls wait out of sight, and whose the newest is."""
        kept = [uid for uid in self.panel.uids() if uid in self._away] if not self.panel.isVisible() else []
        self.kept.emit(len(kept), self.panel.form(kept[-1]).who if kept else "")

    def reopen(self) -> bool:
        """Show the calls that were put away, newest in front; False when there are none."""
        uids = self.panel.uids()
        if uids:
            self.show(uids[-1])
        return bool(uids)

    def _on_save_wanted(self, uid: str, resolve: bool) -> None:  # noqa: FBT001  a signal's argument
        self.panel.form(uid).caller.once_known(partial(self._save, uid, resolve=resolve))

    def _on_attach_wanted(self, uid: str, number: str) -> None:
        self.panel.form(uid).caller.once_known(partial(self._attach, uid, number))

    def _save(self, uid: str, *, resolve: bool) -> None:
        """Make a ticket of the call; what is wrong is said beside its field, and nothing typed goes away."""
        form = self.panel.form(uid)
        if form.call().ticket:
            self._attach(uid, form.call().ticket)
            return
        form.clear_errors()
        reading = form.reading()
        call, files = self.panel.call(uid), self._files_of(form)
        if not understood(form, reading, new=True) or files is None:
            return
        draft = call_draft(call, reading, form.caller.new_person(), form.phone(), resolve=resolve)
        self._write(uid, call, form.outage.logging(draft, files), self._on_logged)

    def _files_of(self, form: CallForm) -> "tuple[Attachment, ...] | None":
        """What goes along; None, with a word why, when something of it is gone."""
        try:
            return form.files.attachments()
        except Invalid as error:
            form.show_error("attachments", str(error))
            return None

    def attach(self, number: str) -> None:
        """Add the call in front to this ticket; with no call in front, start one that will be added to it."""
        if self.panel.front and self.panel.isVisible():
            self._on_attach_wanted(self.panel.front, number)
        else:
            self.log_call(CallPrefill(ticket=number))

    def _attach(self, uid: str, number: str) -> None:
        form = self.panel.form(uid)
        if form.busy:
            return
        form.clear_errors()
        call, reading = self.panel.call(uid), form.reading()
        files = self._files_of(form)
        if not understood(form, reading) or files is None:
            return
        text = added_text(call, reading, form.caller.new_person())
        record = call_record(call, reading, form.phone(), resolve=False, attached=True)
        person, back, teller = call.person or None, reading.call_back_at, call.call_back_for or None
        self._adding[uid] = number
        self._keep(uid)

        def act(desk: "Desk") -> Done:
            return desk.add_call(
                number,
                text,
                record,
                caller=person,
                call_back_at=back,
                call_back_for=teller,
                attachments=files,
                answers=call.owed or None,
            )

        self._write(uid, call, act, self._on_attached)

    def _write(
        self, uid: str, call: TypedCall, act: "Callable[[Desk], Done]", then: Callable[[Done], None]
    ) -> None:
        form = self.panel.form(uid)
        form.set_busy(busy=True)
        self._operations.write(
            act,
            owner=form,
            then=partial(self._on_saved, uid, call, then),
            failed=partial(self._on_refused, uid),
        )

    def _on_saved(self, uid: str, saved: TypedCall, then: Callable[[Done], None], done: Done) -> None:
        now = self.panel.call(uid)
        then(done)
        if replace(now, seconds=saved.seconds, ended=saved.ended) != saved:
            # Typed while it was being saved: it stays to be saved, or thrown away, by the person.
            form = self.panel.form(uid)
            form.set_busy(busy=False)
            form.files.show_files(file for file in form.files.files if file not in saved.files)
            text = _("{number} is logged. What was typed after that is not in it yet.")
            form.show_error("", text.format(number=done.number))
            return
        self.lay_down(uid)

    def _on_logged(self, done: Done) -> None:
        self._say(_("logged."), done.act, done.number or "")
        if done.number:
            self.logged.emit(done.number)

    def _on_attached(self, done: Done) -> None:
        numbers = " ".join(sorted(done.touched)) or done.number or ""
        self._say(_("has this call now."), done.act, numbers)
        if done.number:
            self.logged.emit(done.number)

    def _on_refused(self, uid: str, error: Exception) -> bool:
        form = self.panel.form(uid)
        form.set_busy(busy=False)
        self._adding.pop(uid, None)
        if not isinstance(error, DeskError):
            return False
        invalid = isinstance(error, Invalid)
        kept = "" if invalid else _("The call is kept as a draft.")
        self.show(uid)
        form.show_error(error.field if invalid else "", f"{error} {kept}".strip())
        return True

    def open(self, call: TypedCall, *, away: bool = False) -> None:
        """Take one more call in, behind the one in front; `away` keeps it out of sight."""
        if away:
            self._away.add(call.uid)
        form = self.panel.add_call(call, self._line, self._lookups.directory.settings.country)
        self._lookups.serve(form)

    def say(self, text: str, lead: str = "") -> None:
        """Tell what was done."""
        self._say(text, "", lead)

    def in_sight(self) -> list[str]:
        """The open calls that were not put away, oldest first."""
        return [uid for uid in self.panel.uids() if uid not in self._away]

    def keep(self, uid: str) -> None:
        """Something of a call has changed that its form does not know."""
        self._keep(uid)
        self.panel.refresh_clocks()

    def show(self, uid: str) -> None:
        """Bring a call to the front, and the panel with it."""
        if not self.panel.isVisible():
            self._before = QApplication.focusWidget()
        self._away.discard(uid)
        self.panel.show_call(uid)
        self.tell_kept()

    def _put_away(self) -> None:
        self.panel.put_away()
        before, self._before = self._before, None
        if before is not None and shiboken6.isValid(before) and before.isVisible():
            before.setFocus()

    def _forget(self, uid: str) -> None:
        self._away.discard(uid)
        self._adding.pop(uid, None)
        self._drafts.discard(PREFIX + uid)
        files = self.panel.form(uid).files
        files.forget(files.files)
        self.panel.remove_call(uid)

    def _keep(self, uid: str) -> None:
        call = replace(self.panel.call(uid), kept_only=uid in self._away, adding=self._adding.get(uid, ""))
        if call.empty:
            self._drafts.discard(PREFIX + uid)
        else:
            self._drafts.keep(PREFIX + uid, call.as_draft())

    def _read_office(self) -> None:
        self._operations.read(
            lambda desk: (desk.actor, desk.directory()), owner=self, then=self._on_office, latest="office"
        )

    def _on_office(self, office: tuple[Agent, Directory]) -> None:
        me, directory = office
        self._lookups.directory = directory
        self._line = CallLine(directory, me.login)
        self.panel.set_line(self._line, directory.settings.country)
        self._returning.ask_whether_saved()
