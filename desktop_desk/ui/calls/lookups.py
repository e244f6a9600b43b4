"""What the desk knows while a call is typed: people, their open tickets, tickets that sound alike."""

import re
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from desktop_desk.desk.directory import Agent, Directory
from desktop_desk.desk.views import PersonHit, SearchHit, TicketRow
from desktop_desk.domain.phones import read_phone
from desktop_desk.ui.calls.call_form import CallForm
from desktop_desk.ui.calls.panel import CallPanel
from desktop_desk.ui.calls.radar import NearTicket
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.tickets.times import age_text, clock_ms

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.outages import OutageOffer

LOAD_AFTER_MS = 150
"""The panel is painted by then."""
_SIMILAR = 6
_MOST_OPEN = 100
"""Nobody has more that are open; those without a row are counted."""


class Lookups(QObject):
    """Answers what forms ask for, by quick reads; an answer that comes too late is dropped.

    Attributes:
        directory: the office as it was last read.
    """

    def __init__(self, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self.directory = Directory()
        QTimer.singleShot(LOAD_AFTER_MS, self, self._load_numbers)

    def _load_numbers(self) -> None:
        """Load the tables of the world's phone numbers, which are large, so that no key waits for them."""
        self._operations.task(lambda: read_phone("+4930123456", ""), owner=self, then=lambda _phone: None)

    def serve(self, form: CallForm) -> None:
        """Answer this form from now on, and what it holds already."""
        form.people_wanted.connect(partial(self._find_people, form))
        form.similar_wanted.connect(partial(self._find_similar, form))
        form.caller_changed.connect(partial(self._find_open, form))
        self._find_open(form)
        self._find_similar(form, form.reading().subject)

    def whose_number(self, form: CallForm, number: str, panel: CallPanel) -> None:
        """Show whom the telephone's number belongs to; of several the one it names, else the person picks one."""
        told = form.caller.caller().typed
        if form.call().internal:
            self._whose_extension(form, number)
            return

        def find(desk: "Desk") -> tuple[PersonHit, ...]:
            region = desk.directory().settings.country
            wanted, exact = read_phone(number, region).digits, desk.match_person(phone=number)
            hits = desk.find_people(number) if wanted else ()
            return tuple(
                hit for hit in hits if hit.uid == exact or read_phone(hit.phone, region).digits == wanted
            )

        def found(people: tuple[PersonHit, ...]) -> None:
            if form.caller.caller().typed != told:
                return
            named = [hit for hit in people if told and hit.name.casefold() == told.casefold()]
            fitting = named or people
            if len(fitting) == 1:
                form.set_person(fitting[0])
                if panel.isAncestorOf(form.window().focusWidget() or form.window()) and form.isVisible():
                    form.focus_first()
            elif people:
                form.caller.look_for(number)

        self._operations.read(find, owner=form, then=found, latest="number")

    def _whose_extension(self, form: CallForm, number: str) -> None:
        def found(agent: Agent | None) -> None:
            form.set_colleague(agent.name if agent is not None else "")

        self._operations.read(lambda desk: desk.agent_rung(number), owner=form, then=found, latest="number")

    def _find_people(self, form: CallForm, text: str, token: int) -> None:
        def failed(_error: Exception) -> bool:
            form.caller.set_people((), token)  # whoever waits for the answer must not wait for ever
            return False

        self._operations.read(
            lambda desk: desk.find_people(text),
            owner=form,
            then=lambda people: form.caller.set_people(people, token),
            failed=failed,
            latest="people",
        )

    def _find_open(self, form: CallForm) -> None:
        caller = form.caller.caller()
        if not caller.person:
            form.radar.set_open("", ())
            return

        def found(rows: tuple[TicketRow, ...]) -> None:
            if form.caller.caller().person == caller.person:
                form.radar.set_open(caller.name, tuple(map(_near, rows)))

        self._operations.read(
            lambda desk: desk.tickets_of(caller.person, open_only=True, limit=_MOST_OPEN),
            owner=form,
            then=found,
            latest="open",
        )

    def _find_similar(self, form: CallForm, text: str) -> None:
        if not text:
            form.radar.set_similar((), looked=False)
            form.outage.show_offer(None)
            form.topic.suggest("")
            return

        alone = not form.call().ticket

        def look(desk: "Desk") -> "tuple[tuple[SearchHit, ...], OutageOffer | None]":
            hits = desk.similar(text, limit=2 * _SIMILAR)
            return hits, desk.outage_near(text, hits=hits) if alone else None

        def found(near: "tuple[tuple[SearchHit, ...], OutageOffer | None]") -> None:
            hits, offer = near[0][:_SIMILAR], near[1]
            form.radar.set_similar(tuple(_similar(hit, text) for hit in hits), looked=True)
            form.topic.suggest(self._topic_of(hits))
            form.outage.show_offer(offer)

        self._operations.read(look, owner=form, then=found, latest="similar")

    def _topic_of(self, hits: tuple[SearchHit, ...]) -> str:
        """The topic of the first similar ticket that has one."""
        topics = (self.directory.topic(hit.row.topic) for hit in hits)
        return next((topic.uid for topic in topics if topic is not None), "")


def _near(row: TicketRow) -> NearTicket:
    return NearTicket(row.number, row.subject, age_text(row.updated, clock_ms()))


def _similar(hit: SearchHit, text: str) -> NearTicket:
    """Words of the text are marked where the subject has them; the last, which is being typed, where one begins so."""
    typed = [(word, r"(?!\w)") for word in text.split()]
    if typed and not text[-1].isspace():
        typed[-1] = (typed[-1][0], "")
    marked = "|".join(f"{re.escape(word)}{end}" for word, end in typed if len(word) > 2)
    found = re.finditer(rf"(?<!\w)(?:{marked})", hit.row.subject, re.IGNORECASE) if marked else ()
    matches = tuple((match.start(), len(match.group())) for match in found)
    return NearTicket(hit.row.number, hit.row.subject, age_text(hit.row.updated, clock_ms()), matches)
