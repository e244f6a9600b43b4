"""The story of the help desk in the real program on a virtual screen, by real key events alone.

Ken phones while John is at the desk: the VPN of sales is down. John logs the call while Ken speaks and hands the
emergency to Jane, who administers the systems. Jane works on it, answers, tells John and resolves it. John finds that
in For me, phones Ken, and is done with it. A picture of each step is kept, in the folder that
DESKTOP_DESK_PICTURES names or beside the desk of the test; facts are asserted by the desk and by commands.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop_desk import bootstrap
from desktop_desk.desk.views import TicketView
from tests.builders import to_be_copied
from tests.command_line import start_program
from tests.e2e.screen import Program, Screen, missing, screen_for, until

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "all that a screen needs is there")

PASSWORD = "demo"
KENS_NUMBER = "+49 30 23125 411"
PROBLEM = "VPN down again for sales"
TRIED = "Tried: restart of the gateway. Next: certificate? Promised Ken a call before 11."
ANSWER = "The certificate had run out. It is renewed, please connect again."
TOLD = "@john renewed, and the next date is in the calendar. Please phone Ken."


class Facts:
    """What the desk knows, asked by its own door; and by commands, as a script would."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.door = bootstrap.open_desk(path)
        self.desk = self.door.log_in("mia", PASSWORD)

    def logged(self) -> str:
        """The number of the ticket of Ken's call, as soon as there is one."""

        def found() -> str:
            rows = self.desk.queue("all", sort="opened", descending=True, count=3).rows
            return next((row.number for row in rows if row.subject == PROBLEM), "")

        return until(found, "the call to be logged")

    def ticket_once(self, number: str, fits: Callable[[TicketView], bool], what: str) -> TicketView:
        """The ticket as soon as it is so."""
        until(lambda: fits(self.desk.ticket(number)), what)
        return self.desk.ticket(number)

    def told(self, login: str, *words: str) -> Any:
        """The answer of a command with --json that this agent gives."""
        line = ("--desk", str(self._path), "--as", login, "--json", *words)
        ended = start_program(*line, DESKTOP_DESK_PASSWORD=PASSWORD)
        assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
        return json.loads(ended.stdout)

    def news_of(self, login: str, number: str) -> list[tuple[str, str | None]]:
        """What this agent's inbox says of a ticket: what happened, by whom."""
        return [(news["what"], news["by"]) for news in self.told(login, "inbox") if news["ticket"] == number]

    def place_in_menu(self, state: str) -> int:
        """The digit that chooses the first status of this state, the menu being sorted by state."""
        states = [status.state for status in self.desk.directory().statuses if status.active]
        return sorted(states, key=("open", "waiting", "resolved", "closed").index).index(state) + 1

    def wrong_tries(self, login: str) -> int:
        return self.door._store.logins.tries(login)[0]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo desk, made once and copied for each test."""
    made = tmp_path_factory.mktemp("demo") / "demo.desk"
    bootstrap.create_demo(made)
    return to_be_copied(made)


@pytest.fixture
def path(demo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(demo, tmp_path / "front.desk"))


@pytest.fixture
def facts(path: Path) -> Iterator[Facts]:
    made = Facts(path)
    yield made
    made.door.close()


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    with screen_for(tmp_path, "story") as made:
        yield made


@pytest.fixture
def start(screen: Screen, path: Path, tmp_path: Path) -> Iterator[Callable[[str], Program]]:
    """Starts the program on the screen, each under a name and with a home of its own."""
    started: list[Program] = []

    def begin(name: str) -> Program:
        started.append(Program(screen, path, tmp_path / name))
        return started[-1]

    yield begin
    for program in started:
        program.end()


def log_in(screen: Screen, login: str, password: str = PASSWORD) -> None:
    """Name, Tab, password, Enter, into an empty login window."""
    screen.type(login)
    screen.press("Tab")
    screen.type(password)
    screen.press("Return")


def go_to(screen: Screen, words: str) -> None:
    """Filter the list of tickets, and put the cursor on what is left of it."""
    screen.press("ctrl+f")
    screen.type(words)
    screen.rest()
    screen.press("Return")
    screen.rest()


def test_the_story_plays_in_one_window_by_keyboard(
    screen: Screen, facts: Facts, start: Callable[[str], Program]
) -> None:
    program = start("desk")

    program.window("Log in")
    screen.picture("login")
    log_in(screen, "john", "wrong")
    until(lambda: facts.wrong_tries("john"), "the wrong password to be counted")
    screen.picture("access-denied")
    screen.type(PASSWORD)
    screen.press("Return")
    program.window("John Doe")
    assert facts.wrong_tries("john") == 0
    screen.picture("john-at-the-desk")

    # Ken phones: the telephone tells his number, and the call is logged while he speaks.
    program.hand_over("call", KENS_NUMBER, "--name", "Ken Lee")
    screen.picture("ken-calls")
    screen.type(f"{PROBLEM} !a")
    screen.picture("while-he-speaks")
    screen.press("ctrl+Return")
    number = facts.logged()
    logged = facts.told("john", "ticket", "show", number)
    assert (logged["subject"], logged["priority"], logged["state"]) == (PROBLEM, "A", "open")
    assert logged["caller"]["name"] == "Ken Lee"
    assert [entry["by"] for entry in logged["thread"] if entry["kind"] == "call"] == ["john"]
    screen.picture("logged")

    # He phones again, and says his name only: the call goes to the ticket that is there.
    screen.press("ctrl+n")
    screen.type("ken lee")
    screen.rest()
    screen.press("Return")
    screen.type("VPN again")
    screen.picture("ken-calls-again")
    screen.press("Escape")
    screen.rest()

    # A Sev-A emergency: one for the System Administrator.
    go_to(screen, "down again")
    screen.picture("the-emergency")
    screen.press("a")
    program.focus("eassign")
    screen.type("jane")
    screen.rest()
    screen.press("Return")
    screen.type(TRIED)
    screen.picture("handing-it-to-jane")
    screen.press("ctrl+Return")
    handed = facts.ticket_once(number, lambda view: view.agent == "jane", "the ticket to be Jane's")
    assert TRIED in [entry.text for entry in handed.thread]
    assert ("assigned", "john") in facts.news_of("jane", number)
    program.window("John Doe")
    screen.picture("handed-on")

    # Jane takes over at the same machine, without a new start.
    screen.press("ctrl+shift+l")
    program.window("locked")
    screen.picture("who-takes-over")
    log_in(screen, "jane")
    program.window("Jane Doe")
    screen.press("ctrl+1")
    screen.picture("jane-for-me")
    screen.press("ctrl+4")
    go_to(screen, "down again")
    screen.press("ctrl+r")
    screen.type(ANSWER)
    screen.picture("jane-answers")
    screen.press("ctrl+Return")
    facts.ticket_once(number, lambda view: view.answered, "the answer")
    screen.press("ctrl+shift+r")
    screen.type(TOLD)
    screen.picture("jane-tells-john")
    screen.press("ctrl+Return")
    facts.ticket_once(number, lambda view: view.thread[-1].text == TOLD, "the note to John")
    screen.press("Escape")
    screen.rest()
    screen.press("s")
    screen.picture("open-to-resolved")
    screen.press(str(facts.place_in_menu("resolved")))
    solved = facts.ticket_once(number, lambda view: view.state == "resolved", "the ticket to be resolved")
    assert solved.agent == "jane"
    screen.picture("resolved")

    # John is back: For me tells him, and whom he must tell.
    screen.press("ctrl+shift+l")
    program.window("locked")
    log_in(screen, "john")
    program.window("John Doe")
    screen.press("ctrl+1")
    screen.picture("john-for-me")
    news = facts.news_of("john", number)
    assert ("resolved", "jane") in news
    assert ("noted", "jane") in news
    assert "tell" in [what for what, _by in news]
    [tell] = [back for back in facts.desk.ticket(number).call_backs if not back.done]
    assert (tell.person, tell.agent) == ("Ken Lee", "john")
    waiting = [each.call_back.uid for each in facts.door.log_in("john", PASSWORD).inbox() if each.call_back]
    screen.press("Home", *["Down"] * waiting.index(tell.uid))
    screen.picture("tell-ken")
    screen.press("d")
    facts.ticket_once(
        number, lambda view: all(back.done for back in view.call_backs), "the promise to Ken to be kept"
    )
    screen.picture("ken-is-told")
    assert "tell" not in [what for what, _by in facts.news_of("john", number)]
    assert facts.told("john", "ticket", "show", number)["state"] == "resolved"
    assert facts.told("john", "check")["ok"]
    assert program.quit() == 0


def test_two_windows_side_by_side_show_each_others_work(
    screen: Screen, facts: Facts, start: Callable[[str], Program]
) -> None:
    johns = start("john")
    johns.window("Log in")
    log_in(screen, "john")
    johns.window("John Doe")
    screen.press("ctrl+1")
    before = screen.picture("john-alone").read_bytes()
    number = facts.told("john", "ticket", "log", "--subject", PROBLEM, "--priority", "A")["number"]

    janes = start("jane")
    janes.window("Log in")
    log_in(screen, "jane")
    window = janes.window("Jane Doe")
    go_to(screen, "down again")
    screen.press("c")
    facts.ticket_once(number, lambda view: view.agent == "jane", "Jane to claim the ticket")
    screen.press("ctrl+r")
    screen.type(ANSWER)
    screen.press("ctrl+shift+Return")
    facts.ticket_once(number, lambda view: view.state == "resolved", "the answer that resolves")
    screen.picture("jane-has-resolved")

    # Not a key is pressed in John's window: it shows of itself what Jane did.
    screen.hide(window)
    johns.window("John Doe")
    assert screen.picture("john-is-told").read_bytes() != before
    assert ("resolved", "jane") in facts.news_of("john", number)
    screen.press("ctrl+k")
    screen.type(number)
    screen.rest()
    screen.press("Return")
    screen.picture("john-sees-the-answer")
    assert johns.quit() == 0
    screen.unhide(window)
    assert janes.quit() == 0
