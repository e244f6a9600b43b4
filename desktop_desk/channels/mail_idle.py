"""Waiting for mail (IMAP IDLE, RFC 2177): a server that offers it says at once that a mail has come."""

import imaplib
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, Literal

from desktop_desk.channels.mail_fetch import logged_in, open_folder
from desktop_desk.desk.directory import Mailbox
from desktop_desk.domain.errors import DeskError

if TYPE_CHECKING:
    from desktop_desk.domain.facts import EntityId

RENEW: Final = 9 * 60.0
"""Seconds of one wait; servers allow 29 minutes, but what stands in between often drops a silent line after ten."""

SLICE: Final = 30.0
"""Seconds between two looks at the clock, which tells that the computer has slept."""

PATIENCE: Final = 15.0
"""Seconds that a server may take for one answer."""

LONGEST_LINE: Final = 64 * 1024
_TAG: Final = b"WAIT"
Outcome = Literal["news", "woken", "over"]
"""A mail came; somebody called `wake`; the time is over, or the computer has slept."""


class Waiter:
    """One connection with an open folder that waits; nothing else may use it between `begin` and `end`.

    Args:
        woken: a socket that has something to read once nobody waits any more.
        clock: the time of the wall, in seconds.

    Every method raises OSError or imaplib's errors when the line is broken.
    """

    def __init__(
        self, server: imaplib.IMAP4, woken: socket.socket, *, patience: float = PATIENCE,
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._server = server
        self._line = server.socket()
        self._woken = woken
        self._patience = patience
        self._clock = clock
        self._unread = b""

    def begin(self) -> None:
        """Ask the server to tell what comes; returns when it has begun to."""
        self._server.send(_TAG + b" IDLE\r\n")
        self._until(b"+")

    def wait(self, seconds: float) -> Outcome:
        """Wait for news, so long at most."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            before, part = self._clock(), min(left, SLICE)
            line = self._next(part, wakes=True)
            if line is None and self._is_woken():
                return "woken"
            if line is not None and _is_news(line):
                return "news"
            if self._clock() - before > part + SLICE:
                return "over"
        return "over"

    def end(self) -> bool:
        """Wait no more; True when news came in between."""
        self._server.send(b"DONE\r\n")
        return self._until(_TAG)

    def _until(self, beginning: bytes) -> bool:
        """Read until the server says that; whether news were among what came before."""
        has_news = False
        while True:
            line = self._next(self._patience)
            if line is None:
                raise TimeoutError
            if line.startswith(beginning) and not line.startswith((_TAG + b" NO", _TAG + b" BAD")):
                return has_news
            if line.startswith(_TAG):
                raise imaplib.IMAP4.error(line.decode("ascii", "replace"))
            has_news = has_news or _is_news(line)

    def _next(self, seconds: float, *, wakes: bool = False) -> bytes | None:
        """The next line; None when there is none for so long, or when it `wakes` and is woken."""
        until = time.monotonic() + seconds
        while b"\n" not in self._unread:
            left = until - time.monotonic()
            if left <= 0 or (not self._is_readable(left, wakes=wakes) and self._is_woken()):
                return None
            self._unread += self._received()
            if len(self._unread) > LONGEST_LINE:
                raise imaplib.IMAP4.abort
        line, _newline, self._unread = self._unread.partition(b"\n")
        if line.startswith(b"* BYE"):
            raise imaplib.IMAP4.abort(line.decode("ascii", "replace"))
        return line.rstrip(b"\r")

    def _is_readable(self, seconds: float, *, wakes: bool) -> bool:
        if isinstance(self._line, ssl.SSLSocket) and self._line.pending():
            return True
        lines = [self._line, self._woken] if wakes else [self._line]
        return self._line in select.select(lines, [], [], seconds)[0]

    def _is_woken(self) -> bool:
        return bool(select.select([self._woken], [], [], 0)[0])

    def _received(self) -> bytes:
        """What is there now; b"" when what came was for the encryption only."""
        self._line.settimeout(0)
        try:
            part = self._line.recv(16 * 1024)
        except (BlockingIOError, ssl.SSLWantReadError):
            return b""
        finally:
            self._line.settimeout(self._patience)
        if not part:
            raise imaplib.IMAP4.abort
        return part


class Bell:
    """Waits on one mailbox, on a thread of its own, until it is told to end or the line breaks.

    Args:
        news: called on that thread when a mail may have come, also once when the waiting has begun.
    """

    def __init__(
        self, box: Mailbox, password: str, trust: ssl.SSLContext | None, news: Callable[[Mailbox], None], *,
        renew: float = RENEW,
    ) -> None:  # fmt: skip
        self.box = box
        self.offered = True
        self._password = password
        self._trust = trust
        self._news = news
        self._renew = renew
        self._woken, self._wake = socket.socketpair()
        self._lock = threading.Lock()
        self._is_waiting = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"mail bell {box.uid[:8]}", daemon=True)
        self._thread.start()

    @property
    def waits(self) -> bool:
        """Whether a mail is told at once now."""
        return self._is_waiting.is_set()

    @property
    def ended(self) -> bool:
        """Whether its thread has come to its end."""
        return not self._thread.is_alive()

    def wake(self) -> None:
        """End the waiting; returns at once."""
        with self._lock:
            if self._wake.fileno() >= 0:
                self._wake.send(b"x")

    def join(self, seconds: float) -> None:
        """Wait until it has said good-bye to the server, so long at most."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            trust = self._trust or ssl.create_default_context()
            with logged_in(self.box, self._password, trust, PATIENCE) as server:
                open_folder(server, self.box)
                self.offered = b"IDLE" in (server.capability()[1][0] or b"").upper().split()
                if self.offered:
                    self._wait(Waiter(server, self._woken))
        except DeskError:
            # Looking into the mailbox goes on without it, and tells what is wrong with the server.
            return
        finally:
            self._is_waiting.clear()
            with self._lock:
                self._wake.close()
                self._woken.close()

    def _wait(self, waiter: Waiter) -> None:
        while True:
            try:
                waiter.begin()
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                self.offered = False
                return
            self._is_waiting.set()
            # What came before is told by nobody else.
            self._news(self.box)
            while (outcome := waiter.wait(self._renew)) == "news":
                self._news(self.box)
            waiter.end()
            if outcome == "woken":
                return


class Bells:
    """The mailboxes that are waited for; safe from any thread.

    Args:
        on_news: called, on any thread, when a mail may have come: `rung` then tells where.
        trust: whose certificates are good; None: those that the system trusts.
    """

    def __init__(
        self, on_news: Callable[[], object], trust: ssl.SSLContext | None = None, *, renew: float = RENEW
    ) -> None:
        self._on_news = on_news
        self._trust = trust
        self._renew = renew
        self._lock = threading.Lock()
        self._bells: dict[EntityId, Bell] = {}
        self._rung: set[str] = set()
        self._closed = False

    def hang(self, box: Mailbox, password: str) -> None:
        """Wait on a mailbox from now on, unless that is done already, or its server has said that it offers none."""
        with self._lock:
            known = self._bells.get(box.uid)
            if self._closed or (
                known is not None and known.box == box and not (known.ended and known.offered)
            ):
                return
            if known is not None:
                known.wake()
            self._bells[box.uid] = Bell(box, password, self._trust, self._heard, renew=self._renew)

    def waits(self, box: Mailbox) -> bool:
        """Whether a mail in this mailbox is told at once now."""
        with self._lock:
            known = self._bells.get(box.uid)
            return known is not None and known.box == box and known.waits

    def rung(self) -> frozenset[str]:
        """The mailboxes in which a mail may have come since this was last asked."""
        with self._lock:
            found, self._rung = frozenset(self._rung), set()
            return found

    def only(self, boxes: Iterable[Mailbox]) -> None:
        """Wait on no other mailboxes than these."""
        wanted = {box.uid: box for box in boxes}
        with self._lock:
            for uid in [uid for uid, bell in self._bells.items() if wanted.get(uid) != bell.box]:
                self._bells.pop(uid).wake()

    def close(self) -> None:
        """Wait nowhere any more; returns at once, and nothing is told from now on."""
        with self._lock:
            self._closed = True
            for bell in self._bells.values():
                bell.wake()

    def join(self, seconds: float) -> None:
        """Wait until all have said good-bye, so long at most."""
        until = time.monotonic() + seconds
        for bell in tuple(self._bells.values()):
            bell.join(max(0.0, until - time.monotonic()))

    def _heard(self, box: Mailbox) -> None:
        with self._lock:
            if self._closed:
                return
            self._rung.add(box.uid)
        self._on_news()


def _is_news(line: bytes) -> bool:
    """Whether a line of the server says that there are mails."""
    parts = line.upper().split()
    return len(parts) == 3 and parts[0] == b"*" and parts[2] == b"EXISTS"
