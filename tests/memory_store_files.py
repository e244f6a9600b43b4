"""Attachments of a store in memory: the parts of files in a dictionary."""

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_desk.desk.ports import AttachmentRecord
from desktop_desk.domain.attachments import CHUNK, LARGEST, parts_of
from desktop_desk.domain.errors import Invalid, StorageUnavailable
from desktop_desk.domain.facts import EntityId

if TYPE_CHECKING:
    from tests.memory_store import Memory


class MemoryAttachments:
    """Keeps and gives the parts of files."""

    def __init__(self, memory: "Memory") -> None:
        self._memory = memory

    @property
    def _parts(self) -> dict[tuple[str, int], bytes]:
        return self._memory.kept.parts

    def measure(self, source: Path | bytes, name: str) -> tuple[str, int]:
        body = _read(source, name)
        if len(body) > LARGEST:
            raise Invalid("attachments", f"“{name}” is too large.")
        return hashlib.sha256(body).hexdigest(), len(body)

    def keep(self, source: Path | bytes, name: str, sha: str, size: int) -> None:
        body = _read(source, name)
        if (hashlib.sha256(body).hexdigest(), len(body)) != (sha, size):
            raise Invalid("attachments", f"“{name}” changed while it was being read.")
        for n in range(parts_of(size)):
            self._parts[sha, n] = zlib.compress(body[n * CHUNK : (n + 1) * CHUNK])

    def by_uid(self, uid: EntityId) -> AttachmentRecord | None:
        return next((record for record in self._memory.world.attachments if record.uid == uid), None)

    def here(self, sizes: Mapping[str, int]) -> frozenset[str]:
        return frozenset(sha for sha, size in sizes.items() if len(self.parts_here(sha)) >= parts_of(size))

    def read(self, sha: str, size: int, name: str) -> Iterator[bytes]:
        body = self._whole(sha, size)
        if body is None:
            raise StorageUnavailable("damaged", f"The attachment “{name}” is damaged in this desk.", "")
        for n in range(parts_of(size)):
            yield body[n * CHUNK : (n + 1) * CHUNK]

    def since(self, after: int, limit: int) -> tuple[AttachmentRecord, ...]:
        return tuple(record for record in self._memory.world.attachments if record.id > after)[:limit]

    def missing(self, limit: int, before: int | None = None) -> tuple[AttachmentRecord, ...]:
        found = [
            record
            for record in reversed(self._memory.world.attachments)
            if (before is None or record.id < before)
            and record.size <= LARGEST
            and not self.here({record.sha: record.size})
        ]
        return tuple(found[:limit])

    def tally(self) -> tuple[int, int]:
        known = self._memory.world.attachments
        return len(known), max((record.id for record in known), default=0)

    def parts_here(self, sha: str) -> frozenset[int]:
        return frozenset(n for own, n in self._parts if own == sha)

    def part(self, sha: str, n: int) -> bytes | None:
        return self._parts.get((sha, n))

    def take(self, sha: str, size: int, n: int, body: bytes) -> bool:
        try:
            raw = zlib.decompress(body)
        except zlib.error as error:
            raise Invalid("chunk", f"Part {n + 1} of an attachment is damaged.") from error
        if len(raw) != min(CHUNK, size - n * CHUNK):
            raise Invalid("chunk", f"Part {n + 1} of an attachment is damaged.")
        self._parts[sha, n] = body
        if len(self.parts_here(sha)) < parts_of(size) or self._whole(sha, size) is not None:
            return True
        for part in self.parts_here(sha):
            del self._parts[sha, part]
        return False

    def damaged(self) -> tuple[str, ...]:
        return tuple(
            record.name
            for record in self._memory.world.attachments
            if not record.void
            and self.here({record.sha: record.size})
            and self._whole(record.sha, record.size) is None
        )

    def drop_unnamed(self) -> int:
        named = {record.sha for record in self._memory.world.attachments}
        gone = [key for key in self._parts if key[0] not in named]
        for key in gone:
            del self._parts[key]
        return len(gone)

    def _whole(self, sha: str, size: int) -> bytes | None:
        parts = [self._parts.get((sha, n)) for n in range(parts_of(size))]
        if None in parts:
            return None
        body = b"".join(zlib.decompress(part) for part in parts if part is not None)
        return body if hashlib.sha256(body).hexdigest() == sha else None


def _read(source: Path | bytes, name: str) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except OSError as error:
        raise Invalid("attachments", f"“{name}” cannot be read.") from error
