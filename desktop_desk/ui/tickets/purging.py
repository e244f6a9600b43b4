"""Purging from a ticket's thread: words that must be forgotten; it asks first, because nothing brings them back."""

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.tickets.ticket_pane import TicketPane
from desktop_desk.ui.widgets.for_good import ForGood

if TYPE_CHECKING:
    from desktop_desk.desk.views import Done, Entry, TicketView

SHOWN = 160
"""So many letters of the words are shown in the question."""


class Telling(Protocol):
    """What the purge needs of the window around it."""

    def say(self, text: str, undo_act: str = "") -> None:
        """Tell what was done."""
        ...


class EntryPurge(QObject):
    """Adds the purge to the menu of an entry, for whoever may."""

    def __init__(self, place: Telling, pane: TicketPane, operations: Operations, window: QWidget) -> None:
        super().__init__(window)
        self._place = place
        self._pane = pane
        self._operations = operations
        self._window = window
        self._may: dict[str, bool] = {}
        """By department, for as long as the window is there; the desk asks again when it is done."""
        pane.conversation.menu_requested.connect(self._on_menu)

    def learn(self, view: "TicketView | None") -> None:
        """Find out whether the agent may purge what is on the pane."""
        if view is not None and view.department_uid not in self._may:
            department = view.department_uid

            def known(may: bool) -> None:  # noqa: FBT001  the answer's own shape
                self._may[department] = may

            self._operations.read(
                lambda desk: desk.may("ticket.delete", department or None), owner=self, then=known
            )

    def _on_menu(self, key: object, menu: QMenu) -> None:
        view = self._pane.view
        entry = next((each for each in view.thread if each.uid == key), None) if view is not None else None
        if view is None or entry is None or not _has_words(entry) or not self._may.get(view.department_uid):
            return
        words = _("&Purge these words…") if entry.text else _("&Purge this file…")
        action = menu.addAction(words)
        action.setObjectName("purge_entry")
        number, uid = entry.ticket_number or view.number, entry.uid
        action.triggered.connect(lambda: self._ask(number, uid, _shown(entry)))

    def _ask(self, number: str, uid: str, words: str) -> None:
        question = ForGood(
            self._pane.look,
            _("Purge from {number}").format(number=number),
            _("Take this out of the history for good?"),
            _(
                "{words}\n\nIt goes here at once, and from every other copy of the desk with its next sync. That"
                " something was there stays to be seen. Backups made before still have it. This cannot be undone."
            ).format(words=words),
            _("&Purge"),
            parent=self._window,
        )
        question.accepted.connect(lambda: self._purge(number, uid))
        question.open()

    def _purge(self, number: str, uid: str) -> None:
        def done(_done: "Done") -> None:
            self._place.say(_("Purged from {number}").format(number=number))

        self._operations.write(lambda desk: desk.purge_entry(number, uid), owner=self, then=done)


def _has_words(entry: "Entry") -> bool:
    return bool(entry.text and entry.kind != "event") or bool(entry.attachments)


def _shown(entry: "Entry") -> str:
    text = " ".join(entry.text.split())
    if len(text) > SHOWN:
        text = f"{text[: SHOWN - 1].rstrip()}…"
    files = ", ".join(file.name for file in entry.attachments)
    return "\n".join(part for part in (f"“{text}”" if text else "", files) if part)
