"""The promise to call back: when, and by whom."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from desktop_desk.desk.directory import Agent
from desktop_desk.i18n import _


class CallBackField(QWidget):
    """A time as it is said ("15:00", "tomorrow 9") and who keeps the promise.

    Signals:
        changed(): another time, or another agent.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.when = QLineEdit(self)
        self.when.setObjectName("call_back")
        self.when.setAccessibleName(_("Call back at"))
        self.when.setPlaceholderText(_("e.g. 15:00"))
        self.who = QComboBox(self)
        self.who.setObjectName("call_back_for")
        self.who.setAccessibleName(_("Who calls back"))
        self.setFocusProxy(self.when)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.when, 2)
        row.addWidget(self.who, 3)
        self.when.textChanged.connect(self.changed)
        self.who.currentIndexChanged.connect(self.changed)

    def set_agents(self, agents: tuple[Agent, ...], me: str) -> None:
        """Who may be chosen; `me` is the login that stands first."""
        chosen = self.agent()
        self.who.blockSignals(True)
        self.who.clear()
        for agent in sorted(agents, key=lambda agent: (agent.login != me, agent.name.casefold())):
            if agent.active:
                self.who.addItem(
                    _("{name} (me)").format(name=agent.name) if agent.login == me else agent.name
                )
                self.who.setItemData(self.who.count() - 1, agent.login)
        self.who.blockSignals(False)
        self.set_agent(chosen)

    def agent(self) -> str:
        """The login of who calls back; "" while no agents are known."""
        return str(self.who.currentData() or "")

    def set_agent(self, login: str) -> None:
        """Show this agent; an unknown one changes nothing."""
        place = self.who.findData(login)
        if place >= 0:
            self.who.setCurrentIndex(place)
