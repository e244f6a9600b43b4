"""The form of one call: who, what about, and what becomes of it."""

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QTextCursor
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_desk.desk.views import PersonHit
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import EntityId
from desktop_desk.domain.phones import Phone, display, read_phone
from desktop_desk.i18n import _
from desktop_desk.ui.calls.call_back import CallBackField
from desktop_desk.ui.calls.caller_field import CallerField
from desktop_desk.ui.calls.line import CallLine, LineReading
from desktop_desk.ui.calls.outage import OutageStrip
from desktop_desk.ui.calls.outcomes import OUTCOMES
from desktop_desk.ui.calls.radar import Radar
from desktop_desk.ui.calls.topic_field import TopicField
from desktop_desk.ui.calls.typed_call import TypedCall
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.file_dialogs import ask_files
from desktop_desk.ui.theme import Appearance, Font, set_look
from desktop_desk.ui.tickets.given_files import FilesEdit, GivenFile, given_files, has_files
from desktop_desk.ui.tickets.pending_files import PendingFiles
from desktop_desk.ui.widgets.buttons import IconButton, KeyButton
from desktop_desk.ui.widgets.chips import ChipRow
from desktop_desk.ui.widgets.form import Field, FieldError
from desktop_desk.ui.widgets.scrolled import Scrolled

SIMILAR_FROM = 3
"""Letters of text from which similar tickets are looked for."""
_WIDTH = 724
"""Of the form, with text of the usual size."""


def _at_top(field: Field) -> QVBoxLayout:
    cell = QVBoxLayout()
    cell.addWidget(field)
    cell.addStretch(1)
    return cell


class CallForm(QWidget):
    """Shows one typed call and gives it back; knows nothing of the desk.

    Signals:
        changed(): something was typed or chosen.
        caller_changed(): another caller.
        people_wanted(text, token), similar_wanted(text): look this up, please.
        save_wanted(resolve), park_wanted(), discard_wanted(), attach_wanted(number): by a button or the
            radar.
    """

    changed = Signal()
    caller_changed = Signal()
    people_wanted = Signal(str, int)
    similar_wanted = Signal(str)
    save_wanted = Signal(bool)
    park_wanted = Signal()
    discard_wanted = Signal()
    attach_wanted = Signal(str)

    def __init__(
        self,
        look: Appearance,
        call: TypedCall,
        line: CallLine,
        drafts: Drafts,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("call_form")
        self._look = look
        self._call = call
        self._line = line
        self._drafts = drafts
        self._region = ""
        self._subject = ""
        self._build()
        self._fill(call)
        self._connect()
        self._on_line_changed()

    def call(self) -> TypedCall:
        """Everything as it stands in the form now; the clock is not the form's."""
        caller = self.caller.caller()
        return replace(
            self._call,
            person=caller.person,
            person_name=caller.name,
            caller=caller.typed,
            line=self.line.text(),
            details=self.details.toPlainText(),
            topic=self.topic.uid(),
            topic_typed=self.topic.edit.text(),
            outcome=str(self.outcome.currentData() or ""),
            call_back=self.call_back.when.text(),
            call_back_for=self.call_back.agent() if self.call_back.when.text().strip() else "",
            files=self.files.files,
        )

    @property
    def who(self) -> str:
        """The caller in a few words; "" when nothing is known."""
        return self.call().who(self._region)

    def reading(self) -> LineReading:
        """What the line means, with the call-back field where the line promises none."""
        return self._line.read(self.line.text(), self.call_back.when.text())

    def set_line(self, line: CallLine, region: str) -> None:
        """The office's names became known, or changed: chips are read anew."""
        self._line, self._region = line, region
        self.caller.set_region(region)
        self.topic.set_choices(line.topics)
        self.call_back.set_agents(line.agents, line.me)
        self.call_back.set_agent(self._call.call_back_for)
        self._on_line_changed()

    def set_person(self, person: PersonHit) -> None:
        """The telephone's number belongs to this caller."""
        self.caller.set_caller(person)

    def set_colleague(self, name: str) -> None:
        """The call comes from one of the office's own extensions."""
        self.caller.set_colleague(_("Extension {number}").format(number=self._call.number), name)

    def took_words(self) -> bool:
        """Whether anything is written down of what was said."""
        return bool(self.line.text().strip() or self.details.toPlainText().strip())

    def focus_first(self) -> None:
        """Put the cursor where the next thing is missing: the caller, else the line."""
        told = self._call.number and self.caller.caller().typed
        known = self.caller.caller().person or self._call.ticket or told
        target = self.line if known else self.caller.edit
        # Not as if it were reached by key: that would mark the text, and the next letter would replace it.
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        target.setCursorPosition(len(target.text()))

    def choose_files(self) -> None:
        """Let the person choose files that go with the call."""
        ask_files(self, lambda paths: self._add([GivenFile(path.name, path) for path in paths]))

    def take(self, data: QMimeData) -> None:
        """Let files or a picture go along that were pasted or dropped."""
        self._add(given_files(data, datetime.now().astimezone()))

    def _add(self, given: list[GivenFile]) -> None:
        self._error.show_error("")
        try:
            self.files.add(given)
        except Invalid as error:
            self.show_error("attachments", str(error))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if has_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.take(event.mimeData())

    def put_away(self) -> bool:
        """Put the matches of a searching field away; False when none are shown."""
        shown = [field.put_away() for field in (self.caller, self.topic)]
        return any(shown)

    def show_error(self, field: str, text: str) -> None:
        """Say beside the field what is wrong with it; an unknown field's text stands above the buttons."""
        fields = {"subject": self._line_field, "caller": self._caller_field, "topic": self._topic_field}
        fields |= {"details": self._details_field, "call_back": self._call_back_field}
        shown = fields.get(field)
        if shown is None:
            self._error.show_error(text)
            return
        shown.set_error(text)
        shown.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear_errors(self) -> None:
        """Nothing is wrong any more, as far as is known."""
        for field in self._fields:
            field.clear_error()
        self._error.show_error("")

    @property
    def busy(self) -> bool:
        """Whether a save is under way."""
        return not self.save.isEnabled()

    def set_busy(self, *, busy: bool) -> None:
        """While a save is under way it cannot be asked for again; text can be typed all the time."""
        for button in self._buttons:
            button.setEnabled(not busy)

    def _build(self) -> None:
        """Make the parts, in the order in which Tab goes through them: as they are read."""
        look = self._look
        self.caller = CallerField(look, self)
        self.topic = TopicField(look, self)
        self.line = QLineEdit(self)
        self.line.setObjectName("call_line")
        self.line.setPlaceholderText(_("one line is enough · #topic !priority @assignee >time to call back"))
        self.details = FilesEdit(self)
        self.details.setObjectName("call_details")
        self.details.setTabChangesFocus(True)
        self.outcome = QComboBox(self)
        self.outcome.setObjectName("call_outcome")
        self.outcome.addItem(_("as saved"), "")
        for digit, (key, text) in enumerate(OUTCOMES, 1):
            self.outcome.addItem(f"{digit} {_(text)}", key)
        self.call_back = CallBackField(self)
        self._caller_field = Field(look, _("C&aller: name, number, e-mail"), self.caller, parent=self)
        self._topic_field = Field(look, _("To&pic"), self.topic, parent=self)
        self._line_field = Field(look, _("What &is it about?"), self.line, parent=self)
        self._details_field = Field(look, _("D&etails"), self.details, parent=self)
        self._outcome_field = Field(look, _("&Outcome"), self.outcome, parent=self)
        self._call_back_field = Field(look, _("Call &back"), self.call_back, parent=self)
        self._fields = (
            self._caller_field, self._topic_field, self._line_field,
            self._details_field, self._outcome_field, self._call_back_field,
        )  # fmt: skip
        # After the fields: who writes on from the line is not to step over what he has just typed there.
        self.chips = ChipRow(look, self)
        self.chips.setObjectName("call_chips")
        self.radar = Radar(look, self)
        self.files = PendingFiles(look, self._drafts, parent=self)
        self.outage = OutageStrip(look, self)
        self._says = QLabel(self)
        self._says.setObjectName("read_back")
        set_look(self._says, "muted")
        self._says.setTextFormat(Qt.TextFormat.PlainText)
        self._says.setWordWrap(True)
        self._error = FieldError(self)
        self._error.setObjectName("call_error")
        self.setAcceptDrops(True)
        self._lay_out()

    def _lay_out(self) -> None:
        fields = Scrolled("surface", self)
        self._grid = grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.addLayout(_at_top(self._caller_field), 0, 0)
        grid.addLayout(_at_top(self._topic_field), 0, 1)
        grid.addWidget(self._line_field, 1, 0, 1, 2)
        grid.addWidget(self.chips, 2, 0, 1, 2)
        grid.addWidget(self._details_field, 3, 0, 2, 1)
        grid.addLayout(_at_top(self._outcome_field), 3, 1)
        grid.addLayout(_at_top(self._call_back_field), 4, 1)
        grid.addWidget(self.radar, 5, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        inside = QVBoxLayout(fields.page)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        inside.addLayout(grid)
        inside.addWidget(self.files)
        inside.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(fields, 1)
        for part in (self._says, self.outage, self._error):
            column.addWidget(part)
        column.addLayout(self._button_row())
        self._fit_text()
        self._look.changed.connect(self._fit_text)

    def _fit_text(self) -> None:
        """Take the heights that follow from the size of the text."""
        # The room of one row of chips: what the agent reads must not jump when the first one appears.
        self._grid.setRowMinimumHeight(2, self._look.metrics(Font.BASE).height() + 6)
        # As high as the two fields beside it.
        beside = self._outcome_field.sizeHint().height() + self.outcome.sizeHint().height()
        self.details.setFixedHeight(beside + self._grid.verticalSpacing())

    def sizeHint(self) -> QSize:
        return QSize(round(_WIDTH * self._look.text_scale), super().sizeHint().height())

    def _button_row(self) -> QHBoxLayout:
        look = self._look
        ticket = self._call.ticket
        text = _("Add to {number}").format(number=ticket) if ticket else _("Save ticket")
        self.save = KeyButton(look, text, "Ctrl+Enter", primary=True, parent=self)
        self.save.setObjectName("call_save")
        self.resolve = KeyButton(look, _("Save and resolve"), "Ctrl+Shift+Enter", parent=self)
        self.resolve.setObjectName("call_save_and_resolve")
        self.park = KeyButton(look, _("Park"), "Ctrl+Shift+N", parent=self)
        self.park.setObjectName("call_park")
        self._attach = IconButton(look, "attach", _("Attach a file"), "Ctrl+Shift+F", parent=self)
        self._attach.setObjectName("call_attach")
        self.discard = IconButton(look, "trash", _("Discard the call"), "Ctrl+Shift+Del", parent=self)
        self.discard.setObjectName("call_discard")
        self._buttons = (self.save, self.resolve, self.discard)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.resolve.setVisible(not ticket)
        for button in (self.save, self.resolve, self.park, self._attach):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.discard)
        return row

    def _fill(self, call: TypedCall) -> None:
        unusable = call.withheld or call.internal
        self.caller.set_number("" if unusable else call.number, withheld=call.withheld)
        if call.person:
            hit = PersonHit(EntityId(call.person), call.person_name, call.contact, "", "", 0, "")
            self.caller.set_caller(hit)
        else:
            self.caller.set_caller(None, call.caller)
        self.topic.restore(call.topic, call.topic_typed)
        self.line.setText(call.line)
        self.details.setPlainText(call.details)
        self.details.moveCursor(QTextCursor.MoveOperation.End)
        self.outcome.setCurrentIndex(max(0, self.outcome.findData(call.outcome)))
        self.call_back.when.setText(call.call_back)
        self.files.show_files(call.files)

    def _connect(self) -> None:
        self.caller.query.connect(self.people_wanted)
        self.caller.changed.connect(self._on_caller_changed)
        self.caller.settled.connect(self.line.setFocus)
        self.topic.changed.connect(self._on_topic_changed)
        self.topic.settled.connect(self.line.setFocus)
        self.line.textChanged.connect(self._on_line_changed)
        self.line.returnPressed.connect(self.details.setFocus)
        self.details.textChanged.connect(self.changed)
        self.details.files_given.connect(self.take)
        self.files.changed.connect(self.changed)
        self._attach.clicked.connect(self.choose_files)
        self.outcome.currentIndexChanged.connect(self.changed)
        self.call_back.changed.connect(self._on_line_changed)
        self.radar.chosen.connect(self.attach_wanted)
        self.outage.changed.connect(self.changed)
        self.save.clicked.connect(lambda: self.save_wanted.emit(False))
        self.resolve.clicked.connect(lambda: self.save_wanted.emit(True))
        self.park.clicked.connect(self.park_wanted)
        self.discard.clicked.connect(self.discard_wanted)
        self.chips.chip_removed.connect(self._on_chip_removed)

    def _on_caller_changed(self) -> None:
        self._show_read_back()
        self.caller_changed.emit()
        self.changed.emit()

    def _on_topic_changed(self) -> None:
        self._topic_field.clear_error()
        self.changed.emit()

    def _on_line_changed(self) -> None:
        reading = self.reading()
        self.chips.set_chips(reading.chips)
        self.topic.set_from_line(reading.topic)
        self._line_field.clear_error()
        self._show_read_back()
        if reading.subject != self._subject:
            self._subject = reading.subject
            self.similar_wanted.emit(reading.subject if len(reading.subject) >= SIMILAR_FROM else "")
        self.changed.emit()

    def _on_chip_removed(self, key: str) -> None:
        self.line.setText(self._line.without(self.line.text(), key))
        self.line.setFocus()

    def phone(self) -> Phone | None:
        """The number to call back on: the telephone's, else the caller's."""
        call = self.call()
        new = self.caller.new_person()
        told = "" if call.withheld else call.number
        typed = told or (new.phones[0] if new is not None and new.phones else "")
        if not typed and call.person:
            typed = call.contact
        found = read_phone(typed, self._region)
        return found if found.kind != "withheld" else None

    def _show_read_back(self) -> None:
        phone = self.phone()
        parts: list[str] = []
        if phone is not None:
            parts.append(_("Read back: {number}").format(number=display(phone)))
        promise = self.reading().promise
        if promise:
            parts.append(promise)
        self._says.setText(" · ".join(parts))
