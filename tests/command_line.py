"""The program as people at a terminal and scripts use it, and an office for them to work in."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop_desk import bootstrap
from desktop_desk.cli.app import run
from desktop_desk.storage.passwords import Argon2Passwords
from tests.builders import to_be_copied

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "correct horse"


def found_office(path: Path) -> None:
    """A desk with admin Ann; John at Support; Jane, in the team Network, at System Administrators."""
    # A hash carries its cost: cheap ones make cheap logins.
    quick = Argon2Passwords(memory_kib=8, rounds=1)
    front = bootstrap.create_desk(
        path, name="Front desk", admin_login="ann", admin_name="Ann Admin", admin_password=PASSWORD,
        country="DE", zone="Europe/Berlin", passwords=quick,
    )  # fmt: skip
    desk = front.log_in("ann", PASSWORD)
    desk.add("department", name="System Administrators")
    for login, name, department in (
        ("john", "John Doe", "Support"),
        ("jane", "Jane Roe", "System Administrators"),
        ("gone", "Gustav Gone", "Support"),
    ):
        desk.add_agent(login, name, PASSWORD, department=department, role="Expanded Access")
    desk.add("team", name="Network", members=("jane",))
    left = desk.directory().agent("gone")
    assert left is not None
    desk.deactivate("agent", left.uid)
    front.close()
    to_be_copied(path)


@dataclass(frozen=True)
class Result:
    """What a command ended with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)


class CommandLine:
    """Runs commands on one desk in this process; as John unless told otherwise."""

    def __init__(self, desk: Path, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.desk = desk
        self._capture = capture
        patch.setenv("DESKTOP_DESK", str(desk))
        patch.setenv("DESKTOP_DESK_PASSWORD", PASSWORD)
        patch.setenv("DESKTOP_DESK_AGENT", "john")

    def run(self, *words: str) -> Result:
        """Run one command line, whatever comes of it."""
        self._capture.readouterr()
        code = run(words)
        assert isinstance(code, int)
        printed = self._capture.readouterr()
        return Result(code, printed.out, printed.err)

    def json(self, *words: str, by: str = "john") -> Any:
        """The JSON answer of a command that must succeed without a word on stderr."""
        result = self.run("--json", "--as", by, *words)
        assert (result.code, result.err) == (0, ""), result.err
        return result.json

    def refused(self, *words: str, code: int = 1, by: str = "john") -> str:
        """What stderr says of a command that must be refused with this code, and print nothing else."""
        result = self.run("--json", "--as", by, *words)
        assert (result.code, result.out) == (code, ""), (result.code, result.out, result.err)
        assert "Traceback" not in result.err
        return result.err

    def log(self, subject: str, *more: str, by: str = "john") -> str:
        """Log a ticket and give its number."""
        return self.json("ticket", "log", "--subject", subject, *more, by=by)["number"]


def start_program(
    *words: str, text: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own, with nothing on stdin unless a text is given."""
    return subprocess.run(
        [sys.executable, "-m", "desktop_desk", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        input=text if text is not None else "",
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
