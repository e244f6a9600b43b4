"""Moments as people say them; the tests run in Berlin."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from desktop_desk.ui.tickets.times import age_text, day_text, due_text, full_text, moment_text, span_text

BERLIN = ZoneInfo("Europe/Berlin")


def at(day: int, hour: int, minute: int = 0, month: int = 3, year: int = 2026) -> int:
    return int(datetime(year, month, day, hour, minute, tzinfo=BERLIN).timestamp() * 1000)


NOW = at(11, 12)  # a Wednesday


@pytest.mark.parametrize(
    ("due", "overdue", "text"),
    [
        (None, False, "–"),
        (at(11, 12, 42), False, "in 42 min"),
        (at(11, 12), False, "in 0 min"),
        (at(11, 16, 30), False, "16:30"),
        (at(13, 9), False, "Fri 09:00"),
        (at(30, 9), False, "30 Mar 09:00"),
        (at(4, 9, month=1, year=2027), False, "4 Jan 2027 09:00"),
        (at(11, 11, 48), True, "12 min over"),
        (at(11, 8), True, "4 h over"),
        (at(8, 12), True, "3 days over"),
    ],
)
def test_due_times_are_said_as_near_or_far_as_they_are(due: int | None, overdue: bool, text: str) -> None:
    assert due_text(due, NOW, overdue=overdue) == text


@pytest.mark.parametrize(
    ("then", "text"),
    [
        (at(11, 12), "now"),
        (at(11, 11, 56), "4 min"),
        (at(11, 8), "4 h"),
        (at(10, 23), "yesterday"),
        (at(9, 9), "Mon"),
        (at(1, 9), "1 Mar"),
        (at(24, 9, month=12, year=2025), "24 Dec 2025"),
    ],
)
def test_ages_grow_coarser_with_time(then: int, text: str) -> None:
    assert age_text(then, NOW) == text


def test_just_after_midnight_minutes_count_and_not_days() -> None:
    assert age_text(at(10, 23, 50), at(11, 0, 5)) == "15 min"


def test_a_moment_of_today_needs_no_day() -> None:
    assert moment_text(at(11, 10, 2), NOW) == "10:02"
    assert moment_text(at(10, 10, 2), NOW) == "Tue 10:02"
    assert day_text(at(20, 10), NOW) == "20 Mar"
    assert full_text(at(10, 10, 2)) == "Tue 10 Mar 2026 10:02 (UTC+1)"


def test_spans_are_said_in_their_largest_unit() -> None:
    assert [span_text(length * 60_000) for length in (0, 59, 60, 1439, 1440, 2880)] == [
        "0 min",
        "59 min",
        "1 h",
        "23 h",
        "1 day",
        "2 days",
    ]
