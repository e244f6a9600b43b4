"""`web serve` in a process of its own, as an office starts it."""

import http.client
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import PASSWORD, ROOT, found_office


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    path = tmp_path / "front.desk"
    found_office(path)
    return path


def started(desk: Path, *words: str, password: str = PASSWORD) -> "subprocess.Popen[str]":
    given = {"DESKTOP_DESK": str(desk), "DESKTOP_DESK_AGENT": "john", "DESKTOP_DESK_PASSWORD": password}
    return subprocess.Popen(
        [sys.executable, "-m", "desktop_desk", *words], cwd=ROOT, env=os.environ | given, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_end(desk: Path, ending: signal.Signals) -> None:
    program = started(desk, "web", "serve", "--port", "0")
    try:
        assert program.stdout is not None
        said = program.stdout.readline()
        address = said.split()[-1]
        assert address.startswith("http://127.0.0.1:")
        line = http.client.HTTPConnection(address.removeprefix("http://").rstrip("/"), timeout=30)
        line.request("GET", "/")
        assert "Front desk" in line.getresponse().read().decode()
        line.close()
    finally:
        program.send_signal(ending)
        out, err = program.communicate(timeout=30)
    assert (program.returncode, out) == (0, "")
    assert err.strip() == "The request form is closed."


def test_it_needs_an_agent_and_a_password(desk: Path) -> None:
    program = started(desk, "web", "serve", "--port", "0", password="wrong")
    out, err = program.communicate(timeout=30)
    assert (program.returncode, out) == (3, "")
    assert "Access denied" in err


def test_a_port_that_is_taken_is_told_in_a_sentence(desk: Path) -> None:
    first = started(desk, "--json", "web", "serve", "--port", "0")
    try:
        assert first.stdout is not None
        text = ""
        while not text.rstrip().endswith("}"):
            text += first.stdout.readline()
        port = json.loads(text)["port"]
        second = started(desk, "web", "serve", "--port", str(port))
        _out, err = second.communicate(timeout=30)
        assert second.returncode == 1
        assert f"Port {port} is taken" in err
    finally:
        first.terminate()
        first.communicate(timeout=30)
