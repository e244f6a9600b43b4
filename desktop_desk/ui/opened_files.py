"""Copies of attachments for other programs to show: private, read-only, and gone when the window is."""

import contextlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from desktop_desk.config import places
from desktop_desk.file_lock import lock_file

RUN_BY_OPENING = frozenset(
    "action app applescript appimage bat bin cmd com command cpl desktop dll dmg exe gadget hta inf ins jar js jse"
    " lnk mde msc msi msp mst pif pkg ps1 ps1xml ps2 psc1 py pyw reg rpm deb run scf scr sct sh shb shs url vb vbe vbs"
    " wsc wsf wsh workflow".split()
)
"""Endings of files that do something when they are opened, rather than be shown."""


def is_run_by_opening(name: str) -> bool:
    """Whether opening a file of this name would run what is in it."""
    return name.rpartition(".")[2].casefold() in RUN_BY_OPENING if "." in name else False


class OpenedFiles:
    """A folder of the window's own, in the user's; made with the first copy, removed by `close`.

    Folders of windows that were killed are removed by the next one that makes its own: a locked file in each tells
    that its window lives.
    """

    def __init__(
        self, root: Path | None = None, show: Callable[[QUrl], bool] = QDesktopServices.openUrl
    ) -> None:
        self._root = root
        self._show = show
        self._folder: Path | None = None
        self._lock = contextlib.ExitStack()

    def place_for(self, name: str) -> Path:
        """A path for a copy of this name that no other copy has; not yet a file."""
        if self._folder is None:
            self._folder = self._made()
        return Path(tempfile.mkdtemp(dir=self._folder)) / name

    def show(self, path: Path) -> bool:
        """Let the desktop's program show a copy; False when there is none for it.

        The copy can only be read, so that nobody works on what is about to be removed.
        """
        path.chmod(0o400)
        return self._show(QUrl.fromLocalFile(str(path)))

    def close(self) -> None:
        """Remove every copy; one that a program holds open on Windows goes with the next window."""
        self._lock.close()
        if self._folder is not None:
            _remove(self._folder)
            self._folder = None

    def _made(self) -> Path:
        root = self._root or places().state / "opened"
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in root.iterdir():
            _remove_if_left(left)
        folder = root / uuid.uuid4().hex
        alive = self._lock.enter_context(_alive_file(folder).open("wb"))
        with contextlib.suppress(
            OSError
        ):  # a folder that keeps no locks: nobody takes another's for left there
            lock_file(alive)
        folder.mkdir(mode=0o700)
        return folder


def _alive_file(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.alive")


def _remove_if_left(path: Path) -> None:
    """Remove a folder whose window has ended, with the file that says so."""
    folder = path.with_suffix("") if path.suffix == ".alive" else path
    with contextlib.suppress(OSError):
        alive = _alive_file(folder)
        if alive.exists():
            with alive.open("r+b") as file:
                if not lock_file(file):
                    return
        _remove(folder)


def _remove(folder: Path) -> None:
    # Windows does not remove what can only be read.
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            os.chmod(path, 0o700)  # noqa: PTH101  ours alone, and about to go
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        _alive_file(folder).unlink(missing_ok=True)
