"""A line to a server that is cut at the worst moment: while a save is being acknowledged."""

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Literal

When = Literal["", "before", "at once", "after"]


class CutLine:
    """Passes on what a program and its server say to each other, and cuts the line at the next COMMIT.

    Attributes:
        when: "": never; "before": the COMMIT does not reach the server; "at once": it does, and nobody waits for what
            comes of it; "after": it was carried out, and the answer does not reach the program.
        silent: the program's end is cut, and the server is not told: as when a cable is pulled.
        cuts: how often the line was cut.
    """

    def __init__(self, port: int) -> None:
        self._to = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.when: When = ""
        self.silent = False
        self.cuts = 0
        self._open: list[socket.socket] = []
        threading.Thread(target=self._take, daemon=True).start()

    def close(self) -> None:
        self.close_door()
        for each in self._open:
            each.close()

    def close_door(self) -> None:
        """Let nobody in any more; the lines that there are stay."""
        if self._listener.fileno() >= 0:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()

    def _take(self) -> None:
        while True:
            try:
                program, _from = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._to)
            self._open += [program, server]
            line = _Line(self, program, server)
            threading.Thread(target=line.forth, daemon=True).start()
            threading.Thread(target=line.back, daemon=True).start()


class _Line:
    def __init__(self, rig: CutLine, program: socket.socket, server: socket.socket) -> None:
        self.rig, self.program, self.server = rig, program, server
        self.eats = False

    def forth(self) -> None:
        for said in _read(self.program):
            when = self.rig.when if b"COMMIT\0" in said else ""
            if when:
                self.rig.when, self.rig.cuts = "", self.rig.cuts + 1
            if when == "before":
                break
            # What belongs to it may follow in a packet of its own; the way back cuts, once the answer is there.
            self.eats = self.eats or when == "after"
            try:
                self.server.sendall(said)
            except OSError:
                break
            if when == "at once":
                break
        self.cut()

    def back(self) -> None:
        for said in _read(self.server):
            if not self.eats:
                try:
                    self.program.sendall(said)
                except OSError:
                    break
            elif b"COMMIT\0" in said:
                break
        self.cut()

    def cut(self) -> None:
        for end in (self.program,) if self.rig.silent else (self.program, self.server):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the other way has cut it


def _read(end: socket.socket) -> Generator[bytes]:
    while True:
        try:
            said = end.recv(1 << 16)
        except OSError:
            return
        if not said:
            return
        yield said


@contextmanager
def cut_line(port: int) -> Generator[CutLine]:
    """A line to the server at a port of this machine, not cut yet."""
    rig = CutLine(port)
    try:
        yield rig
    finally:
        rig.close()
