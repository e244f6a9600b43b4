"""Buttons in a row that may be too narrow for all of them: the rest stand in the menu of the last one."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QSize
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.buttons import IconButton, KeyButton

_GAP = 8


class FittedButtons(QWidget):
    """A button for each action, as many as fit; the last button opens a menu of the others.

    They have the keys of their actions, and no letters: these are the menu bar's.

    Attributes:
        buttons: in the order of the actions.
        more: the last one; hidden where all have room.
    """

    def __init__(
        self, look: Appearance, actions: Sequence[QAction], *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._actions = tuple(actions)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.buttons = tuple(
            KeyButton.for_action(look, action, letter=False, parent=self) for action in actions
        )
        self.more = IconButton(look, "more", _("More that can be done"), parent=self)
        self.more.setObjectName("more_actions")
        self.more.clicked.connect(self._open)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        row.addStretch(1)
        for button in (*self.buttons, self.more):
            row.addWidget(button)

    def sizeHint(self) -> QSize:
        widths = [button.sizeHint().width() for button in self._offered()]
        return QSize(sum(widths) + _GAP * max(len(widths) - 1, 0), self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.more.sizeHint().width(), self._height())

    def _height(self) -> int:
        return max(button.sizeHint().height() for button in (*self.buttons, self.more))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _offered(self) -> list[KeyButton]:
        return [
            button for button, action in zip(self.buttons, self._actions, strict=True) if action.isVisible()
        ]

    def _fit(self) -> None:
        offered, room = self._offered(), self.width()
        all_fit = self.sizeHint().width() <= room
        if not all_fit:
            room -= self.more.sizeHint().width()
        for button in self.buttons:
            room -= button.sizeHint().width() + _GAP if button in offered else 0
            button.setVisible(button in offered and (all_fit or room >= 0))
        self.more.setVisible(not all_fit)

    def _open(self) -> None:
        menu = QMenu(self)
        hidden = [button for button in self._offered() if button.isHidden()]
        menu.addActions([self._actions[self.buttons.index(button)] for button in hidden])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))
