"""The thread of a ticket as cards: what was said, by whom, when."""

from typing import TYPE_CHECKING

from desktop_desk.domain.attachments import size_text
from desktop_desk.i18n import _
from desktop_desk.ui.tickets.times import moment_text
from desktop_desk.ui.widgets.cards import Card, CardFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop_desk.desk.views import AttachmentView, Entry


def cards_of(entries: "Sequence[Entry]", number: str, now: int) -> list[Card]:
    """One card for each entry; those of a merged ticket say where they came from."""
    return [_card(entry, number, now) for entry in entries]


def _card(entry: "Entry", number: str, now: int) -> Card:
    time = moment_text(entry.at, now)
    files = tuple(_file(file) for file in entry.attachments)
    if entry.kind == "event":
        return Card("event", "", "", entry.title or entry.text, time, entry.uid, files)
    name, meta = _parts(entry.title, entry.by_name)
    if entry.ticket_number and entry.ticket_number != number:
        meta = " · ".join(
            part for part in (meta, _("from {number}").format(number=entry.ticket_number)) if part
        )
    quoted = str(entry.fields.get("quoted") or "").strip("\n")
    return Card(entry.kind, name, meta, entry.text, time, entry.uid, files, quoted=quoted)


def _file(file: "AttachmentView") -> CardFile:
    size = size_text(file.size)
    if not file.here:
        size = _("{size} · still on {where}").format(size=size, where=file.where)
    return CardFile(file.uid, file.name, size, file.here)


def _parts(title: str, name: str) -> tuple[str, str]:
    """The name to print in bold and the rest of the line."""
    if name and title.startswith(name):
        return name, title[len(name) :].strip()
    return (title, "") if title else (name, "")
