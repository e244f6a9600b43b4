"""Telling: what has happened, or comes near, that an agent wants to know, and why it is his."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from desktop_desk.desk.directory import Agent, Directory
from desktop_desk.desk.ports import CallBackRecord, Store, TicketRecord
from desktop_desk.domain.call_backs import MISSED
from desktop_desk.domain.deadlines import PLANS
from desktop_desk.domain.facts import EntityId, Fact, FactId, State, fold
from desktop_desk.domain.named import read_mark
from desktop_desk.domain.notices import (
    CHANNELS,
    RELATIONS,
    RELATIONS_OF,
    Matrix,
    events_of,
    lead_of,
    matrix_of,
    near_from,
)
from desktop_desk.domain.tickets import differing

DAY = 86_400_000
AHEAD = 6 * DAY
"""A due time after a long weekend may be near in working hours so long before."""

BACK = 7 * DAY
"""What has been overdue for longer is no news."""

MOST_FACTS = 3_000
MOST_DUE = 50
DUE_EVENTS = ("due_soon", "promise", "overdue")


@dataclass(frozen=True, slots=True)
class Found:
    """Something to tell an agent.

    Attributes:
        key: the same whenever and wherever it is found.
        channels: each way of telling it, with the relation that asks for it.
        parts: the facts of the act that it is; none of what only comes near.
    """

    key: str
    event: str
    channels: Mapping[str, str]
    record: TicketRecord | None
    at: int
    parts: Sequence[Fact] = ()
    back: CallBackRecord | None = None
    followed: bool = False

    @property
    def relation(self) -> str:
        """The nearest relation for which it is told."""
        return next(iter(self.channels.values()), "")


@dataclass(frozen=True)
class Eye:
    """Looks at the desk with one agent's eyes, within a reading: what it has read once it does not read again."""

    store: Store
    directory: Directory
    me: Agent
    now: int
    _records: dict[EntityId, TicketRecord | None] = field(default_factory=dict)
    _states: dict[EntityId, State] = field(default_factory=dict)

    @cached_property
    def matrix(self) -> Matrix:
        """What he wants to be told."""
        return matrix_of(self.me.notices)

    @cached_property
    def _teams(self) -> Mapping[int, str]:
        """The ids of his teams by their local numbers."""
        return {team.id: team.uid for team in self.directory.teams_of(self.me)}

    @cached_property
    def _departments(self) -> tuple[int, ...]:
        """The local numbers of his departments."""
        uids = dict.fromkeys((self.me.department, *self.me.roles))
        return tuple(self.directory.id_of(uid) for uid in uids if uid)

    def relations(self, record: TicketRecord, *, followed: bool) -> tuple[str, ...]:
        """How a ticket is related to him, the nearest first."""
        nobodys = not record.agent and not record.team and record.department in self._departments
        return (
            *(["mine"] if record.agent == self.me.id else []),
            *(["team"] if record.team in self._teams or nobodys else []),
            *(["followed"] if followed else []),
            "all",
        )

    def follows(self, record: TicketRecord) -> bool:
        """Whether he follows a ticket."""
        return bool(self.state(record).get(f"follow:{self.me.uid}"))

    def state(self, record: TicketRecord) -> State:
        """A ticket's own facts, folded."""
        found = self._states.get(record.uid)
        if found is None:
            found = fold(self.store.journal.of_entity(record.uid, record.uid))
            self._states[record.uid] = found
        return found

    def thread(self, record: TicketRecord) -> list[Fact]:
        """The facts of a ticket and of everything in its thread."""
        facts = self.store.journal.of_ticket(record.uid)
        self._states[record.uid] = fold(fact for fact in facts if fact.entity == record.uid)
        return facts

    # What he has seen

    @cached_property
    def _caught_up(self) -> tuple[Fact, ...]:
        of_his = self.store.journal.of_entity(self.me.uid, None)
        return tuple(fact for fact in of_his if fact.verb == "caught_up")

    def marks(self, record: TicketRecord) -> tuple[Fact, ...]:
        """What he noted as seen: all there was, and all that there was of a ticket."""
        return (*self._caught_up, *self.store.journal.of_entity(read_mark(record.uid, self.me.uid), None))

    def has_seen(self, found: Found) -> bool:
        """Whether he has seen all of an act, on any copy of the desk; what only comes near has no such marks."""
        if found.record is None or not found.parts:
            return False
        marks = self.marks(found.record)
        return all(any(mark.covers(fact) for mark in marks) for fact in found.parts)

    # What has happened

    def newest(self) -> int:
        """The arrival of the newest fact; 0 for none."""
        return max((fact.arrival for fact in self.store.journal.recent(0, 1)), default=0)

    def happened(self, after: int, since: int) -> tuple[list[Found], int]:
        """What others did after an arrival, oldest first, and how far was looked; nothing that is older than `since`.

        Of a flood of facts, as a large import or the first sync is, only the newest are looked at.
        """
        facts = self.store.journal.recent(after, MOST_FACTS)
        acts: dict[tuple[FactId, EntityId], list[Fact]] = {}
        for fact in facts:
            if fact.ticket is not None and fact.actor != self.me.uid and fact.at >= since:
                acts.setdefault((fact.act_id, fact.ticket), []).append(fact)
        found = (self.of_act(ticket, parts) for (_act, ticket), parts in acts.items())
        told = [each for each in found if each is not None]
        return told, max((fact.arrival for fact in facts), default=after)

    def of_act(self, ticket: EntityId, parts: Sequence[Fact]) -> Found | None:
        """What an act on a ticket is for him; None for what is no news, was undone, or he does not want to know."""
        if ticket not in self._records:
            self._records[ticket] = self.store.tickets.by_uid(ticket)
        record = self._records[ticket]
        if record is None or record.state == "withdrawn":
            return None
        found = self.on(record, parts, followed=self.follows(record))
        return None if found is None or self._is_void(parts[0].act_id) else found

    def on(self, record: TicketRecord, parts: Sequence[Fact], *, followed: bool) -> Found | None:
        """What an act, of which nothing was undone, is for him on a ticket; None for what he does not want to know."""
        events = events_of(parts, self.me.uid, self.me.login, self._teams.values())
        relations = self.relations(record, followed=followed)
        channels: dict[str, str] = {}
        first = ""
        for event in events:
            asked = self.matrix.channels(event, self._near(event, parts, relations))
            first = first or (event if asked else "")
            for channel, relation in asked.items():
                channels.setdefault(channel, relation)
        if not channels:
            return None
        key = f"act:{parts[0].act_id}:{record.uid}"
        return Found(key, first, channels, record, parts[0].at, parts, followed=followed)

    def again(self, key: str) -> Found | None:
        """What was found under a key, as it stands now; None for what was undone, or is no news any more."""
        kind, _colon, rest = key.partition(":")
        if kind != "act":
            return self._reminders.get(key)
        act, _colon, ticket = rest.rpartition(":")
        parts = [fact for fact in self.store.journal.of_act(FactId.parse(act)) if fact.ticket == ticket]
        return self.of_act(EntityId(ticket), parts) if parts else None

    def _near(self, event: str, parts: Sequence[Fact], relations: tuple[str, ...]) -> tuple[str, ...]:
        """The relations that count for an event: who is named or given a ticket, it is his, whoever has it by now."""
        if event == "mention":
            return ("mine",)
        if event != "assigned":
            return relations
        given = any(fact.fields.get("agent") == self.me.uid for fact in parts)
        return ("mine",) if given else ("team",)

    def _is_void(self, act: FactId) -> bool:
        return any(not self._is_void(undo) for undo in self.store.journal.undoing(act))

    # What comes near

    @cached_property
    def _reminders(self) -> Mapping[str, Found]:
        """What has come near, by its key."""
        return {each.key: each for each in self.reminders(self.now - BACK, CHANNELS)}

    def reminders(self, since: int, channels: Iterable[str], *, limit: int = MOST_DUE) -> list[Found]:
        """What has come near, or due, since a moment and is told by one of these channels."""
        wanted = frozenset(channels)
        found = [*self._due(since, wanted, limit), *self._different(since, wanted, limit)]
        found += self._calls(since, wanted)
        return sorted(found, key=lambda each: each.at)

    def _due(self, since: int, wanted: frozenset[str], limit: int) -> list[Found]:
        records: dict[int, tuple[TicketRecord, list[str]]] = {}
        for relation in RELATIONS:
            if not any(self.matrix.cell(event, relation) & wanted for event in DUE_EVENTS):
                continue
            for record in self._due_of(relation, since, limit):
                records.setdefault(record.id, (record, []))[1].append(relation)
        found: list[Found] = []
        for record, relations in records.values():
            event, at = self._nearness(record)
            channels = self.matrix.channels(event, relations) if event and at >= since else {}
            if channels.keys() & wanted:
                key = f"{event}:{record.uid}:{record.due}"
                found.append(Found(key, event, channels, record, at, followed="followed" in relations))
        return found

    def _due_of(self, relation: str, since: int, limit: int) -> Iterable[TicketRecord]:
        """What was due lately, and apart from it what is due next: neither takes the other's room."""
        news, now = self.store.news, self.now
        for whose, who in self._whose(relation):
            yield from news.due_within(since, now, whose, who, limit, soonest=False)
            yield from news.due_within(now + 1, now + AHEAD, whose, who, limit, soonest=True)

    def _whose(self, relation: str) -> Iterator[tuple[str, int]]:
        """Whose tickets are related to him so: what the store is asked for."""
        if relation == "mine":
            yield "agent", self.me.id
        elif relation == "followed":
            yield "follower", self.me.id
        elif relation == "all":
            yield "", 0
        else:
            yield from (("team", team) for team in self._teams)
            yield from (("department", department) for department in self._departments)

    def _nearness(self, record: TicketRecord) -> tuple[str, int]:
        """Whether a ticket is overdue or its due time near, and since when; "" for neither."""
        due = record.due or 0
        if due <= self.now:
            return "overdue", due
        plan = PLANS.get(record.priority)
        by_plan = plan is not None and not plan.round_the_clock
        calendar = (
            self.directory.office.calendars.get(self.directory.settings.calendar or "") if by_plan else None
        )
        at = near_from(due, lead_of(plan.target_minutes if plan else 0), calendar)
        if at > self.now:
            return "", 0
        own = self.state(record).get("due")
        return ("promise" if own is not None else "due_soon"), at

    def _different(self, since: int, wanted: frozenset[str], limit: int) -> list[Found]:
        if not any(self.matrix.cell("difference", relation) & wanted for relation in RELATIONS):
            return []
        found: list[Found] = []
        for record in self.store.news.different(since, limit):
            state, followed = self.state(record), self.follows(record)
            channels = self.matrix.channels("difference", self.relations(record, followed=followed))
            rivals = [fact for name in differing(state) for fact in (state.heads[name], *state.rivals[name])]
            if channels.keys() & wanted:
                mark = ",".join(sorted(str(fact.id) for fact in rivals))[-120:]
                key = f"difference:{record.uid}:{record.differences}:{mark}"
                found.append(Found(key, "difference", channels, record, record.updated, followed=followed))
        return found

    # Whom to call

    def owed(self) -> list[Found]:
        """The calls that he or his teams are to make, the first due first: For me has them however it is set."""
        found: list[Found] = []
        for back in self._call_backs:
            event, relation = _event_of(back), self._whose_call(back)
            near = relation if relation in RELATIONS_OF[event] else "mine"
            key = f"{event}:{back.uid}"
            found.append(Found(key, event, {"list": near}, None, back.at, back=back))
        return found

    def _calls(self, since: int, wanted: frozenset[str]) -> list[Found]:
        """Those of them that are due, as far as they are told."""
        found: list[Found] = []
        for back in self._call_backs:
            # A missed call that was tried is due again like any other.
            event = _event_of(back) if back.due is None else "call_back"
            at = back.at if event == MISSED else back.due
            if at is None or at > self.now or at < since:
                continue
            channels = self.matrix.channels(event, (self._whose_call(back),))
            if channels.keys() & wanted:
                found.append(Found(f"{event}:{back.uid}:{at}", event, channels, None, at, back=back))
        return found

    @cached_property
    def _call_backs(self) -> tuple[CallBackRecord, ...]:
        return self.store.news.call_backs(self.me.id, tuple(self._teams))

    def _whose_call(self, back: CallBackRecord) -> str:
        return "mine" if back.agent == self.me.id else "team" if back.agent else "all"


def _event_of(back: CallBackRecord) -> str:
    return MISSED if back.text == MISSED else "call_back"


def eyes(store: Store, agents: Iterable[Agent], now: int) -> Iterator[Eye]:
    """Several agents' eyes, within a reading: what one has read of tickets the next does not read again."""
    directory = store.directory()
    records: dict[EntityId, TicketRecord | None] = {}
    states: dict[EntityId, State] = {}
    for agent in agents:
        yield Eye(store, directory, agent, now, records, states)
