"""Sharing a desk, taking it along, and the window of its copies: all of it at the keyboard."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_desk import bootstrap, copies, encryption, meeting, sharing
from desktop_desk.desk.addresses import password_in, shown_address
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.ports import Draft
from desktop_desk.desk.views import CallDraft
from desktop_desk.desk.waiting_mail import OUTBOX_HELD
from desktop_desk.domain.errors import AccessDenied
from desktop_desk.storage.key_pairs import Cost, WrappedKeys
from desktop_desk.ui.copies.attach import CopiesOnScreen
from desktop_desk.ui.copies.syncing import Syncing
from desktop_desk.ui.copies.take import TakeDialog
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.theme import Appearance
from tests.drivers import part
from tests.drivers_copies import CopiesPage, Form, said, the_dialog
from tests.postgres import shared_server
from tests.ui.conftest import PASSWORD, QUICK


@pytest.fixture
def login() -> str:
    """Who sits at the window; a test may say otherwise."""
    return "admin"


@pytest.fixture
def desk(front: FrontDoor, login: str) -> Desk:
    """The desk of whoever sits at the window."""
    return front.log_in(login, PASSWORD)


class Opened:
    """Stands where the open desk would be, and remembers which desk is wanted next."""

    name = "Front desk"

    def __init__(self) -> None:
        self.wanted: list[str] = []
        self.desk_chosen = self

    def emit(self, address: str) -> None:
        self.wanted.append(address)


@pytest.fixture
def syncing(desk: Desk, qtbot: QtBot) -> Syncing:
    made = Syncing(desk, lambda: None, lambda: None, inline=True)
    made.look()
    return made


@pytest.fixture
def opened() -> Opened:
    return Opened()


@pytest.fixture
def screen(window: MainWindow, syncing: Syncing, opened: Opened) -> Iterator[CopiesOnScreen]:
    made = CopiesOnScreen(opened, window, syncing)  # type: ignore[arg-type]
    yield made
    made.leave()
    for dialog in ("copies", "share_dialog", "take_dialog"):
        for each in window.findChildren(QWidget, dialog):
            each.close()


@pytest.fixture
def hub(desk: Desk, front: FrontDoor, tmp_path: Path) -> Path:
    """The desk is shared through this folder."""
    folder = tmp_path / "front.hub"
    copies.share(front.log_in("admin", PASSWORD), f"folder:{folder}", "Front desk PC")
    return folder


@pytest.fixture
def take(hub: Path, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes further copies of the desk."""
    doors: list[FrontDoor] = []

    def taken(name: str, login: str = "jane") -> Desk:
        path = tmp_path / f"{name}.desk"
        sharing.new_replica(f"folder:{hub}", path, name, "admin", PASSWORD, passwords=QUICK)
        doors.append(bootstrap.open_desk(path, passwords=QUICK))
        return doors[-1].log_in(login, PASSWORD)

    yield taken
    for door in doors:
        door.close()


def shown(window: MainWindow, action: str) -> None:
    window.actions_[action].trigger()


# Sharing


def test_sharing_makes_a_hub_in_a_folder_and_says_what_the_others_do(
    screen: CopiesOnScreen, window: MainWindow, syncing: Syncing, tmp_path: Path
) -> None:
    share = tmp_path / "share"
    share.mkdir()
    (share / "holidays.txt").write_text("of the office")
    shown(window, "desk.share")
    form = Form("share_dialog")
    assert form.dialog.focusWidget() is form.line("hub")
    form.fill(hub=str(share), label="Front desk PC")
    form.enter()
    hub = share / "front-desk.hub"
    assert part(form.dialog, QLabel, "shared_address").text() == str(hub)
    assert (hub / "about" / "desk.json").exists()
    assert [path.name for path in share.iterdir() if path != hub] == ["holidays.txt"]
    form.press("go")
    syncing.tick()
    assert said(window).startswith("Synced ")


def test_what_is_missing_or_wrong_is_said_beside_the_field(
    screen: CopiesOnScreen, window: MainWindow, tmp_path: Path
) -> None:
    shown(window, "desk.share")
    form = Form("share_dialog")
    form.fill(label="")
    form.enter()
    assert form.error("hub") == "Choose a folder."
    assert form.error("label") == "Give this copy a name."
    form.choose("server")
    form.fill(hub=str(tmp_path), label="PC")
    form.enter()
    assert form.error("hub") == "The address begins with postgresql://."
    form.choose("stick")
    form.fill(hub=str(tmp_path / "not" / "there"))
    form.enter()
    assert "cannot be reached" in form.answer()
    assert form.dialog.isVisible()


@pytest.mark.parametrize("login", ["john"])
def test_who_may_not_share_is_told_so(
    screen: CopiesOnScreen, window: MainWindow, tmp_path: Path, login: str
) -> None:
    shown(window, "desk.share")
    form = Form("share_dialog")
    form.fill(hub=str(tmp_path / "hub"), label="PC")
    form.enter()
    assert "does not let you change the settings of the desk" in form.answer()
    assert not (tmp_path / "hub").exists()


# Taking along


def test_a_desk_is_taken_along_encrypted_and_opened_after_the_code_is_on_paper(
    screen: CopiesOnScreen, window: MainWindow, hub: Path, tmp_path: Path, opened: Opened, look: Appearance
) -> None:
    asked: list[tuple[str, str]] = []
    dialog = TakeDialog(look, inline=True, parent=window)
    dialog.taken.connect(lambda path, login: asked.append((path, login)))
    dialog.open()
    form = Form("take_dialog")
    assert form.dialog.focusWidget() is form.line("hub")
    form.fill(hub=str(hub), label="Laptop of Jane")
    path = tmp_path / "laptop.desk"
    form.fill(login="admin", password=PASSWORD, file=str(path))
    assert part(dialog, QCheckBox, "encrypt").isChecked(), "encryption is proposed"
    form.enter()
    code = part(dialog, QLabel, "recovery_code").text()
    form.press("go")
    assert asked == [], "nobody passes the code over"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    form.fill(last_group="WRONG")
    form.press("go")
    assert asked == []
    form.fill(last_group=code.rpartition("-")[2].lower())
    form.press("go")
    assert asked == [(str(path), "admin")]
    assert encryption.is_encrypted(path)
    door = bootstrap.open_desk(path)
    assert door.recover(code, "admin", "another sentence").settings().name == "Front desk"
    door.close()


def test_who_cannot_open_an_encrypted_copy_yet_is_named_with_what_to_do(
    window: MainWindow, hub: Path, tmp_path: Path, look: Appearance
) -> None:
    dialog = TakeDialog(look, inline=True, parent=window)
    dialog.open()
    form = Form("take_dialog")
    form.fill(hub=str(hub), login="admin", label="Laptop")
    path = tmp_path / "laptop.desk"
    form.fill(password=PASSWORD, file=str(path))
    form.enter()
    told = part(dialog, QLabel, "code_told")
    assert told.isVisible()
    who, what = told.text().split("\n")
    named = who.removeprefix("These agents need a new password before they can open it: ").split(", ")
    assert "jane" in named
    assert "admin" not in named
    assert what.startswith("At the front desk, each of them types a new password")
    door = bootstrap.open_desk(path)
    with pytest.raises(AccessDenied):
        door.log_in("jane", PASSWORD)
    door.close()
    form.fill(last_group=part(dialog, QLabel, "recovery_code").text().rpartition("-")[2])
    form.press("go")


def test_a_wrong_address_is_to_be_checked_and_nothing_is_said_of_work_that_goes_on(
    window: MainWindow, tmp_path: Path, look: Appearance
) -> None:
    nowhere = f"folder:{tmp_path / 'nowhere'}"
    dialog = TakeDialog(look, inline=True, parent=window)
    dialog.open()
    form = Form("take_dialog")
    form.fill(hub=nowhere, login="admin", label="Laptop")
    form.fill(password=PASSWORD, file=str(tmp_path / "laptop.desk"))
    form.enter()
    assert "cannot be reached. Check the address" in form.answer()
    assert "Work goes on" not in form.answer()
    dialog.reject()


def test_a_copy_that_needs_no_key_opens_at_once(
    window: MainWindow, hub: Path, tmp_path: Path, look: Appearance
) -> None:
    asked: list[str] = []
    dialog = TakeDialog(look, inline=True, parent=window)
    dialog.taken.connect(lambda path, _login: asked.append(path))
    dialog.open()
    form = Form("take_dialog")
    form.fill(hub=f"folder:{hub}", login="admin", label="PC 2")
    part(dialog, QCheckBox, "encrypt").click()
    form.fill(password=PASSWORD, file=str(tmp_path / "second"))
    form.enter()
    assert asked == [str(tmp_path / "second.desk")]
    assert not encryption.is_encrypted(tmp_path / "second.desk")


def test_a_wrong_password_and_a_file_that_is_there_are_said_in_the_form(
    window: MainWindow, hub: Path, tmp_path: Path, look: Appearance, desk_file: Path
) -> None:
    dialog = TakeDialog(look, inline=True, parent=window)
    dialog.open()
    form = Form("take_dialog")
    form.fill(hub=str(hub), login="admin", label="PC 2")
    form.fill(file=str(desk_file))
    form.enter()
    assert form.error("password") == "Type your password."
    form.fill(password=PASSWORD)
    form.enter()
    assert form.error("file").startswith("There is already a file")
    form.fill(password="wrong", file=str(tmp_path / "copy.desk"))
    form.enter()
    assert form.answer().startswith("Access denied")
    assert not (tmp_path / "copy.desk").exists()
    dialog.reject()


# The window of copies


def test_the_window_of_copies_says_who_has_one_and_how_far_it_is(
    screen: CopiesOnScreen, window: MainWindow, syncing: Syncing, take: Callable[..., Desk]
) -> None:
    laptop = take("Jane’s laptop")
    laptop.log_call(CallDraft("On the road"))
    sharing.sync(laptop)
    syncing.look()
    syncing.tick()
    shown(window, "desk.copies")
    page = CopiesPage()
    assert page.names() == ["Front desk PC (this one)", "Jane’s laptop"]
    _name, letters, whose, seen, here, at_hub, remark = page.row("Jane’s laptop")
    assert (letters, whose, seen, remark) == ("A", "Ada Min", "now", "")
    assert here == at_hub != "0"
    assert page.text("hub") == f"Shared through {syncing.state.hub.removeprefix('folder:')}"
    assert not page.button("share").isVisible()


def test_a_clock_that_is_ahead_has_a_badge(
    screen: CopiesOnScreen, window: MainWindow, syncing: Syncing, take: Callable[..., Desk]
) -> None:
    laptop = take("Workshop")
    sharing.sync(laptop, clock=lambda: bootstrap.now_ms() + 3 * 3_600_000 + 60_000)
    syncing.look()
    syncing.tick()
    shown(window, "desk.copies")
    assert CopiesPage().row("Workshop")[-1] == "clock 3 h ahead"


def test_a_desk_that_is_nowhere_else_is_offered_to_be_shared(
    screen: CopiesOnScreen, window: MainWindow
) -> None:
    shown(window, "desk.copies")
    page = CopiesPage()
    assert page.text("hub") == "This desk is not shared: it is on this computer only."
    assert not page.button("sync").isVisible()
    page.button("share").click()
    assert Form("share_dialog").dialog.isVisible()


def test_this_copy_is_renamed_at_the_keyboard(
    screen: CopiesOnScreen, window: MainWindow, hub: Path, desk: Desk, syncing: Syncing
) -> None:
    syncing.look()
    shown(window, "desk.copies")
    page = CopiesPage()
    page.key(Qt.Key.Key_F2)
    QTest.keyClicks(page.dialog.focusWidget(), "Reception")
    page.key(Qt.Key.Key_Return)
    assert page.names() == ["Reception (this one)"]
    assert [copy.name for copy in desk.replicas()] == ["Reception"]
    assert page.dialog.isVisible()


def test_what_a_revoked_copy_wrote_is_accepted_or_refused_one_by_one(
    screen: CopiesOnScreen, window: MainWindow, syncing: Syncing, take: Callable[..., Desk], desk: Desk
) -> None:
    laptop = take("Lost laptop")
    sharing.sync(desk)
    syncing.look()
    shown(window, "desk.copies")
    page = CopiesPage()
    assert not page.held.isVisible()
    page.go_to("Lost")
    page.key(Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert page.row("Lost")[-1] == "revoked"
    good = laptop.log_call(CallDraft("Real call", "The door sticks.")).number or ""
    bad = laptop.log_call(CallDraft("Nonsense")).number or ""
    sharing.sync(laptop)
    page.key(Qt.Key.Key_F5)
    assert page.held_words() == ["Real call", "Nonsense"]
    page.held.setFocus()
    page.key(Qt.Key.Key_A)
    assert page.held_words() == ["Nonsense"]
    assert desk.ticket(good).subject == "Real call"
    page.key(Qt.Key.Key_R)
    assert page.held_words() == []
    assert bad not in {row.number for row in desk.queue("all").rows}
    page.go_to("Lost")
    assert page.button("revoke").text().replace("&", "") == "Trust again"
    page.key(Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert page.row("Lost")[-1] == ""


def test_the_hub_is_left_and_come_back_to(
    screen: CopiesOnScreen, window: MainWindow, syncing: Syncing, hub: Path
) -> None:
    syncing.look()
    syncing.tick()
    shown(window, "desk.copies")
    page = CopiesPage()
    page.button("leave").click()
    assert not syncing.state.hub
    assert said(window) == ""
    assert str(hub) in page.text("hub")
    page.button("leave").click()
    assert syncing.state.hub == f"folder:{hub}"
    assert page.text("hub") == f"Shared through {hub}"


def test_a_hub_that_is_away_leaves_the_list_and_says_so(
    screen: CopiesOnScreen,
    window: MainWindow,
    syncing: Syncing,
    take: Callable[..., Desk],
    desk: Desk,
    hub: Path,
) -> None:
    take("Jane’s laptop")
    sharing.sync(desk)
    hub.rename(hub.with_name("away"))
    syncing.look()
    syncing.tick()
    shown(window, "desk.copies")
    page = CopiesPage()
    assert page.names() == ["Front desk PC (this one)", "Jane’s laptop"]
    assert page.text("state").startswith("Offline since")


@pytest.mark.parametrize("login", ["john"])
def test_who_may_not_decide_may_look(
    screen: CopiesOnScreen, window: MainWindow, syncing: Syncing, hub: Path, login: str
) -> None:
    syncing.look()
    shown(window, "desk.copies")
    page = CopiesPage()
    for name in ("rename", "revoke", "leave"):
        assert not page.button(name).isEnabled(), name
    assert page.button("sync").isEnabled()


def test_a_restored_desk_says_that_mail_waits_until_somebody_lets_it_go_out(
    screen: CopiesOnScreen, window: MainWindow, syncing: Syncing, desk: Desk
) -> None:
    desk.store.log.keep_note(OUTBOX_HELD, "1")
    syncing.look()
    assert said(window) == "restored: outgoing mail waits for you"
    shown(window, "desk.copies")
    page = CopiesPage()
    assert page.has("copies_restored")
    part(page.dialog, QPushButton, "copies_restored_link").click()
    assert not page.has("copies_restored")
    assert said(window) == ""


def test_every_dialog_about_copies_has_names_for_all_that_can_be_reached(
    screen: CopiesOnScreen, window: MainWindow, syncing: Syncing, hub: Path, look: Appearance
) -> None:
    syncing.look()
    for action, name in (
        ("desk.copies", "copies"),
        ("desk.share", "share_dialog"),
        ("desk.take", "take_dialog"),
    ):
        shown(window, action)
        dialog = the_dialog(name)
        reached = 0
        for widget in dialog.findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                text = getattr(widget, "text", lambda: "")()
                assert widget.accessibleName() or text, f"{name}: {widget.objectName()}"
                reached += 1
        assert reached > 3
        assert QApplication.activeModalWidget() is dialog
        dialog.close()


# A hub with a new key


def test_a_hub_with_a_new_key_asks_for_a_password_once_and_goes_on(
    screen: CopiesOnScreen, window: MainWindow, desk: Desk, syncing: Syncing, tmp_path: Path, qtbot: QtBot
) -> None:
    log = meeting.store_of(desk).log
    log.keep_note("hub_key", "00" * 32)
    hub = f"folder:{tmp_path / 'sealed.hub'}"
    with_keys = WrappedKeys(Cost(memory_kib=8, rounds=1, lanes=1)).made(desk.actor.uid, PASSWORD)
    desk.take_in([[Draft("agent_edited", desk.actor.uid, with_keys)]])
    sharing.new_hub(desk, hub)
    sharing.renew_hub_key(desk)
    new = log.note("hub_key")
    for note, value in (("hub_key", "00" * 32), ("hub_keys_retired", ""), ("hub_key_before", "")):
        log.keep_note(note, value)  # as another copy has it, that was away meanwhile
    syncing.look()
    syncing.sync_now()
    assert said(window) == "Not synced: see why"
    shown(window, "desk.copies")
    page = the_dialog("copies")
    line = part(page, QLineEdit, "hub_password")
    assert line.isVisible()
    assert page.focusWidget() is line
    QTest.keyClicks(line, "wrong one")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert line.isVisible()
    line.clear()
    QTest.keyClicks(line, PASSWORD)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert not line.isVisible()
    assert log.note("hub_key") == new
    assert said(window).startswith("Synced ")


# Through a server, with the keyring


@pytest.fixture
def server() -> str:
    """Of an empty database, with the password that the server wants."""
    made = shared_server()
    return made.network_address(made.new_database())


def test_a_hub_s_password_goes_into_the_keyring_and_stands_in_no_desk(
    screen: CopiesOnScreen,
    window: MainWindow,
    syncing: Syncing,
    desk: Desk,
    server: str,
    ring: dict[str, str],
) -> None:
    shown(window, "desk.share")
    form = Form("share_dialog")
    form.choose("server")
    form.fill(hub=server, label="Front desk PC")
    QTest.keyClick(form.line("hub"), Qt.Key.Key_Tab)
    assert form.line("hub").text() == shown_address(server)
    assert form.line("server_password").text() == password_in(server)
    form.enter()
    assert part(form.dialog, QLabel, "shared_address").text() == shown_address(server)
    assert ring == {shown_address(server): password_in(server)}
    assert desk.store.log.note(sharing.HUB) == shown_address(server)
    form.press("go")
    syncing.tick()
    assert said(window).startswith("Synced ")


def test_a_desk_is_taken_along_from_a_server_with_the_password_kept(
    window: MainWindow, front: FrontDoor, server: str, tmp_path: Path, look: Appearance, ring: dict[str, str]
) -> None:
    copies.share(front.log_in("admin", PASSWORD), server, "Front desk PC")
    dialog = TakeDialog(look, inline=True, parent=window)
    dialog.open()
    form = Form("take_dialog")
    form.fill(login="admin", label="Laptop")
    assert not form.line("server_password").isVisible()
    form.fill(hub=shown_address(server))
    assert form.line("server_password").isVisible()
    path = tmp_path / "laptop.desk"
    part(dialog, QCheckBox, "encrypt").setChecked(False)
    form.fill(server_password=password_in(server), password=PASSWORD, file=str(path))
    form.enter()
    form.press("go")
    assert ring == {shown_address(server): password_in(server)}
    door = bootstrap.open_desk(path, passwords=QUICK)
    taken = door.log_in("admin", PASSWORD)
    assert taken.store.log.note(sharing.HUB) == shown_address(server)
    assert sharing.sync(taken).problems == ()
    door.close()


def test_without_a_keyring_it_is_said_where_the_password_stands(
    screen: CopiesOnScreen, window: MainWindow, ring: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ring == {}
    monkeypatch.setattr(bootstrap, "has_keyring", lambda: False)
    shown(window, "desk.share")
    form = Form("share_dialog")
    form.choose("server")
    assert not part(form.dialog, QCheckBox, "server_keep").isEnabled()
    told = [label.text() for label in form.dialog.findChildren(QLabel) if label.isVisible()]
    assert "This computer has no keyring: the password stands in the file of this desk." in told
