"""The desk: every use case as a verb, for window, commands, import and tests alike."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from desktop_desk.desk.letters import Letters
from desktop_desk.desk.notices import Notices
from desktop_desk.desk.outages import Outages
from desktop_desk.desk.ports import Draft, Store
from desktop_desk.desk.views import PersonView
from desktop_desk.domain.facts import EntityId, Fact


class Desk(Notices, Letters, Outages):
    """All that an agent who is logged in can do.

    Its verbs stand in chapters, each built on the one before: persons, attachments, intake, handling, talking,
    call-backs, history, reading, inbox, lists, office, agents, presence, replicas, revoking, disputes, purging, letter
    templates, mails; and on these notices, letters and outages side by side. Every write checks the actor's
    permission, is one transaction and one act, and gives back what it did. A Desk may be used from any thread.
    """

    @property
    def store(self) -> Store:
        """The store behind it, for imports and exports."""
        return self._store

    def may(self, permission: str, department: str | None = None) -> bool:
        """Whether the actor's role allows something, in a department or anywhere; to grey out what would be refused."""
        with self._store.reading():
            return self._may(self._me(), permission, EntityId(department) if department else None)

    def backup(self, target: Path) -> int:
        """Copy the desk into a new file and check the copy; gives its number of facts."""
        return self._store.backup(target)

    def take_in(self, acts: Sequence[Sequence[Draft]]) -> list[Fact]:
        """Write the acts of an import in one transaction; each stays whole, and has seen all before it."""
        with self._store.writing():
            self._require("office.settings")
            self._refuse_revoked()
            return self._store.journal.append_acts(acts, self._actor)

    def numbers(self) -> list[str]:
        """The number of every ticket, oldest first; for exports."""
        with self._store.reading():
            return self._store.tickets.numbers()

    def all_people(self) -> Iterator[PersonView]:
        """Every caller, one after the other; for exports, within a reading."""
        for uid in self._store.people.uids():
            yield self.person(uid)

    def new_entity(self) -> EntityId:
        """A new id."""
        return self._new_id.entity()
