"""The fold against an oracle that remembers, for every fact, the whole set of facts its author had been shown.

Several replicas write, some from forms that were opened long ago; they undo and redo, and hand each other whole logs
or parts of them. The oracle knows neither `seen` nor `context`, and shares no code with domain.facts.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_desk.domain.facts import EntityId, Fact, FactId, ReplicaId, State, fold

ENTITY = EntityId("e" * 32)
FIELDS = ("subject", "priority", "agent")
VALUES = ("a", "b", 1, True, 0, False, None, "")
REPLICAS = 4
MORE = settings(max_examples=3 * settings().max_examples)
"""The fold is quick: it gets more examples than what opens files. (The profile is loaded before this module is.)"""

Shown = frozenset[FactId]


@dataclass
class Replica:
    """A desk of its own: which facts it has of whom, and the forms that are open at it."""

    name: ReplicaId
    has: dict[ReplicaId, int] = field(default_factory=dict)
    forms: list[dict[ReplicaId, int]] = field(default_factory=list)


class World:
    """Everything that was ever written, and what each author had been shown when he wrote it."""

    def __init__(self) -> None:
        self.replicas = [Replica(ReplicaId(f"{n:032x}")) for n in range(1, REPLICAS + 1)]
        self.logs: dict[ReplicaId, list[Fact]] = {replica.name: [] for replica in self.replicas}
        self.shown: dict[FactId, Shown] = {}

    def facts_of(self, replica: Replica) -> list[Fact]:
        return [fact for name, log in self.logs.items() for fact in log[: replica.has.get(name, 0)]]

    def write(
        self,
        replica: Replica,
        drafts: list[tuple[str, dict[str, Any]]],
        form: dict[ReplicaId, int],
        stamp: int,
    ) -> None:
        """One act of one or several facts, by somebody who looks at a form that was read at some earlier state."""
        log = self.logs[replica.name]
        act = len(log) + 1
        known = frozenset(FactId(name, seq) for name, last in form.items() for seq in range(1, last + 1))
        for verb, fields in drafts:
            seq = len(log) + 1
            log.append(
                Fact(
                    replica=replica.name, seq=seq, act=act, seen=form.get(replica.name, 0), stamp=stamp,
                    at=stamp, wall=stamp, actor=None, verb=verb, entity=ENTITY, ticket=ENTITY, fields=fields,
                    context={name: last for name, last in form.items() if name != replica.name},
                )
            )  # fmt: skip
            self.shown[FactId(replica.name, seq)] = known
        replica.has[replica.name] = len(log)

    def deliver(self, source: Replica, target: Replica, share: float) -> None:
        """Hand over some of what one has to another: of each log a part from its beginning, torn anywhere."""
        for name, last in source.has.items():
            upto = round(last * share)
            target.has[name] = max(target.has.get(name, 0), upto)


class Oracle:
    """What a set of facts must come to, from the remembered sets alone."""

    def __init__(self, world: World, facts: Iterable[Fact]) -> None:
        self.shown = world.shown
        self.facts = list(facts)

    def is_void(self, replica: ReplicaId, act: int) -> bool:
        return any(
            not self.is_void(undo.replica, undo.act)
            for undo in self.facts
            if undo.verb == "undone"
            and undo.fields["act"] == f"{replica}:{act}"
            and FactId(replica, act) in self.shown[undo.id]
        )

    def setters(self, name: str) -> list[Fact]:
        return [
            fact
            for fact in self.facts
            if name in fact.fields and fact.verb != "undone" and not self.is_void(fact.replica, fact.act)
        ]

    def heads(self, name: str) -> list[Fact]:
        """Highest first."""
        setters = self.setters(name)
        heads = [fact for fact in setters if all(fact.id not in self.shown[other.id] for other in setters)]
        return sorted(heads, key=lambda fact: (fact.stamp, fact.replica, fact.seq), reverse=True)

    def expect(self, state: State) -> None:
        named = {name for fact in self.facts for name in fact.fields} - {"act"}
        for name in named:
            heads = self.heads(name)
            if not heads:
                assert name not in state.fields
                continue
            assert state.heads[name].id == heads[0].id
            # True and 1 are one value to Python and two to a reader.
            assert repr(state.fields[name]) == repr(heads[0].fields[name])
            rivals = [fact.id for fact in heads[1:] if repr(fact.fields[name]) != repr(heads[0].fields[name])]
            assert [fact.id for fact in state.rivals.get(name, ())] == rivals
        creating = [fact for fact in self.facts if fact.verb == "opened"]
        assert state.created == bool(creating)
        gone = [self.is_void(fact.replica, fact.act) for fact in creating]
        assert state.withdrawn == (bool(gone) and all(gone))
        assert set(state.numbers) == {fact.fields["number"] for fact in creating}


who = st.integers(0, REPLICAS - 1)
stamps = st.integers(0, 5)
changes = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(VALUES), min_size=1, max_size=2)
steps = st.one_of(
    st.tuples(st.just("open"), who),
    st.tuples(st.just("edit"), who, st.lists(changes, min_size=1, max_size=2), st.integers(0, 3), stamps),
    st.tuples(st.just("edit"), who, st.lists(changes, min_size=1, max_size=1), st.just(0), stamps),
    st.tuples(st.just("undo"), who, st.integers(0, 50), stamps),
    st.tuples(st.just("redo"), who, st.integers(0, 50), stamps),
    st.tuples(st.just("deliver"), who, who, st.sampled_from((1.0, 1.0, 0.5))),
)
histories = st.lists(steps, min_size=1, max_size=40)


def play(history: list[tuple[Any, ...]]) -> Iterable[tuple[World, Replica]]:
    """Play a history; gives the world after each step, and the replica where something happened."""
    world = World()
    first = world.replicas[0]
    world.write(first, [("opened", {"number": "1001-9", "subject": "x"})], {}, 0)
    for other in world.replicas[1:]:
        world.deliver(first, other, 1.0)
    for step, *given_ in history:
        replica = world.replicas[given_[0]]
        match step:
            case "open":
                replica.forms.append(dict(replica.has))
            case "edit":
                _who, fields, age, stamp = given_
                form = replica.forms[-age] if 0 < age <= len(replica.forms) else dict(replica.has)
                world.write(replica, [("edited", part) for part in fields], form, stamp)
            case "undo" | "redo":
                _who, pick, stamp = given_
                _take_back(world, replica, pick, stamp, redo=step == "redo")
            case _:
                replica = world.replicas[given_[1]]
                world.deliver(world.replicas[given_[0]], replica, given_[2])
        yield world, replica


def _take_back(world: World, replica: Replica, pick: int, stamp: int, *, redo: bool) -> None:
    """Undo one of the acts that are known here, or do it again by undoing each undo of it that stands."""
    facts = world.facts_of(replica)
    acts = sorted({fact.act_id for fact in facts if fact.verb != "undone"})
    if not acts:
        return
    chosen = acts[pick % len(acts)]
    named = [chosen]
    if redo:
        oracle = Oracle(world, facts)
        undos = {f.act_id for f in facts if f.verb == "undone" and f.fields["act"] == str(chosen)}
        named = sorted(undo for undo in undos if not oracle.is_void(*undo))
    if named:
        drafts = [("undone", {"act": str(act)}) for act in named]
        world.write(replica, drafts, dict(replica.has), stamp)


@MORE
@given(histories)
def test_heads_are_those_of_an_oracle_that_remembers_what_each_author_was_shown(history: list[Any]) -> None:
    for world, replica in play(history):
        facts = world.facts_of(replica)
        Oracle(world, facts).expect(fold(facts))


@MORE
@given(histories, st.randoms(use_true_random=False))
def test_the_fold_depends_neither_on_order_nor_on_copies(history: list[Any], chance: random.Random) -> None:
    *_before, (world, replica) = play(history)
    facts = world.facts_of(replica)
    before = fold(facts)
    mixed = facts + chance.choices(facts, k=5)
    chance.shuffle(mixed)
    assert fold(mixed) == before


@MORE
@given(histories)
def test_replicas_that_have_handed_each_other_everything_show_the_same(history: list[Any]) -> None:
    *_before, (world, _replica) = play(history)
    for _round in range(2):
        for source in world.replicas:
            for target in world.replicas:
                world.deliver(source, target, 1.0)
    states = [fold(world.facts_of(replica)) for replica in world.replicas]
    assert all(state == states[0] for state in states)


@MORE
@given(histories, st.integers(0, 50))
def test_undo_then_redo_is_identity(history: list[Any], pick: int) -> None:
    *_before, (world, replica) = play(history)
    before = fold(world.facts_of(replica))
    live = [fact.act_id for fact in before.facts]
    if not live:
        return
    chosen = live[pick % len(live)]
    undo = len(world.logs[replica.name]) + 1
    world.write(replica, [("undone", {"act": str(chosen)})], dict(replica.has), 9)
    between = fold(world.facts_of(replica))
    assert chosen in between.void
    world.write(replica, [("undone", {"act": f"{replica.name}:{undo}"})], dict(replica.has), 9)
    after = fold(world.facts_of(replica))
    assert (after.fields, after.heads, after.rivals) == (before.fields, before.heads, before.rivals)
    assert after.facts == before.facts


@MORE
@given(histories, st.sampled_from(FIELDS), st.sampled_from(VALUES))
def test_a_write_by_somebody_who_was_shown_everything_settles_the_field(
    history: list[Any], name: str, value: Any
) -> None:
    *_before, (world, replica) = play(history)
    world.write(replica, [("settled", {name: value})], dict(replica.has), 0)
    state = fold(world.facts_of(replica))
    assert repr(state.fields[name]) == repr(value)
    assert name not in state.rivals


@MORE
@given(histories, st.sampled_from(FIELDS), st.sampled_from(VALUES))
def test_undo_of_a_settlement_brings_the_rivals_back(history: list[Any], name: str, value: Any) -> None:
    *_before, (world, replica) = play(history)
    before = fold(world.facts_of(replica))
    settlement = len(world.logs[replica.name]) + 1
    world.write(replica, [("settled", {name: value})], dict(replica.has), 9)
    world.write(replica, [("undone", {"act": f"{replica.name}:{settlement}"})], dict(replica.has), 9)
    after = fold(world.facts_of(replica))
    assert after.rivals == before.rivals
    assert after.fields == before.fields


@MORE
@given(histories, st.sampled_from(FIELDS))
def test_undo_after_a_later_edit_keeps_the_later_edit(history: list[Any], name: str) -> None:
    *_before, (world, replica) = play(history)
    early = len(world.logs[replica.name]) + 1
    world.write(replica, [("edited", {name: "early"})], dict(replica.has), 9)
    world.write(replica, [("edited", {name: "later"})], dict(replica.has), 1)
    world.write(replica, [("undone", {"act": f"{replica.name}:{early}"})], dict(replica.has), 9)
    state = fold(world.facts_of(replica))
    assert state.fields[name] == "later"
    assert name not in state.rivals
