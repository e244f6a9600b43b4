"""The projection of attachments: which file belongs to which ticket, and with which entry it came."""

from collections.abc import Iterable, Mapping
from typing import Any

from desktop_desk.domain.attachments import attached
from desktop_desk.domain.facts import UNDONE, EntityId, Fact, State
from desktop_desk.storage.database import Database
from desktop_desk.storage.journal import Journal
from desktop_desk.storage.meta import keep, kept
from desktop_desk.storage.tables import AttachmentRow
from desktop_desk.storage.upserts import upsert

_WRITE = upsert(AttachmentRow)

AT_HUBS, GONE = "note:chunks ", "note:purged chunks "
"""The notes of what was laid at each hub, and of the purged files that are to be taken away there."""


class AttachmentRows:
    """Writes what the facts of one attachment come to."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._db = database
        self._journal = journal

    def bring(self, arrival: int, entity: EntityId, ticket: int, fact: Fact, state: State) -> None:
        """Write an attachment's row from the fact that made it; no row for one whose file was purged."""
        self.write(arrival, entity, ticket, fact, fact.fields, void=state.withdrawn)

    def write(
        self,
        arrival: int,
        entity: EntityId,
        ticket: int,
        fact: Fact,
        fields: Mapping[str, Any],
        *,
        void: bool,
    ) -> None:
        """Write a file's row from what these fields say of it, as of a fact; no row where they name none."""
        file = attached(fields)
        if file is None:
            self._forget(arrival)
            return
        self._lay_again(file.sha)
        entry = self._entry(fact, file.entry)
        replica = self._db.value("SELECT id FROM replica WHERE uid = ?", (bytes.fromhex(fact.replica),))
        actor = 0 if fact.actor is None else self._journal.term(fact.actor)
        row = (
            arrival, bytes.fromhex(entity), ticket, entry, file.name, file.mime, file.size, bytes.fromhex(file.sha),
            replica, fact.at, actor, int(void),
        )  # fmt: skip
        self._db.run(_WRITE, row)

    def _forget(self, arrival: int) -> None:
        """Remove a row, and note for each hub that the file which nobody names any more is to go from there too."""
        sha = self._db.value("SELECT sha FROM attachment WHERE id = ?", (arrival,))
        if sha is None:
            return
        self._db.run("DELETE FROM attachment WHERE id = ?", (arrival,))
        if self._db.row("SELECT 1 FROM attachment WHERE sha = ? LIMIT 1", (bytes(sha),)) is not None:
            return
        for key, _value in self._notes(AT_HUBS):
            gone = key.replace(AT_HUBS, GONE, 1)
            self._keep(gone, {*kept(self._db, gone).split(), bytes(sha).hex()})

    def _lay_again(self, sha: str) -> None:
        """Take a file off these notes: somebody attached the same bytes anew."""
        for key, value in self._notes(GONE):
            if sha in value:
                self._keep(key, {one for one in value.split() if one != sha})

    def _notes(self, beginning: str) -> list[tuple[str, str]]:
        sql = f"SELECT key, value FROM meta WHERE SUBSTR(key, 1, {len(beginning)}) = ?"
        return [(str(key), str(value)) for key, value in self._db.rows(sql, (beginning,))]

    def _keep(self, key: str, shas: Iterable[str]) -> None:
        keep(self._db, key, " ".join(sorted(shas)))

    def _entry(self, fact: Fact, entry: str) -> int:
        """The local number of the entry that it came with, which is in the same act; 0 for none."""
        act = self._journal.of_act(fact.act_id) if entry else []
        found = (other.arrival for other in act if other.entity == entry and other.verb != UNDONE)
        return next(found, 0)
