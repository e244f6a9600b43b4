"""The calls that are open at once, each as a tab with its own running clock."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QWheelEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.calls.clock import clock_reading
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.icons import icon
from desktop_desk.ui.widgets.scrolled import Scrolled


@dataclass(frozen=True, slots=True)
class CallTab:
    """One open call: who it is, how long it lasts, whether it waits behind another, and rings there."""

    key: str
    who: str
    seconds: int
    parked: bool
    ringing: bool = False

    def text(self) -> str:
        """All of it, for a tab that has the room and for screen readers."""
        who, clock = self.who or _("new call"), clock_reading(self.seconds)
        if not self.parked:
            return f"{who} {clock}"
        words = _("ringing: {who}") if self.ringing else _("parked: {who} · {clock}")
        return words.format(who=who, clock=clock)

    def text_among(self, count: int) -> str:
        """What stands on the tab when so many share the one line of the head."""
        longest = 18 if count < 4 else 9
        whole = self.who or _("new call")
        who = whole if len(whole) <= longest else _shortened(whole, longest)
        if count < 3 or (self.ringing and count < 4):
            return replace(self, who=who).text()
        return who if self.ringing or count > 4 else f"{who} {clock_reading(self.seconds)}"


def _shortened(who: str, longest: int) -> str:
    """Names are known by their beginning, numbers by their end."""
    if who.startswith("+") or who[0].isdecimal():
        return f"…{who[1 - longest :].lstrip()}"
    return f"{who[: longest - 1].rstrip()}…"


class CallTabs(Scrolled):
    """One button for each call, scrolled sideways where they have no room; hidden while there is only one.

    Signals:
        chosen(key): show this call.
    """

    chosen = Signal(str)

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent)
        self.setObjectName("call_tabs")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._none, self._rings = QIcon(), icon("phone", look)
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self.page)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._row.addStretch(1)
        self._current = ""
        self.hide()

    def show_calls(self, calls: Iterable[CallTab], current: str) -> None:
        """Make the tabs these, in this order; buttons stay where they are while only the clocks move on."""
        tabs = tuple(calls)
        turned = current != self._current
        self._current = current
        if [tab.key for tab in tabs] != list(self._buttons):
            turned = True
            self._rebuild(tabs)
        for tab in tabs:
            button = self._buttons[tab.key]
            text = tab.text_among(len(tabs)).replace("&", "&&")
            if (button.text(), button.accessibleName()) != (text, tab.text()):
                button.setText(text)
                button.setAccessibleName(tab.text())
                button.setIcon(self._rings if tab.ringing else self._none)
            button.setChecked(tab.key == current)
        self.setVisible(len(tabs) > 1)
        if turned:
            # Once the new ones have their places.
            QTimer.singleShot(0, self, self._show_current)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.page.sizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A plain wheel goes sideways: there is no other way to go."""
        turn = event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (turn.x() or turn.y()))
        event.accept()

    def _show_current(self) -> None:
        button = self._buttons.get(self._current)
        if button is not None:
            self.ensureWidgetVisible(button, 24, 0)  # and a part of the next

    def _rebuild(self, tabs: tuple[CallTab, ...]) -> None:
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}
        for tab in tabs:
            button = QPushButton(self.page)
            button.setObjectName(f"call_tab_{tab.key}")
            button.setCheckable(True)
            button.setToolTip(_("Ctrl+PgUp and Ctrl+PgDown go from call to call"))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, key=tab.key: self.chosen.emit(key))
            self._group.addButton(button)
            self._row.addWidget(button)
            self._buttons[tab.key] = button
