"""Encryption in the window: how the desk stands, encrypting it, new keys, and making it plain again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_desk import bootstrap, encryption, sharing
from desktop_desk.domain.errors import AccessDenied, AnotherHubKey
from desktop_desk.storage import rekeying
from desktop_desk.ui.app import Program
from desktop_desk.ui.encryption.alone_work import AloneWork
from desktop_desk.ui.main_window import MainWindow
from tests.drivers import part
from tests.drivers_copies import Form
from tests.ui.conftest import PASSWORD, QUICK

PATIENCE = 20_000


@pytest.fixture(autouse=True)
def no_long_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rekeying, "WAIT_SECONDS", 0.3)


@pytest.fixture
def program(qapp: QApplication, desk_file: Path) -> Iterator[Program]:
    """The administrator at the window, in the real program."""
    made = Program(qapp, str(desk_file), "admin", PASSWORD, None)
    made.start()
    yield made
    made.end()
    made.deleteLater()


def the_window(program: Program, qtbot: QtBot) -> MainWindow:
    def there() -> bool:
        opened = program._open
        return opened is not None and opened.window is not None and opened.window.pane.view is not None

    qtbot.waitUntil(there, timeout=PATIENCE)
    assert program._open is not None
    assert program._open.window is not None
    return program._open.window


def ask(program: Program, qtbot: QtBot) -> Form:
    """The dialog about encryption, from the menu."""
    window = the_window(program, qtbot)
    window.actions_["desk.encryption"].trigger()
    qtbot.waitUntil(lambda: shown("encryption_dialog") is not None, timeout=PATIENCE)
    return Form("encryption_dialog")


def shown(name: str) -> QWidget | None:
    found = [
        each for each in QApplication.topLevelWidgets() if each.objectName() == name and each.isVisible()
    ]
    return found[0] if found else None


def ended(qtbot: QtBot) -> AloneWork:
    """The window of the work, once that has come to its end."""

    def over() -> bool:
        work = shown("encryption_work")
        return isinstance(work, AloneWork) and not work.working and work.go.isEnabled()

    qtbot.waitUntil(over, timeout=PATIENCE)
    work = shown("encryption_work")
    assert isinstance(work, AloneWork)
    return work


def keep_code(work: AloneWork) -> str:
    """Type the last group as from the paper, and go on."""
    code = part(work, QLabel, "recovery_code").text()
    line = part(work, QLineEdit, "last_group")
    line.clear()
    QTest.keyClicks(line, code.rpartition("-")[2].lower())
    QTest.keyClick(line, Qt.Key.Key_Return)
    return code


def test_a_desk_is_encrypted_from_the_window_and_its_code_must_be_on_paper(
    program: Program, qtbot: QtBot, desk_file: Path
) -> None:
    form = ask(program, qtbot)
    assert part(form.dialog, QLabel, "encryption_state").text() == "This desk is not encrypted"
    assert "Ada Min" in part(form.dialog, QLabel, "encryption_openers").text()
    form.enter()
    assert form.error("password") == "Type your password."
    form.fill(password=PASSWORD)
    form.enter()
    work = ended(qtbot)
    assert encryption.is_encrypted(desk_file)
    line = part(work, QLineEdit, "last_group")
    QTest.keyClick(line, Qt.Key.Key_Return)
    QTest.keyClicks(line, "WRONG")
    QTest.keyClick(line, Qt.Key.Key_Return)
    work.close()
    assert shown("encryption_work") is work, "a code that is not on paper is not passed over"
    code = keep_code(work)
    window = the_window(program, qtbot)
    assert shown("encryption_work") is None
    assert window.pane.view is not None
    program.end()
    front = bootstrap.open_desk(desk_file)
    assert front.recover(code, "admin", "another sentence").actor.login == "admin"
    front.close()


def test_it_tells_who_will_be_shut_out_until_he_has_a_new_password(program: Program, qtbot: QtBot) -> None:
    form = ask(program, qtbot)
    assert "Jane Roe" in part(form.dialog, QLabel, "encryption_without").text()
    form.dialog.close()


def test_a_wrong_password_is_told_and_leads_back_to_the_desk_as_it_was(
    program: Program, qtbot: QtBot, desk_file: Path
) -> None:
    form = ask(program, qtbot)
    form.fill(password="wrong")
    form.enter()
    work = ended(qtbot)
    assert "Access denied" in part(work, QLabel, "answer").text()
    work.go.click()
    the_window(program, qtbot)
    assert not encryption.is_encrypted(desk_file)


def test_a_desk_that_is_open_elsewhere_is_refused_and_nothing_is_changed(
    program: Program, qtbot: QtBot, desk_file: Path
) -> None:
    form = ask(program, qtbot)
    other = bootstrap.open_desk(desk_file, passwords=QUICK)
    other.log_in("jane", PASSWORD)
    form.fill(password=PASSWORD)
    form.enter()
    work = ended(qtbot)
    assert "Close every window and program that has it open" in part(work, QLabel, "answer").text()
    other.close()
    QTest.keyClick(work, Qt.Key.Key_Escape)
    the_window(program, qtbot)
    assert not encryption.is_encrypted(desk_file)


@pytest.fixture
def encrypted(desk_file: Path) -> str:
    """The desk is encrypted before the window opens; its recovery code."""
    return encryption.encrypt(desk_file, "admin", PASSWORD).recovery


def test_new_keys_shut_out_the_old_code_and_reach_the_hub(
    encrypted: str, program: Program, qtbot: QtBot, desk_file: Path, tmp_path: Path
) -> None:
    the_window(program, qtbot)
    assert program._open is not None
    hub = f"folder:{tmp_path / 'hub'}"
    desk = program._open._front.log_in("admin", PASSWORD)
    sharing.new_hub(desk, hub)
    laptop = tmp_path / "laptop.desk"
    sharing.new_replica(hub, laptop, "Laptop", "admin", PASSWORD, passwords=QUICK)
    form = ask(program, qtbot)
    assert part(form.dialog, QRadioButton, "way_rekey").isChecked()
    assert part(form.dialog, QCheckBox, "encryption_renew_hub").isChecked()
    form.fill(password=PASSWORD)
    form.enter()
    work = ended(qtbot)
    assert "The hub has a new key as well" in part(work, QLabel, "code_told").text()
    code = keep_code(work)
    assert code != encrypted
    the_window(program, qtbot)
    front = bootstrap.open_desk(laptop)
    with pytest.raises(AnotherHubKey):
        sharing.sync(front.log_in("admin", PASSWORD))
    front.close()
    program.end()
    door = bootstrap.open_desk(desk_file)
    with pytest.raises(AccessDenied):
        door.recover(encrypted, "admin", "another sentence")
    door.close()


def test_an_encrypted_desk_is_made_plain_again(
    encrypted: str, program: Program, qtbot: QtBot, desk_file: Path
) -> None:
    form = ask(program, qtbot)
    assert part(form.dialog, QLabel, "encryption_state").text() == "This desk is encrypted"
    part(form.dialog, QRadioButton, "way_decrypt").click()
    form.fill(password=PASSWORD)
    form.enter()
    work = ended(qtbot)
    assert "plain file again" in part(work, QLabel, "work_told").text()
    part(work, QPushButton, "go").click()
    the_window(program, qtbot)
    assert not encryption.is_encrypted(desk_file)


def test_who_is_no_administrator_sees_how_it_stands_and_changes_nothing(
    qapp: QApplication, desk_file: Path, qtbot: QtBot
) -> None:
    program = Program(qapp, str(desk_file), "john", PASSWORD, None)
    program.start()
    form = ask(program, qtbot)
    assert part(form.dialog, QLabel, "encryption_may").text() == "Only administrators can change this."
    assert not part(form.dialog, QPushButton, "go").isVisible()
    form.dialog.close()
    program.end()
    program.deleteLater()
