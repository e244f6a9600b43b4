"""What a command line asks the launcher for."""

import pytest

from desktop_desk.cli import launch
from desktop_desk.cli.app import globals_first, run
from desktop_desk.cli.launch import Launch, carry_out, read_launch


@pytest.mark.parametrize(
    ("line", "desk"),
    [
        ("", None),
        ("open", None),
        ("open front.desk", "front.desk"),
        ("open front", "front"),
        ("front.desk", "front.desk"),
        ("--desk a.desk", "a.desk"),
        ("--desk=a.desk open", "a.desk"),
        ("open --desk a.desk --as john", "a.desk"),
        ("postgresql://server/desk", "postgresql://server/desk"),
        ("--json", None),
    ],
)
def test_these_lines_open_the_window(line: str, desk: str | None) -> None:
    found = read_launch(line.split(), {})
    assert found is not None
    assert (found.what, found.desk) == ("open", desk)


@pytest.mark.parametrize(
    "line",
    [
        "inbox",
        "--as open inbox",
        "ticket show 1041-0",
        "new front.desk",
        "open --help",
        "open a.desk b.desk",
        "call",
        "call 1 2",
        "call 1 --event sneeze",
        "call 1 --screenshot x.png",
        "--desk",
        "open -x",
        "--version",
        "frontdesk",
    ],
)
def test_these_lines_are_for_the_full_command_reader(line: str) -> None:
    assert read_launch(line.split(), {}) is None


def test_a_call_is_read_with_all_that_the_phone_knows() -> None:
    found = read_launch(["call", "+4930", "--name", "Ken Lee", "--event=end", "--call-id", "7"], {})
    assert found is not None
    assert (found.what, found.number, found.name, found.event, found.call_id) == (
        "call", "+4930", "Ken Lee", "end", "7",
    )  # fmt: skip


def test_a_number_that_begins_with_a_dash_is_taken_after_two_dashes() -> None:
    found = read_launch(["call", "--", "-17"], {})
    assert found is not None
    assert found.number == "-17"


def test_the_environment_names_desk_and_agent_unless_the_line_does() -> None:
    environment = {"DESKTOP_DESK": "e.desk", "DESKTOP_DESK_AGENT": "jane"}
    found = read_launch(["open"], environment)
    assert found is not None
    assert (found.desk, found.login) == ("e.desk", "jane")
    found = read_launch(["open", "--desk", "l.desk", "--as", "john"], environment)
    assert found is not None
    assert (found.desk, found.login) == ("l.desk", "john")


def test_open_becomes_the_window_when_no_program_runs() -> None:
    opened: list[Launch] = []

    def open_window(asked: Launch) -> int:
        opened.append(asked)
        return 0

    asked = Launch("open", desk="front.desk")
    assert carry_out(asked, open_window) == 0
    assert opened == [asked]


@pytest.mark.parametrize(
    "line",
    ["open front.desk --on-network", "--on-network", "call 040123 --on-network", "--on-network front.desk"],
)
def test_a_start_on_a_network_folder_is_told_to_whoever_opens_the_desk(line: str) -> None:
    started = read_launch(line.split(), {})
    assert started is not None
    assert started.on_network
    assert started.request({})["on_network"] is True
    assert Launch("open").request({})["on_network"] is False
    asked = run(["--on-network", "--desk=front.desk", "open"])
    assert isinstance(asked, Launch), "by the full command reader as well"
    assert asked.on_network


def test_a_picture_is_never_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_arguments: object, **_named: object) -> None:
        pytest.fail("asked the running program")

    monkeypatch.setattr(launch.handover, "ask", never)
    assert carry_out(Launch("open", screenshot="window.png"), lambda _asked: 7) == 7


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("inbox --json --as john", "--json --as john inbox"),
        ("ticket reply 1 --text x --desk=a.desk", "--desk=a.desk ticket reply 1 --text x"),
        ("--desk a inbox", "--desk a inbox"),
        ("search -- --json", "search -- --json"),
        ("inbox --as", "--as inbox"),
        ("inbox --on-network", "--on-network inbox"),
    ],
)
def test_global_options_count_wherever_they_stand(written: str, read: str) -> None:
    assert globals_first(written.split()) == read.split()
