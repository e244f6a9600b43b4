"""Frames of the ticket table while it scrolls, beside Qt's own table on a C++ item model, in turn."""

import time
from typing import Any

from PySide6.QtWidgets import QTableView

from desktop_desk.ui.measure.program import Watched
from desktop_desk.ui.measure.work import plain_model

ROWS = 2_000
FRAMES = 240
TURN = 60
COLUMNS = 9
STEP = 102
"""Pixels a frame: three lines, as a wheel's step."""


def scrolling(watched: Watched) -> dict[str, Any]:
    """Frames of both, at 1280×800 with nine columns; rows are read in meanwhile as they are at work."""
    watched.show_queue("closed")
    table = watched.window.list.table
    for column in range(table.model().columnCount()):
        table.setColumnHidden(column, column >= COLUMNS)
    watched.settle()
    plain = _plain_table(table)
    ours: list[float] = []
    bare: list[float] = []
    for frame in range(FRAMES):
        down = frame % TURN < TURN // 2
        ours.append(_frame(table, down=down))
        watched.app.processEvents()
        bare.append(_frame(plain, down=down))
    return {"ours": ours, "bare": bare}


def _frame(table: QTableView, *, down: bool) -> float:
    """One step of scrolling with its painting; rows that come in meanwhile are not waited for."""
    bar = table.verticalScrollBar()
    start = time.perf_counter()
    bar.setValue(bar.value() + (STEP if down else -STEP))
    table.viewport().repaint()
    return (time.perf_counter() - start) * 1000


def _plain_table(like: QTableView) -> QTableView:
    """Qt's own table with the same columns, texts, size and row height."""
    table = QTableView()
    table.setModel(plain_model(like, ROWS))
    table.setVerticalScrollMode(like.verticalScrollMode())
    table.setHorizontalScrollMode(like.horizontalScrollMode())
    table.verticalHeader().setDefaultSectionSize(like.verticalHeader().defaultSectionSize())
    table.verticalHeader().hide()
    for column in range(table.model().columnCount()):
        table.setColumnWidth(column, max(40, like.columnWidth(column)))
        table.setColumnHidden(column, like.isColumnHidden(column))
    table.resize(like.size())
    table.show()
    return table
