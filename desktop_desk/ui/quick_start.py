"""What makes a start of the window quicker and smaller."""

from importlib import import_module
from typing import Any


def spare_source_reads() -> None:
    """Keep PySide6 from reading, and keeping, the source of every module that is imported from now on.

    It looks there for its own name, to know where `from __feature__ import …` may apply, which this program never
    uses. Call it before the other modules of the window are imported.
    """
    import_module("PySide6.QtCore")
    feature: Any = import_module("shibokensupport.feature")
    # A version that has no such part reads nothing, or does it elsewhere: then there is nothing to spare.
    if hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = _uses_no_features  # noqa: SLF001


def _uses_no_features(_module: object) -> bool:
    return False
