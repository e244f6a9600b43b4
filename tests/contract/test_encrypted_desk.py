"""An encrypted desk: who gets in, what its sidecar follows, and that no file tells anything."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_desk import bootstrap, encryption
from desktop_desk.desk.views import CallDraft, NewPerson
from desktop_desk.domain.errors import AccessDenied, Invalid, StorageUnavailable
from desktop_desk.storage.sidecar import Sidecar
from tests.encrypted import PASSWORDS, PLANTED, AnEncryptedDesk, open_files, opened, words_on_disk
from tests.fakes import MINUTE

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[AnEncryptedDesk]:
    made = AnEncryptedDesk(tmp_path / "front.desk")
    yield made
    made.close()


def ticket(desk: AnEncryptedDesk) -> str:
    number = desk.ada.log_call(CallDraft(f"{PLANTED} is down", new_caller=NewPerson(f"Ken {PLANTED}"))).number
    assert number is not None
    return number


def denied(desk: AnEncryptedDesk, login: str, password: str) -> AccessDenied:
    with pytest.raises(AccessDenied) as caught:
        desk.let_in(login, password)
    return caught.value


# ── who gets in ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_locked_desk_tells_nothing_before_a_log_in(desk: AnEncryptedDesk) -> None:
    front = desk.opened()
    assert front.locked
    assert front.encrypted
    assert front.settings.name == ""
    assert front.logins == ()
    assert front.data_version() == 0
    assert front.local_seal() is None
    front.close_thread()
    front.close()


def test_each_agent_gets_in_with_his_own_password(desk: AnEncryptedDesk) -> None:
    number = ticket(desk)
    for login in PASSWORDS:
        front = desk.opened()
        assert front.log_in(login.upper(), PASSWORDS[login]).ticket(number).subject == f"{PLANTED} is down"
        assert not front.locked
        assert front.settings.name == f"{PLANTED} desk"
        assert front.data_version() > 0
        front.close()


@pytest.mark.parametrize(
    ("login", "password"), [("ada", "wrong"), ("nobody", "wrong"), ("john", PASSWORDS["ada"]), ("", "")]
)
def test_a_wrong_password_and_an_unknown_login_are_answered_alike(
    desk: AnEncryptedDesk, login: str, password: str
) -> None:
    error = denied(desk, login, password)
    assert (error.reason, error.advice) == ("Access denied", "")


def test_five_failures_lock_the_login_in_every_window_and_longer_each_time(desk: AnEncryptedDesk) -> None:
    for _try in range(5):
        denied(desk, "john", "wrong")
    denied(desk, "john", PASSWORDS["john"])
    desk.let_in("jane")
    desk.clock.passes(minutes=2)
    denied(desk, "john", "wrong")
    desk.clock.passes(minutes=3)
    denied(desk, "john", PASSWORDS["john"])
    desk.clock.passes(minutes=1)
    desk.let_in("john")
    assert Sidecar(desk.path).read().tries == {}


def test_names_that_do_not_exist_are_locked_as_well(desk: AnEncryptedDesk) -> None:
    for _try in range(5):
        denied(desk, "nobody", "wrong")
    ((failed, until),) = Sidecar(desk.path).read().tries.values()
    assert (failed, until) == (5, desk.clock.now + 2 * MINUTE)


def test_tries_are_counted_though_several_programs_try_at_once(desk: AnEncryptedDesk) -> None:
    program = """
import sys
from pathlib import Path
from desktop_desk.domain.errors import AccessDenied
from tests.encrypted import opened
front = opened(Path(sys.argv[1]))
for n in range(10):
    try: front.log_in(f"somebody {sys.argv[2]} {n}", "wrong")
    except AccessDenied: pass
"""
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(desk.path), str(n)], cwd=ROOT) for n in range(3)
    ]
    for n in range(5):
        desk.ada.add_agent(f"new{n}", f"New {n}", "a new sentence")
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0]
    keys = Sidecar(desk.path).read()
    assert sum(failed for failed, _until in keys.tries.values()) == 30
    for n in range(5):
        desk.let_in(f"new{n}", "a new sentence")


# ── the sidecar follows the office ───────────────────────────────────────────────────────────────────────────────


def test_a_new_password_works_at_once_and_the_old_one_no_more(desk: AnEncryptedDesk) -> None:
    uid = desk.ada.directory().agent("john").uid  # type: ignore[union-attr]
    denied(desk, "john", "wrong")
    desk.ada.set_password(uid, "another sentence")
    denied(desk, "john", PASSWORDS["john"])
    desk.let_in("john", "another sentence")


def test_another_login_and_an_address_open_the_desk(desk: AnEncryptedDesk) -> None:
    uid = desk.ada.directory().agent("john").uid  # type: ignore[union-attr]
    desk.ada.edit_agent(uid, login="jack", email="Jack@Office.example")
    desk.let_in("jack", PASSWORDS["john"])
    desk.let_in("jack@office.example", PASSWORDS["john"])
    denied(desk, "john", PASSWORDS["john"])


def test_who_is_deactivated_is_out_and_comes_back_with_the_same_password(desk: AnEncryptedDesk) -> None:
    uid = desk.ada.directory().agent("john").uid  # type: ignore[union-attr]
    desk.ada.deactivate("agent", uid)
    assert uid not in Sidecar(desk.path).read().rings[0].seats
    denied(desk, "john", PASSWORDS["john"])
    desk.ada.activate("agent", uid)
    desk.let_in("john")


def test_who_takes_back_the_making_of_an_agent_takes_his_key(desk: AnEncryptedDesk) -> None:
    desk.ada.add_agent("tess", "Tess", "tess's sentence")
    desk.let_in("tess", "tess's sentence")
    desk.ada.undo()
    denied(desk, "tess", "tess's sentence")


def test_who_came_by_sync_is_enrolled_by_whoever_is_unlocked(desk: AnEncryptedDesk) -> None:
    before = desk.sidecar.read_bytes()
    desk.ada.add_agent("tess", "Tess", "tess's sentence")
    uid = desk.ada.directory().agent("john").uid  # type: ignore[union-attr]
    desk.ada.set_password(uid, "another sentence")
    # As on a laptop: its facts have come, its sidecar is of before.
    desk.sidecar.write_bytes(before)
    denied(desk, "tess", "tess's sentence")
    denied(desk, "john", "another sentence")
    desk.let_in("jane")
    desk.let_in("tess", "tess's sentence")
    desk.let_in("john", "another sentence")


def test_an_old_password_that_still_opens_the_sidecar_brings_it_up_to_date(desk: AnEncryptedDesk) -> None:
    before = desk.sidecar.read_bytes()
    uid = desk.ada.directory().agent("john").uid  # type: ignore[union-attr]
    desk.ada.set_password(uid, "another sentence")
    desk.sidecar.write_bytes(before)
    desk.let_in("john")
    desk.let_in("john", "another sentence")
    denied(desk, "john", PASSWORDS["john"])


def test_who_left_does_not_get_in_with_a_sidecar_of_before(desk: AnEncryptedDesk) -> None:
    before = desk.sidecar.read_bytes()
    desk.ada.deactivate("agent", "john")
    desk.sidecar.write_bytes(before)
    front = desk.opened()
    with pytest.raises(AccessDenied):
        front.log_in("john", PASSWORDS["john"])
    assert front.locked
    with pytest.raises(AccessDenied):
        front.log_in("john", PASSWORDS["john"])


def test_a_sidecar_that_cannot_be_written_is_told_and_mended_by_the_next_change(
    desk: AnEncryptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("desktop_desk.storage.sidecar.replace_durably", full)
        with pytest.raises(StorageUnavailable, match="It is saved, but the keys") as caught:
            desk.ada.add_agent("tess", "Tess", "tess's sentence")
        assert caught.value.kind == "full"
        desk.let_in("john")
    desk.ada.log_call(CallDraft("anything"))
    desk.let_in("tess", "tess's sentence")


# ── a sidecar that is not as it should be ────────────────────────────────────────────────────────────────────────


def test_without_its_sidecar_nobody_gets_in_and_is_told_what_to_do(desk: AnEncryptedDesk) -> None:
    desk.sidecar.unlink()
    error = denied(desk, "ada", PASSWORDS["ada"])
    assert "the keys of" in error.reason
    assert "recovery code" in error.advice


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_torn_sidecar_lets_nobody_in_and_is_told(desk: AnEncryptedDesk, share: float) -> None:
    whole = desk.sidecar.read_bytes()
    desk.sidecar.write_bytes(whole[: int(len(whole) * share)])
    error = denied(desk, "ada", PASSWORDS["ada"])
    assert "damaged" in error.reason
    assert "backup" in error.advice


def test_the_sidecar_of_another_desk_lets_nobody_in_and_is_told(
    desk: AnEncryptedDesk, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = AnEncryptedDesk(tmp_path / "other" / "front.desk")
    other.close()
    shutil.copy(other.sidecar, desk.sidecar)
    error = denied(desk, "ada", PASSWORDS["ada"])
    assert "does not belong to" in error.reason
    assert "recovery code" in error.advice


def test_a_sidecar_of_a_newer_version_says_so(desk: AnEncryptedDesk) -> None:
    table = json.loads(desk.sidecar.read_bytes())
    desk.sidecar.write_text(json.dumps(table | {"format": 2}))
    assert "newer" in denied(desk, "ada", PASSWORDS["ada"]).reason


def test_no_byte_of_the_sidecar_can_be_changed_to_let_somebody_in(desk: AnEncryptedDesk) -> None:
    desk.ada.deactivate("agent", "john")
    table = json.loads(desk.sidecar.read_bytes())
    agents = table["rings"][0]["agents"]
    john = desk.ada.directory().agent("john").uid  # type: ignore[union-attr]
    ada = desk.ada.directory().agent("ada").uid  # type: ignore[union-attr]
    pair = desk.ada.directory().agent("john")
    assert pair is not None
    agents[ada] |= {"public": pair.public_key, "wrapped": pair.wrapped_key}
    agents[john] = agents[ada]
    desk.sidecar.write_text(json.dumps(table))
    denied(desk, "ada", PASSWORDS["john"])
    denied(desk, "ada", PASSWORDS["ada"])
    desk.let_in("jane")
    desk.let_in("ada")


@pytest.mark.skipif(os.name != "posix", reason="other rights")
def test_desk_and_keys_are_for_their_owner_only_and_a_group_that_shares_them_stays(
    desk: AnEncryptedDesk,
) -> None:
    files = [desk.path, desk.sidecar]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    for path in files:
        path.chmod(0o660)
    desk.ada.add_agent("tess", "Tess", "tess's sentence")
    assert desk.sidecar.stat().st_mode & 0o777 == 0o660


def test_what_is_no_desk_is_still_no_desk(tmp_path: Path) -> None:
    for name, body in (("text.desk", b"Dear Ken " * 1000), ("page.desk", b"Dear Ken, " + bytes(4086))):
        (tmp_path / name).write_bytes(body)
        with pytest.raises(StorageUnavailable) as caught:
            bootstrap.open_desk(tmp_path / name)
        assert caught.value.kind == "not_a_desk"


# ── recovery ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("sidecar", ["there", "missing", "torn"])
def test_the_recovery_code_gives_an_administrator_a_new_password(desk: AnEncryptedDesk, sidecar: str) -> None:
    number = ticket(desk)
    if sidecar == "missing":
        desk.sidecar.unlink()
    elif sidecar == "torn":
        desk.sidecar.write_bytes(b'{"format"')
    front = desk.opened()
    found = front.recover(desk.code.lower(), "ada", "another sentence")
    assert found.ticket(number).subject == f"{PLANTED} is down"
    front.close()
    desk.let_in("ada", "another sentence")
    desk.let_in("john")
    denied(desk, "ada", PASSWORDS["ada"])


def test_a_code_opens_its_own_desk_only_and_for_administrators_only(
    desk: AnEncryptedDesk, tmp_path: Path
) -> None:
    front = desk.opened()
    with pytest.raises(AccessDenied, match="not the recovery code"):
        front.recover(bootstrap.new_recovery_code(), "ada", "another sentence")
    with pytest.raises(Invalid):
        front.recover(desk.code[:-1], "ada", "another sentence")
    with pytest.raises(Invalid):
        front.recover(desk.code, "ada", "short")
    for login in ("john", "nobody"):
        with pytest.raises(AccessDenied, match="no administrator"):
            front.recover(desk.code, login, "another sentence")
    assert front.locked
    desk.let_in("ada")


def test_a_desk_that_is_not_encrypted_has_no_recovery(tmp_path: Path) -> None:
    front = bootstrap.create_desk(
        tmp_path / "plain.desk",
        name="Plain",
        admin_login="ada",
        admin_name="Ada",
        admin_password="a good sentence",
    )
    with pytest.raises(AccessDenied, match="not encrypted"):
        front.recover(bootstrap.new_recovery_code(), "ada", "another sentence")
    front.close()


# ── nothing on the disk ──────────────────────────────────────────────────────────────────────────────────────────

WORDS = (PLANTED, "john's sentence", "Nebelhorn")


def test_no_file_of_a_desk_at_work_holds_a_word_of_it(desk: AnEncryptedDesk, tmp_path: Path) -> None:
    number = ticket(desk)
    for n in range(30):
        desk.ada.note(number, f"{PLANTED} {n} Nebelhorn " * 200)
    desk.ada.search("Nebelhorn")
    with desk.ada.store.reading():
        assert (tmp_path / "front.desk-wal").stat().st_size > 0
        assert words_on_disk(tmp_path, *WORDS) == []
    desk.close()
    assert words_on_disk(tmp_path, *WORDS) == []
    assert (tmp_path / "front.desk").stat().st_size > 100_000


def test_a_rolled_back_act_leaves_no_word_in_a_journal(desk: AnEncryptedDesk, tmp_path: Path) -> None:
    number = ticket(desk)

    def given_up() -> None:
        with desk.ada.store.writing():
            desk.ada.note(number, "Nebelhorn " * 200_000)
            assert words_on_disk(tmp_path, *WORDS) == []
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        given_up()
    assert words_on_disk(tmp_path, *WORDS) == []


def test_sorting_more_than_memory_holds_writes_nothing_into_the_temporary_folder(
    desk: AnEncryptedDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("SQLITE_TMPDIR", str(folder))
    database = desk.ada.store.database  # type: ignore[attr-defined]
    with desk.ada.store.reading():
        database.run("PRAGMA cache_size = -100")
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) "
        rows = database.run(
            numbers + f"SELECT '{PLANTED}' || i || hex(randomblob(50)) AS w FROM n ORDER BY w"
        )
        rows.fetchone()
        assert not [name for name in open_files() if str(folder) in name]
        assert words_on_disk(folder, *WORDS) == []


def test_a_backup_is_encrypted_and_opens_with_the_passwords_of_its_time(
    desk: AnEncryptedDesk, tmp_path: Path
) -> None:
    number = ticket(desk)
    (tmp_path / "backups").mkdir()
    kept = tmp_path / "backups" / "kept.desk"
    desk.ada.backup(kept)
    assert sorted(path.name for path in kept.parent.iterdir()) == ["kept.desk", "kept.desk.keys"]
    assert words_on_disk(kept.parent, *WORDS) == []
    front = opened(kept)
    assert front.log_in("john", PASSWORDS["john"]).ticket(number).subject == f"{PLANTED} is down"
    front.close()


def test_a_backup_that_fails_leaves_no_keys_behind(
    desk: AnEncryptedDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "desktop_desk.storage.files.settle", lambda _path: (_ for _ in ()).throw(OSError(5, "pulled out"))
    )
    with pytest.raises((OSError, StorageUnavailable)):
        desk.ada.backup(tmp_path / "kept.desk")
    assert not [path for path in tmp_path.iterdir() if "kept" in path.name]


def test_an_encrypted_backup_is_restored_as_an_encrypted_desk(desk: AnEncryptedDesk, tmp_path: Path) -> None:
    from desktop_desk import upkeep

    number = ticket(desk)
    kept, target, look = (tmp_path / f"{name}.desk" for name in ("kept", "restored", "look"))
    desk.ada.backup(kept)
    with pytest.raises(AccessDenied):
        encryption.key_of(kept, "ada", "wrong", clock=desk.clock)
    key = encryption.key_of(kept, "ada", PASSWORDS["ada"], clock=desk.clock)
    upkeep.restore(kept, target, desk.clock, key=key)
    upkeep.look_at(kept, look, desk.clock, key=key)
    assert words_on_disk(tmp_path, *WORDS) == []
    for path in (target, look):
        front = opened(path, desk.clock)
        john = front.log_in("john", PASSWORDS["john"])
        assert john.ticket(number).subject == f"{PLANTED} is down"
        assert john.check().ok
        front.close()
    assert encryption.key_of(target, "ada", PASSWORDS["ada"], clock=desk.clock) == key


def test_a_copied_encrypted_desk_becomes_a_replica_of_its_own_when_it_is_unlocked(
    desk: AnEncryptedDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKTOP_DESK_HOME", str(tmp_path / "home"))
    ticket(desk)
    desk.close()
    copy = tmp_path / "copy.desk"
    shutil.copy(desk.path, copy)
    shutil.copy(desk.sidecar, copy.with_name("copy.desk.keys"))
    front = opened(copy, desk.clock)
    number = front.log_in("john", PASSWORDS["john"]).log_call(CallDraft("there")).number
    assert number is not None
    assert number[0].isalpha()
    front.close()
    assert desk.let_in("john").log_call(CallDraft("here")).number == "1002-4"


def test_a_file_that_is_put_back_opens_with_the_password_of_now_and_then_with_that_of_its_time(
    desk: AnEncryptedDesk,
) -> None:
    desk.close()
    before = desk.path.read_bytes()
    desk.ada.set_password(desk.ada.actor.uid, "another sentence")
    desk.close()
    desk.path.write_bytes(before)
    desk.let_in("ada", "another sentence")
    desk.let_in("ada")
    denied(desk, "ada", "another sentence")
