"""A desk is brought from a shared folder to this computer: whole and as the same desk, or not at all."""

import shutil
from pathlib import Path

import pytest

from desktop_desk import bootstrap
from desktop_desk.domain.errors import Invalid, StorageUnavailable
from desktop_desk.storage import bring_home as home
from desktop_desk.storage import lock_probe, network
from desktop_desk.storage.bring_home import bring_home
from desktop_desk.storage.network import Footing, beside
from desktop_desk.storage.places import Place
from tests.builders import PASSWORD, a_desk, a_ticket, opened
from tests.fakes import FixedClock


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the system calls a network folder."""
    folder = tmp_path / "share"
    folder.mkdir()

    def place_of(path: Path) -> Place:
        kind = "network" if folder in path.parents else "local"
        return Place(kind, kind, kind)

    for module in (network, home):
        monkeypatch.setattr(module, "place_of", place_of)
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


@pytest.fixture
def on_share(tmp_path: Path, share: Path) -> Path:
    office = a_desk(tmp_path)
    a_ticket(office.john, "Before it moved")
    office.close()
    return Path(shutil.copy(office.path, share))


def test_the_desk_is_on_this_computer_then_and_a_copy_stays_under_another_name(
    on_share: Path, own: Path, share: Path
) -> None:
    body = on_share.read_bytes()
    brought = bootstrap.share_through_folder(on_share, own)
    assert (brought.desk, brought.hub) == (own / "front.desk", f"folder:{share}/front.hub")
    assert brought.desk.read_bytes() == body
    assert [path.name for path in share.iterdir()] == ["front.desk.before-sharing"]
    office = bootstrap.open_desk(brought.desk)
    office.close()
    with pytest.raises(StorageUnavailable) as caught:
        bootstrap.open_desk(on_share)
    assert caught.value.kind == "missing", "nobody opens the one on the share by mistake"


def test_it_is_the_same_desk_with_all_its_work(on_share: Path, own: Path) -> None:
    front = opened(bring_home(on_share, own), FixedClock())
    desk = front.log_in("ada", PASSWORD)
    assert [row.subject for row in desk.queue("open").rows] == ["Before it moved"]
    front.close()


def test_the_keys_of_an_encrypted_desk_come_along(on_share: Path, own: Path, share: Path) -> None:
    Path(f"{on_share}.keys").write_bytes(b"sealed")
    path = bring_home(on_share, own)
    assert Path(f"{path}.keys").read_bytes() == b"sealed"
    assert sorted(each.name for each in share.iterdir()) == [
        "front.desk.before-sharing", "front.desk.before-sharing.keys",
    ]  # fmt: skip


def test_no_file_of_this_computer_is_replaced(on_share: Path, own: Path) -> None:
    (own / "front.desk").write_text("another one")
    assert bring_home(on_share, own).name == "front 1.desk"
    assert (own / "front.desk").read_text() == "another one"


@pytest.mark.parametrize("journal", ["-wal", "-journal"])
def test_a_desk_that_is_open_elsewhere_stays(on_share: Path, own: Path, journal: str) -> None:
    Path(f"{on_share}{journal}").write_bytes(b"somebody writes")
    with pytest.raises(StorageUnavailable) as caught:
        bring_home(on_share, own)
    assert caught.value.kind == "locked"
    assert on_share.exists()
    assert list(own.iterdir()) == []


def test_a_desk_that_an_expert_has_open_stays(
    on_share: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock_probe, "BEAT_SECONDS", 0.2)
    footing = Footing(on_share)
    footing.hold()
    try:
        with pytest.raises(StorageUnavailable) as caught:
            bring_home(on_share, own)
    finally:
        footing.release()
    assert caught.value.kind == "locked"
    assert bring_home(on_share, own).exists(), "once it is closed"


def test_what_a_killed_expert_left_is_no_hindrance(
    on_share: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock_probe, "BEAT_SECONDS", 0.05)
    beside(on_share).mkdir()
    (beside(on_share) / "left.lock").write_text("0000000000000000007\n")
    assert bring_home(on_share, own).exists()


@pytest.mark.parametrize("failing", ["_copy", "settle"])
def test_where_anything_fails_all_is_as_it_was(
    on_share: Path, own: Path, share: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    Path(f"{on_share}.keys").write_bytes(b"sealed")
    before = {path.name: path.read_bytes() for path in share.iterdir()}

    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(home, failing, full)
    with pytest.raises(StorageUnavailable) as caught:
        bring_home(on_share, own)
    assert caught.value.kind == "full"
    assert {path.name: path.read_bytes() for path in share.iterdir()} == before
    assert list(own.iterdir()) == []


def test_another_shared_folder_is_no_home(on_share: Path, share: Path) -> None:
    (share / "deeper").mkdir()
    with pytest.raises(Invalid) as caught:
        bring_home(on_share, share / "deeper")
    assert caught.value.field == "folder"


def test_a_desk_that_is_not_there_is_missing(share: Path, own: Path) -> None:
    with pytest.raises(StorageUnavailable) as caught:
        bring_home(share / "none.desk", own)
    assert caught.value.kind == "missing"
