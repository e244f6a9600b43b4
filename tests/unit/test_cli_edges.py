"""Where a command meets the system: closed or full streams, paths it refuses, values without measure."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import PASSWORD, ROOT, CommandLine

HUGE = str(10**24)


def by_shell(desk: Path, words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program as John on this desk, with the shell's own redirections behind its words."""
    known = {"DESKTOP_DESK": str(desk), "DESKTOP_DESK_AGENT": "john", "DESKTOP_DESK_PASSWORD": PASSWORD}
    return subprocess.run(
        ["/bin/sh", "-c", f'"{sys.executable}" -m desktop_desk {words}'], cwd=ROOT, capture_output=True,
        env={**os.environ, **known, **environment}, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of its own")
def test_a_job_without_standard_streams_works_and_is_refused_as_any_other(cli: CommandLine) -> None:
    number = cli.log("VPN down")
    assert by_shell(cli.desk, f"--json ticket show {number} <&- >&-").returncode == 0
    nobody = by_shell(cli.desk, "inbox --as nobody <&-")
    assert (nobody.returncode, nobody.stderr) == (3, "Access denied\n")
    empty = by_shell(cli.desk, f"ticket note {number} --text - <&-")
    assert (empty.returncode, "no text" in empty.stderr) == (1, True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", ["--json ticket list", "--json inbox"])
def test_an_answer_that_cannot_be_written_is_no_success(cli: CommandLine, words: str) -> None:
    cli.log("VPN down")
    done = by_shell(cli.desk, f"{words} >/dev/full")
    assert done.returncode == 4
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="longer names are allowed there")
@pytest.mark.parametrize("words", ["backup {}", "export json {}", "hub new folder:{}", "restore {} new.desk"])
def test_a_path_that_the_system_refuses_is_told_with_its_reason(
    cli: CommandLine, tmp_path: Path, words: str
) -> None:
    path = str(tmp_path / ("x" * 300))
    said = cli.refused(*(word.format(path) for word in words.split()), by="ann", code=4)
    assert "too long" in said or "failed to read or write" in said


@pytest.mark.parametrize(
    "words", ["ticket list --limit", "search x --limit", "ticket call {} --text x --seconds"]
)
def test_a_number_without_measure_is_a_mistake_in_the_line(cli: CommandLine, words: str) -> None:
    number = cli.log("VPN down")
    assert "--help" in cli.refused(*words.format(number).split(), HUGE, code=2)


@pytest.mark.parametrize("words", ["report summary --to 9999-12-31", "search to:9999-12-31"])
def test_the_last_day_that_can_be_written_is_a_day(cli: CommandLine, words: str) -> None:
    cli.log("VPN down")
    assert len(cli.json(*words.split())) == 1


def test_who_has_no_terminal_is_told_the_variable_that_is_asked_for(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert "DESKTOP_DESK_RECOVERY" in cli.refused("desk", "recover", code=3)
    assert "DESKTOP_DESK_MAIL_PASSWORD" in cli.refused(
        "mail", "add", "help@office.example", "--password", code=3, by="ann"
    )
