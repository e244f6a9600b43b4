"""The files in a winmail.dat: Outlook packs them into a form of its own (TNEF) that no other program opens."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

KINDS: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
MOST_FILES: Final = 100

_SIGNATURE: Final = 0x223E9F78
_BEGINS, _TITLE, _DATA, _PROPERTIES = 0x0006_9002, 0x0001_8010, 0x0006_800F, 0x0006_9005
"""Attributes of a file: one begins, its short name, its bytes, what else is known of it."""

_LONG_NAME: Final = 0x3707
_FIXED: Final = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
"""How many bytes the values of a type take, filled up to fours."""

_TEXT, _WIDE_TEXT, _COUNTED = 0x1E, 0x1F, frozenset({0x0D, 0x1E, 0x1F, 0x0102})
_MANY: Final = 0x1000


@dataclass
class Packed:
    """A file as it was packed; its name is as the sender gave it, and not to be trusted."""

    name: str = ""
    body: bytes = b""


def packed_files(raw: bytes) -> tuple[Packed, ...]:
    """The files in a winmail.dat, as far as it can be read; none for what is no such file."""
    found: list[Packed] = []
    for attribute, value in _attributes(raw):
        if attribute == _BEGINS:
            found.append(Packed())
        elif not found:
            continue
        elif attribute == _TITLE:
            found[-1].name = found[-1].name or _text(value)
        elif attribute == _DATA:
            found[-1].body = value
        elif attribute == _PROPERTIES:
            found[-1].name = _long_name(value) or found[-1].name
    return tuple(each for each in found if each.body)[:MOST_FILES]


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Each attribute with its value; ends where the rest is cut off or broken."""
    if len(raw) < 6 or struct.unpack_from("<I", raw)[0] != _SIGNATURE:
        return
    place = 6
    while place + 9 <= len(raw):
        _level, attribute, length = struct.unpack_from("<BII", raw, place)
        place += 9
        if place + length > len(raw):
            return
        yield attribute, raw[place : place + length]
        place += length + 2  # a sum, which broken programs get wrong


def _long_name(value: bytes) -> str:
    """The whole name of a file among what is known of it; "" for none."""
    try:
        names = [text for number, text in _properties(value) if number == _LONG_NAME]
    except (struct.error, ValueError):
        return ""
    return next(iter(names), "")


def _properties(value: bytes) -> Iterator[tuple[int, str]]:
    """The numbers and texts of the properties that are texts; struct.error or ValueError for broken ones."""
    (count,) = struct.unpack_from("<I", value)
    place = 4
    for _each in range(min(count, len(value))):
        kind, number = struct.unpack_from("<HH", value, place)
        place += 4
        if number >= 0x8000:
            place = _after_name(value, place)
        values = 1
        if kind & _MANY or kind in _COUNTED:
            (values,) = struct.unpack_from("<I", value, place)
            place += 4
        kind &= ~_MANY
        for _value in range(min(values, len(value))):
            size = _FIXED.get(kind)
            if size is None and kind not in _COUNTED:
                raise ValueError(kind)
            if size is None:
                (size,) = struct.unpack_from("<I", value, place)
                place += 4
                if kind in {_TEXT, _WIDE_TEXT}:
                    yield number, _text(value[place : place + size], wide=kind == _WIDE_TEXT)
            place += -(-size // 4) * 4


def _after_name(value: bytes, place: int) -> int:
    """Where a property goes on behind its name, which is a number or a text."""
    (is_text,) = struct.unpack_from("<I", value, place + 16)
    place += 20
    if not is_text:
        return place + 4
    (size,) = struct.unpack_from("<I", value, place)
    return place + 4 + -(-size // 4) * 4


def _text(value: bytes, *, wide: bool = False) -> str:
    text = value.decode("utf-16-le" if wide else "cp1252", "replace")
    return text.partition("\x00")[0]
