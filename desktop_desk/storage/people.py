"""Reads callers: by any digits or letters of what is known of them, or by an exact contact."""

from collections.abc import Sequence

from desktop_desk.desk.ports import OrganisationRecord, PersonRecord
from desktop_desk.domain.facts import EntityId
from desktop_desk.domain.names import name_key
from desktop_desk.domain.phones import search_digits
from desktop_desk.storage.database import Database, key_of
from desktop_desk.storage.dialects import small
from desktop_desk.storage.people_rows import NUMBER_END, WORD_START

TRIGRAM = 3


class PeopleQueries:
    """Answers questions about callers from their projection."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._words = database.callers()

    def by_uid(self, uid: EntityId) -> PersonRecord | None:
        """The person with this id."""
        found = self._read("uid = ?", (key_of(uid),))
        return found[0] if found else None

    def by_id(self, number: int) -> PersonRecord | None:
        """The person with this local number."""
        found = self._read("id = ?", (number,))
        return found[0] if found else None

    def find(self, text: str, limit: int) -> tuple[PersonRecord, ...]:
        """Persons of whom every word or run of digits is known somewhere: name, number, address, organisation.

        Without words: the newest persons.
        """
        words = [_three(word) for word in _words(text)]
        if not words and text.strip():
            return ()
        if not words:
            newest = "SELECT id FROM person WHERE withdrawn = 0 ORDER BY id DESC LIMIT ?"
            return tuple(self._by_ids([number for (number,) in self._db.rows(newest, (limit,))]))
        return tuple(self._by_ids(self._words.newest(words, limit)))

    def uids(self) -> list[EntityId]:
        """Every person who is not withdrawn, oldest first."""
        return [
            EntityId(uid.hex())
            for (uid,) in self._db.rows("SELECT uid FROM person WHERE withdrawn = 0 ORDER BY id")
        ]

    def by_contact(self, kind: str, key: str) -> tuple[PersonRecord, ...]:
        """Persons with exactly this number (digits) or address (lower case)."""
        sql = "SELECT DISTINCT person FROM contact WHERE key = ? AND kind = ? AND withdrawn = 0 ORDER BY 1"
        return tuple(self._by_ids([number for (number,) in self._db.rows(sql, (key, kind))]))

    def by_name(self, key: str) -> tuple[PersonRecord, ...]:
        """Persons with exactly this name, in any order of its words."""
        return tuple(self._read("key = ? AND withdrawn = 0 ORDER BY id", (key,)))

    def organisation(self, name: str) -> EntityId | None:
        """The organisation of this name, in any case."""
        sql = "SELECT uid FROM organisation WHERE lower(name) = ? AND withdrawn = 0 ORDER BY id"
        uid = self._db.value(sql, (small(name),))
        return EntityId(uid.hex()) if uid else None

    def organisations(self) -> tuple[OrganisationRecord, ...]:
        """Every organisation with its number of persons, by name."""
        sql = (
            "SELECT uid, name, COALESCE(people, 0) FROM organisation LEFT JOIN ("
            "SELECT organisation AS id, COUNT(*) AS people FROM person WHERE withdrawn = 0 GROUP BY organisation"
            ") counted USING (id) WHERE withdrawn = 0 ORDER BY lower(name), id"
        )
        return tuple(
            OrganisationRecord(EntityId(uid.hex()), name, people) for uid, name, people in self._db.rows(sql)
        )

    def contacts_ever(self, person: int) -> tuple[EntityId, ...]:
        """The contact points that a person has or had."""
        rows = self._db.rows("SELECT uid FROM contact WHERE person = ? ORDER BY id", (person,))
        return tuple(EntityId(uid.hex()) for (uid,) in rows)

    def contact_owner(self, uid: EntityId) -> EntityId | None:
        """The person a contact point belongs to."""
        sql = "SELECT uid FROM person WHERE id = (SELECT person FROM contact WHERE uid = ?)"
        owner = self._db.value(sql, (key_of(uid),))
        return EntityId(owner.hex()) if owner else None

    def _by_ids(self, ids: Sequence[int]) -> list[PersonRecord]:
        if not ids:
            return []
        found = {person.id: person for person in self._read(f"{_among('id', ids)} AND withdrawn = 0", ids)}
        return [found[number] for number in ids if number in found]

    def _read(self, where: str, params: Sequence[object]) -> list[PersonRecord]:
        """Persons with what belongs to them, in as many questions however many they are."""
        rows = self._db.rows(f"SELECT id, uid, name, organisation, notes FROM person WHERE {where}", params)
        if not rows:
            return []
        ids = [row[0] for row in rows]
        contacts, tickets = self._contacts(ids), self._open_tickets(ids)
        organisations = self._organisations([row[3] for row in rows if row[3]])
        return [
            PersonRecord(
                id=number,
                uid=EntityId(uid.hex()),
                name=name,
                organisation=organisations.get(belongs, (None, ""))[1],
                organisation_uid=organisations.get(belongs, (None, ""))[0],
                notes=notes,
                contacts=tuple(contacts.get(number, ())),
                open_tickets=tickets.get(number, 0),
            )
            for number, uid, name, belongs, notes in rows
        ]

    def _contacts(self, persons: Sequence[int]) -> dict[int, list[tuple[EntityId, str, str]]]:
        sql = f"SELECT person, uid, kind, value FROM contact WHERE {_among('person', persons)} AND withdrawn = 0"
        found: dict[int, list[tuple[EntityId, str, str]]] = {}
        for person, uid, kind, value in self._db.rows(f"{sql} ORDER BY id", persons):
            found.setdefault(person, []).append((EntityId(uid.hex()), kind, value))
        return found

    def _open_tickets(self, persons: Sequence[int]) -> dict[int, int]:
        sql = f"SELECT caller, COUNT(*) FROM ticket WHERE {_among('caller', persons)} AND state IN (0, 1)"
        return dict(self._db.rows(f"{sql} GROUP BY caller", persons))

    def _organisations(self, numbers: Sequence[int]) -> dict[int, tuple[EntityId, str]]:
        if not numbers:
            return {}
        rows = self._db.rows(f"SELECT id, uid, name FROM organisation WHERE {_among('id', numbers)}", numbers)
        return {number: (EntityId(uid.hex()), name) for number, uid, name in rows}


def _among(column: str, numbers: Sequence[int]) -> str:
    return f"{column} IN ({','.join('?' * len(numbers))})"


def _words(text: str) -> list[str]:
    """What to look for: a number's digits joined, addresses as they stand, other words folded as names are."""
    digits = search_digits(text)
    if digits:
        return [digits]
    found: list[str] = []
    for word in text.split():
        if "@" in word or "." in word.strip("."):
            found.append(word.casefold())
        elif search_digits(word):
            found.append(search_digits(word))
        else:
            found.extend(name_key(word).split())
    return found


def _three(word: str) -> str:
    """A word of one or two letters made findable: at the start of a name's word, or at the end of a number."""
    missing = max(0, TRIGRAM - len(word))
    return word + NUMBER_END[:missing] if word.isdigit() else WORD_START[:missing] + word
