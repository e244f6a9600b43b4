"""The checkout's own Python environment in .venv, made by the standard library alone.

Made once, and again only when a lock file, the Python or the place of the checkout changed; a run in between
needs no network.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import system_packages

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv"
OLDEST = (3, 11)


def use_a_python_that_fits() -> None:
    """Go on in a Python that is new enough, or stop and tell which one is needed."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(20, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            raise SystemExit(subprocess.run([newer, *sys.argv], check=False).returncode)
    raise SystemExit(
        f"Desktop Desk needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}.\n"
        "On Debian 12 or later: sudo apt-get install python3 python3-venv\n"
        "On Ubuntu 22.04: sudo apt-get install python3.11 python3.11-venv\n"
        "On Windows and macOS: the installer from python.org."
    )


def python() -> Path:
    """The environment's own Python, which need not be there yet."""
    return FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def provide(lock: str) -> Path:
    """Make sure of an environment that holds requirements/LOCK.lock.txt and this checkout; its Python."""
    stamp = FOLDER / f"ready-{lock}"
    wanted = _fingerprint(lock)
    if not (stamp.is_file() and stamp.read_text(encoding="ascii") == wanted and _works()):
        _make()
        _install(lock)
        stamp.write_text(wanted, encoding="ascii")
    system_packages.provide_qt(_qt_folder())
    return python()


def _fingerprint(lock: str) -> str:
    parts = [
        (ROOT / "requirements" / f"{lock}.lock.txt").read_bytes(),
        (ROOT / "pyproject.toml").read_bytes(),
        str(ROOT).encode(),
        sys.version.encode(),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _works() -> bool:
    if not python().exists():
        return False
    asked = [str(python()), "-c", "import sys, pip; print(sys.version)"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    return told.returncode == 0 and told.stdout.strip() == sys.version.strip()


def _make() -> None:
    if _works():
        return
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if not system_packages.install([package]):
            raise SystemExit(
                "This Python cannot make environments: Debian keeps that in a package of its own.\n"
                f"Install it with\n\n    {system_packages.command([package])}\n\nand run this again."
            )
    print(f"Making a Python environment in {FOLDER}", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=False)
    if made.returncode != 0:
        raise SystemExit(f"No environment could be made in {FOLDER}; the reason stands above.")


def _install(lock: str) -> None:
    print(
        f"Installing what requirements/{lock}.lock.txt names; this takes minutes the first time", flush=True
    )
    pip = [str(python()), "-m", "pip", "install", "--disable-pip-version-check"]
    if not sys.stdout.isatty():
        pip.append("--quiet")
    # Ready-made files only: nobody who wants to log a call has a compiler.
    locked = [*pip, "--require-hashes", "--only-binary", ":all:", "-r", f"requirements/{lock}.lock.txt"]
    # A plain path entry: the import hook of other editable installs would be paid for at each start.
    checkout = [*pip, "--no-deps", "--no-index", "--no-build-isolation", "--editable", "."]
    for arguments in (locked, [*checkout, "--config-settings", "editable_mode=compat"]):
        if subprocess.run(arguments, cwd=ROOT, check=False).returncode != 0:
            raise SystemExit(
                "The packages could not be installed; pip's reason stands above.\n"
                "The first run, and one after an update, needs the network."
            )


def _qt_folder() -> Path:
    asked = "import importlib.util as u; print(u.find_spec('PySide6').submodule_search_locations[0])"
    told = subprocess.run([str(python()), "-c", asked], capture_output=True, text=True, check=True)
    return Path(told.stdout.strip())
