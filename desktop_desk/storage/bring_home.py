"""A desk is brought from a shared folder to this computer, so that it can be shared by a hub instead."""

import os
import shutil
import time
from pathlib import Path

from desktop_desk.domain.errors import Invalid, StorageUnavailable
from desktop_desk.i18n import _
from desktop_desk.storage import lock_probe
from desktop_desk.storage.database import unavailable, unavailable_by
from desktop_desk.storage.durable import settle, sidecar_path
from desktop_desk.storage.network import beside
from desktop_desk.storage.places import place_of

SET_ASIDE = ".before-sharing"
"""Added to the name of what stays in the shared folder: nobody opens it by mistake, and it is a copy in need."""


def bring_home(source: Path, folder: Path) -> Path:
    """Bring a desk that nobody has open into a folder of this computer; gives its new path.

    What lay in the shared folder stays there under another name. When anything fails, all is as it was.

    Raises:
        Invalid: the folder is no place for a desk either, or not there.
        StorageUnavailable: somebody has the desk open, or a file cannot be read or written.
    """
    if not source.is_file():
        raise unavailable("missing", str(source))
    if not folder.is_dir() or not place_of(folder / source.name).is_safe:
        raise Invalid(
            "folder",
            _("{path} is no folder of this computer's own.").format(path=folder),
            _("Choose another folder."),
        )
    _refuse_open(source)
    target = _free_name(folder, source)
    aside = _free_aside(source)
    moved: list[tuple[Path, Path]] = []
    try:
        for old, new in ((source, aside), (sidecar_path(source), sidecar_path(aside))):
            if old.exists():
                old.rename(new)
                moved.append((old, new))
        if sidecar_path(aside).exists():
            _copy(sidecar_path(aside), sidecar_path(target))
        _copy(aside, target)
        settle(folder)
    except OSError as error:
        for old, new in reversed(moved):
            new.rename(old)
        for path in (target, sidecar_path(target)):
            path.unlink(missing_ok=True)
        raise unavailable_by(error, source) from error
    return target


def _copy(source: Path, target: Path) -> None:
    """Copy the bytes of a file that nobody has open, and wait until the disk has them; its owner alone reads it."""
    part = target.with_name(f".{target.name}.part")
    try:
        with (
            source.open("rb") as reading,
            os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as writing,
        ):
            shutil.copyfileobj(reading, writing, 1 << 20)
            writing.flush()
            os.fsync(writing.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _refuse_open(source: Path) -> None:
    """StorageUnavailable "locked" where a journal or a counting slot tells that somebody works on the file."""
    journals = (source.with_name(f"{source.name}{end}") for end in ("-wal", "-journal"))
    if any(path.exists() and path.stat().st_size for path in journals) or _somebody_counts(beside(source)):
        raise StorageUnavailable(
            "locked",
            _("Somebody has the desk {path} open, or it was not closed in order.").format(path=source),
            _("Close it on every computer first, where it was open last of all; then try again."),
        )


def _somebody_counts(folder: Path) -> bool:
    before = {slot: lock_probe.count_in(slot) for slot in folder.glob("*.lock")}
    if not before:
        return False
    time.sleep(2 * lock_probe.BEAT_SECONDS + 0.5)
    return any(lock_probe.count_in(slot) not in {None, count} for slot, count in before.items())


def _free_name(folder: Path, source: Path) -> Path:
    """A name in the folder that nothing has yet."""
    names = (f"{source.stem}{f' {turn}' if turn else ''}{source.suffix}" for turn in range(1000))
    return next(path for name in names if not (path := folder / name).exists())


def _free_aside(source: Path) -> Path:
    names = (f"{source.name}{SET_ASIDE}{f'-{turn}' if turn else ''}" for turn in range(1000))
    return next(path for name in names if not (path := source.with_name(name)).exists())
