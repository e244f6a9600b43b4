"""Bad input and bad files: a plain sentence with what to do, the right exit code, and nothing lost."""

import io
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from desktop_desk import bootstrap
from desktop_desk.desk.desk import Desk
from desktop_desk.storage import sqlite
from tests.command_line import PASSWORD, ROOT, CommandLine

NOBODY = 65534


def typed(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def lines(said: str) -> int:
    return len(said.strip().splitlines())


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        (("ticket", "edit", "1041-0", "--subject", "VPN"), "ticket edit NUMBER --set FIELD=VALUE"),
        (("ticket", "assign", "1041-0", "jane"), "ticket assign NUMBER --to LOGIN|TEAM|DEPARTMENT"),
    ],
)
def test_a_command_that_was_not_understood_is_answered_with_its_right_form(
    cli: CommandLine, typed: tuple[str, ...], right: str
) -> None:
    result = cli.run(*typed)
    assert result.code == 2
    assert f"Write: desktop-desk {right}\n" in result.err


@pytest.mark.parametrize("subject", ["", "   ", "\n\t", "\u00a0"])
def test_a_blank_subject_is_refused_and_no_number_is_lost_to_it(cli: CommandLine, subject: str) -> None:
    before = cli.log("first")
    assert lines(cli.refused("ticket", "log", "--subject", subject)) == 2
    after = cli.log("second")
    assert int(after[:-2]) == int(before[:-2]) + 1


@pytest.mark.parametrize(
    "text",
    [
        "🙂 👩‍👩‍👧 ok",
        "\u202bשלום עולם\u202c",  # noqa: RUF001
        "e\u0301 \u200d x",
        "'; DROP TABLE fact; --",
        "%s {name} \\ \"q\"",
    ],
    ids=["emoji", "right to left", "combining", "sql", "patterns"],
)  # fmt: skip
def test_any_script_is_kept_as_it_was_written(cli: CommandLine, text: str) -> None:
    ticket = cli.json("ticket", "log", "--subject", text, "--details", text, "--caller", text)
    assert ticket["subject"] == text
    assert ticket["caller"]["name"] == text
    assert text in [entry["text"] for entry in ticket["thread"]]
    assert cli.run("ticket", "show", ticket["number"]).code == 0


def test_a_megabyte_of_text_is_kept_whole(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    number = cli.log("big")
    text = "All work and no play. " * 48_000
    typed(monkeypatch, text.encode())
    assert cli.json("ticket", "note", number, "--text", "-")["thread"][-1]["text"] == text.strip()


def test_more_than_a_desk_takes_is_refused(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    number = cli.log("big")
    typed(monkeypatch, b"x" * 5_000_000)
    assert "Shorten" in cli.refused("ticket", "note", number, "--text", "-")
    assert "details" in cli.refused("ticket", "log", "--subject", "x" * 100_000)


def test_nul_is_left_out_and_the_rest_kept(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    number = cli.log("binary")
    typed(monkeypatch, b"a\0b")
    assert cli.json("ticket", "note", number, "--text", "-")["thread"][-1]["text"] == "ab"


def test_text_that_is_not_utf8_is_refused_with_the_place(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = cli.log("latin")
    typed(monkeypatch, "Grüße".encode("latin-1"))
    assert "byte 2" in cli.refused("ticket", "note", number, "--text", "-")


def test_an_argument_with_broken_bytes_is_kept_readable(cli: CommandLine) -> None:
    ticket = cli.json("ticket", "log", "--subject", os.fsdecode(b"Gr\xfc\xdfe"))
    assert ticket["subject"].startswith("Gr")
    assert ticket["subject"].endswith("e")


@pytest.mark.parametrize("command", ["show", "claim", "resolve", "follow", "unmerge"])
@pytest.mark.parametrize(
    ("number", "reason"), [("9999-1", "check digit"), ("hello", "no ticket number"), ("", "no ticket number")]
)
def test_a_number_that_is_none_is_told_apart_from_a_misheard_one(
    cli: CommandLine, command: str, number: str, reason: str
) -> None:
    assert reason in cli.refused("ticket", command, number)


def test_a_right_number_that_nobody_has_is_not_found(cli: CommandLine) -> None:
    first = cli.log("one")
    assert cli.json("undo")["state"] == "withdrawn"
    assert "undone" in cli.refused("ticket", "note", first, "--text", "late")
    assert "no ticket 1041-0" in cli.refused("ticket", "show", "1041-0")


@pytest.mark.parametrize(
    "words",
    [
        ("--to", "nobody"),
        ("--to", "gone"),
        ("--to", ""),
    ],
)
def test_a_ticket_is_assigned_to_nobody_who_gets_none(cli: CommandLine, words: tuple[str, ...]) -> None:
    number = cli.log("VPN down")
    assert lines(cli.refused("ticket", "assign", number, *words)) == 2
    assert cli.json("ticket", "show", number)["agent"] is None


@pytest.mark.parametrize(
    "words",
    [
        ("log", "--subject", "x", "--topic", "nix"),
        ("log", "--subject", "x", "--department", "nix"),
        ("log", "--subject", "x", "--priority", "soon"),
        ("log", "--subject", "x", "--source", "pigeon"),
        ("log", "--subject", "x", "--email", "no address"),
    ],
)
def test_a_call_with_a_word_the_desk_does_not_know_is_refused_whole(
    cli: CommandLine, words: tuple[str, ...]
) -> None:
    assert lines(cli.refused("ticket", *words)) == 2
    assert cli.json("ticket", "list", "--queue", "all") == []


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("ticket log --subject x --source pigeon", "phone"),
        ("mail template thanks", "receipt"),
        ("mail add help@office.example --smtp-security ssl", "starttls"),
        ("notices set thunder mine", "mention"),
        ("notices set mention cousins", "mine"),
        ("notices set mention mine telegram", "sound"),
        ("bench thunder", "queue"),
    ],
)
def test_a_word_that_is_none_of_a_few_is_answered_with_those(
    cli: CommandLine, words: str, named: str
) -> None:
    advice = cli.refused(*words.split(), by="ann").splitlines()[-1]
    assert advice.startswith("Use one of: ")
    assert named in advice


@pytest.mark.parametrize("words", [("priority", "soon"), ("status", "nix"), ("settle", "subject", "x")])
def test_values_the_desk_does_not_know_are_refused(cli: CommandLine, words: tuple[str, ...]) -> None:
    number = cli.log("VPN down")
    assert cli.refused("ticket", words[0], number, *words[1:])


@pytest.mark.parametrize("command", ["reply", "note", "message"])
def test_an_entry_without_text_is_refused(cli: CommandLine, command: str) -> None:
    number = cli.log("VPN down")
    assert "no text" in cli.refused("ticket", command, number, "--text", "  ")


def test_a_ticket_with_a_required_field_empty_is_not_closed(cli: CommandLine) -> None:
    with agent_ann(cli.desk) as ann:
        ann.change_settings(required_to_close=("topic",))
    number = cli.log("VPN down")
    for ending in ("resolve", "close"):
        assert "topic" in cli.refused("ticket", ending, number)
    assert cli.json("ticket", "show", number)["state"] == "open"
    cli.json("ticket", "edit", number, "--set", "topic=Feedback")
    assert cli.json("ticket", "close", number)["state"] == "closed"


def test_an_agent_whose_role_lacks_the_permission_is_refused(cli: CommandLine) -> None:
    number = cli.log("VPN down")
    with agent_ann(cli.desk) as ann:
        john = ann.directory().agent("john")
        assert john is not None
        ann.edit_agent(john.uid, role="View Only")
    assert "write notes" in cli.refused("ticket", "note", number, "--text", "x")


@pytest.mark.parametrize(("login", "password"), [("john", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD)])
def test_wrong_password_unknown_login_and_left_agent_are_told_the_same(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, login: str, password: str
) -> None:
    monkeypatch.setenv("DESKTOP_DESK_PASSWORD", password)
    assert cli.refused("inbox", code=3, by=login) == "Access denied\n"


def test_the_sixth_try_is_denied_even_with_the_right_password(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKTOP_DESK_PASSWORD", "wrong")
    for _try in range(5):
        cli.refused("inbox", code=3)
    monkeypatch.setenv("DESKTOP_DESK_PASSWORD", PASSWORD)
    assert cli.refused("inbox", code=3) == "Access denied\n"
    assert cli.json("inbox", by="jane") == []


@pytest.mark.parametrize("missing", ["DESKTOP_DESK_PASSWORD", "DESKTOP_DESK_AGENT"])
def test_without_agent_or_password_and_without_a_terminal_access_is_denied(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.delenv(missing)
    typed(monkeypatch, b"")
    result = cli.run("inbox")
    assert (result.code, result.out) == (3, "")
    assert "DESKTOP_DESK_PASSWORD" in result.err


def test_without_a_desk_the_line_is_not_understood(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DESKTOP_DESK")
    assert "--desk" in cli.refused("inbox", code=2)


@pytest.mark.parametrize(
    "line", ["nix", "ticket nix", "ticket show", "ticket log", "inbox --nix", "ticket", "import"]
)
def test_a_line_that_is_not_understood_points_to_its_help(cli: CommandLine, line: str) -> None:
    assert "--help" in cli.refused(*line.split(), code=2)


def test_a_file_that_is_missing_or_no_desk_is_said_to_be_so(cli: CommandLine, tmp_path: Path) -> None:
    text, empty, other = (tmp_path / name for name in ("text.desk", "empty.desk", "other.desk"))
    text.write_text("Dear diary, " * 1000, encoding="utf-8")
    empty.touch()
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
    for path, reason in (
        (tmp_path / "none.desk", "There is no desk"),
        (tmp_path, "There is no desk"),
        (text, "is not a desk"),
        (empty, "is not a desk"),
        (other, "is not a desk"),
    ):
        assert reason in cli.refused("--desk", str(path), "inbox", code=4)
    assert text.read_text(encoding="utf-8").startswith("Dear diary")
    assert empty.stat().st_size == 0


def test_a_desk_of_a_newer_version_is_left_alone(cli: CommandLine) -> None:
    with closing(sqlite3.connect(cli.desk)) as connection, connection:
        connection.create_function("desk_writing", 0, lambda: 1)
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    assert "newer version" in cli.refused("inbox", code=4)


def test_a_damaged_desk_is_said_to_be_damaged(cli: CommandLine) -> None:
    content = bytearray(cli.desk.read_bytes())
    # Page 1 with the table of contents stays; everything behind it is noise.
    content[4096:] = bytes(range(1, 250)) * (len(content) // 249)
    cli.desk.write_bytes(content)
    said = cli.refused("ticket", "list", code=4)
    assert "damaged" in said
    assert "backup" in said


def test_a_desk_that_another_program_holds_is_locked_and_nothing_is_written(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = cli.log("VPN down")
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.01)
    monkeypatch.setattr(sqlite, "TRIES", 1)
    # The desk's own library: locks of two libraries in one process do not see each other.
    other = sqlite.SqliteDatabase(cli.desk)
    other.connect()
    try:
        other.run("BEGIN IMMEDIATE")
        assert "holding the desk" in cli.refused("ticket", "note", number, "--text", "x", code=4)
        other.run("ROLLBACK")
    finally:
        other.close_thread()
    assert "x" not in [entry["text"] for entry in cli.json("ticket", "show", number)["thread"]]


def test_a_full_disk_is_said_to_be_full_and_the_desk_stays_whole(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = cli.log("VPN down")
    connect = sqlite.SqliteDatabase.connect

    def connect_on_a_full_disk(self: sqlite.SqliteDatabase) -> None:
        connect(self)
        # SQLite then answers as on a disk without room for one page more.
        self.run(f"PRAGMA max_page_count = {self.value('PRAGMA page_count')}")

    typed(monkeypatch, b"x" * 1_000_000)
    with monkeypatch.context() as full:
        full.setattr(sqlite.SqliteDatabase, "connect", connect_on_a_full_disk)
        assert "full" in cli.refused("ticket", "note", number, "--text", "-", code=4)
    assert [entry["kind"] for entry in cli.json("ticket", "show", number)["thread"]] == ["event", "call"]
    assert cli.json("check")["ok"] is True


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may look into; pytest's own are closed."""
    with tempfile.TemporaryDirectory(prefix="dd-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.mark.skipif(sys.platform == "win32", reason="folders there are not closed by mode bits")
def test_a_desk_that_may_only_be_read_is_said_to_be_so(founded: Path, open_folder: Path) -> None:
    desk = Path(shutil.copy(founded, open_folder / "front.desk"))
    desk.chmod(0o444)
    said = refused_as_somebody_else("--desk", str(desk), "--as", "john", "inbox")
    assert "may only be read" in said


@pytest.mark.skipif(sys.platform == "win32", reason="folders there are not closed by mode bits")
def test_a_folder_that_takes_no_new_desk_is_said_to_take_none(founded: Path, open_folder: Path) -> None:
    open_folder.chmod(0o555)
    said = refused_as_somebody_else("new", str(open_folder / "new.desk"), "--admin", "boss")
    assert "write permission" in said
    assert list(open_folder.iterdir()) == []


def refused_as_somebody_else(*words: str) -> str:
    """What a command says that is refused with 4 to whoever is no administrator of the machine."""
    # The administrator of a machine may write everywhere: once all is loaded, the program goes on as somebody else.
    program = f"""
import os, sys
from desktop_desk import bootstrap
from desktop_desk.cli.app import run
run(["--desk", "nowhere.desk", "--as", "nobody", "inbox"])
if os.getuid() == 0:
    os.setuid({NOBODY})
print("as somebody else", flush=True)
sys.exit(run(sys.argv[1:]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, *words], env={**os.environ, "DESKTOP_DESK_PASSWORD": PASSWORD},
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 4
    assert done.stdout.endswith("as somebody else\n")
    assert "Traceback" not in done.stderr
    return done.stderr


@contextmanager
def agent_ann(desk: Path) -> Generator[Desk]:
    """The administrator at work on the desk."""
    front = bootstrap.open_desk(desk)
    try:
        yield front.log_in("ann", PASSWORD)
    finally:
        front.close()


def test_a_search_for_a_number_with_a_wrong_check_digit_says_so(cli: CommandLine) -> None:
    number = cli.log("Badge lost")
    wrong = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
    found = cli.run("--json", "search", wrong)
    assert (found.code, found.json) == (0, [])
    assert "wrong check digit" in found.err
