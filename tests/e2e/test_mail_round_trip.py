"""Ken writes a mail, is answered, answers back: by real commands over real servers that are stopped in between."""

import shutil
import smtplib
import ssl
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.command_line import CommandLine, found_office
from tests.post_office import CALLER, OFFICE, SECRET, PostOffice, lacking

pytestmark = pytest.mark.skipif(bool(lacking()), reason=f"needs {lacking()}")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def post(authority: Authority) -> Iterator[PostOffice]:
    with PostOffice(authority) as office:
        yield office


@pytest.fixture
def cli(
    tmp_path: Path, post: PostOffice, authority: Authority, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> CommandLine:  # fmt: skip
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    monkeypatch.setenv("DESKTOP_DESK_MAIL_PASSWORD", SECRET)
    found_office(tmp_path / "front.desk")
    made = CommandLine(tmp_path / "front.desk", capsys, monkeypatch)
    made.json(
        "mail", "add", OFFICE, "--smtp-host", "localhost", "--smtp-port", str(post.port),
        "--imap-host", "localhost", "--imap-port", str(post.imap_port), by="ann",
    )  # fmt: skip
    return made


def ken_writes(post: PostOffice, subject: str, text: str, answering: EmailMessage | None = None) -> None:
    """By his own mail program."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Ken Lee <{CALLER}>", OFFICE, subject
    message["Message-ID"] = f"<{len(text)}.{abs(hash(text))}@sales.example>"
    if answering is not None:
        message["In-Reply-To"] = message["References"] = str(answering["Message-ID"])
    message.set_content(text)
    with smtplib.SMTP("localhost", post.port) as line:
        line.starttls(context=ssl.create_default_context())
        line.login(CALLER, SECRET)
        line.send_message(message)


def ken_reads(post: PostOffice, count: int) -> EmailMessage:
    """The last of so many letters in his mailbox."""
    found = message_from_bytes(post.letters("ken", count)[-1], policy=default)
    assert isinstance(found, EmailMessage)
    return found


def fetched(cli: CommandLine, post: PostOffice, count: int) -> dict[str, int]:
    """What the desk takes in once so many letters have come to the office."""
    post.letters("help", count)
    told: dict[str, int] = cli.json("mail", "fetch")
    return told


def test_mail_in_reply_out_answer_in(cli: CommandLine, post: PostOffice) -> None:
    ken_writes(post, "VPN down", "Nobody in sales can connect.")
    assert fetched(cli, post, 1)["tickets"] == 1
    (ticket,) = cli.json("ticket", "list")
    number = ticket["number"]
    assert cli.json("mail", "send")["sent"] == 1
    assert f"[#{number}]" in ken_reads(post, 1)["Subject"], "he is told the number"

    post.close()
    cli.json("ticket", "reply", number, "--text", "Renewed the certificate. Try again.")
    away = cli.json("mail", "outbox")
    assert away["waiting"] == 1
    told = cli.run("--json", "mail", "send")
    assert (told.code, told.json["sent"], told.json["waiting"]) == (0, 0, 1)
    assert "cannot be reached" in told.err

    post.open()
    assert cli.json("mail", "send")["sent"] == 1
    assert cli.json("mail", "send") == {"sent": 0, "failed": 0, "waiting": 0, "held": False, "problems": []}
    answer = ken_reads(post, 2)
    assert answer["Subject"] == f"Re: VPN down [#{number}]"
    assert answer["From"].addresses[0].addr_spec == OFFICE
    assert "Renewed the certificate." in answer.get_content()
    assert len(post.letters("ken", 2)) == 2

    ken_writes(post, "no word of the ticket here", "It works. Thank you!", answering=answer)
    post.letters("help", 2)
    post.close_boxes()
    told = cli.run("--json", "mail", "fetch")
    assert (told.code, told.json["read"]) == (4, 0)
    assert "does not answer" in told.err

    post.open_boxes()
    again = fetched(cli, post, 2)
    assert (again["read"], again["tickets"], again["replies"]) == (1, 0, 1)
    assert fetched(cli, post, 2)["read"] == 0
    said = [
        entry["text"] for entry in cli.json("ticket", "show", number)["thread"] if entry["kind"] != "event"
    ]
    assert said[-1] == "It works. Thank you!"
    assert len(cli.json("ticket", "list")) == 1
    assert len(post.letters("help", 2)) == 2, "what was fetched stays on the server"


def test_a_wrong_password_is_refused_by_the_real_servers_and_not_tried_for_ever(
    cli: CommandLine, post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKTOP_DESK_MAIL_PASSWORD", "wrong")
    cli.json("ticket", "log", "--subject", "VPN", "--caller", "Ken", "--email", CALLER)
    told = cli.run("--json", "mail", "send")
    assert told.json["waiting"] == 1
    assert "refuses the password" in told.err
    assert cli.run("--json", "mail", "fetch").code == 3
    post.close()
    post.close_boxes()
    # A scheduler does not try it for ever: it would find nobody there.
    assert cli.run("--json", "mail", "send", "--due").json["problems"] == []
    again = cli.run("--json", "mail", "fetch", "--due")
    assert (again.code, again.json["read"]) == (0, 0)
    assert "refuses the login" in again.err


def test_nothing_is_sent_to_a_server_that_nobody_vouches_for(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "other", ignore_errors=True)
    (tmp_path / "other").mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(Authority(tmp_path / "other").certificate))
    cli.json("ticket", "log", "--subject", "VPN", "--caller", "Ken", "--email", CALLER)
    told = cli.run("--json", "mail", "send")
    assert told.json["waiting"] == 1
    assert "certificate" in told.err
