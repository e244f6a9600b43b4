"""Figures of the window: each look at it is a process of its own, started as the program is started."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from desktop_desk.cli.bench.figures import Figure, figure_of
from desktop_desk.domain.errors import Invalid
from desktop_desk.exchange.demo import ADMIN, PASSWORD
from desktop_desk.i18n import _

WARM, STARTS = 1, 7
"""Starts that fill the machine's caches, and starts that count."""
LONGEST = 300
"""Seconds that one look may take."""
BARE_WINDOW = "a bare window"
BARE_TABLE = "QStandardItemModel"

Seen = dict[str, Any]


class WindowFigures:
    """Takes the figures of the window on one desk file."""

    def __init__(self, path: Path, tickets: int) -> None:
        self._path = path
        self._tickets = tickets
        self._started: tuple[list[Seen], list[Seen]] | None = None

    def groups(self) -> dict[str, Callable[[], Iterator[Figure]]]:
        """Every group of figures by its name."""
        return {
            "start": self.start,
            "memory": self.memory,
            "scroll": self.scroll,
            "pixels": self.pixels,
            "call": self.call,
        }

    def start(self) -> Iterator[Figure]:
        """From the start of the process until a call can be typed; and as a person sees it, who logs in meanwhile."""
        ours, bare = self._starts()
        yield self._figure("cold start to the call form", ours, bare, "ms", BARE_WINDOW, ratio_budget=1.5)
        seen = [self._look("arrive") for _round in range(WARM + STARTS)][WARM:]
        yield self._figure("cold start to the password", seen, bare, "ms", BARE_WINDOW)
        then = [one["then"] for one in seen]
        yield figure_of(
            "password to the call form", self._tickets, then, [one["ms"] for one in bare], BARE_WINDOW
        )

    def memory(self) -> Iterator[Figure]:
        """What the process holds at the start, and after a walk through queues, tickets and searches."""
        ours, bare = self._starts()
        yield self._figure("memory at start", ours, bare, "MB", BARE_WINDOW, ratio_budget=1.5)
        used = [self._look("used")]
        yield self._figure("memory in use", used, bare, "MB", BARE_WINDOW, budget=150.0)

    def scroll(self) -> Iterator[Figure]:
        """A frame of the scrolling ticket table."""
        seen = self._look("scroll")
        yield figure_of(
            "scrolling, a frame", self._tickets, seen["ours"], seen["bare"], BARE_TABLE, ratio_budget=1.25
        )

    def pixels(self) -> Iterator[Figure]:
        """From a key to what it shows, painted."""
        for what, name in (("queue", "queue, key to pixels"), ("ticket", "ticket, key to pixels")):
            seen = self._look(what)
            yield figure_of(name, self._tickets, seen["ours"], seen["bare"], BARE_TABLE, p95_budget=50.0)

    def call(self) -> Iterator[Figure]:
        """From the command of a telephone system to the caller's name on the screen."""
        seen = self._look("call")
        yield figure_of(
            "screen pop",
            self._tickets,
            seen["ours"],
            seen["bare"],
            "a Python that does nothing",
            p95_budget=300.0,
        )

    def _starts(self) -> tuple[list[Seen], list[Seen]]:
        """Starts of the program and of a bare window with the same sheet, in turn."""
        if self._started is None:
            pairs = [(self._look("start"), self._look("bare")) for _round in range(WARM + STARTS)][WARM:]
            self._started = [ours for ours, _bare in pairs], [bare for _ours, bare in pairs]
        return self._started

    def _figure(
        self, name: str, ours: list[Seen], bare: list[Seen], unit: str, beside: str, **budgets: float
    ) -> Figure:
        took, bare_took = [seen[unit] for seen in ours], [seen[unit] for seen in bare]
        return figure_of(name, self._tickets, took, bare_took, beside, unit=unit, **budgets)

    def _look(self, what: str) -> Seen:
        """What a process of its own saw.

        Raises:
            Invalid: the window could not be shown here.
        """
        command = [sys.executable, "-m", "desktop_desk.ui.measure", what, str(self._path)]
        with tempfile.TemporaryDirectory(prefix="desk-bench-") as home:
            try:
                done = subprocess.run(  # noqa: S603  our own program
                    command,
                    env=_environment(home),
                    capture_output=True,
                    text=True,
                    check=True,
                    timeout=LONGEST,
                )
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                said = (
                    (error.stderr or b"")
                    if isinstance(error.stderr, bytes)
                    else (error.stderr or "").encode()
                )
                raise Invalid(
                    "name",
                    _("The window could not be measured."),
                    said.decode(errors="replace").strip()[-500:],
                ) from error
        seen: Seen = json.loads(done.stdout)
        return seen


def _environment(home: str) -> dict[str, str]:
    """A user without preferences and drafts, logged in; Python keeps what it compiles, as where it is installed."""
    return {
        "QT_QPA_PLATFORM": "offscreen",
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "",
        "DESKTOP_DESK_HOME": home,
        "XDG_RUNTIME_DIR": home,
        "DESKTOP_DESK_AGENT": ADMIN,
        "DESKTOP_DESK_PASSWORD": PASSWORD,
        "DESKTOP_DESK_BENCH_STARTED": repr(time.monotonic()),
    }
