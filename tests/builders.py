"""Desks and tickets to begin a test with: a Support desk with John, a System Administrators' with Jane, and Ada."""

import shutil
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from desktop_desk import bootstrap
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.views import CallDraft, CallRecord, NewPerson, TicketView
from desktop_desk.storage.files import open_database
from desktop_desk.storage.store import Store
from tests.fakes import CountingIds, FixedClock, PlainPasswords

PASSWORD = "a good sentence"
"""Everybody's."""

_series = count(1)


@dataclass
class ADesk:
    """A desk in a file, opened, with some who are logged in; `vera` may only look."""

    path: Path
    clock: FixedClock
    front: FrontDoor
    also: list[FrontDoor] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ada, self.john, self.jane, self.vera = (
            self.log_in(login) for login in ("ada", "john", "jane", "vera")
        )

    def log_in(self, login: str, password: str = PASSWORD) -> Desk:
        return self.front.log_in(login, password)

    def another_window(self) -> FrontDoor:
        """The same file opened a second time."""
        front = opened(self.path, self.clock)
        self.also.append(front)
        return front

    def restart(self) -> None:
        """End the program and start it again."""
        self.front.close()
        self.front = opened(self.path, self.clock)
        self.__post_init__()

    def close(self) -> None:
        for front in (self.front, *self.also):
            front.close()

    def uid(self, login: str) -> str:
        agent = self.ada.directory().agent(login)
        assert agent is not None
        return agent.uid


def opened(path: Path, clock: FixedClock) -> FrontDoor:
    """A desk file opened with the stand-ins."""
    return bootstrap.open_desk(
        path, clock=clock, new_id=CountingIds(next(_series)), passwords=PlainPasswords()
    )


_templates: dict[tuple[tuple[str, Any], ...], Path] = {}


def a_desk(folder: Path, *, clock: FixedClock | None = None, **place: Any) -> ADesk:
    """A new desk; `place`: country, region, zone.

    The first of a kind is made, later ones are copies of it: making one costs a tenth of a second.
    """
    path = folder / "front.desk"
    key = tuple(sorted(place.items()))
    kept = _templates.get(key)
    if kept is None or not kept.exists():
        kept = _templates[key] = _made(folder / "template.desk", place)
    shutil.copy(kept, path)
    chosen = clock or FixedClock()
    return ADesk(path, chosen, opened(path, chosen))


def _made(path: Path, place: dict[str, Any]) -> Path:
    front = bootstrap.create_desk(
        path, name="Front desk", admin_login="ada", admin_name="Ada Admin", admin_password=PASSWORD,
        clock=FixedClock(), new_id=CountingIds(), passwords=PlainPasswords(), **place,
    )  # fmt: skip
    ada = front.log_in("ada", PASSWORD)
    ada.add("department", name="System Administrators")
    for login, name, department, role in (
        ("john", "John Doe", "Support", "Expanded Access"),
        ("jane", "Jane Roe", "System Administrators", "Expanded Access"),
        ("vera", "Vera View", "Support", "View Only"),
    ):
        ada.add_agent(login, name, PASSWORD, department=department, role=role)
    ada.add("team", name="Night shift", members=("jane",))
    front.close()
    return to_be_copied(path)


def to_be_copied(path: Path) -> Path:
    """Let copies of a desk file be desks of their own, each at home where it is opened first."""
    database = open_database(path)
    with database.writing():
        database.run("DELETE FROM meta WHERE key = 'home'")
    database.close_thread()
    return path


KEN = NewPerson("Ken Lee", ("(318) 290-3674",), ("ken@sales.example",), "Sales")


def a_ticket(desk: Desk, subject: str = "VPN down for all of sales", /, **more: Any) -> str:
    """A ticket logged by whoever the desk belongs to; gives its number."""
    number = desk.log_call(CallDraft(subject, **more)).number
    assert number is not None
    return number


def kens_ticket(desk: Desk, subject: str = "VPN down for all of sales", /, **more: Any) -> str:
    """A ticket of Ken Lee, who called; he is a new caller unless the desk knows him."""
    known = desk.match_person(phone=KEN.phones[0])
    caller = {"caller": known} if known else {"new_caller": KEN}
    return a_ticket(desk, subject, call=CallRecord(number=KEN.phones[0], seconds=192), **caller, **more)


def titles(view: TicketView) -> list[str]:
    """The headings of a ticket's thread, in order."""
    return [entry.title for entry in view.thread]


def texts(view: TicketView) -> list[str]:
    """What was said in a ticket's thread, in order."""
    return [entry.text for entry in view.thread if entry.text]


def store_of(office: ADesk) -> Store:
    """The desk's own store, for what only the file can tell."""
    store = office.ada.store
    assert isinstance(store, Store)
    return store
