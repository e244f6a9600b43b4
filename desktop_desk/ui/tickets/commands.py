"""What can be done to the chosen tickets: each action bound to its verb."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from desktop_desk.domain.errors import DeskError, Invalid
from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.actions import Actions
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.tickets.choices import priority_menu, status_menu
from desktop_desk.ui.tickets.composer import CALL_BACK, NOTE, REPLY
from desktop_desk.ui.tickets.header import priority_text
from desktop_desk.ui.tickets.ticket_pane import TicketPane

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.directory import Directory
    from desktop_desk.desk.ports import Position
    from desktop_desk.desk.views import Done, TicketView
    from desktop_desk.ui.widgets.toast import Toasts

Numbers = tuple[str, ...]
Act = Callable[["Desk", "str | Numbers", "Position | None"], "Done"]

ON_TICKETS = (
    "reply", "note", "call_back", "assign", "claim", "release", "status", "priority", "tag", "edit", "follow",
    "resolve", "close", "reopen", "merge", "copy_number", "select",
)  # fmt: skip
"""Actions that need a ticket to be chosen."""
ON_ONE = frozenset({"reply", "note", "call_back", "edit", "merge", "settle", "unmerge"})
"""Actions for one ticket at a time."""
WRITING = frozenset({"reply", "note", "call_back"})
"""Actions that a withdrawn ticket does not take: its editor says why."""


class Place(Protocol):
    """What the commands need of the window around them."""

    toasts: "Toasts"

    def targets(self) -> Numbers:
        """The numbers of the chosen tickets: the selected ones, else the one on the pane."""
        ...

    def reassign(self, numbers: Numbers) -> None:
        """Open the dialog that hands tickets on."""
        ...

    def open_ticket(self, number: str, entry_uid: str = "") -> None:
        """Show that ticket."""
        ...

    def say(self, text: str, undo_act: str = "") -> None:
        """Tell what was done, with a way to undo it."""
        ...

    def toggle_selection(self) -> None:
        """Select or unselect the ticket under the cursor."""
        ...

    def is_selection_known(self) -> bool:
        """Whether every selected ticket has been read, so that an act is about all of them."""
        ...


def which(numbers: Numbers) -> str:
    """ "1041-0", or "3 tickets"."""
    if len(numbers) == 1:
        return numbers[0]
    return ngettext("%d ticket", "%d tickets", len(numbers)) % len(numbers)


class TicketCommands(QObject):
    """Binds every action of the Ticket menu; one act and one undo however many tickets are chosen."""

    def __init__(
        self,
        place: Place,
        pane: TicketPane,
        operations: Operations,
        actions: Actions,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._place = place
        self._pane = pane
        self._operations = operations
        self._actions = actions
        self._window = window
        self._bind()
        pane.header.asked.connect(self._on_asked)
        pane.header.tag_removed.connect(self._on_tag_removed)
        pane.conversation.menu_requested.connect(self._on_entry_menu)

    def _bind(self) -> None:
        composer = self._pane.composer
        slots: dict[str, Callable[[], object]] = {
            "undo": self.undo,
            "redo": self.redo,
            "reply": lambda: composer.open(REPLY),
            "note": lambda: composer.open(NOTE),
            "call_back": lambda: composer.open(CALL_BACK),
            "assign": lambda: self._place.reassign(self._chosen()),
            "claim": lambda: self._do(_("Claimed {which}"), lambda desk, to, _seen: desk.claim(to)),
            "release": lambda: self._do(_("Released {which}"), lambda desk, to, _seen: desk.release(to)),
            "status": self.choose_status,
            "priority": self.choose_priority,
            "tag": self.edit_tags,
            "edit": self.edit,
            "follow": self.follow,
            "resolve": lambda: self._do(
                _("Resolved {which}"), lambda desk, to, seen: desk.resolve(to, seen=seen)
            ),
            "close": lambda: self._do(_("Closed {which}"), lambda desk, to, seen: desk.close(to, seen=seen)),
            "reopen": lambda: self._do(
                _("Reopened {which}"), lambda desk, to, seen: desk.reopen(to, seen=seen)
            ),
            "merge": self.merge,
            "unmerge": lambda: self._do(
                _("{which} stands on its own again"), lambda desk, to, _seen: desk.unmerge(_one(to))
            ),
            "settle": self._pane.differences.focus_first,
            "copy_number": lambda: QGuiApplication.clipboard().setText(", ".join(self._place.targets())),
            "select": self._place.toggle_selection,
        }
        for name, slot in slots.items():
            self._actions.bind(f"ticket.{name}", slot)
        self.update_actions()

    def update_actions(self) -> None:
        """Grey out what cannot be done to the tickets chosen now."""
        targets = self._place.targets()
        view = self._pane.view
        withdrawn = view is not None and bool(view.withdrawn_by)
        for name in ON_TICKETS:
            enabled = bool(targets) and (len(targets) == 1 or name not in ON_ONE)
            self._actions[f"ticket.{name}"].setEnabled(enabled and not (withdrawn and name in WRITING))
        self._actions["ticket.unmerge"].setEnabled(view is not None and bool(view.merged_into))
        self._actions["ticket.settle"].setEnabled(view is not None and bool(view.conflicts))
        self._actions["ticket.follow"].setChecked(view is not None and view.following)

    # The verbs

    def _chosen(self) -> Numbers:
        """The tickets to act on; none, with a word why, when some of the selected ones were never in sight."""
        if self._place.is_selection_known():
            return self._place.targets()
        self._place.say(
            _(
                "More is selected than has been in sight. Filter the list, or scroll through it, then do it again."
            )
        )
        return ()

    def _view(self) -> "TicketView | None":
        """The ticket on the pane, if it is the only one chosen."""
        view = self._pane.view
        return view if view is not None and self._place.targets() == (view.number,) else None

    def _do(self, says: str, act: Act, then: Callable[[], None] = lambda: None) -> None:
        """Write the act for every chosen ticket and offer its undo."""
        numbers = self._chosen()
        if not numbers:
            return
        view = self._view()
        # Several at once have been shown nothing in particular: the desk looks at each within the act.
        seen = view.position if view is not None else None
        to = numbers[0] if len(numbers) == 1 else numbers

        def done(done: "Done") -> None:
            then()
            if done.act:
                self._place.say(says.format(which=which(numbers)), done.act)

        self._operations.write(lambda desk: act(desk, to, seen), owner=self, then=done)

    def undo(self) -> None:
        """Take back what the message in sight is about, else the newest act of this agent."""
        if self._place.toasts.press(self._actions.keys("ticket.undo")[0]):
            return
        self._operations.write(lambda desk: desk.undo(), owner=self, then=self._on_undone)

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._operations.write(lambda desk: desk.redo(), owner=self, then=self._on_redone)

    def undo_act(self, act: str) -> None:
        """Take that act back; what is no act of the desk is taken back by whoever offered it."""
        if ":" not in act:
            return
        self._operations.write(lambda desk: desk.undo(act), owner=self, then=self._on_undone)

    def follow(self) -> None:
        """Follow the chosen tickets, or follow them no more."""
        view = self._pane.view
        on = view is None or not view.following
        self._do(
            _("You follow {which}") if on else _("You no longer follow {which}"),
            lambda desk, to, _seen: desk.follow(to, on=on),
        )

    def choose_priority(self) -> None:
        """Open the four severities."""
        view = self._view()
        now = view.priority if view is not None else ""
        self._open(priority_menu(self._window, now, self._set_priority), "priority")

    def choose_status(self) -> None:
        """Open the statuses of this office."""
        self._operations.read(
            lambda desk: desk.directory(), owner=self, then=self._open_statuses, latest="directory"
        )

    def edit_tags(self) -> None:
        """Open the tags of the chosen tickets."""
        from desktop_desk.ui.tickets.tags import TagDialog

        numbers, view = self._chosen(), self._view()
        if not numbers:
            return
        pane = self._pane
        dialog = TagDialog(
            pane.look,
            pane.drafts,
            which(numbers),
            view.tags if view is not None else (),
            draft=f"tags:{','.join(numbers)}",
            parent=self._window,
        )
        dialog.accepted.connect(lambda: self._set_tags(dialog.added(), dialog.removed(), dialog.draft))
        dialog.open()

    def edit(self) -> None:
        """Open the form with subject, topic, department, source and due time."""
        view = self._view()
        if view is not None:
            self._operations.read(
                lambda desk: desk.directory(),
                owner=self,
                then=lambda directory: self._open_edit(view, directory),
                latest="directory",
            )

    def merge(self) -> None:
        """Ask into which ticket the chosen one goes."""
        from desktop_desk.ui.tickets.merging import Merging

        for number in self._place.targets()[:1]:
            merging = Merging(self._pane, self._operations, number, parent=self._window)
            merging.merged.connect(self._on_merged)

    # What was chosen

    def _set_priority(self, letter: str) -> None:
        self._do(
            _("Set {which} to {priority}").replace("{priority}", priority_text(letter)),
            lambda desk, to, seen: desk.set_priority(to, letter, seen=seen),
        )

    def _set_status(self, status: str) -> None:
        self._do(
            _("Set {which} to {status}").replace("{status}", status),
            lambda desk, to, seen: desk.set_status(to, status, seen=seen),
        )

    def _set_tags(self, added: Numbers, removed: Numbers, draft: str = "") -> None:
        if added or removed:
            self._do(
                _("Tags of {which} changed"),
                lambda desk, to, _seen: desk.tag(to, add=added, remove=removed),
                lambda: self._pane.drafts.discard(draft),
            )

    def _on_merged(self, done: "Done", into: str) -> None:
        self._place.say(_("Merged into {into}").format(into=into), done.act)
        self._place.open_ticket(into)

    def _open_statuses(self, directory: "Directory") -> None:
        view = self._view()
        now = view.status if view is not None else ""
        self._open(status_menu(self._window, directory.statuses, now, self._set_status), "status")

    def _open_edit(self, view: "TicketView", directory: "Directory") -> None:
        from desktop_desk.ui.tickets.edit import EditDialog

        dialog = EditDialog(self._pane.look, self._pane.drafts, view, directory, parent=self._window)

        def save(changes: dict[str, Any]) -> None:
            self._operations.write(
                lambda desk: desk.edit(view.number, seen=dialog.position, **changes),
                owner=dialog,
                then=saved,
                failed=refused,
            )

        def saved(done: "Done") -> None:
            dialog.accept()
            self._place.say(_("Changed {which}").format(which=view.number), done.act)

        def refused(error: Exception) -> bool:
            if isinstance(error, DeskError):
                dialog.refused(error.field if isinstance(error, Invalid) else "", str(error))
            return isinstance(error, DeskError)

        dialog.save_asked.connect(save)
        dialog.open()

    def _open(self, menu: QMenu, what: str) -> None:
        place = self._pane.header.place_of(what) if self._pane.view is not None else self._middle()
        menu.popup(place)
        if menu.actions():
            ticked = next((action for action in menu.actions() if action.isChecked()), menu.actions()[0])
            menu.setActiveAction(ticked)

    def _middle(self) -> QPoint:
        return self._window.mapToGlobal(self._window.rect().center())

    # What happened

    def _on_undone(self, done: "Done") -> None:
        self._place.say(_("Undone. Ctrl+Y does it again."))
        self._follow_to(done)

    def _on_redone(self, done: "Done") -> None:
        self._place.say(_("Done again. Ctrl+Z undoes it."))
        self._follow_to(done)

    def _follow_to(self, done: "Done") -> None:
        """Undo is seen where it happened."""
        if done.number is not None and len(done.touched) <= 1:
            self._place.open_ticket(done.number)

    def _on_asked(self, what: str) -> None:
        match what:
            case "priority":
                self.choose_priority()
            case "status":
                self.choose_status()
            case "agent" | "team":
                self._actions["ticket.assign"].trigger()
            case "follow":
                self.follow()
            case "topic":
                self.edit()
            case "due":
                self._pane.header.explain_due()
            case _:
                pass  # caller and phone lead to the person: the window's part

    def open_menu(self, where: QPoint) -> None:
        """Open everything that can be done to the chosen tickets, at a point of the screen."""
        if self._place.targets():
            self._actions.menu_of("ticket", self._window).popup(where)

    def _on_entry_menu(self, key: object, menu: QMenu) -> None:
        """Put what can be done to one entry of the thread into its menu."""
        view = self._pane.view
        entry = next((each for each in view.thread if each.uid == key), None) if view is not None else None
        if entry is None or not entry.act:
            return
        act = entry.act
        menu.addSeparator()
        undo = menu.addAction(_("&Undo this"))
        undo.setObjectName("undo_entry")
        undo.triggered.connect(lambda: self.undo_act(act))

    def _on_tag_removed(self, tag: str) -> None:
        self._set_tags((), (tag,))


def _one(to: str | Numbers) -> str:
    return to if isinstance(to, str) else to[0]
