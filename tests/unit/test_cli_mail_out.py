"""`mail send`, `mail outbox` and copies to others: what goes, what waits, in JSON and for people."""

import shutil
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail

from desktop_desk import bootstrap
from desktop_desk.channels.mail_passwords import keep_password, password_of
from desktop_desk.desk.directory import Mailbox
from desktop_desk.desk.mailboxes import SECURITY
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.domain.facts import EntityId
from tests.builders import to_be_copied
from tests.command_line import PASSWORD, CommandLine, found_office


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with a mailbox on a server that is not there."""
    path = tmp_path_factory.mktemp("office") / "front.desk"
    found_office(path)
    front = bootstrap.open_desk(path)
    front.log_in("ann", PASSWORD).add(
        "mailbox", name="Help", address="help@office.example", smtp_host="127.0.0.1", smtp_port=1,
        smtp_security=SECURITY[-1],
    )  # fmt: skip
    front.close()
    to_be_copied(path)
    return path


@pytest.fixture
def cli(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    monkeypatch.setenv("DESKTOP_DESK_MAIL_PASSWORD", "")
    return CommandLine(Path(shutil.copy(office, tmp_path)), capsys, monkeypatch)


def with_a_mail(cli: CommandLine) -> str:
    number = cli.json(
        "ticket", "log", "--subject", "VPN down", "--caller", "Ken Lee", "--email", "ken@sales.example"
    )
    return str(number["number"])


def test_what_waits_is_told(cli: CommandLine) -> None:
    empty = {"waiting": 0, "stopped": 0, "held": False, "next": None, "problem": None}
    assert cli.json("mail", "outbox") == empty
    assert cli.run("mail", "outbox").out == "Outbox empty\n"
    with_a_mail(cli)
    assert cli.json("mail", "outbox")["waiting"] == 1
    assert cli.json("mail", "outbox")["next"] is not None


def test_sending_without_waiting_leaves_what_can_still_be_undone(cli: CommandLine) -> None:
    with_a_mail(cli)
    done = cli.json("mail", "send", "--no-wait")
    assert (done["sent"], done["failed"], done["waiting"], done["problems"]) == (0, 0, 1, [])
    cli.json("undo")
    assert cli.json("mail", "outbox")["waiting"] == 0


def test_a_restored_desk_asks_before_it_sends(cli: CommandLine, tmp_path: Path) -> None:
    with_a_mail(cli)
    backup, restored = str(tmp_path / "b.desk"), str(tmp_path / "restored.desk")
    cli.json("backup", backup, by="ann")
    cli.json("restore", backup, restored, by="ann")
    held = cli.json("--desk", restored, "mail", "outbox")
    assert (held["waiting"], held["held"]) == (1, True)
    told = cli.run("--desk", restored, "mail", "send", "--no-wait")
    assert (told.code, "held" in told.err) == (0, True)
    assert cli.run("--desk", restored, "mail", "outbox", "--release").code == 1, "John may not"
    assert cli.json("--desk", restored, "mail", "outbox", "--release", by="ann")["held"] is False
    assert cli.json("--desk", restored, "mail", "outbox")["waiting"] == 1


def test_what_the_other_copy_sent_is_thrown_away(cli: CommandLine, tmp_path: Path) -> None:
    with_a_mail(cli)
    backup, restored = str(tmp_path / "b.desk"), str(tmp_path / "restored.desk")
    cli.json("backup", backup, by="ann")
    cli.json("restore", backup, restored, by="ann")
    told = cli.json("--desk", restored, "mail", "outbox", "--discard", by="ann")
    assert (told["waiting"], told["held"]) == (0, False)


def test_it_is_one_or_the_other(cli: CommandLine) -> None:
    assert cli.run("mail", "outbox", "--release", "--discard").code == 2


def test_a_mailbox_is_added_and_changed(cli: CommandLine) -> None:
    made = cli.json(
        "mail",
        "add",
        "servers@office.example",
        "--smtp-host",
        "smtp.office.example",
        "--department",
        "Support",
        by="ann",
    )
    assert (made["address"], made["smtp_security"], made["active"]) == (
        "servers@office.example",
        "starttls",
        True,
    )
    changed = cli.json(
        "mail", "change", "servers@office.example", "--smtp-security", "tls", "--no-use", by="ann"
    )
    assert (changed["smtp_security"], changed["active"], changed["smtp_host"]) == (
        "tls",
        False,
        "smtp.office.example",
    )
    assert "servers@office.example" in cli.run("--as", "ann", "mail", "status").out
    assert cli.run("mail", "add", "x@office.example").code == 1, "John may not"
    assert cli.run("--as", "ann", "mail", "change", "nobody@office.example").code == 1
    assert cli.run("--as", "ann", "mail", "add", "no address").code == 1


def test_its_password_goes_into_the_keyring_and_nowhere_else(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = InMemory()
    monkeypatch.setattr("keyring.core._keyring_backend", ring)
    monkeypatch.setenv("DESKTOP_DESK_MAIL_PASSWORD", "secret of the mailbox")
    cli.json("mail", "change", "help@office.example", "--password", by="ann")
    assert list(ring.kept.values()) == ["secret of the mailbox"]
    assert b"secret of the mailbox" not in cli.desk.read_bytes()
    monkeypatch.delenv("DESKTOP_DESK_MAIL_PASSWORD")
    mailbox = Mailbox(1, EntityId(next(iter(ring.kept))[1]), "Help")
    assert password_of(mailbox) == "secret of the mailbox"


def test_without_a_keyring_nothing_is_kept_and_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyring.core._keyring_backend", fail.Keyring())
    monkeypatch.delenv("DESKTOP_DESK_MAIL_PASSWORD", raising=False)
    mailbox = Mailbox(1, EntityId("a" * 32), "Help")
    assert password_of(mailbox) == ""
    with pytest.raises(StorageUnavailable) as refused:
        keep_password(mailbox, "x")
    assert str(refused.value) == (
        "This computer has no keyring that keeps the password. Install one (on Debian and Ubuntu gnome-keyring or "
        "KWallet), or give the password in DESKTOP_DESK_MAIL_PASSWORD."
    )


def test_what_no_keyring_keeps_is_known_until_the_program_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyring.core._keyring_backend", fail.Keyring())
    monkeypatch.delenv("DESKTOP_DESK_MAIL_PASSWORD", raising=False)
    mailbox = Mailbox(1, EntityId("b" * 32), "Help")
    with pytest.raises(StorageUnavailable):
        keep_password(mailbox, "plugh")
    assert password_of(mailbox) == "plugh"
    ring = InMemory()
    monkeypatch.setattr("keyring.core._keyring_backend", ring)
    keep_password(mailbox, "xyzzy")
    assert password_of(mailbox) == "xyzzy"
    assert list(ring.kept.values()) == ["xyzzy"]


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
