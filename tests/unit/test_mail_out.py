"""Mail out against a real SMTP server in this process: what goes, what waits, what fails, and what is refused."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from desktop_desk.channels.mail_out import PART, Posted, send_due
from desktop_desk.desk.directory import Mailbox
from desktop_desk.desk.views import Attachment
from tests.builders import ADesk, a_desk, kens_ticket, texts
from tests.certificates import Authority

SECRET = "secret of the mailbox"


@dataclass
class Taken:
    """What a server took, and how it answers."""

    envelopes: list[Envelope] = field(default_factory=list)
    rcpt: dict[str, str] = field(default_factory=dict)
    data: str = "250 OK"
    sender: str = "250 OK"
    logins: list[bytes] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        answer = self.rcpt.get(address, "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        envelope.mail_from = address
        return self.sender

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data.startswith("2"):
            self.envelopes.append(envelope)
        return self.data

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append(given.password)
        return AuthResult(success=given.password == SECRET.encode(), handled=False)


@dataclass
class Server:
    """A server that runs, and what it took."""

    controller: Controller
    taken: Taken

    @property
    def port(self) -> int:
        return int(self.controller.port)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))


@pytest.fixture
def server(authority: Authority) -> Iterator[Server]:
    taken = Taken()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*authority.issued("localhost"))
    controller = Controller(
        taken, hostname="127.0.0.1", port=free_port(), tls_context=context, require_starttls=True, auth_required=True,
        authenticator=taken.authenticate,
    )  # fmt: skip
    controller.start()
    yield Server(controller, taken)
    controller.stop()


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def closed_port() -> int:
    return free_port()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[ADesk]:
    desk = a_desk(tmp_path)
    yield desk
    desk.close()


def a_mailbox(office: ADesk, port: int, **more: Any) -> None:
    given = {
        "name": "Help", "address": "help@office.example", "smtp_host": "localhost", "smtp_port": port,
        "smtp_security": "starttls", "department": "Support",
    }  # fmt: skip
    office.ada.add("mailbox", **given | more)


def sent(office: ADesk, password: str = SECRET, *, hurry: bool = False) -> Posted:
    def password_of(_mailbox: Mailbox) -> str:
        return password

    office.clock.passes(seconds=10)
    return send_due(office.front.outbox(), password_of, office.clock, hurry=hurry)


@pytest.mark.usefixtures("trusted")
def test_receipt_and_reply_arrive_over_an_encrypted_connection(office: ADesk, server: Server) -> None:
    a_mailbox(office, server.port)
    number = kens_ticket(office.john)
    office.clock.passes(seconds=1)
    office.jane.reply(number, "Renewed the certificate.")
    done = sent(office)
    assert (done.sent, done.failed, done.waiting, done.problems) == (2, 0, 0, [])
    assert [envelope.mail_from for envelope in server.taken.envelopes] == ["help@office.example"] * 2
    assert [envelope.rcpt_tos for envelope in server.taken.envelopes] == [["ken@sales.example"]] * 2
    assert f"[#{number}]".encode() in (server.taken.envelopes[1].original_content or b"")
    assert sent(office).sent == 0
    assert len(server.taken.envelopes) == 2


def test_a_certificate_that_nobody_vouches_for_is_refused(office: ADesk, server: Server) -> None:
    a_mailbox(office, server.port)
    kens_ticket(office.john)
    done = sent(office)
    assert (done.sent, done.failed, done.waiting) == (0, 0, 1)
    assert "certificate" in done.problems[0]
    assert server.taken.logins == [], "the password was not shown to a stranger"


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_host_is_refused(office: ADesk, server: Server) -> None:
    a_mailbox(office, server.port, smtp_host="127.0.0.1")
    kens_ticket(office.john)
    assert "certificate" in sent(office).problems[0]
    assert server.taken.logins == []


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_is_said_and_not_tried_for_ever(office: ADesk, server: Server) -> None:
    a_mailbox(office, server.port)
    for _turn in range(3):
        kens_ticket(office.john)
    done = sent(office, "wrong")
    assert (done.sent, done.waiting) == (0, 3)
    assert "password" in done.problems[0]
    tried = list(server.taken.logins)
    for _turn in range(5):
        office.clock.passes(hours=5)
        assert sent(office, "wrong").problems == []
    assert server.taken.logins == tried
    assert office.front.outbox().status().stopped == 3
    assert sent(office, hurry=True).sent == 3


@pytest.mark.usefixtures("trusted")
def test_an_address_that_does_not_exist_tells_the_agent(office: ADesk, server: Server) -> None:
    a_mailbox(office, server.port)
    number = kens_ticket(office.john)
    server.taken.rcpt["ken@sales.example"] = "550 no such user"
    done = sent(office)
    assert (done.sent, done.failed, done.waiting) == (0, 1, 0)
    assert "550 no such user" in texts(office.john.ticket(number))[-1]
    assert office.john.inbox()[0].ticket == number


@pytest.mark.usefixtures("trusted")
def test_a_copy_that_is_refused_does_not_keep_the_mail_from_the_caller(office: ADesk, server: Server) -> None:
    a_mailbox(office, server.port)
    number = kens_ticket(office.john)
    office.john.copy_to(number, add=("boss@sales.example",))
    server.taken.rcpt["boss@sales.example"] = "550 no such user"
    office.john.reply(number, "Done.")
    assert sent(office).sent == 2
    assert server.taken.envelopes[-1].rcpt_tos == ["ken@sales.example"]
    assert "boss@sales.example" in texts(office.john.ticket(number))[-1]


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("answer", ["451 try later", "452 full"])
def test_a_busy_server_gets_it_later_once(office: ADesk, server: Server, answer: str) -> None:
    a_mailbox(office, server.port)
    kens_ticket(office.john)
    server.taken.data = answer
    done = sent(office)
    assert (done.sent, done.failed, done.waiting) == (0, 0, 1)
    assert sent(office).problems == [], "not at once"
    server.taken.data = "250 OK"
    office.clock.passes(minutes=1)
    assert sent(office).sent == 1
    assert len(server.taken.envelopes) == 1


@pytest.mark.usefixtures("trusted")
def test_what_a_server_will_never_take_has_failed_and_others_go(office: ADesk, server: Server) -> None:
    a_mailbox(office, server.port)
    number = kens_ticket(office.john)
    server.taken.data = "554 too large"
    assert sent(office).failed == 1
    server.taken.data = "250 OK"
    office.john.reply(number, "Hello")
    assert sent(office).sent == 1


@pytest.mark.usefixtures("trusted")
def test_a_large_mail_is_handed_over_in_parts(
    office: ADesk, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts: list[int] = []
    send = smtplib.SMTP.send

    def counted(smtp: smtplib.SMTP, part: Any) -> None:
        parts.append(len(part))
        send(smtp, part)

    monkeypatch.setattr(smtplib.SMTP, "send", counted)
    a_mailbox(office, server.port)
    number = kens_ticket(office.john)
    office.john.reply(number, "See the plan.", attachments=(Attachment(b"plan" * 200_000, "plan.bin"),))
    assert sent(office).sent == 2
    assert max(len(each.content or b"") for each in server.taken.envelopes) > 1_000_000
    assert max(parts) <= PART


@pytest.mark.usefixtures("trusted")
def test_a_server_that_does_not_want_the_office_has_not_refused_the_mail(
    office: ADesk, server: Server
) -> None:
    a_mailbox(office, server.port)
    kens_ticket(office.john)
    server.taken.sender = "553 not your address"
    done = sent(office)
    assert (done.failed, done.waiting) == (0, 1)
    assert "553 not your address" in done.problems[0]
    assert office.john.outbox().status().stopped == 1
    server.taken.sender = "552 too large"
    assert sent(office, hurry=True).failed == 1, "but when it is this one's size"


@pytest.mark.usefixtures("trusted")
def test_a_server_that_turns_away_at_the_door_has_not_refused_the_mail(office: ADesk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:

        def turn_away() -> None:
            line, _address = door.accept()
            with line:
                line.sendall(b"554 nobody from there\r\n")
                line.recv(100)

        threading.Thread(target=turn_away, daemon=True).start()
        a_mailbox(office, int(door.getsockname()[1]))
        kens_ticket(office.john)
        done = sent(office)
    assert (done.failed, done.waiting) == (0, 1)
    assert "554 nobody from there" in done.problems[0]


@pytest.mark.usefixtures("trusted")
def test_offline_it_waits_and_goes_when_the_server_is_back(
    office: ADesk, server: Server, closed_port: int
) -> None:
    a_mailbox(office, closed_port)
    for _turn in range(2):
        kens_ticket(office.john)
    done = sent(office)
    assert (done.sent, done.failed, done.waiting, len(done.problems)) == (0, 0, 2, 1)
    office.ada.change("mailbox", "Help", smtp_port=server.port)
    office.clock.passes(hours=1)
    assert sent(office).sent == 2


@pytest.mark.usefixtures("trusted")
def test_a_server_without_encryption_never_sees_the_password(office: ADesk) -> None:
    taken = Taken()
    controller = Controller(
        taken,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=taken.authenticate,
        auth_require_tls=False,
    )
    controller.start()
    try:
        a_mailbox(office, Server(controller, taken).port)
        kens_ticket(office.john)
        assert "encryption" in sent(office).problems[0]
        assert taken.logins == []
    finally:
        controller.stop()


def test_no_other_computer_is_reached_without_encryption(office: ADesk) -> None:
    a_mailbox(office, 25, smtp_host="mail.office.example", smtp_security="none")
    kens_ticket(office.john)
    assert "encryption" in sent(office).problems[0]


def test_without_its_password_a_mailbox_says_so(office: ADesk) -> None:
    a_mailbox(office, 25)
    kens_ticket(office.john)
    assert "password" in sent(office, "").problems[0]
