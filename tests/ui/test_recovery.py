"""The recovery code in the window: shown once to a new desk's administrator, asked for when a password is lost."""

from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop_desk import bootstrap
from desktop_desk.domain.errors import AccessDenied
from desktop_desk.ui.first_start import FirstStart
from desktop_desk.ui.login import LoginWindow
from desktop_desk.ui.recovery import RecoverDialog
from desktop_desk.ui.settings.editors import TickEditor
from desktop_desk.ui.theme import Appearance
from tests.drivers_office import FirstStartPage
from tests.ui.test_first_start import Inline, fill_office

PASSWORD = "secret sentence"
NEW_PASSWORD = "another sentence"


@pytest.fixture
def start(look: Appearance, qtbot: QtBot) -> FirstStart:
    window = FirstStart(look, Inline())
    qtbot.addWidget(window)
    window.show()
    QTest.qWaitForWindowActive(window)
    return window


def made(start: FirstStart, path: Path) -> FirstStartPage:
    """Up to the page with the code."""
    page = FirstStartPage(start)
    page.keys.press("c")
    fill_office(page, path)
    page.fill(admin_name="Ada Lovelace", admin_password=PASSWORD, again=PASSWORD)
    tick = start.findChild(TickEditor, "encrypt")
    assert tick is not None
    tick.setFocus()
    page.keys.press("Space", "Enter")
    return page


def code_on(start: FirstStart) -> str:
    label = start.findChild(QLabel, "recovery_code")
    assert label is not None
    return label.text()


def test_an_encrypted_desk_opens_once_its_code_is_on_paper(start: FirstStart, tmp_path: Path) -> None:
    chosen: list[str] = []
    start.chosen.connect(chosen.append)
    page = made(start, tmp_path / "front.desk")
    assert page.title == "Your recovery code"
    code = code_on(start)
    page.keys.press("Enter")
    assert chosen == []
    assert page.errors() == ["Print the code or write it down, then type its last group."]
    page.keys.press("Alt+Left")
    assert page.title == "Your recovery code"
    page.keys.type("WRONG")
    assert page.errors() == []
    page.keys.press("Enter")
    assert page.errors() == ["That is another group. The last one stands at the end of the code."]
    assert chosen == []
    page.fill(last_group=code.rpartition("-")[2].lower())
    page.keys.press("Enter")
    assert chosen == [str(tmp_path / "front.desk")]
    front = bootstrap.open_desk(chosen[0])
    assert front.locked
    assert front.recover(code, "ada", "another sentence").actor.admin
    front.close()


def test_the_code_can_be_copied(start: FirstStart, tmp_path: Path) -> None:
    made(start, tmp_path / "front.desk")
    button = start.findChild(QPushButton, "copy_code")
    assert button is not None
    button.click()
    assert QApplication.clipboard().text() == code_on(start)


def test_without_the_tick_a_desk_is_not_encrypted(start: FirstStart, tmp_path: Path) -> None:
    page = FirstStartPage(start)
    page.keys.press("c")
    fill_office(page, tmp_path / "front.desk")
    page.fill(admin_name="Ada Lovelace", admin_password=PASSWORD, again=PASSWORD)
    page.keys.press("Enter")
    front = bootstrap.open_desk(tmp_path / "front.desk")
    assert not front.locked
    front.close()


class LockedDoor:
    """An encrypted desk with one administrator, ada."""

    def __init__(self, code: str, front: bootstrap.FrontDoor) -> None:
        self.code = code
        self.front = front


@pytest.fixture
def locked(tmp_path: Path) -> LockedDoor:
    code = bootstrap.new_recovery_code()
    bootstrap.create_desk(
        tmp_path / "front.desk", name="Front desk", admin_login="ada", admin_name="Ada", admin_password=PASSWORD,
        recovery=code,
    ).close()  # fmt: skip
    return LockedDoor(code, bootstrap.open_desk(tmp_path / "front.desk"))


def asked_for_the_code(look: Appearance, door: LockedDoor, qtbot: QtBot) -> tuple[LoginWindow, RecoverDialog]:
    window = LoginWindow(look, Inline(), door.front, login="ada", encrypted=door.front.encrypted)
    qtbot.addWidget(window)
    window.show()
    QTest.qWaitForWindowActive(window)
    button = window.findChild(QPushButton, "recovery")
    assert button is not None
    button.click()
    dialog = window.findChild(RecoverDialog)
    assert dialog is not None
    return window, dialog


def filled(dialog: RecoverDialog, code: str, again: str = NEW_PASSWORD) -> None:
    dialog.code.setText(code)
    dialog.password.setText(NEW_PASSWORD)
    dialog.again.setText(again)
    button = dialog.findChild(QPushButton, "recover")
    assert button is not None
    button.click()


def said(dialog: QDialog) -> list[str]:
    return [
        label.text()
        for label in dialog.findChildren(QLabel)
        if label.property("look") == "error" and label.text()
    ]


def test_an_administrator_gets_in_with_the_code_and_has_a_new_password(
    look: Appearance, locked: LockedDoor, qtbot: QtBot
) -> None:
    window, dialog = asked_for_the_code(look, locked, qtbot)
    assert dialog.login.value() == "ada"
    with qtbot.waitSignal(window.logged_in):
        filled(dialog, locked.code)
    assert locked.front.log_in("ada", "another sentence").actor.login == "ada"
    with pytest.raises(AccessDenied):
        locked.front.log_in("ada", PASSWORD)
    locked.front.close()


def test_what_is_wrong_with_the_code_stands_beside_it(
    look: Appearance, locked: LockedDoor, qtbot: QtBot
) -> None:
    _window, dialog = asked_for_the_code(look, locked, qtbot)
    filled(dialog, locked.code[:-1] + "Z")
    assert said(dialog)[0].startswith("This is no recovery code")
    filled(dialog, bootstrap.new_recovery_code())
    assert any("this is not the recovery code of" in words for words in said(dialog))
    assert dialog.isVisible()
    filled(dialog, locked.code, "an other sentence")
    assert "The two passwords differ. Type the same one twice." in said(dialog)
    assert locked.front.locked


def test_a_desk_that_is_not_encrypted_offers_no_way_in_with_a_code(
    look: Appearance, locked: LockedDoor, qtbot: QtBot
) -> None:
    window = LoginWindow(look, Inline(), locked.front)
    qtbot.addWidget(window)
    assert window.findChild(QPushButton, "recovery") is None
