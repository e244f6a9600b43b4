"""What the program is measured against: a bare PySide6 window with the same sheet, and Qt's own table."""

import os
import time
from typing import Any

from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow

from desktop_desk.ui.theme import Appearance


def bare_window(began: float) -> dict[str, Any]:
    """A window with one line to type into, painted: the time since the process was started, and its memory."""
    app = QApplication([])
    look = Appearance(app, "light")
    window = QMainWindow()
    line = QLineEdit(window)
    window.setCentralWidget(line)
    window.resize(1280, 800)
    window.show()
    line.setFocus()
    app.processEvents()
    window.grab()
    seen = {"ms": (time.monotonic() - began) * 1000, "MB": memory()}
    del look
    return seen


def memory() -> float:
    """What this process holds of the machine's memory now, its libraries included, in MB."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  no path of ours
            pages = int(file.read().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / 1e6 if os.uname().sysname == "Darwin" else peak / 1e3
