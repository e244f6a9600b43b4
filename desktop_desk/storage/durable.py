"""Files that are whole or not there, and on the disk when they are said to be."""

import contextlib
import errno
import os
import stat
import tempfile
from pathlib import Path

OWNER_ONLY = 0o600

_PAGE = 4096
_NOISE = 240
"""Different bytes in a page: noise has nearly all 256, texts and pictures' heads much fewer."""


def sidecar_path(desk: Path) -> Path:
    """Where the keys of a desk file are: beside it, under its name with .keys."""
    return desk.with_name(f"{desk.name}.keys")


def looks_encrypted(desk: Path) -> bool:
    """Whether a file that is no open desk may be an encrypted one: it has keys beside it, or looks like noise.

    A file without keys is read: nobody can have it open in this program, whose locks on it would end with that.
    """
    if sidecar_path(desk).exists():
        return True
    if desk.stat().st_size % _PAGE:
        return False
    with desk.open("rb") as file:
        return len(set(file.read(_PAGE))) >= _NOISE


def settle(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder, as far as the system can."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:
        return  # Windows opens no folders, and keeps their names by itself
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network folders know no fsync; there is nothing more to wait for.
        if error.errno not in {errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EROFS}:
            raise
    finally:
        os.close(handle)


def replace_durably(path: Path, body: bytes, *, like: Path | None = None) -> None:
    """Write a file in one step that is on the disk at the end; who may read it stays as it was.

    A new file may be read by whoever may read `like`, without one by its owner only. Raises OSError.
    """
    model = next((file for file in (path, like) if file is not None and file.exists()), None)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            if model is not None:
                share_like(new, model)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    settle(path.parent)


def share_like(path: Path, model: Path) -> None:
    """Let those read and write a file who may write another one; who may only read that gets nothing."""
    there = model.stat()
    if os.name == "posix":
        # To give it to that group one must be in it; whoever is not shares it by the mode alone.
        with contextlib.suppress(PermissionError):
            os.chown(path, -1, there.st_gid)
    group, others = (there.st_mode & bit != 0 for bit in (stat.S_IWGRP, stat.S_IWOTH))
    path.chmod(OWNER_ONLY | 0o060 * group | 0o006 * others)


def make_private(path: Path) -> None:
    """Make an empty file that only its owner may read, for a database to be written into; raises OSError."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
