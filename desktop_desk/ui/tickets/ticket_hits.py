"""Tickets to choose one from, as rows of a list of hits."""

from typing import TYPE_CHECKING

from desktop_desk.ui.tickets.times import moment_text
from desktop_desk.ui.widgets.search_list import Hit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from desktop_desk.desk.views import TicketRow


def ticket_hits(rows: "Iterable[TicketRow]", now: int) -> list[Hit]:
    """A hit for each, by its number: subject, caller, status and when it was opened."""
    return [
        Hit(
            row.number,
            row.subject,
            lead=row.number,
            subtitle=row.caller,
            right=f"{row.status} · {moment_text(row.opened, now)}",
        )
        for row in rows
    ]
