"""Attachments: what goes in comes out, once kept, proven on every read, and told of in plain sentences."""

import os
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import Attachment, AttachmentView, CallDraft, Done
from desktop_desk.domain.attachments import CHUNK, LARGEST
from desktop_desk.domain.errors import Invalid, NotAllowed, NotFound, StorageUnavailable
from desktop_desk.storage.attachments import Attachments
from tests.builders import ADesk, a_desk, a_ticket

NOISE = random.Random(7).randbytes(3 * CHUNK + 77)
"""Bytes that nothing compresses."""


def files(desk: Desk, number: str) -> list[AttachmentView]:
    return [file for entry in desk.ticket(number).thread for file in entry.attachments]


def read(desk: Desk, uid: str) -> bytes:
    return b"".join(desk.open_attachment(uid))


def kept(office: ADesk) -> Attachments:
    found = office.ada.store.attachments
    assert isinstance(found, Attachments)
    return found


def rows(office: ADesk, sql: str) -> list[tuple[Any, ...]]:
    with office.ada.store.reading():
        return kept(office)._db.rows(sql)


def test_a_file_with_a_reply_stands_with_it_and_comes_back_as_it_was(office: ADesk, tmp_path: Path) -> None:
    number = a_ticket(office.john)
    path = tmp_path / "till.log"
    path.write_bytes(NOISE)
    office.john.reply(number, "See the log.", attachments=[Attachment(path)])
    (entry,) = [entry for entry in office.jane.ticket(number).thread if entry.kind == "reply"]
    (file,) = entry.attachments
    assert (file.name, file.size, file.here, file.where) == ("till.log", len(NOISE), True, "")
    assert read(office.jane, file.uid) == NOISE


def test_a_reply_may_be_nothing_but_a_file_and_words_are_needed_without(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.reply(number, "", attachments=[Attachment(b"x", "x.png")])
    assert [file.mime for file in files(office.john, number)] == ["image/png"]
    with pytest.raises(Invalid, match="no text"):
        office.john.reply(number, "")
    with pytest.raises(Invalid, match="No file"):
        office.john.attach(number, [], "text")


def test_a_call_is_logged_with_files_in_one_act(office: ADesk) -> None:
    done = office.john.log_call(
        CallDraft("Till prints stripes"), attachments=[Attachment(b"jpg", "till.jpg")]
    )
    number = done.number or ""
    (entry,) = [entry for entry in office.john.ticket(number).thread if entry.kind == "call"]
    assert [file.name for file in entry.attachments] == ["till.jpg"]
    office.john.undo()
    assert files(office.john, number) == []


def test_files_without_a_word_are_a_line_of_their_own_and_news_for_followers(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.clock.passes(hours=1)
    office.ada.attach(number, [Attachment(b"x", "photo.jpg")])
    view = office.john.ticket(number)
    assert (view.thread[-1].kind, view.thread[-1].title) == ("event", "Ada Admin attached photo.jpg")
    assert view.updated == office.clock.now
    assert [(news.what, news.text) for news in office.john.inbox()] == [
        ("attached", "Ada Admin attached photo.jpg")
    ]
    assert [(hit.row.number, hit.text) for hit in office.jane.search("photo")] == [(number, "photo.jpg")]


def test_a_text_with_files_is_a_note_unless_it_is_called_a_reply(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.attach(number, [Attachment(b"x", "x")], "for you, @jane")
    office.john.attach(number, [Attachment(b"y", "y")], "for the caller", "reply")
    said = [(entry.kind, len(entry.attachments)) for entry in office.john.ticket(number).thread]
    assert [kind for kind in said if kind[1]] == [("note", 1), ("reply", 1)]


def test_undo_takes_the_file_with_the_reply_and_redo_brings_both_back(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.reply(number, "x", attachments=[Attachment(b"secret", "x.txt")])
    (file,) = files(office.john, number)
    office.john.undo()
    assert files(office.john, number) == []
    with pytest.raises(NotFound, match="undone"):
        office.john.open_attachment(file.uid)
    office.john.redo()
    assert read(office.john, files(office.john, number)[0].uid) == b"secret"


def test_as_of_a_moment_before_the_file_it_is_not_there(office: ADesk) -> None:
    number = a_ticket(office.john)
    before = office.clock.now
    office.clock.passes(hours=1)
    office.john.attach(number, [Attachment(b"x", "x")])
    then = office.john.ticket(number, as_of=before)
    assert [file for entry in then.thread for file in entry.attachments] == []


def test_a_rebuild_makes_the_same_rows(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.note(number, "x", attachments=[Attachment(b"1", "a"), Attachment(b"2", "b")])
    office.john.attach(number, [Attachment(b"3", "c")])
    office.john.attach(number, [Attachment(b"4", "d")])
    office.john.undo()
    check = office.ada.check(rebuild=True)
    assert (check.ok, check.problems) == (True, ())
    assert [file.name for file in files(office.john, number)] == ["a", "b", "c"]


def test_the_files_of_a_merged_ticket_stand_in_the_whole(office: ADesk) -> None:
    child, parent = a_ticket(office.john), a_ticket(office.john)
    office.john.attach(child, [Attachment(b"x", "x.txt")])
    office.john.merge(child, parent)
    assert [file.name for file in files(office.john, parent)] == ["x.txt"]


def test_a_name_cannot_lead_out_of_the_folder_it_is_saved_in(office: ADesk, tmp_path: Path) -> None:
    number = a_ticket(office.john)
    office.john.attach(number, [Attachment(b"x", "../../../etc/cron.d/evil")])
    (file,) = files(office.john, number)
    folder = tmp_path / "saved"
    folder.mkdir()
    assert office.john.save_attachment(file.uid, folder) == folder / "evil"
    assert [path.name for path in folder.iterdir()] == ["evil"]


def test_saving_overwrites_only_when_told_to(office: ADesk, tmp_path: Path) -> None:
    number = a_ticket(office.john)
    office.john.attach(number, [Attachment(b"new", "x.txt")])
    (file,) = files(office.john, number)
    target = tmp_path / "mine.txt"
    target.write_bytes(b"old")
    with pytest.raises(Invalid, match="already a file"):
        office.john.save_attachment(file.uid, target)
    assert target.read_bytes() == b"old"
    office.john.save_attachment(file.uid, target, replace=True)
    assert target.read_bytes() == b"new"
    with pytest.raises(Invalid, match="no folder"):
        office.john.save_attachment(file.uid, tmp_path / "none" / "x.txt")
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".part"]


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


def test_an_empty_file_is_a_file(office: ADesk, tmp_path: Path) -> None:
    number = a_ticket(office.john)
    (tmp_path / "empty.txt").touch()
    office.john.attach(number, [Attachment(tmp_path / "empty.txt")])
    (file,) = files(office.john, number)
    assert (file.size, file.here) == (0, True)
    assert office.john.save_attachment(file.uid, tmp_path / "out.txt").read_bytes() == b""


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


def spoil(office: ADesk, sql: str) -> None:
    with office.ada.store.writing():
        kept(office)._db.run(sql)


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


def test_a_file_can_be_read_while_others_write(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.attach(number, [Attachment(NOISE, "x.bin")])
    parts = office.john.open_attachment(files(office.john, number)[0].uid)
    got = next(parts)
    office.jane.note(number, "meanwhile")
    assert got + b"".join(parts) == NOISE


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
