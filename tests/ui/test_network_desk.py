"""The window and a desk on a network folder: why it is refused, and the way on in one click."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from desktop_desk import bootstrap, config
from desktop_desk.domain.errors import OnNetwork
from desktop_desk.storage import bring_home, network
from desktop_desk.storage.places import Place
from desktop_desk.ui import network_desk, own_folder
from desktop_desk.ui.app import Program
from desktop_desk.ui.first_start import FirstStart
from desktop_desk.ui.network_desk import NetworkDesk
from desktop_desk.ui.theme import Appearance
from tests.drivers import part
from tests.ui.conftest import PASSWORD
from tests.ui.test_main_window_program import PATIENCE, the_window


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the system calls a network folder; its locks are this machine's."""
    folder = tmp_path / "share"
    folder.mkdir()

    def place_of(path: Path) -> Place:
        return Place("network", "cifs", "cifs") if folder in path.parents else Place("local", "ext4", "ext4")

    for module in (network, bring_home, bootstrap):
        monkeypatch.setattr(module, "place_of", place_of)
    return folder


@pytest.fixture
def on_share(desk_file: Path, share: Path) -> Path:
    return Path(shutil.copy(desk_file, share))


@pytest.fixture
def program(begin: Callable[..., Program]) -> Callable[..., Program]:
    """As the desk's administrator unless told otherwise."""

    def start(desk: Path, login: str = "admin") -> Program:
        return begin(desk, login, PASSWORD)

    return start


def the_dialog(program: Program, qtbot: QtBot) -> NetworkDesk:
    """The dialog about the network folder, once it is there."""

    def found() -> list[NetworkDesk]:
        window = program._front_window()
        return window.findChildren(NetworkDesk) if window is not None else []

    qtbot.waitUntil(lambda: bool(found()), timeout=PATIENCE)
    return found()[0]


def press(dialog: NetworkDesk, name: str) -> None:
    part(dialog, QAbstractButton, name).click()


def test_the_dialog_says_why_and_what_instead(look: Appearance, qtbot: QtBot) -> None:
    error = OnNetwork("It lies in a network folder (cifs).", "Type something.", expert=True)
    dialog = NetworkDesk(look, "/share/front.desk", error)
    qtbot.addWidget(dialog)
    assert part(dialog, QLabel, "network_why").text() == error.reason
    asked: list[tuple[str, str]] = []
    dialog.share_asked.connect(lambda address: asked.append(("share", address)))
    dialog.open_asked.connect(lambda address: asked.append(("open", address)))
    press(dialog, "network_share")
    press(dialog, "network_open")
    assert asked == [("share", "/share/front.desk"), ("open", "/share/front.desk")]


def test_what_no_expert_can_make_safe_is_not_offered(look: Appearance, qtbot: QtBot) -> None:
    dialog = NetworkDesk(look, "/cloud/front.desk", OnNetwork("A cloud.", "", expert=False))
    qtbot.addWidget(dialog)
    dialog.show()
    assert not part(dialog, QAbstractButton, "network_open").isVisible()
    assert part(dialog, QAbstractButton, "network_share").isVisible()


def test_the_program_refuses_it_over_the_first_start_and_esc_leads_back_to_it(
    program: Callable[..., Program], on_share: Path, qtbot: QtBot
) -> None:
    started = program(on_share)
    dialog = the_dialog(started, qtbot)
    assert isinstance(started._front_window(), FirstStart)
    assert "cifs" in part(dialog, QLabel, "network_why").text()
    dialog.reject()
    assert isinstance(started._front_window(), FirstStart)


def test_one_click_takes_the_desk_home_and_opens_it(
    program: Callable[..., Program],
    on_share: Path,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(network_desk, "own_folder", lambda: tmp_path / "own")
    started = program(on_share)
    press(the_dialog(started, qtbot), "network_share")
    window = the_window(started, qtbot)
    assert started._open is not None
    assert started._open.address == str(tmp_path / "own" / "front.desk")
    assert window.pane.view is not None
    assert not on_share.exists()
    hub = on_share.with_name("front.hub")
    qtbot.waitUntil(lambda: bool(window.toasts.text() or window.notice.text), timeout=PATIENCE)
    assert window.notice.text == ""
    assert (hub / "about" / "desk.json").exists()
    assert str(hub) in window.toasts.text()
    assert started._hub_wanted == ("", "")


def test_who_may_not_share_is_told_and_an_administrator_does_it_at_his_log_in(
    program: Callable[..., Program],
    on_share: Path,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(network_desk, "own_folder", lambda: tmp_path / "own")
    started = program(on_share, "john")
    press(the_dialog(started, qtbot), "network_share")
    window = the_window(started, qtbot)
    qtbot.waitUntil(lambda: bool(window.notice.text), timeout=PATIENCE)
    assert window.notice.text.startswith("Not shared yet: Only an administrator")
    hub = on_share.with_name("front.hub")
    assert not hub.exists()
    assert started._open is not None
    started._open.let_in("admin", PASSWORD)
    qtbot.waitUntil((hub / "about" / "desk.json").exists, timeout=PATIENCE)


def test_an_expert_opens_it_there_and_is_not_asked_again(
    program: Callable[..., Program], on_share: Path, qtbot: QtBot
) -> None:
    started = program(on_share)
    press(the_dialog(started, qtbot), "network_open")
    window = the_window(started, qtbot)
    database = window.operations.desk.store.database  # type: ignore[attr-defined]
    assert database.footing is not None
    file = config.places().preferences
    qtbot.waitUntil(lambda: config.read_preferences(file).on_network == (str(on_share),), timeout=PATIENCE)
    started.end()
    again = program(on_share)
    assert the_window(again, qtbot).pane.view is not None


def test_the_expert_is_told_where_locks_do_not_hold(
    program: Callable[..., Program], on_share: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = program(on_share)
    dialog = the_dialog(started, qtbot)
    monkeypatch.setattr(network.lock_probe, "take", lambda _handle: True)
    press(dialog, "network_open")
    qtbot.waitUntil(lambda: the_dialog(started, qtbot) is not dialog, timeout=PATIENCE)
    second = the_dialog(started, qtbot)
    assert "second program" in part(second, QLabel, "network_why").text()
    assert not part(second, QAbstractButton, "network_open").isVisible()


def test_documents_that_a_cloud_copies_are_not_proposed_for_a_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OneDrive", "home"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(own_folder, "documents", lambda: tmp_path / "OneDrive")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    assert own_folder.own_folder() == tmp_path / "home"
    monkeypatch.setattr(own_folder, "documents", lambda: tmp_path / "home" / "Documents")
    assert own_folder.own_folder() == tmp_path / "home" / "Documents"
