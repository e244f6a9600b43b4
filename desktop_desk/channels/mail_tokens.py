"""Mailboxes that sign in by a token: a person allows it once with a code, then it is renewed by itself (XOAUTH2)."""

import os
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from desktop_desk.channels.mail_passwords import SIGN_IN_VARIABLE, keep_sign_in, password_of
from desktop_desk.channels.sign_in_server import Answer, answer_of
from desktop_desk.desk.directory import Mailbox
from desktop_desk.domain.errors import AccessDenied, DeskError, Invalid, StorageUnavailable
from desktop_desk.i18n import _

DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
UNKNOWN_LIFE: Final = 600.0
"""Seconds that a token is used of which the server does not say how long it holds."""

MARGIN: Final = 60.0
"""Seconds before its end that a token is renewed, so that it does not end on its way."""

SLOWER: Final = 5.0
"""Seconds that are waited longer after a server has asked for it (RFC 8628, 3.5)."""

LONGEST_PAUSE, LONGEST_CODE = 60.0, 3600.0
SERVER_ERRORS: Final = 500
_OF_PAGES: Final = ("https://", "http://")
"""How addresses begin that a browser may be sent to."""

_LATER: Final = frozenset({"temporarily_unavailable", "server_error", "429"})


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a server gave out: a token for the mail servers, for so many seconds, and one to renew it by ("": none)."""

    access: str = field(repr=False)
    seconds: float
    refresh: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a person is to do: type the code at the address, within so many seconds.

    Attributes:
        direct: an address that has the code in it; "" where the server gives none.
        device: what the server knows this sign-in by; a secret.
        interval: seconds between two questions whether it is done.
    """

    address: str
    code: str
    direct: str
    seconds: float
    interval: float
    device: str = field(repr=False)


def invited(box: Mailbox, trust: ssl.SSLContext | None = None) -> Invitation:
    """Begin a sign-in (RFC 8628).

    Raises:
        Invalid: the mailbox lacks something for it, or the server does not take what it has.
        StorageUnavailable: the server cannot be reached, or its certificate is not good.
    """
    _need(box, "device_url", "client_id", "token_url")
    form = {"client_id": box.client_id} | ({"scope": box.scope} if box.scope else {})
    answer = answer_of(box.device_url, form, trust, place="device_url")
    if answer.error:
        raise _refusal(box, answer)
    # Some servers speak an older draft of the standard.
    address = answer.text("verification_uri") or answer.text("verification_url")
    code, device = answer.text("user_code"), answer.text("device_code")
    direct = answer.text("verification_uri_complete")
    if not (address.startswith(_OF_PAGES) and code and device):
        reason = _("{url} gives no code to sign in with.").format(url=box.device_url)
        raise Invalid("device_url", reason, _("Look its address up at the provider of the mailbox."))
    return Invitation(
        _printable(address), _printable(code), _printable(direct) if direct.startswith(_OF_PAGES) else "",
        min(answer.seconds("expires_in", 900.0), LONGEST_CODE), max(answer.seconds("interval", SLOWER), 1.0), device,
    )  # fmt: skip


def awaited(
    box: Mailbox, invitation: Invitation, rest: Callable[[float], object] = time.sleep, *,
    trust: ssl.SSLContext | None = None, clock: Callable[[], float] = time.time,
) -> Tokens | None:  # fmt: skip
    """Wait until a person has allowed the sign-in; None when `rest` says that nobody waits any more.

    Args:
        rest: waits so many seconds; what is true ends the waiting.

    Raises:
        AccessDenied: it was declined, or nobody did it in time.
        Invalid: the server does not take what the mailbox has, or gives nothing that lasts.
        StorageUnavailable: its certificate is not good.
    """
    until, pause = clock() + invitation.seconds, invitation.interval
    form = {"grant_type": DEVICE_GRANT, "device_code": invitation.device, "client_id": box.client_id}
    while not rest(pause):
        if clock() >= until:
            raise _expired(box)
        try:
            answer = answer_of(box.token_url, form, trust)
        except StorageUnavailable as error:
            if error.kind != "unreachable":
                raise
            pause = min(pause * 2, LONGEST_PAUSE)
            continue
        if not answer.error:
            return _lasting(box, _tokens(answer))
        pause = _next_pause(box, answer, pause)
    return None


def _next_pause(box: Mailbox, answer: Answer, pause: float) -> float:
    """How long to wait after an answer that is no token yet; raises as `awaited` does when none will come."""
    word = answer.error
    if word == "authorization_pending":
        return pause
    if word == "slow_down":
        return pause + SLOWER
    if word in _LATER or answer.status >= SERVER_ERRORS:
        return min(pause * 2, LONGEST_PAUSE)
    if word == "expired_token":
        raise _expired(box)
    if word == "access_denied":
        reason = _("The sign-in of “{name}” was declined.").format(name=box.name)
        raise AccessDenied(reason, _("Sign in again: mail sign-in."))
    raise _refusal(box, answer)


def renewed(box: Mailbox, refresh: str, trust: ssl.SSLContext | None = None) -> Tokens:
    """New tokens for an old refresh token (RFC 6749, 6).

    Raises:
        AccessDenied: the sign-in holds no longer; a person has to sign in anew.
        Invalid: the mailbox lacks something for it, or the server does not take what it has.
        StorageUnavailable: the server cannot be reached now, or its certificate is not good.
    """
    _need(box, "token_url", "client_id")
    form = {"grant_type": "refresh_token", "refresh_token": refresh, "client_id": box.client_id}
    answer = answer_of(box.token_url, form | ({"scope": box.scope} if box.scope else {}), trust)
    if answer.error in _LATER or answer.status >= SERVER_ERRORS:
        reason = _("The sign-in server is busy: {why}").format(why=answer.why)
        raise StorageUnavailable("unreachable", reason, _("It is asked again later."))
    if answer.error:
        raise _refusal(box, answer)
    return _tokens(answer)


class AccessTokens:
    """Gives what is said to the servers of mailboxes; keeps tokens in memory until they end. Safe from any thread.

    Args:
        trust: whose certificates are good; None: those that the system trusts.
        clock: seconds; of the wall, since a computer that sleeps does not stop a token from ending.
    """

    def __init__(self, trust: ssl.SSLContext | None = None, clock: Callable[[], float] = time.time) -> None:
        self._trust = trust
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[str, _Held] = {}

    def of(self, box: Mailbox, kept: str) -> str:
        """The password itself, or a token that holds, renewed where it must be; `kept` as `password_of` gives it.

        What a server refused is not asked again before `anew`, or before the sign-in is another one.

        Raises:
            AccessDenied, Invalid, StorageUnavailable: as `renewed` does, and where the keyring cannot keep the new one.
        """
        if box.auth != "token":
            return kept
        if not kept:
            reason = _("Nobody has signed in to “{name}” on this computer.").format(name=box.name)
            raise AccessDenied(reason, _("Sign in: mail sign-in."))
        with self._lock:
            held = self._held.get(box.uid)
            if held is None or _mark(box, kept) not in held.marks:
                held = self._held[box.uid] = _Held({_mark(box, kept)}, kept)
            if held.refusal is not None:
                raise held.refusal.with_traceback(None)
            if held.access and self._clock() < held.until:
                held.reused = True
                return held.access
            return self._renew(box, held)

    def start(self, box: Mailbox, tokens: Tokens) -> None:
        """Take what a new sign-in gave, so that it need not be renewed at once."""
        with self._lock:
            held = self._held[box.uid] = _Held({_mark(box, tokens.refresh)}, tokens.refresh)
            self._take(held, tokens)

    def drop(self, box: Mailbox) -> bool:
        """A mail server refuses the token; True when it was an older one, and a new one may be taken."""
        with self._lock:
            held = self._held.get(box.uid)
            if held is None or not held.reused:
                return False
            held.access, held.reused = "", False
            return True

    def anew(self) -> None:
        """A person asks: what was refused may be asked again."""
        with self._lock:
            for held in self._held.values():
                held.refusal = None

    def _renew(self, box: Mailbox, held: "_Held") -> str:
        try:
            tokens = self._renewed(box, held)
        except (AccessDenied, Invalid) as error:
            held.refusal = error
            raise
        self._take(held, tokens)
        if tokens.refresh and tokens.refresh != held.refresh:
            held.refresh = tokens.refresh
            held.marks.add(_mark(box, tokens.refresh))
            if os.environ.get(SIGN_IN_VARIABLE) is None:
                keep_sign_in(box, tokens.refresh)
        return held.access

    def _renewed(self, box: Mailbox, held: "_Held") -> Tokens:
        try:
            return renewed(box, held.refresh, self._trust)
        except AccessDenied:
            # Another program on this computer may have renewed it, which ends the old one with some servers.
            newer = password_of(box)
            if not newer or _mark(box, newer) in held.marks:
                raise
            held.refresh = newer
            held.marks.add(_mark(box, newer))
            return renewed(box, newer, self._trust)

    def _take(self, held: "_Held", tokens: Tokens) -> None:
        held.access, held.reused = tokens.access, False
        held.until = self._clock() + tokens.seconds - min(MARGIN, tokens.seconds / 10)


@dataclass(slots=True)
class _Held:
    """A sign-in as it stands in memory; `marks` are what it is known by, `refresh` is the newest refresh token."""

    marks: set[tuple[str, ...]] = field(repr=False)
    refresh: str = field(repr=False)
    access: str = field(default="", repr=False)
    until: float = 0.0
    reused: bool = False
    refusal: DeskError | None = None


def login_words(box: Mailbox, token: str) -> str:
    """What XOAUTH2 says to a mail server; Invalid for a login that it cannot say."""
    words = f"user={box.login or box.address}\1auth=Bearer {token}\1\1"
    if not words.isascii() or words.count("\1") != 3:
        reason = _("“{name}” cannot sign in by a token under this login.").format(name=box.name)
        raise Invalid("login", reason, _("Only letters from a to z, digits and signs."))
    return words


def _mark(box: Mailbox, refresh: str) -> tuple[str, ...]:
    return box.client_id, box.token_url, box.scope, refresh


def _need(box: Mailbox, *names: str) -> None:
    for name in names:
        if not getattr(box, name):
            reason = _("“{name}” lacks what a sign-in by token needs: {field}.").format(
                name=box.name, field=name
            )
            raise Invalid(name, reason, _("Its provider tells it; give it with mail change."))


def _tokens(answer: Answer) -> Tokens:
    access, kind = answer.text("access_token"), answer.text("token_type") or "bearer"
    if not access or kind.lower() != "bearer":
        raise Invalid("token_url", _("The sign-in server gives no token that mail servers take."))
    return Tokens(access, answer.seconds("expires_in", UNKNOWN_LIFE), answer.text("refresh_token"))


def _lasting(box: Mailbox, tokens: Tokens) -> Tokens:
    if not tokens.refresh:
        reason = _("The server gives “{name}” no sign-in that lasts.").format(name=box.name)
        raise Invalid("scope", reason, _("Ask for it in the scope; it is often called offline_access."))
    return tokens


def _refusal(box: Mailbox, answer: Answer) -> DeskError:
    """What a refusal means: the sign-in is over, or something of the mailbox is wrong."""
    why = _printable(answer.why)
    if answer.error == "invalid_grant":
        reason = _("The sign-in of “{name}” holds no longer: {why}").format(name=box.name, why=why)
        return AccessDenied(reason, _("Sign in again: mail sign-in."))
    wrong = {"invalid_client": "client_id", "unauthorized_client": "client_id", "invalid_scope": "scope"}
    reason = _("The sign-in server refuses “{name}”: {why}").format(name=box.name, why=why)
    advice = _("Compare it with what the provider of the mailbox says.")
    return Invalid(wrong.get(answer.error, "token_url"), reason, advice)


def _expired(box: Mailbox) -> AccessDenied:
    reason = _("Nobody has signed in to “{name}” in time; the code is over.").format(name=box.name)
    return AccessDenied(reason, _("Sign in again: mail sign-in."))


def _printable(text: str) -> str:
    """Text of a server without what a terminal would obey."""
    return "".join(sign for sign in text if sign.isprintable())[:500]
