"""The search box at the top of the window: tickets, people, numbers and commands from one line."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.actions import Actions
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.people.found import found_people
from desktop_desk.ui.search.hits import (
    COMMANDS_ONLY,
    Found,
    Pick,
    all_hit,
    command_hits,
    is_command,
    people_hits,
    ticket_hits,
)
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.search_list import Hit, SearchList

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk

TICKETS, PEOPLE, ALL_COMMANDS = 6, 3, 40
TYPING_PAUSE_MS = 40


class SearchBox(QWidget):
    """Finds while typing, and tells what was picked; Esc leaves it.

    Signals:
        ticket_picked(str number, str entry_uid): show this ticket, at this entry.
        person_picked(str uid): show this caller.
        all_asked(str text): show every result on a page.
        left(): the person wants to be where he was.
    """

    ticket_picked = Signal(str, str)
    person_picked = Signal(str)
    all_asked = Signal(str)
    left = Signal()

    def __init__(
        self,
        look: Appearance,
        operations: Operations,
        actions: Actions,
        now: Callable[[], int],
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("search_box")
        self._operations = operations
        self._actions = actions
        self._now = now
        self._asked = ("", 0)
        name = _("Search tickets, people, numbers, or run a command")
        self._list = SearchList(look, name, placeholder=name, rows=14, popup=True, parent=self)
        self.edit = self._list.edit
        self.edit.setObjectName("search_edit")
        self.edit.setToolTip(_("Type {sign} to see only commands").format(sign=COMMANDS_ONLY))
        key = QLabel(actions.keys("view.search")[0], self.edit)
        key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        set_look(key, "meta")
        inside = QHBoxLayout(self.edit)
        inside.setContentsMargins(0, 0, 10, 0)
        inside.addStretch(1)
        inside.addWidget(key)
        self._key = key
        self._keep_off_the_key()
        self.edit.textChanged.connect(self._on_text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._list)
        self.setFocusProxy(self.edit)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self._list.query_changed.connect(self._on_query)
        self._list.picked.connect(self._on_picked)
        self._list.dismissed.connect(self.left)

    def focus(self) -> None:
        """Put the cursor into the line and mark what stands there."""
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()
        if self.edit.text():
            self._list.ask()

    def clear(self) -> None:
        """What was searched for is left."""
        self._list.clear()

    def _on_text(self, text: str) -> None:
        self._key.setVisible(not text)
        self._keep_off_the_key()

    def _keep_off_the_key(self) -> None:
        """The text ends before the key that stands in the line."""
        room = 0 if self.edit.text() else self._key.sizeHint().width()
        self.edit.setTextMargins(0, 0, room, 0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._keep_off_the_key()

    def _on_query(self, text: str, token: int) -> None:
        self._asked = (text.strip(), token)
        if not text.strip() or text.startswith(COMMANDS_ONLY):
            self._pause.stop()
            self._list.set_hits(command_hits(self._actions, text, ALL_COMMANDS), token)
        else:
            self._pause.start()

    def _ask(self) -> None:
        text, token = self._asked

        def read(desk: "Desk") -> Found:
            return Found(desk.search(text, limit=TICKETS), found_people(desk, text, PEOPLE))

        self._operations.read(
            read, owner=self, then=lambda found: self._show(found, text, token), latest="search"
        )

    def _show(self, found: Found, text: str, token: int) -> None:
        things: Sequence[Hit] = [
            *ticket_hits(found.tickets, text, self._now()),
            all_hit(text),
            *people_hits(found.people, text),
        ]
        commands = command_hits(self._actions, text)
        meant = is_command(self._actions, text)
        self._list.set_hits([*commands, *things] if meant else [*things, *commands], token)

    def _on_picked(self, key: object) -> None:
        if not isinstance(key, Pick):
            return
        text = self.edit.text().strip()
        if key.kind != "all":
            self._list.clear()
        match key.kind:
            case "ticket":
                self.left.emit()
                self.ticket_picked.emit(key.value, key.entry)
            case "person":
                self.person_picked.emit(key.value)
            case "command":
                # First the focus goes back: a command is about the ticket, not about this line.
                self.left.emit()
                self._actions[key.value].trigger()
            case _:
                self.all_asked.emit(text)
