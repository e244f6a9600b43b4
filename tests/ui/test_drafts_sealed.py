"""What an encrypted desk keeps in the user's own folder: drafts, session and login, of which no file tells anything."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_desk.storage.sealing import Sealer
from desktop_desk.ui.draft_file import DraftFile, Row
from desktop_desk.ui.last_login import last_login, last_login_file, remember_login
from desktop_desk.ui.open_desk import OpenDesk
from desktop_desk.ui.session import Session, read_session, write_session
from desktop_desk.ui.theme import Appearance
from tests.drivers_office import LoginPage
from tests.encrypted import PASSWORDS, PLANTED, AnEncryptedDesk, opened, words_on_disk

SEAL = Sealer(bytes(range(32)))
ROW = Row("id1", f"reply:{PLANTED}", {"text": f"{PLANTED} again"}, [3, [["r", 2]]], 1)


def written(path: Path, row: Row, seal: Sealer | None) -> None:
    file = DraftFile(path, seal)
    file.adopt()
    file.write([row])
    file.close()


def read(path: Path, seal: Sealer | None) -> tuple[Row, ...]:
    file = DraftFile(path, seal)
    try:
        return file.adopt()
    finally:
        file.close()


def test_a_sealed_draft_comes_back_as_it_was_and_the_file_tells_nothing(tmp_path: Path) -> None:
    path = tmp_path / "one.drafts"
    file = DraftFile(path, SEAL)
    file.write([ROW])
    assert words_on_disk(tmp_path, PLANTED) == []
    file.close()
    assert words_on_disk(tmp_path, PLANTED) == []
    (row,) = read(path, SEAL)
    assert (row.id, row.key, dict(row.content), list(row.position), row.kept) == (
        ROW.id, ROW.key, ROW.content, ROW.position, ROW.kept,
    )  # fmt: skip


def test_drafts_of_before_are_sealed_when_the_desk_is_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "one.drafts"
    written(path, ROW, None)
    assert words_on_disk(tmp_path, PLANTED) == ["one.drafts"]
    file = DraftFile(path, SEAL)
    (row,) = file.adopt()
    assert row.content == ROW.content
    assert words_on_disk(tmp_path, PLANTED) == []
    file.close()
    assert words_on_disk(tmp_path, PLANTED) == []
    assert read(path, SEAL)[0].key == ROW.key


def test_a_draft_that_is_sealed_with_another_key_stays_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "one.drafts"
    written(path, ROW, SEAL)
    assert read(path, Sealer(bytes(32))) == ()
    assert read(path, None) == ()
    assert len(read(path, SEAL)) == 1


def test_a_sealed_draft_cannot_be_put_under_another_id(tmp_path: Path) -> None:
    path = tmp_path / "one.drafts"
    written(path, ROW, SEAL)
    with sqlite3.connect(path) as base:
        base.execute("update draft set id = 'id2'")
    base.close()
    assert read(path, SEAL) == ()


def test_a_session_is_sealed_and_one_of_before_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "sessions" / "one.json"
    session = Session(queue=PLANTED, ticket="1041-0")
    write_session(path, session, SEAL)
    assert words_on_disk(tmp_path, PLANTED, "1041-0") == []
    assert read_session(path, SEAL) == session
    assert read_session(path, Sealer(bytes(32))) == Session()
    assert read_session(path) == Session()
    write_session(path, session)
    assert read_session(path, SEAL) == session


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[AnEncryptedDesk]:
    (tmp_path / "office").mkdir()
    made = AnEncryptedDesk(tmp_path / "office" / "front.desk")
    made.close()
    yield made
    made.close()


def test_a_window_on_an_encrypted_desk_leaves_no_word_on_the_disk(
    desk: AnEncryptedDesk, tmp_path: Path, look: Appearance, qtbot: QtBot
) -> None:
    state = tmp_path / "state"
    address = str(desk.path)
    remember_login(last_login_file(state), address, "jane")
    front = opened(desk.path)
    window = OpenDesk(address, front, "", look, state, demo=False, lock_minutes=15)
    try:
        window.let_in("", "")
        qtbot.waitUntil(lambda: window.front_window() is not None)
        login = window.front_window()
        assert login is not None
        assert "front" in login.windowTitle()
        assert PLANTED not in login.windowTitle()
        page = LoginPage(login)
        page.log_in("jane", PASSWORDS["jane"])
        qtbot.waitUntil(lambda: window.window is not None and window.window.isVisible())
        drafts = window._drafts
        assert drafts is not None
        drafts.keep("reply:x", f"{PLANTED} is down again")
        assert drafts.flush()
        assert words_on_disk(tmp_path, PLANTED, "jane") == []
    finally:
        window.end()
    assert words_on_disk(tmp_path, PLANTED, "jane") == []
    assert list((state / "drafts").iterdir())
    assert last_login(last_login_file(state), address) == ""
