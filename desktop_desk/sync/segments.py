"""Segments: a stretch of one replica's log as it lies at a hub, and how everything that is none is told apart.

A segment's name says whose facts it has, from which to which, the beginning of the last one's hash, and who wrote it:
the names alone tell how far a hub reaches. A segment begins with a line that names the format, then come a header and
one line a fact, compressed and at an encrypted hub sealed, then the sha-256 of all that.
"""

import hashlib
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from desktop_desk.domain.errors import DeskError, Invalid
from desktop_desk.domain.facts import ReplicaId, canonical
from desktop_desk.domain.log import LogEntry, from_line, to_line
from desktop_desk.i18n import _
from desktop_desk.sync.sealer import Sealer

FORMAT = 1
"""The format this version writes; there is no earlier one."""

MARK_DIGITS = 16
WRITER_DIGITS = 8
LARGEST = 1 << 29
"""No segment is larger than so many bytes when unpacked."""

_MAGIC = b"desk segment "
_SUM_BYTES = hashlib.sha256().digest_size
_HEAD = re.compile(rb"desk segment ([0-9]{1,6})( sealed)?\n")
_NAME = re.compile(r"([0-9a-f]{32})-([1-9][0-9]{0,17})-([1-9][0-9]{0,17})-([0-9a-f]{16})-([0-9a-f]{8})\.seg")


@dataclass(frozen=True, slots=True)
class SegmentName:
    """What a segment's name says.

    Attributes:
        origin: whose facts; first, last: from which to which, both inclusive.
        mark: the beginning of the last fact's hash in hexadecimal digits.
        writer: the end of the id of the replica that wrote the file, for ids of one minute begin alike; another than
            that of `origin` for a relay.
    """

    origin: ReplicaId
    first: int
    last: int
    mark: str
    writer: str

    def __str__(self) -> str:
        return f"{self.origin}-{self.first}-{self.last}-{self.mark}-{self.writer}.seg"

    @property
    def facts(self) -> int:
        """How many facts it has."""
        return self.last - self.first + 1

    @staticmethod
    def parse(text: str) -> "SegmentName | None":
        """Read what `str` wrote; None for any other name."""
        return _parsed(text)

    @classmethod
    def of(cls, entries: Sequence[LogEntry], writer: ReplicaId) -> "SegmentName":
        """The name of a segment of these consecutive entries of one replica."""
        first, last = entries[0].fact, entries[-1]
        return cls(
            first.replica, first.seq, last.fact.seq, last.hash.hex()[:MARK_DIGITS], writer[-WRITER_DIGITS:]
        )


@lru_cache(maxsize=4096)
def _parsed(text: str) -> SegmentName | None:
    """The name in a text; the same hub is listed at every sync."""
    shape = _NAME.fullmatch(text)
    if shape is None or int(shape[2]) > int(shape[3]):
        return None
    return SegmentName(ReplicaId(shape[1]), int(shape[2]), int(shape[3]), shape[4], shape[5])


def encode(desk: str, name: SegmentName, entries: Sequence[LogEntry], sealer: Sealer | None) -> bytes:
    """The bytes of a segment."""
    header = {"desk": desk, "origin": name.origin, "first": name.first, "last": name.last}
    lines = "\n".join([canonical(header), *map(to_line, entries)])
    packed = zlib.compress(lines.encode(), 6)
    if sealer is not None:
        packed = sealer.seal(packed, f"segments/{name}")
    whole = _MAGIC + str(FORMAT).encode() + (b" sealed\n" if sealer is not None else b"\n") + packed
    return whole + hashlib.sha256(whole).digest()


def decode(
    body: bytes, name: SegmentName, desk: str, sealer: Sealer | None, after: int = 0
) -> list[LogEntry]:
    """The entries of a segment that come after a place in their log.

    The chain of hashes is verified by whoever takes the entries in: it needs what came before them.

    Raises:
        Invalid: the bytes are not what stands under the name; the reason says in which way.
    """
    lines = _opened(body, name, sealer).split("\n")
    _refuse_another(lines[0], name, desk)
    if len(lines) != name.facts + 1:
        raise _bad(name, _("has other facts than its name says"))
    start = max(after + 1, name.first)
    try:
        entries = [from_line(line) for line in lines[start - name.first + 1 :]]
    except ValueError as error:
        raise _bad(name, _("was changed after it was written")) from error
    for seq, entry in enumerate(entries, start):
        if entry.fact.replica != name.origin or entry.fact.seq != seq:
            raise _bad(name, _("was changed after it was written"))
    if entries and entries[-1].hash.hex()[:MARK_DIGITS] != name.mark:
        raise _bad(name, _("was renamed, or changed after it was written"))
    return entries


def _opened(body: bytes, name: SegmentName, sealer: Sealer | None) -> str:
    """The lines of a segment whose bytes are whole and open with the hub's key."""
    head = _HEAD.match(body)
    if head is None:
        raise _bad(name, _("is torn, or no segment at all"))
    if int(head[1]) > FORMAT:
        raise _bad(name, _("was written by a newer version of this program; update this one"))
    if hashlib.sha256(body[:-_SUM_BYTES]).digest() != body[-_SUM_BYTES:]:
        raise _bad(name, _("is torn: only a part of it has arrived, or it was changed"))
    packed = body[head.end() : -_SUM_BYTES]
    if (head[2] is not None) != (sealer is not None):
        reason = (
            _("is not encrypted, as everything at this hub must be")
            if sealer is not None
            else _("is encrypted, and this desk has no key for it")
        )
        raise _bad(name, reason)
    if sealer is not None:
        try:
            packed = sealer.unseal(packed, f"segments/{name}")
        except (ValueError, DeskError) as error:
            reason = _(
                "does not open with the key of this desk: it was renamed, changed, or is another desk's"
            )
            raise _bad(name, reason) from error
    try:
        unpacking = zlib.decompressobj()
        plain = unpacking.decompress(packed, LARGEST)
        if not unpacking.eof:
            raise _bad(name, _("is torn, or larger than any segment"))
        return plain.decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise _bad(name, _("is torn, or no segment at all")) from error


def _refuse_another(line: str, name: SegmentName, desk: str) -> None:
    """Invalid for a segment of another desk, or one that was given another's name."""
    try:
        header: Any = json.loads(line)
        found = (header["origin"], header["first"], header["last"])
        home = header["desk"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _bad(name, _("is no segment")) from error
    if home != desk:
        raise _bad(name, _("belongs to another desk"))
    if found != (name.origin, name.first, name.last):
        raise _bad(name, _("was renamed"))


def _bad(name: SegmentName, reason: str) -> Invalid:
    return Invalid(
        "segment",
        _("{name} {reason}.").format(name=name, reason=reason),
        _("It was not taken in, and left where it is."),
    )
