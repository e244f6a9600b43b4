"""The demo desk's people, stories and scenes, as their data files tell them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from random import Random
from typing import Any

from desktop_desk.exchange.vocabulary import word_lists


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens in a story: a verb with what stands after its colon, and a text."""

    verb: str
    detail: str
    text: str

    @classmethod
    def parse(cls, line: str) -> "Step":
        """Read "verb:detail text"; a detail of several words ends where a sentence begins."""
        verb, _, rest = (
            line.partition(":") if ":" in line.split(" ", 1)[0] else (line.split(" ", 1)[0], "", "")
        )
        if not rest:
            return cls(verb, "", line.partition(" ")[2])
        known = next((name for name in _DETAILS if rest.startswith(name)), rest.split(" ", 1)[0])
        return cls(verb, known, rest.removeprefix(known).strip())


_DETAILS = ("System Administrators", "Waiting for caller", "Waiting for a part")


@dataclass(frozen=True, slots=True)
class Story:
    """A small story that can happen again and again with other names; `cases` are subject, opening and ending."""

    topic: str
    priority: str
    cases: tuple[tuple[str, str, str], ...]
    steps: tuple[Step, ...]
    quick: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """A ticket that lies on the desk when the demo is opened; steps as (minutes after the opening, login, step)."""

    subject: str
    caller: str
    topic: str
    priority: str
    ago: int
    taker: str
    agent: str
    seconds: int
    opening: str
    steps: tuple[tuple[int, str, Step], ...]


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller of the demo."""

    name: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    organisation: str


def table(name: str) -> Mapping[str, Any]:
    """A data file of the demo."""
    return tomllib.loads((files("desktop_desk") / "resources" / "demo" / name).read_text(encoding="utf-8"))


def stories() -> tuple[tuple[Story, ...], Mapping[str, list[str]]]:
    """Every story, and the words for what stands in braces."""
    told = table("stories.toml")
    made = tuple(
        Story(
            topic=each["topic"],
            priority=each["priority"],
            cases=tuple((subject, opening, ending) for subject, opening, ending in each["cases"]),
            steps=tuple(map(Step.parse, each["steps"])),
            quick=each.get("quick", False),
        )
        for each in told["story"]
    )
    return made, told["slots"]


def scenes() -> tuple[Scene, ...]:
    """What lies on the desk when the demo is opened, oldest first."""
    made: list[Scene] = []
    for each in table("scenes.toml")["scene"]:
        steps: list[tuple[int, str, Step]] = []
        for line in each["steps"]:
            minutes, login, rest = line.split(" ", 2)
            steps.append((int(minutes), login, Step.parse(rest)))
        fields = {
            name: each.get(name, "") for name in ("subject", "caller", "topic", "priority", "taker", "agent")
        }
        made.append(
            Scene(
                ago=each["ago"],
                seconds=each["seconds"],
                opening=each["opening"],
                steps=tuple(steps),
                **fields,
            )
        )
    return tuple(sorted(made, key=lambda scene: -scene.ago))


def callers(chance: Random, count: int) -> tuple[Caller, ...]:
    """The named callers of the demo, and others made of names until there are `count`."""
    named = [
        Caller(each["name"], tuple(each["phones"]), tuple(each.get("emails", ())), each["organisation"])
        for each in table("people.toml")["caller"]
    ]
    names = word_lists("names.txt")
    used = {caller.name for caller in named}
    for place in range(count - len(named)):
        name = ""
        while not name or name in used:
            name = f"{chance.choice(names['given'])} {chance.choice(names['family'])}"
        used.add(name)
        firm = names["firms"][int(chance.random() ** 2 * len(names["firms"]))]
        phones = [f"+49 30 23125 {500 + place * 3}"]
        if place % 3 == 0:
            phones.append(f"+44 7700 900{100 + place}")
        login = name.casefold().encode("ascii", "ignore").decode().replace(" ", ".")
        domain = firm.casefold().replace(" & ", "-").replace(" ", "-")
        emails = (f"{login}@{domain}.example",) if place % 2 == 0 else ()
        named.append(Caller(name, tuple(phones), emails, firm))
    return tuple(named)


def filled(text: str, slots: Mapping[str, str]) -> str:
    """A text of a story with its words filled in."""
    for name, word in slots.items():
        text = text.replace("{" + name + "}", word)
    return text
