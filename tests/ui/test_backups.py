"""Backups in the window: made by themselves, listed, looked into, restored; a bad end told; an end on a signal."""

import lzma
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_desk import config, handover, upkeep
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallDraft
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.storage import marks
from desktop_desk.ui.app import Program
from desktop_desk.ui.drafts import Drafts, drafts_file
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.safekeeping.backups import BackupsDialog
from desktop_desk.ui.safekeeping.keeper import BackupKeeper
from desktop_desk.ui.safekeeping.opening import OpeningWindow
from desktop_desk.ui.session import read_session, session_file
from desktop_desk.ui.tickets.links import LinkButton
from tests.command_line import ROOT
from tests.contract.test_migrations import SAMPLE
from tests.drivers import part
from tests.drivers_office import LoginPage
from tests.fakes import FixedClock
from tests.ui.conftest import PASSWORD
from tests.ui.test_main_window import VPN

PATIENCE = 20_000


@pytest.fixture
def program(begin: Callable[..., Program]) -> Callable[..., Program]:
    return partial(begin, login="john", password=PASSWORD)


def the_window(program: Program, qtbot: QtBot, address: Path) -> MainWindow:
    """The main window on this desk, once it shows tickets."""

    def there() -> bool:
        opened = program._open
        if opened is None or opened.address != str(address) or opened.window is None:
            return False
        return bool(opened.window.list.table.model().rowCount())

    qtbot.waitUntil(there, timeout=PATIENCE)
    assert program._open is not None
    assert program._open.window is not None
    return program._open.window


def the_dialog(window: MainWindow, qtbot: QtBot) -> BackupsDialog:
    window.actions_["desk.backups"].trigger()
    dialog = window.findChild(BackupsDialog)
    assert dialog is not None
    qtbot.waitUntil(
        lambda: bool(dialog.said) or part(dialog, QWidget, "backup_table").isVisible(), timeout=PATIENCE
    )
    return dialog


def button(inside: QWidget, name: str) -> QPushButton:
    return part(inside, QPushButton, name)


def test_a_backup_is_made_now_listed_looked_into_and_left_again(
    program: Callable[..., Program], desk_file: Path, qtbot: QtBot
) -> None:
    running = program(desk_file)
    window = the_window(running, qtbot, desk_file)
    dialog = the_dialog(window, qtbot)
    button(dialog, "backup_now").click()
    qtbot.waitUntil(lambda: len(dialog._backups) == 1, timeout=PATIENCE)
    (backup,) = upkeep.backups_of(desk_file)
    qtbot.waitUntil(lambda: button(dialog, "backup_look").isEnabled(), timeout=PATIENCE)
    button(dialog, "backup_look").click()
    qtbot.waitUntil(
        lambda: running._open is not None and running._open.address != str(desk_file), timeout=PATIENCE
    )
    assert running._open is not None
    copy = Path(running._open.address)
    looking = the_window(running, qtbot, copy)
    band = part(looking, QWidget, "look_band")
    assert band.isVisible()
    assert "read only" in band.accessibleName()
    assert config.read_preferences(config.places().preferences).last_desk == str(desk_file)
    part(looking, LinkButton, "look_band_link").click()
    back = the_window(running, qtbot, desk_file)
    assert not back.findChildren(QWidget, "look_band")
    assert not copy.exists()
    assert backup.path.exists()


def test_that_nothing_changed_stays_said(
    program: Callable[..., Program], desk_file: Path, qtbot: QtBot
) -> None:
    running = program(desk_file)
    dialog = the_dialog(the_window(running, qtbot, desk_file), qtbot)
    button(dialog, "backup_now").click()
    qtbot.waitUntil(lambda: len(dialog._backups) == 1, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not dialog._operations.busy, timeout=PATIENCE)
    button(dialog, "backup_now").click()
    qtbot.waitUntil(lambda: not dialog._operations.busy, timeout=PATIENCE)
    assert dialog.said == "Nothing changed since the newest backup."


def test_what_takes_a_while_is_begun_once_and_can_be_tried_again(
    program: Callable[..., Program],
    desk_file: Path,
    desk: Desk,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert upkeep.back_up(desk.store, desk_file, FixedClock()) is not None
    running = program(desk_file)
    dialog = the_dialog(the_window(running, qtbot, desk_file), qtbot)
    qtbot.waitUntil(lambda: len(dialog._backups) == 1, timeout=PATIENCE)
    begun: list[object] = []

    def full(_store: object, backup: object, _clock: object) -> None:
        begun.append(backup)
        raise StorageUnavailable("full", "The disk is full.", "Make room.")

    monkeypatch.setattr(upkeep, "look_inside", full)
    dialog.look_inside()
    dialog.look_inside()
    assert not button(dialog, "backup_look").isEnabled()
    qtbot.waitUntil(lambda: dialog.said == "The disk is full. Make room.", timeout=PATIENCE)
    qtbot.waitUntil(lambda: not dialog._operations.busy, timeout=PATIENCE)
    assert len(begun) == 1
    assert button(dialog, "backup_look").isEnabled()


def test_nothing_can_be_written_in_a_copy_and_it_is_said(
    program: Callable[..., Program], desk_file: Path, front: object, desk: Desk, qtbot: QtBot
) -> None:
    backup = upkeep.back_up(desk.store, desk_file, FixedClock())
    assert backup is not None
    copy = upkeep.look_inside(desk.store, backup, FixedClock())
    running = program(copy)
    window = the_window(running, qtbot, copy)
    (row,) = [row for row in desk.queue("all").rows if row.subject == VPN]
    window.operations.write(lambda looking: looking.note(row.number, "no"), owner=window)
    qtbot.waitUntil(window.notice.isVisible, timeout=PATIENCE)
    assert "copy of a backup" in window.notice.text


def test_restored_as_a_new_desk_it_is_opened(
    program: Callable[..., Program], desk_file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    running = program(desk_file)
    dialog = the_dialog(the_window(running, qtbot, desk_file), qtbot)
    button(dialog, "backup_now").click()
    qtbot.waitUntil(lambda: len(dialog._backups) == 1, timeout=PATIENCE)
    again = tmp_path / "again.desk"
    dialog.restore_as(str(again))
    window = the_window(running, qtbot, again)
    assert not window.findChildren(QWidget, "look_band")


def test_where_a_backup_fails_the_status_line_says_why_until_one_is_made(
    program: Callable[..., Program], desk_file: Path, qtbot: QtBot
) -> None:
    folder = upkeep.folder_for(desk_file)
    folder.parent.mkdir(parents=True)
    folder.write_text("in the way")
    running = program(desk_file)
    window = the_window(running, qtbot, desk_file)
    trouble = part(window, QLabel, "status_backup")
    assert running._open is not None
    keeper = running._open._backups
    assert keeper is not None
    assert not trouble.isVisible()
    keeper.back_up()
    qtbot.waitUntil(trouble.isVisible, timeout=PATIENCE)
    assert trouble.text().startswith("No backup: ")
    folder.unlink()
    keeper.back_up()
    qtbot.waitUntil(lambda: not trouble.isVisible(), timeout=PATIENCE)
    assert len(upkeep.backups_of(desk_file)) == 1


def test_after_another_agent_has_taken_over_backups_tell_his_window_and_nobody_else(
    program: Callable[..., Program], desk_file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = program(desk_file)
    johns = the_window(running, qtbot, desk_file)
    opened = running._open
    assert opened is not None
    opened._switch()

    def asked() -> QWidget | None:
        window = opened.front_window()
        return window if window is not None and window is not johns and window.isVisible() else None

    qtbot.waitUntil(lambda: asked() is not None, timeout=PATIENCE)
    login = asked()
    assert login is not None
    LoginPage(login).log_in("jane", PASSWORD)
    qtbot.waitUntil(lambda: opened.window not in (None, johns), timeout=PATIENCE)
    qtbot.waitUntil(lambda: not shiboken6.isValid(johns), timeout=PATIENCE)
    keeper = opened._backups
    assert keeper is not None
    mistakes: list[object] = []
    monkeypatch.setattr(sys, "excepthook", lambda *error: mistakes.append(error))
    keeper.troubled.emit("No backup: the disk is full")
    assert mistakes == []
    assert opened.window is not None
    assert part(opened.window, QLabel, "status_backup").text() == "No backup: the disk is full"


def test_one_is_made_when_the_last_window_is_closed_but_not_in_a_hurry(
    program: Callable[..., Program], desk_file: Path, qtbot: QtBot
) -> None:
    hurried = program(desk_file)
    the_window(hurried, qtbot, desk_file)
    assert hurried._open is not None
    hurried._open.in_hurry = True
    hurried.end()
    assert upkeep.backups_of(desk_file) == []
    running = program(desk_file)
    the_window(running, qtbot, desk_file)
    running.end()
    assert len(upkeep.backups_of(desk_file)) == 1


def test_one_is_made_soon_after_the_start_and_none_where_the_person_wants_none(
    desk_file: Path, front: object, desk: Desk, qtbot: QtBot
) -> None:
    keeper = BackupKeeper(desk, str(desk_file), None, lambda: None, first_ms=0)
    qtbot.waitUntil(lambda: len(upkeep.backups_of(desk_file)) == 1, timeout=PATIENCE)
    keeper.finish(hurry=True)
    config.write_preferences(config.places().preferences, config.Preferences(backup_hours=0))
    desk.log_call(CallDraft("After it"))
    keeper = BackupKeeper(desk, str(desk_file), None, lambda: None, first_ms=0)
    qtbot.waitUntil(lambda: not keeper._first.isActive() and not keeper.busy, timeout=PATIENCE)
    keeper.finish(hurry=False)
    assert len(upkeep.backups_of(desk_file)) == 1


def test_what_was_done_to_a_damaged_desk_is_read_before_anybody_works_in_it(
    program: Callable[..., Program], desk_file: Path, qtbot: QtBot
) -> None:
    first = program(desk_file)
    the_window(first, qtbot, desk_file)
    first.end()
    mark = marks.set_mark(config.places().state, desk_file)
    mark.path.write_text(mark.path.read_text().replace(f'"pid": {os.getpid()}', f'"pid": {2**22 + 1}'))
    with desk_file.open("r+b") as file:
        file.write(bytes(8192))
    running = program(desk_file)
    boxes: list[QMessageBox] = []

    def told() -> bool:
        boxes[:] = [
            each for each in QApplication.topLevelWidgets()
            if isinstance(each, QMessageBox) and each.objectName() == "message_box" and each.isVisible()
        ]  # fmt: skip
        return bool(boxes)

    qtbot.waitUntil(told, timeout=PATIENCE)
    assert "set aside" in boxes[0].text()
    assert running._open is not None
    assert running._open.window is None
    boxes[0].accept()
    the_window(running, qtbot, desk_file)


def test_an_older_desk_is_brought_up_to_date_and_it_is_said(
    program: Callable[..., Program], tmp_path: Path, qtbot: QtBot
) -> None:
    old = tmp_path / "old.desk"
    old.write_bytes(lzma.decompress(SAMPLE.read_bytes()))
    running = program(old, login="admin", password="demo")
    boxes: list[QMessageBox] = []

    def told() -> bool:
        boxes[:] = [
            each
            for each in QApplication.topLevelWidgets()
            if isinstance(each, QMessageBox) and each.isVisible()
        ]
        return bool(boxes)

    qtbot.waitUntil(told, timeout=PATIENCE)
    assert "brought up to date" in boxes[0].text()
    boxes[0].accept()
    the_window(running, qtbot, old)


def test_a_long_opening_shows_how_far_it_is(qapp: QApplication, qtbot: QtBot) -> None:
    window = OpeningWindow("/front.desk", qapp)
    window.show()
    window.stepped.emit(3, 10)
    qtbot.waitUntil(lambda: window._bar.value() == 3)
    assert window._bar.maximum() == 10
    window.done()
    assert not window.isVisible()


@pytest.mark.skipif(sys.platform == "win32", reason="the system sends no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_program_in_order_with_what_was_typed(
    desk_file: Path, number: signal.Signals, home: Path
) -> None:
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "DESKTOP_DESK_PASSWORD": PASSWORD, "DESKTOP_DESK_AGENT": "john",
    }  # fmt: skip
    running = subprocess.Popen(
        [sys.executable, "-m", "desktop_desk", "open", "--desk", str(desk_file)],
        cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        session = session_file(config.places().state, str(desk_file), "john")
        drafts = drafts_file(config.places().state, str(desk_file), "john")
        call = {"do": "call", "number": "+49 30 5550199", "desk": str(desk_file)}
        until = time.monotonic() + 60
        while time.monotonic() < until and (
            handover.ask(call | {"call_id": "7"}) is None or not drafts.exists()
        ):
            time.sleep(0.1)
        assert drafts.exists(), "the window took no call"
        running.send_signal(number)
        _out, errors = running.communicate(timeout=30)
    finally:
        running.kill()
    assert running.returncode == 0
    assert "Traceback" not in errors
    assert session.exists()
    assert read_session(session).geometry
    kept = Drafts(drafts)
    assert any(draft.key.startswith("call:") for draft in kept.all())
    kept.close()
    assert not list((home / "state" / "open").iterdir()), "it ended in order"
