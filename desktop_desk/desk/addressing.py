"""Addressing: whom mail about a ticket goes to, from which mailbox, and which mails it refers to."""

from desktop_desk.desk.directory import Directory, Mailbox
from desktop_desk.desk.ports import Store, TicketRecord
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import State
from desktop_desk.domain.outgoing import RECEIPTS_AN_HOUR, is_automatic, is_machine, mail_address
from desktop_desk.domain.tickets import members
from desktop_desk.i18n import _

COPY_TO = "cc:"
"""The field of a ticket for each address that gets its mails in copy."""

HOUR_MS = 3_600_000
MOST_REFERENCES = 12


def mailbox_for(store: Store, directory: Directory, record: TicketRecord) -> Mailbox | None:
    """The mailbox that a ticket is answered from; None when none can send.

    The one that its first mail came to, else its department's, else one of the whole office, else any.
    """
    if not directory.senders:
        return None
    came = [mail.mailbox for mail in store.mails.of_ticket(record.uid) if mail.mailbox is not None]
    department = directory.uid_of(record.department)
    return min(
        directory.senders,
        key=lambda mailbox: (
            mailbox.uid not in came[:1], mailbox.department != department, mailbox.department is not None, mailbox.id,
        ),
    )  # fmt: skip


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


def mailed_from(store: Store, directory: Directory, record: TicketRecord) -> Mailbox | None:
    """The mailbox from which what is told to the caller of a ticket goes to him; None when it goes by no mail."""
    address = caller_address(store, record)
    if not address or address.casefold() in directory.own_addresses:
        return None
    return mailbox_for(store, directory, record)


def is_mailed(store: Store, directory: Directory, record: TicketRecord) -> bool:
    """Whether what is told to the caller of a ticket goes to him by mail."""
    return mailed_from(store, directory, record) is not None


def copies_of(state: State) -> tuple[str, ...]:
    """The addresses that get a ticket's mails in copy."""
    found = (mail_address(address) for address in members(state, COPY_TO))
    return tuple(dict.fromkeys(address for address in found if address))


def may_go_by_itself(
    store: Store, directory: Directory, record: TicketRecord, kind: str, to: str, now: int
) -> bool:
    """Whether an automatic mail may go: to a person, not to us, not in answer to a machine, not too often."""
    if not to or to.casefold() in directory.own_addresses or is_machine(to):
        return False
    if kind != "receipt":
        return True
    often = store.outbox.sent_to(kind, to.casefold(), now - HOUR_MS)
    return often < RECEIPTS_AN_HOUR and not _came_from_machine(store, record)


def _came_from_machine(store: Store, record: TicketRecord) -> bool:
    """Whether the mail that opened a ticket was sent by a machine."""
    first = next((mail for mail in store.mails.of_ticket(record.uid) if mail.sha), None)
    if first is None or first.sha not in store.attachments.here({first.sha: first.size}):
        return False
    head = next(store.attachments.read(first.sha, first.size, "mail"), b"")
    return is_automatic(head.replace(b"\r\n", b"\n").partition(b"\n\n")[0])


def checked_address(text: str) -> str:
    """An e-mail address as it may stand in an envelope; Invalid for a text that is none."""
    found = mail_address(text)
    if not found:
        reason = _("“{text}” is no e-mail address.").format(text=" ".join(text.split())[:80])
        raise Invalid("address", reason, _("It looks like name@example.org."))
    return found


def references_of(store: Store, record: TicketRecord, own: str) -> tuple[str, ...]:
    """The mails that one about a ticket refers to, by Message-ID, oldest first; what came in last stands at the end.

    Args:
        own: the mail's own Message-ID, which it does not refer to.
    """
    known = [
        mail
        for mail in store.mails.of_ticket(record.uid)
        if mail.state in {"filed", "sent"} and mail.message_id not in {"", own} and not mail.void
    ]
    ids = list(dict.fromkeys(mail.message_id for mail in known))
    answered = next((mail.message_id for mail in reversed(known) if mail.state == "filed"), "")
    if answered:
        ids = [*(each for each in ids if each != answered), answered]
    return tuple(ids if len(ids) <= MOST_REFERENCES else [ids[0], *ids[1 - MOST_REFERENCES :]])
