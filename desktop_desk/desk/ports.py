"""What the desk needs from outside: a store, a clock and new ids; adapters live in storage."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from desktop_desk.desk.channel_ports import MailPort
from desktop_desk.desk.directory import Directory
from desktop_desk.desk.exchange_ports import LogPort
from desktop_desk.desk.outbox_ports import OutboxPort
from desktop_desk.desk.queues import Condition, PageRequest
from desktop_desk.desk.reports import ReportRequest
from desktop_desk.domain.facts import EntityId, Fact, FactId, ReplicaId
from desktop_desk.domain.query import Query

Clock = Callable[[], int]
"""Tells the time: ms since the epoch, UTC."""

Progress = Callable[[int, int], None]
"""Told how many of how many are done; raise from it to stop."""


class NewId(Protocol):
    """Where new ids come from; tests and the generator give predictable ones."""

    def entity(self) -> EntityId:
        """A new UUIDv7."""
        ...

    def salt(self) -> bytes:
        """16 bytes nobody can guess."""
        ...


@dataclass(frozen=True, slots=True)
class Position:
    """How far a reader had been shown: the own log up to `seq`, others' as (replica, seq)."""

    seq: int
    others: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact before it is written.

    Attributes:
        at: when it happened, ms; None: now. Imports and calls typed later set it.
        actor: another than who writes, for imports.
        informed: decided by the desk within the transaction, which has seen everything, and not by the form.
    """

    verb: str
    entity: EntityId
    fields: Mapping[str, Any]
    ticket: EntityId | None = None
    at: int | None = None
    actor: EntityId | None = None
    informed: bool = False


@dataclass(frozen=True, slots=True)
class TicketRecord:
    """A ticket's row in the projection; ids of office things, persons and entries are local numbers, 0 for none."""

    id: int
    uid: EntityId
    number: str
    subject: str
    status: int
    state: str
    priority: str
    source: str
    topic: int
    department: int
    team: int
    agent: int
    caller: int
    caller_name: str
    opened: int
    updated: int
    due: int | None
    resolved: int | None
    closed: int | None
    answered: bool
    reopens: int
    reassignments: int
    entries: int
    differences: int
    merged_into: EntityId | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person's row; contacts as (entity, kind, value)."""

    id: int
    uid: EntityId
    name: str
    organisation: str
    organisation_uid: EntityId | None
    notes: str
    contacts: tuple[tuple[EntityId, str, str], ...]
    open_tickets: int


@dataclass(frozen=True, slots=True)
class OrganisationRecord:
    """An organisation's row with the number of its persons."""

    uid: EntityId
    name: str
    people: int


@dataclass(frozen=True, slots=True)
class CallBackRecord:
    """A promised call-back."""

    id: int
    uid: EntityId
    ticket: str
    subject: str
    agent: int
    person: str
    phone: str
    text: str
    due: int | None
    at: int
    by: int
    done: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A search hit: the ticket, and the fact whose text matched."""

    ticket: TicketRecord
    arrival: int


class JournalPort(Protocol):
    """Facts: appended in acts, read by what they are about."""

    @property
    def own(self) -> ReplicaId: ...
    def position(self) -> Position: ...
    def new_number(self, ticket: EntityId) -> str: ...
    def highest_counter(self) -> int: ...
    def append(
        self, drafts: Sequence[Draft], actor: EntityId | None, seen: Position | None
    ) -> list[Fact]: ...
    def append_acts(
        self, acts: Iterable[Sequence[Draft]], actor: EntityId | None, seen: Position | None = None
    ) -> list[Fact]: ...
    def own_reach(self, actor: EntityId, since: int, ticket: EntityId | None, entity: EntityId) -> int: ...
    def of_entity(self, entity: EntityId, ticket: EntityId | None) -> list[Fact]: ...
    def of_ticket(self, ticket: EntityId) -> list[Fact]: ...
    def of_act(self, act: FactId) -> list[Fact]: ...
    def by_actor(self, actor: EntityId, before: int | None = None, limit: int = 50) -> list[Fact]: ...
    def by_arrival(self, arrivals: Iterable[int]) -> dict[int, Fact]: ...
    def recent(self, after: int, limit: int) -> list[Fact]: ...
    def of_verb(self, verb: str) -> list[Fact]: ...
    def undoing(self, act: FactId) -> tuple[FactId, ...]: ...
    def count(self) -> int: ...


class TicketPort(Protocol):
    """Tickets as lists and forms read them."""

    def by_number(self, number: str) -> tuple[TicketRecord, ...]: ...
    def by_uid(self, uid: EntityId) -> TicketRecord | None: ...
    def page(self, request: PageRequest) -> tuple[TicketRecord, ...]: ...
    def counters(self, agent: int, teams: tuple[int, ...], now: int) -> Mapping[str, int]: ...
    def open_by_holder(self) -> Mapping[tuple[str, int], int]: ...
    def search(self, query: Query, limit: int, conditions: Sequence[Condition] = ()) -> tuple[Hit, ...]: ...
    def of_caller(self, person: int, *, open_only: bool, limit: int) -> tuple[TicketRecord, ...]: ...
    def merged_into(self, uid: EntityId) -> tuple[TicketRecord, ...]: ...
    def fresh(self, tickets: Sequence[int], agent: int, after: int) -> frozenset[int]: ...
    def numbers(self) -> list[str]: ...


class PeoplePort(Protocol):
    """Callers, their contact points and organisations."""

    def by_uid(self, uid: EntityId) -> PersonRecord | None: ...
    def by_id(self, number: int) -> PersonRecord | None: ...
    def find(self, text: str, limit: int) -> tuple[PersonRecord, ...]: ...
    def uids(self) -> list[EntityId]: ...
    def by_contact(self, kind: str, key: str) -> tuple[PersonRecord, ...]: ...
    def by_name(self, key: str) -> tuple[PersonRecord, ...]: ...
    def organisation(self, name: str) -> EntityId | None: ...
    def organisations(self) -> tuple[OrganisationRecord, ...]: ...
    def contacts_ever(self, person: int) -> tuple[EntityId, ...]: ...
    def contact_owner(self, uid: EntityId) -> EntityId | None: ...


class NewsPort(Protocol):
    """What is new for an agent."""

    def fresh(self, agent: int, after: int, limit: int) -> tuple[TicketRecord, ...]: ...
    def call_backs(self, agent: int, teams: Sequence[int] = ()) -> tuple[CallBackRecord, ...]: ...
    def due_within(
        self, since: int, until: int, whose: str, who: int, limit: int, *, soonest: bool
    ) -> tuple[TicketRecord, ...]: ...
    def different(self, since: int, limit: int) -> tuple[TicketRecord, ...]: ...
    def call_backs_of(self, ticket: int) -> tuple[CallBackRecord, ...]: ...
    def call_back(self, uid: EntityId) -> CallBackRecord | None: ...


class LoginPort(Protocol):
    """Failed tries, counted in the desk; outside the journal."""

    def tries(self, login: str) -> tuple[int, int]: ...
    def failed(self, login: str, failed: int, until: int) -> None: ...
    def cleared(self, login: str) -> None: ...


@dataclass(frozen=True, slots=True)
class AttachmentRecord:
    """A file that belongs to a ticket; `size` in bytes, `sha` the sha-256 of its bytes, `replica` where it came in."""

    id: int
    uid: EntityId
    ticket: int
    name: str
    mime: str
    size: int
    sha: str
    replica: ReplicaId
    void: bool


class AttachmentPort(Protocol):
    """Files' bytes in parts, named by the sha-256 of the whole; `n` counts the parts from 0."""

    def measure(self, source: Path | bytes, name: str) -> tuple[str, int]: ...
    def keep(self, source: Path | bytes, name: str, sha: str, size: int) -> None: ...
    def by_uid(self, uid: EntityId) -> AttachmentRecord | None: ...
    def here(self, sizes: Mapping[str, int]) -> frozenset[str]: ...
    def read(self, sha: str, size: int, name: str) -> Iterator[bytes]: ...
    def since(self, after: int, limit: int) -> tuple[AttachmentRecord, ...]: ...
    def missing(self, limit: int, before: int | None = None) -> tuple[AttachmentRecord, ...]: ...
    def tally(self) -> tuple[int, int]: ...
    def parts_here(self, sha: str) -> frozenset[int]: ...
    def part(self, sha: str, n: int) -> bytes | None: ...
    def take(self, sha: str, size: int, n: int, body: bytes) -> bool: ...
    def damaged(self) -> tuple[str, ...]: ...
    def drop_unnamed(self) -> int: ...


class ReportPort(Protocol):
    """Sums over the events of a period."""

    def sums(self, request: ReportRequest) -> Mapping[tuple[str, str], tuple[int, int]]: ...


class Store(Protocol):
    """A desk's storage; `writing` is one durable transaction, `reading` one consistent view."""

    @property
    def journal(self) -> JournalPort: ...
    @property
    def tickets(self) -> TicketPort: ...
    @property
    def people(self) -> PeoplePort: ...
    @property
    def news(self) -> NewsPort: ...
    @property
    def logins(self) -> LoginPort: ...
    @property
    def reports(self) -> ReportPort: ...
    @property
    def attachments(self) -> AttachmentPort: ...
    @property
    def mails(self) -> MailPort: ...
    @property
    def outbox(self) -> OutboxPort: ...
    @property
    def log(self) -> LogPort: ...
    @property
    def look(self) -> int: ...
    def directory(self) -> Directory: ...
    def writing(self) -> AbstractContextManager[None]: ...
    def reading(self) -> AbstractContextManager[None]: ...
    def check(self, *, rebuild: bool, progress: Progress | None) -> tuple[int, int, str, tuple[str, ...]]: ...
    def backup(self, target: Any) -> int: ...
    def scrub(self) -> None: ...
    def leave(self) -> None: ...
    def data_version(self) -> int: ...
    def close_thread(self) -> None: ...
