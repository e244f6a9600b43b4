"""Reading one ticket whole: its fields, due time with its sum, differences, and the thread with every event."""

from collections.abc import Iterable

from desktop_desk.desk.attachments import files_of, with_files
from desktop_desk.desk.due_lines import due_line
from desktop_desk.desk.history import History
from desktop_desk.desk.ports import CallBackRecord, TicketRecord
from desktop_desk.desk.views import (
    CallBack,
    CallerCard,
    Conflict,
    DueExplained,
    Entry,
    Rival,
    TicketRow,
    TicketView,
)
from desktop_desk.desk.wording import Wording, main_fact
from desktop_desk.domain.call_backs import MISSED, tries_in
from desktop_desk.domain.clocks import zone_text
from desktop_desk.domain.errors import NotFound
from desktop_desk.domain.facts import UNDONE, EntityId, Fact, FactId, State, as_of, fold, in_time, standing
from desktop_desk.domain.tickets import (
    Entries,
    Office,
    differing,
    due_of,
    endings,
    members,
    spells,
    summarise,
    unseen_by,
)
from desktop_desk.domain.verbs import ENTRY_KINDS, VERBS
from desktop_desk.i18n import _

WITH_ENTRIES = frozenset({*ENTRY_KINDS, "attached"})
"""Verbs that bring a ticket's thread on."""

EVENTS_BESIDES = frozenset(
    {"attached", "purged", "mail_sent", "mail_failed", "call_back_promised", "call_back_changed"}
)
"""Verbs of other things in a ticket's thread that are told as events of it."""


class Reading(History):
    """Questions about one ticket."""

    def ticket(self, number: str, as_of: int | None = None) -> TicketView:
        """A ticket whole; `as_of` (ms) shows it as it was at a past moment.

        Raises:
            NotFound, Invalid: no ticket has this number, or its check digit is wrong.
        """
        with self._store.reading():
            self._me()
            record = self._find(number)
            facts = self._store.journal.of_ticket(record.uid)
            if as_of is not None and as_of < min(fact.at for fact in facts):
                reason = _("{number} had not been opened then.").format(number=record.number)
                raise NotFound(reason, _("Give a later time."))
            return self._view(record, facts, as_of)

    def _rows(
        self, records: Iterable[TicketRecord], fresh: frozenset[int] = frozenset()
    ) -> tuple[TicketRow, ...]:
        """Tickets as lists show them; `fresh` are the local numbers of those with news."""
        name, now = self._store.directory().name_of, self._clock()
        return tuple(
            TicketRow(
                id=record.id, uid=record.uid, number=record.number, priority=record.priority,
                subject=record.subject, caller=record.caller_name, agent=name(record.agent), team=name(record.team),
                department=name(record.department), topic=name(record.topic), status=name(record.status),
                state=record.state, opened=record.opened, updated=record.updated, due=record.due,
                overdue=self._is_overdue(record, now), answered=record.answered, unread=record.id in fresh,
                conflicts=record.differences, tags=record.tags,
            )
            for record in records
        )  # fmt: skip

    def _is_overdue(self, record: TicketRecord, moment: int | None = None) -> bool:
        now = self._clock() if moment is None else moment
        return record.state == "open" and record.due is not None and record.due < now

    def _view(self, record: TicketRecord, facts: list[Fact], moment: int | None) -> TicketView:
        directory = self._store.directory()
        wording = Wording(self._store)
        if moment is not None:
            facts = as_of(facts, moment)
            record = self._record_then(record, facts, directory.office)
        state = standing(fact for fact in facts if fact.entity == record.uid)
        me = directory.agent(self._actor)
        agent = directory.agent(record.agent)
        followers = members(state, "follow:")
        merged = self._parts(record, moment)
        parent = self._store.tickets.by_uid(record.merged_into) if record.merged_into else None
        thread = self._thread(record, facts, wording)
        for child in merged:
            told = self._store.journal.of_ticket(child.uid)
            thread.extend(self._thread(child, told if moment is None else as_of(told, moment), wording))
        name, uid = directory.name_of, directory.uid_of
        return TicketView(
            id=record.id, uid=record.uid, number=record.number, aliases=state.numbers, subject=record.subject,
            status=name(record.status), status_uid=uid(record.status) or "", state=record.state,
            priority=record.priority, source=record.source, topic=name(record.topic),
            topic_uid=uid(record.topic) or "", department=name(record.department),
            department_uid=uid(record.department) or "", team=name(record.team), team_uid=uid(record.team) or "",
            agent=agent.login if agent else None, agent_name=agent.name if agent else "",
            agent_uid=agent.uid if agent else "", caller=self._card(record), opened=record.opened,
            updated=record.updated, due=record.due, due_explained=self._explained(state, directory.office),
            overdue=self._is_overdue(record, moment), resolved=record.resolved, closed=record.closed,
            reopens=record.reopens, reassignments=record.reassignments, answered=record.answered, tags=record.tags,
            followers=tuple(found.login for key in followers if (found := directory.agent(key))),
            following=me is not None and me.uid in followers, conflicts=self._conflicts(state, facts, wording),
            thread=tuple(sorted(thread, key=lambda entry: (entry.at, *entry.rank))),
            merged_into=parent.number if parent else None, merged=tuple(child.number for child in merged),
            withdrawn_by=self._withdrawn_by(state), call_backs=self._call_backs_of(record),
            position=self._store.journal.position(),
        )  # fmt: skip

    def _record_then(self, record: TicketRecord, facts: list[Fact], office: Office) -> TicketRecord:
        """A ticket's row as it was when only these facts had happened."""
        directory = self._store.directory()
        state = standing(fact for fact in facts if fact.entity == record.uid)
        by_entity: dict[str, list[Fact]] = {}
        for fact in facts:
            if fact.entity != record.uid:
                by_entity.setdefault(fact.entity, []).append(fact)
        live = [
            fact for group in by_entity.values() for fact in fold(group).facts if fact.verb in WITH_ENTRIES
        ]
        then = summarise(state, entries_of(live), office)
        person = self._store.people.by_uid(EntityId(then.caller)) if then.caller else None
        of = directory.id_of
        return TicketRecord(
            id=record.id, uid=record.uid, number=then.number, subject=then.subject, status=of(then.status),
            state=then.state, priority=then.priority, source=then.source, topic=of(then.topic),
            department=of(then.department), team=of(then.team), agent=of(then.agent),
            caller=person.id if person else 0, caller_name=person.name if person else "", opened=then.opened,
            updated=then.updated, due=then.due, resolved=then.resolved, closed=then.closed, answered=then.answered,
            reopens=then.reopens, reassignments=then.reassignments, entries=then.entries, differences=then.rivals,
            merged_into=EntityId(then.merged_into) if then.merged_into else None, tags=then.tags,
        )  # fmt: skip

    def _parts(self, record: TicketRecord, moment: int | None) -> tuple[TicketRecord, ...]:
        """The tickets merged into this one, with those merged into them; only by links made before the moment."""
        found: dict[int, TicketRecord] = {}
        below = [record]
        while below:
            for child in self._store.tickets.merged_into(below.pop().uid):
                link = self._state(child).heads.get("merged_into")
                stood = moment is None or (link is not None and link.at <= moment)
                if stood and child.id not in found and child.id != record.id:
                    found[child.id] = child
                    below.append(child)
        return tuple(found.values())

    def _thread(self, record: TicketRecord, facts: list[Fact], wording: Wording) -> list[Entry]:
        """Entries and events of one ticket's own thread, without what was undone; each undo is an event."""
        by_entity: dict[str, list[Fact]] = {}
        for fact in facts:
            by_entity.setdefault(fact.entity, []).append(fact)
        found: list[Entry] = []
        standing_facts: list[Fact] = []
        for entity, group in by_entity.items():
            is_said = False
            for fact in fold(group).facts:
                standing_facts.append(fact)
                if entity != record.uid and fact.verb in ENTRY_KINDS:
                    if is_said:
                        continue  # a mail that two copies took in before they met: one entry, written twice
                    is_said = True
                entry = self._line(record, fact, wording, is_event=entity == record.uid)
                if entry is not None:
                    found.append(entry)
        found = with_files(found, files_of(self._store, standing_facts))
        undone = {fact.act_id: fact for fact in facts if fact.verb == UNDONE}
        found.extend(self._undone_line(record, fact, wording) for fact in undone.values())
        return found

    def _line(self, record: TicketRecord, fact: Fact, wording: Wording, *, is_event: bool) -> Entry | None:
        agent = self._store.directory().agent(fact.actor) if fact.actor else None
        is_event = is_event or fact.verb in EVENTS_BESIDES
        title = wording.event(fact) if is_event else wording.entry(fact) if fact.verb in ENTRY_KINDS else ""
        if not title:
            return None
        kind = "event" if is_event else ENTRY_KINDS[fact.verb]
        return Entry(
            uid=fact.entity, kind=kind, act=str(fact.act_id),  # type: ignore[arg-type]
            by=agent.login if agent else None, by_name=agent.name if agent else "", at=fact.at, title=title,
            text="" if is_event else str(fact.fields.get("text") or ""),
            fields={} if is_event else {key: value for key, value in fact.fields.items() if key != "text"},
            ticket_number=record.number, rank=fact.rank,
        )  # fmt: skip

    def _undone_line(self, record: TicketRecord, fact: Fact, wording: Wording) -> Entry:
        named = self._store.journal.of_act(FactId.parse(fact.fields["act"]))
        main = main_fact(named) if named else fact
        redone = main.verb == UNDONE
        if redone:
            original = self._store.journal.of_act(FactId.parse(main.fields["act"]))
            main = main_fact(original) if original else main
        phrase = _(VERBS[main.verb].phrase) if main.verb in VERBS else main.verb
        who = wording.agent(fact.actor)
        text = _("{agent} did again: {what}") if redone else _("{agent} undid: {what}")
        agent = self._store.directory().agent(fact.actor)
        return Entry(
            uid=fact.entity, kind="event", act=str(fact.act_id), by=agent.login if agent else None,
            by_name=agent.name if agent else "", at=fact.at, title=text.format(agent=who, what=phrase),
            ticket_number=record.number, rank=fact.rank,
        )  # fmt: skip

    def _explained(self, state: State, office: Office) -> DueExplained:
        if state.get("due") is not None:
            return DueExplained(int(state.fields["due"]), (_("Set by hand."),))
        found = due_of(state, spells(state, office), office)
        if found is None:
            return DueExplained(None, ())
        zone = self._store.directory().settings.zone
        lines = [due_line(line, zone) for line in found.lines]
        return DueExplained(found.at, (*lines, _("All times are {zone}.").format(zone=zone_text(zone))))

    def _conflicts(self, state: State, facts: list[Fact], wording: Wording) -> tuple[Conflict, ...]:
        """Fields in conflict, and an end of the ticket that somebody who wrote meanwhile had not been shown."""
        found: dict[str, Conflict] = {}
        for name in differing(state):
            rivals = tuple(
                self._rival(fact, wording.value(name, fact.fields[name])) for fact in state.rivals[name]
            )
            found[name] = Conflict(name, wording.value(name, state.fields[name]), rivals)
        for name, end in endings(state, self._store.directory().office).items():
            unseen = unseen_by(name, end, facts)
            if unseen and name not in found:
                instead = wording.value(name, self._instead_of_end(name))
                rivals = tuple(
                    {fact.act_id: self._rival(fact, instead) for fact in reversed(unseen)}.values()
                )
                found[name] = Conflict(name, wording.value(name, end.fields[name]), rivals)
        return tuple(found.values())

    def _rival(self, fact: Fact, value: str) -> Rival:
        directory = self._store.directory()
        agent = directory.agent(fact.actor) if fact.actor else None
        copy = directory.replica(fact.replica)
        return Rival(
            value, agent.login if agent else None, fact.at, fact.replica, by_name=agent.name if agent else "",
            place=copy.name if copy else "",
        )  # fmt: skip

    def _card(self, record: TicketRecord) -> CallerCard | None:
        person = self._store.people.by_id(record.caller) if record.caller else None
        if person is None:
            return None
        return CallerCard(
            uid=person.uid, name=person.name,
            phones=tuple(value for _uid, kind, value in person.contacts if kind == "phone"),
            emails=tuple(value for _uid, kind, value in person.contacts if kind == "email"),
            organisation=person.organisation, open_tickets=person.open_tickets,
        )  # fmt: skip

    def _withdrawn_by(self, state: State) -> str | None:
        if not state.withdrawn or not state.withdrawn_by:
            return None
        return Wording(self._store).agent(state.withdrawn_by[-1].actor)

    def _call_backs_of(self, record: TicketRecord) -> tuple[CallBack, ...]:
        return tuple(self._call_back_view(back) for back in self._store.news.call_backs_of(record.id))

    def _call_back_view(self, back: CallBackRecord) -> CallBack:
        agent = self._store.directory().agent(back.agent)
        records = self._store.tickets.by_number(back.ticket) if back.ticket and back.due is not None else ()
        # Only a call with a time can have been put off by a try.
        facts = self._store.journal.of_entity(back.uid, records[0].uid if records else None)
        tries = tries_in(standing(facts).fields) if back.due is not None else ()
        return CallBack(
            uid=back.uid, ticket_number=back.ticket, person=back.person, phone=back.phone, text=back.text,
            due=back.due, agent=agent.login if agent else "", done=back.done, at=back.at, missed=back.text == MISSED,
            tries=len(tries), tried=tries[-1].at if tries else None, outcome=tries[-1].outcome if tries else "",
            team="" if agent else self._store.directory().name_of(back.agent),
        )  # fmt: skip


def entries_of(facts: Iterable[Fact]) -> Entries:
    """What the entries of a thread come to for its ticket's row."""
    first_reply = last_reply = last_word = last = None
    count = 0
    for fact in sorted(facts, key=in_time):
        count += 1
        last = fact.at
        if fact.verb == "replied" or (fact.verb == "called" and fact.fields.get("direction") == "out"):
            first_reply = fact.at if first_reply is None else first_reply
            last_reply = fact.at
        elif fact.verb in {"messaged", "called"}:
            last_word = fact.at
    return Entries(first_reply, last_reply, last_word, last, count)
