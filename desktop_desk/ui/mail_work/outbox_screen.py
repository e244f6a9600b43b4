"""Joins the outbox on screen to the desk and to whoever sends."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.mail_work.outbox_view import ON_LETTERS, OutboxView
from desktop_desk.ui.widgets.for_good import ForGood

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.letters import WaitingLetter
    from desktop_desk.desk.views import Done
    from desktop_desk.ui.mail_work.keeper import MailKeeper
    from desktop_desk.ui.main_window import MainWindow

SECOND_MS = 1000
"""While it is in sight, seconds are counted down in it."""


class OutboxScreen(QObject):
    """Keeps the outbox in sight up to date, and does what is asked with its letters."""

    def __init__(self, view: OutboxView, window: "MainWindow", keeper: "MailKeeper") -> None:
        super().__init__(view)
        self._view = view
        self._window = window
        self._operations = window.operations
        self._keeper = keeper
        self._clock = QTimer(self)
        self._clock.setInterval(SECOND_MS)
        self._clock.timeout.connect(self._on_second)
        view.chosen.connect(self._on_chosen)
        view.opened.connect(window.middle.opened)
        view.restored.released.connect(self._release)
        view.restored.discarded.connect(self._discard)
        keeper.looked.connect(self._on_looked)
        window.operations.changed.connect(self._on_looked)

    @property
    def widget(self) -> QWidget:
        """All of it."""
        return self._view

    def place(self) -> QWidget:
        """Where the cursor goes."""
        return self._view.table

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) letter."""
        self._view.step(by)

    def begin(self) -> None:
        """The person comes to it."""
        self._clock.start()
        self.refresh()
        self.update_actions()

    def refresh(self) -> None:
        """Read what waits."""
        self._operations.read(lambda desk: desk.letters(), owner=self, then=self._show, latest="letters")

    def update_actions(self) -> None:
        """Only what can be done with the letter that has the cursor, while it is in sight."""
        letter = self._current()
        for name in ON_LETTERS:
            self._window.actions_[name].setEnabled(_can(name, letter))

    def try_now(self) -> None:
        """Let the letter go at once."""
        self._act(
            self._current(), lambda desk, uid: desk.try_letter(uid), _("{to}: tried now"), self._keeper.tick
        )

    def stop(self) -> None:
        """Keep the letter back."""
        self._act(self._current(), lambda desk, uid: desk.stop_letter(uid), _("{to}: stopped. T lets it go."))

    def drop(self) -> None:
        """Ask whether the letter shall never be sent: it cannot be undone."""
        letter = self._current()
        if letter is None:
            return
        words = _(
            "The mail to {to} about {number} is never sent. The ticket keeps its words, and tells that."
        )
        question = ForGood(
            self._window.look,
            _("Do not send"),
            _("Never send this mail?"),
            words.format(to=_to(letter), number=letter.number),
            _("&Do not send"),
            parent=self._window,
        )
        # The cursor may be on another letter by then: this one may be sent while the question stands.
        question.accepted.connect(partial(self._drop, letter))
        question.open()

    def change_address(self) -> None:
        """Open the caller: a letter goes to the address that he has when it goes."""
        letter = self._current()
        if letter is not None and letter.person is not None:
            self._window.parts.person(self._window, letter.person)

    # Inside

    def _current(self) -> "WaitingLetter | None":
        return self._view.current() if self._view.isVisible() else None

    def _act(
        self,
        letter: "WaitingLetter | None",
        call: "Callable[[Desk, str], Done]",
        says: str,
        then: Callable[[], None] = lambda: None,
    ) -> None:
        if letter is None:
            return
        uid, said = letter.uid, says.format(to=_to(letter))

        def done(_done: "Done") -> None:
            self._window.say(said)
            self.refresh()
            then()

        self._operations.write(lambda desk: call(desk, uid), owner=self, then=done)

    def _drop(self, letter: "WaitingLetter") -> None:
        self._act(letter, lambda desk, uid: desk.drop_letter(uid), _("{to}: not sent"))

    def _release(self) -> None:
        self._decide(_released, _("Mail goes out again."))

    def _discard(self) -> None:
        self._decide(_discarded, _("Thrown away. New mail goes out again."))

    def _decide(self, call: "Callable[[Desk], None]", says: str) -> None:
        def done(_none: None) -> None:
            self._window.say(says)
            self.refresh()
            self._keeper.tick()

        self._operations.read(call, owner=self, then=done)

    # What happened

    def _show(self, letters: "tuple[WaitingLetter, ...]") -> None:
        self._view.show_letters(letters)
        self.update_actions()

    def _on_chosen(self, letter: "WaitingLetter | None") -> None:
        self.update_actions()
        if letter is None or not self._view.isVisible():
            return
        if not letter.number:
            self._window.middle.ticketless.emit()
        else:
            self._window.open_ticket(letter.number, letter.uid if letter.kind == "reply" else "")

    def _on_second(self) -> None:
        if self._view.isVisible():
            self.refresh()
        else:
            self._clock.stop()
            self.update_actions()

    def _on_looked(self, *_what: object) -> None:
        if self._view.isVisible():
            self.refresh()


def _to(letter: "WaitingLetter") -> str:
    return letter.to or _("the caller")


def _can(name: str, letter: "WaitingLetter | None") -> bool:
    if letter is None or letter.state == "sending":
        return False
    if name == "mail.address":
        return letter.person is not None
    if name == "mail.stop":
        return letter.state not in {"by_hand", "restored"}
    return letter.state != "restored"


def _released(desk: "Desk") -> None:
    desk.need_sharing()
    desk.outbox().release()


def _discarded(desk: "Desk") -> None:
    desk.need_sharing()
    desk.outbox().discard()
