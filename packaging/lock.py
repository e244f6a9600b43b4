"""Make requirements/*.lock.txt anew: every version pinned, every file of each release with its hash.

Needs pip-tools (`pip install pip-tools`) and the network; run it with the oldest supported Python, 3.11.
`--upgrade` takes the newest versions; else only what must change changes.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# pip-compile locks for the machine it runs on, and leaves out what only others need.
ELSEWHERE = {"colorama": 'sys_platform == "win32"', "pywin32-ctypes": 'sys_platform == "win32"'}


def compile_lock(name: str, sources: list[str], *, upgrade: bool) -> None:
    """Write requirements/NAME.lock.txt from the sources, which are paths from the checkout."""
    lock = ROOT / "requirements" / f"{name}.lock.txt"
    with tempfile.TemporaryDirectory() as folder:
        elsewhere = Path(folder) / "elsewhere.in"
        elsewhere.write_text("\n".join(ELSEWHERE), encoding="utf-8")
        command = [
            sys.executable, "-m", "piptools", "compile", "--quiet", "--generate-hashes", "--strip-extras",
            "--allow-unsafe", "--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links",
            "--no-emit-options", "--no-annotate", "--output-file", str(lock), *sources, str(elsewhere),
        ]  # fmt: skip
        if upgrade:
            command.append("--upgrade")
        environment = os.environ | {"CUSTOM_COMPILE_COMMAND": "python packaging/lock.py"}
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    text = lock.read_text(encoding="utf-8")
    for package, marker in ELSEWHERE.items():
        text = re.sub(rf"^({package}==[^ ;]+) \\$", rf"\1 ; {marker} \\", text, flags=re.MULTILINE)
    lock.write_text(text, encoding="utf-8")


def main() -> None:
    """Lock what runs the program, then what tests it on top of the same versions."""
    upgrade = "--upgrade" in sys.argv[1:]
    run = ["pyproject.toml", "requirements/run.in"]
    compile_lock("run", run, upgrade=upgrade)
    constraint = ["--constraint", "requirements/run.lock.txt"]
    compile_lock("test", [*run, "requirements/test.in", *constraint], upgrade=upgrade)


if __name__ == "__main__":
    main()
