"""Who gets the replies of a ticket by mail: shown above the editor, with those in copy as chips, and asked for."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_desk.domain.errors import DeskError
from desktop_desk.domain.outgoing import mail_address
from desktop_desk.i18n import _
from desktop_desk.ui.menus import FormDialog
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.tickets.links import LinkButton
from desktop_desk.ui.tickets.outgoing import REPLY
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.chips import ChipRow, ChipText
from desktop_desk.ui.widgets.form import FieldError
from desktop_desk.ui.widgets.search_list import Hit, SearchList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop_desk.desk.letter_templates import Recipients
    from desktop_desk.desk.views import Done, PersonHit, TicketView
    from desktop_desk.ui.main_window import MainWindow

MOST = 8
LARGE = 1.5
"""Letters so many times the usual size take the room of the chips."""


class RecipientsRow(QWidget):
    """One line: to whom a reply goes, and who gets it in copy.

    Signals:
        removed(str address): this one gets no copy any more.
        add_asked(): somebody else shall get one.
    """

    removed = Signal(str)
    add_asked = Signal()

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._found: Recipients | None = None
        self._view: TicketView | None = None
        self._words = ""
        self.setObjectName("recipients")
        self._to = LinkButton(look, _("Who gets it"), plain=True, small=True, parent=self)
        self._to.setObjectName("recipients_to")
        self._to.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._to.clicked.connect(self.add_asked)
        self._add = LinkButton(look, _("Copy to…"), small=True, parent=self)
        self._add.setObjectName("recipients_add")
        self._add.show_value(_("Copy to…"), tip=_("Ctrl+Shift+I"))
        self._add.clicked.connect(self.add_asked)
        self.chips = ChipRow(look, self)
        self.chips.setObjectName("recipients_copies")
        self.chips.chip_removed.connect(self.removed)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self._to, 1)
        line.addWidget(self._add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.chips)
        look.changed.connect(self._on_look)
        self.hide()

    def _on_look(self) -> None:
        if self._found is not None:
            self.show_recipients(self._found, self._view)

    def show_recipients(self, found: "Recipients", view: "TicketView | None" = None) -> None:
        """Show who gets a reply, or why nobody does; with large letters those in copy are only counted."""
        self._found, self._view = found, view
        self._words = _who_is_told(found, view)
        self._to.show_value(self._words)
        self.chips.set_chips(
            ChipText(each, _("Copy: {address}").format(address=each), removable=True) for each in found.copies
        )
        large = self._look.text_scale >= LARGE
        self.chips.setVisible(bool(found.copies) and not large)
        count = f" ({len(found.copies)})" if found.copies and large else ""
        self._add.setVisible(bool(found.sender))
        self._add.show_value(_("Copy to…") + count, tip=", ".join(found.copies) or "Ctrl+Shift+I")

    @property
    def has_anything(self) -> bool:
        """Whether there is a word about it, or somebody is in copy; with large letters only the latter is told."""
        large = self._look.text_scale >= LARGE
        return bool(self.chips.keys() or (self._words and not large))


def _who_is_told(found: "Recipients", view: "TicketView | None") -> str:
    """To whom a reply is mailed, else how it is told, else why it is mailed to nobody."""
    if found.to:
        return _("Mailed to {address} from {sender}").format(address=found.to, sender=found.sender)
    if view is not None and view.source == "web":
        return _("Not mailed: the caller sees it on the status page")
    if not found.sender:
        return _("Mailed to nobody: no mailbox can send")
    if view is not None and view.caller is None:
        return _("Mailed to nobody: the ticket has no caller")
    return _("Mailed to nobody: the caller has no e-mail address")


class CopyDialog(FormDialog):
    """Adds addresses, found by name or typed, and takes others away; Ctrl+Enter saves.

    Signals:
        saved(tuple added, tuple removed): these addresses.
    """

    saved = Signal(tuple, tuple)

    def __init__(self, window: "MainWindow", number: str, copies: "Sequence[str]") -> None:
        super().__init__(window)
        self._operations = window.operations
        self._before = tuple(copies)
        self._now = list(copies)
        self.setObjectName("copy_dialog")
        self.setWindowTitle(_("Copy replies of {number}").format(number=number))
        self.resize(520, 380)
        what = QLabel(_("They get each reply of this ticket by mail, and see each other's addresses."), self)
        what.setWordWrap(True)
        set_look(what, "meta")
        self._chips = ChipRow(window.look, self)
        self._chips.setObjectName("copy_chips")
        self._chips.chip_removed.connect(self._remove)
        self.search = SearchList(
            window.look, _("Copy to"), placeholder=_("Name or e-mail address"), rows=5, parent=self
        )
        self.search.setObjectName("copy_search")
        self.search.query_changed.connect(self._look_for)
        self.search.picked.connect(self._on_picked)
        self.search.dismissed.connect(self.reject)
        self.error = FieldError(self)
        save = KeyButton(window.look, _("&Save"), "Ctrl+Enter", primary=True, parent=self)
        save.setObjectName("copy_save")
        save.clicked.connect(self.finish)
        cancel = KeyButton(window.look, _("&Cancel"), "Esc", parent=self)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(save)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 18)
        column.setSpacing(10)
        for part in (what, self._chips, self.search, self.error):
            column.addWidget(part, 1 if part is self.search else 0)
        column.addLayout(buttons)
        self.finished.connect(self.deleteLater)
        self._show_chips()
        self.search.edit.setFocus()

    def finish(self) -> None:
        """Ctrl+Enter: with what stands in the line, when that is an address."""
        typed = self.search.text().strip()
        if typed and not self._take(typed):
            self.error.show_error(_("“{text}” is no e-mail address.").format(text=typed[:80]))
            return
        added = tuple(each for each in self._now if each not in self._before)
        self.saved.emit(added, tuple(each for each in self._before if each not in self._now))

    def _take(self, text: str) -> bool:
        """Add an address; whether it is one."""
        address = mail_address(text).casefold()
        if address and address not in self._now:
            self._now.append(address)
            self._show_chips()
        return bool(address)

    def _remove(self, address: str) -> None:
        self._now.remove(address)
        self._show_chips()

    def _show_chips(self) -> None:
        self._chips.set_chips(ChipText(each, each, removable=True) for each in self._now)
        self._chips.setVisible(bool(self._now))

    def _look_for(self, text: str, token: int) -> None:
        self.error.clear()
        self.error.hide()
        self._operations.read(
            lambda desk: desk.find_people(text) if text.strip() else (),
            owner=self,
            then=lambda found: self._show_found(text.strip(), found, token),
            latest="people",
        )

    def _show_found(self, text: str, found: "Sequence[PersonHit]", token: int) -> None:
        known = {person.email.casefold(): person for person in found if mail_address(person.email)}
        hits = [Hit(email, person.name or email, subtitle=email) for email, person in known.items()][:MOST]
        typed = mail_address(text).casefold()
        if typed and typed not in known:
            hits.insert(0, Hit(typed, typed, subtitle=_("this address")))
        self.search.set_hits(hits, token)

    def _on_picked(self, key: object) -> None:
        if self._take(str(key)):
            self.search.clear()


class ReplyCopies(QObject):
    """Joins both to the desk and the composer of a main window."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._operations = window.operations
        self._number = ""
        self._copies: tuple[str, ...] = ()
        composer = window.pane.composer
        self.row = RecipientsRow(window.look, composer)
        layout = composer.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(1, self.row)
        self.row.removed.connect(self._on_removed)
        self.row.add_asked.connect(self.ask)
        composer.kind_changed.connect(self._dress)
        window.ticket_shown.connect(self._on_ticket)
        window.actions_.bind("mail.copy_to", self.ask).setEnabled(False)

    def ask(self) -> None:
        """Open the dialog about who gets copies."""
        number = self._number
        if not number:
            return
        dialog = CopyDialog(self._window, number, self._copies)

        def save(added: tuple[str, ...], removed: tuple[str, ...]) -> None:
            if not added and not removed:
                dialog.accept()
                return
            self._operations.write(
                lambda desk: desk.copy_to(number, add=added, remove=removed),
                owner=dialog,
                then=saved,
                failed=refused,
            )

        def saved(done: "Done") -> None:
            dialog.accept()
            self._told(number, done)

        def refused(error: Exception) -> bool:
            if isinstance(error, DeskError):
                dialog.error.show_error(str(error))
            return isinstance(error, DeskError)

        dialog.saved.connect(save)
        dialog.open()

    def _on_removed(self, address: str) -> None:
        number = self._number
        self._operations.write(
            lambda desk: desk.copy_to(number, remove=(address,)),
            owner=self,
            then=lambda done: self._told(number, done),
        )

    def _told(self, number: str, done: "Done") -> None:
        self._window.say(_("Copies of {number} changed").format(number=number), done.act)

    def _on_ticket(self, view: "TicketView | None") -> None:
        self._window.actions_["mail.copy_to"].setEnabled(view is not None)
        number = view.number if view is not None else ""
        if number != self._number:
            self.row.hide()
        self._number = number
        if number:
            self._operations.read(
                lambda desk: desk.recipients(number), owner=self, then=self._show, latest="recipients"
            )

    def _show(self, found: "Recipients") -> None:
        self._copies = found.copies
        self.row.show_recipients(found, self._window.current_ticket())
        self._window.pane.composer.show_mailed(mailed=bool(found.to))
        self._dress()

    def _dress(self, _kind: str = "") -> None:
        """Only a reply goes to the caller."""
        reply = self._window.pane.composer.kind == REPLY
        self.row.setVisible(reply and bool(self._number) and self.row.has_anything)
