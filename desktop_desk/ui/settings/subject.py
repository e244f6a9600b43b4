"""What an office list needs to know of its things: how they are listed, edited and saved."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.directory import Directory, Named
from desktop_desk.desk.office import KINDS
from desktop_desk.desk.views import Done, OrganisationView, PersonHit, PersonView
from desktop_desk.i18n import _
from desktop_desk.ui.settings.editors import Choices, Value
from desktop_desk.ui.settings.form import Entry
from desktop_desk.ui.widgets.table import Column


@dataclass(frozen=True, slots=True)
class Line:
    """One row of an office list; the cells follow the columns, and the word for what is out of use comes after them."""

    uid: str
    name: str
    cells: tuple[str, ...]
    active: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """What the lists are made from; each takes what it needs.

    Attributes:
        people: those found, in their order.
        person: the one who is shown in the form; None until he is read.
    """

    directory: Directory
    people: tuple[PersonHit, ...] = ()
    organisations: tuple[OrganisationView, ...] = ()
    person: PersonView | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What hangs on a thing that is about to be put out of use."""

    tickets: tuple[str, ...] = ()
    """Numbers of the open tickets an agent holds."""


class Subject(ABC):
    """One kind of thing of the office.

    Attributes:
        kind: the Desk's word for it.
        title, one: translated name of the list and of one thing, in lower case.
        empty: what to say when there is none.
        searches: the desk finds what is typed in the filter; else the list is whole and filtered here.
        retires: its things can be put out of use.
    """

    kind: str
    title: str
    one: str
    empty: str
    searches = False
    retires = True

    @property
    def needs(self) -> tuple[str, str]:
        """The permissions to add a thing, and to change one."""
        return KINDS[self.kind], KINDS[self.kind]

    def read(self, desk: Desk, words: str) -> Source:
        """What the list is made from; `words` are for a subject that searches."""
        return Source(desk.directory())

    def look_up(self, desk: Desk, source: Source, uid: str) -> Source:
        """What the form of one thing needs besides; nothing by default."""
        return source

    @abstractmethod
    def columns(self) -> tuple[Column, ...]:
        """The columns of the list; one that says "out of use" is added to those that can be put out of use."""

    @abstractmethod
    def entries(self) -> tuple[Entry, ...]:
        """The lines of the form."""

    @abstractmethod
    def lines(self, source: Source) -> list[Line]:
        """Every thing of this kind, by name."""

    @abstractmethod
    def values(self, source: Source, uid: str | None) -> dict[str, Value]:
        """What the form shows of a thing; of None what a new one begins with."""

    def choices(self, source: Source) -> dict[str, Choices]:
        """What can be chosen in the entries that choose."""
        return {}

    def problems(self, values: Mapping[str, Value], *, adding: bool) -> dict[str, str]:
        """What the form itself can see is wrong, by entry."""
        return {} if values.get("name") else {"name": _("Type a name.")}

    def entry_of(self, field: str, *, adding: bool) -> str:
        """The form's entry for a field that the desk found wrong."""
        return field

    @abstractmethod
    def add(self, desk: Desk, values: Mapping[str, Value]) -> Done:
        """Make a new one."""

    @abstractmethod
    def edit(self, desk: Desk, uid: str, changes: Mapping[str, Value]) -> Done:
        """Save what was changed of one."""

    def held(self, desk: Desk, source: Source, uid: str) -> Held:
        """What hangs on it, looked up before it is put out of use."""
        return Held()


def text(values: Mapping[str, Value], name: str) -> str:
    """A text of a form; empty when it is not there."""
    value = values.get(name)
    return value if isinstance(value, str) else ""


def chosen(values: Mapping[str, Value], name: str) -> str | None:
    """A chosen key; None when nothing is chosen."""
    return text(values, name) or None


def fields(changes: Mapping[str, Value]) -> dict[str, Any]:
    """Changed values as keywords for the desk, which checks each."""
    return dict(changes)


def in_use(things: Iterable[Named]) -> list[tuple[str, str]]:
    """Things of the office to choose from: those that are not out of use."""
    return [(thing.uid, thing.name) for thing in things if thing.active]


def ticked(values: Mapping[str, Value], name: str) -> tuple[str, ...]:
    """Ticked keys."""
    value = values.get(name)
    return tuple(value) if isinstance(value, list) else ()
