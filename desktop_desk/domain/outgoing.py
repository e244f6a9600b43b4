"""Mail that goes out: its kinds, how long it is held and retried, and which addresses and headers are safe."""

import re
from typing import Final

from desktop_desk.domain.facts import EntityId

KINDS: Final = ("reply", "receipt", "resolved")
"""An agent's reply, the receipt for a new ticket with its number, and the notice that a ticket was resolved."""

AUTOMATIC: Final = frozenset({"receipt", "resolved"})
"""Kinds that nobody wrote by hand: they are never answered by another machine, and never answer one."""

HOLD_MS: Final = 10_000
"""So long a mail waits before it goes, so that undo still finds it here."""

CLAIM_MS: Final = 10 * 60_000
"""So long one process may take to send a mail; after that it is taken to have died, and another one tries."""

GIVE_UP_MS: Final = 5 * 24 * 3_600_000
"""After so long a mail that could not be sent has failed (RFC 5321, 4.5.4.1)."""

BY_HAND_MS: Final = 100 * 365 * 24 * 3_600_000
"""A mail that an agent keeps back is due after so long: never."""

RECEIPTS_AN_HOUR: Final = 5
"""So many receipts an address gets in an hour: a machine that answers each of them stops at this."""

_STEPS_MS: Final = tuple(minutes * 60_000 for minutes in (1, 2, 5, 15, 30, 60))
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})*)")
_MACHINES = re.compile(
    r"(mailer-daemon|postmaster|bounces?|no-?reply|do-?not-?reply|listserv|majordomo)\b", re.I
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def retry_after(tries: int) -> int:
    """How long, ms, to wait after so many tries that failed: from a minute to an hour."""
    return _STEPS_MS[min(max(tries, 1), len(_STEPS_MS)) - 1]


def mail_address(text: str) -> str:
    """An e-mail address as it may stand in an envelope, its host in ASCII; "" for a text that is none."""
    local, at, host = text.strip().rpartition("@")
    if not at:
        return ""
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    whole = f"{local}@{host}"
    fits = _ADDRESS.fullmatch(whole)
    return whole if fits and len(fits[1]) <= 64 and len(whole) <= 254 else ""


def is_machine(address: str) -> bool:
    """Whether an address says itself that nobody reads there: nothing automatic is sent to it."""
    return bool(_MACHINES.match(address))


def one_header(text: str) -> str:
    """Text as it may stand in one header: on one line, without control characters."""
    return " ".join(_CONTROL.sub(" ", text).split())


def message_id(uid: EntityId, desk: str, address: str) -> str:
    """The Message-ID, without brackets, of what this desk sends as that: the same at every try."""
    return f"{uid}.{desk}@{address.rpartition('@')[2] or 'localhost'}"


def is_sent_by(desk: str, message_id: str) -> bool:
    """Whether a Message-ID is one that this desk gives."""
    return f".{desk}@" in message_id


def mail_subject(subject: str, number: str) -> str:
    """The subject of a mail about a ticket, with the token by which an answer is filed."""
    return f"{one_header(subject)} [#{number}]"


def is_automatic(head: bytes) -> bool:
    """Whether the header of a mail says that a machine sent it, or a list: nothing answers it by itself (RFC 3834)."""
    # Only mail needs them, and every start would pay for them.
    from email import policy  # noqa: PLC0415
    from email.parser import HeaderParser  # noqa: PLC0415
    from email.utils import parseaddr  # noqa: PLC0415

    told = HeaderParser(policy=policy.compat32).parsestr(head.decode("latin-1"))

    def has(name: str) -> str:
        return str(told.get(name) or "").strip().casefold()

    return (
        has("Auto-Submitted").partition(";")[0].strip() not in {"", "no"}
        or has("Precedence") in {"bulk", "junk", "list", "auto_reply"}
        or has("Return-Path") == "<>"
        or has("Content-Type").startswith("multipart/report")
        or has("X-Auto-Response-Suppress") not in {"", "none"}
        or any(
            name in told for name in ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Loop")
        )
        or is_machine(parseaddr(has("From"))[1])
    )
