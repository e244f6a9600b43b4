"""Purging: what must be forgotten is taken out of the history on every replica, and what is known of a person told."""

from collections.abc import Iterable, Sequence

from desktop_desk.desk.disputes import Disputes
from desktop_desk.desk.ports import CallBackRecord, Draft, PersonRecord, TicketRecord
from desktop_desk.desk.views import Done
from desktop_desk.domain.errors import Invalid, NotFound
from desktop_desk.domain.facts import EntityId, Fact, fold
from desktop_desk.domain.names import name_key
from desktop_desk.domain.verbs import ENTRY_KINDS, kind_of
from desktop_desk.i18n import _

PURGED = "purged"
ALL = 1_000_000
"""More tickets than a caller has."""

_OF_ENTRIES = ("text", "number", "quoted", "failed")
_OF_MAILS = ("sha", "size", "sender", "subject")
_OF_FILES = ("name", "sha", "mime", "size")
_OF_PEOPLE = ("name", "notes")
_OF_CONTACTS = ("value", "key")
_OF_CALL_BACKS = ("person", "phone", "text")
_OF_MISSED = ("person", "phone")


class Purging(Disputes):
    """Verbs that cannot be undone: the words are gone, only that they were there stays."""

    def purge_entry(self, number: str, entry: str) -> Done:
        """Take the words of one entry, or one file, out of the history, here and on every replica.

        Raises:
            NotFound: the ticket has no such entry.
        """
        with self._store.writing():
            record = self._find(number)
            self._require("ticket.delete", self._store.directory().uid_of(record.department))
            facts = self._store.journal.of_ticket(record.uid)
            own = [fact for fact in facts if fact.entity == entry and fact.entity != record.uid]
            drafts = [draft for draft in (_purge_of(own),) if draft]
            if not drafts:
                raise NotFound(_("{number} has no such entry.").format(number=record.number))
            files = {
                fact.entity: fact
                for fact in facts
                if fact.verb == "attached" and fact.fields.get("entry") == entry
            }
            drafts += [draft for fact in files.values() if (draft := _purge_of([fact]))]
            drafts += _mails_of(own)
            done = self._write(drafts, None, (record,))
        self._store.scrub()
        return done

    def purge_person(self, uid: str, *, conversations: bool = False) -> Done:
        """Take a caller's name, notes and contact points out of the history; his tickets stay, without him.

        Args:
            conversations: also the subjects and every word and file of his tickets.
        """
        with self._store.writing():
            self._require("user.delete")
            person = self._person(uid)
            drafts = self._of_person(person)
            missed = self._missed_calls_of(person)
            drafts += [Draft(PURGED, back.uid, {PURGED: list(_OF_MISSED)}) for back in missed]
            records = self._store.tickets.of_caller(person.id, open_only=False, limit=ALL)
            for record in records:
                drafts += self._of_ticket(record, conversations=conversations)
            drafts.append(Draft("person_edited", person.uid, {"name": _("(purged)")}, informed=True))
            done = self._write(drafts, None, tuple(records), uid=person.uid)
        self._store.scrub()
        return done

    def _of_person(self, person: PersonRecord) -> list[Draft]:
        drafts = [Draft(PURGED, person.uid, {PURGED: list(_OF_PEOPLE)})]
        drafts += [
            Draft(PURGED, contact, {PURGED: list(_OF_CONTACTS)})
            for contact in self._store.people.contacts_ever(person.id)
        ]
        return drafts

    def _missed_calls_of(self, person: PersonRecord) -> list[CallBackRecord]:
        """Calls of a caller that nobody took and that belong to no ticket.

        Of a number that others have as well, those that name this person.
        """
        numbers: dict[str, bool] = {}
        for contact in self._store.people.contacts_ever(person.id):
            facts = self._store.journal.of_entity(contact, None)
            if fold(facts).get("kind") == "phone":
                for key in {str(fact.fields["key"]) for fact in facts if fact.fields.get("key")}:
                    others = self._store.people.by_contact("phone", key)
                    numbers[key] = any(one.id != person.id for one in others)
        found: list[CallBackRecord] = []
        for back in self._store.news.call_backs_of(0):
            shared = numbers.get(self._phone_key(back.phone)) if back.phone else None
            if shared is False or (shared and name_key(back.person) == name_key(person.name)):
                found.append(back)
        return found

    def _of_ticket(self, record: TicketRecord, *, conversations: bool) -> list[Draft]:
        """What is purged of a ticket of somebody who is to be forgotten."""
        drafts: list[Draft] = []
        by_entity: dict[EntityId, list[Fact]] = {}
        for fact in self._store.journal.of_ticket(record.uid):
            by_entity.setdefault(fact.entity, []).append(fact)
        for entity, facts in by_entity.items():
            if entity == record.uid:
                if conversations:
                    drafts.append(Draft(PURGED, entity, {PURGED: ["subject"]}, ticket=record.uid))
                    said = {"subject": _("(purged)")}
                    drafts.append(Draft("edited", entity, said, ticket=record.uid, informed=True))
                continue
            names = _OF_CALL_BACKS if kind_of(facts[0].verb) == "call_back" else ("number",)
            if conversations:
                drafts += _mails_of(facts)
            draft = _purge_of(facts, None if conversations else names)
            if draft is not None:
                drafts.append(draft)
        return drafts

    def held_of_person(
        self, uid: str
    ) -> tuple[PersonRecord, tuple[TicketRecord, ...], tuple[CallBackRecord, ...]]:
        """A caller, his tickets and his missed calls without one, for telling him all that is held about him."""
        with self._store.reading():
            self._require("user.edit")
            person = self._person(uid)
            tickets = self._store.tickets.of_caller(person.id, open_only=False, limit=ALL)
            return person, tuple(tickets), tuple(self._missed_calls_of(person))


def _purge_of(facts: Sequence[Fact], names: Iterable[str] | None = None) -> Draft | None:
    """The purge of an entry, file or call-back by its facts; None where nothing of it is to be purged."""
    if not facts:
        return None
    first = facts[0]
    kind = kind_of(first.verb)
    wanted = tuple(names) if names is not None else _fields_of(first.verb, kind)
    present = [name for name in wanted if any(name in fact.fields for fact in facts)]
    if not present:
        return None
    if first.ticket is None:
        raise Invalid("entry", _("Only what belongs to a ticket can be purged so."))
    return Draft(PURGED, first.entity, {PURGED: present}, ticket=first.ticket)


def _mails_of(facts: Iterable[Fact]) -> list[Draft]:
    """The purge of the raw mails that entries came as; what is left tells only that there was one."""
    mails = {
        str(fact.fields["mail"])
        for fact in facts
        if fact.verb in {"messaged", "noted"} and fact.fields.get("mail")
    }
    return [Draft(PURGED, EntityId(mail), {PURGED: list(_OF_MAILS)}) for mail in sorted(mails)]


def _fields_of(verb: str, kind: str) -> tuple[str, ...]:
    if verb in ENTRY_KINDS:
        return _OF_ENTRIES
    return {"attachment": _OF_FILES, "call_back": _OF_CALL_BACKS}.get(kind, ())
