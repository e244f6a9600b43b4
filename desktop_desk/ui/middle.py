"""What stands between the queues and the ticket: the list, For me, or the results of a search."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_desk.ui.actions import Actions
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.tickets.list_view import TicketList

if TYPE_CHECKING:
    from desktop_desk.desk.views import News
    from desktop_desk.ui.forme.screen import ForMeScreen
    from desktop_desk.ui.forme.view import ForMeView
    from desktop_desk.ui.main_window import MainWindow
    from desktop_desk.ui.search.results import SearchResults


class Page(Protocol):
    """A page of the middle that is no list of tickets: what it is in, and what is done on it."""

    @property
    def widget(self) -> QWidget:
        """All of it."""
        ...

    def begin(self) -> None:
        """The person comes to it, or wants it read again."""
        ...

    def place(self) -> QWidget:
        """Where the cursor goes."""
        ...

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) line."""
        ...


class Middle(QStackedWidget):
    """Shows one page at a time; all but the list are made when first wanted.

    Attributes:
        list: the table of a queue.

    Signals:
        ticket_chosen(str number, str entry_uid): the person went to this ticket, at that entry when named.
        ticketless(): the person went to what belongs to no ticket: a missed call, a page of mails, an empty queue.
        opened(): Enter on a line; the person wants to be in the ticket.
        told(str text, str undo_act): something was done that can be undone.
    """

    ticket_chosen = Signal(str, str)
    ticketless = Signal()
    opened = Signal()
    told = Signal(str, str)

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
        self._look = look
        self._operations = operations
        self._actions = actions
        self._now = now
        self._forme: tuple[ForMeView, ForMeScreen] | None = None
        self._results: SearchResults | None = None
        self._makers: dict[str, Callable[[], Page]] = {"forme": lambda: self.forme()[1]}
        self._pages: dict[str, Page] = {}
        self.list = TicketList(look, now, parent=self)
        self.list.ticket_chosen.connect(self._on_ticket_chosen)
        self.list.opened.connect(self.opened)
        self.list.nothing_chosen.connect(self.ticketless)
        self.ticketless.connect(self.list.let_go)
        self.list.office.pressed.connect(self._open_disputed)
        self.addWidget(self.list)

    # Pages

    def forme(self) -> "tuple[ForMeView, ForMeScreen]":
        """For me: its view and its screen."""
        if self._forme is None:
            from desktop_desk.ui.forme.screen import ForMeScreen
            from desktop_desk.ui.forme.view import ForMeView

            view = ForMeView(self._look, self._actions, self._now, parent=self)
            screen = ForMeScreen(view, self._operations, parent=self)
            self._actions.give_letters(view.table)
            view.opened.connect(self.opened)
            screen.ticket_chosen.connect(self.ticket_chosen)
            screen.told.connect(self.told)
            screen.ticketless.connect(self.ticketless)
            self._forme = view, screen
        return self._forme

    def add_page(self, key: str, make: Callable[[], Page]) -> None:
        """Let a page stand here under the key of a side list's item; it is made when first wanted."""
        self._makers[key] = make

    def show_page(self, key: str) -> bool:
        """Show For me, or a page that was added, and begin a visit; False for the key of a queue."""
        if key not in self._makers:
            return False
        if key not in self._pages:
            self._pages[key] = self._makers[key]()
            self.addWidget(self._pages[key].widget)
        self.setCurrentWidget(self._pages[key].widget)
        self.ticketless.emit()  # until the page has a line with a ticket
        self._pages[key].begin()
        return True

    def _page(self) -> Page | None:
        """The page shown; None for the list and the results."""
        return next((page for page in self._pages.values() if page.widget is self.currentWidget()), None)

    def show_list(self) -> None:
        """Show the table of a queue."""
        self.setCurrentWidget(self.list)

    def show_results(self, text: str) -> None:
        """Show every result of a search."""
        if self._results is None:
            from desktop_desk.ui.search.results import SearchResults

            self._results = SearchResults(self._look, self._operations, self._now, parent=self)
            self._results.ticket_chosen.connect(self.ticket_chosen)
            self.addWidget(self._results)
        self.setCurrentWidget(self._results)
        self._results.show_results(text)

    @property
    def shows_list(self) -> bool:
        """Whether the table of a queue is shown."""
        return self.currentWidget() is self.list

    @property
    def shows_results(self) -> bool:
        """Whether the results of a search are shown."""
        return self._results is not None and self.currentWidget() is self._results

    def _open_disputed(self) -> None:
        from desktop_desk.ui.settings import open_disputed

        open_disputed(cast("MainWindow", self.window()))

    # What is done on any of them

    def words(self) -> list[str]:
        """What was searched for, to highlight it; nothing on another page."""
        from desktop_desk.ui.search.hits import words_of

        return list(words_of(self._results.text)) if self._results is not None and self.shows_results else []

    def news(self) -> "News | None":
        """The line of For me with the cursor, when For me is shown."""
        if self._forme is None or self.currentWidget() is not self._forme[0]:
            return None
        return self._forme[0].current()

    def place(self) -> QWidget:
        """Where the cursor goes on the page that is shown."""
        if self._results is not None and self.shows_results:
            return self._results.cards
        page = self._page()
        return page.place() if page is not None else self.list.table

    def focus(self) -> None:
        """Put the cursor into the page that is shown."""
        self.place().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) line."""
        if self.shows_list:
            self.list.step(by)
        elif (page := self._page()) is not None:
            page.step(by)

    def refresh(self) -> None:
        """Read what is shown again; the list has a screen of its own."""
        if self._results is not None and self.shows_results:
            self._results.refresh()
        elif (page := self._page()) is not None:
            page.begin()

    def _on_ticket_chosen(self, number: str) -> None:
        self.ticket_chosen.emit(number, "")
