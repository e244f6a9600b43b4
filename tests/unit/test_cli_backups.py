"""Commands about backups that are made by themselves, and what a command says after a program that did not end well."""

import os
from pathlib import Path

from desktop_desk import config
from desktop_desk.storage import marks
from tests.command_line import CommandLine


def spoil(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(8192))


def leave_a_mark(path: Path) -> None:
    mark = marks.set_mark(config.places().state, path)
    mark.path.write_text(mark.path.read_text().replace(f'"pid": {os.getpid()}', f'"pid": {2**22 + 1}'))


def test_backups_are_listed_newest_first_and_made_at_once_on_demand(cli: CommandLine) -> None:
    assert cli.json("backups") == []
    cli.log("First")
    (first,) = cli.json("backups", "--now")
    assert set(first) == {"at", "facts", "bytes", "path"}
    assert Path(first["path"]).stat().st_size == first["bytes"]
    assert cli.json("backups", "--now") == [first], "nothing changed"
    told = cli.run("backups")
    assert (told.code, "1 backup" in told.out) == (0, True)
    assert any(line.endswith(first["path"]) for line in told.out.splitlines()), "what restore asks for"


def test_a_copy_to_look_at_is_read_and_never_written(cli: CommandLine, tmp_path: Path) -> None:
    number = cli.log("Looked at")
    (backup,) = cli.json("backups", "--now")
    look = tmp_path / "look.desk"
    assert cli.json("restore", backup["path"], str(look), "--look")["facts"] == backup["facts"]
    assert cli.json("--desk", str(look), "ticket", "show", number)["subject"] == "Looked at"
    assert "nothing can be written" in cli.refused(
        "--desk", str(look), "ticket", "note", number, "--text", "no"
    )
    assert "Access denied" in cli.refused(
        "restore", backup["path"], str(tmp_path / "x.desk"), code=3, by="nobody"
    )
    assert not (tmp_path / "x.desk").exists()


def test_a_command_on_a_desk_damaged_by_a_bad_end_says_what_it_did_and_goes_on(cli: CommandLine) -> None:
    number = cli.log("In the backup")
    cli.json("backups", "--now")
    spoil(cli.desk)
    leave_a_mark(cli.desk)
    shown = cli.run("--json", "ticket", "show", number)
    assert shown.code == 0
    assert shown.json["subject"] == "In the backup"
    assert "was set aside as front damaged" in shown.err
    assert cli.json("check")["ok"] is True


def test_without_a_backup_it_is_refused_and_left_as_it_is(cli: CommandLine) -> None:
    spoil(cli.desk)
    before = cli.desk.read_bytes()
    leave_a_mark(cli.desk)
    assert "damaged" in cli.refused("ticket", "list", code=4)
    assert cli.desk.read_bytes() == before


def test_a_command_leaves_no_mark_whatever_comes_of_it(cli: CommandLine, home: Path) -> None:
    cli.log("Done")
    cli.refused("ticket", "show", "9999-9")
    cli.refused("ticket", "list", code=3, by="nobody")
    assert list((home / "state" / "open").iterdir()) == []


def test_what_was_sent_to_a_hub_comes_back_after_a_damaged_desk_was_replaced(
    cli: CommandLine, tmp_path: Path
) -> None:
    cli.run("--as", "ann", "hub", "new", f"folder:{tmp_path / 'hub'}")
    first = cli.log("In the backup")
    cli.json("backups", "--now")
    second = cli.log("Only on the hub")
    cli.json("sync", by="ann")
    spoil(cli.desk)
    leave_a_mark(cli.desk)
    mended = cli.run("--json", "ticket", "show", first)
    assert "comes back with the next sync" in mended.err
    assert cli.json("sync", by="ann")["pulled"] > 0
    assert cli.json("ticket", "show", second)["subject"] == "Only on the hub"
    new = cli.log("After it")
    assert new[0].isalpha()
    cli.json("sync", by="ann")
    assert cli.json("check", "--rebuild", by="ann")["ok"] is True
