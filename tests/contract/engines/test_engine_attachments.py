"""The parts of files on every engine: kept once, told what is missing, taken in, dropped."""

import random

import pytest

from desktop_desk.desk.views import Attachment
from desktop_desk.domain.attachments import CHUNK
from desktop_desk.domain.errors import Invalid
from desktop_desk.sync.attachments import exchange_attachments
from tests.builders import a_ticket
from tests.engines import AnEngine
from tests.fakes_hub import MemoryHub

NOISE = random.Random(5).randbytes(CHUNK + 500)


def attached(office: AnEngine, *bodies: bytes) -> str:
    number = a_ticket(office.john)
    for n, body in enumerate(bodies):
        office.john.attach(number, [Attachment(body, f"{n}.bin")])
    return number


def test_parts_are_named_counted_and_proven(office: AnEngine) -> None:
    attached(office, NOISE, b"small", b"", NOISE)
    store = office.store
    with store.reading():
        records = store.attachments.since(0, 10)
        assert [record.size for record in records] == [len(NOISE), 5, 0, len(NOISE)]
        assert store.attachments.since(records[1].id, 1) == records[2:3]
        assert store.attachments.tally() == (4, records[-1].id)
        assert store.attachments.parts_here(records[0].sha) == {0, 1}
        assert store.attachments.here({record.sha: record.size for record in records}) == {
            record.sha for record in records
        }
        assert store.attachments.missing(10) == ()
        assert store.attachments.damaged() == ()


def test_parts_that_nothing_names_are_dropped_and_taken_in_again(office: AnEngine) -> None:
    attached(office, b"named")
    store = office.store
    with store.writing():
        sha, size = store.attachments.measure(NOISE, "x")
        store.attachments.keep(NOISE, "x", sha, size)
        parts = [store.attachments.part(sha, n) or b"" for n in range(2)]
        assert store.attachments.drop_unnamed() == 2
        assert store.attachments.part(sha, 0) is None
        with pytest.raises(Invalid):
            store.attachments.take(sha, size, 0, parts[1])
        assert store.attachments.take(sha, size, 0, parts[0])
        assert store.attachments.here({sha: size}) == frozenset()
        assert store.attachments.take(sha, size, 1, parts[1])
        assert store.attachments.here({sha: size}) == {sha}
        assert b"".join(store.attachments.read(sha, size, "x")) == NOISE


def test_a_whole_that_is_another_is_not_kept(office: AnEngine) -> None:
    attached(office, NOISE)
    store = office.store
    with store.writing():
        (record,) = store.attachments.since(0, 1)
        other = "ab" * 32
        parts = [store.attachments.part(record.sha, n) or b"" for n in range(2)]
        assert store.attachments.take(other, record.size, 0, parts[0])
        assert not store.attachments.take(other, record.size, 1, parts[1])
        assert store.attachments.parts_here(other) == frozenset()


def test_every_engine_lays_its_parts_at_a_hub_once(office: AnEngine) -> None:
    attached(office, NOISE, b"small")
    hub = MemoryHub()
    assert exchange_attachments(office.store, hub, now=office.clock.now).pushed == 3
    assert exchange_attachments(office.store, hub, now=office.clock.now).pushed == 0
    assert len(hub.shelves["chunks"]) == 3
