"""The table's model: windows that come when looked at, and refreshes that move nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop_desk.desk.views import TicketRow
from desktop_desk.domain.facts import EntityId
from desktop_desk.ui.tickets.list_model import WINDOW, TicketListModel
from desktop_desk.ui.widgets.table_model import MUTED, OVERDUE, UNREAD

NOW = 1_800_000_000_000
MINUTE = 60_000


def a_row(name: str, **changes: object) -> TicketRow:
    row = TicketRow(
        id=1,
        uid=EntityId(name),
        number=f"{name}-0",
        priority="C",
        subject=f"Subject {name}",
        caller="Ken Lee",
        agent="",
        team="",
        department="Support",
        topic="",
        status="open",
        state="open",
        opened=NOW - 5 * MINUTE,
        updated=NOW - 4 * MINUTE,
        due=NOW + 42 * MINUTE,
        overdue=False,
        answered=False,
        unread=False,
        conflicts=0,
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def rows(*names: str) -> list[TicketRow]:
    return [a_row(name) for name in names]


def shown(model: TicketListModel) -> list[str | None]:
    tickets = (model.ticket_at(row) for row in range(model.rowCount()))
    return [ticket.uid if ticket is not None else None for ticket in tickets]


@pytest.fixture
def model(qtbot: QtBot, qtmodeltester: ModelTester) -> TicketListModel:
    """Five tickets, watched by Qt's own checker."""
    made = TicketListModel(lambda: NOW)
    made.show(rows("a", "b", "c", "d", "e"), 5)
    qtmodeltester.check(made)
    return made


def test_a_row_shows_times_as_people_say_them(model: TicketListModel) -> None:
    cells = model.row(0)
    assert cells is not None
    by_key = dict(zip([column.key for column in model.columns], cells, strict=False))
    assert by_key["due"] == "in 42 min"
    assert by_key["updated"] == "4 min"
    assert by_key["agent"] == "–"


def test_a_late_ticket_says_so_in_words(model: TicketListModel) -> None:
    model.show([a_row("a", due=NOW - 12 * MINUTE, overdue=True)], 1)
    cells = model.row(0)
    assert cells is not None
    assert "12 min over" in cells
    assert cells[-1] == OVERDUE


def test_flags_tell_what_is_new_and_what_is_done(model: TicketListModel) -> None:
    model.show([a_row("a", unread=True), a_row("b", state="closed")], 2)
    first, second = model.row(0), model.row(1)
    assert first is not None
    assert second is not None
    assert (first[-1], second[-1]) == (UNREAD, MUTED)


def test_looking_at_a_row_that_is_not_here_asks_once_for_its_window(qtbot: QtBot) -> None:
    model = TicketListModel(lambda: NOW)
    model.show(rows(*(f"t{n}" for n in range(WINDOW))), 1000)
    asked: list[int] = []
    model.window_wanted.connect(asked.append)
    with qtbot.waitSignal(model.window_wanted):
        assert model.row(450) is None
        assert model.row(460) is None
    assert model.row(470) is None
    qtbot.waitUntil(lambda: asked == [4])
    model.take(4, rows(*(f"t{n}" for n in range(400, 500))), 1000)
    assert model.ticket_at(450) == a_row("t450")


def test_only_a_few_windows_are_kept(qtbot: QtBot) -> None:
    model = TicketListModel(lambda: NOW)
    model.show(rows(*(f"t{n}" for n in range(WINDOW))), 100_000)
    for window in range(1, 30):
        start = window * WINDOW
        model.take(window, rows(*(f"t{n}" for n in range(start, start + WINDOW))), 100_000)
    assert sum(ticket is not None for ticket in map(model.ticket_at, range(3000))) <= 6 * WINDOW


def test_a_refresh_without_change_moves_nothing(model: TicketListModel) -> None:
    moved: list[object] = []
    model.rowsInserted.connect(lambda *_: moved.append("in"))
    model.rowsRemoved.connect(lambda *_: moved.append("out"))
    model.modelReset.connect(lambda *_: moved.append("reset"))
    model.refresh(0, rows("a", "b", "c", "d", "e"), 5)
    assert moved == []


def test_a_selection_stays_with_its_ticket_when_others_come_and_go(model: TicketListModel) -> None:
    selection = QItemSelectionModel(model)
    flags = QItemSelectionModel.SelectionFlag
    selection.select(model.index(2, 0), flags.Select | flags.Rows)
    model.refresh(0, rows("new", "a", "c", "d", "e", "last"), 6)
    assert [shown(model)[index.row()] for index in selection.selectedRows()] == ["c"]


NAMES_OF_900 = [f"t{n}" for n in range(900)]
NAMES = st.lists(st.sampled_from("abcdefghijkl"), unique=True, max_size=12)


@given(before=NAMES, after=NAMES)
def test_after_any_refresh_the_rows_are_the_new_ones_and_held_indexes_follow(
    before: list[str], after: list[str]
) -> None:
    model = TicketListModel(lambda: NOW)
    model.show(rows(*before), len(before))
    held = {name: QPersistentModelIndex(model.index(place, 0)) for place, name in enumerate(before)}
    model.refresh(0, rows(*after), len(after))
    assert shown(model) == after
    for index in held.values():
        assert not index.isValid() or index.row() < len(after)
    kept = [name for name in before if name in after]
    if kept == [name for name in after if name in before]:  # nobody changed places
        for name in kept:
            assert held[name].isValid()
            assert after[held[name].row()] == name


@given(total=st.integers(0, 900), later=st.integers(0, 900), window=st.integers(0, 8))
def test_a_refresh_in_the_middle_of_a_long_queue_keeps_count(total: int, later: int, window: int) -> None:
    names = NAMES_OF_900
    model = TicketListModel(lambda: NOW)
    model.show(rows(*names[: min(total, WINDOW)]), total)
    start = window * WINDOW
    fresh = rows(*names[start : min(start + WINDOW, later)])
    model.refresh(window, fresh, later)
    assert model.rowCount() == later
    for place, row in enumerate(fresh):
        assert model.ticket_at(start + place) == row
