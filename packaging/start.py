"""Start Desktop Desk from a checkout: `python3 packaging/start.py`.

Makes what it needs the first time (an environment in .venv; on Debian and Ubuntu also Qt's system libraries),
makes a demo desk to play with, and opens it. What is written behind the command is given to the program:
`python3 packaging/start.py ticket list --as john` speaks to the same demo desk.
"""

from __future__ import annotations

import os
import subprocess
import sys

import environment


def main() -> int:
    """Open the demo desk, or run the command given; the program's exit code."""
    environment.use_a_python_that_fits()
    program = [str(environment.provide("run")), "-m", "desktop_desk"]
    if not os.environ.get("DESKTOP_DESK"):
        ask = "from desktop_desk.config import places; print(places().demo_desk)"
        # In UTF-8, whatever letters the user's name has.
        told = subprocess.run([program[0], "-X", "utf8", "-c", ask], stdout=subprocess.PIPE, check=True)
        desk = told.stdout.decode().strip()
        if not os.path.exists(desk):  # noqa: PTH110  one question, no path to work with
            print(f"Making a demo desk in {desk}", flush=True)
            os.makedirs(os.path.dirname(desk), exist_ok=True)  # noqa: PTH103, PTH120
            made = subprocess.run([*program, "new", desk, "--demo"], check=False).returncode
            if made != 0:
                return made
        os.environ["DESKTOP_DESK"] = desk
    arguments = sys.argv[1:]
    if not arguments:
        desk = os.environ["DESKTOP_DESK"]
        arguments = ["open", desk]
        print(
            f"Opening {desk}. In the demo desk, sign in as john, jane or admin with the password demo.",
            flush=True,
        )
    return subprocess.run([*program, *arguments], check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
