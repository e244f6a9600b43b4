"""The part of a text around what was searched for, and where in it the words stand."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from desktop_desk.domain.texts import LETTER, folded, is_mark, words_of

LENGTH = 160
_STRETCH = 2_000


def snippet(text: str, words: Sequence[str], length: int = LENGTH) -> tuple[str, tuple[tuple[int, int], ...]]:
    """About `length` characters of a text with the first hit in them, and each hit as (start, end) in that part.

    Words match as the search matches them: from their beginning, in any case, with or without diacritics.
    """
    flat = " ".join(text.split())
    pattern = _pattern(tuple(words))
    first = next((at for at in _beginnings(flat, pattern)), 0) if pattern else 0
    start = max(0, first - length // 3)
    if start:
        start = flat.find(" ", start, first) + 1 or start
    part = flat[start : start + length]
    shown = ("… " if start else "") + part + (" …" if start + length < len(flat) else "")
    return shown, tuple(_spans(shown, pattern)) if pattern else ()


@lru_cache(maxsize=8)
def _pattern(words: tuple[str, ...]) -> "re.Pattern[str] | None":
    """What finds the beginning of any of these words in a folded text; None for no words."""
    wanted = [re.escape(part) for word in words for part in words_of(word)]
    return re.compile(f"(?<!{LETTER})(?:" + "|".join(wanted) + f"){LETTER}*") if wanted else None


@lru_cache(maxsize=1024)
def _small(sign: str) -> str:
    """One sign folded; remembered, as a text has few different ones."""
    return folded(sign)


def _beginnings(flat: str, pattern: "re.Pattern[str]") -> Iterator[int]:
    """Where hits begin, stretch by stretch: of a long text no more is folded than is needed."""
    at = 0
    while at < len(flat):
        end = len(flat) if at + _STRETCH >= len(flat) else flat.rfind(" ", at, at + _STRETCH)
        end = end if end > at else at + _STRETCH
        stretch = flat[at:end]
        if pattern.search(folded(stretch)):
            yield from (at + start for start, _end in _spans(stretch, pattern))
        at = end


def _spans(text: str, pattern: "re.Pattern[str]") -> Iterator[tuple[int, int]]:
    """Where hits stand in a short text."""
    if text.isascii():
        yield from (found.span() for found in pattern.finditer(text.lower()))
        return
    letters = list(map(_small, text))
    places = [place for place, small in enumerate(letters) for _sign in small]
    for found in pattern.finditer("".join(letters)):
        end = places[found.end() - 1] + 1
        while end < len(text) and is_mark(text[end]):
            end += 1
        yield places[found.start()], end
