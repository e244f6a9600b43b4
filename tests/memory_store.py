"""A store in memory: a list of facts, from which everything that is read is computed anew by plain Python.

It keeps the contract of `desk.ports.Store` and shares the domain's rules with the real stores, but no projection, no
index and no SQL: what both say alike is not said by one mistake (tests/contract/engines).
"""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from desktop_desk.desk.directory import Directory
from desktop_desk.desk.founding import found_desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.outbox_ports import OutboxItem
from desktop_desk.desk.ports import Clock, NewId, Progress
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import EntityId, Fact, ReplicaId
from desktop_desk.domain.log import FIRST_HASH
from tests.fakes import PlainPasswords
from tests.memory_store_files import MemoryAttachments
from tests.memory_store_journal import MemoryJournal
from tests.memory_store_log import MemoryLog
from tests.memory_store_mails import MemoryMails
from tests.memory_store_outbox import MemoryOutbox
from tests.memory_store_people import MemoryNews, MemoryPeople, MemoryReports
from tests.memory_store_tickets import MemoryTickets
from tests.memory_store_world import World

FIRST_NUMBER = 1000


@dataclass
class Log:
    """How far one replica has come."""

    code: str
    counter: int = FIRST_NUMBER
    seq: int = 0
    stamp: int = 0
    hash: bytes = FIRST_HASH


@dataclass
class Kept:
    """All that is kept; what a transaction that fails puts back."""

    own: ReplicaId
    logs: dict[ReplicaId, Log]
    facts: list[Fact] = field(default_factory=list)
    salts: list[bytes] = field(default_factory=list)
    tries: dict[str, tuple[int, int]] = field(default_factory=dict)
    parts: dict[tuple[str, int], bytes] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    outbox: dict[EntityId, OutboxItem] = field(default_factory=dict)


class Memory:
    """One desk in memory, which several windows may have open."""

    def __init__(self, own: ReplicaId) -> None:
        self.kept = Kept(own, {own: Log("")})
        self.lock = threading.RLock()
        self.writers = 0
        self.commits = 0
        self._world: World | None = None

    @property
    def world(self) -> World:
        """What all facts come to now."""
        with self.lock:
            if self._world is None:
                self._world = World(self.kept.facts)
            return self._world

    def changed(self) -> None:
        """What was computed does not hold any more."""
        self._world = None

    @contextmanager
    def writing(self) -> Generator[None]:
        """All or nothing; one at a time."""
        with self.lock:
            if self.writers:
                yield
                return
            kept = self.kept
            facts, salts = list(kept.facts), list(kept.salts)
            before = deepcopy(replace(kept, facts=[], salts=[]))
            self.writers += 1
            try:
                yield
            except BaseException:
                self.kept = replace(before, facts=facts, salts=salts)
                self.changed()
                raise
            else:
                self.commits += 1
            finally:
                self.writers -= 1


class MemoryLogins:
    """Failed tries of login names."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def tries(self, login: str) -> tuple[int, int]:
        return self._memory.kept.tries.get(login, (0, 0))

    def failed(self, login: str, failed: int, until: int) -> None:
        self._memory.kept.tries[login] = (failed, until)

    def cleared(self, login: str) -> None:
        self._memory.kept.tries.pop(login, None)


class MemoryStore:
    """One window's view of a desk in memory."""

    def __init__(self, memory: Memory, clock: Clock, new_id: NewId) -> None:
        self.memory = memory
        self.journal = MemoryJournal(memory, clock, new_id)
        self.tickets = MemoryTickets(memory)
        self.people = MemoryPeople(memory)
        self.news = MemoryNews(memory)
        self.logins = MemoryLogins(memory)
        self.reports = MemoryReports(memory)
        self.attachments = MemoryAttachments(memory)
        self.mails = MemoryMails(memory)
        self.outbox = MemoryOutbox(memory)
        self.log = MemoryLog(memory, clock)
        self.look = 0
        self._own_commits = 0

    def directory(self) -> Directory:
        return self.memory.world.directory

    @contextmanager
    def writing(self) -> Generator[None]:
        commits = self.memory.commits
        with self.memory.writing():
            yield
        self._own_commits += self.memory.commits - commits

    @contextmanager
    def reading(self) -> Generator[None]:
        with self.memory.lock:
            yield

    def check(self, *, rebuild: bool, progress: Progress | None) -> tuple[int, int, str, tuple[str, ...]]:
        if rebuild:
            self.memory.changed()
        tickets = sum(record.state != "withdrawn" for record in self.memory.world.records)
        return tickets, self.journal.count(), self.journal.digest(), tuple(self.journal.verify())

    def backup(self, target: Path) -> int:
        raise Invalid("desk", f"A desk in memory has no file to copy to {target}.")

    def data_version(self) -> int:
        return self.memory.commits - self._own_commits

    def scrub(self) -> None:
        """Nothing is kept beside the facts."""

    def leave(self) -> None:
        """Nothing is to be remembered."""

    def close_thread(self) -> None:
        """Nothing is open."""


def a_front_in_memory(memory: Memory, clock: Clock, new_id: NewId) -> FrontDoor:
    """A desk in memory opened, with the stand-ins."""
    return FrontDoor(MemoryStore(memory, clock, new_id), clock, new_id, PlainPasswords())


def make_in_memory(
    clock: Clock, new_id: NewId, *, name: str, admin_login: str, admin_name: str, admin_password: str, **place: Any
) -> tuple[Memory, FrontDoor]:  # fmt: skip
    """A new desk in memory with its first administrator; takes its ids in the order in which a file's are taken."""
    memory = Memory(ReplicaId(new_id.entity()))
    found_desk(
        MemoryStore(memory, clock, new_id), clock, new_id, PlainPasswords(), name=name, admin_login=admin_login,
        admin_name=admin_name, admin_password=admin_password, **place,
    )  # fmt: skip
    return memory, a_front_in_memory(memory, clock, new_id)
