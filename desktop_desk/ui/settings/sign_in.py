"""Signs this computer in to a mailbox: shows the code to type at its provider, waits, and says what came of it."""

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.domain.errors import DeskError
from desktop_desk.i18n import _
from desktop_desk.ui.background import Background
from desktop_desk.ui.operations import Tasks
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton

if TYPE_CHECKING:
    from desktop_desk.channels.mail_tokens import Invitation
    from desktop_desk.channels.mail_trial import Trial
    from desktop_desk.desk.directory import Mailbox

PATIENCE = 0.5
"""Seconds that closing waits for a provider that does not answer."""


class SignInDialog(QDialog):
    """Runs on threads of its own, since a person at a provider may take minutes; closing it ends the waiting.

    Signals:
        ended(): it is signed in, or will not be.
        broke(Exception): a mistake of ours, to be shown as one.
    """

    ended = Signal()
    broke = Signal(object)

    def __init__(
        self, look: Appearance, box: "Mailbox", *, background: Background | None = None, parent: QWidget | None = None
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._box = box
        self._left = threading.Event()
        self._invitation: Invitation | None = None
        self._background = background or Background(patience=PATIENCE, parent=self)
        self._tasks = Tasks(self._background, parent=self)
        self._tasks.failed.connect(self.broke)
        self.setObjectName("sign_in_dialog")
        self.setWindowTitle(_("Sign in to {name}").format(name=box.name))
        self.setMinimumWidth(480)
        self._what = self._label("sign_in_what", "")
        self._code = self._label("sign_in_code", "subject")
        self._says = self._label("sign_in_says", "muted")
        self._open = KeyButton(look, _("&Open the page"), primary=True, parent=self)
        self._open.setObjectName("sign_in_open")
        self._open.clicked.connect(self._open_page)
        self._copy = KeyButton(look, _("&Copy the code"), icon="copy", parent=self)
        self._copy.setObjectName("sign_in_copy")
        self._copy.clicked.connect(self._copy_code)
        close = KeyButton(look, _("Close"), "Esc", parent=self)
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        for button in (self._open, self._copy):
            button.hide()
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 18)
        column.setSpacing(12)
        for label in (self._what, self._code, self._says):
            column.addWidget(label)
        column.addLayout(buttons)
        self.finished.connect(self._on_finished)

    def _label(self, name: str, look: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        if look:
            set_look(label, look)
        return label

    def begin(self) -> None:
        """Ask the provider for a code."""
        box = self._box
        self._says.setText(_("Asking the provider…"))

        def ask() -> "Invitation":
            from desktop_desk.channels.mail_tokens import invited

            return invited(box)

        self._tasks.task(ask, owner=self, then=self._on_invited, failed=self._on_failed, long=True)

    def _on_invited(self, invitation: "Invitation") -> None:
        self._invitation = invitation
        self._what.setText(
            _("Open {address} in a browser and type this code:").format(address=invitation.address)
        )
        self._code.setText(invitation.code)
        self._says.setText(_("Waiting until it is allowed there…"))
        self._open.show()
        self._copy.show()
        self._open.setFocus(Qt.FocusReason.OtherFocusReason)
        box, left = self._box, self._left

        def wait() -> "tuple[Trial, ...] | None":
            from desktop_desk.channels.mail_passwords import keep_sign_in
            from desktop_desk.channels.mail_tokens import AccessTokens, awaited
            from desktop_desk.channels.mail_trial import try_mailbox

            tokens = awaited(box, invitation, left.wait)
            if tokens is None:
                return None
            keep_sign_in(box, tokens.refresh)
            access = AccessTokens()
            access.start(box, tokens)
            return try_mailbox(box, tokens.refresh, access=access)

        self._tasks.task(wait, owner=self, then=self._on_signed_in, failed=self._on_failed, long=True)

    def _on_signed_in(self, trials: "tuple[Trial, ...] | None") -> None:
        if trials is None:
            return
        self._open.hide()
        self._copy.hide()
        self._code.hide()
        self._what.setText(_("This computer is signed in to {name}.").format(name=self._box.name))
        lines = [f"{'✓' if trial.ok else '✗'} {trial.said} {trial.advice}".strip() for trial in trials]
        self._say("\n".join(lines), error=not all(trial.ok for trial in trials))
        self.ended.emit()

    def _on_failed(self, error: Exception) -> bool:
        known = isinstance(error, DeskError)
        self._say(str(error) if known else _("Signing in did not work."), error=True)
        self._open.hide()
        self._copy.hide()
        self.ended.emit()
        return known

    def _say(self, words: str, *, error: bool) -> None:
        set_look(self._says, "error" if error else "ok")
        self._says.setText(words)

    def _open_page(self) -> None:
        if self._invitation is not None:
            QDesktopServices.openUrl(QUrl(self._invitation.direct or self._invitation.address))

    def _copy_code(self) -> None:
        QGuiApplication.clipboard().setText(self._code.text())

    def _on_finished(self) -> None:
        """Nobody waits any more."""
        self._left.set()
        self._background.stop()
        self.deleteLater()
