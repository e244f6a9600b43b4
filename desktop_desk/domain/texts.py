"""Texts as the search reads them: small letters without diacritics, words of letters and digits."""

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f]+")
LETTER = r"[^\W_]"
"""A pattern for one letter or digit."""


def folded(text: str) -> str:
    """Return a text in small letters without diacritics; its length may differ."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text))).lower()


def is_mark(sign: str) -> bool:
    """Tell whether a sign is a diacritic, which `folded` leaves out."""
    return _MARKS.match(sign) is not None


def words_of(text: str) -> list[str]:
    """Return the words of a text, folded."""
    return re.findall(f"{LETTER}+", folded(text))


def term_pattern(term: str, *, whole: bool = False) -> "re.Pattern[str]":
    """Return what finds a word, or words that follow each other, in a folded text.

    Args:
        whole: the last word must end where the term ends; else it may go on.
    """
    parts = list(map(re.escape, words_of(term)))
    if not parts:
        return re.compile(r"(?!)")
    end = f"(?!{LETTER})" if whole else ""
    return re.compile(rf"(?<!{LETTER})" + r"[\W_]+".join(parts) + end)
