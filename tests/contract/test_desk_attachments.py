"""Attachments: what goes in with a word or without comes out as it was, and is undone with it."""

import random
from pathlib import Path

import pytest

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import Attachment, AttachmentView, CallDraft
from desktop_desk.domain.attachments import CHUNK
from desktop_desk.domain.errors import Invalid, NotFound
from tests.builders import ADesk, a_ticket

NOISE = random.Random(7).randbytes(3 * CHUNK + 77)
"""Bytes that nothing compresses."""


def files(desk: Desk, number: str) -> list[AttachmentView]:
    return [file for entry in desk.ticket(number).thread for file in entry.attachments]


def read(desk: Desk, uid: str) -> bytes:
    return b"".join(desk.open_attachment(uid))


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


def test_an_empty_file_is_a_file(office: ADesk, tmp_path: Path) -> None:
    number = a_ticket(office.john)
    (tmp_path / "empty.txt").touch()
    office.john.attach(number, [Attachment(tmp_path / "empty.txt")])
    (file,) = files(office.john, number)
    assert (file.size, file.here) == (0, True)
    assert office.john.save_attachment(file.uid, tmp_path / "out.txt").read_bytes() == b""


def test_a_file_can_be_read_while_others_write(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.attach(number, [Attachment(NOISE, "x.bin")])
    parts = office.john.open_attachment(files(office.john, number)[0].uid)
    got = next(parts)
    office.jane.note(number, "meanwhile")
    assert got + b"".join(parts) == NOISE
