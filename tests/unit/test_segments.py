"""Segments: what is written is read again, and everything that is none is told apart with its reason."""

import hashlib
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import ReplicaId
from desktop_desk.domain.log import LogEntry
from desktop_desk.sync.compaction import FACTOR, FULL, outgrown, tail_to_join
from desktop_desk.sync.listing import Listing
from desktop_desk.sync.sealer import Sealer
from desktop_desk.sync.segments import SegmentName, decode, encode
from tests.fakes_hub import LetterSealer, MemoryLog

DESK = "d" * 32
ANN, BEN = ReplicaId("a" * 32), ReplicaId("b" * 32)


def some_entries(count: int = 3) -> list[LogEntry]:
    log = MemoryLog(ANN)
    log.write("Grüße\nzwei Zeilen", acts=count)
    return list(log.entries(ANN, 0))


def a_segment(sealer: Sealer | None = None) -> tuple[SegmentName, bytes]:
    entries = some_entries()
    name = SegmentName.of(entries, ANN)
    return name, encode(DESK, name, entries, sealer)


def refusal(body: bytes, name: SegmentName, desk: str = DESK, sealer: Sealer | None = None) -> str:
    with pytest.raises(Invalid) as caught:
        decode(body, name, desk, sealer)
    assert "not taken in" in caught.value.advice
    assert str(name) in caught.value.reason
    return caught.value.reason


def named(first: int, last: int, writer: str = "a" * 8, origin: ReplicaId = ANN) -> SegmentName:
    return SegmentName(origin, first, last, "0" * 16, writer)


def test_what_was_written_is_read_again() -> None:
    name, body = a_segment()
    assert decode(body, name, DESK, None) == some_entries()


def test_only_what_comes_after_is_read() -> None:
    name, body = a_segment()
    assert [entry.fact.seq for entry in decode(body, name, DESK, None, after=1)] == [2, 3]
    assert decode(body, name, DESK, None, after=3) == []


def test_a_sealed_segment_shows_nothing_and_opens_with_its_key() -> None:
    sealer = LetterSealer("k")
    name, body = a_segment(sealer)
    assert decode(body, name, DESK, sealer) == some_entries()
    assert "no key" in refusal(body, name)
    assert "does not open" in refusal(body, name, sealer=LetterSealer("x"))
    assert "not encrypted" in refusal(a_segment()[1], name, sealer=sealer)


def test_a_name_is_read_as_it_was_written() -> None:
    name, _body = a_segment()
    assert SegmentName.parse(str(name)) == name


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(".seg", " (conflicted copy 2026-03-02).seg"),
        lambda text: text.replace(".seg", ".sync-conflict-20260302.seg"),
        lambda text: text.replace(".seg", ".seg.tmp"),
        lambda text: text.upper(),
        lambda text: text[1:],
        lambda text: text.replace("-1-3-", "-3-1-"),
        lambda text: text.replace("-1-3-", "-0-3-"),
        lambda text: text + "\n",
        lambda _text: "",
    ],
)
def test_another_name_is_none(change: object) -> None:
    assert callable(change)
    assert SegmentName.parse(str(change(str(a_segment()[0])))) is None


@given(st.data())
def test_a_torn_or_changed_segment_is_never_taken_for_a_whole_one(data: st.DataObject) -> None:
    name, body = a_segment()
    cut = data.draw(st.integers(0, len(body) - 1))
    refusal(body[:cut], name)
    place, bit = data.draw(st.integers(0, len(body) - 1)), data.draw(st.integers(0, 7))
    changed = bytearray(body)
    changed[place] ^= 1 << bit
    refusal(bytes(changed), name)


def test_a_torn_segment_is_told_from_one_of_a_newer_version() -> None:
    name, body = a_segment()
    assert "torn" in refusal(body[:-5], name)
    assert "torn" in refusal(b"", name)
    assert "newer version" in refusal(body.replace(b"desk segment 1", b"desk segment 2", 1), name)


def test_a_segment_of_another_desk_is_foreign() -> None:
    name, body = a_segment()
    assert "another desk" in refusal(body, name, desk="e" * 32)


def test_a_renamed_segment_is_told() -> None:
    name, body = a_segment()
    for other in (
        replace(name, first=2), replace(name, last=4), replace(name, origin=BEN), replace(name, mark="0" * 16),
    ):  # fmt: skip
        assert "renamed" in refusal(body, other)


def test_a_segment_put_together_anew_with_a_changed_fact_is_told() -> None:
    """Whoever can write at a hub can make any sum right; what he cannot make right is the chain."""
    name, body = a_segment()
    head, packed = body[: body.index(b"\n") + 1], body[body.index(b"\n") + 1 : -32]
    lines = zlib.decompress(packed).decode().split("\n")

    def again(changed: list[str]) -> bytes:
        whole = head + zlib.compress("\n".join(changed).encode())
        return whole + hashlib.sha256(whole).digest()

    assert decode(again(lines), name, DESK, None) == some_entries()
    assert "other facts" in refusal(again(lines[:-1]), name)
    assert "changed" in refusal(again([lines[0], lines[2], lines[1], lines[3]]), name)
    assert "changed" in refusal(again([*lines[:-1], "not a fact"]), name)
    assert "no segment" in refusal(again(["not a header", *lines[1:]]), name)
    last_hash = some_entries()[-1].hash.hex()
    other_hash = [line.replace(last_hash, "f" * 64) for line in lines]
    assert "changed" in refusal(again(other_hash), name)


# ── what names tell ──────────────────────────────────────────────────────────────────────────────────────────────


def a_listing(*names: SegmentName) -> Listing:
    return Listing.of([*map(str, names), "desktop.ini"])


def test_names_that_are_no_segments_are_strangers() -> None:
    assert a_listing(named(1, 2)).strangers == ["desktop.ini"]


def test_a_hub_reaches_as_far_as_nothing_is_missing() -> None:
    listing = a_listing(named(5, 9), named(1, 3), named(2, 4), named(12, 20))
    assert listing.reach(ANN) == 9
    assert listing.vector() == {ANN: 9}
    assert a_listing(named(2, 9)).vector() == {}


def test_gaps_are_what_no_segment_has() -> None:
    listing = a_listing(named(5, 9), named(1, 3), named(12, 20))
    assert listing.gaps(ANN, 25) == [(4, 4), (10, 11), (21, 25)]
    assert listing.gaps(ANN, 10) == [(4, 4), (10, 10)]
    assert listing.gaps(ANN, 3) == []
    assert listing.gaps(BEN, 2) == [(1, 2)]


def test_the_next_segment_is_the_one_with_least_that_is_known() -> None:
    listing = a_listing(named(1, 8), named(5, 6), named(7, 8), named(5, 8))
    assert listing.next_after(ANN, 0) == named(1, 8)
    assert listing.next_after(ANN, 4) == named(5, 8)
    assert listing.next_after(ANN, 6) == named(7, 8)
    assert listing.next_after(ANN, 8) is None


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 10)), max_size=8), st.integers(0, 40))
def test_gaps_and_segments_together_are_everything(stretches: list[tuple[int, int]], last: int) -> None:
    listing = a_listing(*(named(first, first + more) for first, more in stretches))
    there = {seq for first, more in stretches for seq in range(first, first + more + 1)}
    missing = [seq for first, end in listing.gaps(ANN, last) for seq in range(first, end + 1)]
    assert missing == [seq for seq in range(1, last + 1) if seq not in there]
    reach = listing.reach(ANN)
    assert set(range(1, reach + 1)) <= there
    assert reach + 1 not in there


# ── joining ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_eight_equal_segments_become_one() -> None:
    names = [named(10 * n + 1, 10 * n + 10) for n in range(8)]
    assert not tail_to_join(names[:7])
    assert tail_to_join(names) == names


def test_a_large_one_waits_until_much_follows_it() -> None:
    names = [named(1, 1000), *(named(n, n) for n in range(1001, 1009))]
    assert tail_to_join(names) == names[1:]


def test_segments_with_a_gap_between_them_are_not_joined() -> None:
    names = [named(n, n) for n in (1, 2, 3, 4, 6, 7, 8, 9, 10)]
    assert not tail_to_join(names)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=300))
def test_however_a_year_is_cut_few_segments_stay_and_little_is_written_twice(pushes: list[int]) -> None:
    names: list[SegmentName] = []
    written = 0
    for facts in pushes:
        start = names[-1].last if names else 0
        names.append(named(start + 1, start + facts))
        tail = tail_to_join(names)
        if tail:
            written += tail[-1].last - tail[0].first + 1
            names = [*names[: -len(tail)], named(tail[0].first, tail[-1].last)]
    assert len(names) <= 75
    assert written <= 6 * sum(pushes)


def test_what_would_be_more_than_full_is_not_joined() -> None:
    large = FULL // FACTOR
    assert not tail_to_join([named(n * large + 1, n * large + large) for n in range(8)])
    small = large - large // 8
    assert tail_to_join([named(n * small + 1, n * small + small) for n in range(8)])


def test_small_ones_are_outgrown_by_a_larger_one_that_has_all_of_theirs() -> None:
    names = [named(1, 4), named(1, 1), named(2, 3), named(4, 5)]
    assert dict(outgrown(names)) == {named(2, 3): named(1, 4), named(1, 1): named(1, 4)}
    assert not dict(outgrown([named(1, 4), named(1, 4)]))
