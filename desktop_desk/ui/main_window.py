"""The frame around everything: top bar, queues, list, ticket; it joins the screens and owns no data."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QSplitter, QVBoxLayout, QWidget

from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.action_table import QUEUE_ACTIONS
from desktop_desk.ui.actions import Actions
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.messages import Message
from desktop_desk.ui.middle import Middle
from desktop_desk.ui.notice import NoticeStrip
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.parts import CallDesk, Parts
from desktop_desk.ui.program_commands import ProgramCommands
from desktop_desk.ui.queue_items import queue_items
from desktop_desk.ui.session import Session
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.tickets.commands import TicketCommands
from desktop_desk.ui.tickets.company import Company
from desktop_desk.ui.tickets.files import TicketFiles
from desktop_desk.ui.tickets.pending_files import tidy
from desktop_desk.ui.tickets.purging import EntryPurge
from desktop_desk.ui.tickets.queue_screen import QueueScreen
from desktop_desk.ui.tickets.ticket_pane import TicketPane
from desktop_desk.ui.tickets.ticket_screen import TicketScreen
from desktop_desk.ui.tickets.times import clock_ms
from desktop_desk.ui.top_bar import TopBar
from desktop_desk.ui.view_commands import ViewCommands
from desktop_desk.ui.widgets.side_list import SideList
from desktop_desk.ui.widgets.toast import Toasts

if TYPE_CHECKING:
    from desktop_desk.desk.directory import Agent, Directory
    from desktop_desk.desk.views import Counters, Done, TicketView

LEAST = (960, 600)
FIRST = (1280, 800)
SIDE_WIDTH, DETAIL_WIDTH = 160, 448  # of 1280: the rest is the list, whose subjects need it most
_COLUMNS = "tickets"


class MainWindow(QMainWindow):
    """One agent's window on one desk.

    Attributes:
        look, operations, agent, actions_, drafts, parts: what it was made with, for the windows it opens.
        call_desk: takes calls; None until `start`.
        whereabouts: how the status line says where the desk is; {desk} stands for its name.

    Signals:
        ticket_shown(TicketView | None): this ticket is on the pane now, for the first time or changed.
        closing(): the window goes away; its session can be kept now.
        switch_asked(), lock_asked(), new_asked(), open_asked(), quit_asked(): what only the program can do.
    """

    ticket_shown = Signal(object)
    closing = Signal()
    switch_asked = Signal()
    lock_asked = Signal()
    new_asked = Signal()
    open_asked = Signal()
    quit_asked = Signal()

    def __init__(
        self,
        look: Appearance,
        operations: Operations,
        agent: "Agent",
        actions: Actions,
        drafts: Drafts,
        session: Session,
        parts: Parts,
        *,
        now: Callable[[], int] = clock_ms,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.look = look
        self.operations = operations
        self.agent = agent
        self.actions_ = actions
        self.drafts = drafts
        self.parts = parts
        self.now = now
        self.call_desk: CallDesk | None = None
        self._session = session
        self._build()
        self._connect()
        self._restore()

    # Shape

    def _build(self) -> None:
        self.setObjectName("main_window")
        self.setWindowTitle(_("Desktop Desk"))
        self.setAccessibleName(_("Desktop Desk"))
        self.setMinimumSize(*LEAST)
        self.resize(*FIRST)
        self.top = TopBar(self.look, self.operations, self.actions_, self.now, self.agent.name, parent=self)
        self.notice = NoticeStrip(self.look, parent=self)
        self.side = SideList(self.look, self)
        self.side.setObjectName("queues")
        self.side.setAccessibleName(_("Queues"))
        self._counts: Mapping[str, int] = {}
        self.side.set_items(queue_items(self._counts))
        self.middle = Middle(self.look, self.operations, self.actions_, self.now, parent=self)
        self.list = self.middle.list
        self.pane = TicketPane(self.look, self.drafts, self.now, parent=self)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        for part in (self.side, self.middle, self.pane):
            self._splitter.addWidget(part)
        for place, stretch in enumerate((0, 1, 0)):
            self._splitter.setStretchFactor(place, stretch)
        self.side.setMinimumWidth(150)
        self.middle.setMinimumWidth(360)
        around = QWidget(self)
        column = QVBoxLayout(around)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self.notice)
        column.addWidget(self._splitter, 1)
        self.setCentralWidget(around)
        self._build_status()
        self.toasts = Toasts(self.look, self.middle)  # never over the buttons of an editor

    def _build_status(self) -> None:
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        set_look(bar, "bar line-top")
        self._where = QLabel(bar)
        self.whereabouts = _("{desk}, on this machine")
        self._where.setObjectName("status_where")
        self._count = QLabel(bar)
        self._count.setObjectName("status_count")
        for label in (self._where, self._count):
            set_look(label, "meta")
            label.setContentsMargins(10, 0, 10, 0)
        bar.addWidget(self._where, 1)
        bar.addPermanentWidget(self._count)

    def _connect(self) -> None:
        self._queue = QueueScreen(self.list, self.operations, parent=self)
        self._ticket = TicketScreen(self.pane, self.operations, parent=self)
        self._company = Company(self.pane, self._ticket, self.operations, parent=self)
        self._view_commands = ViewCommands(self, self.actions_)
        self._commands = TicketCommands(self, self.pane, self.operations, self.actions_, self)
        self.files = TicketFiles(self, self.pane, self.operations, self.actions_, self)
        self._purging = EntryPurge(self, self.pane, self.operations, self)
        self._program_commands = ProgramCommands(self, self.actions_, self._ticket)
        self.actions_.fill(self.menuBar())
        self.actions_.give_letters(self.list.table)
        self._queue.sorts = self._session.sort
        self._queue.counted.connect(self._on_counted)
        self.side.chosen.connect(self.show_queue)
        self.side.activated.connect(self._on_queue_entered)
        self.middle.ticket_chosen.connect(self.open_ticket)
        self.middle.ticketless.connect(self._ticket.close)
        self.middle.opened.connect(self._on_opened)
        self.middle.told.connect(self.say)
        self.list.selection_changed.connect(self._on_selection)
        self.list.menu_asked.connect(self._commands.open_menu)
        self._ticket.shown.connect(self._on_shown)
        self._ticket.sent.connect(self._on_sent)
        self.pane.number_chosen.connect(self.open_ticket)
        self.pane.composer.left.connect(self.focus_list)
        self.pane.header.asked.connect(self._on_asked)
        self.top.search.ticket_picked.connect(self.open_ticket)
        self.top.search.person_picked.connect(self._on_person_picked)
        self.top.search.all_asked.connect(self.show_results)
        self.top.search.left.connect(self.focus_list)
        self.toasts.acted.connect(self._commands.undo_act)
        self.operations.undo_changed.connect(self.top.show_steps)
        self.operations.changed.connect(self._on_changed)
        self.drafts.trouble.connect(self._on_draft_trouble)

    def _restore(self) -> None:
        session = self._session
        if session.text_scale:
            self.look.set_text_scale(session.text_scale)
        if session.geometry:
            self.restoreGeometry(QByteArray.fromBase64(session.geometry.encode()))
        side, detail = session.side or SIDE_WIDTH, session.detail or DETAIL_WIDTH
        self._splitter.setSizes([side, max(360, self.width() - side - detail), detail])
        columns = session.columns.get(_COLUMNS)
        if columns:
            self.list.table.restore_columns(columns)

    def start(self) -> None:
        """Begin to read: the queue and the ticket of the last session; call it once the window is shown."""
        session = self._session
        self.pane.composer.show_kind(session.entry)
        if session.ticket:
            self._ticket.restore(session.ticket, session.place)
        known = {key for key, _name in QUEUE_ACTIONS}
        self.show_queue(session.queue if session.queue in known else "open")
        self.operations.read(lambda desk: desk.directory(), owner=self, then=self._on_directory)
        self.operations.refresh_undo()
        self.operations.start_polling()
        self._company.start()
        tidy(self.drafts)
        if self.drafts.all("call:"):
            self.calls()  # calls that were typed when the program ended come back by themselves

    def session(self) -> Session:
        """Where the window stands now."""
        sizes = self._splitter.sizes()
        shown = self._ticket.number
        return Session(
            geometry=bytes(self.saveGeometry().toBase64().data()).decode(),
            side=sizes[0],
            detail=sizes[2],
            queue=self.side.selected() or "open",
            sort=dict(self._queue.sorts),
            columns={_COLUMNS: self.list.table.column_state()},
            ticket=shown,
            place=list(self.pane.conversation.place()) if shown else [],
            entry=self.pane.composer.kind,
            text_scale=self.look.text_scale,
        )

    # Where one goes

    def show_queue(self, key: str) -> None:
        """Show that queue, or For me, in the middle."""
        self.top.search.clear()
        standing = self.side.keys()
        if key not in standing:
            self.side.set_items(queue_items(self._counts, key))
        self.side.select(key)
        self.actions_[f"view.{key}"].setChecked(True)
        if self.middle.show_page(key):
            self._queue.count()
        else:
            self.middle.show_list()
            view = self.pane.view
            self._queue.show_queue(key, keep=view.uid if view is not None else self.list.chosen)

    def show_results(self, text: str) -> None:
        """Show every result of a search in the middle."""
        self.middle.show_results(text)

    def open_ticket(self, number: str, entry_uid: str = "") -> None:
        """Show the ticket on the pane, at that entry when one is named."""
        self.pane.conversation.set_matches(self.middle.words())
        self._ticket.open(number, entry_uid)

    def calls(self) -> CallDesk:
        """Who takes calls; made when first wanted."""
        if self.call_desk is None:
            self.call_desk = self.parts.call_desk(self)
        return self.call_desk

    def focus_list(self) -> None:
        """Put the cursor into what stands in the middle."""
        self.middle.focus()

    def back(self) -> None:
        """One step back: from the results to the queue, from several selected to one, else into the list."""
        if self.middle.shows_results:
            self.show_queue(self.side.selected() or "open")
        elif self.notice.isVisible():
            self.notice.dismiss()
        elif self.middle.shows_list:
            self.list.unmark()
        self.focus_list()

    def refresh(self) -> None:
        """Read everything in sight again."""
        self._queue.refresh()
        self._ticket.refresh()
        self.middle.refresh()

    # What is chosen

    def targets(self) -> tuple[str, ...]:
        """The numbers that an action is about: the selected tickets, else the one on the pane."""
        if self.middle.shows_list:
            selected = self.list.selected_numbers()
            if len(selected) > 1 or (selected and self.list.marking):
                return selected
        view = self.pane.view
        return (view.number,) if view is not None else ()

    def current_ticket(self) -> "TicketView | None":
        """The ticket on the pane."""
        return self.pane.view

    def is_selection_known(self) -> bool:
        """Whether every selected ticket has been read, so that an act is about all of them."""
        return not self.middle.shows_list or self.list.selected_count() <= max(
            1, len(self.list.selected_numbers())
        )

    def toggle_selection(self) -> None:
        """Select or unselect the ticket under the cursor."""
        self.list.toggle_selection()

    def reassign(self, numbers: tuple[str, ...]) -> None:
        """Open the dialog that hands tickets on."""
        if numbers:
            self.parts.reassign(self, numbers)

    def say(self, text: str, undo_act: str = "") -> None:
        """Tell what was done, with Undo when there is something to undo."""
        if undo_act:
            self.toasts.say(text, _("Undo"), self.actions_.keys("ticket.undo")[0], token=undo_act)
        else:
            self.toasts.say(text)

    # What happened

    def _on_shown(self, view: "TicketView | None") -> None:
        if view is not None and self.middle.shows_list and not self.list.several:
            self.list.choose(view.uid)
        self._commands.update_actions()
        self.files.update_actions()
        self._program_commands.update_actions(view)
        self._purging.learn(view)
        self.ticket_shown.emit(view)

    def _on_sent(self, done: "Done") -> None:
        self.say(_("Saved to {number}").format(number=done.number or ""), done.act)

    def _on_selection(self) -> None:
        self._commands.update_actions()
        count = self.list.selected_count() if self.list.several else 0
        words = ngettext("{count} selected", "{count} selected", count).format(count=count)
        self.statusBar().showMessage(words if count else "")

    def _on_queue_entered(self, _key: str) -> None:
        self.focus_list()

    def _on_person_picked(self, uid: str) -> None:
        self.parts.person(self, uid)

    def _on_opened(self) -> None:
        if self.pane.view is not None:
            self.pane.conversation.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_asked(self, what: str) -> None:
        view = self.pane.view
        if what in {"caller", "phone"} and view is not None and view.caller is not None:
            self.parts.person(self, view.caller.uid)

    def _on_counted(self, counters: "Counters") -> None:
        self._counts = counters.queues
        self.side.set_items(queue_items(self._counts, self.side.selected()))
        if self.side.selected() == "forme":
            text, queue = _("{shown:,} for me · {total}"), "forme"
        else:
            text, queue = _("{shown:,} of {total}"), self._queue.listing.queue
        total = ngettext("{n:,} ticket", "{n:,} tickets", counters.total).format(n=counters.total)
        self._count.setText(text.format(shown=counters.queues.get(queue, 0), total=total))

    def _on_directory(self, directory: "Directory") -> None:
        name = directory.settings.name or _("Desktop Desk")
        self.setWindowTitle(f"{name} · {self.agent.name}")
        self._where.setText(self.whereabouts.format(desk=name))

    def _on_changed(self, done: "Done", _initiator: object) -> None:
        if self.middle.shows_results and done.act:
            self.middle.refresh()

    def _on_draft_trouble(self, reason: str) -> None:
        if reason:
            self.notice.say(Message(_("Drafts are not saved"), reason))

    # Qt's part

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.focusWidget() is None:
            self.focus_list()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.back()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.operations.stop_polling()
        self._company.stop()
        self.closing.emit()
        self.files.close()
        super().closeEvent(event)
