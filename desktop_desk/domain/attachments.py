"""Files that belong to tickets: how large they may be, what they are called, and how their facts read."""

import mimetypes
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _, ngettext

LARGEST: Final = 25 * 1024 * 1024
"""Bytes of the largest file that a ticket takes."""

CHUNK: Final = 1024 * 1024
"""Bytes of each part of a file but the last."""

LONGEST_NAME: Final = 200
"""UTF-8 bytes; every file system takes 255, and some programs put something before or behind."""

UNKNOWN_KIND: Final = "application/octet-stream"

_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
"""Control characters, marks that turn the writing around ("gpj.exe"), and halves of letters."""
_JOINERS = frozenset("\u200c\u200d")
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}
)
_KIND = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")
_SHA = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Attached:
    """What a fact says of a file: `sha` is the sha-256 of its bytes in hexadecimal digits, `entry` an id or ""."""

    name: str
    mime: str
    size: int
    sha: str
    entry: str = ""


def attached(fields: Mapping[str, Any]) -> Attached | None:
    """The file of an `attached` fact, its name made harmless whoever wrote it; None when it was purged or is none."""
    sha, size = fields.get("sha"), fields.get("size")
    if not isinstance(sha, str) or _SHA.fullmatch(sha) is None or type(size) is not int or size < 0:
        return None
    name, entry = clean_name(str(fields.get("name") or "")), str(fields.get("entry") or "")
    return Attached(name, clean_kind(str(fields.get("mime") or ""), name), size, sha, entry)


def clean_name(text: str) -> str:
    """A file's name as it is kept: no path, no sign that a screen or file system takes for something else.

    Never empty, never longer than LONGEST_NAME bytes, and cleaning it again changes nothing.
    """
    last = re.split(r"[/\\]", text)[-1]
    seen = "".join(
        letter for letter in last if letter in _JOINERS or unicodedata.category(letter) not in _UNSEEN
    )
    plain = " ".join(_NOT_IN_NAMES.sub("_", unicodedata.normalize("NFC", seen)).split()).strip(". ")
    # Windows takes "con.txt" for the console.
    is_device = plain.split(".")[0].strip().casefold() in _DEVICES
    return _shortened(f"_{plain}" if is_device else plain) or "file"


def _shortened(name: str) -> str:
    """The name cut before its ending to what fits."""
    if len(name.encode()) <= LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending.encode()) > 20:
        stem, dot, ending = name, "", ""
    room = LONGEST_NAME - len((dot + ending).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(". ") + dot + ending


def clean_kind(mime: str, name: str) -> str:
    """The kind of a file as it was told, else as its name says."""
    told = mime.split(";", maxsplit=1)[0].strip().casefold()
    if _KIND.fullmatch(told):
        return told
    return mimetypes.guess_type(name, strict=True)[0] or UNKNOWN_KIND


def too_large(name: str, size: int) -> Invalid:
    """The error about a file of more than LARGEST bytes, with what to do."""
    return Invalid(
        "attachments",
        _("“{name}” has {size}; a ticket takes files of up to {most}.").format(
            name=name, size=size_text(size), most=size_text(LARGEST)
        ),
        _("Make it smaller, split it, or put it on a shared drive and write where it is."),
    )


def parts_of(size: int) -> int:
    """How many parts a file of this size is kept in."""
    return -(-size // CHUNK)


def size_text(size: int) -> str:
    """A size for people, rounded up, so that what is too large never reads as if it fitted: "1.3 MB"."""
    if size < 1000:
        return ngettext("%d byte", "%d bytes", size) % size
    unit, name = (1024 * 1024, _("MB")) if size >= 1024 * 1024 else (1024, _("KB"))
    whole, tenths = divmod(-(-size * 10 // unit), 10)
    return f"{whole}.{tenths} {name}" if tenths else f"{whole} {name}"
