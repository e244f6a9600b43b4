"""Edits several contact points of one person: phone numbers, e-mail addresses, and others."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.settings.editors import ChoiceEditor, LineEditor, Value
from desktop_desk.ui.theme import Appearance, Font
from desktop_desk.ui.widgets.buttons import IconButton, KeyButton
from desktop_desk.ui.widgets.tab_place import TabPlace

BESIDE_THE_KIND = 68
"""What frame and arrow of the choice take."""
KINDS = ("phone", "email", "other")


def contact_text(kind: str, value: str) -> str:
    """A contact point as one text, for the form's values and drafts."""
    return f"{kind}:{value}"


def contact_of(text: str) -> tuple[str, str]:
    """Kind and value of such a text."""
    kind, _colon, value = text.partition(":")
    return kind, value


def kind_choices() -> tuple[tuple[str, str], ...]:
    """What a contact point can be."""
    return (("phone", _("Phone")), ("email", _("E-mail")), ("other", _("Other")))


class ContactsEditor(QWidget):
    """One row for each contact point, and a button that adds one; empty rows do not count.

    Its value is a list of texts made by `contact_text`.

    Signals:
        edited(): a person changed something.
    """

    edited = Signal()

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = look
        self._rows: list[_Row] = []
        self._tab_place = TabPlace(self)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        self._more = KeyButton(look, _("Add a &number or address"), "Alt+N", quiet=True)
        self._more.setObjectName("add_contact")
        self._more.clicked.connect(self._on_more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._lines)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self.set_value([])

    def value(self) -> list[str]:
        """What was filled in, in order."""
        return [contact_text(row.kind(), row.line.value()) for row in self._rows if row.line.value()]

    def set_value(self, value: Value) -> None:
        """Show these contact points; none shows one empty row for a phone number."""
        wanted = [contact_of(text) for text in value] if isinstance(value, list) else []
        for row in self._rows:
            self._lines.removeWidget(row)
            row.setParent(None)
            row.deleteLater()
        self._rows = []
        for kind, text in wanted or [("phone", "")]:
            self._append(kind, text)
        self._put_in_order()

    def _append(self, kind: str, text: str) -> "_Row":
        row = _Row(self._appearance, kind, text)
        place = len(self._rows) + 1
        row.line.setObjectName(f"contact_{place}")
        row.line.setAccessibleName(_("Number or address {place}").format(place=place))
        row.choice.setAccessibleName(_("Kind of contact {place}").format(place=place))
        row.edited.connect(self.edited)
        row.removed.connect(lambda: self._remove(row))
        self._rows.append(row)
        self._lines.addWidget(row)
        self.setFocusProxy(self._rows[0].line)
        return row

    def _put_in_order(self) -> None:
        self._tab_place.put(part for row in self._rows for part in (row.choice, row.line, row.remove))

    def _on_more(self) -> None:
        row = self._append("phone", "")
        self._put_in_order()
        row.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, row: "_Row") -> None:
        place = self._rows.index(row)
        remaining = [
            contact_text(other.kind(), other.line.value()) for other in self._rows if other is not row
        ]
        self.set_value(remaining)
        self._rows[min(place, len(self._rows) - 1)].line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()


class _Row(QWidget):
    edited = Signal()
    removed = Signal()

    def __init__(self, look: Appearance, kind: str, text: str) -> None:
        super().__init__()
        self.choice = ChoiceEditor(kind_choices())
        longest = max((text for _kind, text in kind_choices()), key=len)
        self.choice.setFixedWidth(look.metrics(Font.BASE).horizontalAdvance(longest) + BESIDE_THE_KIND)
        self.choice.set_value(kind if kind in KINDS else "other")
        self.line = LineEditor()
        self.line.set_value(text)
        self.remove = IconButton(look, "close", _("Remove {contact}").format(contact=text or _("this row")))
        self._guessed = not text
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(self.choice)
        line.addWidget(self.line, 1)
        line.addWidget(self.remove)
        self.choice.edited.connect(self._on_kind)
        self.line.edited.connect(self._on_line)
        self.remove.clicked.connect(self.removed)

    def kind(self) -> str:
        return self.choice.value() or "other"

    def _on_kind(self) -> None:
        self._guessed = False
        self.edited.emit()

    def _on_line(self) -> None:
        # Whoever types an address need not say that it is one.
        if self._guessed:
            self.choice.set_value("email" if "@" in self.line.value() else "phone")
        self.edited.emit()
