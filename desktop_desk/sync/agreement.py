"""Whether a hub's segments end as the logs known here do, by their names.

A year of segments is compared once: of those that agreed, all but the newest are remembered by one hash over their
names. What a later sync compares follows what is new.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop_desk.domain.facts import ReplicaId
from desktop_desk.sync.exchange_log import ExchangeLog
from desktop_desk.sync.listing import Listing
from desktop_desk.sync.segments import MARK_DIGITS, SegmentName

NEWEST = 32
"""So many of a log's segments are never remembered: they are still being joined to larger ones."""

MANY = 2 * NEWEST
"""When more than so many of a log's segments had to be compared, those that agreed are remembered."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The segments that do not agree.

    Attributes:
        further: they end where nothing is known here yet.
        otherwise: where they end, the log known here has another fact.
    """

    further: list[SegmentName] = field(default_factory=list[SegmentName])
    otherwise: list[SegmentName] = field(default_factory=list[SegmentName])


def compare(log: ExchangeLog, address: str, listing: Listing) -> Compared:
    """Compare every segment of the hub at an address with the log that it is of."""
    note = f"agreed {address}"
    text, found = log.note(note), Compared()
    before = _read(text, log.own)
    agreed = dict[str, tuple[int, str]]()
    vector = log.vector()
    for origin, names in listing.segments.items():
        known = vector.get(origin, 0)
        found.further.extend(name for name in names if name.last > known)
        ended = sorted((name for name in names if name.last <= known), key=_place)
        count, digest = before.get(origin, (0, ""))
        if not count or _digest(ended[:count]) != digest:
            count, digest = 0, ""
        rest = ended[count:]
        wrong = _otherwise(log, origin, rest)
        found.otherwise.extend(wrong)
        if len(rest) > MANY and not wrong:
            count = len(ended) - NEWEST
            digest = _digest(ended[:count])
        if count:
            agreed[origin] = count, digest
    told = json.dumps({"own": log.own, "agreed": agreed}, sort_keys=True) if agreed else ""
    if told != text:
        log.keep_note(note, told)
    return found


def _otherwise(log: ExchangeLog, origin: ReplicaId, names: Sequence[SegmentName]) -> list[SegmentName]:
    """Those that do not end as the log does; all of them end where it is known."""
    if not names:
        return []
    hashes = log.hashes_at(origin, sorted({name.last for name in names}))
    return [name for name in names if hashes.get(name.last, b"").hex()[:MARK_DIGITS] != name.mark]


def _place(name: SegmentName) -> tuple[int, int, str, str]:
    return name.first, name.last, name.mark, name.writer


def _digest(names: Sequence[SegmentName]) -> str:
    return hashlib.sha256("\n".join(map(str, names)).encode()).hexdigest()


def _read(text: str, own: ReplicaId) -> Mapping[str, tuple[int, str]]:
    """What was remembered: of each log how many segments agreed, and the hash over their names.

    Nothing where another version wrote it, or where this desk file has become another replica since: it left a log
    then, and others may go on with that.
    """
    try:
        kept: Any = json.loads(text or "{}")
        if kept.get("own") != own:
            return {}
        return {origin: (int(count), str(digest)) for origin, (count, digest) in kept["agreed"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
