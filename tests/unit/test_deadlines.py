"""Due times on the days that matter, with their explanation."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from desktop_desk.domain.calendars import Calendar, business_calendar
from desktop_desk.domain.deadlines import PLANS, Due, Line, due, due_at, duration, working_ms
from desktop_desk.domain.errors import Invalid

HOUR = 3_600_000
OFFICE = business_calendar("DE", "BE", "Europe/Berlin", [2026, 2027])
ALWAYS = Calendar("Always", "Europe/Berlin", (((0, 1440),),) * 7)


def berlin(day: str, time: str = "00:00") -> int:
    clock = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=ZoneInfo("Europe/Berlin"))
    return int(clock.astimezone(UTC).timestamp() * 1000)


def told(result: Due) -> list[str]:
    return [line.text.format(**line.args) for line in result.lines]


def test_the_built_in_plans_are_one_and_four_hours_and_one_and_two_days():
    assert {letter: (plan.target_minutes, plan.round_the_clock) for letter, plan in PLANS.items()} == {
        "A": (60, True),
        "B": (240, True),
        "C": (480, False),
        "D": (960, False),
    }
    assert len({plan.key for plan in PLANS.values()}) == 4


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        (("2026-03-02", "08:00"), 480, ("2026-03-02", "16:00")),
        (("2026-03-02", "08:00"), 540, ("2026-03-02", "17:00")),
        (("2026-03-02", "08:00"), 541, ("2026-03-03", "08:01")),
        (("2026-03-02", "16:00"), 480, ("2026-03-03", "15:00")),
        (("2026-03-02", "23:30"), 60, ("2026-03-03", "09:00")),
        (("2026-03-06", "16:30"), 60, ("2026-03-09", "08:30")),
        (("2026-03-07", "12:00"), 0, ("2026-03-07", "12:00")),
        # Good Friday and Easter Monday
        (("2026-04-02", "16:00"), 120, ("2026-04-07", "09:00")),
        # over the night in which summer time begins
        (("2026-03-27", "16:00"), 120, ("2026-03-30", "09:00")),
    ],
)
def test_business_hours_count_and_nothing_else(
    start: tuple[str, str], minutes: int, expected: tuple[str, str]
):
    assert due_at(berlin(*start), minutes, OFFICE, []) == berlin(*expected)


def test_round_the_clock_is_elapsed_time_when_the_clocks_change():
    assert due_at(berlin("2026-03-28", "23:00"), 240, None, []) == berlin("2026-03-29", "04:00")
    assert due_at(berlin("2026-10-24", "23:00"), 300, None, []) == berlin("2026-10-25", "03:00")


def test_a_night_shift_is_an_hour_shorter_or_longer_when_the_clocks_change():
    assert working_ms(ALWAYS, berlin("2026-03-28", "22:00"), berlin("2026-03-29", "06:00")) == 7 * HOUR
    assert working_ms(ALWAYS, berlin("2026-10-24", "22:00"), berlin("2026-10-25", "06:00")) == 9 * HOUR


def test_working_time_is_what_lies_in_the_hours():
    assert working_ms(OFFICE, berlin("2026-03-06", "16:00"), berlin("2026-03-09", "09:30")) == 2.5 * HOUR
    assert working_ms(OFFICE, berlin("2026-03-06", "18:00"), berlin("2026-03-08", "09:30")) == 0
    assert working_ms(OFFICE, 5, 5) == working_ms(OFFICE, 5, 4) == working_ms(None, 5, 4) == 0
    assert working_ms(None, 4, 9) == 5
    assert working_ms(OFFICE, berlin("2026-03-02", "07:00"), berlin("2026-03-02", "08:00") - 1) == 0


def test_a_day_that_begins_twice_counts_from_its_first_beginning():
    """In Newfoundland the clocks went back from 00:01 on Sunday to 23:01 on Saturday."""
    sundays = Calendar("Sundays", "America/St_Johns", (*((),) * 6, ((0, 1440),)))
    midnight = int(datetime(2010, 11, 7, 2, 30, tzinfo=UTC).timestamp() * 1000)
    assert working_ms(sundays, midnight - HOUR, midnight + HOUR // 2) == HOUR // 2
    assert due_at(midnight - HOUR, 30, sundays, []) == midnight + HOUR // 2


def test_waiting_moves_the_due_time_by_the_hours_it_took():
    start, pause = (
        berlin("2026-03-02", "08:00"),
        (berlin("2026-03-02", "10:00"), berlin("2026-03-02", "11:00")),
    )
    assert due_at(start, 240, None, [pause]) == berlin("2026-03-02", "13:00")
    assert due_at(start, 480, OFFICE, [pause]) == berlin("2026-03-02", "17:00")
    night = (berlin("2026-03-02", "18:00"), berlin("2026-03-03", "07:00"))
    assert due_at(start, 600, OFFICE, [night]) == due_at(start, 600, OFFICE, [])


def test_pauses_may_overlap_and_come_in_any_order():
    start = berlin("2026-03-02", "08:00")
    pauses = [
        (start + 3 * HOUR, start + 5 * HOUR),
        (start + HOUR, start + 4 * HOUR),
        (start + HOUR, start + HOUR),
    ]
    assert due_at(start, 120, None, pauses) == start + 6 * HOUR
    assert due_at(start, 120, None, [(start - HOUR, start + HOUR)]) == start + 3 * HOUR
    assert due_at(start, 120, None, [(start + HOUR, start - HOUR)]) == start + 2 * HOUR


def test_while_waiting_nothing_is_due():
    start = berlin("2026-03-02", "08:00")
    assert due(start, 240, None, [(start + HOUR, None)]).at is None
    assert due(start, 240, OFFICE, [(start + HOUR, None)]).at is None
    assert due(start, 240, OFFICE, [(start + HOUR, None), (start + 2 * HOUR, start + 3 * HOUR)]).at is None


def test_waiting_that_begins_when_the_time_is_up_comes_too_late():
    start = berlin("2026-03-02", "08:00")
    for calendar in (None, OFFICE):
        assert due_at(start, 240, calendar, [(start + 4 * HOUR, None)]) == start + 4 * HOUR


def test_the_explanation_tells_day_by_day_what_was_counted():
    start = berlin("2026-12-24", "14:20")
    pause = (berlin("2026-12-28", "09:00"), berlin("2026-12-28", "10:00"))
    result = due(start, 480, OFFICE, [pause])
    assert result.at == berlin("2026-12-28", "14:20")
    assert told(result) == [
        "8 h target, Business hours",
        "2026-12-24 2 h 40 min",
        f"2026-12-25 holiday: {OFFICE.holidays['2026-12-25']}",
        "2026-12-28 5 h 20 min",
        "1 h pause (waiting)",
    ]
    assert [line.kind for line in result.lines] == ["target", "worked", "holiday", "worked", "pause"]


def test_the_explanation_says_since_when_the_time_stands_still():
    start = berlin("2026-03-02", "08:00")
    result = due(start, 240, None, [(start + HOUR, None)])
    assert [line.kind for line in result.lines] == ["target", "worked", "paused"]
    assert result.lines[-1].args == {"since": start + HOUR}
    assert result.lines[1] == Line(
        "worked", start, start + HOUR, 60, "{time} from {start}", {"time": "1 h", "start": start}
    )


def test_a_holiday_spent_waiting_is_not_blamed():
    pause = (berlin("2026-12-24", "17:00"), berlin("2026-12-28", "08:00"))
    result = due(berlin("2026-12-24", "14:20"), 480, OFFICE, [pause])
    assert result.at == berlin("2026-12-28", "13:20")
    assert [line.kind for line in result.lines] == ["target", "worked", "worked"]


@pytest.mark.parametrize("later", [0, HOUR])
def test_a_pause_from_the_due_time_on_is_not_told(later: int):
    start = berlin("2026-03-02", "08:00")
    for until in (None, start + 3 * HOUR):
        result = due(start, 60, None, [(start + HOUR + later, until)])
        assert [line.kind for line in result.lines] == ["target", "worked"]


def test_parts_of_minutes_are_told_where_the_minute_is_full():
    result = due(berlin("2026-03-02", "16:59") + 30_000, 3, OFFICE, [])
    assert told(result)[1:] == ["2026-03-03 3 min"]
    result = due(berlin("2026-03-02", "16:57") + 30_000, 4, OFFICE, [])
    assert told(result)[1:] == ["2026-03-02 2 min", "2026-03-03 2 min"]


@pytest.mark.parametrize("answer", [due, due_at])
def test_a_calendar_without_hours_is_refused(answer):
    with pytest.raises(Invalid, match="has no hours"):
        answer(0, 60, Calendar("Closed", "UTC", ((),) * 7), [])


@pytest.mark.parametrize("calendar", [None, OFFICE])
def test_a_negative_target_is_refused(calendar: Calendar | None):
    with pytest.raises(Invalid, match="negative"):
        due_at(0, -1, calendar, [])


def test_a_target_no_calendar_reaches_is_refused_rather_than_counted_for_ever():
    rare = Calendar("Rare", "UTC", (((0, 1),), *((),) * 6))
    with pytest.raises(Invalid, match="thirty years"):
        due_at(0, 2000, rare, [])


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "0 min"), (45, "45 min"), (240, "4 h"), (160, "2 h 40 min")]
)
def test_durations_read_as_people_write_them(minutes: int, text: str):
    assert duration(minutes) == text
