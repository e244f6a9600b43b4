"""The lists of departments and teams."""

from collections.abc import Mapping

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import Done
from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.settings.agents import agent_choices
from desktop_desk.ui.settings.editors import ChoiceEditor, Choices, LineEditor, TickEditor, TickList, Value
from desktop_desk.ui.settings.form import Entry
from desktop_desk.ui.settings.subject import Line, Source, Subject, chosen, fields, text, ticked
from desktop_desk.ui.widgets.table import Column


class Departments(Subject):
    """The parts of the office."""

    kind = "department"

    def __init__(self) -> None:
        self.title = _("Departments")
        self.one = _("department")
        self.empty = _("No departments yet.")

    def columns(self) -> tuple[Column, ...]:
        """Name, manager, number of agents."""
        return (
            Column("name", _("Name"), width=200, stretch=True),
            Column("manager", _("Manager"), width=160),
            Column("agents", _("Agents"), "count", width=80),
        )

    def entries(self) -> tuple[Entry, ...]:
        """Its name, who manages it, and who may be given its tickets."""
        return (
            Entry("name", _("&Name"), LineEditor),
            Entry("manager", _("&Manager"), ChoiceEditor),
            Entry(
                "assign_members_only",
                "",
                lambda: TickEditor(_("Assign &only to its own agents")),
                _("Tickets of this department go to nobody outside it."),
            ),
        )

    def lines(self, source: Source) -> list[Line]:
        """Every department, by name."""
        directory = source.directory
        names = {str(agent.uid): agent.name for agent in directory.agents}
        return [
            Line(
                thing.uid,
                thing.name,
                (
                    thing.name,
                    names.get(thing.manager or "", ""),
                    str(sum(agent.department == thing.uid and agent.active for agent in directory.agents)),
                ),
                thing.active,
            )
            for thing in sorted(directory.departments, key=lambda thing: thing.name.casefold())
        ]

    def values(self, source: Source, uid: str | None) -> dict[str, Value]:
        """What the department is now."""
        directory = source.directory
        thing = next((thing for thing in directory.departments if thing.uid == uid), None)
        if thing is None:
            return {}
        return {
            "name": thing.name,
            "manager": thing.manager,
            "assign_members_only": thing.assign_members_only,
        }

    def choices(self, source: Source) -> dict[str, Choices]:
        """Any active agent may manage it."""
        directory = source.directory
        return {"manager": agent_choices(directory)}

    def add(self, desk: Desk, values: Mapping[str, Value]) -> Done:
        """Make the department."""
        return desk.add(
            "department",
            name=text(values, "name"),
            manager=chosen(values, "manager"),
            assign_members_only=bool(values.get("assign_members_only")),
        )

    def edit(self, desk: Desk, uid: str, changes: Mapping[str, Value]) -> Done:
        """Save what was changed."""
        return desk.change("department", uid, **fields(changes))


class Teams(Subject):
    """Agents of any department who share tickets."""

    kind = "team"

    def __init__(self) -> None:
        self.title = _("Teams")
        self.one = _("team")
        self.empty = _("No teams yet. A team shares tickets across departments.")

    def columns(self) -> tuple[Column, ...]:
        """Name, lead, members."""
        return (
            Column("name", _("Name"), width=200, stretch=True),
            Column("lead", _("Lead"), width=160),
            Column("members", _("Members"), width=120),
        )

    def entries(self) -> tuple[Entry, ...]:
        """Its name, its lead, and who belongs to it."""
        return (
            Entry("name", _("&Name"), LineEditor),
            Entry("lead", _("&Lead"), ChoiceEditor),
            Entry(
                "phone",
                _("&Phone line"),
                LineEditor,
                _("Queue or number that rings for the team: calls nobody takes there are the team's."),
            ),
            Entry("members", _("&Members"), lambda: TickList(rows=12), _("Space ticks an agent.")),
        )

    def lines(self, source: Source) -> list[Line]:
        """Every team, by name."""
        directory = source.directory
        names = {str(agent.uid): agent.name for agent in directory.agents}
        return [
            Line(
                thing.uid,
                thing.name,
                (thing.name, names.get(thing.lead or "", ""), members_count(len(thing.members))),
                thing.active,
            )
            for thing in sorted(directory.teams, key=lambda thing: thing.name.casefold())
        ]

    def values(self, source: Source, uid: str | None) -> dict[str, Value]:
        """What the team is now."""
        directory = source.directory
        thing = next((thing for thing in directory.teams if thing.uid == uid), None)
        return (
            {"name": thing.name, "lead": thing.lead, "phone": thing.phone, "members": list(thing.members)}
            if thing
            else {}
        )

    def choices(self, source: Source) -> dict[str, Choices]:
        """Every active agent."""
        directory = source.directory
        agents = agent_choices(directory)
        return {"lead": agents, "members": agents[1:]}

    def add(self, desk: Desk, values: Mapping[str, Value]) -> Done:
        """Make the team."""
        return desk.add(
            "team",
            name=text(values, "name"),
            lead=chosen(values, "lead"),
            phone=text(values, "phone"),
            members=ticked(values, "members"),
        )

    def edit(self, desk: Desk, uid: str, changes: Mapping[str, Value]) -> Done:
        """Save what was changed."""
        return desk.change("team", uid, **fields(changes))


def members_count(count: int) -> str:
    """How many belong to a team, in words."""
    return ngettext("{count} agent", "{count} agents", count).format(count=count)
