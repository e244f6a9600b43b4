"""The page on which a recovery code is shown once, with what else there is to tell."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_desk.ui.recovery import RecoveryCode
from desktop_desk.ui.theme import Appearance, set_look


class CodeToKeep(QWidget):
    """The code under a heading; the dialog is left once the code is kept."""

    def __init__(self, look: Appearance, title: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = QLabel(title)
        set_look(heading, "subject")
        self.code = RecoveryCode(look)
        self.told = QLabel()
        self.told.setObjectName("code_told")
        self.told.setWordWrap(True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_look(self.told, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 12)
        column.setSpacing(12)
        for part in (heading, self.code, self.told):
            column.addWidget(part)
        column.addStretch(1)

    def show_code(self, code: str, desk: str, told: str) -> None:
        """Show a code of this desk file, and what else there is to tell."""
        self.code.show_code(code, desk)
        self.told.setText(told)
        self.told.setVisible(bool(told))
        self.code.focus()

    def is_kept(self) -> bool:
        """Whether the last group was typed; says so when it was not."""
        return self.code.is_kept()
