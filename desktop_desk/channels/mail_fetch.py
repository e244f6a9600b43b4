"""Mail fetched from a mailbox on an IMAP server; it stays there, and what came once is never filed twice."""

import imaplib
import re
import ssl
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from desktop_desk.channels.mail_import import Tally, take_mail
from desktop_desk.channels.mail_sources import Found
from desktop_desk.channels.mail_tokens import AccessTokens, login_words
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.directory import Mailbox
from desktop_desk.desk.mail_looks import LookState, fetcher_of, keep_look
from desktop_desk.desk.mail_room import MailRoom
from desktop_desk.desk.mail_views import Filed
from desktop_desk.desk.mailboxes import HERE
from desktop_desk.desk.ports import Store
from desktop_desk.domain.attachments import size_text
from desktop_desk.domain.errors import AccessDenied, DeskError, Invalid, NotAllowed, StorageUnavailable
from desktop_desk.domain.mail import LARGEST_MAIL
from desktop_desk.i18n import _

PORTS: Final = {"tls": 993, "starttls": 143, "none": 143}
TIMEOUT: Final = 30.0
"""Seconds that a server may take for one answer."""

BEGINNING: Final = 256 * 1024
"""Bytes that are fetched of a mail that a desk cannot keep."""

_LATER = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT|AUTHENTICATIONFAILED|EXPIRED)\b", re.I)
"""What a server says (RFC 5530) when another try will do."""

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
PasswordOf = Callable[[Mailbox], str]


def fetch_mails(
    desk: Desk, box: Mailbox, password_of: PasswordOf, trust: ssl.SSLContext | None = None,
    access: AccessTokens | None = None,
) -> Tally:  # fmt: skip
    """Take in what is new in a mailbox since the last time, on this copy of the desk.

    Args:
        trust: whose certificates are good; None: those that the system trusts.
        access: what gives the token of a mailbox that signs in by one.

    Raises:
        Invalid: the mailbox has no server, is out of use, or its connection could be read by others.
        NotAllowed: another copy of the desk fetches it.
        AccessDenied: the server does not take login and password; it is not asked again.
        StorageUnavailable: the server cannot be reached, or its certificate is not good.
    """
    _refuse_anothers(desk, box)
    tally, room = Tally(), desk.mail_room()
    try:
        password = (access or AccessTokens(trust)).of(box, password_of(box))
        for filed in fetch_each(desk.store, room, box, password, trust):
            tally.add(filed)
    except DeskError as error:
        keep_look(desk.store, box, *look_after(error), room.now())
        raise
    keep_look(desk.store, box, "good", "", room.now())
    return tally


def look_after(error: DeskError) -> tuple[LookState, str]:
    """What a look into a mailbox has found that ended so, and the words for it."""
    kind = error.kind if isinstance(error, StorageUnavailable) else ""
    if kind == "unreachable":
        return "away", error.reason
    if isinstance(error, AccessDenied):
        return "refused", error.reason
    return ("refused" if kind == "denied" or isinstance(error, Invalid) else "failed"), str(error)


def fetch_each(
    store: Store, room: MailRoom, box: Mailbox, password: str, trust: ssl.SSLContext | None = None,
    *, timeout: float = TIMEOUT,
) -> Generator[Filed]:  # fmt: skip
    """Take in what is new in a mailbox, mail by mail: whoever asks may stop between two, or rest.

    Args:
        timeout: seconds that the server may take for one answer.

    Raises:
        Invalid, AccessDenied, StorageUnavailable: as `fetch_mails` does.
    """
    _refuse(box)
    note = f"mail {box.uid}"
    with logged_in(box, password, trust or ssl.create_default_context(), timeout) as server:
        # Another day to begin with is a folder to go through anew: what is known of it is no new mail.
        folder = open_folder(server, box) + (f"/{box.since}" if box.since else "")
        known, _space, reached = store.log.note(note).partition(" ")
        last = int(reached or 0) if known == folder else 0
        for uid in _newer(server, last, box.since):
            found = _message(server, uid, box)
            if found is None:
                continue
            # In one transaction a mail is filed and known to be fetched, or neither.
            reached = partial(store.log.keep_note, note, f"{folder} {uid}")
            yield take_mail(room, found, mailbox=box.uid, guarded=True, beside=reached)


def count_mails(
    box: Mailbox, password: str, trust: ssl.SSLContext | None = None, timeout: float = TIMEOUT
) -> int:
    """Log in to a mailbox and open its folder, without taking anything in; gives how many mails there are for the desk.

    Raises: as `fetch_mails`.
    """
    _refuse(box)
    with logged_in(box, password, trust or ssl.create_default_context(), timeout) as server:
        open_folder(server, box)
        return len(_newer(server, 0, box.since))


def _refuse(box: Mailbox) -> None:
    if not box.active or not box.imap_host:
        reason = _("“{name}” is out of use or has no IMAP server.").format(name=box.name)
        raise Invalid("imap_host", reason, _("Give it one: mail add."))
    if box.imap_security == "none" and box.imap_host not in HERE:
        reason = _("Without encryption others can read the password of “{name}”.").format(name=box.name)
        raise Invalid("imap_security", reason, _("Use tls or starttls."))


def _refuse_anothers(desk: Desk, box: Mailbox) -> None:
    with desk.store.reading():
        directory, own = desk.store.directory(), desk.store.log.own
        fetcher = fetcher_of(directory, box, own)
        copy = directory.name_of(fetcher)
    if fetcher not in {None, own}:
        raise NotAllowed(
            _("“{name}” is fetched by {copy}.").format(
                name=box.name, copy=copy or _("another copy of the desk")
            ),
            _("Take it over first: mail take."),
        )


@contextmanager
def logged_in(box: Mailbox, password: str, trust: ssl.SSLContext, timeout: float) -> Generator[imaplib.IMAP4]:
    """A connection to a mailbox's server, logged in; Invalid, AccessDenied, StorageUnavailable as `fetch_mails`."""
    if not password:
        reason = _("There is no password for “{name}” on this computer.").format(name=box.name)
        raise AccessDenied(reason, _("Set DESKTOP_DESK_MAIL_PASSWORD, or let the keyring keep it."))
    server: imaplib.IMAP4 | None = None
    try:
        server = _connected(box, trust, timeout)
        _log_in(server, box, password)
        yield server
    except ssl.SSLCertVerificationError as error:
        reason = _("The certificate of {host} is not good: {why}").format(
            host=box.imap_host, why=error.verify_message or error
        )
        raise StorageUnavailable("denied", reason, _("Check the name of the server.")) from error
    except (OSError, imaplib.IMAP4.error) as error:
        why = (error.strerror if isinstance(error, OSError) else "") or error
        reason = _("{host} does not answer as a mail server: {why}").format(host=box.imap_host, why=why)
        raise StorageUnavailable("unreachable", reason, _("Check the network; nothing is lost.")) from error
    finally:
        if server is not None:
            _leave(server)


def _connected(box: Mailbox, trust: ssl.SSLContext, timeout: float) -> imaplib.IMAP4:
    port = box.imap_port or PORTS[box.imap_security]
    if box.imap_security == "tls":
        return imaplib.IMAP4_SSL(box.imap_host, port, ssl_context=trust, timeout=timeout)
    server = imaplib.IMAP4(box.imap_host, port, timeout=timeout)
    if box.imap_security == "starttls":
        server.starttls(trust)
    return server


def _log_in(server: imaplib.IMAP4, box: Mailbox, password: str) -> None:
    try:
        if box.auth == "token":
            words = login_words(box, password).encode("ascii")
            # A server that refuses asks once more and wants nothing in answer.
            server.authenticate("XOAUTH2", lambda asked: b"" if asked else words)
        else:
            server.login(box.login or box.address, password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        if box.auth == "token":
            raise AccessDenied(
                _("{host} refuses the sign-in of “{name}”.").format(host=box.imap_host, name=box.name),
                _("Sign in again, with the account of the mailbox: mail sign-in."),
            ) from error
        raise AccessDenied(
            _("{host} refuses the login of “{name}”.").format(host=box.imap_host, name=box.name),
            _("Type its password anew; it is not tried again by itself."),
        ) from error


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (OSError, imaplib.IMAP4.error):
        server.shutdown()


def open_folder(server: imaplib.IMAP4, box: Mailbox) -> str:
    """Open the folder for reading only; gives its UIDVALIDITY: with another one all numbers in it are new."""
    folder = box.folder.replace("\\", "\\\\").replace('"', '\\"')
    answer, told = server.select(f'"{folder}"', readonly=True)
    if answer != "OK":
        reason = _("“{name}” has no folder {folder}.").format(name=box.name, folder=box.folder)
        raise Invalid("folder", reason, str(told[0] or ""))
    known: Any = server.response("UIDVALIDITY")[1]
    return known[0].decode("ascii", "replace") if known and known[0] else "0"


def _newer(server: imaplib.IMAP4, last: int, since: str) -> list[int]:
    """The numbers of mails behind the last that is known; of the day before `since` as well, as its day is ours."""
    wanted = [f"UID {last + 1}:*"]
    if since:
        # The server's day may have begun later than ours.
        before = datetime.fromisoformat(since).replace(tzinfo=UTC) - timedelta(days=1)
        wanted += ["SINCE", imaplib.Time2Internaldate(before)[1:12]]
    _answer, told = server.uid("SEARCH", *wanted)
    numbers: Any = told[0] or b""
    # A server answers "n:*" with the last mail even where that is older than n.
    return sorted(number for number in map(int, numbers.split()) if number > last)


def _message(server: imaplib.IMAP4, uid: int, box: Mailbox) -> Found | None:
    """A mail in the mailbox, or why the server does not give it out; None when it is there no more, or is too old.

    Raises:
        IMAP4.error: the server says that it cannot now.
    """
    where = f"{box.address or box.name} {uid}"
    _answer, known = server.uid("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)")
    told = b" ".join(part for part in known if isinstance(part, bytes))
    if box.since and _received(told) < box.since:
        return None
    sized = _SIZE.search(told)
    size = int(sized[1]) if sized else 0
    part = f"<0.{BEGINNING}>" if size > LARGEST_MAIL else ""
    answered: Any = server.uid("FETCH", str(uid), f"(BODY.PEEK[]{part})")
    if answered[0] != "OK":
        said = b" ".join(part for part in answered[1] if isinstance(part, bytes)).decode("utf-8", "replace")
        if _LATER.match(said):
            raise imaplib.IMAP4.error(said)
        why = _("The server does not give it out: {said}").format(said=said[:300])
        # What stands for it tells which one it is, in the mailbox where it stays.
        return Found(where, f"{where}: {why}".encode(), why)
    raw = _body(answered[1])
    if not raw:
        return None
    why = ""
    if part:
        why = _(
            "It is too large ({size}); its beginning is kept here, the whole stays in the mailbox."
        ).format(size=size_text(size))
    return Found(where, raw, why)


def _received(told: bytes) -> str:
    """The day, here, on which the server received a mail; one that says nothing of it did so lately."""
    at = imaplib.Internaldate2tuple(told)
    return time.strftime("%Y-%m-%d", at) if at else "9999"


def _body(parts: list[Any]) -> bytes:
    """The bytes of a message in what a server answered."""
    for each in parts:
        match each:
            case (_told, bytes(body)):
                return body
            case _:
                pass
    return b""
