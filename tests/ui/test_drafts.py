"""Nothing typed is lost: what a window's drafts promise."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from desktop_desk.desk.ports import Position
from desktop_desk.ui.drafts import Drafts, drafts_file

Open = Callable[[], Drafts]


@pytest.fixture
def open_drafts(tmp_path: Path, qapp: object) -> Iterator[Open]:
    opened: list[Drafts] = []

    def make() -> Drafts:
        opened.append(Drafts(drafts_file(tmp_path, "/home/x/front.desk", "john")))
        return opened[-1]

    yield make
    for drafts in opened:
        drafts.close()


def test_a_draft_comes_back_in_the_next_window_with_the_position_it_was_read_at(open_drafts: Open) -> None:
    position = Position(41, (("a" * 32, 7),))
    first = open_drafts()
    first.keep("reply:t1", "half a sent", position)
    first.close()
    draft = open_drafts().read("reply:t1")
    assert draft is not None
    assert (draft.text, draft.position) == ("half a sent", position)


def test_a_window_reads_its_own_draft_at_once_and_the_last_of_many(open_drafts: Open) -> None:
    drafts = open_drafts()
    for length in range(1, 6):
        drafts.keep("note:t1", "hello"[:length])
    draft = drafts.read("note:t1")
    assert draft is not None
    assert draft.text == "hello"
    assert len(drafts.all()) == 1


def test_a_discarded_draft_stays_away_and_others_stay(open_drafts: Open) -> None:
    first = open_drafts()
    first.keep("reply:t1", "sent")
    first.keep("reply:t2", "not sent")
    first.discard("reply:t1")
    first.close()
    second = open_drafts()
    assert second.read("reply:t1") is None
    assert [draft.text for draft in second.all("reply:")] == ["not sent"]


@pytest.mark.parametrize("nothing", ["", {"text": "", "to": ""}, {}])
def test_an_emptied_editor_keeps_no_draft(open_drafts: Open, nothing: str | dict[str, str]) -> None:
    drafts = open_drafts()
    drafts.keep("reply:t1", "a")
    drafts.keep("reply:t1", nothing)
    assert drafts.read("reply:t1") is None
    drafts.close()
    assert open_drafts().all() == ()


def test_two_windows_with_one_key_do_not_touch_each_other(open_drafts: Open) -> None:
    left, right = open_drafts(), open_drafts()
    left.keep("reply:t1", "from the left")
    assert left.flush()
    right.keep("reply:t1", "from the right")
    assert right.flush()
    left.close()
    right.close()
    third = open_drafts()
    assert {draft.text for draft in third.all()} == {"from the left", "from the right"}
    newest = third.read("reply:t1")
    assert newest is not None
    third.discard("reply:t1")
    other = third.read("reply:t1")
    assert other is not None
    assert {newest.text, other.text} == {"from the left", "from the right"}


def test_written_is_told_once_the_disk_has_it(open_drafts: Open, qtbot: QtBot, tmp_path: Path) -> None:
    drafts = open_drafts()
    with qtbot.waitSignal(drafts.written, timeout=5000) as told:
        drafts.keep("reply:t1", "hello")
    assert told.args == ["reply:t1"]
    # What is on the disk at this moment, as another process would find it after a kill.
    copy = tmp_path / "copy"
    shutil.copytree(tmp_path / "drafts", copy)
    (path,) = copy.glob("*.drafts")
    found = Drafts(path)
    assert [draft.text for draft in found.all()] == ["hello"]
    found.close()


def test_each_agent_and_each_desk_has_a_file_of_its_own(tmp_path: Path) -> None:
    files = {
        drafts_file(tmp_path, address, login)
        for address in ("/a/front.desk", "/b/front.desk")
        for login in ("john", "jane")
    }
    assert len(files) == 4


def test_drafts_on_a_path_that_cannot_be_written_say_so_and_go_on(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "file").write_text("in the way")
    drafts = Drafts(tmp_path / "file" / "x.drafts")
    with qtbot.waitSignal(drafts.trouble, timeout=5000) as told:
        drafts.keep("reply:t1", "hello")
    assert told.args is not None
    assert "cannot be saved" in told.args[0]
    draft = drafts.read("reply:t1")
    assert draft is not None
    assert draft.text == "hello"
    drafts.close()


ANY_TEXT = st.text(st.characters(), min_size=1, max_size=200)


@given(texts=st.dictionaries(ANY_TEXT, ANY_TEXT, min_size=1, max_size=5))
@settings(max_examples=15)
def test_any_text_under_any_key_comes_back_as_it_was(
    texts: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("drafts") / "x.drafts"
    first = Drafts(path)
    for key, text in texts.items():
        first.keep(key, text)
    first.close()
    second = Drafts(path)
    assert {draft.key: draft.text for draft in second.all()} == texts
    second.close()
