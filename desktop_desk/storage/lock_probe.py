"""The other side of a lock: a short process of its own that holds one, and looks whether others' locks hold.

It stands apart because a process that opens and closes a file loses the locks that it has on it (POSIX), and because a
lock stops only another process. Standard library only: it is started at each opening of a desk on a network folder.
"""

import json
import os
import sys
import time
from pathlib import Path

PLACE = 0x40000000
"""Where SQLite has its own lock byte; beyond every byte that is written here, since Windows' locks are mandatory."""

HEAD = 20
"""So much of a file tells whether it is SQLite's, and how it keeps its journal."""

BEAT_SECONDS = 1.0
"""Whoever holds a slot changes its count so often."""

PATIENCE = 3.5
"""A slot whose count stands still for so long, and whose lock is free, belongs to nobody any more."""

_LOOK = 0.2


def take(handle: int) -> bool:
    """Take the exclusive lock of an open file without waiting; False when another process has it.

    Raises:
        OSError: the folder keeps no locks at all.
    """
    os.lseek(handle, PLACE, os.SEEK_SET)
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415  Windows only

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415  not on Windows

            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, PLACE, os.SEEK_SET)
    except (BlockingIOError, PermissionError):
        return False
    return True


def let_go(handle: int) -> None:
    """Give the lock back."""
    os.lseek(handle, PLACE, os.SEEK_SET)
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  Windows only

        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl  # noqa: PLC0415  not on Windows

        fcntl.lockf(handle, fcntl.LOCK_UN, 1, PLACE, os.SEEK_SET)


def head_of(desk: Path) -> bytes:
    """The first bytes of a file; nothing where there is none."""
    try:
        with desk.open("rb") as file:
            return file.read(HEAD)
    except FileNotFoundError:
        return b""


def count_in(slot: Path) -> bytes | None:
    """How often the holder of a slot has shown that it lives; None when the slot is gone. Always read afresh."""
    try:
        with slot.open("rb") as file:
            return file.read(HEAD)
    except FileNotFoundError:
        return None


def _is_free(slot: Path) -> bool:
    """Whether this process can take the lock of a slot."""
    try:
        handle = os.open(slot, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        free = take(handle)
        if free:
            let_go(handle)
        return free
    finally:
        os.close(handle)


def unheld(folder: Path, patience: float = PATIENCE) -> list[str]:
    """Names of slots whose holder lives but whose lock does not keep this process out.

    A slot that nobody holds any more is taken away: its holder was ended by force.
    """
    counts = {slot: count_in(slot) for slot in sorted(folder.glob("*.lock")) if _is_free(slot)}
    until = time.monotonic() + patience
    while any(count is not None for count in counts.values()) and time.monotonic() < until:
        time.sleep(_LOOK)
        for slot, before in counts.items():
            now = count_in(slot)
            if before is not None and now is not None and now != before and _is_free(slot):
                return [slot.name]
            counts[slot] = now
    for slot in counts:
        slot.unlink(missing_ok=True)
    return []


def main(desk: str, scratch: str, folder: str) -> int:
    """Hold the lock of the scratch file until told; says on stdout what it found, one JSON line a step."""
    try:
        handle = os.open(scratch, os.O_RDWR)
        held = take(handle)
    except OSError as error:
        _say(held=False, error=error.strerror or str(error))
        return 0
    _say(held=held, head=head_of(Path(desk)).hex())
    sys.stdin.readline()
    let_go(handle)
    os.close(handle)
    _say(released=True)
    sys.stdin.readline()
    _say(unheld=unheld(Path(folder)))
    return 0


def _say(**what: object) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201  the one who started this process reads it
