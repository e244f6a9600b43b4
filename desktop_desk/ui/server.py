"""Takes what a second start or a softphone hands over: one JSON line in, one JSON line out."""

import json
import logging
from typing import Any, cast

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from desktop_desk import handover
from desktop_desk.i18n import _

_log = logging.getLogger(__name__)

LONGEST = handover.LONGEST_MESSAGE
PATIENCE_MS = 5000
VERBS = frozenset({"open", "call"})


class HandoverServer(QObject):
    """Listens for this user's other starts; everybody gets an answer at once, the act follows.

    Signals:
        asked(dict): a request whose "do" is "open" or "call".
    """

    asked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock: QLockFile | None = None
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def start(self) -> bool:
        """Listen; False when another program of this user is already there, or starting."""
        address = handover.prepare_address()
        lock = QLockFile(f"{address}.lock")
        lock.setStaleLockTime(0)
        if not lock.tryLock(0):
            return False
        self._lock = lock
        QLocalServer.removeServer(address)
        if not self._server.listen(address):
            _log.warning("a second start cannot be heard: %s", self._server.errorString())
        return True

    def stop(self) -> None:
        """Listen no more; the next start becomes the program."""
        self._server.close()
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            _Visit(socket, self)


class _Visit(QObject):
    """One connection: reads a line, answers, hands the request on."""

    def __init__(self, socket: QLocalSocket, server: HandoverServer) -> None:
        super().__init__(server)
        self._server = server
        self._socket = socket
        socket.setParent(self)
        self._read = bytearray()
        socket.readyRead.connect(self._on_ready)
        socket.disconnected.connect(self.deleteLater)
        QTimer.singleShot(PATIENCE_MS, self, self._on_late)
        self._on_ready()

    def _on_ready(self) -> None:
        self._read += self._socket.readAll().data()
        line, newline, _rest = bytes(self._read).partition(b"\n")
        if newline:
            self._take(line)
        elif len(self._read) > LONGEST:
            self._answer(_("The request is too long."))

    def _take(self, line: bytes) -> None:
        try:
            request: Any = json.loads(line)
        except ValueError:
            request = None
        if not isinstance(request, dict) or cast("dict[str, Any]", request).get("do") not in VERBS:
            self._answer(_("The running program does not know this request; it may be of another version."))
            return
        self._answer("")
        self._server.asked.emit(request)

    def _answer(self, reason: str) -> None:
        self._socket.readyRead.disconnect(self._on_ready)
        answer: dict[str, object] = {"ok": False, "reason": reason} if reason else {"ok": True}
        self._socket.write(json.dumps(answer).encode() + b"\n")
        self._socket.flush()
        self._socket.disconnectFromServer()

    def _on_late(self) -> None:
        self._socket.abort()
        self.deleteLater()
