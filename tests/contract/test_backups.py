"""Backups that are made by themselves, and what is done after a program that did not end in order."""

import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from desktop_desk import bootstrap, config, upkeep
from desktop_desk.domain.errors import DeskError, NotAllowed, StorageUnavailable
from desktop_desk.storage import backups, files, marks, mending
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.sidecar import Sidecar
from tests.builders import PASSWORD, ADesk, a_ticket, opened, store_of
from tests.command_line import ROOT
from tests.fakes import HOUR, FixedClock


def back_up(office: ADesk) -> upkeep.Backup | None:
    return upkeep.back_up(office.ada.store, office.path, office.clock)


def made(office: ADesk) -> upkeep.Backup:
    backup = back_up(office)
    assert backup is not None
    return backup


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders that keep no locks, as some of other computers."""
    if os.name != "posix":
        pytest.skip("locks of POSIX")
    import fcntl

    def refuse(_file: int, _way: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)


@pytest.mark.usefixtures("without_locks")
def test_where_a_folder_keeps_no_locks_that_is_told_and_not_taken_for_another_program(office: ADesk) -> None:
    with pytest.raises(StorageUnavailable) as caught:
        back_up(office)
    assert caught.value.kind == "failed"
    with pytest.raises(StorageUnavailable) as caught, Sidecar(office.path).held():
        pass
    assert caught.value.kind == "failed"


# ── by themselves ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_backup_has_all_that_there_is_and_is_listed(office: ADesk) -> None:
    a_ticket(office.john, "In the backup")
    backup = made(office)
    assert upkeep.backups_of(office.path) == [backup]
    assert backup.facts == store_of(office).journal.count()
    assert backup.at == office.clock()
    assert mending.is_sound(backup.path, office.clock, RandomIds())


def test_where_nothing_changed_none_is_made(office: ADesk) -> None:
    made(office)
    office.clock.passes(hours=5)
    assert back_up(office) is None
    a_ticket(office.john)
    assert back_up(office) is not None


def test_older_ones_are_thinned_out_and_other_files_are_left_alone(office: ADesk) -> None:
    for _turn in range(4):
        a_ticket(office.john)
        made(office)
        office.clock.passes(minutes=10)
    folder = upkeep.folder_for(office.path)
    (folder / "my own copy.desk").write_text("mine")
    (folder / ".front 2026.desk.part").write_text("of a backup that was interrupted")
    assert len(upkeep.backups_of(office.path)) == 1, "all in one hour"
    office.clock.passes(hours=1)
    a_ticket(office.john)
    made(office)
    assert len(upkeep.backups_of(office.path)) == 2
    assert (folder / "my own copy.desk").exists()
    assert not list(folder.glob("*.part"))


def test_backups_of_two_desks_of_one_name_do_not_meet(office: ADesk, tmp_path: Path) -> None:
    other = tmp_path / "other" / office.path.name
    other.parent.mkdir()
    assert upkeep.folder_for(other) != upkeep.folder_for(office.path)
    assert upkeep.folder_for(office.path.parent / "x" / ".." / office.path.name) == upkeep.folder_for(
        office.path
    )


def test_they_go_where_the_person_wants_them(office: ADesk, tmp_path: Path) -> None:
    chosen = config.Preferences(backups=str(tmp_path / "stick"))
    config.write_preferences(config.places().preferences, chosen)
    assert tmp_path / "stick" in made(office).path.parents


def test_a_folder_that_cannot_be_written_is_told_and_hurts_nothing(office: ADesk) -> None:
    folder = upkeep.folder_for(office.path)
    folder.parent.mkdir(parents=True)
    folder.write_text("in the way")
    with pytest.raises(StorageUnavailable) as caught:
        back_up(office)
    assert str(folder) in caught.value.reason
    a_ticket(office.john)


def test_one_that_is_not_sound_is_not_kept(office: ADesk, monkeypatch: pytest.MonkeyPatch) -> None:
    made(office)
    a_ticket(office.john)

    def unsound(path: Path, _key: bytes | None = None) -> int:
        raise StorageUnavailable("damaged", f"{path} is damaged.", "")

    monkeypatch.setattr(files, "sound_facts", unsound)
    with pytest.raises(StorageUnavailable):
        back_up(office)
    folder = upkeep.folder_for(office.path)
    assert len(list(folder.glob("*.desk*"))) == len(list(folder.glob(".*.part*"))) + 1 == 1


@pytest.mark.skipif(sys.platform == "win32", reason="the holder of the lock is written for POSIX")
def test_who_comes_while_another_one_backs_up_leaves_it_to_him(office: ADesk) -> None:
    folder = upkeep.folder_for(office.path)
    folder.mkdir(parents=True)
    holder = (
        "import fcntl, sys; file = open(sys.argv[1], 'ab'); fcntl.flock(file, fcntl.LOCK_EX);"
        "print('held', flush=True); input()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", holder, str(folder / backups.LOCK)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdout is not None
    other.stdout.readline()
    assert back_up(office) is None
    other.communicate(b"\n")
    assert back_up(office) is not None


# ── to look at, and to go on with ────────────────────────────────────────────────────────────────────────────────


def test_in_a_copy_to_look_at_everything_is_read_and_nothing_written(office: ADesk, tmp_path: Path) -> None:
    number = a_ticket(office.john, "Looked at")
    backup = made(office)
    copy = tmp_path / "look.desk"
    upkeep.look_at(backup.path, copy, office.clock)
    front = opened(copy, office.clock)
    assert front.look == backup.at
    john = front.log_in("john", PASSWORD)
    assert john.ticket(number).subject == "Looked at"
    assert john.check().ok
    for write in (
        lambda: john.note(number, "no"),
        john.undo,
        lambda: a_ticket(john),
        lambda: john.check(rebuild=True),
        lambda: front.log_in("ada", PASSWORD).add("department", name="no"),
    ):
        with pytest.raises(NotAllowed):
            write()
    with pytest.raises(DeskError, match="denied"):
        front.log_in("john", "wrong")
    assert john.mark_seen(number).act == ""
    assert upkeep.back_up(john.store, copy, office.clock) is None
    front.close()
    again = tmp_path / "again.desk"
    bootstrap.restore_desk(copy, again)
    front = opened(again, office.clock)
    assert front.look == 0
    a_ticket(front.log_in("john", PASSWORD))
    front.close()


def test_what_was_made_to_look_at_goes_when_it_is_left(office: ADesk) -> None:
    copy = upkeep.look_inside(office.ada.store, made(office), office.clock)
    assert copy.exists()
    upkeep.leave(copy)
    assert not copy.exists()
    upkeep.leave(office.path)
    assert office.path.exists()


# ── an end that was none ─────────────────────────────────────────────────────────────────────────────────────────


def begin(path: Path, told: list[str] | None = None) -> upkeep.Mark:
    mark = upkeep.begin(path, (told if told is not None else []).append, clock=FixedClock())
    assert mark is not None
    return mark


def leave_a_mark(path: Path) -> None:
    """As a program that was killed left one."""
    mark = marks.set_mark(config.places().state, path)
    told = json.loads(mark.path.read_text())
    mark.path.write_text(json.dumps(told | {"pid": 2**22 + 1}))


def spoil(path: Path) -> None:
    """Overwrite the middle of a file that nobody has open."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 3 // 4096 * 4096)
        file.write(b"\xa5" * (size // 3))


def test_a_program_that_ends_in_order_leaves_no_mark(office: ADesk) -> None:
    mark = begin(office.path)
    assert not mark.unclean
    upkeep.end(mark)
    assert not begin(office.path).unclean


def test_a_program_at_work_is_no_unclean_end(office: ADesk) -> None:
    begin(office.path)
    second = begin(office.path)
    assert (second.unclean, second.shared) == (False, True)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_program_leaves_a_mark_and_a_sound_desk_goes_on_without_a_word(office: ADesk) -> None:
    code = (
        "import os, sys; from pathlib import Path; from desktop_desk import upkeep;"
        "upkeep.begin(Path(sys.argv[1]), clock=lambda: 0); print('open', flush=True); input()"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", code, str(office.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert program.stdout is not None
    program.stdout.readline()
    program.send_signal(signal.SIGKILL)
    program.communicate()
    told: list[str] = []
    mark = begin(office.path, told)
    assert mark.unclean
    assert told == []
    upkeep.end(mark)
    assert not begin(office.path).unclean, "it was looked into"


def test_a_damaged_desk_is_set_aside_and_its_newest_sound_backup_takes_its_place(office: ADesk) -> None:
    number = a_ticket(office.john, "In the backup")
    made(office)
    office.clock.passes(hours=2)
    a_ticket(office.john, "In a backup that will not open")
    spoilt = made(office)
    a_ticket(office.john, "Only in the desk")
    office.close()
    spoil(spoilt.path)
    spoil(office.path)
    damaged = office.path.read_bytes()
    leave_a_mark(office.path)
    told: list[str] = []
    upkeep.end(begin(office.path, told))
    (said,) = told
    assert "was damaged" in said
    (aside,) = office.path.parent.glob("front damaged *.desk")
    assert aside.name in said
    assert aside.read_bytes() == damaged, "nothing was written to it"
    front = opened(office.path, office.clock)
    john = front.log_in("john", PASSWORD)
    assert john.ticket(number).subject == "In the backup"
    assert front.log_in("ada", PASSWORD).check(rebuild=True).ok
    new = a_ticket(john, "After it")
    assert new[0].isalpha(), "no number is given twice"
    front.close()


def test_a_desk_whose_beginning_is_gone_is_mended_too(office: ADesk) -> None:
    made(office)
    office.close()
    with office.path.open("r+b") as file:
        file.write(bytes(8192))
    leave_a_mark(office.path)
    told: list[str] = []
    upkeep.end(begin(office.path, told))
    assert len(told) == 1
    opened(office.path, office.clock).close()


def test_a_log_whose_end_was_changed_is_damage(office: ADesk) -> None:
    a_ticket(office.john)
    store = store_of(office)
    assert mending.damage(store, whole=True) == ()
    with store.writing(), store.database.purging():
        store.database.run("UPDATE fact SET wall = wall + 1 WHERE arrival = (SELECT MAX(arrival) FROM fact)")
    assert mending.damage(store, whole=False)


def test_counters_that_differ_are_damage(office: ADesk) -> None:
    a_ticket(office.john)
    store = store_of(office)
    with store.writing():
        store.database.run("UPDATE queue_tally SET n = n + 1")
    assert mending.damage(store, whole=True)


def test_without_a_sound_backup_the_damaged_desk_stays_where_it_is(office: ADesk) -> None:
    office.close()
    spoil(office.path)
    before = office.path.read_bytes()
    leave_a_mark(office.path)
    with pytest.raises(StorageUnavailable, match="damaged"):
        upkeep.begin(office.path, clock=office.clock)
    assert office.path.read_bytes() == before
    assert not list(office.path.parent.glob("*damaged*"))
    with pytest.raises(StorageUnavailable, match="damaged"):
        upkeep.begin(office.path, clock=office.clock)


def test_while_another_program_has_it_open_nothing_is_set_aside(office: ADesk) -> None:
    made(office)
    office.close()
    spoil(office.path)
    marks.set_mark(config.places().state, office.path)
    leave_a_mark(office.path)
    with pytest.raises(StorageUnavailable) as caught:
        upkeep.begin(office.path, clock=office.clock)
    assert "end it" in caught.value.advice
    assert not list(office.path.parent.glob("*damaged*"))


def test_a_damaged_desk_without_a_bad_end_is_refused_as_before(office: ADesk) -> None:
    made(office)
    office.close()
    with office.path.open("r+b") as file:
        file.write(bytes(8192))
    upkeep.end(begin(office.path))
    with pytest.raises(StorageUnavailable):
        opened(office.path, office.clock)


def test_mending_that_was_interrupted_is_finished(office: ADesk) -> None:
    office.close()
    fresh = office.path.with_name(f".{office.path.name}.mended")
    shutil.copy(office.path, fresh)
    mending.set_aside(office.path, office.clock())
    assert not office.path.exists()
    upkeep.end(begin(office.path))
    assert office.path.exists()
    assert not fresh.exists()


def test_what_is_set_aside_keeps_its_journals_and_never_takes_a_name(office: ADesk) -> None:
    office.close()
    for ending in ("-wal", "-shm"):
        Path(f"{office.path}{ending}").write_text(ending)
    first = mending.set_aside(office.path, office.clock())
    office.path.write_text("another")
    second = mending.set_aside(office.path, office.clock())
    assert first != second
    assert Path(f"{first}-wal").read_text() == "-wal"
    assert second.read_text() == "another"


def test_a_write_that_a_power_loss_cut_off_is_taken_back_when_the_desk_is_opened(
    office: ADesk, tmp_path: Path
) -> None:
    number = a_ticket(office.john, "Before it")
    office.close()
    with closing(sqlite3.connect(office.path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = delete")
        other.execute("PRAGMA cache_size = 2")
        other.execute("BEGIN")
        other.execute("CREATE TABLE half (text)")
        other.executemany("INSERT INTO half VALUES (?)", [("x" * 3000,)] * 200)
        left = tmp_path / "left" / "front.desk"
        left.parent.mkdir()
        for ending in ("", "-journal"):
            shutil.copy(f"{office.path}{ending}", f"{left}{ending}")
    assert Path(f"{left}-journal").stat().st_size > 0
    front = opened(left, office.clock)
    john = front.log_in("john", PASSWORD)
    assert john.ticket(number).subject == "Before it"
    assert john.check().ok
    front.close()
    with closing(sqlite3.connect(left)) as after:
        assert not after.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchall()


def test_a_large_desk_is_read_through_later(office: ADesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mending, "AT_ONCE", 1000)
    a_ticket(office.john)
    leave_a_mark(office.path)
    mark = begin(office.path)
    assert upkeep.needs_look(mark, office.path)
    assert upkeep.damage_told(office.ada.store, office.path) == ""
    upkeep.end(mark)
    assert not begin(office.path).unclean
    with store_of(office).writing():
        store_of(office).database.run("UPDATE queue_tally SET n = n + 1")
    assert "damaged" in upkeep.damage_told(office.ada.store, office.path)


def test_at_the_end_a_large_desk_waits_when_it_has_a_backup_of_today(
    office: ADesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mending, "AT_ONCE", 1000)
    a_ticket(office.john)
    assert upkeep.back_up_at_end(office.ada.store, office.path, office.clock) is not None
    office.clock.now += HOUR
    a_ticket(office.john)
    assert upkeep.back_up_at_end(office.ada.store, office.path, office.clock) is None
    office.clock.passes(days=2)
    assert upkeep.back_up_at_end(office.ada.store, office.path, office.clock) is not None
