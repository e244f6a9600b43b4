"""Rounds through the mailboxes of this copy: each is looked into when it is time, unless that would be in vain."""

import hashlib
import secrets
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from desktop_desk.channels.mail_fetch import PasswordOf, fetch_each, look_after
from desktop_desk.channels.mail_idle import Bells
from desktop_desk.channels.mail_import import Tally
from desktop_desk.channels.mail_tokens import AccessTokens
from desktop_desk.desk.directory import Mailbox
from desktop_desk.desk.mail_keeping import MailKeeping
from desktop_desk.desk.mail_looks import LookState
from desktop_desk.domain.errors import DeskError

EVERY_MS: Final = 60_000
LONGEST_MS: Final = 10 * 60_000
"""Between two looks at a server that is not there: a minute at first, twice as long each time, at most this."""

LONGER_MS: Final = 4 * 60_000
"""So much longer between two looks into a mailbox that tells by itself when a mail comes."""

GAP_MS: Final = 3_000
"""At least so long between two looks because mails have come: providers count logins."""

SHORTEST_REST, LONGEST_REST = 0.004, 0.05
"""Seconds of rest after a mail: about as long as it took, so that the window has the computer in between."""

PATIENCE: Final = 15.0
"""Seconds that a server may take for one answer; the next look comes soon enough."""


@dataclass(slots=True)
class _Standing:
    """When a mailbox is next looked into; `refused`: a digest of what the server did not take, to try nothing twice."""

    due: int = 0
    looked: int = -GAP_MS
    failures: int = 0
    refused: str = ""


@dataclass(slots=True)
class Round:
    """What came of a round.

    Attributes:
        tally: what became of the mails.
        mine: whether this window is the one that fetches; False: another one on the same file does.
        looked: so many mailboxes were looked into.
        problems: what was not good about them, for people.
    """

    tally: Tally = field(default_factory=Tally)
    mine: bool = True
    looked: int = 0
    problems: list[str] = field(default_factory=list[str])


class Rounds:
    """Looks into mailboxes for one window; on one thread.

    Args:
        password_of: asked before each look, so that a new password is tried by itself.
        trust: whose certificates are good; None: those that the system trusts.
        stopped: whether the desk is being closed: nothing more is begun then.
        rest: waits so many seconds between two mails, or less when the desk is being closed.
        access: what gives the tokens of mailboxes that sign in by one.
        bells: waits on the mailboxes that are well, and says when a mail has come; None: they are only looked into.
    """

    def __init__(
        self, password_of: PasswordOf, *, trust: ssl.SSLContext | None = None,
        stopped: Callable[[], bool] = lambda: False, rest: Callable[[float], object] = time.sleep,
        access: AccessTokens | None = None, bells: Bells | None = None,
    ) -> None:  # fmt: skip
        self.holder = secrets.token_hex(8)
        self._password_of = password_of
        self._trust = trust
        self._stopped = stopped
        self._rest = rest
        self._access = access or AccessTokens(trust)
        self._bells = bells
        self._standings: dict[str, _Standing] = {}
        self._rung: set[str] = set()

    def go(self, keeping: MailKeeping, *, hurry: bool = False) -> Round:
        """Look into what is due; with `hurry`, because a person asked for it, into all of them."""
        done, boxes = Round(), keeping.boxes()
        if hurry:
            self._access.anew()
        if self._bells is not None:
            self._bells.only(boxes)
            self._rung |= self._bells.rung()
        due = [box for box in boxes if hurry or self._due(box) <= keeping.now()]
        waits = any(map(self._waits, boxes))
        if self._stopped() or not (due or waits):
            return done
        done.mine = keeping.claim(self.holder)
        if self._bells is not None and not done.mine:
            self._bells.only(())
        for box in due if done.mine else ():
            if self._stopped():
                break
            done.looked += self._visit(keeping, box, done, hurry=hurry)
        return done

    def next_due(self, keeping: MailKeeping) -> int | None:
        """When the next look is due, ms; None for none."""
        return min(map(self._due, keeping.boxes()), default=None)

    def leave(self, keeping: MailKeeping) -> None:
        """Let another window fetch from now on."""
        keeping.let_go(self.holder)

    def _standing(self, box: Mailbox) -> _Standing:
        return self._standings.setdefault(box.uid, _Standing())

    def _waits(self, box: Mailbox) -> bool:
        return self._bells is not None and self._bells.waits(box)

    def _due(self, box: Mailbox) -> int:
        standing = self._standing(box)
        if box.uid in self._rung:
            return min(standing.due, standing.looked + GAP_MS)
        return standing.due + (LONGER_MS if not standing.failures and self._waits(box) else 0)

    def _visit(self, keeping: MailKeeping, box: Mailbox, done: Round, *, hurry: bool) -> bool:
        """Look into one mailbox; False when that would only be refused again."""
        standing, password = self._standing(box), self._password_of(box)
        mark = _mark(box, password)
        if standing.refused == mark and not hurry:
            # Without a password the keyring is asked ever more seldom: it may ask the person each time.
            standing.failures += not password
            standing.due = keeping.now() + _pause(standing.failures)
            return False
        self._rung.discard(box.uid)
        standing.looked = keeping.now()
        state, said = self._fetched(keeping, box, password, done.tally)
        if state == "refused" and self._access.drop(box):
            # The token was called back before its end: once more, with a new one.
            state, said = self._fetched(keeping, box, password, done.tally)
        standing.refused = mark if state == "refused" else ""
        standing.failures = 0 if state in {"good", "refused"} else standing.failures + 1
        standing.due = keeping.now() + _pause(standing.failures)
        keeping.looked(box, state, said)
        if state == "good":
            self._network_is_back(keeping.now())
        else:
            done.problems.append(f"{box.name}: {said}")
        return True

    def _fetched(
        self, keeping: MailKeeping, box: Mailbox, password: str, tally: Tally
    ) -> tuple[LookState, str]:
        began = time.monotonic()
        try:
            said = self._access.of(box, password)
            for filed in fetch_each(keeping.store, keeping.room(), box, said, self._trust, timeout=PATIENCE):
                tally.add(filed)
                self._rest(min(max(time.monotonic() - began, SHORTEST_REST), LONGEST_REST))
                if self._stopped() or not keeping.claim(self.holder):
                    return "good", ""
                began = time.monotonic()
        except DeskError as error:
            return look_after(error)
        if self._bells is not None and not self._stopped():
            self._bells.hang(box, said)
        return "good", ""

    def _network_is_back(self, now: int) -> None:
        """One server answers: those that did not are asked sooner."""
        for standing in self._standings.values():
            if standing.failures > 1:
                standing.failures = 1
                standing.due = min(standing.due, now + EVERY_MS)


def _pause(failures: int) -> int:
    """How long, ms, until the next look after so many in vain."""
    return min(EVERY_MS * 2 ** min(max(failures - 1, 0), 10), LONGEST_MS)


def _mark(box: Mailbox, password: str) -> str:
    told = (
        box.imap_host, box.imap_port, box.imap_security, box.login or box.address, box.folder, password,
        box.auth, box.client_id, box.token_url, box.scope,
    )  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()
