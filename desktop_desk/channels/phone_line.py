"""The phone line: a telephone system on this machine, or its connector, says who rings, answers and hangs up.

It understands the fields of the common connectors: event (newCall, answer, hangup), from, to, direction, callId,
user, queue, cause; as a form, as its parts, or as JSON. Listens on 127.0.0.1 only; its secret stands in its address.
Standard library alone.
"""

import contextlib
import hmac
import json
import logging
import secrets
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import urlsplit

from desktop_desk.channels.phone_events import (
    FORM,
    JSON,
    PARTS,
    Fields,
    Misunderstood,
    PhoneEvent,
    read_event,
    read_fields,
    read_query,
)
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.i18n import _

HOST = "127.0.0.1"
PORT = 7878
"""Where a line listens when nobody chose another port."""
LONGEST_BODY = 16 * 1024
_MOST_DIGITS = 6
PATIENCE = 5.0
"""Seconds within which a request must be there whole."""
MOST_AT_ONCE = 16
SECRET_LENGTH = 24

_log = logging.getLogger(__name__)


def new_secret() -> str:
    """A secret that nobody can guess, fit for an address."""
    return secrets.token_urlsafe(SECRET_LENGTH)[:SECRET_LENGTH]


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
    """One request: fields by POST, or the same fields in the address by GET."""

    server_version = "DesktopDesk"
    sys_version = ""
    timeout = PATIENCE

    def setup(self) -> None:
        """Whoever has not said all in time is cut off: he would take another one's place."""
        super().setup()
        self._deadline = threading.Timer(PATIENCE, self._cut_off)
        self._deadline.daemon = True
        self._deadline.start()

    def finish(self) -> None:
        """In time."""
        self._deadline.cancel()
        super().finish()

    def _cut_off(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def do_POST(self) -> None:
        """Take fields."""
        if not self._is_for_us():
            return
        if self.headers.get_content_type() not in {FORM, PARTS, JSON}:
            self._answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"send {FORM}, {PARTS} or {JSON}")
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            self._answer(HTTPStatus.LENGTH_REQUIRED, "Content-Length is missing")
            return
        if len(length) > _MOST_DIGITS or int(length) > LONGEST_BODY:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {LONGEST_BODY} bytes")
            return
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self._answer(HTTPStatus.BAD_REQUEST, "the request broke off")
            return
        self._take(lambda: read_fields(self.headers["Content-Type"], body))

    def do_GET(self) -> None:
        """Take the fields of the address."""
        if self._is_for_us():
            self._take(lambda: read_query(urlsplit(self.path).query))

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
        if host.casefold() not in {HOST, "localhost"}:
            # A page in a browser may have a name that leads here; it has no business here.
            self._answer(HTTPStatus.FORBIDDEN, f"ask {HOST}")
            return False
        return True

    def _take(self, read: Callable[[], Fields]) -> None:
        try:
            event = read_event(read())
        except Misunderstood as error:
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
