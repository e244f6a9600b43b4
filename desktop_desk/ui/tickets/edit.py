"""The form for a ticket's subject, topic, department, source and due time."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDateTime, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_desk.domain.tickets import SOURCES
from desktop_desk.i18n import _
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.menus import FormDialog
from desktop_desk.ui.settings.subject import in_use
from desktop_desk.ui.settings.topics import topic_choices
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.tickets.header import capital, source_text
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.form import Field, FieldError, FormColumn

if TYPE_CHECKING:
    from desktop_desk.desk.directory import Directory
    from desktop_desk.desk.ports import Position
    from desktop_desk.desk.views import TicketView

Choices = Sequence[tuple[str, str]]


def _combo(name: str, choices: Choices, value: str, shown: str, parent: QWidget) -> QComboBox:
    """Choices with the value in force, which may be out of use and is offered all the same: it must not get lost."""
    combo = QComboBox(parent)
    combo.setObjectName(name)
    for key, text in choices:
        combo.addItem(text, key)
    if combo.findData(value) < 0:
        combo.addItem(shown, value)
    combo.setCurrentIndex(combo.findData(value))
    return combo


class EditDialog(FormDialog):
    """Takes a ticket in, and says which fields the person changed; never writes.

    Signals:
        save_asked(dict changes): save these fields, read at `position`; answer by `accept` or `refused`.
    """

    save_asked = Signal(object)

    def __init__(
        self,
        look: Appearance,
        drafts: Drafts,
        view: "TicketView",
        directory: "Directory",
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("edit_dialog")
        self.setWindowTitle(_("Edit {number}").format(number=view.number))
        self.setMinimumWidth(480)
        self._look = look
        self._drafts = drafts
        self._key = f"edit:{view.uid}"
        draft = drafts.read(self._key)
        self.position: Position | None = draft.position if draft is not None else view.position
        self._before = _values_of(view)
        self._build(view, directory)
        if draft is not None:
            self._fill(draft.content)
        self._connect()

    # Shape

    def _build(self, view: "TicketView", directory: "Directory") -> None:
        self._subject = QLineEdit(view.subject, self)
        self._subject.setObjectName("subject")
        topics = [("", _("none")), *topic_choices(directory)]
        self._topic = _combo("topic", topics, view.topic_uid or "", view.topic, self)
        self._department = _combo(
            "department", in_use(directory.departments), view.department_uid or "", view.department, self
        )
        sources = [(key, capital(source_text(key))) for key in SOURCES]
        self._source = _combo("source", sources, view.source, capital(view.source), self)
        self._own_due = QCheckBox(_("A due time of &its own"), self)
        self._own_due.setObjectName("own_due")
        self._due = QDateTimeEdit(self)
        self._due.setObjectName("due")
        self._due.setDisplayFormat("ddd d MMM yyyy  HH:mm")
        self._due.setDateTime(
            QDateTime.fromMSecsSinceEpoch(view.due) if view.due is not None else QDateTime.currentDateTime()
        )
        self._due.setEnabled(False)
        self._form = FormColumn(self)
        for title, editor in (
            (_("&Subject"), self._subject),
            (_("&Topic"), self._topic),
            (_("&Department"), self._department),
            (_("S&ource"), self._source),
        ):
            self._form.add(Field(self._look, title, editor, parent=self))
        self._form.add_widget(self._own_due)
        self._form.add(Field(self._look, _("D&ue"), self._due, parent=self))
        self._error = FieldError(self)
        self._error.setObjectName("edit_error")
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 18)
        column.setSpacing(14)
        column.addWidget(self._form)
        column.addWidget(self._error)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self._save = KeyButton(self._look, _("Save"), "Ctrl+Enter", primary=True, parent=self)
        self._save.setObjectName("edit_save")
        self._save.setDefault(True)
        cancel = KeyButton(self._look, _("Cancel"), "Esc", parent=self)
        cancel.setObjectName("edit_cancel")
        cancel.clicked.connect(self._throw_away)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self._save)
        return row

    def _connect(self) -> None:
        self._save.clicked.connect(self.finish)
        self._own_due.toggled.connect(self._due.setEnabled)
        self._subject.textChanged.connect(self._keep)
        for combo in (self._topic, self._department, self._source):
            combo.currentIndexChanged.connect(self._keep)
        self._own_due.toggled.connect(self._keep)
        self._due.dateTimeChanged.connect(self._keep)
        self.accepted.connect(self._forget)
        self.finished.connect(self.deleteLater)

    # Values

    def changes(self) -> dict[str, Any]:
        """Only the fields that the person changed, as the verb `edit` takes them."""
        now: dict[str, Any] = {
            "subject": self._subject.text(),
            "topic": self._topic.currentData(),
            "department": self._department.currentData(),
            "source": self._source.currentData(),
        }
        changed = {name: value for name, value in now.items() if value != self._before[name]}
        if self._own_due.isChecked():
            changed["due"] = self._due.dateTime().toMSecsSinceEpoch()
        return changed

    def refused(self, field: str, reason: str) -> None:
        """Say beside the field why it was not saved; everything typed stays."""
        self._save.setEnabled(True)
        beside = self._form.set_errors({field: reason})
        self._error.show_error(reason if beside else "")

    def _fill(self, content: Mapping[str, Any]) -> None:
        if "subject" in content:
            self._subject.setText(str(content["subject"]))
        for name, combo in (
            ("topic", self._topic),
            ("department", self._department),
            ("source", self._source),
        ):
            if name in content and (place := combo.findData(content[name])) >= 0:
                combo.setCurrentIndex(place)
        if isinstance(content.get("due"), int):
            self._own_due.setChecked(True)
            self._due.setEnabled(True)
            self._due.setDateTime(QDateTime.fromMSecsSinceEpoch(content["due"]))

    def _keep(self) -> None:
        self._drafts.keep(self._key, self.changes(), self.position)

    def _forget(self) -> None:
        self._drafts.discard(self._key)

    def _throw_away(self) -> None:
        self._forget()
        self.reject()

    def finish(self) -> None:
        """Save what was changed; nothing changed is the same as Cancel."""
        changes = self.changes()
        if not changes:
            self._throw_away()
            return
        self._save.setEnabled(False)
        self.save_asked.emit(changes)


def _values_of(view: "TicketView") -> dict[str, Any]:
    return {
        "subject": view.subject,
        "topic": view.topic_uid or "",
        "department": view.department_uid or "",
        "source": view.source,
    }
