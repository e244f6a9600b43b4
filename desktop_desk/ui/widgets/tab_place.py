"""A place in the order of Tab for widgets that come and go: a new one would else be reached last in its window."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


class TabPlace(QWidget):
    """Is never seen, and holds the place where it was made."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        # Qt orders only what can have the focus; what is hidden never gets it.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide()

    def put(self, widgets: Iterable[QWidget]) -> None:
        """Tab reaches these here, in this order."""
        before: QWidget = self
        for widget in widgets:
            QWidget.setTabOrder(before, widget)
            before = widget
