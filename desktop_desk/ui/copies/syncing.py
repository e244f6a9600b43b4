"""Syncs an open desk by itself, on a thread of its own: a hub that is slow or away holds up nothing."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_desk import bootstrap
from desktop_desk.desk.waiting_mail import OUTBOX_HELD
from desktop_desk.domain.errors import AnotherHubKey, DeskError
from desktop_desk.sync.rhythm import LONGEST_RETRY_MS, Rhythm
from desktop_desk.ui.background import Background, Lane

if TYPE_CHECKING:
    from desktop_desk.copies import Place
    from desktop_desk.desk.desk import Desk
    from desktop_desk.sync.exchange import Exchanged

T = TypeVar("T")

HUB = "hub"
"""The note of a desk file about its hub; one without it and without held mail needs nothing that syncing loads."""

FIRST_MS = 1_000
"""The person who starts the program wants to work first."""

TICK_MS = 500
"""Between two looks whether it is time."""

LOOK_MS = 5_000
"""Between two looks whether a desk without a hub has one by now."""

PATIENCE = 3.0
"""So many seconds a sync may go on after the last window is closed."""


class Interrupted(Exception):
    """The sync stopped between two steps, because the desk is being closed; the next one goes on from there."""


@dataclass(frozen=True, slots=True)
class SyncState:
    """What there is to say about syncing.

    Attributes:
        hub: the hub's address; "" for a desk without.
        waiting: changes that the hub does not have yet.
        offline_since: when the hub was first found away, ms.
        password_wanted: the hub has a new key, which only a password opens.
    """

    hub: str = ""
    rhythm: Rhythm = field(default_factory=Rhythm)
    waiting: int = 0
    offline_since: int | None = None
    outbox_held: bool = False
    password_wanted: bool = False


class Syncing(QObject):
    """Syncs soon after each change and every few seconds, while the desk has a hub; quiet while that is away.

    Args:
        after: done on the sync's thread after each sync: whoever came by it is to be let in.

    Signals:
        changed(SyncState): there is something else to say.
        synced(Exchanged): everything was exchanged with the hub.
        progressed(int done, int total): facts of a sync under way.
        broke(Exception): a mistake of ours, to be shown as one.
    """

    changed = Signal(object)
    synced = Signal(object)
    progressed = Signal(int, int)
    broke = Signal(object)

    def __init__(
        self,
        desk: "Desk",
        close_thread: Callable[[], None],
        after: Callable[[], None],
        *,
        now: Callable[[], int] = bootstrap.now_ms,
        inline: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._after = after
        self._now = now
        self._background = Background(close_thread, inline=inline, patience=PATIENCE, parent=self)
        self._state = SyncState()
        self._stopped = threading.Event()
        self._resting = False
        self._looked = now()
        self._clock = QTimer(self)
        self._clock.setInterval(TICK_MS)
        self._clock.timeout.connect(self.tick)

    @property
    def state(self) -> SyncState:
        """What there is to say now."""
        return self._state

    @property
    def busy(self) -> bool:
        """True while it is at work."""
        return self._background.busy

    # When

    def start(self) -> None:
        """Sync from now on, when the desk has a hub."""
        self._clock.start()
        QTimer.singleShot(FIRST_MS, self, self.look)

    def look(self) -> None:
        """Read again which hub the desk has."""
        self._looked = self._now()
        self._do(_place, self._on_place, lambda _error: True)

    def tick(self) -> None:
        """Begin a sync when it is time; called by the clock."""
        rhythm, now = self._state.rhythm, self._now()
        if not self._state.hub:
            self._look_for_hub(now)
            return
        if self._resting or rhythm.due is None:
            return
        if rhythm.due - now > LONGEST_RETRY_MS:
            # The clock was set back: nobody waits for it to come round again.
            rhythm = rhythm.asked(now)
            self._say(rhythm)
        if rhythm.is_due(now):
            self._begin()

    def _look_for_hub(self, now: int) -> None:
        """A command, or another window, may have shared the desk since."""
        if abs(now - self._looked) >= LOOK_MS:
            self.look()

    def wrote(self) -> None:
        """Something was written here: it goes out soon."""
        if self._state.hub:
            self._say(self._state.rhythm.wrote(self._now()))
            if self._state.rhythm.failures:
                self._count()

    def sync_now(self) -> None:
        """Sync at once, because somebody asked for it."""
        self._say(self._state.rhythm.asked(self._now()))
        self.tick()

    def give_password(
        self,
        password: str,
        *,
        owner: QObject,
        then: "Callable[[Exchanged], None]",
        failed: Callable[[Exception], bool],
    ) -> None:
        """Sync with the password of who is there: the hub was given a new key."""

        def sync(desk: "Desk", told: Callable[[int, int], None]) -> "Exchanged":
            from desktop_desk import copies

            return copies.sync(desk, told, password=password)

        def done(exchanged: "Exchanged") -> None:
            then(exchanged)
            self.sync_now()

        self.work(sync, owner=owner, then=done, failed=failed)

    def rest(self) -> None:
        """Nobody is there: send what is new, then wait."""
        if self._state.rhythm.changed and not self._state.rhythm.failures:
            self.sync_now()
        self._resting = True

    def go_on(self, desk: "Desk | None" = None) -> None:
        """Somebody is there again, with this desk of his."""
        self._desk = desk or self._desk
        if self._resting:
            self._resting = False
            self.sync_now()

    def finish(self, *, hurry: bool) -> None:
        """The desk is being closed: send what is new where that is quick, and end."""
        self._clock.stop()
        rhythm = self._state.rhythm
        if self._state.hub and rhythm.changed and not (hurry or rhythm.failures) and rhythm.due is not None:
            self._begin()
        waiter = threading.Timer(PATIENCE * 0.8, self._stopped.set)
        waiter.daemon = True
        waiter.start()
        if hurry:
            self._stopped.set()
        self._background.stop()
        waiter.cancel()

    # What

    def work(
        self,
        call: "Callable[[Desk, Callable[[int, int], None]], T]",
        *,
        owner: QObject,
        then: Callable[[T], None],
        failed: Callable[[Exception], bool],
    ) -> None:
        """Do something with the hub or about it, after what is being done; then look again how things stand."""

        def done(value: T) -> None:
            then(value)
            self.look()

        def not_done(error: Exception) -> None:
            if not failed(error):
                self.broke.emit(error)

        desk = self._desk
        self._background.submit(
            Lane.WRITE, lambda: call(desk, self._told), owner=owner, then=done, failed=not_done
        )

    def _begin(self) -> None:
        self._say(self._state.rhythm.begun())
        after = self._after

        def sync(desk: "Desk") -> "tuple[Exchanged, Place]":
            from desktop_desk import copies

            done = copies.sync(desk, self._told)
            after()
            return done, copies.place_of(desk)

        self._do(sync, lambda found: self._on_synced(*found), self._on_failed)

    def _do(
        self, call: "Callable[[Desk], T]", then: Callable[[T], None], failed: Callable[[Exception], bool]
    ) -> None:
        desk = self._desk

        def not_done(error: Exception) -> None:
            if not failed(error):
                self.broke.emit(error)

        self._background.submit(Lane.WRITE, lambda: call(desk), owner=self, then=then, failed=not_done)

    def _told(self, done: int, total: int) -> None:
        """On the sync's thread: how far it is; a desk that is being closed stops it here."""
        if self._stopped.is_set():
            raise Interrupted
        self.progressed.emit(done, total)

    # What happened

    def _on_place(self, place: "Place | None") -> None:
        if place is None:
            self._set(SyncState())
            return
        if place.hub != self._state.hub:
            # Another hub, or the first: whatever was wrong with the one before says nothing about it.
            self._set(SyncState(place.hub, Rhythm(due=self._now(), synced=place.synced)))
        self._tell(place)

    def _on_synced(self, done: "Exchanged", place: "Place") -> None:
        rhythm = self._state.rhythm.done(self._now(), done.problems)
        self._set(replace(self._state, rhythm=rhythm, offline_since=None, password_wanted=False))
        self._tell(place)
        self.synced.emit(done)

    def _on_failed(self, error: Exception) -> bool:
        if isinstance(error, Interrupted):
            return True
        now = self._now()
        known = isinstance(error, DeskError)
        rhythm = self._state.rhythm.failed(
            now, error if isinstance(error, DeskError) else DeskError(str(error))
        )
        since = (self._state.offline_since or now) if rhythm.state == "offline" else None
        wanted = isinstance(error, AnotherHubKey)
        self._set(replace(self._state, rhythm=rhythm, offline_since=since, password_wanted=wanted))
        self._count()
        return known

    def _count(self) -> None:
        """Ask how much waits to be sent."""
        self._do(_place, self._tell, lambda _error: True)

    def _tell(self, place: "Place | None") -> None:
        if place is None:
            self._set(SyncState())
        else:
            self._set(replace(self._state, waiting=place.waiting, outbox_held=place.outbox_held))

    def _say(self, rhythm: Rhythm) -> None:
        self._set(replace(self._state, rhythm=rhythm))

    def _set(self, state: SyncState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit(state)


def _place(desk: "Desk") -> "Place | None":
    """Where the desk meets the others; None for nowhere."""
    log = desk.store.log
    if not log.note(HUB) and not log.note(OUTBOX_HELD):
        return None
    from desktop_desk import copies

    return copies.place_of(desk)
