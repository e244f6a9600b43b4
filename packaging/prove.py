"""Prove how reliable a checkout is: `python3 packaging/prove.py [--quick] [NAME…]`.

Runs the deep profile of every rig (state machine and random histories, kill -9, power loss, failing disks, shares,
many writers, a server that stops, mutants), prints the figures and writes them into docs/reliability.md; about an hour
on two cores. Names take only some: schedules, kills, typing, power, faults, mounts, writers, server, mutants.
`--quick` tries less of each in minutes and writes nothing down. Makes what it needs as packaging/test.py does.
"""

from __future__ import annotations

import subprocess
import sys

import environment
import system_packages


def main() -> int:
    """Set up, run the proofs; their exit code."""
    environment.use_a_python_that_fits()
    python = environment.provide("test")
    system_packages.provide_test_tools()
    command = [str(python), "-m", "tests.rigs.prove", *sys.argv[1:]]
    return subprocess.run(command, cwd=environment.ROOT, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
