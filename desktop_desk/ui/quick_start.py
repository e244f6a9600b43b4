"""What makes a start of the window quicker and smaller."""

import gc
from importlib import import_module
from typing import Any


def begin_start() -> None:
    """Do without all that a start does not need; call it before the other modules of the window are imported."""
    # Nearly all that is made while starting stays: looking through it for cycles took a fifth of the time.
    gc.disable()
    _spare_source_reads()


def end_start() -> None:
    """Go on as usual; what there is now stays until the end and is not looked through again."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _spare_source_reads() -> None:
    """Keep PySide6 from reading, and keeping, the source of every module that is imported from now on.

    It looks there for its own name, to know where `from __feature__ import …` may apply, which this program never
    uses.
    """
    import_module("PySide6.QtCore")
    feature: Any = import_module("shibokensupport.feature")
    # A version that has no such part reads nothing, or does it elsewhere: then there is nothing to spare.
    if hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = _uses_no_features  # noqa: SLF001


def _uses_no_features(_module: object) -> bool:
    return False
