"""A sign-in server (OAuth 2.0) is sent a form and answers in JSON: over a line that is checked, within limits."""

import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from desktop_desk.desk.mailboxes import check_address
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.i18n import _

PATIENCE: Final = 15.0
"""Seconds that a whole answer may take."""

LARGEST: Final = 256 * 1024
"""Bytes of an answer; tokens have a few thousand."""

_REFUSALS: Final = frozenset({400, 401, 404, 405, 410})
"""What a server says that will say the same tomorrow; others may be a network's own page."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: its status, and the fields of its JSON; they hold secrets and stay out of every text."""

    status: int
    fields: Mapping[str, Any] = field(repr=False)

    @property
    def error(self) -> str:
        """The server's word for what is wrong, such as "invalid_grant"; "" when it gave what was asked for."""
        if self.status == http.HTTPStatus.OK:
            return ""
        return self.text("error") or str(self.status)

    @property
    def why(self) -> str:
        """The server's words for people, on one line."""
        return " ".join((self.text("error_description") or self.error).split())[:300]

    def text(self, name: str) -> str:
        """A field that is text; "" for anything else."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def seconds(self, name: str, otherwise: float) -> float:
        """A field that is a time; some servers write numbers as text."""
        try:
            return max(0.0, float(self.fields.get(name, otherwise)))
        except (TypeError, ValueError, OverflowError):
            return otherwise


def answer_of(
    url: str, form: Mapping[str, str], trust: ssl.SSLContext | None = None, *, place: str = "token_url",
    patience: float = PATIENCE,
) -> Answer:  # fmt: skip
    """Send a form to a server; what it refuses is an answer as well.

    Args:
        trust: whose certificates are good; None: those that the system trusts.
        place: the field of the mailbox that the address stands in.

    Raises:
        Invalid: the address would let others read along.
        StorageUnavailable: the server cannot be reached ("unreachable"), or its certificate is not good ("denied").
    """
    check_address(place, url)
    host = urlsplit(url).hostname or ""
    request = urllib.request.Request(  # noqa: S310  the scheme was checked
        url, urlencode(form).encode("ascii"), {"Accept": "application/json"}, method="POST"
    )
    until = time.monotonic() + patience
    try:
        with _opener(trust).open(request, timeout=patience) as response:
            raw = _read(response, until)
            return Answer(response.status, _fields(raw, response.status, host))
    except urllib.error.URLError as error:
        raise _failed(host, error.reason if isinstance(error.reason, OSError) else error) from error
    except (OSError, http.client.HTTPException) as error:
        raise _failed(host, error) from error


def _opener(trust: ssl.SSLContext | None) -> urllib.request.OpenerDirector:
    """Speaks HTTP and HTTPS and follows nobody elsewhere: a redirected form would hand secrets to another server."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=trust or ssl.create_default_context()),
    ):
        opener.add_handler(handler)
    return opener


def _read(response: http.client.HTTPResponse, until: float) -> bytes:
    found = bytearray()
    while part := response.read1(16 * 1024):
        found += part
        if len(found) > LARGEST:
            raise http.client.HTTPException(_("its answer is too large"))
        if time.monotonic() > until:
            raise TimeoutError(_("its answer takes too long"))
    return bytes(found)


def _fields(raw: bytes, status: int, host: str) -> Mapping[str, Any]:
    """The fields of an answer; what is no JSON was said by something in between, unless it refuses plainly."""
    try:
        found: Any = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found  # pyright: ignore[reportUnknownVariableType]  names are text in JSON
    if status in _REFUSALS:
        return {}
    raise _failed(
        host, http.client.HTTPException(_("its answer ({status}) is no JSON").format(status=status))
    )


def _failed(host: str, error: BaseException) -> StorageUnavailable:
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = _("The certificate of {host} is not good: {why}").format(
            host=host, why=error.verify_message or error
        )
        return StorageUnavailable("denied", reason, _("Check the address of the sign-in server."))
    why = (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__
    reason = _("{host} does not answer as a sign-in server: {why}").format(host=host, why=why)
    return StorageUnavailable("unreachable", reason, _("Check the network; nothing is lost."))
