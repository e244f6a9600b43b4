"""Mail in by command: the counts add up, and what waits can be seen, filed and dismissed."""

from pathlib import Path

import pytest

from tests.command_line import CommandLine


@pytest.fixture(autouse=True)
def mails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.eml").write_text(
        "From: Ken <ken@x.example>\nSubject: VPN\nMessage-ID: <1@x>\n\nIt is down.\n"
    )
    (tmp_path / "b.eml").write_text("From: ken@x.example\nIn-Reply-To: <1@x>\nMessage-ID: <2@x>\n\nStill.\n")
    (tmp_path / "c.eml").write_bytes(b"\x00\x01")
    monkeypatch.chdir(tmp_path)


def test_an_import_says_what_became_of_every_mail(cli: CommandLine) -> None:
    told = cli.json("mail", "import", "a.eml", "b.eml", "c.eml", "a.eml")
    [aside] = told.pop("quarantined")
    assert set(aside) == {"where", "why"}
    assert aside["where"].endswith("c.eml")
    assert told == {"read": 4, "tickets": 1, "replies": 1, "duplicates": 1, "ignored": 0}
    [ticket] = cli.json("ticket", "list")
    assert (ticket["subject"], ticket["source"]) == ("VPN", "email")
    status = cli.json("mail", "status")
    assert (status["filed"], status["quarantined"]) == (2, 1)
    assert status["last"]
    assert (status["light"], [line["level"] for line in status["lines"]]) == ("off", ["off", "off"])


def test_what_waits_is_shown_filed_or_dismissed(cli: CommandLine) -> None:
    cli.json("mail", "import", "c.eml")
    [waiting] = cli.json("mail", "quarantine")
    assert "no mail" in waiting["why"]
    assert cli.json("mail", "show", waiting["mail"][:10])["mail"] == waiting["mail"]
    filed = cli.json("mail", "release", waiting["mail"][:10])
    assert filed["became"] == "ticket"
    assert cli.json("ticket", "show", filed["ticket"])["source"] == "email"
    assert cli.json("mail", "quarantine") == []
    assert "quarantine" in cli.refused("mail", "dismiss", waiting["mail"])


def test_an_id_that_no_mail_has_is_said_to_be_none(cli: CommandLine) -> None:
    for command in ("show", "release", "dismiss"):
        said = cli.refused("mail", command, "zzzz")
        assert "There is no such mail." in said
        assert "“mail quarantine” lists those that wait." in said
        assert "attachment" not in said


def test_a_beginning_that_several_mails_have_is_not_guessed_at(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "d.eml").write_bytes(b"\x02\x03")
    cli.json("mail", "import", "c.eml", "d.eml")
    assert "Several mails begin so." in cli.refused("mail", "release", "")
    assert len(cli.json("mail", "quarantine")) == 2


def test_a_mail_that_was_filed_is_shown_by_its_whole_id(cli: CommandLine) -> None:
    cli.json("mail", "import", "c.eml")
    [waiting] = cli.json("mail", "quarantine")
    cli.json("mail", "release", waiting["mail"])
    assert cli.json("mail", "show", waiting["mail"])["mail"] == waiting["mail"]


def test_status_tells_how_mail_stands_and_why(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKTOP_DESK_MAIL_PASSWORD", "x")
    cli.json("mail", "add", "help@office.example", "--imap-host", "127.0.0.1", "--imap-port", "1", by="ann")
    assert cli.run("mail", "fetch").code != 0
    told = cli.json("mail", "status")
    first = told["lines"][0]
    assert (told["light"], first["line"], first["level"], first["loud"]) == ("wait", "in", "wait", False)
    assert first["mailboxes"][0]["mailbox"] == "help@office.example"
    assert "does not answer" in first["said"]
    assert cli.run("mail", "status").out.startswith("◐ help@office.example: away. Not reached since")


def test_status_names_the_copy_that_fetches_each_mailbox(cli: CommandLine) -> None:
    cli.json("mail", "add", "help@office.example", "--imap-host", "imap.office.example", by="ann")
    cli.json("mail", "add", "out@office.example", "--smtp-host", "smtp.office.example", by="ann")
    told = [box["fetched_by"] for box in cli.json("mail", "status")["mailboxes"]]
    assert told == ["the only copy", None]
    said = cli.run("mail", "status").out
    assert "help@office.example  fetched by the only copy" in said
    assert "out@office.example  not fetched, it only sends" in said


def test_who_has_no_mailbox_yet_is_told_how_to_add_one(cli: CommandLine) -> None:
    assert "mail add" in cli.run("mail", "status").out
    fetched = cli.run("mail", "fetch")
    assert (fetched.code, "mail add" in fetched.err) == (0, True)
