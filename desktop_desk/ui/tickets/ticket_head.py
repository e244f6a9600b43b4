"""The upper part of the ticket pane: as high as it needs to be, and scrolled where the thread needs the room."""

from typing import cast

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop_desk.ui.theme import Appearance, Font, set_look
from desktop_desk.ui.tickets.differences import Differences
from desktop_desk.ui.tickets.header import TicketHeader

LEAST_SHARE = 0.4
"""In a window that is too low for all, the text is scrolled before the head gets less of the pane than this."""


class TicketHead(QScrollArea):
    """Header, strips and differences of one ticket; nothing in it is ever squeezed.

    Where not all has room, the differences come before the facts about caller and agent: they wait for an answer.
    """

    def __init__(
        self, look: Appearance, header: TicketHeader, strips: tuple[QWidget, ...], differences: Differences,
        *, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._look = look
        self._header = header
        self._differences = differences
        self._room = 0
        self.setObjectName("ticket_head")
        set_look(self, "surface")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self._page = _Page(self)
        column = QVBoxLayout(self._page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (header, *strips, differences):
            column.addWidget(part)
        self._column = column
        self.setWidget(self._page)
        self._page.installEventFilter(self)
        cast("QApplication", QApplication.instance()).focusChanged.connect(self._on_focus)

    def give_room(self, pixels: int) -> None:
        """Be no higher than that, but for the least that is of use."""
        self._room = max(pixels, self.least_height())
        self.fit()

    def least_height(self) -> int:
        """Two lines: what is scrolled in less is of no use."""
        return self._look.metrics(Font.BASE).height() * 2

    def fit(self) -> None:
        """Be as high as what stands here, or as high as there is room."""
        if self._room <= 0:
            return
        fits = self._needed(self.width()) <= self._room
        self._put_facts(last=not fits and not self._differences.isHidden())
        bar = 0 if fits else self.verticalScrollBar().sizeHint().width()
        needed = self._needed(self.width() - bar)
        # A scrolled page is otherwise made as small as its parts can be squeezed.
        self._page.setMinimumHeight(needed)
        self.setFixedHeight(min(needed, self._room))

    def to_top(self) -> None:
        """Show the beginning: another ticket has come."""
        self.verticalScrollBar().setValue(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._page and event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def _needed(self, width: int) -> int:
        self._column.activate()
        return self._column.totalHeightForWidth(width) if self._column.hasHeightForWidth() else (
            self._column.totalSizeHint().height()
        )  # fmt: skip

    def _put_facts(self, *, last: bool) -> None:
        facts = self._header.facts
        if last == (self._column.indexOf(facts) >= 0):
            return
        if last:
            self._header.give_away_facts()
            self._column.addWidget(facts)
        else:
            self._column.removeWidget(facts)
            self._header.take_facts()

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._page.isAncestorOf(now):
            self.ensureWidgetVisible(now, 0, self._look.metrics(Font.BASE).height() // 2)


class _Page(QWidget):
    """As narrow as the pane is: words are shortened, never pushed out of sight."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())
