"""Desks of any size that look like work: the same seed makes the same facts, to the last bit.

Nothing here reads a clock or chance of its own. `tickets` gives one ticket after the other as the acts that made it;
who writes them is free to do it as quickly as the journal can.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from random import Random
from typing import Any, TypeVar

from desktop_desk.desk.ports import Draft, Progress, Store
from desktop_desk.domain.deadlines import PLANS
from desktop_desk.domain.facts import EntityId
from desktop_desk.exchange.demo import demo_agents
from desktop_desk.exchange.demo_text import table
from desktop_desk.exchange.generate_office import UNTIL, Cast, SeededIds, callers, office
from desktop_desk.exchange.vocabulary import Ranked, sentences

NAME = "Generated desk"
YEARS = 3
TICKETS_A_TRANSACTION = 500
CALLERS_A_TRANSACTION = 1000
SENTENCES = 60_000
SUBJECTS = 20_000
SUBJECT = 60
"""Characters of a subject, at most."""
MAX_CALLERS = 200_000
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_Thing = TypeVar("_Thing")

_WORKDAY = (7 * HOUR + HOUR // 2, 10 * HOUR + HOUR // 2)
"""When a working day begins and how long it is, ms."""
# Words to choose from, and up to which part of a hundred each is chosen.
_PRIORITIES = Ranked(("C", "D", "B", "A"), (72, 84, 95, 100))
_SOURCES = Ranked(("phone", "email", "web", "other"), (80, 91, 97, 100))
_TALK = Ranked(("noted", "replied", "messaged", "called"), (40, 75, 92, 100))
_ENTRIES = (3, 4, 4, 5)
_PARTS = (5, 6, 6, 6)
"""Sentences of a text."""
FEWEST = 24
"""Blanks of the shortest text."""

# How often things happen.
TAKER_KEEPS_IT, TO_A_TEAM, HANDED_ON, RAISED, NAMED_THING = 0.5, 0.12, 0.14, 0.03, 0.3
NEWEST, NEWEST_OPEN, OLD_OPEN = 0.08, 0.85, 0.03
"""Of the newest part of the tickets most are open, of older ones few."""
WAITING, REOPENED, ONLY_RESOLVED, CLOSING_AGE = 0.2, 0.02, 0.2, 0.1
PROMISED, NOBODYS = 0.8, 0.15
"""Of those that stay open: with a due time promised by hand, and held by nobody."""


Act = tuple[Draft, ...]
"""The facts of one user action; each names its actor."""


def callers_for(tickets: int) -> int:
    """How many callers a desk of so many tickets has."""
    return max(1, min(MAX_CALLERS, tickets // 10)) if tickets else 0


class Tickets:
    """The tickets of a generated desk, one after the other in the order in which they were opened."""

    def __init__(self, ids: SeededIds, seed: int, cast: Cast, *, until: int = UNTIL) -> None:
        self._ids = ids
        self._cast = cast
        self._until = until
        self._chance = Random(f"tickets {seed}")  # noqa: S311
        self._sentences = sentences(Random(f"sentences {seed}"), SENTENCES)  # noqa: S311
        self._subjects = _subjects(Random(f"subjects {seed}"), SUBJECTS)  # noqa: S311

    def acts(self, count: int, numbers: Iterator[str]) -> Iterator[tuple[Act, ...]]:
        """Each ticket as its acts in order of time; `numbers` gives the ticket numbers."""
        start = self._until - int(YEARS * 365.25 * DAY)
        days = (self._until - start) // DAY
        workdays = [start // DAY + day for day in range(days) if (start // DAY + day + 3) % 7 < 5]
        for index, number in zip(range(count), numbers, strict=False):
            day, part = divmod(index * len(workdays) / count, 1)
            opened = workdays[int(day)] * DAY + _WORKDAY[0] + int(part * _WORKDAY[1])
            yield self._ticket(number, opened, 1 - index / count)

    def _ticket(self, number: str, opened: int, age: float) -> tuple[Act, ...]:
        """One ticket; `age` goes from 1, the oldest, to 0."""
        chance, cast = self._chance, self._cast
        uid = self._ids.entity()
        topic, department = cast.topics[int(chance.random() ** 2 * len(cast.topics))]
        person, phone = cast.callers[int(chance.random() ** 2 * len(cast.callers))]
        taker = cast.agents[int(chance.random() ** 2 * len(cast.agents))]
        agent = (
            taker
            if chance.random() < TAKER_KEEPS_IT
            else cast.agents[int(chance.random() * len(cast.agents))]
        )
        still = OLD_OPEN if age > NEWEST else NEWEST_OPEN
        luck = chance.random()
        fields = self._opening(number, (topic, department), person, (taker, agent), left=luck < still)
        verb = "called" if fields["source"] == "phone" else "messaged"
        first = self._entry(verb, uid, opened, taker, (person, phone))
        acts: list[Act] = [(Draft("opened", uid, fields, uid, opened, taker), first)]
        now = self._worked_on(acts, uid, opened, agent, (person, phone), claim="team" in fields)
        if luck >= still:
            acts += self._ending(uid, now, agent, age, luck)
        elif luck < still * WAITING:
            acts.append((Draft("status_set", uid, {"status": cast.statuses[1]}, uid, now + MINUTE, agent),))
        return tuple(act for act in acts if (act[0].at or 0) <= self._until)

    def _opening(
        self, number: str, about: tuple[EntityId, EntityId], person: EntityId,
        agents: tuple[EntityId, EntityId], *, left: bool,
    ) -> dict[str, Any]:  # fmt: skip
        """The fields of an opening: `about` is topic and department, `left` says that the ticket stays open."""
        chance, (taker, agent) = self._chance, agents
        (priority,) = _PRIORITIES.drawn(chance)
        (source,) = _SOURCES.drawn(chance)
        plan = PLANS[priority]
        fields: dict[str, Any] = {
            "number": number, "subject": self._subjects[int(chance.random() * SUBJECTS)],
            "status": self._cast.statuses[0], "source": source, "caller": person, "topic": about[0],
            "department": about[1], "priority": priority, "plan": plan.key, "target": plan.target_minutes,
            f"follow:{taker}": True,
        }  # fmt: skip
        if not plan.round_the_clock:
            fields["calendar"] = self._cast.calendar
        if left and chance.random() < PROMISED:
            fields["due"] = self._until + int(chance.random() * YEARS * 365 * DAY)
        holder = chance.random()
        if holder < TO_A_TEAM:
            fields["team"] = self._cast.teams[int(chance.random() * len(self._cast.teams))]
        elif not left or holder > TO_A_TEAM + NOBODYS:
            fields["agent"] = agent
            fields[f"follow:{agent}"] = True
        return fields

    def _worked_on(
        self, acts: list[Act], uid: EntityId, opened: int, agent: EntityId, caller: tuple[EntityId, str], *,
        claim: bool,
    ) -> int:  # fmt: skip
        """Add what happens until the end; gives the time of the last of it."""
        chance, cast = self._chance, self._cast
        now = opened + int(chance.expovariate(1 / (20 * MINUTE))) + MINUTE
        if claim:
            acts.append((Draft("claimed", uid, {"agent": agent, f"follow:{agent}": True}, uid, now, agent),))
        if chance.random() < HANDED_ON:
            other = cast.agents[int(chance.random() * len(cast.agents))]
            now += int(chance.expovariate(1 / HOUR)) + MINUTE
            handed = {"agent": other, f"follow:{other}": True, f"follow:{agent}": True}
            acts.append((Draft("reassigned", uid, handed, uid, now, agent),))
        if chance.random() < RAISED:
            plan = PLANS["B"]
            raised = {"priority": "B", "plan": plan.key, "target": plan.target_minutes, "calendar": None}
            acts.append((Draft("prioritised", uid, raised, uid, now + MINUTE, agent),))
        for verb in _TALK.drawn(chance, chance.choice(_ENTRIES) - 1):
            now += int(chance.expovariate(1 / (2 * HOUR))) + MINUTE
            acts.append((self._entry(verb, uid, now, agent, caller),))
        return now

    def _ending(self, uid: EntityId, now: int, agent: EntityId, age: float, luck: float) -> list[Act]:
        """How it ends: resolved, sometimes come back, and closed unless it is new."""
        chance, (open_, _waiting, resolved, closed) = self._chance, self._cast.statuses

        def standing(verb: str, status: EntityId, at: int) -> Act:
            return (Draft(verb, uid, {"status": status}, uid, at, agent),)

        now += int(chance.expovariate(1 / HOUR)) + MINUTE
        acts = [standing("resolved", resolved, now)]
        if luck > 1 - REOPENED:
            acts += [standing("reopened", open_, now + DAY), standing("resolved", resolved, now + DAY + HOUR)]
            now += DAY + HOUR
        if age > CLOSING_AGE and luck > ONLY_RESOLVED:
            acts.append(standing("closed", closed, now + 3 * DAY))
        return acts

    def _entry(
        self, verb: str, ticket: EntityId, at: int, actor: EntityId, caller: tuple[EntityId, str]
    ) -> Draft:
        person, phone = caller
        fields: dict[str, Any] = {"text": self._text()}
        if verb in {"called", "messaged"}:
            fields["person"] = person
        if verb == "called":
            seconds = 20 + int(self._chance.expovariate(1 / 200))
            fields |= {
                "direction": "in", "number": phone, "started": at, "seconds": seconds,
            }  # fmt: skip
        return Draft(verb, self._ids.entity(), fields, ticket, at, actor)

    def _text(self) -> str:
        """25 to 70 words; some name a thing that no other text names, as inventory numbers do."""
        chance = self._chance
        text = " ".join(
            [self._sentences[int(chance.random() * SENTENCES)] for _ in range(chance.choice(_PARTS))]
        )
        if text.count(" ") < FEWEST:
            text += " " + self._sentences[int(chance.random() * SENTENCES)]
        if chance.random() < NAMED_THING:
            text += f" Inventory {int(chance.random() * 36**6):07X}."
        return text


def _subjects(chance: Random, count: int) -> list[str]:
    """Subjects: the beginning of sentences, without their full stops."""
    return [
        text[:-1] if len(text) <= SUBJECT else text[:SUBJECT].rsplit(" ", 1)[0]
        for text in sentences(chance, count)
    ]


def fill(
    store: Store, ids: SeededIds, admin: EntityId, tickets: int, seed: int, progress: Progress | None = None
) -> None:
    """Fill a desk that was just founded; what `progress` raises stops it and leaves part of a desk.

    Args:
        ids: those that the store writes with: from the same seed, or the desk is another one each time.
        admin: the administrator, in whose name the office is furnished.
    """
    with store.writing():
        told = [each for each in table("people.toml")["agent"] if each["login"] in {"john", "jane"}]
        store.journal.append_acts([demo_agents(store.directory(), ids, told)], admin)
    directory = store.directory()
    by_state = {status.state: status.uid for status in reversed(directory.statuses)}
    standing = Cast(
        agents=tuple(agent.uid for agent in directory.agents if not agent.admin),
        departments=tuple(department.uid for department in directory.departments),
        teams=(),
        topics=(),
        statuses=(by_state["open"], by_state["waiting"], by_state["resolved"], by_state["closed"]),
        calendar=directory.settings.calendar,
    )
    made = office(ids, seed, standing)
    people: list[tuple[EntityId, str]] = []
    with store.writing():
        store.journal.append_acts([made.drafts], admin)
    for batch in _batches(callers(ids, seed, callers_for(tickets)), CALLERS_A_TRANSACTION):
        people += [caller for caller, _drafts in batch]
        with store.writing():
            store.journal.append_acts([drafts for _caller, drafts in batch], admin)
    cast = replace(made.cast, callers=tuple(people))
    tickets_told = Tickets(ids, seed, cast).acts(tickets, _numbers(store))
    done = 0
    while done < tickets:
        # The numbers are drawn within the transaction that gives them out.
        with store.writing():
            batch = list(islice(tickets_told, TICKETS_A_TRANSACTION))
            store.journal.append_acts([act for acts in batch for act in acts], admin)
        done += len(batch)
        if progress is not None:
            progress(done, tickets)


_NO_TICKET = EntityId("0" * 32)
"""A new desk has numbers to give; the id of a ticket would only be asked for without."""


def _numbers(store: Store) -> Iterator[str]:
    while True:
        yield store.journal.new_number(_NO_TICKET)


def _batches(things: Iterator[_Thing], size: int) -> Iterator[list[_Thing]]:
    while batch := list(islice(things, size)):
        yield batch
