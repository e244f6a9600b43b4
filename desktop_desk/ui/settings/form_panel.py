"""The right side of an office list: the form, its buttons, and the line that says what happened."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.settings.editors import Value
from desktop_desk.ui.settings.form import Entry, ItemForm
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.scrolled import Scrolled

PANEL_WIDTH, WIDEST = 400, 560


class FormPanel(QFrame):
    """Shows one thing to edit.

    Signals:
        saved(): Ctrl+Enter or the button.
        left(): Esc: the person is done here and throws away what was not saved.
        toggled(): put out of use, or in use again.
        undone(str act): take back the act that was said last.
        edited(): a person changed something.
    """

    saved = Signal()
    left = Signal()
    toggled = Signal()
    undone = Signal(str)
    edited = Signal()

    def __init__(
        self,
        look: Appearance,
        entries: tuple[Entry, ...],
        *,
        retires: bool = True,
        lined: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._retires = retires
        self._act = ""
        self._back: Callable[[], None] | None = None
        self._answer: Callable[[bool], None] | None = None
        self.above = QVBoxLayout()
        """Where a page adds what it shows between the title and the form."""
        self.below = QVBoxLayout()
        """Where a page adds what it shows under the form."""
        self._refused = QLabel()
        self.busy = False
        """Whether an answer of the desk is awaited."""
        self.setObjectName("form_panel")
        if lined:
            self.setProperty("look", "surface line-left")
        self._appearance = look
        self._fit()
        look.changed.connect(self._fit)
        self.form = ItemForm(look, entries)
        self._build(look)
        self._connect()
        self.show_nothing()

    def _fit(self) -> None:
        """Wide enough for large letters, and never more than half of a common screen."""
        self.setFixedWidth(min(int(PANEL_WIDTH * max(self._appearance.text_scale, 1)), WIDEST))

    def _build(self, look: Appearance) -> None:
        column = QVBoxLayout(self)
        # A layout of a frame with a line at its side must leave that line free.
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._built_head())
        column.addLayout(self.above)
        column.addWidget(self._built_middle(), 1)
        column.addWidget(self._built_foot(look))

    def _built_head(self) -> QHBoxLayout:
        self._title = QLabel()
        self._title.setObjectName("form_title")
        self._title.setProperty("look", "subject")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        self._state = QLabel(_("out of use"))
        self._state.setObjectName("state")
        self._state.setProperty("look", "muted")
        head = QHBoxLayout()
        head.setContentsMargins(20, 16, 20, 8)
        head.addWidget(self._title, 1)
        head.addWidget(self._state)
        return head

    def _built_middle(self) -> QFrame:
        self._scroll = Scrolled("surface")
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QVBoxLayout(self._scroll.page)
        inner.setContentsMargins(20, 8, 20, 16)
        inner.setSpacing(12)
        inner.addWidget(self.form)
        self.below.setSpacing(4)
        inner.addLayout(self.below)
        inner.addStretch(1)
        # Stays when there is nothing to edit, and keeps the foot where it is.
        middle = QFrame()
        set_look(middle, "surface")
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll)
        return middle

    def _built_foot(self, look: Appearance) -> QFrame:
        self._refused.setObjectName("refused")
        self._refused.setWordWrap(True)
        self._refused.hide()
        set_look(self._refused, "muted")
        self._words = QLabel()
        self._words.setObjectName("words")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._undo = KeyButton(look, _("Undo"), "Ctrl+Z", quiet=True)
        self._save = KeyButton(look, _("Save"), "Ctrl+Enter", primary=True)
        self._toggle = KeyButton(look, _("Put out of use"), "Ctrl+Del")
        self._yes = KeyButton(look, "", primary=True)
        self._no = KeyButton(look, "")
        self._keep = KeyButton(look, _("Cancel"), "Esc", quiet=True)
        names = {"undo": self._undo, "save": self._save, "toggle": self._toggle}
        names |= {"yes": self._yes, "no": self._no, "keep": self._keep}
        for name, button in names.items():
            button.setObjectName(name)
        said = QHBoxLayout()
        said.addWidget(self._words, 1)
        said.addWidget(self._undo)
        self._question = QWidget()
        asked = QVBoxLayout(self._question)
        asked.setContentsMargins(0, 0, 0, 0)
        for button in (self._yes, self._no, self._keep):
            asked.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self._buttons = QWidget()
        buttons = QHBoxLayout(self._buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(8)
        buttons.addWidget(self._save)
        buttons.addWidget(self._toggle)
        buttons.addStretch(1)
        foot = QFrame()
        foot.setProperty("look", "bar line-top")
        lines = QVBoxLayout(foot)
        lines.setContentsMargins(20, 10, 20, 12)
        lines.setSpacing(8)
        lines.addWidget(self._refused)
        lines.addLayout(said)
        lines.addWidget(self._question)
        lines.addWidget(self._buttons)
        return foot

    def _connect(self) -> None:
        self.form.edited.connect(self._on_edited)
        self._save.clicked.connect(self.saved)
        self._toggle.clicked.connect(self.toggled)
        self._undo.clicked.connect(self.undo)
        self._yes.clicked.connect(lambda: self._answered(True))
        self._no.clicked.connect(lambda: self._answered(False))
        self._keep.clicked.connect(self._withdraw_question)

    def press_save(self) -> None:
        """As if the button was pressed; nothing while it cannot be."""
        if not self._refused.text():
            self._save.click()

    def press_toggle(self) -> None:
        """As if the button was pressed; nothing while it cannot be."""
        if self._toggle.isVisible():
            self._toggle.click()

    def show_nothing(self) -> None:
        """There is nothing to edit."""
        self._title.clear()
        self._refused.hide()
        self._state.hide()
        self._scroll.hide()
        self._buttons.hide()
        self.say("")
        self._withdraw_question()

    def show_item(self, title: str, values: Mapping[str, Value], *, adding: bool, active: bool) -> None:
        """Fill the form with a thing, or for a new one."""
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._state.setVisible(not active)
        self._toggle.set_text(_("Put out of use") if active else _("Use again"))
        self._toggle.setVisible(self._retires and not adding)
        self._scroll.show()
        self._withdraw_question()
        self.form.show_values(values, adding=adding)

    def refuse(self, why: str) -> None:
        """Let the form be looked at only, and say why; "" for who may save it."""
        self._refused.setText(why)
        self._refused.setVisible(bool(why))
        self.form.set_read_only(bool(why))

    def settle(self, saved: Mapping[str, Value]) -> None:
        """These values are saved: they count as shown, and what was typed since stays an edit."""
        self.form.take_as_shown(saved)

    def say(self, words: str, *, error: bool = False, act: str = "") -> None:
        """Say what happened; with an act, offer to take it back."""
        set_look(self._words, "error" if error else "muted")
        self._words.setText(words)
        self._words.setVisible(bool(words))
        self._act, self._back = act, None
        self._undo.setVisible(bool(act))

    def put_draft(self, typed: Mapping[str, Value]) -> None:
        """Write what was typed before over what is saved, and say so."""
        self.form.put(typed)
        self.say(_("Not saved yet: this is what you typed before. Esc shows what is saved."))

    def offer_back(self, back: Callable[[], None]) -> None:
        """Say that what was typed is thrown away; `back` brings it again when that is taken back."""
        self.say(_("Thrown away."))
        self._back = back
        self._undo.show()

    def ask(self, words: str, yes: str, no: str, answer: Callable[[bool], None]) -> None:
        """Ask before going on; Esc and Cancel answer nothing."""
        self.say(words)
        self._answer = answer
        self._yes.set_text(yes)
        self._no.set_text(no)
        self._buttons.hide()
        self._question.show()
        self._yes.setFocus(Qt.FocusReason.OtherFocusReason)

    def undo(self) -> None:
        """Take back what was said last, when there is something."""
        act, back = self._act, self._back
        self._act, self._back = "", None
        if back is not None:
            back()
        elif act:
            self.undone.emit(act)

    def set_busy(self, busy: bool) -> None:  # noqa: FBT001  a setter of one flag
        """While the desk saves, no second save starts; typing goes on."""
        self.busy = busy
        self._save.setEnabled(not busy)

    def focus(self) -> None:
        """Put the focus on the first entry."""
        self.form.focus()

    def set_errors(self, errors: Mapping[str, str]) -> None:
        """Show each text beside its entry, those of no entry below; the first one is brought into sight."""
        rest = self.form.set_errors(errors)
        self.say(" ".join(rest.values()), error=True)

    def _on_edited(self) -> None:
        self.say("")
        self.edited.emit()

    def _answered(self, yes: bool) -> None:  # noqa: FBT001
        answer, self._answer = self._answer, None
        self._withdraw_question()
        if answer is not None:
            answer(yes)

    def _withdraw_question(self) -> None:
        asked = self._answer is not None
        self._answer = None
        self._question.hide()
        if asked or self._scroll.isVisibleTo(self):
            self._buttons.setVisible(self._scroll.isVisibleTo(self) and not self._refused.text())
        if asked:
            self.say("")
            self._toggle.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self._answer is not None:
                self._withdraw_question()
            else:
                self.left.emit()
        else:
            super().keyPressEvent(event)
