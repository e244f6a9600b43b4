"""How many facts a second are taken in, beside the same rows put into a bare table with the same indexes."""

import time
from collections.abc import Iterator
from pathlib import Path

from desktop_desk.cli.bench.figures import Figure

TICKETS = 2_000


def import_figures(folder: Path) -> Iterator[Figure]:
    """Generate a small desk and count; then copy its facts into a bare table."""
    from sqlcipher3 import dbapi2  # noqa: PLC0415  the bench alone speaks to the driver itself

    from desktop_desk import bootstrap  # noqa: PLC0415

    path, bare = folder / "bench-import.desk", folder / "bench-import.bare"
    for leftover in (path, bare):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{leftover}{suffix}").unlink(missing_ok=True)
    start = time.perf_counter()
    bootstrap.generate(path, tickets=TICKETS, seed=1)
    took = time.perf_counter() - start
    source = dbapi2.connect(str(path))
    rows = source.execute("SELECT * FROM fact").fetchall()
    source.close()
    target = dbapi2.connect(str(bare), isolation_level=None)
    target.execute("PRAGMA journal_mode = wal")
    marks = ",".join("?" * len(rows[0]))
    target.execute(f"CREATE TABLE fact ({','.join(f'c{n}' for n in range(len(rows[0])))})")
    for columns in ("c1, c2", "c12, c11", "c9"):
        target.execute(f"CREATE INDEX by_{columns.replace(', ', '_')} ON fact ({columns})")
    start = time.perf_counter()
    target.execute("BEGIN IMMEDIATE")
    target.executemany(f"INSERT INTO fact VALUES ({marks})", rows)  # noqa: S608 — only marks
    target.execute("COMMIT")
    bare_took = time.perf_counter() - start
    target.close()
    for leftover in (path, bare):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{leftover}{suffix}").unlink(missing_ok=True)
    yield Figure(
        "take in facts", TICKETS, "facts/s", len(rows) / took, baseline=len(rows) / bare_took,
        beside="bare rows", budget=5_000, at_least=True,
    )  # fmt: skip
