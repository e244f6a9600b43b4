"""A form made of named entries: it knows what it showed, so that it gives back only what a person changed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_desk.ui.people.contacts_editor import ContactsEditor
from desktop_desk.ui.settings.editors import (
    ChoiceEditor,
    Choices,
    LineEditor,
    NumberEditor,
    TextEditor,
    TickEditor,
    TickList,
    Value,
)
from desktop_desk.ui.settings.extra_roles_editor import ExtraRolesEditor
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.form import Field, FieldError

AnyEditor = (
    LineEditor
    | TextEditor
    | ChoiceEditor
    | TickEditor
    | NumberEditor
    | TickList
    | ContactsEditor
    | ExtraRolesEditor
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a form; `name` is also the field that errors name."""

    name: str
    label: str
    """Shown text, with its mnemonic; empty for a tick, which carries its own text."""
    make: Callable[[], AnyEditor]
    hint: str = ""
    when: Literal["always", "adding", "editing"] = "always"
    secret: bool = False
    """Never kept in a draft."""


class ItemForm(QWidget):
    """Shows values, takes edits, and gives back what differs from what it showed.

    Signals:
        edited(): a person changed something.
    """

    edited = Signal()

    def __init__(
        self, look: Appearance, entries: tuple[Entry, ...], *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._entries = entries
        self._editors: dict[str, AnyEditor] = {}
        self._rows: dict[str, QWidget] = {}
        self._errors: dict[str, Field | FieldError] = {}
        self._shown: dict[str, Value] = {}
        self._adding = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for entry in entries:
            column.addWidget(self._row(look, entry))
        self._shown = {name: editor.value() for name, editor in self._editors.items()}

    def _row(self, look: Appearance, entry: Entry) -> QWidget:
        editor = entry.make()
        editor.setObjectName(entry.name)
        editor.edited.connect(self.edited)
        self._editors[entry.name] = editor
        if entry.label:
            field = Field(look, entry.label, editor, hint=entry.hint)
            self._rows[entry.name] = self._errors[entry.name] = field
            return field
        row = QWidget()
        lines = QVBoxLayout(row)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(2)
        error = FieldError()
        lines.addWidget(editor)
        lines.addWidget(error)
        if entry.hint:
            editor.setToolTip(entry.hint)
            editor.setAccessibleDescription(entry.hint)
        self._rows[entry.name] = row
        self._errors[entry.name] = error
        return row

    def show_values(self, values: Mapping[str, Value], *, adding: bool) -> None:
        """Fill the form anew; what was typed before goes."""
        self._adding = adding
        self._shown = {}
        for entry in self._entries:
            editor = self._editors[entry.name]
            editor.set_value(values.get(entry.name))
            self._shown[entry.name] = editor.value()
            self._rows[entry.name].setVisible(self._applies(entry))
        self.set_errors({})

    def show_entries(self, names: Iterable[str], *, shown: bool) -> None:
        """Put entries into sight or out of it, where they apply at all; their values stay."""
        wanted = set(names)
        for entry in self._entries:
            if entry.name in wanted:
                self._rows[entry.name].setVisible(shown and self._applies(entry))

    def set_choices(self, choices: Mapping[str, Choices]) -> None:
        """Renew what can be chosen in some entries; what is chosen stays."""
        for name, list_ in choices.items():
            editor = self._editors[name]
            if isinstance(editor, ChoiceEditor | TickList):
                editor.set_choices(list_)
            elif isinstance(editor, ExtraRolesEditor):
                editor.set_choices(choices["department"], choices["role"])

    def values(self) -> dict[str, Value]:
        """What stands in every entry that applies."""
        return {
            entry.name: self._editors[entry.name].value() for entry in self._entries if self._applies(entry)
        }

    def changes(self) -> dict[str, Value]:
        """Only what differs from what was shown; of something new, everything."""
        return self.values() if self._adding else self.typed()

    def draft(self) -> dict[str, Value]:
        """What a draft keeps: the changes, without secrets; empty when nothing was typed."""
        secret = {entry.name for entry in self._entries if entry.secret}
        return {name: value for name, value in self.typed().items() if name not in secret}

    def typed(self) -> dict[str, Value]:
        """What differs from what was shown, secrets too."""
        return {name: value for name, value in self.values().items() if value != self._shown.get(name)}

    def put(self, values: Mapping[str, Value]) -> None:
        """Write over some entries as if a person had, for a draft that comes back."""
        for name, value in values.items():
            if name in self._editors:
                self._editors[name].set_value(value)

    def take_as_shown(self, values: Mapping[str, Value]) -> None:
        """Count these values as shown, because the desk has them now."""
        self._shown = {**self._shown, **values}

    def is_touched(self) -> bool:
        """Whether anything differs from what was shown."""
        return bool(self.typed())

    def set_errors(self, errors: Mapping[str, str]) -> dict[str, str]:
        """Show each text beside its entry and focus the first; gives back those of no entry here."""
        for name, place in self._errors.items():
            _show_error(place, errors.get(name, ""))
        for entry in self._entries:
            if entry.name in errors and self._applies(entry):
                self._editors[entry.name].setFocus(Qt.FocusReason.OtherFocusReason)
                break
        return {name: text for name, text in errors.items() if name not in self._errors}

    def set_read_only(self, read_only: bool) -> None:  # noqa: FBT001  a setter of one flag
        """Let the values be looked at only; texts can still be selected and copied."""
        for editor in self._editors.values():
            if isinstance(editor, LineEditor | TextEditor):
                editor.setReadOnly(read_only)
            else:
                editor.setEnabled(not read_only)

    def focus(self) -> None:
        """Put the focus on the first entry."""
        for entry in self._entries:
            if self._applies(entry):
                self._editors[entry.name].setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def editor(self, name: str) -> AnyEditor:
        """The editor of an entry; KeyError for an unknown name."""
        return self._editors[name]

    def _applies(self, entry: Entry) -> bool:
        return entry.when == "always" or (entry.when == "adding") == self._adding


def _show_error(place: Field | FieldError, text: str) -> None:
    if isinstance(place, Field):
        place.set_error(text)
    else:
        place.show_error(text)
