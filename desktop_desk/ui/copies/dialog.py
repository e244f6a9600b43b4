"""Copies of this desk: who has one, how far each is, and what is done about them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.domain.errors import AnotherHubKey, DeskError
from desktop_desk.i18n import _
from desktop_desk.ui.copies.held import HeldList
from desktop_desk.ui.copies.rows import copy_columns, copy_row
from desktop_desk.ui.copies.status_item import status_words
from desktop_desk.ui.copies.syncing import Syncing, SyncState
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.said import Said
from desktop_desk.ui.settings.editors import LineEditor
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.tickets.links import Strip
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.form import Field
from desktop_desk.ui.widgets.table import FastTable, ListRowModel
from desktop_desk.ui.widgets.window_size import fit_to_text

if TYPE_CHECKING:
    from desktop_desk.copies import Copy, Overview
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.views import Done


class CopiesDialog(QDialog):
    """Lists the copies of the desk, and syncs, renames, revokes and leaves.

    Signals:
        share_asked(): the desk is in no other place yet, and shall be.
    """

    share_asked = Signal()

    def __init__(
        self,
        look: Appearance,
        operations: Operations,
        syncing: Syncing,
        now: Callable[[], int],
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._operations = operations
        self._syncing = syncing
        self._now = now
        self._found: Overview | None = None
        self._copies: tuple[Copy, ...] = ()
        self.setObjectName("copies")
        self.setWindowTitle(_("Copies of this desk"))
        fit_to_text(self, look, 860, 600)
        self._build(look)
        self._connect()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._on_state(syncing.state)
        operations.read(
            _known_here, owner=self, then=self._show_first, failed=self._says.refuse, latest="copies"
        )
        self.reload()

    # Shape

    def _build(self, look: Appearance) -> None:
        self._hub = QLabel(self)
        self._hub.setObjectName("copies_hub")
        self._hub.setWordWrap(True)
        self._hub.setTextFormat(Qt.TextFormat.PlainText)
        self._hub.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._state = QLabel(self)
        self._state.setObjectName("copies_state")
        self._state.setWordWrap(True)
        set_look(self._state, "muted")
        self._restored = Strip(look, "copies_restored", _("let it go out"), parent=self)
        self.table = FastTable(look, self)
        self.table.setObjectName("copies_table")
        self.table.setAccessibleName(_("Copies of this desk"))
        self._model = ListRowModel(copy_columns(), parent=self)
        self.table.setModel(self._model)
        self.held = HeldList(look, self._now, parent=self)
        self._name = LineEditor()
        self._name.setObjectName("copy_name")
        self._naming = Field(look, _("&Name of this copy"), self._name)
        self._naming.hide()
        self._password = LineEditor(hidden=True)
        self._password.setObjectName("hub_password")
        self._asking = Field(
            look,
            _("Your &password: the hub has a new key, and this copy asks for it once"),
            self._password,
            hint=_("Then press Enter."),
        )
        self._asking.hide()
        self._says = Said("copies_say", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        for part in (self._hub, self._state, self._restored):
            column.addWidget(part)
        column.addWidget(self.table, 2)
        column.addWidget(self._asking)
        column.addWidget(self._naming)
        column.addWidget(self.held, 1)
        column.addWidget(self._says)
        column.addLayout(self._foot(look))

    def _foot(self, look: Appearance) -> QHBoxLayout:
        self._sync = KeyButton(look, _("&Sync now"), "F5", primary=True, parent=self)
        self._share = KeyButton(look, _("S&hare this desk…"), parent=self)
        self._rename = KeyButton(look, _("Rena&me"), "F2", parent=self)
        self._revoke = KeyButton(look, _("Re&voke"), "Ctrl+Del", parent=self)
        self._leave = KeyButton(look, _("&Leave the hub"), parent=self)
        close = KeyButton(look, _("Close"), "Esc", quiet=True, parent=self)
        close.clicked.connect(self.reject)
        names = {"sync": self._sync, "share": self._share, "rename": self._rename, "revoke": self._revoke}
        names |= {"leave": self._leave, "close": close}
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for name, button in names.items():
            button.setObjectName(f"copies_{name}")
            if button.key() and button is not close:
                # A shortcut of its own: a button's would press it a tenth of a second later, for show.
                QShortcut(QKeySequence(button.key()), self).activated.connect(button.click)
            if button is close:
                foot.addStretch(1)
            foot.addWidget(button)
        return foot

    def _connect(self) -> None:
        self._sync.clicked.connect(self._sync_now)
        self._share.clicked.connect(self.share_asked)
        self._rename.clicked.connect(self._begin_renaming)
        self._revoke.clicked.connect(self._revoke_or_trust)
        self._leave.clicked.connect(self._leave_or_come_back)
        self._restored.pressed.connect(self._release)
        self._name.returnPressed.connect(self._rename_copy)
        self._password.returnPressed.connect(self._give_password)
        self.table.row_changed.connect(self._on_row)
        self.held.decided.connect(self._decide)
        self._syncing.changed.connect(self._on_state)
        self._syncing.synced.connect(self._on_synced)

    # What there is

    @property
    def said(self) -> str:
        """What the dialog tells below the lists."""
        return self._says.text()

    def reload(self) -> None:
        """Ask the hub how everybody stands."""
        self._syncing.work(_known_everywhere, owner=self, then=self._show, failed=self._says.refuse)

    def _show_first(self, found: "Overview") -> None:
        """What this copy knows by itself, until the hub has answered."""
        if self._found is None:
            self._show(found)

    def _show(self, found: "Overview") -> None:
        chosen = self._current()
        self._found = found
        hub, left = found.place.hub.removeprefix("folder:"), found.place.left.removeprefix("folder:")
        if hub:
            self._hub.setText(_("Shared through {hub}").format(hub=hub))
        elif left:
            self._hub.setText(_("This copy has left the hub {hub}; nothing is exchanged.").format(hub=left))
        else:
            self._hub.setText(_("This desk is not shared: it is on this computer only."))
        self._restored.say(
            _(
                "This desk was restored: outgoing mail waits until you have looked whether it was sent already."
            )
            if found.place.outbox_held
            else ""
        )
        now = self._now()
        self._copies = found.copies
        self._model.set_rows([copy_row(copy, now) for copy in found.copies])
        row = self._model.row_of(chosen.uid) if chosen is not None else 0
        self.table.select_row(max(row, 0))
        self.held.show_acts(found.held)
        self._update_buttons()

    def _on_state(self, state: SyncState) -> None:
        words = status_words(state, self._now())
        if state.rhythm.said:
            words = f"{words}. {state.rhythm.said}"
        set_look(self._state, "error" if state.rhythm.state == "problem" else "muted")
        self._state.setText(words)
        self._state.setVisible(bool(words))
        if state.password_wanted != self._asking.isVisibleTo(self):
            self._asking.setVisible(state.password_wanted)
            (self._password if state.password_wanted else self.table).setFocus(
                Qt.FocusReason.OtherFocusReason
            )

    def _on_synced(self, _done: object) -> None:
        self.reload()

    def _current(self) -> "Copy | None":
        row = self.table.current_row()
        return self._copies[row] if 0 <= row < len(self._copies) else None

    def _on_row(self, _row: int) -> None:
        self._update_buttons()

    def _update_buttons(self) -> None:
        found, copy = self._found, self._current()
        shared = found is not None and bool(found.place.hub)
        may = found is not None and found.may
        self._sync.setVisible(shared)
        self._share.setVisible(not shared)
        self._share.setEnabled(may)
        self._rename.setEnabled(may)
        self._revoke.setEnabled(may and copy is not None and not copy.own)
        self._revoke.set_text(_("Trust a&gain") if copy is not None and copy.revoked else _("Re&voke"))
        self._leave.setVisible(found is not None and bool(found.place.hub or found.place.left))
        self._leave.setEnabled(may)
        self._leave.set_text(_("&Leave the hub") if shared else _("&Come back to the hub"))

    # What is done

    def _sync_now(self) -> None:
        self._says.say("")
        self._syncing.sync_now()

    def _give_password(self) -> None:
        def failed(error: Exception) -> bool:
            if isinstance(error, AnotherHubKey):
                self._asking.set_error(
                    _("This password does not open the hub: it wants the one that is valid there.")
                )
                return True
            return self._says.refuse(error)

        def opened(_done: object) -> None:
            self._password.clear()
            self._asking.clear_error()
            self._on_done(_("The hub is open again."))

        self._syncing.give_password(self._password.value(), owner=self, then=opened, failed=failed)

    def _begin_renaming(self) -> None:
        own = next((copy for copy in self._copies if copy.own), None)
        self._name.set_value(own.name if own is not None else "")
        self._naming.clear_error()
        self._naming.show()
        self._name.selectAll()
        self._name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _rename_copy(self) -> None:
        name = self._name.value()

        def failed(error: Exception) -> bool:
            if isinstance(error, DeskError):
                self._naming.set_error(str(error))
            return isinstance(error, DeskError)

        def renamed(_done: object) -> None:
            self._naming.hide()
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
            self._on_done(_("This copy is called “{name}” now.").format(name=name))

        self._operations.write(lambda desk: _renamed(desk, name), owner=self, then=renamed, failed=failed)

    def _revoke_or_trust(self) -> None:
        copy = self._current()
        if copy is None or copy.own:
            return
        uid = copy.uid
        if copy.revoked:
            self._write(
                lambda desk: desk.trust_replica(uid), _("Trusted again: what was held of it has come in.")
            )
        else:
            self._write(
                lambda desk: desk.revoke_replica(uid),
                _(
                    "Revoked. What it writes and is not known here yet will be held until somebody accepts it. “Trust"
                    " again” takes this back."
                ),
            )

    def _decide(self, act: str, accepted: bool) -> None:  # noqa: FBT001  the signal's own shape
        if accepted:
            self._write(lambda desk: desk.accept_held(act), _("Accepted."))
        else:
            self._write(lambda desk: desk.refuse_held(act), _("Refused. It stays in the log, unseen."))

    def _leave_or_come_back(self) -> None:
        if self._found is not None and self._found.place.hub:
            self._local(_leave, _("Left. Everything here stays; “Come back to the hub” takes this back."))
        else:
            self._local(_come_back, "")

    def _release(self) -> None:
        self._local(_release, _("Mail goes out again."))

    def _local(self, call: "Callable[[Desk], None]", says: str) -> None:
        self._syncing.work(
            lambda desk, _told: call(desk),
            owner=self,
            then=lambda _none: self._on_done(says),
            failed=self._says.refuse,
        )

    def _write(self, call: "Callable[[Desk], Done]", says: str) -> None:
        self._operations.write(
            call, owner=self, then=lambda _done: self._on_done(says), failed=self._says.refuse
        )

    def _on_done(self, says: str) -> None:
        self._says.say(says)
        self.reload()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._naming.isVisible():
            self._naming.hide()
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Enter in a list presses no button.
            super().keyPressEvent(event)


def _known_here(desk: "Desk") -> "Overview":
    from desktop_desk import copies

    return copies.overview(desk, ask=False)


def _known_everywhere(desk: "Desk", _told: object) -> "Overview":
    from desktop_desk import copies

    return copies.overview(desk)


def _renamed(desk: "Desk", name: str) -> "Done":
    from desktop_desk import copies

    return copies.rename(desk, name)


def _leave(desk: "Desk") -> None:
    from desktop_desk import copies

    copies.leave_hub(desk)


def _come_back(desk: "Desk") -> None:
    from desktop_desk import copies

    copies.come_back(desk)


def _release(desk: "Desk") -> None:
    from desktop_desk import copies

    copies.release_outbox(desk)
