"""Marks that a program has a desk open: one that was left behind tells of a program that did not end in order.

For this machine and user only; who else has a desk open is told by presence, and locks are SQLite's.
"""

import hashlib
import json
import os
import socket
import sys
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from desktop_desk.storage.durable import sidecar_path

_series = count()


@dataclass(frozen=True, slots=True)
class Mark:
    """This program's own mark on a desk.

    Attributes:
        unclean: an earlier program left its mark behind.
        shared: another program is at work on the desk now.
        encrypted: the desk is, or was when that earlier program had it.
    """

    path: Path
    unclean: bool
    shared: bool
    encrypted: bool

    def clear(self) -> None:
        """The desk was closed in order."""
        self.path.unlink(missing_ok=True)


def set_mark(state: Path, desk: Path) -> Mark:
    """Say that this program has the desk open; raises OSError where the folder cannot be written."""
    folder = state / "open"
    folder.mkdir(parents=True, exist_ok=True)
    whole = desk.expanduser().resolve()
    key = _key_of(whole)
    left, alive = _others(folder, key)
    encrypted = sidecar_path(whole).exists()
    own = folder / f"{key}-{os.getpid()}-{next(_series)}.json"
    own.write_text(
        json.dumps({"desk": str(whole), "encrypted": encrypted, **_who(os.getpid())}), encoding="utf-8"
    )
    return Mark(own, bool(left), bool(alive), encrypted or any(_was_encrypted(path) for path in left))


def forget_unclean(state: Path, desk: Path) -> None:
    """Take away the marks of programs that are gone: the desk was looked at since."""
    for path in _others(state / "open", _key_of(desk.expanduser().resolve()))[0]:
        path.unlink(missing_ok=True)


def _key_of(whole: Path) -> str:
    return hashlib.sha256(str(whole).encode()).hexdigest()[:20]


def _others(folder: Path, key: str) -> tuple[list[Path], list[Path]]:
    """Marks on a desk: of programs that are gone, and of programs at work."""
    left: list[Path] = []
    alive: list[Path] = []
    for path in folder.glob(f"{key}-*.json"):
        try:
            told: Any = json.loads(path.read_text(encoding="utf-8"))
            pid = int(told["pid"])
            ours = told["host"] == socket.gethostname()
        except FileNotFoundError:
            continue
        except (ValueError, KeyError, TypeError):
            left.append(path)  # torn by a power cut: whoever wrote it is gone
            continue
        if ours:
            (alive if _who(pid) == {name: told.get(name) for name in _who(pid)} else left).append(path)
    return left, alive


def _was_encrypted(path: Path) -> bool:
    try:
        told: Any = json.loads(path.read_text(encoding="utf-8"))
        return bool(told.get("encrypted"))
    except (OSError, ValueError, AttributeError):
        return True  # nothing is known: then nothing is set aside without its key


def _who(pid: int) -> dict[str, object]:
    """What tells this process from a later one of the same number."""
    return {"pid": pid, "host": socket.gethostname(), "began": _began(pid)}


def _began(pid: int) -> str:
    """When a process began, as far as the system says; "" for one that is gone."""
    if sys.platform.startswith("linux"):
        try:
            boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
            # The name before it may hold blanks and brackets.
            state, *rest = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if state in {"Z", "X"} else f"{boot} {rest[18]}"
    return "at work" if _runs(pid) else ""


def _runs(pid: int) -> bool:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        kernel: Any = ctypes.windll.kernel32  # pyright: ignore[reportAttributeAccessIssue]
        handle = kernel.OpenProcess(0x1000, False, pid)
        if not handle:
            return False
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return code.value == 259  # STILL_ACTIVE
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
