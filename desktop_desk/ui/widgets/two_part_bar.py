"""A bar whose second part goes below the first where the two have no room beside each other."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLayout, QWidget

from desktop_desk.ui.theme import set_look


class TwoPartBar(QFrame):
    """The head of a list, as narrow as the wider of its parts."""

    def __init__(
        self, first: QLayout, second: QLayout, *, look: str = "bar", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        set_look(self, f"{look} line-bottom")
        self._parts = (first, second)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(16, 8, 16, 8)
        self._row.setSpacing(10)
        for part in self._parts:
            self._row.addLayout(part, 1)

    def minimumSizeHint(self) -> QSize:
        margins = self._row.contentsMargins()
        widest = max(part.minimumSize().width() for part in self._parts)
        return QSize(widest + margins.left() + margins.right(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        margins = self._row.contentsMargins()
        needed = sum(part.sizeHint().width() for part in self._parts) + self._row.spacing()
        beside = needed + margins.left() + margins.right() <= self.width()
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if way != self._row.direction():
            self._row.setDirection(way)
