"""What the mouse wheel does over a form: it scrolls the form."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QWidget


class _PastIt(QObject):
    """Lets the wheel go past an editor that does not have the cursor, on to what scrolls."""

    def __init__(self, editor: QWidget) -> None:
        super().__init__(editor)
        self._editor = editor
        editor.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and not self._editor.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def pass_wheel(editor: QComboBox | QAbstractSpinBox) -> None:
    """The wheel changes the editor only while that has the cursor, and does not give it the cursor."""
    if editor.focusPolicy() is Qt.FocusPolicy.WheelFocus:
        editor.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        _PastIt(editor)


def pass_wheels(place: QWidget) -> None:
    """The same for a widget and all that is in it now."""
    for each in (place, *place.findChildren(QWidget)):
        if isinstance(each, QComboBox | QAbstractSpinBox):
            pass_wheel(each)
