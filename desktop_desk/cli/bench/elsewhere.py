"""Replicas elsewhere, played: they write true logs, chained as a desk chains its own, without a desk of their own."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from desktop_desk.desk.exchange_ports import Hub, LogPort
from desktop_desk.domain.facts import EntityId, Fact, FactId, ReplicaId
from desktop_desk.domain.log import FIRST_HASH, SALT_BYTES, LogEntry, chain
from desktop_desk.sync.compaction import FULL
from desktop_desk.sync.segments import MARK_DIGITS, WRITER_DIGITS, SegmentName, encode
from desktop_desk.sync.snapshots import lay_snapshot

Words = tuple[str, EntityId, EntityId, Mapping[str, object]]
"""What a fact says: verb, entity, ticket, fields."""


class Elsewhere:
    """One replica elsewhere.

    Args:
        known: how far it knows the logs of others, now and for good.
        actor: the agent who writes there.
    """

    def __init__(self, known: Mapping[ReplicaId, int], actor: EntityId, stamp: int, wall: int) -> None:
        self.uid = ReplicaId(secrets.token_hex(16))
        self._known = dict(known)
        self._actor = actor
        self._stamp = stamp
        self._wall = wall
        self._last = 0
        self._hash = FIRST_HASH

    def writes(self, acts: Iterable[Sequence[Words]]) -> list[LogEntry]:
        """The entries of its next acts."""
        entries: list[LogEntry] = []
        for act in acts:
            first = self._last + 1
            for verb, entity, ticket, fields in act:
                self._last += 1
                self._stamp += 1
                fact = Fact(
                    replica=self.uid, seq=self._last, act=first, seen=self._last - 1, stamp=self._stamp,
                    at=self._wall, wall=self._wall, actor=self._actor, verb=verb, entity=entity, ticket=ticket,
                    fields=fields, context=self._known,
                )  # fmt: skip
                salt = secrets.token_bytes(SALT_BYTES)
                self._hash = chain(self._hash, fact, salt)
                context = self._known if self._last == 1 else None
                entries.append(LogEntry(fact, salt, self._hash, stored_context=context))
        return entries

    def notes(self, tickets: Sequence[EntityId], text: str) -> list[LogEntry]:
        """On each of these tickets a note and another priority, an act each."""
        return self.writes(
            act
            for ticket in tickets
            for act in (
                [("noted", EntityId(secrets.token_hex(16)), ticket, {"text": text})],
                [("prioritised", ticket, ticket, {"priority": secrets.choice("ABCD")})],
            )
        )

    def tickets(self, like: Sequence[Sequence[Fact]], facts: int) -> list[LogEntry]:
        """About so many facts: new tickets of its own, each with a thread like one of these."""
        entries: list[LogEntry] = []
        while len(entries) < facts:
            entries.extend(self.writes([self._anew(secrets.choice(like))]))
        return entries

    def _anew(self, thread: Sequence[Fact]) -> list[Words]:
        """What a thread says, of a new ticket."""
        ids: dict[EntityId, EntityId] = {}
        words: list[Words] = []
        for fact in thread:
            entity, ticket = (
                ids.setdefault(EntityId(str(uid)), EntityId(secrets.token_hex(16)))
                for uid in (fact.entity, fact.ticket)
            )
            fields = dict(fact.fields)
            if "number" in fields and fact.verb == "opened":
                fields["number"] = f"{self.uid[:3].upper()}-{self._last + len(words) + 1}"
            words.append((fact.verb, entity, ticket, fields))
        return words


def lay(hub: Hub, desk: str, entries: Sequence[LogEntry], facts: int = 1 << 60) -> None:
    """Lay a replica's next entries at the hub as it would itself: in segments of about so many facts, whole acts."""
    part: list[LogEntry] = []
    for entry in entries:
        if len(part) >= facts and entry.fact.act != part[-1].fact.act:
            _lay_one(hub, desk, part)
            part = []
        part.append(entry)
    _lay_one(hub, desk, part)


def _lay_one(hub: Hub, desk: str, entries: Sequence[LogEntry]) -> None:
    plain = [replace(entry, fact=replace(entry.fact, arrival=0)) for entry in entries]
    name = SegmentName.of(plain, plain[0].fact.replica)
    hub.write("segments", str(name), encode(desk, name, plain, None))


def stand_in(hub: Hub, log: LogPort, now: int, folder: Path | None) -> None:
    """Let the hub seem to have all that a desk knows: segments as they would be named, and empty; nobody reads them.

    Args:
        folder: for an empty snapshot as well, so that none is due; None: none.
    """
    for origin, last in log.vector().items():
        first = 1
        while first <= last:
            until = min(first + FULL - 1, last)
            known = log.hash_at(FactId(origin, until))
            mark = (known or b"").hex()[:MARK_DIGITS]
            hub.write("segments", str(SegmentName(origin, first, until, mark, origin[-WRITER_DIGITS:])), b"")
            first = until + 1
    if folder is not None:
        empty = folder / "empty"
        empty.touch()
        lay_snapshot(hub, log.own, now, empty, log.vector())
