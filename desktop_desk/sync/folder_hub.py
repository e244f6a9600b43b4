"""A hub that is a folder: on a share, on a stick, or carried along by a program such as Syncthing.

Every file is written by one program under a name of its own: first as a file with a dot before its name, then forced to
the disk and renamed, so that nobody ever reads half of it. Nothing is locked.
"""

import errno
import os
import secrets
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from desktop_desk.desk.exchange_ports import SHELVES, Shelf
from desktop_desk.desk.hub_faults import hub_unavailable, no_hub

LEFTOVER_SECONDS = 86_400
"""Nothing is written for so long."""

_KINDS = {
    errno.ENOSPC: "full", errno.EDQUOT: "full", errno.EFBIG: "full", errno.EACCES: "read_only",
    errno.EPERM: "read_only", errno.EROFS: "read_only", errno.ENOENT: "missing", errno.ENOTDIR: "missing",
    errno.ENODEV: "missing", errno.ENXIO: "missing", errno.ENOTCONN: "missing", errno.ESTALE: "missing",
    errno.EHOSTDOWN: "missing", errno.EHOSTUNREACH: "missing", errno.ETIMEDOUT: "missing",
}  # fmt: skip


class FolderHub:
    """Shelves as folders in one folder, names as files in them."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def address(self) -> str:
        """How a desk remembers it."""
        return f"folder:{self.root}"

    def names(self, shelf: Shelf) -> Sequence[str]:
        """What lies on a shelf, in order; files that are being written are not there yet."""
        with self._spoken():
            try:
                found = [entry for entry in os.scandir(self.root / shelf) if entry.is_file()]
            except FileNotFoundError:
                self._refuse_vanished()
                return []
        for entry in found:
            if entry.name.startswith(".") and entry.name.endswith(".part"):
                _forget_leftover(entry)
        return sorted(entry.name for entry in found if not entry.name.startswith("."))

    def read(self, shelf: Shelf, name: str) -> bytes | None:
        """The bytes under a name; None for none."""
        with self._spoken():
            try:
                return self._path(shelf, name).read_bytes()
            except FileNotFoundError:
                self._refuse_vanished()
                return None

    def write(self, shelf: Shelf, name: str, body: bytes) -> None:
        """Lay bytes under a name, in place of what lies there; durable and whole, or not at all."""
        path = self._path(shelf, name)
        part = path.with_name(f".{name}.{secrets.token_hex(4)}.part")
        with self._spoken():
            self._need_shelf(shelf)
            try:
                _fill(_created(part), body)
                part.replace(path)
            except BaseException:
                _forget(part)
                raise
            _settle(path.parent)

    def claim(self, shelf: Shelf, name: str, body: bytes) -> bool:
        """Lay bytes under a name that is free; False when somebody has it."""
        path = self._path(shelf, name)
        with self._spoken():
            self._need_shelf(shelf)
            try:
                handle = _created(path)
            except FileExistsError:
                return False
            try:
                _fill(handle, body)
            except BaseException:
                _forget(path)
                raise
            _settle(path.parent)
        return True

    def remove(self, shelf: Shelf, name: str) -> None:
        """Take a name away, if it is there; for good, so that a power loss does not bring purged words back."""
        path = self._path(shelf, name)
        with self._spoken():
            try:
                path.unlink()
            except FileNotFoundError:
                return
            _settle(path.parent)

    def close(self) -> None:
        """Nothing is held open."""

    def make(self) -> None:
        """Make the folder and its shelves, durable; its own parent must be there. Invalid where a file is."""
        if self.root.is_file():
            raise no_hub(self.address)
        with self._spoken():
            self.root.mkdir(exist_ok=True)
            for shelf in SHELVES:
                (self.root / shelf).mkdir(exist_ok=True)
            _settle(self.root)
            _settle(self.root.parent)

    def _path(self, shelf: Shelf, name: str) -> Path:
        if not name or name.startswith(".") or any(mark in name for mark in "/\\:\0"):
            raise ValueError(f"no name for a shelf: {name!r}")
        return self.root / shelf / name

    def _need_shelf(self, shelf: Shelf) -> None:
        """Make a shelf that was not carried along; never in a folder that is not, or no longer, a hub."""
        if not (self.root / shelf).is_dir():
            self._refuse_vanished()
            (self.root / shelf).mkdir(exist_ok=True)
            _settle(self.root)

    def _refuse_vanished(self) -> None:
        """StorageUnavailable where there is no hub, as in the empty folder that a share leaves when it has gone."""
        if not (self.root / "about").is_dir():
            raise hub_unavailable("missing", self.address)

    @contextmanager
    def _spoken(self) -> Generator[None]:
        """Turns the system's errors into StorageUnavailable."""
        try:
            yield
        except OSError as error:
            raise hub_unavailable(_KINDS.get(error.errno or 0, "failed"), self.address) from error


def open_folder(root: Path) -> FolderHub:
    """The hub in a folder; StorageUnavailable when the folder cannot be reached, Invalid when it is no hub."""
    hub = FolderHub(root)
    if not root.exists():
        raise hub_unavailable("missing", hub.address)
    if not (root / "about").is_dir():
        raise no_hub(hub.address)
    return hub


def _created(path: Path) -> int:
    """A new file to write to; FileExistsError when there is one."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)


def _fill(handle: int, body: bytes) -> None:
    """Write a file whole, wait until the disk has it, and close it."""
    try:
        rest = memoryview(body)
        while rest:
            rest = rest[os.write(handle, rest) :]
        _sync(handle)
    finally:
        os.close(handle)


def _sync(handle: int) -> None:
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network folders know no fsync; there is nothing more to wait for.
        if error.errno not in {errno.EINVAL, errno.ENOTSUP, errno.EBADF}:
            raise


def _settle(folder: Path) -> None:
    """Wait until the disk has the names in a folder, as far as the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return  # Windows opens no folders, and keeps their names by itself
    try:
        _sync(handle)
    finally:
        os.close(handle)


def _forget_leftover(entry: os.DirEntry[str]) -> None:
    """Remove what a program that was killed while it wrote has left behind, a day later: nobody else knows of it."""
    try:
        if time.time() - entry.stat().st_mtime > LEFTOVER_SECONDS:
            Path(entry.path).unlink(missing_ok=True)
    except OSError:
        return  # somebody else's, or gone: it is in nobody's way


def _forget(path: Path) -> None:
    """Remove what could not be written whole, as far as that is possible now."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # the place has gone; a file with a dot is nobody's segment
