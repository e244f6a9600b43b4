"""Every proof of reliability by its name: run, printed, and written into docs/reliability.md.

As a command, which packaging/prove.py starts: python -m tests.rigs.prove [--quick] [NAME…]. The quick profile is over
in minutes and writes nothing down; the deep one takes about an hour. Each proof is a process of its own; those that do
not lean on time run two at once.
"""

import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- figures of {name} -->", "<!-- end of {name} -->"
MOST_TOLD = 10

Rows = list[tuple[str, object]]


@dataclass(frozen=True)
class Proof:
    """What was counted, and what was wrong, a sentence each; `skipped`: why it could not be run here."""

    rows: Rows
    wrong: Sequence[str] = ()
    skipped: str = ""


# ── the proofs ───────────────────────────────────────────────────────────────────────────────────────────────────

DEEP_HISTORIES, QUICK_HISTORIES = 40, 2
FIRST_SEED, STEPS = 5020, 200
ALL_UNTIL = 100


def _played(seeds: tuple[int, int]) -> dict[str, Any]:
    from tests.rigs.figures import histories

    with tempfile.TemporaryDirectory(prefix="dd-histories-") as folder:
        return dict(histories(Path(folder), range(*seeds), STEPS, lambda line: _say(f"{line}\n")))


def _say(text: str) -> None:
    """That it goes on, for whoever waits."""
    sys.stderr.write(text)


def schedules(*, deep: bool) -> Proof:
    """Random histories, half of them in each of two processes; and Hypothesis' state machine."""
    from tests.rigs.machine import machine

    many = DEEP_HISTORIES if deep else QUICK_HISTORIES
    middle, end = FIRST_SEED + many // 2, FIRST_SEED + many
    parts = [(FIRST_SEED, middle), (middle, end)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        played = list(pool.map(_played, parts))
    sums: dict[str, Any] = {
        name: sum((one[name] for one in played[1:]), value) for name, value in played[0].items()
    }
    wrong = list(sums.pop("found"))
    tried = machine(*((60, 50) if deep else (3, 20)))
    rows: Rows = [(f"random histories: {name}", value) for name, value in sums.items()]
    rows += [("state machine: schedules", tried.schedules), ("state machine: operations", tried.operations)]
    rows += [("state machine: divergences", len(tried.wrong))]
    return Proof(rows, [*wrong, *tried.wrong])


def typing(*, deep: bool) -> Proof:
    """Kill -9 of the window."""
    from tests.rigs.typing_kills import an_office, run

    with _own_folder() as folder:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        count, _left = run(an_office(folder / "front.desk"), 200 if deep else 14)
    rows: Rows = [
        ("kills", count.kills), ("states of an editor told (one for each key)", count.keys_typed),
        ("saves acknowledged before the kill", count.acknowledged), ("saves under way at the kill", count.under_way),
        ("unsaved texts found again", count.drafts),
        ("most typing that was missing", f"{count.longest_missing_s * 1000:.0f} ms"),
        ("acknowledged acts or more than 1 s of typing lost", len(count.lost)),
    ]  # fmt: skip
    return Proof(rows, count.lost)


DEEP_KILLS: Mapping[str, int] = {
    "syncing": 200, "syncing encrypted": 100, "taking along": 40, "migrating": 60, "rekeying": 60,
}  # fmt: skip
QUICK_KILLS = 5


def kills(*, deep: bool) -> Proof:
    """Kill -9 of processes at other work."""
    from tests.rigs.kills import figures

    rows: Rows = []
    wrong: list[str] = []
    for name, many in DEEP_KILLS.items():
        found = figures(name, many if deep else QUICK_KILLS)
        doing = ", ".join(f"{what} {count}" for what, count in found.moments.items())
        rows.append((f"{name}: kills", f"{found.kills} ({doing})"))
        rows.append((f"{name}: acknowledged acts looked for", found.acknowledged))
        rows.append((f"{name}: lost or broken", len(found.wrong)))
        wrong += [f"{name}: {text}" for text in found.wrong]
    return Proof(rows, wrong)


def power(*, deep: bool) -> Proof:
    """Power losses: at work, while an older desk is brought up to date, while two sync through a hub in a folder."""
    import lzma

    from tests.contract.test_migrations import DIGEST, SAMPLE
    from tests.rigs import disk, disk_proofs, hub_power

    if disk.why_not():
        return Proof([], skipped=disk.why_not())
    old = lzma.decompress(SAMPLE.read_bytes())
    rows: Rows = []
    wrong: list[str] = []
    losses: Sequence[tuple[str, Callable[[Path], Any]]] = (
        ("a day's work", lambda folder: disk_proofs.power_loss(folder, deep=deep)),
        ("bringing an older desk up to date",
         lambda folder: disk_proofs.migration_power_loss(folder, old, DIGEST, deep=deep)),
        ("two desks and their hub", lambda folder: hub_power.hub_power_loss(folder, deep=deep)),
    )  # fmt: skip
    for name, lose in losses:
        with _own_folder() as folder:
            found = lose(folder)
        rows += [
            (f"{name}: writes and syncs recorded", f"{found.writes} and {found.syncs}"),
            (f"{name}: moments at which the power was lost", found.moments),
            (f"{name}: states of the disk tried", found.states),
        ]
        rows += [(f"{name}: acknowledged acts looked for", found.acknowledged)] if found.acknowledged else []
        rows.append((f"{name}: lost or damaged", len(found.wrong)))
        wrong += found.wrong
    return Proof(rows, wrong)


def _tenth(at: int) -> int:
    """Each of the first hundred calls, then every tenth; `pytest --deep tests/property/test_disk_rigs.py` tries all."""
    return at + (1 if at < ALL_UNTIL else 10)


def faults(*, deep: bool) -> Proof:
    """A full or failing disk at the 1st, 2nd, 3rd … call."""
    from tests.rigs import disk, disk_proofs
    from tests.rigs import faults as failing

    if disk.why_not():
        return Proof([], skipped=disk.why_not())
    with _own_folder() as folder:
        desk = disk_proofs.an_office(folder / "work")
        found = failing.run(desk, disk.built(folder), step=_tenth if deep else failing.sparse)
    rows: Rows = [(f"{name}: calls tried", count) for name, count in found.points.items()]
    rows += [
        ("acts acknowledged", found.acknowledged), ("acts refused with a sentence", found.refused),
        ("lost or damaged", len(found.wrong)),
    ]  # fmt: skip
    return Proof(rows, found.wrong)


def mounts(*, deep: bool) -> Proof:
    """Two computers on one share: a plain file, a desk opened all the same, segments."""
    from tests.rigs import two_mounts as shares
    from tests.rigs.plain_share import plain, segments

    if why := shares.lacking():
        return Proof([], skipped=why)
    seconds, trials = (20, 8) if deep else (2, 1)
    rows: Rows = []
    with _own_folder() as folder, shares.mounted_twice(folder, forwarding=False) as share:
        plains = [plain(share, 5 if deep else 2) for _trial in range(trials)]
        ruined = [trial for trial in plains if trial.ruined]
        said = sorted({trial.broken for trial in plains if trial.broken})
        transactions = sum(trial.acknowledged for trial in plains)
        rows += [
            ("plain SQLite file: trials of some seconds", len(plains)),
            ("plain SQLite file: trials that ended with it broken or something lost", len(ruined)),
            ("plain SQLite file: acknowledged transactions, all trials", transactions),
            ("plain SQLite file: of these lost", sum(trial.lost for trial in plains)),
            ("plain SQLite file: transactions to one ruined file", _share(transactions, len(ruined))),
            ("plain SQLite file: what SQLite says of it", "; ".join(said) or "–"),
        ]
        through = segments(share, folder, seconds)
        rows += [
            ("segments: acts", through.acts), ("segments: syncs through the share", through.syncs),
            ("segments: lost, broken or given twice", len(through.wrong)),
        ]  # fmt: skip
    wrong = list(through.wrong)
    for kind, mounted, computers in shares.SHARES:
        name = f"desk opened all the same, {kind}"
        if mounted is shares.honest_share and (why := shares.lacking_for_honest_locks()):
            rows.append((f"{name}: not run", why))
            continue
        with _own_folder() as folder, mounted(folder) as share:
            trial = shares.forced(
                share, seconds, [share.first, share.second if computers > 1 else share.first] * 2
            )
        let_in = f"{trial.outcome.at_work} let in, {len(trial.outcome.refused)} refused"
        rows.append((f"{name}: programs", let_in))
        acts = len(trial.outcome.acknowledged)
        rows.append((f"{name}: acts acknowledged, of these lost or broken", f"{acts}, {len(trial.faults)}"))
        wrong += trial.faults
    return Proof(rows, wrong)


def _share(whole: int, parts: int) -> str:
    return str(whole // parts) if parts else "none ruined"


def writers(*, deep: bool) -> Proof:
    """Eight programs on one file."""
    from tests.rigs.several_writers import How, figures

    ways: Sequence[tuple[str, How]] = (("WAL", "usual"), ("rollback journal, as on a share", "pretended"))
    rows: Rows = []
    wrong: list[str] = []
    for name, how in ways:
        found = figures(60 if deep else 3, how)
        rows.append((f"{name}: programs, seconds", f"{found['processes']}, {found['seconds']}"))
        rows.append((f"{name}: acts acknowledged", found["acts acknowledged"]))
        rows.append((f"{name}: lost, broken, or told of a lock", len(found["faults"])))
        wrong += found["faults"]
    return Proof(rows, wrong)


def server(*, deep: bool) -> Proof:
    """PostgreSQL stopped at once."""
    import pytest

    from tests.rigs.server_stops import run

    try:
        with _own_folder() as folder:
            found = run(folder, 20 if deep else 2)
    except pytest.skip.Exception as error:
        return Proof([], skipped=str(error))
    rows: Rows = [
        ("stops with -m immediate", found.stops), ("acts acknowledged on the desk", found.acknowledged),
        ("acts written whose answer was cut off", found.unanswered), ("syncs with the hub", found.syncs),
        ("syncs broken off", found.syncs_broken_off), ("kinds of error told", ", ".join(sorted(found.said))),
        ("lost, broken, or told as a bug", len(found.wrong)),
    ]  # fmt: skip
    return Proof(rows, found.wrong)


def mutants(*, deep: bool) -> Proof:
    """Mistakes put into the merge rule; there is no other profile."""
    from tests.rigs.figures import mutants as tried

    with _own_folder() as folder:
        found = tried(folder)
    missed = found["not found"]
    if not isinstance(missed, list):
        raise TypeError(missed)
    return Proof(
        [("mutants tried", found["mutants"]), ("turned a test red", found["mutants found"])],
        [f"not found: {name}" for name in missed],
    )


PROOFS: Mapping[str, Callable[..., Proof]] = {
    "typing": typing, "kills": kills, "power": power, "faults": faults, "mutants": mutants, "mounts": mounts,
    "writers": writers, "server": server, "schedules": schedules,
}  # fmt: skip


SIDE_BY_SIDE = ("typing", "kills", "power", "faults", "mutants")
"""Those whose figures do not change while another one runs; `schedules` has work for two cores by itself."""


# ── run and written down ─────────────────────────────────────────────────────────────────────────────────────────


class _own_folder(tempfile.TemporaryDirectory[str]):  # noqa: N801  used as a word
    """A folder for one trial, with what the machine remembers of its desks beside it."""

    def __init__(self) -> None:
        super().__init__(prefix="dd-prove-", ignore_cleanup_errors=True)

    def __enter__(self) -> Path:  # type: ignore[override]
        base = Path(super().__enter__())
        os.environ["DESKTOP_DESK_HOME"] = str(base / "home")
        (base / "work").mkdir()
        return base / "work"


def machine_told() -> str:
    """Where these figures come from."""
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    program = import_module("sqlcipher3").sqlite_version
    return f"{system}, Python {platform.python_version()} with SQLite {sqlite3.sqlite_version}, the program's {program}"


def table(proof: Proof, seconds: float) -> str:
    """What stands in the page: the figures with their date and machine."""
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    took = f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
    head = f"*{when}, {machine_told()}; {took}.*\n\n"
    if proof.skipped:
        return f"{head}Not run: {proof.skipped}.\n"
    lines = [f"| {name} | {_figure(value)} |" for name, value in proof.rows]
    told = "".join(f"- {text.splitlines()[0]}\n" for text in proof.wrong[:MOST_TOLD])
    return "\n".join([f"{head}| what | figure |", "|---|---:|", *lines, ""]) + (
        f"\nWrong:\n\n{told}" if told else ""
    )


def _figure(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def write_down(name: str, text: str) -> None:
    """Put the figures of one proof in the place of the older ones."""
    page = PAGE.read_text(encoding="utf-8")
    begin, end = BEGIN.format(name=name), END.format(name=name)
    head, found, rest = page.partition(begin)
    _old, closed, tail = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{PAGE} has no place for {name}")
    PAGE.write_text(f"{head}{begin}\n{text}{end}{tail}", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Ran:
    """One proof that was run: what is to be printed, and how many things were wrong."""

    name: str
    text: str
    wrong: int


def in_a_process(name: str, *, quick: bool) -> Ran:
    """Run a proof in a process of its own; one that breaks off has found something, too."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="dd-proof-") as folder:
        told = Path(folder) / "told"
        command = [sys.executable, "-m", "tests.rigs.prove", "--alone", str(told), name]
        done = subprocess.run([*command, *(["--quick"] if quick else [])], cwd=ROOT, check=False)
        if told.exists():
            return Ran(name, **json.loads(told.read_text(encoding="utf-8")))
    broken = Proof([], [f"{name} broke off with exit code {done.returncode}"])
    return Ran(name, table(broken, time.monotonic() - began), 1)


def alone(name: str, told: Path, *, quick: bool) -> None:
    """Run a proof in this process, and leave what it came to in a file."""
    began = time.monotonic()
    proof = PROOFS[name](deep=not quick)
    text = table(proof, time.monotonic() - began)
    told.write_text(json.dumps({"text": text, "wrong": len(proof.wrong)}), encoding="utf-8")


def finished(ran: Ran, *, quick: bool) -> int:
    """Print what a proof came to, and write it down; gives how many things were wrong."""
    sys.stdout.write(f"\n{ran.name}\n\n{ran.text}")
    sys.stdout.flush()
    if not quick:
        write_down(ran.name, ran.text)
    return ran.wrong


def main() -> int:
    """Run the proofs that are named, or all; 0 when nothing was wrong."""
    words = sys.argv[1:]
    quick = "--quick" in words
    if words[:1] == ["--alone"]:
        alone(words[2], Path(words[1]), quick=quick)
        return 0
    names = [word for word in words if not word.startswith("--")]
    unknown = [name for name in names if name not in PROOFS]
    if unknown:
        sys.stderr.write(f"There is no {', '.join(unknown)}; there are: {', '.join(PROOFS)}.\n")
        return 2
    wanted = names or list(PROOFS)
    wrong = 0
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as lanes:
        together = [name for name in SIDE_BY_SIDE if name in wanted]
        for done in as_completed([lanes.submit(in_a_process, name, quick=quick) for name in together]):
            wrong += finished(done.result(), quick=quick)
    for name in (name for name in wanted if name not in SIDE_BY_SIDE):
        wrong += finished(in_a_process(name, quick=quick), quick=quick)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
