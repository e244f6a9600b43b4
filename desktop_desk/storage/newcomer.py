"""A new replica: a desk file that came from a hub, looked into by one of its agents, and made a desk of its own."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from desktop_desk.desk.agents import Passwords
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.ports import Clock, NewId
from desktop_desk.domain.facts import ReplicaId
from desktop_desk.storage import files, migrations
from desktop_desk.storage.desk_lock import DeskLock
from desktop_desk.storage.durable import settle, sidecar_path
from desktop_desk.storage.identity import OUTBOX_HELD, become_replica, settle_home
from desktop_desk.storage.store import Store


@contextmanager
def looked_into(
    path: Path, login: str, password: str, clock: Clock, new_id: NewId, passwords: Passwords
) -> Generator[Desk]:
    """A desk file that is not yet anybody's, as this agent sees it; AccessDenied for whoever may not."""
    if sidecar_path(path).exists():
        lock = DeskLock(path, lambda key: files.open_database(path, key=key), clock, new_id)
        front = FrontDoor(None, clock, new_id, passwords, lock=lock)
    else:
        front = FrontDoor(Store(files.open_database(path), clock, new_id), clock, new_id, passwords)
    try:
        yield front.log_in(login, password)
    finally:
        front.close()


class GivenCodes(Protocol):
    """The letters that a replica was given at a hub."""

    @property
    def code(self) -> str:
        """Those before its numbers."""
        ...

    @property
    def reserve(self) -> str:
        """Those it takes when it is restored or cloned."""
        ...


def begin_replica(
    store: Store, path: Path, new_id: NewId, uid: ReplicaId, given: GivenCodes, notes: Mapping[str, str]
) -> None:
    """Make an open desk file a replica of its own, with the letters that it was given at the hub."""
    if migrations.is_old(store):
        migrations.migrate(store)
    with store.writing():
        become_replica(store.database, new_id, code=given.code, reserve=given.reserve, uid=uid)
        # Nothing of what it was copied from waits to be sent here: this is no backup.
        store.database.run("UPDATE meta SET value = '' WHERE key = ?", (OUTBOX_HELD,))
        settle_home(store.database, path)
        for key, value in notes.items():
            store.log.keep_note(key, value)
    store.journal.forget()


def put_in_place(path: Path, target: Path) -> None:
    """Give a closed desk file its name, its keys first; durable at its end."""
    if sidecar_path(path).exists():
        sidecar_path(path).replace(sidecar_path(target))
    path.replace(target)
    settle(target.parent)
