"""The front door: who gets in, and the same answer for everybody who does not."""

from typing import Final

from desktop_desk.desk.acting import plain_text
from desktop_desk.desk.agents import Passwords
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.directory import Settings
from desktop_desk.desk.ports import Clock, NewId, Store
from desktop_desk.domain.errors import AccessDenied
from desktop_desk.i18n import _

TRIES: Final = 5
LOCK_MS: Final = 120_000
LONGEST_LOCK: Final = 12
"""The lock doubles with each further failure, at most so many times."""


class FrontDoor:
    """A desk that is open, before anybody has logged in; any number of agents may, one after the other."""

    def __init__(self, store: Store, clock: Clock, new_id: NewId, passwords: Passwords) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._passwords = passwords
        self._nobody = ""

    @property
    def settings(self) -> Settings:
        """What holds for the whole desk; needed before the login for its name."""
        with self._store.reading():
            return self._store.directory().settings

    @property
    def logins(self) -> tuple[str, ...]:
        """The logins of active agents; only a demo desk shows them."""
        with self._store.reading():
            agents = self._store.directory().agents
            return tuple(agent.login for agent in agents if agent.active and agent.password)

    def log_in(self, login: str, password: str) -> Desk:
        """The desk as this agent works with it; slow on purpose.

        Five failures lock the login for two minutes, each further one for twice as long; failures of names that do
        not exist are counted alike, so that nothing tells the two apart.

        Raises:
            AccessDenied: whatever was wrong.
        """
        name = plain_text(login[:80], "login").casefold()
        with self._store.reading():
            directory = self._store.directory()
            agent = directory.agent(name) or next(
                (found for found in directory.agents if found.email and found.email.casefold() == name), None
            )
            key = agent.login.casefold() if agent else name
            failed, until = self._store.logins.tries(key)
        known = agent is not None and agent.active and bool(agent.password)
        # Comparing takes as long for an unknown login, and while it is locked: the time tells nothing either.
        fits = self._passwords.fits(
            agent.password if agent is not None and known else self._of_nobody(), password
        )
        now = self._clock()
        if agent is not None and known and fits and now >= until:
            if failed and not self._store.look:
                with self._store.writing():
                    self._store.logins.cleared(key)
            return Desk(self._store, self._clock, self._new_id, agent.uid, self._passwords)
        if not self._store.look:
            self._count(key, now, until)
        raise AccessDenied(_("Access denied"))

    def _count(self, key: str, now: int, until: int) -> None:
        """Note a failed try, and lock the login after several; in a copy to look at nothing is noted."""
        with self._store.writing():
            failed = self._store.logins.tries(key)[0] + (now >= until)
            over = failed - TRIES
            lock = now + LOCK_MS * 2 ** min(over, LONGEST_LOCK) if over >= 0 and now >= until else until
            self._store.logins.failed(key, failed, lock)

    @property
    def look(self) -> int:
        """Of a copy of a backup to look at, in which nothing can be written: when that was made, ms; else 0."""
        return self._store.look

    def data_version(self) -> int:
        """A number that differs once another window or program has written to the desk."""
        return self._store.data_version()

    def close_thread(self) -> None:
        """Close this thread's connection."""
        self._store.close_thread()

    def close(self) -> None:
        """Close the desk for this thread; other threads close their own."""
        self._store.close_thread()

    def _of_nobody(self) -> str:
        """A hash that no password fits."""
        if not self._nobody:
            self._nobody = self._passwords.made(self._new_id.entity())
        return self._nobody
