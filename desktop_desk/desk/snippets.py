"""The part of a text around what was searched for, and where in it the words stand."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

LENGTH = 160
_STRETCH = 2_000
_MARKS = re.compile("[\u0300-\u036f]+")


def snippet(text: str, words: Sequence[str], length: int = LENGTH) -> tuple[str, tuple[tuple[int, int], ...]]:
    """About `length` characters of a text with the first hit in them, and each hit as (start, end) in that part.

    Words match as the search matches them: from their beginning, in any case, with or without diacritics.
    """
    flat = " ".join(text.split())
    pattern = _pattern(words)
    first = next((at for at in _beginnings(flat, pattern)), 0) if pattern else 0
    start = max(0, first - length // 3)
    if start:
        start = flat.find(" ", start, first) + 1 or start
    part = flat[start : start + length]
    before, after = "… " if start else "", " …" if start + length < len(flat) else ""
    hits = ((at + len(before), end + len(before)) for at, end in _spans(part, pattern)) if pattern else ()
    return before + part + after, tuple(hits)


def _pattern(words: Sequence[str]) -> "re.Pattern[str] | None":
    """What finds the beginning of any of these words in a folded text; None for no words."""
    wanted = [re.escape(part) for word in words for part in re.findall(r"[^\W_]+", _folded(word))]
    return re.compile(r"(?<![^\W_])(?:" + "|".join(wanted) + r")[^\W_]*") if wanted else None


def _folded(text: str) -> str:
    """A text in small letters without marks; other than the text's, its length says nothing."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text))).lower()


@lru_cache(maxsize=1000)
def _folded_sign(sign: str) -> str:
    return _folded(sign)


def _beginnings(flat: str, pattern: "re.Pattern[str]") -> Iterator[int]:
    """Where hits begin, stretch by stretch: of a long text no more is folded than is needed."""
    at = 0
    while at < len(flat):
        end = len(flat) if at + _STRETCH >= len(flat) else flat.rfind(" ", at, at + _STRETCH)
        end = end if end > at else at + _STRETCH
        stretch = flat[at:end]
        if pattern.search(_folded(stretch)):
            yield from (at + start for start, _end in _spans(stretch, pattern))
        at = end


def _spans(text: str, pattern: "re.Pattern[str]") -> Iterator[tuple[int, int]]:
    """Where hits stand in a short text."""
    if text.isascii():
        # Folded, it is as long as before: nothing has to be counted letter by letter.
        yield from (found.span() for found in pattern.finditer(text.lower()))
        return
    letters: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        folded = _folded_sign(sign)
        letters.append(folded)
        places.extend([place] * len(folded))
    for found in pattern.finditer("".join(letters)):
        end = places[found.end() - 1] + 1
        while end < len(text) and _MARKS.match(text[end]):
            end += 1
        yield places[found.start()], end
