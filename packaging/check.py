"""The one check command: format, lint, types, imports, tests. `--quick` leaves the tests out.

Runs with the Python it is started with, which must hold requirements/test.lock.txt (packaging/test.py sees to
that). Everything else on the command line goes to pytest.
"""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEMORY, ROOM = Path("/dev/shm"), 6 << 30  # noqa: S108  bytes


@dataclass(frozen=True, slots=True)
class Step:
    """One check: a name for people and the command that fails when something is wrong."""

    name: str
    command: list[str]
    mend: str


def steps() -> list[Step]:
    """The checks that take seconds, the quickest first."""
    python = sys.executable
    scripts = Path(python).parent
    return [
        Step("format", [python, "-m", "ruff", "format", "--check", "--quiet", "."], "ruff format"),
        Step("lint", [python, "-m", "ruff", "check", "--quiet", "."], "ruff check --fix"),
        Step("imports", [str(scripts / "lint-imports"), "--no-logo"], "see docs/architecture.md"),
        Step("types", [python, "-m", "basedpyright", "--pythonpath", python], "see the lines above"),
    ]


def run(step: Step) -> bool:
    """Run the check; print its name and time, and what it says when it fails. Whether it passed."""
    start = time.monotonic()
    done = subprocess.run(step.command, cwd=ROOT, capture_output=True, text=True, check=False)
    passed = done.returncode == 0
    print(f"{step.name:<8}{'ok' if passed else 'FAILED':<8}{time.monotonic() - start:6.1f} s", flush=True)
    if not passed:
        print(f"{done.stdout}{done.stderr}\n    to mend it: {step.mend}", flush=True)
    return passed


def run_tests(arguments: list[str]) -> bool:
    """Run pytest on two cores with its own output; whether it passed."""
    start = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", "-q", *arguments]
    passed = subprocess.run(command, cwd=ROOT, env=_quick_disk(), check=False).returncode == 0
    print(f"{'tests':<8}{'ok' if passed else 'FAILED':<8}{time.monotonic() - start:6.1f} s", flush=True)
    return passed


def _quick_disk() -> dict[str, str]:
    """The environment, with temporary files in memory where there is room: thousands of desks need no disk.

    What must survive a power cut is tried by replaying recorded writes (tests/rigs), not by the disk under the tests.
    """
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        return {**os.environ, "TMPDIR": str(MEMORY)}
    return dict(os.environ)


def main() -> int:
    """Run every check, also after one has failed; 0 when all passed, else 1."""
    arguments = sys.argv[1:]
    quick = "--quick" in arguments
    failed = [step.name for step in steps() if not run(step)]
    if not quick and not run_tests(arguments):
        failed.append("tests")
    if failed:
        print(f"failed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
