"""The lock of an encrypted desk file: who opens it by the sidecar, and who is let into the sidecar."""

import logging
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from desktop_desk.desk.directory import Directory
from desktop_desk.desk.key_ports import after_failure
from desktop_desk.desk.ports import Clock, NewId
from desktop_desk.desk.ports import Store as StorePort
from desktop_desk.domain.errors import AccessDenied, StorageUnavailable, Unreadable
from desktop_desk.domain.facts import EntityId
from desktop_desk.i18n import _
from desktop_desk.storage.database import Database
from desktop_desk.storage.keys import KeyHolder, KeyRing, Opened
from desktop_desk.storage.meta import office_version
from desktop_desk.storage.recovery import key_of_code
from desktop_desk.storage.sidecar import PURPOSE, Keys, Sidecar, keys_of_another
from desktop_desk.storage.store import Store

OpenFile = Callable[[bytes], Database]
"""Opens the desk file with a key; StorageUnavailable "not_a_desk" when it is another file's."""

_log = logging.getLogger(__name__)


class EncryptedStore(Store):
    """A store whose sidecar follows its agents: a change of the office is in both when its verb ends."""

    def __init__(
        self, database: Database, clock: Clock, new_id: NewId, follow: Callable[[StorePort], None]
    ) -> None:
        super().__init__(database, clock, new_id)
        self._follow = follow
        self._followed = -1

    @contextmanager
    def writing(self) -> Generator[None]:
        """One durable transaction, and then the sidecar, if agents were changed in it.

        Raises:
            StorageUnavailable: it was written, but the sidecar could not be; the next change tries again.
        """
        outermost = not self.database.is_writing
        with super().writing():
            yield
        if outermost and not self.look:
            self.follow()

    def follow(self) -> None:
        """Bring the sidecar up to date when the office has changed since."""
        version = office_version(self.database)
        if version == self._followed:
            return
        try:
            self._follow(self)
        except StorageUnavailable as error:
            raise StorageUnavailable(
                error.kind,
                _("It is saved, but the keys beside the desk could not be written: {reason}").format(
                    reason=error.reason
                ),
                _("Until they can be, everybody gets in with the passwords of before."),
            ) from error
        self._followed = version


class DeskLock:
    """The lock of one desk file, opened through its sidecar."""

    def __init__(
        self, path: Path, open_file: OpenFile, clock: Clock, new_id: NewId,
        prepare: Callable[[Store], None] | None = None,
    ) -> None:  # fmt: skip
        """`prepare` makes a store ready that was just opened: it may be of an older format."""
        self.sidecar = Sidecar(path)
        self._path = path
        self._open_file = open_file
        self._clock = clock
        self._new_id = new_id
        self._prepare = prepare
        self._key = b""
        self._store: EncryptedStore | None = None

    @property
    def key(self) -> bytes:
        """The key of the desk once it is open; b"" before."""
        return self._key

    def made(self, key: bytes, database: Database) -> Store:
        """The store of a desk that was just made with this key; its sidecar is written with its first agents."""
        self._key = key
        self._store = EncryptedStore(database, self._clock, self._new_id, self.enrol)
        return self._store

    def unlock(self, login: str, password: str) -> tuple[Store, EntityId]:
        """The opened desk, and whose password it was; slow on purpose.

        Raises:
            AccessDenied: login or password are wrong, or locked; the sidecar is missing, torn or another desk's.
        """
        keys = self.sidecar.read()
        name = keys.tried_as(login)
        opened = _opened(keys, login, password)
        failed, until = keys.tries.get(name, (0, 0))
        if not opened or self._clock() < until:
            self._count(name)
            raise AccessDenied(_("Access denied"))
        store, agent = self._opened_with(opened)
        if failed:
            self._change_quietly(lambda now: now.counted(name, 0, 0))
        return store, EntityId(agent)

    def recover(self, code: str) -> Store:
        """The desk, opened with its recovery code alone; the sidecar may be missing.

        Raises:
            Invalid: the code is mistyped.
            AccessDenied: it is another desk's.
        """
        key = key_of_code(code)
        if self._store is not None and key == self._key:
            return self._store
        try:
            return self._open(key)
        except StorageUnavailable as error:
            if error.kind != "not_a_desk":
                raise
            raise AccessDenied(
                _("Access denied: this is not the recovery code of {desk}.").format(desk=self._path),
                _("A desk has a new one after each new key, and each copy has its own."),
            ) from error

    def enrol(self, store: StorePort) -> None:
        """Let exactly the active agents of the desk open it, each with his newest password.

        Raises:
            StorageUnavailable: the sidecar cannot be written.
        """
        with store.reading():
            directory = store.directory()
        desk = directory.settings.uid
        if not any(True for _holder in key_holders(directory)) and not self.sidecar.path.exists():
            return  # nobody yet: the desk is being filled
        with self.sidecar.held():
            try:
                keys: Keys | None = self.sidecar.read()
            except AccessDenied:
                keys = None
            rings = keys.rings if keys is not None else ()
            ring = next((ring for ring in rings if ring.desk == desk and ring.is_of(self._key)), None)
            if keys is None or ring is None:
                # Missing, torn or another desk's: whoever is in has the key, and makes a new one.
                self.sidecar.set_aside()
                self.sidecar.write(Keys((KeyRing.new(desk, PURPOSE, self._key, key_holders(directory)),)))
                return
            changed = self._following(keys, ring, directory)
            if changed != keys:
                self.sidecar.write(changed)

    def _following(self, keys: Keys, ring: KeyRing, directory: Directory) -> Keys:
        """The sidecar's content for this office."""
        holders = list(key_holders(directory))
        # Who has a password but no key pair yet keeps the seat he may have.
        kept = {agent.uid for agent in directory.agents if agent.active and agent.password}
        followed = ring.following(self._key, holders, keep=kept)
        new = {
            uid for uid, seat in followed.seats.items()
            if uid in ring.seats and ring.seats[uid].wrapped != seat.wrapped
        }  # fmt: skip
        # A new password begins without failed tries.
        tries = {name: count for name, count in keys.tries.items() if name not in new}
        return replace(keys, rings=(followed,), tries=tries)

    def _opened_with(self, opened: list[Opened]) -> tuple[Store, str]:
        """The store that one of these secrets opens, and whose it was."""
        for found in opened:
            if self._store is not None and found.secret == self._key:
                return self._store, found.agent
        for found in opened:
            try:
                return self._open(found.secret), found.agent
            except StorageUnavailable as error:
                if error.kind != "not_a_desk":
                    raise
        raise keys_of_another(self._path)

    def _open(self, key: bytes) -> EncryptedStore:
        database = self._open_file(key)
        store = EncryptedStore(database, self._clock, self._new_id, self.enrol)
        # Making it ready may write, and the sidecar follows what is written.
        before, self._key = self._key, key
        try:
            if self._prepare is not None:
                self._prepare(store)
        except BaseException:
            self._key = before
            database.close_thread()
            raise
        self._store = store
        return store

    def _count(self, name: str) -> None:
        def counted(keys: Keys) -> Keys:
            return keys.counted(name, *after_failure(*keys.tries.get(name, (0, 0)), self._clock()))

        self._change_quietly(counted)

    def _change_quietly(self, step: Callable[[Keys], Keys]) -> None:
        """Change the counts; where that cannot be written, the answer to the login stays what it is."""
        try:
            self.sidecar.change(step)
        except StorageUnavailable as error:
            _log.warning("failed tries could not be counted: %s", error)


def key_holders(directory: Directory) -> Iterable[KeyHolder]:
    """The agents who may open a desk: active, with a password and a key pair."""
    for agent in directory.agents:
        if agent.active and agent.password and agent.public_key and agent.wrapped_key:
            yield KeyHolder(agent.uid, (agent.login, agent.email), agent.public_key, agent.wrapped_key)


def _opened(keys: Keys, login: str, password: str) -> list[Opened]:
    """What a login and password open; two things while the desk is getting a new key. Takes as long for nothing."""
    found: list[Opened] = []
    for ring in keys.rings:
        try:
            found.append(ring.open(login, password))
        except Unreadable:
            continue
    return found
