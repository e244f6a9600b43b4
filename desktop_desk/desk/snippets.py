"""The part of a text around what was searched for, and where in it the words stand."""

import re
from collections.abc import Sequence

LENGTH = 160


def snippet(text: str, words: Sequence[str], length: int = LENGTH) -> tuple[str, tuple[tuple[int, int], ...]]:
    """About `length` characters of a text with the first hit in them, and each hit as (start, end) in that part.

    Words match from their beginning, in any case, as the search does.
    """
    flat = " ".join(text.split())
    wanted = [re.escape(part) for word in words for part in re.findall(r"\w+", word)]
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(wanted) + r")\w*", re.IGNORECASE) if wanted else None
    first = pattern.search(flat) if pattern else None
    start = max(0, (first.start() if first else 0) - length // 3)
    if start:
        start = flat.find(" ", start) + 1 or start
    part = flat[start : start + length]
    shown = ("… " if start else "") + part + (" …" if start + length < len(flat) else "")
    hits = tuple((found.start(), found.end()) for found in pattern.finditer(shown)) if pattern else ()
    return shown, hits
