"""A desk of the first format is brought up to date: all that was in it is in it, and it is never half of each."""

import lzma
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from desktop_desk import bootstrap, upkeep
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.storage import files, meta, migrations
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.migrations.shape import take_shape
from desktop_desk.storage.store import Store
from tests.command_line import ROOT

SAMPLE = ROOT / "tests" / "samples" / "format1.desk.xz"
"""Written by the last version of format 1: twelve made-up tickets, then a restore and a ticket as replica A."""

DIGEST = "876adbededfa13bfaee2869d1bb4cca88e9487d7f24c5a087f3771441734c02f"
FACTS, TICKETS = 202, 13


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "office" / "old.desk"
    path.parent.mkdir()
    path.write_bytes(lzma.decompress(SAMPLE.read_bytes()))
    return path


def store_at(path: Path) -> Store:
    """The file as it is, not brought up to date."""
    return Store(files.open_database(path), bootstrap.now_ms, RandomIds())


def test_all_that_was_in_it_is_in_it(old: Path) -> None:
    told: list[str] = []
    front = bootstrap.open_desk(old, told=told.append)
    desk = front.log_in("admin", "demo")
    found = desk.check()
    assert (found.digest, found.facts, found.tickets) == (DIGEST, FACTS, TICKETS)
    assert desk.check(rebuild=True).ok
    view = desk.ticket("A1001-5")
    assert view.subject == "Logged after the restore"
    assert [entry.text for entry in view.thread if entry.text] == ["A note after the restore"]
    assert view.state == "open", "its resolving was undone"
    desk.note("A1001-5", "Written by the new version")
    assert desk.check(rebuild=True).ok
    front.close()
    assert len(told) == 1
    assert "brought up to date" in told[0]


def test_the_backup_before_it_is_of_the_old_format_and_whole(old: Path) -> None:
    bootstrap.open_desk(old).close()
    (backup,) = upkeep.backups_of(old)
    assert (backup.format, backup.facts) == (meta.FORMAT, FACTS)
    store = store_at(backup.path)
    assert meta.format_of(store.database) == 1
    store.close_thread()


def test_the_backup_before_it_restores_to_a_desk_of_today(old: Path, tmp_path: Path) -> None:
    bootstrap.open_desk(old).close()
    (backup,) = upkeep.backups_of(old)
    again = tmp_path / "again.desk"
    assert bootstrap.restore_desk(backup.path, again) == FACTS
    front = bootstrap.open_desk(again)
    desk = front.log_in("admin", "demo")
    assert desk.ticket("A1001-5").subject == "Logged after the restore"
    assert desk.check(rebuild=True).ok
    front.close()


def test_a_desk_that_is_up_to_date_is_left_alone(old: Path) -> None:
    bootstrap.open_desk(old).close()
    before = upkeep.backups_of(old)
    told: list[str] = []
    bootstrap.open_desk(old, told=told.append).close()
    assert told == []
    assert upkeep.backups_of(old) == before


def test_what_its_logs_had_been_shown_is_noted(old: Path) -> None:
    bootstrap.open_desk(old).close()
    store = store_at(old)
    with store.reading():
        ((_replica, seq, context),) = store.database.rows("SELECT * FROM reach")
        first = store.log.entries(store.log.own, 0)[0]
    assert seq == first.fact.seq
    assert context == "{" + ",".join(f'"{uid}":{last}' for uid, last in first.fact.context.items()) + "}"
    store.close_thread()


def test_without_room_for_the_backup_the_desk_stays_as_it_is(old: Path, home: Path) -> None:
    (home / "state").mkdir(parents=True)
    (home / "state" / "backups").write_text("in the way")
    with pytest.raises(StorageUnavailable):
        bootstrap.open_desk(old)
    store = store_at(old)
    assert meta.format_of(store.database) == 1
    assert store.journal.count() == FACTS
    store.close_thread()


def test_tables_and_guards_are_those_of_a_new_desk(old: Path, tmp_path: Path) -> None:
    bootstrap.open_desk(old).close()
    new = tmp_path / "new.desk"
    files.make_database(new, RandomIds()).close_thread()

    def shape(path: Path) -> dict[str, str]:
        database = files.read_only(path)
        rows = database.rows("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        database.close_thread()
        return dict(rows)

    assert shape(old) == shape(new)


def test_a_projection_that_differs_is_made_again_from_the_facts(old: Path) -> None:
    store = store_at(old)
    with store.writing():
        for name in ("queue_tally", "contact"):
            store.database.run(f"DROP TABLE {name}")
            store.database.run(f"CREATE TABLE {name} (old TEXT)")
        store.database.run("CREATE INDEX gone ON fact (wall)")
    assert migrations.migrate(store)
    assert store.check(rebuild=False, progress=None)[3] == ()
    assert store.check(rebuild=True, progress=None)[3] == ()
    assert not store.database.rows("SELECT 1 FROM sqlite_master WHERE name = 'gone'")
    store.close_thread()


def test_a_table_of_the_log_gets_the_columns_it_lacks_and_keeps_its_rows(old: Path) -> None:
    bootstrap.open_desk(old).close()
    store = store_at(old)
    with store.writing():
        database = store.database
        database.run("DROP TRIGGER guard_redacted_insert")
        database.run("DROP TABLE redacted")
        database.run("CREATE TABLE redacted (arrival INTEGER NOT NULL PRIMARY KEY)")
        database.run("INSERT INTO redacted VALUES (7)")
        assert isinstance(database, files.SqliteDatabase)
        assert take_shape(database) is False
        (row,) = database.rows("SELECT * FROM redacted")
    assert row[0] == 7
    assert len(row) > 1
    store.close_thread()


def test_two_that_open_it_at_once_bring_it_up_to_date_once(old: Path) -> None:
    told: list[str] = []
    go = threading.Barrier(2)

    def open_it() -> None:
        go.wait()
        front = bootstrap.open_desk(old, told=told.append)
        front.close()

    threads = [threading.Thread(target=open_it) for _turn in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1
    store = store_at(old)
    assert store.check(rebuild=True, progress=None)[2:] == (DIGEST, ())
    store.close_thread()


KILLED = """
import os, signal, sys
from desktop_desk.storage import files, migrations
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.store import Store
from pathlib import Path

left = int(sys.argv[2])

def statement(_sql):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

store = Store(files.open_database(Path(sys.argv[1]), statement), lambda: 0, RandomIds())
migrations.migrate(store)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("at", [8, 40, 90, 150])
def test_killed_in_the_middle_it_is_the_old_desk_or_the_new_one(old: Path, at: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(old), str(at)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode in (-signal.SIGKILL, 0), done.stderr
    if at <= 90:
        assert done.returncode == -signal.SIGKILL, "the desk was up to date before so many statements"
    store = store_at(old)
    reached = meta.format_of(store.database)
    tables = {name for (name,) in store.database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert ("held" in tables) == (reached == meta.FORMAT)
    store.close_thread()
    front = bootstrap.open_desk(old)
    assert front.log_in("admin", "demo").check(rebuild=True).digest == DIGEST
    front.close()
