"""Fields with their label above and what is wrong with them below."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop_desk.ui.theme import Appearance, set_look, set_wrong
from desktop_desk.ui.widgets.buttons import unmarked
from desktop_desk.ui.widgets.wheel import pass_wheels


def give_air(editor: QWidget) -> None:
    """Moves the text of a spin box or date editor off its left edge, which no sheet can do."""
    if isinstance(editor, QAbstractSpinBox):
        for line in editor.findChildren(QLineEdit):
            line.setTextMargins(8, 0, 0, 0)


class FieldError(QLabel):
    """A sentence beside a field that was refused; takes no room while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        set_look(self, "error")
        self.hide()

    def show_error(self, text: str) -> None:
        """Shows the sentence; empty takes it away."""
        self.setText(text)
        self.setVisible(bool(text))


class Field(QWidget):
    """A label, its editor and the place for an error.

    An editor made of several parts has a focus proxy: that one gets the cursor, looks wrong, and says why.

    Attributes: editor, label, error.
    """

    def __init__(
        self, look: Appearance, label: str, editor: QWidget, *, hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._hint = hint
        self.editor = editor
        give_air(editor)
        pass_wheels(editor)
        if editor.focusProxy() is not None:
            # A label gives the cursor only to what can have it; the proxy hands it on, whichever it is then.
            editor.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.label = QLabel(label, self)
        self.label.setBuddy(editor)
        set_look(self.label, "meta")
        self.error = FieldError(self)
        self.hint = QLabel(hint, self)
        self.hint.setWordWrap(True)
        self.hint.setVisible(bool(hint))
        set_look(self.hint, "meta")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.label, editor, self.hint, self.error):
            column.addWidget(part)
        for named in (editor, self._entered):
            if not named.accessibleName():
                named.setAccessibleName(unmarked(label))
        self._entered.setAccessibleDescription(hint)

    @property
    def _entered(self) -> QWidget:
        """What has the cursor when the editor has it: a part of it where it is made of several."""
        return self.editor.focusProxy() or self.editor

    def set_label(self, label: str) -> None:
        """Another label; may hold a mnemonic."""
        self.label.setText(label)

    def set_error(self, text: str) -> None:
        """Says what is wrong, marks the editor, and tells screen readers; empty takes it all away."""
        self.error.show_error(text)
        self._entered.setAccessibleDescription(text or self._hint)
        set_wrong(self._entered, wrong=bool(text))

    def clear_error(self) -> None:
        """Takes the error away."""
        self.set_error("")


class FormColumn(QWidget):
    """Fields one below the other, found again by the object name of their editor."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: dict[str, Field] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)

    def add(self, field: Field) -> Field:
        """Puts a field below the others."""
        self._fields[field.editor.objectName()] = field
        self._column.addWidget(field)
        return field

    def add_widget(self, widget: QWidget) -> None:
        """Puts anything else below the others."""
        self._column.addWidget(widget)

    def field(self, name: str) -> Field:
        """The field whose editor has this object name; KeyError for none."""
        return self._fields[name]

    def set_errors(self, errors: Mapping[str, str]) -> list[str]:
        """Shows these errors by field and no others, goes to the first; returns the names that no field has."""
        first: Field | None = None
        for name, field in self._fields.items():
            field.set_error(errors.get(name, ""))
            if name in errors and first is None:
                first = field
        if first is not None:
            first.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return [name for name in errors if name not in self._fields]
