"""The story of the help desk, played by commands alone.

Ken phones: the VPN of all of sales is down. John takes the call, sees that it is one for the system administrators
and hands it to Jane with what he tried. Jane works on it, answers and resolves it. John finds that in his inbox,
tells Ken, and closes the ticket.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import PASSWORD, found_office, start_program


class Person:
    """Somebody at a terminal."""

    def __init__(self, login: str, desk: Path) -> None:
        self._login = login
        self._desk = desk

    def does(self, *words: str) -> Any:
        """Run a command that must succeed, and give its JSON."""
        ended = start_program(*self._line(words), DESKTOP_DESK_PASSWORD=PASSWORD)
        assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
        return json.loads(ended.stdout)

    def is_told(self, code: int, *words: str, password: str = PASSWORD) -> str:
        """Run a command that must end with this code, and give what stderr says."""
        ended = start_program(*self._line(words), DESKTOP_DESK_PASSWORD=password)
        assert (ended.returncode, ended.stdout) == (code, "")
        return ended.stderr.strip()

    def _line(self, words: tuple[str, ...]) -> tuple[str, ...]:
        return ("--desk", str(self._desk), "--as", self._login, "--json", *words)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    path = tmp_path / "front.desk"
    found_office(path)
    return path


def texts(ticket: dict[str, Any], kind: str) -> list[tuple[str | None, str]]:
    return [(entry["by"], entry["text"]) for entry in ticket["thread"] if entry["kind"] == kind]


@pytest.mark.timeout(600)  # dozens of starts of the program, one after the other
def test_a_call_is_logged_handed_on_resolved_and_closed(desk: Path) -> None:
    john, jane = Person("john", desk), Person("jane", desk)

    assert john.is_told(3, "inbox", password="Password1") == "Access denied"

    logged = john.does(
        "ticket", "log", "--subject", "VPN down for all of sales", "--details", "nobody in sales can reach the files",
        "--caller", "Ken Lee", "--phone", "+49 30 901820", "--priority", "A", "--topic", "Access issue",
    )  # fmt: skip
    number = logged["number"]
    assert (logged["state"], logged["priority"], logged["department"]) == ("open", "A", "Support")
    assert logged["caller"]["name"] == "Ken Lee"
    assert texts(logged, "call") == [("john", "nobody in sales can reach the files")]

    tried = "restarted the gateway, no change; promised Ken news by noon"
    handed = john.does("ticket", "assign", number, "--to", "jane", "--message", tried)
    assert (handed["agent"], texts(handed, "note")) == ("jane", [("john", tried)])

    newest = jane.does("inbox")[0]
    assert (newest["ticket"], newest["by"]) == (number, "john")
    assert [ticket["number"] for ticket in jane.does("ticket", "list", "--queue", "mine")] == [number]
    moved = jane.does("ticket", "assign", number, "--to", "System Administrators", "--message", "ours")
    assert (moved["department"], moved["agent"]) == ("System Administrators", None)
    assert jane.does("ticket", "claim", number)["agent"] == "jane"

    # Ken calls again while Jane works on it: his number finds him, and the same ticket takes the call.
    assert [ticket["number"] for ticket in john.does("search", "901820")] == [number]
    again = john.does("ticket", "call", number, "--text", "Ken asks how long it will take")
    assert ("john", "Ken asks how long it will take") in texts(again, "call")
    assert number in [news["ticket"] for news in jane.does("inbox")]

    solved = jane.does("ticket", "reply", number, "--text", "renewed the expired certificate", "--resolve")
    assert (solved["state"], solved["agent"]) == ("resolved", "jane")
    assert texts(solved, "reply") == [("jane", "renewed the expired certificate")]

    news = john.does("inbox")
    assert (number, "resolved", "jane") in [(item["ticket"], item["what"], item["by"]) for item in news]
    assert "tell" in [item["what"] for item in news]

    # A misheard digit is caught; the number itself never changes.
    misheard = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert "check digit" in john.is_told(1, "ticket", "show", misheard)

    closed = john.does("ticket", "close", number, "--message", "told Ken, he is happy")
    assert (closed["number"], closed["state"]) == (number, "closed")
    assert closed["opened"] <= closed["resolved"] <= closed["closed"]
    assert closed["reassignments"] == 1

    # One slip: closed too early. Undo opens it exactly as it was, redo closes it again.
    assert john.does("undo")["state"] == "resolved"
    assert john.does("redo")["state"] == "closed"
    assert jane.is_told(1, "ticket", "claim", "hello")

    [row] = john.does("report", "summary")
    assert (row["opened"], row["resolved"], row["closed"]) == (1, 1, 1)
    check = john.does("check")
    assert (check["ok"], check["tickets"]) == (True, 1)
