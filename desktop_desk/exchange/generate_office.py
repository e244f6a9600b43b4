"""The office of a generated desk: who works there, who calls, and ids that are the same each time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random, SystemRandom
from typing import Any

from desktop_desk.desk.ports import Draft
from desktop_desk.domain.facts import EntityId
from desktop_desk.domain.phones import read_phone
from desktop_desk.exchange.vocabulary import phone_number, word_lists

UNTIL = int(datetime(2026, 11, 20, 17, tzinfo=UTC).timestamp() * 1000)
"""When the last ticket of a generated desk was opened, ms: fixed, so that a seed makes the same desk every day."""

_DEPARTMENTS = ("Support", "System Administrators", "Sales", "Maintenance", "Accounts", "Human Resources")
_TEAMS = ("Network", "Workplaces", "Printing", "Telephony", "Building", "Night shift")
_TOPICS = 36
_AGENTS = 37
"""Besides john, jane and admin."""
WITH_ADDRESS = 0.3
"""How many callers have an e-mail address."""
FIRM_SIZE = 0.12
"""The first firms have most callers: the rate of the falling curve."""


class SeededIds:
    """New ids from a seed, or such as nobody else has: entities are UUIDs of version 7 in order, salts are bytes."""

    def __init__(self, seed: int | None, start: int = UNTIL) -> None:
        # Reproducible is what is wanted of a seed; the system's chance is safe.
        self._chance = SystemRandom() if seed is None else Random(f"ids {seed}")  # noqa: S311
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
    for place, noun in enumerate(words["nouns"][:_TOPICS]):
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
