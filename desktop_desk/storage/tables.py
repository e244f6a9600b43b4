"""The tables of a desk: the projections that screens read, beside those of the log (log_tables.py).

Only the journal writes them (guards.py). The id of a ticket, entry, person or office thing is the arrival of its
first creating fact, so that a rebuild gives every row the id it had. Short texts (verbs, agents) are kept once, in
`term`. Times are ms since the epoch.
"""

from desktop_desk.storage.log_tables import (
    Chunk,
    FactRow,
    Held,
    LoginTry,
    Meta,
    OutboxRow,
    Reach,
    Redacted,
    Replica,
    Term,
)
from desktop_desk.storage.orm import (
    SQL,
    BigIntegerField,
    BlobField,
    CompositeKey,
    IntegerField,
    Model,
    SmallIntegerField,
    TextField,
)

STATES = ("open", "waiting", "resolved", "closed", "withdrawn")
"""Ticket states by the number stored for them."""


class Undoing(Model):
    """Which acts name which act as undone; ids as FactId texts."""

    act = TextField()
    by = TextField()

    class Meta:
        primary_key = CompositeKey("act", "by")
        without_rowid = True


class TicketRow(Model):
    """One ticket as lists show it."""

    id = IntegerField(primary_key=True)
    uid = BlobField(unique=True)
    number = TextField()
    number_key = BigIntegerField()
    subject = TextField(collation="NOCASE")
    status = IntegerField()
    state = SmallIntegerField()
    priority = TextField()
    source = TextField()
    topic = IntegerField(default=0)
    department = IntegerField(default=0)
    team = IntegerField(default=0)
    agent = IntegerField(default=0)
    caller = IntegerField(default=0)
    caller_name = TextField(default="", collation="NOCASE")
    opened = BigIntegerField()
    updated = BigIntegerField()
    due = BigIntegerField(null=True)
    resolved = BigIntegerField(null=True)
    closed = BigIntegerField(null=True)
    answered = SmallIntegerField()
    reopens = IntegerField()
    reassignments = IntegerField()
    entries = IntegerField()
    differences = IntegerField()
    merged_into = BlobField(null=True)
    tags = TextField(default="")
    events = TextField(default="")

    class Meta:
        table_name = "ticket"
        indexes = (
            (("state", "number_key"), False),
            (("state", "priority", "due"), False),
            (("state", "subject"), False),
            (("state", "caller_name"), False),
            (("state", "agent", "due"), False),
            (("state", "team", "due"), False),
            (("state", "topic", "due"), False),
            (("state", "due"), False),
            (("state", "updated"), False),
            (("state", "opened"), False),
            (("caller", "state"), False),
        )


TicketRow.add_index(
    TicketRow.index(TicketRow.merged_into, where=TicketRow.merged_into.is_null(False), name="ticket_merged")
)
TicketRow.add_index(
    TicketRow.index(TicketRow.updated, where=TicketRow.differences > 0, name="ticket_differences")
)
TicketRow.add_index(
    TicketRow.index(
        TicketRow.due,
        where=SQL("state = 0 AND agent = 0 AND team = 0"),
        name="ticket_unassigned",
    )
)


class Number(Model):
    """Every number ever given, and the ticket it finds."""

    number = TextField()
    ticket = IntegerField()

    class Meta:
        primary_key = CompositeKey("number", "ticket")
        without_rowid = True


class EntryRow(Model):
    """An entry of a thread; its text stays in the fact that it is named after."""

    id = IntegerField(primary_key=True)
    ticket = IntegerField()
    kind = SmallIntegerField()
    at = BigIntegerField()
    stamp = BigIntegerField()
    actor = IntegerField()
    void = SmallIntegerField(default=0)

    class Meta:
        table_name = "entry"
        indexes = ((("ticket",), False),)


class AttachmentRow(Model):
    """A file that belongs to a ticket; `entry` is the arrival of the entry that it came with, 0 for none."""

    id = IntegerField(primary_key=True)
    uid = BlobField(unique=True)
    ticket = IntegerField(index=True)
    entry = IntegerField(default=0)
    name = TextField()
    mime = TextField()
    size = BigIntegerField()
    sha = BlobField(index=True)
    replica = IntegerField()
    at = BigIntegerField()
    actor = IntegerField()
    void = SmallIntegerField(default=0)

    class Meta:
        table_name = "attachment"


class MailRow(Model):
    """A mail that came in, or an entry that went out as one; ids of tickets and entries are UUIDs.

    `state`: filed, ignored, quarantined, dismissed; of what goes out sent or failed.
    """

    id = IntegerField(primary_key=True)
    uid = BlobField(unique=True)
    state = TextField()
    message_id = TextField(index=True)
    at = BigIntegerField()
    sender = TextField(default="")
    subject = TextField(default="")
    reason = TextField(default="")
    ticket = BlobField(null=True, index=True)
    entry = BlobField(null=True)
    mailbox = BlobField(null=True)
    sha = BlobField(null=True)
    size = BigIntegerField(default=0)
    void = SmallIntegerField(default=0)

    class Meta:
        table_name = "mail"
        indexes = ((("state", "at"), False),)


class Missing(Model):
    """What waits for something of which no fact has come yet, and is written anew when it comes.

    `waiting` is a ticket, contact, person or read mark by its id, `kind` says which.
    """

    uid = BlobField()
    kind = TextField()
    waiting = BlobField()

    class Meta:
        primary_key = CompositeKey("uid", "kind", "waiting")
        without_rowid = True


class OfficeRow(Model):
    """Agents, departments, teams, roles, topics, statuses, calendars, the desk: few, held in memory whole."""

    id = IntegerField(primary_key=True)
    uid = BlobField(unique=True)
    kind = TextField()
    fields = TextField()
    rivals = TextField(default="")
    withdrawn = SmallIntegerField(default=0)

    class Meta:
        table_name = "office"


class PersonRow(Model):
    """A caller."""

    id = IntegerField(primary_key=True)
    uid = BlobField(unique=True)
    name = TextField()
    key = TextField(index=True)
    organisation = IntegerField(default=0, index=True)
    notes = TextField(default="")
    withdrawn = SmallIntegerField(default=0)

    class Meta:
        table_name = "person"


class ContactRow(Model):
    """A telephone number, e-mail address or other way to reach a person."""

    id = IntegerField(primary_key=True)
    uid = BlobField(unique=True)
    person = IntegerField(index=True)
    kind = TextField()
    value = TextField()
    key = TextField(index=True)
    withdrawn = SmallIntegerField(default=0)

    class Meta:
        table_name = "contact"


class OrganisationRow(Model):
    """A firm or office that callers belong to."""

    id = IntegerField(primary_key=True)
    uid = BlobField(unique=True)
    name = TextField()
    notes = TextField(default="")
    withdrawn = SmallIntegerField(default=0)

    class Meta:
        table_name = "organisation"


class Follow(Model):
    """Who follows a ticket; `newest` is the stamp of the newest news by others, `fresh` whether it is unseen."""

    agent = IntegerField()
    ticket = IntegerField()
    newest = BigIntegerField(default=0)
    fresh = SmallIntegerField(default=0)

    class Meta:
        primary_key = CompositeKey("agent", "ticket")
        without_rowid = True
        indexes = ((("ticket",), False),)


Follow.add_index(Follow.index(Follow.agent, Follow.newest, where=SQL("fresh = 1"), name="follow_fresh"))


class Seen(Model):
    """How far an agent has seen a ticket: the stamp of the newest thing shown."""

    agent = IntegerField()
    ticket = IntegerField()
    stamp = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("agent", "ticket")
        without_rowid = True


class CallBackRow(Model):
    """A promise to call somebody; in "For me" of its agent until done."""

    id = IntegerField(primary_key=True)
    uid = BlobField(unique=True)
    ticket = IntegerField(default=0, index=True)
    agent = IntegerField(default=0)
    person = TextField(default="")
    phone = TextField(default="")
    text = TextField(default="")
    due = BigIntegerField(null=True)
    at = BigIntegerField()
    by = IntegerField(default=0)
    done = SmallIntegerField(default=0)

    class Meta:
        table_name = "call_back"


CallBackRow.add_index(CallBackRow.index(CallBackRow.agent, where=SQL("done = 0"), name="call_back_pending"))


class QueueTally(Model):
    """How many tickets stand where: every queue's counter is a sum over this small table."""

    state = SmallIntegerField()
    agent = IntegerField()
    team = IntegerField()
    department = IntegerField()
    answered = SmallIntegerField()
    different = SmallIntegerField()
    n = IntegerField()

    class Meta:
        table_name = "queue_tally"
        primary_key = CompositeKey("state", "agent", "team", "department", "answered", "different")
        without_rowid = True


class SortTally(Model):
    """How many tickets of a state have which topic and which status: for long queues sorted by one of them."""

    state = SmallIntegerField()
    field = TextField()
    value = IntegerField()
    n = IntegerField()

    class Meta:
        table_name = "sort_tally"
        primary_key = CompositeKey("state", "field", "value")
        without_rowid = True


class DayTally(Model):
    """How many events of a kind a day had, by each dimension of the summary report; `total` sums durations in ms."""

    dim = TextField()
    what = TextField()
    day = IntegerField()
    value = TextField()
    n = IntegerField()
    total = BigIntegerField()

    class Meta:
        table_name = "day_tally"
        primary_key = CompositeKey("dim", "what", "day", "value")
        without_rowid = True


class SpanTally(Model):
    """The same by spans of days (tallies.SPAN), so that a report over years reads few rows."""

    dim = TextField()
    what = TextField()
    span = IntegerField()
    value = TextField()
    n = IntegerField()
    total = BigIntegerField()

    class Meta:
        table_name = "span_tally"
        primary_key = CompositeKey("dim", "what", "span", "value")
        without_rowid = True


PROJECTIONS: tuple[type[Model], ...] = (
    Undoing, TicketRow, Number, EntryRow, AttachmentRow, MailRow, Missing, OfficeRow, PersonRow, ContactRow,
    OrganisationRow, Follow, Seen, CallBackRow, QueueTally, SortTally, DayTally, SpanTally,
)  # fmt: skip
"""What `check --rebuild` empties and makes again from the facts."""

TABLES: tuple[type[Model], ...] = (
    Meta, Replica, Term, FactRow, Reach, Redacted, Held, Chunk, LoginTry, OutboxRow, *PROJECTIONS,
)  # fmt: skip
