"""A mail as it was read, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from desktop_desk.desk.views import Attachment
from desktop_desk.domain.undelivered import Undelivered

MailKind = Literal["mail", "automatic", "answer", "bounce"]
"""Written by a person; by a machine by itself; by a machine in answer (RFC 3834); a report on delivery."""

Became = Literal["ticket", "reply", "duplicate", "ignored", "quarantined"]


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """A mail with everything decoded; nothing in it is trusted.

    Attributes:
        message_id: without brackets; made of the bytes where the mail has none.
        references: Message-IDs that it answers or reports about, the nearest first.
        at: its date, ms; None where it has none that can be.
        text: what its sender wrote; `quoted` what is folded away: quotations and signature.
        remarks: sentences about what could not be taken over as it was.
        copies: addresses that its sender sent it to in copy; none of a list's.
        reply_to: name and address of somebody else who wants the answer; None for nobody.
        failed: of a bounce, whom the mail that it reports about did not reach.
    """

    message_id: str
    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    at: int | None = None
    references: tuple[str, ...] = ()
    text: str = ""
    quoted: str = ""
    files: Sequence[Attachment] = ()
    kind: MailKind = "mail"
    remarks: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    reply_to: tuple[str, str] | None = None
    failed: tuple[Undelivered, ...] = ()


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a mail: `number` of its ticket or "", `why` for what was not filed, `where` it was read.

    `act` is the act of a person who filed it, to undo it by; `subject` is the mail's own.
    """

    became: Became
    uid: str
    number: str = ""
    why: str = ""
    where: str = ""
    act: str = ""
    subject: str = ""
