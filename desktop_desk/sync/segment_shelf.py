"""The shelf of segments as one exchange sees it: its listing, what was read from it, what turned out to be unusable."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from desktop_desk.desk.exchange_ports import Hub
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import ReplicaId
from desktop_desk.domain.log import LogEntry
from desktop_desk.i18n import _
from desktop_desk.sync.compaction import FULL
from desktop_desk.sync.exchange_log import ExchangeLog
from desktop_desk.sync.listing import Listing
from desktop_desk.sync.sealer import Sealer
from desktop_desk.sync.segments import WRITER_DIGITS, SegmentName, decode, encode


class SegmentShelf:
    """Reads and writes segments of one desk at one hub.

    Attributes:
        address: of the hub.
        listing: what lies there; brought up to date by what is written, and listed again when something has gone.
        problems: sentences by the name that each is about.
        unusable: names that lie there and cannot be used.
    """

    def __init__(self, hub: Hub, log: ExchangeLog, desk: str, sealer: Sealer | None) -> None:
        self._hub = hub
        self._log = log
        self._desk = desk
        self._sealer = sealer
        self.address = hub.address
        self.writer = log.own[-WRITER_DIGITS:]
        self.listing = Listing.of(hub.names("segments"))
        self.problems: dict[str, str] = {
            name: _("“{name}” at the hub is no segment; it was left where it is.").format(name=name)
            for name in self.listing.strangers
        }
        self.unusable: set[SegmentName] = set()

    def look_again(self) -> None:
        """List the shelf again: somebody joined segments meanwhile."""
        self.listing = Listing.of(self._hub.names("segments")).without(self.unusable)

    def distrust(self, name: SegmentName, reason: str) -> None:
        """Leave a segment alone, and say why."""
        self.unusable.add(name)
        self.problems[str(name)] = reason
        self.listing.drop(name)

    def read(self, name: SegmentName, after: int = 0) -> list[LogEntry] | None:
        """The entries of a segment after a place; None when it has gone, or is not what its name says."""
        body = self._hub.read("segments", str(name))
        if body is None:
            self.listing.drop(name)
            return None
        try:
            return decode(body, name, self._desk, self._sealer, after)
        except Invalid as error:
            self.distrust(name, str(error))
            return None

    def is_sound(self, name: SegmentName) -> bool:
        """Whether a segment lies there whole."""
        return self.read(name) is not None

    def write(self, entries: Sequence[LogEntry], name: SegmentName | None = None) -> SegmentName:
        """Lay entries as a segment, under an own name or in place of one that has them."""
        chosen = name or SegmentName.of(entries, self._log.own)
        self._hub.write("segments", str(chosen), encode(self._desk, chosen, entries, self._sealer))
        self.unusable.discard(chosen)
        self.problems.pop(str(chosen), None)
        self.listing.add(chosen)
        return chosen

    def remove(self, name: SegmentName) -> None:
        """Take an own segment away."""
        self._hub.remove("segments", str(name))
        self.listing.drop(name)

    def write_stretch(
        self, origin: ReplicaId, first: int, last: int, told: Callable[[int], None] = lambda _facts: None
    ) -> int:
        """Lay a stretch of a log that the desk knows, in whole acts; gives how many facts."""
        written = 0
        for entries in stretches(self._log, origin, first, last):
            self.write(entries)
            written += len(entries)
            told(len(entries))
        return written

    def write_over(self, name: SegmentName) -> bool:
        """Lay a segment again as the desk knows its facts now; False when the desk does not know them all."""
        entries = [
            entry
            for part in stretches(self._log, name.origin, name.first, name.last)
            for entry in part
            if name.first <= entry.fact.seq <= name.last
        ]
        if not entries or (entries[0].fact.seq, entries[-1].fact.seq) != (name.first, name.last):
            return False
        if str(SegmentName.of(entries, self._log.own)).split("-")[:4] != str(name).split("-")[:4]:
            return False  # it has another log than the one known here
        self.write(entries, name)
        return True


def stretches(log: ExchangeLog, origin: ReplicaId, first: int, last: int) -> Iterator[list[LogEntry]]:
    """A stretch of a log in parts, with the whole of the acts that its first and last fact belong to."""
    after = first - 1
    part: list[LogEntry] = []
    while after < last:
        entries = log.entries(origin, after)
        if not entries:
            break
        begin = entries[0].fact.act
        if begin <= after and not part:
            after = begin - 1
            continue
        entries = _whole_acts_until(entries, last)
        part += entries
        after = part[-1].fact.seq
        if len(part) >= FULL:
            yield part
            part = []
    if part:
        yield part


def _whole_acts_until(entries: Iterable[LogEntry], last: int) -> list[LogEntry]:
    """The entries of the acts that begin up to a place."""
    return [entry for entry in entries if entry.fact.act <= last]
