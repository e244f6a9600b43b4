"""Posting: what of an act goes to the caller by mail is put into the outbox in the same transaction."""

from collections.abc import Iterable, Sequence

from desktop_desk.desk.addressing import mailed_from
from desktop_desk.desk.directory import Directory, Mailbox
from desktop_desk.desk.notice_mail import post_notices
from desktop_desk.desk.outbox_ports import OutboxItem, put_in
from desktop_desk.desk.ports import Store, TicketRecord
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import UNDONE, EntityId, Fact, FactId
from desktop_desk.domain.named import from_outside
from desktop_desk.domain.outgoing import HOLD_MS
from desktop_desk.i18n import _

LATE_MS = 10 * 60_000
"""What was said longer ago was typed later: it had reached the caller otherwise."""

STALE_MS = 3 * 24 * 3_600_000
"""Who wrote longer ago, while nobody fetched the mail, is better told something than that it has come."""


def receipts_wanted(directory: Directory, record: TicketRecord, mailbox: Mailbox) -> bool:
    """Whether a new ticket is confirmed by mail: neither its department nor the mailbox it is answered from says no."""
    department = directory.department(record.department)
    return (department is None or department.receipts) and mailbox.receipts


def post(store: Store, facts: Sequence[Fact], now: int) -> None:
    """Put what goes out of an act into the outbox, and take out what it undid; within its transaction."""
    undone = [FactId.parse(str(fact.fields["act"])) for fact in facts if fact.verb == UNDONE]
    for act in dict.fromkeys(undone):
        _taken_back(store, act, now)
    directory = store.directory()
    if not directory.senders:
        return
    for uid, kind, ticket, act in _outgoing(facts):
        record = store.tickets.by_uid(ticket)
        if record is None or record.state == "withdrawn":
            continue
        mailbox = mailed_from(store, directory, record)
        if mailbox is not None and (kind != "receipt" or receipts_wanted(directory, record, mailbox)):
            put_in(
                store.outbox, OutboxItem(uid, kind, ticket, str(act), store.journal.own, now, now + HOLD_MS)
            )
    post_notices(store, facts, now)


def _outgoing(facts: Sequence[Fact]) -> list[tuple[EntityId, str, EntityId, FactId]]:
    """What of an act is told to callers: the id of the mail, its kind, the ticket, the act."""
    found: list[tuple[EntityId, str, EntityId, FactId]] = []
    for ticket, thread in _by_ticket(facts).items():
        said = [fact for fact in thread if fact.verb == "replied" and fact.wall - fact.at < LATE_MS]
        found.extend((fact.entity, "reply", ticket, fact.act_id) for fact in said)
        verbs = {fact.verb: fact for fact in thread if fact.wall - fact.at < STALE_MS}
        ended = verbs.get("resolved")
        kind = "resolved" if ended else "receipt" if "opened" in verbs and "closed" not in verbs else ""
        if kind and not said:
            fact = ended or verbs["opened"]
            found.append((from_outside(ticket, "mail", f"{kind} {fact.act_id}"), kind, ticket, fact.act_id))
    return found


def _by_ticket(facts: Iterable[Fact]) -> dict[EntityId, list[Fact]]:
    found: dict[EntityId, list[Fact]] = {}
    for fact in facts:
        if fact.ticket is not None:
            found.setdefault(fact.ticket, []).append(fact)
    return found


def _taken_back(store: Store, act: FactId, now: int) -> None:
    """Take out what an undone act put in; of an undo that was undone, put in again what it took out."""
    for item in store.outbox.of_act(str(act)):
        if not item.done:
            store.outbox.drop(item.uid)
    redone = [fact for fact in store.journal.of_act(act) if fact.verb == UNDONE]
    for first in dict.fromkeys(str(fact.fields["act"]) for fact in redone):
        post(store, store.journal.of_act(FactId.parse(first)), now)


def refuse_unsending(store: Store, facts: Sequence[Fact], now: int) -> None:
    """Invalid when an act said something that has gone to the caller by mail, or is going out right now."""
    for fact in facts:
        if fact.verb != "replied":
            continue
        mail = store.mails.by_uid(fact.entity)
        item = store.outbox.by_uid(fact.entity)
        if (mail is not None and mail.state == "sent") or (
            item is not None and (item.done or item.claimed > now)
        ):
            raise Invalid(
                "act",
                _("This reply has gone to the caller: sent mail cannot be unsent."),
                _("Write another reply that puts it right."),
            )
