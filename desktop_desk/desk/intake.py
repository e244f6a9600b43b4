"""Intake: a call, message or form becomes a ticket, or joins one that is open already."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from desktop_desk.desk.attachments import Filing
from desktop_desk.desk.directory import Agent, Directory
from desktop_desk.desk.ports import CallBackRecord, Draft, PersonRecord, Position, TicketRecord
from desktop_desk.desk.routing import named, refuse_holder, routed
from desktop_desk.desk.texts import one_line, plain_text
from desktop_desk.desk.views import Attachment, CallDraft, CallRecord, Done
from desktop_desk.domain.call_backs import MISSED, NOT_REACHED, tries_in, try_field
from desktop_desk.domain.call_backs import next_try as proposed
from desktop_desk.domain.choices import one_of
from desktop_desk.domain.errors import Invalid, NotFound
from desktop_desk.domain.facts import EMPTY, EntityId, standing
from desktop_desk.domain.notices import MENTION
from desktop_desk.domain.phones import read_phone
from desktop_desk.domain.tickets import SOURCES
from desktop_desk.i18n import _

_UID = re.compile(r"[0-9a-f]{32}")


class Intake(Filing):
    """Verbs that take requests in."""

    def log_call(self, draft: CallDraft, *, attachments: Sequence[Attachment] = ()) -> Done:
        """Make a ticket of a request; one act and one undo, with its caller, call, files and promised call-back.

        Raises:
            Invalid: the subject is blank, or a topic, priority, agent … is not known.
            NotAllowed: the actor may not open tickets, or the assignee may not get them.
        """
        files = self._measured(attachments)
        with self._store.writing():
            directory = self._store.directory()
            me = self._me()
            subject = one_line(draft.subject, "subject")
            text = plain_text(draft.details, "details")
            if draft.source not in SOURCES:
                raise Invalid(
                    "source", _("There is no source “{name}”.").format(name=draft.source), one_of(SOURCES)
                )
            chosen = routed(directory, me, draft)
            self._require("ticket.create", chosen["department"])
            caller, drafts = self._caller_of(draft)
            uid = self._new_id.entity()
            now = self._clock()
            named = self.mentioned(text) if draft.source == "phone" else ()
            more: dict[str, Any] = {f"follow:{agent.uid}": True for agent in (me, *named)}
            if draft.due is not None:
                more["due"] = draft.due
            more |= {f"tag:{tag}": True for tag in map(tag_name, draft.tags)}
            opening = self._opening(uid, subject, draft.source, caller, chosen, more, at=draft.at)
            drafts.append(opening)
            entry = self._first_entry(draft, uid, caller, text, now)
            drafts += [entry, *self._filed(files, uid, entry.entity, draft.at)]
            drafts.extend(self._taken(draft.call, draft.answers, draft.next_try))
            if draft.call_back_at is not None:
                drafts.append(self._promise(uid, draft, caller, me, directory))
            if draft.resolve:
                self._require("ticket.close", chosen["department"])
                self._refuse_unfinished(chosen | {"caller": caller, "subject": subject}, directory)
                ended = {"status": self._status_in("resolved").uid} | (
                    {} if chosen["agent"] else {"agent": me.uid}
                )
                drafts.append(Draft("resolved", uid, ended, ticket=uid, at=draft.at))
            done = self._write(drafts, None, uid=uid)
            number = str(opening.fields["number"])
            return Done(done.act, number, uid, frozenset({number}), done.what)

    def add_call(
        self, number: str, text: str, call: CallRecord | None = None, *, caller: str | None = None,
        call_back_at: int | None = None, call_back_for: str | None = None, at: int | None = None,
        attachments: Sequence[Attachment] = (), answers: str | None = None, next_try: int | None = None,
        seen: Position | None = None,
    ) -> Done:  # fmt: skip
        """Add a call to a ticket that is there; one that had ended opens again when the caller called.

        Args:
            call_back_at: when (ms) somebody promised to call back; `call_back_for` which agent, else the taker.
            answers: the call-back that this call makes good; when nobody was reached, it is due again at `next_try`.
        """
        files = self._measured(attachments)
        with self._store.writing():
            record = self._conversation_for(number, "ticket.create")
            person = self._person_uid(caller) if caller else self._caller_uid(record)
            kept = call or CallRecord(started=self._clock())
            said = plain_text(text, "text")
            fields = {"text": said, "person": person, **call_fields(kept)}
            entry = Draft("called", self._new_id.entity(), fields, ticket=record.uid, at=at)
            drafts = self._following(record, self._me(), *self.mentioned(said))
            drafts += [entry, *self._filed(files, record.uid, entry.entity, at)]
            drafts.extend(self._taken(kept, answers, next_try))
            if kept.direction == "in":
                drafts.extend(self._reopening(record))
            if call_back_at is not None:
                card = CallDraft(
                    subject="", call_back_at=call_back_at, call_back_for=call_back_for, call=kept
                )
                drafts.append(self._promise(record.uid, card, person, self._me(), self._store.directory()))
            return self._write(drafts, seen, (record,))

    def message(self, number: str, text: str, *, at: int | None = None, seen: Position | None = None) -> Done:
        """Add what the caller wrote; a ticket that had ended opens again."""
        with self._store.writing():
            record = self._conversation_for(number, "ticket.create")
            fields = {"text": plain_text(text, "text", required=True), "person": self._caller_uid(record)}
            entry = Draft("messaged", self._new_id.entity(), fields, ticket=record.uid, at=at)
            return self._write([entry, *self._reopening(record)], seen, (record,))

    def _opening(
        self, ticket: EntityId, subject: str, source: str, caller: str | None, chosen: Mapping[str, Any],
        more: Mapping[str, Any] = EMPTY, *, at: int | None = None,
    ) -> Draft:  # fmt: skip
        """What opens a ticket under a new number, routed as chosen; the agent who gets it follows it."""
        fields: dict[str, Any] = {
            "number": self._store.journal.new_number(ticket), "subject": subject, "source": source, "caller": caller,
            "status": self._status_in("open").uid, **chosen, **self._plan(chosen["priority"]), **more,
        }  # fmt: skip
        if chosen["agent"]:
            fields[f"follow:{chosen['agent']}"] = True
        return Draft("opened", ticket, fields, ticket=ticket, at=at)

    def _reopening(self, record: TicketRecord, *, handed_on: bool = False) -> list[Draft]:
        """What opens a ticket again; promises to tell lapse.

        Its agent keeps it if he still works here, unless the same act hands it on to somebody.
        """
        if record.state not in {"resolved", "closed"}:
            return []
        agent = self._store.directory().agent(record.agent)
        fields: dict[str, Any] = {"status": self._status_in("open").uid}
        if agent is not None and not agent.active and not handed_on:
            fields["agent"] = None
        lapsed = [
            Draft("call_back_changed", back.uid, {"done": True}, record.uid, informed=True)
            for back in self._store.news.call_backs_of(record.id)
            if not back.done and back.due is None
        ]
        return [Draft("reopened", record.uid, fields, record.uid, informed=True), *lapsed]

    def mentioned(self, text: str) -> tuple[Agent, ...]:
        """The active agents whose logins a text names with @."""
        directory = self._store.directory()
        found = (directory.agent(login.rstrip(".-")) for login in MENTION.findall(text))
        return tuple(agent for agent in found if agent is not None and agent.active)

    def _following(self, record: TicketRecord, *agents: Agent) -> list[Draft]:
        """What makes these agents followers; nothing for those who follow already."""
        state = self._state(record)
        names = [f"follow:{agent.uid}" for agent in agents]
        fields = {name: True for name in names if not state.get(name)}
        return [Draft("followed", record.uid, fields, record.uid, informed=True)] if fields else []

    def _refuse_unfinished(self, fields: Mapping[str, Any], directory: Directory) -> None:
        """Invalid when something is empty that a ticket needs before it may end."""
        topic = directory.topic(fields.get("topic"))
        needed = (*directory.settings.required_to_close, *(topic.required_to_close if topic else ()))
        for name in needed:
            if not fields.get(name):
                raise Invalid(
                    name,
                    _("The ticket cannot end while its {field} is empty.").format(field=_(name)),
                    _("Fill it in first."),
                )

    def _caller_uid(self, record: TicketRecord) -> EntityId | None:
        person = self._store.people.by_id(record.caller) if record.caller else None
        return person.uid if person else None

    def _first_entry(
        self, draft: CallDraft, ticket: EntityId, caller: str | None, text: str, now: int
    ) -> Draft:
        fields: dict[str, Any] = {"text": text, "person": caller}
        if draft.source != "phone":
            return Draft("messaged", self._new_id.entity(), fields, ticket=ticket, at=draft.at)
        call = draft.call or CallRecord(started=draft.at or now)
        return Draft("called", self._new_id.entity(), fields | call_fields(call), ticket=ticket, at=draft.at)

    def _promise(
        self, ticket: EntityId, draft: CallDraft, caller: str | None, me: Agent, directory: Directory
    ) -> Draft:
        agent = named(directory.agent, draft.call_back_for, "agent") or me
        refuse_holder(agent)
        person = self._store.people.by_uid(EntityId(caller)) if caller else None
        name = draft.new_caller.name if draft.new_caller else ""
        phone = draft.call.number if draft.call else ""
        return self._call_owed(ticket, agent, person, due=draft.call_back_at, name=name, phone=phone)

    def _call_owed(
        self, ticket: EntityId, holder: Agent, person: PersonRecord | None, text: str = "", *,
        due: int | None = None, name: str = "", phone: str = "", informed: bool = False,
    ) -> Draft:  # fmt: skip
        """A call that an agent is to make: to a person, or to who has that name; by that number, else his first."""
        contacts = person.contacts if person is not None else ()
        phone = phone or next((value for _uid, kind, value in contacts if kind == "phone"), "")
        name = (person.name if person is not None else name) or phone
        fields = {"agent": holder.uid, "person": name, "phone": phone, "due": due, "text": text}
        return Draft("call_back_promised", self._new_id.entity(), fields, ticket=ticket, informed=informed)

    def _taken(self, call: CallRecord | None, answers: str | None, next_try: int | None) -> list[Draft]:
        """What a call does to the calls that are owed: to the one it answers, else to missed ones of its number."""
        if answers:
            return self._made_good(answers, call.disposition if call else "", next_try)
        if call is None or not call.number or call.withheld or call.disposition in NOT_REACHED:
            return []
        return self._lapsing(call.number)

    def _made_good(
        self, uid: str, outcome: str, next_at: int | None = None, *, must_be_open: bool = False
    ) -> list[Draft]:
        """A call-back was made, or tried in vain, which counts and puts it off; nothing for one that is done."""
        back = self._call_back(uid)
        if back.done and not must_be_open:
            return []
        record = self._find(back.ticket) if back.ticket else None
        ticket = record.uid if record else None
        if outcome not in NOT_REACHED:
            if must_be_open:
                known = ", ".join(NOT_REACHED)
                reason = _("“{name}” is no outcome of a try.").format(name=outcome[:40])
                raise Invalid("outcome", reason, known)
            return [Draft("call_back_changed", back.uid, {"done": True}, ticket=ticket, informed=True)]
        now = self._clock()
        before = tries_in(standing(self._store.journal.of_entity(back.uid, ticket)).fields)
        fields = {**try_field(now, outcome), "due": next_at or proposed(len(before) + 1, now)}
        return [Draft("call_back_changed", back.uid, fields, ticket=ticket, informed=True)]

    def _lapsing(self, number: str, but: str = "") -> list[Draft]:
        """Missed calls from this number need no call-back any more."""
        region = self._store.directory().settings.country
        wanted = read_phone(number, region)
        if wanted.kind == "withheld":
            return []
        return [
            Draft("call_back_changed", back.uid, {"done": True}, informed=True)
            for back in self._store.news.call_backs(self._me().id, self._team_numbers())
            if back.text == MISSED and back.uid != but and back.phone and not back.ticket
            and read_phone(back.phone, region).digits == wanted.digits
        ]  # fmt: skip

    def _team_numbers(self) -> tuple[int, ...]:
        """The local numbers of every team: a caller who was reached is owed a call by none."""
        return tuple(team.id for team in self._store.directory().teams)

    def _call_back(self, uid: str) -> CallBackRecord:
        found = self._store.news.call_back(EntityId(uid)) if _UID.fullmatch(uid) else None
        if found is None:
            raise NotFound(_("There is no such call-back."))
        return found


def call_fields(call: CallRecord) -> dict[str, Any]:
    """A call as the fields of its entry."""
    return {
        "direction": "out" if call.direction == "out" else "in", "number": plain_text(call.number, "number")[:100],
        "started": int(call.started), "seconds": max(0, int(call.seconds)),
        "disposition": plain_text(call.disposition, "disposition")[:100], "withheld": bool(call.withheld),
    }  # fmt: skip


def tag_name(text: str) -> str:
    """A tag as it is kept: lower case, without spaces; Invalid when nothing is left."""
    kept = "-".join(plain_text(text, "tags").casefold().lstrip("#").split())
    if not kept or len(kept) > 60:
        raise Invalid("tags", _("“{text}” is no tag.").format(text=text[:60]), _("Use one short word."))
    return kept
