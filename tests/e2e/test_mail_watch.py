"""`mail fetch --watch`: a mail is a ticket within seconds; Ctrl+C ends it in order."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.command_line import PASSWORD, CommandLine, found_office
from tests.dovecot import PASSWORD as OF_THE_BOX
from tests.dovecot import ImapServer, imap_server

ROOT = Path(__file__).parents[2]


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with imap_server() as running:
        yield running


@pytest.fixture
def cli(
    tmp_path: Path, server: ImapServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    monkeypatch.setenv("DESKTOP_DESK_MAIL_PASSWORD", OF_THE_BOX)
    found_office(tmp_path / "front.desk")
    made = CommandLine(tmp_path / "front.desk", capsys, monkeypatch)
    made.json(
        "mail",
        "add",
        "help@office.example",
        "--imap-host",
        "127.0.0.1",
        "--imap-port",
        str(server.tls),
        by="ann",
    )
    return made


@contextmanager
def started(cli: CommandLine) -> Generator["subprocess.Popen[str]"]:
    """The command at work; ended with the test, whatever becomes of that."""
    command = [
        sys.executable, "-m", "desktop_desk", "--desk", str(cli.desk), "--as", "john", "mail", "fetch", "--watch",
    ]  # fmt: skip
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"DESKTOP_DESK_PASSWORD": PASSWORD}, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as watching:  # fmt: skip
        try:
            yield watching
        finally:
            watching.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="no signals there")
def test_a_mail_is_a_ticket_until_ctrl_c(cli: CommandLine, server: ImapServer) -> None:
    with started(cli) as watching:
        assert watching.stdout is not None
        assert watching.stderr is not None
        assert "as it comes" in watching.stderr.readline()
        for name in ("first", "second"):
            server.deliver(
                f"From: ken@x.example\nSubject: {name}\nMessage-ID: <{name}@x>\n\nHello\n".encode(),
                f"{name}.h",
            )
            assert "1 ticket" in watching.stdout.readline()
        watching.send_signal(signal.SIGINT)
        told = watching.communicate(timeout=30)
        assert watching.returncode == 0, told
    assert {each["subject"] for each in cli.json("ticket", "list")} == {"first", "second"}


def test_it_watches_all_mailboxes_or_none(cli: CommandLine) -> None:
    assert cli.run("mail", "fetch", "help@office.example", "--watch").code == 2
