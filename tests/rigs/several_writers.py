"""Several programs that write to one desk file as fast as they can, and what must be true of the file afterwards.

As a command it works for a minute and prints figures: python -m tests.rigs.several_writers [SECONDS]
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
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


def start_writer(desk: Path, login: str, seconds: float, how: How) -> "subprocess.Popen[str]":
    """One program on one path of the desk."""
    command = [
        sys.executable,
        "-m",
        "tests.e2e.window_at_work",
        str(desk),
        login,
        PASSWORD,
        str(seconds),
        how,
    ]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def work(paths: Sequence[Path], seconds: float, how: How) -> Outcome:
    """Let one program work on each path, all at once, and hear what they were told."""
    outcome = Outcome()
    began = time.monotonic()
    writers = [
        start_writer(path, LOGINS[place % len(LOGINS)], seconds, how) for place, path in enumerate(paths)
    ]
    for writer in writers:
        try:
            out, err = writer.communicate(timeout=seconds + ROOM)
        except subprocess.TimeoutExpired:
            writer.kill()
            out, err = writer.communicate()
            outcome.trouble.append("a writer never ended")
        hear(out, outcome)
        if err or writer.returncode:
            outcome.trouble.append(f"exit {writer.returncode}: {err}")
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
