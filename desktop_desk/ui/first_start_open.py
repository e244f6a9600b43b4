"""The step of the first start that asks which desk to open: a file, or one on a server."""

from collections.abc import Mapping
from pathlib import Path

from desktop_desk.desk.addresses import is_address
from desktop_desk.i18n import _
from desktop_desk.ui.file_dialogs import ask_desk
from desktop_desk.ui.first_start_steps import Step, documents, file_part
from desktop_desk.ui.login import Tasks
from desktop_desk.ui.server_fields import FileOrServer, ServerFields
from desktop_desk.ui.settings.editors import LineEditor
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.buttons import KeyButton


class OpenStep(Step):
    """Which desk to open."""

    def __init__(self, look: Appearance, tasks: Tasks) -> None:
        super().__init__(look, _("Open a desk"), _("&Open"))
        self.path = LineEditor()
        browse = KeyButton(look, _("&Choose a file…"))
        browse.setObjectName("browse")
        browse.clicked.connect(self._browse)
        in_file = file_part(self.field("path", _("File of the des&k"), self.path), browse)
        self.place = FileOrServer(in_file, ServerFields(look, tasks, for_new=False))
        self.place.switched.connect(self.focus)
        self.column.addWidget(self.place)
        self.column.addStretch(1)

    def address(self) -> str:
        """Path or URL of the desk."""
        if self.place.is_server:
            return self.place.server.address()
        return str(Path(self.path.value()).expanduser().absolute())

    def problems(self) -> Mapping[str, str]:
        """Something must be named; whether it is a desk shows when it is opened."""
        if is_address(self.path.value()) and not self.place.is_server:
            self.place.server.set_address(self.path.value())
            self.place.choose_server()
        if self.place.is_server:
            return {"server": ""} if self.place.server.problem() else {}
        return {} if self.path.value() else {"path": _("Say which desk: a file, or choose one.")}

    def show_error(self, name: str, words: str) -> bool:
        """What the server says stands beside its address."""
        if self.place.is_server and name in {"path", "desk"}:
            self.place.server.show_error(words)
            return True
        return super().show_error(name, words)

    def focus(self) -> None:
        """Put the focus on what is asked for."""
        if self.place.is_server:
            self.place.server.focus()
        else:
            super().focus()

    def _browse(self) -> None:
        ask_desk(self, documents(), self.path.set_value)
