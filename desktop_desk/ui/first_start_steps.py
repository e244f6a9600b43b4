"""The steps of the first start: each knows its fields and what is wrong with them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QDir, QStandardPaths, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.desk.passwords import SHORTEST_PASSWORD
from desktop_desk.domain.outgoing import mail_address
from desktop_desk.i18n import _
from desktop_desk.ui.file_dialogs import ask_new_desk
from desktop_desk.ui.login import Tasks
from desktop_desk.ui.server_fields import FileOrServer, ServerFields
from desktop_desk.ui.settings.editors import ChoiceEditor, LineEditor, TickEditor
from desktop_desk.ui.settings.whereabouts import (
    countries,
    guessed_country,
    guessed_zone,
    no_choice,
    zone_of,
    zones,
)
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.form import Field

NOT_IN_A_FILE_NAME = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class DeskAnswers:
    """What the second step asks; `path` is a file, or the address of an empty database with its password."""

    name: str
    path: Path | str
    country: str | None
    zone: str


@dataclass(frozen=True, slots=True)
class AdminAnswers:
    """What the third step asks."""

    name: str
    login: str
    email: str
    password: str
    encrypt: bool


class Step(QWidget):
    """One page of the assistant: a title, some fields, and the button that goes on."""

    def __init__(self, look: Appearance, title: str, button: str) -> None:
        super().__init__()
        self._appearance = look
        self.title = title
        self.button = button
        self._fields: dict[str, Field] = {}
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)

    def add(self, name: str, label: str, editor: QWidget, hint: str = "") -> Field:
        """Append a field; its errors are shown under `name`."""
        made = self.field(name, label, editor, hint)
        self.column.addWidget(made)
        return made

    def problems(self) -> Mapping[str, str]:
        """What is wrong, by field; empty when the step is filled in well."""
        return {}

    def field(self, name: str, label: str, editor: QWidget, hint: str = "") -> Field:
        """A field that is put somewhere below by itself; its errors are shown under `name`."""
        editor.setObjectName(name)
        made = self._fields[name] = Field(self._appearance, label, editor, hint=hint)
        return made

    def is_good(self) -> bool:
        """Whether nothing is wrong; shows what is, and puts the focus there."""
        problems = self.problems()
        for name, field in self._fields.items():
            field.set_error(problems.get(name, ""))
        if problems.keys() & self._fields.keys():
            self.focus()
        return not problems

    def show_error(self, name: str, words: str) -> bool:
        """Show beside its field what only the desk could find out; False when the field is not of this step."""
        field = self._fields.get(name)
        if field is None:
            return False
        field.set_error(words)
        return True

    def focus(self) -> None:
        """Put the focus on the first field with an error, else on the first."""
        fields = list(self._fields.values())
        wanted = next((field for field in fields if field.error.text()), fields[0])
        wanted.editor.setFocus(Qt.FocusReason.OtherFocusReason)


class ChoiceStep(Step):
    """The ways to begin.

    Signals:
        chosen(str way): create, open, shared or demo.
    """

    chosen = Signal(str)

    def __init__(self, look: Appearance) -> None:
        super().__init__(look, _("Welcome. How do you want to begin?"), "")
        self._buttons: dict[str, KeyButton] = {}
        words = QLabel(
            _("Calls, tickets and handovers for a front desk. Everything stays in one file of yours.")
        )
        words.setWordWrap(True)
        self.column.addWidget(words)
        self.column.addSpacing(12)
        self._ways = QGridLayout()
        self._ways.setSpacing(16)
        self._ways.setColumnStretch(1, 1)
        self.column.addLayout(self._ways)
        self._add_way(
            "create", _("&Create a desk"), "C", _("For your office: you become its first administrator.")
        )
        self._add_way(
            "open", _("&Open a desk"), "O", _("A desk that somebody made already: a file, or on a server.")
        )
        self._add_way(
            "shared",
            _("Take a &shared desk along"),
            "S",
            _("A copy of your office’s desk for this computer, from a shared folder, a stick or a server."),
        )
        self._add_way(
            "demo",
            _("&Try the demo"),
            "T",
            _("A desk full of invented tickets. Nothing in it matters; play with it."),
        )
        self.column.addStretch(1)

    def _add_way(self, way: str, text: str, key: str, words: str) -> None:
        button = KeyButton(self._appearance, text, key, primary=not self._buttons)
        button.setObjectName(way)
        button.setAccessibleDescription(words)
        button.clicked.connect(lambda: self.chosen.emit(way))
        button.setAutoDefault(True)
        label = QLabel(words)
        label.setWordWrap(True)
        set_look(label, "muted")
        row = self._ways.rowCount()
        self._ways.addWidget(button, row, 0)
        self._ways.addWidget(label, row, 1)
        self._buttons[way] = button

    def focus(self) -> None:
        """Put the focus on the first way."""
        self._buttons["create"].setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {Qt.Key.Key_C: "create", Qt.Key.Key_O: "open", Qt.Key.Key_S: "shared", Qt.Key.Key_T: "demo"}
        way = keys.get(Qt.Key(event.key()))
        order = list(self._buttons.values())
        focused = next((place for place, button in enumerate(order) if button.hasFocus()), 0)
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if way:
            self.chosen.emit(way)
        elif step:
            order[(focused + step) % len(order)].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            order[focused].click()
        else:
            super().keyPressEvent(event)


class DeskStep(Step):
    """The office and where its desk is kept."""

    def __init__(self, look: Appearance, folder: Path, tasks: Tasks) -> None:
        super().__init__(look, _("Your office"), _("Ne&xt"))
        self._path_touched = False
        self.name = LineEditor(placeholder=_("Front desk"))
        self.country = ChoiceEditor([no_choice(), *countries()], searchable=True)
        self.country.set_value(guessed_country())
        self.zone = ChoiceEditor(zones(), searchable=True)
        self.zone.set_value(guessed_zone())
        self.path = LineEditor()
        self._folder = folder
        self.add("name", _("&Name of the office"), self.name)
        self.add("country", _("C&ountry"), self.country, _("For its public holidays and phone numbers."))
        self.add("zone", _("&Time zone"), self.zone)
        hint = _("A folder that is backed up is a good place.")
        browse = KeyButton(look, _("&Choose a place…"))
        browse.setObjectName("browse")
        browse.clicked.connect(self._browse)
        in_file = file_part(self.field("path", _("File of the des&k"), self.path, hint), browse)
        self.place = FileOrServer(in_file, ServerFields(look, tasks, for_new=True))
        self.column.addWidget(self.place)
        self.column.addStretch(1)
        self.name.edited.connect(self._follow_name)
        self.path.edited.connect(self._on_path_edited)
        self.country.edited.connect(self._follow_country)
        self._follow_name()

    def answers(self) -> DeskAnswers:
        """What was filled in; ask only when it is good."""
        place = self.place.server.address() if self.place.is_server else self._file()
        return DeskAnswers(self.name.value(), place, self.country.value(), self.zone.value() or "UTC")

    def show_error(self, name: str, words: str) -> bool:
        """What the server says stands beside its address."""
        if self.place.is_server and name in {"path", "desk"}:
            self.place.server.show_error(words)
            return True
        return super().show_error(name, words)

    def propose(self, folder: Path) -> None:
        """Propose another folder, unless somebody chose one."""
        self._folder = folder
        self._follow_name()

    def problems(self) -> Mapping[str, str]:
        """An office needs a name, and its desk a new file."""
        found: dict[str, str] = {}
        if not self.name.value():
            found["name"] = _("Give the office a name, as callers know it.")
        if not self.zone.value():
            found["zone"] = _("Choose the time zone of the office.")
        if self.place.is_server:
            if not found and self.place.server.problem():
                found["server"] = ""
        elif not self.path.value():
            found["path"] = _("Say in which file the desk is kept.")
        elif self._file().exists():
            found["path"] = _(
                "There is a file of this name already. Choose another name, or go back and open it."
            )
        elif not self._file().parent.is_dir() and self._file().parent != self._folder:
            found["path"] = _("There is no folder {path}. Choose another, or make it first.").format(
                path=QDir.toNativeSeparators(str(self._file().parent))
            )
        return found

    def _file(self) -> Path:
        path = Path(self.path.value()).expanduser().absolute()
        if path.is_dir():
            path /= file_name(self.name.value())
        return path if path.suffix else path.with_suffix(".desk")

    def _follow_name(self) -> None:
        if not self._path_touched:
            path = self._folder / file_name(self.name.value() or self.name.placeholderText())
            self.path.set_value(QDir.toNativeSeparators(str(path)))

    def _follow_country(self) -> None:
        zone = zone_of(self.country.value())
        if zone:
            self.zone.set_value(zone)

    def _on_path_edited(self) -> None:
        self._path_touched = bool(self.path.value())

    def _browse(self) -> None:
        ask_new_desk(self, _("Where the desk is kept"), self._on_chosen, proposed=self.path.value())

    def _on_chosen(self, path: str) -> None:
        self._path_touched = True
        self.path.set_value(path)


class AdminStep(Step):
    """Who looks after the desk."""

    def __init__(self, look: Appearance) -> None:
        super().__init__(look, _("You, its first administrator"), _("Create the &desk"))
        self.name = LineEditor()
        self.login = LineEditor()
        self.email = LineEditor()
        self.password = LineEditor(hidden=True)
        self.again = LineEditor(hidden=True)
        self._login_touched = False
        self.add("admin_name", _("Your &name"), self.name)
        self.add("admin_login", _("&User name"), self.login, _("Short; you type it when you log in."))
        self.add("admin_email", _("Your e-&mail, if you like"), self.email)
        self.add(
            "admin_password",
            _("&Password"),
            self.password,
            _("At least {n} characters.").format(n=SHORTEST_PASSWORD),
        )
        self.add("again", _("Password &again"), self.again)
        self.encrypt = TickEditor(_("&Encrypt this desk"))
        self.encrypt.setObjectName("encrypt")
        words = _("On a stolen computer nobody reads it. You get a recovery code to print.")
        self.encrypt.setAccessibleDescription(words)
        hint = self._hint = QLabel(words)
        set_look(hint, "meta")
        hint.setWordWrap(True)
        self.column.addWidget(self.encrypt)
        self.column.addWidget(hint)
        self.column.addStretch(1)
        self.name.edited.connect(self._follow_name)
        self.login.edited.connect(self._on_login_edited)

    def answers(self) -> AdminAnswers:
        """What was filled in; ask only when it is good."""
        encrypt = self.encrypt.value() and not self.encrypt.isHidden()
        return AdminAnswers(
            self.name.value(), self.login.value(), self.email.value(), self.password.value(), encrypt
        )

    def offer_encryption(self, *, offered: bool) -> None:
        """Whether the program can encrypt the desk; on a server it cannot."""
        self.encrypt.setVisible(offered)
        self._hint.setVisible(offered)

    def problems(self) -> Mapping[str, str]:
        """The same rules as for every agent, and the password twice alike."""
        found: dict[str, str] = {}
        if not self.name.value():
            found["admin_name"] = _("Type your name, as colleagues know it.")
        if not self.login.value():
            found["admin_login"] = _("Type a user name.")
        elif re.search(r"\s", self.login.value()):
            found["admin_login"] = _("A user name has no blanks.")
        if self.email.value() and not mail_address(self.email.value()):
            found["admin_email"] = _("This is no e-mail address.")
        if len(self.password.value()) < SHORTEST_PASSWORD:
            found["admin_password"] = _("A password needs at least {n} characters.").format(
                n=SHORTEST_PASSWORD
            )
        elif self.password.value() != self.again.value():
            found["again"] = _("The two passwords differ. Type the same one twice.")
        return found

    def show_error(self, name: str, words: str) -> bool:
        """Also knows the desk's own names of these fields."""
        own = {"login": "admin_login", "password": "admin_password"}
        return super().show_error(own.get(name, name), words)

    def _follow_name(self) -> None:
        if not self._login_touched:
            words = self.name.value().split()
            self.login.set_value(words[0].casefold() if words else "")

    def _on_login_edited(self) -> None:
        self._login_touched = bool(self.login.value())


def file_part(field: Field, browse: KeyButton) -> QWidget:
    """The field for a file with the button that chooses one below it."""
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(12)
    column.addWidget(field)
    column.addWidget(browse, 0, Qt.AlignmentFlag.AlignLeft)
    return part


def documents() -> Path:
    """The user's folder for documents; the home folder where there is none."""
    return Path(
        QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or Path.home()
    )


def file_name(office: str) -> str:
    """A file name that every system takes, from the name of an office."""
    words = NOT_IN_A_FILE_NAME.sub(" ", office).split()
    return "-".join(words).casefold()[:60].strip("-") + ".desk" if words else "front.desk"
