"""A start reads no more than it needs."""

import subprocess
import sys

SOURCES = """
import linecache
from desktop_desk.ui.quick_start import begin_start
begin_start()
before = set(linecache.cache)
import desktop_desk.ui.widgets.buttons
print(sorted(set(linecache.cache) - before))
import PySide6.QtWidgets, shibokensupport.feature
print(shibokensupport.feature.info("desktop_desk.ui.widgets.buttons"))
"""

GARBAGE = """
import gc
from desktop_desk.ui.quick_start import begin_start, end_start
begin_start()
print(gc.isenabled())
end_start()
print(gc.isenabled(), gc.get_freeze_count() > 0)
"""


def test_modules_imported_by_the_window_are_not_read_a_second_time() -> None:
    done = subprocess.run([sys.executable, "-c", SOURCES], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "[]"]


def test_garbage_is_collected_again_after_a_start() -> None:
    done = subprocess.run([sys.executable, "-c", GARBAGE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "True"]
