"""A screen of the test's own with a keyboard: the real program on it, driven through XTEST as a hand would."""

import hashlib
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Self, TypeVar

from PySide6.QtGui import QImage

from tests.conftest import PICTURES_VARIABLE

T = TypeVar("T")

PATIENCE_S = 30.0
"""How long anything may take before the test gives up; nothing that works waits for it."""
LOOK_EVERY_S = 0.05
SAME_LOOKS = 4
"""A picture is at rest when so many looks in a row saw the same."""


def missing() -> str:
    """Why no screen can be had here; empty when one can."""
    if not sys.platform.startswith("linux"):
        return "needs an X server of its own, which only Linux has"
    lacking = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
    return f"needs {' and '.join(lacking)}, which this machine lacks" if lacking else ""


def until(found: Callable[[], T], what: str, patience: float = PATIENCE_S) -> T:
    """The first answer that is not empty; AssertionError with `what` when none comes in time."""
    deadline = time.monotonic() + patience
    while not (answer := found()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(LOOK_EVERY_S)
    return answer


class Screen:
    """One X server in memory: what stands on it, and a keyboard.

    Attributes:
        pictures: the folder where pictures are kept, numbered in their order.
    """

    def __init__(self, folder: Path, pictures: Path, size: tuple[int, int] = (1280, 800)) -> None:
        self.pictures = pictures
        pictures.mkdir(parents=True, exist_ok=True)
        self._memory = folder / "Xvfb_screen0"
        self._taken = 0
        width, height = size
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp",
             "-fbdir", str(folder)],
            pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writing)
        with os.fdopen(reading) as told:
            display = told.readline().strip()
        assert display, "the X server did not start"
        self.environment = {**os.environ, "DISPLAY": f":{display}", "QT_QPA_PLATFORM": "xcb"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.terminate()
        self._server.wait()

    # The keyboard

    def press(self, *keys: str) -> None:
        """Press keys by their names: "ctrl+n", "Return", "Escape"."""
        for key in keys:
            self._xdotool("key", "--clearmodifiers", key)

    def type(self, text: str) -> None:
        """Type a text letter by letter."""
        self._xdotool("type", "--clearmodifiers", "--delay", "12", "--", text)

    def windows_of(self, process: int) -> list[str]:
        """The ids of the visible windows of a program."""
        return self._xdotool("search", "--onlyvisible", "--pid", str(process), codes=(0, 1)).split()

    def title(self, window: str) -> str:
        return self._xdotool("getwindowname", window, codes=(0, 1)).strip()

    def focus(self, window: str) -> None:
        """Give the keyboard to a window, as a window manager would, which this screen lacks."""
        self._xdotool("windowfocus", "--sync", window)

    def hide(self, window: str) -> None:
        """Take a window off the screen, as minimising does."""
        self._xdotool("windowunmap", "--sync", window)

    def unhide(self, window: str) -> None:
        """Bring it back, with the keyboard."""
        self._xdotool("windowmap", "--sync", window)
        self.focus(window)

    def _xdotool(self, *words: str, codes: tuple[int, ...] = (0,)) -> str:
        ended = subprocess.run(
            ["xdotool", *words], env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert ended.returncode in codes, (words, ended.stderr)
        return ended.stdout

    # The eye

    def look(self) -> bytes:
        """What stands on the screen now, as a fingerprint."""
        return hashlib.blake2b(self._memory.read_bytes()).digest()

    def rest(self) -> bytes:
        """Wait until the screen stays as it is, and give its fingerprint."""
        seen, same = self.look(), 1
        deadline = time.monotonic() + PATIENCE_S
        while same < SAME_LOOKS:
            assert time.monotonic() < deadline, "the screen never came to rest"
            time.sleep(LOOK_EVERY_S)
            now = self.look()
            seen, same = (now, same + 1) if now == seen else (now, 1)
        return seen

    def picture(self, name: str) -> Path:
        """Keep a picture of the screen at rest; AssertionError when it is blank."""
        self.rest()
        image = self._image()
        self._taken += 1
        path = self.pictures / f"{self._taken:02d}-{name}.png"
        assert image.save(str(path)), f"no picture could be written to {path}"
        assert colours(image) > 1, f"{path} is blank"
        return path

    def _image(self) -> QImage:
        """The frame buffer, which the server keeps in a file of the X window dump format."""
        dump = self._memory.read_bytes()
        # Hundred bytes of header: its length is the first number, the others are counted in fours.
        header = struct.unpack(">25I", dump[:100])
        start, width, height, line, colour_map = header[0], header[4], header[5], header[12], header[19]
        pixels = dump[start + colour_map * 12 :]
        return QImage(pixels, width, height, line, QImage.Format.Format_RGB32).copy()


def colours(image: QImage) -> int:
    """How many colours a coarse net of points finds."""
    steps = [(x, y) for x in range(0, image.width(), 16) for y in range(0, image.height(), 16)]
    return len({image.pixel(x, y) for x, y in steps})


class Program:
    """The real program on a screen."""

    def __init__(self, screen: Screen, desk: Path, home: Path, *words: str) -> None:
        self._screen = screen
        self._environment = {**screen.environment, "DESKTOP_DESK_HOME": str(home), "PYTHONFAULTHANDLER": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "desktop_desk", "--desk", str(desk), "open", *words],
            env=self._environment,
        )
        self._desk = desk

    def window(self, titled: str) -> str:
        """Wait until a window with these words in its title is alone, and give it the keyboard."""

        def found() -> str:
            assert self._process.poll() is None, f"the program ended with {self._process.returncode}"
            shown = self._screen.windows_of(self._process.pid)
            fitting = [window for window in shown if titled in self._screen.title(window)]
            return fitting[0] if len(shown) == 1 and fitting else ""

        window = until(found, f"a window titled “{titled}”")
        self._screen.focus(window)
        self._screen.rest()
        return window

    def focus(self, titled: str) -> None:
        """Give the keyboard to the newest window with these words in its title, whatever else is shown."""

        def found() -> list[str]:
            shown = self._screen.windows_of(self._process.pid)
            return [window for window in shown if titled in self._screen.title(window)]

        self._screen.focus(until(found, f"a window titled “{titled}”")[-1])

    def hand_over(self, *words: str) -> None:
        """Run the program once more, as a softphone does; it reaches this one."""
        subprocess.run(
            [sys.executable, "-m", "desktop_desk", "--desk", str(self._desk), *words],
            env=self._environment, timeout=60, check=True,
        )  # fmt: skip

    def quit(self) -> int:
        """Ctrl+Q; gives the exit code. When it does not end, it is made to tell what each of its threads does."""
        self._screen.press("ctrl+q")
        try:
            return self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._screen.picture("does-not-end")
            self._process.send_signal(signal.SIGABRT)
            self._process.wait(PATIENCE_S)
            raise

    def end(self) -> None:
        """Make sure that nothing is left of it."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(PATIENCE_S)


@contextmanager
def screen_for(folder: Path, name: str, size: tuple[int, int] = (1280, 800)) -> Generator[Screen]:
    """A screen; its pictures go to the folder that the environment names, else into `folder`."""
    memory = folder / "screen"
    memory.mkdir()
    kept = os.environ.get(PICTURES_VARIABLE)
    with Screen(memory, Path(kept) / name if kept else folder / "pictures", size) as screen:
        yield screen
