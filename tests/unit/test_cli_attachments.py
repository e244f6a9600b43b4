"""`ticket attach`, `ticket save`, and --attach."""

import json
from pathlib import Path

import pytest

from tests.command_line import CommandLine


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    path = tmp_path / "till.log"
    path.write_bytes(b"till 3 says no\n" * 100)
    return path


def test_a_file_is_attached_shown_and_saved(cli: CommandLine, log_file: Path, tmp_path: Path) -> None:
    number = cli.log("Till")
    ticket = cli.json("ticket", "attach", number, str(log_file), "--text", "The log.")
    entry = ticket["thread"][-1]
    (file,) = entry["attachments"]
    assert (entry["kind"], entry["text"]) == ("note", "The log.")
    assert {**file, "uid": ""} == {
        "uid": "", "name": "till.log", "mime": file["mime"], "size": 1500, "here": True,
    }  # fmt: skip
    shown = cli.run("ticket", "show", number).out
    assert "File: till.log (1.5 KB)" in shown
    out = tmp_path / "out"
    out.mkdir()
    saved = cli.json("ticket", "save", number, "till.log", "--to", str(out))
    assert saved == {"uid": file["uid"], "name": "till.log", "size": 1500, "written": str(out / "till.log")}
    assert (out / "till.log").read_bytes() == log_file.read_bytes()
    assert "already a file" in cli.refused("ticket", "save", number, file["uid"], "--to", str(out))
    cli.json("ticket", "save", number, file["uid"], "--to", str(out), "--replace")


def test_replies_notes_and_new_tickets_take_files(cli: CommandLine, log_file: Path) -> None:
    number = cli.log("Till", "--attach", str(log_file))
    cli.json("ticket", "reply", number, "--text", "a", "--attach", str(log_file), "--attach", str(log_file))
    ticket = cli.json("ticket", "note", number, "--text", "b", "--attach", str(log_file))
    cli.json("ticket", "attach", number, str(log_file), "--reply")
    ticket = cli.json("ticket", "attach", number, str(log_file))
    files = [(entry["kind"], len(entry["attachments"])) for entry in ticket["thread"] if entry["attachments"]]
    assert files == [("call", 1), ("reply", 2), ("note", 1), ("reply", 1), ("event", 1)]


def test_what_cannot_be_attached_or_saved_says_why(cli: CommandLine, log_file: Path, tmp_path: Path) -> None:
    number = cli.log("Till")
    assert "no longer there" in cli.refused("ticket", "attach", number, str(tmp_path / "none"))
    assert "not a file" in cli.refused("ticket", "attach", number, str(tmp_path))
    assert "has no file" in cli.refused("ticket", "save", number, "x", "--to", str(tmp_path))
    cli.json("ticket", "attach", number, str(log_file))
    log_file.write_bytes(b"another")
    cli.json("ticket", "attach", number, str(log_file))
    assert "several files" in cli.refused("ticket", "save", number, "till.log", "--to", str(tmp_path))
    assert "till.log" in cli.refused("ticket", "save", number, "till.lock", "--to", str(tmp_path))


def test_an_export_names_the_files_and_counts_them(cli: CommandLine, log_file: Path, tmp_path: Path) -> None:
    number = cli.log("Till", "--attach", str(log_file))
    cli.json("ticket", "merge", cli.log("Same"), "--into", number)
    cli.json("ticket", "attach", number, str(log_file))
    cli.json("export", "json", str(tmp_path / "out.json"))
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert written["attachments"] == {"files": 2, "bytes": 3000}
