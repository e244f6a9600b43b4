"""The same desk on every engine: in memory, in a plain file, in an encrypted one, and on PostgreSQL."""

import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from desktop_desk import bootstrap
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.ports import NewId, Store
from desktop_desk.storage import files
from desktop_desk.storage.sqlite import SqliteDatabase
from desktop_desk.storage.store import Store as FileStore
from tests.builders import PASSWORD
from tests.fakes import CountingIds, FixedClock, PlainPasswords
from tests.memory_store import a_front_in_memory, make_in_memory
from tests.postgres import postgres_address, shared_server

ENGINES = ("memory", "sqlite", "sqlcipher", "postgresql")
FILES = ("sqlite", "sqlcipher")
KEY = bytes(range(32))
FOUNDED: dict[str, Any] = {
    "name": "Front desk", "admin_login": "ada", "admin_name": "Ada Admin", "admin_password": PASSWORD,
}  # fmt: skip

_series = count(1000)

Opener = Callable[[FixedClock, NewId], FrontDoor]


@dataclass
class AnEngine:
    """A desk on one engine with four who are logged in; `vera` may only look."""

    engine: str
    clock: FixedClock
    front: FrontDoor
    opener: Opener
    path: Path | None = None
    also: list[FrontDoor] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ada, self.john, self.jane, self.vera = (
            self.log_in(login) for login in ("ada", "john", "jane", "vera")
        )

    def log_in(self, login: str, password: str = PASSWORD) -> Desk:
        return self.front.log_in(login, password)

    def uid(self, login: str) -> str:
        agent = self.ada.directory().agent(login)
        assert agent is not None
        return agent.uid

    def restart(self) -> None:
        """End the program and start it again; a desk in memory is only opened anew."""
        self.front.close()
        self.front = self.opener(self.clock, CountingIds(next(_series)))
        self.__post_init__()

    @property
    def store(self) -> Store:
        return self.ada.store

    def another_window(self) -> FrontDoor:
        """The same desk opened a second time."""
        front = self.opener(self.clock, CountingIds(next(_series)))
        self.also.append(front)
        return front

    def close(self) -> None:
        for front in (self.front, *self.also):
            front.close()


def staff(front: FrontDoor) -> None:
    """Give a new desk its people and what they belong to."""
    ada = front.log_in("ada", PASSWORD)
    ada.add("department", name="System Administrators")
    for login, name, department, role in (
        ("john", "John Doe", "Support", "Expanded Access"),
        ("jane", "Jane Roe", "System Administrators", "Expanded Access"),
        ("vera", "Vera View", "Support", "View Only"),
    ):
        ada.add_agent(login, name, PASSWORD, department=department, role=role)
    ada.add("team", name="Night shift", members=("jane",))


@contextmanager
def _keyed(engine: str) -> Generator[None]:
    """Desk files are made and opened with a key, for the encrypted engine."""
    if engine == "sqlite":
        yield
        return
    with patch.object(files, "SqliteDatabase", partial(SqliteDatabase, key=KEY)):
        yield


def open_file(engine: str, path: Path, clock: FixedClock, new_id: NewId) -> FrontDoor:
    """A desk file opened with the stand-ins."""
    with _keyed(engine):
        return bootstrap.open_desk(path, clock=clock, new_id=new_id, passwords=PlainPasswords())


def open_on_server(address: str, clock: FixedClock, new_id: NewId) -> FrontDoor:
    """A desk on a server opened with the stand-ins."""
    return bootstrap.open_desk(address, clock=clock, new_id=new_id, passwords=PlainPasswords())


def make_on(
    engine: str, folder: Path, clock: FixedClock, new_id: NewId, **place: Any
) -> tuple[FrontDoor, Opener, Path | None]:  # fmt: skip
    """A new desk on an engine, just founded; how to open it again, and its file if it has one."""
    if engine == "memory":
        memory, front = make_in_memory(clock, new_id, **FOUNDED, **place)
        return front, partial(a_front_in_memory, memory), None
    if engine == "postgresql":
        address = postgres_address()
        front = bootstrap.create_desk(
            address, clock=clock, new_id=new_id, passwords=PlainPasswords(), **FOUNDED, **place
        )
        return front, partial(open_on_server, address), None
    path = folder / f"{engine}.desk"
    with _keyed(engine):
        front = bootstrap.create_desk(
            path, clock=clock, new_id=new_id, passwords=PlainPasswords(), **FOUNDED, **place
        )
    return front, partial(open_file, engine, path), path


_templates: dict[str, Path] = {}


@cache
def _template_on_server() -> str:
    """The name of a database with a desk and its people, to which nobody is connected."""
    server = shared_server()
    name = server.new_database()
    server.keep(name)
    front = bootstrap.create_desk(
        server.address(name), clock=FixedClock(), new_id=CountingIds(), passwords=PlainPasswords(), **FOUNDED
    )
    staff(front)
    front.close()
    return name


def an_engine(engine: str, folder: Path) -> AnEngine:
    """A desk with its people on an engine; files are copies of the first, which took a tenth of a second to make."""
    clock = FixedClock()
    if engine == "postgresql":
        server = shared_server()
        opener = partial(open_on_server, server.address(server.new_database(_template_on_server())))
        return AnEngine(engine, clock, opener(clock, CountingIds(next(_series))), opener)
    kept = _templates.get(engine)
    if kept is None or not kept.exists():
        ids = CountingIds()
        front, opener, path = make_on(engine, folder, clock, ids)
        staff(front)
        if path is None:
            return AnEngine(engine, clock, front, opener)
        store = front.log_in("ada", PASSWORD).store
        assert isinstance(store, FileStore)
        with store.database.writing():
            # Copies of it are desks of their own, each at home where it is opened first.
            store.database.run("DELETE FROM meta WHERE key = 'home'")
        front.close()
        kept = _templates[engine] = path.rename(folder / f"template-{engine}.desk")
    path = Path(shutil.copy(kept, folder / f"{engine}.desk"))
    opener = partial(open_file, engine, path)
    return AnEngine(engine, clock, opener(clock, CountingIds(next(_series))), opener, path)
