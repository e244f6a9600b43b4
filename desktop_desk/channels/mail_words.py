"""Bytes of mails as text: headers and bodies, whatever they say of their charset."""

import codecs
import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header
from email.policy import Compat32
from typing import Final

LONGEST_HEADER: Final = 10_000
"""Characters of a header that are read; the raw mail keeps all of it."""

_UNSAFE = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})
"""Codecs that are no charset of a mail: slow on purpose-made input, or of another meaning."""

_ENCODED = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?]*\?=")
_CONTROLS = dict.fromkeys((*range(9), 11, *range(14, 32), 127))
_TURNS = frozenset(map(chr, (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""Signs that are not seen and turn what follows around: a name with one reads otherwise than it is."""

_BREAKS = re.compile(r"\r?\n[ \t]?")


class RawHeaders(Compat32):
    """Reads anything, and gives headers as they stand: what is no ASCII in them is for `header_text` to read."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        """The value, nothing done to it."""
        del name
        return value


def text_of(body: bytes, charset: str | None) -> str:
    """The text of a body: by its charset, else as UTF-8, else as Windows wrote it; always readable, never an error."""
    told = _codec(charset)
    for name in (told, "utf-8"):
        if name:
            try:
                return _plain(body.decode(name))
            except (UnicodeError, LookupError, ValueError):
                continue
    if told and told not in {"ascii", "us-ascii"}:
        try:
            return _plain(body.decode(told, "replace"))
        except (UnicodeError, LookupError, ValueError):
            return _plain(body.decode("cp1252", "replace"))
    return _plain(body.decode("cp1252", "replace"))


def _codec(charset: str | None) -> str:
    """Python's name of a charset; "" for none, an unknown or an unsafe one."""
    name = (charset or "").strip("\"' \t")[:60].replace("_", "-").casefold()
    if not name:
        return ""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    return "" if found in _UNSAFE else found


def header_text(value: object) -> str:
    """A header as one line of text, its encoded words read; never an error."""
    raw = _unfolded(value)
    if "=?" not in raw:
        return _one_line(raw)
    # Some programs leave no space around encoded words, or break one inside.
    spaced = _ENCODED.sub(lambda found: f" {found[0]} ", raw)
    try:
        parts = decode_header(spaced)
    except (HeaderParseError, ValueError, LookupError):
        return _one_line(raw)
    said = [part if isinstance(part, str) else text_of(part, charset) for part, charset in parts]
    return _one_line("".join(said)) or _one_line(raw)


def _unfolded(value: object) -> str:
    """A header's value on one line; bytes that are no ASCII are read as text."""
    text = str(value or "")[:LONGEST_HEADER]
    try:
        text = text_of(text.encode("ascii", "surrogateescape"), "utf-8")
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode("utf-8")
    return _BREAKS.sub(" ", text)


def _one_line(text: str) -> str:
    """Without line breaks and signs that are not seen: nothing from a mail may begin a header or turn a name around."""
    seen = (letter if unicodedata.category(letter) not in {"Cc", "Cs"} else " " for letter in text)
    return " ".join("".join(letter for letter in seen if letter not in _TURNS).split())


def _plain(text: str) -> str:
    return text.translate(_CONTROLS).removeprefix("\ufeff")
