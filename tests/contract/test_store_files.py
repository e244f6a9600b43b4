"""Desk files: made, opened, copied, restored; and every kind of file that is no good."""

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from desktop_desk import bootstrap
from desktop_desk.domain.errors import AccessDenied, Invalid, StorageUnavailable
from desktop_desk.storage import files
from desktop_desk.storage import sqlite as database_module
from desktop_desk.storage.store import Store
from tests.builders import PASSWORD, ADesk, a_desk, a_ticket, kens_ticket, opened, texts
from tests.fakes import CountingIds, FixedClock, PlainPasswords

ROOT = Path(__file__).resolve().parent.parent.parent


def refused(path: Path) -> StorageUnavailable:
    """What opening this file says."""
    with pytest.raises(StorageUnavailable) as caught:
        bootstrap.open_desk(path).close()
    assert str(path) in caught.value.reason
    assert caught.value.advice
    return caught.value


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def store_of(office: ADesk) -> Store:
    store = office.ada.store
    assert isinstance(store, Store)
    return store


# ── making ───────────────────────────────────────────────────────────────────────────────────────────────────────


def make(path: Path, **more: Any) -> None:
    given: dict[str, Any] = {
        "name": "Desk", "admin_login": "ada", "admin_name": "Ada", "admin_password": PASSWORD,
        "clock": FixedClock(), "new_id": CountingIds(), "passwords": PlainPasswords(),
    }  # fmt: skip
    bootstrap.create_desk(path, **given | more).close()


def test_a_desk_is_never_made_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Ken")
    with pytest.raises(Invalid, match="already a file"):
        make(path)
    assert path.read_text() == "Dear Ken"


def test_a_desk_is_not_made_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no folder"):
        make(tmp_path / "nowhere" / "front.desk")


@pytest.mark.parametrize(
    "bad",
    [
        {"admin_password": "short"},
        {"name": "  "},
        {"admin_name": ""},
        {"admin_login": "two words"},
        {"admin_login": ""},
        {"zone": "Mars/Olympus"},
        {"country": "XX", "zone": "UTC"},
    ],
)
def test_a_desk_that_cannot_be_founded_leaves_no_file(tmp_path: Path, bad: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        make(tmp_path / "front.desk", **bad)
    assert caught.value.reason
    assert list(tmp_path.iterdir()) == []


def test_a_new_desk_has_what_osticket_ships_without_its_slips(office: ADesk) -> None:
    directory = office.ada.directory()
    assert [status.name for status in directory.statuses] == ["open", "waiting", "resolved", "closed"]
    limited = directory.role("Limited Access")
    assert limited is not None
    assert "ticket.reply" in limited.permissions
    assert len(directory.topics) == 4


# ── files that are no good ───────────────────────────────────────────────────────────────────────────────────────


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "front.desk").kind == "missing"
    assert refused(tmp_path).kind == "missing"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"Dear Ken,\n" * 500, b"\x00" * 8192, b"SQLite format 3\x00", b"SQLite format 3\x00" + bytes(8000)],
    ids=["empty", "text", "zeros", "only the beginning", "a broken head"],
)
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "front.desk"
    path.write_bytes(content)
    assert refused(path).kind in {"not_a_desk", "damaged"}
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_a_database_of_another_program_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE meta (key TEXT, value TEXT)")
        connection.execute("INSERT INTO meta VALUES ('format', '1')")
    connection.close()
    before = digest(path)
    assert refused(path).kind == "not_a_desk"
    assert digest(path) == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_desk_of_a_newer_version_is_not_touched(office: ADesk) -> None:
    store = store_of(office)
    with store.writing():
        store.database.run("UPDATE meta SET value = '99' WHERE key = 'format'")
    office.front.close()
    before = digest(office.path)
    error = refused(office.path)
    assert error.kind == "newer"
    assert "Update" in error.advice
    assert digest(office.path) == before


def damage(path: Path, share: float) -> None:
    """Overwrite pages somewhere in a file."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(int(size * share) // 4096 * 4096)
        file.write(os.urandom(4096 * 3))


def what_is_said(office: ADesk) -> tuple[set[str], tuple[str, ...]]:
    """What opening a spoilt desk, checking it and keeping a backup of it say: kinds of errors, and problems."""
    kinds: set[str] = set()
    problems: tuple[str, ...] = ()
    try:
        office.restart()
        problems = office.ada.check().problems
        office.ada.backup(office.path.with_name("kept.desk"))
    except StorageUnavailable as error:
        kinds.add(error.kind)
    return kinds, problems


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.9])
def test_a_file_damaged_in_its_middle_is_found_and_never_written_on(office: ADesk, share: float) -> None:
    for n in range(30):
        kens_ticket(office.john, f"Ticket {n}", details="x" * 3000)
    office.front.close()
    damage(office.path, share)
    kinds, problems = what_is_said(office)
    assert kinds <= {"damaged", "not_a_desk"}
    assert kinds or problems
    with pytest.raises(StorageUnavailable):
        bootstrap.restore_desk(office.path, office.path.with_name("restored.desk"))
    assert not office.path.with_name("restored.desk").exists()


def test_a_file_cut_short_is_found(office: ADesk) -> None:
    for n in range(20):
        kens_ticket(office.john, f"Ticket {n}", details="x" * 3000)
    office.front.close()
    with office.path.open("r+b") as file:
        file.truncate(office.path.stat().st_size * 2 // 3)
    kinds, problems = what_is_said(office)
    assert kinds == {"damaged"} or problems


@pytest.fixture
def anybodys_folder() -> Iterator[Path]:
    """A folder that also somebody with few rights may enter."""
    folder = Path(tempfile.mkdtemp(prefix="dd-anybody-", dir=tempfile.gettempdir()))
    folder.chmod(0o777)
    yield folder
    folder.chmod(0o777)
    shutil.rmtree(folder)


def as_somebody_else(work: Callable[[], object]) -> str:
    """Do something as a user who is not root, to whom nothing is forbidden; gives its outcome or its error."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            said = str(work())
        except StorageUnavailable as error:
            said = error.kind
        except BaseException as error:  # noqa: BLE001  a test that went on twice would be worse
            said = repr(error)
        os.write(write, said.encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said


@pytest.mark.skipif(os.name != "posix", reason="other rights")
@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o777), (0o444, 0o555), (0o666, 0o555)])
def test_a_desk_that_may_only_be_read(anybodys_folder: Path, file: int, folder: int) -> None:
    office = a_desk(anybodys_folder)
    office.close()
    office.path.chmod(file)
    anybodys_folder.chmod(folder)
    before = digest(office.path)
    assert as_somebody_else(lambda: bootstrap.open_desk(office.path)) == "read_only"
    assert digest(office.path) == before


@pytest.mark.skipif(os.name != "posix", reason="other rights")
def test_a_backup_on_a_medium_that_may_only_be_read_restores(anybodys_folder: Path) -> None:
    medium, home = anybodys_folder / "medium", anybodys_folder / "home"
    for folder in (medium, home):
        folder.mkdir()
        folder.chmod(0o777)
    office = a_desk(anybodys_folder)
    a_ticket(office.john)
    facts = office.ada.backup(medium / "kept.desk")
    office.close()
    (medium / "kept.desk").chmod(0o444)
    medium.chmod(0o555)
    assert as_somebody_else(
        lambda: bootstrap.restore_desk(medium / "kept.desk", home / "front.desk", new_id=CountingIds(77))
    ) == str(facts)
    assert [path.name for path in medium.iterdir()] == ["kept.desk"]
    medium.chmod(0o777)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits a minute for a lock in a test."""
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(database_module, "TRIES", 2)


HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA locking_mode = " + sys.argv[2])
connection.execute("BEGIN " + sys.argv[3])
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(path: Path, mode: str, kind: str) -> Generator[None]:
    """Another process holds the file; within one process its locks would be ours."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path), mode, kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        yield
        process.stdin.close()


def test_a_desk_that_another_program_holds_for_long(impatient: None, tmp_path: Path) -> None:
    office = a_desk(tmp_path)
    number = a_ticket(office.john)
    with held(office.path, "NORMAL", "IMMEDIATE"):
        with pytest.raises(StorageUnavailable) as caught:
            office.john.note(number, "typed for long")
        assert caught.value.kind == "locked"
        assert "nothing was lost" in caught.value.advice
        assert texts(office.john.ticket(number)) == []
    office.john.note(number, "typed for long")
    assert texts(office.john.ticket(number)) == ["typed for long"]
    office.close()


def test_a_desk_that_another_program_keeps_to_itself_cannot_be_opened(
    impatient: None, tmp_path: Path
) -> None:
    office = a_desk(tmp_path)
    office.close()
    with held(office.path, "EXCLUSIVE", "EXCLUSIVE"):
        assert refused(office.path).kind == "locked"
    opened(office.path, office.clock).close()


def test_a_full_disk_says_so_and_loses_nothing(office: ADesk) -> None:
    number = kens_ticket(office.john)
    store = store_of(office)
    pages = store.database.value("PRAGMA page_count")
    store.database.run(f"PRAGMA max_page_count = {pages + 10}")
    facts = office.ada.check().facts
    for _try in range(3):
        with pytest.raises(StorageUnavailable) as caught:
            office.john.reply(number, "a long answer " * 20_000)
        assert caught.value.kind == "full"
        assert "nothing was lost" in caught.value.advice
    found = office.ada.check()
    assert (found.facts, found.ok) == (facts, True)
    store.database.run("PRAGMA max_page_count = 1000000")
    office.john.reply(number, "a long answer " * 20_000)
    assert office.ada.check(rebuild=True).ok
    assert len(office.john.search("answer")) == 1


@pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="a file is taken away under SQLite by Linux' list"
)
def test_a_disk_that_fails_in_the_middle_of_reading_is_told_in_a_sentence(office: ADesk) -> None:
    office.close()
    database = files.open_database(office.path)
    with pytest.raises(StorageUnavailable) as told:
        lose_in_the_middle_of_reading(database)
    database.close_thread()
    assert told.value.kind == "failed"


def lose_in_the_middle_of_reading(database: database_module.SqliteDatabase) -> None:
    handles = [int(link.name) for link in Path("/proc/self/fd").iterdir() if leads_to(link, database.path)]
    unreadable = os.open("/", os.O_RDONLY)
    try:
        with database.reading():
            database.rows("SELECT 1 FROM meta")
            for handle in handles:
                os.dup2(unreadable, handle)
            database.rows("SELECT fields FROM fact")
    finally:
        os.close(unreadable)


def leads_to(link: Path, path: Path) -> bool:
    try:
        return link.readlink() == path
    except FileNotFoundError:
        return False  # it was the handle by which the list itself was read


# ── killed ───────────────────────────────────────────────────────────────────────────────────────────────────────

WRITER = """
import os, signal, sys
from desktop_desk import bootstrap
from tests.fakes import PlainPasswords
front = bootstrap.open_desk(sys.argv[1], passwords=PlainPasswords())
desk = front.log_in(sys.argv[2], "a good sentence")
for n in range(int(sys.argv[4])):
    desk.note(sys.argv[3], f"{sys.argv[2]} {os.getpid()} {n}")
    print(n, flush=True)
if "die" in sys.argv: os.kill(os.getpid(), signal.SIGKILL)
front.close()
"""


def writer(office: ADesk, login: str, number: str, times: int, *more: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(office.path), login, number, str(times), *more],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="no such signal")
def test_what_was_acknowledged_before_a_kill_is_there_after_it(office: ADesk) -> None:
    number = a_ticket(office.john)
    with writer(office, "jane", number, 10, "die") as process:
        said, _errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert len(said.split()) == 10
    assert len(texts(office.john.ticket(number))) == 10
    assert office.ada.check(rebuild=True).ok


def test_processes_that_write_at_once_lose_nothing_and_are_never_told_of_locks(office: ADesk) -> None:
    number = a_ticket(office.john)
    processes = [writer(office, login, number, 25) for login in ("john", "jane", "ada", "john")]
    mine = [office.john.note(number, f"here {n}") for n in range(10)]
    for process in processes:
        with process:
            said, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert said.split() == [str(n) for n in range(25)]
    found = texts(office.john.ticket(number))
    assert len(found) == len(set(found)) == 110
    assert len({done.act for done in mine}) == 10
    check = office.ada.check(rebuild=True)
    assert check.problems == ()


def test_numbers_given_by_several_processes_at_once_are_all_different(office: ADesk) -> None:
    code = WRITER.replace('desk.note(sys.argv[3], f"{sys.argv[2]} {os.getpid()} {n}")', "done = LOG").replace(
        "print(n, flush=True)", "print(done.number, flush=True)"
    )
    code = code.replace("LOG", 'desk.log_call(CallDraft("VPN"))').replace(
        "import os", "from desktop_desk.desk.views import CallDraft\nimport os", 1
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(office.path), "john", "-", "10"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        )
        for _n in range(3)
    ]  # fmt: skip
    numbers: list[str] = []
    for process in processes:
        with process:
            said, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        numbers += said.split()
    assert len(numbers) == len(set(numbers)) == 30
    assert office.john.counters().total == 30


# ── copies ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_backup_is_a_desk_with_all_that_there_was(office: ADesk, tmp_path: Path) -> None:
    number = kens_ticket(office.john)
    kept = tmp_path / "kept.desk"
    facts = office.ada.backup(kept)
    office.john.note(number, "after the backup")
    assert facts == office.ada.check().facts - 1
    front = opened(kept, office.clock)
    john = front.log_in("john", PASSWORD)
    assert texts(john.ticket(number)) == []
    assert john.check().ok
    front.close()
    assert sorted(path.name for path in tmp_path.iterdir() if "kept" in path.name) == ["kept.desk"]


def test_a_backup_while_others_write_is_whole(office: ADesk, tmp_path: Path) -> None:
    number = a_ticket(office.john)
    with writer(office, "jane", number, 30) as process:
        for n in range(5):
            kept = tmp_path / f"kept{n}.desk"
            office.ada.backup(kept)
            front = opened(kept, office.clock)
            assert front.log_in("ada", PASSWORD).check(rebuild=True).problems == ()
            front.close()
        process.communicate(timeout=60)
    assert len(texts(office.john.ticket(number))) == 30


@pytest.mark.parametrize("target", ["front.desk", "none/kept.desk"])
def test_a_backup_never_takes_the_place_of_a_file(office: ADesk, target: str) -> None:
    before = digest(office.path)
    with pytest.raises(Invalid):
        office.ada.backup(office.path.parent / target)
    assert digest(office.path) == before


def test_a_backup_that_fails_takes_no_keys_of_another_desk_away(
    office: ADesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    keys = tmp_path / "away.desk.keys"
    keys.write_text("the keys of a desk that lies elsewhere just now", encoding="utf-8")
    monkeypatch.setattr("desktop_desk.storage.files.settle", fail)
    with pytest.raises(StorageUnavailable):
        office.ada.backup(tmp_path / "away.desk")
    assert keys.exists()


def test_a_backup_that_fails_leaves_nothing_behind(
    office: ADesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError("the stick was pulled out")

    monkeypatch.setattr("desktop_desk.storage.files.settle", fail)
    with pytest.raises(StorageUnavailable, match="failed to read or write"):
        office.ada.backup(tmp_path / "kept.desk")
    assert not [path for path in tmp_path.iterdir() if "kept" in path.name]


def restored(office: ADesk, name: str = "restored.desk") -> ADesk:
    kept = office.path.with_name("kept.desk")
    kept.unlink(missing_ok=True)
    office.ada.backup(kept)
    target = office.path.with_name(name)
    bootstrap.restore_desk(kept, target, new_id=CountingIds(hash(name) % 900 + 50))
    return ADesk(target, office.clock, opened(target, office.clock))


def test_restoring_brings_back_the_same_facts_and_leaves_the_backup_as_it_is(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.john.reply(number, "hello")
    kept, target = office.path.with_name("kept.desk"), office.path.with_name("new.desk")
    office.ada.backup(kept)
    before = digest(kept)
    bootstrap.restore_desk(kept, target)
    assert digest(kept) == before
    again = ADesk(target, office.clock, opened(target, office.clock))
    assert again.ada.check(rebuild=True).problems == ()
    assert again.ada.check().digest == office.ada.check().digest
    assert texts(again.john.ticket(number)) == ["hello"]
    again.close()


def test_a_restored_desk_gives_no_number_that_the_old_one_gave(office: ADesk) -> None:
    a_ticket(office.john)
    again = restored(office)
    ours = {a_ticket(office.john, f"here {n}") for n in range(5)}
    theirs = {a_ticket(again.john, f"there {n}") for n in range(5)}
    assert not ours & theirs
    assert all(number[0].isalpha() for number in theirs)
    third = restored(again, "third.desk")
    assert a_ticket(third.john)[0] != min(theirs)[0]
    for desk in (again, third):
        assert desk.ada.check(rebuild=True).problems == ()
        desk.close()


def test_a_restored_desk_undoes_and_settles_what_the_old_one_did(office: ADesk) -> None:
    number = a_ticket(office.john)
    stale = office.jane.ticket(number).position
    office.john.set_priority(number, "A")
    office.jane.set_priority(number, "D", seen=stale)
    again = restored(office)
    assert [conflict.field for conflict in again.john.ticket(number).conflicts] == ["priority"]
    again.john.settle(number, "priority", "A")
    assert again.john.ticket(number).conflicts == ()
    form = again.john.ticket(number).position
    again.jane.edit(number, subject="Jane's")
    again.john.edit(number, subject="John's", seen=form)
    assert [conflict.field for conflict in again.john.ticket(number).conflicts] == ["subject"]
    again.john.undo()
    again.john.undo()
    again.john.undo()
    assert again.ada.check(rebuild=True).problems == ()
    again.close()


@pytest.mark.parametrize("what", ["missing", "text", "foreign"])
def test_what_is_no_backup_restores_to_nothing(tmp_path: Path, what: str) -> None:
    path, target = tmp_path / "kept.desk", tmp_path / "new.desk"
    if what == "text":
        path.write_text("Dear Ken")
    elif what == "foreign":
        sqlite3.connect(path).execute("CREATE TABLE t (x)").connection.close()
    with pytest.raises(StorageUnavailable):
        bootstrap.restore_desk(path, target)
    assert not target.exists()


# ── login through several doors ──────────────────────────────────────────────────────────────────────────────────


def test_failed_tries_are_counted_over_all_programs(office: ADesk) -> None:
    doors: list[Callable[[str, str], object]] = [
        office.front.log_in, office.another_window().log_in, office.another_window().log_in,
    ]  # fmt: skip
    for n in range(5):
        with pytest.raises(AccessDenied):
            doors[n % 3]("john", "wrong")
    for door in doors:
        with pytest.raises(AccessDenied):
            door("john", PASSWORD)


def test_a_read_that_fails_while_the_index_of_texts_is_opened_is_told_in_a_sentence(tmp_path: Path) -> None:
    database = database_module.SqliteDatabase(tmp_path / "front.desk")
    with pytest.raises(StorageUnavailable) as told, database.translated():
        raise database_module.DatabaseError("vtable constructor failed: words_0")
    assert told.value.kind == "failed"
