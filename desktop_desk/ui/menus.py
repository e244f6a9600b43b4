"""Menus that keep the letters typed in them."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QMenu

_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier)


class LetterMenu(QMenu):
    """A menu whose letters choose in it, also while the table below has letters of its own.

    Qt asks for shortcuts first, and the table keeps the focus while a menu is open.
    """

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and _is_letter(event):
            event.accept()
            return True
        return super().event(event)


def _is_letter(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.text().isprintable() and event.modifiers() in _PLAIN


class FormDialog(QDialog):
    """A dialog that Ctrl+Enter finishes, wherever the cursor is in it."""

    def finish(self) -> None:
        """What Ctrl+Enter does."""
        self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.finish()
        else:
            super().keyPressEvent(event)
