"""Logging in, being refused, locking after idle time and changing the agent, at the keyboard."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_desk.domain.errors import AccessDenied, Invalid
from desktop_desk.ui.idle import IdleWatcher
from desktop_desk.ui.lock import LockWindow
from desktop_desk.ui.login import LoginWindow
from desktop_desk.ui.theme import Appearance
from tests.drivers_office import LoginPage

PASSWORDS = {"john": "demo", "jane": "demo"}


class FakeDoor:
    """Lets in who gives the right password; remembers who asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def log_in(self, login: str, password: str) -> str:
        self.asked.append((login, password))
        if PASSWORDS.get(login) != password:
            raise AccessDenied("Access denied")
        return f"desk of {login}"

    def recover(self, code: str, login: str, password: str) -> str:
        self.asked.append((login, password))
        if code != "the code":
            raise Invalid("recovery", "This is no recovery code.")
        return f"desk of {login}"


class Held:
    """Runs nothing until it is told to, so that a test sees what the window does meanwhile."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def task(
        self,
        call: Callable[[], Any],
        *,
        owner: QObject,
        then: Callable[[Any], None],
        failed: Callable[[Exception], bool] | None = None,
        latest: str = "",
        long: bool = False,
    ) -> None:
        def run() -> None:
            try:
                value = call()
            except (AccessDenied, Invalid) as error:
                if failed is None or not failed(error):
                    raise
            else:
                then(value)

        self.waiting.append(run)

    def go_on(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()
        QApplication.processEvents()


@pytest.fixture
def door() -> FakeDoor:
    return FakeDoor()


@pytest.fixture
def tasks() -> Held:
    return Held()


@pytest.fixture
def window(look: Appearance, door: FakeDoor, tasks: Held, qtbot: QtBot) -> LoginWindow:
    return shown(LoginWindow(look, tasks, door, desk_name="Front desk"), qtbot)


def shown(window: Any, qtbot: QtBot) -> Any:
    qtbot.addWidget(window)
    window.show()
    QTest.qWaitForWindowActive(window)
    return window


def test_the_right_password_lets_in_by_keyboard_alone(window: LoginWindow, tasks: Held) -> None:
    let_in: list[object] = []
    window.logged_in.connect(let_in.append)
    page = LoginPage(window)
    assert page.keys.focused() == "login"
    page.keys.type("john")
    page.keys.press("Tab")
    page.keys.type("demo")
    page.keys.press("Enter")
    tasks.go_on()
    assert let_in == ["desk of john"]
    assert page.password == ""


@pytest.mark.parametrize(("login", "password"), [("john", "wrong"), ("nobody", "demo")])
def test_a_refusal_says_access_denied_keeps_the_name_and_waits_in_the_empty_password(
    window: LoginWindow, tasks: Held, login: str, password: str
) -> None:
    page = LoginPage(window)
    page.log_in(login, password)
    tasks.go_on()
    assert page.answer == "Access denied"
    assert page.login == login
    assert page.password == ""
    assert page.keys.focused() == "password"


def test_unknown_login_and_wrong_password_look_exactly_alike(
    window: LoginWindow, tasks: Held, qtbot: QtBot
) -> None:
    page = LoginPage(window)
    pictures = []
    for login in ("john", "jona"):
        page.log_in(login, "wrong")
        tasks.go_on()
        window.form.login.clear()
        pictures.append((page.answer, page.advice, window.form.size()))
    assert pictures[0] == pictures[1]


def test_the_second_try_needs_only_password_and_enter(
    window: LoginWindow, tasks: Held, door: FakeDoor
) -> None:
    page = LoginPage(window)
    page.log_in("john", "wrong")
    tasks.go_on()
    page.keys.type("demo")
    page.keys.press("Enter")
    tasks.go_on()
    assert door.asked == [("john", "wrong"), ("john", "demo")]
    assert page.answer == ""


def test_several_refusals_of_whatever_login_tell_of_the_lock_out(window: LoginWindow, tasks: Held) -> None:
    page = LoginPage(window)
    for place, login in enumerate(("john", "nobody", "ghost"), 1):
        page.log_in(login, "wrong")
        tasks.go_on()
        assert (page.advice != "") is (place == 3)
    assert page.advice == "Too many tries lock a login for a while."
    assert page.answer == "Access denied"


def test_while_the_password_is_checked_the_window_says_so_and_takes_no_second_try(
    window: LoginWindow, tasks: Held, door: FakeDoor
) -> None:
    page = LoginPage(window)
    page.log_in("john", "demo")
    assert page.answer == "Checking the password…"
    page.keys.press("Enter")
    assert len(tasks.waiting) == 1
    tasks.go_on()
    assert door.asked == [("john", "demo")]


def test_enter_without_a_password_asks_nobody(window: LoginWindow, tasks: Held) -> None:
    page = LoginPage(window)
    page.keys.type("john")
    page.keys.press("Enter")
    assert not tasks.waiting
    assert page.keys.focused() == "password"


def test_who_was_here_last_only_types_the_password(
    look: Appearance, door: FakeDoor, tasks: Held, qtbot: QtBot
) -> None:
    page = LoginPage(shown(LoginWindow(look, tasks, door, login="jane"), qtbot))
    assert page.keys.focused() == "password"
    page.keys.type("demo")
    page.keys.press("Enter")
    tasks.go_on()
    assert door.asked == [("jane", "demo")]


def test_only_the_demo_desk_tells_its_logins(
    window: LoginWindow, look: Appearance, door: FakeDoor, tasks: Held, qtbot: QtBot
) -> None:
    assert LoginPage(window).hint == ""
    demo = LoginPage(shown(LoginWindow(look, tasks, door, demo=True), qtbot))
    assert "jane" in demo.hint


def test_closing_the_login_window_says_that_nobody_came_in(window: LoginWindow) -> None:
    cancelled: list[bool] = []
    window.cancelled.connect(lambda: cancelled.append(True))
    LoginPage(window).keys.press("Esc")
    assert cancelled == [True]


def test_fields_and_button_have_names_for_screen_readers(window: LoginWindow) -> None:
    form = window.form
    names = [widget.accessibleName() for widget in (form.login, form.password, form.button)]
    assert names == ["User name or e-mail", "Password", "Log in"]


# ── Locking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def main(qtbot: QtBot) -> QWidget:
    """A window with something half typed in it."""
    window = QWidget()
    window.setObjectName("main")
    column = QVBoxLayout(window)
    text = QPlainTextEdit()
    text.setObjectName("draft")
    column.addWidget(QLineEdit())
    column.addWidget(text)
    window.resize(900, 600)
    shown(window, qtbot)
    text.setFocus()
    QTest.keyClicks(text, "Hello Ken, ")
    return window


@pytest.fixture
def lock(look: Appearance, tasks: Held, door: FakeDoor, main: QWidget, qtbot: QtBot) -> LockWindow:
    window = LockWindow(look, tasks, door, desk_name="Front desk", windows=lambda: [main, window])
    qtbot.addWidget(window)
    return window


@pytest.fixture
def idle(clock: Clock, qapp: QApplication) -> Iterator[tuple[IdleWatcher, list[str]]]:
    watcher = IdleWatcher(15, clock=clock)
    told: list[str] = []
    watcher.idled.connect(lambda: told.append("idle"))
    yield watcher, told
    watcher.deleteLater()


def test_fifteen_minutes_without_a_touch_are_told_once(
    idle: tuple[IdleWatcher, list[str]], clock: Clock
) -> None:
    watcher, told = idle
    clock.now += 15 * 60 - 1
    watcher.look()
    assert told == []
    clock.now += 1
    watcher.look()
    watcher.look()
    assert told == ["idle"]


def test_a_key_or_a_click_starts_the_time_anew(
    main: QWidget, idle: tuple[IdleWatcher, list[str]], clock: Clock
) -> None:
    watcher, told = idle
    clock.now += 14 * 60
    QTest.keyClick(main.windowHandle(), Qt.Key.Key_X)
    clock.now += 14 * 60
    watcher.look()
    assert told == []
    clock.now += 60
    watcher.look()
    assert told == ["idle"]


def test_the_key_that_wakes_a_sleeping_laptop_locks_and_types_nothing(
    main: QWidget, idle: tuple[IdleWatcher, list[str]], clock: Clock
) -> None:
    _watcher, told = idle
    clock.now += 9 * 3600
    QTest.keyClick(main.windowHandle(), Qt.Key.Key_X)
    draft = main.findChild(QPlainTextEdit, "draft")
    assert draft is not None
    assert told == ["idle"]
    assert draft.toPlainText() == "Hello Ken, "


def test_no_minutes_never_lock(idle: tuple[IdleWatcher, list[str]], clock: Clock) -> None:
    watcher, told = idle
    watcher.set_minutes(0)
    clock.now += 10 * 3600
    watcher.look()
    assert told == []


def test_a_clock_set_back_does_not_keep_the_desk_open(
    idle: tuple[IdleWatcher, list[str]], clock: Clock
) -> None:
    watcher, told = idle
    clock.now -= 5 * 3600
    watcher.look()
    clock.now += 15 * 60
    watcher.look()
    assert told == ["idle"]


def test_locking_hides_everything_and_the_password_brings_it_back_as_it_was(
    lock: LockWindow, main: QWidget, tasks: Held
) -> None:
    unlocked: list[object] = []
    lock.unlocked.connect(unlocked.append)
    lock.lock("john")
    assert lock.isVisible()
    assert not main.isVisible()
    assert lock.geometry() == main.geometry()
    page = LoginPage(lock)
    assert page.login == "john"
    assert page.keys.focused() == "password"
    page.keys.press("Esc")
    assert not main.isVisible(), "there is no way round the password"
    page.keys.type("demo")
    page.keys.press("Enter")
    tasks.go_on()
    assert unlocked == ["desk of john"]
    assert main.isVisible()
    assert not lock.isVisible()
    draft = main.findChild(QPlainTextEdit, "draft")
    assert draft is not None
    assert draft.toPlainText() == "Hello Ken, "
    assert main.focusWidget() is draft


def test_a_wrong_password_leaves_the_desk_locked(lock: LockWindow, main: QWidget, tasks: Held) -> None:
    lock.lock("john")
    page = LoginPage(lock)
    page.keys.type("wrong")
    page.keys.press("Enter")
    tasks.go_on()
    assert page.answer == "Access denied"
    assert not main.isVisible()
    assert lock.locked


def test_another_agent_may_unlock(lock: LockWindow, main: QWidget, tasks: Held) -> None:
    unlocked: list[object] = []
    lock.unlocked.connect(unlocked.append)
    lock.lock("john")
    LoginPage(lock).log_in("jane", "demo")
    tasks.go_on()
    assert unlocked == ["desk of jane"]


def test_switching_the_agent_can_be_thought_better_of_until_idle_time_locks(
    lock: LockWindow, main: QWidget, tasks: Held
) -> None:
    lock.switch_agent()
    page = LoginPage(lock)
    assert page.login == ""
    assert page.keys.focused() == "login"
    page.keys.press("Esc")
    assert main.isVisible()
    lock.switch_agent()
    lock.lock("john")
    page.keys.press("Esc")
    assert not main.isVisible()


def test_the_modality_of_a_dialog_survives_the_lock(lock: LockWindow, main: QWidget, tasks: Held) -> None:
    main.setWindowModality(Qt.WindowModality.WindowModal)
    lock.lock("john")
    main.setWindowModality(Qt.WindowModality.NonModal)
    LoginPage(lock).log_in("john", "demo")
    tasks.go_on()
    assert main.windowModality() is Qt.WindowModality.WindowModal


def test_a_lock_by_hand_does_not_speak_of_idle_time(lock: LockWindow, main: QWidget) -> None:
    lock.lock("john", by_hand=True)
    assert LoginPage(lock).answer == "Locked. Nothing that was typed is lost."


def test_ctrl_q_quits_a_locked_program(lock: LockWindow, main: QWidget) -> None:
    closed: list[str] = []
    lock.closed.connect(lambda: closed.append("closed"))
    lock.lock("john")
    QTest.qWaitForWindowActive(lock)
    QTest.keyClick(lock.windowHandle(), Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert closed == ["closed"]
    assert not main.isVisible(), "quitting shows nobody what was locked"
