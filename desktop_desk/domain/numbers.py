"""Ticket numbers: a replica's code, its counter, and a Damm check digit that catches what is misheard."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

# The quasigroup of order 10 that H. Michael Damm published: totally anti-symmetric, zeros on the diagonal.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)

LETTERS = "AFHKMPRWY"
"""The letters of replica codes: none sounds or looks like another, or like a digit."""

COUNTER_MAX = 99_999_999
"""The highest counter of one replica; with it a number has nine digits, and ten digits are a phone number."""

CODE_MAX = 3
"""The most letters a replica code may have."""

_VALUE = {**{str(digit): digit for digit in range(10)}, **{letter: i for i, letter in enumerate(LETTERS, 1)}}
_DIGITS_MAX = len(str(COUNTER_MAX)) + 1
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_SHAPE = re.compile(rf"(?:([{LETTERS}]{{1,{CODE_MAX}}})-?)?([1-9][0-9]{{0,{_DIGITS_MAX - 2}}})-?([0-9])")
_CANONICAL = re.compile(rf"([{LETTERS}]{{0,{CODE_MAX}}})([1-9][0-9]{{0,{_DIGITS_MAX - 2}}})-[0-9]")
# Longer texts are never looked at: a number with a space after each symbol is shorter.
_TEXT_MAX = 40
_PROVISIONAL = re.compile(r"~[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class NumberReading:
    """What a text that looks like a ticket number says.

    `number` is the canonical number ("K1018-3"), or None when the check digit does not fit its symbols or the
    symbols cannot stand so in any number; `wrong_check` is then true.
    """

    number: str | None
    wrong_check: bool


def format_number(counter: int, code: str = "") -> str:
    """Return the number as it is shown and read out, with its check digit: "1041-0", "K1018-3".

    Args:
        counter: 1 to COUNTER_MAX.
        code: the replica's code, empty for the first replica.

    Raises:
        ValueError: the counter is out of range, or the code has other letters or too many.
    """
    if not 1 <= counter <= COUNTER_MAX:
        raise ValueError(f"no ticket number has the counter {counter}")
    if len(code) > CODE_MAX or any(letter not in LETTERS for letter in code):
        raise ValueError(f"no replica has the code {code!r}")
    body = f"{code}{counter}"
    return f"{body}-{_damm(body)}"


def provisional_number(ticket: str) -> str:
    """What a ticket is called while its replica has no letters of its own: "~" and the end of its id.

    It goes on finding the ticket when its number has followed.
    """
    return f"~{ticket[-8:]}"


def read_number(text: str) -> NumberReading | None:
    """Read a number as people type it: any case, with or without dash, spaces and a leading #.

    Returns:
        None when the text does not look like a ticket number at all.
    """
    if len(text) > _TEXT_MAX:
        return None
    typed = unicodedata.normalize("NFKC", text).translate(_DASHES).upper().strip().removeprefix("#")
    if _PROVISIONAL.fullmatch(typed.lower()):
        return NumberReading(typed.lower(), wrong_check=False)
    shape = _SHAPE.fullmatch(re.sub(r"\s", "", typed))
    if shape is None:
        return NumberReading(None, wrong_check=True) if _is_near_miss(typed) else None
    code, counter, check = shape[1] or "", shape[2], shape[3]
    if _damm(f"{code}{counter}{check}") != 0:
        return NumberReading(None, wrong_check=True)
    return NumberReading(f"{code}{counter}-{check}", wrong_check=False)


def number_rank(number: str) -> int:
    """Return where a canonical number stands in a sorted list: first replica first, each in counting order.

    Less than 2**40; 0 for a text that is no number. Whether the check digit fits is not asked.
    """
    shape = _CANONICAL.fullmatch(number)
    if shape is None:
        return 0
    code = 0
    for letter in shape[1]:
        code = code * 10 + _VALUE[letter]
    return code * (COUNTER_MAX + 1) + int(shape[2])


def codes() -> Iterator[str]:
    """Yield the replica codes in the order they are given out: A, F, H … Y, AA, AF …, AAA …

    Left out are the few whose loss of one letter the check digit would not notice.
    """
    for length in range(1, CODE_MAX + 1):
        for letters in product(LETTERS, repeat=length):
            code = "".join(letters)
            if all(_damm(code) != _damm(code[:i] + code[i + 1 :]) for i in range(length)):
                yield code


def _damm(symbols: str) -> int:
    """Return the check digit of the symbols, or 0 when their last one already is it."""
    interim = 0
    for symbol in symbols:
        interim = _DAMM[interim][_VALUE[symbol]]
    return interim


def _is_near_miss(typed: str) -> bool:
    """Tell whether one word is written as a number is (dash before the last symbol) with a wrong symbol."""
    if re.fullmatch(r"[0-9A-Z]+\s*-\s*[0-9A-Z]", typed) is None:
        return False
    digits = sum(symbol.isdigit() for symbol in typed)
    letters = sum(symbol.isalpha() for symbol in typed)
    return 3 <= digits <= _DIGITS_MAX and letters <= CODE_MAX
