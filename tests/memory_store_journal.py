"""The journal of a store in memory: facts in a list, chained like real ones."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from desktop_desk.desk.ports import Clock, Draft, NewId, Position
from desktop_desk.domain.facts import EMPTY, UNDONE, EntityId, Fact, FactId, ReplicaId, canonical
from desktop_desk.domain.log import FIRST_HASH, chain
from desktop_desk.domain.numbers import format_number
from desktop_desk.domain.stamps import next_stamp

if TYPE_CHECKING:
    from tests.memory_store import Memory


class MemoryJournal:
    """Appends acts and reads facts."""

    def __init__(self, memory: "Memory", clock: Clock, new_id: NewId) -> None:
        self._memory = memory
        self._clock = clock
        self._new_id = new_id

    @property
    def own(self) -> ReplicaId:
        return self._memory.kept.own

    @property
    def _facts(self) -> list[Fact]:
        return self._memory.kept.facts

    def position(self) -> Position:
        logs = self._memory.kept.logs
        others = tuple((replica, log.seq) for replica, log in logs.items() if replica != self.own and log.seq)
        return Position(logs[self.own].seq, others)

    def new_number(self, ticket: EntityId) -> str:
        self._must_write()
        log = self._memory.kept.logs[self.own]
        log.counter += 1
        return format_number(log.counter, log.code)

    def highest_counter(self) -> int:
        return max(log.counter for log in self._memory.kept.logs.values())

    def append(self, drafts: Sequence[Draft], actor: EntityId | None, seen: Position | None) -> list[Fact]:
        return self.append_acts((drafts,), actor, seen)

    def append_acts(
        self, acts: Iterable[Sequence[Draft]], actor: EntityId | None, seen: Position | None = None
    ) -> list[Fact]:
        self._must_write()
        wall = self._clock()
        written: list[Fact] = []
        everything = self.position()
        for drafts in acts:
            act = self._memory.kept.logs[self.own].seq + 1
            for draft in drafts:
                shown = everything if seen is None or draft.informed else seen
                written.append(self._one(draft, act, actor, wall, shown, informed=shown is everything))
        self._memory.changed()
        return written

    def _one(
        self, draft: Draft, act: int, actor: EntityId | None, wall: int, shown: Position, *, informed: bool
    ) -> Fact:
        log = self._memory.kept.logs[self.own]
        seq = log.seq + 1
        fact = Fact(
            replica=self.own, seq=seq, act=act, seen=seq - 1 if informed else min(shown.seq, seq - 1),
            stamp=next_stamp(log.stamp, wall), at=wall if draft.at is None else draft.at, wall=wall,
            actor=draft.actor if draft.actor is not None else actor, verb=draft.verb, entity=draft.entity,
            ticket=draft.ticket, fields=json.loads(canonical(dict(draft.fields))), arrival=len(self._facts) + 1,
            context={ReplicaId(replica): last for replica, last in shown.others} or EMPTY,
        )  # fmt: skip
        salt = self._new_id.salt()
        log.seq, log.stamp, log.hash = seq, fact.stamp, chain(log.hash, fact, salt)
        self._facts.append(fact)
        self._memory.kept.salts.append(salt)
        return fact

    def own_reach(self, actor: EntityId, since: int, ticket: EntityId | None, entity: EntityId) -> int:
        for fact in self._facts:
            is_about = fact.ticket == ticket if ticket else fact.ticket is None and fact.entity == entity
            if is_about and fact.replica == self.own and fact.seq > since and fact.actor != actor:
                return max(since, fact.seq - 1)
        return max(since, self._memory.kept.logs[self.own].seq)

    def of_entity(self, entity: EntityId, ticket: EntityId | None) -> list[Fact]:
        return [fact for fact in self._facts if fact.entity == entity and fact.ticket == ticket]

    def of_ticket(self, ticket: EntityId) -> list[Fact]:
        return [fact for fact in self._facts if fact.ticket == ticket]

    def of_act(self, act: FactId) -> list[Fact]:
        return sorted((fact for fact in self._facts if fact.act_id == act), key=lambda fact: fact.seq)

    def by_actor(self, actor: EntityId, before: int | None = None, limit: int = 50) -> list[Fact]:
        first = [fact for fact in self._facts if fact.actor == actor and fact.seq == fact.act]
        return [fact for fact in reversed(first) if before is None or fact.arrival < before][:limit]

    def by_arrival(self, arrivals: Iterable[int]) -> dict[int, Fact]:
        return {number: self._facts[number - 1] for number in arrivals if 1 <= number <= len(self._facts)}

    def recent(self, after: int, limit: int) -> list[Fact]:
        return [fact for fact in self._facts if fact.arrival > after][-limit:]

    def of_verb(self, verb: str) -> list[Fact]:
        return [fact for fact in self._facts if fact.verb == verb]

    def undoing(self, act: FactId) -> tuple[FactId, ...]:
        undone = (fact for fact in self._facts if fact.verb == UNDONE)
        found = {fact.act_id for fact in undone if FactId.parse(fact.fields["act"]) == act}
        return tuple(sorted(found, key=str))

    def count(self) -> int:
        return len(self._facts)

    def digest(self) -> str:
        """One hash over what every replica wrote."""
        running = hashlib.sha256()
        for replica, log in sorted(self._memory.kept.logs.items()):
            if log.seq:
                running.update(bytes.fromhex(replica) + log.seq.to_bytes(8, "big") + log.hash)
        return running.hexdigest()

    def verify(self) -> list[str]:
        """Every log whose chain is not that of its facts."""
        problems: list[str] = []
        for replica, log in self._memory.kept.logs.items():
            running = FIRST_HASH
            own = ((fact, salt) for fact, salt in zip(self._facts, self._memory.kept.salts, strict=True))
            for seq, (fact, salt) in enumerate(((f, s) for f, s in own if f.replica == replica), 1):
                running = chain(running, fact, salt)
                if fact.seq != seq:
                    problems.append(f"{replica}: fact {seq} is missing")
            if running != log.hash:
                problems.append(f"{replica}: the log was changed")
        return problems

    def _must_write(self) -> None:
        if not self._memory.writers:
            raise RuntimeError("only within a transaction")
