"""The order of Tab: as it is read, and a place in it for widgets that come and go, which would else be reached last."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget


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


def tab_as_read(widget: QWidget) -> None:
    """Let Tab go through a widget as it is laid out: what stands first is reached first, whenever it was made."""
    for before, after in pairwise(_reached(widget)):
        QWidget.setTabOrder(before, after)


def _reached(widget: QWidget) -> Iterator[QWidget]:
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield widget
    inside = widget.widget() if isinstance(widget, QScrollArea) else None
    if inside is not None:
        yield from _reached(inside)
    elif (layout := widget.layout()) is not None:  # pyright: ignore[reportUnnecessaryComparison]
        yield from _laid_out(layout)


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        widget, within = (item.widget(), item.layout()) if item is not None else (None, None)
        if widget is not None:
            yield from _reached(widget)
        elif within is not None:
            yield from _laid_out(within)
