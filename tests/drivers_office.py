"""Page objects of login, lock, first start, the office window and the report: tests speak as staff do."""

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QStackedWidget,
    QTableView,
    QWidget,
)

from desktop_desk.ui.background import Background
from desktop_desk.ui.operations import Operations
from tests.office_builders import AnOffice

W = TypeVar("W", bound=QWidget)

KEYS = {
    "Tab": (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier),
    "Enter": (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
    "Esc": (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
    "Ins": (Qt.Key.Key_Insert, Qt.KeyboardModifier.NoModifier),
    "Down": (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier),
    "Up": (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier),
    "Space": (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier),
    "F6": (Qt.Key.Key_F6, Qt.KeyboardModifier.NoModifier),
    "Alt+Left": (Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier),
    "Ctrl+Enter": (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier),
    "Ctrl+Del": (Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier),
    "Ctrl+Z": (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier),
    "Ctrl+F": (Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier),
    "Ctrl+C": (Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier),
    "Ctrl+W": (Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier),
}


def operations_of(office: AnOffice, qapp: QApplication) -> Operations:
    """Operations of an office's administrator that are done before the call returns."""
    return Operations(
        office.ada, Background(inline=True, parent=qapp), office.front.data_version, parent=qapp
    )


class Keyboard:
    """Real key events to a window, wherever its focus is."""

    def __init__(self, window: QWidget) -> None:
        self.window = window

    def press(self, *keys: str) -> None:
        """Press keys by name; one letter is that letter."""
        for name in keys:
            handle = self.window.windowHandle()
            if name in KEYS:
                key, modifier = KEYS[name]
                QTest.keyClick(handle, key, modifier)
            else:
                QTest.keyClick(handle, Qt.Key(ord(name.upper())))
            QApplication.processEvents()

    def type(self, text: str) -> None:
        """Type a text letter by letter into whatever has the focus."""
        focused = self.window.focusWidget()
        assert focused is not None, "nothing has the focus"
        QTest.keyClicks(focused, text)
        QApplication.processEvents()

    def focused(self) -> str:
        """The object name of what has the focus."""
        focused = self.window.focusWidget()
        return focused.objectName() if focused else ""


def find(parent: QWidget, kind: type[W], name: str) -> W:
    """The one child of this kind and object name."""
    found = parent.findChild(kind, name)
    assert found is not None, f"no {kind.__name__} called {name}"
    return found


def shown_text(parent: QWidget, name: str) -> str:
    """What a label says; empty when it is not shown."""
    label = find(parent, QLabel, name)
    return label.text() if label.isVisible() else ""


class LoginPage:
    """The login window and the lock window: the same form."""

    def __init__(self, window: QWidget) -> None:
        self.window = window
        self.keys = Keyboard(window)

    def log_in(self, login: str, password: str) -> None:
        """As a person does: name, Tab, password, Enter."""
        line = find(self.window, QLineEdit, "login")
        line.setFocus()
        line.selectAll()
        self.keys.type(login)
        self.keys.press("Tab")
        self.keys.type(password)
        self.keys.press("Enter")

    @property
    def login(self) -> str:
        return find(self.window, QLineEdit, "login").text()

    @property
    def password(self) -> str:
        return find(self.window, QLineEdit, "password").text()

    @property
    def answer(self) -> str:
        return shown_text(self.window, "login_answer")

    @property
    def advice(self) -> str:
        return shown_text(self.window, "login_advice")

    @property
    def hint(self) -> str:
        return shown_text(self.window, "login_hint")


class FirstStartPage:
    """The assistant of the first start."""

    def __init__(self, window: QWidget) -> None:
        self.window = window
        self.keys = Keyboard(window)

    @property
    def title(self) -> str:
        return shown_text(self.window, "step_title")

    @property
    def answer(self) -> str:
        return shown_text(self.window, "answer")

    def _step(self) -> QWidget:
        stack = self.window.findChild(QStackedWidget)
        assert stack is not None
        step = stack.currentWidget()
        assert step is not None
        return step

    def fill(self, **values: str) -> None:
        """Type over these fields of the step."""
        for name, value in values.items():
            line = find(self._step(), QLineEdit, name)
            line.setFocus()
            line.selectAll()
            self.keys.type(value)

    def value(self, name: str) -> str:
        """What stands in a field of the step."""
        return find(self._step(), QLineEdit, name).text()

    def errors(self) -> list[str]:
        """What is said beside the fields of the step."""
        labels = self._step().findChildren(QLabel)
        return [label.text() for label in labels if label.property("look") == "error" and label.isVisible()]


class OfficePage:
    """One list of the office window: its table and its form."""

    def __init__(self, page: QWidget) -> None:
        self.page = page
        self.keys = Keyboard(page.window())

    @property
    def table(self) -> QTableView:
        return find(self.page, QTableView, "table")

    def rows(self) -> list[list[str]]:
        """The table's cells."""
        model = self.table.model()
        return [
            [str(model.index(row, column).data()) for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]

    def names(self) -> list[str]:
        """The first column."""
        return [row[0] for row in self.rows()]

    def choose(self, name: str) -> None:
        """Go to a line of the table with the arrow keys."""
        self.table.setFocus()
        place = self.names().index(name)
        while self.table.currentIndex().row() < place:
            self.keys.press("Down")
        while self.table.currentIndex().row() > place:
            self.keys.press("Up")

    def filter(self, text: str) -> None:
        """Type into the filter of the list."""
        self.keys.press("Ctrl+F")
        self.keys.type(text)

    @property
    def title(self) -> str:
        return shown_text(self.page, "form_title")

    @property
    def words(self) -> str:
        """What the form says happened."""
        return shown_text(self.page, "words")

    def errors(self) -> list[str]:
        """What is said beside the fields."""
        labels = self.page.findChildren(QLabel)
        return [
            label.text()
            for label in labels
            if label.property("look") == "error" and label.isVisible() and label.objectName() != "words"
        ]

    def fill(self, **values: str | bool | Sequence[str]) -> None:
        """Set entries of the form by keyboard: type over a line, choose by text, tick by text."""
        for name, value in values.items():
            editor = find(self.page, QWidget, name)
            editor.setFocus()
            if isinstance(editor, QComboBox):
                self._choose_in(editor, str(value))
            elif isinstance(editor, QCheckBox):
                if editor.isChecked() is not value:
                    self.keys.press("Space")
            elif isinstance(editor, QListWidget):
                assert not isinstance(value, str | bool)
                self._tick(editor, value)
            else:
                if isinstance(editor, QLineEdit):
                    editor.selectAll()
                self.keys.type(str(value))

    def _choose_in(self, box: QComboBox, text: str) -> None:
        if box.isEditable():
            line = box.lineEdit()
            assert line is not None
            line.selectAll()
            self.keys.type(text)
            # The list of choices that popped up keeps the activation on a screen that has no window manager.
            box.window().activateWindow()
            QTest.qWaitForWindowActive(box.window())
            self.keys.press("Tab")
            return
        place = box.findText(text)
        assert place >= 0, f"{text} cannot be chosen"
        while box.currentIndex() < place:
            self.keys.press("Down")
        while box.currentIndex() > place:
            self.keys.press("Up")

    def _tick(self, list_: QListWidget, texts: Sequence[str]) -> None:
        for place in range(list_.count()):
            item = list_.item(place)
            if not item.flags() & Qt.ItemFlag.ItemIsUserCheckable:
                continue
            if (item.checkState() is Qt.CheckState.Checked) is not (item.text() in texts):
                list_.setCurrentItem(item)
                self.keys.press("Space")

    def value(self, name: str) -> str:
        """The text of an entry as it is shown."""
        editor = find(self.page, QWidget, name)
        if isinstance(editor, QComboBox):
            return editor.currentText()
        assert isinstance(editor, QLineEdit)
        return editor.text()

    def ticked(self, name: str) -> list[str]:
        """The ticked texts of a list of ticks."""
        list_ = find(self.page, QListWidget, name)
        items = [list_.item(place) for place in range(list_.count())]
        return [item.text() for item in items if item.checkState() is Qt.CheckState.Checked]

    def save(self) -> None:
        """Ctrl+Enter."""
        self.keys.press("Ctrl+Enter")

    def press(self, button: str) -> None:
        """Press a button of the page, which must be there to be pressed."""
        found = find(self.page, QPushButton, button)
        assert found.isVisible(), f"{button} is not shown"
        assert found.isEnabled(), f"{button} cannot be pressed"
        found.setFocus()
        self.keys.press("Space")
