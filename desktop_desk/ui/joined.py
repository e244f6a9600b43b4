"""Joins what goes on beside the tickets to a new window: request form, mail, notices, outages, one's own password."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

if TYPE_CHECKING:
    from desktop_desk.desk.front_door import FrontDoor
    from desktop_desk.ui.main_window import MainWindow
    from desktop_desk.ui.open_desk import OpenDesk

OUTAGES_AFTER_MS = 300
"""The window stands by then, and what it shows is looked at once more."""


def join_all(opened: "OpenDesk", window: "MainWindow", front: "FrontDoor") -> None:
    """Join each of them, before the window is shown."""
    from desktop_desk.ui.mail_work import attach as mail
    from desktop_desk.ui.notices import attach as notices
    from desktop_desk.ui.requests import attach as form

    form.join(opened, window, front)
    mail.join(opened, window, front)
    notices.join(opened, window, front)
    _join_password(window, front)
    QTimer.singleShot(OUTAGES_AFTER_MS, window, lambda: _join_outages(window))


def _join_password(window: "MainWindow", front: "FrontDoor") -> None:
    """Whoever works here changes his own password; not in a copy to look at, where nothing is changed."""

    def show() -> None:
        from desktop_desk.ui.own_password import OwnPassword

        dialog = OwnPassword(window, front)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    if not front.look:
        window.actions_.bind("desk.password", show)


def _join_outages(window: "MainWindow") -> None:
    from desktop_desk.ui.tickets import outage

    outage.join(window)
