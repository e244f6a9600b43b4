"""A second start, and a call from a softphone, reach the running program."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_desk import handover
from tests.command_line import PASSWORD, found_office

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="plays the running program on a Unix socket")


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="finds what it must end in /proc"
)


class RunningProgram:
    """Stands where the window's server stands: hears one line for each connection and answers it."""

    def __init__(self, answer: bytes = b'{"ok": true}\n') -> None:
        self.heard: list[dict[str, object]] = []
        self._answer = answer
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(handover.prepare_address())
        self._server.listen()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            connection, _address = self._server.accept()
            with connection, connection.makefile("rwb") as stream:
                line = stream.readline()
                if not line:
                    return
                self.heard.append(json.loads(line))
                stream.write(self._answer)

    def quit(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as last:
            last.connect(handover.address())
            last.shutdown(socket.SHUT_WR)
            self._thread.join()
        self._server.close()


@pytest.fixture
def running() -> Iterator[RunningProgram]:
    program = RunningProgram()
    yield program
    program.quit()


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a user would, and wait for its end."""
    command = [sys.executable, "-m", "desktop_desk", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_call_reaches_the_running_program(running: RunningProgram) -> None:
    done = start("call", "+49 30 1234", "--name", "Ken Lee", "--event", "ring", "--call-id", "17")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    [heard] = running.heard
    assert heard == {
        "do": "call",
        "number": "+49 30 1234",
        "name": "Ken Lee",
        "event": "ring",
        "call_id": "17",
        "direction": None,
        "desk": None,
        "activation": None,
        "on_network": False,
    }


def test_a_second_start_hands_over_instead_of_opening_another_window(
    running: RunningProgram, tmp_path: Path
) -> None:
    desk = tmp_path / "front.desk"
    assert start("open", str(desk)).returncode == 0
    assert start("--desk", str(desk)).returncode == 0
    assert start(str(desk)).returncode == 0
    assert [heard["do"] for heard in running.heard] == ["open"] * 3
    assert {heard["desk"] for heard in running.heard} == {str(desk)}


def test_a_relative_desk_is_named_in_full_because_the_program_runs_elsewhere(
    running: RunningProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(handover.__file__).parent.parent))
    assert start("open", "front.desk").returncode == 0
    assert running.heard[0]["desk"] == str(tmp_path / "front.desk")


def test_handing_over_loads_neither_qt_nor_typer_nor_the_store(running: RunningProgram) -> None:
    program = """
import sys
from desktop_desk.__main__ import main
code = main(["call", "5551234"])
heavy = {"PySide6", "typer", "rich", "peewee", "platformdirs", "argparse", "tempfile"}
print(code, sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "0 []\n"
    assert len(running.heard) == 1


def test_a_refusal_of_the_running_program_is_told_in_its_own_words() -> None:
    program = RunningProgram(b'{"ok": false, "reason": "Log in first."}\n')
    try:
        done = start("call", "5551234")
    finally:
        program.quit()
    assert (done.returncode, done.stdout, done.stderr.strip()) == (1, "", "Log in first.")


def test_a_program_that_was_killed_and_left_its_socket_is_no_running_program() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as left:
        left.bind(handover.prepare_address())
        left.listen()
    assert Path(handover.address()).exists()
    assert handover.ask({"do": "open"}) is None


def test_without_any_program_nobody_answers() -> None:
    assert handover.ask({"do": "open"}) is None


def test_a_program_that_hangs_is_not_waited_for_without_end() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as hanging:
        hanging.bind(handover.prepare_address())
        hanging.listen()
        with pytest.raises(handover.NoAnswer):
            handover.ask({"do": "open"}, patience=0.05)


@pytest.mark.parametrize("answer", [b"yes\n", b"[]\n", b'{"fine": 1}\n', b"\xff\n"])
def test_an_answer_that_is_none_is_said_to_be_none(answer: bytes) -> None:
    program = RunningProgram(answer)
    try:
        with pytest.raises(handover.NoAnswer):
            handover.ask({"do": "open"})
    finally:
        program.quit()


def test_a_program_that_ends_without_a_word_is_no_running_program() -> None:
    program = RunningProgram(b"")
    try:
        assert handover.ask({"do": "open"}) is None
    finally:
        program.quit()


def test_a_folder_that_others_may_write_in_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    folder = Path(handover.prepare_address()).parent
    folder.chmod(0o777)
    with pytest.raises(PermissionError):
        handover.prepare_address()
    assert handover.ask({"do": "open"}) is None


@pytest.fixture
def started(home: Path) -> Iterator[None]:
    """Ends the windows that commands started, which are nobody's children any more."""
    yield
    deadline = time.monotonic() + 30
    while alive := programs_of(home):
        assert time.monotonic() < deadline, f"still running: {alive}"
        for window in alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(window, signal.SIGKILL)


def programs_of(home: Path) -> list[int]:
    """The processes that have this home in their environment, this one left out."""
    wanted = f"DESKTOP_DESK_HOME={home}".encode()
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return [process for process in found if process != os.getpid()]


@needs_proc
def test_a_call_starts_the_window_where_none_runs_and_the_next_one_reaches_the_same(
    started: None, tmp_path: Path
) -> None:
    desk = tmp_path / "front.desk"
    found_office(desk)
    assert handover.ask({"do": "open"}) is None
    first = start("--desk", str(desk), "call", "+49 30 1234")
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    process = Path(f"{handover.address()}.lock").read_text(encoding="utf-8").splitlines()[0]
    second = start("--desk", str(desk), "call", "+49 30 1235")
    assert (second.returncode, second.stderr) == (0, "")
    assert Path(f"{handover.address()}.lock").read_text(encoding="utf-8").splitlines()[0] == process


@needs_proc
def test_calls_at_once_start_one_window_which_takes_them_all(started: None, tmp_path: Path) -> None:
    desk = tmp_path / "front.desk"
    found_office(desk)
    command = [sys.executable, "-m", "desktop_desk", "--desk", str(desk), "call"]
    calls = [
        subprocess.Popen([*command, number], stderr=subprocess.PIPE, text=True) for number in ("1", "2", "3")
    ]
    ended = [(call.communicate(timeout=60)[1], call.returncode) for call in calls]
    assert ended == [("", 0)] * 3


def test_a_window_that_cannot_start_is_told_with_its_own_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "no-such-screen")
    called = start("call", "5551234")
    assert called.returncode == 1
    assert called.stderr.strip()
    assert "Traceback" not in called.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")
@pytest.mark.parametrize("words", [("open",), ("call", "5551234")])
def test_without_a_screen_the_program_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    done = start(*words)
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no screen here" in done.stderr
    assert "--screenshot" in done.stderr


def test_a_picture_of_a_desk_that_is_not_there_says_so_with_the_exit_code_of_storage(tmp_path: Path) -> None:
    asked = start("--desk", str(tmp_path / "none.desk"), "open", "--screenshot", str(tmp_path / "window.png"))
    assert asked.returncode == 4
    assert "no desk at" in asked.stderr


def test_a_window_without_its_desk_tells_the_terminal_too(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "desktop_desk", "open", str(tmp_path / "none.desk")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        guard = threading.Timer(60, process.kill)
        guard.start()
        assert process.stderr is not None
        told = next((line for line in process.stderr if "no desk at" in line), "nothing")
        process.terminate()
        guard.cancel()
    assert "none.desk" in told


def test_a_picture_shows_the_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, picture = tmp_path / "front.desk", tmp_path / "window.png"
    found_office(desk)
    monkeypatch.setenv("DESKTOP_DESK_PASSWORD", PASSWORD)
    asked = start("--desk", str(desk), "--as", "john", "open", "--screenshot", str(picture))
    assert asked.returncode == 0, asked.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_each_home_has_a_program_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first = handover.address()
    monkeypatch.setenv("DESKTOP_DESK_HOME", str(tmp_path))
    second = handover.address()
    monkeypatch.delenv("DESKTOP_DESK_HOME")
    assert len({first, second, handover.address()}) == 3
