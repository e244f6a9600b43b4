"""Page objects: the screens in the words of staff; widgets are found by their object name only here."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_desk.ui.calls.typed_call import CallPrefill
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.parts import Parts
from desktop_desk.ui.tickets.composer import Composer
from desktop_desk.ui.tickets.list_view import TicketList
from desktop_desk.ui.widgets.cards import ThreadView
from desktop_desk.ui.widgets.side_list import SideItem, SideList
from desktop_desk.ui.widgets.table import FastTable

W = TypeVar("W", bound=QWidget)


def part(inside: QWidget, kind: type[W], name: str) -> W:
    """The one widget of that name; fails the test when there is none."""
    found = inside.findChild(kind, name)
    assert found is not None, f"there is no {kind.__name__} named {name}"
    return found


def child(parent: QWidget, kind: type[W], name: str = "") -> W:
    """The first widget of a kind, whatever it is called; fails the test when there is none."""
    found = parent.findChild(kind, name) if name else parent.findChild(kind)
    assert found is not None, f"there is no {kind.__name__} {name}"
    return found


def put(window: QWidget, widget: QWidget) -> None:
    """Lay a widget into a window of the test's own."""
    layout = window.layout()
    assert layout is not None
    layout.addWidget(widget)


def press(
    widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """One real key event to the widget that has the cursor in its window."""
    target = QApplication.focusWidget() or widget
    QTest.keyClick(target, key, modifiers)


def write(widget: QWidget, text: str) -> None:
    """Real key events to where the cursor is."""
    target = QApplication.focusWidget() or widget
    QTest.keyClicks(target, text)


def reached_by_tab(window: QWidget) -> list[str]:
    """The names of what Tab goes through, from what has the cursor and once around."""
    first = window.focusWidget() or window
    found: list[str] = []
    each: QWidget | None = first
    while each is not None:
        # Compound widgets stand in the chain for those inside, which have no name of their own.
        takes_it = each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.focusProxy() is None
        if takes_it and each.objectName() and each.isVisibleTo(window) and each.isEnabled():
            found.append(each.objectName())
        each = each.nextInFocusChain()
        if each is first:
            break
    return found


@dataclass
class OpenedParts:
    """Stands where the other windows would be opened, and remembers what was asked for."""

    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def parts(self) -> Parts:
        """What the main window is made with."""

        def asks(name: str) -> Any:
            return lambda _window, *what: self.asked.append((name, *what))

        return Parts(
            call_desk=lambda _window: self,
            reassign=asks("reassign"),
            person=asks("person"),
            people=asks("people"),
            office=asks("office"),
            settings=asks("settings"),
            summary=asks("summary"),
        )

    def log_call(self) -> None:
        self.asked.append(("log_call",))

    def take_call(self, number: str, name: str, event: str, call_id: str, direction: str = "in") -> None:
        asked = ("take_call", number, name, event, call_id)
        self.asked.append(asked if direction == "in" else (*asked, direction))

    def hear(self, told: CallPrefill) -> None:
        self.asked.append(("hear", told))

    def call_out(self, number: str, *, name: str = "", ticket: str = "", owed: str = "") -> None:
        self.asked.append(("call_out", number, name, ticket, owed))

    def park(self) -> None:
        self.asked.append(("park",))

    def attach(self, number: str) -> None:
        self.asked.append(("attach", number))


class Queues:
    """The side list."""

    def __init__(self, window: MainWindow) -> None:
        self._list = part(window, SideList, "queues")
        self._window = window

    def open(self, key: str) -> None:
        """Choose a queue as a click does."""
        self._list.select(key)
        self._list.chosen.emit(key)

    def click(self, key: str) -> None:
        """Click on a queue with the mouse."""
        entries = self._list._model.entries
        row = next(row for row, each in enumerate(entries) if isinstance(each, SideItem) and each.key == key)
        place = self._list.visualRect(self._list.model().index(row, 0)).center()
        QTest.mouseClick(
            self._list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place
        )

    def chosen(self) -> str:
        return self._list.selected()

    def counts(self) -> dict[str, str]:
        """What stands beside each queue."""
        entries = self._list._model.entries
        return {entry.key: entry.count for entry in entries if isinstance(entry, SideItem)}


class Table:
    """The list of tickets in the middle."""

    def __init__(self, window: MainWindow) -> None:
        self._view = part(window, TicketList, "ticket_list")
        self.table = part(window, FastTable, "ticket_table")

    def subjects(self) -> list[str]:
        """The subjects read so far, top to bottom."""
        tickets = (self._view.model.ticket_at(row) for row in range(self._view.model.rowCount()))
        return [ticket.subject for ticket in tickets if ticket is not None]

    def title(self) -> str:
        return part(self._view, QLabel, "list_title").text()

    def summary(self) -> str:
        return part(self._view, QLabel, "list_summary").text()

    def chosen(self) -> list[str]:
        """Subjects of the selected rows."""
        tickets = (self._view.model.ticket_at(row) for row in self.table.selected_rows())
        return [ticket.subject for ticket in tickets if ticket is not None]

    def go_to(self, subject: str) -> None:
        """Click on the row with that subject."""
        self.table.select_row(self.subjects().index(subject))
        self.focus()

    def focus(self) -> None:
        self.table.setFocus()

    def press(self, letter: str) -> None:
        """A key while the table has the cursor."""
        self.focus()
        QTest.keyClicks(self.table, letter)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.focus()
        QTest.keyClick(self.table, key, modifiers)

    def filter(self, words: str, qtbot: QtBot) -> None:
        """Write into the quick filter and wait for its answer."""
        line = part(self._view, QLineEdit, "list_filter")
        line.setFocus()
        line.clear()
        with qtbot.waitSignal(self._view.filter_changed):
            QTest.keyClicks(line, words)

    def cell(self, subject: str, column: str) -> str:
        """What a cell shows."""
        model = self._view.model
        row = model.row(self.subjects().index(subject))
        assert row is not None
        return str(row[[each.key for each in model.columns].index(column)])


class Ticket:
    """The ticket on the right."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.pane = window.pane

    def subject(self) -> str:
        return part(self.pane, QLabel, "ticket_subject").text() if self.pane.view is not None else ""

    def number(self) -> str:
        return self.pane.view.number if self.pane.view is not None else ""

    def shows(self, what: str) -> str:
        """The text of a value in the head: priority, status, caller, phone, topic, agent, team."""
        return part(self.pane, QPushButton, f"ticket_{what}").text()

    def thread(self) -> list[str]:
        """Every entry as a screen reader says it."""
        view = part(self.pane, ThreadView, "ticket_thread")
        model = view.model()
        assert model is not None
        role = Qt.ItemDataRole.AccessibleTextRole
        return [str(model.index(row, 0).data(role)) for row in range(model.rowCount())]

    def says(self, name: str) -> str:
        """What a strip across the pane says: merged, withdrawn, changed; "" when it is not there."""
        strip = part(self.pane, QWidget, f"ticket_{name}")
        return strip.accessibleName() if strip.isVisible() else ""

    def choose(self, menu: str, letter: str) -> None:
        """Press a letter in the menu that is open."""
        found = part(self._window, QMenu, menu)
        assert found.isVisible()
        QTest.keyClicks(found, letter)


class Writing:
    """The composer."""

    def __init__(self, window: MainWindow) -> None:
        self._composer = part(window, Composer, "composer")
        self.editor = self._composer.editor

    def text(self) -> str:
        return self.editor.toPlainText()

    def write(self, text: str) -> None:
        self.editor.setFocus()
        QTest.keyClicks(self.editor, text)

    def send(self, *, resolve: bool = False) -> None:
        """Ctrl+Enter, with Shift to resolve too."""
        modifiers = Qt.KeyboardModifier.ControlModifier
        if resolve:
            modifiers |= Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(self.editor, Qt.Key.Key_Return, modifiers)

    def kind(self) -> str:
        return self._composer.kind

    def error(self) -> str:
        label = part(self._composer, QLabel, "composer_error")
        return label.text() if label.isVisible() else ""

    def saved(self) -> str:
        return part(self._composer, QLabel, "composer_saved").text()


class FrontDesk:
    """The main window as staff use it."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot
        self.queues = Queues(window)
        self.table = Table(window)
        self.ticket = Ticket(window)
        self.composer = Writing(window)

    def press(self, keys: str) -> None:
        """A key that works in the whole window, e.g. "Ctrl+K", sent to where the cursor is."""
        from PySide6.QtGui import QKeySequence

        combination = QKeySequence(keys)[0]  # pyright: ignore[reportIndexIssue]  the stub does not know it
        QTest.keyClick(
            self.window.focusWidget() or self.window, combination.key(), combination.keyboardModifiers()
        )

    def action(self, name: str) -> QAction:
        return self.window.actions_[name]

    def said(self) -> str:
        """The message at the bottom."""
        return self.window.toasts.text()

    def notice(self) -> str:
        """The message under the top bar."""
        return self.window.notice.text

    def others_work(self) -> None:
        """What the poll of the next second would find."""
        self.window.operations.look_for_others()

    def focused(self) -> str:
        """The object name of what has the cursor."""
        widget = self.window.focusWidget()
        return widget.objectName() if widget is not None else ""  # pyright: ignore[reportUnnecessaryComparison]

    def at(self, widget: QWidget) -> QPoint:
        return widget.mapTo(self.window, QPoint(0, 0))
