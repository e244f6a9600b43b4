"""What was found, as rows of the search box and cards of the results page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.actions import Actions
from desktop_desk.ui.tickets.times import age_text
from desktop_desk.ui.widgets.cards import Card
from desktop_desk.ui.widgets.search_list import Hit

if TYPE_CHECKING:
    from desktop_desk.desk.views import PersonHit, SearchHit

COMMANDS_ONLY = ">"
MOST_COMMANDS = 4


@dataclass(frozen=True, slots=True)
class Found:
    """What the desk knows for the words."""

    tickets: "tuple[SearchHit, ...]"
    people: "tuple[PersonHit, ...]"


@dataclass(frozen=True, slots=True)
class Pick:
    """What a row leads to; `kind` is ticket, person, command or all."""

    kind: str
    value: str
    entry: str = ""


def words_of(text: str) -> tuple[str, ...]:
    """The words to highlight, without signs that only steer the search."""
    return tuple(word for part in text.split() if (word := part.strip("\"'*()+-#@").split(":")[-1]))


def spans(text: str, words: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Where the words stand in the text, as (start, length)."""
    folded = text.casefold()
    if len(folded) != len(text):
        return ()
    found: list[tuple[int, int]] = []
    for word in words:
        place = folded.find(word.casefold())
        if place >= 0:
            found.append((place, len(word)))
    return tuple(found)


def command_hits(actions: Actions, text: str, most: int = MOST_COMMANDS) -> list[Hit]:
    """The actions whose name or menu holds every word, each with its key."""
    words = text.removeprefix(COMMANDS_ONLY).casefold().split()
    if not words and not text.startswith(COMMANDS_ONLY):
        return []
    hits: list[tuple[int, Hit]] = []
    for spec in actions:
        action = actions[spec.id]
        name = actions.plain_text(spec.id)
        if not action.isEnabled() or not all(word in f"{name} {spec.menu}".casefold() for word in words):
            continue
        hit = Hit(
            Pick("command", spec.id),
            name,
            right="  ".join(actions.keys(spec.id)),
            matches=spans(name, words),
            group=_("Commands"),
        )
        hits.append((_rank(name, words), hit))
    return [hit for _place, hit in sorted(hits, key=lambda each: each[0])][:most]


def is_command(actions: Actions, text: str) -> bool:
    """Whether somebody who writes this means an action: it is the whole name of one that can be done."""
    name = text.casefold()
    return any(
        actions[spec.id].isEnabled() and actions.plain_text(spec.id).casefold() == name for spec in actions
    )


def _rank(name: str, words: Sequence[str]) -> int:
    """0 when the name begins so, 1 when one of its words does, 2 when it holds it, 3 when only its menu does."""
    folded = name.casefold()
    first = words[0] if words else ""
    if folded.startswith(first):
        return 0
    if f" {first}" in folded:
        return 1
    return 2 if first in folded else 3


def ticket_hits(hits: "Sequence[SearchHit]", text: str, now: int) -> list[Hit]:
    """Tickets with number, subject, caller and how old; the text that matched on a second line."""
    words = words_of(text)
    return [
        Hit(
            Pick("ticket", hit.row.number, hit.entry_uid or ""),
            hit.row.subject,
            lead=hit.row.number,
            subtitle=" · ".join(part for part in (hit.row.caller, hit.row.agent) if part),
            right=f"{hit.row.status} · {age_text(hit.row.updated, now)}",
            note=hit.text if hit.text and hit.text != hit.row.subject else "",
            tone="muted",
            matches=spans(hit.row.subject, words),
            note_matches=tuple((start, end - start) for start, end in hit.hits),
            group=_("Tickets"),
        )
        for hit in hits
    ]


def people_hits(people: "Sequence[PersonHit]", text: str) -> list[Hit]:
    """Callers with what matched and how many tickets they have open."""
    words = words_of(text)
    return [
        Hit(
            Pick("person", person.uid),
            person.name or person.phone or person.email,
            subtitle=" · ".join(part for part in (person.phone, person.email, person.organisation) if part),
            right=ngettext("%d open", "%d open", person.open_tickets) % person.open_tickets,
            matches=spans(person.name, words),
            group=_("People"),
        )
        for person in people
    ]


def all_hit(text: str) -> Hit:
    """The row that leads to the page with every result."""
    return Hit(Pick("all", text), _("All results for “{text}”").format(text=text), group=_("Tickets"))


def result_cards(hits: "Sequence[SearchHit]", now: int) -> list[Card]:
    """The results page: one card for each ticket, with the text around what matched."""
    return [
        Card(
            "message",
            f"{hit.row.number}  {hit.row.subject}",
            " · ".join(part for part in (hit.row.caller, hit.row.status, hit.row.agent) if part),
            hit.text,
            age_text(hit.row.updated, now),
            Pick("ticket", hit.row.number, hit.entry_uid or ""),
        )
        for hit in hits
    ]
