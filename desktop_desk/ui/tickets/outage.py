"""Outages on the ticket: a strip that says what it is part of, and one message for all who wait."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout

from desktop_desk.domain.errors import DeskError
from desktop_desk.domain.tickets import LIVE_STATES
from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.calls.outage import offered_text
from desktop_desk.ui.menus import FormDialog
from desktop_desk.ui.theme import set_look
from desktop_desk.ui.tickets.outage_hint import OutageHint
from desktop_desk.ui.tickets.outgoing import REPLY, Outgoing
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.form import Field, FieldError

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.outages import Outage, OutageOffer
    from desktop_desk.desk.views import Done, TicketView
    from desktop_desk.ui.main_window import MainWindow

FRESH_MS = 3 * 3_600_000


class OutageOnTicket(QObject):
    """Fills the strip of the ticket that is shown, and does what was wanted."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._band = window.pane.outage
        self._number = ""
        self._outage: Outage | None = None
        self._near: OutageOffer | None = None
        answer_all = window.actions_.bind("ticket.answer_all", self.answer)
        self._hint = OutageHint(window.look, window.pane.composer, answer_all)
        window.ticket_shown.connect(self._on_shown)
        self._band.pressed.connect(self.go)
        self._on_shown(window.pane.view)

    def go(self) -> None:
        """The way on: to the master, the message to all, or the making of an outage."""
        outage, near = self._outage, self._near
        if outage is not None and outage.number != self._number:
            self._window.open_ticket(outage.number)
        elif outage is not None:
            self.answer()
        elif near is not None and near.master:
            self._do(lambda desk: desk.join_outage(near.master, self._number), _("Part of the outage."))
        elif near is not None:
            numbers = (*near.numbers, self._number)
            self._do(
                lambda desk: desk.start_outage(near.subject, numbers), _("The outage has a master ticket.")
            )

    def answer(self) -> None:
        """Ask what all of them are told."""
        if self._outage is not None:
            AnswerAll(self._window, self._outage).open()

    def _do(self, call: "Callable[[Desk], Done]", said: str) -> None:
        def done(made: "Done") -> None:
            self._window.say(f"{made.number or ''} {said}".strip(), made.act)
            self._window.refresh()

        self._window.operations.write(call, owner=self, then=done)

    def _on_shown(self, view: "TicketView | None") -> None:
        if view is None or view.number != self._number:
            self._show(None, None)
        if view is None:
            self._number = ""
            return
        self._number = number = view.number
        text = (
            view.subject if view.state in LIVE_STATES and view.opened > self._window.now() - FRESH_MS else ""
        )

        def read(desk: "Desk") -> "tuple[Outage | None, OutageOffer | None]":
            found = desk.outage(number)
            return found, desk.outage_near(text, but=number) if found is None and text else None

        def then(found: "tuple[Outage | None, OutageOffer | None]") -> None:
            if number == self._number:
                self._show(*found)

        self._window.operations.read(read, owner=self, then=then, latest="outage")

    def _show(self, outage: "Outage | None", near: "OutageOffer | None") -> None:
        self._outage, self._near = outage, near
        waiting = len(outage.waiting) if outage is not None else 0
        master = outage is not None and outage.number == self._number
        # From the ticket of any caller too: who has just logged one more need not look for the master first.
        self._window.actions_["ticket.answer_all"].setEnabled(waiting > 0)
        self._hint.show_waiting(waiting if master else 0)
        if outage is not None and master:
            text = ngettext("Outage: %d caller", "Outage: %d callers", len(outage.parts)) % len(outage.parts)
            self._band.offer(f"{text} · {_waits(outage)}", _("answer all…") if waiting else "")
        elif outage is not None:
            text = _("Part of the outage {number} · {subject}")
            self._band.offer(text.format(number=outage.number, subject=outage.subject), _("open"))
        elif near is not None:
            self._band.offer(offered_text(near), _("part of it") if near.master else _("make it an outage"))
        else:
            self._band.say("")


def _waits(outage: "Outage") -> str:
    """How many callers wait, and of how many that know what is going on the tickets only are not resolved."""
    waiting, told = len(outage.waiting), sum(part.told for part in outage.waiting)
    if told:
        known = ngettext("%d told", "%d told", told) % told
        return (
            ngettext("{told}, %d not resolved", "{told}, %d not resolved", waiting).format(told=known)
            % waiting
        )
    return ngettext("%d waits", "%d wait", waiting) % waiting


class AnswerAll(FormDialog):
    """One message for every caller of an outage who waits; Ctrl+Enter sends it."""

    def __init__(self, window: "MainWindow", outage: "Outage") -> None:
        super().__init__(window)
        self.setObjectName("answer_all")
        self.setWindowTitle(_("Answer all of {number}").format(number=outage.number))
        self.setMinimumWidth(520)
        self._window = window
        self._number = outage.number
        look = window.look
        self.text = QPlainTextEdit(self)
        self.text.setObjectName("answer_all_text")
        self.text.setTabChangesFocus(True)
        view, composer = window.pane.view, window.pane.composer
        # Whoever has begun a reply on the master ticket need not type it again; one to a single caller is not for all.
        on_master = view is not None and view.number == outage.number
        self._begun = composer.text() if on_master and composer.kind == REPLY else ""
        self.text.setPlainText(self._begun)
        self.text.selectAll()
        self.over = QCheckBox(_("It is &over: resolve all of them"), self)
        self.over.setObjectName("answer_all_over")
        self._error = FieldError(self)
        self._who = who_text(outage)
        who = QLabel(self._who, self)
        who.setObjectName("answer_all_who")
        who.setWordWrap(True)
        set_look(who, "meta")
        self._send = KeyButton(look, _("Tell all of them"), "Ctrl+Enter", primary=True, parent=self)
        self._send.setObjectName("answer_all_send")
        self._send.clicked.connect(self.finish)
        leave = KeyButton(look, _("Cancel"), "Esc", parent=self)
        leave.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(10)
        column.addWidget(Field(look, _("&Message to every caller who waits"), self.text, parent=self))
        column.addWidget(who)
        column.addWidget(self.over)
        column.addWidget(self._error)
        row = QHBoxLayout()
        row.addWidget(self._send)
        row.addWidget(leave)
        row.addStretch(1)
        column.addLayout(row)
        self.finished.connect(self.deleteLater)
        self.text.setFocus()

    def finish(self) -> None:
        """Tell them; what is refused is said, and the words stay."""
        if not self._send.isEnabled():
            return
        self._send.setEnabled(False)
        number, text, over = self._number, self.text.toPlainText(), self.over.isChecked()
        self._window.operations.write(
            lambda desk: desk.answer_outage(number, text, resolve=over),
            owner=self, then=self._on_done, failed=self._on_failed,
        )  # fmt: skip

    def _on_done(self, done: "Done") -> None:
        self._window.say(_("Answered: {who}").format(who=self._who), done.act)
        view, composer = self._window.pane.view, self._window.pane.composer
        if self._begun and view is not None and view.number == self._number:
            composer.done(Outgoing(view.uid, view.number, REPLY, self._begun))
        self.accept()

    def _on_failed(self, error: Exception) -> bool:
        self._send.setEnabled(True)
        if not isinstance(error, DeskError):
            return False
        self._error.show_error(str(error))
        return True


def who_text(outage: "Outage") -> str:
    """How many of those who wait are told in which way."""
    ways = [part.way for part in outage.waiting]
    mail, call, nobody = ways.count("mail"), ways.count("call"), ways.count("nobody")
    told = ngettext("%d to be called: it stands in For me", "%d to be called: they stand in For me", call)
    parts = (
        ngettext("%d by mail", "%d by mail", mail) % mail if mail else "",
        told % call if call else "",
        ngettext("%d without a known caller", "%d without a known caller", nobody) % nobody if nobody else "",
    )
    return " · ".join(filter(None, parts)) or _("Nobody waits any more.")


def join(window: "MainWindow") -> None:
    """Show outages on the tickets of a window."""
    OutageOnTicket(window)
