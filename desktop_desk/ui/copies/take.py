"""Take a shared desk along: a copy in a file of one's own, made from its hub."""

import platform
import threading
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QDir, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_desk.desk.addresses import is_address
from desktop_desk.i18n import _
from desktop_desk.ui.background import Background, Lane
from desktop_desk.ui.copies.syncing import Interrupted
from desktop_desk.ui.copies.work_dialog import WorkDialog
from desktop_desk.ui.encryption.code_to_keep import CodeToKeep
from desktop_desk.ui.file_dialogs import ask_folder
from desktop_desk.ui.first_start_steps import documents, file_name
from desktop_desk.ui.operations import Tasks
from desktop_desk.ui.server_fields import ServerSecret, kept_apart
from desktop_desk.ui.settings.editors import LineEditor, TickEditor
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.window_size import fit_to_text

PATIENCE = 0.5
"""So many seconds somebody who gives up waits for the step under way."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What was asked for; `kept` is the password of the hub's server that the keyring is to keep, or ""."""

    hub: str
    kept: str
    login: str
    password: str
    label: str
    path: Path
    encrypt: bool


@dataclass(frozen=True, slots=True)
class _Brought:
    """A copy that is here: its recovery code or "", and what is to be told of who cannot open it yet, or ""."""

    path: str
    login: str
    code: str
    told: str


class TakeDialog(WorkDialog):
    """Asks where the desk is shared and who takes it, and brings it here.

    Signals:
        taken(str path, str login): the copy is there and can be opened by this agent.
    """

    taken = Signal(str, str)
    _came = Signal(int, int)

    def __init__(self, look: Appearance, *, inline: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(
            look, "take_dialog", _("Take a shared desk along"), _("&Take it along"), parent=parent
        )
        self._background = Background(inline=inline, patience=PATIENCE, parent=self)
        self._stopped = threading.Event()
        self._path_touched = False
        self._made: tuple[str, str] = ("", "")
        self._recovery: CodeToKeep | None = None
        fit_to_text(self, look, 560, 680)
        self.paragraph(
            "take_what",
            _(
                "This computer gets a copy of the desk in a file of its own. You can do everything with it for as long"
                " as you like without the network; your work and that of the others come together at the next sync."
            ),
        )
        self._build(look)
        self.label.set_value(platform.node()[:60])
        self._follow_hub()
        self._came.connect(self.show_progress)
        self.hub.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self, look: Appearance) -> None:
        self.hub = LineEditor(placeholder=_("A folder, or postgresql://…"))
        self.login, self.password = LineEditor(), LineEditor(hidden=True)
        self.label, self.path = LineEditor(), LineEditor()
        self.add("hub", _("Where the desk is &shared"), self.hub, _("The address that sharing it has shown."))
        browse = KeyButton(look, _("&Choose a folder…"))
        browse.setObjectName("browse")
        browse.clicked.connect(self._ask_folder)
        self.column.addWidget(browse, 0, Qt.AlignmentFlag.AlignLeft)
        self.secret = ServerSecret(look, Tasks(self._background, parent=self), self.hub, of_hub=True)
        self.column.addWidget(self.secret)
        self.add("login", _("Your &user name there"), self.login)
        self.add("password", _("Your &password"), self.password)
        self.add("label", _("&Name of this copy"), self.label, _("For example “Jane’s laptop”."))
        self.add("file", _("&File of the copy"), self.path)
        self.encrypt = TickEditor(_("&Encrypt this copy"))
        self.encrypt.setObjectName("encrypt")
        self.encrypt.set_value(True)
        words = _(
            "A laptop gets lost. Nobody reads the desk on it then, and you get a recovery code to print."
        )
        self.encrypt.setAccessibleDescription(words)
        hint = QLabel(words)
        set_look(hint, "meta")
        hint.setWordWrap(True)
        self.column.addWidget(self.encrypt)
        self.column.addWidget(hint)
        self.column.addStretch(1)
        self.hub.edited.connect(self._follow_hub)
        self.path.edited.connect(self._on_path_edited)

    def _follow_hub(self) -> None:
        """Propose a file named like the hub; a server may want a password."""
        self.secret.setVisible(is_address(self.hub.value()))
        if not self._path_touched:
            shared = self.hub.value().removeprefix("folder:").rstrip("/\\")
            name = "" if "://" in shared else Path(shared).stem
            self.path.set_value(QDir.toNativeSeparators(str(documents() / file_name(name))))

    def _on_path_edited(self) -> None:
        self._path_touched = bool(self.path.value())

    def _ask_folder(self) -> None:
        ask_folder(self, _("The folder that the desk is shared through"), self._on_folder)

    def _on_folder(self, folder: str) -> None:
        self.hub.set_value(folder)
        self._follow_hub()

    def problems(self) -> dict[str, str]:
        """Everything is needed."""
        wanted = {
            "hub": (self.hub, _("Say where the desk is shared.")),
            "login": (self.login, _("Type your user name.")),
            "password": (self.password, _("Type your password.")),
            "label": (self.label, _("Give this copy a name, so that others know it.")),
            "file": (self.path, _("Say in which file the copy is kept.")),
        }
        return {name: words for name, (editor, words) in wanted.items() if not editor.value()}

    def begin(self) -> None:
        """Bring the desk, and encrypt it where that is wanted."""
        self.secret.hide_password()
        on_server = is_address(self.hub.value())
        wanted = _Wanted(
            self.secret.address() if on_server else self.hub.value(), self.secret.to_keep() if on_server else "",
            self.login.value(), self.password.value(), self.label.value(),
            Path(self.path.value()), self.encrypt.value(),
        )  # fmt: skip
        self.wait(_("The desk is coming…"))
        self._background.submit(
            Lane.LONG, lambda: self._take(wanted), owner=self, then=self._on_taken, failed=self._on_failed
        )

    def _take(self, wanted: _Wanted) -> _Brought:
        """On another thread."""
        from desktop_desk import encryption, sharing

        path = wanted.path.expanduser().absolute()
        path = path if path.suffix else path.with_suffix(".desk")
        if path.parent == documents():
            # A new account may lack this one; every other folder is the person's to make.
            path.parent.mkdir(parents=True, exist_ok=True)
        code = encryption.new_code() if wanted.encrypt else ""
        taken = sharing.new_replica(
            kept_apart(wanted.hub, wanted.kept),
            path,
            wanted.label,
            wanted.login,
            wanted.password,
            recovery=code,
            told=self._told,
        )
        return _Brought(str(path), wanted.login, code, _locked_out(taken.without_keys))

    def _told(self, done: int, total: int) -> None:
        if self._stopped.is_set():
            raise Interrupted
        self._came.emit(done, total)

    def _on_taken(self, found: _Brought) -> None:
        self._made = found.path, found.login
        if found.code:
            self._recovery = CodeToKeep(self.look, _("Your recovery code"))
            self.end_with(self._recovery, _("&Open the desk"), self._open)
            self._recovery.show_code(found.code, found.path, found.told)
        elif found.told:
            self.end_with(_page_that_says(found.told), _("&Open the desk"), self._open)
            self.go.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._open()

    def _open(self) -> None:
        if self._recovery is None or self._recovery.is_kept():
            self.accept()
            self.taken.emit(*self._made)

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, Interrupted):
            return
        if not self.refused(error):
            raise error

    # The end

    def reject(self) -> None:
        """Leave; what has come so far is used when it is tried again. A recovery code is not passed over."""
        if self._recovery is None or self._recovery.is_kept():
            super().reject()

    def done(self, result: int) -> None:
        """Let go of the work under way."""
        self._stopped.set()
        self._background.stop()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._recovery is not None and not self._recovery.is_kept():
            event.ignore()
            return
        super().closeEvent(event)


def _locked_out(logins: tuple[str, ...]) -> str:
    """Who cannot open the copy yet, and what to do; "" where everybody can."""
    from desktop_desk import encryption, sharing

    if not logins:
        return ""
    return f"{encryption.tell_without_keys(logins)}\n{sharing.how_to_let_in()}"


def _page_that_says(words: str) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(24, 20, 24, 12)
    said = QLabel(words)
    said.setObjectName("code_told")
    said.setWordWrap(True)
    said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    column.addWidget(said)
    column.addStretch(1)
    return page
