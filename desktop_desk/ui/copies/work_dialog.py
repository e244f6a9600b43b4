"""A dialog that asks a few things and then does what takes a while: progress, and errors beside their fields."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _
from desktop_desk.ui.said import Said
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.form import Field
from desktop_desk.ui.widgets.scrolled import Scrolled
from desktop_desk.ui.widgets.window_size import fit_to_text


class WorkDialog(QDialog):
    """A page of fields with a button that begins; a second page says how it ended.

    Attributes:
        column: where the page's parts are put, from top to bottom.
        working: whether what was asked for is being done.
    """

    def __init__(
        self, look: Appearance, name: str, title: str, go: str, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.look = look
        self.working = False
        self._fields: dict[str, Field] = {}
        self.setObjectName(name)
        self.setWindowTitle(title)
        fit_to_text(self, look, 560, 560)
        self._scroll = Scrolled("surface")
        self.column = QVBoxLayout(self._scroll.page)
        self.column.setContentsMargins(24, 20, 24, 12)
        self.column.setSpacing(12)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._scroll)
        self._answer = Said("answer")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(8)
        self._bar.setAccessibleName(_("Work in progress"))
        self._bar.hide()
        self.go = KeyButton(look, go, "Enter", primary=True)
        self.go.setObjectName("go")
        self.go.setDefault(True)
        self.go.clicked.connect(self.forward)
        self.cancel = KeyButton(look, _("Cancel"), "Esc", quiet=True)
        self.cancel.setObjectName("cancel")
        self.cancel.clicked.connect(self.reject)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.setSpacing(0)
        around.addWidget(self.pages, 1)
        around.addWidget(self._foot())

    def _foot(self) -> QFrame:
        foot = QFrame()
        set_look(foot, "surface line-top")
        column = QVBoxLayout(foot)
        column.setContentsMargins(24, 10, 24, 16)
        column.setSpacing(8)
        column.addWidget(self._answer)
        column.addWidget(self._bar)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.go)
        row.addStretch(1)
        row.addWidget(self.cancel)
        column.addLayout(row)
        return foot

    # What is asked

    def paragraph(self, name: str, words: str) -> QLabel:
        """Append a sentence or two in plain words."""
        label = QLabel(words)
        label.setObjectName(name)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        set_look(label, "muted")
        self.column.addWidget(label)
        return label

    def add(self, name: str, label: str, editor: QWidget, hint: str = "") -> Field:
        """Append a field; its errors are shown under `name`."""
        editor.setObjectName(name)
        field = Field(self.look, label, editor, hint=hint)
        self._fields[name] = field
        self.column.addWidget(field)
        return field

    def field(self, name: str) -> Field:
        """The field of this name."""
        return self._fields[name]

    def problems(self) -> Mapping[str, str]:
        """What is wrong, by field, as far as can be told from what was typed."""
        return {}

    def begin(self) -> None:
        """Do what was asked for; every field is filled in."""
        raise NotImplementedError

    # What happens

    def forward(self) -> None:
        """Begin, when everything is filled in; else show beside the fields what is missing."""
        if self.working:
            return
        problems = self.problems()
        for name, field in self._fields.items():
            field.set_error(problems.get(name, ""))
        if problems:
            self._fields[next(iter(problems))].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.begin()

    def wait(self, words: str) -> None:
        """Say what is being done; nothing can be changed meanwhile."""
        self.working = True
        self._scroll.setEnabled(False)
        self.go.setEnabled(False)
        self._answer.say(words)
        self._bar.setRange(0, 0)
        self._bar.show()

    def rest(self) -> None:
        """It is over."""
        self.working = False
        self._scroll.setEnabled(True)
        self.go.setEnabled(True)
        self._bar.hide()
        self._answer.say("")

    def show_progress(self, done: int, total: int) -> None:
        """How far it is."""
        if self.working and total:
            self._bar.setRange(0, total)
            self._bar.setValue(done)

    def refused(self, error: Exception) -> bool:
        """Show the reason beside its field, or below; False for a mistake of ours."""
        self.rest()
        field = self._fields.get(error.field) if isinstance(error, Invalid) else None
        if field is None:
            return self._answer.refuse(error)
        field.set_error(str(error))
        field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def end_with(self, page: QWidget, go: str, then: Callable[[], None]) -> None:
        """Show how it ended, with a button that goes on from there."""
        self.rest()
        ended = Scrolled("surface")
        around = QVBoxLayout(ended.page)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(page)
        self.pages.addWidget(ended)
        self.pages.setCurrentWidget(ended)
        self.go.clicked.disconnect(self.forward)
        self.go.set_text(go)
        self.go.clicked.connect(then)
        self.cancel.hide()
