"""Sealing what lies at a hub anew, when the hub gets a new key: each thing under its own name, one after the other.

Each step may be the last one that succeeds; done again, it passes over what is sealed with the new key already.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from desktop_desk.desk.exchange_ports import Hub, Shelf
from desktop_desk.desk.ports import Progress
from desktop_desk.domain.errors import DeskError
from desktop_desk.domain.facts import ReplicaId
from desktop_desk.sync.sealer import Sealer
from desktop_desk.sync.segments import WRITER_DIGITS, SegmentName

SEALED_SHELVES: Final[tuple[Shelf, ...]] = ("cards", "segments", "chunks")
"""What is sealed anew; snapshots are laid anew, because the key of a desk file stands in them."""

_SUM_BYTES: Final = hashlib.sha256().digest_size
_SEALED_HEAD: Final = b" sealed\n"


def reseal(
    hub: Hub,
    old: Sequence[Sealer],
    new: Sealer,
    shelves: Iterable[Shelf] = SEALED_SHELVES,
    told: Progress | None = None,
) -> int:
    """Seal with `new` what one of `old` opens; gives how many things that were. What no key opens stays as it is."""
    places: list[tuple[Shelf, str]] = [(shelf, name) for shelf in shelves for name in hub.names(shelf)]
    changed = 0
    for done, (shelf, name) in enumerate(places, 1):
        body = hub.read(shelf, name)
        again = _sealed_anew(body, shelf, name, old, new) if body else None
        if again is not None:
            hub.write(shelf, name, again)
            changed += 1
        if told is not None:
            told(done, len(places))
    return changed


def drop_outdated(
    hub: Hub,
    old: Sequence[Sealer],
    new: Sealer,
    vector: Mapping[ReplicaId, int],
    writer: ReplicaId | None = None,
) -> int:
    """Take away the segments that only a key of before opens, and whose facts are all known here.

    They were laid while somebody gave the hub its new key, or came back with a backup of the hub. They are not sealed
    anew but laid again from the own log: whoever still has the old key may have written over them. Gives how many
    there were; `writer`: only of those that this one wrote.
    """
    dropped = 0
    for text in hub.names("segments"):
        name = SegmentName.parse(text)
        if name is None or name.last > vector.get(name.origin, 0):
            continue
        if writer is not None and name.writer != writer[-WRITER_DIGITS:]:
            continue
        body = hub.read("segments", text)
        if body and _sealed_anew(body, "segments", text, old, new) is not None:
            hub.remove("segments", text)
            dropped += 1
    return dropped


def _sealed_anew(body: bytes, shelf: str, name: str, old: Sequence[Sealer], new: Sealer) -> bytes | None:
    """The same thing sealed anew; None where there is nothing to do, or nothing that can be done."""
    if shelf != "segments":
        return _turned(body, f"{shelf}/{name}", old, new)
    head, mark, _rest = body[:64].partition(_SEALED_HEAD)
    if not mark or hashlib.sha256(body[:-_SUM_BYTES]).digest() != body[-_SUM_BYTES:]:
        return None
    head += mark
    packed = _turned(body[len(head) : -_SUM_BYTES], f"{shelf}/{name}", old, new)
    if packed is None:
        return None
    whole = head + packed
    return whole + hashlib.sha256(whole).digest()


def _turned(sealed: bytes, name: str, old: Sequence[Sealer], new: Sealer) -> bytes | None:
    if _opened(sealed, name, new) is not None:
        return None
    plain = next((body for sealer in old if (body := _opened(sealed, name, sealer)) is not None), None)
    return None if plain is None else new.seal(plain, name)


def _opened(sealed: bytes, name: str, sealer: Sealer) -> bytes | None:
    try:
        return sealer.unseal(sealed, name)
    except (ValueError, DeskError):
        return None
