"""PostgreSQL stopped at once (`-m immediate`) while calls are logged and desks synced, again and again."""

import random
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from desktop_desk import bootstrap, sharing
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.views import CallDraft
from desktop_desk.domain.errors import StorageUnavailable
from tests.builders import PASSWORD, a_desk
from tests.fakes import PlainPasswords
from tests.postgres import Server, ended, new_server, wait_until_it_answers

ENOUGH_S = 60.0


@dataclass
class StopFigures:
    """What was tried and what was found.

    Attributes:
        unanswered: acts that were written although their author was told that they were not.
        unknown: acts of which it was said that nobody knows.
        said: the kinds of error that were told to people; a server that is away is one of them.
    """

    stops: int = 0
    acknowledged: int = 0
    unanswered: int = 0
    unknown: int = 0
    syncs: int = 0
    syncs_broken_off: int = 0
    said: set[str] = field(default_factory=set[str])
    wrong: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        return (
            f"{self.stops} stops, {self.acknowledged} acts acknowledged, {self.unanswered} written whose author was"
            f" told otherwise, {self.unknown} of which nobody knew; {self.syncs} syncs, {self.syncs_broken_off} broken"
            f" off; lost or broken: {len(self.wrong)}"
        )


@contextmanager
def own_server() -> Generator[Server]:
    """A server that nobody else has."""
    server = new_server()
    try:
        yield server
    finally:
        ended(server)


def run(folder: Path, stops: int) -> StopFigures:
    """Stop the server so often while two write to a desk on it and one syncs with a hub on it; `folder` is empty."""
    chance = random.Random(20260402)
    with own_server() as server:
        front = bootstrap.create_desk(
            server.address(server.new_database()), name="Desk", admin_login="ada", admin_name="Ada",
            admin_password=PASSWORD, passwords=PlainPasswords(),
        )  # fmt: skip
        local = a_desk(folder)
        sharing.new_hub(local.ada, server.address(server.new_database()))
        office = _Office(server, front, local.front)
        try:
            for _turn in range(stops):
                office.stop_after(chance.randrange(3, 25))
                office.judge()
            _judge_sync(local.ada, folder, office.figures)
        finally:
            local.close()
            front.close()
    return office.figures


class _Office:
    """Two who write on the server's desk, one who syncs a file with a hub there."""

    def __init__(self, server: Server, front: FrontDoor, local: FrontDoor) -> None:
        self._server, self._front, self._local = server, front, local
        self._lock, self._enough = threading.Lock(), threading.Event()
        self._leaving = threading.Event()
        self._said: set[str] = set()
        self._until = 0
        self.figures = StopFigures()

    def stop_after(self, acts: int) -> None:
        """Let all work; the server stops after so many acts; then it is back."""
        self._enough.clear()
        self._leaving.clear()
        self._until = len(self._said) + acts
        turn = self.figures.stops
        jobs: list[tuple[Callable[[], None], FrontDoor]] = [
            (partial(self._write, f"one {turn}"), self._front),
            (partial(self._write, f"two {turn}"), self._front),
            (self._sync, self._local),
        ]
        threads = [threading.Thread(target=self._until_it_is_away, args=job) for job in jobs]
        for thread in threads:
            thread.start()
        if not self._enough.wait(ENOUGH_S):
            self.figures.wrong.append(f"turn {turn}: nothing was written")
        self._leaving.set()
        self._server.stop("immediate")
        # Back at once: whoever was cut off while saving asks it what became of that.
        self._server.start()
        for thread in threads:
            thread.join(ENOUGH_S)
            if thread.is_alive():
                self.figures.wrong.append(f"turn {turn}: a program waits for ever")
        self.figures.stops += 1
        wait_until_it_answers(self._server)

    def _write(self, name: str) -> None:
        desk, number = self._front.log_in("ada", PASSWORD), 0
        while not self._leaving.is_set():
            number += 1
            desk.log_call(CallDraft(f"{name}.{number}"))
            with self._lock:
                self._said.add(f"{name}.{number}")
            if len(self._said) >= self._until:
                self._enough.set()

    def _sync(self) -> None:
        john, ada = (self._local.log_in(login, PASSWORD) for login in ("john", "ada"))
        while not self._leaving.is_set():
            john.log_call(CallDraft("from the file"))
            sharing.sync(ada)
            self.figures.syncs += 1

    def _until_it_is_away(self, work: Callable[[], None], door: FrontDoor) -> None:
        try:
            work()
        except StorageUnavailable as error:
            self.figures.said.add(error.kind)
            self.figures.unknown += "Nobody knows" in error.advice
            self.figures.syncs_broken_off += door is self._local
        except Exception as error:  # noqa: BLE001  anything else reached a person as a bug
            self.figures.wrong.append(f"turn {self.figures.stops}: {error!r}")
        finally:
            self._enough.set()
            door.close_thread()

    def judge(self) -> None:
        """All that was acknowledged is there, and nothing of which it was said that it was not saved."""
        ada = self._front.log_in("ada", PASSWORD)
        there = {row.subject for row in ada.queue("all", count=100_000).rows}
        self.figures.acknowledged = len(self._said)
        self.figures.unanswered = len(there - self._said)
        self.figures.wrong += [f"lost: {words}" for words in self._said - there]
        if self.figures.unanswered > self.figures.unknown:
            self.figures.wrong.append(f"{self.figures.unanswered} acts whose author was told otherwise")
        self.figures.wrong += ada.check(rebuild=True).problems


def _judge_sync(ada: Desk, folder: Path, figures: StopFigures) -> None:
    """The hub gives the desk to whoever takes it along."""
    figures.wrong += sharing.sync(ada).problems
    target = folder / "laptop.desk"
    address = ada.store.log.note("hub")
    sharing.new_replica(address, target, "Laptop", "ada", PASSWORD, passwords=PlainPasswords())
    sharing.sync(ada)
    front = bootstrap.open_desk(target, passwords=PlainPasswords())
    other = front.log_in("ada", PASSWORD)
    if other.check().digest != ada.check().digest:
        figures.wrong.append("what was taken along is another desk")
    front.close()
