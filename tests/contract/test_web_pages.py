"""The request form and the status page: what they ask for, what they answer, what they refuse."""

import re
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from desktop_desk.channels.web_pages import make_app
from desktop_desk.domain.numbers import format_number
from tests.builders import ADesk, a_desk, texts
from tests.fakes import FixedClock

KENS = {"subject": "VPN down", "text": "Nobody can connect.", "name": "Ken Lee", "email": "ken@example.org"}
TRICKS = '<script>alert("x")</script>'


class Browser:
    """Fills in forms as a browser does: with the hidden fields and cookies that the page came with."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.hidden: dict[str, str] = {}

    def get(self, path: str) -> TestResponse:
        return self._kept(self.client.get(path))

    def send(self, path: str, fields: dict[str, Any], *, page: str | None = None) -> TestResponse:
        if page is None or page:
            self.get(page or path)
        return self.again(path, fields)

    def again(self, path: str, fields: dict[str, Any]) -> TestResponse:
        """Send with the hidden fields of the last page."""
        response = self._kept(self.client.post(path, data=self.hidden | fields))
        response.request.environ["wsgi.input"].close()
        return response

    def _kept(self, response: TestResponse) -> TestResponse:
        found = dict(re.findall(r'name="(token|seal)" value="([0-9a-f]+)"', response.text))
        self.hidden = found or self.hidden
        return response


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def browser(office: ADesk, pauses: list[float]) -> Browser:
    return _browser(office, pauses.append)


def _browser(office: ADesk, pause: Callable[[float], None] = lambda _seconds: None) -> Browser:
    app = make_app(office.front.requests(), office.clock, pause=pause, hosts=("localhost",))
    return Browser(app.test_client())


def sent_number(response: TestResponse) -> str:
    found = re.search(r'id="number">([^<]+)<', response.text)
    assert found is not None, response.text
    return found[1]


def test_a_request_gets_its_number_and_is_a_ticket(office: ADesk, browser: Browser) -> None:
    response = browser.send("/", {**KENS, "files": (BytesIO(b"log"), "log.txt")})
    assert response.status_code == 200
    view = office.john.ticket(sent_number(response))
    assert (view.subject, view.source) == ("VPN down", "web")
    assert [file.name for entry in view.thread for file in entry.attachments] == ["log.txt"]


def test_a_double_click_is_one_ticket(office: ADesk, browser: Browser) -> None:
    browser.get("/")
    assert len({sent_number(browser.again("/", KENS)) for _click in range(3)}) == 1
    assert office.john.counters().total == 1
    browser.get("/")
    browser.again("/", KENS)
    assert office.john.counters().total == 2


def test_going_back_and_writing_something_else_is_another_ticket(office: ADesk, browser: Browser) -> None:
    browser.get("/")
    hidden = dict(browser.hidden)
    first = browser.again("/", KENS)
    browser.hidden = hidden
    second = browser.again("/", {**KENS, "text": "Also the phone."})
    assert sent_number(first) != sent_number(second)
    assert texts(office.john.ticket(sent_number(second))) == ["Also the phone."]


def test_what_is_wrong_stands_beside_its_field_with_all_that_was_typed(
    office: ADesk, browser: Browser
) -> None:
    response = browser.send("/", {**KENS, "email": "no address", "phone": "030 1234567"})
    assert response.status_code == 422
    assert 'id="email-problem"' in response.text
    assert 'aria-describedby="email-problem' in response.text
    for typed in ("VPN down", "Nobody can connect.", "Ken Lee", "no address", "030 1234567"):
        assert typed in response.text
    # The same form can be sent once it is mended.
    assert browser.again("/", KENS).status_code == 200
    assert office.john.counters().total == 1


def test_that_files_must_be_chosen_again_is_said_where_there_were_any(
    office: ADesk, browser: Browser
) -> None:
    wrong = KENS | {"email": "nonsense"}
    told = "Choose your files again"
    assert told not in browser.send("/", wrong).text
    assert told in browser.send("/", {**wrong, "files": (BytesIO(b"x"), "light.png")}).text
    number = sent_number(browser.send("/", KENS))
    answer = {"text": "x" * 200_000, "files": (BytesIO(b"x"), "light.png")}
    assert told in browser.send(f"/request/{number}", answer).text


def test_scripts_that_are_typed_are_shown_as_text(office: ADesk, browser: Browser) -> None:
    typed = dict.fromkeys(("subject", "text", "name", "topic"), TRICKS) | {"email": f"{TRICKS}@example.org"}
    assert TRICKS not in browser.send("/", typed).text
    number = sent_number(browser.send("/", {**KENS, "subject": TRICKS, "text": TRICKS, "name": TRICKS}))
    page = browser.get(f"/request/{number}")
    assert page.status_code == 200
    assert TRICKS not in page.text
    assert "&lt;script&gt;" in page.text


def test_path_tricks_in_names_of_files_are_gone(office: ADesk, browser: Browser) -> None:
    names = ["../../etc/passwd", "C:\\Windows\\win.ini", "con.txt", "...", "gpj\u202eexe.jpg"]
    files = [(BytesIO(b"x"), name) for name in names]
    number = sent_number(browser.send("/", {**KENS, "files": files}))
    kept = [file.name for entry in office.john.ticket(number).thread for file in entry.attachments]
    assert len(kept) == len(names)
    assert not [name for name in kept if re.search(r"[/\\\r\n\u202e]", name)]
    page = browser.get(f"/request/{number}")
    for path in re.findall(r'href="(/request/[^"]+/file/[^"]+)"', page.text):
        response = browser.get(path)
        assert response.status_code == 200
        assert response.data == b"x"
        assert response.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
        assert response.mimetype == "application/octet-stream"


def test_a_file_that_is_too_large_is_named_and_the_words_stay(office: ADesk, browser: Browser) -> None:
    big = BytesIO(b"\0" * (25 * 1024 * 1024 + 1))
    response = browser.send("/", {**KENS, "files": (big, "big.bin")})
    assert response.status_code == 422
    assert "big.bin" in response.text
    assert "Nobody can connect." in response.text
    assert office.john.counters().total == 0


def test_too_much_at_once_is_told(office: ADesk, browser: Browser) -> None:
    files = [(BytesIO(b"\0" * (16 * 1024 * 1024)), f"{n}.bin") for n in range(2)]
    assert browser.send("/", {**KENS, "files": files}).status_code == 422
    assert (
        browser.send("/", {**KENS, "files": [(BytesIO(b""), f"{n}.txt") for n in range(11)]}).status_code
        == 422
    )
    many = browser.send("/", {**KENS, "files": [(BytesIO(b"x"), f"{n}.txt") for n in range(210)]})
    assert many.status_code == 422
    assert "210 files" in many.text
    assert "Nobody can connect." in many.text
    huge = browser.send("/", {**KENS, "files": (BytesIO(b"\0" * (61 * 1024 * 1024)), "huge.bin")})
    assert huge.status_code == 413
    assert browser.send("/", {**KENS, "text": "x" * 3_000_000}).status_code == 413
    assert office.john.counters().total == 0


def test_a_form_from_elsewhere_is_not_taken(office: ADesk, browser: Browser) -> None:
    response = browser.client.post("/", data=KENS)
    assert response.status_code == 403
    assert "Nobody can connect." in response.text
    browser.get("/")
    stolen = browser.hidden
    other = Browser(browser.client.application.test_client())
    other.get("/")
    other.hidden = stolen
    assert other.again("/", KENS).status_code == 403
    assert office.john.counters().total == 0


def test_programs_that_fill_in_everything_are_told_to_leave_one_field_empty(
    office: ADesk, browser: Browser
) -> None:
    response = browser.send("/", {**KENS, "website": "http://spam.example"})
    assert response.status_code == 422
    assert 'id="website-problem"' in response.text
    assert office.john.counters().total == 0


def test_one_visitor_cannot_send_hundreds(office: ADesk, browser: Browser) -> None:
    answers = [browser.send("/", {**KENS, "subject": f"No. {n}"}).status_code for n in range(25)]
    assert answers == [200] * 20 + [429] * 5
    office.clock.passes(minutes=10)
    assert browser.send("/", KENS).status_code == 200


def test_the_status_page_opens_with_the_number_and_what_the_caller_is_reached_by(
    office: ADesk, browser: Browser
) -> None:
    number = sent_number(browser.send("/", KENS))
    office.john.note(number, "He always forgets his password.")
    office.john.reply(number, "Renewed it.")
    other = _browser(office)
    response = other.send("/status", {"number": number, "secret": "KEN@example.org"})
    assert (response.status_code, response.headers["Location"]) == (303, f"/request/{number}")
    page = other.get(f"/request/{number}")
    assert page.status_code == 200
    assert "Renewed it." in page.text
    assert "John Doe" in page.text
    assert "forgets his password" not in page.text


def test_times_are_the_offices_and_say_so(tmp_path: Path) -> None:
    office = a_desk(tmp_path, zone="America/New_York")
    browser = _browser(office)
    number = sent_number(browser.send("/", KENS))
    page = browser.get(f"/request/{number}").text
    office.close()
    assert (
        f"{datetime.fromtimestamp(office.clock() / 1000, ZoneInfo('America/New_York')):%Y-%m-%d %H:%M}"
        in page
    )
    assert "All times are New York time." in page


def test_an_unknown_number_and_a_wrong_secret_are_answered_alike(
    office: ADesk, browser: Browser, pauses: list[float]
) -> None:
    number = sent_number(browser.send("/", KENS))
    other = _browser(office, pauses.append)
    hidden = re.compile(r'value="[^"]*"')
    wrong = other.send("/status", {"number": number, "secret": "ann@example.org"})
    unknown = other.send("/status", {"number": format_number(9999), "secret": "ann@example.org"})
    nothing = other.send("/status", {"number": "hello", "secret": "ann@example.org"})
    assert wrong.status_code == unknown.status_code == nothing.status_code == 422
    assert len({hidden.sub("", page.text) for page in (wrong, unknown, nothing)}) == 1
    assert len(pauses) == 3
    assert all(pause > 0 for pause in pauses)


def test_nothing_of_a_ticket_is_seen_without_the_secret(office: ADesk, browser: Browser) -> None:
    number = sent_number(browser.send("/", {**KENS, "files": (BytesIO(b"log"), "log.txt")}))
    file = re.findall(r'href="(/request/[^"]+/file/[^"]+)"', browser.get(f"/request/{number}").text)[0]
    stranger = _browser(office)
    for path in (f"/request/{number}", file, f"/status?number={number}"):
        response = stranger.get(path)
        assert "VPN" not in response.text
        assert b"log" not in response.data.replace(b"login", b"")
    assert stranger.send(f"/request/{number}", {"text": "x"}, page="/status").status_code == 403
    forged = f"{office.john.ticket(number).uid}.{office.clock() + 10_000_000}.{'0' * 64}"
    stranger.client.set_cookie("pass", forged, path=f"/request/{number}")
    assert stranger.get(f"/request/{number}").status_code == 303


def test_a_pass_to_one_request_opens_no_other(office: ADesk, browser: Browser) -> None:
    mine = sent_number(browser.send("/", KENS))
    theirs = sent_number(_browser(office).send("/", {**KENS, "email": "ann@example.org"}))
    cookie = browser.client.get_cookie("pass", path=f"/request/{mine}")
    assert cookie is not None
    browser.client.set_cookie("pass", cookie.value, path=f"/request/{theirs}")
    assert browser.get(f"/request/{mine}").status_code == 200
    assert browser.get(f"/request/{theirs}").status_code == 303
    office.clock.passes(hours=9)
    assert browser.get(f"/request/{mine}").status_code == 303


def test_guessing_is_stopped_for_a_while(office: ADesk, browser: Browser) -> None:
    number = sent_number(browser.send("/", KENS))
    guesser = _browser(office)
    guesser.get("/status")
    for n in range(10):
        assert guesser.again("/status", {"number": number, "secret": f"{n}@example.org"}).status_code == 422
    right = guesser.again("/status", {"number": number, "secret": "ken@example.org"})
    assert right.status_code == 429
    unknown = guesser.again("/status", {"number": format_number(9999), "secret": "ken@example.org"})
    assert unknown.status_code == 429
    office.clock.passes(minutes=15)
    assert guesser.again("/status", {"number": number, "secret": "ken@example.org"}).status_code == 303


def test_whoever_opens_a_request_of_his_own_in_between_guesses_no_longer(
    office: ADesk, browser: Browser
) -> None:
    kens = sent_number(browser.send("/", KENS))
    guesser = _browser(office)
    own = sent_number(guesser.send("/", {**KENS, "email": "eve@example.org"}))
    for n in range(10):
        if n == 9:
            assert guesser.again("/status", {"number": own, "secret": "eve@example.org"}).status_code == 303
        wrong = {"number": format_number(9000 + n), "secret": "ken@example.org"}
        assert guesser.again("/status", wrong).status_code == 422
    assert guesser.again("/status", {"number": kens, "secret": "ken@example.org"}).status_code == 429


def test_other_ways_to_write_a_number_are_no_other_number_to_guess_at(
    office: ADesk, browser: Browser
) -> None:
    number = sent_number(browser.send("/", KENS))
    fullwidth = number.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    written = (number, fullwidth, number.replace("-", ""), f"# {number}", number.replace("-", " – "))
    app = make_app(office.front.requests(), office.clock, pause=lambda _seconds: None, hosts=("localhost",))
    for n in range(10):
        guesser = Browser(app.test_client())
        guesser.get("/status")
        visitor = {"REMOTE_ADDR": f"192.0.2.{n}"}
        fields = guesser.hidden | {"number": written[n % len(written)], "secret": f"{n}@example.org"}
        assert guesser.client.post("/status", data=fields, environ_base=visitor).status_code == 422
    assert (
        Browser(app.test_client())
        .send("/status", {"number": number, "secret": "ken@example.org"})
        .status_code
        == 429
    )


def test_an_answer_reaches_the_ticket_and_opens_it_again(office: ADesk, browser: Browser) -> None:
    number = sent_number(browser.send("/", KENS))
    office.john.reply(number, "Done.", resolve=True)
    path = f"/request/{number}"
    response = browser.send(path, {"text": "Still down.", "files": (BytesIO(b"x"), "shot.png")})
    assert response.status_code == 303
    assert (
        browser.again(path, {"text": "Still down.", "files": (BytesIO(b"x"), "shot.png")}).status_code == 303
    )
    view = office.john.ticket(number)
    assert (view.state, texts(view)) == ("open", ["Nobody can connect.", "Done.", "Still down."])
    empty = browser.send(path, {"text": "  "})
    assert empty.status_code == 422
    assert 'id="text-problem"' in empty.text


def test_an_answer_that_was_written_for_too_long_is_given_back(office: ADesk, browser: Browser) -> None:
    number = sent_number(browser.send("/", KENS))
    browser.get(f"/request/{number}")
    office.clock.passes(hours=9)
    response = browser.again(f"/request/{number}", {"text": "A long answer."})
    assert response.status_code == 403
    assert "A long answer." in response.text


def test_leaving_closes_the_request_on_this_device(browser: Browser) -> None:
    number = sent_number(browser.send("/", KENS))
    assert browser.get(f"/request/{number}").status_code == 200
    browser.again(f"/request/{number}/leave", {})
    assert browser.get(f"/request/{number}").status_code == 303


@pytest.mark.parametrize("path", ["/", "/status", "/style.css", "/form.js", "/nothing", "/request/1001-2"])
def test_every_answer_is_hardened(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert not [cookie for cookie in headers.getlist("Set-Cookie") if "HttpOnly; " not in f"{cookie}; "]
    assert not [cookie for cookie in headers.getlist("Set-Cookie") if "SameSite=Strict" not in cookie]


@pytest.mark.parametrize("path", ["/", "/status"])
def test_pages_ask_for_nothing_from_elsewhere(browser: Browser, path: str) -> None:
    page = browser.get(path).text
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page)
    assert not re.findall(r"<style|style=|<script>|onclick=", page)
    labels = set(re.findall(r'<label for="([^"]+)"', page))
    fields = set(re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', page))
    assert fields == labels


def test_a_form_for_this_computer_answers_to_no_other_name(browser: Browser) -> None:
    assert browser.client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_only_topics_in_use_can_be_chosen(office: ADesk, browser: Browser) -> None:
    uid = office.ada.add("topic", name="Servers").uid
    assert "Servers" in browser.get("/").text
    office.ada.change("topic", uid or "", active=False)
    assert "Servers" not in browser.get("/").text
    assert browser.send("/", {**KENS, "topic": uid}).status_code == 422


def test_a_desk_that_cannot_write_gives_the_words_back(
    office: ADesk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop_desk.desk.requests import Requests
    from desktop_desk.domain.errors import StorageUnavailable

    def full(*_arguments: object) -> str:
        raise StorageUnavailable("full", "The disk is full.", "Make room.")

    monkeypatch.setattr(Requests, "open_request", full)
    response = browser.send("/", KENS)
    assert response.status_code == 503
    assert "The disk is full." in response.text
    assert "Nobody can connect." in response.text


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    clock = FixedClock()
    office = a_desk(tmp_path_factory.mktemp("fuzz"), clock=clock)
    yield office, _browser(office)
    office.close()


_SAID = st.text(max_size=400)
_FIELDS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("subject", "text", "name", "topic", "phone", "email", "website", "token", "seal", "x"), _SAID
    ),
)


@given(fields=_FIELDS, address=st.sampled_from(["", "ken@example.org", "a@b.c\r\nBcc: d@e.f"]), name=_SAID)
def test_whatever_is_typed_is_taken_or_named(
    fuzzed: Any, fields: dict[str, str], address: str, name: str
) -> None:
    office, browser = fuzzed
    office.clock.passes(minutes=10)
    before = office.john.counters().total
    sent: dict[str, Any] = fields | ({"email": address} if address else {})
    response = browser.send("/", {**sent, "files": (BytesIO(b"x"), name)})
    assert response.status_code in {200, 403, 422}
    assert office.john.counters().total - before == (1 if response.status_code == 200 else 0)


@given(number=_SAID, secret=_SAID)
def test_whatever_is_looked_up_opens_nothing(fuzzed: Any, number: str, secret: str) -> None:
    office, browser = fuzzed
    office.clock.passes(minutes=20)
    assert browser.send("/status", {"number": number, "secret": secret}).status_code == 422
