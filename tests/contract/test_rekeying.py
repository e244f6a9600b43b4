"""Another key for a desk file: encrypted, decrypted, a new key; and ended at every step of it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from desktop_desk import bootstrap, encryption
from desktop_desk.desk.views import CallDraft
from desktop_desk.domain.errors import AccessDenied, Invalid, NotAllowed, StorageUnavailable
from desktop_desk.exchange import demo
from desktop_desk.storage import files, rekeying
from desktop_desk.storage.sidecar import Sidecar
from tests.encrypted import PASSWORDS, PLANTED, AnEncryptedDesk, cheap_keys, opened, words_on_disk
from tests.fakes import FixedClock, PlainPasswords

ADA = ("ada", PASSWORDS["ada"])
USUAL: Any = bootstrap.open_desk


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKTOP_DESK_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(rekeying, "WAIT_SECONDS", 0.1)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """What opens a desk for these commands makes the same cheap passwords as the tests."""

    def with_stand_ins(path: Path, **more: Any) -> Any:
        return USUAL(path, **{"passwords": PlainPasswords(), "keys": cheap_keys(), **more})

    monkeypatch.setattr(bootstrap, "open_desk", with_stand_ins)


@pytest.fixture
def encrypted(tmp_path: Path) -> Iterator[AnEncryptedDesk]:
    desk = AnEncryptedDesk(tmp_path / "front.desk")
    desk.ada.log_call(CallDraft(f"{PLANTED} is down"))
    desk.close()
    yield desk
    desk.close()


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "front.desk"
    front = bootstrap.create_desk(
        path, name=f"{PLANTED} desk", admin_login="ada", admin_name="Ada", admin_password=PASSWORDS["ada"],
        clock=FixedClock(), passwords=PlainPasswords(), keys=cheap_keys(),
    )  # fmt: skip
    ada = front.log_in(*ADA)
    ada.add_agent("john", "John", PASSWORDS["john"])
    ada.log_call(CallDraft(f"{PLANTED} is down"))
    front.close()
    return path


def subjects(path: Path, login: str = "ada", clock: FixedClock | None = None) -> list[str]:
    """What a desk holds, for somebody who logs in; it is whole, and goes on under the same numbers."""
    front = opened(path, clock)
    try:
        desk = front.log_in(login, PASSWORDS[login])
        assert login != "ada" or desk.check(rebuild=True).problems == ()
        number = desk.numbers()[0]
        assert number == "1001-9"
        return [desk.ticket(number).subject]
    finally:
        front.close()


def is_plain(path: Path) -> bool:
    return path.read_bytes()[:15] == b"SQLite format 3"


# ── done ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_encrypted_desk_holds_what_it_held_and_no_word_on_the_disk(plain: Path, tmp_path: Path) -> None:
    assert words_on_disk(tmp_path, PLANTED) == ["front.desk"]
    before = bootstrap.open_desk(plain)
    digest = before.log_in(*ADA).check().digest
    before.close()
    done = encryption.encrypt(plain, *ADA)
    assert words_on_disk(tmp_path, PLANTED) == []
    assert (done.without_keys, done.backups) == ((), ())
    assert subjects(plain) == subjects(plain, "john") == [f"{PLANTED} is down"]
    after = opened(plain)
    assert after.log_in(*ADA).check().digest == digest
    assert (
        after.log_in(*ADA).log_call(CallDraft("next")).number
        == "1002-8"[:5] + after.log_in(*ADA).numbers()[1][5:]
    )
    after.close()
    encryption.recover(plain, done.recovery, "ada", "another sentence")
    front = opened(plain)
    front.log_in("ada", "another sentence")
    front.close()


def test_the_plain_file_is_overwritten_though_somebody_else_still_has_a_hold_of_it(plain: Path) -> None:
    with plain.open("rb") as old:
        encryption.encrypt(plain, *ADA)
        assert set(old.read()) == {0}


def test_a_hard_link_that_somebody_made_as_a_backup_is_left_alone(plain: Path, tmp_path: Path) -> None:
    os.link(plain, tmp_path / "link.desk")
    encryption.encrypt(plain, *ADA)
    assert is_plain(tmp_path / "link.desk")
    assert not is_plain(plain)


def test_decrypting_gives_the_plain_desk_back(encrypted: AnEncryptedDesk) -> None:
    encryption.decrypt(encrypted.path, *ADA)
    assert is_plain(encrypted.path)
    assert not encrypted.sidecar.exists()
    assert subjects(encrypted.path) == [f"{PLANTED} is down"]
    encryption.encrypt(encrypted.path, *ADA)
    assert not is_plain(encrypted.path)
    assert subjects(encrypted.path, "john") == [f"{PLANTED} is down"]


def test_who_left_opens_nothing_after_a_new_key(encrypted: AnEncryptedDesk, tmp_path: Path) -> None:
    path, old = encrypted.path, tmp_path / "old.keys"
    shutil.copy(encrypted.sidecar, old)
    key = encryption.key_of(path, *ADA)
    front = opened(path)
    front.log_in(*ADA).deactivate("agent", "john")
    front.close()
    # He has kept the sidecar of before: it still holds the key.
    held = Sidecar(path)
    held.path.write_bytes(old.read_bytes())
    assert encryption.key_of(path, "john", PASSWORDS["john"]) == key
    done = encryption.rekey(path, *ADA)
    with pytest.raises(AccessDenied):
        encryption.key_of(path, "john", PASSWORDS["john"])
    held.path.replace(tmp_path / "new.keys")
    held.path.write_bytes(old.read_bytes())
    with pytest.raises(AccessDenied, match="does not belong"):
        encryption.key_of(path, "john", PASSWORDS["john"])
    with pytest.raises(StorageUnavailable):
        files.read_only(path, key)
    (tmp_path / "new.keys").replace(held.path)
    assert subjects(path) == subjects(path, "jane") == [f"{PLANTED} is down"]
    with pytest.raises(AccessDenied, match="not the recovery code"):
        encryption.recover(path, encrypted.code, "ada", "another sentence")
    encryption.recover(path, done.recovery, "ada", "another sentence")


def test_a_new_key_leaves_the_seal_of_drafts_as_it_is(encrypted: AnEncryptedDesk) -> None:
    def seal() -> Any:
        front = opened(encrypted.path)
        front.log_in(*ADA)
        made = front.local_seal()
        front.close()
        return made

    kept = seal().seal(b"typed", "draft")
    encryption.rekey(encrypted.path, *ADA)
    assert seal().unseal(kept, "draft") == b"typed"
    encryption.decrypt(encrypted.path, *ADA)
    assert seal().unseal(kept, "draft") == b"typed"


def test_agents_without_a_key_pair_are_named_and_get_in_after_a_new_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "open_desk", USUAL)
    path = tmp_path / "demo.desk"
    bootstrap.create_demo(path)
    done = encryption.encrypt(path, "admin", demo.PASSWORD)
    assert "john" in done.without_keys
    assert "admin" not in done.without_keys
    front = bootstrap.open_desk(path)
    with pytest.raises(AccessDenied):
        front.log_in("john", demo.PASSWORD)
    admin = front.log_in("admin", demo.PASSWORD)
    admin.set_password(admin.directory().agent("john").uid, "a new sentence")  # type: ignore[union-attr]
    front.log_in("john", "a new sentence")
    front.close()


# ── refused ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("what", [encryption.rekey, encryption.decrypt])
def test_a_desk_that_is_open_elsewhere_is_left_as_it_is(
    encrypted: AnEncryptedDesk, what: Callable[..., object]
) -> None:
    front = opened(encrypted.path)
    john = front.log_in("john", PASSWORDS["john"])
    before = encrypted.path.read_bytes()
    with pytest.raises(StorageUnavailable) as caught:
        what(encrypted.path, *ADA)
    assert caught.value.kind == "locked"
    assert "nothing was changed" in caught.value.advice
    assert len(before) == encrypted.path.stat().st_size
    john.log_call(CallDraft("still at work"))
    front.close()
    assert subjects(encrypted.path) == [f"{PLANTED} is down"]
    assert sorted(path.name for path in encrypted.path.parent.glob(".*.new*")) == []


def test_a_plain_desk_that_is_open_elsewhere_stays_plain_and_has_no_keys(plain: Path) -> None:
    front = opened(plain)
    front.log_in(*ADA)
    with pytest.raises(StorageUnavailable):
        encryption.encrypt(plain, *ADA)
    front.close()
    assert is_plain(plain)
    assert not Sidecar(plain).path.exists()


def test_only_an_administrator_encrypts_and_decrypts(plain: Path, encrypted_elsewhere: Path) -> None:
    with pytest.raises(NotAllowed):
        encryption.encrypt(plain, "john", PASSWORDS["john"])
    for what in (encryption.rekey, encryption.decrypt):
        with pytest.raises(AccessDenied):
            what(encrypted_elsewhere, "ada", "wrong")
        with pytest.raises(NotAllowed):
            what(encrypted_elsewhere, "john", PASSWORDS["john"])


@pytest.fixture
def encrypted_elsewhere(tmp_path: Path) -> Path:
    (tmp_path / "elsewhere").mkdir()
    desk = AnEncryptedDesk(tmp_path / "elsewhere" / "front.desk")
    desk.close()
    return desk.path


def test_what_is_as_it_should_be_already_is_refused(plain: Path, encrypted_elsewhere: Path) -> None:
    with pytest.raises(Invalid, match="encrypted already"):
        encryption.encrypt(encrypted_elsewhere, *ADA)
    for what in (encryption.rekey, encryption.decrypt):
        with pytest.raises(Invalid, match="not encrypted"):
            what(plain, *ADA)


# ── ended at every step ──────────────────────────────────────────────────────────────────────────────────────────

STEPS: tuple[tuple[Any, str], ...] = (
    (Sidecar, "write"), (Sidecar, "set_aside"), (rekeying, "make_private"), (rekeying, "share_like"),
    (rekeying, "write_encrypted"), (rekeying, "_write_plain"), (rekeying, "require_facts"),
    (rekeying, "settle_home"), (rekeying, "settle"), (rekeying, "_swap"), (rekeying, "_wipe"), (Path, "replace"),
    (Path, "unlink"),
)  # fmt: skip
"""What changes something on the disk: the program ends before and after each call of these."""


def ended_at(step: int, work: Callable[[], object]) -> bool:
    """Do something in another process that is killed at this step; False when it came to its end before that."""
    child = os.fork()
    if child == 0:
        count = 0

        def stepping(call: Callable[..., Any]) -> Callable[..., Any]:
            def stepped(*arguments: Any, **more: Any) -> Any:
                look()
                done = call(*arguments, **more)
                look()
                return done

            return stepped

        def look() -> None:
            nonlocal count
            if count == step:
                os._exit(9)
            count += 1

        for owner, name in STEPS:
            setattr(owner, name, stepping(getattr(owner, name)))
        try:
            work()
        except BaseException:  # noqa: BLE001  a test that went on twice would be worse
            os._exit(7)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in {0, 9}
    return code == 9


def ended_everywhere(path: Path, work: Callable[[], object], look: Callable[[], None]) -> int:
    """End `work` at each of its steps on a fresh copy of the folder, look at what is there, and do it once more.

    Gives how many steps there were.
    """
    kept = path.parent.with_name("kept")
    shutil.copytree(path.parent, kept)
    step = 0
    while True:
        shutil.rmtree(path.parent)
        shutil.copytree(kept, path.parent)
        if not ended_at(step, work):
            return step
        look()
        if step % 6 == 0:
            with suppress(Invalid):  # it is done already
                work()
            look()
        step += 1


@pytest.mark.skipif(os.name != "posix", reason="no fork")
@pytest.mark.parametrize("what", ["rekey", "decrypt"])
def test_ended_at_any_step_an_encrypted_desk_opens_with_the_keys_beside_it(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "office"
    folder.mkdir()
    desk = AnEncryptedDesk(folder / "front.desk")
    desk.ada.log_call(CallDraft(f"{PLANTED} is down"))
    desk.close()

    def look() -> None:
        front = opened(desk.path)
        assert front.log_in("jane", PASSWORDS["jane"]).numbers() == ["1001-9"]
        front.close()
        if not is_plain(desk.path):
            assert len(Sidecar(desk.path).read().rings) == 1
            assert what == "decrypt" or words_on_disk(folder, PLANTED) == []

    assert ended_everywhere(desk.path, lambda: getattr(encryption, what)(desk.path, *ADA), look) > 15


@pytest.mark.skipif(os.name != "posix", reason="no fork")
def test_ended_at_any_step_a_desk_is_plain_or_encrypted_and_opens(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    folder.mkdir()
    path = folder / "front.desk"
    front = bootstrap.create_desk(
        path, name="Front", admin_login="ada", admin_name="Ada", admin_password=PASSWORDS["ada"],
        passwords=PlainPasswords(), keys=cheap_keys(),
    )  # fmt: skip
    front.log_in(*ADA).log_call(CallDraft(f"{PLANTED} is down"))
    front.close()

    def look() -> None:
        was_plain = is_plain(path)
        assert was_plain or words_on_disk(folder, PLANTED) == []
        front = opened(path)
        assert front.locked is not was_plain
        assert front.log_in(*ADA).numbers() == ["1001-9"]
        front.close()

    assert ended_everywhere(path, lambda: encryption.encrypt(path, *ADA), look) > 15


def test_a_disk_that_is_full_leaves_the_desk_as_it_is(
    encrypted: AnEncryptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise StorageUnavailable("full", "The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(rekeying, "write_encrypted", full)
        with pytest.raises(StorageUnavailable, match="full"):
            encryption.rekey(encrypted.path, *ADA)
    assert subjects(encrypted.path) == [f"{PLANTED} is down"]
    assert not list(encrypted.path.parent.glob(".*.new*"))
    encryption.recover(encrypted.path, encrypted.code, "ada", PASSWORDS["ada"])
