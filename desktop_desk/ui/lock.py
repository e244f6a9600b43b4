"""Locks the program: the windows go out of sight until somebody gives a password."""

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop_desk.domain.errors import DeskError
from desktop_desk.i18n import _
from desktop_desk.ui.login import Door, LoginForm, Tasks, demo_hint
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.buttons import KeyButton


class LockWindow(QWidget):
    """Stands in the place of the program's windows until somebody is let in; they keep all that was typed.

    Signals:
        unlocked(object desk): a Desk for who was let in; the same agent as before or another.
        closed(): the window was closed instead, so the program should end.
    """

    unlocked = Signal(object)
    closed = Signal()

    def __init__(
        self,
        look: Appearance,
        tasks: Tasks,
        front: Door,
        *,
        desk_name: str = "",
        demo: bool = False,
        windows: Callable[[], Iterable[QWidget]] = QApplication.topLevelWidgets,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._tasks = tasks
        self._front = front
        self._windows = windows
        self._hidden: list[tuple[QWidget, Qt.WindowModality]] = []
        self._active: QWidget | None = None
        self._back_allowed = False
        self.setObjectName("lock_window")
        self.setProperty("look", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        title = desk_name or _("Desktop Desk")
        self.setWindowTitle(_("{desk} is locked").format(desk=title))
        self.form = LoginForm(look, title, hint=demo_hint() if demo else "")
        self.form.asked.connect(self._check)
        self._back = KeyButton(look, _("&Back"), "Esc", quiet=True)
        self._back.setObjectName("back")
        self._back.clicked.connect(self._go_back)
        self.form.foot.addWidget(self._back)
        column = QVBoxLayout(self)
        column.addWidget(self.form, 0, Qt.AlignmentFlag.AlignCenter)
        # The windows with this key are out of sight; who may close the window may also press its key.
        QShortcut(QKeySequence("Ctrl+Q"), self).activated.connect(self.close)

    @property
    def locked(self) -> bool:
        """Whether it stands there now."""
        return self.isVisible()

    def lock(self, login: str, *, by_hand: bool = False) -> None:
        """Hide the windows and ask for this agent's password; another may log in as well."""
        words = _("Locked after a while without use. Nothing that was typed is lost.")
        self._stand(login, _("Locked. Nothing that was typed is lost.") if by_hand else words, back=False)

    def switch_agent(self) -> None:
        """Ask who takes over; Back returns to the windows without a password."""
        self._stand("", _("Who takes over?"), back=True)

    def _stand(self, login: str, words: str, *, back: bool) -> None:
        if self.isVisible():
            # Idle time also ends an open question who takes over: no way back without a password.
            self._back_allowed = self._back_allowed and back
            self._back.setVisible(self._back_allowed)
            return
        self._active = QApplication.activeWindow()
        shown = [window for window in self._windows() if window.isVisible() and window is not self]
        self._back_allowed = back
        self._back.setVisible(back)
        self.form.login.set_value(login)
        self.form.done()
        self.form.say(words)
        if shown:
            main = max(shown, key=lambda window: window.width() * window.height())
            self.setGeometry(main.geometry())
            self.setWindowState(main.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self._hidden = [(window, window.windowModality()) for window in shown]
        for window, _modality in self._hidden:
            window.hide()
        self.activateWindow()
        self.form.focus()

    def _go_back(self) -> None:
        if self._back_allowed:
            self._leave()

    def _leave(self) -> None:
        hidden, self._hidden = self._hidden, []
        for window, modality in hidden:
            # A dialog that was opened over its window forgets, when hidden, that it was modal.
            window.setWindowModality(modality)
            window.show()
        self.hide()
        if self._active is not None:
            self._active.activateWindow()

    def _check(self, login: str, password: str) -> None:
        self.form.wait()
        self._back.setEnabled(False)
        front = self._front
        self._tasks.task(
            lambda: front.log_in(login, password),
            owner=self,
            then=self._on_let_in,
            failed=self._on_refused,
            long=True,
        )

    def _on_let_in(self, desk: Any) -> None:
        self._back.setEnabled(True)
        self.form.done()
        self._leave()
        self.unlocked.emit(desk)

    def _on_refused(self, error: Exception) -> bool:
        self._back.setEnabled(True)
        self.form.refuse(error)
        return isinstance(error, DeskError)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.form.focus()

    def keyPressEvent(self, event: Any) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._go_back()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()
