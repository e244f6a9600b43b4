"""Callers: any one of name, number or address is enough to be known."""

from collections.abc import Sequence
from typing import Any

from desktop_desk.desk.acting import Acting
from desktop_desk.desk.ports import Draft, PersonRecord, Position
from desktop_desk.desk.texts import one_line, plain_text
from desktop_desk.desk.views import (
    CallDraft,
    Contact,
    Done,
    NewPerson,
    OrganisationView,
    PersonHit,
    PersonView,
)
from desktop_desk.domain.errors import Invalid, NotFound
from desktop_desk.domain.facts import EntityId
from desktop_desk.domain.names import name_key
from desktop_desk.domain.phones import read_phone
from desktop_desk.i18n import _

RANKED = 40
"""So many of the newest callers found are ranked."""
CONTACT_KINDS = ("phone", "email", "other")


class Persons(Acting):
    """Verbs and questions about callers, their contact points and organisations."""

    def find_people(self, text: str, limit: int = 8) -> tuple[PersonHit, ...]:
        """Callers of whom every word or run of digits is known: name, number, address or organisation.

        Those whose names begin so come first. Without anything to look for: the callers who are known for the
        shortest time.
        """
        with self._store.reading():
            kept = plain_text(text, "text")
            found = self._store.people.find(kept, max(limit, RANKED) if kept.strip() else limit)
            words = kept.casefold().split()
            found = sorted(found, key=lambda person: not _named_so(person, words))[:limit]
            return tuple(hit_of(person, kept) for person in found)

    def person(self, uid: str) -> PersonView:
        """All that is known of a caller."""
        with self._store.reading():
            person = self._person(uid)
            return PersonView(
                uid=person.uid, name=person.name, organisation=person.organisation, notes=person.notes,
                contacts=tuple(Contact(*contact) for contact in person.contacts), open_tickets=person.open_tickets,
                position=self._store.journal.position(),
            )  # fmt: skip

    def match_person(self, name: str = "", phone: str = "", email: str = "") -> str | None:
        """The id of the one caller with exactly this number or address, else with this name; None for none."""
        with self._store.reading():
            return self._matched(name, phone, email)

    def add_person(self, new: NewPerson) -> Done:
        """Make a caller; Invalid when nothing at all is known of him."""
        with self._store.writing():
            self._require("user.create")
            drafts = self._person_drafts(new)
            uid = next(draft.entity for draft in drafts if draft.verb == "person_added")
            return self._write(drafts, None, uid=uid)

    def edit_person(
        self,
        uid: str,
        *,
        add_contacts: Sequence[tuple[str, str]] = (),
        remove_contacts: Sequence[str] = (),
        seen: Position | None = None,
        **changes: str,
    ) -> Done:
        """Change name, organisation (by name) or notes; contacts are added by (kind, value), removed by id."""
        with self._store.writing():
            self._require("user.edit")
            person = self._person(uid)
            drafts: list[Draft] = []
            fields: dict[str, Any] = {}
            if "name" in changes and changes["name"] != person.name:
                fields["name"] = plain_text(changes["name"], "name")
            if "notes" in changes and changes["notes"] != person.notes:
                fields["notes"] = plain_text(changes["notes"], "notes")
            if "organisation" in changes and changes["organisation"] != person.organisation:
                fields["organisation"], made = self._organisation(changes["organisation"])
                drafts.extend(made)
            if fields:
                drafts.append(Draft("person_edited", person.uid, fields))
            drafts.extend(self._contact(person.uid, kind, value) for kind, value in add_contacts)
            own = {contact for contact, _kind, _value in person.contacts}
            drafts.extend(
                Draft("contact_removed", EntityId(contact), {"removed": True})
                for contact in remove_contacts
                if contact in own
            )
            return self._write(drafts, seen, uid=person.uid)

    def add_contact(self, person: str, kind: str, value: str) -> Done:
        """Add a way to reach a caller."""
        with self._store.writing():
            self._require("user.edit")
            draft = self._contact(self._person(person).uid, kind, value)
            return self._write([draft], None, uid=draft.entity)

    def remove_contact(self, uid: str) -> Done:
        """Take a contact point off its person."""
        with self._store.writing():
            self._require("user.edit")
            owner = self._store.people.contact_owner(EntityId(uid))
            if owner is None:
                raise NotFound(_("There is no such contact."))
            return self._write([Draft("contact_removed", EntityId(uid), {"removed": True})], None, uid=owner)

    def add_organisation(self, name: str, notes: str = "") -> Done:
        """Make an organisation; one of the same name is given back as it is."""
        with self._store.writing():
            self._require("org.create")
            uid, drafts = self._organisation(one_line(name, "name"))
            if drafts and notes:
                drafts = [Draft("organisation_added", drafts[0].entity, {**drafts[0].fields, "notes": notes})]
            return self._write(drafts, None, uid=uid)

    def edit_organisation(self, uid: str, *, name: str, seen: Position | None = None) -> Done:
        """Give an organisation another name; Invalid when another one has it."""
        with self._store.writing():
            self._require("org.edit")
            known = {
                str(organisation.uid): organisation for organisation in self._store.people.organisations()
            }
            if uid not in known:
                raise NotFound(_("There is no such organisation."))
            kept = one_line(name, "name")
            other = self._store.people.organisation(kept)
            if other is not None and other != uid:
                raise Invalid(
                    "name", _("There is an organisation called “{name}” already.").format(name=kept)
                )
            drafts = (
                [Draft("organisation_edited", EntityId(uid), {"name": kept})]
                if kept != known[EntityId(uid)].name
                else []
            )
            return self._write(drafts, seen, uid=uid)

    def organisations(self) -> tuple[OrganisationView, ...]:
        """Every organisation, by name."""
        with self._store.reading():
            return tuple(
                OrganisationView(known.uid, known.name, known.people)
                for known in self._store.people.organisations()
            )

    def _person(self, uid: str) -> PersonRecord:
        found = self._store.people.by_uid(EntityId(uid))
        if found is None:
            raise NotFound(_("There is no such caller."), _("Search by name or number."))
        return found

    def _person_uid(self, uid: str) -> EntityId:
        return self._person(uid).uid

    def _caller_of(self, draft: CallDraft) -> tuple[EntityId | None, list[Draft]]:
        """The caller of a request, and what makes him if he is new."""
        if draft.caller:
            return self._person_uid(draft.caller), []
        new = draft.new_caller
        if new is None or not (new.name.strip() or any(new.phones) or any(new.emails)):
            return None, []
        drafts = self._person_drafts(new)
        return next(made.entity for made in drafts if made.verb == "person_added"), drafts

    def _matched(self, name: str, phone: str, email: str) -> str | None:
        people = self._store.people
        if phone:
            found = people.by_contact("phone", self._phone_key(phone))
            if len(found) == 1:
                return found[0].uid
        if email:
            found = people.by_contact("email", plain_text(email, "email").casefold())
            if len(found) == 1:
                return found[0].uid
        if name and not phone and not email:
            found = people.by_name(name_key(name))
            if len(found) == 1:
                return found[0].uid
        return None

    def _person_drafts(self, new: NewPerson) -> list[Draft]:
        name = plain_text(new.name, "name")
        phones = [phone.strip() for phone in new.phones if phone.strip()]
        emails = [email.strip() for email in new.emails if email.strip()]
        if not (name or phones or emails):
            raise Invalid(
                "name", _("Nothing is known of this caller."), _("A name, a number or an address is enough.")
            )
        uid = self._new_id.entity()
        organisation, drafts = self._organisation(new.organisation)
        drafts.append(Draft("person_added", uid, {"name": name, "organisation": organisation}))
        drafts.extend(self._contact(uid, "phone", phone) for phone in phones)
        drafts.extend(self._contact(uid, "email", email) for email in emails)
        return drafts

    def _organisation(self, name: str) -> tuple[EntityId | None, list[Draft]]:
        """The organisation of this name, and what makes it if it is new; None for no name."""
        kept = " ".join(plain_text(name, "organisation").split())
        if not kept:
            return None, []
        known = self._store.people.organisation(kept)
        if known is not None:
            return known, []
        uid = self._new_id.entity()
        return uid, [Draft("organisation_added", uid, {"name": kept})]

    def _contact(self, person: EntityId, kind: str, value: str) -> Draft:
        kept = " ".join(plain_text(value, kind, required=True).split())
        if kind not in CONTACT_KINDS:
            raise Invalid("kind", _("A contact is a phone, an e-mail address or other."))
        if kind == "email" and "@" not in kept.strip("@"):
            raise Invalid(
                "email", _("“{value}” is no e-mail address.").format(value=kept[:80]), _("It needs an @.")
            )
        key = self._phone_key(kept) if kind == "phone" else kept.casefold()
        fields = {"person": person, "kind": kind, "value": kept, "key": key}
        return Draft("contact_added", self._new_id.entity(), fields)

    def _phone_key(self, typed: str) -> str:
        """What a number is found by: its digits in international form where it has one."""
        phone = read_phone(typed, self._store.directory().settings.country)
        return phone.digits


def _named_so(person: PersonRecord, words: Sequence[str]) -> bool:
    """Whether each of these words begins a word of the name."""
    parts = person.name.casefold().split()
    return all(any(part.startswith(word) for part in parts) for word in words)


def hit_of(person: PersonRecord, text: str) -> PersonHit:
    """A found caller with the contact that matched, or his first of each kind."""
    phones = [value for _uid, kind, value in person.contacts if kind == "phone"]
    emails = [value for _uid, kind, value in person.contacts if kind == "email"]
    digits = "".join(filter(str.isdigit, text)).lstrip("0")
    matched = next(
        (value for value in phones if digits and digits in "".join(filter(str.isdigit, value))), ""
    )
    word = text.strip().casefold()
    matched = matched or next((value for value in emails if word and word in value.casefold()), "")
    return PersonHit(
        uid=person.uid, name=person.name, phone=matched if matched in phones else next(iter(phones), ""),
        email=matched if matched in emails else next(iter(emails), ""), organisation=person.organisation,
        open_tickets=person.open_tickets, matched=matched,
    )  # fmt: skip
