"""Joins the request form to an open desk and its window."""

from typing import TYPE_CHECKING

from desktop_desk import config
from desktop_desk.ui.requests.keeper import FormKeeper

if TYPE_CHECKING:
    from desktop_desk.desk.front_door import FrontDoor
    from desktop_desk.ui.main_window import MainWindow
    from desktop_desk.ui.open_desk import OpenDesk


def join(opened: "OpenDesk", window: "MainWindow", front: "FrontDoor") -> None:
    """Give a window its menu entry, and turn the form on where it was on; not in a copy to look at."""
    if front.look or opened.in_hurry:
        return
    keeper = _keeper_of(opened) or FormKeeper(front, opened.address, config.places().preferences, opened)

    def show() -> None:
        from desktop_desk.ui.requests.dialog import FormAddressDialog

        dialog = FormAddressDialog(window.look, keeper, window.operations, opened.name, window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    window.actions_.bind("desk.form", show)
    keeper.resume(window.operations, window, window.say)


def leave(opened: "OpenDesk") -> None:
    """The desk is closed: its form is turned off first."""
    keeper = _keeper_of(opened)
    if keeper is not None:
        keeper.finish()


def _keeper_of(opened: "OpenDesk") -> FormKeeper | None:
    return opened.findChild(FormKeeper)
