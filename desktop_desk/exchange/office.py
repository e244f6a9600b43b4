"""Names of another system as things of this desk: found where the desk has them, made where it has not."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from desktop_desk.desk.ports import Draft, Store
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import EntityId
from desktop_desk.domain.names import name_words
from desktop_desk.domain.phones import read_phone
from desktop_desk.exchange.event_map import EventMap, MappedStatus
from desktop_desk.exchange.rows import Snapshot
from desktop_desk.i18n import _


def derived_id(desk: str, source: str, kind: str, outside: Iterable[str]) -> EntityId:
    """The id that a thing from outside has on every replica of a desk: a UUIDv5 in hexadecimal digits."""
    name = json.dumps([source, kind, *outside], ensure_ascii=False, separators=(",", ":")).encode()
    digest = bytearray(hashlib.sha1(bytes.fromhex(desk) + name, usedforsecurity=False).digest()[:16])
    digest[6] = (digest[6] & 0x0F) | 0x50
    digest[8] = (digest[8] & 0x3F) | 0x80
    return EntityId(digest.hex())


class Newcomers:
    """Ids for the names in a log; what the desk does not have yet is drafted, and waits in `drafts`.

    Attributes:
        drafts: facts that make what the names asked for so far need; taken by `take`.
    """

    def __init__(self, store: Store, how: EventMap) -> None:
        self._store = store
        self._how = how
        self._directory = store.directory()
        self._desk = self._directory.settings.uid
        self._known: dict[tuple[str, ...], EntityId] = {}
        self._logins = {agent.login.casefold() for agent in self._directory.agents}
        self.drafts: list[Draft] = []

    def take(self) -> list[Draft]:
        """The drafts that wait, once."""
        taken, self.drafts = self.drafts, []
        return taken

    def id_of(self, kind: str, *outside: str) -> EntityId:
        """The id of a thing of this source."""
        return derived_id(self._desk, self._how.source, kind, outside)

    def department(self, name: str = "") -> EntityId | None:
        """A department by name; without one the map's, else the desk's own."""
        name = name or self._how.create.department
        if name:
            return self._thing("department", name, {"name": name, "active": True})
        settings = self._directory.settings
        return settings.department or next(
            (each.uid for each in self._directory.departments if each.active), None
        )

    def team(self, name: str) -> EntityId | None:
        """A team by name; None for none."""
        return self._thing("team", name, {"name": name, "active": True}) if name else None

    def agent(self, name: str) -> EntityId | None:
        """An agent by name or login name; new ones cannot log in until an administrator lets them."""
        if not name:
            return None
        key = ("agent", name)
        if key not in self._known:
            wanted = name.casefold()
            found = self._directory.agent(name) or next(
                (agent for agent in self._directory.agents if agent.name.casefold() == wanted), None
            )
            if found is not None:
                self._known[key] = found.uid
            else:
                fields = {
                    "login": self._login(name), "name": name, "email": "", "phone": "", "active": False,
                    "admin": False, "department": self.department(),
                }  # fmt: skip
                self._make(key, "agent_added", fields)
        return self._known[key]

    def topic(self, path: tuple[str, ...]) -> EntityId | None:
        """A topic by its path, broadest first; None for none."""
        parent: EntityId | None = None
        for depth in range(1, len(path) + 1):
            key = ("topic", *path[:depth])
            if key not in self._known:
                name = path[depth - 1]
                found = next(
                    (
                        topic
                        for topic in self._directory.topics
                        if topic.parent == parent and topic.name.casefold() == name.casefold()
                    ),
                    None,
                )
                if found is not None:
                    self._known[key] = found.uid
                else:
                    self._make(key, "topic_added", {"name": name, "parent": parent, "active": True})
            parent = self._known[key]
        return parent

    def status(self, status: MappedStatus) -> EntityId:
        """A status by name; Invalid when the desk has one of this name for another state."""
        known = self._directory.status(status.name)
        if known is not None and known.state != status.state:
            reason = _("The desk's status “{name}” stands for {state}, and the map's for {other}.")
            raise Invalid(
                "map",
                reason.format(name=status.name, state=known.state, other=status.state),
                _("Give it another name in the map."),
            )
        return self._thing(
            "status", status.name, {"name": status.name, "state": status.state, "active": True}
        )

    def person(self, shot: Snapshot) -> EntityId | None:
        """The caller of a row: by what the log calls them, else by exactly their number or address; None for none."""
        key = ("person", shot.caller, shot.caller_phone, shot.caller_email)
        if not any(key[1:]):
            return None
        if key not in self._known:
            contacts = self._contacts(shot)
            found = self._store.people.by_uid(self.id_of(*key))
            if found is None:
                found = next(
                    (
                        person
                        for kind, _value, digits in contacts
                        for person in self._store.people.by_contact(kind, digits)
                        if not shot.caller or name_words(person.name) == name_words(shot.caller)
                    ),
                    None,
                )
            if found is not None:
                self._known[key] = found.uid
            else:
                organisation = self._organisation(shot.organisation)
                person = self._make(
                    key, "person_added", {"name": shot.caller, "organisation": organisation, "notes": ""}
                )
                for kind, value, digits in contacts:
                    fields = {"person": person, "kind": kind, "value": value, "key": digits}
                    self._draft("contact_added", self.id_of("contact", person, kind, value), fields)
        return self._known[key]

    def _contacts(self, shot: Snapshot) -> list[tuple[str, str, str]]:
        contacts: list[tuple[str, str, str]] = []
        if shot.caller_phone:
            phone = read_phone(shot.caller_phone, self._directory.settings.country)
            if phone.digits:
                contacts.append(("phone", shot.caller_phone, phone.digits))
        if shot.caller_email:
            contacts.append(("email", shot.caller_email, shot.caller_email.casefold()))
        return contacts

    def _organisation(self, name: str) -> EntityId | None:
        if not name:
            return None
        key = ("organisation", name)
        if key not in self._known:
            found = self._store.people.organisation(name)
            if found is not None:
                self._known[key] = found
            else:
                self._make(key, "organisation_added", {"name": name, "notes": ""})
        return self._known[key]

    def _thing(self, kind: str, name: str, fields: Mapping[str, Any]) -> EntityId:
        """An office thing that has nothing but a name."""
        key = (kind, name)
        if key not in self._known:
            found: Any = getattr(self._directory, kind)(name)
            if found is not None:
                self._known[key] = found.uid
            else:
                self._make(key, f"{kind}_added", fields)
        return self._known[key]

    def _make(self, key: tuple[str, ...], verb: str, fields: Mapping[str, Any]) -> EntityId:
        uid = self._known[key] = self.id_of(*key)
        self._draft(verb, uid, fields)
        return uid

    def _draft(self, verb: str, entity: EntityId, fields: Mapping[str, Any]) -> None:
        self.drafts.append(
            Draft(verb, entity, {name: value for name, value in fields.items() if value is not None})
        )

    def _login(self, name: str) -> str:
        """A login name that nobody has yet."""
        wanted = ".".join(name_words(name)) or "agent"
        login, number = wanted, 1
        while login in self._logins:
            number += 1
            login = f"{wanted}{number}"
        self._logins.add(login)
        return login
