"""Checks a desk: the file, the chain of facts, and that the projections are what the facts come to."""

import hashlib

from desktop_desk.desk.ports import Progress
from desktop_desk.storage.database import Database
from desktop_desk.storage.journal import Journal
from desktop_desk.storage.logs import Logs
from desktop_desk.storage.projector import Projector
from desktop_desk.storage.tables import PROJECTIONS


def check_desk(
    database: Database,
    journal: Journal,
    logs: Logs,
    projector: Projector | None,
    progress: Progress | None,
) -> tuple[int, int, str, tuple[str, ...]]:
    """Tickets, facts, digest, problems; with a projector the projections are made again and compared."""
    problems = [f"file: {text}" for text in database.problems()]
    problems.extend(logs.verify())
    problems.extend(counted_wrong(database))
    if projector is not None:
        before = digests(database)
        projector.rebuild(progress)
        after = digests(database)
        problems.extend(
            f"{name}: differed from the facts, now mended" for name in after if before[name] != after[name]
        )
    tickets = database.value("SELECT COUNT(*) FROM ticket WHERE state < 4", default=0)
    return tickets, journal.count(), logs.digest(), tuple(problems)


def digests(database: Database) -> dict[str, str]:
    """A hash of every projection's rows and full text, by the table's name; equal tables have equal hashes."""
    found: dict[str, str] = {}
    for table in PROJECTIONS:
        name: str = table._meta.table_name
        keys = table._meta.primary_key
        order = ", ".join(keys.field_names) if hasattr(keys, "field_names") else keys.column_name
        found[name] = _digest(database, f"SELECT * FROM {name} ORDER BY {order}")
    for name, sql in (database.texts().contents() | database.callers().contents()).items():
        found[name] = _digest(database, sql)
    return found


def _digest(database: Database, sql: str) -> str:
    running = hashlib.sha256()
    for row in database.each(sql):
        running.update(repr(row).encode())
    return running.hexdigest()


def counted_wrong(database: Database) -> list[str]:
    """Whether the queues' counters are the tickets there are."""
    sql = (
        "SELECT state, agent, team, department, answered, differences > 0, COUNT(*) FROM ticket"
        " GROUP BY 1, 2, 3, 4, 5, 6"
    )
    counted = {tuple(row[:6]): row[6] for row in database.rows(sql)}
    kept = {tuple(row[:6]): row[6] for row in database.rows("SELECT * FROM queue_tally") if row[6]}
    return [] if counted == kept else ["queue counters: differ from the tickets; run “check --rebuild”"]
