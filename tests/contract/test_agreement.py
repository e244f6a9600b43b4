"""What a hub's names are compared with: everything once, then what is new; nothing is believed that does not agree."""

from collections.abc import Mapping, Sequence

import pytest

from desktop_desk.domain.facts import FactId, ReplicaId
from desktop_desk.sync.agreement import MANY, NEWEST, Compared, compare
from desktop_desk.sync.listing import Listing
from desktop_desk.sync.segments import SegmentName
from tests.fakes_hub import MemoryLog

ANN, BEN = ReplicaId("a" * 32), ReplicaId("b" * 32)
SEGMENTS = 300


class AskedLog(MemoryLog):
    """A log that counts the places it was asked for."""

    asked = 0

    def hashes_at(self, replica: ReplicaId, seqs: Sequence[int]) -> Mapping[int, bytes]:
        self.asked += len(seqs)
        return super().hashes_at(replica, seqs)


@pytest.fixture
def log() -> AskedLog:
    log = AskedLog(ANN)
    log.write(acts=SEGMENTS)
    return log


def names_of(log: MemoryLog, origin: ReplicaId = ANN, first: int = 1) -> list[str]:
    """A segment for every fact."""
    entries = log.entries(origin, first - 1, limit=10_000)
    return [str(SegmentName.of([entry], origin)) for entry in entries]


def compared(log: AskedLog, names: Sequence[str]) -> tuple[Compared, int]:
    """What was found, and how many places the log was asked for."""
    before = log.asked
    return compare(log, "folder:hub", Listing.of(names)), log.asked - before


def test_a_year_of_segments_is_compared_once(log: AskedLog) -> None:
    names = names_of(log)
    assert compared(log, names) == (Compared(), SEGMENTS)
    assert compared(log, names) == (Compared(), NEWEST)
    log.write(acts=10)
    assert compared(log, names_of(log)) == (Compared(), NEWEST + 10)


def test_however_long_it_grows_few_are_compared_each_time(log: AskedLog) -> None:
    compared(log, names_of(log))
    for _sync in range(2 * MANY):
        log.write(acts=1)
        found, asked = compared(log, names_of(log))
        assert found == Compared()
        assert asked <= MANY + 1


def test_joined_segments_at_the_end_do_not_let_all_be_compared_again(log: AskedLog) -> None:
    names = names_of(log)
    compared(log, names)
    joined = SegmentName.of(log.entries(ANN, SEGMENTS - 10, limit=10_000), ANN)
    assert compared(log, [*names[:-10], str(joined)]) == (Compared(), NEWEST - 9)


def test_another_name_among_the_old_ones_is_found(log: AskedLog) -> None:
    names = names_of(log)
    compared(log, names)
    forged = names[40].replace(names[40].split("-")[3], "0" * 16)
    found, asked = compared(log, [*names, forged])
    assert (list(map(str, found.otherwise)), asked) == ([forged], SEGMENTS)
    found, _asked = compared(log, [*names[:40], forged, *names[41:]])
    assert list(map(str, found.otherwise)) == [forged]
    assert compared(log, names)[0] == Compared()


def test_what_goes_further_than_the_log_is_told_each_time(log: AskedLog) -> None:
    backup = AskedLog(ANN)
    backup._logs, backup._notes = log.copy()._logs, {}
    log.write(acts=3)
    names = names_of(log)
    for _turn in range(2):
        found, _asked = compared(backup, names)
        assert list(map(str, found.further)) == names[-3:]
        assert found.otherwise == []


def test_who_has_become_another_replica_compares_everything_anew(log: AskedLog) -> None:
    names = names_of(log)
    compared(log, names)
    changed = AskedLog(BEN)
    other = AskedLog(ANN)
    other.write("as a copy wrote it", acts=SEGMENTS)
    changed._logs, changed._notes = other._logs, log._notes
    assert changed.hash_at(FactId(ANN, 1)) != log.hash_at(FactId(ANN, 1))
    found, _asked = compared(changed, names)
    assert list(map(str, found.otherwise)) == names


@pytest.mark.parametrize("note", ["[]", "{", '{"own": "%s", "agreed": {"x": 3}}', '{"own": "%s"}'])
def test_a_note_of_another_version_is_passed_over(log: AskedLog, note: str) -> None:
    log.keep_note("agreed folder:hub", note.replace("%s", ANN))
    assert compared(log, names_of(log)) == (Compared(), SEGMENTS)
