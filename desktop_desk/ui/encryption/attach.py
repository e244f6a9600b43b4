"""Joins the encryption of a desk to its window, and to the program, which closes the desk for it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from desktop_desk.ui.theme import Appearance

if TYPE_CHECKING:
    from desktop_desk.copies import LockState
    from desktop_desk.desk.desk import Desk
    from desktop_desk.ui.encryption.alone_work import Wanted
    from desktop_desk.ui.main_window import MainWindow
    from desktop_desk.ui.open_desk import OpenDesk


class Alone(QObject):
    """Closes an open desk, has something done to its file, and opens it again; part of that open desk.

    Args:
        close: end the open desk.
        stand: show a window in the place of the one that leads to a desk.
        reopen: open the desk of this path, and ask who is there.
    """

    def __init__(
        self,
        opened: "OpenDesk",
        look: Appearance,
        close: Callable[[], None],
        stand: Callable[[QWidget | None], None],
        reopen: Callable[[str], None],
    ) -> None:
        super().__init__(opened)
        self._look = look
        self._close, self._stand, self._reopen = close, stand, reopen

    def ask(self, window: "MainWindow") -> None:
        """Show how the desk is encrypted, and what can be done about it."""
        window.operations.read(
            _state, owner=window, then=lambda found: self._show(window, *found), latest="encryption"
        )

    def _show(self, window: "MainWindow", state: "LockState", login: str) -> None:
        from desktop_desk.ui.encryption.dialog import EncryptionDialog

        dialog = EncryptionDialog(window.look, state, login, parent=window)
        dialog.wanted.connect(self.begin)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def begin(self, wanted: "Wanted") -> None:
        """Close the desk and do it, as soon as the dialog that asked has gone."""
        from desktop_desk.ui.encryption.alone_work import AloneWork

        work = AloneWork(self._look, wanted)
        work.desk_free.connect(self._reopen)
        close, stand = self._close, self._stand

        def go() -> None:
            # This object goes with the desk that is closed here.
            close()
            stand(work)
            work.start()

        QTimer.singleShot(0, work, go)


def join(opened: "OpenDesk", window: "MainWindow") -> None:
    """Give a window its entry about encryption."""
    alone = opened.findChild(Alone)
    if isinstance(alone, Alone):
        window.actions_.bind("desk.encryption", lambda: alone.ask(window))


def _state(desk: "Desk") -> "tuple[LockState, str]":
    from desktop_desk import copies

    return copies.lock_of(desk), desk.actor.login
