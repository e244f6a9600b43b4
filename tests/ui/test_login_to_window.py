"""From the login to the window and back: the real front door, the lock, and another agent taking over."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.ui.open_desk import OpenDesk
from desktop_desk.ui.theme import Appearance
from tests.drivers_office import LoginPage
from tests.office_builders import AnOffice

PASSWORD = "secret sentence"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def opened(office: AnOffice, look: Appearance, state: Path, qtbot: QtBot) -> Iterator[OpenDesk]:
    made = an_open_desk(office.front, look, state)
    yield made
    made.end()


def an_open_desk(front: FrontDoor, look: Appearance, state: Path) -> OpenDesk:
    return OpenDesk("/front.desk", front, "Front desk", look, state, demo=False, lock_minutes=15)


def login_page(opened: OpenDesk, qtbot: QtBot) -> LoginPage:
    """The login or lock window, once it is there."""

    def shown() -> bool:
        window = opened.front_window()
        return window is not None and window is not opened.window and window.isVisible()

    qtbot.waitUntil(shown)
    window = opened.front_window()
    assert window is not None
    return LoginPage(window)


def wait_for_window(opened: OpenDesk, qtbot: QtBot) -> QWidget:
    qtbot.waitUntil(lambda: opened.window is not None and opened.window.isVisible())
    assert opened.window is not None
    return opened.window


def wait_for_answer(page: LoginPage, qtbot: QtBot, answer: str) -> None:
    qtbot.waitUntil(lambda: page.answer == answer)


def test_wrong_then_right_as_john_does_it(opened: OpenDesk, qtbot: QtBot) -> None:
    opened.let_in("", "")
    page = login_page(opened, qtbot)
    page.log_in("john", "wrong")
    wait_for_answer(page, qtbot, "Access denied")
    page.keys.type(PASSWORD)
    page.keys.press("Enter")
    wait_for_window(opened, qtbot)
    assert opened.front_window() is opened.window


def test_five_wrong_passwords_lock_the_login_and_the_window_says_only_access_denied(
    opened: OpenDesk, qtbot: QtBot
) -> None:
    opened.let_in("", "")
    page = login_page(opened, qtbot)
    for _try in range(5):
        page.log_in("john", "wrong")
        wait_for_answer(page, qtbot, "Access denied")
    page.log_in("john", PASSWORD)
    wait_for_answer(page, qtbot, "Access denied")
    assert opened.window is None


def test_the_next_start_asks_for_the_password_only(
    opened: OpenDesk, office: AnOffice, look: Appearance, state: Path, qtbot: QtBot
) -> None:
    opened.let_in("john", PASSWORD)
    wait_for_window(opened, qtbot)
    again = an_open_desk(office.front, look, state)
    try:
        again.let_in("", "")
        page = login_page(again, qtbot)
        assert page.login == "john"
        assert page.keys.focused() == "password"
    finally:
        again.end()


def test_locked_the_window_is_out_of_sight_until_the_password_is_given(
    opened: OpenDesk, qtbot: QtBot
) -> None:
    opened.let_in("john", PASSWORD)
    window = wait_for_window(opened, qtbot)
    opened.lock()
    page = login_page(opened, qtbot)
    assert not window.isVisible()
    assert page.login == "john"
    page.keys.type(PASSWORD)
    page.keys.press("Enter")
    qtbot.waitUntil(window.isVisible)
    assert opened.window is window


def test_another_agent_takes_over_in_a_window_of_his_own(opened: OpenDesk, qtbot: QtBot) -> None:
    opened.let_in("john", PASSWORD)
    johns = wait_for_window(opened, qtbot)
    opened._switch()
    login_page(opened, qtbot).log_in("jane", PASSWORD)
    qtbot.waitUntil(lambda: opened.window is not None and opened.window is not johns)
    assert opened.window is not None
    assert opened.window.agent.login == "jane"


def test_the_lock_follows_the_settings_of_the_desk(opened: OpenDesk, office: AnOffice, qtbot: QtBot) -> None:
    opened.let_in("ada", PASSWORD)
    window = wait_for_window(opened, qtbot)
    assert opened.window is not None
    opened.window.operations.write(lambda desk: desk.change_settings(lock_minutes=3), owner=window)
    qtbot.waitUntil(lambda: opened._lock_minutes == 3)
