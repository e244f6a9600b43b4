"""A mailbox without a password: signed in by command with a code, then mail comes and goes by token (XOAUTH2)."""

import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend

from tests.certificates import Authority
from tests.command_line import CommandLine, found_office
from tests.post_office import CALLER, OFFICE, SECRET, PostOffice, lacking
from tests.sign_in_server import SignInServer

pytestmark = pytest.mark.skipif(bool(lacking()), reason=f"needs {lacking()}")


class InMemory(KeyringBackend):
    """A keyring that forgets."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture
def tokens() -> Iterator[SignInServer]:
    with SignInServer(OFFICE, interval=0) as running:
        yield running


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> InMemory:
    made = InMemory()
    monkeypatch.setattr("keyring.core._keyring_backend", made)
    return made


@pytest.fixture
def post(tmp_path: Path, tokens: SignInServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    with PostOffice(authority, tokens) as office:
        yield office


@pytest.fixture
def cli(
    tmp_path: Path, post: PostOffice, tokens: SignInServer, ring: InMemory,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> CommandLine:  # fmt: skip
    assert not ring.kept
    monkeypatch.delenv("DESKTOP_DESK_MAIL_PASSWORD", raising=False)
    found_office(tmp_path / "front.desk")
    made = CommandLine(tmp_path / "front.desk", capsys, monkeypatch)
    given = tokens.fields()
    made.json(
        "mail", "add", OFFICE, "--smtp-host", "localhost", "--smtp-port", str(post.port), "--imap-host", "localhost",
        "--imap-port", str(post.imap_port), "--auth", "token", "--client-id", given["client_id"],
        "--token-url", given["token_url"], "--device-url", given["device_url"], "--scope", given["scope"], by="ann",
    )  # fmt: skip
    return made


def ken_writes() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Ken Lee <{CALLER}>", OFFICE, "VPN down"
    message["Message-ID"] = "<1@sales.example>"
    message.set_content("Nobody in sales can connect.")
    return message


def test_mail_comes_and_goes_after_a_sign_in_by_code(
    cli: CommandLine, post: PostOffice, tokens: SignInServer, ring: InMemory
) -> None:
    tokens.states = ["authorization_pending"]
    told = cli.run("--json", "mail", "sign-in", OFFICE)
    assert f"Open {tokens.url}/code" in told.err
    assert "WDJB-MJHT" in told.err
    assert [(each["server"], each["ok"]) for each in told.json["tried"]] == [("in", True), ("out", True)], (
        told
    )
    assert set(ring.kept.values()) == tokens.refreshes

    with smtplib.SMTP("localhost", post.port) as line:
        line.starttls(context=ssl.create_default_context())
        line.login(CALLER, SECRET)
        line.send_message(ken_writes())
    post.letters("help", 1)
    assert cli.json("mail", "fetch")["tickets"] == 1
    assert cli.json("mail", "send")["sent"] == 1
    assert len(post.letters("ken", 1)) == 1
    held = cli.desk.read_bytes()
    assert not [token for token in (*tokens.refreshes, *tokens.good) if token.encode() in held]


def test_a_sign_in_that_holds_no_longer_keeps_mail_and_says_so(
    cli: CommandLine, tokens: SignInServer, ring: InMemory
) -> None:
    assert cli.run("mail", "sign-in", OFFICE).code == 0
    cli.json("ticket", "log", "--subject", "VPN down", "--caller", "Ken Lee", "--email", CALLER)
    tokens.refreshes.clear()
    told = cli.run("--json", "mail", "send")
    assert (told.json["sent"], told.json["waiting"]) == (0, 1)
    assert "holds no longer" in told.err
    assert "mail sign-in" in told.err
    fetched = cli.run("mail", "fetch")
    assert (fetched.code, "holds no longer" in fetched.err) == (3, True)
    assert cli.run("mail", "sign-in", OFFICE).code == 0
    assert cli.json("mail", "send")["sent"] == 1
    assert len(ring.kept) == 1


def test_a_mailbox_with_a_password_is_not_signed_in_to(cli: CommandLine) -> None:
    cli.json("mail", "change", OFFICE, "--auth", "password", by="ann")
    told = cli.run("mail", "sign-in", OFFICE)
    assert (told.code, "takes a password" in told.err) == (1, True)


def test_a_known_provider_fills_in_its_servers(cli: CommandLine) -> None:
    made = cli.json(
        "mail", "add", "boss@office.example", "--provider", "microsoft", "--client-id", "x", by="ann"
    )
    assert (made["auth"], made["imap_host"], made["smtp_port"]) == ("token", "outlook.office365.com", 587)
    assert made["token_url"].startswith("https://login.microsoftonline.com/")
    assert cli.run("--as", "ann", "mail", "change", OFFICE, "--provider", "nobody").code == 1


@pytest.mark.parametrize("url", ["http://office.example/token", "file:///etc/passwd", "https://", "token"])
def test_an_address_that_others_could_read_is_refused(cli: CommandLine, url: str) -> None:
    told = cli.run("--as", "ann", "mail", "change", OFFICE, "--token-url", url)
    assert (told.code, "no address of a sign-in server" in told.err) == (1, True)
