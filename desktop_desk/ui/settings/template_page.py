"""Templates of the office's letters: for each department and language, with a preview on a real ticket."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_desk.desk.letter_settings import LANGUAGES
from desktop_desk.desk.office import KINDS as OFFICE_KINDS
from desktop_desk.domain.errors import DeskError
from desktop_desk.domain.outgoing import KINDS
from desktop_desk.i18n import N_, _
from desktop_desk.ui.settings.editors import ChoiceEditor, LineEditor, TickEditor
from desktop_desk.ui.settings.permission_texts import refusal
from desktop_desk.ui.settings.subject import in_use
from desktop_desk.ui.settings.template_editor import TemplateEditor
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.chips import Flow
from desktop_desk.ui.widgets.form import Field
from desktop_desk.ui.widgets.keys_within import keys_within

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from desktop_desk.channels.letters import Rendered
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.directory import Directory
    from desktop_desk.desk.letter_templates import TemplateView
    from desktop_desk.desk.views import Done
    from desktop_desk.ui.drafts import Drafts
    from desktop_desk.ui.operations import Operations

NAMES = {"reply": N_("Reply"), "receipt": N_("Receipt"), "resolved": N_("Resolved")}
LANGUAGE_NAMES = {"en": N_("English"), "de": N_("German")}
SOON_MS = 150
SAMPLE = {
    "number": "1041-0", "subject": "VPN down for all of sales", "caller": "Ken Lee",
    "text": "The certificate is renewed.", "agent": "Jane Roe", "department": "Support", "office": "Front desk",
    "resolved": "",
}  # fmt: skip
"""What a preview says on a desk that has no ticket yet."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which template is shown; `department` is an id, "" for the whole desk."""

    kind: str
    language: str
    department: str = ""

    @property
    def draft(self) -> str:
        """The key under which what is typed is kept."""
        return f"template:{self.department or 'desk'}:{self.language}:{self.kind}"


class TemplatePage(QWidget):
    """Edits one template at a time. Ctrl+Enter saves; what cannot be filled in is not saved."""

    def __init__(
        self, look: Appearance, operations: "Operations", drafts: "Drafts | None", *, parent: QWidget | None = None
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._operations = operations
        self._drafts = drafts
        self._directory: Directory | None = None
        self._chosen = Chosen("receipt", "en")
        self._saved = ""
        self._values: Mapping[str, str] = SAMPLE
        self._act = ""
        self.setObjectName("template_page")
        self.editor = TemplateEditor(look, parent=self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._build(look)
        self._connect()
        self.reload()

    def _build(self, look: Appearance) -> None:
        self._department, self._language = ChoiceEditor(), ChoiceEditor()
        self._department.setObjectName("template_department")
        self._department.setMinimumContentsLength(20)
        self._language.setObjectName("template_language")
        self._language.set_choices(
            [(key, _(name)) for key, name in LANGUAGE_NAMES.items() if key in LANGUAGES]
        )
        self._number = LineEditor(placeholder=_("newest"))
        self._number.setMaximumWidth(self._number.fontMetrics().averageCharWidth() * 22)
        self._number.setObjectName("template_ticket")
        self._writes = ChoiceEditor()
        self._writes.setObjectName("department_language")
        self._receipts = TickEditor(_("Confirm new tickets by &mail"))
        self._receipts.setObjectName("department_receipts")
        head = QWidget(self)
        fields = Flow(head, gap=14)
        for label, editor in (
            (_("&Department"), self._department),
            (_("&Language"), self._language),
            (_("Preview with &ticket"), self._number),
            (_("The department &writes in"), self._writes),
        ):
            field = Field(look, label, editor, parent=self)
            fields.addWidget(field)
            if editor is self._writes:
                self._writes_field = field
        for of_a_department in (self._writes_field, self._receipts):
            of_a_department.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 12)
        column.setSpacing(10)
        column.addWidget(head)
        column.addWidget(self._kinds())
        column.addWidget(self.editor, 1)
        column.addWidget(self._foot(look))

    def _kinds(self) -> QWidget:
        """A tab for each kind of letter, and the switch for receipts."""
        kinds = QWidget(self)
        row = Flow(kinds)
        self._group = QButtonGroup(self)
        self._tabs: dict[str, QPushButton] = {}
        for kind in KINDS:
            tab = QPushButton(_(NAMES.get(kind, kind)), self)
            tab.setObjectName(f"template_{kind}")
            tab.setCheckable(True)
            tab.setChecked(kind == self._chosen.kind)
            set_look(tab, "tab")
            self._group.addButton(tab)
            self._tabs[kind] = tab
            row.addWidget(tab)
        row.addWidget(self._receipts)
        return kinds

    def _foot(self, look: Appearance) -> QFrame:
        self._state = QLabel(self)
        self._state.setObjectName("template_state")
        self._state.setWordWrap(True)
        set_look(self._state, "muted")
        self._save = KeyButton(look, _("&Save"), "Ctrl+Enter", primary=True, parent=self)
        self._save.setObjectName("template_save")
        self._back = KeyButton(look, _("&Back to the one before"), "Ctrl+Del", parent=self)
        self._back.setObjectName("template_back")
        self._undo = KeyButton(look, _("&Undo"), quiet=True, parent=self)
        self._undo.setObjectName("template_undo")
        self._undo.hide()
        foot = QFrame(self)
        row = QHBoxLayout(foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button in (self._save, self._back):
            row.addWidget(button)
        row.addWidget(self._state, 1)
        row.addWidget(self._undo)
        return foot

    def _connect(self) -> None:
        self._department.edited.connect(self._on_chosen)
        self._language.edited.connect(self._on_chosen)
        self._group.buttonClicked.connect(self._on_chosen)
        self._number.editingFinished.connect(self._read_values)
        self._writes.edited.connect(self._on_writes)
        self._receipts.edited.connect(self._on_receipts)
        self.editor.edited.connect(self._on_edited)
        self._soon.timeout.connect(self._preview)
        self._save.clicked.connect(self.save)
        self._back.clicked.connect(self.go_back)
        self._undo.clicked.connect(self._take_back)
        save = self._save.click
        keys_within(self, {"Ctrl+Return": save, "Ctrl+Enter": save, "Ctrl+Del": self._back.click})
        self._operations.changed.connect(self._on_changed)
        self._operations.others_changed.connect(self.reload)

    # What is read

    def reload(self) -> None:
        """Read departments, the template and the ticket of the preview again; what is being typed stays."""
        self._operations.read(
            lambda desk: desk.directory(), owner=self, then=self._on_directory, latest="directory"
        )
        self._read_values()

    def focus(self) -> None:
        """Put the cursor into the template."""
        self.editor.text.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_directory(self, directory: "Directory") -> None:
        first = self._directory is None
        self._directory = directory
        self._department.set_choices([("", _("The whole desk")), *in_use(directory.departments)])
        if first:
            self._department.set_value("")
            self._language.set_value("de" if directory.settings.country in {"DE", "AT", "LI"} else "en")
            self._chosen = self._choice()
        self._show_department()
        if first or not self._is_touched():
            self._read_template()

    def _choice(self) -> Chosen:
        kind = next((kind for kind, tab in self._tabs.items() if tab.isChecked()), KINDS[0])
        return Chosen(kind, self._language.value() or "en", self._department.value() or "")

    def _show_department(self) -> None:
        """What holds for the letters of the department that is chosen."""
        directory, uid = self._directory, self._department.value()
        part = directory.department(uid) if directory is not None and uid else None
        self._writes_field.setVisible(part is not None)
        self._receipts.setVisible(part is not None)
        languages = [(key, _(name)) for key, name in LANGUAGE_NAMES.items()]
        self._writes.set_choices([("", _("as its country")), *languages])
        if part is not None:
            self._writes.set_value(part.language)
            self._receipts.set_value(part.receipts)

    def _read_template(self) -> None:
        chosen = self._chosen
        needed = OFFICE_KINDS["department"] if chosen.department else "office.settings"
        self._operations.read(
            lambda desk: (
                desk.template(chosen.kind, chosen.language, chosen.department or None), refusal(desk, needed)
            ),
            owner=self,
            then=lambda found: self._on_template(chosen, *found),
            latest="template",
        )  # fmt: skip

    def _on_template(self, chosen: Chosen, found: "TemplateView", refused: str) -> None:
        from desktop_desk.channels.letters import own_template

        if chosen != self._chosen:
            return
        self._refuse(refused)
        own = found.department if chosen.department else found.desk
        inherited = (found.desk if chosen.department else "") or own_template(chosen.kind, chosen.language)
        self._saved = own or inherited
        self._back.setEnabled(bool(own) and not refused)
        if refused:
            self._tell(refused)
        elif own:
            self._tell(
                _("This is the desk's own text.")
                if not chosen.department
                else _("This is the department's own text.")
            )
        elif chosen.department and found.desk:
            self._tell(_("This is the text of the whole desk; change it for this department alone."))
        else:
            self._tell(_("This is the program's own text; change it as you like."))
        draft = self._drafts.read(chosen.draft) if self._drafts is not None else None
        self.editor.show_text(draft.text if draft is not None and draft.text else self._saved)
        if draft is not None and draft.text:
            self._tell(_("Not saved yet: this is what you typed before."))
        self._preview()

    def _refuse(self, why: str) -> None:
        """Let the template be looked at only; "" for who may write it."""
        self.editor.set_read_only(bool(why))
        for part in (self._save, self._writes, self._receipts):
            part.setEnabled(not why)

    def _read_values(self) -> None:
        number = self._number.value()

        def read(desk: "Desk") -> "Mapping[str, str]":
            if number:
                return desk.letter_values(number)
            newest = desk.queue("all", "updated", descending=True, count=1).rows
            return desk.letter_values(newest[0].number) if newest else SAMPLE

        def failed(error: Exception) -> bool:
            if isinstance(error, DeskError):
                self.editor.show_wrong(error.reason)
            return isinstance(error, DeskError)

        self._operations.read(read, owner=self, then=self._on_values, failed=failed, latest="values")

    def _on_values(self, values: "Mapping[str, str]") -> None:
        self._values = values
        self._preview()

    # The preview

    def _preview(self) -> None:
        """Fill the template in, off the UI thread: one may be written so that it takes its time."""
        text, values = self.editor.text.toPlainText(), self._values

        def fill() -> "Rendered":
            from desktop_desk.channels.letters import previewed

            return previewed(text, values)

        def failed(error: Exception) -> bool:
            if isinstance(error, DeskError):
                self.editor.show_wrong(str(error))
            return isinstance(error, DeskError)

        self._operations.task(
            fill, owner=self, then=self.editor.show_preview, failed=failed, latest="preview", long=True
        )

    # What a person does

    def save(self) -> None:
        """Save the template; one that names something unknown, or cannot be read, is refused beside it."""
        chosen, text, values = self._chosen, self.editor.text.toPlainText(), self._values

        def save(desk: "Desk") -> "Done":
            from desktop_desk.channels.letters import rendered

            rendered(text, values)
            return desk.set_template(chosen.kind, chosen.language, text, chosen.department or None)

        self._write(save, _("Saved."))

    def go_back(self) -> None:
        """Take the text away that is shown: the desk's stands again, or the program's."""
        chosen = self._chosen
        self._write(
            lambda desk: desk.set_template(chosen.kind, chosen.language, "", chosen.department or None),
            _("The text before stands again."),
        )

    def _write(self, call: "Callable[[Desk], Done]", said: str, *, text: bool = True) -> None:
        chosen = self._chosen

        def done(done: "Done") -> None:
            if text and self._drafts is not None:
                self._drafts.discard(chosen.draft)
            self._act = done.act
            self._undo.setVisible(bool(done.act))
            if text:
                self._read_template()
            self._tell(said)

        def failed(error: Exception) -> bool:
            if isinstance(error, DeskError):
                self.editor.show_wrong(str(error))
            return isinstance(error, DeskError)

        self._operations.write(call, owner=self, then=done, failed=failed)

    def _take_back(self) -> None:
        act, self._act = self._act, ""
        self._undo.hide()
        if act:
            self._operations.write(lambda desk: desk.undo(act), owner=self, then=self._on_undone)

    def _on_undone(self, _done: "Done") -> None:
        self.reload()
        self._read_template()
        self._tell(_("Undone."))

    def _on_writes(self) -> None:
        uid, language = self._chosen.department, self._writes.value() or ""
        self._write(lambda desk: desk.change("department", uid, language=language), _("Saved."), text=False)

    def _on_receipts(self) -> None:
        uid, on = self._chosen.department, self._receipts.value()
        said = _("New tickets are confirmed by mail.") if on else _("New tickets are not confirmed by mail.")
        self._write(lambda desk: desk.change("department", uid, receipts=on), said, text=False)

    # What happened

    def _is_touched(self) -> bool:
        return self.editor.text.toPlainText() != self._saved

    def _on_chosen(self) -> None:
        # What was typed of the template that is left is kept as its draft, and comes back with it.
        self._chosen = self._choice()
        self._show_department()
        self._undo.hide()
        self._read_template()

    def _on_edited(self) -> None:
        text = self.editor.text.toPlainText()
        if self._drafts is not None:
            self._drafts.keep(self._chosen.draft, text if text != self._saved else "")
        self._tell("")
        self._soon.start()

    def _on_changed(self, _done: object, initiator: object) -> None:
        if initiator is not self:
            self.reload()

    def _tell(self, words: str) -> None:
        self._state.setText(words)
