"""The phone line: a telephone system on this machine, or its connector, says who rings, answers and hangs up.

It understands the form fields of the common connectors: event (newCall, answer, hangup), from, to, direction, callId,
user, queue, cause. Listens on 127.0.0.1 only; its secret stands in its address. Standard library alone.
"""

import contextlib
import hmac
import json
import logging
import secrets
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, cast
from urllib.parse import parse_qs, urlsplit

from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.i18n import _

HOST = "127.0.0.1"
PORT = 7878
"""Where a line listens when nobody chose another port."""
LONGEST_BODY = 16 * 1024
LONGEST_FIELD = 250
MOST_FIELDS = 60
PATIENCE = 5.0
"""Seconds within which a request must be there whole."""
MOST_AT_ONCE = 16
SECRET_LENGTH = 24

Event = Literal["ring", "answer", "end"]
_EVENTS: Mapping[str, Event] = {
    "newcall": "ring", "ring": "ring", "ringing": "ring", "answer": "answer", "answered": "answer",
    "hangup": "end", "end": "end",
}  # fmt: skip
_OUT = frozenset({"out", "outbound", "outgoing"})
_MISSED = frozenset({"cancel", "noanswer", "congestion", "busy", "notfound", "timeout", "missed"})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PhoneEvent:
    """What the telephone system said about one call.

    Attributes:
        number: of the other side: who calls, or who is called.
        users: logins, extensions or names of those whose telephones ring, or who answered; empty: not told.
        queue: the queue or number that was called.
        unanswered: the system says itself that nobody took the call.
    """

    event: Event
    number: str
    name: str = ""
    call_id: str = ""
    direction: Literal["in", "out"] = "in"
    users: tuple[str, ...] = ()
    queue: str = ""
    unanswered: bool = False


class Misunderstood(ValueError):
    """A request that names no call; its text says what is wrong with it."""


def new_secret() -> str:
    """A secret that nobody can guess, fit for an address."""
    return secrets.token_urlsafe(SECRET_LENGTH)[:SECRET_LENGTH]


def read_event(fields: Mapping[str, Sequence[str]]) -> PhoneEvent:
    """The event that a connector's form fields tell, whatever the case of their names.

    Raises:
        Misunderstood: the event is unknown, or a field is missing or too long.
    """
    given: dict[str, list[str]] = {}
    for name, values in fields.items():
        kept = [value.strip() for value in values if value.strip()]
        if any(len(value) > LONGEST_FIELD for value in kept):
            raise Misunderstood(f"{name[:40]} is longer than {LONGEST_FIELD} characters")
        given.setdefault(name.casefold().removesuffix("[]"), []).extend(kept)

    def first(*names: str) -> str:
        return next((_printable(given[name][0]) for name in names if given.get(name)), "")

    told = first("event").casefold()
    event = _EVENTS.get(told)
    if event is None:
        raise Misunderstood("event must be newCall, answer or hangup")
    is_out = first("direction").casefold() in _OUT
    number = first("to") if is_out else first("from", "number")
    if not number and event != "end":
        # Some systems leave the number out when the caller withholds it.
        number = "" if is_out else "anonymous"
    call_id = first("callid", "call_id", "id", "xcid")
    if not number and not call_id:
        raise Misunderstood("neither from, to nor callId is given")
    if event == "end" and not call_id and not number:
        raise Misunderstood("callId is missing")
    cause = first("cause").casefold().replace("_", "").replace(" ", "")
    return PhoneEvent(
        event,
        number,
        first("name", "callername", "fromname"),
        call_id,
        "out" if is_out else "in",
        tuple(dict.fromkeys(map(_printable, (*given.get("user", ()), *given.get("answeringnumber", ()))))),
        first("queue") or ("" if is_out else first("to")),
        unanswered=cause in _MISSED,
    )


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable()).strip()


class PhoneLine:
    """Listens while it is on, and tells every event to one listener, from a thread of its own.

    Args:
        heard: takes an event; called from the line's threads, must return at once.
        secret: the last part of the address; whoever knows it may say that somebody calls.
    """

    def __init__(self, heard: Callable[[PhoneEvent], None], secret: str, *, port: int = PORT) -> None:
        self._heard = heard
        self._secret = secret
        self._port = port
        self._server: _Server | None = None

    @property
    def address(self) -> str:
        """What to type into the telephone system; the port is the real one once the line is on."""
        port = self._server.server_address[1] if self._server is not None else self._port
        return f"http://{HOST}:{port}/call/{self._secret}"

    @property
    def on(self) -> bool:
        """Whether it listens."""
        return self._server is not None

    def start(self) -> None:
        """Listen from now on; StorageUnavailable("taken") with the reason when the port cannot be had."""
        if self._server is not None:
            return
        try:
            server = _Server(self._port, self._heard, self._secret)
        except OSError as error:
            raise StorageUnavailable(
                "failed",
                _("The phone line cannot listen on port {port} ({error}).").format(
                    port=self._port, error=error.strerror or error
                ),
                _("Choose another port in Phone line…"),
            ) from error
        self._server = server
        threading.Thread(target=server.serve_forever, args=(0.1,), name="phone line", daemon=True).start()

    def stop(self) -> None:
        """Listen no more; what is under way is still answered."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()


class _Server(ThreadingHTTPServer):
    """Answers a few requests at once, each in a thread; more are turned away."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 32

    def __init__(self, port: int, heard: Callable[[PhoneEvent], None], secret: str) -> None:
        self.heard = heard
        self.secret = secret
        self._rooms = threading.BoundedSemaphore(MOST_AT_ONCE)
        # On Windows the option would let another program listen on the same port beside us.
        self.allow_reuse_address = hasattr(socket, "AF_UNIX")
        super().__init__((HOST, port), _Visit)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._rooms.acquire(timeout=PATIENCE):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # no thread could be started
            self._rooms.release()
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._rooms.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  the library's own shape
        _log.info("a connection to the phone line broke off", exc_info=True)


class _Visit(BaseHTTPRequestHandler):
    """One request: a form by POST, or the same fields in the address by GET."""

    server_version = "DesktopDesk"
    sys_version = ""
    timeout = PATIENCE

    def do_POST(self) -> None:
        """Take a form."""
        if not self._is_for_us():
            return
        kind = self.headers.get_content_type()
        if kind != "application/x-www-form-urlencoded":
            self._answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send application/x-www-form-urlencoded")
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            self._answer(HTTPStatus.LENGTH_REQUIRED, "Content-Length is missing")
            return
        if int(length[:12]) > LONGEST_BODY:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {LONGEST_BODY} bytes")
            return
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self._answer(HTTPStatus.BAD_REQUEST, "the request broke off")
            return
        self._take(body.decode("utf-8", "replace"))

    def do_GET(self) -> None:
        """Take the fields of the address."""
        if self._is_for_us():
            self._take(urlsplit(self.path).query)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """What the standard library refuses: unknown methods, broken lines, headers that are too long."""
        status = HTTPStatus.METHOD_NOT_ALLOWED if code == HTTPStatus.NOT_IMPLEMENTED else HTTPStatus(code)
        self._answer(status, status.phrase.lower())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's own name
        """Nothing: the secret and callers' numbers belong into no log."""

    def _is_for_us(self) -> bool:
        """Whether the secret is right, and the request was sent to this machine by that name."""
        server = cast("_Server", self.server)
        path = urlsplit(self.path).path
        wanted = f"/call/{server.secret}"
        if not hmac.compare_digest(path.rstrip("/").encode("utf-8", "replace"), wanted.encode()):
            self._answer(HTTPStatus.NOT_FOUND, "nothing is here: copy the address from Phone line… again")
            return False
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if host not in {HOST, "localhost"}:
            # A page in a browser may have a name that leads here; it has no business here.
            self._answer(HTTPStatus.FORBIDDEN, f"ask {HOST}")
            return False
        return True

    def _take(self, form: str) -> None:
        try:
            if len(form) > LONGEST_BODY:
                raise Misunderstood("too long")
            fields = parse_qs(form, keep_blank_values=True, max_num_fields=MOST_FIELDS)
            event = read_event(fields)
        except ValueError as error:
            self._answer(HTTPStatus.BAD_REQUEST, str(error))
            return
        cast("_Server", self.server).heard(event)
        self._answer(HTTPStatus.OK, "")

    def _answer(self, status: HTTPStatus, why: str) -> None:
        body = json.dumps({"error": why} if why else {}).encode()
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            if status == HTTPStatus.METHOD_NOT_ALLOWED:
                self.send_header("Allow", "GET, POST")
            self.end_headers()
            self.wfile.write(body)
