"""Presence: who else has a ticket open, and who is writing on it. Never a lock: it stops nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop_desk.desk.agents import Agents, Passwords
from desktop_desk.desk.key_ports import KeyPairs
from desktop_desk.desk.ports import Clock, NewId, Store
from desktop_desk.domain.facts import EntityId


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where an agent is now; nothing in it can be read without the desk."""

    agent: EntityId
    ticket: EntityId
    writing: bool = False


@dataclass(frozen=True, slots=True)
class Colleague:
    """Another agent who has a ticket open; `login` and `name` are as the desk knows them."""

    login: str
    name: str
    writing: bool


class Presence(Protocol):
    """Where the windows of one desk tell each other where they are; outside the desk, and not part of its history."""

    def say(self, here: Whereabouts | None) -> None:
        """Be here from now on, or nowhere; said again every few seconds, else others forget it."""
        ...

    def others(self) -> Sequence[Whereabouts]:
        """Where the others are who said so lately; without oneself."""
        ...

    def leave(self) -> None:
        """The desk is closed."""
        ...


class Alone:
    """The presence of a desk that nobody else can have open."""

    def say(self, here: Whereabouts | None) -> None:
        """Nobody listens."""

    def others(self) -> Sequence[Whereabouts]:
        """Nobody."""
        return ()

    def leave(self) -> None:
        """Nobody notices."""


class Present(Agents):
    """Verbs that tell who is where."""

    def __init__(
        self, store: Store, clock: Clock, new_id: NewId, actor: EntityId, passwords: Passwords,
        keys: KeyPairs | None = None, presence: Presence | None = None,
    ) -> None:  # fmt: skip
        super().__init__(store, clock, new_id, actor, passwords, keys)
        self._presence: Presence = presence or Alone()

    def present(self, number: str, *, writing: bool = False) -> None:
        """Let colleagues know that the actor has this ticket open, "" for none; say it again every few seconds."""
        with self._store.reading():
            me = self._me()
            ticket = self._find(number).uid if number else None
        self._presence.say(Whereabouts(me.uid, ticket, writing) if ticket is not None else None)

    def others_at(self, number: str) -> tuple[Colleague, ...]:
        """The colleagues who have this ticket open now, those who are writing first."""
        with self._store.reading():
            me, ticket = self._me(), self._find(number).uid
            directory = self._store.directory()
        writing: dict[EntityId, bool] = {}
        for other in self._presence.others():
            if other.ticket == ticket and other.agent != me.uid:
                writing[other.agent] = writing.get(other.agent, False) or other.writing
        found = [
            Colleague(agent.login, agent.name, writing[agent.uid])
            for agent in directory.agents
            if agent.uid in writing
        ]
        return tuple(sorted(found, key=lambda other: (not other.writing, other.name.casefold(), other.login)))
