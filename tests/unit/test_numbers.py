"""Ticket numbers: their form, how forgivingly they are read, and the codes of replicas."""

from itertools import islice

import pytest

from desktop_desk.domain.numbers import (
    COUNTER_MAX,
    NumberReading,
    codes,
    format_number,
    number_rank,
    read_number,
)


def test_the_numbers_of_the_design_have_these_check_digits():
    assert format_number(1041) == "1041-0"
    assert format_number(1018, "K") == "K1018-3"


def test_the_check_digit_is_that_of_the_published_quasigroup():
    """572 has the check digit 4 in every description of the algorithm."""
    assert format_number(572) == "572-4"


@pytest.mark.parametrize(
    "typed",
    [
        "1041-0",
        "10410",
        " 1041 - 0 ",
        "10 41 0",
        "#1041-0",
        "1041\u20110",
        "1041\u22120",
        "\uff11\uff10\uff14\uff11-\uff10",
    ],
)
def test_a_number_is_read_however_it_is_typed(typed: str):
    assert read_number(typed) == NumberReading("1041-0", wrong_check=False)


@pytest.mark.parametrize("typed", ["K1018-3", "k1018-3", "k10183", "K-1018-3", "k 1018 3"])
def test_a_replicas_number_is_read_in_any_case(typed: str):
    assert read_number(typed) == NumberReading("K1018-3", wrong_check=False)


@pytest.mark.parametrize(
    "typed", ["1041-1", "1014-0", "10411", "K1018-4", "1K018-3", "B1018-3", "K0018-3", "1041-A"]
)
def test_a_number_that_went_wrong_is_told_from_a_word(typed: str):
    assert read_number(typed) == NumberReading(None, wrong_check=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "printer",
        "VPN down",
        "030 1234567",
        "+49 30 1234567",
        "5551234567",
        "555-1234",
        "2024-12-01",
        "A4",
        "W-LAN",
        "covid-19",
        "VPN 1041-0",
        "tel 1041-1",
        "1041-0 and more",
        "-",
        "K",
        "1" * 5000,
        "\u0661\u0662\u0663\u0664",
    ],
)
def test_what_is_no_number_is_left_alone(text: str):
    assert read_number(text) is None


def test_codes_begin_with_single_letters_and_go_on_with_two_and_three():
    given = list(codes())
    assert given[:9] == list("AFHKMPRWY")
    assert given[9:12] == ["AA", "AF", "AH"]
    assert [len(code) for code in given] == sorted(len(code) for code in given)
    assert len(set(given)) == len(given) > 600


def test_codes_are_made_one_at_a_time():
    assert list(islice(codes(), 2)) == ["A", "F"]


@pytest.mark.parametrize(
    ("counter", "code"), [(0, ""), (-1, ""), (COUNTER_MAX + 1, ""), (1, "B"), (1, "k"), (1, "AAAA")]
)
def test_numbers_that_cannot_be_are_never_made(counter: int, code: str):
    with pytest.raises(ValueError, match=r"no (ticket number|replica) has the (counter|code)"):
        format_number(counter, code)


def test_the_highest_number_is_still_read():
    number = format_number(COUNTER_MAX, "YYH")
    assert read_number(number) == NumberReading(number, wrong_check=False)


def test_numbers_sort_by_replica_and_then_as_they_were_counted():
    given = [
        format_number(counter, code)
        for code in ("", "A", "K", "AF", "YYY")
        for counter in (9, 10, COUNTER_MAX)
    ]
    ranks = [number_rank(number) for number in given]
    assert ranks == sorted(set(ranks))
    assert 0 < ranks[0] < ranks[-1] < 2**40


def test_what_is_no_number_sorts_first():
    assert number_rank("") == number_rank("1041") == number_rank("INC0005927") == 0
