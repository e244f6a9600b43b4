"""Figures of syncing: new facts to a hub and from it, a year of ten replicas, a whole desk taken along."""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from desktop_desk import bootstrap, sharing
from desktop_desk.cli.bench.elsewhere import Elsewhere, lay, stand_in
from desktop_desk.cli.bench.figures import Figure, figure_of, timed
from desktop_desk.desk.desk import Desk
from desktop_desk.domain.facts import EntityId
from desktop_desk.exchange.demo import ADMIN, PASSWORD
from desktop_desk.sync.about import About, found_hub
from desktop_desk.sync.folder_hub import FolderHub

NEW = 100
"""New facts in a sync."""
ROUNDS = 15
REPLICAS, YEAR, DAY, SEGMENT = 10, 20_000, 80, 2_500
"""Replicas at the busy hub, facts of each in a year and in a day, and facts in a segment that was joined."""
LIKE, DAYS = 200, 5
"""Tickets of the office with the busy hub, and days that are measured there."""
STAMP_BITS, SEGMENT_BYTES = 16, 12_000
TEXT = "The driver was renewed; the printer prints again, and the caller was told so."
FILE, COPY = "one durable file", "the file copied twice"


class SyncFigures:
    """Takes the figures of syncing one desk file; what is written stays in the desk."""

    def __init__(self, desk: Desk, path: Path, folder: Path) -> None:
        self._desk = desk
        self._path = path
        self._folder = folder
        self._tickets = desk.counters().total

    def groups(self) -> dict[str, Callable[[], Iterator[Figure]]]:
        """Every group of figures by its name."""
        return {"sync": self.sync, "hub": self.hub, "snapshot": self.snapshot}

    def sync(self) -> Iterator[Figure]:
        """A hundred new facts: own ones laid in a folder hub, and as many of another replica taken from there."""
        with _hub_of(self._desk, self._folder) as hub:
            stand_in(hub, self._desk.store.log, bootstrap.now_ms(), hub.root.parent)
            sharing.sync(self._desk, hub.address)
            other = self._elsewhere()
            push: list[float] = []
            pull: list[float] = []
            idle: list[float] = []
            bare: list[float] = []
            tickets = self._some_tickets()
            for turn in range(ROUNDS):
                chosen = [tickets[(turn * NEW + place) % len(tickets)] for place in range(NEW // 2)]
                self._write([number for number, _uid in chosen])
                push.append(timed(lambda: sharing.sync(self._desk)))
                bare.append(timed(lambda: durable(hub.root / "bare")))
                lay(hub, self._desk.settings().uid, other.notes([uid for _number, uid in chosen], TEXT))
                pull.append(timed(lambda: sharing.sync(self._desk)))
                idle.append(timed(lambda: sharing.sync(self._desk)))
        for name, took in (("laid at a hub", push), ("taken from a hub", pull)):
            yield figure_of(f"sync, {NEW} new facts {name}", self._tickets, took, bare, FILE, budget=100.0)
        yield figure_of("sync, nothing new", self._tickets, idle, bare, FILE, budget=100.0)

    def hub(self) -> Iterator[Figure]:
        """A folder hub with a year of ten replicas: looked through in vain, and with a day's facts of all of them."""
        with TemporaryDirectory(dir=self._folder, prefix="office-") as place:
            small = Path(place, "small.desk")
            bootstrap.generate(small, tickets=LIKE, seed=3)
            front = bootstrap.open_desk(small)
            try:
                desk = front.log_in(ADMIN, PASSWORD)
                with _hub_of(desk, Path(place)) as hub:
                    took, idle, bare = _year(desk, hub)
            finally:
                front.close()
        name = f"sync, {REPLICAS} replicas of {YEAR:,} facts"
        yield figure_of(f"{name}, nothing new", self._tickets, idle, bare, FILE, budget=1000.0)
        yield figure_of(f"{name}, a day of each", self._tickets, took, bare, FILE, budget=1000.0)

    def snapshot(self) -> Iterator[Figure]:
        """The whole desk laid at a hub, and a new replica made from there."""
        with _hub_of(self._desk, self._folder) as hub:
            stand_in(hub, self._desk.store.log, bootstrap.now_ms(), None)
            laid = timed(lambda: sharing.sync(self._desk, hub.address))
            target = hub.root.parent / "taken.desk"
            taken = timed(lambda: sharing.new_replica(hub.address, target, "Bench", ADMIN, PASSWORD))
            copies = [
                timed(lambda end=end: _copied(self._path, target.with_suffix(end))) for end in (".1", ".2")
            ]
        budget = 60.0 * max(1.0, self._tickets / 100_000)
        yield Figure(
            "a whole desk laid at a hub and taken", self._tickets, "s", (laid + taken) / 1000, None,
            sum(copies) / 1000, COPY, budget=budget,
        )  # fmt: skip

    def _elsewhere(self) -> Elsewhere:
        log = self._desk.store.log
        wall = bootstrap.now_ms()
        return Elsewhere(log.vector(), self._desk.actor.uid, wall << STAMP_BITS, wall)

    def _some_tickets(self) -> list[tuple[str, EntityId]]:
        """Numbers and ids of tickets from all over the desk."""
        total = self._desk.counters().queues["open"]
        pages = (
            self._desk.queue("open", start=start, count=25) for start in range(0, total, max(1, total // 20))
        )
        return [(row.number, EntityId(row.uid)) for page in pages for row in page.rows]

    def _write(self, numbers: list[str]) -> None:
        """Two facts on each of these tickets, as agents write them, and nothing that others contradict."""
        for number in numbers:
            self._desk.note(number, TEXT)
            self._desk.note(number, TEXT)


@contextmanager
def _hub_of(desk: Desk, folder: Path) -> Generator[FolderHub]:
    """A folder hub of a desk for a while; the desk forgets it afterwards."""
    log, settings = desk.store.log, desk.settings()
    before = log.note(sharing.HUB)
    with TemporaryDirectory(dir=folder, prefix="hub-") as place:
        hub = FolderHub(Path(place, "hub"))
        hub.make()
        found_hub(hub, About(settings.uid, settings.name, encrypted=False))
        yield hub
    log.keep_note(sharing.HUB, before)


def _year(desk: Desk, hub: FolderHub) -> tuple[list[float], list[float], list[float]]:
    """Ms of syncs with a day of everybody's facts, of syncs in vain, and of a durable file."""
    uid, wall, known = desk.settings().uid, bootstrap.now_ms(), desk.store.log.vector()
    like = [
        thread
        for row in desk.queue("all", count=25).rows
        if (thread := desk.store.journal.of_ticket(EntityId(row.uid)))
    ]
    others = [
        Elsewhere(known, desk.actor.uid, (wall << STAMP_BITS) + place, wall) for place in range(REPLICAS)
    ]
    for other in others:
        lay(hub, uid, other.tickets(like, YEAR), SEGMENT)
    sharing.sync(desk, hub.address)
    took: list[float] = []
    idle: list[float] = []
    bare: list[float] = []
    for _round in range(DAYS):
        idle.append(timed(lambda: sharing.sync(desk)))
        for other in others:
            lay(hub, uid, other.tickets(like, DAY))
        took.append(timed(lambda: sharing.sync(desk)))
        bare.append(timed(lambda: durable(hub.root / "bare")))
    return took, idle, bare


def durable(path: Path) -> None:
    """Write a small file and wait until the disk has it: what a segment takes at the least."""
    with path.open("wb") as file:
        file.write(os.urandom(SEGMENT_BYTES))
        file.flush()
        os.fsync(file.fileno())


def _copied(source: Path, target: Path) -> None:
    """Copy a file, and wait until the disk has it."""
    shutil.copyfile(source, target)
    with target.open("rb+") as file:
        os.fsync(file.fileno())
