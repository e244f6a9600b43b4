"""A telephone system's command, measured from its start until the window names the caller."""

import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from desktop_desk.ui.calls.panel import CallPanel
from desktop_desk.ui.measure.program import Painted, Watched

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk

CALLS = 40
"""Callers who ring; the first few fill the machine's caches."""
WARM = 3


def screen_pop(watched: Watched) -> dict[str, Any]:
    """From the start of `call NUMBER` to the caller's name painted; beside it a Python that does nothing, in turn.

    Each caller is known by one number alone; the call is discarded before the next one rings.
    """
    ours: list[float] = []
    bare: list[float] = []
    for number in _known_numbers(watched):
        watched.settle()
        start = time.perf_counter()
        handing = subprocess.Popen([sys.executable, "-m", "desktop_desk", "call", number])  # noqa: S603  our own
        panel = _panel(watched)
        watched.wait(lambda panel=panel: panel.front and panel.call(panel.front).person)
        painted = Painted(panel)
        painted.begin()
        panel.update()
        watched.wait(lambda painted=painted: painted.done)
        ours.append((time.perf_counter() - start) * 1000)
        handing.wait()
        panel.discard_wanted.emit(panel.front)
        watched.settle()
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        bare.append((time.perf_counter() - start) * 1000)
    return {"ours": ours[WARM:], "bare": bare[WARM:]}


def _panel(watched: Watched) -> CallPanel:
    """The panel of the window, which is made when it is first asked for."""
    watched.window.calls()
    panel = watched.window.findChild(QWidget, "call_panel")
    assert isinstance(panel, CallPanel)  # noqa: S101  the window has one from here on
    return panel


def _known_numbers(watched: Watched) -> list[str]:
    """Numbers of callers of the newest tickets that belong to one person each."""
    numbers: list[str] = []

    def read(desk: "Desk") -> list[str]:
        found: dict[str, None] = {}
        for row in desk.queue("all", sort="opened", descending=True, count=CALLS * 8).rows:
            caller = desk.ticket(row.number).caller
            phone = caller.phones[0] if caller is not None and caller.phones else ""
            if phone and phone not in found and len(desk.find_people(phone)) == 1:
                found[phone] = None
            if len(found) == CALLS:
                break
        return list(found)

    watched.window.operations.read(read, owner=watched, then=numbers.extend)
    watched.wait(lambda: numbers)
    return numbers
