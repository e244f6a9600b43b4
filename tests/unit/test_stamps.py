"""The hybrid logical clock on the cases that go wrong."""

from desktop_desk.domain.stamps import COUNTER_BITS, LEAD_MS, next_stamp, receive, stamp_ms

NOON = 1_772_539_200_000


def test_a_stamp_carries_the_devices_time():
    assert stamp_ms(next_stamp(0, NOON)) == NOON


def test_two_stamps_of_one_millisecond_are_apart():
    first = next_stamp(0, NOON)
    assert next_stamp(first, NOON) == first + 1


def test_a_clock_that_is_set_back_does_not_take_stamps_back():
    first = next_stamp(0, NOON)
    assert next_stamp(first, NOON - 3_600_000) > first


def test_a_full_counter_carries_into_the_milliseconds():
    last = (NOON << COUNTER_BITS) | 0xFFFF
    assert stamp_ms(next_stamp(last, NOON)) == NOON + 1


def test_what_was_received_is_earlier_than_what_comes_next():
    remote = (NOON + 5_000) << COUNTER_BITS
    assert next_stamp(receive(0, remote, NOON), NOON) > remote


def test_a_clock_a_year_ahead_pulls_ours_by_ten_minutes_and_no_more():
    remote = (NOON + 365 * 86_400_000) << COUNTER_BITS
    assert stamp_ms(receive(0, remote, NOON)) == NOON + LEAD_MS


def test_stamps_fit_a_signed_64_bit_column_for_the_next_thousand_years():
    assert next_stamp(0, NOON + 1000 * 31_557_600_000) < 2**63
