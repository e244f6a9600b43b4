"""Page objects of what is about copies of a desk: status line, copies, sharing, taking along."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton, QRadioButton, QWidget

from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.widgets.table import FastTable
from tests.drivers import part


def the_dialog(name: str) -> QDialog:
    """The open dialog of this name."""
    shown = [
        each
        for each in QApplication.topLevelWidgets()
        if isinstance(each, QDialog) and each.isVisible() and each.objectName() == name
    ]
    assert len(shown) == 1, f"{len(shown)} dialogs called {name}"
    dialog = shown[0]
    dialog.activateWindow()
    tries = 500
    while QApplication.activeWindow() is not dialog and tries:
        # A dialog counts as active as soon as its parent is; keys reach it only a little later.
        QTest.qWait(2)
        tries -= 1
    assert QApplication.activeWindow() is dialog
    return dialog


def said(window: MainWindow) -> str:
    """What the status line says about syncing; "" for nothing."""
    link = part(window, QPushButton, "status_sync")
    return link.text() if link.isVisible() else ""


def rows(table: FastTable) -> list[tuple[str, ...]]:
    """The cells of a table, without its flags."""
    model = table.model()
    return [
        tuple(str(model.index(row, column).data()) for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


class Form:
    """A dialog with fields, a button that goes on, and a place for answers."""

    def __init__(self, name: str) -> None:
        self.dialog = the_dialog(name)

    def line(self, name: str) -> QLineEdit:
        return part(self.dialog, QLineEdit, name)

    def fill(self, **texts: str) -> None:
        """Type into fields by name, in place of what stands there."""
        for name, text in texts.items():
            line = self.line(name)
            line.setFocus()
            line.selectAll()
            QTest.keyClick(line, Qt.Key.Key_Delete)
            QTest.keyClicks(line, text)

    def choose(self, way: str) -> None:
        part(self.dialog, QRadioButton, f"way_{way}").click()

    def enter(self) -> None:
        """Enter, wherever the cursor is in the form."""
        QTest.keyClick(self.dialog.focusWidget() or self.dialog, Qt.Key.Key_Return)

    def press(self, name: str) -> None:
        part(self.dialog, QPushButton, name).click()

    def answer(self) -> str:
        label = part(self.dialog, QLabel, "answer")
        return label.text() if label.isVisible() else ""

    def error(self, name: str) -> str:
        """What is said beside a field."""
        line = self.line(name)
        return line.accessibleDescription() if line.property("wrong") else ""


class CopiesPage:
    """The window of copies."""

    def __init__(self) -> None:
        self.dialog = the_dialog("copies")
        self.table = part(self.dialog, FastTable, "copies_table")
        self.held = part(self.dialog, FastTable, "held_table")

    def names(self) -> list[str]:
        return [row[0] for row in rows(self.table)]

    def row(self, name: str) -> tuple[str, ...]:
        return next(row for row in rows(self.table) if row[0].startswith(name))

    def go_to(self, name: str) -> None:
        self.table.setFocus()
        self.table.select_row(next(n for n, row in enumerate(rows(self.table)) if row[0].startswith(name)))

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.dialog.focusWidget() or self.dialog, key, modifiers)

    def button(self, name: str) -> QPushButton:
        return part(self.dialog, QPushButton, f"copies_{name}")

    def held_words(self) -> list[str]:
        return [row[-1] for row in rows(self.held)] if self.held.isVisible() else []

    def text(self, name: str) -> str:
        label = part(self.dialog, QLabel, f"copies_{name}")
        return label.text() if label.isVisible() else ""

    def has(self, name: str) -> bool:
        return part(self.dialog, QWidget, name).isVisible()
