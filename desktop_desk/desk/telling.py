"""Telling: what has happened, or comes near, that an agent wants to know, and why it is his."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from desktop_desk.desk.directory import Agent, Directory
from desktop_desk.desk.ports import CallBackRecord, Store, TicketRecord
from desktop_desk.domain.call_backs import MISSED
from desktop_desk.domain.deadlines import PLANS
from desktop_desk.domain.facts import EntityId, Fact, FactId, State, fold
from desktop_desk.domain.notices import Matrix, events_of, lead_of, matrix_of, near_from
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
    """Looks at the desk with one agent's eyes, within a reading."""

    store: Store
    directory: Directory
    me: Agent
    now: int
    matrix: Matrix = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "matrix", matrix_of(self.me.notices))

    @property
    def teams(self) -> tuple[str, ...]:
        """The ids of his teams."""
        return tuple(team.uid for team in self.directory.teams_of(self.me))

    def relations(self, record: TicketRecord, *, followed: bool) -> tuple[str, ...]:
        """How a ticket is related to him, the nearest first."""
        teams = {team.id for team in self.directory.teams_of(self.me)}
        departments = {self.directory.id_of(uid) for uid in (self.me.department, *self.me.roles) if uid}
        nobodys = not record.agent and not record.team and record.department in departments
        return (
            *(["mine"] if record.agent == self.me.id else []),
            *(["team"] if (record.team and record.team in teams) or nobodys else []),
            *(["followed"] if followed else []),
            "all",
        )

    def follows(self, record: TicketRecord) -> bool:
        """Whether he follows a ticket."""
        return bool(self.state(record).get(f"follow:{self.me.uid}"))

    def state(self, record: TicketRecord) -> State:
        """A ticket's own facts, folded."""
        return fold(self.store.journal.of_entity(record.uid, record.uid))

    # What has happened

    def happened(self, after: int, since: int) -> tuple[list[Found], int]:
        """What others did after an arrival, oldest first, and how far was looked; nothing that is older than `since`.

        Of a flood of facts, as a large import or the first sync is, only the newest are looked at.
        """
        facts = self.store.journal.recent(after, MOST_FACTS)
        acts: dict[tuple[object, str], list[Fact]] = {}
        for fact in facts:
            if fact.ticket is not None and fact.actor != self.me.uid and fact.at >= since:
                acts.setdefault((fact.act_id, fact.ticket), []).append(fact)
        records: dict[str, TicketRecord | None] = {}
        found: list[Found] = []
        for (_act, ticket), parts in acts.items():
            told = self.of_act(ticket, parts, records)
            if told is not None:
                found.append(told)
        return found, max((fact.arrival for fact in facts), default=after)

    def of_act(
        self,
        ticket: str,
        parts: list[Fact],
        records: dict[str, TicketRecord | None] | None = None,
        *,
        followed: bool | None = None,
    ) -> Found | None:
        """What an act on a ticket is for him; None for what is no news, was undone, or he does not want to know.

        Args:
            followed: True: he follows the ticket, and nothing of the parts was undone; None: that is to be found out.
        """
        events = events_of(parts, self.me.uid, self.me.login, self.teams)
        kept = {} if records is None else records
        if events and ticket not in kept:
            kept[ticket] = self.store.tickets.by_uid(EntityId(ticket))
        record = kept.get(ticket)
        if not events or record is None or record.state == "withdrawn":
            return None
        if followed is None:
            if self._is_void(parts[0].act_id):
                return None
            followed = self.follows(record)
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
        key = f"act:{parts[0].act_id}:{ticket}"
        return Found(key, first, channels, record, parts[0].at, tuple(parts), followed=followed)

    def _near(self, event: str, parts: list[Fact], relations: tuple[str, ...]) -> tuple[str, ...]:
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

    def reminders(self, since: int, channels: Iterable[str], *, limit: int = MOST_DUE) -> list[Found]:
        """What has come near, or due, since a moment and is told by one of these channels."""
        wanted = frozenset(channels)
        found = [*self._due(since, wanted, limit), *self._different(since, wanted, limit)]
        found += self._calls(since, wanted)
        return sorted(found, key=lambda each: each.at)

    def _due(self, since: int, wanted: frozenset[str], limit: int) -> list[Found]:
        records: dict[int, tuple[TicketRecord, list[str]]] = {}
        for relation in ("mine", "team", "followed", "all"):
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
            for team in self.directory.teams_of(self.me):
                yield "team", team.id
            for uid in dict.fromkeys((self.me.department, *self.me.roles)):
                if uid:
                    yield "department", self.directory.id_of(uid)

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
        if not any(
            self.matrix.cell("difference", relation) & wanted
            for relation in ("mine", "team", "followed", "all")
        ):
            return []
        found: list[Found] = []
        for record in self.store.news.different(since, limit):
            state = self.state(record)
            followed = bool(state.get(f"follow:{self.me.uid}"))
            channels = self.matrix.channels("difference", self.relations(record, followed=followed))
            rivals = [fact for name in differing(state) for fact in (state.heads[name], *state.rivals[name])]
            if channels.keys() & wanted:
                mark = ",".join(sorted(str(fact.id) for fact in rivals))[-120:]
                key = f"difference:{record.uid}:{record.differences}:{mark}"
                found.append(Found(key, "difference", channels, record, record.updated, followed=followed))
        return found

    def _calls(self, since: int, wanted: frozenset[str]) -> list[Found]:
        found: list[Found] = []
        for back in self.store.news.call_backs(self.me.id, self.team_numbers):
            event = "missed" if back.text == MISSED and back.due is None else "call_back"
            at = back.at if event == "missed" else back.due
            if at is None or at > self.now or at < since:
                continue
            relation = "mine" if back.agent == self.me.id else "team" if back.agent else "all"
            channels = self.matrix.channels(event, (relation,))
            if channels.keys() & wanted:
                found.append(Found(f"{event}:{back.uid}:{at}", event, channels, None, at, back=back))
        return found

    @property
    def team_numbers(self) -> tuple[int, ...]:
        """The local numbers of his teams."""
        return tuple(team.id for team in self.directory.teams_of(self.me))
