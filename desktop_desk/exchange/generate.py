"""Desks of any size that look like work: the same seed makes the same facts, to the last bit.

Nothing here reads a clock or chance of its own. `tickets` gives one ticket after the other as the acts that made it;
who writes them is free to do it as quickly as the journal can.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from random import Random
from typing import Any, TypeVar

from desktop_desk.desk.ports import Draft, Progress, Store
from desktop_desk.domain.deadlines import PLANS
from desktop_desk.domain.facts import EntityId
from desktop_desk.domain.numbers import format_number
from desktop_desk.domain.phones import read_phone
from desktop_desk.exchange.demo import demo_agents
from desktop_desk.exchange.demo_text import table
from desktop_desk.exchange.vocabulary import Ranked, phone_number, sentences, word_lists

UNTIL = int(datetime(2026, 11, 20, 17, tzinfo=UTC).timestamp() * 1000)
"""When the last ticket of a generated desk was opened, ms: fixed, so that a seed makes the same desk every day."""

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
WITH_ADDRESS, TAKER_KEEPS_IT, TO_A_TEAM, HANDED_ON, RAISED, NAMED_THING = 0.3, 0.5, 0.12, 0.14, 0.03, 0.3
NEWEST, NEWEST_OPEN, OLD_OPEN = 0.08, 0.85, 0.03
"""Of the newest part of the tickets most are open, of older ones few."""
WAITING, REOPENED, ONLY_RESOLVED, CLOSING_AGE = 0.2, 0.02, 0.2, 0.1
FIRM_SIZE = 0.12
"""The first firms have most callers: the rate of the falling curve."""
_DEPARTMENTS = ("Support", "System Administrators", "Sales", "Maintenance", "Accounts", "Human Resources")
_TEAMS = ("Network", "Workplaces", "Printing", "Telephony", "Building", "Night shift")
_AGENTS = 37
"""Besides john, jane and admin."""


class SeededIds:
    """New ids from a seed: entities are UUIDs of version 7 in order, salts are bytes."""

    def __init__(self, seed: int, start: int = UNTIL) -> None:
        self._chance = Random(f"ids {seed}")  # noqa: S311  reproducible is what is wanted
        self._start = start
        self._made = 0

    def entity(self) -> EntityId:
        """A UUIDv7 whose time is the number of ids before it: each is later than the one before."""
        self._made += 1
        ms, rest = self._start + self._made, self._chance.getrandbits(74)
        value = ms << 80 | 7 << 76 | (rest >> 62) << 64 | 2 << 62 | rest & ((1 << 62) - 1)
        return EntityId(f"{value:032x}")

    def salt(self) -> bytes:
        """16 bytes."""
        return self._chance.randbytes(16)


Act = tuple[Draft, ...]
"""The facts of one user action; each names its actor."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what tickets are about: ids of a desk.

    Attributes:
        statuses: open, waiting, resolved, closed.
        calendar: of the business hours.
        callers: (person, number they call from).
        topics: (topic, department).
    """

    agents: tuple[EntityId, ...]
    departments: tuple[EntityId, ...]
    teams: tuple[EntityId, ...]
    topics: tuple[tuple[EntityId, EntityId], ...]
    statuses: tuple[EntityId, EntityId, EntityId, EntityId]
    calendar: EntityId | None
    callers: tuple[tuple[EntityId, str], ...] = ()


@dataclass(slots=True)
class Office:
    """What has to be written before the first ticket."""

    cast: Cast
    drafts: list[Draft] = field(default_factory=list[Draft])


def office(ids: SeededIds, seed: int, standing: Cast) -> Office:
    """Agents, departments, teams and topics besides those that stand; not yet the callers.

    Args:
        standing: what the desk has already: its statuses and calendar, and perhaps agents and departments.
    """
    chance = Random(f"office {seed}")  # noqa: S311
    made = Office(standing)
    departments = list(standing.departments)
    departments += [
        _new(made, ids, "department_added", {"name": name, "active": True})
        for name in _DEPARTMENTS[len(departments) :]
    ]
    agents = list(standing.agents)
    names = word_lists("names.txt")
    chosen: set[str] = set()
    while len(chosen) < _AGENTS:
        given, family = chance.choice(names["given"]), chance.choice(names["family"])
        login = f"{given}.{family}".casefold().encode("ascii", "ignore").decode()
        if login in chosen:
            continue
        chosen.add(login)
        fields = {
            "login": login, "name": f"{given} {family}", "email": f"{login}@example.com", "phone": "",
            "department": departments[len(chosen) % len(departments)], "active": True, "admin": False,
        }  # fmt: skip
        agents.append(_new(made, ids, "agent_added", fields))
    teams = [
        _new(made, ids, "team_added", {
            "name": name, "active": True,
            **{f"member:{agent}": True for agent in agents[place :: len(_TEAMS)]},
        })
        for place, name in enumerate(_TEAMS)
    ]  # fmt: skip
    topics = list(standing.topics)
    words = word_lists("words.txt")
    for place, noun in enumerate(words["nouns"][:36]):
        department = departments[place % len(departments)]
        fields = {"name": noun.capitalize(), "department": department, "priority": "C", "active": True}
        topics.append((_new(made, ids, "topic_added", fields), department))
    made.cast = Cast(
        tuple(agents), tuple(departments), tuple(teams), tuple(topics), standing.statuses, standing.calendar
    )
    return made


def callers(
    ids: SeededIds, seed: int, count: int
) -> Iterator[tuple[tuple[EntityId, str], tuple[Draft, ...]]]:
    """So many callers: each with the number they call from, and the facts that make them."""
    chance = Random(f"callers {seed}")  # noqa: S311
    names = word_lists("names.txt")
    firms: dict[str, EntityId] = {}
    for index in range(count):
        given, family = chance.choice(names["given"]), chance.choice(names["family"])
        firm = names["firms"][min(int(chance.expovariate(FIRM_SIZE)), len(names["firms"]) - 1)]
        drafts: list[Draft] = []
        if firm not in firms:
            firms[firm] = ids.entity()
            drafts.append(Draft("organisation_added", firms[firm], {"name": firm}))
        person = ids.entity()
        drafts.append(
            Draft("person_added", person, {"name": f"{given} {family}", "organisation": firms[firm]})
        )
        phone = phone_number(index)
        drafts.append(_contact(ids, person, "phone", phone, read_phone(phone, "").digits))
        if chance.random() < WITH_ADDRESS:
            own = f"{given}.{family}{index}@example.org".casefold()
            drafts.append(_contact(ids, person, "email", own, own))
        yield (person, phone), tuple(drafts)


def _contact(ids: SeededIds, person: EntityId, kind: str, value: str, key: str) -> Draft:
    return Draft("contact_added", ids.entity(), {"person": person, "kind": kind, "value": value, "key": key})


def _new(made: Office, ids: SeededIds, verb: str, fields: dict[str, Any]) -> EntityId:
    uid = ids.entity()
    made.drafts.append(Draft(verb, uid, fields))
    return uid


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
        (priority,) = _PRIORITIES.drawn(chance)
        (source,) = _SOURCES.drawn(chance)
        plan = PLANS[priority]
        fields: dict[str, Any] = {
            "number": number, "subject": self._subjects[int(chance.random() * SUBJECTS)],
            "status": cast.statuses[0], "source": source, "caller": person, "topic": topic,
            "department": department, "priority": priority, "agent": agent, "team": None, "plan": plan.key,
            "target": plan.target_minutes, "calendar": None if plan.round_the_clock else cast.calendar,
            f"follow:{taker}": True, f"follow:{agent}": True,
        }  # fmt: skip
        if chance.random() < TO_A_TEAM:
            fields["agent"] = None
            fields["team"] = cast.teams[int(chance.random() * len(cast.teams))]
            del fields[f"follow:{agent}"]
            fields[f"follow:{taker}"] = True
        verb = "called" if source == "phone" else "messaged"
        first = self._entry(verb, uid, opened, taker, (person, phone))
        acts: list[Act] = [(Draft("opened", uid, fields, uid, opened, taker), first)]
        now = self._worked_on(acts, uid, opened, agent, fields, (person, phone))
        return tuple(acts + self._ending(uid, now, agent, age))

    def _worked_on(
        self, acts: list[Act], uid: EntityId, opened: int, agent: EntityId, fields: dict[str, Any],
        caller: tuple[EntityId, str],
    ) -> int:  # fmt: skip
        """Add what happens until the end; gives the time of the last of it."""
        chance, cast = self._chance, self._cast
        now = opened + int(chance.expovariate(1 / (20 * MINUTE))) + MINUTE
        if fields["agent"] is None:
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

    def _ending(self, uid: EntityId, now: int, agent: EntityId, age: float) -> list[Act]:
        """How it ends, if it does: about one in ten is open, most of those among the newest."""
        chance, (open_, waiting, resolved, closed) = self._chance, self._cast.statuses
        still = OLD_OPEN if age > NEWEST else NEWEST_OPEN
        luck = chance.random()

        def standing(verb: str, status: EntityId, at: int) -> Act:
            return (Draft(verb, uid, {"status": status}, uid, at, agent),)

        if luck < still:
            return [standing("status_set", waiting, now + MINUTE)] if luck < still * WAITING else []
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
        fields: dict[str, Any] = {"text": self._text(), "person": person}
        if verb == "called":
            seconds = 20 + int(self._chance.expovariate(1 / 200))
            fields |= {
                "direction": "in", "number": phone, "started": at, "seconds": seconds, "disposition": "",
                "withheld": False,
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


def _numbers(store: Store) -> Iterator[str]:
    while True:
        yield format_number(*store.journal.next_number())


def _batches(things: Iterator[_Thing], size: int) -> Iterator[list[_Thing]]:
    while batch := list(islice(things, size)):
        yield batch
