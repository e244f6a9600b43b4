"""A sign-in server for tests (OAuth 2.0) on 127.0.0.1: it gives tokens, and says which of them hold."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs

CLIENT = "desk-of-the-office"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"
Answer = tuple[int, dict[str, Any]]


@dataclass
class SignInServer:
    """A running server; what it says can be set, and what it was asked is kept.

    Attributes:
        user: whose mailbox its tokens open.
        states: what it answers to those who wait for a person, one after the other: "" gives the tokens.
        refreshes: the refresh tokens that hold.
        good: the access tokens that hold; also in `file`, each on a line.
        rotates: whether a refresh token holds once.
        busy: while true nobody is answered but by 503.
    """

    user: str
    file: Path | None = None
    states: list[str] = field(default_factory=list[str])
    refreshes: set[str] = field(default_factory=set[str])
    good: set[str] = field(default_factory=set[str])
    lasts: int = 3600
    interval: int = 5
    rotates: bool = False
    busy: bool = False
    raw: bytes | None = None
    asked: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    checked: int = 0
    _count: int = 0

    def __enter__(self) -> "SignInServer":
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=lambda: self._server.serve_forever(0.02), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def fields(self) -> dict[str, str]:
        """The fields of a mailbox that signs in here."""
        return {
            "auth": "token", "client_id": CLIENT, "token_url": f"{self.url}/token", "device_url": f"{self.url}/device",
            "scope": "mail offline_access",
        }  # fmt: skip

    def sign_in(self) -> str:
        """A person has signed in before: the refresh token of it."""
        self._count += 1
        refresh = f"refresh-{self._count}"
        self.refreshes.add(refresh)
        return refresh

    def call_back(self, token: str = "") -> None:
        """An access token (or all of them) holds no longer."""
        self.good -= {token} if token else set(self.good)
        self._written()

    def answer(self, path: str, form: dict[str, str]) -> Answer:
        """What it says to a form."""
        if path == "/introspect":
            self.checked += 1
            token = form.get("token", "")
            return 200, {"active": "true", "username": self.user} if token in self.good else {
                "active": "false"
            }
        self.asked.append(form)
        if self.busy:
            return 503, {"error": "temporarily_unavailable"}
        if form.get("client_id") != CLIENT:
            return 401, {"error": "invalid_client", "error_description": "Nobody of that name."}
        if path == "/device":
            return 200, {
                "device_code": "device-1", "user_code": "WDJB-MJHT", "verification_uri": f"{self.url}/code",
                "expires_in": 900, "interval": self.interval,
            }  # fmt: skip
        return self._token(form)

    def _token(self, form: dict[str, str]) -> Answer:
        if form.get("grant_type") == GRANT and form.get("device_code") == "device-1":
            state = self.states.pop(0) if self.states else ""
            return (400, {"error": state}) if state else self._given(self.sign_in())
        old = form.get("refresh_token", "")
        if form.get("grant_type") != "refresh_token" or old not in self.refreshes:
            return 400, {"error": "invalid_grant", "error_description": "It was called back."}
        if self.rotates:
            self.refreshes.discard(old)
            return self._given(self.sign_in())
        return self._given("")

    def _given(self, refresh: str) -> Answer:
        self._count += 1
        token = f"access-{self._count}"
        self.good.add(token)
        self._written()
        given: dict[str, Any] = {"access_token": token, "token_type": "Bearer", "expires_in": self.lasts}
        return 200, given | ({"refresh_token": refresh} if refresh else {})

    def _written(self) -> None:
        if self.file is not None:
            self.file.write_text("".join(f"{token}: yes\n" for token in sorted(self.good)))


def _handler(told: SignInServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            status, found = told.answer(
                self.path, {name: values[0] for name, values in parse_qs(body).items()}
            )
            raw = told.raw if told.raw is not None else json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as it is named there
            """Nothing is written."""

    return Handler


def at_once(_seconds: float) -> None:
    """Waits for nobody."""


def noted(pauses: list[float]) -> Callable[[float], None]:
    """Waits for nobody, and notes how long it would have."""
    return pauses.append
