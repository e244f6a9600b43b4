"""Share this desk: choose where its copies meet, and lay the desk there."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from desktop_desk.desk.addresses import is_address, shown_address
from desktop_desk.i18n import N_, _
from desktop_desk.ui.copies.syncing import Syncing
from desktop_desk.ui.copies.work_dialog import WorkDialog
from desktop_desk.ui.file_dialogs import ask_folder
from desktop_desk.ui.server_fields import ServerSecret, kept_apart
from desktop_desk.ui.settings.editors import LineEditor
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop_desk.desk.desk import Desk
    from desktop_desk.ui.login import Tasks

FOLDER, STICK, SERVER = "folder", "stick", "server"
WAYS = {
    FOLDER: (
        N_("A &folder on the network"),
        N_(
            "A folder in it gets the shared work, as files that no two computers write to. Everybody who works with the"
            " desk must be able to read and write there. A folder that Syncthing or the like copies will do as well."
        ),
    ),
    STICK: (
        N_("A &USB stick"),
        N_(
            "The stick is carried from one computer to the other. Whenever it is plugged in, the desk there exchanges"
            " its work with it by itself."
        ),
    ),
    SERVER: (
        N_("A &PostgreSQL server"),
        N_(
            "An empty database on a server of yours gets the shared work. Its address is postgresql://, user, server"
            " and database."
        ),
    ),
}


class ShareDialog(WorkDialog):
    """Makes a hub for the desk and says what the others have to do."""

    def __init__(
        self, look: Appearance, syncing: Syncing, tasks: "Tasks", *, office: str, label: str,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(look, "share_dialog", _("Share this desk"), _("&Share"), parent=parent)
        self._syncing = syncing
        self._office = office
        self.paragraph(
            "share_what",
            _(
                "Every computer gets a copy of the desk of its own and works with it at full speed, with or without the"
                " network. The copies exchange their work through a place that you choose here."
            ),
        )
        self._ways: dict[str, QRadioButton] = {}
        for way, (text, _words) in WAYS.items():
            button = QRadioButton(_(text))
            button.setObjectName(f"way_{way}")
            button.toggled.connect(self._on_way)
            self._ways[way] = button
            self.column.addWidget(button)
        self._how = self.paragraph("share_how", "")
        self.address = LineEditor()
        self.add("hub", "", self.address)
        self._browse = KeyButton(look, _("&Choose a folder…"))
        self._browse.setObjectName("browse")
        self._browse.clicked.connect(self._ask_folder)
        self.column.addWidget(self._browse, 0, Qt.AlignmentFlag.AlignLeft)
        self.secret = ServerSecret(look, tasks, self.address, of_hub=True)
        self.column.addWidget(self.secret)
        self.label = LineEditor()
        self.label.set_value(label)
        self.add(
            "label",
            _("&Name of this copy"),
            self.label,
            _("So that others know it: the machine, or where it is."),
        )
        self.column.addStretch(1)
        self._ways[FOLDER].setChecked(True)
        self.address.setFocus(Qt.FocusReason.OtherFocusReason)
        syncing.progressed.connect(self.show_progress)

    @property
    def way(self) -> str:
        """Which kind of place is chosen."""
        return next((way for way, button in self._ways.items() if button.isChecked()), FOLDER)

    def _on_way(self) -> None:
        way = self.way
        self._how.setText(_(WAYS[way][1]))
        named = {
            FOLDER: _("F&older"),
            STICK: _("F&older on the stick"),
            SERVER: _("&Address of the database"),
        }
        field = self.field("hub")
        field.set_label(named[way])
        field.clear_error()
        self.address.setAccessibleName(named[way].replace("&", ""))
        self.address.setPlaceholderText("postgresql://…" if way == SERVER else "")
        self._browse.setVisible(way != SERVER)
        self.secret.setVisible(way == SERVER)

    def _ask_folder(self) -> None:
        ask_folder(self, _("The folder to share through"), self.address.set_value)

    def problems(self) -> dict[str, str]:
        """A place and a name are needed."""
        found: dict[str, str] = {}
        if not self.address.value():
            found["hub"] = _("Say where.") if self.way == SERVER else _("Choose a folder.")
        elif self.way == SERVER and "://" not in self.address.value():
            found["hub"] = _("The address begins with postgresql://.")
        if not self.label.value():
            found["label"] = _("Give this copy a name.")
        return found

    def begin(self) -> None:
        """Make the hub, and lay the whole desk there."""
        self.secret.hide_password()
        label, office, is_server = self.label.value(), self._office, self.way == SERVER
        address = self.secret.address() if is_server else self.address.value()
        kept = self.secret.to_keep() if is_server else ""

        def share(desk: "Desk", told: "Callable[[int, int], None]") -> str:
            from desktop_desk import copies

            hub = kept_apart(address, kept) if is_server else copies.hub_in(Path(address), office)
            copies.share(desk, hub, label, told)
            return hub

        self.wait(_("The desk is being laid there…"))
        self._syncing.work(share, owner=self, then=self._on_shared, failed=self.refused)

    def _on_shared(self, hub: str) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 20, 24, 12)
        column.setSpacing(12)
        title = QLabel(_("This desk is shared now"))
        set_look(title, "subject")
        where = shown_address(hub) if is_address(hub) else hub.removeprefix("folder:")
        address = QLabel(where)
        address.setObjectName("shared_address")
        address.setAccessibleName(_("Address of the hub: {address}").format(address=where))
        set_look(address, "strong")
        address.setWordWrap(True)
        address.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        copy = KeyButton(self.look, _("&Copy the address"))
        copy.setObjectName("copy_address")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(where))
        words = QLabel(
            _(
                "On each of the other computers: start Desktop Desk, choose “Take a shared desk along”, and give this"
                " address. Later sync goes by itself; “Copies of this desk” in the menu Desk shows who is how far."
            )
        )
        words.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(copy)
        row.addStretch(1)
        for part in (title, words, address):
            column.addWidget(part)
        column.addLayout(row)
        column.addStretch(1)
        self.end_with(page, _("&Done"), self.accept)
        self.go.setFocus(Qt.FocusReason.OtherFocusReason)
