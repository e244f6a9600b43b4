"""Parts of a form that are scrolled where they have no room."""

from typing import cast

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication, QFrame, QLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop_desk.ui.theme import set_look


class _Page(QWidget):
    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        # A scrolled page is otherwise made as low as its parts can be squeezed; with text that wraps it is not.
        return least if self.hasHeightForWidth() else QSize(least.width(), self.sizeHint().height())


class Scrolled(QScrollArea):
    """Asks for the room that all of it needs, squeezes nothing in less, and keeps in sight what has the cursor.

    Attributes:
        page: put the parts into it, by a layout.
    """

    def __init__(self, look: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_look(self, look)
        self.page = _Page(self)
        set_look(self.page, look)
        self.setWidget(self.page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._show_cursor)
        cast("QApplication", QApplication.instance()).focusChanged.connect(self._on_focus)

    def sizeHint(self) -> QSize:
        return self.page.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(self.page.minimumSizeHint().width(), 3 * self.fontMetrics().height())

    def heightForWidth(self, width: int) -> int:
        return (
            self.page.heightForWidth(width)
            if self.page.hasHeightForWidth()
            else self.page.sizeHint().height()
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.page and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._soon.start()
        return super().eventFilter(watched, event)

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.page.isAncestorOf(now):
            self._soon.start()

    def _show_cursor(self) -> None:
        """Scroll to what has the cursor, and to what is said above and below it."""
        now = self.page.focusWidget()
        if now is None or not now.hasFocus():
            return
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        around = (part for part in self.page.findChildren(QWidget, options=direct) if part.isAncestorOf(now))
        for part in (*around, now):
            self.ensureWidgetVisible(part, 0, 4)


def lay_over(dialog: QWidget, scrolled: Scrolled, says: QWidget, buttons: QLayout) -> None:
    """Fill a dialog with what scrolls, over a foot that always stands in sight: what it says, and its buttons."""
    foot = QVBoxLayout()
    foot.setContentsMargins(20, 0, 20, 18)
    foot.setSpacing(12)
    foot.addWidget(says)
    foot.addLayout(buttons)
    whole = QVBoxLayout(dialog)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.setSpacing(0)
    whole.addWidget(scrolled, 1)
    whole.addLayout(foot)
