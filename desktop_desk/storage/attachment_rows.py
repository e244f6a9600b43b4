"""The projection of attachments: which file belongs to which ticket, and with which entry it came."""

from collections.abc import Mapping
from typing import Any

from desktop_desk.domain.attachments import attached
from desktop_desk.domain.facts import UNDONE, EntityId, Fact, State
from desktop_desk.storage.database import Database
from desktop_desk.storage.journal import Journal

_COLUMNS = ("id", "uid", "ticket", "entry", "name", "mime", "size", "sha", "replica", "at", "actor", "void")
_WRITE = (
    f"INSERT INTO attachment ({','.join(_COLUMNS)}) VALUES ({','.join('?' * len(_COLUMNS))})"
    f" ON CONFLICT (id) DO UPDATE SET {','.join(f'{name} = excluded.{name}' for name in _COLUMNS[1:])}"
)


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
            self._db.run("DELETE FROM attachment WHERE id = ?", (arrival,))
            return
        entry = self._entry(fact, file.entry)
        replica = self._db.value("SELECT id FROM replica WHERE uid = ?", (bytes.fromhex(fact.replica),))
        actor = 0 if fact.actor is None else self._journal.term(fact.actor)
        row = (
            arrival, bytes.fromhex(entity), ticket, entry, file.name, file.mime, file.size, bytes.fromhex(file.sha),
            replica, fact.at, actor, int(void),
        )  # fmt: skip
        self._db.run(_WRITE, row)

    def _entry(self, fact: Fact, entry: str) -> int:
        """The local number of the entry that it came with, which is in the same act; 0 for none."""
        act = self._journal.of_act(fact.act_id) if entry else []
        found = (other.arrival for other in act if other.entity == entry and other.verb != UNDONE)
        return next(found, 0)
