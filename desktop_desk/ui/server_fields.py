"""What is asked about a desk on a server: its address and a password, and a try before anything else."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from desktop_desk import bootstrap
from desktop_desk.desk.addresses import AtServer, is_address, password_in, shown_address, with_password
from desktop_desk.domain.errors import DeskError, Invalid
from desktop_desk.i18n import _
from desktop_desk.ui.login import Tasks
from desktop_desk.ui.said import Said
from desktop_desk.ui.settings.editors import LineEditor, TickEditor
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.form import Field

EXAMPLE = "postgresql://name@server/database"


class ServerSecret(QWidget):
    """The password for a server, and whether this computer's keyring keeps it; for an address that is typed in a line.

    A password that is pasted with the address is taken out of sight at once.

    Args:
        of_hub: the address is remembered in the desk, where the password stays in it unless the keyring keeps it.
    """

    def __init__(
        self,
        look: Appearance,
        tasks: Tasks,
        line: LineEditor,
        *,
        of_hub: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._line = line
        self._of_hub = of_hub
        self.password = LineEditor(hidden=True)
        self.password.setObjectName("server_password")
        secret = Field(
            look,
            _("Pass&word for the server"),
            self.password,
            hint=_("Not your own at the desk. Empty where the server needs none, or it is kept already."),
        )
        self.keep = TickEditor(_("&Keep it in this computer’s keyring"))
        self.keep.setObjectName("server_keep")
        self.keep.set_value(True)
        self._no_keyring = QLabel()
        self._no_keyring.setWordWrap(True)
        set_look(self._no_keyring, "meta")
        self._no_keyring.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for part in (secret, self.keep, self._no_keyring):
            column.addWidget(part)
        line.editingFinished.connect(self.hide_password)
        tasks.task(bootstrap.has_keyring, owner=self, then=self._on_keyring)

    def address(self) -> str:
        """The address with the password that was typed."""
        typed = self._line.value()
        return with_password(typed, self.password.value() or password_in(typed))

    def to_keep(self) -> str:
        """The password that is to be kept in the keyring; "" for none."""
        return self.password.value() if self.keep.value() else ""

    def hide_password(self) -> None:
        """Take the password out of the address, into its own field."""
        typed = self._line.value()
        brought = password_in(typed) if is_address(typed) else ""
        if brought:
            self.password.set_value(brought)
            self._line.set_value(shown_address(typed))

    def _on_keyring(self, there: bool) -> None:  # noqa: FBT001  the shape of an answer
        if not there:
            self.keep.set_value(False)
            self.keep.setEnabled(False)
            words = (
                _("This computer has no keyring: the password stands in the file of this desk.")
                if self._of_hub
                else _("This computer has no keyring: the password is asked for at each start.")
            )
            self.keep.setAccessibleDescription(words)
            self._no_keyring.setText(words)
            self._no_keyring.show()


class ServerFields(QWidget):
    """Address, password and "Try it"; a password that is pasted with the address is taken out of sight at once.

    Args:
        for_new: a desk is to be made there, so the database must be empty; else there must be one.
    """

    def __init__(
        self, look: Appearance, tasks: Tasks, *, for_new: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._for_new = for_new
        self.line = LineEditor(placeholder=EXAMPLE)
        self.line.setObjectName("server")
        hint = _("An empty database of a PostgreSQL server, as whoever looks after it tells you.")
        if not for_new:
            hint = _("As your colleagues or whoever looks after the server tell you.")
        self._field = Field(look, _("&Address of the desk"), self.line, hint=hint)
        self.secret = ServerSecret(look, tasks, self.line)
        self._try = KeyButton(look, _("Tr&y it"))
        self._try.setObjectName("server_try")
        self._try.clicked.connect(self.try_it)
        self._says = Said("server_says")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._field)
        column.addWidget(self.secret)
        column.addWidget(self._try, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._says)
        for line in (self.line, self.secret.password):
            line.edited.connect(self.clear)

    def address(self) -> str:
        """The address with the password that was typed."""
        return self.secret.address()

    def to_keep(self) -> str:
        """The password that is to be kept in the keyring; "" for none."""
        return self.secret.to_keep()

    def set_address(self, address: str) -> None:
        """Propose an address; a password in it goes into its own field."""
        self.line.set_value(address)
        self.secret.hide_password()

    def problem(self) -> str:
        """What is wrong with the address, as far as can be told from here; shown beside it."""
        typed, words = self.line.value(), ""
        if not typed:
            words = _("Say where the desk is, such as {example}.").format(example=EXAMPLE)
        elif not is_address(typed):
            words = _("An address begins with postgresql://, such as {example}.").format(example=EXAMPLE)
        self._field.set_error(words)
        if words:
            self.focus()
        return words

    def focus(self) -> None:
        """Put the focus where something is missing."""
        there = self.line.value() and not self._field.error.text()
        (self.secret.password if there else self.line).setFocus(Qt.FocusReason.OtherFocusReason)

    def try_it(self) -> None:
        """Look what is there, and say it; nothing is changed nor kept."""
        if self.problem():
            return
        address, for_new = self.address(), self._for_new
        self._try.setEnabled(False)
        self._say(_("Asking the server…"))
        self._tasks.task(
            lambda: proven(address, "", for_new=for_new, keep=False),
            owner=self, then=self._on_tried, failed=self._on_failed, long=True,
        )  # fmt: skip

    def show_error(self, words: str) -> None:
        """Say why it was refused."""
        self._say(words, error=True)

    def clear(self) -> None:
        """What was said is of another address."""
        self._field.set_error("")
        self._says.hide()

    def _on_tried(self, seen: AtServer) -> None:
        self._try.setEnabled(True)
        if seen.has_desk:
            said = _("There is the desk “{name}” (PostgreSQL {version}).")
        else:
            said = _("The database is empty (PostgreSQL {version}): the desk can be made there.")
        self._say(said.format(name=seen.name, version=seen.version))

    def _on_failed(self, error: Exception) -> bool:
        self._try.setEnabled(True)
        if isinstance(error, DeskError):
            self.show_error(str(error))
        else:
            self._says.say("")
        return isinstance(error, DeskError)

    def _say(self, words: str, *, error: bool = False) -> None:
        self._says.say(words, error=error)
        QTimer.singleShot(0, self, self._bring_into_view)

    def _bring_into_view(self) -> None:
        around: QWidget | None = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if around is not None and self._says.isVisible():
            around.ensureWidgetVisible(self._says)


def proven(address: str, password: str, *, for_new: bool, keep: bool) -> AtServer:
    """What is at an address that is of use; keeps the password that was typed, or no longer keeps one."""
    seen = bootstrap.look_at_server(address)
    shown = shown_address(address)
    if seen.others:
        reason = _("The database at {desk} holds something else: {tables}.")
        told = reason.format(desk=shown, tables=", ".join(seen.others[:3]))
        raise Invalid("desk", told, _("Name the database of the desk, or an empty one for a new desk."))
    if for_new and seen.has_desk:
        reason = _("There is already a desk at {desk}.").format(desk=shown)
        raise Invalid("desk", reason, _("Go back and open it, or name another database."))
    if not for_new and not seen.has_desk:
        reason = _("There is no desk in the database at {desk}: it is empty.").format(desk=shown)
        raise Invalid("desk", reason, _("Name another database, or create a desk in it."))
    if password:
        bootstrap.keep_server_password(address, password if keep else "")
    return seen


def kept_apart(address: str, password: str) -> str:
    """The address as it is to be remembered: without the password, once the keyring keeps that; slow."""
    if not password:
        return address
    bootstrap.keep_server_password(address, password)
    return shown_address(address)


class FileOrServer(QWidget):
    """Whether a desk is in a file or on a server, with the fields of the one that is chosen.

    Signals:
        switched(): the other one was chosen.
    """

    switched = Signal()

    def __init__(self, in_file: QWidget, server: ServerFields, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._file_part, self.server = in_file, server
        self.in_file = QRadioButton(_("In a &file"))
        self.in_file.setObjectName("in_file")
        self.on_server = QRadioButton(_("On a &server (PostgreSQL)"))
        self.on_server.setObjectName("on_server")
        ways = QHBoxLayout()
        ways.setSpacing(24)
        for way in (self.in_file, self.on_server):
            ways.addWidget(way)
        ways.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(ways)
        for part in (in_file, server):
            column.addWidget(part)
        self.in_file.setChecked(True)
        self._on_toggled()
        self.on_server.toggled.connect(self._on_toggled)

    @property
    def is_server(self) -> bool:
        """Whether a server was chosen."""
        return self.on_server.isChecked()

    def choose_server(self) -> None:
        """Choose the server."""
        self.on_server.setChecked(True)

    def _on_toggled(self) -> None:
        self._file_part.setVisible(not self.is_server)
        self.server.setVisible(self.is_server)
        self.switched.emit()
