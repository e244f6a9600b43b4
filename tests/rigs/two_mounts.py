"""One folder mounted twice, each mount playing another computer that reaches it over a network.

The mounts go through FUSE, which needs root and /dev/fuse. With bindfs as it comes, locks taken through one mount are
not seen through the other, as on a bad share. With its lock forwarding they are, but then two programs on one mount are
not kept apart: bindfs takes all their locks in its own name. Both must be found out before anything is written. The
third share is share.c: its locks hold between programs and computers, and each mount has a cache of its own.
As a command it works for a while and prints figures: python -m tests.rigs.two_mounts [SECONDS]
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
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


def lacking_for_honest_locks() -> str:
    """Why the share of share.c cannot be had here; "" when it can."""
    if why := lacking():
        return why
    headers = Path("/usr/include/fuse3/fuse.h").exists()
    return "" if headers and shutil.which("gcc") else "a share with honest locks needs gcc and libfuse3-dev"


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


@contextmanager
def honest_share(folder: Path, trusted_s: float = 0) -> Generator[Mounts]:
    """The same with the share of share.c; `trusted_s`: so long a mount believes what it knows of a file."""
    mounts = Mounts(folder / "disk", folder / "first", folder / "second")
    program = folder / "share"
    source = str(Path(__file__).with_name("share.c"))
    command = ["gcc", "-O2", "-I/usr/include/fuse3", "-o", str(program), source, "-lfuse3", "-lpthread"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    with ExitStack() as undo:
        for point in (mounts.disk, mounts.first, mounts.second):
            point.mkdir()
        for point in (mounts.first, mounts.second):
            serving = subprocess.Popen([str(program), str(mounts.disk), str(trusted_s), str(point)])
            undo.callback(_end, serving, point)
            _wait_until_mounted(serving, point)
        yield mounts


def _wait_until_mounted(serving: "subprocess.Popen[bytes]", point: Path) -> None:
    until = time.monotonic() + 30
    while not point.is_mount():
        if serving.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"{point} was not mounted: {serving.poll()}")
        time.sleep(0.02)


def _end(serving: "subprocess.Popen[bytes]", point: Path) -> None:
    if point.is_mount():
        _unmount(point)
    serving.terminate()
    serving.wait(30)


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


SHARES: tuple[tuple[str, Callable[[Path], AbstractContextManager[Mounts]], int], ...] = (
    ("locks do not reach the other computer", partial(mounted_twice, forwarding=False), 2),
    ("locks do not tell programs apart", partial(mounted_twice, forwarding=True), 2),
    ("one computer, locks hold", partial(mounted_twice, forwarding=False), 1),
    ("two computers, locks hold", honest_share, 2),
)
"""Name, how it is mounted, and how many computers work on it."""


def main() -> int:
    """Print the figures of each kind of share."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    if lacking():
        sys.stdout.write(f"skipped: {lacking()}\n")
        return 0
    wrong = False
    for name, share, computers in SHARES:
        with tempfile.TemporaryDirectory(prefix="dd-mounts-") as folder, share(Path(folder)) as mounts:
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
