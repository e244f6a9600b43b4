"""What was written in the composer, on its way to the desk."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_desk.ui.drafts import Draft
from desktop_desk.ui.tickets.pending_files import PendingFile, from_draft

if TYPE_CHECKING:
    from desktop_desk.desk.ports import Position
    from desktop_desk.desk.views import Attachment, TicketView

REPLY, NOTE, CALL_BACK = "reply", "note", "call_back"
KINDS = (REPLY, NOTE, CALL_BACK)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is to be saved: the text as it is now, and what its author had been shown.

    Attributes:
        kind: reply, note or call_back.
        resolve: the ticket is resolved with it.
        due: when to call back, ms; only of a call-back.
        files, attachments: what goes along, as the composer and as the desk know it.
    """

    uid: str
    number: str
    kind: str
    text: str
    resolve: bool = False
    due: int | None = None
    position: "Position | None" = None
    files: tuple[PendingFile, ...] = ()
    attachments: "tuple[Attachment, ...]" = ()

    @property
    def key(self) -> str:
        """The key of its draft."""
        return f"{self.kind}:{self.uid}"


def is_saved(view: "TicketView", kind: str, draft: Draft) -> bool:
    """Whether the text was saved after it was last kept: the program was killed before it could forget the draft."""
    text = draft.text.strip()
    if kind == CALL_BACK:
        return any(back.text == text and back.due == draft.content.get("due") for back in view.call_backs)
    names = [file.name for file in from_draft(draft.content)]
    return any(
        entry.kind == kind
        and entry.text == text
        and entry.at >= draft.kept
        and [file.name for file in entry.attachments] == names
        for entry in view.thread
    )
