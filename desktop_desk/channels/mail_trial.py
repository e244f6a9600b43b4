"""A mailbox tried: both of its servers are asked, nothing is taken in or sent, and what is wrong is said plainly."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from desktop_desk.channels.mail_fetch import count_mails
from desktop_desk.channels.mail_out import Line, Undelivered, dial
from desktop_desk.channels.mail_tokens import AccessTokens
from desktop_desk.desk.directory import Mailbox
from desktop_desk.desk.mailboxes import HERE
from desktop_desk.domain.errors import AccessDenied, DeskError, Invalid, StorageUnavailable
from desktop_desk.domain.outgoing import mail_address
from desktop_desk.i18n import _, ngettext

PATIENCE: Final = 15.0
"""Seconds that a server may take for one answer."""

Server = Literal["in", "out"]
"""The server that mail comes in by, or goes out by."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of asking one server: `said` in one sentence; `field` is the entry that is wrong, "" for none."""

    server: Server
    ok: bool
    said: str
    advice: str = ""
    field: str = ""


def try_mailbox(
    box: Mailbox, password: str, *, trust: ssl.SSLContext | None = None, timeout: float = PATIENCE,
    dialled: Callable[..., Line] = dial, access: AccessTokens | None = None,
) -> tuple[Trial, ...]:  # fmt: skip
    """Ask the servers that a mailbox names, one after the other; one that it does not name is not asked.

    A mailbox that is out of use is tried all the same.
    """
    box = replace(box, active=True)
    found: list[Trial] = []
    if box.auth == "token" and (box.imap_host or box.smtp_host):
        try:
            password = (access or AccessTokens(trust)).of(box, password)
        except DeskError as error:
            server: Server = "in" if box.imap_host else "out"
            field = error.field if isinstance(error, Invalid) else _secret(box)
            return (Trial(server, ok=False, said=error.reason, advice=error.advice, field=field),)
    if box.imap_host:
        found.append(_try_in(box, password, trust, timeout))
    if box.smtp_host:
        found.append(_try_out(box, password, timeout, dialled))
    return tuple(found)


def _try_in(box: Mailbox, password: str, trust: ssl.SSLContext | None, timeout: float) -> Trial:
    try:
        count = count_mails(box, password, trust, timeout)
    except DeskError as error:
        return Trial("in", ok=False, said=error.reason, advice=error.advice, field=_wrong_in(error, box))
    words = ngettext(
        "Mail in works: {n:,} mail in {folder}.", "Mail in works: {n:,} mails in {folder}.", count
    )
    return Trial("in", ok=True, said=words.format(n=count, folder=box.folder))


def _wrong_in(error: DeskError, box: Mailbox) -> str:
    """The entry that an error is about."""
    if isinstance(error, Invalid):
        return error.field
    if isinstance(error, AccessDenied):
        return _secret(box)
    is_unsafe = isinstance(error, StorageUnavailable) and isinstance(error.__cause__, ssl.SSLError)
    speaks_otherwise = is_unsafe and not isinstance(error.__cause__, ssl.SSLCertVerificationError)
    return "imap_security" if speaks_otherwise else "imap_host"


def _secret(box: Mailbox) -> str:
    """The entry that lets the office in."""
    return "auth" if box.auth == "token" else "password"


def _try_out(box: Mailbox, password: str, timeout: float, dialled: Callable[..., Line]) -> Trial:
    if not mail_address(box.address):
        reason = _("“{value}” is no e-mail address.").format(value=box.address[:80])
        return Trial("out", ok=False, said=reason, field="address")
    if not password and box.smtp_host not in HERE:
        reason = _("There is no password for “{name}” on this computer.").format(name=box.name)
        return Trial("out", ok=False, said=reason, advice=_("Type it."), field="password")
    try:
        dialled(box, password, timeout=timeout).close()
    except Undelivered as error:
        return Trial("out", ok=False, said=error.reason, advice=error.advice, field=_wrong_out(error, box))
    return Trial("out", ok=True, said=_("Mail out works: {host} lets us in.").format(host=box.smtp_host))


def _wrong_out(error: Undelivered, box: Mailbox) -> str:
    import smtplib  # noqa: PLC0415  only its errors are asked for

    cause = error.__cause__
    if isinstance(cause, smtplib.SMTPAuthenticationError):
        return _secret(box)
    if isinstance(cause, Invalid):
        return cause.field
    if isinstance(cause, smtplib.SMTPNotSupportedError) or cause is None:
        return "smtp_security"
    if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLCertVerificationError):
        return "smtp_security"
    return "smtp_host"
