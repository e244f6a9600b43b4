"""What waits in the outbox of this copy: letters to callers, notices to agents, what a restored desk left unsent."""

from dataclasses import dataclass

from desktop_desk.desk.notice_mail import is_notice
from desktop_desk.desk.outbox_ports import OutboxItem
from desktop_desk.desk.ports import Store

OUTBOX_HELD = "outbox_held"
"""The note of a desk file that was restored or copied: its mail may have gone out already, so a person decides."""


@dataclass(frozen=True, slots=True)
class WaitingMail:
    """What this copy has still to send, in the order in which it is due: letters to callers, and notices to agents.

    Attributes:
        restored: letters that waited in the desk from which this one was restored, while a person has yet to decide.
        held: nothing goes before that.
    """

    letters: tuple[OutboxItem, ...]
    notices: tuple[OutboxItem, ...]
    restored: tuple[OutboxItem, ...]
    held: bool


def waiting_mail(store: Store) -> WaitingMail:
    """What waits in the outbox; within a reading."""
    own, held = store.journal.own, bool(store.log.note(OUTBOX_HELD))
    items = store.outbox.waiting(own)
    others = store.outbox.of_others(own) if held else ()
    return WaitingMail(
        letters=tuple(item for item in items if not is_notice(item)),
        notices=tuple(item for item in items if is_notice(item)),
        restored=tuple(item for item in others if not is_notice(item)),
        held=held,
    )
