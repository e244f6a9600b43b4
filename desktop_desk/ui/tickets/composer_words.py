"""What the composer calls its editor and its buttons: each says what it does to this ticket."""

from typing import TYPE_CHECKING

from desktop_desk.i18n import _
from desktop_desk.ui.tickets.outgoing import CALL_BACK, NOTE, REPLY

if TYPE_CHECKING:
    from desktop_desk.desk.views import TicketView


def hint(kind: str, view: "TicketView | None") -> str:
    """What is to be written, or why nothing can be."""
    if view is not None and view.withdrawn_by:
        why = _("A withdrawn ticket takes no reply: {by} undid its opening. Redo brings it back.")
        return why.format(by=view.withdrawn_by)
    name = view.caller.name if view is not None and view.caller is not None else _("the caller")
    hints = {
        REPLY: _("Reply to {name}"),
        NOTE: _("Note for colleagues; @name makes somebody follow"),
        CALL_BACK: _("What to tell {name}"),
    }
    return hints[kind].format(name=name)


def buttons(kind: str, *, mailed: bool) -> tuple[str, str]:
    """What saves, and what saves and resolves; "" for what there is not. Only what is `mailed` is sent."""
    if kind == CALL_BACK:
        return _("Add call-back"), ""
    if kind == NOTE:
        return _("Add note"), _("Add and resolve")
    return (_("Send"), _("Send and resolve")) if mailed else (_("Save reply"), _("Save and resolve"))
