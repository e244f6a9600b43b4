"""Posting: what of an act goes to the caller by mail is put into the outbox in the same transaction."""

from collections.abc import Iterable, Sequence

from desktop_desk.desk.directory import Directory, Mailbox
from desktop_desk.desk.notice_mail import post_notices
from desktop_desk.desk.outbox_ports import OutboxItem
from desktop_desk.desk.ports import Store, TicketRecord
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import UNDONE, EntityId, Fact, FactId, State
from desktop_desk.domain.named import from_outside
from desktop_desk.domain.outgoing import HOLD_MS, mail_address
from desktop_desk.domain.tickets import members
from desktop_desk.i18n import _

LATE_MS = 10 * 60_000
"""What was said longer ago was typed later: it had reached the caller otherwise."""

STALE_MS = 3 * 24 * 3_600_000
"""Who wrote longer ago, while nobody fetched the mail, is better told something than that it has come."""

COPY_TO = "cc:"
"""The field of a ticket for each address that gets its mails in copy."""


def can_send(mailbox: Mailbox) -> bool:
    """Whether mail can go out from a mailbox, as far as its settings tell."""
    return mailbox.active and bool(mailbox.smtp_host) and bool(mail_address(mailbox.address))


def mailbox_for(store: Store, directory: Directory, record: TicketRecord) -> Mailbox | None:
    """The mailbox that a ticket is answered from; None when none can send.

    The one that its first mail came to, else its department's, else one of the whole office, else any.
    """
    able = [mailbox for mailbox in directory.mailboxes if can_send(mailbox)]
    if not able:
        return None
    came = [mail.mailbox for mail in store.mails.of_ticket(record.uid) if mail.mailbox is not None]
    department = directory.uid_of(record.department)
    ranked = sorted(
        able,
        key=lambda mailbox: (
            mailbox.uid not in came[:1], mailbox.department != department, mailbox.department is not None, mailbox.id,
        ),
    )  # fmt: skip
    return ranked[0]


def caller_address(store: Store, record: TicketRecord) -> str:
    """Where the caller of a ticket reads mail: the address he wrote from last, else his first; "" for none."""
    person = store.people.by_id(record.caller) if record.caller else None
    if person is None:
        return ""
    own = [value for _uid, kind, value in person.contacts if kind == "email" and mail_address(value)]
    folded = {value.casefold(): value for value in reversed(own)}
    for mail in reversed(store.mails.of_ticket(record.uid)):
        if mail.state == "filed" and mail.sender in folded:
            return mail_address(folded[mail.sender])
    return mail_address(own[0]) if own else ""


def own_addresses(directory: Directory) -> frozenset[str]:
    """The addresses of the office's mailboxes, folded: nothing that is sent there would ever be read by a caller."""
    return frozenset(mailbox.address.casefold() for mailbox in directory.mailboxes)


def is_mailed(store: Store, directory: Directory, record: TicketRecord) -> bool:
    """Whether what is told to the caller of a ticket goes to him by mail."""
    address = caller_address(store, record)
    return (
        bool(address)
        and address.casefold() not in own_addresses(directory)
        and mailbox_for(store, directory, record) is not None
    )


def receipts_wanted(directory: Directory, record: TicketRecord, mailbox: Mailbox | None) -> bool:
    """Whether a new ticket is confirmed by mail: neither its department nor the mailbox it is answered from says no."""
    department = directory.department(record.department)
    return (department is None or department.receipts) and (mailbox is None or mailbox.receipts)


def copies_of(state: State) -> tuple[str, ...]:
    """The addresses that get a ticket's mails in copy."""
    found = (mail_address(address) for address in members(state, COPY_TO))
    return tuple(dict.fromkeys(address for address in found if address))


def post(store: Store, facts: Sequence[Fact], now: int) -> None:
    """Put what goes out of an act into the outbox, and take out what it undid; within its transaction."""
    undone = [FactId.parse(str(fact.fields["act"])) for fact in facts if fact.verb == UNDONE]
    for act in dict.fromkeys(undone):
        _taken_back(store, act, now)
    directory = store.directory()
    if not any(can_send(mailbox) for mailbox in directory.mailboxes):
        return
    for uid, kind, ticket, act in _outgoing(facts):
        record = store.tickets.by_uid(ticket)
        if record is None or record.state == "withdrawn" or not is_mailed(store, directory, record):
            continue
        if kind == "receipt" and not receipts_wanted(
            directory, record, mailbox_for(store, directory, record)
        ):
            continue
        _keep(store, OutboxItem(uid, kind, ticket, str(act), store.journal.own, now, now + HOLD_MS))
    post_notices(store, facts, now)


def _keep(store: Store, item: OutboxItem) -> None:
    """Put an item in, unless it went out already."""
    known = store.outbox.by_uid(item.uid)
    if known is None or not known.done:
        store.outbox.keep(item)


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
