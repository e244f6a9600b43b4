"""A sentence about what was done, or why it was not."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktop_desk.domain.errors import DeskError
from desktop_desk.ui.theme import set_look


class Said(QLabel):
    """Takes no room while there is nothing to say."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hide()

    def say(self, words: str, *, error: bool = False) -> None:
        """Say this instead; "" for nothing."""
        set_look(self, "error" if error else "muted")
        self.setText(words)
        self.setVisible(bool(words))

    def refuse(self, error: Exception) -> bool:
        """Say why something was not done; False for a mistake of ours, which is shown elsewhere."""
        if isinstance(error, DeskError):
            self.say(str(error), error=True)
        return isinstance(error, DeskError)
