"""The projection of callers: persons, their contact points, organisations, and the index that finds them."""

from desktop_desk.domain.facts import EntityId, State
from desktop_desk.domain.names import name_key
from desktop_desk.storage.database import Database
from desktop_desk.storage.tables import ContactRow, OrganisationRow, PersonRow
from desktop_desk.storage.upserts import upsert

WORD_START, NUMBER_END = "  ", "$$"
"""Put before each word of a name and after each number: so one or two letters, too, make up three to look for."""

AWAIT = "INSERT INTO missing (uid, kind, waiting) VALUES (?,?,?) ON CONFLICT DO NOTHING"
"""What waits for something (uid) of which no fact has come yet."""

_PERSON, _CONTACT, _ORGANISATION = map(upsert, (PersonRow, ContactRow, OrganisationRow))


class PeopleRows:
    """Writes the rows of persons, contacts and organisations."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.words = database.callers()
        self._to_index: set[int] = set()

    def bring(self, kind: str, entity: EntityId, arrival: int, state: State) -> list[int]:
        """Write one entity's row, until `flush` without finding words; gives the persons whose shown name changed."""
        uid = bytes.fromhex(entity)
        if kind == "person":
            return self._person(uid, arrival, state)
        if kind == "contact":
            return self._contact(uid, arrival, state)
        name = state.get("name") or ""
        row = (arrival, uid, name, state.get("notes") or "", int(state.withdrawn))
        self._db.run(_ORGANISATION, row)
        members = [
            number for (number,) in self._db.rows("SELECT id FROM person WHERE organisation = ?", (arrival,))
        ]
        self._to_index.update(members)
        return []

    def flush(self) -> None:
        """Make those findable whom something was written about: each once, however much that was."""
        for person in sorted(self._to_index):
            self._index(person)
        self._to_index.clear()

    def forget(self) -> None:
        """Drop what was gathered for a transaction that failed."""
        self._to_index.clear()

    def _person(self, uid: bytes, arrival: int, state: State) -> list[int]:
        organisation = self._number("organisation", state.get("organisation"), "person", uid)
        name = state.get("name") or ""
        row = (
            arrival, uid, name, name_key(name), organisation, state.get("notes") or "", int(state.withdrawn),
        )  # fmt: skip
        before = self._db.value("SELECT name FROM person WHERE id = ?", (arrival,))
        self._db.run(_PERSON, row)
        self._to_index.add(arrival)
        return [arrival] if before is not None and before != name else []

    def _contact(self, uid: bytes, arrival: int, state: State) -> list[int]:
        person = self._number("person", state.get("person"), "contact", uid)
        gone = state.withdrawn or bool(state.get("removed"))
        row = (
            arrival, uid, person, state.get("kind") or "other", state.get("value") or "", state.get("key") or "",
            int(gone),
        )  # fmt: skip
        self._db.run(_CONTACT, row)
        if person:
            self._to_index.add(person)
            if not self._db.value("SELECT name FROM person WHERE id = ?", (person,)):
                return [person]
        return []

    def _index(self, person: int) -> None:
        """Make a person findable by any three letters or digits of what is known of him."""
        found = self._db.row("SELECT name, key, organisation, withdrawn FROM person WHERE id = ?", (person,))
        if found is None or found[3]:
            self.words.take_out(person)
            return
        parts: list[str] = [found[0], "".join(WORD_START + word for word in found[1].split())]
        sql = "SELECT kind, value, key FROM contact WHERE person = ? AND withdrawn = 0 ORDER BY id"
        for kind, value, key in self._db.rows(sql, (person,)):
            parts.append(key + NUMBER_END if kind == "phone" else value)
        if found[2]:
            parts.append(
                self._db.value("SELECT name FROM organisation WHERE id = ?", (found[2],), default="")
            )
        self.words.keep(person, "\n".join(filter(None, parts)))

    def _number(self, table: str, uid: str | None, kind: str, waiting: bytes) -> int:
        """The local number of what a row names; it waits where nothing is known of that yet."""
        if not uid:
            return 0
        key = bytes.fromhex(uid)
        number = int(self._db.value(f"SELECT id FROM {table} WHERE uid = ?", (key,), default=0))
        if not number:
            self._db.run(AWAIT, (key, kind, waiting))
        return number
