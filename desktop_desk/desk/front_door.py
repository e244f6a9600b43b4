"""The front door: who gets in, and the same answer for everybody who does not.

What is behind it is imported when somebody goes in: the window asks for the password before it has loaded the rest.
"""

import logging
import secrets
from typing import TYPE_CHECKING, Final

from desktop_desk.desk.directory import Agent, Directory, Settings
from desktop_desk.desk.key_ports import KeyPairs, Lock, MakeSeal, Seal, after_failure
from desktop_desk.desk.passwords import Passwords, good_password
from desktop_desk.desk.ports import Clock, NewId, Store
from desktop_desk.desk.presence_ports import Alone, Presence
from desktop_desk.desk.texts import plain_text
from desktop_desk.domain.errors import AccessDenied, StorageUnavailable
from desktop_desk.domain.facts import EntityId
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.mail_keeping import MailKeeping
    from desktop_desk.desk.outbox import Outbox
    from desktop_desk.desk.requests import Requests

LOCAL_KEY: Final = "local_key"
"""The note with the key of files beside the desk: it stays when the desk itself gets another key."""

_log = logging.getLogger(__name__)


class FrontDoor:
    """A desk that is open, before anybody has logged in; any number of agents may, one after the other.

    Args:
        store: the desk; None for an encrypted one, which only a log in opens.
        keys: makes agents' key pairs with their passwords; None: they get none.
        lock: of an encrypted desk; None for any other.
        seal: makes the seal for files beside the desk; None: they are not sealed.
        presence: tells the windows of this desk where the others are; None: there are no others.
    """

    def __init__(
        self, store: Store | None, clock: Clock, new_id: NewId, passwords: Passwords, *,
        keys: KeyPairs | None = None, lock: Lock | None = None, seal: MakeSeal | None = None,
        presence: Presence | None = None,
    ) -> None:  # fmt: skip
        self._opened = store
        self._clock = clock
        self._new_id = new_id
        self._passwords = passwords
        self._keys = keys
        self._lock = lock
        self._make_seal = seal
        self._presence: Presence = presence or Alone()
        self._nobody = ""

    @property
    def encrypted(self) -> bool:
        """Whether nothing can be read of the desk without a password."""
        return self._lock is not None

    @property
    def locked(self) -> bool:
        """Whether nothing can be read of it now: it is encrypted, and nobody has logged in yet."""
        return self._opened is None

    @property
    def _store(self) -> Store:
        if self._opened is None:
            raise AccessDenied(_("Access denied"))
        return self._opened

    @property
    def settings(self) -> Settings:
        """What holds for the whole desk; needed before the login for its name. A locked desk tells nothing."""
        if self._opened is None:
            return Settings()
        with self._store.reading():
            return self._store.directory().settings

    @property
    def logins(self) -> tuple[str, ...]:
        """The logins of active agents; only a demo desk shows them, and a locked one none."""
        if self._opened is None:
            return ()
        with self._store.reading():
            agents = self._store.directory().agents
            return tuple(agent.login for agent in agents if agent.active and agent.password)

    def log_in(self, login: str, password: str) -> "Desk":
        """The desk as this agent works with it; slow on purpose.

        Five failures lock the login for two minutes, each further one for twice as long; failures of names that do
        not exist are counted alike, so that nothing tells the two apart.

        Raises:
            AccessDenied: whatever was wrong; with an advice only where the file of the desk itself is.
        """
        name = plain_text(login[:80], "login").casefold()
        if self._lock is not None:
            return self._unlocked(self._lock, name, password)
        with self._store.reading():
            directory = self._store.directory()
            agent = directory.agent(name) or next(
                (found for found in directory.agents if found.email and found.email.casefold() == name), None
            )
            key = agent.login.casefold() if agent else name
            failed, until = self._store.logins.tries(key)
        agent = self._whose(password, key if agent else "", directory)
        now = self._clock()
        if agent is not None and now >= until:
            if failed and not self._store.look:
                with self._store.writing():
                    self._store.logins.cleared(key)
            return self._desk_of(agent.uid)
        if not self._store.look:
            self._count(key, now, until)
        raise AccessDenied(_("Access denied"))

    def _whose(self, password: str, login: str, directory: Directory) -> Agent | None:
        """Who of those with this login has this password: two copies of a desk may each have made one.

        Comparing takes as long for an unknown login, for one that is locked, and for one that a single agent has:
        the time tells nothing.
        """
        by_login: dict[str, list[Agent]] = {}
        for agent in directory.agents:
            if agent.active and agent.password:
                by_login.setdefault(agent.login.casefold(), []).append(agent)
        asked = by_login.get(login, [])
        most = max(map(len, by_login.values()), default=1)
        fitting = [agent for agent in asked if self._passwords.fits(agent.password, password)]
        for _more in range(most - len(asked)):
            self._passwords.fits(self._of_nobody(), password)
        return fitting[0] if fitting else None

    def _count(self, key: str, now: int, until: int) -> None:
        """Note a failed try, and lock the login after several; in a copy to look at nothing is noted."""
        with self._store.writing():
            failed = self._store.logins.tries(key)[0]
            self._store.logins.failed(key, *after_failure(failed, until, now))

    def recover(self, code: str, login: str, password: str) -> "Desk":
        """Open an encrypted desk with its recovery code, and give one of its administrators a new password.

        Raises:
            Invalid: the code is mistyped, or the password too short.
            AccessDenied: it is no code of this desk, the desk is not encrypted, or the login is no administrator's.
        """
        if self._lock is None:
            raise AccessDenied(
                _("Access denied: this desk is not encrypted."),
                _("Another administrator can give you a new password."),
            )
        good_password(password)
        store = self._lock.recover(code)
        with store.reading():
            agent = store.directory().agent(login.strip())
        if agent is None or not (agent.active and agent.admin):
            if store is not self._opened:
                store.close_thread()
            raise AccessDenied(
                _("Access denied: this login is no administrator's."),
                _("Only an administrator's password is set with the recovery code."),
            )
        self._opened = store
        desk = self._desk_of(agent.uid)
        desk.set_password(agent.uid, password)
        self.enrol_missing()
        return desk

    def enrol_missing(self) -> None:
        """Let those open an encrypted desk who came by sync, with the passwords they have now; nobody else.

        Called after a log in, by every change of the office, and after each sync.

        Raises:
            StorageUnavailable: the keys beside the desk cannot be written.
        """
        if self._lock is not None and self._opened is not None and not self._opened.look:
            self._lock.enrol(self._opened)

    def local_seal(self) -> Seal | None:
        """What drafts and other files beside an encrypted desk are sealed with; None where they need not be.

        A desk that was encrypted once goes on sealing them, so that older ones can be read. Reads the desk: not for
        the UI thread, and not before a log in.
        """
        store, make = self._opened, self._make_seal
        if store is None or make is None:
            return None
        kept = store.log.note(LOCAL_KEY)
        if not kept and self._lock is not None and not store.look:
            with store.writing():
                kept = store.log.note(LOCAL_KEY) or secrets.token_hex(32)
                store.log.keep_note(LOCAL_KEY, kept)
        return make(bytes.fromhex(kept)) if kept else None

    def _unlocked(self, lock: Lock, login: str, password: str) -> "Desk":
        """The desk of an agent whose password opens the lock."""
        store, agent_uid = lock.unlock(login, password)
        with store.reading():
            agent = store.directory().agent(agent_uid)
        before, self._opened = self._opened, store
        try:
            self.enrol_missing()
        except StorageUnavailable as error:
            # He has the key: that others do not get theirs today must not keep him out.
            _log.warning("the keys of the desk could not be brought up to date: %s", error)
        if agent is None or not (agent.active and agent.password):
            self._opened = before
            if before is None:
                store.close_thread()
            raise AccessDenied(_("Access denied"))
        return self._desk_of(agent.uid)

    def _desk_of(self, agent: EntityId) -> "Desk":
        from desktop_desk.desk.desk import Desk  # noqa: PLC0415

        return Desk(
            self._store, self._clock, self._new_id, agent, self._passwords, self._keys, self._presence
        )

    @property
    def look(self) -> int:
        """Of a copy of a backup to look at, in which nothing can be written: when that was made, ms; else 0."""
        return self._opened.look if self._opened is not None else 0

    def requests(self) -> "Requests":
        """What callers do by themselves; AccessDenied while the desk is locked. Not for agents."""
        from desktop_desk.desk.requests import Requests  # noqa: PLC0415

        return Requests(self._store, self._clock, self._new_id)

    def outbox(self) -> "Outbox":
        """Mail that goes out of this copy; AccessDenied while the desk is locked. Not for agents."""
        from desktop_desk.desk.outbox import Outbox  # noqa: PLC0415

        return Outbox(self._store, self._clock, self._new_id)

    def mail_keeping(self) -> "MailKeeping":
        """Mail of this copy kept going; AccessDenied while the desk is locked. Not for agents."""
        from desktop_desk.desk.mail_keeping import MailKeeping  # noqa: PLC0415

        return MailKeeping(self._store, self._clock, self._new_id)

    def data_version(self) -> int:
        """A number that differs once another window or program has written to the desk; 0 while it is locked."""
        return self._opened.data_version() if self._opened is not None else 0

    def close_thread(self) -> None:
        """Close this thread's connection, if any."""
        if self._opened is not None:
            self._opened.close_thread()

    def close(self) -> None:
        """Close the desk for this thread; other threads close their own. Nobody is present any more."""
        self._presence.leave()
        if self._opened is not None:
            self._opened.leave()
        self.close_thread()

    def _of_nobody(self) -> str:
        """A hash that no password fits."""
        if not self._nobody:
            self._nobody = self._passwords.made(self._new_id.entity())
        return self._nobody
