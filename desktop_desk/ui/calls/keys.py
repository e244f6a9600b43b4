"""The keys of the call panel: they work wherever the focus is inside it, and before the window's own."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

Command = Callable[[], object]


def combination(key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> int:
    """A key with its modifiers as one number; Enter of both kinds is Return."""
    held = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        held |= modifier
    plain = Qt.Key.Key_Return if key == Qt.Key.Key_Enter else key
    return QKeyCombination(held & ~Qt.KeyboardModifier.KeypadModifier, plain).toCombined()


class PanelKeys(QObject):
    """Runs a command for a key pressed in any of the watched widgets, and lets nobody else have that key.

    A shortcut would be ambiguous where the window has the same key for something else; this asks first.
    """

    def __init__(self, commands: Mapping[int, Command], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._commands = dict(commands)

    def watch(self, root: QWidget) -> None:
        """Watch the widget and every widget that is in it now."""
        for widget in (root, *root.findChildren(QWidget)):
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        if not isinstance(event, QKeyEvent):
            return False
        command = self._commands.get(combination(Qt.Key(event.key()), event.modifiers()))
        if command is None:
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
            command()
        return True
