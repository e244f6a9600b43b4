"""The disk of disk.c under the real program: built, preloaded, its record read."""

import os
import shutil
import struct
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROOM, WRITES, SYNCS, READS, NAMES = 1, 2, 4, 8, 16
"""Which calls of the program can be made to fail; the numbers of disk.c."""

_HEAD = struct.Struct("=ciqI")


@dataclass(frozen=True, slots=True)
class Op:
    """One thing that the program did to the disk, or a note of what it told somebody by then.

    Attributes:
        kind: C created, E was there, W written, T cut, S synced, U removed, R renamed, M folder made, D folder synced,
            N note.
        file: a number for each file, kept when it is renamed.
        at: offset of a write, length of a cut.
    """

    kind: str
    file: int
    at: int
    data: bytes

    @property
    def text(self) -> str:
        """The name or note."""
        return self.data.decode()


@cache
def why_not() -> str:
    """Why this machine cannot run the rig; "" when it can."""
    if not sys.platform.startswith("linux"):
        return "the recording disk is preloaded, which only Linux is tried for"
    compiler = _compiler()
    if compiler is None:
        return "no C compiler (gcc) to build the recording disk"
    command = [compiler, "-fsyntax-only", str(Path(__file__).with_name("disk.c"))]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    return f"gcc cannot build the recording disk: {tried.stderr[-200:]}" if tried.returncode else ""


def _compiler() -> str | None:
    return shutil.which("gcc") or shutil.which("cc")


def built(folder: Path) -> Path:
    """Compile the disk into a folder."""
    library = folder / "disk.so"
    compiler = _compiler() or "cc"
    source = Path(__file__).with_name("disk.c")
    command = [compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl", "-lpthread"]
    subprocess.run(command, check=True, capture_output=True)
    return library


def start(library: Path, *words: str, program: str = "worker.py") -> "subprocess.Popen[str]":
    """A program that works on such a disk, told what to do on its command line and stdin."""
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name(program)), *words],
        cwd=ROOT,
        env={**os.environ, "LD_PRELOAD": str(library), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def read_record(path: Path) -> list[Op]:
    """What was recorded, in order."""
    raw = path.read_bytes()
    ops: list[Op] = []
    place = 0
    while place < len(raw):
        kind, file, at, length = _HEAD.unpack_from(raw, place)
        place += _HEAD.size
        ops.append(Op(kind.decode(), file, at, raw[place : place + length]))
        place += length
    return ops
