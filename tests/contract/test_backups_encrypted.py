"""Backups of an encrypted desk: encrypted as well, their keys beside them, and of use to whoever has a password."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_desk import bootstrap, config, upkeep
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.domain.errors import AccessDenied, DeskError
from desktop_desk.storage import marks
from desktop_desk.storage.store import Store
from tests.builders import a_ticket
from tests.fakes import FixedClock

PASSWORD = "a good sentence"
SECRET = "The vault stands open at night"


@pytest.fixture
def door(tmp_path: Path) -> Iterator[FrontDoor]:
    front = bootstrap.create_desk(
        tmp_path / "front.desk", name="Front desk", admin_login="ada", admin_name="Ada", admin_password=PASSWORD,
        recovery=bootstrap.new_recovery_code(),
    )  # fmt: skip
    yield front
    front.close()


@pytest.fixture
def ada(door: FrontDoor) -> Desk:
    desk = door.log_in("ada", PASSWORD)
    a_ticket(desk, SECRET)
    return desk


def made(desk: Desk, path: Path) -> upkeep.Backup:
    backup = upkeep.back_up(desk.store, path, FixedClock())
    assert backup is not None
    return backup


def test_no_word_of_it_can_be_read_in_the_backup_and_its_keys_are_beside_it(
    ada: Desk, tmp_path: Path
) -> None:
    backup = made(ada, tmp_path / "front.desk")
    assert Path(f"{backup.path}.keys").exists()
    folder = backup.path.parent
    for file in folder.rglob("*"):
        if file.is_file():
            assert SECRET.encode() not in file.read_bytes(), file
            assert b"SQLite format 3" not in file.read_bytes(), file


def test_the_keys_go_with_a_backup_that_is_thinned_out(ada: Desk, tmp_path: Path) -> None:
    first = made(ada, tmp_path / "front.desk")
    a_ticket(ada)
    second = made(ada, tmp_path / "front.desk")
    left = {file.name for file in first.path.parent.glob("*.desk*")}
    assert left == {second.path.name, f"{second.path.name}.keys"}


def test_it_is_looked_into_with_the_password_only(ada: Desk, tmp_path: Path) -> None:
    backup = made(ada, tmp_path / "front.desk")
    copy = upkeep.look_inside(ada.store, backup, FixedClock())
    front = bootstrap.open_desk(copy)
    with pytest.raises(AccessDenied):
        front.log_in("ada", "wrong")
    desk = front.log_in("ada", PASSWORD)
    (row,) = desk.queue("all").rows
    assert row.subject == SECRET
    with pytest.raises(DeskError, match="copy of a backup"):
        desk.note(row.number, "no")
    front.close()
    assert SECRET.encode() not in copy.read_bytes()
    upkeep.leave(copy)
    assert not copy.exists()
    assert not Path(f"{copy}.keys").exists()


def test_it_is_restored_as_a_desk_that_is_encrypted(ada: Desk, tmp_path: Path) -> None:
    backup = made(ada, tmp_path / "front.desk")
    again = upkeep.restore_as(ada.store, backup, tmp_path / "again.desk", FixedClock())
    assert SECRET.encode() not in again.read_bytes()
    front = bootstrap.open_desk(again)
    desk = front.log_in("ada", PASSWORD)
    a_ticket(desk, "After it")
    assert desk.check(rebuild=True).ok
    front.close()


def test_after_a_bad_end_it_is_not_taken_for_damaged_but_looked_at_once_it_is_open(
    door: FrontDoor, ada: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "front.desk"
    made(ada, path)
    left = marks.set_mark(config.places().state, path)
    left.path.write_text(left.path.read_text().replace('"pid": ', '"pid": 4'))
    told: list[str] = []
    mark = upkeep.begin(path, told.append, clock=FixedClock())
    assert mark is not None
    assert (mark.unclean, mark.encrypted, told) == (True, True, [])
    assert upkeep.needs_look(mark, path)
    store = ada.store
    assert isinstance(store, Store)
    with store.writing():
        store.database.run("UPDATE queue_tally SET n = n + 1")
    assert "is damaged" in upkeep.look_when_open(store, path, mark)
    with store.writing():
        store.database.run("UPDATE queue_tally SET n = n - 1")
    assert upkeep.look_when_open(store, path, mark) == ""
    assert upkeep.damage_told(ada.store, path) == ""
    upkeep.end(mark)
    assert not list(tmp_path.glob("*damaged*"))
