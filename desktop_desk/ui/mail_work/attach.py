"""Joins mail at work to an open desk and its window."""

from typing import TYPE_CHECKING

from desktop_desk.ui.mail_work.keeper import MailKeeper

if TYPE_CHECKING:
    from desktop_desk.desk.front_door import FrontDoor
    from desktop_desk.ui.main_window import MainWindow
    from desktop_desk.ui.open_desk import OpenDesk


def join(opened: "OpenDesk", window: "MainWindow", front: "FrontDoor") -> None:
    """Keep the mail of this desk going, and show it in a window; not in a copy to look at, nor for a picture."""
    if front.look or opened.in_hurry:
        return
    keeper = keeper_of(opened)
    if keeper is None:
        keeper = MailKeeper(front, parent=opened)
        keeper.broke.connect(opened.presenter_wanted)
        keeper.start()


def leave(opened: "OpenDesk") -> None:
    """The desk is closed: what was written goes out where that is quick."""
    keeper = keeper_of(opened)
    if keeper is not None:
        keeper.finish(hurry=opened.in_hurry)


def keeper_of(opened: "OpenDesk") -> MailKeeper | None:
    """Who keeps the mail of an open desk."""
    return opened.findChild(MailKeeper)
