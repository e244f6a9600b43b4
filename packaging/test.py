"""Check and test a checkout: `python3 packaging/test.py`.

Makes what it needs the first time (an environment in .venv; on Debian and Ubuntu also Qt's libraries and a
virtual screen), then runs every check of packaging/check.py. `--quick` leaves the tests out, `--deep` takes
also the long ones; `-k WORD` and all else goes to pytest.
"""

from __future__ import annotations

import subprocess
import sys

import environment
import system_packages


def main() -> int:
    """Set up, run the checks; their exit code."""
    environment.use_a_python_that_fits()
    python = environment.provide("test")
    if "--quick" not in sys.argv:
        system_packages.provide_test_tools()
    check = environment.ROOT / "packaging" / "check.py"
    return subprocess.run(
        [str(python), str(check), *sys.argv[1:]], cwd=environment.ROOT, check=False
    ).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
