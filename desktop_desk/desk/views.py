"""What the desk shows: frozen values that cross to windows, commands and other threads; times in ms or None."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from desktop_desk.desk.ports import Position
from desktop_desk.domain.facts import EntityId

EntryKind = Literal["message", "reply", "note", "call", "event"]


@dataclass(frozen=True, slots=True)
class Done:
    """What a write did: its act (empty when nothing was to change), the ticket, and all tickets it touched."""

    act: str
    number: str | None = None
    uid: str | None = None
    touched: frozenset[str] = frozenset()
    what: str = ""


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as lists show it; names are for people, "" for none."""

    id: int
    uid: EntityId
    number: str
    priority: str
    subject: str
    caller: str
    agent: str
    team: str
    department: str
    topic: str
    status: str
    state: str
    opened: int
    updated: int
    due: int | None
    overdue: bool
    answered: bool
    unread: bool
    conflicts: int
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rival:
    """A value that stands beside the one that is shown.

    Attributes:
        by, by_name: login and name of who wrote it; None and "" for nobody.
        place: what the copy of the desk is called that he wrote it in; "" for one without a name.
    """

    value: str
    by: str | None
    at: int
    replica: str
    by_name: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that two people set without having seen each other; `label` names it where the field alone does not."""

    field: str
    shown: str
    rivals: tuple[Rival, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to be attached: where it lies or its bytes, by default under the name that it has there.

    Attributes:
        mime: its kind, e.g. "image/png"; "" for what its name says.
    """

    source: Path | bytes
    name: str = ""
    mime: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A file of a ticket: `size` in bytes, `sha` the sha-256 of its bytes; while it is not `here`, `where` says whose
    copy of the desk has it."""

    uid: EntityId
    name: str
    mime: str
    size: int
    sha: str
    here: bool
    where: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a ticket's history; events have their whole text in `title`.

    `attachments` are the files that came with it; those that came without a word are an event of their own.
    """

    uid: str
    kind: EntryKind
    act: str
    by: str | None
    by_name: str
    at: int
    title: str
    text: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    ticket_number: str = ""
    rank: tuple[int, str, int] = (0, "", 0)
    attachments: tuple[AttachmentView, ...] = ()


@dataclass(frozen=True, slots=True)
class CallerCard:
    """Who a ticket is for."""

    uid: EntityId
    name: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    organisation: str
    open_tickets: int


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach a person."""

    uid: EntityId
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class PersonView:
    """All that is known of a caller."""

    uid: EntityId
    name: str
    organisation: str
    notes: str
    contacts: tuple[Contact, ...]
    open_tickets: int
    position: Position


@dataclass(frozen=True, slots=True)
class PersonHit:
    """A caller that was found; `matched` is what of him matched."""

    uid: EntityId
    name: str
    phone: str
    email: str
    organisation: str
    open_tickets: int
    matched: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """A firm or office, and how many callers belong to it."""

    uid: EntityId
    name: str
    people: int


@dataclass(frozen=True, slots=True)
class CallBack:
    """A call that is owed: promised, or `missed`, which may belong to no ticket and to no one agent.

    `at` is when it came up; `tries` how often nobody was reached, last at `tried` with this `outcome`; `team` is the
    one that is to call, where it is no one agent.
    """

    uid: EntityId
    ticket_number: str
    person: str
    phone: str
    text: str
    due: int | None
    agent: str
    done: bool
    at: int = 0
    missed: bool = False
    tries: int = 0
    tried: int | None = None
    outcome: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class DueExplained:
    """A due time with its sum, line by line."""

    at: int | None
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket whole, as the detail pane and `ticket show` need it."""

    id: int
    uid: EntityId
    number: str
    aliases: tuple[str, ...]
    subject: str
    status: str
    status_uid: str
    state: str
    priority: str
    source: str
    topic: str
    topic_uid: str
    department: str
    department_uid: str
    team: str
    team_uid: str
    agent: str | None
    agent_name: str
    agent_uid: str
    caller: CallerCard | None
    opened: int
    updated: int
    due: int | None
    due_explained: DueExplained
    overdue: bool
    resolved: int | None
    closed: int | None
    reopens: int
    reassignments: int
    answered: bool
    tags: tuple[str, ...]
    followers: tuple[str, ...]
    following: bool
    conflicts: tuple[Conflict, ...]
    thread: tuple[Entry, ...]
    merged_into: str | None
    merged: tuple[str, ...]
    withdrawn_by: str | None
    call_backs: tuple[CallBack, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A window of a queue; `start` is the place of its first row."""

    rows: tuple[TicketRow, ...]
    start: int
    position: Position


@dataclass(frozen=True, slots=True)
class Counters:
    """How many tickets each queue holds; `total` of them all, without withdrawn ones."""

    queues: Mapping[str, int]
    total: int


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A ticket that was found, with the text around what matched and where in it."""

    row: TicketRow
    text: str
    hits: tuple[tuple[int, int], ...]
    entry_uid: str | None = None


@dataclass(frozen=True, slots=True)
class News:
    """One thing that is new for the agent; `event` says as what he is told of it, `why` why he is."""

    ticket: str
    subject: str
    what: str
    by: str | None
    by_name: str
    at: int
    text: str = ""
    entry_uid: str | None = None
    call_back: CallBack | None = None
    event: str = ""
    why: str = ""
    act: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody a ticket can be handed to."""

    kind: Literal["agent", "team", "department"]
    uid: EntityId
    name: str
    detail: str
    open_tickets: int


@dataclass(frozen=True, slots=True)
class UndoStep:
    """What undo or redo would do next."""

    act: str
    what: str
    ticket: str | None
    at: int


@dataclass(frozen=True, slots=True)
class Check:
    """What a check of the desk found."""

    ok: bool
    tickets: int
    facts: int
    digest: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A caller who is not known yet; any one thing is enough."""

    name: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A telephone call; `number` as typed or told, `started` in ms, `seconds` long."""

    direction: str = "in"
    number: str = ""
    started: int = 0
    seconds: int = 0
    disposition: str = ""
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class CallDraft:
    """A request as it is taken down; only the subject is required.

    Attributes:
        caller: a person's id; or `new_caller`; or neither.
        topic, department, agent, team: ids or names; what is left out the topic decides.
        resolve: the caller was helped at once, and knows.
        call_back_at: when somebody promised to call back; `call_back_for` which agent, by default the taker.
        answers: the call-back that this call makes good; when nobody was reached, it is due again at `next_try`.
        at: when it happened, if not now.
    """

    subject: str
    details: str = ""
    caller: str | None = None
    new_caller: NewPerson | None = None
    topic: str | None = None
    department: str | None = None
    priority: str | None = None
    agent: str | None = None
    team: str | None = None
    source: str = "phone"
    call: CallRecord | None = None
    resolve: bool = False
    call_back_at: int | None = None
    call_back_for: str | None = None
    answers: str | None = None
    next_try: int | None = None
    due: int | None = None
    at: int | None = None
    tags: tuple[str, ...] = ()
