"""What the names of a hub's segments tell: how far it reaches, where it has gaps, which segment to read next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from desktop_desk.domain.facts import ReplicaId
from desktop_desk.sync.segments import SegmentName


@dataclass(slots=True)
class Listing:
    """The segments of a hub by the replica whose facts they have; `strangers` are names that are none."""

    segments: dict[ReplicaId, list[SegmentName]] = field(default_factory=dict[ReplicaId, list[SegmentName]])
    strangers: list[str] = field(default_factory=list[str])

    @classmethod
    def of(cls, names: Iterable[str]) -> "Listing":
        """Read the names of the shelf `segments`."""
        listing = cls()
        for text in dict.fromkeys(names):
            name = SegmentName.parse(text)
            if name is None:
                listing.strangers.append(text)
            else:
                listing.segments.setdefault(name.origin, []).append(name)
        listing.strangers.sort()
        return listing

    def add(self, name: SegmentName) -> None:
        """Note a segment that lies there now."""
        known = self.segments.setdefault(name.origin, [])
        if name not in known:
            known.append(name)

    def drop(self, name: SegmentName) -> None:
        """Forget a segment that no longer lies there, or cannot be used."""
        known = self.segments.get(name.origin, [])
        if name in known:
            known.remove(name)

    def without(self, names: Iterable[SegmentName]) -> "Listing":
        """The same without some segments."""
        gone = set(names)
        kept = {
            origin: [name for name in known if name not in gone] for origin, known in self.segments.items()
        }
        return Listing(kept, list(self.strangers))

    def of_writer(self, origin: ReplicaId, writer: str) -> list[SegmentName]:
        """One writer's segments of a log, in order of their facts."""
        written = (name for name in self.segments.get(origin, ()) if name.writer == writer)
        return sorted(written, key=lambda name: (name.first, name.last))

    def by(self, writer: str) -> list[list[SegmentName]]:
        """One writer's segments of each log, in order of their facts."""
        found = (self.of_writer(origin, writer) for origin in list(self.segments))
        return [names for names in found if names]

    def reach(self, origin: ReplicaId) -> int:
        """The last fact of a replica up to which none is missing."""
        reached = 0
        for first, last in sorted((name.first, name.last) for name in self.segments.get(origin, ())):
            if first > reached + 1:
                break
            reached = max(reached, last)
        return reached

    def vector(self) -> Mapping[ReplicaId, int]:
        """How far the hub reaches for every replica."""
        return {origin: reached for origin in self.segments if (reached := self.reach(origin))}

    def gaps(self, origin: ReplicaId, last: int) -> Sequence[tuple[int, int]]:
        """The stretches up to a fact that no segment has, each as (first, last)."""
        found: list[tuple[int, int]] = []
        reached = 0
        for start, end in sorted((name.first, name.last) for name in self.segments.get(origin, ())):
            if start > reached + 1 and reached < last:
                found.append((reached + 1, min(start - 1, last)))
            reached = max(reached, end)
        if reached < last:
            found.append((reached + 1, last))
        return found

    def next_after(self, origin: ReplicaId, have: int) -> SegmentName | None:
        """The segment that whoever has a replica's facts so far reads next: least that he knows, most that is new."""
        fitting = [
            name for name in self.segments.get(origin, ()) if name.first <= have + 1 and name.last > have
        ]
        return max(fitting, key=lambda name: (name.first, name.last, str(name)), default=None)
