"""How many facts a second are taken in, new ones and those of other replicas, beside rows put into a bare table."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import groupby, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from desktop_desk import bootstrap
from desktop_desk.cli.bench.driver import connect
from desktop_desk.cli.bench.figures import Figure
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.ports import Draft
from desktop_desk.domain.facts import Fact
from desktop_desk.exchange.demo import ADMIN, PASSWORD

TICKETS = 1_000
SEED = 1
ACTS = 300
"""Acts in a transaction, some 500 facts."""
BATCH = 1_000
"""Facts of another replica in a transaction."""
JOURNAL = "SELECT sql FROM sqlite_master WHERE tbl_name = 'fact' AND type IN ('table', 'index') AND sql <> ''"


def import_figures(folder: Path) -> Iterator[Figure]:
    """Take the facts of a small desk into an empty one in `folder`, and their rows into a bare table."""
    with TemporaryDirectory(dir=folder, prefix="import-") as place:
        source, target = Path(place, "source.desk"), Path(place, "target.desk")
        bootstrap.generate(source, tickets=TICKETS, seed=SEED)
        # The same office with the same ids, but nobody has called yet.
        bootstrap.generate(target, tickets=0, seed=SEED)
        facts, took = _taken_in(source, target)
        rows, bare_took = _copied(source, Path(place, "bare.db"))
    yield Figure(
        "take in facts", TICKETS, "facts/s", facts / took, None, rows / bare_took, "bare rows", budget=5_000.0,
        at_least=True,
    )  # fmt: skip


def apply_figures(folder: Path, server: str = "") -> Iterator[Figure]:
    """Take the log of a small desk into an empty one of another replica: in a file, and in a database on a server."""
    with TemporaryDirectory(dir=folder, prefix="apply-") as place:
        source = Path(place, "source.desk")
        bootstrap.generate(source, tickets=TICKETS, seed=SEED)
        rows, bare_took = _copied(source, Path(place, "bare.db"))
        targets = [("SQLite", str(Path(place, "target.desk")), 5_000.0)]
        if server:
            targets.append(("PostgreSQL", server, 2_500.0))
        for engine, target, budget in targets:
            bootstrap.generate(target, tickets=0, seed=SEED + 1)
            facts, took = _applied(source, target)
            yield Figure(
                f"take in another replica's log, {engine}", TICKETS, "facts/s", facts / took, None,
                rows / bare_took, "bare rows", budget=budget, at_least=True,
            )  # fmt: skip


def _applied(source: Path, target: str) -> tuple[int, float]:
    """How many facts the log of the source has, and the seconds it took to take them in, a thousand at a time."""
    front, other = bootstrap.open_desk(source), bootstrap.open_desk(target)
    try:
        log, taken = front.log_in(ADMIN, PASSWORD).store.log, other.log_in(ADMIN, PASSWORD).store.log
        origin = max(log.vector(), key=log.vector().__getitem__)
        done, took = 0, 0.0
        while entries := log.entries(origin, done, BATCH):
            start = time.perf_counter()
            taken.apply(entries)
            took += time.perf_counter() - start
            done = entries[-1].fact.seq
    finally:
        front.close()
        other.close()
    return done, took


def _taken_in(source: Path, target: Path) -> tuple[int, float]:
    """How many facts the target lacked, and the seconds it took to take them in."""
    with closing(bootstrap.open_desk(source)) as front:
        desk = front.log_in(ADMIN, PASSWORD)
        known = desk.store.journal.by_arrival(range(1, desk.check().facts + 1))
    with closing(bootstrap.open_desk(target)) as front:
        desk = front.log_in(ADMIN, PASSWORD)
        missing = [known[place] for place in sorted(known)][desk.check().facts :]
        acts = [[_draft(fact) for fact in act] for _id, act in groupby(missing, lambda fact: fact.act_id)]
        start = time.perf_counter()
        _take_in(desk, acts)
        took = time.perf_counter() - start
    return len(missing), took


def _draft(fact: Fact) -> Draft:
    return Draft(fact.verb, fact.entity, fact.fields, fact.ticket, fact.at, fact.actor)


def _take_in(desk: Desk, acts: Sequence[Sequence[Draft]]) -> None:
    rest = iter(acts)
    while batch := list(islice(rest, ACTS)):
        desk.take_in(batch)


def _copied(source: Path, target: Path) -> tuple[int, float]:
    """How many rows the journal of the source has, and the seconds it took to put them into a bare file."""
    bare = connect(source)
    rows = bare.execute("SELECT * FROM fact").fetchall()
    shape = bare.execute(JOURNAL).fetchall()
    bare.close()
    bare = connect(target)
    bare.execute("PRAGMA journal_mode = wal")
    for (sql,) in shape:
        bare.execute(sql)
    start = time.perf_counter()
    bare.execute("BEGIN IMMEDIATE")
    bare.executemany(f"INSERT INTO fact VALUES ({','.join('?' * len(rows[0]))})", rows)  # noqa: S608  only marks
    bare.execute("COMMIT")
    took = time.perf_counter() - start
    bare.close()
    return len(rows), took
