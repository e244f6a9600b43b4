"""A mailbox that is silent for longer than usual is told; a night, a weekend or a holiday never is."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desktop_desk.domain.silence import enough, silence

ZONE = "Europe/Berlin"
MONDAY = datetime(2026, 6, 1, tzinfo=ZoneInfo(ZONE))


def at(day: datetime, hour: float) -> int:
    return int((day + timedelta(hours=hour)).timestamp() * 1000)


def office_mail(weeks: int = 4, *, until: datetime = MONDAY, a_day: int = 16) -> list[int]:
    """Mails between 8 and 16 o'clock of every working day of the weeks before."""
    found: list[int] = []
    for back in range(weeks * 7, 0, -1):
        day = until - timedelta(days=back)
        if day.weekday() < 5:
            found += [at(day, 8 + 8 * n / a_day) for n in range(a_day)]
    return found


def test_a_working_day_without_mail_is_told_with_what_came_before() -> None:
    found = silence(office_mail(), at(MONDAY, 15), ZONE)
    assert found is not None
    assert found.since == office_mail()[-1]
    assert len(found.before) >= 3
    assert all(count >= 10 for count in found.before)


@pytest.mark.parametrize("hour", [0, 3, 7.9, 8.4, 9])
def test_the_weekend_and_the_morning_after_it_are_not(hour: float) -> None:
    assert silence(office_mail(), at(MONDAY, hour), ZONE) is None


def test_no_hour_of_four_ordinary_weeks_is_told() -> None:
    mails = office_mail(9)
    start = MONDAY - timedelta(weeks=4)
    for hour in range(4 * 7 * 24):
        now = at(start, hour)
        known = [time for time in mails if time <= now]
        assert silence(known[-400:], now, ZONE) is None, hour


def test_a_holiday_is_not_told_but_the_day_after_it_is() -> None:
    holiday = {MONDAY.date().isoformat()}
    assert silence(office_mail(), at(MONDAY, 20), ZONE, holiday) is None
    assert silence(office_mail(), at(MONDAY + timedelta(days=1), 16), ZONE, holiday) is not None


def test_one_odd_week_among_those_before_changes_nothing() -> None:
    mails = [time for time in office_mail(5) if not at(MONDAY, -7 * 24) <= time < at(MONDAY, -6 * 24)]
    assert silence(mails, at(MONDAY, 15), ZONE) is not None


def test_nothing_is_said_before_three_weeks_are_known() -> None:
    assert silence(office_mail(2), at(MONDAY, 20), ZONE) is None
    assert silence([], at(MONDAY, 20), ZONE) is None
    assert silence([at(MONDAY, -100)], at(MONDAY, 20), ZONE) is None


def test_a_mailbox_with_few_mails_needs_days_of_silence() -> None:
    mails = office_mail(a_day=2)
    assert silence(mails, at(MONDAY, 15), ZONE) is None
    assert silence(mails, at(MONDAY + timedelta(days=1), 16), ZONE) is None
    assert silence(mails, at(MONDAY + timedelta(days=4), 16), ZONE) is not None


def test_a_change_to_summer_time_does_not_move_the_hours() -> None:
    after = datetime(2026, 3, 30, tzinfo=ZoneInfo(ZONE))
    assert silence(office_mail(until=after), at(after, 8.9), ZONE) is None
    assert silence(office_mail(until=after), at(after, 15), ZONE) is not None


def test_a_busy_mailbox_needs_more_missing_mails() -> None:
    assert enough(3) == 5.0
    assert enough(400) < enough(4_000)
