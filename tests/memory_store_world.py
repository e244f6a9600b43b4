"""What a list of facts comes to, all at once: the office, people, tickets, and what is new for whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from desktop_desk.desk import directory as office_things
from desktop_desk.desk.channel_ports import MailRecord
from desktop_desk.desk.directory import Directory, Settings
from desktop_desk.desk.ports import AttachmentRecord, CallBackRecord, TicketRecord
from desktop_desk.domain.attachments import attached
from desktop_desk.domain.calendars import Calendar
from desktop_desk.domain.facts import CREATING, UNDONE, EntityId, Fact, State, standing
from desktop_desk.domain.mail import RAW_KIND, RAW_NAME
from desktop_desk.domain.phones import number_words
from desktop_desk.domain.tickets import (
    Entries,
    Event,
    Summary,
    differing,
    endings,
    late_acts,
    summarise,
    unseen_by,
)
from desktop_desk.domain.verbs import ENTRY_KINDS, VERBS, kind_of

LISTS = {
    "agent": ("agents", office_things.Agent),
    "department": ("departments", office_things.Department),
    "team": ("teams", office_things.Team),
    "role": ("roles", office_things.Role),
    "topic": ("topics", office_things.Topic),
    "status": ("statuses", office_things.Status),
    "replica": ("replicas", office_things.Replica),
    "mailbox": ("mailboxes", office_things.Mailbox),
}


@dataclass(frozen=True)
class Thing:
    """An entity that belongs to no ticket; `id` is where its first fact stands."""

    id: int
    uid: EntityId
    kind: str
    state: State


@dataclass
class Ticket:
    """A ticket with what stands in its thread."""

    id: int
    uid: EntityId
    state: State
    facts: list[Fact]
    entries: list[Fact] = field(default_factory=list)
    ids: dict[EntityId, int] = field(default_factory=dict)
    call_backs: list[tuple[Fact, State]] = field(default_factory=list)
    files: list[tuple[Fact, State]] = field(default_factory=list)


class World:
    """Everything, computed from the facts when it is first asked for."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.facts = list(facts)

    # ── what belongs to no ticket ────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def things(self) -> list[Thing]:
        """Every entity that is of no ticket, in the order in which they came."""
        grouped: dict[EntityId, list[Fact]] = {}
        for fact in self.facts:
            if fact.ticket is None:
                grouped.setdefault(fact.entity, []).append(fact)
        found: list[Thing] = []
        for uid, group in grouped.items():
            kinds = [kind_of(fact.verb) for fact in group if kind_of(fact.verb) not in {"", "undo"}]
            if kinds:
                first = min(fact.arrival for fact in group if fact.verb != UNDONE)
                found.append(Thing(first, uid, kinds[0], standing(group)))
        return sorted(found, key=lambda thing: thing.id)

    def of_kind(self, kind: str) -> list[Thing]:
        """The created entities of one kind, withdrawn ones too."""
        return [thing for thing in self.things if thing.kind == kind and thing.state.created]

    @cached_property
    def directory(self) -> Directory:
        """The office."""
        lists: dict[str, list[Any]] = {name: [] for name, _kind in LISTS.values()}
        withdrawn: list[Any] = []
        calendars: dict[str, Calendar] = {}
        settings = Settings()
        for thing in self.things:
            if thing.kind == "calendar":
                calendars[thing.uid] = Calendar.from_fields(thing.state.fields)
            elif thing.kind == "desk":
                values = _known(Settings, thing.state.fields)
                values |= {"required_to_close": tuple(values.get("required_to_close", ())), "uid": thing.uid}
                settings = Settings(**values)
            elif thing.kind in LISTS:
                name, kind = LISTS[thing.kind]
                values = _known(kind, _with_members(thing.state.fields))
                if thing.state.withdrawn:
                    withdrawn.append(_thing(kind, values, thing, active=False))
                else:
                    lists[name].append(_thing(kind, values, thing))
        made = {name: tuple(things) for name, things in lists.items()}
        return Directory(
            **made,
            calendars=calendars,
            settings=settings,
            withdrawn=tuple(withdrawn),
            rivals={
                thing.uid: tuple(sorted(thing.state.rivals)) for thing in self.things if thing.state.rivals
            },
            version=len(self.facts),
        )

    @cached_property
    def person_of(self) -> Mapping[str, Thing]:
        """Persons by id."""
        return {thing.uid: thing for thing in self.of_kind("person")}

    @cached_property
    def contacts(self) -> list[Thing]:
        """Contact points that count, in the order in which they came."""
        live = (thing for thing in self.of_kind("contact") if not thing.state.withdrawn)
        return [thing for thing in live if not thing.state.get("removed")]

    def shown_name(self, person: str) -> str:
        """A caller's name, or what else is known of him."""
        thing = self.person_of.get(person)
        if thing is None:
            return ""
        own = (contact for contact in self.contacts if contact.state.get("person") == person)
        return thing.state.get("name") or next((contact.state.get("value") for contact in own), "") or ""

    # ── tickets ──────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def tickets(self) -> list[Ticket]:
        """Every ticket whose opening is known, in the order in which they were opened."""
        grouped: dict[EntityId, list[Fact]] = {}
        for fact in self.facts:
            if fact.ticket is not None:
                grouped.setdefault(fact.ticket, []).append(fact)
        found: list[Ticket] = []
        for uid, thread in grouped.items():
            own = [fact for fact in thread if fact.entity == uid]
            opened = [fact.arrival for fact in own if fact.verb == "opened"]
            if opened:
                found.append(self._thread(Ticket(min(opened), uid, standing(own), thread)))
        return sorted(found, key=lambda ticket: ticket.id)

    @cached_property
    def ticket_of(self) -> Mapping[str, Ticket]:
        """Tickets by id."""
        return {ticket.uid: ticket for ticket in self.tickets}

    def _thread(self, ticket: Ticket) -> Ticket:
        groups: dict[EntityId, list[Fact]] = {}
        for fact in ticket.facts:
            if fact.entity != ticket.uid:
                groups.setdefault(fact.entity, []).append(fact)
        for uid, group in groups.items():
            made = next((fact for fact in group if fact.verb in CREATING), None)
            if made is None:
                if any(fact.verb in {"mail_sent", "mail_failed"} for fact in group):
                    ticket.ids[uid] = min(fact.arrival for fact in group)
                continue
            state = standing(group)
            ticket.ids[uid] = min(fact.arrival for fact in group if fact.verb != UNDONE)
            if made.verb == "call_back_promised":
                ticket.call_backs.append((made, state))
            elif made.verb == "attached":
                ticket.files.append((made, state))
            if (made.verb in ENTRY_KINDS or made.verb == "attached") and not state.withdrawn:
                ticket.entries.append(made)
        return ticket

    @cached_property
    def records(self) -> list[TicketRecord]:
        """The row of every ticket."""
        return [self._record(ticket) for ticket in self.tickets]

    @cached_property
    def record_of(self) -> Mapping[str, TicketRecord]:
        """Rows by ticket."""
        return {record.uid: record for record in self.records}

    def _record(self, ticket: Ticket) -> TicketRecord:
        of, row = self.directory.id_of, self._summary(ticket)
        person = self.person_of.get(row.caller)
        return TicketRecord(
            id=ticket.id, uid=ticket.uid, number=row.number, subject=row.subject, status=of(row.status),
            state=row.state, priority=row.priority, source=row.source, topic=of(row.topic),
            department=of(row.department), team=of(row.team), agent=of(row.agent), caller=person.id if person else 0,
            caller_name=self.shown_name(row.caller), opened=row.opened, updated=row.updated, due=row.due,
            resolved=row.resolved, closed=row.closed, answered=row.answered, reopens=row.reopens,
            reassignments=row.reassignments, entries=row.entries, differences=self._differences(ticket),
            merged_into=EntityId(row.merged_into) if row.merged_into else None, tags=row.tags,
        )  # fmt: skip

    def _summary(self, ticket: Ticket) -> Summary:
        merged = self._link_holds(ticket.uid)
        return summarise(ticket.state, self._entries(ticket), self.directory.office, merged=merged)

    @cached_property
    def events(self) -> list[Event]:
        """Everything that reports count."""
        return [event for ticket in self.tickets for event in self._summary(ticket).events]

    def _entries(self, ticket: Ticket) -> Entries:
        to_caller = [fact.at for fact in ticket.entries if _is_to_caller(fact)]
        heard = [
            fact.at
            for fact in ticket.entries
            if fact.verb in {"messaged", "called"} and not _is_to_caller(fact)
        ]
        return Entries(
            first_reply=min(to_caller, default=None), last_reply=max(to_caller, default=None),
            last_word=max(heard, default=None), last=max((fact.at for fact in ticket.entries), default=None),
            count=len(ticket.entries),
        )  # fmt: skip

    def _differences(self, ticket: Ticket) -> int:
        if ticket.state.withdrawn:
            return len(late_acts(ticket.facts))
        ends = endings(ticket.state, self.directory.office)
        unseen = sum(bool(unseen_by(name, end, ticket.facts)) for name, end in ends.items())
        return len(differing(ticket.state)) + unseen

    def _link(self, uid: str) -> str | None:
        ticket = self.ticket_of.get(uid)
        return ticket.state.get("merged_into") if ticket else None

    def _link_holds(self, uid: EntityId) -> bool:
        """Whether a merge link counts: of a circle the lowest id's does not."""
        path, link = [str(uid)], self._link(uid)
        while link and link not in path:
            path.append(link)
            link = self._link(link)
        return bool(self._link(uid)) and not (link == uid and uid == min(path))

    def texts(self, ticket: Ticket) -> list[tuple[int, str]]:
        """What a ticket is found by: each text with where its fact stands, the newest first."""
        found: list[tuple[int, str]] = []
        if not ticket.state.withdrawn:
            record = self.record_of[ticket.uid]
            found.append((ticket.id, f"{record.subject}\n{record.caller_name}"))
        for fact in ticket.entries:
            said = str(fact.fields.get("name" if fact.verb == "attached" else "text") or "")
            number = str(fact.fields.get("number") or "")
            words = (number, *number_words(number)) if number else ()
            found.append((ticket.ids[fact.entity], "\n".join((said, *words))))
        return sorted(found, reverse=True)

    # ── what is new ──────────────────────────────────────────────────────────────────────────────────────────────

    def newest_for(self, ticket: Ticket, agent: str) -> int | None:
        """The stamp of the newest news by others, of a ticket that an agent follows; None when he does not."""
        if not ticket.state.get(f"follow:{agent}"):
            return None
        told = [
            fact for fact in (*ticket.state.facts, *ticket.entries) if fact.actor != agent and _is_news(fact)
        ]
        newest = max((fact.stamp for fact in told), default=0)
        return newest if newest >= ticket.state.heads[f"follow:{agent}"].stamp else 0

    def seen_by(self, ticket: str, agent: str) -> int:
        """How far an agent has seen a ticket."""
        for thing in self.of_read_marks:
            if thing.state.get("ticket") == ticket and thing.state.get("agent") == agent:
                return int(thing.state.get("seen") or 0)
        return 0

    @cached_property
    def of_read_marks(self) -> list[Thing]:
        """Who has seen what."""
        return [thing for thing in self.things if thing.kind == "read"]

    @cached_property
    def call_backs(self) -> list[CallBackRecord]:
        """Every promised call-back, in the order in which they came."""
        of = self.directory.id_of
        found: list[CallBackRecord] = []
        for ticket in self.tickets:
            record = self.record_of[ticket.uid]
            for made, state in ticket.call_backs:
                found.append(
                    CallBackRecord(
                        id=ticket.ids[made.entity], uid=made.entity, ticket=record.number, subject=record.subject,
                        agent=of(state.get("agent")), person=state.get("person") or "",
                        phone=state.get("phone") or "", text=state.get("text") or "", due=state.get("due"),
                        at=made.at, by=of(made.actor), done=bool(state.get("done")) or state.withdrawn,
                    )
                )  # fmt: skip
        for thing in self.of_kind("call_back"):
            made = next(fact for fact in self.facts if fact.entity == thing.uid and fact.verb in CREATING)
            get = thing.state.get
            found.append(
                CallBackRecord(
                    thing.id, thing.uid, "", "", of(get("agent")), get("person") or "", get("phone") or "",
                    get("text") or "", get("due"), made.at, of(made.actor),
                    done=bool(get("done")) or thing.state.withdrawn,
                )
            )  # fmt: skip
        return sorted(found, key=lambda back: back.id)

    @cached_property
    def attachments(self) -> list[AttachmentRecord]:
        """Every attached file, in the order in which they came; of files that are misshapen none."""
        found: list[AttachmentRecord] = []
        for ticket in self.tickets:
            for made, state in ticket.files:
                file = attached(made.fields)
                if file is not None:
                    found.append(
                        AttachmentRecord(
                            ticket.ids[made.entity], made.entity, ticket.id, file.name, file.mime, file.size, file.sha,
                            made.replica, state.withdrawn,
                        )
                    )  # fmt: skip
        return sorted([*found, *self._raw_mails], key=lambda record: record.id)

    @property
    def _raw_mails(self) -> list[AttachmentRecord]:
        """The raw messages of mails, which belong to no ticket."""
        found: list[AttachmentRecord] = []
        for thing in self.of_kind("mail"):
            file = attached(
                {
                    "name": RAW_NAME,
                    "mime": RAW_KIND,
                    "sha": thing.state.get("sha"),
                    "size": thing.state.get("size"),
                }
            )
            made = next(fact for fact in self.facts if fact.entity == thing.uid)
            if file is not None:
                found.append(
                    AttachmentRecord(
                        thing.id,
                        thing.uid,
                        0,
                        file.name,
                        file.mime,
                        file.size,
                        file.sha,
                        made.replica,
                        void=False,
                    )
                )
        return found

    @cached_property
    def mails(self) -> list[MailRecord]:
        """Every mail that came in, and every entry that was sent as one or could not be."""
        found = [_mail_of(thing, self.facts) for thing in self.of_kind("mail")]
        for ticket in self.tickets:
            for uid, arrival in ticket.ids.items():
                group = [fact for fact in ticket.facts if fact.entity == uid]
                told = [fact for fact in group if fact.verb in {"mail_sent", "mail_failed"}]
                if told:
                    newest, state = max(told, key=lambda fact: fact.rank), standing(group)
                    found.append(
                        MailRecord(
                            arrival, uid, newest.verb.removeprefix("mail_"), state.get("message_id") or "", newest.at,
                            "", "", state.get("reason") or "", ticket.uid, uid, None, "", 0, state.withdrawn,
                        )
                    )  # fmt: skip
        return sorted(found, key=lambda record: record.id)


def _mail_of(thing: Thing, facts: Iterable[Fact]) -> MailRecord:
    made = next(fact for fact in facts if fact.entity == thing.uid and fact.verb == "mail_received")
    get = thing.state.get
    return MailRecord(
        thing.id, thing.uid, get("state") or "quarantined", get("message_id") or "", made.at,
        (get("sender") or "").casefold(), get("subject") or "", get("reason") or "", get("ticket"), get("entry"),
        get("mailbox"), get("sha") or "", get("size") or 0, thing.state.withdrawn,
    )  # fmt: skip


def _is_to_caller(fact: Fact) -> bool:
    return fact.verb == "replied" or (fact.verb == "called" and fact.fields.get("direction") == "out")


def _is_news(fact: Fact) -> bool:
    return fact.verb in VERBS and VERBS[fact.verb].news


def _with_members(values: Mapping[str, Any]) -> dict[str, Any]:
    """An office thing's fields with those that are one per member gathered."""
    found = dict(values)
    found["roles"] = {name[5:]: role for name, role in values.items() if name.startswith("role:") and role}
    found["notices"] = {
        name: str(value) for name, value in values.items() if name.startswith("notice:") and value is not None
    }
    found["members"] = tuple(
        sorted(name[7:] for name, on in values.items() if name.startswith("member:") and on)
    )
    found["permissions"] = frozenset(values.get("permissions") or ())
    found["required_to_close"] = tuple(values.get("required_to_close") or ())
    return found


def _thing(kind: Any, values: dict[str, Any], thing: Thing, **more: Any) -> Any:
    """A frozen thing of the office."""
    return kind(**{**values, **more, "id": thing.id, "uid": thing.uid})


def _known(kind: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    names = {one.name for one in fields(kind)}
    return {name: value for name, value in values.items() if name in names and value is not None}
