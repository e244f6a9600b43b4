"""How attachments travel: after the facts that name them, part by part, each part once at the hub.

A part that has come is kept, so that whatever stops a round, the next goes on there. A file counts as here only when
its last part has come and the whole is what its facts say. What a round costs follows what is new: where nothing is,
the hub is not asked.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from desktop_desk.desk.addresses import shown_address
from desktop_desk.desk.exchange_ports import Hub, Shelf
from desktop_desk.desk.ports import AttachmentRecord, Store
from desktop_desk.domain.attachments import parts_of
from desktop_desk.domain.errors import Invalid, Unreadable
from desktop_desk.i18n import _
from desktop_desk.sync.sealer import Sealer

SHELF: Shelf = "chunks"
AT_ONCE = 500
"""Files that are looked at in one go."""

ROUND_BYTES = 64 * 1024 * 1024
"""So much travels in one round each way, about; the next round goes on."""

LOOK_AGAIN_MS = 24 * 3_600_000
"""After so long everything is compared with the hub once more."""

SPOILT = ".spoilt"
"""Behind a part's name: who wanted it found it damaged, and whoever has it whole is to lay it again."""


@dataclass(frozen=True, slots=True)
class Travelled:
    """What a round came to.

    Attributes:
        pulled, pushed: parts; missing: files that are still not here.
        more: the round ended at its bounds, and another would have something to do.
        problems: what lies at the hub and is not what it is named after, a sentence each.
    """

    pulled: int = 0
    pushed: int = 0
    missing: int = 0
    more: bool = False
    problems: tuple[str, ...] = ()


def exchange_attachments(
    store: Store,
    hub: Hub,
    sealer: Sealer | None = None,
    *,
    now: int,
    go_on: Callable[[], bool] = lambda: True,
) -> Travelled:
    """Bring the parts that are missing here, and lay those that the hub lacks.

    Args:
        now: ms.
        go_on: asked before each part; False ends the round.

    Raises:
        StorageUnavailable: the hub or the desk cannot be read or written; what has travelled until then stays.
    """
    travel = _Round(store, hub, sealer, now, go_on)
    travel.pull()
    travel.take_away()
    travel.push()
    travel.keep()
    return Travelled(
        travel.pulled, travel.pushed, travel.missing, travel.more, tuple(dict.fromkeys(travel.problems))
    )


def part_name(sha: str, n: int) -> str:
    """The name under which a part lies at a hub."""
    return f"{sha}-{n}"


class _Round:
    """One round with one hub.

    Its note says of this hub up to which attachment everything was laid there, when everything was compared last, and
    how many files had come from other hubs by then.
    """

    def __init__(
        self,
        store: Store,
        hub: Hub,
        sealer: Sealer | None,
        now: int,
        go_on: Callable[[], bool],
    ) -> None:
        self._store = store
        self._hub = hub
        self._sealer = sealer
        self._now = now
        self._go_on = go_on
        self._there: set[str] | None = None
        self._spoilt: set[str] = set()
        self._key = f"chunks {hub.address}"
        self._note = _read_note(store.log.note(self._key))
        self._come: dict[str, Any] = _read_note(store.log.note("chunks"))
        self._before = (dict(self._note), dict(self._come))
        self.pulled = self.pushed = self.missing = 0
        self.more = False
        self.problems: list[str] = []

    # ── from the hub ─────────────────────────────────────────────────────────────────────────────────────────────

    def pull(self) -> None:
        """Take in what the hub has of files that are not whole here, the newest files first."""
        with self._store.reading():
            known = list(self._store.attachments.tally())
        if self._come.get("known") == known and not self._come.get("missing"):
            return
        before: int | None = None
        room = ROUND_BYTES
        while True:
            with self._store.reading():
                records = self._store.attachments.missing(AT_ONCE, before)
            if not records:
                break
            before = records[-1].id
            for sha, record in {record.sha: record for record in records}.items():
                room -= self._bring(record, room)
                with self._store.reading():
                    whole = sha in self._store.attachments.here({sha: record.size})
                self.missing += not whole
                if whole:
                    self._come[self._key] = self._come.get(self._key, 0) + 1
        self._come |= {"known": known, "missing": self.missing}

    def _bring(self, record: AttachmentRecord, room: int) -> int:
        """Bring the parts of one file; gives the bytes that came."""
        came = 0
        have = self._parts_here(record.sha)
        for n in range(parts_of(record.size)):
            name = part_name(record.sha, n)
            if n in have or name not in self.there:
                continue
            if came >= room or not self._go_on():
                self.more = True
                break
            sealed = self._hub.read(SHELF, name)
            if sealed is None:
                continue  # taken away at this moment
            came += len(sealed)
            if not self._take(record, n, sealed):
                break
            self.pulled += 1
        return came

    def _take(self, record: AttachmentRecord, n: int, sealed: bytes) -> bool:
        """Whether a part could be used; one that could not is told, and marked for whoever has it whole."""
        name = part_name(record.sha, n)
        damaged = range(n, n + 1)
        try:
            body = sealed if self._sealer is None else self._sealer.unseal(sealed, f"{SHELF}/{name}")
            with self._store.writing():
                kept = self._store.attachments.take(record.sha, record.size, n, body)
            # Where only the whole is wrong, nobody can tell which part it is.
            damaged = damaged if kept else range(parts_of(record.size))
        except (ValueError, Invalid, Unreadable):
            kept = False
        if not kept:
            for part in damaged:
                self._mark(part_name(record.sha, part))
            reason = _("The attachment “{name}” is damaged at the hub {address}; it is not taken in.")
            self.problems.append(reason.format(name=record.name, address=shown_address(self._hub.address)))
        return kept

    def _mark(self, name: str) -> None:
        """Let others know that a part is damaged; the part itself is left as it lies."""
        if name in self.there:
            self._hub.write(SHELF, name + SPOILT, b"")
            self.there.discard(name)

    def _parts_here(self, sha: str) -> frozenset[int]:
        with self._store.reading():
            return self._store.attachments.parts_here(sha)

    # ── to the hub ───────────────────────────────────────────────────────────────────────────────────────────────

    def take_away(self) -> None:
        """Remove the parts of files that were purged; whoever still lays them there does so before he hears of it."""
        key = f"purged {self._key}"
        told = self._store.log.note(key)
        if not told:
            return
        gone = frozenset(told.split())
        for name in sorted({*self.there, *(name + SPOILT for name in self._spoilt)}):
            if name.partition("-")[0] in gone:
                self._hub.remove(SHELF, name)
                self.there.discard(name)
        if self._store.log.note(key) == told:
            self._store.log.keep_note(key, "")

    def push(self) -> None:
        """Lay the parts of files that the hub lacks."""
        from_hubs = {key: count for key, count in self._come.items() if key.startswith("chunks ")}
        others = sum(count for key, count in from_hubs.items() if key != self._key)
        looked = (
            self._now - self._note.get("looked", 0) < LOOK_AGAIN_MS and self._note.get("others") == others
        )
        complete = not looked or bool(self._spoilt)
        cursor = 0 if complete else int(self._note.get("laid", 0))
        room = ROUND_BYTES
        while True:
            with self._store.reading():
                records = self._store.attachments.since(cursor, AT_ONCE)
                here = self._store.attachments.here({record.sha: record.size for record in records})
            for record in records:
                room -= self._lay(record, room) if record.sha in here else 0
                if self.more:
                    return  # the next round begins again where this one did, and finds by name what lies there
                cursor = record.id
            if len(records) < AT_ONCE:
                break
        self._note["laid"] = cursor
        if complete:
            self._note |= {"looked": self._now, "others": others}

    def _lay(self, record: AttachmentRecord, room: int) -> int:
        """Lay the parts of one file; gives the bytes that went."""
        went = 0
        for n in range(parts_of(record.size)):
            name = part_name(record.sha, n)
            if name in self.there:
                continue
            if went >= room or not self._go_on():
                self.more = True
                break
            with self._store.reading():
                body = self._store.attachments.part(record.sha, n)
            if body is None:
                break  # purged at this moment
            sealed = body if self._sealer is None else self._sealer.seal(body, f"{SHELF}/{name}")
            self._hub.write(SHELF, name, sealed)
            if name in self._spoilt:
                self._hub.remove(SHELF, name + SPOILT)
            self.there.add(name)
            went += len(sealed)
            self.pushed += 1
        return went

    # ── what is remembered ───────────────────────────────────────────────────────────────────────────────────────

    @property
    def there(self) -> set[str]:
        """The names of the parts at the hub; asked for once, and only where something is to travel."""
        if self._there is None:
            names = set(self._hub.names(SHELF))
            self._spoilt = {name.removesuffix(SPOILT) for name in names if name.endswith(SPOILT)}
            self._there = {name for name in names if not name.endswith(SPOILT)} - self._spoilt
        return self._there

    def keep(self) -> None:
        """Remember how far it went; a round without anything new writes nothing."""
        notes, come = self._before
        if self._note != notes:
            self._store.log.keep_note(self._key, json.dumps(self._note))
        if self._come != come:
            self._store.log.keep_note("chunks", json.dumps(self._come))


def _read_note(text: str) -> dict[str, Any]:
    """What was remembered; nothing where nothing was, or by another version."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType]
