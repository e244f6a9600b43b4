"""What the desk does by itself, where no agent acts: it takes in mails and requests."""

from collections.abc import Sequence
from dataclasses import replace

from desktop_desk.desk.attachments import Measured
from desktop_desk.desk.directory import NOTHING, Agent
from desktop_desk.desk.ports import Clock, Draft, NewId, Store
from desktop_desk.desk.reading import Reading
from desktop_desk.domain.facts import EntityId
from desktop_desk.domain.named import from_outside

NOBODY = Agent(0, NOTHING, "", "")
"""Whom a ticket is routed for that nobody logged."""


class Unattended(Reading):
    """Verbs without an agent; those of agents that they are built on refuse, since nobody is logged in here."""

    def __init__(self, store: Store, clock: Clock, new_id: NewId) -> None:
        super().__init__(store, clock, new_id, NOTHING)

    def _with_entry(
        self, files: Sequence[Measured], ticket: EntityId, entry: EntityId, at: int | None = None
    ) -> list[Draft]:
        """The files' facts under ids of their own entry: a repeated act, and one on another copy, is the same."""
        drafts = self._filed(files, ticket, entry, at)
        return [
            replace(draft, entity=from_outside(entry, "file", str(place)))
            for place, draft in enumerate(drafts)
        ]
