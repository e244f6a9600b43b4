"""One folder mounted twice, each mount playing another computer that reaches it over a network.

The mounts go through bindfs (FUSE), which needs root and /dev/fuse. As it comes, locks taken through one mount are not
seen through the other, as on a bad share. With its lock forwarding they are, but then two programs on one mount are
not kept apart: bindfs takes all their locks in its own name. Both must be found out before anything is written.
As a command it works for a while and prints figures: python -m tests.rigs.two_mounts [SECONDS]
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.command_line import found_office
from tests.rigs.several_writers import Outcome, faults, work

FORWARDING = ("--multithreaded", "--enable-lock-forwarding")


def lacking() -> str:
    """Why folders cannot be mounted twice here; "" when they can."""
    if not sys.platform.startswith("linux"):
        return "two mounts of one folder need Linux"
    if os.geteuid() != 0 or not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "two mounts of one folder need root and /dev/fuse"
    return "" if shutil.which("bindfs") else "two mounts of one folder need bindfs"


@dataclass(frozen=True)
class Mounts:
    """The folder as this machine's disk has it, and as two computers see it."""

    disk: Path
    first: Path
    second: Path


@contextmanager
def mounted_twice(folder: Path, *, forwarding: bool) -> Generator[Mounts]:
    """The folder's `disk` mounted as `first` and `second`."""
    mounts = Mounts(folder / "disk", folder / "first", folder / "second")
    options = FORWARDING if forwarding else ()
    with ExitStack() as undo:
        for point in (mounts.disk, mounts.first, mounts.second):
            point.mkdir()
        for point in (mounts.first, mounts.second):
            subprocess.run(["bindfs", *options, str(mounts.disk), str(point)], check=True, timeout=30)
            undo.callback(_unmount, point)
        yield mounts


def _unmount(point: Path) -> None:
    subprocess.run(["umount", "--lazy", str(point)], check=True, timeout=30)


def office_in(mounts: Mounts) -> Path:
    """A desk on the folder's disk; its name is the same through both mounts."""
    path = mounts.disk / "front.desk"
    found_office(path)
    return path


@dataclass(frozen=True)
class Trial:
    """What programs heard that opened a desk with the override, and what is wrong with it then."""

    outcome: Outcome
    faults: list[str]


def forced(mounts: Mounts, seconds: float, points: Sequence[Path]) -> Trial:
    """One program through each of these mount points, all at once."""
    desk = office_in(mounts)
    outcome = work([point / desk.name for point in points], seconds, "network")
    return Trial(outcome, faults(outcome, desk))


def main() -> int:
    """Print the figures of each kind of share."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    if lacking():
        sys.stdout.write(f"skipped: {lacking()}\n")
        return 0
    wrong = False
    for name, forwarding, computers in (
        ("one computer, locks hold", False, 1),
        ("two computers, locks do not reach the other", False, 2),
        ("two computers, locks do not tell programs apart", True, 2),
    ):
        with (
            tempfile.TemporaryDirectory(prefix="dd-mounts-") as folder,
            mounted_twice(Path(folder), forwarding=forwarding) as mounts,
        ):
            points = [mounts.first, mounts.second if computers > 1 else mounts.first] * 2
            trial = forced(mounts, seconds, points)
        wrong = wrong or bool(trial.faults)
        told = {
            "share": name,
            "programs let in": trial.outcome.at_work,
            "programs refused": len(trial.outcome.refused),
            "acts acknowledged": len(trial.outcome.acknowledged),
            "faults": trial.faults,
        }
        sys.stdout.write(f"{json.dumps(told, ensure_ascii=False)}\n")
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
