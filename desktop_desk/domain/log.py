"""A replica's log as it is sent to others: each fact with its salt and its place in the chain of hashes.

The hash of a fact covers the hash before it of the same replica, its header, and one salted hash for each field; a
field's own salt is derived from the fact's, so that one field can be redacted and the chain still verifies.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from desktop_desk.domain.facts import EMPTY, EntityId, Fact, ReplicaId, canonical

FIRST_HASH = bytes(32)
"""What stands before the first fact of a log."""

SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is kept of a fact from which something was purged.

    Attributes:
        hashes: of each purged field, its salted hash.
        salts: of each field that stays, its own salt; the fact's salt is gone, for it would give away the others.
    """

    hashes: Mapping[str, bytes]
    salts: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A fact as its replica wrote it down.

    Attributes:
        fact: purged fields are missing in it; its context is whole, also where it goes without saying.
        salt: 16 bytes; empty when something was purged.
        hash: the chain up to and with this fact, 32 bytes.
        stored_context: the context as it was written: None where the log up to `seen` already says it.
    """

    fact: Fact
    salt: bytes
    hash: bytes
    redaction: Redaction | None = None
    stored_context: Mapping[ReplicaId, int] | None = field(default=None, compare=False)


def chain(
    before: bytes,
    fact: Fact,
    salt: bytes,
    redaction: Redaction | None = None,
    texts: Mapping[str, str] | None = None,
) -> bytes:
    """The hash of a fact: sha256 over the hash before, its header, and each field's salted hash, by name.

    Args:
        texts: the fields' canonical texts in order of their names, where they are at hand.
    """
    header = canonical(
        [
            fact.replica, fact.seq, fact.act, fact.seen, dict(fact.context), fact.stamp, fact.at, fact.wall,
            fact.actor, fact.verb, fact.entity, fact.ticket,
        ]
    )  # fmt: skip
    running = hashlib.sha256(before + header.encode())
    if redaction is None:
        known = texts or {name: canonical(fact.fields[name]) for name in sorted(fact.fields)}
        for name, text in known.items():
            running.update(name.encode() + field_hash(salt_of(salt, name), text))
        return running.digest()
    hashes = dict(redaction.hashes)
    for name, own in redaction.salts.items():
        hashes[name] = field_hash(own, canonical(fact.fields[name]))
    for name in sorted(hashes):
        running.update(name.encode() + hashes[name])
    return running.digest()


def salt_of(salt: bytes, name: str) -> bytes:
    """A field's own salt."""
    return hashlib.sha256(salt + name.encode()).digest()[:SALT_BYTES]


def field_hash(salt: bytes, text: str) -> bytes:
    """The salted hash of a field's canonical text."""
    return hashlib.sha256(salt + text.encode()).digest()


def redacted(fact: Fact, salt: bytes, redaction: Redaction | None, names: Iterable[str]) -> Redaction:
    """What is to be kept when these fields of a fact are purged; `fact` still has them."""
    gone = set(names) & set(fact.fields)
    salts = (
        {name: salt_of(salt, name) for name in fact.fields} if redaction is None else dict(redaction.salts)
    )
    hashes = {} if redaction is None else dict(redaction.hashes)
    hashes |= {name: field_hash(salts[name], canonical(fact.fields[name])) for name in gone}
    return Redaction(hashes, {name: own for name, own in salts.items() if name not in gone})


def to_line(entry: LogEntry) -> str:
    """One line of JSON, the form in which entries are sent and held."""
    fact, redaction = entry.fact, entry.redaction
    line: list[Any] = [
        fact.replica, fact.seq, fact.act, fact.seen,
        None if entry.stored_context is None else dict(entry.stored_context), fact.stamp, fact.at, fact.wall,
        fact.actor, fact.verb, fact.entity, fact.ticket, dict(fact.fields), entry.salt.hex(), entry.hash.hex(),
    ]  # fmt: skip
    if redaction is not None:
        line.append(
            [
                {name: value.hex() for name, value in redaction.hashes.items()},
                {name: value.hex() for name, value in redaction.salts.items()},
            ]
        )
    return canonical(line)


def from_line(line: str) -> LogEntry:
    """Read what `to_line` wrote; its context is still only what was stored. ValueError for anything else."""
    try:
        parts: list[Any] = json.loads(line)
        context: Mapping[ReplicaId, int] | None = parts[4]
        fact = Fact(
            replica=ReplicaId(parts[0]), seq=parts[1], act=parts[2], seen=parts[3], context=context or EMPTY,
            stamp=parts[5], at=parts[6], wall=parts[7], actor=_id(parts[8]), verb=parts[9],
            entity=EntityId(parts[10]), ticket=_id(parts[11]), fields=cast("dict[str, Any]", parts[12]),
        )  # fmt: skip
        _refuse_misshapen(fact)
        redaction = None
        if len(parts) > 15:
            hashes, salts = parts[15]
            redaction = Redaction(_bytes_of(hashes), _bytes_of(salts))
        return LogEntry(fact, bytes.fromhex(parts[13]), bytes.fromhex(parts[14]), redaction, context)
    except (TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise ValueError(f"no entry of a log: {line[:80]!r}") from error


def _id(text: str | None) -> EntityId | None:
    return None if text is None else EntityId(text)


def _bytes_of(texts: Mapping[str, str]) -> dict[str, bytes]:
    return {name: bytes.fromhex(text) for name, text in texts.items()}


def _refuse_misshapen(fact: Fact) -> None:
    """ValueError for what no version of this program has written."""
    numbers: tuple[object, ...] = (fact.seq, fact.act, fact.seen, fact.stamp, fact.at, fact.wall)
    whole = (
        all(type(number) is int and abs(number) < 1 << 63 for number in numbers) and type(fact.verb) is str
    )
    uids = [fact.replica, fact.entity, *(uid for uid in (fact.actor, fact.ticket) if uid is not None)]
    if not whole or not all(len(bytes.fromhex(uid)) == 16 for uid in uids):
        raise ValueError(f"no fact of a log: {fact.replica}:{fact.seq}")
    if not 0 <= fact.seen < fact.seq or not 1 <= fact.act <= fact.seq or type(fact.fields) is not dict:
        raise ValueError(f"no fact of a log: {fact.replica}:{fact.seq}")
