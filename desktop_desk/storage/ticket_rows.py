"""The projection of tickets: their rows, entries, numbers, followers, words and counters."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from desktop_desk.desk.directory import Directory
from desktop_desk.domain.facts import CREATING, UNDONE, EntityId, Fact, State, standing
from desktop_desk.domain.numbers import number_rank
from desktop_desk.domain.tickets import Entries, Summary, differing, endings, late_acts, summarise, unseen_by
from desktop_desk.domain.verbs import kind_of
from desktop_desk.storage.attachment_rows import AttachmentRows
from desktop_desk.storage.database import Database
from desktop_desk.storage.followers import FOLLOW, SPOKEN, Followers, Spoken
from desktop_desk.storage.journal import Journal, in_parts
from desktop_desk.storage.mails import OUTGOING, MailRows
from desktop_desk.storage.people_rows import AWAIT
from desktop_desk.storage.tables import STATES, CallBackRow, EntryRow, Number, TicketRow
from desktop_desk.storage.tallies import Tallies, packed
from desktop_desk.storage.upserts import insert_new, upsert
from desktop_desk.storage.words import findable

MESSAGE, REPLY, NOTE, CALL_IN, CALL_OUT, FILE = range(6)
KINDS = {"messaged": MESSAGE, "replied": REPLY, "noted": NOTE, "called": CALL_IN, "attached": FILE}
_TICKET, _ENTRY, _CALL_BACK = map(upsert, (TicketRow, EntryRow, CallBackRow))
_NUMBER = insert_new(Number)
_STANDING = (
    "SELECT state, agent, team, department, answered, differences, events, subject, caller_name, topic, status"
    " FROM ticket WHERE id = ?"
)


class TicketRows:
    """Writes what the facts of a ticket's thread come to; `flush` ends a batch."""

    def __init__(self, database: Database, journal: Journal, directory: Callable[[], Directory]) -> None:
        self._db = database
        self._journal = journal
        self._directory = directory
        self.followers = Followers(database, journal, directory)
        self.words = database.texts()
        self._tallies = Tallies(database)
        self._attachments = AttachmentRows(database, journal)
        self._mails = MailRows(database, journal)
        self._pending: dict[str, list[tuple[Any, ...]]] = {}
        self._callers: dict[str, tuple[int, str]] = {}

    def expect(self, facts: Iterable[Fact]) -> None:
        """Look up at once the callers that these facts name."""
        named = {str(fact.fields["caller"]) for fact in facts if fact.ticket and fact.fields.get("caller")}
        for keys in in_parts(map(EntityId, named)):
            sql = f"SELECT uid, id, name FROM person WHERE uid IN ({','.join('?' * len(keys))})"
            for uid, number, name in self._db.rows(sql, keys):
                if name:
                    self._callers[uid.hex()] = number, name

    def bring(self, uid: EntityId, facts: Sequence[Fact]) -> None:
        """Bring a ticket up to date after these facts of its thread were written."""
        key = bytes.fromhex(uid)
        if not self._journal.is_begun(uid, facts[0].arrival):
            self.make(uid, facts)
            return
        self._write_now(_TICKET)
        number = self._db.value("SELECT id FROM ticket WHERE uid = ?", (key,))
        if number is None:
            # Its opening may have arrived after other facts of it.
            self.make(uid, self._journal.of_ticket(uid))
            return
        for entity in dict.fromkeys(fact.entity for fact in facts if fact.entity != uid):
            self._of_thread(entity, self._journal.of_entity(entity, uid), uid, number)
        own = self._journal.of_entity(uid, uid)
        self._write(uid, number, own, self._spoken(number), is_new=False)
        self._recut(uid, own)

    def make(self, uid: EntityId, facts: Iterable[Fact], *, was_there: bool = False) -> None:
        """Write a ticket that has no rows, from all the facts of its thread; `was_there`: it had some, and readers."""
        by_entity: dict[EntityId, list[Fact]] = {}
        for fact in facts:
            by_entity.setdefault(fact.entity, []).append(fact)
        own = by_entity.pop(uid, [])
        number = min((fact.arrival for fact in own if fact.verb == "opened"), default=0)
        if not number:
            return
        spoken: list[Spoken] = []
        for entity, group in by_entity.items():
            entry = self._of_thread(entity, group, uid, number)
            if entry is not None:
                spoken.append(entry)
        self._write(uid, number, own, spoken, is_new=True, was_there=was_there)

    def make_again(self, uid: EntityId) -> None:
        """Take out everything that is written of a ticket's thread, and write it anew from its facts."""
        self.flush()
        found = self._db.row("SELECT id FROM ticket WHERE uid = ?", (bytes.fromhex(uid),))
        if found is not None:
            self._take_out(found[0])
            self._mails.take_out(uid)
        self.make(uid, self._journal.of_ticket(uid), was_there=True)

    def _take_out(self, number: int) -> None:
        before = self._standing(number)
        if before is not None:
            self._uncount(before)
        entries = self._db.rows("SELECT id FROM entry WHERE ticket = ?", (number,))
        for (entry,) in ((number,), *entries):
            self._words(entry, "")
        for table in ("entry", "attachment", "call_back", "follow"):
            self._db.run(f"DELETE FROM {table} WHERE ticket = ?", (number,))
        self._db.run("DELETE FROM number WHERE ticket = ?", (number,))
        self._db.run("DELETE FROM ticket WHERE id = ?", (number,))

    def again(self, number: int, uid: EntityId) -> None:
        """Write a ticket's own row anew: something that it names has changed."""
        self._write(uid, number, self._journal.of_entity(uid, uid), self._spoken(number), is_new=False)

    def renamed(self, person: int) -> None:
        """Write a caller's new name into his tickets."""
        self._callers.clear()
        self._write_now(_TICKET)
        for number, uid in self._db.rows("SELECT id, uid FROM ticket WHERE caller = ?", (person,)):
            self.again(number, EntityId(uid.hex()))

    def flush(self) -> None:
        """Write what was gathered."""
        for sql, rows in self._pending.items():
            self._db.run_many(sql, rows)
        self.words.settle()
        self._tallies.flush()
        self._pending.clear()
        self._callers.clear()

    def forget(self) -> None:
        """Drop what was gathered for a transaction that failed."""
        self.words.forget()
        self._tallies.forget()
        self._pending.clear()
        self._callers.clear()

    def _later(self, sql: str, row: tuple[Any, ...]) -> None:
        """Write a row at the end of the batch, or before it is read: many at once cost less."""
        self._pending.setdefault(sql, []).append(row)

    def _write_now(self, sql: str) -> None:
        """Write what was gathered for a statement: it is going to be read."""
        rows = self._pending.pop(sql, None)
        if rows:
            self._db.run_many(sql, rows)

    def _of_thread(self, entity: EntityId, facts: list[Fact], uid: EntityId, ticket: int) -> Spoken | None:
        creating = next((fact for fact in facts if fact.verb in CREATING), None)
        if creating is None:
            if any(fact.verb in OUTGOING for fact in facts):
                # A receipt or notice: nothing was said that it would belong to.
                first = min(fact.arrival for fact in facts)
                self._mails.bring_outgoing(entity, first, uid, facts, standing(facts))
            return None
        state = standing(facts)
        arrival = min(fact.arrival for fact in facts if fact.verb != UNDONE)
        if creating.verb == "attached":
            self._attachments.bring(arrival, entity, ticket, creating, state)
        self._mails.bring_outgoing(entity, arrival, uid, facts, state)
        if creating.verb in KINDS:
            return self._entry(arrival, ticket, creating, state)
        if kind_of(creating.verb) == "call_back":
            self._call_back(arrival, entity, ticket, creating, state)
        return None

    def _entry(self, arrival: int, ticket: int, fact: Fact, state: State) -> Spoken | None:
        kind = KINDS[fact.verb]
        if kind == CALL_IN and fact.fields.get("direction") == "out":
            kind = CALL_OUT
        actor = 0 if fact.actor is None else self._journal.term(fact.actor)
        names = ("name" if kind == FILE else "text", "number")
        said = (str(fact.fields.get(name) or "") for name in names)
        row = (arrival, ticket, kind, fact.at, fact.stamp, actor, int(state.withdrawn))
        self._later(_ENTRY, row)
        self._words(arrival, "" if state.withdrawn else findable(*said))
        return None if state.withdrawn else Spoken(kind, actor, fact.at, fact.at, fact.stamp, 1)

    def bring_missed_call(self, entity: EntityId, facts: list[Fact], state: State) -> None:
        """Bring a call-back up to date that belongs to no ticket."""
        creating = next((fact for fact in facts if fact.verb in CREATING), None)
        if creating is not None:
            arrival = min(fact.arrival for fact in facts if fact.verb != UNDONE)
            self._call_back(arrival, entity, 0, creating, state)

    def _call_back(self, arrival: int, entity: EntityId, ticket: int, fact: Fact, state: State) -> None:
        directory = self._directory()
        row = (
            arrival, bytes.fromhex(entity), ticket, directory.id_of(state.get("agent")), state.get("person") or "",
            state.get("phone") or "", state.get("text") or "", state.get("due"), fact.at,
            directory.id_of(fact.actor), int(bool(state.get("done")) or state.withdrawn),
        )  # fmt: skip
        self._db.run(_CALL_BACK, row)

    def _write(
        self, uid: EntityId, number: int, own: list[Fact], spoken: list[Spoken], *, is_new: bool,
        was_there: bool = True,
    ) -> None:  # fmt: skip
        directory = self._directory()
        state = standing(own)
        merged = self._is_merged(uid, state.get("merged_into"))
        summary = summarise(state, entries_from(spoken), directory.office, merged=merged)
        differences = self._differences(uid, state)
        caller = self._caller(summary.caller)
        before = None if is_new else self._standing(number)
        row = self._row(
            uid, number, summary, differences, caller, packed(summary.events, directory), directory
        )
        self._later(_TICKET, row)
        self._count(before, row)
        for name in summary.aliases:
            self._later(_NUMBER, (name, number))
        if not is_new:
            self._db.run("DELETE FROM missing WHERE kind = 'ticket' AND waiting = ?", (bytes.fromhex(uid),))
        self._await(uid, summary, row, directory)
        withdrawn = summary.state == "withdrawn"
        known = (before[0] == STATES.index("withdrawn"), before[7], before[8]) if before else None
        if known != (withdrawn, summary.subject, caller[1]):
            self._words(number, "" if withdrawn else f"{summary.subject}\n{caller[1]}")
        was_read = was_there or not is_new
        for follow in self.followers.rows(
            number, uid, summary, state, spoken, is_new=is_new, was_read=was_read
        ):
            self._later(FOLLOW, follow)

    def _await(self, uid: EntityId, summary: Summary, row: Sequence[Any], directory: Directory) -> None:
        """Note what the ticket names and nothing is known of yet."""
        named = (
            summary.status,
            summary.topic,
            summary.department,
            summary.team,
            summary.agent,
            summary.caller,
        )
        columns = (row[5], row[9], row[10], row[11], row[12], row[13])
        unknown = {thing for thing, number in zip(named, columns, strict=True) if thing and not number}
        unknown |= {agent for agent in summary.followers if not directory.id_of(agent)}
        for thing in unknown:
            self._later(AWAIT, (bytes.fromhex(thing), "ticket", bytes.fromhex(uid)))

    def _row(
        self, uid: EntityId, number: int, summary: Summary, differences: int, caller: tuple[int, str], events: str,
        directory: Directory,
    ) -> tuple[Any, ...]:  # fmt: skip
        of = directory.id_of
        return (
            number, bytes.fromhex(uid), summary.number, number_rank(summary.number), summary.subject,
            of(summary.status), STATES.index(summary.state), summary.priority, summary.source, of(summary.topic),
            of(summary.department), of(summary.team), of(summary.agent), *caller, summary.opened, summary.updated,
            summary.due, summary.resolved, summary.closed, int(summary.answered), summary.reopens,
            summary.reassignments, summary.entries, differences,
            bytes.fromhex(summary.merged_into) if summary.merged_into else None, " ".join(summary.tags), events,
        )  # fmt: skip

    def _count(self, before: Sequence[Any] | None, row: Sequence[Any]) -> None:
        """Take the ticket out of where it was counted, and into where it stands now."""
        if before is not None:
            self._uncount(before)
        state, department, team, agent = row[6], row[10], row[11], row[12]
        self._tallies.queue((state, agent, team, department, row[20], int(row[24] > 0)), 1)
        self._tallies.sorts(state, row[9], row[5], 1)
        self._tallies.events(row[27], 1)

    def _uncount(self, before: Sequence[Any]) -> None:
        state, agent, team, department, answered, differences, events = before[:7]
        self._tallies.queue((state, agent, team, department, answered, int(differences > 0)), -1)
        self._tallies.sorts(state, before[9], before[10], -1)
        self._tallies.events(events, -1)

    def _standing(self, number: int) -> tuple[Any, ...] | None:
        """What a ticket's row says of where it is counted, and of its words; None where it has none."""
        self._write_now(_TICKET)
        return self._db.row(_STANDING, (number,))

    def _spoken(self, number: int) -> list[Spoken]:
        """A ticket's entries that count, by kind and author."""
        self._write_now(_ENTRY)
        return [Spoken(*row) for row in self._db.rows(SPOKEN, (number,))]

    def _differences(self, uid: EntityId, state: State) -> int:
        if state.withdrawn:
            return len(late_acts(self._journal.of_ticket(uid)))
        count = len(differing(state))
        ends = endings(state, self._directory().office)
        if ends:
            facts = self._journal.of_ticket(uid)
            count += sum(1 for name, end in ends.items() if unseen_by(name, end, facts))
        return count

    def _is_merged(self, uid: EntityId, into: str | None) -> bool:
        """Whether the merge link holds: a circle is cut at its lowest id."""
        path = self._links_from(uid, into)
        is_circle = bool(into) and path[-1] == uid
        return bool(into) and not (is_circle and uid == min(path))

    def _links_from(self, uid: EntityId, into: str | None) -> list[EntityId]:
        """A ticket, and one after the other what each is merged into; ends at the first that comes twice."""
        path = [uid]
        while into:
            path.append(EntityId(into))
            if into in path[:-1]:
                break
            into = self._link(into)
        return path

    def _recut(self, uid: EntityId, own: Iterable[Fact]) -> None:
        """Write anew the tickets of a circle that a ticket's merge links made or broke; such are rare."""
        linked = {fact.fields["merged_into"] for fact in own if fact.fields.get("merged_into")}
        others = {
            EntityId(other)
            for start in linked
            for other in self._links_from(EntityId(start), self._link(start))
        }
        for other in sorted(others - {uid}):
            self._write_now(_TICKET)
            found = self._db.row("SELECT id, merged_into FROM ticket WHERE uid = ?", (bytes.fromhex(other),))
            link = self._link(other)
            if found is not None and bool(found[1]) != self._is_merged(other, link):
                self.again(found[0], other)

    def _link(self, uid: str) -> str | None:
        return standing(self._journal.of_entity(EntityId(uid), EntityId(uid))).get("merged_into")

    def _caller(self, uid: str) -> tuple[int, str]:
        """A caller's local number and shown name; (0, "") for none."""
        if not uid:
            return 0, ""
        if uid not in self._callers:
            self._callers[uid] = self._read_caller(uid)
        return self._callers[uid]

    def _read_caller(self, uid: str) -> tuple[int, str]:
        found = self._db.row("SELECT id, name FROM person WHERE uid = ?", (bytes.fromhex(uid),))
        if found is None:
            return 0, ""
        if found[1]:
            return found[0], found[1]
        sql = "SELECT value FROM contact WHERE person = ? AND withdrawn = 0 ORDER BY id LIMIT 1"
        return found[0], self._db.value(sql, (found[0],), default="")

    def _words(self, rowid: int, text: str) -> None:
        self._later(*self.words.keeping(rowid, text))


def entries_from(spoken: Iterable[Spoken]) -> Entries:
    """What a ticket's entries come to for its row."""
    first_reply: int | None = None
    last_reply: int | None = None
    last_word: int | None = None
    last: int | None = None
    count = 0
    for part in spoken:
        count += part.many
        last = max(last or 0, part.latest)
        if part.kind in {REPLY, CALL_OUT}:
            first_reply = part.earliest if first_reply is None else min(first_reply, part.earliest)
            last_reply = max(last_reply or 0, part.latest)
        elif part.kind in {MESSAGE, CALL_IN}:
            last_word = max(last_word or 0, part.latest)
    return Entries(first_reply, last_reply, last_word, last, count)
