"""A desk file on a network folder: refused, unless an expert says so and the folder's locks are seen to hold.

Whether locks hold between two computers cannot be tried from one. So every program that has such a desk open holds
the lock of a slot of its own beside it, and counts up in it; whoever comes later must be kept out by every slot that
counts, else it is refused before SQLite has touched the file.
"""

import json
import os
import secrets
import shlex
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from desktop_desk.domain.errors import OnNetwork
from desktop_desk.i18n import _
from desktop_desk.storage import lock_probe
from desktop_desk.storage.places import Place, place_of

SQLITE = b"SQLite format 3\x00"
_WAL = b"\x02\x02"
_PROBE_SECONDS = 30


def beside(path: Path) -> Path:
    """The folder beside a desk file in which the programs that have it open leave their marks."""
    return path.with_name(f".{path.name}.here")


def hub_beside(path: Path) -> str:
    """The address of the folder hub that is proposed instead of a desk at this path."""
    return f"folder:{path.with_suffix('.hub')}"


def refuse_network(path: Path) -> None:
    """StorageUnavailable "network" when a desk at this path would not be safe there."""
    place = place_of(path)
    if not place.is_safe:
        raise refused(path, place)


def refused(path: Path, place: Place) -> OnNetwork:
    """The refusal in plain words, with the command that shares the desk instead."""
    command = f"desktop-desk --desk {shlex.quote(path.name)} hub new {shlex.quote(hub_beside(path))}"
    instead = _(
        "Keep the desk on this computer and share it through that folder: {command} ."
        " Every other computer then takes a copy of its own from there."
    ).format(command=command)
    if place.kind == "cloud":
        reason = _(
            "{path} lies in a folder that a cloud service copies ({why}). Copying a desk while somebody writes to it"
            " destroys it."
        )
        return OnNetwork(reason.format(path=path, why=place.why), instead, expert=False)
    reason = _(
        "{path} lies in a network folder ({why}). Several computers that write to one file there can destroy it."
    )
    expert = _("Experts open it there all the same with --on-network.")
    return OnNetwork(reason.format(path=path, why=place.why), f"{instead} {expert}", expert=True)


def _unsafe(path: Path, why: str) -> OnNetwork:
    reason = _("{path} cannot be opened in that folder: {why}").format(path=path, why=why)
    advice = _("Keep the desk on this computer and share it through that folder with “hub new {hub}”.")
    return OnNetwork(reason, advice.format(hub=hub_beside(path)), expert=False)


class Footing:
    """What a desk file on a network folder stands on while it is open: locks that held when it was opened.

    Attributes:
        was_wal: the file is one of WAL, or may be (an encrypted one does not tell), and must be turned first.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.was_wal = True
        self._folder = beside(path)
        self._slot = self._folder / f"{secrets.token_hex(12)}.lock"
        self._ended = threading.Event()
        self._at_work = threading.Lock()
        self._handle = -1
        self._trouble = ""

    def hold(self) -> None:
        """Hold a slot from now on, and count up in it."""
        self._folder.mkdir(exist_ok=True)
        self._handle = os.open(self._slot, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
        if not lock_probe.take(self._handle):
            raise BlockingIOError(_("a new file is locked already"))
        self._count(1)
        threading.Thread(target=self._keep_counting, name="desk slot", daemon=True).start()

    def release(self) -> None:
        """Leave the slot; the desk is closed."""
        self._ended.set()
        with self._at_work:
            handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)
            self._slot.unlink(missing_ok=True)
        remove_empty(self._folder)

    def require(self) -> None:
        """StorageUnavailable "network" when others may have taken this program for dead; asked before each write."""
        if self._trouble:
            raise _unsafe(self.path, self._trouble)

    def _keep_counting(self) -> None:
        count = 1
        while not self._ended.wait(lock_probe.BEAT_SECONDS):
            count += 1
            with self._at_work:
                if self._handle < 0:
                    return
                try:
                    self._count(count)
                except OSError as error:
                    self._trouble = _("the folder went away ({why}).").format(why=error.strerror or error)

    def _count(self, count: int) -> None:
        os.lseek(self._handle, 0, os.SEEK_SET)
        os.write(self._handle, f"{count:019d}\n".encode("ascii"))
        os.fsync(self._handle)
        gone = _("this program stood still for so long that others took it for ended.")
        self._trouble = "" if self._slot.exists() else gone


def footing_at(path: Path, *, on_network: bool) -> Footing | None:
    """What a desk at this path stands on: None on a disk of this machine.

    Raises:
        StorageUnavailable: "network", where it must not be opened; nothing has touched the file then.
    """
    place = place_of(path)
    if place.is_safe:
        return None
    if not on_network or place.kind == "cloud":
        raise refused(path, place)
    return _stand_on(path)


def _stand_on(path: Path) -> Footing:
    """A footing on a network folder; StorageUnavailable "network" with what does not hold there."""
    if _has_open_wal(path):
        raise _unsafe(
            path, _("it is open on another computer, or was not closed there. Close it where it was open.")
        )
    footing = Footing(path)
    try:
        footing.hold()
        head = _probed(path, beside(path))
    except OSError as error:
        footing.release()
        why = _("it gives no locks ({why}).").format(why=error.strerror or error)
        raise _unsafe(path, why) from error
    except BaseException:
        footing.release()
        raise
    footing.was_wal = head[:16] != SQLITE or head[18:20] == _WAL
    return footing


def _has_open_wal(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _probed(path: Path, folder: Path) -> bytes:
    """The first bytes of the desk file, after another process was seen to be kept out by locks in its folder."""
    scratch = folder / f"{secrets.token_hex(12)}.probe"
    handle = os.open(scratch, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with _other_side(path, scratch, folder) as other:
            return _compared(path, handle, other)
    finally:
        os.close(handle)
        scratch.unlink(missing_ok=True)


def _compared(path: Path, handle: int, other: "subprocess.Popen[str]") -> bytes:
    assert other.stdin is not None  # noqa: S101  for the type: it was asked for
    assert other.stdout is not None  # noqa: S101
    told = _next(other.stdout)
    if not told.get("held"):
        raise _unsafe(path, _("it gives no locks ({why}).").format(why=told.get("error") or _("no answer")))
    head = bytes.fromhex(str(told.get("head") or ""))
    if lock_probe.take(handle):
        raise _unsafe(path, _("its locks do not keep a second program out."))
    print(file=other.stdin, flush=True)
    if not _next(other.stdout).get("released") or not lock_probe.take(handle):
        raise _unsafe(path, _("a lock stays although it was given back."))
    print(file=other.stdin, flush=True)
    told = _next(other.stdout)
    if "unheld" not in told:
        raise _unsafe(path, _("the lock probe ended early."))
    if told["unheld"]:
        raise _unsafe(
            path, _("another computer has it open, and the folder's locks do not reach from there to here.")
        )
    return head


@contextmanager
def _other_side(path: Path, scratch: Path, folder: Path) -> Generator["subprocess.Popen[str]"]:
    """A process that takes the lock of the scratch file, ended with the block."""
    own = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "desktop_desk"]
    command = [*own, "lock-probe", str(path), str(scratch), str(folder)]
    with subprocess.Popen(  # noqa: S603  ourselves
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        # A folder whose server went away would hold both for ever.
        timer = threading.Timer(_PROBE_SECONDS, process.kill)
        timer.daemon = True
        timer.start()
        try:
            yield process
        finally:
            timer.cancel()
            process.kill()


def _next(told: IO[str]) -> dict[str, Any]:
    line = told.readline()
    return json.loads(line) if line.strip() else {}


def remove_empty(folder: Path) -> None:
    """Take the folder of marks away with the last of them."""
    try:
        folder.rmdir()
    except OSError:
        return  # others are still there, or it has gone already
