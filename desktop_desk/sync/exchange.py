"""The exchange of a desk's logs with a hub: look, pull, push, tidy up, leave a card.

Every step may be the last one that succeeds: what was pulled is applied whole acts at a time, what was pushed lies
there under a name that says what it is, and the next exchange begins with looking again. What it costs follows what
is new, and the number of replicas.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from desktop_desk.desk.exchange_ports import Applied, Hub
from desktop_desk.desk.ports import Progress
from desktop_desk.domain.errors import DeskError, Invalid
from desktop_desk.domain.facts import ReplicaId
from desktop_desk.domain.log import LogEntry
from desktop_desk.i18n import _
from desktop_desk.sync.about import need_desk
from desktop_desk.sync.agreement import compare
from desktop_desk.sync.cards import Card, read_cards, write_card
from desktop_desk.sync.compaction import outgrown, tail_to_join
from desktop_desk.sync.exchange_log import ExchangeLog
from desktop_desk.sync.sealer import Sealer
from desktop_desk.sync.segment_shelf import SegmentShelf
from desktop_desk.sync.segments import WRITER_DIGITS, SegmentName
from desktop_desk.sync.snapshots import remove_snapshots
from desktop_desk.sync.standings import Standing, clock_problems, standings_of

BATCH = 1000
"""Facts are taken in about so many at a time; a larger act alone."""

LONG_GONE_MS = 14 * 86_400_000
"""Of a replica that was away for so long others do what it would have to do at the hub."""


class Diverged(DeskError):
    """The hub has another log of this replica than the desk itself: the desk file was copied or is an older one.

    Nothing was exchanged. The desk must become a replica of its own before it writes again.

    Attributes:
        kind: "cloned" when both went on writing, "restored" when the hub only knows more than the desk.
        common: the last own fact on which both agree.
        known: the last own fact that the hub has.
    """

    def __init__(self, kind: Literal["cloned", "restored"], common: int, known: int) -> None:
        reasons = {
            "cloned": _("Another desk has written under this one's name: this desk file was copied."),
            "restored": _("The hub knows more of this desk than the desk itself: it is an older copy."),
        }
        super().__init__(
            reasons[kind], _("It must become a copy of its own first; nothing of either is lost.")
        )
        self.kind: Literal["cloned", "restored"] = kind
        self.common = common
        self.known = known


@dataclass(frozen=True, slots=True)
class Here:
    """How this replica shows itself at a hub; `desk` is the id of the desk that it is a replica of."""

    desk: str
    label: str = ""
    code: str = ""
    reserve: str = ""
    agent: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What an exchange came to.

    Attributes:
        pulled: facts that are new here; pushed: facts that are new at the hub, of this replica or passed on.
        conflicts, held: as taking the facts in told them.
        problems: what was found at the hub and could not be used, a sentence each.
        standings: every replica known here or at the hub, in order of label.
    """

    pulled: int = 0
    pushed: int = 0
    conflicts: int = 0
    held: int = 0
    problems: tuple[str, ...] = ()
    standings: tuple[Standing, ...] = ()


def exchange(
    log: ExchangeLog,
    hub: Hub,
    here: Here,
    now: int,
    sealer: Sealer | None = None,
    told: Progress | None = None,
) -> Exchanged:
    """Exchange everything with a hub.

    Raises:
        Invalid: the place is no hub, or another desk's.
        Diverged: the desk file is a copy, or older than what the hub knows of it.
        StorageUnavailable: the hub cannot be reached, read or written; what was done until then stays.
    """
    need_desk(hub, here.desk, encrypted=sealer is not None)
    shelf = SegmentShelf(hub, log, here.desk, sealer)
    _refuse_diverged(log, shelf)
    work = _Work(log, shelf, told)
    work.pull()
    cards = read_cards(hub, sealer)
    work.push(_unreadable(cards))
    _tidy_up(shelf)
    _redact(log, hub, shelf, cards, now)
    vector = log.vector()
    own = Card(
        log.own, here.label, here.code, here.reserve, here.agent, here.version, vector, now,
        tuple(sorted(str(name) for name in shelf.unusable if name.last > vector.get(name.origin, 0))),
    )  # fmt: skip
    if write_card(hub, own, cards.get(log.own), sealer):
        log.keep_note(f"card {hub.address}", str(own.synced))
    standings = standings_of(vector, shelf.listing, {**cards, log.own: own}, now)
    problems = [*shelf.problems.values(), *clock_problems(standings)]
    return Exchanged(
        work.taken.new, work.pushed, work.taken.conflicts, work.taken.held, tuple(problems), standings
    )


def pull(
    log: ExchangeLog, hub: Hub, desk: str, sealer: Sealer | None = None, told: Progress | None = None
) -> Applied:
    """Take in all that the hub has, and leave nothing there."""
    need_desk(hub, desk, encrypted=sealer is not None)
    work = _Work(log, SegmentShelf(hub, log, desk, sealer), told)
    work.pull()
    return work.taken


def look(
    log: ExchangeLog, hub: Hub, here: Here, now: int, sealer: Sealer | None = None
) -> tuple[Standing, ...]:
    """Where every replica stands; changes nothing."""
    need_desk(hub, here.desk, encrypted=sealer is not None)
    shelf = SegmentShelf(hub, log, here.desk, sealer)
    return standings_of(log.vector(), shelf.listing, read_cards(hub, sealer), now)


@dataclass(slots=True)
class _Work:
    """Pulling and pushing."""

    log: ExchangeLog
    shelf: SegmentShelf
    told: Progress | None
    taken: Applied = field(default_factory=Applied)
    pushed: int = 0
    _waiting: list[tuple[SegmentName, list[LogEntry]]] = field(
        default_factory=list[tuple[SegmentName, list[LogEntry]]]
    )
    _whole: int = 0

    def pull(self) -> None:
        """Take in all that the hub has and the desk has not; what cannot be used is passed over."""
        known = self.log.vector()
        self._whole = sum(max(0, reach - known.get(origin, 0)) for origin, reach in self._reached())
        while True:
            distrusted = len(self.shelf.unusable)
            have = dict(self.log.vector())
            for origin, _reach in self._reached():
                if origin != self.log.own:
                    self._pull_log(origin, have)
            self._take_in()
            if len(self.shelf.unusable) == distrusted:
                return

    def push(self, unreadable: set[SegmentName]) -> None:
        """Lay down all that the desk has and the hub has not, also of other replicas."""
        torn = {
            name for name in unreadable if name.writer != self.shelf.writer or not self.shelf.is_sound(name)
        }
        usable = self.shelf.listing.without(torn)
        vector = self.log.vector()
        missing = [
            (origin, first, last) for origin in vector for first, last in usable.gaps(origin, vector[origin])
        ]
        self._whole = self.taken.new + sum(last - first + 1 for _origin, first, last in missing)
        for origin, first, last in missing:
            self.shelf.write_stretch(origin, first, last, self._count_pushed)

    def _reached(self) -> Sequence[tuple[ReplicaId, int]]:
        return sorted((origin, self.shelf.listing.reach(origin)) for origin in self.shelf.listing.segments)

    def _pull_log(self, origin: ReplicaId, have: dict[ReplicaId, int]) -> None:
        """Read what follows of one log, segment by segment."""
        gone: set[SegmentName] = set()
        while (name := self.shelf.listing.next_after(origin, have.get(origin, 0))) is not None:
            entries = self.shelf.read(name, have.get(origin, 0))
            if entries is None and name not in self.shelf.unusable:
                if name in gone:
                    self.shelf.distrust(name, _("{name} is listed and cannot be read.").format(name=name))
                gone.add(name)
                self.shelf.look_again()
            if entries is None:
                continue
            self._waiting.append((name, entries))
            have[origin] = name.last
            if sum(len(some) for _name, some in self._waiting) >= BATCH and not self._take_in():
                return

    def _take_in(self) -> bool:
        """Apply what was read; False when some of it could not be."""
        waiting, self._waiting = self._waiting, []
        every = [entry for _name, entries in waiting for entry in entries]
        if not every:
            return True
        if len(every) <= BATCH:
            try:
                self._apply(every)
            except Invalid:
                # Which of them it was is found by taking in one after the other.
                pass
            else:
                return True
        failed: set[ReplicaId] = set()
        for name, entries in waiting:
            if name.origin in failed:
                continue
            try:
                for batch in batches(entries):
                    self._apply(batch)
            except Invalid as error:
                failed.add(name.origin)
                self.shelf.distrust(name, f"{name}: {error}")
        return not failed

    def _apply(self, entries: Sequence[LogEntry]) -> None:
        done = self.log.apply(entries)
        self.taken = replace(
            self.taken,
            new=self.taken.new + done.new,
            conflicts=self.taken.conflicts + done.conflicts,
            held=self.taken.held + done.held,
        )
        self._tell()

    def _count_pushed(self, facts: int) -> None:
        self.pushed += facts
        self._tell()

    def _tell(self) -> None:
        if self.told is not None:
            self.told(self.taken.new + self.pushed, self._whole)


def batches(entries: Sequence[LogEntry]) -> Sequence[Sequence[LogEntry]]:
    """Entries of one log in parts of about a thousand that split no act."""
    parts: list[list[LogEntry]] = [[]]
    for entry in entries:
        part = parts[-1]
        if len(part) >= BATCH and part[-1].fact.act != entry.fact.act:
            parts.append([entry])
        else:
            part.append(entry)
    return [part for part in parts if part]


def _refuse_diverged(log: ExchangeLog, shelf: SegmentShelf) -> None:
    """Diverged when the hub has facts of this replica that the desk does not have, or has otherwise.

    Also tells of other replicas that two desks write as. Names alone are no proof: anybody can rename a file.
    """
    found = compare(log, shelf.address, shelf.listing)
    own = log.own
    for name in found.otherwise:
        if name.origin != own:
            reason = _(
                "{name} is not what is known of this copy: a file copied from it wrote it, or it was renamed."
            )
            shelf.distrust(name, reason.format(name=name))
    suspected = [name for name in (*found.further, *found.otherwise) if name.origin == own]
    cloned: list[int] = []
    for name in suspected:
        entries = shelf.read(name)
        for entry in entries or ():
            known = log.hash_at(entry.fact.id)
            if known is not None and known != entry.hash:
                cloned.append(entry.fact.seq - 1)
                break
    known = max((name.last for name in suspected if name not in shelf.unusable), default=0)
    reached = log.vector().get(own, 0)
    if cloned:
        raise Diverged("cloned", min(cloned), known)
    if known > reached:
        raise Diverged("restored", reached, known)


def _unreadable(cards: Mapping[ReplicaId, Card]) -> set[SegmentName]:
    """The segments that some replica wants and could not use."""
    texts = (text for card in cards.values() for text in card.unreadable)
    return {name for text in texts if (name := SegmentName.parse(text)) is not None}


def _tidy_up(shelf: SegmentShelf) -> None:
    """Join own segments, and take away those that stand in a larger one that is whole.

    Who reads meanwhile finds the one or the other: the small ones go only after the large one lies there.
    """
    for names in shelf.listing.by(shelf.writer):
        _remove_outgrown(shelf, names)
    for names in shelf.listing.by(shelf.writer):
        tail = tail_to_join(names)
        if tail and shelf.write_stretch(tail[0].origin, tail[0].first, tail[-1].last):
            _remove_outgrown(shelf, shelf.listing.of_writer(tail[0].origin, shelf.writer))


def _remove_outgrown(shelf: SegmentShelf, names: Sequence[SegmentName]) -> None:
    sound: dict[SegmentName, bool] = {}
    for small, large in list(outgrown(names)):
        if large not in sound:
            sound[large] = shelf.is_sound(large) or shelf.write_over(large)
        if sound[large]:
            shelf.remove(small)


def _is_restored(log: ExchangeLog, hub: Hub, cards: Mapping[ReplicaId, Card]) -> bool:
    """Whether the own card at the hub is another than the one left there last."""
    left, found = log.note(f"card {hub.address}"), cards.get(log.own)
    return left not in {"", str(found.synced if found is not None else "")}


def _redact(
    log: ExchangeLog, hub: Hub, shelf: SegmentShelf, cards: Mapping[ReplicaId, Card], now: int
) -> None:
    """Write segments again that hold what has been purged since: own ones, and those of replicas long gone.

    Own snapshots, which hold it too, go; the next one is due at once.
    """
    note = f"redacted {hub.address}"
    # A hub that was restored from a backup has again what was taken out of it.
    before = 0 if _is_restored(log, hub, cards) else int(log.note(note) or 0)
    places, count = log.redactions(before)
    if count == before:
        return
    present = {uid[-WRITER_DIGITS:] for uid, card in cards.items() if now - card.synced < LONG_GONE_MS}
    for name in [name for names in shelf.listing.segments.values() for name in names]:
        mine = name.writer == shelf.writer or name.writer not in present
        if mine and any(
            place.replica == name.origin and name.first <= place.seq <= name.last for place in places
        ):
            shelf.write_over(name)
    remove_snapshots(hub, log.own)
    log.keep_note(note, str(count))
