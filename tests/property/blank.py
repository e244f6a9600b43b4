"""Stores that know nothing yet, on every engine: a desk comes to them by its facts alone."""

from functools import partial
from pathlib import Path
from unittest.mock import patch

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.ports import Store
from desktop_desk.domain.facts import ReplicaId
from desktop_desk.storage import files
from desktop_desk.storage.sqlite import SqliteDatabase
from desktop_desk.storage.store import Store as RealStore
from tests.builders import PASSWORD
from tests.engines import KEY
from tests.fakes import CountingIds, FixedClock, PlainPasswords
from tests.memory_store import Memory, MemoryStore
from tests.postgres import postgres_address

_SERIES = 900


def blank_store(engine: str, folder: Path, clock: FixedClock) -> Store:
    """An empty store, without even the facts that found a desk."""
    ids = CountingIds(_SERIES)
    if engine == "memory":
        return MemoryStore(Memory(ReplicaId(ids.entity())), clock, ids)
    if engine == "postgresql":
        from desktop_desk.storage.servers import make_on_server

        return RealStore(make_on_server(postgres_address(), ids), clock, ids)
    folder.mkdir()
    with patch.object(
        files, "SqliteDatabase", partial(SqliteDatabase, key=KEY if engine == "sqlcipher" else None)
    ):
        return RealStore(files.make_database(folder / "blank.desk", ids), clock, ids)


def desk_on(store: Store, clock: FixedClock) -> Desk:
    """The desk as its administrator sees it."""
    return FrontDoor(store, clock, CountingIds(_SERIES + 1), PlainPasswords()).log_in("ada", PASSWORD)
