"""The list of callers."""

from collections.abc import Mapping
from dataclasses import replace

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import Done, NewPerson
from desktop_desk.i18n import _
from desktop_desk.ui.people.contacts_editor import KINDS, ContactsEditor, contact_of, contact_text
from desktop_desk.ui.people.found import found_people
from desktop_desk.ui.settings.editors import LineEditor, TextEditor, Value
from desktop_desk.ui.settings.form import Entry
from desktop_desk.ui.settings.subject import Line, Source, Subject, fields, text, ticked
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.table import Column

MOST_PEOPLE = 200


class People(Subject):
    """Callers, found by any part of name, number or address."""

    kind = "person"
    searches = True
    retires = False

    def __init__(self, look: Appearance) -> None:
        self._look = look
        self.title = _("People")
        self.one = _("person")
        self.empty = _("Nobody found.")

    @property
    def needs(self) -> tuple[str, str]:
        """Callers have permissions of their own."""
        return "user.create", "user.edit"

    def read(self, desk: Desk, words: str) -> Source:
        """Those who match; without words those who were touched last."""
        return Source(desk.directory(), people=found_people(desk, words, MOST_PEOPLE))

    def look_up(self, desk: Desk, source: Source, uid: str) -> Source:
        """The whole person, for the form."""
        return replace(source, person=desk.person(uid))

    def columns(self) -> tuple[Column, ...]:
        """Name, phone, e-mail, organisation, open tickets."""
        return (
            Column("name", _("Name"), width=150, stretch=True),
            Column("phone", _("Phone"), width=134),
            Column("email", _("E-mail"), width=150, spare=2),
            Column("organisation", _("Organisation"), width=112, spare=1),
            Column("open", _("Open"), "count", width=48, name=_("Open tickets")),
        )

    def entries(self) -> tuple[Entry, ...]:
        """Who it is and how to reach him."""
        return (
            Entry("name", _("N&ame"), LineEditor),
            Entry("contacts", _("&Phone numbers and addresses"), lambda: ContactsEditor(self._look)),
            Entry("organisation", _("&Organisation"), LineEditor, _("A new name makes a new organisation.")),
            Entry("notes", _("No&tes"), lambda: TextEditor(lines=3), _("Seen by agents only.")),
        )

    def lines(self, source: Source) -> list[Line]:
        """Those found, in the order in which the desk gives them."""
        return [
            Line(
                hit.uid,
                hit.name,
                (
                    hit.name or _("(no name)"),
                    hit.phone,
                    hit.email,
                    hit.organisation,
                    str(hit.open_tickets) if hit.open_tickets else "",
                ),
            )
            for hit in source.people
        ]

    def values(self, source: Source, uid: str | None) -> dict[str, Value]:
        """The person who was looked up; nothing before that."""
        person = source.person
        if person is None or person.uid != uid:
            return {}
        return {
            "name": person.name,
            "contacts": [contact_text(contact.kind, contact.value) for contact in person.contacts],
            "organisation": person.organisation,
            "notes": person.notes,
        }

    def problems(self, values: Mapping[str, Value], *, adding: bool) -> dict[str, str]:
        """A person needs any one of name, phone and e-mail."""
        if values.get("name") or values.get("contacts"):
            return {}
        return {"name": _("Type a name, a phone number or an e-mail address: any one is enough.")}

    def entry_of(self, field: str, *, adding: bool) -> str:
        """All numbers and addresses stand in one entry."""
        return "contacts" if field in KINDS else field

    def add(self, desk: Desk, values: Mapping[str, Value]) -> Done:
        """Make the person with every contact point."""
        contacts = [contact_of(contact) for contact in ticked(values, "contacts")]
        return desk.add_person(
            NewPerson(
                name=text(values, "name"),
                phones=tuple(value for kind, value in contacts if kind == "phone"),
                emails=tuple(value for kind, value in contacts if kind == "email"),
                organisation=text(values, "organisation"),
            )
        )

    def edit(self, desk: Desk, uid: str, changes: Mapping[str, Value]) -> Done:
        """Save what was changed; contact points that were edited are taken away and added anew."""
        kept = fields({name: text(changes, name) for name in changes if name != "contacts"})
        person = desk.person(uid)
        known = {contact_text(contact.kind, contact.value): contact.uid for contact in person.contacts}
        wanted = ticked(changes, "contacts") if "contacts" in changes else tuple(known)
        return desk.edit_person(
            uid,
            add_contacts=[contact_of(contact) for contact in wanted if contact not in known],
            remove_contacts=[known[contact] for contact in known if contact not in wanted],
            **kept,
        )
