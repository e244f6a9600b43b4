"""Where replies, notes and call-backs are written: one editor, three tabs, a draft for each."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QDateTime, QMimeData, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDateTimeEdit,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.file_dialogs import ask_files
from desktop_desk.ui.theme import Appearance, Font, set_look
from desktop_desk.ui.tickets import composer_words
from desktop_desk.ui.tickets.company import CompanyLabel
from desktop_desk.ui.tickets.editor import TextEditor
from desktop_desk.ui.tickets.given_files import GivenFile, given_files
from desktop_desk.ui.tickets.outgoing import CALL_BACK, KINDS, NOTE, REPLY, Outgoing, is_saved
from desktop_desk.ui.tickets.pending_files import PendingFiles, from_draft, to_draft
from desktop_desk.ui.widgets.buttons import IconButton, KeyButton
from desktop_desk.ui.widgets.elided_label import ElidedLabel
from desktop_desk.ui.widgets.form import FieldError

if TYPE_CHECKING:
    from desktop_desk.desk.ports import Position
    from desktop_desk.desk.views import TicketView

QUARTER_S = 15 * 60


class Composer(QFrame):
    """Writes to one ticket; keeps a draft at every key, and never changes the text under the typist.

    Attributes:
        asked: what was to be saved last, whatever became of it.

    Signals:
        send_asked(Outgoing): save this; answer by `done` or `refused`.
        left(): Esc; the person wants to be in the list again.
        kind_changed(str): another tab is open.
    """

    send_asked = Signal(object)
    left = Signal()
    kind_changed = Signal(str)

    def __init__(
        self, look: Appearance, drafts: Drafts, now: Callable[[], int], *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._drafts = drafts
        self._now = now
        self._view: TicketView | None = None
        self._position: Position | None = None
        self._kind = REPLY
        self._mailed = False
        self._sending: Outgoing | None = None
        self.asked: Outgoing | None = None
        self._build()
        self._connect()
        self._dress()

    # Shape

    def _build(self) -> None:
        self.setObjectName("composer")
        set_look(self, "surface line-top")
        self._tabs = {
            REPLY: QPushButton(_("Reply"), self),
            NOTE: QPushButton(_("Note"), self),
            CALL_BACK: QPushButton(_("Call back"), self),
        }
        self._group = QButtonGroup(self)
        tabs = QHBoxLayout()
        tabs.setSpacing(4)
        for kind, tab in self._tabs.items():
            tab.setObjectName(f"composer_{kind}")
            tab.setCheckable(True)
            set_look(tab, "tab")
            self._group.addButton(tab)
            tabs.addWidget(tab)
        self.company = CompanyLabel(self)
        tabs.addWidget(self.company, 1)
        self._saved = ElidedLabel(self)
        self._saved.setObjectName("composer_saved")
        self._saved.setAlignment(Qt.AlignmentFlag.AlignRight)
        set_look(self._saved, "muted")
        tabs.addWidget(self._saved, 1)
        self._when = QDateTimeEdit(self)
        self._when.setObjectName("composer_when")
        self._when.setAccessibleName(_("When to call back"))
        self._when.setDisplayFormat("ddd d MMM  HH:mm")
        self._when.setMinimumWidth(self._look.metrics(Font.BASE).horizontalAdvance("Wed 22 Nov  00:00") + 64)
        self._when.lineEdit().setTextMargins(8, 0, 0, 0)
        self._when.setCurrentSection(QDateTimeEdit.Section.HourSection)
        tabs.addWidget(self._when)
        self.editor = TextEditor(parent=self)
        self.editor.setObjectName("composer_text")
        self.files = PendingFiles(self._look, self._drafts, parent=self)
        self._error = FieldError(self)
        self._error.setObjectName("composer_error")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 12)
        column.setSpacing(8)
        column.addLayout(tabs)
        column.addWidget(self.editor)
        column.addWidget(self.files)
        column.addWidget(self._error)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self._send = KeyButton(self._look, "", "Ctrl+Enter", primary=True, parent=self)
        self._send.setObjectName("composer_send")
        self._resolve = KeyButton(self._look, "", "Ctrl+Shift+Enter", parent=self)
        self._resolve.setObjectName("composer_send_resolve")
        self._attach = IconButton(self._look, "attach", _("Attach a file"), "Ctrl+Shift+F", parent=self)
        self._attach.setObjectName("composer_attach")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._send)
        row.addWidget(self._resolve)
        row.addWidget(self._attach)
        row.addStretch(1)
        return row

    def _connect(self) -> None:
        self._group.buttonClicked.connect(self._on_tab)
        self.editor.textChanged.connect(self._on_typed)
        self.editor.send_asked.connect(self._ask)
        self.editor.escaped.connect(self.left)
        self.editor.left.connect(self._drafts.hurry)
        self.editor.files_given.connect(self.take)
        self.files.changed.connect(self._on_typed)
        self._attach.clicked.connect(self.choose_files)
        self._when.dateTimeChanged.connect(self._on_typed)
        self._send.clicked.connect(self._on_send)
        self._resolve.clicked.connect(self._on_send_resolve)
        self._drafts.written.connect(self._on_written)
        self._drafts.trouble.connect(self._on_trouble)

    # What it is for

    def show_ticket(self, view: "TicketView | None") -> None:
        """Write to this ticket; the same ticket again leaves the text alone."""
        same = _what(view) == _what(self._view)
        self._view = view
        self.setEnabled(view is not None and not view.withdrawn_by)
        if not same:
            self._load()
        elif view is not None and self.is_empty:
            # Nothing is written yet, so what the author has been shown is what is shown now.
            self._position = view.position
        self._dress()

    def show_mailed(self, *, mailed: bool) -> None:
        """Whether a reply to this ticket goes out by mail: only then it is sent."""
        self._mailed = mailed
        self._dress()

    def show_kind(self, kind: str) -> None:
        """Show that tab; the cursor stays where it is."""
        if kind in KINDS:
            self._switch(kind)

    def open(self, kind: str) -> None:
        """Show that tab and put the cursor into its text."""
        self._switch(kind)
        self.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def give_room(self, pixels: int) -> None:
        """Be no higher than that; what is written is scrolled where it needs more."""
        self.editor.give_room(pixels - (self.needed() - self.editor.height()))

    def needed(self) -> int:
        """How high it is as it stands, with sentences that go over several lines."""
        height = self.heightForWidth(self.width())
        return height if height >= 0 else self.sizeHint().height()

    def least_height(self) -> int:
        """With one line of text."""
        return self.needed() - self.editor.height() + self.editor.least_height()

    @property
    def kind(self) -> str:
        """The tab that is open: reply, note or call_back."""
        return self._kind

    def text(self) -> str:
        """What is written now."""
        return self.editor.toPlainText()

    @property
    def is_empty(self) -> bool:
        """Whether neither a word nor a file is there."""
        return not self.text() and not self.files.files

    def choose_files(self) -> None:
        """Let the person choose files that go along; not with what stands in the editor by then instead."""
        key = self._key

        def chosen(paths: list[Path]) -> None:
            if key == self._key:
                self._add([GivenFile(path.name, path) for path in paths])

        ask_files(self, chosen)

    def take(self, data: QMimeData) -> None:
        """Let files or a picture go along that were pasted or dropped."""
        self._add(given_files(data, datetime.fromtimestamp(self._now() / 1000).astimezone()))

    def _add(self, given: Sequence[GivenFile]) -> None:
        if self._view is None or not given:
            return
        if self._kind == CALL_BACK:
            self.open(NOTE)
        try:
            self.files.add(given)
        except Invalid as error:
            self._error.show_error(str(error))

    def done(self, sent: Outgoing) -> None:
        """It is saved: empty the editor unless more was written meanwhile."""
        self._end_sending()
        draft = self._drafts.read(sent.key)
        if draft is not None:
            rest = [file for file in from_draft(draft.content) if file not in sent.files]
            text = "" if draft.text == sent.text else draft.text
            kept = {**draft.content, "text": text, "files": to_draft(rest)} if text or rest else ""
            self._drafts.keep(sent.key, kept, draft.position)
        if self._is_open(sent):
            self.files.show_files(file for file in self.files.files if file not in sent.files)
            if self.text() == sent.text:
                self._set_text("")
            if self.is_empty:
                self._saved.setText("")
        self.files.forget(sent.files)

    def refused(self, sent: Outgoing, reason: str) -> None:
        """It was not saved: the text stays, the reason stands beside it."""
        self._end_sending()
        if self._is_open(sent):
            self._error.show_error(reason)

    # Inside

    @property
    def _key(self) -> str:
        """The key of the draft that is open."""
        return f"{self._kind}:{self._view.uid}" if self._view is not None else ""

    def _is_open(self, sent: Outgoing) -> bool:
        return self._view is not None and self._view.uid == sent.uid and self._kind == sent.kind

    def _end_sending(self) -> None:
        self._sending = None
        self._send.setEnabled(True)
        self._resolve.setEnabled(True)

    def _switch(self, kind: str) -> None:
        if kind == self._kind:
            return
        self._kind = kind
        self._load()
        self._dress()
        self.kind_changed.emit(kind)

    def _load(self) -> None:
        """Take up the draft of this ticket and tab, or an empty editor."""
        self._error.hide()
        self._saved.setText("")
        if self._view is None or self._view.withdrawn_by:
            self._set_text("")
            self.files.show_files(())
            return
        draft = self._drafts.read(self._key)
        if draft is not None and is_saved(self._view, self._kind, draft):
            self._drafts.discard(self._key)
            draft = None
        self._position = draft.position if draft is not None else self._view.position
        self._set_when(draft.content if draft is not None else {})
        self._set_text(draft.text if draft is not None else "")
        self.files.show_files(from_draft(draft.content) if draft is not None else ())
        if draft is not None:
            self._saved.setText(_("Draft"))

    def _set_text(self, text: str) -> None:
        blocked = self.editor.blockSignals(True)
        self.editor.setPlainText(text)
        self.editor.moveCursor(self.editor.textCursor().MoveOperation.End)
        self.editor.blockSignals(blocked)

    def _set_when(self, content: Mapping[str, Any]) -> None:
        blocked = self._when.blockSignals(True)
        due = content.get("due")
        seconds = due // 1000 if isinstance(due, int) else self._now() // 1000 + 3600
        if not isinstance(due, int):
            seconds += -seconds % QUARTER_S
        self._when.setDateTime(QDateTime.fromSecsSinceEpoch(seconds))
        self._when.blockSignals(blocked)

    def _dress(self) -> None:
        kind = self._kind
        self._tabs[kind].setChecked(True)
        hint = composer_words.hint(kind, self._view)
        self.editor.setPlaceholderText(hint)
        self.editor.setAccessibleName(hint)
        send, resolve = composer_words.buttons(kind, mailed=self._mailed)
        self._send.set_text(send)
        self._when.setVisible(kind == CALL_BACK)
        self._attach.setVisible(kind != CALL_BACK)
        self._resolve.setVisible(bool(resolve))
        self._resolve.set_text(resolve)

    def _content(self) -> str | dict[str, Any]:
        if self.files.files:
            return {"text": self.text(), "files": to_draft(self.files.files)}
        if self._kind != CALL_BACK:
            return self.text()
        return {"text": self.text(), "due": self._due()} if self.text() else ""

    def _due(self) -> int:
        return self._when.dateTime().toMSecsSinceEpoch()

    def _ask(self, resolve: bool) -> None:  # noqa: FBT001  a slot
        if self._view is None or self._sending is not None:
            return
        self._error.hide()
        try:
            attachments = self.files.attachments()
        except Invalid as error:
            self._error.show_error(str(error))
            return
        call_back = self._kind == CALL_BACK
        self._sending = self.asked = Outgoing(
            self._view.uid,
            self._view.number,
            self._kind,
            self.text(),
            resolve=resolve and not call_back,
            due=self._due() if call_back else None,
            position=self._position,
            files=self.files.files,
            attachments=attachments,
        )
        self._send.setEnabled(False)
        self._resolve.setEnabled(False)
        self.send_asked.emit(self._sending)

    # What happened

    def _on_tab(self) -> None:
        for kind, tab in self._tabs.items():
            if tab.isChecked():
                self.open(kind)

    def _on_typed(self) -> None:
        if self._view is None:
            return
        self._error.hide()
        self._saved.setText("")
        self._drafts.keep(self._key, self._content(), self._position)

    def _on_written(self, key: str) -> None:
        if self._view is not None and key == self._key and not self.is_empty:
            self._saved.setText(_("Draft kept"))

    def _on_trouble(self, reason: str) -> None:
        self._saved.setText(_("Draft not kept") if reason else "")
        self._saved.setToolTip(reason)

    def _on_send(self) -> None:
        self._ask(resolve=False)

    def _on_send_resolve(self) -> None:
        self._ask(resolve=True)


def _what(view: "TicketView | None") -> tuple[str, bool]:
    """What is written to: another ticket, or one that is withdrawn or back, has other words in the editor."""
    return (view.uid, bool(view.withdrawn_by)) if view is not None else ("", False)
