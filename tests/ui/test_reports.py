"""The summary on screen: periods, breakdowns, times in words, and the copy for a spreadsheet."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDateEdit
from pytestqt.qtbot import QtBot

from desktop_desk.desk.views import CallDraft
from desktop_desk.ui.background import Background
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.reports.periods import days_of, duration, share
from desktop_desk.ui.reports.summary import SummaryPage
from desktop_desk.ui.theme import Appearance
from tests.drivers_office import OfficePage, find
from tests.office_builders import AnOffice, an_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[AnOffice]:
    """Three tickets: two for System Administrators, one of them handed on and resolved."""
    with an_office(tmp_path / "front.desk") as made:
        made.ada.log_call(CallDraft("Badge lost", topic="Feedback"))
        made.ada.log_call(CallDraft("Screen dark", department="System Administrators"))
        number = str(made.ada.log_call(CallDraft("VPN down", department="System Administrators")).number)
        made.ada.assign(number, "jane")
        made.ada.assign(number, "john")
        made.ada.resolve(number, "Certificate renewed.")
        yield made


@pytest.fixture
def summary(look: Appearance, office: AnOffice, qtbot: QtBot, qapp: QApplication) -> SummaryPage:
    operations = Operations(office.ada, Background(inline=True), office.front.data_version, parent=qapp)
    made = SummaryPage(look, operations)
    qtbot.addWidget(made)
    made.resize(1200, 500)
    made.show()
    QTest.qWaitForWindowActive(made)
    return made


def column(page: OfficePage, title: str) -> dict[str, str]:
    """One column of the table, by the name of the row."""
    model = page.table.model()
    titles = [
        str(model.headerData(place, page.table.horizontalHeader().orientation())) for place in range(13)
    ]
    return {row[0]: row[titles.index(title)] for row in page.rows()}


def test_the_month_is_counted_by_department_with_all_of_it_below(summary: SummaryPage) -> None:
    page = OfficePage(summary)
    assert column(page, "Opened") == {"Support": "1", "System Administrators": "2", "All": "3"}
    assert column(page, "Resolved") == {"Support": "0", "System Administrators": "1", "All": "1"}
    assert column(page, "Handed on")["All"] == "1"


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("by topic", {"Feedback", "–", "All"}),
        ("by priority", {"Normal", "Low", "All"}),
        ("by source", {"phone", "All"}),
    ],
)
def test_another_breakdown_counts_the_same_tickets(summary: SummaryPage, by: str, names: set[str]) -> None:
    page = OfficePage(summary)
    page.fill(by=by)
    opened = column(page, "Opened")
    assert set(opened) == names
    assert sum(int(count) for name, count in opened.items() if name != "All") == int(opened["All"]) == 3


def test_a_period_without_work_counts_nothing(summary: SummaryPage) -> None:
    page = OfficePage(summary)
    page.fill(period="Last month")
    assert page.names() == ["All"]
    assert column(page, "Opened")["All"] == "0"


def test_any_two_days_can_be_chosen(summary: SummaryPage) -> None:
    page = OfficePage(summary)
    assert not find(summary, QDateEdit, "first").isVisible()
    page.fill(period="From… to…")
    assert find(summary, QDateEdit, "first").isVisible()
    assert column(page, "Opened")["All"] == "3"


def test_a_click_on_a_title_sorts_and_all_stays_below(summary: SummaryPage) -> None:
    page = OfficePage(summary)
    summary._table.sort_requested.emit("opened", True)
    assert page.names() == ["System Administrators", "Support", "All"]
    summary._table.sort_requested.emit("opened", False)
    assert page.names() == ["Support", "System Administrators", "All"]


def test_new_work_shows_without_asking(summary: SummaryPage, office: AnOffice) -> None:
    page = OfficePage(summary)
    summary._operations.write(lambda desk: desk.log_call(CallDraft("Another")), owner=office_owner(summary))
    assert column(page, "Opened")["All"] == "4"


def test_what_others_wrote_shows_and_what_was_done_while_it_was_not_in_sight(
    summary: SummaryPage, office: AnOffice
) -> None:
    page = OfficePage(summary)
    office.ada.log_call(CallDraft("By another window"))
    summary._operations.others_changed.emit()
    assert column(page, "Opened")["All"] == "4"
    summary.hide()
    summary._operations.write(lambda desk: desk.log_call(CallDraft("Meanwhile")), owner=office_owner(summary))
    summary.show()
    assert column(page, "Opened")["All"] == "5"


def office_owner(summary: SummaryPage) -> Operations:
    """Somebody else than the page asks for the write."""
    return summary._operations


def test_ctrl_c_copies_the_table_for_a_spreadsheet(summary: SummaryPage, qapp: QApplication) -> None:
    page = OfficePage(summary)
    page.table.setFocus()
    page.keys.press("Ctrl+C")
    lines = [line.split("\t") for line in qapp.clipboard().text().split("\n")]
    assert lines[0][:3] == ["What the row counts", "Opened", "Assigned"]
    assert lines[-1][:2] == ["All", "3"]
    assert {len(line) for line in lines} == {13}


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("today", date(2026, 3, 4), date(2026, 3, 4)),
        ("yesterday", date(2026, 3, 3), date(2026, 3, 3)),
        ("week", date(2026, 3, 2), date(2026, 3, 4)),
        ("month", date(2026, 3, 1), date(2026, 3, 4)),
        ("last_month", date(2026, 2, 1), date(2026, 2, 28)),
        ("quarter", date(2026, 1, 1), date(2026, 3, 4)),
        ("year", date(2026, 1, 1), date(2026, 3, 4)),
        ("ever", None, None),
    ],
)
def test_a_period_is_two_days(period: str, first: date | None, last: date | None) -> None:
    assert days_of(period, date(2026, 3, 4)) == (first, last)


def test_last_month_of_january_is_december() -> None:
    assert days_of("last_month", date(2026, 1, 31)) == (date(2025, 12, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (None, "–"),
        (0, "0 min"),
        (89_000, "1 min"),
        (3_600_000, "1 h 00 min"),
        (7_500_000, "2 h 05 min"),
        (14 * 3_600_000 + 40 * 60_000, "15 h"),
        (86_400_000 * 3 + 3_600_000 * 4, "3 d 4 h"),
    ],
)
def test_a_duration_is_told_as_exactly_as_it_matters(milliseconds: int | None, words: str) -> None:
    assert duration(milliseconds) == words


def test_a_share_is_a_percentage_or_nothing() -> None:
    assert (share(None), share(0.925), share(1.0)) == ("–", "92 %", "100 %")
