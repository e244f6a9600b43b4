"""Mail that is signed within an envelope (S/MIME, RFC 8551, 3.5.2): it looks sealed, but anybody may read it."""

from collections.abc import Iterator
from typing import Final

MOST_DEEP: Final = 12
_SIGNED: Final = bytes.fromhex("2a864886f70d010702")
"""The object identifier of signed data (RFC 5652); what is encrypted has another one."""

_OBJECT, _OCTETS, _END = 6, 4, 0
_Part = tuple[int, bool, bytes]
"""Of an element its tag number, whether it is made of others, and its content."""


def signed_content(body: bytes) -> bytes:
    """The mail within; b"" where nothing is, or where only its receiver can open it."""
    try:
        outer = _only(_parts(body))
        kind, *rest = _parts(outer[2])
        if kind[0] != _OBJECT or kind[2] != _SIGNED or not rest:
            return b""
        return _content(_parts(_only(_parts(rest[0][2]))[2]))
    except (IndexError, ValueError):
        return b""


def _content(signed: Iterator[_Part]) -> bytes:
    """What the first part of signed data holds that names its kind before it."""
    for _tag, is_made, inner in signed:
        told = list(_parts(inner)) if is_made else []
        if len(told) > 1 and told[0][0] == _OBJECT:
            return b"".join(_octets(_only(_parts(told[1][2])), 0))
    return b""


def _octets(part: _Part, depth: int) -> Iterator[bytes]:
    """A text of bytes, which may be cut into several."""
    tag, is_made, inner = part
    if tag != _OCTETS or depth > MOST_DEEP:
        raise ValueError(tag)
    if not is_made:
        yield inner
        return
    for each in _parts(inner):
        yield from _octets(each, depth + 1)


def _only(parts: Iterator[_Part]) -> _Part:
    found = next(parts, None)
    if found is None:
        raise ValueError
    return found


def _parts(body: bytes) -> Iterator[_Part]:
    """The elements that lie one after the other (X.690); IndexError or ValueError for what is none."""
    place = 0
    while place < len(body):
        start, length = _head(body, place)
        tag, is_made = body[place] & 0x1F, bool(body[place] & 0x20)
        if length is None:
            end = _end_of(body, start, 0)
            yield tag, is_made, body[start:end]
            place = end + 2
        else:
            if start + length > len(body):
                raise ValueError(length)
            yield tag, is_made, body[start : start + length]
            place = start + length


def _head(body: bytes, place: int) -> tuple[int, int | None]:
    """Where the content of an element begins, and how long it is; None: until its end is marked."""
    first = body[place + 1]
    if first < 0x80:
        return place + 2, first
    count = first & 0x7F
    if not count:
        return place + 2, None
    if count > 4:
        raise ValueError(count)
    return place + 2 + count, int.from_bytes(body[place + 2 : place + 2 + count])


def _end_of(body: bytes, place: int, depth: int) -> int:
    """Where the mark stands that ends what has no length."""
    if depth > MOST_DEEP:
        raise ValueError(depth)
    while body[place] != _END or body[place + 1] != _END:
        start, length = _head(body, place)
        place = start + length if length is not None else _end_of(body, start, depth + 1) + 2
    return place
