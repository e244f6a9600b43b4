"""Several programs that write to one desk file as fast as they can, and what must be true of the file afterwards.

As a command it works for a minute and prints figures: python -m tests.rigs.several_writers [SECONDS]
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from desktop_desk import bootstrap
from tests.command_line import PASSWORD, ROOT, found_office

How = Literal["usual", "network", "pretended"]
LOGINS = ("ann", "john", "jane")
PROCESSES = 8
ROOM = 120.0
"""Seconds that processes may take longer than they were told to work, on a machine that does other things too."""


@dataclass
class Outcome:
    """What the writers were told.

    Attributes:
        acknowledged: acts that the desk acknowledged: {"ticket", "subject"} or {"ticket", "text"}.
        refused: why the desk was not opened, one for each process that was turned away.
        trouble: everything else that went wrong; nothing of it may ever reach a person.
        at_work: how many processes had the desk open.
    """

    acknowledged: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    refused: list[str] = field(default_factory=list[str])
    trouble: list[str] = field(default_factory=list[str])
    at_work: int = 0
    seconds: float = 0.0

    @property
    def logged(self) -> list[str]:
        """The number of each ticket that was logged, in the order in which it was heard of."""
        return [line["ticket"] for line in self.acknowledged if "subject" in line]


class Writer:
    """One program on one path of the desk; it works until it is told to end."""

    def __init__(self, desk: Path, login: str, how: How) -> None:
        command = [sys.executable, "-m", "tests.e2e.window_at_work", str(desk), login, PASSWORD, "0", how]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines: list[str] = []
        self._complaints = ""
        self._has_spoken = threading.Event()
        self._ears = [threading.Thread(target=listen) for listen in (self._hear, self._hear_complaints)]
        for ear in self._ears:
            ear.start()

    def _hear(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.append(line)
            self._has_spoken.set()
        self._has_spoken.set()

    def _hear_complaints(self) -> None:
        assert self._process.stderr is not None
        self._complaints = self._process.stderr.read()

    def wait_until_it_was_let_in_or_refused(self) -> None:
        self._has_spoken.wait(ROOM)

    def end(self, outcome: Outcome) -> None:
        """Tell it to end; note what it said, and what went wrong with it."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(ROOM)
        except subprocess.TimeoutExpired:
            self._process.kill()
            outcome.trouble.append("a writer never ended")
        for ear in self._ears:
            ear.join()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        hear("".join(self._lines), outcome)
        if self._complaints or self._process.wait():
            outcome.trouble.append(f"exit {self._process.returncode}: {self._complaints}")


def work(paths: Sequence[Path], seconds: float, how: How) -> Outcome:
    """Let one program work on each path; all at once for so long, once each was let in or refused."""
    outcome = Outcome()
    began = time.monotonic()
    writers = [Writer(path, LOGINS[place % len(LOGINS)], how) for place, path in enumerate(paths)]
    for writer in writers:
        writer.wait_until_it_was_let_in_or_refused()
    time.sleep(seconds)
    for writer in writers:
        writer.end(outcome)
    outcome.seconds = time.monotonic() - began
    return outcome


def hear(said: str, outcome: Outcome) -> None:
    """Note what a writer said, one line an act."""
    for text in said.splitlines():
        line: dict[str, str] = json.loads(text)
        if "error" in line:
            outcome.trouble.append(line["error"])
        elif "refused" in line:
            outcome.refused.append(line["why"])
        elif "opened" in line:
            outcome.at_work += 1
        else:
            outcome.acknowledged.append(line)


def faults(outcome: Outcome, desk: Path) -> list[str]:
    """What is wrong with a desk on a disk of this machine after the work; nothing, if all is well."""
    found = list(outcome.trouble)
    logged = outcome.logged
    if len(set(logged)) != len(logged):
        found.append(f"{len(logged) - len(set(logged))} numbers were given twice")
    front = bootstrap.open_desk(desk)
    try:
        reader = front.log_in("ann", PASSWORD)
        for line in outcome.acknowledged:
            view = reader.ticket(line["ticket"])
            texts = {entry.text for entry in view.thread}
            if line.get("subject", view.subject) != view.subject or line.get("text", "") not in texts | {""}:
                found.append(f"lost: {line}")
        check = reader.check(rebuild=True)
    finally:
        front.close()
    found.extend(check.problems)
    if check.tickets != len(logged):
        found.append(f"{check.tickets} tickets, {len(logged)} acknowledged")
    return found


def figures(seconds: float, how: How, processes: int = PROCESSES) -> dict[str, Any]:
    """Work on a desk of its own for so long; what came of it."""
    with tempfile.TemporaryDirectory(prefix="dd-writers-") as folder:
        desk = Path(folder) / "front.desk"
        found_office(desk)
        outcome = work([desk] * processes, seconds, how)
        wrong = faults(outcome, desk)
    return {
        "processes": outcome.at_work,
        "seconds": round(outcome.seconds, 1),
        "acts acknowledged": len(outcome.acknowledged),
        "faults": wrong,
        "refused": outcome.refused,
    }


def main() -> int:
    """Print the figures of both ways of keeping a shared file."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    wrong = False
    for name, how in (
        ("one machine, WAL", "usual"),
        ("as on a network folder, rollback journal", "pretended"),
    ):
        found = figures(seconds, how)  # type: ignore[arg-type]
        wrong = wrong or bool(found["faults"])
        sys.stdout.write(f"{name}: {json.dumps(found, ensure_ascii=False)}\n")
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
