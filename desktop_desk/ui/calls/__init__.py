"""Calls: taken down while they last, parked, found again, and made into tickets."""

from typing import TYPE_CHECKING

from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.ui.calls.screen import CallDesk
    from desktop_desk.ui.main_window import MainWindow


def attach_calls(window: "MainWindow") -> "CallDesk":
    """The call desk of a main window; what was typed when the program ended comes back with it."""
    # Imported when the first call comes: a start without one need not pay for it.
    from desktop_desk.ui.calls.screen import CallDesk

    def say(text: str, act: str = "", lead: str = "") -> None:
        undo = (_("Undo"), window.actions_.keys("ticket.undo")[0]) if act else ()
        window.toasts.say(text, *undo, lead=lead, token=act)

    return CallDesk(window.look, window.operations, window.drafts, window, say)
