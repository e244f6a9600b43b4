"""Reaching this user's running program through its local socket; one JSON line each way.

A leaf on the standard library alone: a softphone waits for the command that imports it. Only what the
operating system keeps for this user is trusted, so nobody else can answer for the program, or be sent a
caller's number.
"""

import contextlib
import json
import os
import socket
import stat
import sys
import threading
import time
import zlib
from collections.abc import Mapping
from io import RawIOBase

PATIENCE = 5.0
"""Seconds that a running program may take to answer."""
LONGEST_MESSAGE = 64 * 1024

_DARWIN_USER_TEMP_DIR = 65537  # confstr's number for it; Python has no name for it
_PIPES = "\\\\.\\pipe\\"


class Answer:
    """What the running program said: `ok`, or the `reason` why not, a sentence for a person."""

    __slots__ = ("ok", "reason")

    def __init__(self, *, ok: bool, reason: str = "") -> None:
        self.ok = ok
        self.reason = reason


class NoAnswer(OSError):
    """A program listens, but said nothing that could be understood in time."""


def address(environment: Mapping[str, str] = os.environ) -> str:
    """Where this user's program listens: a socket's absolute path, on Windows a pipe's name.

    A program with its own DESKTOP_DESK_HOME has its own address.
    """
    home = environment.get("DESKTOP_DESK_HOME", "")
    mark = f"-{zlib.crc32(os.path.abspath(home).encode(errors='surrogateescape')):08x}" if home else ""  # noqa: PTH100
    if sys.platform == "win32":
        return f"desktop-desk-{environment.get('USERNAME', 'user')}{mark}"
    return f"{_folder(environment)}/program{mark}.socket"


def prepare_address(environment: Mapping[str, str] = os.environ) -> str:
    """The address, with its folder made for this user alone; raises OSError when it belongs to another."""
    where = address(environment)
    if sys.platform != "win32":
        folder = _folder(environment)
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder, 0o700)  # noqa: PTH102  pathlib costs a launch 15 ms
        if not _is_ours(folder):
            raise PermissionError(f"{folder} belongs to somebody else")
    return where


def ask(
    request: Mapping[str, object], patience: float = PATIENCE, environment: Mapping[str, str] = os.environ
) -> Answer | None:
    """Send one request to the running program and return its answer; None when no program runs.

    Raises NoAnswer when a program listens but does not answer within `patience` seconds.
    """
    line = json.dumps(request).encode() + b"\n"
    if sys.platform == "win32":
        return _ask_pipe(_PIPES + address(environment), line, patience)
    if not _is_ours(_folder(environment)):
        return None
    return _ask_socket(address(environment), line, patience)


def _folder(environment: Mapping[str, str]) -> str:
    """The folder of the socket, the same for every session of the user, also for one started by cron."""
    user = os.getuid()
    runtime = environment.get("XDG_RUNTIME_DIR") or f"/run/user/{user}"
    if sys.platform == "darwin":
        runtime = os.confstr(_DARWIN_USER_TEMP_DIR) or "/tmp"  # noqa: S108
    if not (os.path.isdir(runtime) and os.access(runtime, os.W_OK)):  # noqa: PTH112
        runtime = "/tmp"  # noqa: S108  the folder in it is made for the user alone, and checked
    return f"{runtime.rstrip('/')}/desktop-desk-{user}"


def _is_ours(folder: str) -> bool:
    try:
        status = os.lstat(folder)
    except OSError:
        return False
    private = not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and private


def _ask_socket(path: str, line: bytes, patience: float) -> Answer | None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(patience)
        try:
            connection.connect(path)
            connection.sendall(line)
            said = _read_line(connection, patience)
        except (FileNotFoundError, ConnectionError):
            # Never started; killed, and its name left behind; or it is ending right now.
            return None
        except OSError as error:
            raise NoAnswer(str(error)) from error
    return _understand(said) if said else None


def _read_line(connection: socket.socket, patience: float) -> bytes:
    deadline = time.monotonic() + patience
    line = b""
    while not line.endswith(b"\n") and len(line) <= LONGEST_MESSAGE:
        connection.settimeout(max(deadline - time.monotonic(), 0.001))
        piece = connection.recv(4096)
        if not piece:
            break
        line += piece
    return line


def _ask_pipe(name: str, line: bytes, patience: float) -> Answer | None:
    # A softphone's child may not raise another program's window unless it hands its own right to do so on.
    _let_others_come_to_the_front()
    deadline = time.monotonic() + patience
    while True:
        try:
            pipe = open(name, "r+b", buffering=0)  # noqa: PTH123, SIM115  not a path on a disk; closed below
        except FileNotFoundError:
            return None
        except OSError as error:  # every instance of the pipe is busy with another launcher
            if time.monotonic() > deadline:
                raise NoAnswer(str(error)) from error
            time.sleep(0.02)
        else:
            return _converse(pipe, line, deadline)


def _converse(pipe: RawIOBase, line: bytes, deadline: float) -> Answer:
    """Write and read in a thread of its own: a pipe knows no time limit."""
    heard: list[bytes] = []

    def speak() -> None:
        with contextlib.suppress(OSError), pipe:
            pipe.write(line)
            heard.append(pipe.readline(LONGEST_MESSAGE))

    speaker = threading.Thread(target=speak, daemon=True)
    speaker.start()
    speaker.join(max(deadline - time.monotonic(), 0))
    if not heard:
        raise NoAnswer("no answer in time")
    return _understand(heard[0])


def _let_others_come_to_the_front() -> None:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415  needed on this platform only

        ctypes.windll.user32.AllowSetForegroundWindow(-1)


def _understand(line: bytes) -> Answer:
    try:
        said = json.loads(line)
        return Answer(ok=bool(said["ok"]), reason=str(said.get("reason") or ""))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoAnswer(f"not an answer: {line[:80]!r}") from error
