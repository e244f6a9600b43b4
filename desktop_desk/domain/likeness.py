"""Likeness: whether two problems in a few words are likely to be one; pure."""

import re

SMALL = 3
"""Words of so many letters join others, and say nothing of a problem by themselves."""

_WORD = re.compile(r"\w+")


def are_alike(text: str, subject: str) -> bool:
    """Whether two problems have two words in common that tell what they are about; one, where the first has no more."""
    told, known = _words(text), _words(subject)
    common = told.keys() & known.keys()
    telling = sum(told[word] or known[word] for word in common)
    return telling >= max(1, min(2, sum(told.values())))


def _words(text: str) -> dict[str, bool]:
    """The words of a text, folded, each with whether it tells something: it is long, or a name such as VPN."""
    found: dict[str, bool] = {}
    for word in _WORD.findall(text):
        folded = word.casefold()
        found[folded] = found.get(folded, False) or len(word) > SMALL or (len(word) > 1 and word.isupper())
    return found
