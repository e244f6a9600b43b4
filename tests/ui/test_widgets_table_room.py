"""Columns that can be spared give way before those that cannot are cut off."""

import pytest
from pytestqt.qtbot import QtBot

from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.table import FastTable
from desktop_desk.ui.widgets.table_model import Column, ListRowModel

COLUMNS = (
    Column("number", "Number", "number", 80),
    Column("subject", "Subject", width=200, stretch=True),
    Column("caller", "Caller", width=100, spare=2),
    Column("due", "Due", "time", 100),
    Column("updated", "Updated", "age", 100, spare=1),
)
WIDE, NARROW, NARROWEST = 900, 480, 380


@pytest.fixture
def table(qtbot: QtBot, look: Appearance) -> FastTable:
    made = FastTable(look)
    qtbot.addWidget(made)
    model = ListRowModel(COLUMNS)
    model.set_rows([(1, ("1041-0", "VPN down", "Ken Lee", "in 42 min", "now", 0))])
    made.setModel(model)
    with qtbot.waitExposed(made):
        made.show()
    return made


def shown(table: FastTable, width: int) -> list[str]:
    """The columns that are seen when the table is so wide."""
    table.resize(width, 300)
    return [column.key for place, column in enumerate(COLUMNS) if not table.isColumnHidden(place)]


def test_what_can_be_spared_most_goes_first_and_comes_back(table: FastTable) -> None:
    everything = [column.key for column in COLUMNS]
    assert shown(table, WIDE) == everything
    assert shown(table, NARROW) == ["number", "subject", "caller", "due"]
    assert shown(table, NARROWEST) == ["number", "subject", "due"]
    assert shown(table, WIDE) == everything


def test_the_name_of_a_thing_never_shrinks_to_nothing(table: FastTable) -> None:
    assert shown(table, 200) == ["number", "subject", "due"]
    assert table.columnWidth(1) > 80


def test_a_column_that_gave_way_is_no_column_that_was_turned_off(table: FastTable) -> None:
    before = table.column_state()["hidden"]
    shown(table, NARROWEST)
    assert table.column_state()["hidden"] == before == []
    table.restore_columns(table.column_state())
    assert shown(table, NARROWEST) == ["number", "subject", "due"]


def test_a_column_that_a_person_turns_on_stays(table: FastTable) -> None:
    shown(table, NARROWEST)
    table.setColumnHidden(2, False)
    assert shown(table, NARROWEST + 10) == ["number", "subject", "caller", "due"]


def test_a_column_that_a_person_turned_off_does_not_come_back(table: FastTable) -> None:
    shown(table, WIDE)
    table.setColumnHidden(4, True)
    shown(table, NARROWEST)
    assert "updated" not in shown(table, WIDE)
    assert table.column_state()["hidden"] == ["updated"]
