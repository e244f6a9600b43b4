"""The bar at the top: log a call, undo, the search box, and who is working."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QWidget

from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.actions import Actions
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.search.box import SearchBox
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton

if TYPE_CHECKING:
    from desktop_desk.desk.views import UndoStep

_LONGEST_WHO = 20


class TopBar(QFrame):
    """Buttons for the two things done most, the call that waits, the search box, and the agent's menu.

    Signals:
        kept_asked(): bring the calls back that were put away.
    """

    kept_asked = Signal()

    def __init__(
        self,
        look: Appearance,
        operations: Operations,
        actions: Actions,
        now: Callable[[], int],
        agent: str,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("top_bar")
        set_look(self, "bar line-bottom")
        self._actions = actions
        log = KeyButton.for_action(look, actions["call.log"], primary=True, icon="phone", parent=self)
        log.setObjectName("log_call")
        self._kept = KeyButton(look, "", icon="park", parent=self)
        self._kept.setToolTip(actions.keys("call.kept")[0])
        self._kept.setObjectName("kept_calls")
        self._kept.clicked.connect(self.kept_asked)
        self._kept.hide()
        undo = KeyButton.for_action(look, actions["ticket.undo"], parent=self)
        undo.setObjectName("undo")
        self.search = SearchBox(look, operations, actions, now, parent=self)
        self.search.setMaximumWidth(560)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._agent = KeyButton(look, agent, quiet=True, icon="person", parent=self)
        self._agent.setObjectName("agent_menu")
        self._agent.setAccessibleName(_("{name}: switch agent, lock, settings").format(name=agent))
        menu = QMenu(self._agent)
        for name in ("desk.switch", "desk.lock", "desk.settings"):
            menu.addAction(actions[name])
        self._menu = menu
        self._agent.clicked.connect(self._open_menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 12, 7)
        row.setSpacing(10)
        row.addWidget(log)
        row.addWidget(self._kept)
        row.addWidget(undo)
        row.addStretch(1)
        row.addWidget(self.search, 8)
        row.addStretch(1)
        row.addWidget(self._agent)

    def show_kept(self, count: int, who: str) -> None:
        """Say that calls were put away and wait; nothing when there are none."""
        self._kept.setVisible(count > 0)
        self._actions["call.kept"].setEnabled(count > 0)
        short = who if len(who) <= _LONGEST_WHO else f"{who[: _LONGEST_WHO - 1].rstrip()}…"
        text = ngettext("%d call kept", "%d calls kept", count) % count
        self._kept.set_text(_("Kept: {who}").format(who=short) if count == 1 and short else text)
        self._kept.setAccessibleName(
            _("{text}: bring back").format(text=_("{count} {who}").format(count=text, who=who))
        )

    def show_steps(self, undo: "UndoStep | None", redo: "UndoStep | None") -> None:
        """Say on the actions what they would do: "Undo reassign"."""
        _dress(self._actions, "ticket.undo", _("&Undo"), _("&Undo {what}"), undo)
        _dress(self._actions, "ticket.redo", _("Re&do"), _("Re&do {what}"), redo)

    def _open_menu(self) -> None:
        self._menu.popup(self._agent.mapToGlobal(self._agent.rect().bottomLeft()))


def _dress(actions: Actions, name: str, plain: str, with_what: str, step: "UndoStep | None") -> None:
    action = actions[name]
    action.setEnabled(step is not None)
    action.setText(
        with_what.format(what=step.what.replace("&", "&&")) if step is not None and step.what else plain
    )
    tip = f"{action.text().replace('&', '')} {step.ticket or ''}".strip() if step is not None else ""
    action.setToolTip(tip)
