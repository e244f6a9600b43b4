"""Which replica a desk file is: copies and older states go on as replicas of their own; no number is given twice."""

import os
import shutil
from pathlib import Path

import pytest

from desktop_desk import bootstrap, config, upkeep
from desktop_desk.desk.waiting_mail import OUTBOX_HELD
from desktop_desk.domain.numbers import codes
from desktop_desk.storage import identity
from desktop_desk.storage.database import Database
from desktop_desk.storage.identity import is_elsewhere, remember
from desktop_desk.storage.settling import moved
from desktop_desk.storage.store import Store
from tests.builders import ADesk, a_ticket, opened, texts
from tests.contract.test_logs import another_replica, assert_same, exchange
from tests.rigs.kills import Moment, Tell, in_child


def store_of(desk: ADesk) -> Store:
    store = desk.ada.store
    assert isinstance(store, Store)
    return store


def copied(desk: ADesk, name: str) -> ADesk:
    """The file copied by hand while nobody had it open, and opened."""
    desk.front.close()
    path = desk.path.with_name(name)
    shutil.copy(desk.path, path)
    desk.restart()
    return ADesk(path, desk.clock, opened(path, desk.clock))


def test_a_copied_file_gives_numbers_with_letters_of_its_own(office: ADesk) -> None:
    first = a_ticket(office.john)
    copy = copied(office, "copy.desk")
    numbers = [a_ticket(desk.john) for desk in (office, copy, office, copy)]
    assert len({first, *numbers}) == 5
    assert numbers[1].startswith(next(codes()))
    assert office.ada.store.log.own != copy.ada.store.log.own
    exchange(office, copy)
    assert_same(office, copy)
    copy.close()


def test_a_file_that_was_only_renamed_stays_what_it_is(office: ADesk) -> None:
    own = office.ada.store.log.own
    office.front.close()
    office.path = office.path.rename(office.path.with_name("renamed.desk"))
    office.restart()
    assert office.ada.store.log.own == own


def test_two_programs_that_close_the_desk_at_once_do_not_disturb_each_other(
    office: ADesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, usual = store_of(office).database, Path.replace

    def after_the_other(part: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "replace", usual)
        remember(database, tmp_path / "memory")
        return usual(part, target)

    monkeypatch.setattr(Path, "replace", after_the_other)
    remember(database, tmp_path / "memory")
    assert [path.suffix for path in (tmp_path / "memory").iterdir()] == [".json"]
    assert not is_elsewhere(database, office.path, tmp_path / "memory")


def test_a_file_that_was_moved_on_purpose_stays_what_it_is(office: ADesk, tmp_path: Path) -> None:
    own = office.ada.store.log.own
    office.front.close()
    target = office.path.with_name("moved.desk")
    shutil.copy(office.path, target)
    office.path.unlink()
    database = bootstrap.files.open_database(target)
    moved(Store(database, office.clock, bootstrap.RandomIds()), target)
    database.close_thread()
    office.path = target
    office.restart()
    assert office.ada.store.log.own == own


def test_an_older_state_put_back_in_place_is_noticed(office: ADesk) -> None:
    a_ticket(office.john)
    own = office.ada.store.log.own
    office.front.close()
    old = office.path.read_bytes()
    office.restart()
    given = a_ticket(office.john, "written after the copy was made")
    office.front.close()
    office.path.with_name("front.desk-wal").unlink(missing_ok=True)
    with office.path.open("r+b") as file:  # in place: the same file on the disk
        file.truncate()
        file.write(old)
    office.restart()
    assert office.ada.store.log.own != own
    assert a_ticket(office.john) != given


@pytest.mark.skipif(os.name != "posix", reason="no fork")
def test_an_older_state_put_back_after_a_kill_is_noticed_without_a_hub(office: ADesk) -> None:
    a_ticket(office.john)
    own = office.ada.store.log.own
    office.front.close()
    old = office.path.read_bytes()

    def works(tell: Tell) -> None:
        office.restart()
        tell(done=a_ticket(office.john, "written after the copy was made"))
        while True:
            tell(step="waits to be killed")

    (given,) = in_child(works, Moment("waits to be killed", 1)).said("done")
    for ending in ("-wal", "-shm"):
        office.path.with_name(f"front.desk{ending}").unlink(missing_ok=True)
    with office.path.open("r+b") as file:
        file.truncate()
        file.write(old)
    office.restart()
    assert office.ada.store.log.own != own
    assert a_ticket(office.john) != given


@pytest.mark.skipif(os.name != "posix", reason="no fork")
def test_a_killed_program_is_taken_for_nothing_else(office: ADesk) -> None:
    own = office.ada.store.log.own
    office.front.close()

    def works(tell: Tell) -> None:
        office.restart()
        while True:
            tell(done=a_ticket(office.john))
            tell(step="written")

    told = in_child(works, Moment("written", 7)).said("done")
    office.restart()
    assert office.ada.store.log.own == own
    assert set(told) <= set(office.ada.numbers())


def test_a_program_that_opens_the_desk_while_another_writes_is_no_copy(
    office: ADesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, usual, written = office.ada.store.log.own, identity._remembered, list[str]()

    def after_another_act(database: Database, memory: Path) -> tuple[int, str] | None:
        if not written:
            written.append(a_ticket(office.john))
        return usual(database, memory)

    monkeypatch.setattr(identity, "_remembered", after_another_act)
    second = ADesk(office.path, office.clock, opened(office.path, office.clock))
    assert written
    assert second.ada.store.log.own == own
    second.front.close()


def test_a_memory_that_cannot_be_written_stops_nobody(office: ADesk, tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("no folder")
    store_of(office).memory = blocked
    assert a_ticket(office.john) in office.ada.numbers()


def test_what_a_copy_wrote_before_it_was_found_out_becomes_its_own(office: ADesk) -> None:
    number = a_ticket(office.john)
    common = office.ada.store.log.vector()[office.ada.store.log.own]
    copy = copied(office, "copy.desk")
    with store_of(copy).writing():
        # As on a cloned machine, where nothing tells the file that it is a copy.
        store_of(copy).database.run("UPDATE meta SET value = '1' WHERE key = 'replica'")
    copy.restart()
    assert copy.ada.store.log.own == office.ada.store.log.own
    office.john.note(number, "from the office")
    copy.jane.note(number, "from the clone")
    undone = copy.jane.set_priority(number, "A").act
    copy.jane.undo(undone)
    there = a_ticket(copy.jane, "logged at the clone")
    before = texts(copy.jane.ticket(number))
    copy.ada.store.log.go_on_as_new(common)
    assert copy.ada.check(rebuild=True).problems == ()
    assert texts(copy.jane.ticket(number)) == before
    assert copy.jane.ticket(there).subject == "logged at the clone"
    assert copy.jane.ticket(number).priority == office.john.ticket(number).priority
    exchange(office, copy)
    assert {"from the office", "from the clone"} <= set(texts(office.john.ticket(number)))
    assert_same(office, copy)
    copy.close()


def test_a_restored_desk_holds_its_outbox(office: ADesk) -> None:
    restored = another_replica(office, "restored.desk")
    assert restored.ada.store.log.note(OUTBOX_HELD) == "1"
    assert office.ada.store.log.note(OUTBOX_HELD) == ""
    restored.close()


@pytest.mark.parametrize("word", ["", "not json", '{"seq": "x"}'])
def test_a_torn_memory_is_no_obstacle(office: ADesk, word: str) -> None:
    own = office.ada.store.log.own
    office.front.close()
    upkeep.memory().mkdir(parents=True, exist_ok=True)
    (upkeep.memory() / f"{own}.json").write_text(word)
    office.restart()
    assert office.ada.store.log.own == own
    assert config.places().state.exists()


def test_without_letters_a_ticket_gets_its_number_later_and_is_found_by_both(office: ADesk) -> None:
    office.ada.store.log.keep_note("hub", "folder:/somewhere")
    laptop = another_replica(office, "laptop.desk")
    assert laptop.ada.store.log.code() is None
    waiting = a_ticket(laptop.jane, "logged on the train")
    assert waiting.startswith("~")
    laptop.jane.note(waiting, "and noted")
    laptop.ada.store.log.take_codes("K", "M")
    (number,) = laptop.ada.numbers()
    assert number == "K1001-7"
    for asked in (waiting, number):
        assert laptop.jane.ticket(asked).subject == "logged on the train"
    assert a_ticket(laptop.jane) == "K1002-5"
    assert laptop.ada.store.log.note("reserve") == "M"
    exchange(office, laptop)
    assert office.john.ticket(waiting).number == number
    assert_same(office, laptop)
    laptop.close()


def test_a_reserve_is_taken_by_the_first_copy(office: ADesk) -> None:
    office.ada.store.log.keep_note("hub", "folder:/somewhere")
    office.ada.store.log.take_codes("", "H")
    copy = another_replica(office, "copy.desk")
    again = another_replica(copy, "again.desk")
    assert (copy.ada.store.log.code(), again.ada.store.log.code()) == ("H", None)
    copy.close()
    again.close()
