"""The window that asks who is there: at start, and when another agent takes over."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.domain.errors import AccessDenied, DeskError
from desktop_desk.i18n import _
from desktop_desk.ui.settings.editors import LineEditor
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.form import Field

CARD_WIDTH = 380
TRIES_BEFORE_HINT = 3
"""Refusals in one window, of whatever login, after which the window tells of the lock-out."""

T = TypeVar("T")


class Tasks(Protocol):
    """What runs slow things off the UI thread: Operations, or Background before a desk is open."""

    def task(
        self,
        call: Callable[[], T],
        *,
        owner: QObject,
        then: Callable[[T], None],
        failed: Callable[[Exception], bool] | None = None,
        latest: str = "",
        long: bool = False,
    ) -> object:
        """Run `call` on another thread; answer on this one."""
        ...


class Door(Protocol):
    """A desk that is open to nobody yet."""

    def log_in(self, login: str, password: str) -> Any:
        """The desk for this agent; raises AccessDenied."""
        ...

    def recover(self, code: str, login: str, password: str) -> Any:
        """The same for an administrator with the recovery code, and a new password."""
        ...


class LoginForm(QFrame):
    """Asks for login and password, and says why that did not work.

    Signals:
        asked(str login, str password): the person wants to log in.
    """

    asked = Signal(str, str)

    def __init__(
        self, look: Appearance, title: str, *, login: str = "", hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._refusals = 0
        self.setProperty("look", "card")
        self.setFixedWidth(CARD_WIDTH)
        self._title = QLabel(title)
        self._title.setObjectName("login_title")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        self._title.setProperty("look", "subject")
        self.login = LineEditor()
        self.login.setObjectName("login")
        self.login.setText(login)
        self.password = LineEditor(hidden=True)
        self.password.setObjectName("password")
        self._answer = QLabel()
        self._answer.setObjectName("login_answer")
        self._answer.setAccessibleName(_("Answer"))
        self._advice = QLabel(_("Too many tries lock a login for a while."))
        self._advice.setObjectName("login_advice")
        self._advice.hide()
        self._hint = QLabel(hint)
        self._hint.setObjectName("login_hint")
        self._hint.setVisible(bool(hint))
        for line, name in ((self._answer, "error"), (self._advice, "meta"), (self._hint, "meta")):
            line.setTextFormat(Qt.TextFormat.PlainText)
            line.setWordWrap(True)
            line.setProperty("look", name)
        self.button = KeyButton(look, _("&Log in"), "Enter", primary=True)
        self.button.setObjectName("log_in")
        self.button.clicked.connect(self._ask)
        self._build(look)

    def _build(self, look: Appearance) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(self._title)
        column.addWidget(Field(look, _("&User name or e-mail"), self.login))
        column.addWidget(Field(look, _("&Password"), self.password))
        column.addWidget(self._answer)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.addWidget(self.button)
        self.foot.addStretch(1)
        column.addWidget(self._advice)
        column.addLayout(self.foot)
        column.addWidget(self._hint)
        self.say("")

    def focus(self) -> None:
        """Put the focus where typing goes on: the password when the login is known."""
        (self.password if self.login.value() else self.login).setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, text: str, *, error: bool = False) -> None:
        """Show one line under the fields; the empty text takes it away."""
        set_look(self._answer, "error" if error else "muted")
        self._answer.setText(text)
        self._answer.setVisible(bool(text))

    def wait(self) -> None:
        """Say that the check runs; the fields take no keys until it is over."""
        for widget in (self.login, self.password, self.button):
            widget.setEnabled(False)
        self.say(_("Checking the password…"))

    def refuse(self, error: Exception) -> None:
        """Say what went wrong; the login stays, the password goes, and the focus waits for another."""
        for widget in (self.login, self.password, self.button):
            widget.setEnabled(True)
        if isinstance(error, AccessDenied):
            # The same words for an unknown login, a wrong password and a locked login: they tell nobody which. Only
            # what is wrong with the file of an encrypted desk comes with an advice.
            self._refusals += 1
            self.say(str(error) if error.advice else _("Access denied"), error=True)
            if self._refusals >= TRIES_BEFORE_HINT:
                self._advice.show()
        elif isinstance(error, DeskError):
            self.say(str(error), error=True)
        self.password.clear()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def done(self) -> None:
        """Forget the password and the refusals."""
        for widget in (self.login, self.password, self.button):
            widget.setEnabled(True)
        self._refusals = 0
        self._advice.hide()
        self.password.clear()
        self.say("")

    def _ask(self) -> None:
        login, password = self.login.value(), self.password.value()
        if not login:
            self.login.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not password:
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.asked.emit(login, password)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.button.isEnabled():
            self._ask()
        else:
            super().keyPressEvent(event)


class LoginWindow(QWidget):
    """Lets an agent in.

    Args:
        tasks: runs the check of the password off the UI thread.
        front: the desk to log in to.
        login: who was here last, empty when nobody was.
        desk_name: what the window calls the desk.
        demo: tell the demo's logins; only for the demo desk.
        encrypted: offer the way in with a recovery code.

    Signals:
        logged_in(object desk): a Desk of the agent who is let in.
        cancelled(): the window was closed without that.
    """

    logged_in = Signal(object)
    cancelled = Signal()

    def __init__(
        self,
        look: Appearance,
        tasks: Tasks,
        front: Door,
        *,
        login: str = "",
        desk_name: str = "",
        demo: bool = False,
        encrypted: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._look = look
        self._tasks = tasks
        self._front = front
        self._let_in = False
        self.setObjectName("login_window")
        self.setProperty("look", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        title = desk_name or _("Desktop Desk")
        self.setWindowTitle(_("Log in to {desk}").format(desk=title))
        self.form = LoginForm(look, title, login=login, hint=demo_hint() if demo else "")
        self.form.asked.connect(self._check)
        if encrypted:
            self._add_recovery(look)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 32, 32, 32)
        column.addWidget(self.form, 0, Qt.AlignmentFlag.AlignCenter)

    def _add_recovery(self, look: Appearance) -> None:
        button = KeyButton(look, _("&Recovery code…"), quiet=True)
        button.setObjectName("recovery")
        button.setAccessibleDescription(_("For an administrator who has lost his password"))
        button.clicked.connect(self._ask_recovery)
        self.form.foot.addWidget(button)

    def _ask_recovery(self) -> None:
        from desktop_desk.ui.recovery import RecoverDialog

        dialog = RecoverDialog(
            self._look, self._tasks, self._front, login=self.form.login.value(), parent=self
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.let_in.connect(self._on_let_in)
        dialog.open()

    def _check(self, login: str, password: str) -> None:
        self.form.wait()
        front = self._front
        self._tasks.task(
            lambda: front.log_in(login, password),
            owner=self,
            then=self._on_let_in,
            failed=self._on_refused,
            long=True,
        )

    def _on_let_in(self, desk: object) -> None:
        self._let_in = True
        self.form.done()
        self.logged_in.emit(desk)

    def _on_refused(self, error: Exception) -> bool:
        self.form.refuse(error)
        return isinstance(error, DeskError)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.form.focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if not self._let_in:
            self.cancelled.emit()


def demo_hint() -> str:
    """The line that tells a visitor of the demo how to get in."""
    return _("Demo desk: log in as john, jane or admin; the password is demo.")
