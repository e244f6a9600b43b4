"""The calls that are open at once, each as a tab with its own running clock."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from desktop_desk.i18n import _


def clock_reading(seconds: int) -> str:
    """A length of time as a clock shows it: "02:41", "1:02:41"."""
    hours, rest = divmod(max(0, seconds), 3600)
    minutes, last = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{last:02}" if hours else f"{minutes:02}:{last:02}"


@dataclass(frozen=True, slots=True)
class CallTab:
    """One open call: who it is, how long it lasts, whether it waits behind another."""

    key: str
    who: str
    seconds: int
    parked: bool

    def text(self) -> str:
        """All of it, for a tab that has the room and for screen readers."""
        who, clock = self.who or _("new call"), clock_reading(self.seconds)
        return _("parked: {who} · {clock}").format(who=who, clock=clock) if self.parked else f"{who} {clock}"

    def text_among(self, count: int) -> str:
        """What stands on the tab when so many share the one line of the head."""
        longest = 18 if count < 4 else 9
        whole = self.who or _("new call")
        who = whole if len(whole) <= longest else f"{whole[: longest - 1].rstrip()}…"
        if count < 3:
            return replace(self, who=who).text()
        return f"{who} {clock_reading(self.seconds)}" if count < 5 else who


class CallTabs(QWidget):
    """One button for each call; hidden while there is only one.

    Signals:
        chosen(key): show this call.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("call_tabs")
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self.hide()

    def show_calls(self, calls: Iterable[CallTab], current: str) -> None:
        """Make the tabs these, in this order; buttons stay where they are while only the clocks move on."""
        tabs = tuple(calls)
        if [tab.key for tab in tabs] != list(self._buttons):
            self._rebuild(tabs)
        for tab in tabs:
            button = self._buttons[tab.key]
            text = tab.text_among(len(tabs)).replace("&", "&&")
            if button.text() != text:
                button.setText(text)
                button.setAccessibleName(tab.text())
            button.setChecked(tab.key == current)
        self.setVisible(len(tabs) > 1)

    def _rebuild(self, tabs: tuple[CallTab, ...]) -> None:
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}
        for tab in tabs:
            button = QPushButton(self)
            button.setObjectName(f"call_tab_{tab.key}")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(self._on_clicked)
            self._group.addButton(button)
            self._row.addWidget(button)
            self._buttons[tab.key] = button

    def _on_clicked(self) -> None:
        pressed = self.sender()
        for key, button in self._buttons.items():
            if button is pressed:
                self.chosen.emit(key)
                return
