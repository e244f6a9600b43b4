"""Which desk to open: a file, or the address of a server; asks again where a server did not let this program in."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop_desk.desk.addresses import is_address
from desktop_desk.domain.errors import DeskError
from desktop_desk.i18n import _
from desktop_desk.ui.copies.work_dialog import WorkDialog
from desktop_desk.ui.file_dialogs import ask_desk
from desktop_desk.ui.first_start_steps import documents, file_part
from desktop_desk.ui.login import Tasks
from desktop_desk.ui.server_fields import FileOrServer, ServerFields, proven
from desktop_desk.ui.settings.editors import LineEditor
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.typed_addresses import TypedAddresses
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.form import Field
from desktop_desk.ui.widgets.window_size import fit_to_text


class AskDesk(WorkDialog):
    """Asks for a file or an address; an address was tried when it is given on.

    Signals:
        chosen(str): the file, or the address with the password that was typed.
    """

    chosen = Signal(str)

    def __init__(self, look: Appearance, tasks: Tasks, *, parent: QWidget | None = None) -> None:
        super().__init__(look, "ask_desk", _("Open a desk"), _("&Open"), parent=parent)
        fit_to_text(self, look, 560, 500)
        self._tasks = tasks
        self.path = LineEditor()
        self.path.setObjectName("path")
        field = Field(look, _("File of the des&k"), self.path)
        browse = KeyButton(look, _("&Choose a file…"))
        browse.setObjectName("browse")
        browse.clicked.connect(self.browse)
        in_file = file_part(field, browse)
        self.server = ServerFields(look, tasks, for_new=False)
        self.place = FileOrServer(in_file, self.server)
        self.column.addWidget(self.place)
        self.column.addStretch(1)
        self.place.switched.connect(self._on_switched)
        self.path.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_server(self, address: str, error: DeskError | None = None) -> None:
        """Ask for this address again; the error says why."""
        self.server.set_address(address)
        self.place.choose_server()
        if error is not None:
            self.server.show_error(str(error))

    def forward(self) -> None:
        """Open what is named; a file by its name alone, an address once the server has answered."""
        if self.working:
            return
        if self.place.is_server:
            if not self.server.problem():
                self.begin()
        elif is_address(self.path.value()):
            self.show_server(self.path.value())
            self.begin()
        elif self.path.value():
            self._choose(str(Path(self.path.value()).expanduser().absolute()))
        else:
            self.browse()

    def begin(self) -> None:
        """Look whether the address is of use."""
        server = self.server
        address, password, keep = server.address(), server.secret.password.value(), server.secret.keep.value()
        server.clear()
        self.wait(_("Asking the server…"))
        self._tasks.task(
            lambda: proven(address, password, for_new=False, keep=keep),
            owner=self, then=lambda _seen: self._choose(address), failed=self.refused, long=True,
        )  # fmt: skip

    def refused(self, error: Exception) -> bool:
        """Say why beside the address."""
        self.rest()
        if not isinstance(error, DeskError):
            return False
        self.server.show_error(str(error))
        self.server.focus()
        return True

    def browse(self) -> None:
        """Choose a file from a folder."""
        ask_desk(self, documents(), self._choose)

    def _on_switched(self) -> None:
        if self.place.is_server:
            self.server.focus()
        else:
            self.path.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self, address: str) -> None:
        self.accept()
        self.chosen.emit(address)


class DeskAsking(QObject):
    """Asks for desks over whatever window is in front.

    Signals:
        chosen(str): open this one.
    """

    chosen = Signal(str)

    def __init__(
        self,
        look: Appearance,
        tasks: Tasks,
        window: Callable[[], QWidget | None],
        typed: TypedAddresses,
        *,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._look, self._tasks, self._window, self._typed = look, tasks, window, typed

    def ask(self, current: str) -> AskDesk:
        """Ask which desk to open; the window stays until it is open."""
        dialog = AskDesk(self._look, self._tasks, parent=self._window())
        if is_address(current):
            dialog.show_server(current)
        dialog.chosen.connect(self.chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def ask_again(self, address: str, error: DeskError) -> AskDesk:
        """The server of this desk did not let the program in: say why, and let the person mend it."""
        self._typed.forget(address)
        dialog = self.ask(address)
        dialog.show_server(address, error)
        dialog.server.focus()
        return dialog
