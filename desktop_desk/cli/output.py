"""How results are printed: the JSON shapes that scripts rely on, and short lines for people."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from desktop_desk.domain.attachments import size_text
from desktop_desk.exchange.shapes import iso, ticket_json
from desktop_desk.i18n import _, ngettext

if TYPE_CHECKING:
    from desktop_desk.desk.views import AttachmentView, News, TicketView

__all__ = [
    "iso",
    "local_time",
    "news_json",
    "print_act",
    "print_json",
    "table",
    "ticket_json",
    "ticket_table",
    "ticket_text",
]

Json = dict[str, Any]


def print_json(document: object) -> None:
    """One JSON document and a newline on stdout."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def print_act(act: str, words: str, *, as_json: bool) -> None:
    """What came of an act on no ticket: its id for a program, words for a person."""
    if as_json:
        print_json({"act": act})
    else:
        print(words)


def news_json(news: "News") -> Json:
    """One line of the inbox."""
    return {
        "ticket": news.ticket, "what": news.what, "by": news.by or None, "by_name": news.by_name or None,
        "at": iso(news.at), "event": news.event, "why": news.why,
    }  # fmt: skip


def local_time(at: int | None) -> str:
    """A moment in ms as this machine's date and time, to the minute; empty for None."""
    return "" if at is None else f"{datetime.fromtimestamp(at / 1000, UTC).astimezone():%Y-%m-%d %H:%M}"


def ticket_head(view: "TicketView") -> list[str]:
    """What a ticket is and where it stands, in two to four lines."""
    where = " / ".join(part for part in (view.department, view.team, view.agent_name or _("nobody")) if part)
    state = [f"Sev-{view.priority}", view.status or view.state, where]
    if view.due is not None and view.state in _LIVE:
        late = _(" (overdue)") if view.overdue else ""
        state.append(_("due {time}").format(time=local_time(view.due)) + late)
    lines = [f"{view.number}  {view.subject}", " · ".join(state)]
    if view.withdrawn_by is not None:
        lines.append(_("Its opening was undone by {agent}.").format(agent=view.withdrawn_by))
    if view.merged_into is not None:
        lines.append(_("Merged into {number}.").format(number=view.merged_into))
    if view.caller is not None:
        card = (view.caller.name, *view.caller.phones, *view.caller.emails, view.caller.organisation)
        lines.append(_("Caller: {caller}").format(caller=" · ".join(part for part in card if part)))
    if view.tags:
        lines.append(_("Tags: {tags}").format(tags=", ".join(view.tags)))
    for conflict in view.conflicts:
        others = ", ".join(f"{rival.value} ({rival.by})" for rival in conflict.rivals)
        lines.append(
            _("In conflict: {field} shows {shown}; also written: {others}").format(
                field=conflict.field, shown=conflict.shown, others=others
            )
        )
    return lines


def ticket_text(view: "TicketView") -> str:
    """The ticket with its whole thread for reading on a terminal."""
    lines = ticket_head(view)
    for entry in view.thread:
        lines.append("")
        if entry.kind == "event":
            lines[-1:] = [f"{local_time(entry.at)}  {entry.title}"]
        else:
            lines[-1:] = [f"{local_time(entry.at)}  {entry.title or f'{entry.kind} {entry.by_name}'}"]
            lines += [f"    {line}" for line in entry.text.splitlines()]
        lines += [f"    {_file_line(file)}" for file in entry.attachments]
    return "\n".join(lines)


def _file_line(file: "AttachmentView") -> str:
    where = "" if file.here else _(", still on {where}").format(where=file.where)
    return _("File: {name} ({size}{where})").format(name=file.name, size=size_text(file.size), where=where)


_LIVE = ("open", "waiting")  # an ended ticket is due no more
_COLUMNS = ("Number", "Sev", "Status", "Subject", "Caller", "Agent", "Due")
_WIDEST = 48


def ticket_table(views: Iterable["TicketView"]) -> str:
    """One aligned line for each ticket."""
    rows = [
        (
            view.number,
            view.priority,
            view.status,
            view.subject,
            view.caller.name if view.caller else "",
            view.agent_name or view.team or "",
            local_time(view.due) + (" !" if view.overdue else "") if view.state in _LIVE else "",
        )
        for view in views
    ]
    count = ngettext("{count} ticket", "{count} tickets", len(rows)).format(count=len(rows))
    return f"{table(tuple(_(title) for title in _COLUMNS), rows)}\n{count}" if rows else count


def table(titles: Sequence[str], rows: Sequence[Sequence[str]], *, whole: bool = False) -> str:
    """Columns aligned by what is seen on a terminal: wide letters take two places, long texts are cut.

    Args:
        whole: the last column is never cut.
    """
    lines = [[" ".join(cell.split()) for cell in row] for row in (titles, *rows)]
    kept = len(titles) - 1 if whole else None
    cut = [[cell if column == kept else _shortened(cell) for column, cell in enumerate(row)] for row in lines]
    widths = [max(_places(row[column]) for row in cut) for column in range(len(titles))]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _places(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in cut
    )


def _places(text: str) -> int:
    return sum(_letter_places(letter) for letter in text)


def _letter_places(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _shortened(text: str) -> str:
    if _places(text) <= _WIDEST:
        return text
    kept = ""
    for letter in text:
        if _places(kept + letter) >= _WIDEST:
            break
        kept += letter
    return kept + "…"
