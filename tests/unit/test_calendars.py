"""Business calendars, their journal form, and clocks that change."""

import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from desktop_desk.domain.calendars import Calendar, business_calendar, instant, local_day, read_zone
from desktop_desk.domain.errors import Invalid

BERLIN = ZoneInfo("Europe/Berlin")
NEVER = ((),) * 7
ALL_DAY = (((0, 1440),),) * 7


def utc(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp() * 1000)


def test_business_hours_are_monday_to_friday_eight_to_seventeen():
    calendar = business_calendar(None, None, "Europe/Berlin", [])
    assert calendar.hours(date(2026, 3, 2)) == ((480, 1020),)
    assert calendar.hours(date(2026, 3, 7)) == ()
    assert calendar.intervals(date(2026, 3, 2)) == [(utc(2026, 3, 2, 7), utc(2026, 3, 2, 16))]


def test_holidays_are_the_countrys_and_the_regions():
    berlin = business_calendar("DE", "BE", "Europe/Berlin", [2026])
    munich = business_calendar("DE", "BY", "Europe/Berlin", [2026])
    assert berlin.holidays["2026-12-25"] == munich.holidays["2026-12-25"] != ""
    assert "2026-03-08" in berlin.holidays
    assert "2026-03-08" not in munich.holidays
    assert berlin.hours(date(2026, 12, 25)) == ()
    assert {day[:4] for day in berlin.holidays} == {"2026"}


@pytest.mark.parametrize(
    ("country", "region", "zone", "field"),
    [
        ("Narnia", None, "Europe/Berlin", "country"),
        ("de", None, "Europe/Berlin", "country"),
        ("DE", "Atlantis", "Europe/Berlin", "region"),
        ("DE", "BE", "Europe/Narnia", "zone"),
    ],
)
def test_an_unknown_place_is_refused_with_what_to_do(country: str, region: str | None, zone: str, field: str):
    with pytest.raises(Invalid) as refused:
        business_calendar(country, region, zone, [2026])
    assert refused.value.field == field
    assert refused.value.advice


@pytest.mark.parametrize("zone", ["", "..", "/etc/passwd", "Europe", "Europe/\x00", "\ud800", "a" * 300])
def test_what_is_no_zone_is_refused(zone: str):
    with pytest.raises(Invalid, match="time zone"):
        read_zone(zone)


def test_a_calendar_comes_back_from_its_journal_form():
    calendar = Calendar(
        "Counter",
        "Europe/Berlin",
        (((480, 720), (780, 1020)),) * 5 + ((), ()),
        {"2026-12-25": "Christmas Day"},
    )
    written = json.dumps(calendar.to_fields(), allow_nan=False)
    assert "." not in written
    assert Calendar.from_fields(json.loads(written)) == calendar
    assert hash(Calendar.from_fields(json.loads(written))) == hash(calendar)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": None}, "name"),
        ({"zone": 1}, "zone"),
        ({"zone": "Moon"}, "zone"),
        ({"weekly": "Mon"}, "weekly"),
        ({"weekly": [[]] * 6}, "weekly"),
        ({"weekly": [[[480, 1020], [1000, 1100]], *[[]] * 6]}, "weekly"),
        ({"weekly": [[[480, 480]], *[[]] * 6]}, "weekly"),
        ({"weekly": [[[0, 1441]], *[[]] * 6]}, "weekly"),
        ({"weekly": [[[8.5, 17]], *[[]] * 6]}, "weekly"),
        ({"weekly": [[[480]], *[[]] * 6]}, "weekly"),
        ({"weekly": [480, *[[]] * 6]}, "weekly"),
        ({"holidays": ["2026-12-25"]}, "holidays"),
        ({"holidays": {"Christmas": "Christmas Day"}}, "holidays"),
        ({"holidays": {"20261225": "Christmas Day"}}, "holidays"),
    ],
)
def test_a_damaged_calendar_is_refused_by_the_name_of_its_field(change: dict[str, object], field: str):
    fields = Calendar("Any", "Europe/Berlin", NEVER).to_fields() | change
    with pytest.raises(Invalid) as refused:
        Calendar.from_fields(fields)
    assert refused.value.field == field


def test_holidays_cannot_be_changed_behind_a_calendars_back():
    days = {"2026-12-25": "Christmas Day"}
    calendar = Calendar("Any", "Europe/Berlin", ALL_DAY, days)
    days.clear()
    assert calendar.hours(date(2026, 12, 25)) == ()


def test_a_day_is_as_long_as_the_clocks_make_it():
    calendar = Calendar("Always", "Europe/Berlin", ALL_DAY)
    lengths = [
        [end - start for start, end in calendar.intervals(day)]
        for day in (date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 25))
    ]
    assert lengths == [[24 * 3_600_000], [23 * 3_600_000], [25 * 3_600_000]]


def test_a_clock_time_that_is_left_out_is_the_moment_of_the_change():
    change = utc(2026, 3, 29, 1)
    assert [instant(date(2026, 3, 29), minute, BERLIN) for minute in (119, 120, 150, 180)] == [
        change - 60_000,
        change,
        change,
        change,
    ]


def test_a_clock_time_that_comes_twice_is_its_first_coming():
    assert instant(date(2026, 10, 25), 150, BERLIN) == utc(2026, 10, 25, 0, 30)
    assert instant(date(2026, 10, 25), 180, BERLIN) == utc(2026, 10, 25, 2, 0)


def test_hours_that_a_change_of_the_clocks_swallows_are_gone():
    calendar = Calendar("Night", "Europe/Berlin", (((120, 180), (180, 240)),) * 7)
    assert calendar.intervals(date(2026, 3, 29)) == [(utc(2026, 3, 29, 1), utc(2026, 3, 29, 2))]


def test_a_day_that_a_country_skipped_has_no_hours():
    """Samoa went from 29 to 31 December 2011."""
    calendar = Calendar("Always", "Pacific/Apia", ALL_DAY)
    assert calendar.intervals(date(2011, 12, 30)) == []
    before, after = calendar.intervals(date(2011, 12, 29)), calendar.intervals(date(2011, 12, 31))
    assert before[0][1] == after[0][0]


def test_a_local_day_is_the_one_on_the_offices_calendar():
    assert local_day(utc(2026, 3, 1, 23, 30), BERLIN) == date(2026, 3, 2)
    assert local_day(utc(1969, 12, 31, 22, 59), BERLIN) == date(1969, 12, 31)
