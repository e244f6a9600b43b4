"""Fewer, larger segments: each writer joins his own small ones, so that a year of facts is a few dozen files."""

from collections.abc import Iterator, Sequence

from desktop_desk.sync.segments import SegmentName

FACTOR = 7
"""Segments are joined when those that follow one have so many times its facts."""

FULL = 16_384
"""A segment is begun anew after so many facts, and joined to none with more."""


def tail_to_join(names: Sequence[SegmentName]) -> Sequence[SegmentName]:
    """Of one log's segments by one writer, in order, the newest that are to become one; empty for none.

    The longest tail whose first segment is outweighed by those that follow it: equal segments are joined eight at a
    time, so that each fact is written again about once for every eightfold growth of its log.
    """
    run = _adjacent_tail(names)
    after = 0
    joined: Sequence[SegmentName] = ()
    for place in range(len(run) - 1, -1, -1):
        facts = run[place].facts
        if after + facts > FULL:
            break
        if after and after >= FACTOR * facts:
            joined = run[place:]
        after += facts
    return joined


def _adjacent_tail(names: Sequence[SegmentName]) -> Sequence[SegmentName]:
    """The newest segments that follow each other without gap or overlap, none of them full."""
    start = len(names)
    while start and names[start - 1].facts < FULL:
        if start < len(names) and names[start - 1].last + 1 != names[start].first:
            break
        start -= 1
    return names[start:]


def outgrown(names: Sequence[SegmentName]) -> Iterator[tuple[SegmentName, SegmentName]]:
    """Of one log's segments by one writer, those whose facts stand in a larger one too, each with the larger one."""
    furthest: SegmentName | None = None
    for name in sorted(names, key=lambda name: (name.first, -name.last, name.mark)):
        # Of those that begin no later, the one that reaches furthest stands in none, and covers whatever one does.
        if furthest is None or name.last > furthest.last:
            furthest = name
        elif furthest.facts > name.facts:
            yield name, furthest
