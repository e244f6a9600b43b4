"""The hybrid logical clock under any clock and any traffic."""

from hypothesis import given
from hypothesis import strategies as st

from desktop_desk.domain.stamps import COUNTER_BITS, LEAD_MS, next_stamp, receive, stamp_ms

walls = st.integers(0, 2**47)
stamps = st.integers(0, 2**63 - 1)


@given(st.lists(st.tuples(walls, st.none() | stamps), max_size=30))
def test_own_stamps_only_rise_whatever_the_clock_says_and_others_send(steps: list[tuple[int, int | None]]):
    last = 0
    for wall, remote in steps:
        after = next_stamp(last, wall) if remote is None else receive(last, remote, wall)
        assert after > last or (remote is not None and after == last)
        last = after


@given(stamps, stamps, walls)
def test_receiving_never_pulls_more_than_ten_minutes_past_the_own_clock(last: int, remote: int, wall: int):
    after = receive(last, remote, wall)
    assert after == last or after <= (wall + LEAD_MS) << COUNTER_BITS


@given(stamps, walls, st.integers(-(2**40), LEAD_MS))
def test_the_next_stamp_is_later_than_any_received_from_a_sound_clock(last: int, wall: int, ahead: int):
    remote = max(0, wall + ahead) << COUNTER_BITS
    assert next_stamp(receive(last, remote, wall), wall) > remote


@given(stamps, stamps, walls)
def test_the_order_in_which_two_facts_arrive_does_not_matter(one: int, other: int, wall: int):
    assert receive(receive(0, one, wall), other, wall) == receive(receive(0, other, wall), one, wall)


@given(stamps, walls)
def test_a_stamp_never_lags_behind_the_clock(last: int, wall: int):
    assert stamp_ms(next_stamp(last, wall)) >= wall
