"""People, news and reports of a store in memory."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from desktop_desk.desk.ports import CallBackRecord, OrganisationRecord, PersonRecord, TicketRecord
from desktop_desk.desk.reports import ReportRequest
from desktop_desk.domain.facts import EntityId
from desktop_desk.domain.names import name_key
from desktop_desk.domain.phones import search_digits
from desktop_desk.domain.texts import folded
from desktop_desk.domain.tickets import DIMENSIONS
from tests.memory_store_tickets import LIVE, plain
from tests.memory_store_world import Thing, World

if TYPE_CHECKING:
    from tests.memory_store import Memory

EPOCH = date(1970, 1, 1).toordinal()


class MemoryPeople:
    """Answers questions about callers."""

    def __init__(self, memory: "Memory") -> None:
        self._memory = memory

    @property
    def _world(self) -> World:
        return self._memory.world

    def _live(self) -> list[Thing]:
        return [thing for thing in self._world.of_kind("person") if not thing.state.withdrawn]

    def by_uid(self, uid: EntityId) -> PersonRecord | None:
        thing = self._world.person_of.get(uid)
        return self._record(thing) if thing else None

    def by_id(self, number: int) -> PersonRecord | None:
        return next((self._record(one) for one in self._world.of_kind("person") if one.id == number), None)

    def find(self, text: str, limit: int) -> tuple[PersonRecord, ...]:
        words = _words(text)
        if not words and text.strip():
            return ()
        found = [thing for thing in reversed(self._live()) if all(self._knows(thing, word) for word in words)]
        return tuple(self._record(thing) for thing in found[:limit])

    def _knows(self, thing: Thing, word: str) -> bool:
        """Whether a word or run of digits is known of a person; short ones only where words begin or numbers end."""
        name = thing.state.get("name") or ""
        known = [name, name_key(name), self._organisation(thing)[1]]
        numbers: list[str] = []
        for contact in self._contacts(thing):
            is_phone = contact.state.get("kind") == "phone"
            (numbers if is_phone else known).append(contact.state.get("key" if is_phone else "value") or "")
        if len(word) >= 3:
            return any(folded(word) in folded(text) for text in (*known, *numbers))
        if word.isdigit():
            return any(number.endswith(word) for number in numbers)
        return any(part.startswith(word) for part in name_key(name).split())

    def uids(self) -> list[EntityId]:
        return [thing.uid for thing in self._live()]

    def by_contact(self, kind: str, key: str) -> tuple[PersonRecord, ...]:
        wanted = [
            contact.state.get("person")
            for contact in self._world.contacts
            if contact.state.get("kind") == kind and contact.state.get("key") == key
        ]
        live = {thing.uid: thing for thing in self._live()}
        return tuple(self._record(live[uid]) for uid in dict.fromkeys(wanted) if uid in live)

    def by_name(self, key: str) -> tuple[PersonRecord, ...]:
        return tuple(
            self._record(thing) for thing in self._live() if name_key(thing.state.get("name") or "") == key
        )

    def organisation(self, name: str) -> EntityId | None:
        found = (
            one.uid for one in self._organisations() if plain(one.state.get("name") or "") == plain(name)
        )
        return next(found, None)

    def organisations(self) -> tuple[OrganisationRecord, ...]:
        found = [
            OrganisationRecord(
                thing.uid,
                thing.state.get("name") or "",
                sum(person.state.get("organisation") == thing.uid for person in self._live()),
            )
            for thing in self._organisations()
        ]
        return tuple(sorted(found, key=lambda one: plain(one.name)))

    def contacts_ever(self, person: int) -> tuple[EntityId, ...]:
        owner = next((one.uid for one in self._world.of_kind("person") if one.id == person), None)
        return tuple(one.uid for one in self._world.of_kind("contact") if one.state.get("person") == owner)

    def contact_owner(self, uid: EntityId) -> EntityId | None:
        contact = next((one for one in self._world.of_kind("contact") if one.uid == uid), None)
        owner = self._world.person_of.get(contact.state.get("person") or "") if contact else None
        return owner.uid if owner else None

    def _organisations(self) -> list[Thing]:
        return [thing for thing in self._world.of_kind("organisation") if not thing.state.withdrawn]

    def _organisation(self, person: Thing) -> tuple[EntityId | None, str]:
        uid = person.state.get("organisation")
        named = next((one for one in self._world.of_kind("organisation") if one.uid == uid), None)
        return (named.uid, named.state.get("name") or "") if named else (None, "")

    def _contacts(self, person: Thing) -> list[Thing]:
        return [contact for contact in self._world.contacts if contact.state.get("person") == person.uid]

    def _record(self, thing: Thing) -> PersonRecord:
        organisation, name = self._organisation(thing)
        return PersonRecord(
            id=thing.id, uid=thing.uid, name=thing.state.get("name") or "", organisation=name,
            organisation_uid=organisation, notes=thing.state.get("notes") or "",
            contacts=tuple(
                (one.uid, one.state.get("kind") or "other", one.state.get("value") or "")
                for one in self._contacts(thing)
            ),
            open_tickets=sum(
                record.caller == thing.id and record.state in LIVE for record in self._world.records
            ),
        )  # fmt: skip


class MemoryNews:
    """Answers what an agent has not seen yet."""

    def __init__(self, memory: "Memory") -> None:
        self._memory = memory

    def fresh(self, agent: int, after: int, limit: int) -> tuple[TicketRecord, ...]:
        world = self._memory.world
        uid = world.directory.uid_of(agent)
        if uid is None:
            return ()
        found: list[tuple[int, TicketRecord]] = []
        for ticket in world.tickets:
            newest = world.newest_for(ticket, uid) or 0
            if newest > max(after, world.seen_by(ticket.uid, uid)):
                found.append((newest, world.record_of[ticket.uid]))
        found.sort(key=lambda one: one[0], reverse=True)
        return tuple(record for _newest, record in found[:limit])

    def call_backs(self, agent: int, teams: Sequence[int] = ()) -> tuple[CallBackRecord, ...]:
        owed = [back for back in self._memory.world.call_backs if not back.done]
        own = {agent, *teams}
        pending = [back for back in owed if back.agent in own or (back.agent == 0 and not back.ticket)]
        return tuple(sorted(pending, key=lambda back: (back.at if back.due is None else back.due, back.id)))

    def due_within(
        self, since: int, until: int, whose: str, who: int, limit: int, *, soonest: bool
    ) -> tuple[TicketRecord, ...]:
        world = self._memory.world
        follower = world.directory.uid_of(who)

        def is_his(record: TicketRecord) -> bool:
            if whose == "department":
                return not record.agent and not record.team and record.department == who
            if whose == "follower":
                ticket = next(one for one in world.tickets if one.uid == record.uid)
                return bool(ticket.state.get(f"follow:{follower}"))
            return not whose or getattr(record, whose) == who

        due = [
            record
            for record in world.records
            if record.state == "open"
            and record.due is not None
            and since <= record.due <= until
            and is_his(record)
        ]
        due.sort(key=lambda record: (record.due or 0, record.id), reverse=not soonest)
        return tuple(due[:limit])

    def different(self, since: int, limit: int) -> tuple[TicketRecord, ...]:
        found = [one for one in self._memory.world.records if one.differences and one.updated >= since]
        return tuple(sorted(found, key=lambda record: (-record.updated, -record.id))[:limit])

    def call_backs_of(self, ticket: int) -> tuple[CallBackRecord, ...]:
        world = self._memory.world
        if not ticket:
            return tuple(back for back in world.call_backs if not back.ticket)
        own = next((one for one in world.tickets if one.id == ticket), None)
        promised = {made.entity for made, _state in own.call_backs} if own else set[EntityId]()
        return tuple(back for back in world.call_backs if back.uid in promised)

    def call_back(self, uid: EntityId) -> CallBackRecord | None:
        return next((back for back in self._memory.world.call_backs if back.uid == uid), None)


class MemoryReports:
    """Counts the events of a period, one by one."""

    def __init__(self, memory: "Memory") -> None:
        self._memory = memory

    def sums(self, request: ReportRequest) -> Mapping[tuple[str, str], tuple[int, int]]:
        world = self._memory.world
        zone = ZoneInfo(world.directory.settings.zone)
        found: dict[tuple[str, str], tuple[int, int]] = {}

        def count(what: str, value: str, total: int) -> None:
            many, sum_ = found.get((what, value), (0, 0))
            found[what, value] = (many + 1, sum_ + total)

        for event in world.events:
            day = datetime.fromtimestamp(event.at / 1000, zone).toordinal() - EPOCH
            if request.first_day <= day <= request.last_day:
                count(event.what, self._value(event.dims, request.by), event.total)
        for record in world.records:
            due = record.due if record.state in LIVE else None
            if due is not None and request.late_from <= due < request.late_until:
                held = getattr(record, request.by) if request.by else ""
                count("overdue", str(held) if held else "", 0)
        return found

    def _value(self, dims: tuple[str, ...], by: str) -> str:
        if not by:
            return ""
        value = dims[DIMENSIONS.index(by)]
        if by in {"priority", "source"}:
            return value
        return str(self._memory.world.directory.id_of(value) or "")


def _words(text: str) -> list[str]:
    """What somebody looks for: a whole number's digits, addresses as they stand, other words as names are folded."""
    whole = search_digits(text)
    if whole:
        return [whole]
    found: list[str] = []
    for word in text.split():
        if "@" in word or "." in word.strip("."):
            found.append(word.casefold())
        elif digits := search_digits(word):
            found.append(digits)
        else:
            found.extend(name_key(word).split())
    return found
