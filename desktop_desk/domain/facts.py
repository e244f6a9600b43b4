"""Facts and their fold: the one truth, from which everything that is shown is computed.

A fact says what an author set, and exactly what he had been shown when he set it. `fold` turns the facts of one
entity into its state; the result depends on the set of facts alone: not on their order, on copies of them, or on any
clock (docs/decisions/001-facts-and-fold.md).
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple, NewType, cast

ReplicaId = NewType("ReplicaId", str)
"""A replica's UUID in its 32 hexadecimal digits."""

EntityId = NewType("EntityId", str)
"""The UUID of a ticket, entry, person … in its 32 hexadecimal digits."""

_FACT_ID = re.compile(r"([0-9a-f]{32}):([0-9]{1,18})")

UNDONE = "undone"
CREATING = frozenset(
    {
        "opened", "messaged", "replied", "noted", "called", "call_back_promised", "person_added", "contact_added",
        "organisation_added", "agent_added", "department_added", "team_added", "role_added", "topic_added",
        "status_added", "calendar_added", "desk_created", "replica_added", "attached", "mailbox_added",
        "mail_received",
    }
)  # fmt: skip
"""Verbs that bring an entity into being; when all such facts of an entity are void, it is withdrawn."""

EMPTY: Mapping[Any, Any] = MappingProxyType({})


class FactId(NamedTuple):
    """Where a fact stands in its replica's own log; also names an act by the first fact of it."""

    replica: ReplicaId
    seq: int

    def __str__(self) -> str:
        return f"{self.replica}:{self.seq}"

    @classmethod
    def parse(cls, text: str) -> "FactId":
        """Read what `str` wrote; ValueError when it is no such text."""
        shape = _FACT_ID.fullmatch(text)
        if shape is None:
            raise ValueError(text)
        return cls(ReplicaId(shape[1]), int(shape[2]))


@dataclass(frozen=True, slots=True)
class Fact:
    """What one author set on one entity, in one act.

    Attributes:
        replica, seq: its place in its replica's gapless log; together its name.
        act: the first seq of the same user action.
        seen: how far the author's own log reached when he read what he changed; always < seq.
        context: of other replicas, the last seq that was in what he read.
        stamp: hybrid logical time (domain.stamps); breaks ties, never decides what is a conflict.
        at: when it happened, ms since the epoch; wall: the device's clock then.
        actor: the agent, or None for the desk itself.
        fields: names to JSON values, without floats.
        arrival: the place in this desk's own journal; no part of the fact's identity.
    """

    replica: ReplicaId
    seq: int
    act: int
    seen: int
    stamp: int
    at: int
    wall: int
    actor: EntityId | None
    verb: str
    entity: EntityId
    ticket: EntityId | None
    fields: Mapping[str, Any]
    context: Mapping[ReplicaId, int] = field(default_factory=lambda: EMPTY)
    arrival: int = field(default=0, compare=False)

    @property
    def id(self) -> FactId:
        """Its name: replica and seq."""
        return FactId(self.replica, self.seq)

    @property
    def act_id(self) -> FactId:
        """The name of the act it belongs to."""
        return FactId(self.replica, self.act)

    @property
    def rank(self) -> tuple[int, str, int]:
        """The order among rivals: the highest is shown."""
        return (self.stamp, self.replica, self.seq)

    def shown(self, replica: ReplicaId) -> int:
        """How far into that replica's log its author had been shown."""
        return self.seen if replica == self.replica else self.context.get(replica, 0)

    def covers(self, other: "Fact") -> bool:
        """Whether its author had been shown the other fact."""
        return self.shown(other.replica) >= other.seq


@dataclass(frozen=True, slots=True)
class State:
    """What the facts of one entity come to.

    Attributes:
        fields: each field's value as shown.
        heads: of each field, the fact whose value is shown.
        rivals: only of fields in conflict: the other heads, highest first.
        facts: the facts that count, in order of time; without void ones and `undone` ones.
        numbers: every number ever given to it, also by facts that are void now.
        withdrawn: created, but every creating fact is void; `withdrawn_by` are the `undone` facts that did it.
        late: facts that came upon it after it was withdrawn.
    """

    fields: Mapping[str, Any]
    heads: Mapping[str, Fact]
    rivals: Mapping[str, tuple[Fact, ...]]
    facts: tuple[Fact, ...]
    numbers: tuple[str, ...]
    created: bool
    withdrawn: bool
    withdrawn_by: tuple[Fact, ...]
    late: tuple[Fact, ...]
    void: frozenset[FactId]

    def get(self, name: str, default: Any = None) -> Any:
        """The shown value of a field."""
        return self.fields.get(name, default)


# Made once: json.dumps makes an encoder for every call, which costs more than a short text's encoding.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def canonical(value: object) -> str:
    """The one JSON text of a value: keys sorted, no spaces; ValueError for floats, which have no one text."""
    if _has_float(value):
        raise ValueError(f"a float has no canonical text: {value!r}")
    return _encode(value)


_PLAIN = frozenset({str, int, bool, type(None)})


def _has_float(value: object) -> bool:
    if type(value) in _PLAIN:
        return False
    if isinstance(value, dict):
        return any(map(_has_float, cast("dict[str, object]", value).values()))
    if isinstance(value, (list, tuple)):
        return any(map(_has_float, cast("list[object]", value)))
    return isinstance(value, float)


def in_time(fact: Fact) -> tuple[int, int, str, int]:
    """The order of timelines: by when it happened, then as rivals are ordered."""
    return (fact.at, fact.stamp, fact.replica, fact.seq)


def void_acts(facts: Iterable[Fact]) -> frozenset[FactId]:
    """The acts that at least one non-void `undone` fact names.

    An `undone` fact counts only when its author had been shown the act, so that no chain of them can be a circle.
    """
    undoing: dict[FactId, set[FactId]] = {}
    for fact in facts:
        if fact.verb == UNDONE:
            named = FactId.parse(fact.fields["act"])
            if fact.shown(named.replica) >= named.seq:
                undoing.setdefault(named, set()).add(fact.act_id)
    known: dict[FactId, bool] = {}

    def is_void(act: FactId, path: frozenset[FactId]) -> bool:
        if act not in known:
            deeper = path | {act}
            known[act] = any(
                undo not in deeper and not is_void(undo, deeper) for undo in sorted(undoing.get(act, ()))
            )
        return known[act]

    # In one order, so that even forged undos that name each other in a circle come to the same everywhere.
    return frozenset(act for act in sorted(undoing) if is_void(act, frozenset()))


def heads_of(setters: list[Fact]) -> list[Fact]:
    """Of non-void facts that set one field, those not covered by another of them, highest rank first."""
    if len(setters) == 1:
        return setters
    replicas = {fact.replica for fact in setters}
    reach = {replica: max(fact.shown(replica) for fact in setters) for replica in replicas}
    heads = [fact for fact in setters if fact.seq > reach[fact.replica]]
    # Only forged facts can cover each other in a circle; they must not stop the desk from opening.
    heads = heads or list(setters)
    heads.sort(key=lambda fact: fact.rank, reverse=True)
    return heads


def fold(facts: Iterable[Fact]) -> State:
    """The state that the facts of one entity come to; any order, any number of copies."""
    once = {(fact.replica, fact.seq): fact for fact in facts}
    ordered = sorted(once.values(), key=in_time)
    void = void_acts(ordered) if any(fact.verb == UNDONE for fact in ordered) else frozenset[FactId]()
    live = [fact for fact in ordered if fact.verb != UNDONE and (fact.replica, fact.act) not in void]
    setters: dict[str, list[Fact]] = {}
    for fact in live:
        for name in fact.fields:
            setters.setdefault(name, []).append(fact)
    values: dict[str, Any] = {}
    heads: dict[str, Fact] = {}
    rivals: dict[str, tuple[Fact, ...]] = {}
    for name, candidates in setters.items():
        top = heads_of(candidates)
        heads[name] = top[0]
        values[name] = top[0].fields[name]
        if len(top) > 1:
            shown = canonical(values[name])
            others = tuple(fact for fact in top[1:] if canonical(fact.fields[name]) != shown)
            if others:
                rivals[name] = others
    return State(values, heads, rivals, tuple(live), *_existence(ordered, live, void), void=void)


def standing(facts: Iterable[Fact]) -> State:
    """The fold of an entity; of a withdrawn one what it was before, so that whatever names it can still say so."""
    known = list(facts)
    state = fold(known)
    if not state.withdrawn:
        return state
    before = fold(fact for fact in known if fact.verb != UNDONE)
    return replace(before, withdrawn=True, withdrawn_by=state.withdrawn_by, late=state.late, void=state.void)


def _existence(
    ordered: list[Fact], live: list[Fact], void: frozenset[FactId]
) -> tuple[tuple[str, ...], bool, bool, tuple[Fact, ...], tuple[Fact, ...]]:
    """Numbers, created, withdrawn, by which facts, and what came later."""
    numbers = tuple(dict.fromkeys(fact.fields["number"] for fact in ordered if "number" in fact.fields))
    creating = [fact for fact in ordered if fact.verb in CREATING]
    withdrawn = bool(creating) and all((fact.replica, fact.act) in void for fact in creating)
    if not withdrawn:
        return numbers, bool(creating), False, (), ()
    acts = {(fact.replica, fact.act) for fact in creating}
    by = tuple(
        fact
        for fact in ordered
        if fact.verb == UNDONE
        and FactId.parse(fact.fields["act"]) in acts
        and (fact.replica, fact.act) not in void
    )
    return numbers, True, True, by, tuple(live)


def as_of(facts: Iterable[Fact], moment: int) -> list[Fact]:
    """The facts that had happened by a moment, ms since the epoch; fold them to see an entity as it was."""
    return [fact for fact in facts if fact.at <= moment]
