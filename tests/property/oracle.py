"""What every fact's author had been shown, remembered as whole sets: heads and conflicts without vectors or clocks.

Shares no code with the journal and the fold. A fact is known by its name alone, and who covers whom is asked of the
set that was noted when the fact was written.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Name = tuple[str, int]
"""A fact's name: its replica and its place in that log."""


@dataclass(frozen=True)
class Noted:
    """A fact with all that its author had been shown."""

    name: Name
    act: Name
    entity: str
    ticket: str | None
    verb: str
    fields: Mapping[str, Any]
    wall: int
    rank: tuple[int, str, int]
    shown: frozenset[Name]


@dataclass(frozen=True)
class Value:
    """What a field comes to: who set what is shown, and who set something else without having been shown it."""

    shown: Name
    rivals: frozenset[Name]
    heads: frozenset[Name]


@dataclass
class Oracle:
    """Remembers everything that was acknowledged."""

    facts: dict[Name, Noted] = field(default_factory=dict)

    def note(self, fact: Noted) -> None:
        """Remember a fact that was acknowledged."""
        if fact.name in self.facts:
            raise AssertionError(f"{fact.name} was written twice")
        self.facts[fact.name] = fact

    def forget(self, names: Iterable[Name]) -> None:
        """Facts that were on no other disk than the one that is gone."""
        for name in names:
            self.facts.pop(name, None)

    def void(self, known: Collection[Name]) -> set[Name]:
        """The acts that stand undone among the facts known."""
        undos: dict[Name, set[Name]] = {}
        for name in known:
            fact = self.facts.get(name)
            if fact is not None and fact.verb == "undone":
                replica, _colon, seq = fact.fields["act"].partition(":")
                undos.setdefault((replica, int(seq)), set()).add(fact.act)
        found: dict[Name, bool] = {}

        def is_void(act: Name) -> bool:
            if act not in found:
                found[act] = False
                found[act] = any(not is_void(undo) for undo in undos.get(act, ()))
            return found[act]

        return {act for act in undos if is_void(act)}

    def values(self, entity: str, known: Collection[Name]) -> dict[str, Value]:
        """What every field of an entity comes to among the facts known: the causally maximal setters."""
        void = self.void(known)
        setters: dict[str, list[Noted]] = {}
        for name in known:
            fact = self.facts.get(name)
            if fact is None or fact.entity != entity or fact.verb == "undone" or fact.act in void:
                continue
            for title in fact.fields:
                setters.setdefault(title, []).append(fact)
        return {title: _maximal(title, group) for title, group in setters.items()}

    def standing(self, entity: str, known: Collection[Name]) -> list[Name]:
        """The facts of an entity that count, each once."""
        void = self.void(known)
        own = (fact for name in known if (fact := self.facts.get(name)) is not None and fact.entity == entity)
        return sorted(fact.name for fact in own if fact.verb != "undone" and fact.act not in void)

    def last_writer_wins(self, entity: str, title: str, known: Collection[Name]) -> Name | None:
        """Who would be shown if the latest clock won, as in systems without causality."""
        void = self.void(known)
        own = [
            fact
            for name in known
            if (fact := self.facts.get(name)) is not None and fact.entity == entity and title in fact.fields
            and fact.verb != "undone" and fact.act not in void
        ]  # fmt: skip
        return max(own, key=lambda fact: (fact.wall, fact.name)).name if own else None


def _maximal(title: str, setters: list[Noted]) -> Value:
    heads = [one for one in setters if not any(one.name in other.shown for other in setters)]
    top = max(heads, key=lambda one: one.rank)
    text = json.dumps(top.fields[title], sort_keys=True)
    rivals = frozenset(one.name for one in heads if json.dumps(one.fields[title], sort_keys=True) != text)
    return Value(top.name, rivals, frozenset(one.name for one in heads))
