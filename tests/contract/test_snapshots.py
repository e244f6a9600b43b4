"""Snapshots: a whole desk file goes to the hub in parts and comes back as it was, or not at all."""

from pathlib import Path

import pytest

from desktop_desk.domain.errors import Invalid, StorageUnavailable
from desktop_desk.domain.facts import FactId, ReplicaId
from desktop_desk.domain.numbers import codes
from desktop_desk.sync.about import About, found_hub
from desktop_desk.sync.codes import Codes, claim_codes, settle_codes
from desktop_desk.sync.exchange import Here, exchange
from desktop_desk.sync.sealer import Sealer
from desktop_desk.sync.snapshots import PART, Snapshot, fetch_snapshot, is_due, lay_snapshot, list_snapshots
from tests.fakes import MONDAY
from tests.fakes_hub import LetterSealer, MemoryHub, MemoryLog, WatchedHub, fails_at

ANN, BEN, CAT = (ReplicaId(letter * 32) for letter in "abc")
BODY = b"".join(number.to_bytes(4, "big") for number in range(PART * 2 // 4 + 1000))
VECTOR = {ANN: 100}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    path = tmp_path / "copy.desk"
    path.write_bytes(BODY)
    return path


def laid(hub: MemoryHub, desk: Path, *, sealer: Sealer | None = None, now: int = MONDAY) -> Snapshot:
    return lay_snapshot(hub, ANN, now, desk, VECTOR, sealer)


@pytest.mark.parametrize("told", ["Infinity", "-1", str(10**30), "[" * 100_000])
def test_a_copy_whose_index_is_none_is_passed_over(desk: Path, told: str) -> None:
    hub = MemoryHub()
    name = f"{laid(hub, desk).id}.json"
    body = (hub.read("snapshots", name) or b"").decode()
    hub.write("snapshots", name, body.replace(f"[{PART},", f"[{told},").encode())
    assert list_snapshots(hub, None) == []


@pytest.mark.parametrize("sealer", [None, LetterSealer("k")])
def test_a_desk_file_comes_back_as_it_was(desk: Path, tmp_path: Path, sealer: Sealer | None) -> None:
    hub = MemoryHub()
    made = laid(hub, desk, sealer=sealer)
    assert (made.facts, made.size, len(made.parts)) == (100, len(BODY), 3)
    assert list_snapshots(hub, sealer) == [made]
    fetch_snapshot(hub, made, tmp_path / "new", sealer)
    assert (tmp_path / "new").read_bytes() == BODY


def test_a_snapshot_that_was_not_laid_to_its_end_is_none(desk: Path) -> None:
    hub = MemoryHub()
    for call in range(1, 5):
        with pytest.raises(StorageUnavailable):
            lay_snapshot(WatchedHub(hub, fails_at(call)), ANN, MONDAY + call, desk, VECTOR)
        assert list_snapshots(hub, None) == []
    laid(hub, desk, now=MONDAY + 10)
    assert {name.split(".")[0] for name in hub.names("snapshots")} == {f"{ANN}-{MONDAY + 10}"}


def test_an_interrupted_fetch_brings_only_what_is_missing(desk: Path, tmp_path: Path) -> None:
    hub = MemoryHub()
    made = laid(hub, desk)
    with pytest.raises(StorageUnavailable):
        fetch_snapshot(WatchedHub(hub, fails_at(3)), made, tmp_path / "new")
    again = WatchedHub(hub)
    fetch_snapshot(again, made, tmp_path / "new")
    assert again.calls["read"] == 1
    assert (tmp_path / "new").read_bytes() == BODY


def test_what_lies_where_the_file_is_to_come_does_not_stay(desk: Path, tmp_path: Path) -> None:
    hub = MemoryHub()
    (tmp_path / "new").write_bytes(b"x" * (len(BODY) + 5000))
    fetch_snapshot(hub, laid(hub, desk), tmp_path / "new")
    assert (tmp_path / "new").read_bytes() == BODY


@pytest.mark.parametrize("harm", ["gone", "torn", "changed", "empty"])
def test_a_part_that_is_not_whole_is_told(desk: Path, tmp_path: Path, harm: str) -> None:
    hub = MemoryHub()
    made = laid(hub, desk)
    shelf, name = hub.shelves["snapshots"], f"{made.id}.2"
    body = shelf.pop(name)
    changed = {"torn": body[:-9], "changed": body[:50] + b"x" + body[51:], "empty": b""}
    if harm in changed:
        shelf[name] = changed[harm]
    with pytest.raises(Invalid, match="not whole"):
        fetch_snapshot(hub, made, tmp_path / "new")


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"\xff", b'{"format": 2}', b'{"format": 1, "vector": 3}']
)
def test_an_index_that_is_none_is_passed_over(desk: Path, body: bytes) -> None:
    hub = MemoryHub()
    made = laid(hub, desk)
    hub.write("snapshots", f"{BEN}-1.json", body)
    assert list_snapshots(hub, None) == [made]


def test_a_new_one_is_due_when_a_quarter_is_new() -> None:
    made = Snapshot("x", {ANN: 80, BEN: 20}, ())
    assert is_due([], {ANN: 1})
    assert not is_due([made], {ANN: 105, BEN: 20})
    assert is_due([made], {ANN: 106, BEN: 20})
    assert not is_due([made, Snapshot("y", {ANN: 106, BEN: 20}, ())], {ANN: 106, BEN: 20})


def test_the_key_of_a_desk_never_lies_open(desk: Path) -> None:
    hub = MemoryHub()
    with pytest.raises(ValueError, match="never lies open"):
        lay_snapshot(hub, ANN, MONDAY, desk, VECTOR, None, "00" * 32)
    assert not hub.names("snapshots")


def test_a_purge_takes_the_snapshots_that_hold_what_was_purged(desk: Path) -> None:
    hub, log = MemoryHub(), MemoryLog(ANN)
    found_hub(hub, About("d" * 32, "Front desk"))
    log.write(acts=3)
    laid(hub, desk)
    lay_snapshot(hub, BEN, MONDAY, desk, VECTOR)
    exchange(log, hub, Here("d" * 32), MONDAY)
    assert len(list_snapshots(hub, None)) == 2
    log.redacted.append(FactId(ANN, 2))
    exchange(log, hub, Here("d" * 32), MONDAY)
    assert [made.id[:32] for made in list_snapshots(hub, None)] == [BEN]


# ── letters ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_letters_are_given_in_their_order_and_those_in_reserve_have_two() -> None:
    hub = MemoryHub()
    given = [claim_codes(hub, ReplicaId(f"{number:032x}")) for number in range(12)]
    order = list(codes())
    assert [one.code for one in given[:9]] == order[:9]
    every = [code for one in given for code in (one.code, one.reserve)]
    assert len(set(every)) == 24
    assert all(len(one.reserve) == 2 for one in given)


def test_who_has_letters_keeps_them() -> None:
    hub = MemoryHub()
    given = claim_codes(hub, ANN)
    assert settle_codes(hub, ANN, given.code, given.reserve) == given
    assert settle_codes(hub, BEN, "", "").code == ""
    assert settle_codes(hub, BEN, "", "").code == ""


def test_who_has_none_gets_some() -> None:
    hub = MemoryHub()
    claim_codes(hub, ANN)
    given = settle_codes(hub, BEN, None, "")
    assert (given.code, len(given.reserve)) == ("F", 2)


def test_of_two_restored_from_one_backup_only_the_first_keeps_the_reserve() -> None:
    hub = MemoryHub()
    before = claim_codes(hub, ANN)
    first = settle_codes(hub, BEN, before.reserve, "")
    second = settle_codes(hub, CAT, before.reserve, "")
    assert first.code == before.reserve
    assert second.code not in {before.code, before.reserve, first.reserve}
    assert settle_codes(hub, BEN, first.code, first.reserve) == first


def test_two_desks_cannot_both_be_the_one_without_letters() -> None:
    hub = MemoryHub()
    assert settle_codes(hub, ANN, "", "").code == ""
    assert settle_codes(hub, BEN, "", "").code == "A"


def test_letters_that_another_numbers_with_are_given_up() -> None:
    """A desk was restored while it had no hub, and took letters that it could not claim."""
    hub = MemoryHub()
    assert claim_codes(hub, ANN) == Codes("A", "AA")
    given = settle_codes(hub, BEN, "A", "AA")
    assert given == Codes("F", "AF")
