"""Person names: one form to show, one key under which every way of typing a name is found."""

import re
import unicodedata

# Letters that Unicode does not take apart into a letter and a mark, but people leave the mark out of.
_PLAIN: dict[int, str] = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
    }
)
_APOSTROPHES: dict[int, str] = dict.fromkeys(map(ord, "'’‘`\u00b4\u02bb\u02bc\uff07"), "")
_FOLDED = _PLAIN | _APOSTROPHES
# What may follow the comma of a name without being the given name.
_SUFFIX = re.compile(
    r"(jr|sr|i{1,3}|iv|v|ph\.?d|m\.?d|m\.?sc|b\.?sc|esq|inc|ltd|llc|gmbh|ag|co|dds|rn|cpa)\.?", re.I
)
# Kana voicing, viramas and nuktas change the letter, other marks only how it is written.
_MARKS_KEPT = (7, 8, 9)


def name_words(text: str) -> tuple[str, ...]:
    """Return the words of a name in their order, folded: lower case, no diacritics, no punctuation.

    "O’Brien" is one word and "Jean-Luc" two.
    """
    # Apostrophes first, as some fold into a space and a mark; and again, as some letters hold one.
    taken_apart = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    # Case folding may bring new marks, and marks may change how a letter folds: so apart again afterwards.
    folded = unicodedata.normalize("NFKD", taken_apart.casefold()).casefold().translate(_FOLDED)
    kept = "".join(c for c in folded if unicodedata.combining(c) in (0, *_MARKS_KEPT))
    words = "".join(
        c if unicodedata.category(c)[0] in "LNM" else " " for c in unicodedata.normalize("NFC", kept)
    )
    return tuple(words.split())


def name_key(text: str) -> str:
    """Return the search key of a name: its folded words in alphabetical order with one space between.

    "Lee, Ken", "Lee Ken" and "ken LEE" have the same key; a text without letters and digits has the key "".
    """
    return " ".join(sorted(name_words(text)))


def display_name(text: str) -> str:
    """Return a name as it is shown: given name first, single spaces, nothing invisible.

    "Lee, Ken" becomes "Ken Lee"; what follows the comma stays there when it is a title ("Ann Roe, PhD").
    """
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)
    tidy = " ".join(unicodedata.normalize("NFC", visible).split())
    family, comma, given = (part.strip() for part in tidy.partition(","))
    if not comma or not family or not given or "," in given or _SUFFIX.fullmatch(given):
        return tidy
    return f"{given} {family}"
