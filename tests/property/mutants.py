"""Mutants of the merge rule: each is a mistake somebody could make, and must be found by the oracle."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import PropertyMock, patch

from desktop_desk.desk.ports import Position
from desktop_desk.domain import facts as merge_rule
from desktop_desk.domain.facts import EMPTY, Fact, ReplicaId, State, heads_of
from desktop_desk.storage.journal import Journal

real_fold, real_shown = merge_rule.fold, Fact.shown


def _lowest_wins(setters: list[Fact]) -> list[Fact]:
    return heads_of(setters)[::-1]


def _latest_clock_wins(setters: list[Fact]) -> list[Fact]:
    return [max(setters, key=lambda fact: (fact.wall, fact.replica, fact.seq))]


def _all_own_seen(fact: Fact, replica: ReplicaId) -> int:
    return fact.seq - 1 if replica == fact.replica else real_shown(fact, replica)


def _nothing_own_seen(fact: Fact, replica: ReplicaId) -> int:
    return 0 if replica == fact.replica else real_shown(fact, replica)


def _no_context(fact: Fact, replica: ReplicaId) -> int:
    return real_shown(fact, replica) if replica == fact.replica else 0


def _everything_in_context(fact: Fact, replica: ReplicaId) -> int:
    return real_shown(fact, replica) if replica == fact.replica else 1 << 40


def _one_too_few(fact: Fact, replica: ReplicaId) -> int:
    return real_shown(fact, replica) - (replica != fact.replica)


def _with_copies(facts: Iterable[Fact]) -> State:
    """A fold that counts copies."""
    known = list(facts)
    state = real_fold(known)
    again = [fact for fact in known if known.count(fact) > 1]
    return State(
        state.fields, state.heads, state.rivals, (*state.facts, *again), state.numbers, state.created,
        state.withdrawn, state.withdrawn_by, state.late, state.void,
    )  # fmt: skip


def _own_reach_is_everything(journal: Journal, *_asked: Any) -> int:
    return journal.position().seq


def _no_others(_shown: Position) -> Mapping[ReplicaId, int]:
    return EMPTY


def _rank(name: str) -> AbstractContextManager[Any]:
    return patch.object(Fact, "rank", property(lambda fact: (getattr(fact, name), fact.replica, fact.seq)))


IN_THE_FOLD: Mapping[str, Callable[[], AbstractContextManager[Any]]] = {
    "tie-break: the lowest wins": lambda: patch.object(merge_rule, "heads_of", _lowest_wins),
    "tie-break: the place in the log wins": lambda: _rank("seq"),
    "tie-break: the device's clock wins": lambda: patch.object(merge_rule, "heads_of", _latest_clock_wins),
    "seen: all of the own log": lambda: patch.object(Fact, "shown", _all_own_seen),
    "seen: nothing of the own log": lambda: patch.object(Fact, "shown", _nothing_own_seen),
    "context: left out": lambda: patch.object(Fact, "shown", _no_context),
    "context: everything": lambda: patch.object(Fact, "shown", _everything_in_context),
    "context: one too few": lambda: patch.object(Fact, "shown", _one_too_few),
    "de-duplication: copies count": lambda: patch("tests.property.witness.fold", _with_copies),
    "undo: nothing is void": lambda: patch.object(merge_rule, "void_acts", return_value=frozenset()),
}
"""Mistakes in reading: a history that was played in order is read with them."""

IN_THE_JOURNAL: Mapping[str, Callable[[], AbstractContextManager[Any]]] = {
    "seen: a form has seen what came since": lambda: patch.object(
        Journal, "own_reach", _own_reach_is_everything
    ),
    "context: not written": lambda: patch("desktop_desk.storage.journal.context_of", _no_others),
    "seen: forms are forgotten": lambda: patch.object(
        Position, "seq", PropertyMock(return_value=1 << 40), create=True
    ),
}
"""Mistakes in writing: a history is played with them."""
