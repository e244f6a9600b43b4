"""The file of drafts, and the thread that writes it."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_desk.ui.draft_file import DraftFile, DraftWriter, Listener, Row


def row(id_: str = "1", key: str = "reply:t", text: str = "hello", kept: int = 1) -> Row:
    return Row(id_, key, {"text": text} if text else {}, [], kept)


class Heard:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.troubles: list[str] = []
        self.aside: list[Path] = []

    def listener(self) -> Listener:
        return Listener(self.written.extend, self.troubles.append, self.aside.append)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "one.drafts"


def test_what_was_written_is_there_for_the_next_session(path: Path) -> None:
    first = DraftFile(path)
    first.write([row(text="half a sent"), row("2", "note:t", "other")])
    first.close()
    second = DraftFile(path)
    assert [(r.key, r.content["text"]) for r in second.adopt()] == [
        ("reply:t", "half a sent"),
        ("note:t", "other"),
    ]
    second.close()


def test_a_living_session_keeps_its_rows_to_itself(path: Path) -> None:
    first, second = DraftFile(path), DraftFile(path)
    first.write([row()])
    assert second.adopt() == ()
    second.write([row("9", text="mine")])
    assert [r.content["text"] for r in first.adopt()] == ["hello"]
    first.close()
    assert {r.content["text"] for r in second.adopt()} == {"hello", "mine"}
    second.close()


def test_rows_of_a_killed_process_are_taken_over_once(path: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from desktop_desk.ui.draft_file import DraftFile, Row\n"
        "file = DraftFile(Path(sys.argv[1])); file.write([Row('1', 'call:x', {'text': 'vpn'}, [], 5)])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    second, third = DraftFile(path), DraftFile(path)
    assert [r.content["text"] for r in second.adopt()] == ["vpn"]
    assert third.adopt() == ()
    second.close()
    third.close()
    assert list(path.parent.glob("*.alive")) == []


def test_a_row_without_content_takes_the_row_away(path: Path) -> None:
    file = DraftFile(path)
    file.write([row()])
    file.write([row(text="")])
    assert file.adopt() == ()
    file.close()


@pytest.mark.parametrize(
    "junk", [b"not a database at all, by any means" * 40, b"SQLite format 3\0" + b"\xff" * 3000]
)
def test_a_damaged_file_is_set_aside_and_drafts_go_on(path: Path, junk: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(junk)
    heard = Heard()
    writer = DraftWriter(path, heard.listener())
    writer.start()
    writer.put(row())
    assert writer.flush(10)
    writer.close()
    assert heard.aside
    assert heard.aside[0].read_bytes() == junk
    again = DraftFile(path)
    assert [r.content["text"] for r in again.adopt()] == ["hello"]
    again.close()


def test_while_the_file_is_locked_drafts_wait_and_are_written_after(path: Path) -> None:
    heard = Heard()
    writer = DraftWriter(path, heard.listener())
    writer.start()
    writer.put(row(text="before"))
    assert writer.flush(10)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    writer.put(row(text="after"))
    assert not writer.flush(2.5)
    assert heard.troubles
    assert heard.troubles[0]
    other.execute("rollback")
    other.close()
    assert writer.flush(10)
    writer.close()
    assert heard.troubles[-1] == ""
    assert heard.written == ["reply:t", "reply:t"]


def test_a_folder_that_cannot_be_written_is_said_once_and_waits_for_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    heard = Heard()
    writer = DraftWriter(tmp_path / "file" / "one.drafts", heard.listener())
    writer.start()
    assert writer.loaded.wait(10)
    writer.put(row())
    writer.close()
    assert len(heard.troubles) == 1
