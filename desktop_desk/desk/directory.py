"""The office as one frozen value: agents, departments, teams, roles, topics, statuses, mailboxes and settings.

They are few; whoever needs a name, a permission or a status's state asks here and no database.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from desktop_desk.domain.calendars import Calendar
from desktop_desk.domain.facts import EntityId
from desktop_desk.domain.outgoing import mail_address
from desktop_desk.domain.tickets import Office, TicketState

NOTHING = EntityId("")
"""The id of what is not there."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who works at the desk; `roles` maps department to role, `caught_up` is a stamp.

    `notices` are the cells of what he is told that he has set (domain.notices), `quiet` his quiet hours, `digest` when
    he gets his mails of notices together.
    `public_key` and `wrapped_key` are his key pair, the private half under his password; "" where he has none.
    """

    id: int
    uid: EntityId
    login: str
    name: str
    email: str = ""
    phone: str = ""
    department: EntityId | None = None
    role: EntityId | None = None
    roles: Mapping[str, str] = field(default_factory=dict[str, str])
    active: bool = True
    admin: bool = False
    password: str = ""
    public_key: str = ""
    wrapped_key: str = ""
    caught_up: int = 0
    notices: Mapping[str, str] = field(default_factory=dict[str, str])
    quiet: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Department:
    """A part of the office that tickets belong to.

    Attributes:
        language: in which its mails are written; "" for the one of the desk's country.
        receipts: whether callers get a mail with the number of their new ticket.
    """

    id: int
    uid: EntityId
    name: str
    manager: EntityId | None = None
    assign_members_only: bool = False
    language: str = ""
    receipts: bool = True
    active: bool = True


@dataclass(frozen=True, slots=True)
class Team:
    """Agents across departments who share tickets; `members` are agents' ids, `phone` names the line that is theirs."""

    id: int
    uid: EntityId
    name: str
    lead: EntityId | None = None
    members: tuple[str, ...] = ()
    phone: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of permissions."""

    id: int
    uid: EntityId
    name: str
    permissions: frozenset[str] = frozenset()
    active: bool = True


@dataclass(frozen=True, slots=True)
class Topic:
    """What a ticket is about; sets department, priority and assignee unless the caller's taker chose otherwise."""

    id: int
    uid: EntityId
    name: str
    parent: EntityId | None = None
    department: EntityId | None = None
    priority: str = ""
    agent: EntityId | None = None
    team: EntityId | None = None
    required_to_close: tuple[str, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class Status:
    """The office's own name for one of the states."""

    id: int
    uid: EntityId
    name: str
    state: TicketState = "open"
    active: bool = True


@dataclass(frozen=True, slots=True)
class Replica:
    """One copy of the desk that facts are written in; `uid` is the id that stands in its facts.

    Attributes:
        name: what people call it: the machine, or where it is.
        code: the letters before its numbers; "" for the first replica, None when it has none (yet).
        reserve: the code that it takes when it is restored from a backup or cloned.
        agent: who set it up.
        cutoff: after it was revoked: its facts after this one are held; None while it is trusted.
    """

    id: int
    uid: EntityId
    name: str = ""
    code: str | None = None
    reserve: str = ""
    agent: EntityId | None = None
    cutoff: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address of the office that mail comes to and goes out from; its password is in the keyring, never here.

    Attributes:
        login: the name at the mail server; "": the address.
        folder: where new mail lies on the IMAP server.
        since: the day (YYYY-MM-DD) before which the server received what stays there, unread by the desk; "": none.
        imap_security, smtp_security: "tls" from the first byte, "starttls" or "none" (to this machine only).
        replica: the one copy of the desk that fetches it; None: nobody does.
        sender: the name that stands before the address in what is sent; "": the desk's.
        receipts: whether tickets that are answered from it are confirmed by mail.
        auth: "password", or "token": signed in by a token (XOAUTH2) that the server at `token_url` gives out.
        client_id, scope: as what the office's program is known there, and what it asks for.
        device_url: where a sign-in by a code begins.
    """

    id: int
    uid: EntityId
    name: str
    address: str = ""
    login: str = ""
    imap_host: str = ""
    imap_port: int = 0
    imap_security: str = "tls"
    folder: str = "INBOX"
    since: str = ""
    department: EntityId | None = None
    topic: EntityId | None = None
    priority: str = ""
    replica: str | None = None
    smtp_host: str = ""
    smtp_port: int = 0
    smtp_security: str = "starttls"
    sender: str = ""
    receipts: bool = True
    auth: str = "password"
    client_id: str = ""
    token_url: str = ""
    device_url: str = ""
    scope: str = ""
    active: bool = True

    @property
    def can_send(self) -> bool:
        """Whether mail can go out from it, as far as its settings tell."""
        return self.active and bool(self.smtp_host) and bool(mail_address(self.address))


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the whole desk."""

    uid: EntityId = NOTHING
    name: str = ""
    zone: str = "UTC"
    country: str = ""
    region: str = ""
    lock_minutes: int = 15
    required_to_close: tuple[str, ...] = ()
    calendar: EntityId | None = None
    department: EntityId | None = None
    demo: bool = False


class Named(Protocol):
    """What every office thing has."""

    @property
    def id(self) -> int:
        """Its local number."""
        ...

    @property
    def uid(self) -> EntityId:
        """Its id."""
        ...

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def active(self) -> bool:
        """Whether it is in use."""
        ...


@dataclass(frozen=True)
class Directory:
    """The office as of one moment; look things up by id, local number or name.

    What is withdrawn is in no list and has no name to be found by, but whatever names it by its id still finds it,
    out of use: undoing the making of a status or an agent must not change the tickets that have it. `rivals` names
    the fields in conflict by the id of their thing.
    """

    agents: tuple[Agent, ...] = ()
    departments: tuple[Department, ...] = ()
    teams: tuple[Team, ...] = ()
    roles: tuple[Role, ...] = ()
    topics: tuple[Topic, ...] = ()
    statuses: tuple[Status, ...] = ()
    replicas: tuple[Replica, ...] = ()
    mailboxes: tuple[Mailbox, ...] = ()
    calendars: Mapping[str, Calendar] = field(default_factory=dict[str, Calendar])
    settings: Settings = field(default_factory=Settings)
    withdrawn: tuple[Any, ...] = ()
    rivals: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    version: int = 0

    @cached_property
    def _by_uid(self) -> Mapping[str, Any]:
        return {thing.uid: thing for thing in self._all}

    @cached_property
    def _by_id(self) -> Mapping[int, Any]:
        return {thing.id: thing for thing in self._all}

    @cached_property
    def _all(self) -> tuple[Named, ...]:
        return (
            *self.agents, *self.departments, *self.teams, *self.roles, *self.topics, *self.statuses,
            *self.replicas, *self.mailboxes, *self.withdrawn,
        )  # fmt: skip

    @cached_property
    def office(self) -> Office:
        """What the projection of tickets must know."""
        statuses = (thing for thing in self._all if isinstance(thing, Status))
        return Office({status.uid: status.state for status in statuses}, self.calendars)

    @cached_property
    def senders(self) -> tuple[Mailbox, ...]:
        """The mailboxes that mail can go out from, as far as their settings tell."""
        return tuple(mailbox for mailbox in self.mailboxes if mailbox.can_send)

    @cached_property
    def own_addresses(self) -> frozenset[str]:
        """The addresses of the mailboxes, folded: nothing that is sent there would ever be read by a caller."""
        return frozenset(mailbox.address.casefold() for mailbox in self.mailboxes if mailbox.address)

    def name_of(self, key: int | str | None) -> str:
        """The name of an office thing by local number or id; "" for none or unknown."""
        thing = self._by_id.get(key) if isinstance(key, int) else self._by_uid.get(key or "")
        return thing.name if thing is not None else ""

    def uid_of(self, number: int) -> EntityId | None:
        """The id of an office thing by its local number."""
        thing = self._by_id.get(number)
        return thing.uid if thing is not None else None

    def id_of(self, uid: str | None) -> int:
        """The local number of an office thing; 0 for none or unknown."""
        thing = self._by_uid.get(uid or "")
        return thing.id if thing is not None else 0

    def agent(self, key: str | int | None) -> Agent | None:
        """An agent by id, local number or login name, in any case."""
        return self._thing(Agent, self.agents, key, lambda agent: agent.login)

    def department(self, key: str | int | None) -> Department | None:
        """A department by id, local number or name."""
        return self._thing(Department, self.departments, key)

    def team(self, key: str | int | None) -> Team | None:
        """A team by id, local number or name."""
        return self._thing(Team, self.teams, key)

    def role(self, key: str | int | None) -> Role | None:
        """A role by id, local number or name."""
        return self._thing(Role, self.roles, key)

    def topic(self, key: str | int | None) -> Topic | None:
        """A topic by id, local number or name."""
        return self._thing(Topic, self.topics, key)

    def status(self, key: str | int | None) -> Status | None:
        """A status by id, local number or name."""
        return self._thing(Status, self.statuses, key)

    def replica(self, key: str | int | None) -> Replica | None:
        """A replica by id, local number or name."""
        return self._thing(Replica, self.replicas, key)

    def mailbox(self, key: str | int | None) -> Mailbox | None:
        """A mailbox by id, local number, name or address."""
        found = self._thing(Mailbox, self.mailboxes, key)
        return found or self._thing(Mailbox, self.mailboxes, key, lambda mailbox: mailbox.address)

    def status_in(self, state: TicketState) -> Status | None:
        """The first status of a state; the desk's own comes before later ones."""
        return next((status for status in self.statuses if status.state == state and status.active), None)

    def teams_of(self, agent: Agent) -> tuple[Team, ...]:
        """The active teams an agent is in."""
        return tuple(team for team in self.teams if team.active and agent.uid in team.members)

    def members_of(self, department: Department) -> tuple[Agent, ...]:
        """The active agents of a department, first or by an extra role."""
        return tuple(
            agent
            for agent in self.agents
            if agent.active and (agent.department == department.uid or department.uid in agent.roles)
        )

    def _thing(
        self,
        kind: type,
        things: Iterable[Any],
        key: str | int | None,
        name: Callable[[Any], str] = lambda thing: thing.name,
    ) -> Any:
        if key is None or key == "":
            return None
        found = self._by_id.get(key) if isinstance(key, int) else self._by_uid.get(key)
        if found is not None or isinstance(key, int):
            return found if isinstance(found, kind) else None
        wanted = key.strip().casefold()
        same = [thing for thing in things if name(thing).casefold() == wanted]
        return next((thing for thing in same if thing.active), same[0] if same else None)
