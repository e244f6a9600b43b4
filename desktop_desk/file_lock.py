"""A lock on a small file of our own, which ends with its program. Never for a database: locks there are SQLite's."""

import sys
import time
from typing import BinaryIO


def wait_for(file: BinaryIO, seconds: float) -> bool:
    """Wait until the lock on an open file is ours; False when another program holds it for so long.

    Raises:
        OSError: the folder keeps no locks.
    """
    give_up = time.monotonic() + seconds
    while not lock_file(file):
        if time.monotonic() >= give_up:
            return False
        time.sleep(0.01)
    return True


def lock_file(file: BinaryIO) -> bool:
    """Lock an open file until it is closed or the process ends; False when another program has it.

    Raises:
        OSError: the folder keeps no locks.
    """
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415  no such module elsewhere

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415  no such module on Windows

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
