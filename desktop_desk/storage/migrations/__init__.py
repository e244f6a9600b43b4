"""Brings a desk of an older format up to date: one transaction, so that it is of the old format or of the new one.

What a format needs beyond new tables stands in a numbered step. Tables, indexes and guards themselves follow the models
(shape.py; server_shape.py), and projections are made again from the facts where they changed.
"""

from collections.abc import Callable, Mapping

from desktop_desk.desk.ports import Clock, NewId, Progress
from desktop_desk.storage.database import Database
from desktop_desk.storage.meta import FORMAT, format_of, keep
from desktop_desk.storage.migrations import to_2, to_4
from desktop_desk.storage.migrations.shape import take_shape
from desktop_desk.storage.sqlite import SqliteDatabase
from desktop_desk.storage.store import Store


def _only_shape(_database: Database) -> None:
    """Of a format that has nothing but new tables, as format 3: mails and the outbox."""


STEPS: Mapping[int, Callable[[Database], None]] = {2: to_2.upgrade, 3: _only_shape, 4: to_4.upgrade}
"""What is done to the tables of the log to reach a format, by its number; they have the shape of this version then."""


def is_old(store: Store) -> bool:
    """Whether a desk must be brought up to date before this version may work in it."""
    database = store.database
    return format_of(database) < FORMAT or not (isinstance(database, SqliteDatabase) or _is_whole(database))


def migrate(store: Store, progress: Progress | None = None) -> bool:
    """Bring a desk up to date, whole or not at all; False when another program has done it meanwhile."""
    database = store.database
    with store.writing():
        if not is_old(store):
            return False
        found = format_of(database)
        # One that says it is up to date and lacks a table was not made whole: nothing is taken on trust.
        remake = _shaped(database) or found == FORMAT
        for number in range(found + 1, FORMAT + 1):
            STEPS[number](database)
        if remake:
            store.projector.rebuild(progress)
        keep(database, "format", FORMAT)
    return True


def of_file(clock: Clock, new_id: NewId) -> Callable[[Database], None]:
    """What brings a desk up to date that is no store yet."""

    def brought(database: Database) -> None:
        migrate(Store(database, clock, new_id))

    return brought


def _shaped(database: Database) -> bool:
    """Bring the tables to this version's models; True when projections must be made again."""
    if isinstance(database, SqliteDatabase):
        return take_shape(database)
    from desktop_desk.storage.migrations import server_shape  # noqa: PLC0415  files do not need it

    return server_shape.take_shape(database)


def _is_whole(database: Database) -> bool:
    from desktop_desk.storage.migrations import server_shape  # noqa: PLC0415  as above

    return server_shape.is_whole(database)
