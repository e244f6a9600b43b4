"""A template and beside it the letter that it makes: what nobody knows stands there in red."""

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat
from PySide6.QtWidgets import QGridLayout, QLabel, QPlainTextEdit, QWidget

from desktop_desk.i18n import N_, _
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.tickets.links import LinkButton
from desktop_desk.ui.widgets.chips import Flow
from desktop_desk.ui.widgets.read_only_text import ReadOnlyText

if TYPE_CHECKING:
    from desktop_desk.channels.letters import Rendered

MEANINGS = {
    "number": N_("the number of the ticket"),
    "subject": N_("its subject"),
    "caller": N_("the caller's name"),
    "text": N_("what was replied"),
    "agent": N_("who replied"),
    "department": N_("the department"),
    "office": N_("the name of the desk"),
    "resolved": N_("“yes” when the ticket is resolved with it"),
}
"""What each variable stands for."""

_MISSING = re.compile("⟦[^⟧]*⟧")


class _Missing(QSyntaxHighlighter):
    """Paints what a preview could not fill in red."""

    def __init__(self, look: Appearance, text: QPlainTextEdit) -> None:
        super().__init__(text.document())
        self._look = look
        look.changed.connect(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        form = QTextCharFormat()
        form.setForeground(self._look.colors.overdue)
        form.setFontWeight(700)
        for found in _MISSING.finditer(text):
            self.setFormat(found.start(), len(found.group()), form)


class TemplateEditor(QWidget):
    """The text of a template, the variables to put into it, and its preview.

    Signals:
        edited(): a person changed the template.
    """

    edited = Signal()

    def __init__(self, look: Appearance, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.text = QPlainTextEdit(self)
        self.text.setObjectName("template_text")
        self.text.setAccessibleName(_("Template"))
        self.text.setTabChangesFocus(True)
        self.text.textChanged.connect(self.edited)
        self.preview = ReadOnlyText(self)
        self.preview.setObjectName("template_preview")
        self.preview.setAccessibleName(_("Preview"))
        self._red = _Missing(look, self.preview)
        self._wrong = QLabel(self)
        self._wrong.setObjectName("template_wrong")
        self._wrong.setTextFormat(Qt.TextFormat.PlainText)
        self._wrong.setWordWrap(True)
        set_look(self._wrong, "error")
        self._wrong.hide()
        left, right = QLabel(_("T&emplate"), self), QLabel(_("Preview"), self)
        left.setBuddy(self.text)
        for label in (left, right):
            set_look(label, "meta")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.addWidget(left, 0, 0)
        grid.addWidget(right, 0, 1)
        grid.addWidget(self.text, 1, 0)
        grid.addWidget(self.preview, 1, 1)
        grid.addWidget(self._variables(), 2, 0)
        grid.addWidget(self._wrong, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(1, 1)

    def _variables(self) -> QWidget:
        """The list of variables; each is put in where the cursor stands."""
        box = self._box = QWidget(self)
        box.setObjectName("template_variables")
        flow = Flow(box)
        for name, meaning in MEANINGS.items():
            link = LinkButton(self._look, _("Put in"), parent=box)
            link.setObjectName(f"variable_{name}")
            link.show_value(name, tip=_(meaning))
            link.clicked.connect(lambda _checked=False, name=name: self._put_in(name))
            flow.addWidget(link)
        return box

    def _put_in(self, name: str) -> None:
        self.text.insertPlainText(f"{{{{ {name} }}}}")
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_read_only(self, read_only: bool) -> None:  # noqa: FBT001  a setter of one flag
        """Whether the template is only looked at."""
        self.text.setReadOnly(read_only)
        self._box.setEnabled(not read_only)

    def show_text(self, text: str) -> None:
        """Show a template without saying that it was edited."""
        blocked = self.text.blockSignals(True)
        self.text.setPlainText(text)
        self.text.blockSignals(blocked)

    def show_preview(self, made: "Rendered") -> None:
        """The letter that the template makes, and what it names that nobody knows."""
        self.preview.setPlainText(_("Subject: {subject}").format(subject=made.subject) + f"\n\n{made.body}")
        missing = ", ".join(made.missing)
        said = _("Nothing is known as {names}: a letter with that is never sent.").format(names=missing)
        self._say(said if missing else "")

    def show_wrong(self, reason: str) -> None:
        """Why the template makes no letter; the last preview stays."""
        self._say(reason)

    def _say(self, words: str) -> None:
        self._wrong.setText(words)
        self._wrong.setVisible(bool(words))
