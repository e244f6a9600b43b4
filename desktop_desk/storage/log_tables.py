"""The tables of the log: replicas and their facts, and what else is no projection.

Only the journal writes them (guards.py). Times are ms since the epoch.
"""

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

NO_CODE = "?"
"""Stands for the letters of a replica that has none yet: its tickets get their numbers once a hub has given it some."""


class Meta(Model):
    """What holds for this file: its format, its own replica, the version of the office."""

    key = TextField(primary_key=True)
    value = TextField()


class Replica(Model):
    """Replicas whose facts this desk has, and how far; `counter` is the last ticket number given here."""

    id = IntegerField(primary_key=True)
    uid = BlobField(unique=True)
    code = TextField(default="")
    counter = IntegerField(default=0)
    seq = IntegerField(default=0)
    stamp = BigIntegerField(default=0)
    hash = BlobField()


class Term(Model):
    """Texts that many facts share: verbs, and agents by their hexadecimal id."""

    id = IntegerField(primary_key=True)
    text = TextField(unique=True)


class FactRow(Model):
    """The journal, append only."""

    arrival = IntegerField(primary_key=True)
    replica = IntegerField()
    seq = IntegerField()
    act = IntegerField()
    seen = IntegerField()
    context = TextField(null=True)
    stamp = BigIntegerField()
    at = BigIntegerField()
    wall = BigIntegerField()
    actor = IntegerField(null=True)
    verb = IntegerField()
    entity = BlobField()
    ticket = BlobField(null=True)
    fields = TextField()
    salt = BlobField()
    hash = BlobField()

    class Meta:
        table_name = "fact"
        indexes = ((("replica", "seq"), True),)


FactRow.add_index(
    FactRow.index(
        FactRow.replica, FactRow.seq, where=FactRow.context.is_null(False), name="fact_with_context"
    )
)
# A ticket's thread is short: its entities are told apart in its facts, not in an index of twice the size.
FactRow.add_index(FactRow.index(FactRow.ticket, where=FactRow.ticket.is_null(False), name="fact_of_ticket"))
FactRow.add_index(FactRow.index(FactRow.entity, where=FactRow.ticket.is_null(True), name="fact_alone"))
FactRow.add_index(FactRow.index(FactRow.actor, where=SQL("seq = act"), name="fact_first_of_act"))


class Reach(Model):
    """What others' facts a replica's log says its authors were shown: the maximum of the contexts up to a seq."""

    replica = IntegerField()
    seq = IntegerField()
    context = TextField()

    class Meta:
        primary_key = CompositeKey("replica", "seq")
        without_rowid = True


class Redacted(Model):
    """What is kept of facts from which something was purged (domain.log.Redaction); `n` counts them."""

    arrival = IntegerField(primary_key=True)
    n = IntegerField(index=True)
    kept = TextField()


class Held(Model):
    """Facts of a revoked replica written after its cutoff, as lines of its log: in no projection until accepted."""

    replica = IntegerField()
    seq = IntegerField()
    act = IntegerField()
    refused = SmallIntegerField(default=0)
    hash = BlobField()
    line = TextField()

    class Meta:
        primary_key = CompositeKey("replica", "seq")
        without_rowid = True


class Chunk(Model):
    """A part of an attachment's bytes, compressed; no projection: facts name attachments by their sha-256."""

    sha = BlobField()
    n = IntegerField()
    body = BlobField()

    class Meta:
        indexes = ((("sha", "n"), True),)


class OutboxRow(Model):
    """A mail that this copy has to send (desk.outbox_ports); local to it, and claimed by one process at a time."""

    uid = BlobField(primary_key=True)
    kind = TextField()
    ticket = BlobField()
    act = TextField(index=True)
    replica = BlobField()
    since = BigIntegerField()
    due = BigIntegerField()
    tries = IntegerField(default=0)
    claimed = BigIntegerField(default=0)
    stopped = SmallIntegerField(default=0)
    problem = TextField(default="")
    recipient = TextField(default="")
    done = BigIntegerField(default=0)

    class Meta:
        table_name = "outbox"


class LoginTry(Model):
    """Failed tries of a login name, known or not, and until when it is locked."""

    login = TextField(primary_key=True)
    failed = IntegerField()
    until = BigIntegerField()

    class Meta:
        table_name = "login_try"
        without_rowid = True
