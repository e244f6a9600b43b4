"""The call line: chips, and what only looks like one."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.intake_line import Chip, IntakeLine, priority_of, read_line

ZONE = "Europe/Berlin"


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)


TUESDAY = at("2026-03-03T14:20")


def read(text: str) -> IntakeLine:
    return read_line(text, TUESDAY, ZONE)


def test_a_line_with_every_chip():
    line = read("VPN down #network !h @jane >15")
    assert (line.text, line.topic, line.priority, line.assignee) == ("VPN down", "network", "B", "jane")
    assert line.call_back_at == at("2026-03-03T15:00")


def test_chips_tell_where_they_stand():
    line = read("VPN #net !a now")
    assert line.chips == (Chip("topic", 4, 8, "net"), Chip("priority", 9, 11, "A"))
    assert line.text == "VPN now"


@pytest.mark.parametrize(
    "text",
    [
        "C# error #1",
        "mail to jane@example.com",
        "@jane@example.com wrote",
        "Help! !important !",
        "x > 3 and y >100",
        "printer#2 a!b a>15",
        "# @ ! >",
        ">25 >15:60 >15.5 >13pm >2026-02-30 >soon",
        "<b>15</b>",
        ">>15",
        "",
    ],
)
def test_what_only_looks_like_a_chip_stays_text(text: str):
    assert read(text) == IntakeLine(text)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        (">15", "2026-03-03T15:00"),
        (">15:30", "2026-03-03T15:30"),
        (">15.30", "2026-03-03T15:30"),
        (">9", "2026-03-04T09:00"),
        (">14:20", "2026-03-04T14:20"),
        (">3pm", "2026-03-03T15:00"),
        (">3 pm", "2026-03-03T15:00"),
        (">12am", "2026-03-04T00:00"),
        (">12pm", "2026-03-04T12:00"),
        (">20m", "2026-03-03T14:40"),
        (">90min", "2026-03-03T15:50"),
        (">2h", "2026-03-03T16:20"),
        (">1h30m", "2026-03-03T15:50"),
        (">2d", "2026-03-05T14:20"),
        (">today", "2026-03-03T17:00"),
        (">today 16", "2026-03-03T16:00"),
        (">tomorrow", "2026-03-04T09:00"),
        (">tom 9:30", "2026-03-04T09:30"),
        (">tue 9", "2026-03-10T09:00"),
        (">tue 15", "2026-03-03T15:00"),
        (">Wednesday 8", "2026-03-04T08:00"),
        (">mon", "2026-03-09T09:00"),
        (">2026-03-05 14:00", "2026-03-05T14:00"),
    ],
)
def test_times_are_read_by_the_office_clock(typed: str, moment: str):
    line = read(f"call Ken {typed}")
    assert line.call_back_at == at(moment)
    assert line.text == "call Ken"


@pytest.mark.parametrize("typed", [">today 13", ">2026-03-02", ">0m"])
def test_a_time_that_is_past_is_no_chip(typed: str):
    assert read(typed) == IntakeLine(typed)


def test_a_call_back_keeps_its_clock_time_when_the_clocks_change():
    saturday = at("2026-03-28T16:00")
    assert read_line(">1d", saturday, ZONE).call_back_at == at("2026-03-29T16:00")
    assert read_line(">tomorrow 9", saturday, ZONE).call_back_at == at("2026-03-29T09:00")


def test_a_time_after_a_day_that_no_clock_shows_stays_text():
    assert (read(">tue 99").text, read(">tue 99").call_back_at) == ("99", at("2026-03-10T09:00"))


def test_names_with_spaces_stand_in_quotes():
    line = read('@"System Administrators" #"Report a Problem" no mail')
    assert (line.assignee, line.topic, line.text) == ("System Administrators", "Report a Problem", "no mail")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("tell @jane, please", "tell, please"),
        ("@jane, printer broken", "printer broken"),
        ("printer #hw broken", "printer broken"),
        ("printer broken #hw.", "printer broken."),
        ("two  spaces #hw", "two  spaces"),
        ("#hw", ""),
    ],
)
def test_the_text_reads_on_where_a_chip_stood(typed: str, text: str):
    assert read(typed).text == text


def test_of_two_chips_of_one_kind_the_last_holds():
    line = read("!l !h @jane @john")
    assert (line.priority, line.assignee, len(line.chips)) == ("B", "john", 4)


@pytest.mark.parametrize(
    ("typed", "letter"),
    [
        ("a", "A"), ("B", "B"), ("sev-c", "C"), ("Sev-D", "D"), ("e", "A"), ("emerg", "A"), ("High", "B"), ("n", "C"),
        ("low", "D"), (" h ", "B"), ("", None), ("f", None), ("hello", None), ("sev", None), ("sev-", None),
        ("ab", None),
    ],
)  # fmt: skip
def test_priorities_are_letters_or_the_beginning_of_a_name(typed: str, letter: str | None):
    assert priority_of(typed) == letter


def test_an_unknown_zone_is_refused():
    with pytest.raises(Invalid, match="time zone"):
        read_line("x", TUESDAY, "Europe/Narnia")
