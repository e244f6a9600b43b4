"""Calls: taken down while they last, parked, found again, and made into tickets."""

from functools import partial
from typing import TYPE_CHECKING

from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.ui.calls.screen import CallDesk
    from desktop_desk.ui.main_window import MainWindow

_DISCARDED = "discarded call "


def attach_calls(window: "MainWindow") -> "CallDesk":
    """The call desk of a main window; what was typed when the program ended comes back with it."""
    # Imported when the first call comes: a start without one need not pay for it.
    from desktop_desk.ui.calls.screen import CallDesk
    from desktop_desk.ui.phone.attach import dial_by_command

    undo = (_("Undo"), window.actions_.keys("ticket.undo")[0])

    def say(text: str, act: str = "", lead: str = "") -> None:
        window.toasts.say(text, *(undo if act else ()), lead=lead, token=act)

    def offer(text: str, uid: str) -> None:
        window.toasts.say(text, *undo, token=_DISCARDED + uid)

    def take_back(token: str) -> None:
        if token.startswith(_DISCARDED):
            calls.take_back(token.removeprefix(_DISCARDED))

    calls = CallDesk(window.look, window.operations, window.drafts, window, say)
    calls.offered.connect(offer)
    window.toasts.acted.connect(take_back)
    calls.logged.connect(window.open_ticket)
    calls.kept.connect(window.top.show_kept)
    discard = window.actions_.bind("call.discard", calls.panel.press_discard)

    def dress(_count: int, _who: str) -> None:
        discard.setEnabled(calls.panel.isVisible())

    calls.kept.connect(dress)
    window.top.kept_asked.connect(calls.reopen)
    window.actions_.bind("call.kept", calls.reopen)
    calls.link_followed.connect(partial(dial_by_command, window))
    calls.tell_kept()
    return calls
