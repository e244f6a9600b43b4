"""Handling: who has a ticket, how urgent it is, where it stands, and what it is called."""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop_desk.desk.acting import Holder, Numbers, holder_named, priority_letter
from desktop_desk.desk.addressing import COPY_TO, caller_address, checked_address, is_mailed
from desktop_desk.desk.directory import Agent, Department, Directory, Status, Team
from desktop_desk.desk.intake import Intake, tag_name
from desktop_desk.desk.ports import Draft, Position, TicketRecord
from desktop_desk.desk.routing import in_use, is_stranger, refuse_holder, refuse_stranger
from desktop_desk.desk.texts import one_line, plain_text
from desktop_desk.desk.views import Done
from desktop_desk.domain.call_backs import OUTCOME
from desktop_desk.domain.choices import one_of
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.tickets import SOURCES, differing
from desktop_desk.i18n import _

ENDED = frozenset({"resolved", "closed"})


class Handling(Intake):
    """Verbs that change a ticket; each takes one number or several, which are one act."""

    def assign(
        self, numbers: Numbers, to: str, message: str = "", *, release_me: bool = True,
        keep_me_informed: bool = True, seen: Position | None = None,
    ) -> Done:  # fmt: skip
        """Hand tickets to an agent, team or department, with a message to the next one.

        To a team or department clears the agent, to another agent replaces him; whoever had it goes on following.

        Args:
            release_me: off, an agent who hands his own ticket to a team or department stays its follower in any case.
            keep_me_informed: the one who hands it on follows it.

        Raises:
            NotFound: nobody is called so. NotAllowed: the one named gets no tickets, or not of this department.
        """
        with self._store.writing():
            directory = self._store.directory()
            holder = holder_named(directory, to)
            refuse_holder(holder)
            permission = "ticket.transfer" if isinstance(holder, Department) else "ticket.assign"
            records = self._tickets_for(numbers, permission)
            text = plain_text(message, "message")
            drafts: list[Draft] = []
            for record in records:
                refuse_stranger(holder, directory.department(record.department), directory)
                fields = self._handed(holder, record, directory)
                if fields:
                    mine = directory.uid_of(record.agent) == self._actor
                    follows = {f"follow:{self._actor}": keep_me_informed or (mine and not release_me)}
                    named = (holder,) if isinstance(holder, Agent) else ()
                    follows |= {f"follow:{agent.uid}": True for agent in (*named, *self.mentioned(text))}
                    fields |= self._changed_follows(record, follows)
                    is_first = not record.agent and not record.team and not isinstance(holder, Department)
                    drafts.append(
                        Draft("assigned" if is_first else "reassigned", record.uid, fields, ticket=record.uid)
                    )
                    drafts.extend(self._reopening(record, handed_on=True))
                    drafts.extend(self._calls_going_on(record, holder))
                if text:
                    drafts.append(self._note(record, text, {"to": holder.uid}))
            return self._write(drafts, seen, records)

    def claim(self, numbers: Numbers, *, seen: Position | None = None) -> Done:
        """Take tickets that no agent has."""
        with self._store.writing():
            directory = self._store.directory()
            records = self._tickets_for(numbers, "ticket.assign")
            drafts: list[Draft] = []
            for record in records:
                if record.agent and directory.uid_of(record.agent) != self._actor:
                    raise Invalid(
                        "agent",
                        _("{name} has {number} already.").format(
                            name=directory.name_of(record.agent), number=record.number
                        ),
                        _("Reassign it to yourself if that is meant."),
                    )
                if not record.agent:
                    refuse_stranger(self._me(), directory.department(record.department), directory)
                    fields = {"agent": self._actor}
                    fields |= self._changed_follows(record, {f"follow:{self._actor}": True})
                    drafts.append(Draft("claimed", record.uid, fields, ticket=record.uid))
            return self._write(drafts, seen, records)

    def release(self, numbers: Numbers, message: str = "", *, seen: Position | None = None) -> Done:
        """Give tickets back: they then have neither agent nor team."""
        with self._store.writing():
            records = self._tickets_for(numbers, "ticket.release")
            return self._write(self._releasing(records, message), seen, records)

    def set_priority(self, numbers: Numbers, priority: str, *, seen: Position | None = None) -> Done:
        """Set the priority by letter or name, and with it the plan for the due time."""
        with self._store.writing():
            letter = priority_letter(priority)
            records = self._tickets_for(numbers, "ticket.edit")
            drafts = [
                Draft(
                    "prioritised", record.uid, {"priority": letter, **self._plan(letter)}, ticket=record.uid
                )
                for record in records
                if record.priority != letter
                or (record.differences and "priority" in differing(self._state(record)))
            ]
            return self._write(drafts, seen, records)

    def set_status(
        self, numbers: Numbers, status: str, message: str = "", *, seen: Position | None = None
    ) -> Done:
        """Set the status by its name; resolving, closing and reopening follow from its state."""
        with self._store.writing():
            chosen: Status = in_use(self._store.directory().status, status, "status")
            records = self._tickets_for(numbers, "ticket.close" if chosen.state in ENDED else "")
            for record in records:
                self._require_for_status(record, chosen)
            text = plain_text(message, "message")
            drafts: list[Draft] = []
            for record in records:
                drafts.extend(self._to_status(record, chosen))
                if text:
                    drafts += [*self._following(record, *self.mentioned(text)), self._note(record, text, {})]
            return self._write(drafts, seen, records)

    def resolve(self, numbers: Numbers, message: str = "", *, seen: Position | None = None) -> Done:
        """End the work on tickets; who called is to be told."""
        return self.set_status(numbers, "resolved", message, seen=seen)

    def close(self, numbers: Numbers, message: str = "", *, seen: Position | None = None) -> Done:
        """Close tickets; nothing more is expected."""
        return self.set_status(numbers, "closed", message, seen=seen)

    def reopen(self, numbers: Numbers, message: str = "", *, seen: Position | None = None) -> Done:
        """Open ended tickets again; their due time starts anew."""
        return self.set_status(numbers, "open", message, seen=seen)

    def edit(self, number: str, *, seen: Position | None = None, **changes: Any) -> Done:
        """Change what a person changed: subject, topic, source, caller, department, due (ms) or team; None empties.

        Raises:
            Invalid: there is no such field, or the value cannot be taken.
        """
        with self._store.writing():
            (record,) = self._tickets_for(number, "ticket.edit" if changes.keys() - {"department"} else "")
            if "department" in changes:
                self._require("ticket.transfer", self._store.directory().uid_of(record.department))
            state = self._state(record)
            fields = {name: self._edited(name, value) for name, value in changes.items()}
            changed = {
                name: value
                for name, value in fields.items()
                if value != state.get(name) or name in state.rivals
            }
            drafts = [Draft("edited", record.uid, changed, ticket=record.uid)] if changed else []
            return self._write(drafts, seen, (record,))

    def tag(self, numbers: Numbers, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> Done:
        """Put tags on and take tags off."""
        with self._store.writing():
            records = self._tickets_for(numbers, "ticket.edit")
            wanted = {f"tag:{tag_name(tag)}": True for tag in add} | {
                f"tag:{tag_name(tag)}": False for tag in remove
            }
            drafts: list[Draft] = []
            for record in records:
                state = self._state(record)
                fields = {name: on for name, on in wanted.items() if bool(state.get(name)) != on}
                if fields:
                    drafts.append(Draft("tagged", record.uid, fields, ticket=record.uid))
            return self._write(drafts, None, records)

    def copy_to(self, number: str, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> Done:
        """Let others have a ticket's replies in copy, or no longer; Invalid for no e-mail address, and the caller's."""
        with self._store.writing():
            (record,) = self._tickets_for(number, "ticket.edit")
            state = self._state(record)
            added = [checked_address(text).casefold() for text in add]
            self._refuse_caller(added, record)
            wanted = {f"{COPY_TO}{address}": True for address in added}
            wanted |= {f"{COPY_TO}{checked_address(text).casefold()}": False for text in remove}
            fields = {name: on for name, on in wanted.items() if bool(state.get(name)) != on}
            drafts = [Draft("edited", record.uid, fields, ticket=record.uid)] if fields else []
            return self._write(drafts, None, (record,))

    def _refuse_caller(self, addresses: Sequence[str], record: TicketRecord) -> None:
        """Invalid where one of these addresses, folded, is the one that replies go to."""
        own = caller_address(self._store, record)
        if own and own.casefold() in addresses:
            person = self._store.people.by_id(record.caller) if record.caller else None
            reason = _("{name} is the caller, and gets the replies anyway.")
            raise Invalid("address", reason.format(name=(person.name if person else "") or own))

    def follow(self, numbers: Numbers, *, on: bool = True) -> Done:
        """Follow tickets, or stop."""
        with self._store.writing():
            records = tuple(
                self._find(number) for number in ((numbers,) if isinstance(numbers, str) else numbers)
            )
            name = f"follow:{self._me().uid}"
            drafts = [
                Draft("followed", record.uid, {name: on}, ticket=record.uid)
                for record in records
                if bool(self._state(record).get(name)) != on
            ]
            return self._write(drafts, None, records)

    def _changed_follows(self, record: TicketRecord, follows: Mapping[str, bool]) -> dict[str, bool]:
        """Of these followers' fields the ones that change: to follow anew would hide what is still unread."""
        state = self._state(record)
        return {name: on for name, on in follows.items() if bool(state.get(name)) != on}

    def _releasing(self, records: Sequence[TicketRecord], message: str) -> list[Draft]:
        """What gives these tickets back, each with the message."""
        text = plain_text(message, "message")
        drafts: list[Draft] = []
        for record in records:
            if record.agent or record.team:
                drafts.append(Draft("released", record.uid, {"agent": None, "team": None}, ticket=record.uid))
                if text:
                    drafts += [*self._following(record, *self.mentioned(text)), self._note(record, text, {})]
        return drafts

    def _calls_going_on(self, record: TicketRecord, holder: Holder) -> list[Draft]:
        """Calls that were promised by whoever had a ticket go with it to an agent or team; no department calls."""
        former = record.agent or record.team
        if not former or isinstance(holder, Department):
            return []
        return [
            Draft("call_back_changed", back.uid, {"agent": holder.uid}, record.uid, informed=True)
            for back in self._store.news.call_backs_of(record.id)
            if not back.done and back.agent == former and back.text != OUTCOME
        ]

    def _note(self, record: TicketRecord, text: str, more: dict[str, Any]) -> Draft:
        return Draft("noted", self._new_id.entity(), {"text": text, **more}, ticket=record.uid)

    def _handed(self, holder: Holder, record: TicketRecord, directory: Directory) -> dict[str, Any]:
        """The fields that handing a ticket on changes; empty when it stands there already."""
        has = {name: directory.uid_of(getattr(record, name)) for name in ("agent", "team", "department")}
        wanted: dict[str, str | None]
        if isinstance(holder, Agent):
            wanted = {"agent": holder.uid}
        elif isinstance(holder, Team):
            wanted = {"team": holder.uid, "agent": None}
        else:
            wanted = {"department": holder.uid, "team": None, "agent": None}
        is_there = all(has[name] == uid for name, uid in wanted.items())
        disputed = record.differences and wanted.keys() & set(differing(self._state(record)))
        return {} if is_there and not disputed else wanted

    def _require_for_status(self, record: TicketRecord, status: Status) -> None:
        """NotAllowed when the actor may not bring a ticket to a status: to end it, or open it again, is more."""
        ends = status.state in ENDED or record.state in ENDED
        self._require(
            "ticket.close" if ends else "ticket.edit", self._store.directory().uid_of(record.department)
        )

    def _to_status(self, record: TicketRecord, status: Status) -> list[Draft]:
        """What brings a ticket to a status, with its consequences."""
        directory = self._store.directory()
        if directory.uid_of(record.status) == status.uid and not record.differences:
            return []
        if status.state in ENDED:
            return self._ending(record, status, directory)
        if record.state in ENDED:
            (reopened, *lapsed) = self._reopening(record)
            return [
                Draft("reopened", record.uid, {**reopened.fields, "status": status.uid}, record.uid),
                *lapsed,
            ]
        return [Draft("status_set", record.uid, {"status": status.uid}, ticket=record.uid)]

    def _ending(self, record: TicketRecord, status: Status, directory: Directory) -> list[Draft]:
        state = self._state(record)
        self._refuse_unfinished(state.fields, directory)
        fields: dict[str, Any] = {"status": status.uid}
        department = directory.department(record.department)
        if not record.agent and not is_stranger(self._me(), department, directory):
            fields["agent"] = self._actor
            fields |= self._changed_follows(record, {f"follow:{self._actor}": True})
        drafts = [
            Draft(
                "resolved" if status.state == "resolved" else "closed", record.uid, fields, ticket=record.uid
            )
        ]
        if record.state not in ENDED and record.caller:
            drafts.extend(self._to_tell(record, directory))
        return drafts

    def _to_tell(self, record: TicketRecord, directory: Directory) -> list[Draft]:
        """Who called is to be told of the outcome: by whoever took the call, else by whom it was assigned to."""
        person = self._store.people.by_id(record.caller)
        if (
            person is None
            or is_mailed(self._store, directory, record)
            or any(not back.done and back.due is None for back in self._store.news.call_backs_of(record.id))
        ):
            return []
        taken = (fact.actor for fact in self._store.journal.of_ticket(record.uid) if fact.verb == "called")
        candidates = (*(directory.agent(uid) for uid in taken), directory.agent(record.agent), self._me())
        teller = next(agent for agent in candidates if agent is not None and agent.active)
        return [self._call_owed(record.uid, teller, person, OUTCOME, informed=True)]

    def _edited(self, name: str, value: Any) -> Any:
        directory = self._store.directory()
        match name:
            case "subject":
                return one_line(str(value or ""), "subject")
            case "topic" | "department" | "team":
                look_up = {
                    "topic": directory.topic,
                    "department": directory.department,
                    "team": directory.team,
                }[name]
                found = in_use(look_up, value, name)
                return found.uid if found else None
            case "source":
                if value not in SOURCES:
                    raise Invalid(
                        "source", _("There is no source “{name}”.").format(name=value), one_of(SOURCES)
                    )
                return value
            case "caller":
                return self._person_uid(value) if value else None
            case "due":
                if value is not None and not isinstance(value, int):
                    raise Invalid("due", _("A due time is a moment."), _("Give a day and a time."))
                return value
            case _:
                raise Invalid(
                    name,
                    _("A ticket has no field “{name}” that can be edited.").format(name=name[:40]),
                    _("Fields: {names}.").format(
                        names="subject, topic, source, caller, department, team, due"
                    ),
                )
