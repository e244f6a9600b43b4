"""Snapshots: a whole desk file at a hub, in parts, from which a new replica begins.

The parts lie under `ID.1`, `ID.2` …; `ID.json`, written last, says how many there are, what each is, and how far every
log reaches in the file. A snapshot without it is none.
"""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_desk.desk.addresses import shown_address
from desktop_desk.desk.exchange_ports import Hub
from desktop_desk.desk.ports import Progress
from desktop_desk.domain.errors import DeskError, Invalid
from desktop_desk.domain.facts import ReplicaId
from desktop_desk.i18n import _
from desktop_desk.sync.documents import count, read_document, write_document
from desktop_desk.sync.sealer import Sealer

PART = 4 * 1024 * 1024
"""Bytes of the desk file in each part but the last."""

LARGEST_PART = 1 << 29
"""Nor in those of any other version."""

FORMAT = 1
_LEVEL = 1
"""Of compression: a desk file is large, and nobody waits for the last tenth of its size."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole desk file at a hub.

    Attributes:
        id: who made it and when.
        vector: how far every log reaches in it.
        parts: of each part its size in the file and the sha-256 of those bytes.
        key: of an encrypted file in hexadecimal digits, else empty; only at a sealed hub.
    """

    id: str
    vector: Mapping[ReplicaId, int]
    parts: Sequence[tuple[int, str]]
    key: str = ""

    @property
    def facts(self) -> int:
        """How many facts it has."""
        return sum(self.vector.values())

    @property
    def size(self) -> int:
        """Bytes of the desk file."""
        return sum(size for size, _sum in self.parts)


def is_due(known: Sequence[Snapshot], vector: Mapping[ReplicaId, int]) -> bool:
    """Whether a new snapshot is wanted: there is none, or the facts since are more than a quarter of it."""
    newest = max((snapshot.facts for snapshot in known), default=0)
    return newest == 0 or (sum(vector.values()) - newest) * 4 > newest


def list_snapshots(hub: Hub, sealer: Sealer | None) -> list[Snapshot]:
    """The whole snapshots at a hub, those with most facts first; what is none is passed over."""
    names = [name for name in hub.names("snapshots") if name.endswith(".json")]
    found = [_read(hub, name, sealer) for name in names]
    return sorted((one for one in found if one is not None), key=lambda one: (-one.facts, one.id))


def lay_snapshot(
    hub: Hub, maker: ReplicaId, now: int, file: Path, vector: Mapping[ReplicaId, int],
    sealer: Sealer | None = None, key: str = "",
) -> Snapshot:  # fmt: skip
    """Lay a desk file that nobody writes to at the hub; earlier ones of the same maker are taken away afterwards."""
    if key and sealer is None:
        raise ValueError("the key of a desk never lies open")
    name = f"{maker}-{now}"
    parts: list[tuple[int, str]] = []
    with file.open("rb") as source:
        while raw := source.read(PART):
            parts.append((len(raw), hashlib.sha256(raw).hexdigest()))
            body = zlib.compress(raw, _LEVEL if sealer is None else 0)
            part = f"{name}.{len(parts)}"
            hub.write("snapshots", part, body if sealer is None else sealer.seal(body, f"snapshots/{part}"))
    made = Snapshot(name, dict(vector), tuple(parts), key)
    index = {"format": FORMAT, "vector": made.vector, "parts": [list(part) for part in parts], "key": key}
    write_document(hub, "snapshots", f"{name}.json", index, sealer)
    remove_snapshots(hub, maker, but=name)
    return made


def remove_snapshots(hub: Hub, maker: ReplicaId, but: str = "") -> None:
    """Take away what one maker has laid, whole or not; of each the part that makes it whole goes first."""
    own = [name for name in hub.names("snapshots") if name.startswith(f"{maker}-")]
    for name in sorted(own, key=lambda name: (not name.endswith(".json"), name)):
        if name.rpartition(".")[0] != but:
            hub.remove("snapshots", name)


def fetch_snapshot(
    hub: Hub, snapshot: Snapshot, target: Path, sealer: Sealer | None = None, told: Progress | None = None
) -> None:
    """Bring a snapshot's desk file here; what an interrupted attempt has brought is not brought again.

    Raises:
        Invalid: a part is missing, torn or changed.
    """
    target.touch()
    with target.open("r+b") as file:
        done = 0
        for number, (size, wanted) in enumerate(snapshot.parts, 1):
            file.seek(done)
            if hashlib.sha256(file.read(size)).hexdigest() != wanted:
                raw = _part(hub, f"{snapshot.id}.{number}", sealer, size)
                if raw is None or hashlib.sha256(raw).hexdigest() != wanted:
                    raise _not_whole(hub)
                file.seek(done)
                file.write(raw)
            done += size
            if told is not None:
                told(done, snapshot.size)
        file.truncate(done)


def fetch_image(
    hub: Hub, snapshot: Snapshot, sealer: Sealer | None = None, told: Progress | None = None
) -> bytearray:
    """The bytes of a snapshot's desk file, on no disk; Invalid when a part is missing, torn or changed."""
    image = bytearray()
    for number, (size, wanted) in enumerate(snapshot.parts, 1):
        raw = _part(hub, f"{snapshot.id}.{number}", sealer, size)
        if raw is None or hashlib.sha256(raw).hexdigest() != wanted:
            raise _not_whole(hub)
        image += raw
        if told is not None:
            told(len(image), snapshot.size)
    return image


def _not_whole(hub: Hub) -> Invalid:
    return Invalid(
        "snapshot",
        _("The copy of the desk at {address} is not whole.").format(address=shown_address(hub.address)),
        _("Sync at a desk that has everything: it lays a new copy there. Then try again."),
    )


def _part(hub: Hub, name: str, sealer: Sealer | None, size: int) -> bytes | None:
    """A part's bytes; None when it is not there or was changed."""
    body = hub.read("snapshots", name)
    if body is None:
        return None
    try:
        packed = body if sealer is None else sealer.unseal(body, f"snapshots/{name}")
        return zlib.decompressobj().decompress(packed, size + 1)
    except (zlib.error, ValueError, DeskError):
        return None


def _read(hub: Hub, name: str, sealer: Sealer | None) -> Snapshot | None:
    try:
        index = read_document(hub, "snapshots", name, sealer)
        if index is None or index["format"] != FORMAT:
            return None
        vector = {ReplicaId(str(replica)): count(seq) for replica, seq in index["vector"].items()}
        parts = tuple((count(size, LARGEST_PART), str(wanted)) for size, wanted in index["parts"])
        return Snapshot(name.removesuffix(".json"), vector, parts, str(index["key"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
