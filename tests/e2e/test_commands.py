"""Commands in processes of their own, as scripts run them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import PASSWORD, ROOT, found_office, start_program


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "front.desk"
    found_office(path)
    monkeypatch.setenv("DESKTOP_DESK", str(path))
    monkeypatch.setenv("DESKTOP_DESK_AGENT", "john")
    monkeypatch.setenv("DESKTOP_DESK_PASSWORD", PASSWORD)
    return path


def test_a_script_logs_a_call_and_reads_it_again(desk: Path) -> None:
    subject = "Drucker brennt 🔥 אש"
    logged = start_program(
        "--json", "ticket", "log", "--subject", subject, "--details", "-", text="Zeile 1\nZeile 2\n"
    )
    assert (logged.returncode, logged.stderr) == (0, "")
    number = json.loads(logged.stdout)["number"]
    shown = start_program("ticket", "show", number, "--json")
    ticket = json.loads(shown.stdout)
    assert ticket["subject"] == subject
    assert "Zeile 1\nZeile 2" in [entry["text"] for entry in ticket["thread"]]


def test_a_demo_desk_whose_making_is_killed_is_not_there_and_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "demo.desk"
    making = subprocess.Popen([sys.executable, "-m", "desktop_desk", "new", str(path), "--demo"], cwd=ROOT)
    try:
        while not list(tmp_path.iterdir()):
            assert making.poll() is None
    finally:
        making.kill()
        making.wait()
    assert not path.exists()
    again = start_program("--json", "new", str(path), "--demo")
    assert again.returncode == 0, again.stderr
    assert "john" in json.loads(again.stdout)["agents"]
    assert [left.name for left in tmp_path.iterdir()] == ["demo.desk"]


def test_a_terminal_that_knows_only_ascii_stops_no_command(desk: Path) -> None:
    subject = "Drucker 🔥"
    said = start_program("ticket", "log", "--subject", subject, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (said.returncode, said.stderr) == (0, "")
    assert subject in said.stdout


def test_exit_codes_tell_refused_usage_access_and_storage_apart(desk: Path, tmp_path: Path) -> None:
    lines = {
        1: ("ticket", "show", "9999-1"),
        2: ("ticket", "shwo"),
        3: ("--as", "nobody", "inbox"),
        4: ("--desk", str(tmp_path / "none.desk"), "inbox"),
    }
    for code, words in lines.items():
        ended = start_program(*words)
        assert (ended.returncode, ended.stdout) == (code, ""), ended
        assert ended.stderr.strip()
        assert "Traceback" not in ended.stderr


def test_no_command_but_open_loads_qt(desk: Path) -> None:
    program = """
import sys
sys.modules["PySide6"] = None
from desktop_desk.__main__ import main
for words in (["inbox"], ["ticket", "log", "--subject", "x"], ["ticket", "list"], ["search", "x"], ["undo"],
              ["report", "summary"], ["check"], ["--help"]):
    assert main(words) == 0, words
assert not [name for name in sys.modules if name.startswith(("shiboken6", "desktop_desk.ui"))]
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_goes_away_early_is_no_error_worth_a_traceback(desk: Path) -> None:
    for subject in ("one", "two"):
        start_program("ticket", "log", "--subject", subject, "--details", "x" * 100_000)
    with subprocess.Popen(
        [sys.executable, "-m", "desktop_desk", "--json", "ticket", "list"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as command:
        assert command.stdout is not None
        assert command.stderr is not None
        command.stdout.read(1)
        command.stdout.close()
        said = command.stderr.read()
    assert said == b""
