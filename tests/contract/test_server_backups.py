"""Backups of a desk on a server: desk files, made by one program of the office, and desks on servers made of them."""

import json
import platform
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_desk import bootstrap, config, encryption, upkeep
from desktop_desk.desk.views import Attachment
from desktop_desk.domain.errors import DeskError, Invalid, StorageUnavailable
from desktop_desk.storage import backups, server_backups, server_keeping, server_turns
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.key_pairs import WrappedKeys
from desktop_desk.storage.passwords import Argon2Passwords
from desktop_desk.storage.servers import is_free
from desktop_desk.storage.store import Store
from tests.builders import PASSWORD, a_desk, a_ticket
from tests.command_line import PASSWORD as OFFICE
from tests.command_line import CommandLine
from tests.engines import AnEngine, an_engine
from tests.fakes import PlainPasswords
from tests.postgres import postgres_address, shared_server


@pytest.fixture
def office(tmp_path: Path) -> Iterator[AnEngine]:
    desk = an_engine("postgresql", tmp_path)
    yield desk
    desk.close()


def address_of(office: AnEngine) -> str:
    told = store_of(office).database._options  # type: ignore[attr-defined]
    return f"postgresql://{told['user']}@/{told['dbname']}?host={told['host']}&port={told['port']}"


def store_of(office: AnEngine) -> Store:
    assert isinstance(office.store, Store)
    return office.store


def back_up(office: AnEngine, *, by_hand: bool = False) -> upkeep.Backup | None:
    return upkeep.back_up(office.store, address_of(office), office.clock, by_hand=by_hand)


def made(office: AnEngine) -> upkeep.Backup:
    backup = back_up(office, by_hand=True)
    assert backup is not None
    return backup


def digest_in(path: Path) -> str:
    front = bootstrap.open_desk(path, passwords=PlainPasswords())
    ada = front.log_in("ada", PASSWORD)
    found = ada.check(rebuild=True)
    front.close()
    assert found.problems == ()
    return found.digest


def found_office(address: str) -> None:
    """A desk with Ann, whose password is quickly looked at."""
    quick = Argon2Passwords(memory_kib=8, rounds=1)
    bootstrap.create_desk(
        address, name="Desk", admin_login="ann", admin_name="Ann", admin_password=OFFICE, passwords=quick
    ).close()


def hours_pass(office: AnEngine, hours: float) -> None:
    """The newest backup of the office is older now."""
    log = office.store.log
    told = json.loads(log.note(server_keeping.NOTE))
    log.keep_note(server_keeping.NOTE, json.dumps(told | {"at": told["at"] - int(hours * 3_600_000)}))


# ── made by themselves ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_backup_is_a_desk_file_with_everything_and_is_listed(office: AnEngine) -> None:
    number = a_ticket(office.john, "VPN down")
    office.john.reply(number, "See the plan.", attachments=[Attachment(b"a plan", "plan.txt")])
    backup = made(office)
    assert upkeep.backups_of(address_of(office)) == [backup]
    assert backup.facts == store_of(office).journal.count()
    assert backup.path.stat().st_mode & 0o077 == 0
    assert digest_in(backup.path) == office.ada.check().digest


def test_the_next_one_only_fetches_what_came_since(office: AnEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    a_ticket(office.john, "in the first")
    made(office)
    office.clock.passes(hours=5)
    number = a_ticket(office.john, "in the second")
    office.john.reply(number, "See the plan.", attachments=[Attachment(b"a plan", "plan.txt")])
    asked: list[int] = []
    entries = office.store.log.entries

    def counted(replica: str, after: int, count: int) -> object:
        found = entries(replica, after, count)  # type: ignore[arg-type]
        asked.append(len(found))
        return found

    monkeypatch.setattr(office.store.log, "entries", counted)
    second = made(office)
    assert 0 < sum(asked) < 10
    assert digest_in(second.path) == office.ada.check().digest


def test_after_a_purge_nothing_of_an_older_backup_is_used(office: AnEngine) -> None:
    number = a_ticket(office.john)
    office.john.note(number, "a secret in the note")
    first = made(office)
    (entry,) = [entry for entry in office.ada.ticket(number).thread if entry.text]
    office.ada.purge_entry(number, entry.uid)
    office.clock.passes(hours=1)
    second = made(office)
    assert b"a secret in the note" in first.path.read_bytes()
    assert b"a secret in the note" not in second.path.read_bytes()
    assert digest_in(second.path) == office.ada.check().digest


def test_an_older_backup_of_another_state_is_of_no_use_and_not_used(office: AnEngine, tmp_path: Path) -> None:
    a_ticket(office.john)
    first = made(office)
    other = an_engine("postgresql", tmp_path)
    a_ticket(other.john, "somebody else's")
    target = tmp_path / "kept.desk"
    store = store_of(other)
    server_backups.copy_from_server(store, target, other.clock, RandomIds(), since=first.path)
    assert digest_in(target) == other.ada.check().digest
    other.close()


def test_where_nothing_changed_none_is_made(office: AnEngine) -> None:
    made(office)
    office.clock.passes(hours=5)
    assert back_up(office, by_hand=True) is None
    hours_pass(office, 5)
    assert back_up(office) is None


def test_mail_that_waits_to_be_sent_is_in_it_and_held(office: AnEngine) -> None:
    columns = server_backups._COLUMNS
    zeros: dict[str, object] = dict.fromkeys(columns, 0)
    row = zeros | {
        "uid": b"1" * 16, "kind": "reply", "ticket": b"2" * 16, "act": "x:1", "replica": b"3" * 16,
        "problem": "", "recipient": "ken@sales.example",
    }  # fmt: skip
    database = store_of(office).database
    with database.writing():
        database.run(server_backups._POST, [row[name] for name in columns])
    front = bootstrap.open_desk(made(office).path, passwords=PlainPasswords())
    copy = front.log_in("ada", PASSWORD).store
    (waiting,) = copy.outbox.of_others(copy.log.own)
    assert waiting.recipient == "ken@sales.example"
    front.close()


# ── one program of the office ────────────────────────────────────────────────────────────────────────────────────


def test_one_program_of_the_office_makes_one_in_each_period(
    office: AnEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = config.Preferences().backup_hours
    assert back_up(office) is not None
    a_ticket(office.john)
    assert back_up(office) is None, "there is one of this period"
    hours_pass(office, hours + 0.1)
    monkeypatch.setattr("desktop_desk.safekeeping.machine_name", lambda: "another-computer")
    assert back_up(office) is None, "the computer that has the others comes first"
    hours_pass(office, 1)
    assert back_up(office) is not None, "it does not come any more"
    newest = server_keeping.newest_of_office(store_of(office))
    assert newest is not None
    assert newest.machine == "another-computer"


def test_who_comes_while_another_one_backs_up_leaves_it_to_him(office: AnEngine) -> None:
    other = office.another_window().log_in("john", PASSWORD).store
    assert isinstance(other, Store)
    with server_turns.turn(other.database, server_turns.BACKUP) as mine:
        assert mine
        assert back_up(office, by_hand=True) is None
    assert back_up(office, by_hand=True) is not None


def test_many_that_come_at_once_make_one(office: AnEngine) -> None:
    fronts = [office.another_window() for _window in range(4)]
    found: list[object] = []
    go = threading.Barrier(4)

    def make(index: int) -> None:
        store = fronts[index].log_in("john", PASSWORD).store
        go.wait()
        found.append(upkeep.back_up(store, address_of(office), office.clock))
        fronts[index].close_thread()

    threads = [threading.Thread(target=make, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(backup is not None for backup in found) == 1
    assert len(upkeep.backups_of(address_of(office))) == 1


def test_one_that_was_broken_off_counts_as_none_and_leaves_nothing(office: AnEngine) -> None:
    address = address_of(office)
    assert upkeep.back_up(office.store, address, office.clock, go_on=lambda: False) is None
    folder = upkeep.folder_for(address)
    assert [path.name for path in folder.iterdir()] == [backups.LOCK]
    assert back_up(office) is not None


def test_one_that_failed_counts_as_none(office: AnEngine) -> None:
    folder = upkeep.folder_for(address_of(office))
    folder.parent.mkdir(parents=True)
    folder.write_text("in the way")
    with pytest.raises(StorageUnavailable):
        back_up(office)
    assert server_keeping.newest_of_office(store_of(office)) is None
    folder.unlink()
    assert back_up(office) is not None


def test_where_the_newest_is_on_another_computer_that_is_told(
    office: AnEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    address = address_of(office)
    made(office)
    assert upkeep.newest_elsewhere(office.store, address) is None
    monkeypatch.setattr("desktop_desk.safekeeping.machine_name", lambda: "another-computer")
    chosen = config.Preferences(backups=str(tmp_path / "elsewhere"))
    config.write_preferences(config.places().preferences, chosen)
    told = upkeep.newest_elsewhere(office.store, address)
    assert told is not None
    assert told[1] == platform.node()


def test_the_folder_is_the_same_whoever_connects(office: AnEngine) -> None:
    plain = upkeep.folder_for("postgresql://ken@server/desk")
    assert plain == upkeep.folder_for("postgresql://jane:word@server:5432/desk?connect_timeout=3")
    assert plain != upkeep.folder_for("postgresql://ken@server/other")
    assert "word" not in str(upkeep.folder_for("postgresql://jane:word@server/desk"))


# ── looked into, restored ────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_looked_into_and_restored_as_a_file_like_any_other(office: AnEngine, tmp_path: Path) -> None:
    number = a_ticket(office.john, "VPN down")
    backup = made(office)
    look = upkeep.look_inside(office.store, backup, office.clock)
    front = bootstrap.open_desk(look, passwords=PlainPasswords())
    assert front.look == backup.at
    assert front.log_in("ada", PASSWORD).ticket(number).subject == "VPN down"
    front.close()
    upkeep.leave(look)
    again = upkeep.restore_as(office.store, backup, tmp_path / "again.desk", office.clock)
    front = bootstrap.open_desk(again, passwords=PlainPasswords())
    assert a_ticket(front.log_in("john", PASSWORD)) not in {number, a_ticket(office.john)}
    front.close()


def test_a_backup_becomes_a_desk_in_an_empty_database(office: AnEngine) -> None:
    number = a_ticket(office.john, "VPN down")
    office.john.reply(number, "See the plan.", attachments=[Attachment(b"a plan", "plan.txt")])
    backup = made(office)
    address = postgres_address()
    assert upkeep.restore_to_server(backup.path, address, office.clock) == backup.facts
    front = bootstrap.open_desk(address, passwords=PlainPasswords())
    ada = front.log_in("ada", PASSWORD)
    assert ada.check().digest == office.ada.check().digest
    (file,) = [file for entry in ada.ticket(number).thread for file in entry.attachments]
    assert b"".join(ada.store.attachments.read(file.sha, file.size, file.name)) == b"a plan"
    assert a_ticket(front.log_in("john", PASSWORD)) != a_ticket(office.john)
    assert ada.check(rebuild=True).problems == ()
    front.close()


def test_a_desk_in_a_file_moves_to_a_server(tmp_path: Path) -> None:
    office = a_desk(tmp_path)
    number = a_ticket(office.john, "logged in the file")
    kept = tmp_path / "kept.desk"
    office.ada.backup(kept)
    address = postgres_address()
    upkeep.restore_to_server(kept, address, office.clock)
    front = bootstrap.open_desk(address, passwords=PlainPasswords())
    ada = front.log_in("ada", PASSWORD)
    assert ada.ticket(number).subject == "logged in the file"
    assert ada.check().digest == office.ada.check().digest
    front.close()


def test_an_encrypted_backup_is_restored_to_a_server_by_whoever_may_open_it(tmp_path: Path) -> None:
    path, kept = tmp_path / "front.desk", tmp_path / "kept.desk"
    quick = Argon2Passwords(memory_kib=8, rounds=1)
    front = bootstrap.create_desk(
        path, name="Desk", admin_login="ann", admin_name="Ann", admin_password=OFFICE, passwords=quick,
        keys=WrappedKeys(), recovery=bootstrap.new_recovery_code(),
    )  # fmt: skip
    ann = front.log_in("ann", OFFICE)
    ann.backup(kept)
    digest = ann.check().digest
    front.close()
    address = postgres_address()
    key = encryption.key_of(kept, "ann", OFFICE)
    upkeep.restore_to_server(kept, address, bootstrap.now_ms, key=key)
    front = bootstrap.open_desk(address)
    assert front.log_in("ann", OFFICE).check().digest == digest
    front.close()
    with pytest.raises(DeskError):
        encryption.key_of(kept, "ann", "wrong")


def test_where_there_is_a_desk_nothing_is_restored(office: AnEngine) -> None:
    backup = made(office)
    number = a_ticket(office.john, "logged since")
    with pytest.raises(Invalid, match="already a desk"):
        upkeep.restore_to_server(backup.path, address_of(office), office.clock)
    assert office.john.ticket(number).subject == "logged since"


def test_what_is_no_backup_leaves_the_database_empty(tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt.desk"
    spoilt.write_bytes(b"no desk at all" * 1000)
    address = postgres_address()
    with pytest.raises(StorageUnavailable):
        upkeep.restore_to_server(spoilt, address, bootstrap.now_ms)
    bootstrap.create_desk(
        address, name="Desk", admin_login="ada", admin_name="Ada", admin_password=PASSWORD
    ).close()


def test_by_command_a_desk_on_a_server_is_backed_up_listed_and_restored(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = shared_server()
    first, second, third = (server.network_address(server.new_database()) for _turn in range(3))
    commands = CommandLine(Path(first), capsys, monkeypatch)
    monkeypatch.setenv("DESKTOP_DESK", first)
    found_office(first)
    (backup,) = commands.json("backups", "--now", by="ann")
    restored = commands.json("restore", backup["path"], second, by="ann")
    assert restored == {"ok": True, "facts": backup["facts"]}
    again = commands.run("--as", "ann", "restore", backup["path"], second)
    assert again.code == 1
    assert "already a desk" in again.err
    assert server.password not in again.err
    monkeypatch.setenv("DESKTOP_DESK_PASSWORD", "wrong")
    assert commands.run("--as", "ann", "restore", backup["path"], third).code == 3
    assert is_free(third), "nothing is left of what was restored there"
