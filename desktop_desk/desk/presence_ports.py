"""What presence needs from outside: where the windows of one desk tell each other where they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop_desk.domain.facts import EntityId


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where an agent is now; nothing in it can be read without the desk."""

    agent: EntityId
    ticket: EntityId
    writing: bool = False


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
