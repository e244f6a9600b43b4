"""The program around the window: start, log in, lock, switch, hand over, end; with its real threads."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop_desk import config, handover
from desktop_desk.desk.desk import Desk
from desktop_desk.ui.app import Program
from desktop_desk.ui.first_start import FirstStart
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.theme import Appearance
from tests.drivers import FrontDesk, part
from tests.drivers_office import LoginPage
from tests.ui.conftest import PASSWORD
from tests.ui.test_main_window import TILL, VPN

PATIENCE = 10_000


def the_window(program: Program, qtbot: QtBot) -> MainWindow:
    """The main window, once it shows tickets."""

    def there() -> bool:
        opened = program._open
        return opened is not None and opened.window is not None and opened.window.pane.view is not None

    qtbot.waitUntil(there, timeout=PATIENCE)
    assert program._open is not None
    assert program._open.window is not None
    return program._open.window


def test_login_and_password_together_lead_straight_to_the_window(
    begin: Callable[..., Program], desk_file: Path, qtbot: QtBot
) -> None:
    window = the_window(begin(desk_file, "john", PASSWORD), qtbot)
    assert window.windowTitle() == "Front desk · John Doe"
    assert FrontDesk(window, qtbot).ticket.subject() == VPN


def test_without_a_password_it_asks_and_then_shows_the_window(
    begin: Callable[..., Program], desk_file: Path, qtbot: QtBot
) -> None:
    running = begin(desk_file, "john")
    qtbot.waitUntil(lambda: running._open is not None and running._open._login is not None, timeout=PATIENCE)
    assert running._open is not None
    login = running._open._login
    assert login is not None
    LoginPage(login).log_in("john", PASSWORD)
    the_window(running, qtbot)
    assert running._open._login is None


def test_without_a_desk_it_leads_to_a_first_one(begin: Callable[..., Program], qtbot: QtBot) -> None:
    running = begin(None)
    window = running._front_window()
    assert window is not None
    assert window.objectName() == "first_start"


def test_a_new_desk_can_be_begun_from_an_open_one_and_left_again(
    begin: Callable[..., Program], desk_file: Path, qtbot: QtBot
) -> None:
    running = begin(desk_file, "john", PASSWORD)
    window = the_window(running, qtbot)
    window.actions_["desk.new"].trigger()
    assistant = running._standing
    assert isinstance(assistant, FirstStart)
    assert assistant.isVisible()
    QTest.keyClick(assistant, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: running._standing is None, timeout=PATIENCE)
    assert window.isVisible()


def test_a_desk_that_cannot_be_opened_says_why_and_leads_on(
    begin: Callable[..., Program], tmp_path: Path, qtbot: QtBot
) -> None:
    running = begin(tmp_path / "missing.desk", "john", PASSWORD)
    qtbot.waitUntil(lambda: running._standing is not None, timeout=PATIENCE)
    boxes = [each for each in QApplication.topLevelWidgets() if each.objectName() == "message_box"]
    assert len(boxes) == 1
    boxes[0].close()


def test_the_last_desk_is_opened_at_the_next_start(
    begin: Callable[..., Program], desk_file: Path, qtbot: QtBot
) -> None:
    first = begin(desk_file, "john", PASSWORD)
    the_window(first, qtbot)
    first.end()
    assert config.read_preferences(config.places().preferences).last_desk == str(desk_file)
    the_window(begin(None, "john", PASSWORD), qtbot)


def test_where_the_window_stood_is_kept_at_the_end(
    begin: Callable[..., Program], desk_file: Path, qtbot: QtBot
) -> None:
    first = begin(desk_file, "john", PASSWORD)
    window = the_window(first, qtbot)
    desk = FrontDesk(window, qtbot)
    desk.queues.open("all")
    qtbot.waitUntil(lambda: len(desk.table.subjects()) == 5, timeout=PATIENCE)
    desk.table.go_to(TILL)
    qtbot.waitUntil(lambda: desk.ticket.subject() == TILL, timeout=PATIENCE)
    first.end()
    window = the_window(begin(desk_file, "john", PASSWORD), qtbot)
    again = FrontDesk(window, qtbot)
    assert again.queues.chosen() == "all"
    qtbot.waitUntil(lambda: again.ticket.subject() == TILL, timeout=PATIENCE)


def test_the_look_comes_back_at_the_next_start(
    begin: Callable[..., Program], desk_file: Path, qtbot: QtBot, look: Appearance
) -> None:
    first = begin(desk_file, "john", PASSWORD)
    window = the_window(first, qtbot)
    window.actions_["view.dark"].trigger()
    window.actions_["view.compact"].trigger()
    first.end()
    second = begin(None, "john", PASSWORD)
    assert (second.look.scheme, second.look.density) == ("dark", "compact")
    the_window(second, qtbot)
    second.end()
    look.set_scheme("dark")
    look.set_scheme("light")


def test_the_lock_hides_the_window_and_the_same_agent_finds_his_text_again(
    begin: Callable[..., Program], desk_file: Path, qtbot: QtBot
) -> None:
    running = begin(desk_file, "john", PASSWORD)
    window = the_window(running, qtbot)
    window.pane.composer.open("reply")
    QTest.keyClicks(window.pane.composer.editor, "half a")
    assert running._open is not None
    running._open.lock()
    assert not window.isVisible()
    lock = running._open._lock
    assert lock is not None
    LoginPage(lock).log_in("john", PASSWORD)
    qtbot.waitUntil(window.isVisible, timeout=PATIENCE)
    assert window.pane.composer.text() == "half a"
    assert running._open.window is window


def test_another_agent_gets_a_window_of_his_own_without_a_restart(
    begin: Callable[..., Program], desk_file: Path, qtbot: QtBot
) -> None:
    running = begin(desk_file, "john", PASSWORD)
    window = the_window(running, qtbot)
    window.actions_["desk.switch"].trigger()
    assert running._open is not None
    lock = running._open._lock
    assert lock is not None
    LoginPage(lock).log_in("jane", PASSWORD)

    def jane_is_there() -> bool:
        now = running._open.window if running._open is not None else None
        return (
            now is not None and now is not window and now.agent.login == "jane" and now.pane.view is not None
        )

    qtbot.waitUntil(jane_is_there, timeout=PATIENCE)


def test_what_another_program_writes_shows_by_itself_while_text_is_being_typed(
    begin: Callable[..., Program], desk_file: Path, qtbot: QtBot, jane: Desk
) -> None:
    window = the_window(begin(desk_file, "john", PASSWORD), qtbot)
    desk = FrontDesk(window, qtbot)
    number = desk.ticket.number()
    window.pane.composer.open("reply")
    QTest.keyClicks(window.pane.composer.editor, "half a")
    qtbot.waitUntil(lambda: window.operations._seen_version is not None, timeout=PATIENCE)
    jane.note(number, "Jane was here")
    qtbot.waitUntil(lambda: any("Jane was here" in line for line in desk.ticket.thread()), timeout=PATIENCE)
    assert desk.ticket.says("changed")
    assert desk.composer.text() == "half a"


def ask(request: dict[str, Any], qtbot: QtBot) -> dict[str, Any]:
    """What a second start does, without waiting on this thread."""
    client = socket.socket(socket.AF_UNIX)
    client.setblocking(False)
    with client:
        client.connect(handover.address())
        client.send(json.dumps(request).encode() + b"\n")
        answer = bytearray()

        def answered() -> bool:
            try:
                answer.extend(client.recv(65536))
            except BlockingIOError:
                return False
            return answer.endswith(b"\n")

        qtbot.waitUntil(answered, timeout=PATIENCE)
    return json.loads(answer)


@pytest.mark.skipif(sys.platform == "win32", reason="the test speaks to a Unix socket")
def test_a_call_that_is_handed_over_waits_until_somebody_is_there(
    begin: Callable[..., Program], desk_file: Path, qtbot: QtBot
) -> None:
    running = begin(desk_file, "john", PASSWORD, listen=True)
    call = {"do": "call", "number": "+49 30 901820 11", "name": "Ken", "event": "ring", "call_id": "7"}
    assert ask({**call, "desk": None, "activation": None}, qtbot) == {"ok": True}
    window = the_window(running, qtbot)
    qtbot.waitUntil(lambda: window.call_desk is not None, timeout=PATIENCE)


@pytest.mark.skipif(sys.platform == "win32", reason="the test speaks to a Unix socket")
def test_what_the_program_does_not_know_is_refused_in_a_sentence(
    begin: Callable[..., Program], desk_file: Path, qtbot: QtBot
) -> None:
    running = begin(desk_file, "john", PASSWORD, listen=True)
    the_window(running, qtbot)
    answer = ask({"do": "dance"}, qtbot)
    assert answer["ok"] is False
    assert answer["reason"]


def test_only_one_program_listens(begin: Callable[..., Program], desk_file: Path, qtbot: QtBot) -> None:
    from desktop_desk.ui.server import HandoverServer

    begin(desk_file, "john", PASSWORD, listen=True)
    assert not HandoverServer().start()


def picture(desk: Path, login: str, password: str, file: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DESKTOP_DESK_PASSWORD": password, "QT_QPA_PLATFORM": "offscreen"}
    words = [
        sys.executable,
        "-m",
        "desktop_desk",
        "--desk",
        str(desk),
        "--as",
        login,
        "open",
        "--screenshot",
        str(file),
    ]
    return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_picture_of_the_window_is_made_by_command(desk_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "window.png"
    done = picture(desk_file, "john", PASSWORD, file)
    assert (done.returncode, done.stderr) == (0, "")
    image = QImage(str(file))
    assert (image.width(), image.height()) == (1280, 800)
    assert len({image.pixel(x, 170) for x in range(1280)}) > 20  # a row of the table
    assert not config.places().preferences.exists()


def test_no_picture_of_a_desk_that_lets_nobody_in(desk_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "window.png"
    denied = picture(desk_file, "john", "wrong", file)
    assert denied.returncode == 3
    assert "Access denied" in denied.stderr
    missing = picture(tmp_path / "no.desk", "john", PASSWORD, file)
    assert missing.returncode == 4
    assert not file.exists()


def test_space_and_enter_press_what_has_the_cursor(
    begin: Callable[..., Program], desk_file: Path, qtbot: QtBot
) -> None:
    window = the_window(begin(desk_file, "john", PASSWORD), qtbot)
    link = part(window.pane, QPushButton, "ticket_follow")
    before = link.text()
    link.setFocus()
    QTest.keyClick(link, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: link.text() != before, timeout=PATIENCE)
