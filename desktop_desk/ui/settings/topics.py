"""The list of topics: what tickets are about."""

from collections.abc import Mapping

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.directory import Directory, Topic
from desktop_desk.desk.office import CLOSABLE
from desktop_desk.desk.views import Done
from desktop_desk.domain.tickets import PRIORITIES
from desktop_desk.i18n import _
from desktop_desk.ui.settings.agents import agent_choices
from desktop_desk.ui.settings.editors import ChoiceEditor, Choices, LineEditor, TickList, Value
from desktop_desk.ui.settings.form import Entry
from desktop_desk.ui.settings.subject import Line, Source, Subject, chosen, fields, in_use, text, ticked
from desktop_desk.ui.settings.whereabouts import no_choice
from desktop_desk.ui.widgets.table import Column


class Topics(Subject):
    """What a ticket can be about, and what follows from it."""

    kind = "topic"

    def __init__(self) -> None:
        self.title = _("Topics")
        self.one = _("topic")
        self.empty = _("No topics yet. A topic sets department, priority and assignee of a ticket.")

    def columns(self) -> tuple[Column, ...]:
        """Name with its parents, department, priority, who gets it."""
        return (
            Column("name", _("Topic"), width=200, stretch=True),
            Column("department", _("Department"), width=170),
            Column("priority", _("Sev"), "severity", width=56),
            Column("assignee", _("Goes to"), width=140),
        )

    def entries(self) -> tuple[Entry, ...]:
        """What a ticket of this topic begins with, and what it needs to be closed."""
        return (
            Entry("name", _("&Name"), LineEditor),
            Entry("parent", _("&Under"), ChoiceEditor),
            Entry("department", _("&Department"), ChoiceEditor),
            Entry("priority", _("&Priority"), ChoiceEditor),
            Entry("agent", _("&Agent"), ChoiceEditor, _("Gets every ticket of this topic.")),
            Entry("team", _("&Team"), ChoiceEditor, _("Or a team, when no agent is chosen.")),
            Entry(
                "required_to_close", _("Must be filled in to &close"), lambda: TickList(required_choices())
            ),
        )

    def lines(self, source: Source) -> list[Line]:
        """Every topic, under its parents."""
        directory = source.directory
        departments = {str(thing.uid): thing.name for thing in directory.departments}
        takers = {str(thing.uid): thing.name for thing in (*directory.agents, *directory.teams)}
        found = [
            Line(
                thing.uid,
                topic_path(directory, thing),
                (
                    topic_path(directory, thing),
                    departments.get(thing.department or "", ""),
                    thing.priority,
                    takers.get(thing.agent or thing.team or "", ""),
                ),
                thing.active,
            )
            for thing in directory.topics
        ]
        return sorted(found, key=lambda line: line.name.casefold())

    def values(self, source: Source, uid: str | None) -> dict[str, Value]:
        """What the topic is now."""
        directory = source.directory
        thing = next((thing for thing in directory.topics if thing.uid == uid), None)
        if thing is None:
            return {}
        return {
            "name": thing.name,
            "parent": thing.parent,
            "department": thing.department,
            "priority": thing.priority,
            "agent": thing.agent,
            "team": thing.team,
            "required_to_close": list(thing.required_to_close),
        }

    def choices(self, source: Source) -> dict[str, Choices]:
        """What is in use."""
        directory = source.directory
        return {
            "parent": [no_choice(), *topic_choices(directory)],
            "department": [no_choice(), *in_use(directory.departments)],
            "priority": [no_choice(), *priority_choices()],
            "agent": agent_choices(directory),
            "team": [no_choice(), *in_use(directory.teams)],
        }

    def add(self, desk: Desk, values: Mapping[str, Value]) -> Done:
        """Make the topic."""
        return desk.add(
            "topic",
            name=text(values, "name"),
            parent=chosen(values, "parent"),
            department=chosen(values, "department"),
            priority=chosen(values, "priority"),
            agent=chosen(values, "agent"),
            team=chosen(values, "team"),
            required_to_close=ticked(values, "required_to_close"),
        )

    def edit(self, desk: Desk, uid: str, changes: Mapping[str, Value]) -> Done:
        """Save what was changed."""
        return desk.change("topic", uid, **fields(changes))


def topic_path(directory: Directory, topic: Topic) -> str:
    """A topic's name after those of its parents: "Network › VPN"; a parent that comes round again ends it."""
    by_uid = {thing.uid: thing for thing in directory.topics}
    names: list[str] = []
    seen: set[str] = set()
    step: Topic | None = topic
    while step is not None and step.uid not in seen:
        seen.add(step.uid)
        names.append(step.name)
        step = by_uid.get(step.parent) if step.parent else None
    return " › ".join(reversed(names))


def topic_choices(directory: Directory) -> list[tuple[str, str]]:
    """Topics in use by their paths."""
    used = sorted((topic_path(directory, thing), thing.uid) for thing in directory.topics if thing.active)
    return [(uid, path) for path, uid in used]


def priority_choices() -> list[tuple[str, str]]:
    """The four priorities, most urgent first, with their letters."""
    return [(letter, f"{letter} · {_(name)}") for letter, name in PRIORITIES.items()]


def required_choices() -> list[tuple[str, str]]:
    """Fields of a ticket that the office can ask for before it is closed."""
    names = {
        "topic": _("Topic"),
        "caller": _("Caller"),
        "department": _("Department"),
        "agent": _("Agent"),
        "team": _("Team"),
    }
    return [(field, names[field]) for field in CLOSABLE]
