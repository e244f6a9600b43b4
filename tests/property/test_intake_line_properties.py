"""Any line may be typed, at any moment, in any zone."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from desktop_desk.domain.intake_line import read_line

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
moments = st.integers(0, 4_000_000_000_000)
PIECES = '# ! @ > " . , : h 9 15 20m 2h 1d pm tue tomorrow today jane C# !a !high @jane #net >15 >tue a@b 2026-03-05'
pieces = st.sampled_from([*PIECES.split(), " ", "  ", "\n", "\t", "\u00e9", "\U0001f525"])
lines = st.text() | st.lists(pieces, max_size=12).map("".join) | st.lists(pieces, max_size=12).map(" ".join)


@given(lines, moments, st.sampled_from(ZONES))
def test_any_line_is_read_and_its_chips_are_parts_of_it(text: str, now: int, zone: str):
    line = read_line(text, now, zone)
    assert all(0 <= chip.start < chip.end <= len(text) for chip in line.chips)
    assert all(one.end <= other.start for one, other in pairwise(line.chips))
    assert all(text[chip.start] in "#!@>" for chip in line.chips)
    assert all(chip.start == 0 or text[chip.start - 1].isspace() for chip in line.chips)
    assert line.priority in (None, "A", "B", "C", "D")


@given(lines, moments, st.sampled_from(ZONES))
def test_a_call_back_is_always_in_the_future_and_within_reach(text: str, now: int, zone: str):
    line = read_line(text, now, zone)
    assert line.call_back_at is None or line.call_back_at > now


@given(lines, moments)
def test_nothing_but_chips_and_space_is_taken_out(text: str, now: int):
    line = read_line(text, now, "UTC")
    kept = text
    for chip in reversed(line.chips):
        kept = kept[: chip.start] + " " + kept[chip.end :]
    letters = [character for character in kept if character.isalnum()]
    assert [character for character in line.text if character.isalnum()] == letters


@given(st.text(st.characters(exclude_characters="#!@>")), moments)
def test_a_line_without_signs_is_only_trimmed(text: str, now: int):
    assert read_line(text, now, "UTC").text == text.strip()
