"""Three windows and five terminals write to one desk file: all that was acknowledged is there, nobody waits in vain."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from desktop_desk import bootstrap, handover
from tests.command_line import PASSWORD, ROOT, found_office, start_program

WINDOWS = ("ann", "john", "jane")
TERMINALS = 5


class Terminal(threading.Thread):
    """Somebody at a terminal who logs one call after the other, and writes a note on each."""

    def __init__(self, name: str, desk: Path, over: float) -> None:
        super().__init__(name=name)
        self.acknowledged: list[dict[str, str]] = []
        self.trouble: list[str] = []
        self._line = ("--desk", str(desk), "--as", "john", "--json")
        self._over = over

    def run(self) -> None:
        turn = 0
        while time.monotonic() < self._over:
            turn += 1
            subject = f"{self.name} {turn}"
            logged = self._does("ticket", "log", "--subject", subject)
            if logged:
                self.acknowledged.append({"ticket": logged["number"], "subject": subject})
                text = f"note of {subject}"
                if self._does("ticket", "note", logged["number"], "--text", text):
                    self.acknowledged.append({"ticket": logged["number"], "text": text})

    def _does(self, *words: str) -> dict[str, Any]:
        ended = start_program(*self._line, *words, DESKTOP_DESK_PASSWORD=PASSWORD)
        if ended.returncode or ended.stderr:
            self.trouble.append(f"{words} ended with {ended.returncode}: {ended.stderr}")
            return {}
        return json.loads(ended.stdout)


def start_window(desk: Path, login: str, seconds: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.window_at_work", str(desk), login, PASSWORD, str(seconds)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def window_on_screen(desk: Path, home: Path) -> Generator[None]:
    """A real window that looks on, and must be alive and without complaint at the end."""
    environment = {
        **os.environ, "DESKTOP_DESK_HOME": str(home), "DESKTOP_DESK_AGENT": "ann", "DESKTOP_DESK_PASSWORD": PASSWORD,
        "QT_QPA_PLATFORM": "offscreen",
    }  # fmt: skip
    command = [sys.executable, "-m", "desktop_desk", "open", str(desk)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as window:
        try:
            until(lambda: handover.ask({"do": "open"}, environment=environment) is not None)
            yield
            answer = handover.ask({"do": "open"}, environment=environment)
            assert answer is not None, "the window has gone"
            assert answer.ok
            assert window.poll() is None
        finally:
            window.kill()
            said = window.communicate()[1]
        complaints = [line for line in said.splitlines() if "This plugin does not support" not in line]
        assert complaints == []


def until(happened: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for something that a process of its own does."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it never happened"


def work_for(seconds: float, desk: Path) -> list[dict[str, str]]:
    """Let everybody work; gives what was acknowledged, and fails when anybody was refused."""
    over = time.monotonic() + seconds
    terminals = [Terminal(f"terminal {place}", desk, over) for place in range(TERMINALS)]
    said: list[str] = []
    trouble: list[str] = []
    with ExitStack() as stack:
        windows = [stack.enter_context(start_window(desk, login, seconds)) for login in WINDOWS]
        for terminal in terminals:
            terminal.start()
        for window in windows:
            out, err = window.communicate(timeout=seconds + 120)
            said += out.splitlines()
            trouble += [err] if err or window.returncode else []
        for terminal in terminals:
            terminal.join()
    acknowledged = [line for text in said if "opened" not in (line := json.loads(text))]
    trouble += [line["error"] for line in acknowledged if "error" in line]
    for terminal in terminals:
        acknowledged += terminal.acknowledged
        trouble += terminal.trouble
    assert trouble == []
    return acknowledged


def missing(acknowledged: Sequence[dict[str, str]], desk: Path) -> list[dict[str, str]]:
    """What was acknowledged and is not there."""
    front = bootstrap.open_desk(desk)
    try:
        reader = front.log_in("ann", PASSWORD)
        tickets = {line["ticket"]: reader.ticket(line["ticket"]) for line in acknowledged}
    finally:
        front.close()
    texts = {number: {entry.text for entry in view.thread} for number, view in tickets.items()}
    return [
        line
        for line in acknowledged
        if line.get("subject", tickets[line["ticket"]].subject) != tickets[line["ticket"]].subject
        or ("text" in line and line["text"] not in texts[line["ticket"]])
    ]


@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param(5, id="five seconds"),
        pytest.param(60, id="a minute", marks=[pytest.mark.deep, pytest.mark.timeout(300)]),
    ],
)
def test_nothing_acknowledged_is_missing_and_nobody_is_told_that_the_desk_is_locked(
    tmp_path: Path, seconds: float
) -> None:
    desk = tmp_path / "front.desk"
    found_office(desk)

    with window_on_screen(desk, tmp_path / "home"):
        acknowledged = work_for(seconds, desk)

    logged = [line["ticket"] for line in acknowledged if "subject" in line]
    authors = {line["subject"].rsplit(" ", 1)[0] for line in acknowledged if "subject" in line}
    assert len(authors) == len(WINDOWS) + TERMINALS, "somebody never got a word in"
    assert len(logged) == len(set(logged)), "a number was given twice"
    assert missing(acknowledged, desk) == []
    front = bootstrap.open_desk(desk)
    check = front.log_in("ann", PASSWORD).check(rebuild=True)
    front.close()
    assert (check.ok, check.tickets, check.problems) == (True, len(logged), ())
