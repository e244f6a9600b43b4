"""Turns on a server: what only one program of the office does at a time, held by its connection as long as it lives."""

import time
from collections.abc import Generator
from contextlib import contextmanager, suppress

from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.storage.database import Database

UPDATE, BACKUP = "update", "backup"
EVERY_S = 0.25
_KEY = "hashtextextended('desktop-desk ' || ? || ' ' || current_schema(), 0)"


@contextmanager
def turn(database: Database, what: str, seconds: float = 0) -> Generator[bool | None]:
    """Have this turn to oneself within the block: True at once, False after having waited for another program.

    None when another program still has it after so many seconds: then the block must leave it to that one. A program
    that ends, however it ends, gives its turn up.
    """
    give_up = time.monotonic() + seconds
    at_once = True
    while not database.value(f"SELECT pg_try_advisory_lock({_KEY})", (what,)):
        if time.monotonic() >= give_up:
            yield None
            return
        at_once = False
        time.sleep(EVERY_S)
    try:
        yield at_once
    finally:
        with suppress(StorageUnavailable):  # the connection is gone, and the turn with it
            database.value(f"SELECT pg_advisory_unlock({_KEY})", (what,))
