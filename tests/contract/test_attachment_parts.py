"""How a desk file keeps attachments: once, small, with the act or not at all, and proven on every reading."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_desk.desk.views import Attachment, Done
from desktop_desk.domain.attachments import LARGEST
from desktop_desk.domain.errors import Invalid, NotAllowed, NotFound, StorageUnavailable
from desktop_desk.storage.attachments import Attachments
from tests.builders import ADesk, a_desk, a_ticket
from tests.contract.test_desk_attachments import NOISE, files, read


def kept(office: ADesk) -> Attachments:
    found = office.ada.store.attachments
    assert isinstance(found, Attachments)
    return found


def rows(office: ADesk, sql: str) -> list[tuple[Any, ...]]:
    with office.ada.store.reading():
        return kept(office)._db.rows(sql)


def spoil(office: ADesk, sql: str) -> None:
    with office.ada.store.writing():
        kept(office)._db.run(sql)


def test_the_same_bytes_are_kept_once(office: ADesk) -> None:
    first, second = a_ticket(office.john), a_ticket(office.john)
    office.john.attach(first, [Attachment(NOISE, "a.bin"), Attachment(NOISE, "b.bin")])
    office.jane.attach(second, [Attachment(NOISE, "c.bin")])
    assert rows(office, "SELECT COUNT(*) FROM chunk") == [(4,)]
    assert all(read(office.john, file.uid) == NOISE for file in files(office.john, first))


def test_texts_are_kept_small_and_pictures_no_larger_than_they_are(office: ADesk) -> None:
    number = a_ticket(office.john)
    text = b"2026-03-02 09:00 till 3 says no\n" * 50_000
    office.john.attach(number, [Attachment(text, "till.log"), Attachment(NOISE, "noise.jpg")])
    by_size = dict(
        rows(
            office,
            "SELECT a.name, SUM(LENGTH(c.body)) FROM attachment a JOIN chunk c ON c.sha = a.sha GROUP BY a.name",
        )
    )
    assert by_size["till.log"] < len(text) / 20
    assert by_size["noise.jpg"] < len(NOISE) * 1.001


@pytest.mark.parametrize("by_path", [True, False])
def test_a_file_of_25_mb_goes_in_and_one_byte_more_does_not(
    office: ADesk, tmp_path: Path, by_path: bool
) -> None:
    number = a_ticket(office.john)
    path = tmp_path / "large.bin"
    path.write_bytes(bytes(LARGEST))
    office.john.attach(number, [Attachment(path if by_path else path.read_bytes(), "large.bin")])
    with path.open("ab") as file:
        file.write(b"1")
    with pytest.raises(
        Invalid, match=r"“large.bin” has 25\.1 MB; a ticket takes files of up to 25 MB"
    ) as told:
        office.john.attach(number, [Attachment(path if by_path else path.read_bytes(), "large.bin")])
    assert "shared drive" in told.value.advice
    assert len(files(office.john, number)) == 1


def test_what_is_no_file_is_refused(office: ADesk, tmp_path: Path) -> None:
    number = a_ticket(office.john)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for source, reason in (
        (tmp_path / "gone.txt", "no longer there"),
        (tmp_path, "not a file"),
        (pipe, "not a file"),
    ):
        with pytest.raises(Invalid, match=reason):
            office.john.attach(number, [Attachment(source)])
    assert files(office.john, number) == []


def test_a_file_that_changes_while_it_is_read_is_refused_whole(office: ADesk, tmp_path: Path) -> None:
    path = tmp_path / "growing.log"
    path.write_bytes(b"one")
    sha, size = kept(office).measure(path, "growing.log")
    path.write_bytes(b"two")
    with pytest.raises(Invalid, match="changed while"), office.ada.store.writing():
        kept(office).keep(path, "growing.log", sha, size)
    assert rows(office, "SELECT COUNT(*) FROM chunk") == [(0,)]


def test_a_refused_act_leaves_no_bytes_behind(office: ADesk) -> None:
    number = a_ticket(office.john)
    with pytest.raises(NotAllowed):
        office.vera.reply(number, "x", attachments=[Attachment(NOISE, "x")])
    assert rows(office, "SELECT COUNT(*) FROM chunk") == [(0,)]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE chunk SET body = X'00' WHERE n = 1",
        "UPDATE chunk SET body = (SELECT body FROM chunk c WHERE c.sha = chunk.sha AND c.n = 0) WHERE n = 1",
    ],
)
def test_damaged_bytes_are_never_given_as_the_file(office: ADesk, tmp_path: Path, damage: str) -> None:
    number = a_ticket(office.john)
    office.john.attach(number, [Attachment(NOISE, "x.bin")])
    (file,) = files(office.john, number)
    spoil(office, damage)
    with pytest.raises(StorageUnavailable, match="damaged") as told:
        office.john.save_attachment(file.uid, tmp_path / "x.bin")
    assert told.value.kind == "damaged"
    assert not (tmp_path / "x.bin").exists()
    assert office.ada.check().problems == ("attachment x.bin: is damaged",)
    with pytest.raises(StorageUnavailable):
        read(office.john, file.uid)
    office.jane.note(number, "Here it is again.", attachments=[Attachment(NOISE, "x.bin")])
    assert read(office.john, file.uid) == NOISE


def test_what_has_not_come_yet_says_where_it_is(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.attach(number, [Attachment(NOISE, "x.bin")])
    spoil(office, "DELETE FROM chunk WHERE n = 2")
    (file,) = files(office.john, number)
    assert not file.here
    assert file.where
    with pytest.raises(NotFound, match=f"“x.bin” is still on {file.where}"):
        office.john.open_attachment(file.uid)


def test_a_full_disk_leaves_the_ticket_as_it_was(office: ADesk) -> None:
    number = a_ticket(office.john)
    db = kept(office)._db
    with office.john.store.reading():
        pages = int(db.value("PRAGMA page_count"))
    db.run(f"PRAGMA max_page_count = {pages + 20}")
    with pytest.raises(StorageUnavailable) as told:
        office.john.reply(number, "See the log.", attachments=[Attachment(NOISE, "x.bin")])
    assert told.value.kind == "full"
    assert files(office.john, number) == []
    db.run("PRAGMA max_page_count = 1000000")
    office.john.reply(number, "See the log.", attachments=[Attachment(NOISE, "x.bin")])
    assert read(office.john, files(office.john, number)[0].uid) == NOISE


def test_bytes_that_no_fact_names_are_dropped_and_others_are_not(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.attach(number, [Attachment(b"kept", "x")])
    with office.ada.store.writing():
        sha, size = kept(office).measure(NOISE, "y")
        kept(office).keep(NOISE, "y", sha, size)
        assert kept(office).drop_unnamed() == 4
        assert kept(office).drop_unnamed() == 0
    assert read(office.john, files(office.john, number)[0].uid) == b"kept"


@given(st.binary(max_size=5_000), st.text(max_size=40), st.integers(0, 3))
def test_any_bytes_under_any_name_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, name: str, times: int
) -> None:
    office = a_desk(tmp_path_factory.mktemp("desk"))
    try:
        number = a_ticket(office.john)
        whole = body * (times * 300 + 1)
        done: Done = office.john.attach(number, [Attachment(whole, name)])
        assert done.act
        (file,) = files(office.jane, number)
        assert read(office.jane, file.uid) == whole
    finally:
        office.close()
