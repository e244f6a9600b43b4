"""Windows, calls and reports: each action of those menus bound."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_desk.ui.actions import Actions
from desktop_desk.ui.mail_room import attach as mail_room
from desktop_desk.ui.phone import attach as phone
from desktop_desk.ui.tickets.ticket_screen import TicketScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop_desk.desk.views import CallBack, TicketView
    from desktop_desk.ui.main_window import MainWindow


class ProgramCommands(QObject):
    """Binds the Desk, Call and Reports menus of a main window."""

    def __init__(self, window: "MainWindow", actions: Actions, ticket: TicketScreen) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._ticket = ticket
        parts = window.parts
        slots: dict[str, Callable[[], object]] = {
            "desk.new": window.new_asked.emit,
            "desk.open": window.open_asked.emit,
            "desk.people": lambda: parts.people(window),
            "desk.office": lambda: parts.office(window),
            "desk.settings": lambda: parts.settings(window),
            "desk.switch": window.switch_asked.emit,
            "desk.lock": window.lock_asked.emit,
            "desk.quit": window.quit_asked.emit,
            "reports.summary": lambda: parts.summary(window),
            "call.log": lambda: window.calls().log_call(),
            "call.park": lambda: window.calls().park(),
            "call.attach": self._attach_call,
            "call.done": self._call_back_done,
            "call.dial": self._dial,
            "call.tried": self._tried,
            "call.line": lambda: phone.show_line(window),
            "call.links": lambda: phone.answer_links_for(window),
            "view.seen": self._mark_all_seen,
        }
        for name, slot in slots.items():
            actions.bind(name, slot)
        mail_room.join(window)

    def update_actions(self, view: "TicketView | None") -> None:
        """Grey out what cannot be done to the ticket on the pane."""
        news = self._window.middle.news()
        owed = view is not None and any(not back.done for back in view.call_backs)
        self._actions["call.done"].setEnabled(owed or (news is not None and news.call_back is not None))
        self._actions["call.tried"].setEnabled(self._actions["call.done"].isEnabled())
        self._actions["call.attach"].setEnabled(view is not None)
        has_number = view is not None and view.caller is not None and bool(view.caller.phones)
        owed_number = news is not None and news.call_back is not None and bool(news.call_back.phone)
        self._actions["call.dial"].setEnabled(has_number or owed_number)

    def _attach_call(self) -> None:
        for number in self._window.targets()[:1]:
            self._window.calls().attach(number)

    def _call_back_done(self) -> None:
        news = self._window.middle.news()
        if news is not None and news.call_back is not None:
            self._window.middle.forme()[1].call_back_done()
        else:
            self._ticket.call_back_done()

    def _owed(self) -> "CallBack | None":
        """The call-back under the cursor of For me, else the first that stands on the ticket of the pane."""
        news, view = self._window.middle.news(), self._ticket.view
        if news is not None:
            return news.call_back
        return next((back for back in view.call_backs if not back.done), None) if view is not None else None

    def _dial(self) -> None:
        """Call whom is owed a call, else the caller of the ticket."""
        news, view = self._window.middle.news(), self._ticket.view
        back = self._owed()
        if back is not None and back.phone and (news is not None or not back.missed):
            phone.call_back(self._window, back)
        elif view is not None and view.caller is not None and view.caller.phones:
            phone.call(self._window, view.caller.phones[0], view.caller.name, view.number)

    def _tried(self) -> None:
        back = self._owed()
        if back is not None:
            phone.not_reached(self._window, back)

    def _mark_all_seen(self) -> None:
        self._window.middle.forme()[1].mark_all_seen()
