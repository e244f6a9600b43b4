"""The list of roles: named sets of permissions."""

from collections.abc import Mapping

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import Done
from desktop_desk.i18n import _
from desktop_desk.ui.settings.editors import LineEditor, TickList, Value
from desktop_desk.ui.settings.form import Entry
from desktop_desk.ui.settings.permission_texts import permission_choices
from desktop_desk.ui.settings.subject import Line, Source, Subject, fields, text, ticked
from desktop_desk.ui.widgets.table import Column


class Roles(Subject):
    """What agents may do."""

    kind = "role"

    def __init__(self) -> None:
        self.title = _("Roles")
        self.one = _("role")
        self.empty = _("No roles yet. A role says what an agent may do.")

    def columns(self) -> tuple[Column, ...]:
        """Name, how many permissions, how many agents."""
        return (
            Column("name", _("Name"), width=200, stretch=True),
            Column("permissions", _("Permissions"), "count", width=110),
            Column("agents", _("Agents"), "count", width=80),
        )

    def entries(self) -> tuple[Entry, ...]:
        """Its name and the ticks."""
        return (
            Entry("name", _("&Name"), LineEditor),
            Entry(
                "permissions",
                _("An agent with this role &may"),
                lambda: TickList(permission_choices(), rows=22),
                _("Space ticks a permission. Administrators may do everything."),
            ),
        )

    def lines(self, source: Source) -> list[Line]:
        """Every role, by name."""
        directory = source.directory
        return [
            Line(
                thing.uid,
                thing.name,
                (
                    thing.name,
                    str(len(thing.permissions)),
                    str(sum(agent.role == thing.uid and agent.active for agent in directory.agents)),
                ),
                thing.active,
            )
            for thing in sorted(directory.roles, key=lambda thing: thing.name.casefold())
        ]

    def values(self, source: Source, uid: str | None) -> dict[str, Value]:
        """What the role is now, in the order of the list."""
        directory = source.directory
        thing = next((thing for thing in directory.roles if thing.uid == uid), None)
        return {"name": thing.name, "permissions": sorted(thing.permissions)} if thing else {}

    def add(self, desk: Desk, values: Mapping[str, Value]) -> Done:
        """Make the role."""
        return desk.add("role", name=text(values, "name"), permissions=ticked(values, "permissions"))

    def edit(self, desk: Desk, uid: str, changes: Mapping[str, Value]) -> Done:
        """Save what was changed."""
        return desk.change("role", uid, **fields(changes))
