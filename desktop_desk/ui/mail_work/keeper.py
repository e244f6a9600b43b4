"""Keeps mail going while a desk is open: fetches the mailboxes of this copy, and sends what waits in its outbox."""

import hashlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop_desk import bootstrap
from desktop_desk.domain.errors import AccessDenied, DeskError
from desktop_desk.ui.background import Background, Lane

if TYPE_CHECKING:
    import ssl

    from desktop_desk.channels.mail_idle import Bells
    from desktop_desk.channels.mail_out import Dial, PasswordOf, Posted
    from desktop_desk.channels.mail_rounds import Round, Rounds
    from desktop_desk.channels.mail_tokens import AccessTokens
    from desktop_desk.desk.front_door import FrontDoor
    from desktop_desk.desk.mail_keeping import MailKeeping
    from desktop_desk.desk.outbox import Outbox, OutboxStatus

FIRST_MS: Final = 3_000
"""The person who starts the program wants to work first."""

LOOK_MS: Final = 5_000
"""Between two looks whether a mailbox or a letter is due; commands and other windows put letters in as well."""

KEYRING_MS: Final = 30_000
"""Between two looks whether a password was typed anew."""

SWEEP_MS: Final = 60_000
"""Between two looks at what has come near and is told by mail."""

PATIENCE: Final = 4.0
"""So many seconds a letter or a look that is under way may go on after the last window is closed."""


class MailKeeper(QObject):
    """Fetches and sends on threads of their own, so that a server that is slow or away holds up nothing.

    Args:
        password_of: the password of a mailbox on this computer; None: the system's keyring.
        trust: whose certificates are good; None: those that the system trusts.
        dialled: how a server for sending is reached; None: by SMTP.

    Signals:
        came(Tally): mails were taken in.
        sent(Posted): letters went out, or could not.
        looked(): something about the mailboxes or the outbox may stand otherwise now.
        broke(Exception): a mistake of ours, to be shown as one.
        rung(): a server says, on any thread, that a mail has come.
    """

    came = Signal(object)
    sent = Signal(object)
    looked = Signal()
    broke = Signal(object)
    rung = Signal()

    def __init__(
        self, front: "FrontDoor", *, password_of: "PasswordOf | None" = None, trust: "ssl.SSLContext | None" = None,
        dialled: "Dial | None" = None, now: Callable[[], int] = bootstrap.now_ms, inline: bool = False,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._front = front
        self._password_of = password_of
        self._trust = trust
        self._dialled = dialled
        self._now = now
        self._background = Background(front.close_thread, inline=inline, patience=PATIENCE, parent=self)
        self._closing, self._stopped = threading.Event(), threading.Event()
        self._rounds: Rounds | None = None
        self._bells: Bells | None = None
        self._waits_for_mail, self._heard = not inline, False
        self.rung.connect(self._on_rung, Qt.ConnectionType.QueuedConnection)
        self._tokens: AccessTokens | None = None
        self._tokens_lock = threading.Lock()
        self._mark, self._asked_at, self._swept = "", 0, 0
        self._acts: set[str] = set()
        self._fetching = self._sending = False
        self._asked = self._send_asked = False
        self.mine = True
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_MS)
        self._clock.timeout.connect(self.tick)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._send_due)

    @property
    def busy(self) -> bool:
        """True while it is at work."""
        return self._background.busy

    # When

    def start(self) -> None:
        """Keep mail going from now on."""
        self._clock.start()
        QTimer.singleShot(FIRST_MS, self, self.tick)

    def tick(self) -> None:
        """Fetch and send what is due; called by the clock."""
        self._fetch(hurry=False)
        self._send(hurry=False)

    def fetch_now(self) -> None:
        """Look into every mailbox of this copy, because somebody asked for it."""
        self._fetch(hurry=True)

    def send_now(self) -> None:
        """Send what waits, also what was stopped, because somebody asked for it."""
        self._send(hurry=True)

    def wrote(self, act: str) -> None:
        """Something was written in this window: what it tells callers goes out in some seconds."""
        self._acts.add(act)
        self._send(hurry=False)

    def _send_due(self) -> None:
        self._send(hurry=False)

    def finish(self, *, hurry: bool) -> None:
        """The desk is being closed: send what was written in this window where that is quick, and end.

        What is under way may come to its end, for some seconds; a server that does not answer is left behind, and
        its letter waits for the next start.
        """
        self._clock.stop()
        self._soon.stop()
        self._closing.set()
        if self._bells is not None:
            self._bells.close()
        if self._acts and not hurry:
            # They are held for somebody who could undo them; he is going.
            acts = frozenset(self._acts)
            self._background.submit(
                Lane.WRITE, lambda: self._posted(hurry=False, unheld=acts), owner=self, then=_nothing, failed=_nothing
            )  # fmt: skip
            waiter = threading.Timer(PATIENCE * 0.8, self._stopped.set)
            waiter.daemon = True
            waiter.start()
        else:
            self._stopped.set()
        self._background.submit(Lane.WRITE, self._leave, owner=self, then=_nothing, failed=_nothing)
        self._background.stop()
        self._stopped.set()

    # Fetching

    def _fetch(self, *, hurry: bool) -> None:
        if self._fetching:
            self._asked = self._asked or hurry
            return
        self._fetching, self._asked, self._heard = True, False, False
        self._background.submit(
            Lane.LONG, lambda: self._round(hurry=hurry), owner=self, then=self._on_round, failed=self._on_failed
        )  # fmt: skip

    def _round(self, *, hurry: bool) -> "Round | None":
        """On the thread for fetching: one round; None while nothing can be read of the desk."""
        keeping = self._keeping()
        if keeping is None or not (keeping.boxes() or self._rounds is not None):
            return None
        if self._rounds is None:
            from desktop_desk.channels.mail_idle import Bells
            from desktop_desk.channels.mail_rounds import Rounds

            if self._waits_for_mail:
                self._bells = Bells(self.rung.emit, self._trust)
            self._rounds = Rounds(
                self._passwords(), trust=self._trust, stopped=self._closing.is_set, rest=self._closing.wait,
                access=self._access(), bells=self._bells,
            )  # fmt: skip
        return self._rounds.go(keeping, hurry=hurry)

    def _on_round(self, done: "Round | None") -> None:
        self._fetching = False
        if done is not None:
            self.mine = done.mine
            if done.tally.read:
                self.came.emit(done.tally)
            if done.looked:
                self.looked.emit()
        if self._asked or self._heard:
            self._fetch(hurry=self._asked)

    def _on_rung(self) -> None:
        """A mail has come: look now, or again after the look that is under way."""
        self._heard = self._fetching
        self._fetch(hurry=False)

    # Sending

    def _send(self, *, hurry: bool) -> None:
        if self._sending:
            self._send_asked = self._send_asked or hurry
            return
        self._sending, self._send_asked = True, False
        self._background.submit(
            Lane.WRITE, lambda: self._posted(hurry=hurry), owner=self, then=lambda told: self._on_sent(*told),
            failed=self._on_failed,
        )  # fmt: skip

    def _posted(
        self, *, hurry: bool, unheld: frozenset[str] = frozenset()
    ) -> "tuple[Posted | None, OutboxStatus | None]":
        """On the thread for sending: send what is due; gives what came of it, and how the outbox stands then."""
        keeping = self._keeping()
        if keeping is None:
            return None, None
        outbox = keeping.outbox()
        status = outbox.status()
        if status.stopped and not hurry:
            hurry = self._is_put_right(keeping)
        if status.held or not (hurry or unheld or self._is_due(keeping, status)):
            return None, status
        return self._send_all(outbox, hurry=hurry, unheld=unheld), outbox.status()

    def _send_all(self, outbox: "Outbox", *, hurry: bool, unheld: frozenset[str]) -> "Posted":
        from desktop_desk.channels.mail_out import dial, send_due

        return send_due(
            outbox, self._passwords(), self._now, dialled=self._dialled or dial, hurry=hurry, unheld=unheld,
            stopped=self._stopped.is_set, access=self._access(),
        )  # fmt: skip

    def _is_due(self, keeping: "MailKeeping", status: "OutboxStatus") -> bool:
        """Whether something goes now; each minute it may, since what comes near is put in by whoever asks."""
        now = self._now()
        if any(due is not None and due <= now for due in (status.due, status.notice_due)):
            return True
        if abs(now - self._swept) < SWEEP_MS:
            return False
        self._swept = now
        return keeping.can_send()

    def _is_put_right(self, keeping: "MailKeeping") -> bool:
        """Whether somebody changed a mailbox or a password since letters were stopped: then they are tried again."""
        if abs(self._now() - self._asked_at) < KEYRING_MS:
            return False
        self._asked_at = self._now()
        before, self._mark = self._mark, _settings_mark(keeping, self._passwords())
        return before not in {"", self._mark}

    def _on_sent(self, done: "Posted | None", status: "OutboxStatus | None") -> None:
        self._sending = False
        if done is not None and (done.sent or done.failed or done.problems):
            self.sent.emit(done)
            self.looked.emit()
        if status is not None and not status.waiting:
            self._acts.clear()
        if self._send_asked:
            self._send(hurry=True)
        elif status is not None and status.due is not None and status.due > self._now():
            # What is due already and has not gone is looked at again by the clock.
            self._soon.start(max(20, min(status.due - self._now(), LOOK_MS)))

    # Both

    def _keeping(self) -> "MailKeeping | None":
        try:
            return self._front.mail_keeping()
        except AccessDenied:
            return None

    def _passwords(self) -> "PasswordOf":
        if self._password_of is None:
            from desktop_desk.channels.mail_passwords import password_of

            self._password_of = password_of
        return self._password_of

    def _access(self) -> "AccessTokens":
        """The tokens of this window; both threads ask for them."""
        with self._tokens_lock:
            if self._tokens is None:
                from desktop_desk.channels.mail_tokens import AccessTokens

                self._tokens = AccessTokens(self._trust)
            return self._tokens

    def _leave(self) -> None:
        """Let another window on this file fetch at once, and say good-bye to the servers."""
        if self._bells is not None:
            self._bells.join(PATIENCE / 2)
        keeping = self._keeping()
        if keeping is not None and self._rounds is not None:
            self._rounds.leave(keeping)

    def _on_failed(self, error: Exception) -> None:
        """The desk itself could not be read or written: its own screens tell that; mail goes on at the next look."""
        self._fetching = self._sending = False
        if not isinstance(error, DeskError):
            self.broke.emit(error)


def _settings_mark(keeping: "MailKeeping", password_of: "PasswordOf") -> str:
    """A digest of what decides whether the mailboxes can send."""
    with keeping.store.reading():
        boxes = keeping.store.directory().mailboxes
    told = [
        (box.uid, box.active, box.smtp_host, box.smtp_port, box.smtp_security, box.login, box.address, password_of(box))
        for box in boxes
        if box.smtp_host
    ]  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _nothing(_answer: object) -> None:
    """Nobody is there any more to be told; what could not go waits for the next start."""
