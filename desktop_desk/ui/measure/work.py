"""A day's work in the window, measured: the start, a walk through everything, keys and what they show."""

import sys
import time
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView

from desktop_desk.ui.measure.bare import memory
from desktop_desk.ui.measure.program import Painted, Watched

QUEUES = ("open", "closed", "waiting", "resolved", "all", "unassigned", "mine")
SEARCHES = ("printer", "network", "renew", "comp")
WALKS = 3
ROUNDS = 6
KEYS = 40
SCREEN = 100


def started(watched: Watched, began: float) -> dict[str, Any]:
    """The call form, opened by its key, with the cursor in it and painted: when, and the memory held then."""
    took = _call_form_since(watched, began)
    watched.settle()
    return {"ms": took, "MB": memory()}


def arrived(watched: Watched, began: float, password: str) -> dict[str, Any]:
    """When the password could be typed, and how long after its Enter a call could be; without the person's own time."""
    watched.wait(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)  # noqa: S101  it was waited for
    field.window().grab()
    took = (time.monotonic() - began) * 1000
    # Nobody types faster than the rest is loaded.
    watched.wait(lambda: "desktop_desk.ui.windows" in sys.modules)
    QTest.keyClicks(field, password)
    entered = time.monotonic()
    QTest.keyClick(field, Qt.Key.Key_Return)
    return {"ms": took, "then": _call_form_since(watched, entered)}


def _call_form_since(watched: Watched, began: float) -> float:
    """Press the key of the call form; milliseconds from a moment of the clock until it is painted."""
    watched.press("call.log")
    watched.wait(lambda: _is_in_call_panel(QApplication.focusWidget()))
    watched.window.grab()
    return (time.monotonic() - began) * 1000


def used(watched: Watched) -> dict[str, Any]:
    """The memory held after every queue, its ends and middle, some tickets and searches."""
    table = watched.window.list.table
    for queue in QUEUES * WALKS:
        watched.show_queue(queue)
        bar = table.verticalScrollBar()
        for part in range(11):
            bar.setValue(bar.maximum() * part // 10)
            watched.settle()
        for _step in range(8):
            QTest.keyClick(table, Qt.Key.Key_Down)
            watched.settle()
    for text in SEARCHES:
        watched.window.show_results(text)
        watched.settle()
    return {"MB": memory()}


def queue_pixels(watched: Watched) -> dict[str, Any]:
    """From the key of a queue to its first screen painted; beside it the same screen in Qt's own table, in turn."""
    ours: list[float] = []
    bare: list[float] = []
    plain = _plain_table(watched)
    for queue in QUEUES[1:] * ROUNDS:
        watched.settle()
        start = time.perf_counter()
        watched.show_queue(queue)
        ours.append((time.perf_counter() - start) * 1000)
        watched.settle()
        model = plain_model(watched.window.list.table, SCREEN)
        painted = Painted(plain.viewport())
        start = time.perf_counter()
        painted.begin()
        plain.setModel(model)
        watched.wait(lambda painted=painted: painted.done)
        bare.append((time.perf_counter() - start) * 1000)
    return {"ours": ours, "bare": bare}


def ticket_pixels(watched: Watched) -> dict[str, Any]:
    """From the arrow key to the next ticket painted on the pane; beside it the arrow key in Qt's own table."""
    window = watched.window
    watched.show_queue("closed")
    plain = _plain_table(watched)
    plain.setModel(plain_model(window.list.table, SCREEN))
    plain.selectRow(0)
    ours: list[float] = []
    bare: list[float] = []
    for _key in range(KEYS):
        watched.settle()
        painted = Painted(window.pane.conversation.viewport())
        window.ticket_shown.connect(painted.begin)
        start = time.perf_counter()
        QTest.keyClick(window.list.table, Qt.Key.Key_Down)
        watched.wait(lambda painted=painted: painted.done)
        ours.append((time.perf_counter() - start) * 1000)
        window.ticket_shown.disconnect(painted.begin)
        watched.settle()
        painted = Painted(plain.viewport())
        start = time.perf_counter()
        painted.begin()
        QTest.keyClick(plain, Qt.Key.Key_Down)
        watched.wait(lambda painted=painted: painted.done)
        bare.append((time.perf_counter() - start) * 1000)
    return {"ours": ours, "bare": bare}


def plain_model(like: QTableView, rows: int) -> QStandardItemModel:
    """A C++ item model with the texts that a table shows, its first screen again and again."""
    shown = like.model()
    columns = shown.columnCount()
    known = max(1, min(SCREEN, shown.rowCount()))
    items = QStandardItemModel(0, columns)
    for row in range(rows):
        items.appendRow(
            [QStandardItem(str(shown.index(row % known, column).data() or "")) for column in range(columns)]
        )
    return items


def _plain_table(watched: Watched) -> QTableView:
    """Qt's own table, as large as the program's, in a window that leaves the keys to the program's."""
    table = QTableView()
    table.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    table.resize(watched.window.list.table.size())
    table.show()
    watched.window.activateWindow()
    return table


def _is_in_call_panel(widget: QObject | None) -> bool:
    """Whether a widget is part of the call form."""
    while widget is not None and widget.objectName() != "call_panel":
        widget = widget.parent()
    return widget is not None
