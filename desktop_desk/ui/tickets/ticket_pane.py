"""One ticket on the right: its head, what differs, its thread, and where answers are written."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.tickets.composer import Composer
from desktop_desk.ui.tickets.differences import Differences
from desktop_desk.ui.tickets.given_files import has_files
from desktop_desk.ui.tickets.header import TicketHeader
from desktop_desk.ui.tickets.links import OutageBand, Strip
from desktop_desk.ui.tickets.thread import cards_of
from desktop_desk.ui.tickets.ticket_head import LEAST_SHARE, TicketHead
from desktop_desk.ui.widgets.cards import ThreadView
from desktop_desk.ui.widgets.empty import EmptyState
from desktop_desk.ui.widgets.wheel import pass_wheels

if TYPE_CHECKING:
    from desktop_desk.desk.views import Entry, TicketView


class TicketPane(QFrame):
    """Shows one ticket, or what to do when there is none; knows nothing of the desk.

    Attributes:
        header, differences, conversation, composer, outage: its parts, whose signals say what was wanted.
        look, drafts, now: what it was made with, for the dialogs about its ticket.

    Signals:
        number_chosen(str): another ticket was asked for from within this one.
    """

    number_chosen = Signal(str)

    def __init__(
        self, look: Appearance, drafts: Drafts, now: Callable[[], int], *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.look = look
        self.drafts = drafts
        self.now = now
        self._view: TicketView | None = None
        self.setObjectName("ticket_pane")
        set_look(self, "ground line-left")
        self.header = TicketHeader(look, now, parent=self)
        self.differences = Differences(look, now, parent=self)
        self.conversation = ThreadView(look, self)
        self.conversation.setObjectName("ticket_thread")
        self.conversation.setAccessibleName(_("Conversation"))
        self.composer = Composer(look, drafts, now, parent=self)
        pass_wheels(self.composer)
        self._merged = Strip(look, "ticket_merged", _("open"), parent=self)
        self._merged.pressed.connect(self._open_target)
        self.outage = OutageBand(look, parent=self)
        self._withdrawn = Strip(look, "ticket_withdrawn", _("what that means"), parent=self)
        self._withdrawn.pressed.connect(self._explain_withdrawn)
        self._changed = Strip(look, "ticket_changed", _("show"), parent=self)
        self._changed.pressed.connect(self.show_end)
        self._build(look)
        look.changed.connect(self._share)
        self.setAcceptDrops(True)
        self._minute = QTimer(self)
        self._minute.setInterval(30_000)
        self._minute.timeout.connect(self._on_minute)
        self._minute.start()

    def _build(self, look: Appearance) -> None:
        ticket = QWidget(self)
        column = QVBoxLayout(ticket)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        strips = (self._merged, self._withdrawn, self.outage)
        self._head = TicketHead(look, self.header, strips, self.differences, parent=ticket)
        column.addWidget(self._head)
        column.addWidget(self.conversation, 1)
        column.addWidget(self._changed)
        column.addWidget(self.composer)
        self._empty = EmptyState(
            look,
            _("No ticket is open"),
            _("Choose a line that has one, or log a call with Ctrl+N."),
            parent=self,
        )
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(ticket)
        self._ticket = ticket
        ticket.installEventFilter(self)
        around = QVBoxLayout(self)
        around.setContentsMargins(1, 0, 0, 0)
        around.addWidget(self._stack)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._view is not None and has_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Files that are dropped anywhere on the ticket go with what is being written."""
        event.acceptProposedAction()
        self.composer.take(event.mimeData())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._ticket and event.type() == QEvent.Type.LayoutRequest:
            self._share()
        return super().eventFilter(watched, event)

    def _share(self) -> None:
        """Give the head what the thread and the composer leave; a low pane has the text scrolled."""
        thread = self._thread_height()
        self.composer.give_room(round(self.height() * (1 - LEAST_SHARE)) - thread)
        self._head.give_room(self.height() - thread - self.composer.needed())

    def _thread_height(self) -> int:
        """The least that the thread takes, with what is said below it."""
        told = 0 if self._changed.isHidden() else self._changed.sizeHint().height()
        return self.conversation.minimumSizeHint().height() + told

    def minimumSizeHint(self) -> QSize:
        """As wide as the editor needs: no ticket's words push the list aside; as low as head and text scroll."""
        height = self._head.least_height() + self._thread_height() + self.composer.least_height()
        return QSize(self.composer.minimumSizeHint().width() + 1, height)

    @property
    def view(self) -> "TicketView | None":
        """The ticket shown."""
        return self._view

    def show_ticket(self, view: "TicketView | None") -> None:
        """Show the ticket; the same one again keeps scroll, selection and everything typed."""
        before, self._view = self._view, view
        self._stack.setCurrentIndex(0 if view is None else 1)
        self.composer.show_ticket(view)
        if view is None:
            return
        same = before is not None and before.uid == view.uid
        self.header.show_ticket(view)
        self.differences.show_conflicts(view.conflicts)
        self.conversation.set_cards(cards_of(view.thread, view.number, self.now()))
        self._merged.say(
            _("Merged into {number}").format(number=view.merged_into) if view.merged_into else ""
        )
        self._withdrawn.say(_("Withdrawn by {by}").format(by=view.withdrawn_by) if view.withdrawn_by else "")
        self._share()
        if not same:
            self._head.to_top()
            self._changed.say("")
            self.conversation.scroll_to_end()
        elif before is not None:
            self._say_what_came(before, view)

    def _say_what_came(self, before: "TicketView", view: "TicketView") -> None:
        """Tell the typist what came in meanwhile, and leave the text alone."""
        if self.composer.is_empty:
            self._changed.say("")
            return
        known = {entry.uid for entry in before.thread}
        new = [entry for entry in view.thread if entry.uid not in known]
        if new:
            self._changed.say(_("Changed meanwhile: {what}").format(what=_entry_line(new[-1])))

    def show_end(self) -> None:
        """Bring the newest entry in sight; there is nothing more to tell about it."""
        self._changed.say("")
        self.conversation.scroll_to_end()

    def _open_target(self) -> None:
        if self._view is not None and self._view.merged_into:
            self.number_chosen.emit(self._view.merged_into)

    def _explain_withdrawn(self) -> None:
        self._withdrawn.say(
            _(
                "Its opening was undone, so it stands in no list. Its number still finds it; redo brings it back."
            )
        )

    def _on_minute(self) -> None:
        if self._view is not None and self.isVisible():
            self.header.show_ticket(self._view)


def _entry_line(entry: "Entry") -> str:
    return entry.title or entry.by_name or entry.text.split("\n", 1)[0]
