"""Change my password: the old one is asked for, the new one twice; on encrypted desks, too."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.domain.errors import AccessDenied
from desktop_desk.ui.app import Program
from desktop_desk.ui.background import Background
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.own_password import OwnPassword
from tests.drivers_copies import Form
from tests.encrypted import PASSWORDS, AnEncryptedDesk
from tests.ui.conftest import PASSWORD

PATIENCE = 20_000
NEW = "a sentence of my own"


@pytest.fixture
def dialog(window: MainWindow, front: FrontDoor, qtbot: QtBot) -> Iterator[OwnPassword]:
    made = OwnPassword(window, front)
    qtbot.addWidget(made)
    made.open()
    yield made
    made.done(0)


def fill(dialog: OwnPassword, old: str, new: str, again: str | None = None) -> None:
    dialog.old.set_value(old)
    dialog.new.set_value(new)
    dialog.again.set_value(new if again is None else again)
    dialog.forward()


def error(dialog: OwnPassword, name: str) -> str:
    return dialog.field(name).error.text()


def test_the_new_password_lets_in_and_the_old_one_no_longer(dialog: OwnPassword, front: FrontDoor) -> None:
    fill(dialog, PASSWORD, NEW)
    assert not dialog.isVisible()
    assert front.log_in("john", NEW).actor.login == "john"
    with pytest.raises(AccessDenied):
        front.log_in("john", PASSWORD)


def test_without_the_old_password_nothing_is_changed(dialog: OwnPassword, front: FrontDoor) -> None:
    fill(dialog, "somebody else's", NEW)
    assert error(dialog, "old").startswith("This is not your password.")
    assert dialog.isVisible()
    assert dialog.new.value() == NEW
    assert front.log_in("john", PASSWORD).actor.login == "john"


@pytest.mark.parametrize(
    ("old", "new", "again", "field"),
    [("", NEW, NEW, "old"), (PASSWORD, "short", "short", "password"), (PASSWORD, NEW, "another", "again")],
)
def test_what_is_missing_or_differs_is_said_beside_its_field(
    dialog: OwnPassword, old: str, new: str, again: str, field: str
) -> None:
    fill(dialog, old, new, again)
    assert error(dialog, field)
    assert dialog.isVisible()


def test_on_an_encrypted_desk_the_new_password_opens_its_keys(
    tmp_path: Path, window: MainWindow, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    encrypted = AnEncryptedDesk(tmp_path / "sealed.desk")
    front = encrypted.opened()
    john = front.log_in("john", PASSWORDS["john"])
    operations = Operations(john, Background(inline=True, parent=qapp), front.data_version, parent=qapp)
    monkeypatch.setattr(window, "operations", operations)
    dialog = OwnPassword(window, front)
    qtbot.addWidget(dialog)
    fill(dialog, "somebody else's", NEW)
    assert error(dialog, "old")
    fill(dialog, PASSWORDS["john"], NEW)
    assert encrypted.let_in("john", NEW).actor.login == "john"
    with pytest.raises(AccessDenied):
        encrypted.let_in("john", PASSWORDS["john"])
    assert encrypted.let_in("jane").actor.login == "jane"


def test_the_menu_of_the_program_leads_to_it(
    desk_file: Path, begin: Callable[..., Program], qtbot: QtBot
) -> None:
    program = begin(desk_file, "john", PASSWORD)
    qtbot.waitUntil(lambda: shown(program) is not None, timeout=PATIENCE)
    window = shown(program)
    assert window is not None
    window.actions_["desk.password"].trigger()
    form = Form("own_password")
    form.fill(old=PASSWORD, password=NEW, again=NEW)
    form.enter()
    qtbot.waitUntil(lambda: window.toasts.text() == "Your password is changed.", timeout=PATIENCE)
    assert QApplication.activeModalWidget() is None


def shown(program: Program) -> MainWindow | None:
    """The window of the agent, once it shows a ticket."""
    window = program._open.window if program._open is not None else None
    return window if window is not None and window.pane.view is not None else None
