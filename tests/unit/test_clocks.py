"""Whose clock a time is told by."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from desktop_desk.domain.clocks import offset_text, zone_text


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Europe/Berlin", "Berlin time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("Etc/GMT+5", "Etc/GMT+5"),
    ],
)
def test_a_zone_is_called_by_its_place(zone: str, text: str) -> None:
    assert zone_text(zone) == text


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("UTC", "UTC"),
        ("Europe/Berlin", "UTC+1"),
        ("America/St_Johns", "UTC-3:30"),
        ("Asia/Kathmandu", "UTC+5:45"),
    ],
)
def test_a_moment_says_how_far_its_clock_is_from_utc(zone: str, text: str) -> None:
    assert offset_text(datetime(2026, 1, 7, 12, tzinfo=ZoneInfo(zone))) == text
