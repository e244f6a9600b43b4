"""The request form and the status page, as a WSGI application."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from importlib import resources
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import Flask, Response, make_response, redirect, render_template, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from desktop_desk.channels.web_guard import PASS_MS, Signer, Tally, neighbourhood
from desktop_desk.channels.web_parts import (
    MOST_BYTES,
    WebRequest,
    act_of,
    harden,
    has_files,
    limits,
    sent_files,
)
from desktop_desk.desk.request_form import RequestForm, problems_of
from desktop_desk.desk.requests import Requests
from desktop_desk.domain.attachments import size_text
from desktop_desk.domain.clocks import zone_text
from desktop_desk.domain.errors import DeskError, Invalid, NotFound
from desktop_desk.domain.facts import EntityId
from desktop_desk.domain.numbers import read_number
from desktop_desk.i18n import _, ngettext

LARGEST_BODY: Final = 2 * MOST_BYTES
"""Of one request: up to here the form comes back with what was typed, and says what is too large."""

LARGEST_WORDS: Final = 2 * 1024 * 1024
"""Bytes of all that is typed into one form."""

MOST_PARTS: Final = 1_000
"""Fields and files of one form that are read at all: up to here the form says how many files are too many."""

MINUTE: Final = 60_000
SLOWED: Final = 0.3
"""Seconds that a refused look-up takes at least, whatever it was refused for."""

Pause = Callable[[float], None]
_log = logging.getLogger(__name__)
_COOKIE = "form"
_PASS = "pass"  # noqa: S105  the name of a cookie
_TRAP = "website"
"""A field that people do not see and programs fill in."""


class Pages:
    """What each address answers with; `requests` is the desk's side."""

    def __init__(self, requests: Requests, clock: Callable[[], int], pause: Pause) -> None:
        self._requests = requests
        self._signer = Signer(requests.signing_key(), clock)
        self._pause = pause
        self._visits = Tally(600, MINUTE, clock)
        self._sent = Tally(20, 10 * MINUTE, clock)
        self._tries = Tally(10, 15 * MINUTE, clock)
        self._tries_of_number = Tally(10, 15 * MINUTE, clock)

    def join(self, app: Flask) -> None:
        """Answer at the application's addresses."""
        for rule, view, methods in (
            ("/", self._form, ["GET"]),
            ("/", self._send, ["POST"]),
            ("/status", self._ask, ["GET"]),
            ("/status", self._look_up, ["POST"]),
            ("/request/<number>", self._status, ["GET"]),
            ("/request/<number>", self._answer, ["POST"]),
            ("/request/<number>/leave", self._leave, ["POST"]),
            ("/request/<number>/file/<uid>", self._file, ["GET"]),
            ("/style.css", self._style, ["GET"]),
            ("/form.js", self._script, ["GET"]),
        ):
            app.add_url_rule(rule, view_func=view, methods=methods, endpoint=f"{view.__name__}")
        app.before_request(self._refuse_crowds)
        app.register_error_handler(HTTPException, self._failed)
        app.register_error_handler(DeskError, self._refused)

    # The form

    def _form(self) -> Response:
        return self._form_page({})

    def _form_page(
        self, errors: dict[str, str], typed: RequestForm | None = None, status: int = 200, *, trapped: bool = False
    ) -> Response:  # fmt: skip
        """The form with what was typed; a token stays the same until the form was taken."""
        return self._page(
            "form.html", status, errors=errors, typed=typed or RequestForm("", ""), trapped=trapped,
            limits=limits(), trap=_TRAP,
        )  # fmt: skip

    def _send(self) -> Response:
        given = {
            name: request.form.get(name, "")
            for name in ("subject", "text", "topic", "name", "email", "phone")
        }
        typed = RequestForm(**given)
        refusal = self._refusal()
        if refusal:
            return self._form_page(refusal[0], typed, refusal[1])
        if request.form.get(_TRAP):
            errors = {_TRAP: _("Leave this field empty.")}
            return self._form_page(errors, typed, HTTPStatus.UNPROCESSABLE_ENTITY, trapped=True)
        problems = problems_of(typed)
        if problems:
            errors = {error.field: _sentence(error) for error in problems}
            return self._form_page(errors, typed, HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            files = sent_files()
            number = self._requests.open_request(typed, act_of(files, *given.values()), files)
            ticket = self._requests.admit(number, typed.email) or self._requests.admit(number, typed.phone)
        except DeskError as error:
            return self._form_page(_errors_of(error, typed), typed, _status_of(error))
        self._sent.count(_visitor())
        response = self._page("sent.html", 200, number=number, can_look=ticket is not None)
        if ticket is not None:
            self._let_in(response, number, ticket)
        return response

    # The status page

    def _ask(self) -> Response:
        return self._ask_page({}, request.args.get("number", "")[:40])

    def _ask_page(self, errors: dict[str, str], number: str, status: int = 200, unsent: str = "") -> Response:
        return self._page("ask.html", status, errors=errors, number=number, unsent=unsent)

    def _look_up(self) -> Response:
        begun = time.monotonic()
        number, secret = request.form.get("number", ""), request.form.get("secret", "")
        refusal = self._refusal(sends=False)
        if refusal:
            return self._ask_page(refusal[0], number, refusal[1])
        # A number is one number however it is written, and what is none needs no count of its own.
        read = read_number(number[:60])
        by_number = (read.number if read else "") or ""
        waits = max(self._tries.wait(_visitor()), self._tries_of_number.wait(by_number))
        if waits:
            return self._ask_page({"": _wait_text(waits)}, number, HTTPStatus.TOO_MANY_REQUESTS)
        try:
            ticket = self._requests.admit(number, secret)
        except Invalid as error:
            return self._ask_page({"number": _sentence(error)}, number, HTTPStatus.UNPROCESSABLE_ENTITY)
        if ticket is None:
            self._tries.count(_visitor())
            if by_number:
                self._tries_of_number.count(by_number)
            # It takes as long for a number that does not exist.
            self._pause(max(0.0, SLOWED - (time.monotonic() - begun)))
            refused = _("There is no request with this number and this address or phone number.")
            return self._ask_page({"": refused}, number, HTTPStatus.UNPROCESSABLE_ENTITY)
        known = self._requests.status(ticket).number
        response = make_response(redirect(f"/request/{known}", HTTPStatus.SEE_OTHER))
        self._let_in(response, known, ticket)
        return response

    def _status(self, number: str) -> Response:
        ticket = self._admitted(number)
        return self._status_page(ticket, {}) if ticket else _to_ask(number)

    def _status_page(
        self, ticket: EntityId, errors: dict[str, str], text: str = "", status: int = 200
    ) -> Response:
        found = self._requests.status(ticket)
        return self._page("status.html", status, found=found, errors=errors, text=text, limits=limits())

    def _answer(self, number: str) -> Response:
        text, ticket = request.form.get("text", ""), self._admitted(number)
        if ticket is None:
            over = {"": _("You were away for long. Say again who you are.")}
            return self._ask_page(over, number[:40], HTTPStatus.FORBIDDEN, unsent=text)
        refusal = self._refusal()
        if refusal:
            return self._status_page(ticket, refusal[0], text, refusal[1])
        try:
            files = sent_files()
            self._requests.answer(ticket, text, act_of(files, text), files)
        except NotFound:
            raise
        except DeskError as error:
            return self._status_page(ticket, _errors_of(error), text, _status_of(error))
        self._sent.count(_visitor())
        return make_response(redirect(f"/request/{number}#last", HTTPStatus.SEE_OTHER))

    def _leave(self, number: str) -> Response:
        response = make_response(redirect("/status", HTTPStatus.SEE_OTHER))
        response.delete_cookie(_PASS, path=f"/request/{number}")
        return response

    def _file(self, number: str, uid: str) -> Response:
        ticket = self._admitted(number)
        if ticket is None:
            return _to_ask(number)
        view, parts = self._requests.request_file(ticket, uid)
        # Never shown here, whatever it says it is: only saved.
        response = Response(parts, mimetype="application/octet-stream")
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(view.name, safe='')}"
        response.content_length = view.size
        return response

    # What is asked before

    def _refuse_crowds(self) -> Response | None:
        if request.mimetype == "application/x-www-form-urlencoded":
            # Such a body has no files, and is read at once.
            request.max_content_length = LARGEST_WORDS
        waits = self._visits.count(_visitor())
        if not waits:
            return None
        return Response(*_plain_page(_("Too many visits"), _wait_text(waits), HTTPStatus.TOO_MANY_REQUESTS))

    def _refusal(self, *, sends: bool = True) -> tuple[dict[str, str], int] | None:
        """Why a form is not taken, whoever sent it; None when it is."""
        cookie, seen = request.cookies.get(_COOKIE, ""), request.form
        if not self._signer.fits(cookie, seen.get("token", ""), seen.get("seal", "")):
            again = _("This page was open for too long, or cookies are off. Nothing is lost: send it again.")
            return {"": again}, HTTPStatus.FORBIDDEN
        waits = self._sent.wait(_visitor()) if sends else 0
        return ({"": _wait_text(waits)}, HTTPStatus.TOO_MANY_REQUESTS) if waits else None

    def _admitted(self, number: str) -> EntityId | None:
        return self._signer.read_pass(number, request.cookies.get(_PASS, ""))

    def _let_in(self, response: Response, number: str, ticket: EntityId) -> None:
        response.set_cookie(
            _PASS, self._signer.new_pass(number, ticket), path=f"/request/{number}", httponly=True,
            samesite="Strict", max_age=PASS_MS // 1000,
        )  # fmt: skip

    # Pages

    def _page(self, template: str, status: int, **values: Any) -> Response:
        office = self._requests.request_office()
        cookie = request.cookies.get(_COOKIE, "")
        if not self._signer.is_token(cookie):
            cookie = self._signer.new_token()
        token, seal = request.form.get("token", ""), request.form.get("seal", "")
        if status == HTTPStatus.OK or not self._signer.fits(cookie, token, seal):
            token = self._signer.new_token()
        body = render_template(
            template, office=office, token=token, seal=self._signer.seal(cookie, token), _=_,
            moment=_moments(office.zone), zone=zone_text(office.zone), size=size_text,
            lost=status != HTTPStatus.OK and has_files(), **values,
        )  # fmt: skip
        response = Response(body, status, mimetype="text/html")
        response.set_cookie(_COOKIE, cookie, httponly=True, samesite="Strict")
        return response

    def _message(self, title: str, text: str, status: int) -> Response:
        return self._page("message.html", status, title=title, text=text)

    def _failed(self, error: HTTPException) -> Response:
        code = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
        if code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            text = _("Go back, take some files off, and send it again.")
            return Response(*_plain_page(_("This is too much at once"), text, code))
        if code == HTTPStatus.NOT_FOUND:
            return self._message(_("There is nothing here"), _("Look at the address again."), code)
        if code < HTTPStatus.INTERNAL_SERVER_ERROR:
            return Response(*_plain_page(_("This was not understood"), _("Go back and try again."), code))
        _log.error("a page failed", exc_info=error)
        return Response(*_plain_page(_("Something went wrong"), _("Go back and send it again."), code))

    def _refused(self, error: DeskError) -> Response:
        return Response(*_plain_page(error.reason, error.advice, _status_of(error)))

    def _style(self) -> Response:
        return _resource("style.css", "text/css")

    def _script(self) -> Response:
        return _resource("form.js", "text/javascript")


def make_app(
    requests: Requests, clock: Callable[[], int], *, pause: Pause = time.sleep, hosts: Sequence[str] = ()
) -> Flask:
    """The pages of a desk.

    Args:
        pause: waits for so many seconds.
        hosts: names and addresses it answers to; none: to any.
    """
    folder = resources.files("desktop_desk") / "resources" / "web"
    app = Flask("desktop_desk", static_folder=None, template_folder=str(folder))
    app.request_class = WebRequest
    app.jinja_env.undefined = StrictUndefined
    settings: dict[str, Any] = {
        "MAX_CONTENT_LENGTH": LARGEST_BODY, "MAX_FORM_MEMORY_SIZE": LARGEST_WORDS, "MAX_FORM_PARTS": MOST_PARTS,
        "TRUSTED_HOSTS": list(hosts) or None,
    }  # fmt: skip
    app.config.from_mapping(settings)
    Pages(requests, clock, pause).join(app)
    app.after_request(harden)
    return app


def _visitor() -> str:
    return neighbourhood(request.remote_addr or "")


def _to_ask(number: str) -> Response:
    return make_response(redirect(f"/status?number={quote(number[:40])}", HTTPStatus.SEE_OTHER))


def _errors_of(error: DeskError, typed: RequestForm | None = None) -> dict[str, str]:
    """The error beside its field; "" is the field of what concerns the whole."""
    field = error.field if isinstance(error, Invalid) else ""
    known = {"subject", "text", "topic", "name", "email", "phone", "attachments"}
    if typed is None:
        known = {"text", "attachments"}
    return {field if field in known else "": _sentence(error)}


def _sentence(error: DeskError) -> str:
    return f"{error.reason} {error.advice}".strip()


def _status_of(error: DeskError) -> int:
    match error:
        case Invalid():
            return HTTPStatus.UNPROCESSABLE_ENTITY
        case NotFound():
            return HTTPStatus.NOT_FOUND
        case _:
            return HTTPStatus.SERVICE_UNAVAILABLE


def _wait_text(waits: int) -> str:
    minutes = max(1, -(-waits // MINUTE))
    told = ngettext(
        "That was too often. Try again in {n} minute.",
        "That was too often. Try again in {n} minutes.",
        minutes,
    )
    return told.format(n=minutes)


def _moments(zone: str) -> Callable[[int], str]:
    """What shows a time (ms) in the office's zone."""
    place = ZoneInfo(zone)
    return lambda at: f"{datetime.fromtimestamp(at / 1000, place):%Y-%m-%d %H:%M}"


def _plain_page(title: str, text: str, status: int) -> tuple[str, int]:
    """A page that needs neither the desk nor what was sent."""
    return render_template("bare.html", title=title, text=text, _=_), status


def _resource(name: str, mime: str) -> Response:
    body = (resources.files("desktop_desk") / "resources" / "web" / name).read_bytes()
    response = Response(body, mimetype=mime)
    response.headers["Cache-Control"] = "max-age=3600"
    return response
