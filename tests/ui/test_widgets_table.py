"""The table for any number of rows."""

from collections import Counter
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.table import MUTED, OVERDUE, UNREAD, Column, FastTable, ListRowModel, RowModel

COLUMNS = (
    Column("number", "Number", "number", 80),
    Column("sev", "Sev", "severity", 50, name="Severity"),
    Column("subject", "Subject", "text", 260),
    Column("due", "Due", "time", 110),
    Column("updated", "Updated", "age", 90, sortable=False),
)
MILLION = 1_000_000
NONE = QModelIndex()


class Endless(RowModel):
    """A million rows, made when they are asked for; counts who was asked."""

    def __init__(self) -> None:
        super().__init__(COLUMNS)
        self.asked: Counter[int] = Counter()
        self.missing: range = range(0)

    def rowCount(self, parent: Any = NONE) -> int:  # noqa: N802  Qt's name
        return 0 if parent.isValid() else MILLION

    def row(self, number: int) -> tuple[Any, ...] | None:
        self.asked[number] += 1
        if number in self.missing:
            return None
        return (f"{number}-0", "ABCD"[number % 4], f"subject {number}", "in 42 min", "4 min", 0)


@pytest.fixture
def table(qtbot: QtBot, look: Appearance) -> FastTable:
    made = FastTable(look)
    qtbot.addWidget(made)
    made.resize(640, 400)
    return made


def show(table: FastTable, model: RowModel) -> None:
    model.setParent(table)
    table.setModel(model)
    table.show()
    table.activateWindow()
    table.setFocus()
    QApplication.processEvents()


def a_short_model(*rows: tuple[Any, ...]) -> ListRowModel:
    model = ListRowModel(COLUMNS)
    model.set_rows([(row[0], row) for row in rows])
    return model


THREE = (
    ("1041-0", "A", "VPN down", "in 42 min", "4 min", UNREAD),
    ("1039-9", "B", "Till 3", "12 min over", "9 min", OVERDUE),
    ("1017-6", "", "Door bell", "–", "1 h", MUTED),
)


def test_only_rows_in_view_are_ever_asked_for(table: FastTable) -> None:
    model = Endless()
    show(table, model)
    table.grab()
    screen = table.height() // table.verticalHeader().defaultSectionSize() + 2
    assert 5 < len(model.asked) <= screen
    model.asked.clear()
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
    table.grab()
    assert len(model.asked) <= screen
    assert max(model.asked) == MILLION - 1


def test_a_row_is_fetched_once_for_each_painting(table: FastTable) -> None:
    model = Endless()
    show(table, model)
    QApplication.processEvents()
    model.asked.clear()
    table.viewport().repaint()
    assert set(model.asked.values()) == {1}


def test_a_million_rows_are_selected_as_one_stretch(table: FastTable) -> None:
    model = Endless()
    show(table, model)
    model.asked.clear()
    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert table.selected_ranges() == [(0, MILLION - 1)]
    assert len(model.asked) < 50


def test_letters_search_nothing_in_the_model(table: FastTable) -> None:
    """They are the program's keys, and Qt's own search would walk through a million rows."""
    model = Endless()
    show(table, model)
    table.select_row(0)
    model.asked.clear()
    QTest.keyClicks(table, "zz")
    assert table.current_row() == 0
    assert len(model.asked) < 50


def test_a_row_that_is_not_loaded_is_painted_quietly_and_then_filled(table: FastTable) -> None:
    model = Endless()
    model.missing = range(MILLION)
    show(table, model)
    quiet = table.viewport().grab().toImage()
    model.missing = range(0)
    model.dataChanged.emit(model.index(0, 0), model.index(20, 4))
    assert table.viewport().grab().toImage() != quiet
    assert model.index(3, 2).data() == "subject 3"


def test_the_owner_hears_which_rows_are_in_view(qtbot: QtBot, table: FastTable) -> None:
    show(table, Endless())
    with qtbot.waitSignal(table.visible_rows_changed) as told:
        table.verticalScrollBar().setValue(100 * table.verticalHeader().defaultSectionSize())
    assert told.args is not None
    assert told.args[0] == 100
    assert 105 < told.args[1] < 125


def test_a_click_on_a_header_asks_for_sorting_and_sorts_nothing(qtbot: QtBot, table: FastTable) -> None:
    show(table, a_short_model(*THREE))
    table.set_sort("number", False)
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(2) + 20, header.height() // 2)
    with qtbot.waitSignal(table.sort_requested) as told:
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == ["subject", False]
    assert header.sortIndicatorSection() == 0, "the arrow shows what is, until the owner has sorted"
    table.set_sort("subject", False)
    with qtbot.waitSignal(table.sort_requested) as told:
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == ["subject", True]


def test_a_column_that_cannot_be_sorted_asks_for_nothing(qtbot: QtBot, table: FastTable) -> None:
    show(table, a_short_model(*THREE))
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(4) + 10, header.height() // 2)
    with qtbot.assertNotEmitted(table.sort_requested):
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_rows_are_chosen_and_opened_by_keyboard(qtbot: QtBot, table: FastTable) -> None:
    show(table, a_short_model(*THREE))
    table.select_row(0)
    with qtbot.waitSignal(table.row_changed) as told:
        QTest.keyClick(table, Qt.Key.Key_Down)
    assert told.args == [1]
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert table.selected_rows() == [1, 2]
    QTest.keyClick(table, Qt.Key.Key_Home)
    assert table.selected_rows() == [0]
    QTest.keyClick(table, Qt.Key.Key_End)
    assert table.current_row() == 2
    with qtbot.waitSignal(table.row_activated) as opened:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [2]


def test_single_rows_are_added_with_the_control_key(table: FastTable) -> None:
    show(table, a_short_model(*THREE))
    height = table.verticalHeader().defaultSectionSize()
    for row, held in ((0, Qt.KeyboardModifier.NoModifier), (2, Qt.KeyboardModifier.ControlModifier)):
        place = QPoint(120, row * height + 5)
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, held, place)
    assert table.selected_rows() == [0, 2]


def test_tab_leaves_the_table(qtbot: QtBot, table: FastTable) -> None:
    show(table, a_short_model(*THREE))
    assert not table.tabKeyNavigation()


def test_rows_are_copied_as_text(table: FastTable) -> None:
    show(table, a_short_model(*THREE))
    table.select_row(1)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "1039-9\tB\tTill 3\t12 min over\t9 min"


def test_screen_readers_hear_what_is_only_seen(table: FastTable) -> None:
    model = a_short_model(*THREE)
    show(table, model)

    def spoken(row: int, column: int) -> str:
        return str(model.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole))

    assert spoken(0, 0) == "1041-0, unread"
    assert spoken(1, 0) == "1039-9, overdue"
    assert spoken(1, 1) == "Severity B"
    assert spoken(2, 2) == "Door bell"
    assert model.headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole) == "Severity"


def colours(image: QImage) -> set[str]:
    return {QColor(image.pixel(x, y)).name() for x in range(image.width()) for y in range(image.height())}


def test_overdue_is_red_only_where_it_is_due(table: FastTable, look: Appearance) -> None:
    show(table, a_short_model(("1", "C", "subject", "12 min over", "now", OVERDUE)))
    table.clearSelection()
    header = table.horizontalHeader()
    row = table.viewport().grab().toImage()
    height = table.verticalHeader().defaultSectionSize()

    def cell(column: int) -> QImage:
        return row.copy(header.sectionViewportPosition(column), 0, header.sectionSize(column), height - 1)

    assert look.colors.overdue.name() in colours(cell(3))
    assert look.colors.overdue.name() not in colours(cell(2))


def test_focus_can_be_seen_also_without_rows(qtbot: QtBot, table: FastTable, look: Appearance) -> None:
    show(table, a_short_model())
    table.set_empty("No open tickets.", "Ctrl+N logs a call.")
    qtbot.waitUntil(lambda: bool(table.hasFocus()))
    assert look.colors.focus.name() == QColor(table.grab().toImage().pixel(0, 200)).name()
    table.clearFocus()
    assert look.colors.focus.name() != QColor(table.grab().toImage().pixel(0, 200)).name()


def test_the_row_with_the_cursor_is_marked_while_the_table_has_the_focus(
    qtbot: QtBot, table: FastTable, look: Appearance
) -> None:
    show(table, a_short_model(*THREE))
    table.select_row(1)
    qtbot.waitUntil(lambda: bool(table.hasFocus()))
    middle = table.verticalHeader().defaultSectionSize() * 3 // 2
    assert QColor(table.viewport().grab().toImage().pixel(1, middle)).name() == look.colors.focus.name()
    table.clearFocus()
    assert QColor(table.viewport().grab().toImage().pixel(1, middle)).name() == look.colors.selected.name()


def test_columns_come_back_as_they_were_left(qtbot: QtBot, table: FastTable, look: Appearance) -> None:
    show(table, a_short_model(*THREE))
    header = table.horizontalHeader()
    header.moveSection(0, 3)
    header.setSectionHidden(4, True)
    header.resizeSection(2, 333)
    state = table.column_state()
    other = FastTable(look)
    qtbot.addWidget(other)
    show(other, a_short_model(*THREE))
    other.restore_columns(state)
    assert other.column_state() == state
    assert other.horizontalHeader().visualIndex(0) == 3
    assert other.columnWidth(2) == 333


def test_a_saved_state_with_strange_columns_does_no_harm(table: FastTable) -> None:
    show(table, a_short_model(*THREE))
    before = table.column_state()
    table.restore_columns(
        {"order": ["gone", "sev"], "hidden": ["gone"], "widths": {"gone": 5, "number": "wide"}}
    )
    after = table.column_state()
    assert after["widths"] == before["widths"]
    assert after["order"][0] == "sev"
    assert sorted(after["order"]) == sorted(before["order"])
    assert after["hidden"] == []


def the_menu(table: FastTable) -> QMenu:
    table.show_column_menu()
    return next(menu for menu in table.findChildren(QMenu) if menu.accessibleName() == "Columns")


def actions_of(menu: QMenu) -> dict[tuple[str, int], QAction]:
    found = {action.data(): action for action in menu.actions() if action.data()}
    for sub in menu.findChildren(QMenu):
        found |= {action.data(): action for action in sub.actions() if action.data()}
    return found


def test_columns_are_hidden_moved_and_widened_without_a_mouse(qtbot: QtBot, table: FastTable) -> None:
    show(table, a_short_model(*THREE))
    menu = the_menu(table)
    acts = actions_of(menu)
    width = table.columnWidth(0)
    with qtbot.waitSignal(table.columns_changed):
        acts["switch", 4].trigger()
    acts["right", 0].trigger()
    acts["wider", 0].trigger()
    with qtbot.waitSignal(table.sort_requested) as told:
        acts["descending", 2].trigger()
    menu.close()
    assert table.isColumnHidden(4)
    assert table.horizontalHeader().visualIndex(0) == 1
    assert table.columnWidth(0) > width
    assert told.args == ["subject", True]


def test_the_last_column_cannot_be_hidden(table: FastTable) -> None:
    show(table, a_short_model(*THREE))
    for column in range(1, 5):
        table.setColumnHidden(column, True)
    menu = the_menu(table)
    assert not actions_of(menu)["switch", 0].isEnabled()
    menu.close()


def test_standard_columns_bring_everything_back(table: FastTable) -> None:
    show(table, a_short_model(*THREE))
    before = table.column_state()
    table.horizontalHeader().moveSection(0, 3)
    table.setColumnHidden(2, True)
    menu = the_menu(table)
    actions_of(menu)["reset", -1].trigger()
    menu.close()
    assert table.column_state() == before


def test_rows_follow_density_and_text_size(table: FastTable, look: Appearance) -> None:
    show(table, a_short_model(*THREE))
    normal = table.verticalHeader().defaultSectionSize()
    look.set_density("compact")
    assert table.verticalHeader().defaultSectionSize() < normal
    look.set_density("normal")
    look.set_text_scale(2)
    assert table.verticalHeader().defaultSectionSize() > normal
    look.set_text_scale(1)


@pytest.mark.parametrize(
    "text",
    ["", "😀 emoji", "שלום עולם", "a\nb\tc\0d", "x" * 100_000, "&amp; <b>"],
    ids=lambda text: repr(text[:8]),
)
def test_any_text_can_be_painted(table: FastTable, text: str) -> None:
    show(table, a_short_model(("1", "A", text, text, text, UNREAD)))
    assert not table.grab().isNull()


def test_a_list_of_the_same_rows_keeps_the_cursor(table: FastTable) -> None:
    model = a_short_model(*THREE)
    show(table, model)
    table.select_row(2)
    model.set_rows([(row[0], (*row[:2], "changed", *row[3:])) for row in THREE])
    assert table.current_row() == 2
    assert model.index(2, 2).data() == "changed"
    assert model.row_of("1017-6") == 2
    assert model.key_of(0) == "1041-0"


def test_the_model_keeps_qts_rules(qtmodeltester: Any) -> None:
    model = a_short_model(*THREE)
    qtmodeltester.check(model)
