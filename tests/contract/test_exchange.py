"""The exchange over a hub: everybody ends with everything, whatever happens on the way."""

import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from desktop_desk.desk.exchange_ports import Hub
from desktop_desk.domain.errors import Invalid, StorageUnavailable
from desktop_desk.domain.facts import FactId, ReplicaId
from desktop_desk.sync.about import About, found_hub
from desktop_desk.sync.cards import Card, read_cards, write_card
from desktop_desk.sync.exchange import Diverged, Exchanged, Here, exchange, look
from desktop_desk.sync.folder_hub import FolderHub, open_folder
from desktop_desk.sync.sealer import Sealer
from desktop_desk.sync.segments import SegmentName, encode
from tests.fakes import DAY, MINUTE, MONDAY
from tests.fakes_hub import LetterSealer, MemoryHub, MemoryLog, WatchedHub, fails_at

DESK = "d" * 32
ANN, BEN, CAT = (ReplicaId(letter * 32) for letter in "abc")


def a_hub(hub: Hub | None = None) -> Hub:
    made = hub or MemoryHub()
    found_hub(made, About(DESK, "Front desk"))
    return made


def synced(log: MemoryLog, hub: Hub, now: int = MONDAY, sealer: Sealer | None = None) -> Exchanged:
    return exchange(log, hub, Here(DESK, label=log.own[:1].upper()), now, sealer)


def everybody(*logs: MemoryLog, hub: Hub) -> None:
    """Twice round, so that what the last one brings reaches the first."""
    for _round in range(2):
        for log in logs:
            synced(log, hub)


def test_what_one_wrote_another_gets() -> None:
    hub, ann, ben = a_hub(), MemoryLog(ANN), MemoryLog(BEN)
    ann.write("hello", "again")
    assert synced(ann, hub) == Exchanged(pushed=2, standings=synced(ann, hub).standings)
    done = synced(ben, hub)
    assert (done.pulled, done.pushed, done.problems) == (2, 0, ())
    assert ben.texts() == ann.texts()


def test_a_second_exchange_has_nothing_to_do() -> None:
    hub, ann = a_hub(), MemoryLog(ANN)
    ann.write()
    synced(ann, hub)
    watched = WatchedHub(hub)
    done = synced(ann, watched)
    assert (done.pulled, done.pushed) == (0, 0)
    assert watched.bytes_written == 0
    assert set(watched.calls) == {"names", "read"}


def test_many_replicas_in_any_order_end_with_the_same() -> None:
    for seed in range(10):
        chance = random.Random(seed)
        hub, logs = a_hub(), [MemoryLog(letter * 32, seed=n * 1000) for n, letter in enumerate("abcde")]
        for step in range(60):
            log = chance.choice(logs)
            if chance.random() < 0.5:
                log.write(f"step {step}", acts=chance.randint(1, 30))
            else:
                synced(log, hub)
        everybody(*logs, hub=hub)
        assert all(log.texts() == logs[0].texts() for log in logs)


def test_an_act_is_never_split() -> None:
    hub, ann, ben = a_hub(), MemoryLog(ANN), MemoryLog(BEN)
    ann.write(*(f"line {n}" for n in range(700)), acts=3)
    ann.write(acts=5)
    synced(ann, hub)
    synced(ben, hub)
    assert ben.texts() == ann.texts()
    ends = [entry.fact.act for entry in ann.entries(ANN, 0, 10_000)]
    reached = 0
    for batch in ben.batches:
        reached += batch
        assert reached == len(ends) or ends[reached] == reached + 1
    assert max(ben.batches) <= 1400


def test_facts_are_taken_in_about_a_thousand_at_a_time() -> None:
    hub, ann, ben = a_hub(), MemoryLog(ANN), MemoryLog(BEN)
    ann.write(acts=5500)
    synced(ann, hub)
    synced(ben, hub)
    assert max(ben.batches) <= 1001
    assert len(ben.batches) <= 6


def test_small_news_of_many_are_taken_in_at_once() -> None:
    hub, logs = a_hub(), [MemoryLog(letter * 32) for letter in "0123456789"]
    for log in logs:
        log.write()
        synced(log, hub)
    reader = MemoryLog(ANN)
    synced(reader, hub)
    assert reader.batches == [10]


def test_a_replica_passes_on_what_the_hub_lost() -> None:
    """A hub restored from an old backup, or made anew, is filled by whoever comes."""
    ann, ben = MemoryLog(ANN), MemoryLog(BEN)
    ann.write("from ann")
    everybody(ann, ben, hub=a_hub())
    other, cat = a_hub(), MemoryLog(CAT)
    assert synced(ben, other).pushed == 1
    assert synced(cat, other).pulled == 1
    assert cat.texts() == ann.texts()
    assert synced(ann, other).pushed == 0


def test_only_the_gap_is_filled() -> None:
    hub, ann = MemoryHub(), MemoryLog(ANN)
    a_hub(hub)
    for _part in range(3):
        ann.write(acts=10)
        synced(ann, hub)
    (middle,) = [name for name in hub.names("segments") if "-11-20-" in name]
    hub.remove("segments", middle)
    assert synced(ann, hub).pushed == 10
    assert middle in hub.names("segments")


# ── interrupted ──────────────────────────────────────────────────────────────────────────────────────────────────


def a_hub_with_a_past(hub: Hub) -> tuple[MemoryLog, MemoryLog]:
    """Ann and Ben have exchanged eight times, and both have something new: Ben so that his segments are joined."""
    ann, ben = MemoryLog(ANN), MemoryLog(BEN, seed=5000)
    for part in range(8):
        ann.write(f"ann {part}")
        ben.write(f"ben {part}")
        synced(ann, hub)
        if part < 7:
            synced(ben, hub)
    ann.write("the last of ann")
    return ann, ben


@pytest.mark.parametrize("kind", ["memory", "folder"])
def test_a_hub_that_vanishes_at_any_call_costs_nothing(kind: str, tmp_path: Path) -> None:
    """It goes away at the 1st, 2nd, 3rd … call and comes back; at last all have all."""
    memory, folder = MemoryHub(), FolderHub(tmp_path / "hub")
    folder.make()
    before = a_hub_with_a_past(a_hub(folder if kind == "folder" else memory))
    for call in range(1, 200):
        ann, ben = (log.copy() for log in before)
        hub: Hub = MemoryHub({shelf: dict(names) for shelf, names in memory.shelves.items()})
        if kind == "folder":
            shutil.copytree(tmp_path / "hub", tmp_path / f"hub{call}")
            hub = FolderHub(tmp_path / f"hub{call}")
        try:
            synced(ben, WatchedHub(hub, fails_at(call)))
        except StorageUnavailable:
            pass
        else:
            assert call > 15
            break
        everybody(ann, ben, hub=hub)
        assert ann.texts() == ben.texts()
        assert len(ann.texts()[ANN]) == 9
        assert len(ann.texts()[BEN]) == 8
    else:
        raise AssertionError("the exchange never came to its end")


def test_who_is_interrupted_goes_on_where_he_was() -> None:
    hub, ann, ben = a_hub(), MemoryLog(ANN), MemoryLog(BEN)
    for _part in range(3):
        ann.write(acts=3000)
        synced(ann, hub)
    assert len(hub.names("segments")) == 3
    with pytest.raises(StorageUnavailable):
        synced(ben, WatchedHub(hub, fails_at(5)))
    had = ben.vector()[ANN]
    assert 3000 <= had < 9000
    ben.batches.clear()
    assert synced(ben, hub).pulled == 9000 - had


def test_whoever_reads_while_segments_are_joined_looks_again() -> None:
    hub = MemoryHub()
    a_hub(hub)
    ann, ben = MemoryLog(ANN), MemoryLog(BEN)
    for _part in range(7):
        ann.write()
        synced(ann, hub)
    assert len(hub.names("segments")) == 7

    def joined_meanwhile(_count: int, call: str, name: str) -> None:
        if call == "read" and name.startswith("segments/") and len(hub.names("segments")) == 7:
            ann.write()
            synced(ann, hub)
            assert len(hub.names("segments")) == 1

    done = synced(ben, WatchedHub(hub, joined_meanwhile))
    assert (done.pulled, done.problems) == (8, ())


def test_many_who_exchange_at_the_same_moment_end_with_the_same(tmp_path: Path) -> None:
    """Each joins and removes his segments while the others list and read them."""
    folder = FolderHub(tmp_path / "hub")
    folder.make()
    a_hub(folder)
    logs = [MemoryLog(letter * 32, seed=n * 10_000) for n, letter in enumerate("abcd")]

    def work(log: MemoryLog) -> list[str]:
        problems: list[str] = []
        for part in range(25):
            log.write(f"{log.own[0]} {part}")
            problems += synced(log, FolderHub(tmp_path / "hub")).problems
        return problems

    with ThreadPoolExecutor(len(logs)) as pool:
        assert [problem for problems in pool.map(work, logs) for problem in problems] == []
    everybody(*logs, hub=folder)
    assert all(log.texts() == logs[0].texts() for log in logs)
    assert {len(texts) for texts in logs[0].texts().values()} == {25}


# ── cost ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_cost_follows_change() -> None:
    """The same news cost as many calls and bytes at a hub with much as at one with little."""
    costs: list[tuple[int, int]] = []
    for past in (500, 10_000):
        hub, ann, ben = a_hub(), MemoryLog(ANN), MemoryLog(BEN)
        ann.write(acts=past)
        everybody(ann, ben, hub=hub)
        ann.write(acts=10)
        for log in (ann, ben):
            watched = WatchedHub(hub)
            synced(log, watched)
            costs.append((watched.calls.total(), watched.bytes_read + watched.bytes_written))
    small_push, small_pull, large_push, large_pull = costs
    assert large_push[0] <= small_push[0] + 1
    assert large_pull[0] <= small_pull[0] + 1
    assert large_push[1] <= small_push[1] + 500
    assert large_pull[1] <= small_pull[1] + 500
    assert small_push[0] <= 10
    assert small_pull[0] <= 10


def test_a_year_of_exchanges_leaves_few_segments() -> None:
    hub, ann = a_hub(), MemoryLog(ANN)
    for _day in range(250):
        ann.write(acts=4)
        synced(ann, hub)
    assert len(hub.names("segments")) <= 30
    ben = MemoryLog(BEN)
    synced(ben, hub)
    assert ben.texts() == ann.texts()


def test_a_joined_segment_that_got_torn_is_written_again_before_the_small_ones_go() -> None:
    hub = MemoryHub()
    a_hub(hub)
    ann = MemoryLog(ANN)

    def torn_after_joining(_count: int, call: str, name: str) -> None:
        if call == "read" and "-1-8-" in name:
            shelf = hub.shelves["segments"]
            key = name.removeprefix("segments/")
            shelf[key] = shelf[key][:-10]

    for _part in range(7):
        ann.write()
        synced(ann, hub)
    ann.write()
    synced(ann, WatchedHub(hub, torn_after_joining))
    ben = MemoryLog(BEN)
    done = synced(ben, hub)
    assert (done.pulled, done.problems) == (8, ())


# ── what is not right at the hub ─────────────────────────────────────────────────────────────────────────────────


def test_a_hub_of_another_desk_is_refused_by_its_name() -> None:
    hub, ann = MemoryHub(), MemoryLog(ANN)
    found_hub(hub, About("e" * 32, "Back office"))
    ann.write()
    before = {shelf: dict(names) for shelf, names in hub.shelves.items()}
    with pytest.raises(Invalid, match="another desk, “Back office”"):
        synced(ann, hub)
    with pytest.raises(Invalid, match="another desk"):
        found_hub(hub, About(DESK, "Front desk"))
    assert hub.shelves == before


def test_what_is_no_hub_or_a_newer_ones_is_told() -> None:
    ann = MemoryLog(ANN)
    for body in (None, b"", b"{}", b"[1]", b"null", b"\xff", b"[" * 100_000):
        hub = MemoryHub()
        if body is not None:
            hub.write("about", "desk.json", body)
        with pytest.raises(Invalid, match="not a hub"):
            synced(ann, hub)
    newer = MemoryHub()
    found_hub(newer, About(DESK, "Front desk", format=2))
    with pytest.raises(StorageUnavailable, match="newer version"):
        synced(ann, newer)


def test_to_make_the_same_hub_again_changes_nothing() -> None:
    hub, ann = a_hub(), MemoryLog(ANN)
    ann.write()
    synced(ann, hub)
    found_hub(hub, About(DESK, "Front desk"))
    assert synced(MemoryLog(BEN), hub).pulled == 1


def test_strangers_are_told_and_left_where_they_are() -> None:
    hub, ann, ben = MemoryHub(), MemoryLog(ANN), MemoryLog(BEN)
    a_hub(hub)
    ann.write()
    synced(ann, hub)
    (name,) = hub.names("segments")
    strange = name.replace(".seg", " (conflicted copy).seg")
    hub.write("segments", strange, b"whatever")
    done = synced(ben, hub)
    assert done.pulled == 1
    assert [strange in problem for problem in done.problems] == [True]
    assert hub.read("segments", strange) == b"whatever"


@pytest.mark.parametrize("harm", ["torn", "empty", "foreign"])
def test_a_bad_segment_is_told_not_taken_in_and_replaced_by_who_has_its_facts(harm: str) -> None:
    hub, ann, ben = MemoryHub(), MemoryLog(ANN), MemoryLog(BEN)
    a_hub(hub)
    for _part in range(3):
        ann.write(acts=5)
        synced(ann, hub)
    names = list(hub.names("segments"))
    good = {name: hub.read("segments", name) or b"" for name in names}
    (bad,) = [name for name in names if "-11-15-" in name]
    match harm:
        case "torn":
            hub.write("segments", bad, good[bad][: len(good[bad]) // 2])
        case "empty":
            hub.write("segments", bad, b"")
        case "foreign":
            forged = MemoryLog(ANN, seed=900)
            forged.write("never said", acts=15)
            elsewhere = MemoryHub()
            found_hub(elsewhere, About("e" * 32, "Other"))
            exchange(forged, elsewhere, Here("e" * 32), MONDAY)
            hub.write("segments", bad, elsewhere.read("segments", elsewhere.names("segments")[0]) or b"")
        case _:
            raise AssertionError(harm)
    done = synced(ben, hub)
    assert any(bad in problem for problem in done.problems)
    known = ben.texts().get(ANN, [])
    assert "never said" not in known
    assert len(known) < 15
    assert hub.read("segments", bad) is not None
    synced_again = synced(ann, hub)
    assert synced_again.pushed == 5
    assert synced(ben, hub).problems == ()
    assert ben.texts() == ann.texts()
    everybody(ann, ben, hub=hub)
    writes = WatchedHub(hub)
    synced(ann, writes)
    assert writes.bytes_written == 0


def test_a_tampered_segment_breaks_the_chain_and_is_not_taken_in() -> None:
    hub, ann, ben = MemoryHub(), MemoryLog(ANN), MemoryLog(BEN)
    a_hub(hub)
    ann.write(acts=10)
    synced(ann, hub)
    forged = MemoryLog(ANN, seed=900)
    forged.write("never said", acts=15)
    entries = forged.entries(ANN, 10)
    bad = SegmentName.of(entries, ANN)
    hub.write("segments", str(bad), encode(DESK, bad, entries, None))
    done = synced(ben, hub)
    assert done.pulled == 10
    assert [str(bad) in problem for problem in done.problems] == [True]
    assert "never said" not in ben.texts()[ANN]
    assert diverged(ann, hub).kind == "restored"


def test_another_segment_that_covers_a_bad_one_is_used_instead() -> None:
    hub, ann, ben, cat = MemoryHub(), MemoryLog(ANN), MemoryLog(BEN), MemoryLog(CAT)
    a_hub(hub)
    ann.write(acts=5)
    synced(ann, hub)
    synced(ben, hub)
    (name,) = hub.names("segments")
    body = hub.read("segments", name) or b""
    hub.remove("segments", name)
    synced(ben, hub)
    hub.write("segments", name, body[:-1])
    done = synced(cat, hub)
    assert done.pulled == 5


# ── copies of desk files ─────────────────────────────────────────────────────────────────────────────────────────


def diverged(log: MemoryLog, hub: Hub) -> Diverged:
    before = log.texts()
    watched = WatchedHub(hub)
    with pytest.raises(Diverged) as caught:
        synced(log, watched)
    assert log.texts() == before
    assert watched.calls["write"] == 0
    return caught.value


def test_a_cloned_desk_is_found_before_it_reaches_anybody() -> None:
    hub, ann = a_hub(), MemoryLog(ANN)
    ann.write(acts=10)
    synced(ann, hub)
    clone = ann.copy()
    ann.write("by the first", acts=3)
    clone.write("by the clone", acts=5)
    synced(ann, hub)
    found = diverged(clone, hub)
    assert (found.kind, found.common, found.known) == ("cloned", 10, 13)
    clone.write(acts=20)
    assert diverged(clone, hub).common == 10


def test_a_restored_desk_is_told_that_the_hub_knows_more() -> None:
    hub, ann = a_hub(), MemoryLog(ANN)
    ann.write(acts=10)
    synced(ann, hub)
    backup = ann.copy()
    ann.write(acts=2)
    synced(ann, hub)
    found = diverged(backup, hub)
    assert (found.kind, found.common, found.known) == ("restored", 10, 12)


def test_a_file_with_a_forged_name_makes_no_clone() -> None:
    hub, ann = MemoryHub(), MemoryLog(ANN)
    a_hub(hub)
    ann.write(acts=3)
    synced(ann, hub)
    (name,) = hub.names("segments")
    parts = name.split("-")
    for forged in (
        "-".join([*parts[:3], "0" * 16, parts[4]]),
        "-".join([parts[0], "4", "9", "0" * 16, parts[4]]),
    ):
        hub.write("segments", forged, hub.read("segments", name) or b"")
    done = synced(ann, hub)
    assert len(done.problems) == 2
    assert all("renamed" in problem for problem in done.problems)


def test_two_desks_that_write_as_one_are_told_to_the_others() -> None:
    hub, ann, ben = MemoryHub(), MemoryLog(ANN), MemoryLog(BEN)
    a_hub(hub)
    ann.write(acts=2)
    synced(ann, hub)
    clone = ann.copy()
    ann.write(acts=2)
    everybody(ann, ben, hub=hub)
    clone.write("else", acts=2)
    elsewhere = a_hub()
    synced(clone, elsewhere)
    for name in elsewhere.names("segments"):
        hub.write("segments", name, elsewhere.read("segments", name) or b"")
    done = synced(ben, hub)
    assert ["a file copied from it" in problem for problem in done.problems] == [True]
    assert ben.texts()[ANN] == ann.texts()[ANN]


# ── cards and standings ──────────────────────────────────────────────────────────────────────────────────────────


def test_who_is_where_and_how_far_is_seen() -> None:
    hub, ann, ben = a_hub(), MemoryLog(ANN), MemoryLog(BEN)
    ann.write(acts=3)
    synced(ann, hub, MONDAY)
    ben.write(acts=2)
    done = synced(ben, hub, MONDAY + MINUTE)
    of_ann, of_ben = done.standings
    assert (of_ann.label, of_ann.here, of_ann.hub, of_ann.claimed, of_ann.seen) == ("A", 3, 3, 3, MONDAY)
    assert (of_ben.label, of_ben.here, of_ben.hub, of_ben.seen) == ("B", 2, 2, MONDAY + MINUTE)
    assert (of_ann.lacking, of_ben.lacking) == (0, 0)
    (_ann, known_of_ben) = look(ann, hub, Here(DESK), MONDAY)
    assert known_of_ben.lacking == 2


def test_what_a_replica_says_it_has_and_nobody_brought_is_behind() -> None:
    hub, ann, ben = MemoryHub(), MemoryLog(ANN), MemoryLog(BEN)
    a_hub(hub)
    ann.write(acts=3)
    synced(ann, hub)
    for name in list(hub.names("segments")):
        hub.remove("segments", name)
    behind, _own = synced(ben, hub).standings
    assert (behind.replica, behind.lacking) == (ANN, 3)


def test_a_card_is_not_written_at_every_look() -> None:
    hub, ann = a_hub(), MemoryLog(ANN)
    ann.write()
    synced(ann, hub, MONDAY)
    synced(ann, hub, MONDAY + MINUTE)
    assert read_cards(hub, None)[ANN].synced == MONDAY
    synced(ann, hub, MONDAY + 11 * MINUTE)
    assert read_cards(hub, None)[ANN].synced == MONDAY + 11 * MINUTE


def test_a_clock_that_is_ahead_is_told_and_changes_nothing() -> None:
    hub, ann, ben = a_hub(), MemoryLog(ANN), MemoryLog(BEN)
    ann.write()
    synced(ann, hub, MONDAY + 365 * DAY)
    done = synced(ben, hub, MONDAY)
    assert done.pulled == 1
    assert ["clock of “A” is at least 525600 minutes ahead" in problem for problem in done.problems] == [True]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"replica": 3}', b"\xff\xfe", b"[" * 100_000])
def test_a_card_that_is_none_is_passed_over(body: bytes) -> None:
    hub, ann = a_hub(), MemoryLog(ANN)
    hub.write("cards", f"{BEN}.json", body)
    hub.write("cards", "desktop.ini", body)
    ann.write()
    assert synced(ann, hub).pushed == 1
    assert set(read_cards(hub, None)) == {ANN}
    assert read_cards(hub, None)[ANN] == Card(ANN, label="A", vector={ANN: 1}, synced=MONDAY)


@pytest.mark.parametrize("told", ["Infinity", "NaN", "1.5", "-1", str(10**30), '"now"', "null", "[1]"])
def test_a_card_whose_numbers_are_none_is_passed_over(told: str) -> None:
    hub = a_hub()
    write_card(hub, Card(BEN, vector={BEN: 7}, synced=MONDAY), None, None)
    body = (hub.read("cards", f"{BEN}.json") or b"").decode()
    for number in (f":{MONDAY}", ":7"):
        hub.write("cards", f"{BEN}.json", body.replace(number, f":{told}").encode())
        assert read_cards(hub, None) == {}


# ── encrypted, purged ────────────────────────────────────────────────────────────────────────────────────────────


def test_at_an_encrypted_hub_nothing_lies_open() -> None:
    hub, sealer = MemoryHub(), LetterSealer("k")
    found_hub(hub, About(DESK, "Front desk", encrypted=True))
    ann, ben = MemoryLog(ANN), MemoryLog(BEN)
    ann.write("a secret")
    synced(ann, hub, sealer=sealer)
    assert synced(ben, hub, sealer=sealer).pulled == 1
    for shelf in ("segments", "cards"):
        for body in hub.shelves[shelf].values():
            assert b"secret" not in body
            assert b'"label"' not in body
    with pytest.raises(Invalid, match="no key"):
        synced(MemoryLog(CAT), hub)
    with pytest.raises(Invalid, match="not encrypted"):
        synced(MemoryLog(CAT), a_hub(), sealer=sealer)


def test_what_was_purged_is_purged_in_segments_too() -> None:
    hub, ann, ben = MemoryHub(), MemoryLog(ANN), MemoryLog(BEN)
    a_hub(hub)
    ann.write(acts=4)
    synced(ann, hub)
    ben.write(acts=4)
    everybody(ann, ben, hub=hub)
    before = dict(hub.shelves["segments"])
    ann.redacted.append(FactId(ANN, 2))
    ann.redacted.append(FactId(BEN, 2))
    watched = WatchedHub(hub)
    written: list[str] = []
    watched.before = lambda _count, call, name: written.append(name) if call == "write" else None
    synced(ann, watched)
    (own,) = [name for name in before if name.startswith(ANN)]
    assert [name for name in written if name.startswith("segments/")] == [f"segments/{own}"]
    written.clear()
    synced(ann, watched, MONDAY + 20 * DAY)
    assert [name for name in written if name.startswith("segments/")] == []


def test_segments_of_who_is_long_gone_are_purged_by_others() -> None:
    hub, ann, ben = MemoryHub(), MemoryLog(ANN), MemoryLog(BEN)
    a_hub(hub)
    ben.write(acts=4)
    synced(ben, hub, MONDAY)
    synced(ann, hub, MONDAY)
    ann.redacted.append(FactId(BEN, 2))
    written: list[str] = []
    watched = WatchedHub(hub, lambda _count, call, name: written.append(name) if call == "write" else None)
    synced(ann, watched, MONDAY + 15 * DAY)
    assert [name for name in written if name.startswith(f"segments/{BEN}")]


# ── a folder that people carry ───────────────────────────────────────────────────────────────────────────────────


def test_a_stick_carries_a_hub_from_one_desk_to_another(tmp_path: Path) -> None:
    stick = FolderHub(tmp_path / "stick")
    stick.make()
    a_hub(stick)
    ann, ben = MemoryLog(ANN), MemoryLog(BEN)
    ann.write("hello")
    synced(ann, stick)
    shutil.copytree(tmp_path / "stick", tmp_path / "at Ben's")
    carried = open_folder(tmp_path / "at Ben's")
    ben.write("thanks")
    assert synced(ben, carried).pulled == 1
    for segment in (tmp_path / "at Ben's/segments").iterdir():
        # A mailed segment: saved among the others.
        shutil.copy(segment, tmp_path / "stick/segments")
    assert synced(ann, stick).pulled == 1
    assert ann.texts() == ben.texts()
