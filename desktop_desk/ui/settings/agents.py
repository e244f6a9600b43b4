"""The list of agents."""

from collections.abc import Mapping
from typing import Any

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.directory import Directory
from desktop_desk.desk.passwords import SHORTEST_PASSWORD
from desktop_desk.desk.views import Done
from desktop_desk.domain.tickets import LIVE_STATES
from desktop_desk.i18n import _
from desktop_desk.ui.settings.editors import ChoiceEditor, Choices, LineEditor, TickEditor, TickList, Value
from desktop_desk.ui.settings.extra_roles_editor import ExtraRolesEditor, extra_role, extra_role_of
from desktop_desk.ui.settings.form import Entry
from desktop_desk.ui.settings.subject import Held, Line, Source, Subject, chosen, in_use, text, ticked
from desktop_desk.ui.settings.whereabouts import no_choice
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.table import Column

MOST_HELD = 10_000
NOT_FIELDS = ("new_password", "again", "teams", "roles")


class Agents(Subject):
    """Those who work at the desk."""

    kind = "agent"

    def __init__(self, look: Appearance) -> None:
        self._look = look
        self.title = _("Agents")
        self.one = _("agent")
        self.empty = _("No agents yet.")

    def columns(self) -> tuple[Column, ...]:
        """Name, login, department, role."""
        return (
            Column("name", _("Name"), width=150, stretch=True),
            Column("login", _("User name"), width=84),
            Column("department", _("Department"), width=136),
            Column("role", _("Role"), width=120, spare=2),
        )

    def entries(self) -> tuple[Entry, ...]:
        """Who it is, where he works, and what he may do."""
        return (
            Entry("name", _("&Name"), LineEditor),
            Entry("login", _("&User name"), LineEditor, _("Short, without blanks; typed to log in.")),
            Entry("email", _("&E-mail"), LineEditor),
            Entry("phone", _("&Phone"), LineEditor),
            Entry("department", _("&Department"), ChoiceEditor),
            Entry("role", _("&Role in this department"), ChoiceEditor),
            Entry("roles", _("Works &also in"), lambda: ExtraRolesEditor(self._look)),
            Entry("teams", _("&Teams"), TickList),
            Entry(
                "admin",
                "",
                lambda: TickEditor(_("Adm&inistrator")),
                _("May change agents, lists and settings."),
            ),
            Entry("password", _("Pass&word"), _password, when="adding", secret=True),
            Entry("new_password", _("New pass&word"), _new_password, when="editing", secret=True),
            Entry("again", _("Password a&gain"), _password, secret=True),
        )

    def lines(self, source: Source) -> list[Line]:
        """Every agent, by name."""
        directory = source.directory
        departments = {str(thing.uid): thing.name for thing in directory.departments}
        roles = {str(thing.uid): thing.name for thing in directory.roles}
        return [
            Line(
                agent.uid,
                agent.name,
                (
                    agent.name,
                    agent.login,
                    departments.get(agent.department or "", ""),
                    _("Administrator") if agent.admin else roles.get(agent.role or "", ""),
                ),
                agent.active,
            )
            for agent in sorted(directory.agents, key=lambda agent: agent.name.casefold())
        ]

    def values(self, source: Source, uid: str | None) -> dict[str, Value]:
        """A new agent begins in the first department with the first role."""
        directory = source.directory
        agent = next((agent for agent in directory.agents if agent.uid == uid), None)
        if agent is None:
            first = next((thing.uid for thing in directory.departments if thing.active), None)
            role = next((thing.uid for thing in directory.roles if thing.active), None)
            return {"department": first, "role": role}
        return {
            "name": agent.name,
            "login": agent.login,
            "email": agent.email,
            "phone": agent.phone,
            "department": agent.department,
            "role": agent.role,
            "roles": [
                extra_role(department, role)
                for department, role in agent.roles.items()
                if role and department != agent.department
            ],
            "teams": [team.uid for team in directory.teams if agent.uid in team.members],
            "admin": agent.admin,
        }

    def choices(self, source: Source) -> dict[str, Choices]:
        """Departments, roles and teams in use."""
        directory = source.directory
        return {
            "department": in_use(directory.departments),
            "role": in_use(directory.roles),
            "roles": [],
            "teams": in_use(directory.teams),
        }

    def problems(self, values: Mapping[str, Value], *, adding: bool) -> dict[str, str]:
        """A name, a user name, and the password twice."""
        found = super().problems(values, adding=adding)
        if not text(values, "login"):
            found["login"] = _("Type a user name.")
        field = "password" if adding else "new_password"
        password = text(values, field)
        if (adding or password) and len(password) < SHORTEST_PASSWORD:
            found[field] = _("A password needs at least {n} characters.").format(n=SHORTEST_PASSWORD)
        elif password != text(values, "again"):
            found["again"] = _("The two passwords differ. Type the same one twice.")
        return found

    def entry_of(self, field: str, *, adding: bool) -> str:
        """A password has another entry for an agent who has one already."""
        return "new_password" if field == "password" and not adding else field

    def add(self, desk: Desk, values: Mapping[str, Value]) -> Done:
        """Make the agent, who can log in at once."""
        return desk.add_agent(
            text(values, "login"),
            text(values, "name"),
            text(values, "password"),
            department=chosen(values, "department"),
            role=chosen(values, "role"),
            teams=ticked(values, "teams"),
            email=text(values, "email"),
            phone=text(values, "phone"),
            admin=bool(values.get("admin")),
            roles=dict(map(extra_role_of, ticked(values, "roles"))),
        )

    def edit(self, desk: Desk, uid: str, changes: Mapping[str, Value]) -> Done:
        """Save what was changed; a new password is an act of its own."""
        fields: dict[str, Any] = {name: value for name, value in changes.items() if name not in NOT_FIELDS}
        if "roles" in changes:
            agent = desk.directory().agent(uid)
            before = dict.fromkeys(agent.roles if agent else ())
            fields["roles"] = before | dict(map(extra_role_of, ticked(changes, "roles")))
        password = text(changes, "new_password")
        done = desk.set_password(uid, password) if password else None
        if not fields and "teams" not in changes and done is not None:
            return done
        return desk.edit_agent(uid, teams=ticked(changes, "teams") if "teams" in changes else None, **fields)

    def held(self, desk: Desk, source: Source, uid: str) -> Held:
        """The open tickets that the agent holds."""
        directory = source.directory
        agent = next(agent for agent in directory.agents if agent.uid == uid)
        return Held(open_tickets(desk, agent.login))


def open_tickets(desk: Desk, login: str) -> tuple[str, ...]:
    """Numbers of the open tickets assigned to an agent."""
    return tuple(
        hit.row.number
        for state in LIVE_STATES
        for hit in desk.search(f'agent:"{login}" is:{state}', limit=MOST_HELD)
    )


def _password() -> LineEditor:
    return LineEditor(hidden=True)


def _new_password() -> LineEditor:
    return LineEditor(hidden=True, placeholder=_("Leave empty to keep the old one"))


def agent_choices(directory: Directory) -> Choices:
    """Active agents to choose one from, or none."""
    agents = sorted(
        (agent for agent in directory.agents if agent.active), key=lambda agent: agent.name.casefold()
    )
    return [no_choice(), *((agent.uid, agent.name) for agent in agents)]
