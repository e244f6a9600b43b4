"""The two starts that must be quick: `call` and `open`. Standard library only, no typer, no Qt.

A softphone waits for `call` to return; so does the person who clicked the icon.
"""

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import IO, TYPE_CHECKING

from desktop_desk import handover
from desktop_desk.cli.phone_urls import is_link, is_url, read_call_url
from desktop_desk.i18n import _

if TYPE_CHECKING:
    import subprocess

EVENTS = ("ring", "answer", "end")
START_PATIENCE = 30.0
"""Seconds that a program started for a call may take until it listens."""
_BETWEEN_TRIES = 0.05


class Launch:
    """What a start was asked to do: `what` is "open" or "call"; texts not given are None."""

    def __init__(self, what: str, **given: str | None) -> None:
        self.what = what
        self.desk = given.get("desk")
        self.login = given.get("login")
        self.number = given.get("number")
        self.name = given.get("name")
        self.event = given.get("event")
        self.call_id = given.get("call_id")
        self.direction = given.get("direction")
        self.screenshot = given.get("screenshot")
        self.on_network = bool(given.get("on_network"))

    def request(self, environment: Mapping[str, str]) -> dict[str, object]:
        """The line for the running program."""
        asked: dict[str, object] = {
            "do": self.what,
            "desk": absolute_address(self.desk),
            "activation": environment.get("XDG_ACTIVATION_TOKEN"),
            "on_network": self.on_network,
        }
        if self.what == "call":
            asked |= {
                "number": self.number, "name": self.name, "event": self.event, "call_id": self.call_id,
                "direction": self.direction,
            }  # fmt: skip
        return asked


def absolute_address(desk: str | None) -> str | None:
    """A desk's address that another process understands: a URL as it is, a path in full."""
    if not desk or "://" in desk:
        return desk or None
    return os.path.abspath(os.path.expanduser(desk))  # noqa: PTH100, PTH111  pathlib costs a launch 15 ms


_OPTIONS = {
    "--desk": "desk",
    "--as": "login",
    "--name": "name",
    "--event": "event",
    "--call-id": "call_id",
    "--screenshot": "screenshot",
}
_OF_WHAT = {
    "call": {"desk", "login", "on_network", "name", "event", "call_id"},
    "open": {"desk", "login", "on_network", "screenshot"},
}


def read_launch(arguments: Sequence[str], environment: Mapping[str, str]) -> Launch | None:
    """The launch that these arguments plainly ask for; None for other commands, for help and for mistakes.

    What is None here goes to the full command reader, which says what is wrong.
    """
    given: dict[str, str | None] = {
        "desk": environment.get("DESKTOP_DESK") or None,
        "login": environment.get("DESKTOP_DESK_AGENT") or None,
    }
    words, options = _split(arguments)
    if options is None:
        return None
    if words and is_url(words[0]):
        return _of_url(words, options, given)
    named = bool(words) and words[0] in _OF_WHAT
    what = words.pop(0) if named else "open"
    if not set(options) <= _OF_WHAT[what] or options.get("event", "ring") not in EVENTS:
        return None
    given.update(options)
    if what == "call":
        if words and is_link(words[0]):
            return _of_url(words, options, given)
        if len(words) != 1 or not words[0]:
            return None
        given["number"] = words[0]
    elif words:
        # A double click on a desk's icon gives the path alone.
        if len(words) > 1 or not (named or words[0].endswith(".desk") or "://" in words[0]):
            return None
        given["desk"] = words[0]
    return Launch(what, **given)


def _of_url(words: list[str], options: dict[str, str], given: dict[str, str | None]) -> Launch | None:
    """The call that a URL names; it comes alone, but for a desk that the person put into the command."""
    call = read_call_url(words[0])
    if call is None or len(words) > 1 or not set(options) <= {"desk", "login", "on_network"}:
        return None
    return Launch("call", **given | options | call)


def _split(arguments: Sequence[str]) -> tuple[list[str], dict[str, str] | None]:
    """Words and options apart; options are None where one is unknown or has no value."""
    words: list[str] = []
    options: dict[str, str] = {}
    rest = iter(arguments)
    for argument in rest:
        if argument == "--json":
            continue
        if argument == "--on-network":
            options["on_network"] = "yes"
        elif argument == "--":
            words.extend(rest)
        elif argument.startswith("--"):
            option, equals, value = argument.partition("=")
            found = value if equals else next(rest, None)
            if option not in _OPTIONS or found is None:
                return words, None
            options[_OPTIONS[option]] = found
        elif argument.startswith("-") and len(argument) > 1:
            return words, None
        else:
            words.append(argument)
    return words, options


def carry_out(
    launch: Launch, open_window: Callable[[Launch], int], environment: Mapping[str, str] = os.environ
) -> int:
    """Hand the launch over to the running program, else start one; the exit code."""
    if launch.screenshot:
        return open_window(launch)
    try:
        answer = handover.ask(launch.request(environment), environment=environment)
        if answer is None and launch.what == "open":
            return open_window(launch)
        if answer is None:
            return _start_and_hand_over(launch, environment)
    except handover.NoAnswer as error:
        return _refused(
            _("The running program does not answer ({error}).").format(error=error),
            _("Close it, or end it with the system's own means, and try again."),
        )
    return 0 if answer.ok else _refused(answer.reason)


def _start_and_hand_over(launch: Launch, environment: Mapping[str, str]) -> int:
    """Start the window in a process of its own and wait until it has taken the call."""
    import tempfile

    with tempfile.TemporaryFile() as trouble:
        process = _start(launch, trouble)
        deadline = time.monotonic() + START_PATIENCE
        while time.monotonic() < deadline:
            answer = handover.ask(launch.request(environment), environment=environment)
            if answer is not None:
                return 0 if answer.ok else _refused(answer.reason)
            # Exit 0 is a program that found another one starting at the same moment: that one will listen.
            code = process.poll()
            if code:
                trouble.seek(0)
                said = trouble.read().decode(errors="replace").strip()
                if "Traceback" in said:
                    said = said.splitlines()[-1]
                return _refused(
                    said or _("The program could not be started."), code=code if 0 < code < 5 else 1
                )
            time.sleep(_BETWEEN_TRIES)
    return _refused(
        _("The program was started but did not take the call within {seconds} seconds.").format(
            seconds=round(START_PATIENCE)
        )
    )


def _start(launch: Launch, trouble: IO[bytes]) -> "subprocess.Popen[bytes]":
    import subprocess

    own = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "desktop_desk"]
    command = [*own, "open"]
    for option, value in (("--desk", absolute_address(launch.desk)), ("--as", launch.login)):
        command += [option, value] if value else []
    command += ["--on-network"] if launch.on_network else []
    # Its own session: the softphone may end this process and its children at any time.
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    return subprocess.Popen(  # noqa: S603  ourselves
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=trouble,
        start_new_session=True,
        creationflags=flags,
    )


def _refused(reason: str, advice: str = "", code: int = 1) -> int:
    print(f"{reason} {advice}".strip(), file=sys.stderr)
    return code
