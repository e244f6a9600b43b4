"""Mail out: what waits in the outbox goes to the server of its mailbox, over a connection that nobody can read."""

import smtplib
import ssl
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any, Protocol

from desktop_desk.channels.letters import composed
from desktop_desk.channels.mail_tokens import AccessTokens, login_words
from desktop_desk.desk.directory import Mailbox
from desktop_desk.desk.mailboxes import HERE
from desktop_desk.desk.outbox import Letter, Outbox
from desktop_desk.desk.ports import Clock
from desktop_desk.domain.errors import AccessDenied, DeskError, Invalid, StorageUnavailable
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.domain.facts import EntityId

TIMEOUT = 30.0
"""Seconds that a server may take for one answer."""

PORTS = {"tls": 465, "starttls": 587, "none": 25}
"""The usual port of each kind of connection."""

PART = 64 * 1024
TAKING = 5 * 60.0
"""Seconds for each so many bytes of a mail, and for the server to say that it has it: given up sooner it goes twice."""

TOO_LARGE = 552
WRONG_PASSWORD = frozenset({530, 534, 535, 538})


class Undelivered(DeskError):
    """A mail did not go.

    Attributes:
        kind: "away" (no server: later), "refused" (later), "never" (this mail will not go), "stopped" (a person must
            put the mailbox right first).
    """

    def __init__(self, kind: str, reason: str, advice: str = "") -> None:
        super().__init__(reason, advice)
        self.kind = kind


class Line(Protocol):
    """A connection to a mailbox's server, logged in."""

    def send(self, message: EmailMessage, sender: str, recipients: list[str]) -> str:
        """Hand a message over; gives a sentence about addresses that were refused. Undelivered when it did not go."""
        ...

    def close(self) -> None:
        """Say good-bye; never fails."""
        ...


Dial = Callable[[Mailbox, str], Line]
"""Connects to a mailbox's server with its password; Undelivered when that fails."""

PasswordOf = Callable[[Mailbox], str]
"""The password of a mailbox on this machine; "" for none."""


@dataclass(slots=True)
class Posted:
    """What came of sending: how many mails went, failed for good, and still wait; `problems` says why."""

    sent: int = 0
    failed: int = 0
    waiting: int = 0
    problems: list[str] = field(default_factory=list[str])


class SmtpLine:
    """A connection by SMTP."""

    def __init__(self, smtp: smtplib.SMTP, host: str) -> None:
        self._smtp = smtp
        self._host = host

    def send(self, message: EmailMessage, sender: str, recipients: list[str]) -> str:
        """Hand a message over; a server that takes it for some has taken it."""
        try:
            refused = self._smtp.send_message(message, sender, recipients)
        except smtplib.SMTPRecipientsRefused as error:
            self._start_over()
            raise _by_code(*max(error.recipients.values(), key=lambda answer: answer[0] < 500)) from error
        except smtplib.SMTPSenderRefused as error:
            self._start_over()
            raise _sender_refused(sender, error) from error
        except smtplib.SMTPResponseException as error:
            self._start_over()
            raise _by_code(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            self._start_over()
            raise Undelivered("never", _("The server does not take such an address.")) from error
        except (OSError, smtplib.SMTPException) as error:
            raise _away(self._host, error) from error
        if not refused:
            return ""
        told = ", ".join(f"{address} ({_words(answer[1])})" for address, answer in refused.items())
        return _("The mail went out, but not to {addresses}.").format(addresses=told)

    def _start_over(self) -> None:
        """Make the connection ready for the next message."""
        with suppress(OSError, smtplib.SMTPException):
            self._smtp.rset()

    def close(self) -> None:
        """Say good-bye."""
        with suppress(OSError, smtplib.SMTPException):
            self._smtp.quit()


class _InParts(smtplib.SMTP):
    """Hands a mail over in parts, so that a large one goes over a slow line, and waits long for the answer to it."""

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the mail itself."""
        line = self.sock
        if line is None:
            raise smtplib.SMTPServerDisconnected
        line.settimeout(max(TAKING, self.timeout))
        try:
            return super().data(msg)
        finally:
            with suppress(OSError):
                line.settimeout(self.timeout)

    def send(self, s: Any) -> None:
        """Send text or bytes."""
        raw = s.encode(self.command_encoding) if isinstance(s, str) else s
        for start in range(0, len(raw), PART):
            super().send(raw[start : start + PART])


class _InPartsOverTls(_InParts, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte on."""


def dial(mailbox: Mailbox, password: str, *, timeout: float = TIMEOUT) -> Line:
    """Connect to a mailbox's server and log in; the server's certificate must be good.

    Raises:
        Undelivered: "away" when the server cannot be reached, "stopped" when certificate or password are wrong.
    """
    host, security = mailbox.smtp_host, mailbox.smtp_security
    port = mailbox.smtp_port or PORTS[security]
    if security == "none" and host not in HERE:
        reason = _("{host} would be reached without encryption, which is only done on this computer.")
        raise Undelivered("stopped", reason.format(host=host), _("Choose TLS or STARTTLS for the mailbox."))
    context = ssl.create_default_context()
    try:
        if security == "tls":
            smtp: smtplib.SMTP = _InPartsOverTls(host, port, timeout=timeout, context=context)
        else:
            smtp = _InParts(host, port, timeout=timeout)
    except ssl.SSLError as error:
        raise _untrusted(host, error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise _away(host, error) from error
    try:
        _greet(smtp, mailbox, password, context)
    except BaseException:
        smtp.close()
        raise
    return SmtpLine(smtp, host)


def _greet(smtp: smtplib.SMTP, mailbox: Mailbox, password: str, context: ssl.SSLContext) -> None:
    host = mailbox.smtp_host
    try:
        if mailbox.smtp_security == "starttls":
            smtp.starttls(context=context)
        _log_in(smtp, mailbox, password)
    except ssl.SSLError as error:
        raise _untrusted(host, error) from error
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code < 500:
            raise Undelivered("refused", _words(error.smtp_error)) from error
        raise _refused(mailbox) from error
    except smtplib.SMTPNotSupportedError as error:
        reason = _("{host} offers no encryption (STARTTLS), or no login.").format(host=host)
        raise Undelivered("stopped", reason, _("Ask whoever looks after the server.")) from error
    except (OSError, smtplib.SMTPException) as error:
        raise _away(host, error) from error


def _log_in(smtp: smtplib.SMTP, mailbox: Mailbox, password: str) -> None:
    if password and mailbox.auth == "token":
        try:
            words = login_words(mailbox, password)
        except Invalid as error:
            raise Undelivered("stopped", error.reason, error.advice) from error
        _sign_in(smtp, words)
    elif password:
        smtp.login(mailbox.login or mailbox.address, password)


def _refused(mailbox: Mailbox) -> Undelivered:
    """The server does not take the password or the token of a mailbox."""
    host, address = mailbox.smtp_host, mailbox.address
    if mailbox.auth == "token":
        reason = _("{host} refuses the sign-in of {address}.").format(host=host, address=address)
        return Undelivered(
            "stopped", reason, _("Sign in again, with the account of the mailbox: mail sign-in.")
        )
    reason = _("{host} refuses the password of {address}.").format(host=host, address=address)
    return Undelivered("stopped", reason, _("Set it anew, then send again."))


def _sign_in(smtp: smtplib.SMTP, words: str) -> None:
    smtp.ehlo_or_helo_if_needed()
    if "XOAUTH2" not in smtp.esmtp_features.get("auth", "").upper().split():
        raise smtplib.SMTPNotSupportedError

    def said(asked: bytes | None = None) -> str:
        # A server that refuses asks once more and wants nothing in answer.
        return words if asked is None else ""

    smtp.auth("XOAUTH2", said)


def send_due(
    outbox: Outbox, password_of: PasswordOf, clock: Clock, *, dialled: Dial = dial, hurry: bool = False,
    most: int = 1000, unheld: Collection[str] = (), stopped: Callable[[], bool] = lambda: False,
    access: AccessTokens | None = None,
) -> Posted:  # fmt: skip
    """Send what is due, each mailbox over one connection; what cannot go now waits, and says why.

    Args:
        hurry: a person asked for it: what failed before is tried again at once.
        most: so many mails at a time, so that whoever asks can be told in between.
        unheld: acts whose mail goes before its time to think is over, since nobody is there to undo them.
        stopped: asked before each mail: whether to begin no other.
        access: what gives the tokens of mailboxes that sign in by one.
    """
    done, access = Posted(), access or AccessTokens()
    if hurry:
        access.anew()
    lines: dict[EntityId, Line] = {}
    passed: set[EntityId] = set()
    outbox.bring_reminders()
    try:
        for _turn in range(most):
            letter = None if stopped() else outbox.take(hurry=hurry, passed=passed, unheld=unheld)
            if letter is None:
                break
            passed.add(letter.item.uid)
            try:
                line = lines.get(letter.mailbox.uid) or _line(
                    letter.mailbox, _password(letter, password_of), access, dialled
                )
                lines[letter.mailbox.uid] = line
                _send(outbox, letter, line, clock())
            except Undelivered as error:
                _note(outbox, letter, error, done)
                if error.kind in {"away", "stopped"}:
                    passed.add(letter.mailbox.uid)
                    broken = lines.pop(letter.mailbox.uid, None)
                    if broken is not None:
                        broken.close()
            else:
                done.sent += 1
    finally:
        for line in lines.values():
            line.close()
    done.waiting = outbox.status().waiting
    return done


def _line(mailbox: Mailbox, kept: str, access: AccessTokens, dialled: Dial) -> Line:
    """A connection, logged in by what this computer keeps."""
    try:
        return dialled(mailbox, _said(mailbox, kept, access))
    except Undelivered as error:
        if error.kind != "stopped" or not access.drop(mailbox):
            raise
    # The token was called back before its end: once more, with a new one.
    return dialled(mailbox, _said(mailbox, kept, access))


def _said(mailbox: Mailbox, kept: str, access: AccessTokens) -> str:
    try:
        return access.of(mailbox, kept)
    except (AccessDenied, Invalid) as error:
        raise Undelivered("stopped", error.reason, error.advice) from error
    except StorageUnavailable as error:
        kind = "stopped" if error.kind == "denied" else "away"
        raise Undelivered(kind, error.reason, error.advice) from error


def _password(letter: Letter, password_of: PasswordOf) -> str:
    """The password of a letter's mailbox; a server on this computer may need none."""
    found = password_of(letter.mailbox)
    if not found and letter.mailbox.smtp_security != "none" and letter.mailbox.auth != "token":
        reason = _("The password of {address} is not on this computer.").format(
            address=letter.mailbox.address
        )
        raise Undelivered("stopped", reason, _("Set it here, then send again."))
    return found


def _send(outbox: Outbox, letter: Letter, line: Line, now: int) -> None:
    missing = next((file.name for file in letter.files if not outbox.is_here(file)), "")
    if missing:
        raise Undelivered("refused", _("“{name}” has not come to this computer yet.").format(name=missing))
    try:
        message = composed(letter, outbox.enclosed, now)
    except Invalid as error:
        # The mailbox is well: only this letter waits for a person.
        raise Undelivered("template", error.reason, error.advice) from error
    sender = str(message["From"].addresses[0].addr_spec)
    outbox.sent(letter, line.send(message, sender, [letter.to, *letter.cc]))


def _note(outbox: Outbox, letter: Letter, error: Undelivered, done: Posted) -> None:
    """Keep what a failure means for its letter."""
    said = f"{error.reason} {error.advice}".strip()
    if said not in done.problems:
        done.problems.append(said)
    if error.kind == "never":
        outbox.failed(letter, error.reason)
        done.failed += 1
    else:
        stopped = error.kind in {"stopped", "template"}
        if error.kind == "stopped":
            outbox.stop(letter.mailbox, said)
        outbox.later(letter, said, stopped=stopped, refused=error.kind == "refused")


def _by_code(code: int, words: Any) -> Undelivered:
    """What an answer of the server means."""
    said = f"{code} {_words(words)}".strip()
    if code in WRONG_PASSWORD:
        return Undelivered("stopped", _("The server wants a login: {said}").format(said=said))
    return Undelivered("never", said) if code >= 500 else _not_now(said)


def _not_now(said: str) -> Undelivered:
    return Undelivered("refused", _("The server does not take mail now: {said}").format(said=said))


def _sender_refused(sender: str, error: smtplib.SMTPSenderRefused) -> Undelivered:
    """The server wants no mail of this mailbox at all, unless it says that this one is too large."""
    refused = _by_code(error.smtp_code, error.smtp_error)
    if refused.kind != "never" or error.smtp_code == TOO_LARGE:
        return refused
    reason = _("The server takes no mail of {address}: {said}").format(address=sender, said=refused.reason)
    return Undelivered("stopped", reason, _("Ask whoever looks after the server."))


def _away(host: str, error: Exception) -> Undelivered:
    """There was no connection: whatever the server said, it has not seen the mail."""
    if isinstance(error, smtplib.SMTPResponseException):
        answered = _by_code(error.smtp_code, error.smtp_error)
        return _not_now(answered.reason) if answered.kind == "never" else answered
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Undelivered(
        "away", _("{host} cannot be reached: {why}").format(host=host, why=why or type(error).__name__)
    )


def _untrusted(host: str, error: ssl.SSLError) -> Undelivered:
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = _("{host} shows a certificate that is not good: {why}.")
        why = error.verify_message or str(error)
        advice = _("Nothing was sent. Somebody may be in between; ask whoever looks after the server.")
        return Undelivered("stopped", reason.format(host=host, why=why), advice)
    return Undelivered(
        "away", _("{host} speaks no TLS as expected: {why}").format(host=host, why=error.reason or error)
    )


def _words(answer: Any) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return " ".join(text.split())[:300]
