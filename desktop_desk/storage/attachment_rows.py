"""The projection of attachments: which file belongs to which ticket, and with which entry it came."""

from collections.abc import Iterable, Mapping
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
        if self._db.value("SELECT COUNT(*) FROM attachment WHERE sha = ?", (bytes(sha),)):
            return
        for key, _value in self._notes(AT_HUBS):
            self._keep(key.replace(AT_HUBS, GONE, 1), {*self._gone(key), bytes(sha).hex()})

    def _lay_again(self, sha: str) -> None:
        """Take a file off these notes: somebody attached the same bytes anew."""
        for key, value in self._notes(GONE):
            if sha in value:
                self._keep(key, {one for one in value.split() if one != sha})

    def _gone(self, key: str) -> list[str]:
        name = key.replace(AT_HUBS, GONE, 1)
        return str(self._db.value("SELECT value FROM meta WHERE key = ?", (name,), default="")).split()

    def _notes(self, beginning: str) -> list[tuple[str, str]]:
        sql = f"SELECT key, value FROM meta WHERE SUBSTR(key, 1, {len(beginning)}) = ?"
        return [(str(key), str(value)) for key, value in self._db.rows(sql, (beginning,))]

    def _keep(self, key: str, shas: Iterable[str]) -> None:
        sql = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        self._db.run(sql, (key, " ".join(sorted(shas))))

    def _entry(self, fact: Fact, entry: str) -> int:
        """The local number of the entry that it came with, which is in the same act; 0 for none."""
        act = self._journal.of_act(fact.act_id) if entry else []
        found = (other.arrival for other in act if other.entity == entry and other.verb != UNDONE)
        return next(found, 0)
