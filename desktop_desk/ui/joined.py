"""Joins what goes on beside the tickets to a new window: request form, mail, notices, outages."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_desk.desk.front_door import FrontDoor
    from desktop_desk.ui.main_window import MainWindow
    from desktop_desk.ui.open_desk import OpenDesk


def join_all(opened: "OpenDesk", window: "MainWindow", front: "FrontDoor") -> None:
    """Join each of them, before the window is shown."""
    from desktop_desk.ui.mail_work import attach as mail
    from desktop_desk.ui.notices import attach as notices
    from desktop_desk.ui.requests import attach as form
    from desktop_desk.ui.tickets import outage

    form.join(opened, window, front)
    mail.join(opened, window, front)
    notices.join(opened, window, front)
    outage.join(window)
