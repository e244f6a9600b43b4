"""What holds for every due time, in every zone and over every change of the clocks."""

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from desktop_desk.domain.calendars import Calendar
from desktop_desk.domain.deadlines import Pause, due, due_at, working_ms

MINUTE = 60_000
DAY = 86_400_000
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "UTC",
]
# Weeks in which clocks change somewhere, so that a few examples meet them.
CHANGES = [
    int(datetime(*day, tzinfo=UTC).timestamp() * 1000)
    for day in [(2026, 3, 26), (2026, 10, 22), (2026, 3, 5), (2018, 11, 1), (2026, 4, 2), (2011, 12, 27)]
]

moments = st.builds(lambda base, later: base + later, st.sampled_from(CHANGES), st.integers(0, 6 * DAY))
# An office may be open for one minute a week, and thirty years must do.
targets = st.integers(0, 1400)
hours = st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True).map(
    lambda marks: tuple(zip(sorted(marks)[::2], sorted(marks)[1::2], strict=False))
)
weeks = st.lists(st.just(()) | hours, min_size=7, max_size=7).filter(any).map(tuple)
days_off = st.dictionaries(st.dates(date(2026, 3, 20), date(2026, 4, 5)).map(str), st.text())
calendars = st.builds(Calendar, st.just("Office"), st.sampled_from(ZONES), weeks, days_off)
closed_pauses = st.builds(lambda since, length: (since, since + length), moments, st.integers(0, 2 * DAY))
pauses: st.SearchStrategy[list[Pause]] = st.lists(closed_pauses | st.tuples(moments, st.none()), max_size=4)


def outside(spans: list[Pause], start: int, end: int) -> list[tuple[int, int]]:
    """The parts of a stretch of time in no pause, found moment by moment."""
    marks = sorted(
        {start, end, *(mark for span in spans for mark in span if mark is not None and start < mark < end)}
    )
    return [
        (since, until)
        for since, until in pairwise(marks)
        if not any(
            begin <= since and (stop is None or until <= stop) for begin, stop in spans if begin != stop
        )
    ]


@given(moments, targets, st.none() | calendars, pauses)
def test_the_working_time_up_to_the_due_time_is_the_target(
    start: int, target: int, calendar: Calendar | None, waiting: list[Pause]
):
    at = due_at(start, target, calendar, waiting)
    if at is not None:
        counted = sum(working_ms(calendar, *span) for span in outside(waiting, start, at))
        assert counted == target * MINUTE
        assert target == 0 or working_ms(calendar, at - 1, at) == 1
    else:
        latest = min(since for since, until in waiting if until is None)
        counted = sum(working_ms(calendar, *span) for span in outside(waiting, start, max(latest, start)))
        assert counted < target * MINUTE


@given(moments, targets, st.none() | calendars, pauses)
def test_the_explanation_agrees_and_adds_up(
    start: int, target: int, calendar: Calendar | None, waiting: list[Pause]
):
    result = due(start, target, calendar, waiting)
    assert result.at == due_at(start, target, calendar, waiting)
    worked = sum(line.minutes for line in result.lines if line.kind == "worked")
    assert worked == target if result.at is not None else worked < target
    assert (result.lines[-1].kind == "paused") == (result.at is None)
    assert [line.start for line in result.lines] == sorted(line.start for line in result.lines)
    for line in result.lines:
        assert line.text.format(**line.args)


@given(moments, st.integers(0, DAY), targets, st.none() | calendars, pauses)
def test_what_starts_later_is_due_no_earlier(
    start: int, later: int, target: int, calendar: Calendar | None, waiting: list[Pause]
):
    first, second = (due_at(begin, target, calendar, waiting) for begin in (start, start + later))
    assert second is None or (first is not None and first <= second) or target == 0


@given(moments, targets, st.integers(0, 150), st.none() | calendars, pauses)
def test_a_longer_target_is_due_no_earlier(
    start: int, target: int, more: int, calendar: Calendar | None, waiting: list[Pause]
):
    shorter, longer = (due_at(start, minutes, calendar, waiting) for minutes in (target, target + more))
    assert longer is None or (shorter is not None and shorter <= longer)


@given(moments, targets, st.none() | calendars, pauses, closed_pauses)
def test_one_more_pause_never_makes_it_due_earlier(
    start: int, target: int, calendar: Calendar | None, waiting: list[Pause], pause: Pause
):
    before = due_at(start, target, calendar, waiting)
    after = due_at(start, target, calendar, [*waiting, pause])
    assert after is None or (before is not None and before <= after)


@given(moments, targets, st.none() | calendars, pauses, st.randoms(use_true_random=False))
def test_the_order_of_pauses_does_not_matter(
    start: int, target: int, calendar: Calendar | None, waiting: list[Pause], chance
):
    shuffled = waiting.copy()
    chance.shuffle(shuffled)
    assert due(start, target, calendar, shuffled) == due(start, target, calendar, waiting)


@given(calendars, moments, st.integers(0, 3 * DAY), st.integers(0, 3 * DAY))
def test_working_time_adds_up(calendar: Calendar, start: int, first: int, second: int):
    middle, end = start + first, start + first + second
    both = working_ms(calendar, start, middle) + working_ms(calendar, middle, end)
    assert both == working_ms(calendar, start, end) <= end - start


@given(
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    st.tuples(*[st.sampled_from([(), ((0, 1440),), ((240, 1380),), ((480, 720), (765, 1020))])] * 7),
    st.sampled_from(CHANGES),
    st.integers(0, 3 * 1440),
    st.integers(0, 2 * 1440),
)
def test_working_time_is_the_minutes_in_which_the_office_clock_shows_open_hours(
    zone: str, weekly, base: int, offset: int, length: int
):
    """Hours that begin or end while clock times come twice are left to the calendar's own rule."""
    start = base + offset * MINUTE
    office = Calendar("Office", zone, weekly)
    clocks = (datetime.fromtimestamp((start + i * MINUTE) // 1000, ZoneInfo(zone)) for i in range(length))
    shown = ((clock.weekday(), clock.hour * 60 + clock.minute) for clock in clocks)
    open_minutes = sum(any(begin <= minute < end for begin, end in weekly[day]) for day, minute in shown)
    assert working_ms(office, start, start + length * MINUTE) == open_minutes * MINUTE
