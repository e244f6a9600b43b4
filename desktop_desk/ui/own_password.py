"""Change my password: the old one once more, the new one twice."""

from typing import TYPE_CHECKING

from desktop_desk.desk.passwords import SHORTEST_PASSWORD
from desktop_desk.domain.errors import AccessDenied, Invalid
from desktop_desk.i18n import _
from desktop_desk.ui.copies.work_dialog import WorkDialog
from desktop_desk.ui.settings.editors import LineEditor
from desktop_desk.ui.widgets.window_size import fit_to_text

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.front_door import FrontDoor
    from desktop_desk.desk.views import Done
    from desktop_desk.ui.main_window import MainWindow


class OwnPassword(WorkDialog):
    """Lets the agent who is logged in choose another password; the front door sees whether the old one is his."""

    def __init__(self, window: "MainWindow", front: "FrontDoor") -> None:
        super().__init__(window.look, "own_password", _("Change my password"), _("&Change it"), parent=window)
        self._window = window
        self._front = front
        fit_to_text(self, window.look, 520, 420)
        self.paragraph(
            "own_password_what",
            _("You log in with the new one from now on; on other copies of this desk after their next sync."),
        )
        self.old, self.new, self.again = (LineEditor(hidden=True) for _each in range(3))
        self.add("old", _("Your &password now"), self.old)
        self.add(
            "password", _("The &new one"), self.new,
            _("At least {n} characters.").format(n=SHORTEST_PASSWORD),
        )  # fmt: skip
        self.add("again", _("The new one a&gain"), self.again)
        self.column.addStretch(1)
        self.old.setFocus()

    def problems(self) -> dict[str, str]:
        """The old one, and the new one twice alike."""
        found: dict[str, str] = {}
        if not self.old.value():
            found["old"] = _("Type the password you log in with now.")
        if len(self.new.value()) < SHORTEST_PASSWORD:
            found["password"] = _("A password needs at least {n} characters.").format(n=SHORTEST_PASSWORD)
        elif self.new.value() != self.again.value():
            found["again"] = _("The two passwords differ. Type the same one twice.")
        return found

    def begin(self) -> None:
        """Look whether the old one is his, then set the new one; both are slow on purpose, off this thread."""
        old, new, front = self.old.value(), self.new.value(), self._front

        def change(desk: "Desk") -> "Done":
            me = desk.actor
            try:
                known = front.log_in(me.login, old).actor.uid == me.uid
            except AccessDenied as error:
                raise _wrong() from error
            if not known:
                raise _wrong()
            return desk.set_password(me.uid, new)

        self.wait(_("Changing it…"))
        self._window.operations.write(change, owner=self, then=self._on_changed, failed=self.refused)

    def _on_changed(self, _done: "Done") -> None:
        self._window.say(_("Your password is changed."))
        self.accept()


def _wrong() -> Invalid:
    return Invalid("old", _("This is not your password."), _("After several failures wait for some minutes."))
