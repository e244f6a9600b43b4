"""Joins notices to an open desk and its window; nothing of it is loaded before the window stands."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from desktop_desk.desk.front_door import FrontDoor
    from desktop_desk.ui.main_window import MainWindow
    from desktop_desk.ui.open_desk import OpenDesk

BEGIN_AFTER_MS = 2500
"""The window stands and has read its lists by then."""


def join(opened: "OpenDesk", window: "MainWindow", front: "FrontDoor") -> None:
    """Give a window its notices and the ways to choose them; not in a copy to look at, nor for a picture."""
    window.actions_.bind("view.why", lambda: show_why(window))
    if front.look or opened.in_hurry:
        return
    window.actions_.bind("desk.notices", lambda: show_choice(window))

    def begin() -> None:
        from desktop_desk.ui.notices.teller import Teller
        from desktop_desk.ui.notices.tray import Tray

        tray = Tray.wherever_there_is_one(window)
        Teller(opened, window, tray).begin()

    QTimer.singleShot(BEGIN_AFTER_MS, window, begin)


def show_why(window: "MainWindow") -> None:
    """Say in For me why each line is there, or stop saying it; from elsewhere go there first."""
    view, _screen = window.middle.forme()
    if not view.isVisible():
        window.show_queue("forme")
    view.toggle_why()


def show_choice(window: "MainWindow") -> None:
    """Open What I am told…"""
    from desktop_desk.ui.notices.dialog import NoticesDialog

    dialog = NoticesDialog(window.look, window.operations, window)
    dialog.finished.connect(dialog.deleteLater)
    dialog.read()
