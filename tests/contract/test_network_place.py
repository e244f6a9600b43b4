"""A desk on a network or cloud folder: refused before SQLite has seen it; for experts on locks that hold."""

import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_desk import bootstrap, upkeep
from desktop_desk.desk.desk import Desk
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.storage import files, lock_probe, network
from desktop_desk.storage.network import beside, footing_at
from desktop_desk.storage.places import Place
from desktop_desk.storage.sqlite import SqliteDatabase
from tests.builders import PASSWORD, ADesk, a_desk, a_ticket
from tests.fakes import CountingIds, FixedClock, PlainPasswords

SHARE = Place("network", "cifs", "cifs")


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the system calls a network folder; its locks are this machine's, and hold."""
    folder = tmp_path / "share"
    folder.mkdir()

    def place_of(path: Path) -> Place:
        return SHARE if folder in path.parents else Place("local", "ext4", "ext4")

    monkeypatch.setattr(network, "place_of", place_of)
    return folder


@pytest.fixture
def on_share(tmp_path: Path, share: Path) -> Path:
    """A desk that somebody copied there from his own disk."""
    office = a_desk(tmp_path)
    a_ticket(office.john)
    office.close()
    return Path(shutil.copy(office.path, share))


def opened(path: Path, *, on_network: bool = True) -> bootstrap.FrontDoor:
    return bootstrap.open_desk(
        path, clock=FixedClock(), new_id=CountingIds(700 + len(str(path))), passwords=PlainPasswords(),
        on_network=on_network,
    )  # fmt: skip


def test_a_desk_on_a_network_folder_is_refused_and_its_bytes_stay(on_share: Path, share: Path) -> None:
    before = on_share.read_bytes(), on_share.stat().st_atime_ns, sorted(share.iterdir())
    with pytest.raises(StorageUnavailable) as caught:
        opened(on_share, on_network=False)
    assert caught.value.kind == "network"
    assert "(cifs)" in caught.value.reason
    assert f"hub new folder:{share}/front.hub" in caught.value.advice
    assert "--on-network" in caught.value.advice
    assert (on_share.read_bytes(), before[1], sorted(share.iterdir())) == before


@pytest.mark.parametrize("make", [upkeep.restore, upkeep.look_at])
def test_a_backup_becomes_no_desk_there_and_leaves_none(
    tmp_path: Path, share: Path, make: Callable[..., int]
) -> None:
    office = a_desk(tmp_path)
    office.ada.backup(tmp_path / "kept.desk")
    office.close()
    with pytest.raises(StorageUnavailable) as caught:
        make(tmp_path / "kept.desk", share / "new.desk", office.clock)
    assert caught.value.kind == "network"
    assert list(share.iterdir()) == []


def test_a_desk_is_not_made_there_either(share: Path) -> None:
    with pytest.raises(StorageUnavailable) as caught:
        bootstrap.create_desk(
            share / "new.desk", name="x", admin_login="ada", admin_name="Ada", admin_password=PASSWORD
        )
    assert caught.value.kind == "network"
    assert list(share.iterdir()) == []


def test_a_desk_that_is_not_there_is_missing_wherever(share: Path) -> None:
    with pytest.raises(StorageUnavailable) as caught:
        opened(share / "none.desk")
    assert caught.value.kind == "missing"


def test_no_other_way_of_the_storage_opens_it(on_share: Path) -> None:
    with pytest.raises(StorageUnavailable) as caught:
        SqliteDatabase(on_share)
    assert caught.value.kind == "network"


@pytest.mark.parametrize("wanted", [True, False])
def test_a_cloud_folder_is_refused_whatever_the_expert_says(tmp_path: Path, wanted: bool) -> None:
    office = a_desk(tmp_path)
    office.close()
    (tmp_path / ".stfolder").mkdir()
    with pytest.raises(StorageUnavailable) as caught:
        opened(office.path, on_network=wanted)
    assert caught.value.kind == "network"
    assert ".stfolder" in caught.value.reason
    assert "--on-network" not in caught.value.advice


def test_the_override_changes_nothing_on_a_disk_of_this_machine(office: ADesk) -> None:
    front = opened(office.path)
    desk = front.log_in("ada", PASSWORD).store
    assert desk.database.value("PRAGMA journal_mode") == "wal"  # type: ignore[attr-defined]
    front.close()


def test_the_expert_gets_a_rollback_journal_and_nothing_in_shared_memory(on_share: Path, share: Path) -> None:
    assert on_share.read_bytes()[18:20] == b"\x02\x02", "it came as a file of WAL"
    front = opened(on_share)
    database = front.log_in("john", PASSWORD).store.database  # type: ignore[attr-defined]
    values = {
        name: database.value(f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "locking_mode")
    }
    assert values == {"journal_mode": "delete", "synchronous": 3, "locking_mode": "normal"}
    assert database.value("PRAGMA mmap_size", default=0) == 0
    number = a_ticket(front.log_in("john", PASSWORD), "On the share")
    assert sorted(path.name for path in share.iterdir()) == [".front.desk.here", "front.desk"]
    front.close()
    assert [path.name for path in share.iterdir()] == ["front.desk"]
    raw = sqlite3.connect(on_share)
    assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()
    again = opened(on_share)
    assert again.log_in("john", PASSWORD).ticket(number).subject == "On the share"
    again.close()


def test_a_new_desk_can_be_made_there_by_an_expert(share: Path) -> None:
    front = bootstrap.create_desk(
        share / "new.desk",
        name="x",
        admin_login="ada",
        admin_name="Ada",
        admin_password=PASSWORD,
        on_network=True,
    )
    a_ticket(front.log_in("ada", PASSWORD))
    front.close()
    assert (share / "new.desk").read_bytes()[18:20] == b"\x01\x01"


def test_a_desk_that_is_open_the_quick_way_elsewhere_is_left_alone(on_share: Path) -> None:
    Path(f"{on_share}-wal").write_bytes(b"somebody writes")
    with pytest.raises(StorageUnavailable) as caught:
        opened(on_share)
    assert caught.value.kind == "network"
    assert "another computer" in caught.value.reason


def test_others_work_is_seen_without_wal_as_well(on_share: Path) -> None:
    ours, theirs = opened(on_share), opened(on_share)
    john, jane = ours.log_in("john", PASSWORD), theirs.log_in("jane", PASSWORD)
    before = ours.data_version()
    number = a_ticket(jane, "Fire")
    assert ours.data_version() != before
    assert john.ticket(number).subject == "Fire"
    before = ours.data_version()
    john.note(number, "I am on it.")
    assert ours.data_version() == before, "one's own work is no news"
    ours.close()
    theirs.close()


def test_a_reader_waits_for_a_writer_and_is_told_nothing(on_share: Path) -> None:
    ours, theirs = opened(on_share), opened(on_share)
    jane = theirs.log_in("jane", PASSWORD)
    holder = sqlite3.connect(on_share, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    freed = threading.Timer(0.3, lambda: holder.execute("ROLLBACK"))
    freed.start()
    assert jane.counters().total == 1
    freed.join()
    holder.close()
    ours.close()
    theirs.close()


# ── Locks that do not hold ────────────────────────────────────────────────────────────────────────────────────────


def test_a_folder_whose_locks_stop_nobody_is_refused(on_share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def takes_anything(_handle: int) -> bool:
        return True

    monkeypatch.setattr(lock_probe, "take", takes_anything)
    with pytest.raises(StorageUnavailable) as caught:
        opened(on_share)
    assert caught.value.kind == "network"
    assert "second program" in caught.value.reason
    assert not beside(on_share).exists()


def test_a_folder_without_locks_is_refused(on_share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_handle: int) -> bool:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(lock_probe, "take", fails)
    with pytest.raises(StorageUnavailable) as caught:
        opened(on_share)
    assert "No locks available" in caught.value.reason


def test_a_probe_that_dies_is_no_proof(on_share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("true"))
    with pytest.raises(StorageUnavailable) as caught:
        opened(on_share)
    assert caught.value.kind == "network"


def count_without_a_lock(slot: str) -> None:
    """A computer whose lock does not reach this one: it counts, and nothing keeps others out."""
    for count in range(200):
        Path(slot).write_text(f"{count:019d}\n")
        time.sleep(0.1)


def test_whoever_counts_but_keeps_nobody_out_is_found(on_share: Path) -> None:
    folder = beside(on_share)
    folder.mkdir()
    slot = folder / "other.lock"
    slot.write_text("0")
    other = multiprocessing.get_context("fork").Process(target=count_without_a_lock, args=(str(slot),))
    other.start()
    try:
        with pytest.raises(StorageUnavailable) as caught:
            opened(on_share)
    finally:
        other.kill()
        other.join()
    assert "do not reach" in caught.value.reason
    assert slot.exists(), "it is still at work"


def test_a_slot_that_a_killed_program_left_is_swept_away(tmp_path: Path) -> None:
    left = tmp_path / "left.lock"
    left.write_text("0000000000000000007\n")
    assert lock_probe.unheld(tmp_path, patience=0.3) == []
    assert not left.exists()


def test_a_slot_that_is_held_by_another_process_is_well(tmp_path: Path) -> None:
    slot = tmp_path / "held.lock"
    slot.write_text("0")
    line = (
        "import os, sys; from desktop_desk.storage import lock_probe;"
        "print(lock_probe.take(os.open(sys.argv[1], os.O_RDWR)), flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", line, str(slot)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert lock_probe.unheld(tmp_path, patience=0.3) == []
        holder.communicate()
    assert slot.exists()


def log_for(desk: Desk, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        a_ticket(desk)


def test_a_program_that_others_took_for_dead_writes_no_more(share: Path, on_share: Path) -> None:
    front = opened(on_share)
    john = front.log_in("john", PASSWORD)
    (slot,) = beside(on_share).glob("*.lock")
    slot.unlink()
    with pytest.raises(StorageUnavailable) as caught:
        log_for(john, seconds=10)
    assert caught.value.kind == "network"
    assert "stood still" in caught.value.reason
    front.close()


def test_the_probe_leaves_the_locks_of_this_process_alone(on_share: Path) -> None:
    """A process that opens and closes a file by itself loses its locks on it: SQLite's must stay."""
    first = opened(on_share)
    desk = first.log_in("ada", PASSWORD)
    with desk.store.writing():
        second = footing_at(on_share, on_network=True)
        assert second is not None
        second.release()
        line = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
        other = subprocess.run(
            [sys.executable, "-c", line, str(on_share)], capture_output=True, text=True, check=False
        )
        assert "locked" in other.stderr
    first.close()


def test_the_path_of_a_hub_is_quoted_for_the_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "place_of", lambda _path: SHARE)
    with pytest.raises(StorageUnavailable) as caught:
        footing_at(tmp_path / "the office" / "front.desk", on_network=False)
    assert f"'folder:{tmp_path}/the office/front.hub'" in caught.value.advice
    assert os.sep in caught.value.reason


def test_an_encrypted_desk_is_turned_with_its_key_and_keeps_its_secret(share: Path) -> None:
    key, wrong = bytes(range(32)), bytes(32)
    path = share / "secret.desk"
    local = share.parent / "secret.desk"
    made = files.make_database(local, CountingIds(900), key=key)
    made.close_thread()
    shutil.copy(local, path)
    with pytest.raises(StorageUnavailable) as caught:
        files.open_database(path, on_network=True, key=wrong)
    assert caught.value.kind == "not_a_desk"
    assert path.read_bytes() == local.read_bytes()
    first = files.open_database(path, on_network=True, key=key)
    second = files.open_database(path, on_network=True, key=key)
    assert {first.value("PRAGMA journal_mode"), second.value("PRAGMA journal_mode")} == {"delete"}
    assert not Path(f"{path}-shm").exists()
    for database in (first, second):
        database.close_thread()
        assert database.footing is not None
        database.footing.release()
