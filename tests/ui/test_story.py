"""The story of the help desk in the window, told through the page objects: keys alone, one program, one desk.

Ken phones while John is at the desk. John logs the call while Ken speaks and hands the emergency to Jane. Jane takes
over at the same machine, answers, tells John and resolves it. John sees that in For me, and tells Ken.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.ui.open_desk import OpenDesk
from desktop_desk.ui.theme import Appearance
from tests.drivers import FrontDesk
from tests.drivers_calls import CallPanelPage, Counting, Keyboard, ReassignPage
from tests.drivers_office import LoginPage
from tests.ui.conftest import PASSWORD

KENS_NUMBER = "+49 30 901820 11"
PROBLEM = "VPN down again for sales"
TRIED = "Tried: restart of the gateway. Next: certificate? Promised Ken a call before 11."
ANSWER = "The certificate had run out. It is renewed, please connect again."
TOLD = "@john renewed, and the next date is in the calendar. Please phone Ken."


class Story:
    """Who sits at the machine, and what stands on its screen."""

    def __init__(self, opened: OpenDesk, qtbot: QtBot) -> None:
        self.keys = Keyboard()
        self._opened = opened
        self._qtbot = qtbot

    def wait(self, until: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(until()))

    def login(self) -> LoginPage:
        """The login or lock window, once it is in front."""
        return LoginPage(self._in_front(lambda window: window is not self._opened.window))

    def desk_of(self, login: str) -> FrontDesk:
        """The main window of this agent, once it is in front and has found its tickets."""

        def is_his(window: QWidget) -> bool:
            main = self._opened.window
            return main is not None and window is main and main.agent.login == login

        self._in_front(is_his)
        assert self._opened.window is not None
        desk = FrontDesk(self._opened.window, self._qtbot)
        self.wait(lambda: desk.ticket.number() or desk.table.subjects())
        return desk

    def call(self) -> CallPanelPage:
        assert self._opened.window is not None
        return CallPanelPage(self._opened.window)

    def take_over(self, login: str) -> FrontDesk:
        """Another agent logs in at the window of the one before."""
        self.keys.press("Ctrl+Shift+L")
        self.login()
        self.keys.type(login)
        self.keys.press("Tab")
        self.keys.type(PASSWORD)
        self.keys.press("Enter")
        return self.desk_of(login)

    def _in_front(self, fits: Callable[[QWidget], bool]) -> QWidget:
        def there() -> QWidget | None:
            window = self._opened.front_window()
            if window is None or not window.isVisible() or not fits(window):
                return None
            if not QApplication.focusWindow():
                # The platform without a screen has no window manager to do it, after a dialog or menu.
                window.activateWindow()
            return window if QApplication.focusWindow() is window.windowHandle() else None

        self.wait(there)
        window = there()
        assert window is not None
        return window


@pytest.fixture
def opened(front: FrontDoor, look: Appearance, tmp_path: Path) -> Iterator[OpenDesk]:
    made = OpenDesk("/front.desk", front, "Front desk", look, tmp_path / "state", demo=False, lock_minutes=15)
    yield made
    made.end()


def test_ken_phones_john_hands_on_jane_resolves_and_ken_is_told(
    opened: OpenDesk, jane: Desk, qtbot: QtBot
) -> None:
    opened.let_in("", "")
    with Counting() as counted:
        number = the_story(Story(opened, qtbot), opened, jane)
    assert (counted.presses > 0, counted.pointer) == (True, 0), "by keyboard alone"
    assert jane.ticket(number).state == "resolved"
    assert jane.check().ok


def the_story(story: Story, opened: OpenDesk, desk: Desk) -> str:
    """From the first call to the last, asserted by the screen and by `desk`; gives the ticket's number."""
    keys = story.keys
    login = story.login()
    keys.type("john")
    keys.press("Tab")
    keys.type("wrong")
    keys.press("Enter")
    story.wait(lambda: login.answer == "Access denied")
    keys.type(PASSWORD)
    keys.press("Enter")
    johns = story.desk_of("john")

    assert opened.window is not None
    opened.window.calls().take_call(KENS_NUMBER, "Ken Lee", "answer", "17")
    call = story.call()
    story.wait(lambda: call.caller() == "Ken Lee · +49 30 901 820 11" and call.focus() == "call_line")
    keys.type(f"{PROBLEM} !a")
    assert "A · Emergency" in call.chips()
    keys.press("Ctrl+Enter")
    story.wait(lambda: not call.is_open())
    story.wait(lambda: PROBLEM in johns.table.subjects())
    (number,) = [row.number for row in desk.queue("open").rows if row.subject == PROBLEM]
    assert number in johns.said()

    keys.press("Ctrl+N")
    keys.type("ken lee")
    story.wait(call.matches)
    keys.press("Enter")
    keys.type("Still down, all of sales waits")
    story.wait(lambda: number in call.near())
    keys.press(f"Alt+{call.near().index(number) + 1}")
    story.wait(lambda: not call.is_open())
    calls = [entry.text for entry in desk.ticket(number).thread if entry.kind == "call"]
    assert calls == ["", "Still down, all of sales waits"]

    go_to(story, johns, "down again")
    assert johns.ticket.shows("priority") == "Sev-A · Emergency"
    keys.press("A")
    reassign = ReassignPage(johns.window)
    story.wait(lambda: QApplication.activeWindow() is reassign.dialog())
    story.wait(reassign.shown)
    keys.type("jane")
    story.wait(lambda: reassign.shown()[0] == "Jane Roe")
    keys.press("Enter")
    keys.type(TRIED)
    keys.press("Ctrl+Enter")
    story.wait(lambda: desk.ticket(number).agent == "jane")
    story.wait(lambda: johns.ticket.shows("agent") == "Jane Roe")

    story.desk_of("john")
    janes = story.take_over("jane")
    keys.press("Ctrl+1")
    story.wait(lambda: janes.ticket.number() == number)
    assert any(TRIED in line for line in janes.ticket.thread())
    keys.press("Ctrl+4")
    go_to(story, janes, "down again")
    keys.press("Ctrl+R")
    keys.type(ANSWER)
    keys.press("Ctrl+Enter")
    story.wait(lambda: desk.ticket(number).answered and not janes.composer.text())
    keys.press("Ctrl+Shift+R")
    keys.type(TOLD)
    keys.press("Ctrl+Enter")
    story.wait(lambda: desk.ticket(number).thread[-1].text == TOLD and not janes.composer.text())
    keys.press("Escape", "S")
    story.wait(lambda: janes.window.findChild(QMenu, "status_menu"))
    janes.ticket.choose("status_menu", digit_of_resolved(desk))
    story.wait(lambda: janes.ticket.shows("status") == "Resolved")

    story.desk_of("jane")
    johns = story.take_over("john")
    keys.press("Ctrl+1")
    news = johns.window.middle.forme()[0]
    story.wait(news.model.rowCount)
    told = [(each.what, each.ticket, each.by) for each in news._news]
    assert ("resolved", number, "jane") in told
    assert ("noted", number, "jane") in told
    keys.press("Home", *["Down"] * [each.ticket for each in news._news].index(number))
    current = news.current()
    assert current is not None
    assert current.what == "tell"
    story.wait(lambda: johns.ticket.shows("status") == "Resolved")
    assert any(TOLD in line for line in johns.ticket.thread())
    keys.press("D")
    story.wait(lambda: all(back.done for back in desk.ticket(number).call_backs))
    story.wait(lambda: "tell" not in [each.what for each in news._news])
    assert "Ken Lee" in johns.said()
    return number


def go_to(story: Story, desk: FrontDesk, words: str) -> None:
    """Filter the list, and put the cursor on what is left of it."""
    story.keys.press("Ctrl+F")
    story.keys.type(words)
    story.wait(lambda: desk.table.subjects() == [PROBLEM])
    story.keys.press("Enter")
    story.wait(lambda: desk.ticket.subject() == PROBLEM)


def digit_of_resolved(desk: Desk) -> str:
    states = [status.state for status in desk.directory().statuses if status.active]
    return str(sorted(states, key=("open", "waiting", "resolved", "closed").index).index("resolved") + 1)
