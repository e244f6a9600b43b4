"""Any text may come where a phone number is expected."""

from hypothesis import given
from hypothesis import strategies as st

from desktop_desk.domain.phones import display, read_phone, search_digits, spoken

regions = st.sampled_from(["DE", "US", "IT", "RU", "AC", "", "xx"]) | st.text(max_size=3)
dialled = st.text(st.sampled_from(list("0123456789+()-/ .x#;,*")), max_size=30)
numbers = st.from_regex(r"\+(49(30|89|171)[0-9]{7}|1212[2-9][0-9]{6}|33[1-5][0-9]{8})", fullmatch=True)


@given(st.text() | dialled, regions)
def test_any_text_is_read_and_shown(typed: str, region: str):
    phone = read_phone(typed, region)
    assert phone.typed == typed
    assert (phone.kind == "number") == (phone.e164 is not None)
    assert (phone.kind == "withheld") == (phone.digits == "")
    assert all(character in "0123456789" for character in phone.digits)
    display(phone)


@given(numbers, regions)
def test_what_is_shown_reads_as_the_same_number(e164: str, region: str):
    phone = read_phone(e164, region)
    assert phone.e164 == e164
    assert read_phone(display(phone), region).e164 == e164
    assert read_phone(f"00{e164[1:]}", region if len(region) == 2 else "").e164 == e164


@given(numbers, st.data())
def test_any_digits_of_a_number_find_it(e164: str, data: st.DataObject):
    digits = read_phone(e164, "DE").digits
    start = data.draw(st.integers(0, len(digits) - 1))
    part = digits[start : data.draw(st.integers(start + 1, len(digits)))]
    assert search_digits(part) in digits
    assert search_digits(" ".join(part)) in digits


@given(numbers | st.text())
def test_speaking_a_number_leaves_no_digit_out(e164: str):
    groups = spoken(e164)
    assert all(groups)
    if e164.startswith("+") and e164[1:].isascii() and e164[1:].isdecimal():
        assert "".join(groups) == e164


@given(st.text() | dialled)
def test_search_digits_are_digits(text: str):
    assert all(character in "0123456789" for character in search_digits(text))
