"""A caller typed in one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_desk.ui.calls.caller_text import TypedCaller, read_caller


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", TypedCaller()),
        ("Ken Lee", TypedCaller("Ken Lee")),
        ("Ken Lee 030 123456", TypedCaller("Ken Lee", ("030 123456",))),
        ("030 123456 Ken Lee", TypedCaller("Ken Lee", ("030 123456",))),
        ("+49 (30) 901820-11, Ken Lee", TypedCaller("Ken Lee", ("+49 (30) 901820-11",))),
        ("ken@lee.example", TypedCaller("", (), ("ken@lee.example",))),
        ("Ken Lee <ken@lee.example>", TypedCaller("Ken Lee", (), ("ken@lee.example",))),
        ("Lee, Ken", TypedCaller("Ken Lee")),
        ("Ken Lee 0301234 ken@lee.example", TypedCaller("Ken Lee", ("0301234",), ("ken@lee.example",))),
        ("204", TypedCaller("", ("204",))),
        ("Ken Lee 030 1234 ext. 12", TypedCaller("Ken Lee", ("030 1234 ext. 12",))),
        ("A1 Taxi", TypedCaller("A1 Taxi")),
        ("Elizabeth 2", TypedCaller("Elizabeth 2")),
        ("Ann · 0171 5501", TypedCaller("Ann", ("0171 5501",))),
        ("  ,;  ", TypedCaller()),
        ("李雷 13812345678", TypedCaller("李雷", ("13812345678",))),
    ],
)
def test_a_line_is_taken_apart(typed: str, read: TypedCaller) -> None:
    assert read_caller(typed) == read


@given(st.text(max_size=60))
def test_no_letter_and_no_digit_of_any_line_is_lost(typed: str) -> None:
    read = read_caller(typed)
    kept = sorted(c for c in read.text() if c.isdecimal() and c.isascii())
    assert kept == sorted(c for c in typed if c.isdecimal() and c.isascii())
