"""Joins the outbox on screen to the desk and to whoever sends."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.mail_work.outbox_view import ON_LETTERS, OutboxView

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
        window.operations.changed.connect(self._on_changed)

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
        self._act(lambda desk, uid: desk.try_letter(uid), _("{to}: tried now"), self._keeper.tick)

    def stop(self) -> None:
        """Keep the letter back."""
        self._act(lambda desk, uid: desk.stop_letter(uid), _("{to}: stopped. T lets it go."))

    def drop(self) -> None:
        """Never send the letter, once the person has said so twice: it cannot be undone."""
        letter = self._current()
        if letter is None:
            return
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(self._window)
        box.setObjectName("outbox_drop")
        box.setWindowTitle(_("Do not send"))
        box.setText(
            _(
                "The mail to {to} about {number} is never sent. The ticket keeps its words, and tells that."
            ).format(to=letter.to or _("the caller"), number=letter.number)
        )
        yes = box.addButton(_("&Do not send"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        yes.clicked.connect(self._drop)
        box.finished.connect(box.deleteLater)
        box.open()

    def change_address(self) -> None:
        """Open the caller: a letter goes to the address that he has when it goes."""
        letter = self._current()
        if letter is not None and letter.person is not None:
            self._window.parts.person(self._window, letter.person)

    # Inside

    def _current(self) -> "WaitingLetter | None":
        return self._view.current() if self._view.isVisible() else None

    def _act(
        self, call: "Callable[[Desk, str], Done]", says: str, then: Callable[[], None] | None = None
    ) -> None:
        letter = self._current()
        if letter is None:
            return
        uid, to = letter.uid, letter.to or _("the caller")

        def done(_done: "Done") -> None:
            self._window.say(says.format(to=to))
            self.refresh()
            if then is not None:
                then()

        self._operations.write(lambda desk: call(desk, uid), owner=self, then=done)

    def _drop(self) -> None:
        self._act(lambda desk, uid: desk.drop_letter(uid), _("{to}: not sent"))

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
        if letter is not None and letter.number and self._view.isVisible():
            self._window.open_ticket(letter.number, letter.uid if letter.kind == "reply" else "")

    def _on_second(self) -> None:
        if self._view.isVisible():
            self.refresh()
        else:
            self._clock.stop()
            self.update_actions()

    def _on_looked(self) -> None:
        if self._view.isVisible():
            self.refresh()

    def _on_changed(self, _done: "Done", _initiator: object) -> None:
        self._on_looked()


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
