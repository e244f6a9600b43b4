"""Mail kept going by an open desk: which mailboxes are fetched here, by which window, and how far it has come.

No agent acts here: only channels and whoever keeps the desk open hold it.
"""

import json
from typing import TYPE_CHECKING

from desktop_desk.desk.directory import Mailbox
from desktop_desk.desk.mail_looks import Look, LookState, is_fetched_by, keep_look
from desktop_desk.desk.outbox import Outbox
from desktop_desk.desk.ports import Clock, NewId, Store

if TYPE_CHECKING:
    from desktop_desk.desk.mail_room import MailRoom

LEASE_MS = 3 * 60_000
"""So long a window that fetches is taken to be there without a word of it; then another one takes its place."""

_CLAIM = "mail_claim"


class MailKeeping:
    """What a keeper of mail does with the desk; safe from any thread."""

    def __init__(self, store: Store, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id

    @property
    def store(self) -> Store:
        """The store behind it."""
        return self._store

    def now(self) -> int:
        """The time, ms."""
        return self._clock()

    def room(self) -> "MailRoom":
        """What files mails."""
        from desktop_desk.desk.mail_room import MailRoom  # noqa: PLC0415  most looks find no mail

        return MailRoom(self._store, self._clock, self._new_id)

    def outbox(self) -> Outbox:
        """Mail that goes out of this copy."""
        return Outbox(self._store, self._clock, self._new_id)

    def boxes(self) -> tuple[Mailbox, ...]:
        """The mailboxes that this copy of the desk fetches by itself; none in a copy that was revoked."""
        with self._store.reading():
            if self._store.log.is_revoked():
                return ()
            directory, own = self._store.directory(), self._store.log.own
            return tuple(box for box in directory.mailboxes if is_fetched_by(directory, box, own))

    def can_send(self) -> bool:
        """Whether mail can go out of any mailbox, as far as their settings tell."""
        with self._store.reading():
            return bool(self._store.directory().senders)

    def claim(self, holder: str) -> bool:
        """Whether this window is the one that fetches: it has been, or no other one has said so lately.

        Only windows on one file ask each other; another copy of the desk has its own mailboxes.
        """
        with self._store.reading():
            who, until = self._claimed()
        left = until - self._clock()
        if who == holder and LEASE_MS // 2 < left <= LEASE_MS:
            return True
        if _is_anothers(who, holder, left):
            return False
        with self._store.writing():
            now = self._clock()
            who, until = self._claimed()
            if _is_anothers(who, holder, until - now):
                return False
            self._store.log.keep_note(_CLAIM, json.dumps([holder, now + LEASE_MS]))
            return True

    def let_go(self, holder: str) -> None:
        """This window fetches no more; another one may at once."""
        with self._store.reading():
            who, _until = self._claimed()
        if who == holder:
            with self._store.writing():
                self._store.log.keep_note(_CLAIM, "")

    def looked(self, box: Mailbox, state: LookState, said: str = "") -> Look:
        """Note what a look into a mailbox has found."""
        return keep_look(self._store, box, state, said, self._clock())

    def _claimed(self) -> tuple[str, int]:
        try:
            who, until = json.loads(self._store.log.note(_CLAIM) or '["", 0]')
            return str(who), int(until)
        except (ValueError, TypeError):
            return "", 0


def _is_anothers(who: str, holder: str, left: int) -> bool:
    # What reaches further than a lease was written by a clock that was wrong.
    return bool(who) and who != holder and 0 < left <= LEASE_MS
