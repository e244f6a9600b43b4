"""Presence: who else has a ticket open, and who is writing on it. Never a lock: it stops nobody."""

from dataclasses import dataclass

from desktop_desk.desk.agents import Agents
from desktop_desk.desk.key_ports import KeyPairs
from desktop_desk.desk.passwords import Passwords
from desktop_desk.desk.ports import Clock, NewId, Store
from desktop_desk.desk.presence_ports import Alone, Presence, Whereabouts
from desktop_desk.domain.facts import EntityId


@dataclass(frozen=True, slots=True)
class Colleague:
    """Another agent who has a ticket open; `login` and `name` are as the desk knows them."""

    login: str
    name: str
    writing: bool


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
