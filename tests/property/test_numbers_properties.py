"""What the check digit promises, tried on many numbers."""

from hypothesis import given
from hypothesis import strategies as st

from desktop_desk.domain.numbers import COUNTER_MAX, LETTERS, codes, format_number, read_number

CODES = ["", *codes()]
SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OWN_DIGIT = {frozenset((letter, str(value))) for value, letter in enumerate(LETTERS, 1)}

counters = st.one_of(st.integers(1, 99_999), st.integers(1, COUNTER_MAX))
numbers = st.builds(format_number, counters, st.sampled_from(CODES))


def accepted(text: str) -> str | None:
    reading = read_number(text)
    return None if reading is None else reading.number


@given(numbers)
def test_every_number_is_read_back(number: str):
    assert accepted(number) == number
    assert accepted(number.lower().replace("-", "")) == number
    assert accepted(" ".join(number)) == number


@given(numbers, st.data())
def test_every_single_wrong_symbol_is_caught(number: str, data: st.DataObject):
    place = data.draw(st.sampled_from([i for i, symbol in enumerate(number) if symbol != "-"]))
    for symbol in SYMBOLS:
        if symbol != number[place] and frozenset((symbol, number[place])) not in OWN_DIGIT:
            wrong = number[:place] + symbol + number[place + 1 :]
            assert accepted(wrong) is None
            assert accepted(wrong.replace("-", "")) is None


@given(st.integers(100, 99_999), st.sampled_from(CODES), st.data())
def test_a_wrong_digit_is_said_to_be_one(counter: int, code: str, data: st.DataObject):
    number = format_number(counter, code)
    place = data.draw(st.integers(len(code), len(number) - 1).filter(lambda i: number[i] != "-"))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    reading = read_number(number[:place] + digit + number[place + 1 :])
    assert reading is not None
    assert reading.wrong_check


@given(numbers)
def test_every_swap_of_neighbours_is_caught(number: str):
    symbols = number.replace("-", "")
    for i in range(len(symbols) - 1):
        if symbols[i] != symbols[i + 1]:
            swapped = symbols[:i] + symbols[i + 1] + symbols[i] + symbols[i + 2 :]
            assert accepted(swapped) is None
            assert accepted(f"{swapped[:-1]}-{swapped[-1]}") is None


@given(counters, st.sampled_from([code for code in CODES if code]))
def test_every_dropped_letter_is_caught(counter: int, code: str):
    number = format_number(counter, code)
    for i in range(len(code)):
        assert accepted(number[:i] + number[i + 1 :]) is None


def test_nine_in_ten_dropped_digits_are_caught():
    dropped = caught = 0
    for code in ("", "A", "K", "Y", "AA", "YW"):
        for counter in range(1000, 30_000, 7):
            symbols = format_number(counter, code).replace("-", "")
            for i in range(len(code), len(symbols)):
                dropped += 1
                caught += accepted(symbols[:i] + symbols[i + 1 :]) is None
    assert dropped > 100_000
    assert 0.89 < caught / dropped < 0.93


@given(st.text())
def test_any_text_is_read_or_is_no_number(text: str):
    reading = read_number(text)
    assert reading is None or reading.wrong_check == (reading.number is None)
