"""Raw bytes of a mail as what the desk files: every mail can be read, broken ones as far as they go."""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, mktime_tz, parsedate_tz
from typing import Final

from desktop_desk.channels.mail_parts import AnyMail, Parts, is_too_much, parts_of
from desktop_desk.channels.mail_reports import not_delivered
from desktop_desk.channels.mail_text import split_text
from desktop_desk.channels.mail_words import RawHeaders, header_text, text_of
from desktop_desk.desk.mail_views import IncomingMail, MailKind
from desktop_desk.domain.mail import message_ids
from desktop_desk.i18n import _

RAW: Final = RawHeaders()
MOST_REFERENCES: Final = 40
LONGEST_ADDRESS: Final = 254
UNREADABLE = (
    MessageError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What the standard library's parser may trip on."""

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"']+@[^\s@<>()\[\],;:\"']+")
_HEADERS = ("From", "To", "Date", "Message-ID", "Subject", "Received", "MIME-Version", "Content-Type")
_FORWARD = re.compile(r"(?:fwd?|wg|tr|rv|vs|vb|doorst|enc|pd|i)\s*:", re.I)
"""How programs begin the subject of a mail that passes another one on."""

_QUOTED_ID = re.compile(r"^[ \t>]*Message-ID:\s*<([^<>\s]+)>", re.I | re.M)
"""In the text of a report that returns a mail as text, as servers did before there was a form for it."""

_BEGINS = re.compile(rb"\s*(?:" + "|".join(_HEADERS).encode() + rb")[ \t]*:", re.I)
"""A mail's first line, also as the parser does not take it: after an empty line, or with blanks before the colon."""

_OLDEST = 315_532_800  # 1980; before that there was no mail to be answered
_DAY = 86_400


def read_mail(raw: bytes, now: int) -> IncomingMail:
    """The mail in these bytes; `now` in ms.

    Raises:
        ValueError: it is no mail at all: it has no headers, or no sender, no subject, no id and not a word.
    """
    sha = hashlib.sha256(raw).hexdigest()
    if is_too_much(raw):
        mail = _as_it_stands(raw, sha, now, _("It has too many parts or lines; here is how it begins."))
    else:
        try:
            message = message_from_bytes(raw, policy=RAW)
            mail = _mail(message, parts_of(message), sha, now)
        except UNREADABLE:
            mail = _as_it_stands(raw, sha, now, _("Its form is broken; here is how it begins."))
    known = mail.sender or mail.subject or "@" in mail.message_id
    if not known and not _has_headers(raw):
        raise ValueError(_("It is no mail: it has no headers."))
    if not known and (not _looks_written(raw) or not mail.text.strip()):
        raise ValueError(_("This is no mail: it has no sender, no subject and no id."))
    return mail


def message_id_of(raw: bytes) -> str:
    """What a mail is known by: its Message-ID, else one made of its bytes."""
    try:
        head = message_from_bytes(raw[:200_000].partition(b"\n\n")[0] + b"\n\n", policy=RAW)
        found = message_ids(header_text(head.get("Message-ID")))
    except UNREADABLE:
        found = ()
    return found[0] if found else hashlib.sha256(raw).hexdigest()


def _mail(message: AnyMail, parts: Parts, sha: str, now: int) -> IncomingMail:
    name, address = _sender(message, ("From", "Reply-To", "Sender", "Return-Path"))
    kind = _kind(message, parts)
    subject = header_text(message.get("Subject"))
    text, quoted = _said(parts, name, subject, kind)
    ids = message_ids(header_text(message.get("Message-ID")))
    failed = header_text(message.get("X-Failed-Recipients"))
    return IncomingMail(
        message_id=ids[0] if ids else sha, sender=address, sender_name=name,
        failed=not_delivered(parts.reports, failed, parts.text) if kind == "bounce" else (),
        subject=subject, at=_date(message, now), references=_references(message, parts, kind),
        text=text, quoted=quoted, files=tuple(parts.files), kind=kind, remarks=tuple(dict.fromkeys(parts.remarks)),
        copies=_copies(message), reply_to=_reply_to(message, address),
    )  # fmt: skip


def _said(parts: Parts, name: str, subject: str, kind: MailKind) -> tuple[str, str]:
    """What the sender wrote, and what is folded away."""
    whole = parts.text
    if kind == "bounce":
        return "\n\n".join(part for part in (whole.strip("\n"), *parts.reports) if part.strip()), ""
    said = split_text(whole, name, forwarded=_FORWARD.match(subject) is not None)
    text, quoted = said.visible, said.folded
    if parts.encrypted:
        sealed = _("This mail is encrypted; open its files with the program that has the key.")
        text = f"{text}\n\n{sealed}" if text.strip() else sealed
    return text or "\n\n".join(parts.reports), quoted


def _as_it_stands(raw: bytes, sha: str, now: int, remark: str) -> IncomingMail:
    """A mail that cannot be taken apart: its headers as far as they can be read, and the beginning of the rest."""
    head, _gap, body = raw[:400_000].replace(b"\r\n", b"\n").partition(b"\n\n")
    try:
        message = message_from_bytes(head[:200_000] + b"\n\n", policy=RAW)
    except UNREADABLE:
        message = Message()
    name, address = _sender(message, ("From", "Sender", "Return-Path"))
    ids = message_ids(header_text(message.get("Message-ID")))
    return IncomingMail(
        message_id=ids[0] if ids else sha, sender=address, sender_name=name,
        subject=header_text(message.get("Subject")), at=_date(message, now), references=_references(message, Parts()),
        text=text_of(body[:20_000], "utf-8").strip(), remarks=(remark,),
    )  # fmt: skip


def _sender(message: AnyMail, headers: Sequence[str]) -> tuple[str, str]:
    """Name and address in the first of these headers that has one; the address "" where none has."""
    name = ""
    for header in headers:
        told = header_text(message.get(header))
        if not told:
            continue
        try:
            pairs = getaddresses([told])
        except UNREADABLE:
            pairs = []
        found_name, address = next(((each, where) for each, where in pairs if "@" in where), ("", ""))
        found = _ADDRESS.search(address) or _ADDRESS.search(told)
        name = name or found_name or ("" if "@" in told else told)
        if found:
            return name[:200], found[0][:LONGEST_ADDRESS]
    return name[:200], ""


def _copies(message: AnyMail) -> tuple[str, ...]:
    try:
        pairs = getaddresses([header_text(message.get("Cc"))])
    except UNREADABLE:
        return ()
    return (
        ()
        if _is_of_list(message)
        else tuple(dict.fromkeys(address for _name, address in pairs if "@" in address))
    )


def _is_of_list(message: AnyMail) -> bool:
    return bool(message.get("List-Id") or message.get("List-Post"))


def _reply_to(message: AnyMail, sender: str) -> tuple[str, str] | None:
    """Name and address of somebody else who wants the answer; what a list says of itself does not count."""
    if _is_of_list(message):
        return None
    name, address = _sender(message, ("Reply-To",))
    return (name, address) if address and address.casefold() != sender.casefold() else None


def _date(message: AnyMail, now: int) -> int | None:
    """When it came to the office's server, else when it was written, ms; None where neither can be.

    The clock of whoever wrote it may be wrong, or be made wrong; the uppermost Received is that of the last server.
    """
    arrived = header_text(message.get("Received")).rpartition(";")[2]
    return _time(arrived, now) or _time(header_text(message.get("Date")), now)


def _time(text: str, now: int) -> int | None:
    try:
        told = parsedate_tz(text)
        seconds = mktime_tz(told) if told else None
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    if seconds is None or not _OLDEST <= seconds <= now / 1000 + _DAY:
        return None
    return min(int(datetime.fromtimestamp(seconds, UTC).timestamp() * 1000), now)


def _references(message: AnyMail, parts: Parts, kind: MailKind = "mail") -> tuple[str, ...]:
    """What it answers, the nearest first; of a report the mail that it is about."""
    found: list[str] = []
    for about in parts.about:
        found += message_ids(header_text(about.get("Message-ID")))
    found += message_ids(header_text(message.get("In-Reply-To")))
    found += reversed(message_ids(header_text(message.get("References"))))
    found += message_ids(header_text(message.get("X-Failed-Message-ID")))
    if kind == "bounce":
        found += _QUOTED_ID.findall(parts.text)[:MOST_REFERENCES]
    return tuple(dict.fromkeys(found))[:MOST_REFERENCES]


def _kind(message: AnyMail, parts: Parts) -> MailKind:
    """Who or what wrote it (RFC 3834, RFC 3464)."""
    automatic = header_text(message.get("Auto-Submitted")).split(";")[0].strip().casefold()
    reports_delivery = "delivery-status" in header_text(message.get("Content-Type")).casefold()
    if "disposition-notification" in header_text(message.get("Content-Type")).casefold():
        return "answer"  # it was read, or thrown away
    sender = header_text(message.get("From")).casefold()
    empty_path = header_text(message.get("Return-Path")).replace(" ", "") == "<>"
    if reports_delivery or (parts.reports and message.get_content_type() == "multipart/report"):
        return "bounce"
    if message.get("X-Failed-Recipients") or (empty_path and "mailer-daemon@" in sender):
        return "bounce"
    precedence = header_text(message.get("Precedence")).casefold()
    answers = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From", "X-Mail-Autoreply")
    if (
        automatic.startswith("auto-replied")
        or precedence == "auto_reply"
        or any(message.get(name) for name in answers)
    ):
        return "answer"
    if automatic and automatic != "no":
        return "automatic"
    return "automatic" if precedence in {"bulk", "junk"} else "mail"


def _has_headers(raw: bytes) -> bool:
    """Whether it begins as mails do, with any header that every mail has one of."""
    try:
        head = BytesHeaderParser(policy=RAW).parsebytes(raw[:200_000])
    except UNREADABLE:
        return True
    return _BEGINS.match(raw) is not None or any(name in head for name in _HEADERS)


def _looks_written(raw: bytes) -> bool:
    """Whether bytes are text rather than a program or picture."""
    sample = raw[:4096]
    return b"\x00" not in sample and sum(byte < 9 for byte in sample) == 0


def source_text(raw: bytes) -> str:
    """A raw mail as text, to be looked at; never more than a screen can take."""
    return text_of(raw[:500_000], "utf-8")
