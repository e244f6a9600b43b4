"""The list of organisations that callers belong to."""

from collections.abc import Mapping

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import Done
from desktop_desk.i18n import _
from desktop_desk.ui.settings.editors import LineEditor, Value
from desktop_desk.ui.settings.form import Entry
from desktop_desk.ui.settings.subject import Line, Source, Subject, text
from desktop_desk.ui.widgets.table import Column


class Organisations(Subject):
    """Companies, schools, households: whatever callers belong to."""

    kind = "organisation"
    retires = False

    def __init__(self) -> None:
        self.title = _("Organisations")
        self.one = _("organisation")
        self.empty = _("No organisations yet.")

    @property
    def needs(self) -> tuple[str, str]:
        """Organisations have permissions of their own."""
        return "org.create", "org.edit"

    def read(self, desk: Desk, words: str) -> Source:
        """Every organisation."""
        return Source(desk.directory(), organisations=desk.organisations())

    def columns(self) -> tuple[Column, ...]:
        """Name and how many people."""
        return (
            Column("name", _("Name"), width=260, stretch=True),
            Column("people", _("People"), "count", width=80),
        )

    def entries(self) -> tuple[Entry, ...]:
        """Its name."""
        return (Entry("name", _("&Name"), LineEditor),)

    def lines(self, source: Source) -> list[Line]:
        """Every organisation, by name."""
        known = sorted(source.organisations, key=lambda thing: thing.name.casefold())
        return [Line(thing.uid, thing.name, (thing.name, str(thing.people))) for thing in known]

    def values(self, source: Source, uid: str | None) -> dict[str, Value]:
        """What the organisation is now."""
        thing = next((thing for thing in source.organisations if thing.uid == uid), None)
        return {"name": thing.name} if thing else {}

    def add(self, desk: Desk, values: Mapping[str, Value]) -> Done:
        """Make the organisation."""
        return desk.add_organisation(text(values, "name"))

    def edit(self, desk: Desk, uid: str, changes: Mapping[str, Value]) -> Done:
        """Save what was changed."""
        return desk.edit_organisation(uid, name=text(changes, "name"))
