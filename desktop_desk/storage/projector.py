"""Projections: what each entity's facts come to is written here, and nowhere else.

The same code follows an act (`follow`) and makes everything again (`rebuild`), so that both give equal rows.
"""

import json
from collections.abc import Callable, Iterable, Sequence

from desktop_desk.desk.directory import Directory
from desktop_desk.desk.ports import Progress
from desktop_desk.domain.facts import UNDONE, EntityId, Fact, State, canonical, standing
from desktop_desk.domain.verbs import OFFICE_KINDS, kind_of
from desktop_desk.storage.database import Database
from desktop_desk.storage.journal import Journal
from desktop_desk.storage.mails import MailRows
from desktop_desk.storage.people_rows import PeopleRows
from desktop_desk.storage.tables import PROJECTIONS, OfficeRow, Undoing
from desktop_desk.storage.ticket_rows import TicketRows
from desktop_desk.storage.upserts import insert_new, upsert

MEANINGLESS = frozenset({"", "undo", "purge"})
"""Kinds of verbs that do not tell what their entity is."""

BATCH = 500
"""So many tickets are written between two flushes of a rebuild."""

_OFFICE, _UNDOING = upsert(OfficeRow), insert_new(Undoing)
_OFFICE_CHANGED = (
    "INSERT INTO meta (key, value) VALUES ('office', '1')"
    " ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(meta.value AS INTEGER) + 1 AS TEXT)"
)


class Projector:
    """Keeps the projections equal to the facts."""

    def __init__(self, database: Database, journal: Journal, directory: Callable[[], Directory]) -> None:
        self._db = database
        self._journal = journal
        self._people = PeopleRows(database)
        self._mails = MailRows(database, journal)
        self._directory = directory
        self._office_known: Directory | None = None
        self._tickets = TicketRows(database, journal, self._office_now)

    def follow(self, facts: Sequence[Fact]) -> None:
        """Bring every entity that an act touched up to date; within its transaction."""
        self._note_undoing(facts)
        alone: dict[EntityId, str] = {}
        threads: dict[EntityId, list[Fact]] = {}
        for fact in facts:
            if fact.ticket is None:
                alone.setdefault(fact.entity, kind_of(fact.verb))
            else:
                threads.setdefault(fact.ticket, []).append(fact)
        self._office_known = None
        with self._journal.read_ahead(facts):
            for entity, kind in alone.items():
                self._alone(entity, kind)
            self._people.flush()
            self._tickets.expect(facts)
            for ticket, written in threads.items():
                self._tickets.bring(ticket, written)
            self._tickets.flush()
        self._awaited((*alone, *threads))

    def without(self, facts: Sequence[Fact]) -> None:
        """Bring up to date what facts touched that were taken out of the journal; within the transaction.

        Where a person or an office thing is gone with them, everything is made again: any ticket may name it.
        """
        self._office_known = None
        alone = {fact.entity: kind_of(fact.verb) for fact in facts if fact.ticket is None}
        if any(not self._journal.of_entity(entity, None) for entity, kind in alone.items() if kind != "read"):
            self.rebuild()
            return
        self._db.run("DELETE FROM undoing")
        self._note_undoing(self._journal.of_verb(UNDONE))
        for entity, kind in alone.items():
            self._alone(entity, kind)
        self._people.flush()
        for ticket in dict.fromkeys(fact.ticket for fact in facts if fact.ticket is not None):
            self._tickets.make_again(ticket)
        self._tickets.flush()

    def rebuild(self, progress: Progress | None = None) -> None:
        """Empty every projection and make it again from the facts; within a transaction."""
        self._office_known = None
        for table in PROJECTIONS:
            self._db.run(f"DELETE FROM {table._meta.table_name}")
        self._tickets.words.empty()
        self._people.words.empty()
        self._note_undoing(self._journal.of_verb(UNDONE))
        for entity, kind in self._things_alone():
            self._alone(entity, kind)
        self._people.flush()
        tickets = self._db.rows(
            "SELECT ticket FROM fact WHERE ticket IS NOT NULL GROUP BY ticket ORDER BY MIN(arrival)"
        )
        for done, (uid,) in enumerate(tickets):
            self._tickets.make(EntityId(uid.hex()), self._journal.of_ticket(EntityId(uid.hex())))
            if done % BATCH == 0:
                self._tickets.flush()
                if progress:
                    progress(done, len(tickets))
        self._tickets.flush()
        for (uid,) in self._read_marks():
            self._alone(EntityId(uid.hex()), "read")
        self._tickets.flush()

    def forget(self) -> None:
        """Drop what was gathered for a transaction that failed."""
        self._tickets.forget()
        self._people.forget()
        self._office_known = None

    def _office_now(self) -> Directory:
        """The office as far as it is projected: within a batch only these projections change it."""
        if self._office_known is None:
            self._office_known = self._directory()
        return self._office_known

    def _awaited(self, entities: Iterable[EntityId]) -> None:
        """Bring up to date what has waited for one of these: facts may arrive before those that they build on."""
        if self._db.row("SELECT 1 FROM missing LIMIT 1") is None:
            return
        for entity in entities:
            key = bytes.fromhex(entity)
            waiting = self._db.rows("SELECT kind, waiting FROM missing WHERE uid = ? ORDER BY 1, 2", (key,))
            self._db.run("DELETE FROM missing WHERE uid = ?", (key,))
            for kind, uid in waiting:
                if kind == "ticket":
                    self._tickets.make_again(EntityId(uid.hex()))
                else:
                    self._alone(EntityId(uid.hex()), kind)
            self._people.flush()
            self._tickets.flush()

    def _alone(self, entity: EntityId, kind: str) -> None:
        """Bring an entity that belongs to no ticket's thread up to date."""
        facts = self._journal.of_entity(entity, None)
        if kind in MEANINGLESS:
            kinds = (kind_of(fact.verb) for fact in facts)
            kind = next((kind for kind in kinds if kind not in MEANINGLESS), "")
        state = standing(facts)
        arrival = first_arrival(facts)
        if kind in OFFICE_KINDS:
            self._office(entity, kind, arrival, state)
        elif kind == "mail":
            self._mails.bring(entity, arrival, facts, state)
        elif kind == "read":
            self._tickets.followers.read(entity, state)
        elif kind == "call_back":
            self._tickets.bring_missed_call(entity, facts, state)
        elif kind in {"person", "contact", "organisation"} and state.created:
            for person in self._people.bring(kind, entity, arrival, state):
                self._tickets.renamed(person)

    def _office(self, entity: EntityId, kind: str, arrival: int, state: State) -> None:
        rivals = {
            name: [[fact.fields[name], str(fact.id)] for fact in facts]
            for name, facts in state.rivals.items()
        }
        self._db.run(
            _OFFICE,
            (
                arrival, bytes.fromhex(entity), kind, canonical(state.fields), canonical(rivals) if rivals else "",
                int(state.withdrawn),
            ),
        )  # fmt: skip
        self._db.run(_OFFICE_CHANGED)
        self._office_known = None

    def _note_undoing(self, facts: Iterable[Fact]) -> None:
        rows = {(fact.fields["act"], str(fact.act_id)) for fact in facts if fact.verb == UNDONE}
        if rows:
            self._db.run_many(_UNDOING, sorted(rows))

    def _things_alone(self) -> list[tuple[EntityId, str]]:
        """Entities without a ticket, office things first: tickets and people need them."""
        found: dict[EntityId, str] = {}
        rows = self._db.rows("SELECT entity, verb FROM fact WHERE ticket IS NULL ORDER BY arrival")
        for uid, verb in rows:
            kind = kind_of(self._journal.text(verb))
            if kind not in {*MEANINGLESS, "held", "read"}:
                found.setdefault(EntityId(uid.hex()), kind)
        order = (*OFFICE_KINDS, "organisation", "person", "contact", "mail", "call_back")
        return sorted(found.items(), key=lambda item: order.index(item[1]))

    def _read_marks(self) -> list[tuple[bytes]]:
        sql = "SELECT DISTINCT entity FROM fact WHERE ticket IS NULL AND verb = ?"
        return self._db.rows(sql, (self._journal.term("read"),))


def first_arrival(facts: Sequence[Fact]) -> int:
    """The local number of an entity: where its first creating fact stands in this desk's journal."""
    return min((fact.arrival for fact in facts if fact.verb != UNDONE), default=0)


def office_rows(database: Database) -> list[tuple[int, str, str, dict[str, object], bool]]:
    """Every office thing: local number, id, kind, fields, and whether its making was undone."""
    sql = "SELECT id, uid, kind, fields, withdrawn FROM office ORDER BY id"
    return [
        (number, uid.hex(), kind, json.loads(fields), bool(withdrawn))
        for number, uid, kind, fields, withdrawn in database.rows(sql)
    ]


def office_rivals(database: Database) -> dict[str, tuple[str, ...]]:
    """The fields in conflict of each office thing that has any, by its id."""
    rows = database.rows("SELECT uid, rivals FROM office WHERE rivals <> '' ORDER BY id")
    return {uid.hex(): tuple(sorted(json.loads(rivals))) for uid, rivals in rows}
