"""A mailbox is tried: both servers are asked, and what is wrong is said, with the entry that it is about."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage

import pytest

from desktop_desk.channels.mail_out import Undelivered
from desktop_desk.channels.mail_trial import Trial, try_mailbox
from desktop_desk.desk.directory import Mailbox
from desktop_desk.domain.facts import EntityId
from tests.dovecot import PASSWORD, ImapServer, imap_server


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with imap_server() as running:
        yield running


@pytest.fixture
def trust(server: ImapServer) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(server.certificate))


@pytest.fixture
def box(server: ImapServer) -> Mailbox:
    return Mailbox(
        1, EntityId("a" * 32), "Help", address="help@office.example", imap_host="127.0.0.1", imap_port=server.tls
    )  # fmt: skip


class Taken:
    """A server that lets everybody in."""

    def __init__(self, *_given: object, **_named: object) -> None:
        self.closed = False

    def send(self, message: EmailMessage, sender: str, recipients: list[str]) -> str:
        raise AssertionError("a trial sends nothing")

    def close(self) -> None:
        self.closed = True


def tried(box: Mailbox, password: str = PASSWORD, trust: ssl.SSLContext | None = None) -> Trial:
    [trial] = try_mailbox(box, password, trust=trust, timeout=5, dialled=Taken)
    return trial


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def test_a_mailbox_that_works_says_how_many_mails_it_holds(
    server: ImapServer, box: Mailbox, trust: ssl.SSLContext
) -> None:
    server.deliver(b"From: ken@sales.example\nSubject: x\n\nx\n", "1.host")
    trial = tried(box, trust=trust)
    assert (trial.ok, trial.said) == (True, "Mail in works: 1 mail in INBOX.")
    assert tried(replace(box, active=False), trust=trust).ok


def test_a_wrong_password_is_told_at_the_password(box: Mailbox, trust: ssl.SSLContext) -> None:
    trial = tried(box, "wrong", trust)
    assert (trial.ok, trial.field) == (False, "password")
    assert "refuses the login" in trial.said


def test_no_password_is_told_too(box: Mailbox, trust: ssl.SSLContext) -> None:
    assert tried(box, "", trust).field == "password"


def test_a_certificate_that_nobody_vouches_for_is_refused(box: Mailbox) -> None:
    trial = tried(box)
    assert (trial.ok, trial.field) == (False, "imap_host")
    assert "certificate" in trial.said


def test_a_folder_that_is_not_there_is_told_at_the_folder(box: Mailbox, trust: ssl.SSLContext) -> None:
    trial = tried(replace(box, folder="Nowhere"), trust=trust)
    assert (trial.ok, trial.field) == (False, "folder")
    assert "Nowhere" in trial.said


def test_the_wrong_kind_of_encryption_is_told_there(
    server: ImapServer, box: Mailbox, trust: ssl.SSLContext
) -> None:
    assert tried(replace(box, imap_port=server.plain), trust=trust).field == "imap_security"
    assert tried(replace(box, imap_host="imap.office.example", imap_security="none")).field == "imap_security"


def test_a_server_that_does_not_answer_is_told(box: Mailbox) -> None:
    trial = tried(replace(box, imap_port=free_port()))
    assert (trial.ok, trial.field) == (False, "imap_host")


def test_mail_out_is_tried_without_sending_anything(box: Mailbox) -> None:
    sending = replace(box, imap_host="", smtp_host="smtp.office.example")
    trial = tried(sending)
    assert (trial.server, trial.ok) == ("out", True)
    assert tried(sending, "").field == "password"
    assert tried(replace(sending, address="help")).field == "address"


def test_a_server_for_mail_out_that_does_not_answer_is_told() -> None:
    box = Mailbox(
        1, EntityId("a" * 32), "Help", address="help@office.example", smtp_host="127.0.0.1", smtp_port=free_port()
    )  # fmt: skip
    [trial] = try_mailbox(box, PASSWORD, timeout=5)
    assert (trial.ok, trial.field) == (False, "smtp_host")


def test_a_server_that_refuses_is_quoted(box: Mailbox) -> None:
    def refusing(*_given: object, **_named: object) -> Taken:
        raise Undelivered("stopped", "smtp.office.example offers no encryption (STARTTLS), or no login.")

    [trial] = try_mailbox(
        replace(box, imap_host="", smtp_host="smtp.office.example"), PASSWORD, dialled=refusing
    )
    assert (trial.ok, trial.field) == (False, "smtp_security")
    assert "STARTTLS" in trial.said


def test_servers_that_are_not_named_are_not_asked(box: Mailbox) -> None:
    assert try_mailbox(replace(box, imap_host=""), PASSWORD) == ()
