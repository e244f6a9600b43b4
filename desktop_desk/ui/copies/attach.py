"""Joins syncing to an open desk and its window: the status line, the menu, what others brought."""

import platform
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QLabel

from desktop_desk.ui.copies.status_item import SyncItem
from desktop_desk.ui.copies.syncing import Syncing
from desktop_desk.ui.encryption.attach import join as join_encryption

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.front_door import FrontDoor
    from desktop_desk.sync.exchange import Exchanged
    from desktop_desk.ui.main_window import MainWindow
    from desktop_desk.ui.open_desk import OpenDesk


def syncing_of(opened: "OpenDesk", desk: "Desk", front: "FrontDoor") -> Syncing:
    """Who syncs this desk from now on."""
    made = Syncing(desk, front.close_thread, front.enrol_missing, parent=opened)
    made.broke.connect(opened.presenter_wanted)
    made.start()
    return made


def join(opened: "OpenDesk", window: "MainWindow", syncing: Syncing) -> "CopiesOnScreen":
    """Give a window its word about syncing, its menu entries, and that about encryption."""
    join_encryption(opened, window)
    return CopiesOnScreen(opened, window, syncing)


class CopiesOnScreen:
    """The part of a main window that is about other copies of its desk; lives as long as the window's signals."""

    def __init__(self, opened: "OpenDesk", window: "MainWindow", syncing: Syncing) -> None:
        self._opened = opened
        self._window = window
        self._syncing = syncing
        bar = window.statusBar()
        self._item = SyncItem(window.look, window.now, parent=bar)
        count = bar.findChild(QLabel, "status_count")
        bar.addPermanentWidget(self._item)
        if count is not None:
            # What is counted stays at the very end.
            bar.removeWidget(count)
            bar.addPermanentWidget(count)
            count.show()
        self._item.pressed.connect(self.show_copies)
        self._item.show_state(syncing.state)
        syncing.changed.connect(self._item.show_state)
        syncing.synced.connect(self._on_synced)
        window.operations.changed.connect(self._on_changed)
        for name, slot in (
            ("desk.copies", self.show_copies),
            ("desk.share", self.ask_to_share),
            ("desk.take", self.ask_to_take),
            ("desk.sync", self._sync_now),
        ):
            window.actions_.bind(name, slot)
        self._sync_action = window.actions_["desk.sync"]
        syncing.changed.connect(self._on_state)
        self._on_state(syncing.state)

    def leave(self) -> None:
        """The window goes away; syncing goes on without it."""
        for signal, slot in (
            (self._syncing.changed, self._item.show_state),
            (self._syncing.changed, self._on_state),
            (self._syncing.synced, self._on_synced),
        ):
            signal.disconnect(slot)

    # Dialogs

    def show_copies(self) -> None:
        """Show all copies of the desk."""
        from desktop_desk.ui.copies.dialog import CopiesDialog

        window = self._window
        dialog = CopiesDialog(window.look, window.operations, self._syncing, window.now, parent=window)
        dialog.share_asked.connect(dialog.accept)
        dialog.share_asked.connect(self.ask_to_share)
        _open(dialog)

    def ask_to_share(self) -> None:
        """Ask where the copies of this desk shall meet."""
        self._window.operations.read(_own_label, owner=self._window, then=self._open_share, latest="label")

    def _open_share(self, label: str) -> None:
        from desktop_desk.ui.copies.share import ShareDialog

        window = self._window
        office = self._opened.name
        _open(
            ShareDialog(
                window.look, self._syncing, window.operations, office=office, label=label, parent=window
            )
        )

    def ask_to_take(self) -> None:
        """Ask which shared desk shall come to this computer."""
        from desktop_desk.ui.copies.take import TakeDialog

        window = self._window
        dialog = TakeDialog(window.look, parent=window)
        dialog.taken.connect(self._on_taken)
        _open(dialog)

    def _on_taken(self, path: str, _login: str) -> None:
        self._opened.desk_chosen.emit(path)

    # What happened

    def _sync_now(self) -> None:
        self._syncing.sync_now()

    def _on_state(self, state: object) -> None:
        self._sync_action.setEnabled(bool(self._syncing.state.hub))

    def _on_changed(self, done: object, _initiator: object) -> None:
        if getattr(done, "act", ""):
            self._syncing.wrote()

    def _on_synced(self, done: "Exchanged") -> None:
        if done.pulled:
            # Whatever stands in the window stays where it is: it is read again as after other windows' work.
            self._window.operations.others_changed.emit()
            self._window.operations.refresh_undo()


def _open(dialog: QDialog) -> None:
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _own_label(desk: "Desk") -> str:
    known = desk.directory().replica(desk.store.log.own)
    return known.name if known is not None and known.name else platform.node()[:60]
