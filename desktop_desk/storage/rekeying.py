"""Another key for a desk file: encrypting it, decrypting it, and a new key when an agent has left.

The desk is written anew into a file beside it, which then takes its place in one step. Whenever the program or the
machine ends, the file that is found under the desk's name can be opened with the sidecar that is found beside it.
"""

import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.i18n import _
from desktop_desk.storage import files
from desktop_desk.storage.durable import make_private, settle, share_like
from desktop_desk.storage.files import require_facts
from desktop_desk.storage.identity import settle_home
from desktop_desk.storage.keys import KeyHolder, KeyRing
from desktop_desk.storage.network import refuse_network
from desktop_desk.storage.orm import SqlCipherDatabase
from desktop_desk.storage.sidecar import PURPOSE, Keys, Sidecar
from desktop_desk.storage.sqlite import SqliteDatabase, passphrase_of, translated

WAIT_SECONDS: Final = 5
_BLOCK: Final = 1024 * 1024
_PAGE: Final = 4096


def encrypt_file(path: Path, key: bytes, desk: str, holders: Iterable[KeyHolder]) -> None:
    """Encrypt a desk file that nobody has open; these agents can open it then.

    What it was is overwritten on the disk, as far as the disk lets a program do that.

    Raises:
        StorageUnavailable: "locked" while it is open anywhere; the desk is as it was.
    """
    sidecar = Sidecar(path)
    ring = KeyRing.new(desk, PURPOSE, key, holders)
    with sidecar.held():
        sidecar.set_aside()
        try:
            with _alone(path, None) as alone:
                sidecar.write(Keys((ring,)))
                part = _written_anew(alone, path, key)
                _swap(alone, part, path, wipe_all=True)
        except BaseException:
            if files.is_plain(path):
                sidecar.path.unlink(missing_ok=True)
            raise


def rekey_file(path: Path, old: bytes, new: bytes, desk: str, holders: Iterable[KeyHolder]) -> None:
    """Give an encrypted desk file that nobody has open a new key, for these agents and nobody else.

    Raises:
        StorageUnavailable: "locked" while it is open anywhere; the desk is as it was.
    """
    sidecar = Sidecar(path)
    ring = KeyRing.new(desk, PURPOSE, new, holders)
    with sidecar.held(), _alone(path, old) as alone:
        keys = sidecar.read()
        before = tuple(ring for ring in keys.rings if ring.is_of(old))
        sidecar.write(Keys((*before, ring), keys.tries))
        part = _written_anew(alone, path, new)
        _swap(alone, part, path)
        sidecar.write(Keys((ring,), keys.tries))


def decrypt_file(path: Path, key: bytes) -> None:
    """Make an encrypted desk file that nobody has open a plain one again.

    Raises:
        StorageUnavailable: "locked" while it is open anywhere; the desk is as it was.
    """
    sidecar = Sidecar(path)
    with sidecar.held():
        with _alone(path, key) as alone:
            part = _written_anew(alone, path, None)
            _swap(alone, part, path)
        sidecar.path.unlink(missing_ok=True)
        settle(path.parent)


@contextmanager
def _alone(path: Path, key: bytes | None) -> Generator[SqlCipherDatabase]:
    """A connection beside which nobody else has the file open, or can open it until the end.

    A program that has it open holds a lock; without WAL the whole file can be locked against all others.
    """
    refuse_network(path)
    database = SqlCipherDatabase(
        path.absolute().as_uri(),
        uri=True,
        passphrase=passphrase_of(key),
        autoconnect=False,
        pragmas={
            "busy_timeout": round(WAIT_SECONDS * 1000),
            "locking_mode": "exclusive",
            "journal_mode": "delete",
            "temp_store": "memory",
        },
    )
    try:
        with translated(path):
            database.connect()
            database.connection().execute("BEGIN EXCLUSIVE")
            database.connection().execute("COMMIT")
        yield database
    except StorageUnavailable as error:
        if error.kind != "locked":
            raise
        advice = _("Close every window and program that has it open, then try again; nothing was changed.")
        raise StorageUnavailable("locked", error.reason, advice) from error
    finally:
        database.close()


def _written_anew(alone: SqlCipherDatabase, path: Path, new: bytes | None) -> Path:
    """The same desk in a file beside it with another key, checked, on the disk and at home where it is."""
    part = path.with_name(f".{path.name}.new")
    files.remove(part)
    try:
        make_private(part)
        share_like(part, path)
        with translated(path):
            facts = alone.connection().execute("SELECT COUNT(*) FROM fact").fetchone()[0]
            if new is None:
                _write_plain(alone.connection(), part)
            else:
                write_encrypted(alone.connection(), part, new)
        require_facts(part, new, facts)
        written = SqliteDatabase(part, key=new)
        try:
            with written.writing():
                settle_home(written, part)
        finally:
            written.close_thread()
        settle(part)
    except BaseException:
        files.remove(part)
        raise
    return part


def write_encrypted(connection: Any, part: Path, key: bytes) -> None:
    """Write a connection's whole desk into a file that is encrypted with this key."""
    connection.execute("VACUUM INTO ?", (f"{part.absolute().as_uri()}?key={passphrase_of(key)}",))


def _write_plain(connection: Any, part: Path) -> None:
    """`VACUUM INTO` writes nothing plain from an encrypted file; SQLCipher's own export leaves out two numbers."""
    connection.execute("ATTACH ? AS plain KEY ''", (str(part),))
    try:
        for pragma in ("application_id", "user_version"):
            value = int(connection.execute(f"PRAGMA main.{pragma}").fetchone()[0])
            connection.execute(f"PRAGMA plain.{pragma} = {value}")
        connection.execute("SELECT sqlcipher_export('plain')").fetchone()
    finally:
        connection.execute("DETACH plain")


def _swap(alone: SqlCipherDatabase, part: Path, path: Path, *, wipe_all: bool = False) -> None:
    """Put the new file in the old one's place, and make the old one useless for whoever may still wait for it."""
    only_name = path.stat().st_nlink == 1
    # Opened only now, and closed after SQLite is done: closing it would end SQLite's locks on the file.
    with path.open("r+b") as old:
        if os.name == "nt":
            alone.close()
        # Left by the change from WAL, of no use any more, and not to be found beside the new file.
        for ending in ("-journal", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        if os.name == "nt":
            old.close()
        part.replace(path)
        settle(path.parent)
        if only_name and not old.closed:
            _wipe(old, whole=wipe_all)
        alone.close()


def _wipe(old: Any, *, whole: bool) -> None:
    """Overwrite a file that has no name any more: its head, or all of it."""
    end = old.seek(0, os.SEEK_END) if whole else _PAGE
    old.seek(0)
    for start in range(0, end, _BLOCK):
        old.write(bytes(min(_BLOCK, end - start)))
    old.flush()
    os.fsync(old.fileno())
