"""A desk in several places: real files, each with its own clock, at one hub; made once, and copied for every story."""

import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from desktop_desk import bootstrap, meeting, sharing
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.exchange_ports import Hub
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.storage.store import Store
from tests.builders import PASSWORD, a_ticket
from tests.fakes import MINUTE, CountingIds, FixedClock, PlainPasswords
from tests.fakes_hub import MemoryHub, WatchedHub

LOGINS = ("ada", "john", "jane")
TICKETS = 2
_series = count(5000)

Before = Callable[[int, str, str], None]


@dataclass
class Place:
    """One replica: a desk file, opened, with its clock and three who are logged in."""

    path: Path
    clock: FixedClock
    front: FrontDoor = field(init=False)
    desks: dict[str, Desk] = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        self.front = bootstrap.open_desk(
            self.path, clock=self.clock, new_id=CountingIds(next(_series)), passwords=PlainPasswords()
        )
        self.desks = {login: self.front.log_in(login, PASSWORD) for login in LOGINS}

    def reopen(self) -> None:
        """The program ended, however it did, and was started again."""
        self.front.close()
        self.open()

    def close(self) -> None:
        """The program ended in order."""
        self.front.close()

    @property
    def ada(self) -> Desk:
        return self.desks["ada"]

    def jane_notes(self, number: str, text: str) -> None:
        """A word of Jane's, of which no oracle is told."""
        self.clock.passes(minutes=1)
        self.desks["jane"].note(number, text)

    @property
    def store(self) -> Store:
        store = self.ada.store
        assert isinstance(store, Store)
        return store

    @property
    def own(self) -> str:
        return self.store.log.own

    def facts(self) -> set[tuple[str, int]]:
        """The names of all facts that this desk shows, as its table has them."""
        sql = "SELECT replica.uid, fact.seq FROM fact JOIN replica ON replica.id = fact.replica"
        return {(bytes(uid).hex(), seq) for uid, seq in self.store.database.rows(sql)}

    def held(self) -> set[tuple[str, int]]:
        """The names of all facts that stand aside here."""
        sql = "SELECT replica.uid, held.seq FROM held JOIN replica ON replica.id = held.replica"
        return {(bytes(uid).hex(), seq) for uid, seq in self.store.database.rows(sql)}

    def sync(self, hub: Hub, before: Before | None = None) -> sharing.Exchanged:
        """Exchange everything with the hub; `before` is told each call to it and may raise in its place."""
        watched = hub if before is None else WatchedHub(hub, before)
        with hub_stands_for_any(watched):
            return sharing.sync(self.ada, "folder:/nowhere", clock=self.clock)


@contextmanager
def hub_stands_for_any(hub: Hub) -> Generator[None]:
    """Every address leads to this hub, and no whole copies of the desk are laid there."""

    @contextmanager
    def opened(_address: str, *, make: bool = False) -> Generator[Hub]:
        yield hub

    with patch.object(sharing, "opened_hub_at", opened), patch.object(meeting, "_lay_snapshot_if_due"):
        yield


@dataclass(frozen=True)
class Template:
    """The desk files of a beginning, closed, and what its hub has."""

    files: tuple[Path, ...]
    shelves: dict[str, dict[str, bytes]]
    numbers: tuple[str, ...]


_templates: dict[int, Template] = {}


def template(folder: Path, replicas: int) -> Template:
    """A desk with two tickets, taken along to so many places."""
    kept = _templates.get(replicas)
    if kept is None or not kept.files[0].exists():
        folder.mkdir(parents=True, exist_ok=True)
        kept = _templates[replicas] = _made(folder, replicas)
    return kept


def _made(folder: Path, replicas: int) -> Template:
    clock, ids = FixedClock(), CountingIds(next(_series))
    hub = MemoryHub()
    means: dict[str, Any] = {"clock": clock, "new_id": ids, "passwords": PlainPasswords()}
    first = folder / "place0.desk"
    front = bootstrap.create_desk(
        first, name="Front desk", admin_login="ada", admin_name="Ada Admin", admin_password=PASSWORD, **means
    )
    ada = front.log_in("ada", PASSWORD)
    for login, name in (("john", "John Doe"), ("jane", "Jane Roe")):
        ada.add_agent(login, name, PASSWORD, department="Support", role="Expanded Access")
    numbers = tuple(a_ticket(ada, f"ticket {n}") for n in range(TICKETS))
    files = [first]
    with hub_stands_for_any(hub):
        sharing.new_hub(ada, "folder:/nowhere", "place 0", clock=clock)
    with patch.object(sharing, "opened_hub_at", _always(hub)):
        sharing.sync(ada, "folder:/nowhere", clock=clock)
        for n in range(1, replicas):
            files.append(folder / f"place{n}.desk")
            sharing.new_replica("folder:/nowhere", files[-1], f"place {n}", "ada", PASSWORD, **means)
    store = ada.store
    assert isinstance(store, Store)
    store.log.keep_note("hub", "folder:/nowhere")
    front.close()
    for path in files:
        leave_home(path, clock)
    hub.shelves["snapshots"].clear()
    return Template(tuple(files), hub.shelves, numbers)


def _always(hub: Hub) -> Callable[..., Any]:
    @contextmanager
    def opened(_address: str, *, make: bool = False) -> Generator[Hub]:
        yield hub

    return opened


def leave_home(path: Path, clock: FixedClock) -> None:
    """Let copies of a closed file be the replica it is, wherever they are opened first."""
    front = bootstrap.open_desk(path, clock=clock, passwords=PlainPasswords())
    store = front.log_in("ada", PASSWORD).store
    assert isinstance(store, Store)
    with store.database.writing():
        store.database.run("DELETE FROM meta WHERE key = 'home'")
    front.close()


def beginning(folder: Path, made: Template) -> tuple[list[Place], MemoryHub, FixedClock]:
    """The places of a template, opened in a folder of their own, with the hub and the true time."""
    folder.mkdir(parents=True, exist_ok=True)
    places = [
        Place(Path(shutil.copy(path, folder / path.name)), FixedClock(FixedClock().now + n * MINUTE))
        for n, path in enumerate(made.files)
    ]
    return places, MemoryHub(deepcopy(made.shelves)), FixedClock()
