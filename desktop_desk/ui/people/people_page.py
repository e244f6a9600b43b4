"""The list of callers with their form, and the tickets each has open."""

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QWidget

from desktop_desk.desk.views import TicketRow
from desktop_desk.i18n import _
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.people.held_data import PersonData
from desktop_desk.ui.people.people import People
from desktop_desk.ui.settings.list_page import ListPage
from desktop_desk.ui.settings.subject import Source
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.plain_tip import plain_tip

MOST_TICKETS = 20
MOST_SHOWN = 6


class PeoplePage(ListPage):
    """Looks callers up, edits them, and opens their tickets with Enter."""

    def __init__(
        self,
        look: Appearance,
        operations: Operations,
        drafts: Drafts | None,
        *,
        open_ticket: Callable[[str], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._open_ticket = open_ticket
        self._tickets_title = QLabel()
        self._tickets = QListWidget()
        self._data = PersonData(look, operations)
        super().__init__(look, operations, drafts, People(look), parent=parent)
        set_look(self._tickets_title, "meta")
        self._tickets.setObjectName("tickets")
        set_look(self._tickets, "card")
        self._tickets.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._tickets.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._tickets.itemActivated.connect(self._on_ticket)
        self._data.told.connect(self._on_told)
        self._data.forgotten.connect(self.reload)
        for part in (self._tickets_title, self._tickets, self._data):
            self.panel.below.addWidget(part)
        self._data.offer()

    def show_person(self, uid: str) -> None:
        """Show a person, also one who is not among those listed."""
        self.show_thing(uid)
        self.panel.focus()

    def _filled(self, source: Source) -> None:
        person = source.person
        self._show_tickets(())
        self._data.show_person(person.uid if person else "", person.name if person else "")
        if person is None:
            return
        uid = person.uid
        self._operations.read(
            lambda desk: desk.tickets_of(uid, open_only=True, limit=MOST_TICKETS),
            owner=self,
            then=self._show_tickets,
            latest="tickets",
        )

    def _show_tickets(self, rows: tuple[TicketRow, ...]) -> None:
        self._tickets.clear()
        for row in rows:
            item = QListWidgetItem(f"{row.number}  {row.subject}", self._tickets)
            item.setData(Qt.ItemDataRole.UserRole, row.number)
            item.setToolTip(plain_tip(row.subject))
        title = _("Open tickets (Enter opens one)") if rows else _("No open tickets")
        self._tickets_title.setText(title)
        self._tickets.setAccessibleName(title)
        self._tickets.setVisible(bool(rows))
        height = self._tickets.fontMetrics().height() + 10
        for place in range(self._tickets.count()):
            self._tickets.item(place).setSizeHint(QSize(0, height))
        self._tickets.setFixedHeight(height * min(len(rows), MOST_SHOWN) + 14)

    def _on_told(self, words: str, error: bool) -> None:  # noqa: FBT001  the signal's own shape
        self.panel.say(words, error=error)

    def _on_ticket(self, item: QListWidgetItem) -> None:
        if self._open_ticket is not None:
            self._open_ticket(cast("str", item.data(Qt.ItemDataRole.UserRole)))
