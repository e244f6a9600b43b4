"""A start reads no more than it needs."""

import subprocess
import sys

PROGRAM = """
import linecache
from desktop_desk.ui.quick_start import spare_source_reads
spare_source_reads()
before = set(linecache.cache)
import desktop_desk.ui.widgets.buttons
print(sorted(set(linecache.cache) - before))
import PySide6.QtWidgets, shibokensupport.feature
print(shibokensupport.feature.info("desktop_desk.ui.widgets.buttons"))
"""


def test_modules_imported_by_the_window_are_not_read_a_second_time() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "[]"]
