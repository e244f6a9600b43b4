"""The hub of an encrypted desk gets a new key in place: who left reads nothing more, and nothing is lost on the way."""

import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from desktop_desk import bootstrap, meeting, sharing
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import Attachment
from desktop_desk.domain.errors import AccessDenied, AnotherHubKey, Invalid, NotAllowed, StorageUnavailable
from desktop_desk.storage.hub_keys import hub_sealer
from desktop_desk.storage.sealing import Sealer
from desktop_desk.sync.folder_hub import FolderHub
from desktop_desk.sync.resealing import reseal
from tests.builders import PASSWORD, a_ticket, texts
from tests.contract.test_sharing_sealed import QUICK, Sealed
from tests.fakes import PlainPasswords

JOHN = ("john", PASSWORD)
FILE = b"badges of the whole floor " * 90_000


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Sealed]:
    office = Sealed(tmp_path)
    office.ada.note(a_ticket(office.ada, "with a file"), "here", attachments=(Attachment(FILE, "list.txt"),))
    sharing.sync(office.ada, clock=office.clock)
    yield office
    for front in office.fronts:
        front.close()


def key_of(desk: Desk) -> Sealer:
    sealer = hub_sealer(meeting.store_of(desk))
    assert isinstance(sealer, Sealer)
    return sealer


def sync(sealed: Sealed, desk: Desk, password: str = "") -> sharing.Exchanged:
    login = desk.actor.login if password else ""
    return sharing.sync(desk, login=login, password=password, clock=sealed.clock)


def renew(sealed: Sealed) -> sharing.Exchanged:
    return sharing.renew_hub_key(sealed.ada, login="ada", password=PASSWORD, clock=sealed.clock)


def opened_by(sealed: Sealed, key: Sealer) -> list[str]:
    """What at the hub a key still opens."""

    class Nothing:
        def seal(self, body: bytes, name: str) -> bytes:
            return body

        def unseal(self, sealed: bytes, name: str) -> bytes:
            raise ValueError(name)

    root = sealed.folder / "hub"
    copy = sealed.folder / "looked at"
    shutil.copytree(root, copy)
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    reseal(FolderHub(copy), [key], Nothing(), ("cards", "segments", "chunks", "snapshots", "about"))
    opened = sorted(str(path.relative_to(copy)) for path, body in before.items() if path.read_bytes() != body)
    shutil.rmtree(copy)
    return opened


def same_everywhere(sealed: Sealed, *desks: Desk) -> None:
    for _round in range(2):
        for desk in (sealed.ada, *desks):
            assert sync(sealed, desk).problems == ()
    assert len({desk.check().digest for desk in (sealed.ada, *desks)}) == 1


@contextmanager
def stopped_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> Generator[list[int]]:
    """Let the hub vanish after so many changes of it."""
    left = [steps]

    def counted(usual: Callable[..., Any]) -> Callable[..., Any]:
        def change(self: FolderHub, *given: Any) -> Any:
            if left[0] <= 0:
                raise StorageUnavailable("unreachable", "The hub is away.")
            left[0] -= 1
            return usual(self, *given)

        return change

    with monkeypatch.context() as patched:
        for name in ("write", "remove"):
            patched.setattr(FolderHub, name, counted(getattr(FolderHub, name)))
        yield left


def test_the_look_that_these_tests_rely_on_sees_what_a_key_opens(sealed: Sealed) -> None:
    assert {name.partition("/")[0] for name in opened_by(sealed, key_of(sealed.ada))} == {
        "cards", "segments", "chunks", "snapshots",
    }  # fmt: skip


def test_the_old_key_opens_nothing_any_more_and_all_is_still_there(sealed: Sealed) -> None:
    old, names = key_of(sealed.ada), {path.name for path in (sealed.folder / "hub" / "segments").iterdir()}
    assert renew(sealed).problems == ()
    assert opened_by(sealed, old) == []
    assert names <= {path.name for path in (sealed.folder / "hub" / "segments").iterdir()}
    assert not (sealed.folder / "hub" / "about" / "before").exists()
    laptop = sealed.take("laptop")
    same_everywhere(sealed, laptop)
    (record,) = laptop.store.attachments.since(0, 10)
    assert b"".join(laptop.open_attachment(record.uid)) == FILE


def test_the_others_are_asked_for_a_password_once_and_go_on(sealed: Sealed) -> None:
    laptop = sealed.take("laptop")
    number = a_ticket(laptop, "on the road")
    renew(sealed)
    for password in ("", "wrong"):
        with pytest.raises(AnotherHubKey):
            sync(sealed, laptop, password)
    assert sync(sealed, laptop, PASSWORD).problems == ()
    sync(sealed, sealed.ada)
    assert sealed.ada.ticket(number).subject == "on the road"
    laptop.note(number, "back home")
    sync(sealed, laptop)
    sync(sealed, sealed.ada)
    assert "back home" in texts(sealed.ada.ticket(number))
    same_everywhere(sealed, laptop)


def test_who_left_opens_the_new_key_with_nothing_that_he_has(sealed: Sealed) -> None:
    sealed.ada.add_agent(
        "bea", "Bea", "yet another one", department="Support", role="Expanded Access", admin=True
    )
    sync(sealed, sealed.ada)
    hers = sealed.take("hers", "bea", "yet another one")
    bea = sealed.ada.directory().agent("bea")
    assert bea is not None
    sealed.ada.deactivate("agent", bea.uid)
    renew(sealed)
    with pytest.raises(AnotherHubKey):
        sync(sealed, hers, "yet another one")
    with pytest.raises(AccessDenied):
        sealed.take("again", "bea", "yet another one")


def test_stopped_at_any_step_the_next_sync_goes_on_and_meanwhile_nobody_is_kept_out(
    sealed: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop, old, stops, copies = sealed.take("laptop"), key_of(sealed.ada), 0, list[Desk]()
    sync(sealed, laptop)
    sync(sealed, sealed.ada)
    whole = sealed.folder / "hub"
    while True:
        with stopped_after(stops, monkeypatch):
            try:
                renew(sealed) if stops == 0 else sync(sealed, sealed.ada)
            except StorageUnavailable:
                stops += 1
            else:
                break
        assert sync(sealed, laptop, PASSWORD).problems == ()
        if stops % 4 == 2:
            copies.append(sealed.take(f"copy {stops}"))
    assert stops > 4
    assert opened_by(sealed, old) == []
    assert not (whole / "about" / "before").exists()
    assert copies
    for copy in copies:
        sync(sealed, copy, PASSWORD)  # one that came while the hub had its old key is asked as well
    same_everywhere(sealed, laptop, *copies)


def test_a_hub_that_is_away_gets_its_new_key_when_it_is_back(sealed: Sealed) -> None:
    old, root = key_of(sealed.ada), sealed.folder / "hub"
    root.rename(sealed.folder / "unplugged")
    with pytest.raises(StorageUnavailable):
        renew(sealed)
    (sealed.folder / "unplugged").rename(root)
    sync(sealed, sealed.ada)
    assert opened_by(sealed, old) == []


def test_what_somebody_lays_with_the_old_key_meanwhile_is_laid_again_by_him(
    sealed: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = sealed.take("laptop")
    sync(sealed, laptop)
    number = a_ticket(laptop, "laid in the middle")
    usual = sharing.meet

    def meet(desk: Desk, *given: Any) -> sharing.Exchanged:
        if desk is laptop:
            with monkeypatch.context() as patched:
                patched.setattr(sharing, "meet", usual)
                renew(sealed)
        return usual(desk, *given)

    with monkeypatch.context() as patched:
        patched.setattr(sharing, "meet", meet)
        with pytest.raises(AnotherHubKey):
            sync(sealed, laptop)
    assert any("does not open" in problem for problem in sync(sealed, sealed.ada).problems)
    assert sync(sealed, laptop, PASSWORD).problems == ()
    same_everywhere(sealed, laptop)
    assert sealed.ada.ticket(number).subject == "laid in the middle"


def test_a_hub_that_was_set_back_to_the_old_key_gets_the_new_one_again(sealed: Sealed) -> None:
    laptop = sealed.take("laptop")
    sync(sealed, laptop)
    root, backup = sealed.folder / "hub", sealed.folder / "backup"
    shutil.copytree(root, backup)
    old = key_of(sealed.ada)
    renew(sealed)
    sync(sealed, laptop, PASSWORD)
    number = a_ticket(laptop, "after the backup")
    sync(sealed, laptop)
    shutil.rmtree(root)
    shutil.copytree(backup, root)
    sync(sealed, sealed.ada)
    sync(sealed, laptop)
    same_everywhere(sealed, laptop)
    assert sealed.ada.ticket(number).subject == "after the backup"
    assert not [name for name in opened_by(sealed, old) if name.startswith(("cards", "segments"))]


def test_a_new_key_of_the_desk_is_one_of_its_hub_as_well(
    sealed: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop, old, path = sealed.take("laptop"), key_of(sealed.ada), sealed.folder / "front.desk"
    sealed.fronts[0].close()
    usual: Any = bootstrap.open_desk
    cheap = {"passwords": PlainPasswords(), "keys": QUICK}
    monkeypatch.setattr(bootstrap, "open_desk", lambda path, **more: usual(path, **{**cheap, **more}))
    done = sharing.new_keys(path, "ada", PASSWORD, clock=sealed.clock)
    assert (done.hub, done.waiting) == (sealed.hub, "")
    assert done.desk.recovery
    assert opened_by(sealed, old) == []
    sealed.fronts[0] = bootstrap.open_desk(path, clock=sealed.clock)
    sealed.ada = sealed.fronts[0].log_in("ada", PASSWORD)
    sync(sealed, laptop, PASSWORD)
    same_everywhere(sealed, laptop)
    for front in sealed.fronts:
        front.close()
    (sealed.folder / "hub").rename(sealed.folder / "unplugged")
    waits = sharing.new_keys(path, "ada", PASSWORD, clock=sealed.clock)
    assert waits.hub == sealed.hub
    assert "reached" in waits.waiting
    assert sharing.new_keys(path, "ada", PASSWORD, hub=False, clock=sealed.clock).hub == ""


def test_whoever_may_not_share_changes_no_key_and_a_plain_hub_has_none(sealed: Sealed) -> None:
    john = sealed.fronts[0].log_in(*JOHN)
    with pytest.raises(NotAllowed):
        sharing.renew_hub_key(john, clock=sealed.clock)
    meeting.store_of(sealed.ada).log.keep_note("hub_key", "")
    with pytest.raises(Invalid, match="not encrypted"):
        sharing.renew_hub_key(sealed.ada, clock=sealed.clock)


def test_a_part_of_a_file_that_no_key_opens_is_told_and_laid_again(sealed: Sealed) -> None:
    (part,) = [each for each in (sealed.folder / "hub" / "chunks").iterdir() if each.name.endswith("-0")]
    part.write_bytes(bytes(len(part.read_bytes())))
    laptop = sealed.take("laptop")
    assert (part.with_name(f"{part.name}.spoilt")).exists()
    sealed.clock.passes(days=2)
    sync(sealed, sealed.ada)
    sync(sealed, laptop)
    (record,) = laptop.store.attachments.since(0, 10)
    assert b"".join(laptop.open_attachment(record.uid)) == FILE
