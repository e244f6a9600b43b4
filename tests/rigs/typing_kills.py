"""The real program is killed while somebody types into it and while it saves; what is missing afterwards is counted."""

import json
import os
import random
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop_desk import bootstrap, config
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallDraft
from desktop_desk.ui.drafts import Drafts, drafts_file

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "a long password"
AT_MOST_S = 1.0
"""How much typing a kill may cost."""


@dataclass
class Shift:
    """What one program told before it was killed."""

    killed_at: float
    lines: list[dict[str, Any]]

    def states(self) -> dict[str, list[tuple[float, Any]]]:
        """Every state of every editor, in order."""
        found: dict[str, list[tuple[float, Any]]] = {}
        for line in self.lines:
            if "key" in line:
                found.setdefault(line["key"], []).append((line["t"], line["state"]))
        return found

    def saves(self) -> list[tuple[str, str, float | None]]:
        """Key, text, and when the window said that it is done (None: killed before); they end in their order."""
        said = {
            kind: deque(line["t"] for line in self.lines if line.get("of") == kind)
            for kind in ("call", "reply")
        }
        found: list[tuple[str, str, float | None]] = []
        for line in self.lines:
            if "saving" in line:
                times = said[line["saving"].partition(":")[0]]
                # What was said before this save is about another one, such as a call that waited for its caller.
                while times and times[0] < line["t"]:
                    times.popleft()
                found.append((line["saving"], line["text"], times.popleft() if times else None))
        return found


@dataclass
class Count:
    """What was looked at over all kills, and what was missing."""

    kills: int = 0
    keys_typed: int = 0
    drafts: int = 0
    acknowledged: int = 0
    under_way: int = 0
    longest_missing_s: float = 0.0
    lost: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.keys_typed} states typed, {self.drafts} unsaved texts found again, "
            f"{self.acknowledged} acknowledged saves and {self.under_way} under way; "
            f"at most {self.longest_missing_s * 1000:.0f} ms of typing missing; lost: {len(self.lost)}"
        )


def start(desk: Path, seed: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, str(ROOT / "tests" / "e2e" / "typist.py"), str(desk), "john", PASSWORD, seed]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path})


def work_and_kill(desk: Path, seed: str, chance: random.Random) -> Shift:
    """Let the program be typed into, and kill it at a moment that chance chooses: any, or just when it saves."""
    process = start(desk, seed)
    assert process.stdout is not None
    lines: list[dict[str, Any]] = []
    until_save = chance.randrange(1, 3) if chance.random() < 0.5 else 0
    typing_for = chance.uniform(0.05, 1.6)
    deadline = None
    try:
        for raw in process.stdout:
            lines.append(json.loads(raw))
            if "ready" in lines[-1]:
                deadline = lines[-1]["t"] + typing_for
            if "saving" in lines[-1] and until_save:
                until_save -= 1
                if not until_save:
                    # A save takes some milliseconds: before, in the middle of it, and just after.
                    spin(chance.uniform(0, 0.012))
                    break
            if deadline is not None and not until_save and time.monotonic() > deadline:
                break
    finally:
        killed_at = time.monotonic()
        process.kill()
    lines.extend(json.loads(raw) for raw in process.stdout if raw.endswith(b"\n"))
    process.wait()
    process.stdout.close()
    return Shift(killed_at, lines)


def spin(seconds: float) -> None:
    """Wait a few milliseconds without giving the processor away."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def saved_texts(desk: Desk) -> set[str]:
    """Subjects of all tickets and texts of all replies: the ticket on the pane may be that of a call just logged."""
    rows = desk.queue("all", sort="number", count=100_000).rows
    replies = {entry.text for row in rows for entry in desk.ticket(row.number).thread}
    return {row.subject for row in rows} | replies


def kept_state(content: Any) -> Any:
    """The part of a draft that the typist tells."""
    return [content["caller"], content["line"], content["details"]] if "line" in content else content["text"]


def judge(shift: Shift, found: dict[str, list[Any]], saved: set[str], count: Count) -> None:
    """Compare what was told with what is on the disk."""
    states = shift.states()
    count.kills += 1
    count.keys_typed += sum(map(len, states.values()))
    done: dict[str, float] = {}
    under_way: dict[str, str] = {}
    for key, text, said in shift.saves():
        if said is None:
            count.under_way += 1
            under_way[key] = text
            continue
        count.acknowledged += 1
        done[key] = said
        if text not in saved:
            count.lost.append(f"acknowledged and not on the desk: {text}")
    for key, every in states.items():
        told = [(at, state) for at, state in every if at > done.get(key, 0.0)]
        if not told or under_way.get(key) in saved:
            continue
        missing = missing_time(told, found.get(key, []), shift.killed_at)
        count.drafts += key in found
        count.longest_missing_s = max(count.longest_missing_s, missing)
        if missing > AT_MOST_S:
            count.lost.append(
                f"{missing:.2f} s of typing missing in {key}: {told[-1][1]} but {found.get(key)}"
            )


def missing_time(told: list[tuple[float, Any]], kept: list[Any], killed_at: float) -> float:
    """How long before the kill the first state was typed that the disk does not have; 0 when it has them all."""
    places = [
        place
        for place, (_t, state) in enumerate(told)
        if state in kept or not (kept or any(state))  # an editor with nothing in it has no draft
    ]
    first_missing = places[-1] + 1 if places else 0
    return killed_at - told[first_missing][0] if first_missing < len(told) else 0.0


def an_office(path: Path) -> Path:
    """A desk with the one ticket that is on the pane."""
    front = bootstrap.create_desk(
        path,
        name="Front desk",
        admin_login="john",
        admin_name="John Doe",
        admin_password=PASSWORD,
        country="DE",
        zone="Europe/Berlin",
    )
    front.log_in("john", PASSWORD).log_call(CallDraft("The ticket that is on the pane"))
    front.close()
    return path


def run(desk_file: Path, kills: int) -> tuple[Count, dict[str, list[Any]]]:
    """Kill the program so often; gives what was missing, and the drafts that the last kill has left."""
    chance = random.Random(20260101)
    count = Count()
    drafts_path = drafts_file(config.places().state, str(desk_file), "john")
    front = bootstrap.open_desk(desk_file)
    desk = front.log_in("john", PASSWORD)
    found: dict[str, list[Any]] = {}
    for turn in range(kills):
        shift = work_and_kill(desk_file, f"{turn}", chance)
        if not any("ready" in line for line in shift.lines):
            raise AssertionError("the program was killed before it was ready")
        drafts = Drafts(drafts_path)
        found = {}
        for draft in drafts.all():
            found.setdefault(draft.key, []).append(kept_state(draft.content))
        if turn < kills - 1:
            for key, several in found.items():
                for _each in several:
                    drafts.discard(key)
        drafts.close()
        judge(shift, found, saved_texts(desk), count)
    count.lost += desk.check(rebuild=True).problems
    saved = saved_texts(desk)
    front.close()
    # A call that was saved just before the kill is on the desk, and not offered a second time.
    left = {
        key: states
        for key, states in found.items()
        if not (key.startswith("call:") and all(line in saved for _caller, line, _details in states))
    }
    return count, left


def what_comes_back(desk: Path) -> dict[str, list[Any]]:
    """What the real program shows in its editors when it is started again."""
    process = start(desk, "look")
    output, _errors = process.communicate(timeout=60)
    shown: dict[str, list[Any]] = {}
    for raw in output.splitlines():
        line = json.loads(raw)
        if "key" in line:
            shown.setdefault(line["key"], []).append(line["state"])
    assert process.returncode == 0
    return shown
