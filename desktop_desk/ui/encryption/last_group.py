"""A recovery code that is shown once: it counts as kept when somebody types its last group from the paper."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.recovery import RecoveryCode
from desktop_desk.ui.settings.editors import LineEditor
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.form import Field


class CodeToKeep(QWidget):
    """The code with copy and print, and a line for its last five letters."""

    def __init__(self, look: Appearance, title: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._last = ""
        heading = QLabel(title)
        set_look(heading, "subject")
        self.code = RecoveryCode(look)
        self.code.tick.hide()
        self.told = QLabel()
        self.told.setObjectName("code_told")
        self.told.setWordWrap(True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_look(self.told, "muted")
        self.last = LineEditor()
        self.last.setObjectName("last_group")
        self._field = Field(look, _("&Type the last group of the code, from the paper"), self.last)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 12)
        column.setSpacing(12)
        for part in (heading, self.code, self._field, self.told):
            column.addWidget(part)
        column.addStretch(1)

    def show_code(self, code: str, desk: str, told: str) -> None:
        """Show a code of this desk file, and what else there is to tell."""
        self._last = code.rpartition("-")[2]
        self.code.show_code(code, desk)
        self.told.setText(told)
        self.told.setVisible(bool(told))
        self.last.setFocus(Qt.FocusReason.OtherFocusReason)

    def is_kept(self) -> bool:
        """Whether the last group was typed; says so when it was not."""
        typed = "".join(self.last.value().split()).rpartition("-")[2].upper()
        kept = typed == self._last
        wrong = _("That is another group. The last one stands at the end of the code.")
        self._field.set_error(
            ""
            if kept
            else wrong
            if typed
            else _("Print the code or write it down, then type its last group.")
        )
        if not kept:
            self.last.setFocus(Qt.FocusReason.OtherFocusReason)
        return kept
