"""A desk file under another key, made from a sealed one, or from the bytes of a plain one that never lie on a disk.

It is a copy that nobody has open yet; whoever ends the program in the middle leaves a file that is begun again.
"""

import sqlite3
from pathlib import Path
from typing import Any, Final

from desktop_desk.storage import files
from desktop_desk.storage.database import unavailable
from desktop_desk.storage.durable import make_private, settle
from desktop_desk.storage.orm import SqlCipherDatabase
from desktop_desk.storage.rekeying import write_encrypted
from desktop_desk.storage.sqlite import passphrase_of, translated

MOST_IN_MEMORY: Final = 1 << 30
"""A plain file is sealed in memory up to so many bytes."""

_JOURNAL_MODES: Final = slice(18, 20)
"""Where a file's head says that it has a log beside it, which one in memory cannot have."""


def seal_image(image: bytearray, target: Path, key: bytes) -> None:
    """Write the desk whose plain file has these bytes into a new file that is encrypted with a key; checked at its end.

    Raises:
        StorageUnavailable: the bytes are no sound desk ("damaged"), or the file cannot be written.
    """
    image[_JOURNAL_MODES] = b"\x01\x01"
    files.remove(target)
    make_private(target)
    source = sqlite3.connect(":memory:")
    try:
        source.deserialize(image)
        facts = int(source.execute("SELECT COUNT(*) FROM fact").fetchone()[0])
        with translated(target):
            _write(source, _opened(target, key))
    except sqlite3.Error as error:
        raise unavailable("damaged", str(target)) from error
    finally:
        source.close()
    files.require_facts(target, key, facts)
    settle(target)


def turn_key(path: Path, old: bytes, new: bytes) -> None:
    """Write an encrypted desk file anew with another key, in its own place; both states are encrypted."""
    part = path.with_name(f"{path.name}.turned")
    files.remove(part)
    make_private(part)
    facts = files.sound_facts(path, old)
    database = _opened(path, old)
    try:
        with translated(path):
            write_encrypted(database, part, new)
    finally:
        database.close()
    files.require_facts(part, new, facts)
    settle(part)
    files.remove(path)
    part.replace(path)


def _opened(path: Path, key: bytes) -> Any:
    database = SqlCipherDatabase(
        path.absolute().as_uri(), uri=True, passphrase=passphrase_of(key), autoconnect=False,
        pragmas={"journal_mode": "off", "synchronous": "off", "temp_store": "memory"},
    )  # fmt: skip
    database.connect()
    return database.connection()


def _write(source: sqlite3.Connection, target: Any) -> None:
    """Copy every table as it lies, also those of the text indexes, then indexes, then what has no pages of its own."""
    try:
        target.execute("BEGIN")
        things = list(
            source.execute("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master ORDER BY rowid")
        )
        own = [thing for thing in things if thing[4] and not thing[1].startswith("sqlite_")]
        for kind, name, _table, root, sql in own:
            if kind == "table" and root:
                target.execute(sql)
                _fill(source, target, name)
        for kind, _name, _table, root, sql in own:
            if kind == "index" and root:
                target.execute(sql)
        target.execute("PRAGMA writable_schema = ON")
        for kind, name, table, root, sql in own:
            if not root:
                target.execute("INSERT INTO sqlite_master VALUES (?,?,?,0,?)", (kind, name, table, sql))
        target.execute("COMMIT")
        for pragma in ("application_id", "user_version"):
            value = int(source.execute(f"PRAGMA {pragma}").fetchone()[0])
            target.execute(f"PRAGMA {pragma} = {value}")
    finally:
        target.close()


def _fill(source: sqlite3.Connection, target: Any, table: str) -> None:
    columns = [str(row[1]) for row in source.execute(f'PRAGMA table_info("{table}")')]
    names = ", ".join(f'"{column}"' for column in columns)
    without = "WITHOUT ROWID" in source.execute(
        "SELECT upper(sql) FROM sqlite_master WHERE name = ?", (table,)
    ).fetchone()[0]  # fmt: skip
    if not without:
        names = f"rowid, {names}"
    marks = ",".join("?" * (len(columns) + (not without)))
    rows = source.execute(f'SELECT {names} FROM "{table}"')
    target.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)
