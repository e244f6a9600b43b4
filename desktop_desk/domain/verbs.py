"""The closed list of verbs: what kind of thing each is about, how it reads, and what undoing it needs."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "ticket", "entry", "call_back", "person", "contact", "organisation", "agent", "department", "team", "role",
    "topic", "status", "calendar", "mailbox", "desk", "replica", "attachment", "mail", "purge", "held", "read", "undo",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb of the journal.

    Attributes:
        name: past tense, as stored.
        kind: what its entity is.
        phrase: what the user did, as it stands after "Undo" ("reassign").
        undo: the permission that undoing somebody else's act of this verb needs besides `ticket.undo_others`.
        news: whether it is told to those who follow the ticket.
        undoable: False for read marks and undo itself.
    """

    name: str
    kind: Kind
    phrase: str
    undo: str = ""
    news: bool = False
    undoable: bool = True


def _ticket(name: str, phrase: str, undo: str, *, news: bool = True) -> Verb:
    return Verb(name, "ticket", phrase, undo, news)


def _office(name: str, kind: Kind, phrase: str, undo: str) -> Verb:
    return Verb(name, kind, phrase, undo)


_ALL = (
    _ticket("opened", "log ticket", "ticket.create"),
    _ticket("edited", "edit", "ticket.edit"),
    _ticket("assigned", "assign", "ticket.assign"),
    _ticket("claimed", "claim", "ticket.assign"),
    _ticket("reassigned", "reassign", "ticket.assign"),
    _ticket("released", "release", "ticket.release"),
    _ticket("prioritised", "change priority", "ticket.edit"),
    _ticket("status_set", "change status", "ticket.edit"),
    _ticket("resolved", "resolve", "ticket.close"),
    _ticket("closed", "close", "ticket.close"),
    _ticket("reopened", "reopen", "ticket.close"),
    _ticket("merged", "merge", "ticket.merge"),
    _ticket("linked", "link to an outage", "ticket.create"),
    _ticket("unmerged", "un-merge", "ticket.merge"),
    _ticket("tagged", "tag", "ticket.edit", news=False),
    _ticket("followed", "follow", "", news=False),
    _ticket("numbered", "number", "", news=False),
    _ticket("settled", "settle", "ticket.settle"),
    Verb("messaged", "entry", "message", "ticket.reply", news=True),
    Verb("replied", "entry", "reply", "ticket.reply", news=True),
    Verb("noted", "entry", "note", "ticket.note", news=True),
    Verb("called", "entry", "log call", "ticket.create", news=True),
    Verb("attached", "attachment", "attach a file", "ticket.reply", news=True),
    Verb("call_back_promised", "call_back", "promise a call-back", "ticket.reply"),
    Verb("call_back_changed", "call_back", "change a call-back", "ticket.reply"),
    _office("person_added", "person", "add person", "user.create"),
    _office("person_edited", "person", "edit person", "user.edit"),
    _office("contact_added", "contact", "add contact", "user.edit"),
    _office("contact_removed", "contact", "remove contact", "user.edit"),
    _office("organisation_added", "organisation", "add organisation", "org.create"),
    _office("organisation_edited", "organisation", "edit organisation", "org.edit"),
    _office("agent_added", "agent", "add agent", "office.agents"),
    _office("agent_edited", "agent", "edit agent", "office.agents"),
    _office("department_added", "department", "add department", "office.departments"),
    _office("department_edited", "department", "edit department", "office.departments"),
    _office("team_added", "team", "add team", "office.teams"),
    _office("team_edited", "team", "edit team", "office.teams"),
    _office("role_added", "role", "add role", "office.roles"),
    _office("role_edited", "role", "edit role", "office.roles"),
    _office("topic_added", "topic", "add topic", "office.topics"),
    _office("topic_edited", "topic", "edit topic", "office.topics"),
    _office("status_added", "status", "add status", "office.settings"),
    _office("status_edited", "status", "edit status", "office.settings"),
    _office("calendar_added", "calendar", "add calendar", "office.settings"),
    _office("mailbox_added", "mailbox", "add mailbox", "office.settings"),
    _office("mailbox_edited", "mailbox", "edit mailbox", "office.settings"),
    Verb("mail_received", "mail", "receive a mail", "ticket.create"),
    Verb("mail_settled", "mail", "settle a mail", "ticket.create"),
    Verb("mail_sent", "entry", "send a mail", undoable=False),
    Verb("mail_failed", "entry", "fail to send a mail", undoable=False),
    Verb("desk_created", "desk", "create desk", undoable=False),
    Verb("desk_changed", "desk", "change settings", "office.settings"),
    Verb("replica_added", "replica", "add replica", undoable=False),
    Verb("replica_changed", "replica", "change replica", undoable=False),
    Verb("replica_revoked", "replica", "revoke replica", undoable=False),
    Verb("purged", "purge", "purge", undoable=False),
    Verb("held_settled", "held", "settle held facts", undoable=False),
    Verb("password_set", "agent", "set password", undoable=False),
    Verb("notices_set", "agent", "change what you are told", "office.agents"),
    Verb("caught_up", "agent", "read all", undoable=False),
    Verb("read", "read", "read", undoable=False),
    Verb("undone", "undo", "undo", undoable=False),
)

VERBS = {verb.name: verb for verb in _ALL}
"""Every verb this version writes, by name; facts may carry others, written by newer versions."""

ENTRY_KINDS = {"messaged": "message", "replied": "reply", "noted": "note", "called": "call"}
"""The kind of entry in a thread that each creating verb makes."""

OFFICE_KINDS = (
    "agent", "department", "team", "role", "topic", "status", "calendar", "mailbox", "desk", "replica",
)  # fmt: skip
"""Kinds that are few enough to be held in memory whole."""


def kind_of(verb: str) -> str:
    """What an entity with a fact of this verb is; "" for verbs of newer versions."""
    known = VERBS.get(verb)
    return known.kind if known else ""


def weight(verb: str, *, own: bool) -> int:
    """How well a verb says what its act was, the least best: of the ticket's `own` facts, then of its entries."""
    if verb in {"followed", "undone", "purged", "read"}:
        return 4
    if verb == "claimed":
        return 2  # whoever answers a ticket that nobody has takes it: the answer is what he did
    if own:
        return 0
    return 1 if verb in ENTRY_KINDS else 3
