"""Ten seconds to think: what was just sent is told with the time it is held, and undo takes it back into the editor."""

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from desktop_desk.i18n import _
from desktop_desk.ui.tickets.outgoing import REPLY, Outgoing
from desktop_desk.ui.tickets.pending_files import BYTES, PendingFile, from_draft, to_draft

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.letters import WaitingLetter
    from desktop_desk.desk.views import Done, TicketView
    from desktop_desk.ui.main_window import MainWindow

SECOND_MS: Final = 1000
MOST: Final = 20
"""So many replies are remembered that wait longer, since the server is away."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A reply that waits, as it was written here; `reply` is the id of its entry, `act` what undo takes back."""

    written: Outgoing
    reply: str
    act: str


class UndoSend(QObject):
    """Tells of a reply that it is held, and gives it back to its author when he undoes it."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._known: Outgoing | None = None
        self._held: dict[str, _Held] = {}
        self._act, self._until = "", 0
        self._to_open = ""
        self._second = QTimer(self)
        self._second.setInterval(SECOND_MS)
        self._second.timeout.connect(self._count_down)
        window.operations.changed.connect(self._on_changed)
        window.ticket_shown.connect(self._on_shown)
        window.toasts.gone.connect(self._second.stop)

    # Sent

    def _on_changed(self, done: "Done", _initiator: object) -> None:
        if not done.act:
            return
        asked = self._window.pane.composer.asked
        if asked is not None and asked is not self._known and done.number == asked.number:
            self._known = asked
            if asked.kind == REPLY:
                self._ask_whether_held(asked, done.act)
        elif self._held:
            self._ask_what_stands()

    def _ask_whether_held(self, written: Outgoing, act: str) -> None:
        def told(letter: "WaitingLetter | None") -> None:
            if letter is not None:
                self._begin(written, act, letter)

        self._window.operations.read(lambda desk: desk.held_reply(act), owner=self, then=told)

    def _begin(self, written: Outgoing, act: str, letter: "WaitingLetter") -> None:
        self._held[act] = _Held(written, letter.uid, act)
        for old in list(self._held)[:-MOST]:
            del self._held[old]
        if letter.state == "held" and letter.due is not None:
            self._act, self._until = act, letter.due
            window = self._window
            window.toasts.say(
                self._words(), _("Undo"), window.actions_.keys("ticket.undo")[0], token=act,
                seconds=max(1.0, (letter.due - window.now()) / 1000),
            )  # fmt: skip
            self._second.start()

    def _words(self) -> str:
        seconds = max(0, -(-(self._until - self._window.now()) // SECOND_MS))
        return _("Goes out in {n} s").format(n=seconds) if seconds else _("Sending…")

    def _count_down(self) -> None:
        toasts = self._window.toasts
        if toasts.token != self._act:
            self._second.stop()
            return
        toasts.retell(self._words())

    # Taken back

    def _ask_what_stands(self) -> None:
        held = tuple(self._held.values())

        def told(standing: dict[str, bool]) -> None:
            for each in held:
                if not standing[each.act] and self._held.pop(each.act, None) is not None:
                    self._take_back(each.written)

        self._window.operations.read(lambda desk: _standing(desk, held), owner=self, then=told)

    def _take_back(self, written: Outgoing) -> None:
        """Put a reply back into the editor it came from, before whatever was written there since."""
        window = self._window
        self._keep_bytes(written)
        newer = window.drafts.read(written.key)
        texts = (written.text, newer.text if newer is not None else "")
        files = (*written.files, *(from_draft(newer.content) if newer is not None else ()))
        text = "\n\n".join(each for each in texts if each)
        content = {"text": text, "files": to_draft(_each_once(files))} if files else text
        window.drafts.keep(written.key, content, written.position)
        if window.toasts.token == self._act:
            window.toasts.dismiss()
        self._to_open = written.uid
        view = window.pane.view
        if view is not None and view.uid == written.uid:
            self._on_shown(view)
        else:
            window.open_ticket(written.number)

    def _keep_bytes(self, written: Outgoing) -> None:
        """What was pasted is nowhere else any more."""
        for file, attached in zip(written.files, written.attachments, strict=True):
            if isinstance(attached.source, bytes):
                kept = {"data": base64.b64encode(attached.source).decode()}
                self._window.drafts.keep(f"{BYTES}{file.key}", kept)

    def _on_shown(self, view: "TicketView | None") -> None:
        if view is None or view.uid != self._to_open:
            return
        self._to_open = ""
        composer = self._window.pane.composer
        composer.show_ticket(None)
        composer.show_ticket(view)
        composer.open(REPLY)


def _standing(desk: "Desk", held: tuple[_Held, ...]) -> dict[str, bool]:
    return {each.act: desk.reply_stands(each.written.uid, each.reply) for each in held}


def _each_once(files: tuple[PendingFile, ...]) -> list[PendingFile]:
    return list({file.key: file for file in files}.values())
