"""The recovery code of an encrypted desk: shown once to be printed, and asked for when a password is lost."""

import html
from collections.abc import Mapping
from typing import Any, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.desk.passwords import SHORTEST_PASSWORD
from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _
from desktop_desk.ui.first_start_steps import Step
from desktop_desk.ui.login import Tasks
from desktop_desk.ui.printing import ask_printer
from desktop_desk.ui.said import Said
from desktop_desk.ui.settings.editors import LineEditor
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.form import Field

_LETTER_SIZE = 1.4
"""Of the code, as a multiple of the text's: it is copied by hand where there is no printer."""


class RecoveryCode(QWidget):
    """Shows a code with what it is for, to be copied, printed or written down.

    It counts as kept when somebody types its last group from the paper.
    """

    def __init__(self, look: Appearance, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._last = "", ""
        words = QLabel(
            _(
                "This code opens the desk when passwords or its file of keys are lost. Nobody can open it then without"
                " the code, and it is not shown again. Print it or write it down, and lock it away."
            )
        )
        words.setWordWrap(True)
        self._code = QLabel()
        self._code.setObjectName("recovery_code")
        self._code.setAccessibleName(_("Recovery code"))
        self._code.setWordWrap(True)
        self._code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(self.font().pointSizeF() * _LETTER_SIZE)
        font.setWeight(QFont.Weight.DemiBold)
        self._code.setFont(font)
        self._copy = KeyButton(look, _("&Copy"))
        self._copy.setObjectName("copy_code")
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._code.text()))
        self._print = KeyButton(look, _("P&rint…"))
        self._print.setObjectName("print_code")
        self._print.clicked.connect(lambda: ask_printer(self, self._paper))
        self._typed = LineEditor()
        self._typed.setObjectName("last_group")
        self._field = Field(look, _("&Type the last group of the code, from the paper"), self._typed)
        self._typed.edited.connect(self._field.clear_error)
        self._build(words)

    def _build(self, words: QLabel) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._copy)
        row.addWidget(self._print)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(words)
        column.addWidget(self._code)
        column.addLayout(row)
        column.addWidget(self._field)

    def show_code(self, code: str, desk: str) -> None:
        """Show a code; `desk` is the file that it belongs to."""
        self._desk = desk
        self._code.setText(code)
        self._last = code.rpartition("-")[2]

    def focus(self) -> None:
        """Put the focus where the last group is typed."""
        self._typed.setFocus(Qt.FocusReason.OtherFocusReason)

    def is_kept(self) -> bool:
        """Whether the last group was typed; says so when it was not."""
        typed = "".join(self._typed.value().split()).rpartition("-")[2].upper()
        words = ""
        if not typed:
            words = _("Print the code or write it down, then type its last group.")
        elif typed != self._last:
            words = _("That is another group. The last one stands at the end of the code.")
        self._field.set_error(words)
        if words:
            self.focus()
        return not words

    def _paper(self) -> QTextDocument:
        """What is printed: the code, and which desk it opens."""
        page = QTextDocument(self)
        title, words = (
            _("Recovery code of a desk"),
            _("Lock this away. Whoever has it and the file can read the desk."),
        )
        code, desk = html.escape(self._code.text()), html.escape(self._desk)
        page.setHtml(f"<h2>{title}</h2><p>{desk}</p><h2><tt>{code}</tt></h2><p>{words}</p>")
        return page


class RecoveryStep(Step):
    """The recovery code of the desk that was just made; the desk opens once somebody has it on paper."""

    def __init__(self, look: Appearance) -> None:
        super().__init__(look, _("Your recovery code"), _("Open the &desk"))
        self.code = RecoveryCode(look)
        self.column.addWidget(self.code)
        self.column.addStretch(1)

    def is_good(self) -> bool:
        """Whether somebody has the code."""
        return self.code.is_kept()

    def focus(self) -> None:
        """Put the focus where the last group is typed."""
        self.code.focus()


class Recoverable(Protocol):
    """An encrypted desk that nobody can log in to."""

    def recover(self, code: str, login: str, password: str) -> Any:
        """The desk for this administrator, who has the new password from now on."""
        ...


class RecoverDialog(QDialog):
    """Asks for the recovery code and a new password.

    Signals:
        let_in(object desk): a Desk of the administrator.
    """

    let_in = Signal(object)

    def __init__(
        self,
        look: Appearance,
        tasks: Tasks,
        front: Recoverable,
        *,
        login: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._front = front
        self.setObjectName("recover_dialog")
        self.setWindowTitle(_("Log in with the recovery code"))
        self.setMinimumWidth(440)
        self.code = LineEditor()
        self.login = LineEditor()
        self.login.setText(login)
        self.password = LineEditor(hidden=True)
        self.again = LineEditor(hidden=True)
        self._fields: dict[str, Field] = {}
        self._answer = Said("answer")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        for name, label, editor, hint in (
            ("recovery", _("&Recovery code"), self.code, _("Seven groups of five letters.")),
            ("login", _("&User name of an administrator"), self.login, ""),
            (
                "password",
                _("New &password"),
                self.password,
                _("At least {n} characters.").format(n=SHORTEST_PASSWORD),
            ),
            ("again", _("Password &again"), self.again, ""),
        ):
            editor.setObjectName(name)
            self._fields[name] = Field(look, label, editor, hint=hint)
            column.addWidget(self._fields[name])
        column.addWidget(self._answer)
        self._add_foot(look, column)
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add_foot(self, look: Appearance, column: QVBoxLayout) -> None:
        self._go = KeyButton(look, _("&Log in"), "Enter", primary=True)
        self._go.setObjectName("recover")
        self._go.clicked.connect(self._ask)
        self._cancel = KeyButton(look, _("Cancel"), "Esc", quiet=True)
        self._cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._go)
        foot.addStretch(1)
        foot.addWidget(self._cancel)
        column.addLayout(foot)

    def _problems(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        if not self.code.value():
            found["recovery"] = _("Type the code from the paper.")
        if not self.login.value():
            found["login"] = _("Type a user name.")
        if len(self.password.value()) < SHORTEST_PASSWORD:
            found["password"] = _("A password needs at least {n} characters.").format(n=SHORTEST_PASSWORD)
        elif self.password.value() != self.again.value():
            found["again"] = _("The two passwords differ. Type the same one twice.")
        return found

    def _ask(self) -> None:
        problems = self._problems()
        for name, field in self._fields.items():
            field.set_error(problems.get(name, ""))
        if problems:
            self._fields[next(iter(problems))].editor.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._wait(waiting=True)
        front, code, login, password = (
            self._front,
            self.code.value(),
            self.login.value(),
            self.password.value(),
        )
        self._tasks.task(
            lambda: front.recover(code, login, password),
            owner=self,
            then=self._on_let_in,
            failed=self._on_refused,
            long=True,
        )

    def _wait(self, *, waiting: bool) -> None:
        for field in self._fields.values():
            field.setEnabled(not waiting)
        self._go.setEnabled(not waiting)
        self._answer.say(_("Opening the desk…") if waiting else "")

    def _on_let_in(self, desk: object) -> None:
        self.accept()
        self.let_in.emit(desk)

    def _on_refused(self, error: Exception) -> bool:
        self._wait(waiting=False)
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)
        field = self._fields.get(error.field) if isinstance(error, Invalid) else None
        if field is None:
            return self._answer.refuse(error)
        field.set_error(str(error))
        return True
