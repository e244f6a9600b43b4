"""Attachments between replicas: after their facts, once each, whole or not at all, in any number of rounds."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_desk.desk.exchange_ports import Hub
from desktop_desk.desk.views import Attachment, AttachmentView
from desktop_desk.domain.attachments import CHUNK
from desktop_desk.domain.errors import NotFound, StorageUnavailable
from desktop_desk.domain.facts import canonical
from desktop_desk.storage.attachments import Attachments
from desktop_desk.sync import attachments as travel
from desktop_desk.sync.attachments import SPOILT, Travelled, exchange_attachments
from desktop_desk.sync.folder_hub import FolderHub
from tests.builders import ADesk, a_ticket
from tests.contract.test_logs import another_replica, exchange
from tests.fakes import DAY
from tests.fakes_hub import LetterSealer, MemoryHub, WatchedHub, fails_at

NOISE = random.Random(9).randbytes(2 * CHUNK + 99)


@pytest.fixture
def laptop(office: ADesk) -> Iterator[ADesk]:
    a_ticket(office.john)
    made = another_replica(office, "laptop.desk")
    yield made
    made.close()


def travels(desk: ADesk, hub: Hub, **more: object) -> Travelled:
    return exchange_attachments(desk.ada.store, hub, now=desk.clock.now, **more)  # type: ignore[arg-type]


def number(desk: ADesk) -> str:
    return desk.ada.numbers()[0]


def files(desk: ADesk) -> list[AttachmentView]:
    return [file for entry in desk.ada.ticket(number(desk)).thread for file in entry.attachments]


def bodies(desk: ADesk) -> list[bytes]:
    return [b"".join(desk.ada.open_attachment(file.uid)) for file in files(desk)]


def attached(office: ADesk, laptop: ADesk, *bodies: bytes) -> None:
    """The office attaches files, and the laptop hears of them."""
    office.john.attach(number(office), [Attachment(body, f"{n}.bin") for n, body in enumerate(bodies)])
    exchange(office, laptop)


def test_a_file_is_still_on_the_other_computer_until_it_has_travelled(office: ADesk, laptop: ADesk) -> None:
    hub = MemoryHub()
    attached(office, laptop, NOISE)
    (file,) = files(laptop)
    assert not file.here
    with pytest.raises(NotFound, match="still on"):
        laptop.ada.open_attachment(file.uid)
    assert travels(laptop, hub) == Travelled(missing=1)
    assert travels(office, hub) == Travelled(pushed=3)
    assert travels(laptop, hub) == Travelled(pulled=3)
    assert bodies(laptop) == [NOISE]
    assert laptop.ada.check(rebuild=True).problems == ()


def test_where_nothing_is_new_the_hub_is_not_asked(office: ADesk, laptop: ADesk) -> None:
    hub = WatchedHub(MemoryHub())
    attached(office, laptop, NOISE)
    for desk in (office, laptop, office, laptop):
        travels(desk, hub)
    hub.calls.clear()
    for desk in (office, laptop):
        assert travels(desk, hub) == Travelled()
    assert hub.calls.total() == 0


def test_the_same_bytes_travel_once_and_empty_files_not_at_all(office: ADesk, laptop: ADesk) -> None:
    hub = WatchedHub(MemoryHub())
    attached(office, laptop, NOISE, NOISE, b"")
    office.jane.attach(number(office), [Attachment(NOISE, "again.bin")])
    exchange(office, laptop)
    travels(office, hub)
    travels(laptop, hub)
    assert hub.calls["write"] == hub.calls["read"] == 3
    assert bodies(laptop) == [NOISE, NOISE, b"", NOISE]


@pytest.mark.parametrize("call", range(1, 9))
def test_a_hub_that_vanishes_costs_nothing_that_has_travelled(
    office: ADesk, laptop: ADesk, call: int
) -> None:
    hub = MemoryHub()
    attached(office, laptop, NOISE, b"small")
    for desk in (office, laptop):
        broken = WatchedHub(hub, fails_at(call))
        try:
            travels(desk, broken)
        except StorageUnavailable:
            again = WatchedHub(hub)
            travels(desk, again)
            moved = (
                broken.calls["write"] + broken.calls["read"] - 1 + again.calls["write"] + again.calls["read"]
            )
            assert moved <= 4
    assert bodies(laptop) == [NOISE, b"small"]


def test_rounds_are_bounded_and_the_next_goes_on(
    office: ADesk, laptop: ADesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(travel, "ROUND_BYTES", CHUNK)
    monkeypatch.setattr(travel, "AT_ONCE", 2)
    hub = MemoryHub()
    attached(office, laptop, NOISE, *(bytes([n]) * 10 for n in range(5)))
    rounds = 0
    while (done := travels(office, hub)).more:
        assert 0 < done.pushed <= 2
        rounds += 1
    while (done := travels(laptop, hub)).more:
        assert 0 < done.pulled <= 7
        rounds += 1
    assert rounds >= 3
    assert bodies(laptop)[0] == NOISE
    assert len(bodies(laptop)) == 6


def test_a_round_stops_when_it_is_told_to(office: ADesk, laptop: ADesk) -> None:
    hub = MemoryHub()
    attached(office, laptop, NOISE)
    answers = iter([True, False])
    assert travels(office, hub, go_on=lambda: next(answers)) == Travelled(pushed=1, more=True)
    assert travels(office, hub) == Travelled(pushed=2)


@pytest.mark.parametrize("way", ["a part", "another part", "torn", "empty"])
def test_a_part_that_was_tampered_with_is_never_taken_in_and_is_mended(
    office: ADesk, laptop: ADesk, way: str
) -> None:
    hub = MemoryHub()
    attached(office, laptop, NOISE, b"fine")
    travels(office, hub)
    shelf, sha = hub.shelves["chunks"], files(office)[0].sha
    first, second = shelf[f"{sha}-0"], shelf[f"{sha}-1"]
    changed = bytearray(first)
    changed[5000] ^= 1
    ways = {"a part": bytes(changed), "another part": second, "torn": first[:500], "empty": b""}
    shelf[f"{sha}-0"] = ways[way]
    done = travels(laptop, hub)
    (problem,) = done.problems
    assert "“0.bin” is damaged at the hub" in problem
    assert done.missing == 1
    assert [file.here for file in files(laptop)] == [False, True]
    assert any(name.endswith(SPOILT) for name in shelf)
    assert travels(laptop, hub).problems == ()
    office.clock.passes(days=1)
    office.john.attach(number(office), [Attachment(b"new", "new.txt")])
    travels(office, hub)
    assert not any(name.endswith(SPOILT) for name in shelf)
    travels(laptop, hub)
    assert bodies(laptop) == [NOISE, b"fine"]


def test_sealed_parts_open_only_under_their_own_name_and_key(office: ADesk, laptop: ADesk) -> None:
    hub = MemoryHub()
    attached(office, laptop, b"a plain text" * 100)
    travels(office, hub, sealer=LetterSealer("k"))
    assert not any(b"plain text" in body for body in hub.shelves["chunks"].values())
    assert len(travels(laptop, hub, sealer=LetterSealer("other")).problems) == 1
    fresh = MemoryHub()
    office.clock.passes(days=2)
    travels(office, fresh, sealer=LetterSealer("k"))
    travels(laptop, fresh, sealer=LetterSealer("k"))
    assert bodies(laptop) == [b"a plain text" * 100]


def test_what_came_from_one_hub_is_passed_on_to_another(office: ADesk, laptop: ADesk, tmp_path: Path) -> None:
    stick, share = FolderHub(tmp_path / "stick"), MemoryHub()
    (tmp_path / "stick" / "about").mkdir(parents=True)
    attached(office, laptop, NOISE)
    travels(laptop, share)
    travels(office, stick)
    travels(laptop, stick)
    assert travels(laptop, share).pushed == 3


def test_a_hub_that_was_set_back_is_filled_again(office: ADesk, laptop: ADesk) -> None:
    hub = MemoryHub()
    attached(office, laptop, NOISE)
    travels(office, hub)
    hub.shelves["chunks"].clear()
    assert travels(office, hub).pushed == 0
    office.clock.now += DAY
    assert travels(office, hub).pushed == 3


def test_an_undone_file_travels_too_so_that_redo_brings_it_back(office: ADesk, laptop: ADesk) -> None:
    hub = MemoryHub()
    attached(office, laptop, NOISE)
    office.john.undo()
    exchange(office, laptop)
    travels(office, hub)
    travels(laptop, hub)
    office.john.redo()
    exchange(office, laptop)
    assert bodies(laptop) == [NOISE]


def test_a_fact_of_another_program_that_names_too_much_or_nothing_does_no_harm(
    office: ADesk, laptop: ADesk
) -> None:
    store = office.ada.store
    uid = office.ada.ticket(number(office)).uid
    from desktop_desk.desk.ports import Draft

    good = {"name": "../x", "mime": "text/plain", "size": 1 << 50, "sha": "ab" * 32, "entry": None}
    with store.writing():
        for fields in (good, {**good, "sha": "x"}, {**good, "size": -1}, {"name": canonical(good)}):
            draft = Draft("attached", office.ada.new_entity(), fields, ticket=uid)
            store.journal.append([draft], office.ada.actor.uid, None)
    exchange(office, laptop)
    assert travels(laptop, MemoryHub()) == Travelled()
    assert [(file.name, file.here) for file in files(laptop)] == [("x", False)]
    assert laptop.ada.check(rebuild=True).problems == ()
    assert isinstance(laptop.ada.store.attachments, Attachments)
