"""What every verb of the desk needs: who acts, whether he may, which ticket is meant, and the one way to write."""

from collections.abc import Sequence

from desktop_desk.desk.directory import Agent, Department, Directory, Status, Team
from desktop_desk.desk.ports import Clock, Draft, NewId, Position, Store, TicketRecord
from desktop_desk.desk.posting import post
from desktop_desk.desk.views import Done
from desktop_desk.domain.deadlines import PLANS
from desktop_desk.domain.errors import Invalid, NotAllowed, NotFound, Stale
from desktop_desk.domain.facts import EntityId, State, fold
from desktop_desk.domain.numbers import read_number
from desktop_desk.domain.permissions import allows, permission_text
from desktop_desk.domain.tickets import PRIORITIES, differing
from desktop_desk.domain.verbs import VERBS, weight
from desktop_desk.i18n import _

Numbers = str | Sequence[str]
"""One ticket or several; several are one act and one undo."""


class Acting:
    """The actor and his means; the base of the desk's chapters."""

    def __init__(self, store: Store, clock: Clock, new_id: NewId, actor: EntityId) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._actor = actor

    @property
    def actor(self) -> Agent:
        """The agent who acts."""
        with self._store.reading():
            return self._me()

    def _me(self) -> Agent:
        agent = self._store.directory().agent(self._actor)
        if agent is None or not agent.active:
            raise NotAllowed(_("Your login is no longer active."), _("Ask an administrator of this desk."))
        return agent

    def _may(self, agent: Agent, permission: str, department: EntityId | None = None) -> bool:
        directory = self._store.directory()
        role = directory.role(agent.roles.get(department or "", "") or agent.role)
        return agent.admin or (role is not None and role.active and allows(role.permissions, permission))

    def _require(self, permission: str, department: EntityId | None = None) -> Agent:
        """The actor, or NotAllowed when his role in that department lacks a permission; "" needs none."""
        me = self._me()
        if permission and not self._may(me, permission, department):
            raise NotAllowed(
                _("Your role does not let you {what}.").format(what=permission_text(permission)),
                _("Ask an administrator for the permission, or a colleague to do it."),
                permission,
            )
        return me

    def _find(self, number: str) -> TicketRecord:
        """The ticket with this number, in any spelling; a merged or withdrawn one is still found."""
        reading = read_number(number)
        if reading is None:
            raise NotFound(
                _("“{number}” is no ticket number.").format(number=number[:40]),
                _("A number looks like 1041-0."),
            )
        if reading.wrong_check or reading.number is None:
            raise Invalid(
                "number",
                _("The check digit of {number} is wrong.").format(number=number[:40]),
                _("A digit was misheard or mistyped: ask for the number again."),
            )
        found = self._store.tickets.by_number(reading.number)
        if not found:
            raise NotFound(
                _("There is no ticket {number}.").format(number=reading.number),
                _("Search for the caller or the subject instead."),
            )
        return found[0]

    def _ticket_for(self, number: str, permission: str) -> TicketRecord:
        """A ticket that the actor may do this to."""
        record = self._find(number)
        self._require(permission, self._store.directory().uid_of(record.department))
        if record.state == "withdrawn":
            raise Invalid(
                "number",
                _("The opening of {number} was undone.").format(number=record.number),
                _("Redo it first."),
            )
        return record

    def _tickets_for(self, numbers: Numbers, permission: str) -> tuple[TicketRecord, ...]:
        """Tickets that the actor may do this to, each once; none that was merged, whose fields stand still."""
        chosen = (numbers,) if isinstance(numbers, str) else tuple(numbers)
        if not chosen:
            raise Invalid("number", _("No ticket was chosen."))
        records = [self._ticket_for(number, permission) for number in chosen]
        for record in records:
            self._refuse_merged(record)
        return tuple({record.id: record for record in records}.values())

    def _conversation_for(self, number: str, permission: str) -> TicketRecord:
        """Where words on a ticket go: to itself, or to the one that it was merged into."""
        record = self._ticket_for(number, permission)
        whole = self._whole(record)
        return record if whole.id == record.id else self._ticket_for(whole.number, permission)

    def _whole(self, record: TicketRecord) -> TicketRecord:
        """The ticket that this one is part of by merging, at last; itself when it stands alone."""
        passed = {record.id}
        while record.merged_into is not None:
            above = self._store.tickets.by_uid(record.merged_into)
            if above is None or above.id in passed:
                break
            passed.add(above.id)
            record = above
        return record

    def _refuse_merged(self, record: TicketRecord) -> None:
        if record.merged_into is not None:
            whole = self._whole(record).number
            raise Invalid(
                "number",
                _("{number} is part of {whole} since they were merged.").format(
                    number=record.number, whole=whole
                ),
                _("Do it to {whole}, or take {number} out of the merge first.").format(
                    number=record.number, whole=whole
                ),
            )

    def _state(self, record: TicketRecord) -> State:
        return fold(self._store.journal.of_entity(record.uid, record.uid))

    def _write(
        self,
        drafts: Sequence[Draft],
        seen: Position | None,
        records: Sequence[TicketRecord] = (),
        uid: str | None = None,
    ) -> Done:
        """Append one act within the transaction; nothing to write is no act."""
        first = records[0] if records else None
        touched = frozenset(record.number for record in records)
        number = first.number if first else None
        target = uid or (first.uid if first else None)
        if not drafts:
            return Done("", number, target)
        self._refuse_revoked()
        if seen is None:
            self._refuse_conflicts(drafts, records)
        facts = self._store.journal.append(drafts, self._actor, self._aware(drafts, seen))
        post(self._store, facts, self._clock())
        main = min(drafts, key=lambda draft: weight(draft.verb, own=draft.entity == draft.ticket))
        what = VERBS[main.verb].phrase if main.verb in VERBS else ""
        return Done(str(facts[0].act_id), number, target, touched, what)

    def _refuse_revoked(self) -> None:
        """NotAllowed in a copy that is not trusted any more: all others would hold what it writes."""
        if self._store.log.is_revoked():
            raise NotAllowed(
                _("This copy of the desk was revoked: nothing can be written in it any more."),
                _("Ask an administrator to trust it again, or take the desk along anew."),
            )

    def _aware(self, drafts: Sequence[Draft], seen: Position | None) -> Position | None:
        """What the actor knows of the things he changes: what a form had shown him, and what he wrote himself since."""
        if seen is None:
            return None
        things = {(draft.ticket, draft.entity) for draft in drafts if not draft.informed}
        reach = [self._store.journal.own_reach(self._actor, seen.seq, *thing) for thing in things]
        return Position(min(reach, default=seen.seq), seen.others)

    def _refuse_conflicts(self, drafts: Sequence[Draft], records: Sequence[TicketRecord]) -> None:
        """Commands and bulk actions have been shown no rivals: they may not settle a conflict by accident."""
        for record in records:
            if not record.differences:
                continue
            rivals = differing(self._state(record))
            for draft in drafts:
                if draft.entity != record.uid or draft.verb == "settled" or draft.informed:
                    continue
                for field in draft.fields:
                    if field in rivals:
                        raise Stale(
                            _("Two people changed “{field}” of {number}.").format(
                                field=field, number=record.number
                            ),
                            _("Settle the difference first."),
                        )

    def _plan(self, priority: str) -> dict[str, object]:
        """What a ticket of this priority promises: recorded, so that later plans change nothing."""
        plan = PLANS[priority]
        calendar = None if plan.round_the_clock else self._store.directory().settings.calendar
        return {"plan": plan.key, "target": plan.target_minutes, "calendar": calendar}

    def _status_in(self, state: str) -> Status:
        found = self._store.directory().status_in(state)  # type: ignore[arg-type]
        if found is None:
            raise Invalid("status", _("This desk has no active status for “{state}”.").format(state=state))
        return found


def priority_letter(text: str) -> str:
    """The severity letter of a letter, "Sev-A" or a name; Invalid for another text."""
    wanted = text.strip().casefold().removeprefix("sev-")
    for letter, name in PRIORITIES.items():
        if wanted in {letter.casefold(), name.casefold(), _(name).casefold()}:
            return letter
    raise Invalid(
        "priority",
        _("There is no priority “{text}”.").format(text=text[:40]),
        _("Use A, B, C or D, or Emergency, High, Normal or Low."),
    )


Holder = Agent | Team | Department


def holder_named(directory: Directory, name: str) -> Holder:
    """The agent, team or department of this login, name or id; NotFound for none."""
    found: Holder | None = directory.agent(name) or directory.team(name) or directory.department(name)
    if found is None:
        wanted = name.strip().casefold()
        found = next((agent for agent in directory.agents if agent.name.casefold() == wanted), None)
    if found is None:
        raise NotFound(
            _("There is no agent, team or department “{name}”.").format(name=name[:60]),
            _("Give a login or the name of a team or department."),
        )
    return found
