"""Page objects of the call panel and the reassign dialog, and a keyboard that counts."""

from types import TracebackType
from typing import Self

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from desktop_desk.ui.calls.call_form import CallForm
from desktop_desk.ui.calls.panel import CallPanel
from desktop_desk.ui.tickets.reassign import ReassignDialog

_MODIFIERS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta)
_HELD = {
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Shift": Qt.KeyboardModifier.ShiftModifier,
    "Alt": Qt.KeyboardModifier.AltModifier,
}
_POINTER = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
)


class Keyboard:
    """Real key events to whatever window is in front, one at a time, as a hand would."""

    def press(self, *keys: str) -> None:
        """Press keys by their names: "Ctrl+Enter", "Escape", "Alt+1"."""
        for name in keys:
            *held, key = name.replace("Enter", "Return").split("+")
            modifiers = Qt.KeyboardModifier.NoModifier
            for modifier in held:
                modifiers |= _HELD[modifier]
            QTest.keyClick(_front(), getattr(Qt.Key, f"Key_{key}"), modifiers)
            QApplication.processEvents()

    def type(self, text: str) -> None:
        """Type a text letter by letter."""
        for letter in text:
            QTest.keyClick(_front(), letter)  # pyright: ignore[reportCallIssue, reportArgumentType]
            QApplication.processEvents()


def _front() -> QWindow:
    window = QApplication.focusWindow()
    assert window is not None, "no window has the focus"
    return window


class Counting(QObject):
    """Counts, while it is entered, what reaches the program's windows from keyboard and pointer.

    Attributes:
        presses: key presses, a chord such as Ctrl+Enter being one.
        all_presses: the same with Ctrl, Shift and Alt counted by themselves.
        pointer: presses of a mouse, turns of a wheel, touches.
    """

    def __init__(self) -> None:
        super().__init__()
        self.presses = 0
        self.all_presses = 0
        self.pointer = 0

    def __enter__(self) -> Self:
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)
        return self

    def __exit__(self, *_error: type[BaseException] | BaseException | TracebackType | None) -> None:
        app = QApplication.instance()
        assert app is not None
        app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Shortcut:
            # A key that an action takes is a shortcut of that action and no key press of any window.
            self.presses += 1
            self.all_presses += 1
        # Windows get each event once; widgets may get it several times on its way up.
        elif not isinstance(watched, QWindow):
            if event.type() in _POINTER:
                self.pointer += 1
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self.all_presses += 1
            self.presses += event.key() not in _MODIFIERS
        elif event.type() in _POINTER:
            self.pointer += 1
        return False


class CallPanelPage:
    """The call panel as staff see it."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    @property
    def panel(self) -> CallPanel:
        panel = self._window.findChild(CallPanel)
        assert isinstance(panel, CallPanel)
        return panel

    def is_open(self) -> bool:
        return self.panel.isVisible()

    def focus(self) -> str:
        """The name of what has the cursor."""
        focused = QApplication.focusWidget()
        return focused.objectName() if focused is not None else ""

    def caller(self) -> str:
        return self._child(QLineEdit, "caller").text()

    def caller_says(self) -> str:
        """The sentence under the caller."""
        return self._child(QLabel, "caller_says").text()

    def line(self) -> str:
        return self._child(QLineEdit, "call_line").text()

    def details(self) -> str:
        return self._child(QPlainTextEdit, "call_details").toPlainText()

    def topic(self) -> str:
        """What stands in the topic."""
        return self._child(QLineEdit, "topic").text()

    def topic_hint(self) -> str:
        """What stands grey in the empty topic."""
        return self._child(QLineEdit, "topic").placeholderText()

    def clock(self) -> str:
        return self._child(QLabel, "call_clock").text()

    def read_back(self) -> str:
        return self._child(QLabel, "read_back").text()

    def chips(self) -> list[str]:
        chips = self._form().chips
        return [chip.text() for chip in chips._chips.values()]

    def near(self) -> list[str]:
        """The tickets that Alt+1, Alt+2 … mean, in order."""
        numbers = [self._form().radar.number_at(digit) for digit in range(1, 10)]
        return [number for number in numbers if number]

    def tabs(self) -> list[str]:
        """What stands on the tabs; empty while there is one call."""
        tabs = self.panel.findChild(QWidget, "call_tabs")
        assert tabs is not None
        if tabs.isHidden():
            return []
        found = tabs.findChildren(QPushButton)
        return [button.accessibleName() for button in found if not button.isHidden()]

    def errors(self) -> list[str]:
        """Every error that is shown in the form."""
        labels = [field.error for field in self._form()._fields] + [self._form()._error]
        return [label.text() for label in labels if not label.isHidden() and label.text()]

    def matches(self) -> list[str]:
        """The matches that hang below the caller line; empty when none are shown."""
        search = self._form().caller._search
        if not search.list.isVisible():
            return []
        return [hit.title for hit in search._model.hits]

    def match_notes(self) -> list[str]:
        """What stands under each match: its number, address or organisation."""
        return [hit.subtitle for hit in self._form().caller._search._model.hits]

    def radar_title(self) -> str:
        """What stands above the open tickets of the caller."""
        return self._form().radar._left.title.text()

    def _form(self) -> CallForm:
        return self.panel.form(self.panel.front)

    def _child(self, kind: type, name: str):
        root = self.panel if name == "call_clock" else self._form()
        found = root.findChild(kind, name)
        assert found is not None, name
        return found


class ReassignPage:
    """The reassign dialog as staff see it."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def dialog(self) -> ReassignDialog | None:
        """The open dialog."""
        found = [dialog for dialog in self._window.findChildren(ReassignDialog) if dialog.isVisible()]
        return found[0] if found else None

    def shown(self) -> list[str]:
        """Names in the list, from top to bottom."""
        dialog = self.dialog()
        assert dialog is not None
        return [hit.title for hit in dialog._search._model.hits]
