"""Processes at work that are ended by kill -9 at any moment, and what is found of their work afterwards.

As a command: python -m tests.rigs.kills WORK KILLS [SEED]; prints the figures as one line of JSON. The works are those
of victims.py. Each kill hits a process of its own; so do the looks at what it left, since nothing that this process
had open may reach the next one.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

Line = dict[str, Any]
Tell = Callable[..., None]
JITTER_S = 0.002
"""A kill comes so much after the step that chance has chosen, at most."""

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass
class KillFigures:
    """What was tried and what was found.

    Attributes:
        moments: what the killed processes were doing, and how many of them.
        ended: processes that were done before their kill came; they are not counted as kills.
        acknowledged: acts that had been acknowledged when the kill came, each looked for afterwards.
    """

    work: str
    kills: int = 0
    ended: int = 0
    acknowledged: int = 0
    moments: dict[str, int] = field(default_factory=dict[str, int])
    wrong: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        doing = ", ".join(f"{name}: {count}" for name, count in self.moments.items())
        return (
            f"{self.work}: {self.kills} kills ({doing}), {self.acknowledged} acknowledged acts looked for; "
            f"lost or broken: {len(self.wrong)}"
        )


@dataclass(frozen=True)
class Moment:
    """The so-manyth step of a kind, "" for any kind."""

    kind: str
    count: int


@dataclass(frozen=True)
class Told:
    """What a process told, and whether it came to its end."""

    lines: list[Line]
    ended: bool

    @property
    def steps(self) -> list[str]:
        """What it was doing, step by step."""
        return [line["step"] for line in self.lines if "step" in line]

    def said(self, what: str) -> list[Any]:
        """Everything that it told under this name, in order."""
        return [line[what] for line in self.lines if what in line]


def in_child(work: Callable[[Tell], None], kill_at: Moment | None = None, spin: float = 0.0) -> Told:
    """Do something in a process of its own, killed a moment after a step that it tells; None: never.

    Raises:
        AssertionError: it failed by itself.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _do(work, writing)
    os.close(writing)
    lines: list[Line] = []
    steps = 0
    with os.fdopen(reading, "rb") as pipe:
        for raw in pipe:
            if not raw.endswith(b"\n"):
                break
            lines.append(json.loads(raw))
            step = lines[-1].get("step")
            if kill_at is None or step is None or kill_at.kind not in {step, ""}:
                continue
            steps += 1
            if steps == kill_at.count:
                until = time.monotonic() + spin
                while time.monotonic() < until:
                    pass
                os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    told = Told(lines, ended=code == 0)
    if told.said("bug"):
        raise AssertionError(told.said("bug")[0])
    if code not in {0, -signal.SIGKILL}:
        raise AssertionError(f"it ended with {code}")
    return told


def _do(work: Callable[[Tell], None], writing: int) -> None:
    """The child: tells in its pipe before anything else happens, so that a kill cannot take it back."""

    def tell(**what: Any) -> None:
        os.write(writing, (json.dumps(what) + "\n").encode())

    code = 0
    try:
        work(tell)
    except BaseException:  # noqa: BLE001  whatever it is, the rig is to hear of it, and two must not go on
        tell(bug=traceback.format_exc())
        code = 1
    os._exit(code)


def run(name: str, kills: int, folder: Path, seed: int = 20260401) -> KillFigures:
    """Kill so many processes at a work; `folder` is there and empty."""
    from tests.rigs.victims import VICTIMS

    figures, chance, moments = KillFigures(name), random.Random(seed), Counter[str]()
    victim = VICTIMS[name](folder, in_child)
    turn, seen = 0, Counter[str]()
    while figures.kills < kills and len(figures.wrong) < 20:
        turn += 1
        with _noting(figures, f"turn {turn}, before"):
            victim.prepare(turn)
        kill_at = _chosen(seen, chance)
        told = in_child(partial(victim.works, turn), kill_at, chance.uniform(0, JITTER_S))
        seen |= Counter(told.steps)
        if told.ended:
            figures.ended += 1
        else:
            figures.kills += 1
            moments[told.steps[-1]] += 1
        figures.acknowledged += len(told.said("done"))
        with _noting(figures, f"turn {turn}, {told.steps[-1] if told.steps else 'at its start'}"):
            figures.wrong += [f"turn {turn} ({told.steps[-1]}): {text}" for text in victim.wrong(turn, told)]
    with _noting(figures, "at the end"):
        figures.wrong += victim.wrong_at_the_end()
    figures.moments = dict(moments.most_common())
    return figures


def _chosen(seen: Counter[str], chance: random.Random) -> Moment | None:
    """When to kill, by how often each kind of step was seen in one process: at any, or at any of a kind that is any."""
    if not seen:
        return None
    kind = chance.choice([*sorted(seen), ""])
    return Moment(kind, 1 + chance.randrange(seen[kind] if kind else seen.total()))


@contextmanager
def _noting(figures: KillFigures, when: str) -> Generator[None]:
    """Takes down what fails, and goes on."""
    try:
        yield
    except AssertionError as error:
        figures.wrong.append(f"{when}: {error}")


def figures(name: str, kills: int, seed: int = 20260401) -> KillFigures:
    """The figures of a work, from a process that has no threads of its own."""
    command = [sys.executable, "-m", "tests.rigs.kills", name, str(kills), str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{name}: {done.stdout}{done.stderr}")
    return KillFigures(**json.loads(done.stdout.splitlines()[-1]))


def main() -> int:
    """Print the figures of one work."""
    name, kills, *seed = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="dd-kills-") as folder:
        os.environ["DESKTOP_DESK_HOME"] = str(Path(folder) / "home")
        (Path(folder) / "work").mkdir()
        found = run(name, int(kills), Path(folder) / "work", *map(int, seed))
    sys.stdout.write(json.dumps(asdict(found)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
