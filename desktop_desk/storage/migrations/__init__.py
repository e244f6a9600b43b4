"""Brings a desk file of an older format up to date: one transaction, so that it is of the old format or of the new one.

What a format needs beyond new tables stands in a numbered step. Tables, indexes and guards themselves follow the models
(shape.py), and projections are made again from the facts where they changed.
"""

from collections.abc import Callable, Mapping

from desktop_desk.desk.ports import Progress
from desktop_desk.storage.database import Database
from desktop_desk.storage.files import FORMAT
from desktop_desk.storage.migrations import to_2, to_4
from desktop_desk.storage.migrations.shape import take_shape
from desktop_desk.storage.sqlite import SqliteDatabase
from desktop_desk.storage.store import Store


def _only_shape(_database: Database) -> None:
    """Of a format that has nothing but new tables, as format 3: mails and the outbox."""


STEPS: Mapping[int, Callable[[Database], None]] = {2: to_2.upgrade, 3: _only_shape, 4: to_4.upgrade}
"""What is done to the tables of the log to reach a format, by its number; they have the shape of this version then."""


def format_of(database: Database) -> int:
    """The format that a desk says it has."""
    with database.translated():
        return int(database.value("SELECT value FROM meta WHERE key = 'format'", default=0))


def is_old(store: Store) -> bool:
    """Whether a desk must be brought up to date before this version may work in it."""
    return isinstance(store.database, SqliteDatabase) and format_of(store.database) < FORMAT


def migrate(store: Store, progress: Progress | None = None) -> bool:
    """Bring a desk up to date, whole or not at all; False when another program has done it meanwhile."""
    database = store.database
    if not isinstance(database, SqliteDatabase):
        return False
    with store.writing():
        found = format_of(database)
        if found >= FORMAT:
            return False
        remake = take_shape(database)
        for number in range(found + 1, FORMAT + 1):
            STEPS[number](database)
        if remake:
            store.projector.rebuild(progress)
        database.run("UPDATE meta SET value = ? WHERE key = 'format'", (str(FORMAT),))
    return True
