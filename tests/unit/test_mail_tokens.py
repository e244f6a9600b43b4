"""Signing in by a code and renewing: what each answer of the server means, and that nothing is asked in vain."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from desktop_desk.channels import mail_tokens
from desktop_desk.channels.mail_tokens import AccessTokens, Tokens, awaited, invited, login_words, renewed
from desktop_desk.channels.sign_in_server import LARGEST, answer_of
from desktop_desk.desk.directory import Mailbox
from desktop_desk.domain.errors import AccessDenied, DeskError, Invalid, StorageUnavailable
from desktop_desk.domain.facts import EntityId
from tests.certificates import Authority
from tests.sign_in_server import SignInServer, at_once, noted


@pytest.fixture
def server() -> Iterator[SignInServer]:
    with SignInServer("help@office.example") as running:
        yield running


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Stands for the system's keyring."""
    known = {"Help": ""}

    def keep(box: Mailbox, refresh: str) -> None:
        known[box.name] = refresh

    monkeypatch.setattr(mail_tokens, "keep_sign_in", keep)
    monkeypatch.setattr(mail_tokens, "password_of", lambda box: known[box.name])
    monkeypatch.delenv("DESKTOP_DESK_MAIL_TOKEN", raising=False)
    return known


@pytest.fixture
def box(server: SignInServer) -> Mailbox:
    return Mailbox(1, EntityId("a" * 32), "Help", address="help@office.example", **server.fields())  # type: ignore[arg-type]


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


# Signing in


def test_it_asks_as_often_as_the_server_wants(server: SignInServer, box: Mailbox) -> None:
    server.states = ["authorization_pending", "slow_down", "authorization_pending"]
    pauses: list[float] = []
    given = awaited(box, invited(box), noted(pauses))
    assert given is not None
    assert pauses == [5, 5, 10, 10]
    assert given.refresh in server.refreshes
    assert given.access in server.good


def test_a_server_that_is_busy_is_asked_ever_more_seldom(server: SignInServer, box: Mailbox) -> None:
    server.states = ["temporarily_unavailable"] * 5
    pauses: list[float] = []
    assert awaited(box, invited(box), noted(pauses)) is not None
    assert pauses == [5, 10, 20, 40, 60, 60]


def test_a_code_ends(server: SignInServer, box: Mailbox, clock: Clock) -> None:
    def passes(seconds: float) -> None:
        clock.now += seconds

    server.interval = 100
    server.states = ["authorization_pending"] * 1000
    with pytest.raises(AccessDenied, match="the code is over"):
        awaited(box, invited(box), passes, clock=clock)
    assert clock.now - 1_000_000 == 900


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("expired_token", "the code is over"),
        ("access_denied", "was declined"),
        ("invalid_grant", "holds no longer"),
    ],
)
def test_what_ends_a_sign_in_is_said(server: SignInServer, box: Mailbox, state: str, said: str) -> None:
    server.states = ["authorization_pending", state]
    with pytest.raises(AccessDenied, match=said):
        awaited(box, invited(box), at_once)


def test_whoever_waits_no_more_is_given_nothing(server: SignInServer, box: Mailbox) -> None:
    assert awaited(box, invited(box), lambda _seconds: True) is None
    assert [form for form in server.asked if "grant_type" in form] == []


def test_a_server_that_gives_nothing_lasting_is_told(
    server: SignInServer, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "sign_in", lambda: "")
    with pytest.raises(Invalid, match="no sign-in that lasts") as told:
        awaited(box, invited(box), at_once)
    assert told.value.field == "scope"


@pytest.mark.parametrize(("lacking", "field"), [("device_url", "device_url"), ("client_id", "client_id")])
def test_what_a_mailbox_lacks_is_named(box: Mailbox, lacking: str, field: str) -> None:
    with pytest.raises(Invalid) as told:
        invited(replace(box, **{lacking: ""}))  # type: ignore[arg-type]
    assert told.value.field == field


def test_a_program_that_the_server_does_not_know_is_told_with_its_field(box: Mailbox) -> None:
    with pytest.raises(Invalid, match="Nobody of that name") as told:
        invited(replace(box, client_id="somebody"))
    assert told.value.field == "client_id"


def test_words_of_a_server_cannot_command_a_terminal(server: SignInServer, box: Mailbox) -> None:
    server.raw = (
        b'{"device_code": "d", "user_code": "A\\u001b[31mB", "verification_uri": "https://x.example/\\u0007"}'
    )
    invitation = invited(box)
    assert (invitation.code, invitation.address) == ("A[31mB", "https://x.example/")


def test_an_address_that_is_none_is_refused(server: SignInServer, box: Mailbox) -> None:
    server.raw = b'{"device_code": "d", "user_code": "A", "verification_uri": "javascript:alert(1)"}'
    with pytest.raises(Invalid, match="gives no code"):
        invited(box)


def test_a_browser_is_sent_to_pages_only(server: SignInServer, box: Mailbox) -> None:
    server.raw = (
        b'{"device_code": "d", "user_code": "A", "verification_uri": "https://x.example/",'
        b' "verification_uri_complete": "file:///etc/passwd"}'
    )
    assert invited(box).direct == ""


# Renewing


def test_a_token_is_used_until_shortly_before_its_end(
    server: SignInServer, box: Mailbox, kept: dict[str, str], clock: Clock
) -> None:
    kept["Help"] = server.sign_in()
    access = AccessTokens(clock=clock)
    first = access.of(box, kept["Help"])
    clock.now += 3539
    assert access.of(box, kept["Help"]) == first
    clock.now += 2
    assert access.of(box, kept["Help"]) != first
    assert len(server.asked) == 2


def test_a_refresh_token_that_holds_once_is_replaced_in_the_keyring(
    server: SignInServer, box: Mailbox, kept: dict[str, str], clock: Clock
) -> None:
    server.rotates = True
    kept["Help"] = first = server.sign_in()
    access = AccessTokens(clock=clock)
    for _hour in range(3):
        access.of(box, kept["Help"])
        clock.now += 3600
    assert kept["Help"] != first
    assert {kept["Help"]} == server.refreshes


def test_a_refresh_token_of_the_environment_is_replaced_in_memory(
    server: SignInServer, box: Mailbox, kept: dict[str, str], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.rotates = True
    given = server.sign_in()
    monkeypatch.setenv("DESKTOP_DESK_MAIL_TOKEN", given)
    access = AccessTokens(clock=clock)
    for _hour in range(3):
        assert access.of(box, given) in server.good
        clock.now += 3600
    assert kept["Help"] == ""


def test_what_another_program_renewed_is_taken_from_the_keyring(
    server: SignInServer, box: Mailbox, kept: dict[str, str]
) -> None:
    kept["Help"] = server.sign_in()
    assert AccessTokens().of(box, "an older one") in server.good


def test_a_refusal_is_asked_again_only_by_a_person_or_with_another_sign_in(
    server: SignInServer, box: Mailbox, kept: dict[str, str]
) -> None:
    kept["Help"] = "of yesterday"
    access = AccessTokens()
    for _time in range(3):
        with pytest.raises(AccessDenied, match="holds no longer"):
            access.of(box, "of yesterday")
    assert len(server.asked) == 1
    access.anew()
    with pytest.raises(AccessDenied):
        access.of(box, "of yesterday")
    assert len(server.asked) == 2
    assert access.of(box, server.sign_in()) in server.good


def test_a_server_that_is_busy_is_no_refusal(
    server: SignInServer, box: Mailbox, kept: dict[str, str]
) -> None:
    kept["Help"] = server.sign_in()
    access = AccessTokens()
    server.busy = True
    with pytest.raises(StorageUnavailable) as told:
        access.of(box, kept["Help"])
    assert told.value.kind == "unreachable"
    server.busy = False
    assert access.of(box, kept["Help"]) in server.good


def test_only_a_token_from_before_is_replaced_when_a_mail_server_refuses_it(
    server: SignInServer, box: Mailbox, kept: dict[str, str]
) -> None:
    kept["Help"] = server.sign_in()
    access = AccessTokens()
    first = access.of(box, kept["Help"])
    assert not access.drop(box), "it is new: another one would be refused as well"
    access.of(box, kept["Help"])
    assert access.drop(box)
    assert access.of(box, kept["Help"]) != first


def test_a_new_sign_in_need_not_be_renewed(server: SignInServer, box: Mailbox) -> None:
    access = AccessTokens()
    access.start(box, Tokens("given just now", 3600, "to renew it"))
    assert access.of(box, "to renew it") == "given just now"
    assert server.asked == []


def test_a_password_is_said_as_it_is(box: Mailbox) -> None:
    assert AccessTokens().of(replace(box, auth="password"), "secret") == "secret"


def test_nobody_has_signed_in(box: Mailbox) -> None:
    with pytest.raises(AccessDenied, match="Nobody has signed in"):
        AccessTokens().of(box, "")


def test_tokens_stand_in_no_text(server: SignInServer, box: Mailbox) -> None:
    given = renewed(box, server.sign_in())
    assert given.access not in repr(given)
    assert "device-1" not in repr(invited(box))
    answer = answer_of(box.device_url, {"client_id": box.client_id})
    assert "device-1" not in repr(answer)


@pytest.mark.parametrize("login", ["käthe@office.example", "a\1auth=Bearer x"])
def test_a_login_that_cannot_be_said_is_refused(box: Mailbox, login: str) -> None:
    with pytest.raises(Invalid):
        login_words(replace(box, login=login), "token")


# The line to the server


@pytest.mark.parametrize(
    "raw", [b"", b"<html>Log in to this network</html>", b"[1]", b"[" * 100_000, b"x" * (LARGEST + 1)]
)
def test_what_is_no_sign_in_server_is_said(server: SignInServer, box: Mailbox, raw: bytes) -> None:
    server.raw = raw
    with pytest.raises(StorageUnavailable, match="does not answer as a sign-in server") as told:
        renewed(box, server.sign_in())
    assert told.value.kind == "unreachable"


def test_an_address_that_leads_nowhere_needs_a_person(server: SignInServer, box: Mailbox) -> None:
    server.raw = b"<html>Not found</html>"
    with pytest.raises(Invalid) as told:
        renewed(box, "x")
    assert told.value.field == "token_url"


@pytest.mark.parametrize(
    "url", ["http://office.example/t", "ftp://127.0.0.1/t", "https://", "https://x:99999/", ""]
)
def test_secrets_go_only_where_nobody_reads_along(url: str) -> None:
    with pytest.raises(Invalid) as told:
        answer_of(url, {"refresh_token": "secret"})
    assert told.value.field == "token_url"


def test_a_server_that_is_not_there_is_away(box: Mailbox) -> None:
    with pytest.raises(StorageUnavailable) as told:
        renewed(replace(box, token_url="http://127.0.0.1:1/token"), "x")
    assert told.value.kind == "unreachable"


def test_a_server_that_sends_elsewhere_is_not_followed(server: SignInServer, box: Mailbox) -> None:
    class Elsewhere(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(307)
            self.send_header("Location", box.token_url)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as it is named there
            """Nothing is written."""

    with HTTPServer(("127.0.0.1", 0), Elsewhere) as other:
        Thread(target=other.handle_request, daemon=True).start()
        with pytest.raises(DeskError):
            renewed(
                replace(box, token_url=f"http://127.0.0.1:{other.server_address[1]}/token"), server.sign_in()
            )
    assert server.asked == []


def test_a_certificate_that_nobody_vouches_for_is_refused(
    box: Mailbox, tmp_path_factory: pytest.TempPathFactory
) -> None:
    certificate, key = Authority(tmp_path_factory.mktemp("authority")).issued("localhost", "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as other:
        other.socket = context.wrap_socket(other.socket, server_side=True)
        Thread(target=other.handle_request, daemon=True).start()
        with pytest.raises(StorageUnavailable, match="certificate") as told:
            renewed(replace(box, token_url=f"https://127.0.0.1:{other.server_address[1]}/token"), "secret")
    assert told.value.kind == "denied"
