"""Hours as instants, in zones whose clocks do what clocks should not."""

from contextlib import suppress
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from desktop_desk.domain.calendars import Calendar, instant, local_day
from desktop_desk.domain.errors import Invalid

ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Nuuk",
    "Africa/Casablanca",
    "UTC",
]
zones = st.sampled_from(ZONES)
days = st.dates(date(1971, 1, 1), date(2037, 12, 31)) | st.dates(date(2011, 1, 1), date(2011, 12, 31))
hours = st.lists(st.integers(0, 1440), max_size=8, unique=True).map(
    lambda marks: tuple(zip(sorted(marks)[::2], sorted(marks)[1::2], strict=False))
)
calendars = st.builds(
    Calendar, st.text(), zones, st.tuples(*[hours] * 7), st.dictionaries(days.map(str), st.text())
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=20,
)


@given(days, st.integers(0, 1439), zones)
@example(date(2018, 11, 4), 0, "America/Sao_Paulo")
@example(date(2026, 10, 4), 135, "Australia/Lord_Howe")
def test_clock_times_never_run_backwards(day: date, minute: int, zone: str):
    known = ZoneInfo(zone)
    assert instant(day, minute, known) <= instant(day, minute + 1, known)
    assert instant(day, 1440, known) == instant(day + timedelta(days=1), 0, known)


@given(calendars, days)
def test_the_hours_of_following_days_are_in_order_and_apart(calendar: Calendar, day: date):
    both = calendar.intervals(day) + calendar.intervals(day + timedelta(days=1))
    marks = [mark for interval in both for mark in interval]
    assert marks == sorted(marks)
    assert all(start < end for start, end in both)


@given(calendars, days)
def test_hours_lie_within_their_day_and_start_when_the_clock_says(calendar: Calendar, day: date):
    zone = ZoneInfo(calendar.zone)
    intervals = calendar.intervals(day)
    assert all(local_day(start, zone) == day for start, _ in intervals)
    assert len(intervals) <= len(calendar.hours(day))


@given(calendars)
def test_every_calendar_comes_back_from_its_fields(calendar: Calendar):
    assert Calendar.from_fields(calendar.to_fields()) == calendar


@given(st.dictionaries(st.sampled_from(["name", "zone", "weekly", "holidays"]), json_values | st.just("UTC")))
def test_any_fields_make_a_calendar_or_are_refused(fields: dict[str, object]):
    with suppress(Invalid):
        assert Calendar.from_fields(fields).to_fields() == {"holidays": {}} | fields
