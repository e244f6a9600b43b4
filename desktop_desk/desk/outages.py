"""Outages: many callers with one problem. A master ticket holds them together; one message answers all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from desktop_desk.desk.acting import Numbers
from desktop_desk.desk.addressing import is_mailed
from desktop_desk.desk.handling import ENDED
from desktop_desk.desk.mails import Mails
from desktop_desk.desk.ports import Draft, TicketRecord
from desktop_desk.desk.queues import Condition
from desktop_desk.desk.routing import routed
from desktop_desk.desk.texts import one_line, plain_text
from desktop_desk.desk.views import Attachment, CallDraft, Done, SearchHit
from desktop_desk.domain.errors import Invalid, NotFound
from desktop_desk.domain.facts import EntityId, fold
from desktop_desk.domain.likeness import are_alike
from desktop_desk.domain.query import Query
from desktop_desk.domain.tickets import LIVE_STATES, members
from desktop_desk.i18n import _, ngettext

OUTAGE_TAG = "outage"
"""Stands on every master ticket, so that lists and searches find them."""

PART = "part:"
"""The field of a master ticket for each ticket that is part of it; `OUTAGE` of a part names the master."""

OUTAGE = "outage"
WITHIN_MS = 3 * 3_600_000
"""Problems that came further apart are not taken for one."""

THIRD = 3
SIMILAR = 12
MOST = 200
TOLD = 200


@dataclass(frozen=True, slots=True)
class OutagePart:
    """A caller's ticket in an outage.

    Attributes:
        way: how he is answered: by mail, by a call, or nobody is known to answer.
        told: he was answered together with the others, which ended nothing for him yet if he waits.
    """

    number: str
    subject: str
    caller: str
    state: str
    way: Literal["mail", "call", "nobody"]
    told: bool = False


@dataclass(frozen=True, slots=True)
class Outage:
    """A master ticket with the tickets that are part of it, oldest first."""

    number: str
    subject: str
    state: str
    parts: tuple[OutagePart, ...]

    @property
    def waiting(self) -> tuple[OutagePart, ...]:
        """The parts whose callers still wait."""
        return tuple(part for part in self.parts if part.state in LIVE_STATES)


@dataclass(frozen=True, slots=True)
class OutageOffer:
    """That a problem is likely to be part of an outage: of `master`, or, where that is "", of one to be begun."""

    master: str
    subject: str
    numbers: tuple[str, ...]


class Outages(Mails):
    """Verbs about problems that many callers have at once."""

    def outage_near(
        self, text: str, *, but: str = "", hits: Sequence[SearchHit] | None = None
    ) -> OutageOffer | None:
        """The outage that a problem in these words belongs to, or that it is the third of its kind within hours.

        Args:
            but: the number of the ticket that has the problem, when it has one already.
            hits: similar tickets, where they were looked for already.
        """
        with self._store.reading():
            self._me()
            since = self._clock() - WITHIN_MS
            near: list[TicketRecord] = []
            for hit in self.similar(text, limit=SIMILAR) if hits is None else hits:
                if hit.row.number == but or not are_alike(text, hit.row.subject):
                    continue
                record = self._store.tickets.by_uid(hit.row.uid)
                if record is None or record.merged_into is not None:
                    continue
                master = self._master_of(record)
                if master is not None and master.state in LIVE_STATES:
                    return OutageOffer(master.number, master.subject, self._numbers(self._parts_of(master)))
                if record.state in LIVE_STATES and record.opened >= since:
                    near.append(record)
            if len(near) < THIRD - 1:
                return None
            near.sort(key=lambda record: record.opened)
            return OutageOffer("", near[0].subject, self._numbers(near))

    def outage(self, number: str) -> Outage | None:
        """The outage that a ticket is the master or a part of; None for none."""
        with self._store.reading():
            self._me()
            master = self._master_of(self._find(number))
            return None if master is None else self._outage(master)

    def outages(self) -> tuple[Outage, ...]:
        """The outages that are not over, the newest first."""
        with self._store.reading():
            self._me()
            conditions = (Condition("tag", (OUTAGE_TAG,)), Condition("state", LIVE_STATES))
            found = {
                hit.ticket.uid: hit.ticket for hit in self._store.tickets.search(Query(""), MOST, conditions)
            }
            masters = sorted(found.values(), key=lambda record: -record.opened)
            return tuple(self._outage(master) for master in masters if self._is_master(master))

    def start_outage(self, subject: str, numbers: Numbers, details: str = "") -> Done:
        """Make a master ticket for these tickets: it has no caller, and the most urgent of their priorities."""
        with self._store.writing():
            records = self._tickets_for(numbers, "ticket.create")
            self._refuse_parts(records)
            words = details or ngettext(
                "Master ticket of an outage: %d caller.",
                "Master ticket of an outage: %d callers.",
                len(records),
            ) % len(records)
            uid = self._new_id.entity()
            opening = self._opening_of(uid, one_line(subject, "subject"), records)
            drafts = [opening, Draft("noted", self._new_id.entity(), {"text": words}, ticket=uid)]
            drafts += [Draft("linked", record.uid, {OUTAGE: uid}, ticket=record.uid) for record in records]
            done = self._write(drafts, None, records, uid=uid)
            number = str(opening.fields["number"])
            return Done(done.act, number, uid, done.touched | {number}, done.what)

    def _opening_of(self, uid: EntityId, subject: str, records: Sequence[TicketRecord]) -> Draft:
        """A master ticket that holds these tickets together."""
        directory, me = self._store.directory(), self._me()
        priority = min(record.priority for record in records)
        department = directory.uid_of(records[0].department)
        chosen = routed(
            directory, me, CallDraft(subject, priority=priority, department=department, source="other")
        )
        self._require("ticket.create", chosen["department"])
        parts = {f"{PART}{record.uid}": True for record in records}
        more = {f"follow:{me.uid}": True, f"tag:{OUTAGE_TAG}": True, OUTAGE: uid, **parts}
        return self._opening(uid, subject, "other", None, chosen, more)

    def join_outage(self, master: str, numbers: Numbers) -> Done:
        """Make tickets part of an outage; `master` is its master ticket or any part of it."""
        with self._store.writing():
            records = self._tickets_for(numbers, "ticket.create")
            whole = self._live_master(master)
            new = [record for record in records if self._master_uid(record) != whole.uid]
            self._refuse_parts(new)
            return self._link(whole, new) if new else Done("", whole.number, whole.uid)

    def leave_outage(self, numbers: Numbers) -> Done:
        """Take tickets out of their outages; they stand alone again."""
        with self._store.writing():
            drafts: list[Draft] = []
            records = self._tickets_for(numbers, "ticket.create")
            for record in records:
                master = self._master_of(record)
                if master is None or master.uid == record.uid:
                    reason = _("{number} is part of no outage.").format(number=record.number)
                    raise Invalid("number", reason)
                drafts.append(Draft("linked", record.uid, {OUTAGE: None}, ticket=record.uid))
                drafts.append(
                    Draft(
                        "linked", master.uid, {f"{PART}{record.uid}": False}, ticket=master.uid, informed=True
                    )
                )
            return self._write(drafts, None, records)

    def log_call_in_outage(
        self, draft: CallDraft, offer: OutageOffer, *, attachments: Sequence[Attachment] = ()
    ) -> Done:
        """Log a call and make its ticket part of an outage, begun with it where there was none yet.

        What was done is said of the caller's ticket; undoing it takes back the link alone.
        """
        with self._store.writing():
            made = self.log_call(draft, attachments=attachments)
            number = made.number or ""
            if offer.master:
                self.join_outage(offer.master, number)
            else:
                self.start_outage(offer.subject, (*offer.numbers, number))
            return Done(
                made.act,
                number,
                made.uid,
                frozenset({number, offer.master, *offer.numbers} - {""}),
                made.what,
            )

    def answer_outage(self, master: str, text: str, *, resolve: bool = False) -> Done:
        """Tell all callers of an outage who still wait one thing: by mail where they have one, else by a call.

        With `resolve` the master ticket and theirs are resolved. One act, and one undo.
        """
        with self._store.writing():
            whole = self._live_master(master)
            said = plain_text(text, "text", required=True)
            parts = [part for part in self._parts_of(whole) if part.state in LIVE_STATES]
            records = self._tickets_for([whole.number, *(part.number for part in parts)], "ticket.reply")
            drafts: list[Draft] = []
            for record in records:
                drafts.extend(self._answer(record, said, resolve=resolve, is_master=record.uid == whole.uid))
            return self._write(drafts, None, records)

    def _answer(self, record: TicketRecord, text: str, *, resolve: bool, is_master: bool) -> list[Draft]:
        directory = self._store.directory()
        by_mail = not is_master and is_mailed(self._store, directory, record)
        drafts = [self._entry("replied" if by_mail else "noted", record, text, None)]
        if resolve and record.state not in ENDED:
            status = self._status_in("resolved")
            self._require_for_status(record, status)
            try:
                drafts.extend(self._to_status(record, status))
            except Invalid as error:
                raise Invalid(error.field, f"{record.number}: {error.reason}", error.advice) from error
        elif not by_mail and not is_master and record.caller:
            drafts.append(self._to_call_about(record, text))
        return drafts

    def _to_call_about(self, record: TicketRecord, text: str) -> Draft:
        """A call to a caller who has no mail, for whoever has his ticket."""
        person = self._store.people.by_id(record.caller)
        agent = self._store.directory().agent(record.agent)
        holder = agent if agent is not None and agent.active else self._me()
        said = " ".join(text.split())[:TOLD]
        return self._call_owed(record.uid, holder, person, said, informed=True)

    # Who belongs to what

    def _link(self, master: TicketRecord, records: Sequence[TicketRecord]) -> Done:
        fields = {f"{PART}{record.uid}": True for record in records}
        tags = {} if OUTAGE_TAG in master.tags else {f"tag:{OUTAGE_TAG}": True}
        drafts = [Draft("linked", master.uid, {OUTAGE: master.uid, **fields, **tags}, ticket=master.uid)]
        drafts += [Draft("linked", record.uid, {OUTAGE: master.uid}, ticket=record.uid) for record in records]
        return self._write(drafts, None, (master, *records))

    def _master_uid(self, record: TicketRecord) -> EntityId | None:
        found = self._state(record).get(OUTAGE)
        return EntityId(found) if found else None

    def _is_master(self, record: TicketRecord) -> bool:
        return self._master_uid(record) == record.uid

    def _master_of(self, record: TicketRecord) -> TicketRecord | None:
        """The master ticket of a ticket, itself if it is one; None for none, or one that is gone."""
        uid = self._master_uid(record)
        found = self._store.tickets.by_uid(uid) if uid else None
        return found if found is not None and found.state != "withdrawn" else None

    def _live_master(self, number: str) -> TicketRecord:
        master = self._master_of(self._find(number))
        if master is None:
            reason = _("{number} belongs to no outage.").format(number=number[:40])
            raise NotFound(reason, _("Begin one with the tickets that have the same problem."))
        return master

    def _parts_of(self, master: TicketRecord) -> list[TicketRecord]:
        uids = members(self._state(master), PART)
        found = (self._store.tickets.by_uid(EntityId(uid)) for uid in uids)
        parts = [part for part in found if part is not None and part.state != "withdrawn"]
        return sorted(
            (part for part in parts if self._master_uid(part) == master.uid), key=lambda part: part.opened
        )

    def _refuse_parts(self, records: Sequence[TicketRecord]) -> None:
        for record in records:
            master = self._master_of(record)
            if master is not None:
                reason = _("{number} is part of the outage {master} already.").format(
                    number=record.number, master=master.number
                )
                raise Invalid("number", reason, _("Take it out of that first."))

    def _outage(self, master: TicketRecord) -> Outage:
        acts = self._words_on(master)
        parts = tuple(self._part(record, acts) for record in self._parts_of(master))
        return Outage(master.number, master.subject, master.state, parts)

    def _words_on(self, record: TicketRecord) -> set[tuple[str, int]]:
        """The acts that put words on a ticket which still stand there."""
        return {
            (fact.replica, fact.act)
            for fact in self._store.journal.of_ticket(record.uid)
            if fact.verb in {"replied", "noted"}
            and not fold(self._store.journal.of_entity(fact.entity, record.uid)).withdrawn
        }

    def _part(self, record: TicketRecord, acts: set[tuple[str, int]]) -> OutagePart:
        """A part of the outage on whose master ticket these acts put words: one that did so here too told all."""
        mailed = is_mailed(self._store, self._store.directory(), record)
        way = "mail" if mailed else "call" if record.caller else "nobody"
        told = not acts.isdisjoint(self._words_on(record))
        return OutagePart(record.number, record.subject, record.caller_name, record.state, way, told)

    @staticmethod
    def _numbers(records: Sequence[TicketRecord]) -> tuple[str, ...]:
        return tuple(record.number for record in records)
