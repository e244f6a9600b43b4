"""Edits the departments in which an agent works besides his own, with the role there."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.settings.editors import ChoiceEditor, Choices, Value
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.buttons import IconButton, KeyButton
from desktop_desk.ui.widgets.tab_place import TabPlace


def extra_role(department: str, role: str) -> str:
    """A department with the role there as one text, for the form's values and drafts."""
    return f"{department}:{role}"


def extra_role_of(text: str) -> tuple[str, str]:
    """Department and role of such a text."""
    department, _colon, role = text.partition(":")
    return department, role


class ExtraRolesEditor(QWidget):
    """One row for each further department, and a button that adds one; rows without a department do not count.

    Its value is a list of texts made by `extra_role`; the last row of a department wins.

    Signals:
        edited(): a person changed something.
    """

    edited = Signal()

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = look
        self._departments: Choices = ()
        self._roles: Choices = ()
        self._rows: list[_Row] = []
        self._tab_place = TabPlace(self)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        more = KeyButton(look, _("Add a depart&ment"), "Alt+M", quiet=True)
        more.setObjectName("add_extra_role")
        more.clicked.connect(self._on_more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._lines)
        column.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(more)

    def set_choices(self, departments: Choices, roles: Choices) -> None:
        """Renew what can be chosen; what is chosen stays."""
        self._departments, self._roles = departments, roles
        for row in self._rows:
            row.department.set_choices(departments)
            row.role.set_choices(roles)

    def value(self) -> list[str]:
        """What was filled in, a department once, in order."""
        chosen = {row.department.value(): row.role.value() for row in self._rows}
        return [extra_role(department, role) for department, role in chosen.items() if department and role]

    def set_value(self, value: Value) -> None:
        """Show these departments and roles; none shows no row."""
        for row in self._rows:
            self._lines.removeWidget(row)
            row.setParent(None)
            row.deleteLater()
        self._rows = []
        for text in value if isinstance(value, list) else ():
            self._append(*extra_role_of(text))

    def _append(self, department: str | None, role: str | None) -> "_Row":
        row = _Row(self._appearance)
        row.department.set_choices(self._departments)
        row.role.set_choices(self._roles)
        row.department.set_value(department)
        row.role.set_value(role)
        place = len(self._rows) + 1
        row.department.setObjectName(f"extra_department_{place}")
        row.department.setAccessibleName(_("Further department {place}").format(place=place))
        row.role.setObjectName(f"extra_role_{place}")
        row.role.setAccessibleName(_("Role in further department {place}").format(place=place))
        row.edited.connect(self.edited)
        row.removed.connect(lambda: self._remove(row))
        self._rows.append(row)
        self._lines.addWidget(row)
        self._tab_place.put(part for row in self._rows for part in (row.department, row.role, row.remove))
        return row

    def _on_more(self) -> None:
        first = next((key for key, _text in self._roles), None)
        row = self._append(None, first)
        row.department.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, row: "_Row") -> None:
        kept = [(other.department.value(), other.role.value()) for other in self._rows if other is not row]
        self.set_value([])
        for department, role in kept:
            self._append(department, role)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()


class _Row(QWidget):
    edited = Signal()
    removed = Signal()

    def __init__(self, look: Appearance) -> None:
        super().__init__()
        self.department, self.role = ChoiceEditor(), ChoiceEditor()
        self.remove = IconButton(look, "close", _("Remove this department"))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(self.department, 1)
        line.addWidget(self.role, 1)
        line.addWidget(self.remove)
        self.department.edited.connect(self.edited)
        self.role.edited.connect(self.edited)
        self.remove.clicked.connect(self.removed)
