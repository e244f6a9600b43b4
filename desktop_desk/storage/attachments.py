"""Files' bytes: parts of a MiB in the desk itself, named by the sha-256 of the whole, each kept once and compressed.

So a desk stays one file with one encryption and one backup, and a file is there or not together with the fact that
names it.
"""

import hashlib
import io
import os
import stat
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from desktop_desk.desk.ports import AttachmentRecord
from desktop_desk.domain.attachments import CHUNK, LARGEST, parts_of, too_large
from desktop_desk.domain.errors import Invalid, StorageUnavailable
from desktop_desk.domain.facts import EntityId, ReplicaId
from desktop_desk.domain.mail import LARGEST_MAIL
from desktop_desk.i18n import _
from desktop_desk.storage.database import Database, key_of

SAMPLE = 64 * 1024
"""Bytes of a part that are compressed first, to see whether it helps: pictures and archives are packed already."""

_ROW = (
    "SELECT a.id, a.uid, a.ticket, a.name, a.mime, a.size, a.sha, r.uid, a.void FROM attachment a"
    " JOIN replica r ON r.id = a.replica"
)
KEEP_PART = (
    "INSERT INTO chunk (sha, n, body) VALUES (?,?,?) ON CONFLICT (sha, n) DO UPDATE SET body = excluded.body"
)


class Attachments:
    """Reads and writes the parts of files; writes only within a transaction."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def measure(self, source: Path | bytes, name: str) -> tuple[str, int]:
        """The sha-256 and the size of what is to be attached, read once from end to end.

        Raises:
            Invalid: it is too large, no file, or cannot be read.
        """
        running, size = hashlib.sha256(), 0
        with _opened(source, name) as file:
            while part := file.read(CHUNK):
                size += len(part)
                if size > LARGEST:
                    raise too_large(name, _size(source, size))
                running.update(part)
        return running.hexdigest(), size

    def keep(self, source: Path | bytes, name: str, sha: str, size: int) -> None:
        """Write a file's parts, unless they are here and sound; within a transaction.

        Raises:
            Invalid: the file is no longer what was measured, or cannot be read.
        """
        if self._is_sound(sha, size):
            return
        running, key, n = hashlib.sha256(), bytes.fromhex(sha), 0
        with _opened(source, name) as file:
            while part := file.read(CHUNK):
                running.update(part)
                if n < parts_of(size):
                    self._db.run(KEEP_PART, (key, n, packed(part)))
                n += 1
                if n > parts_of(size):
                    break
        if running.hexdigest() != sha:
            reason = _("“{name}” changed while it was being read.").format(name=name)
            raise Invalid("attachments", reason, _("Wait until it is written, then attach it again."))

    def by_uid(self, uid: EntityId) -> AttachmentRecord | None:
        """An attachment by its id, also one that was undone; None when there is none."""
        row = self._db.row(f"{_ROW} WHERE a.uid = ?", (key_of(uid),))
        return _record(row) if row is not None else None

    def here(self, sizes: Mapping[str, int]) -> frozenset[str]:
        """Of files, by their sha with their size, those whose every part is in this desk."""
        if not sizes:
            return frozenset()
        marks = ",".join("?" * len(sizes))
        sql = f"SELECT sha, COUNT(*) FROM chunk WHERE sha IN ({marks}) GROUP BY sha"
        counts = {bytes(sha): n for sha, n in self._db.rows(sql, [bytes.fromhex(sha) for sha in sizes])}
        return frozenset(
            sha for sha, size in sizes.items() if counts.get(bytes.fromhex(sha), 0) >= parts_of(size)
        )

    def read(self, sha: str, size: int, name: str) -> Iterator[bytes]:
        """A file part by part; the last is given only when the whole has proved to be what was attached.

        Raises:
            StorageUnavailable: a part is missing or damaged.
        """
        running, held = hashlib.sha256(), b""
        for n in range(parts_of(size)):
            part = self._part(sha, n)
            if part is None:
                raise _damaged(name)
            running.update(part)
            if held:
                yield held
            held = part
        if running.hexdigest() != sha:
            raise _damaged(name)
        if held:
            yield held

    def since(self, after: int, limit: int) -> tuple[AttachmentRecord, ...]:
        """Attachments in the order in which their facts came, after that one."""
        sql = f"{_ROW} WHERE a.id > ? ORDER BY a.id LIMIT ?"
        return tuple(map(_record, self._db.rows(sql, (after, limit))))

    def missing(self, limit: int, before: int | None = None) -> tuple[AttachmentRecord, ...]:
        """Attachments of which a part is not here, also undone ones, the newest first; those that came before one."""
        parts = f"(a.size + {CHUNK - 1}) / {CHUNK}"
        sql = (
            f"{_ROW} WHERE a.id < ? AND a.size <= {max(LARGEST, LARGEST_MAIL)}"
            f" AND (SELECT COUNT(*) FROM chunk c WHERE c.sha = a.sha) < {parts} ORDER BY a.id DESC LIMIT ?"
        )
        return tuple(map(_record, self._db.rows(sql, (before or 1 << 62, limit))))

    def tally(self) -> tuple[int, int]:
        """How many attachments there are, and the local number of the one whose fact came last; it tells of changes."""
        count, newest = self._db.rows("SELECT COUNT(*), MAX(id) FROM attachment")[0]
        return int(count), int(newest or 0)

    def parts_here(self, sha: str) -> frozenset[int]:
        """The numbers of a file's parts that are in this desk."""
        return frozenset(
            n for (n,) in self._db.rows("SELECT n FROM chunk WHERE sha = ?", (bytes.fromhex(sha),))
        )

    def part(self, sha: str, n: int) -> bytes | None:
        """A part as it is kept, compressed, for another replica; None when it is not here."""
        body = self._db.value("SELECT body FROM chunk WHERE sha = ? AND n = ?", (bytes.fromhex(sha), n))
        return None if body is None else bytes(body)

    def take(self, sha: str, size: int, n: int, body: bytes) -> bool:
        """Take in a part from another replica; within a transaction.

        False when with it the file is whole, and proves to be another: then none of its parts is kept.

        Raises:
            Invalid: it cannot be that part.
        """
        raw = _unpacked(body)
        if raw is None or len(raw) != min(CHUNK, size - n * CHUNK):
            raise Invalid("chunk", _("Part {n} of an attachment is damaged.").format(n=n + 1))
        key = bytes.fromhex(sha)
        self._db.run(KEEP_PART, (key, n, body))
        if not self._is_another(sha, size):
            return True
        self._db.run("DELETE FROM chunk WHERE sha = ?", (key,))
        return False

    def damaged(self) -> tuple[str, ...]:
        """The names of attachments whose every part is here but which are not what was attached; reads them all."""
        rows = self._db.rows("SELECT name, size, sha FROM attachment WHERE void = 0 ORDER BY id")
        files = [(name, size, bytes(sha).hex()) for name, size, sha in rows]
        spoilt = {sha for size, sha in {file[1:] for file in files} if self._is_another(sha, size)}
        return tuple(name for name, _size, sha in files if sha in spoilt)

    def drop_unnamed(self) -> int:
        """Remove the parts of files that no fact names any more; gives how many. Within a transaction."""
        unnamed = "sha NOT IN (SELECT sha FROM attachment)"
        count = int(self._db.value(f"SELECT COUNT(*) FROM chunk WHERE {unnamed}", default=0))
        if count:
            self._db.run(f"DELETE FROM chunk WHERE {unnamed}")
        return count

    def _part(self, sha: str, n: int) -> bytes | None:
        body = self.part(sha, n)
        return None if body is None else _unpacked(body)

    def _is_another(self, sha: str, size: int) -> bool:
        """Whether every part of a file is here, and together they are not what its name says."""
        return len(self.parts_here(sha)) >= parts_of(size) and not self._is_sound(sha, size)

    def _is_sound(self, sha: str, size: int) -> bool:
        """Whether a file is here whole and is what its name says; an empty one always is."""
        running = hashlib.sha256()
        for n in range(parts_of(size)):
            part = self._part(sha, n)
            if part is None:
                return False
            running.update(part)
        return running.hexdigest() == sha


def packed(part: bytes) -> bytes:
    """A part as it is kept: compressed, or only wrapped where compressing does not help."""
    sample = part[:SAMPLE]
    helps = len(zlib.compress(sample, 1)) < len(sample) * 0.95
    return zlib.compress(part, 6 if helps else 0)


def _unpacked(body: bytes) -> bytes | None:
    """The raw bytes of a part; None when they are damaged. Never more than a part may have."""
    opening = zlib.decompressobj()
    try:
        raw = opening.decompress(body, CHUNK + 1)
    except zlib.error:
        return None
    return raw if opening.eof and len(raw) <= CHUNK else None


def _record(row: Any) -> AttachmentRecord:
    number, uid, ticket, name, mime, size, sha, replica, void = row
    return AttachmentRecord(
        number, EntityId(bytes(uid).hex()), ticket, name, mime, size, bytes(sha).hex(),
        ReplicaId(bytes(replica).hex()), bool(void),
    )  # fmt: skip


@contextmanager
def _opened(source: Path | bytes, name: str) -> Generator[BinaryIO]:
    """What is to be attached, for reading; Invalid in a plain sentence when that does not work."""
    if isinstance(source, bytes):
        yield io.BytesIO(source)
        return
    try:
        # Not a pipe or device, which would wait or never end; and so asked before it is opened.
        if not stat.S_ISREG(source.stat().st_mode):
            reason = _("“{name}” is not a file.").format(name=name)
            raise Invalid("attachments", reason, _("Pack a folder into an archive first."))
        with source.open("rb") as file:
            yield file
    except FileNotFoundError as error:
        reason = _("The file {path} is no longer there.").format(path=source)
        raise Invalid("attachments", reason, _("Take it off the list, or attach it again.")) from error
    except OSError as error:
        reason = _("The file {path} cannot be read: {why}.").format(path=source, why=error.strerror or error)
        raise Invalid("attachments", reason, _("Copy it to another folder and attach the copy.")) from error


def _size(source: Path | bytes, read: int) -> int:
    """The whole size of what was read only in part."""
    if isinstance(source, bytes):
        return len(source)
    try:
        return max(read, os.stat(source).st_size)  # noqa: PTH116  follows links, as opening did
    except OSError:
        return read


def _damaged(name: str) -> StorageUnavailable:
    return StorageUnavailable(
        "damaged",
        _("The attachment “{name}” is damaged in this desk.").format(name=name),
        _("Attach the file again where somebody still has it: that mends it. A backup may have it, too."),
    )
