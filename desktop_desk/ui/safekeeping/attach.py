"""Joins the keeping of backups to an open desk and its window."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtWidgets import QLabel, QMessageBox, QStatusBar, QVBoxLayout

from desktop_desk.desk.addresses import is_address
from desktop_desk.i18n import _
from desktop_desk.ui.safekeeping.backups import BackupsDialog
from desktop_desk.ui.safekeeping.keeper import BackupKeeper
from desktop_desk.ui.theme import set_look
from desktop_desk.ui.tickets.links import Strip

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.ui.main_window import MainWindow
    from desktop_desk.ui.open_desk import OpenDesk
    from desktop_desk.upkeep import Mark


class _Trouble(QLabel):
    """Why no backup can be made, in the status line; out of sight while they can.

    The one who keeps the backups outlives the window: his signals end with this label because they reach a method
    of it.
    """

    def __init__(self, parent: QStatusBar) -> None:
        super().__init__(parent)
        self.setObjectName("status_backup")
        set_look(self, "error")
        self.setContentsMargins(10, 0, 10, 0)
        self.hide()

    def tell(self, why: str) -> None:
        self.setText(why)
        self.setToolTip(why)
        self.setVisible(bool(why))


def keeper(
    opened: "OpenDesk", desk: "Desk", mark: "Mark | None", close_thread: Callable[[], None]
) -> BackupKeeper:
    """Who backs this desk up; damage that he finds is told in a dialog over whatever window is in front."""
    made = BackupKeeper(desk, opened.address, mark, close_thread, parent=opened)

    def damaged(said: str) -> None:
        box = QMessageBox(opened.front_window())
        box.setObjectName("message_box")
        box.setWindowTitle(_("The desk is damaged"))
        box.setText(said)
        box.finished.connect(box.deleteLater)
        box.open()

    made.damaged.connect(damaged)
    return made


def join(opened: "OpenDesk", window: "MainWindow", kept_by: BackupKeeper, look: int) -> None:
    """Give a window its list of backups, the word about trouble in its status line, and the band of a copy."""

    def show() -> None:
        dialog = BackupsDialog(window.look, window.operations, opened.address, parent=window)
        dialog.chosen.connect(opened.desk_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    window.actions_.bind("desk.backups", show)
    if is_address(opened.address):
        server = urlsplit(opened.address).hostname or _("this machine")
        window.whereabouts = _("{desk}, on the server {server}").replace("{server}", server)
    trouble = _Trouble(window.statusBar())
    window.statusBar().addWidget(trouble)
    kept_by.troubled.connect(trouble.tell)
    if look:
        _band(opened, window, look)


def _band(opened: "OpenDesk", window: "MainWindow", look: int) -> None:
    made = datetime.fromtimestamp(look / 1000).astimezone()
    band = Strip(window.look, "look_band", _("Back to the desk"), parent=window)
    band.say(
        _("A copy of {desk} as of {time}, read only: nothing can be written in it.").format(
            desk=opened.name, time=f"{made:%Y-%m-%d %H:%M}"
        )
    )
    band.pressed.connect(lambda: opened.desk_chosen.emit(opened.before))
    around = window.centralWidget()
    layout = around.layout() if around is not None else None  # pyright: ignore[reportUnnecessaryComparison]
    if isinstance(layout, QVBoxLayout):
        layout.insertWidget(1, band)
