"""Keys that belong to a part of a window."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


def keys_within(place: QWidget, slots: Mapping[str, Callable[[], object]], *, children: bool = True) -> None:
    """Let keys do this while the cursor is in `place`; or, without `children`, while it is in nothing within it."""
    contexts = Qt.ShortcutContext
    for keys, slot in slots.items():
        shortcut = QShortcut(QKeySequence(keys), place)
        shortcut.setContext(contexts.WidgetWithChildrenShortcut if children else contexts.WidgetShortcut)
        shortcut.activated.connect(slot)
