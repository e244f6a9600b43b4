"""Disputes about the office: fields that two people set unseen by each other, and things that two people made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from desktop_desk.desk.directory import (
    Agent,
    Department,
    Directory,
    Mailbox,
    Named,
    Role,
    Settings,
    Status,
    Team,
    Topic,
)  # fmt: skip
from desktop_desk.desk.office import KINDS, calendar_draft
from desktop_desk.desk.ports import Draft
from desktop_desk.desk.revoking import Revoking
from desktop_desk.desk.views import Counters, Done, Rival
from desktop_desk.domain.errors import Invalid, NotFound
from desktop_desk.domain.facts import Fact, State, fold, in_time
from desktop_desk.domain.office import QUIET
from desktop_desk.domain.tickets import PRIORITIES
from desktop_desk.i18n import N_, _

DESK, SETTINGS = "desk", "office.settings"
PLACE = ("country", "region", "zone")
SECRET = ("password", "public_key", "wrapped_key")

FIELDS: Mapping[str, str] = {
    "name": N_("Name"), "login": N_("Login"), "email": N_("E-mail"), "phone": N_("Phone"), "role": N_("Role"),
    "department": N_("Department"), "active": N_("In use"), "admin": N_("Administrator"),
    "password": N_("Password"), "manager": N_("Manager"), "lead": N_("Lead"), "parent": N_("Part of"),
    "assign_members_only": N_("Only to its members"), "permissions": N_("Permissions"), "priority": N_("Priority"),
    "agent": N_("Agent"), "team": N_("Team"), "state": N_("State"), "required_to_close": N_("Closed only with"),
    "country": N_("Country"), "region": N_("Region"), "zone": N_("Time zone"), "lock_minutes": N_("Lock after"),
    "language": N_("Language"), "receipts": N_("Receipts"), "address": N_("Address"), "topic": N_("Topic"),
}  # fmt: skip

_KIND_OF: Mapping[type, str] = {
    Agent: "agent", Department: "department", Team: "team", Role: "role", Topic: "topic", Status: "status",
    Mailbox: "mailbox", Settings: DESK,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class OfficeDifference:
    """A field of an office thing that two people set without having seen each other.

    Attributes:
        kind: "agent", "department", …; "desk" for the settings.
        name: of the thing; `label`: the field as people call it.
        shown, rivals: values as people see them; each can be given to `settle_office`.
    """

    kind: str
    uid: str
    name: str
    field: str
    label: str
    shown: str
    rivals: tuple[Rival, ...]


@dataclass(frozen=True, slots=True)
class Twin:
    """One of several things with the same name: who made it, when (ms) and in which copy of the desk."""

    uid: str
    name: str
    by_name: str
    at: int
    place: str


@dataclass(frozen=True, slots=True)
class OfficeDuplicate:
    """Things in use that have the same name, agents the same login; oldest first."""

    kind: str
    name: str
    twins: tuple[Twin, ...]


class Disputes(Revoking):
    """Verbs about what people who run the desk did at the same time in several places."""

    def counters(self) -> Counters:
        """How many tickets each queue holds; and "office": what differs or is there twice, and the actor may settle."""
        with self._store.reading():
            known = super().counters()
            directory, may = self._store.directory(), self._may_settle()
            kinds = [_KIND_OF[type(thing)] for thing, _field in fields_in_dispute(directory)]
            kinds += [kind for kind, _things in duplicates_in(directory)]
            return Counters({**known.queues, "office": sum(map(may, kinds))}, known.total)

    def office_differences(self) -> tuple[OfficeDifference, ...]:
        """Fields of the office in conflict, of the kinds that the actor may change; by kind and name."""
        with self._store.reading():
            directory, may = self._store.directory(), self._may_settle()
            found = [
                self._difference(directory, thing, field)
                for thing, field in fields_in_dispute(directory)
                if may(_KIND_OF[type(thing)])
            ]
        return tuple(sorted(found, key=lambda one: (one.kind, one.name.casefold(), one.uid, one.label)))

    def office_duplicates(self) -> tuple[OfficeDuplicate, ...]:
        """Things in use that share a name, of the kinds that the actor may change.

        A new name for one of them, or putting it out of use, settles it.
        """
        with self._store.reading():
            directory, may = self._store.directory(), self._may_settle()
            return tuple(
                OfficeDuplicate(kind, key_of(kind, things[0]), self._twins(things))
                for kind, things in duplicates_in(directory)
                if may(kind)
            )

    def settle_office(self, uid: str, field: str, value: str) -> Done:
        """Choose between the values of an office thing's field that two people set; `value` is one of those shown.

        Raises:
            NotFound: there is no such thing. Invalid: the field is in no conflict, or this is none of its values.
        """
        with self._store.writing():
            directory = self._store.directory()
            thing = _thing_of(directory, uid)
            if thing is None:
                raise NotFound(_("There is no such thing in the office."))
            kind = _KIND_OF[type(thing)]
            self._require(KINDS.get(kind, SETTINGS))
            if (thing, field) not in fields_in_dispute(directory):
                raise Invalid(
                    "field",
                    _("{name} has no difference in “{field}”.").format(name=thing.name, field=field[:40]),
                )
            state = fold(self._store.journal.of_entity(thing.uid, None))
            choice = _chosen(directory, state, field, value)
            if kind != DESK:
                self._refuse_loss(thing, {field: choice.fields[field]}, directory)
            done = self._write(self._choosing(kind, thing, field, choice), None, uid=thing.uid)
            if kind == DESK and field == "zone":
                # As after a change of it: the days of reports are those of the zone.
                self._store.check(rebuild=True, progress=None)
            return done

    def _choosing(self, kind: str, thing: Any, field: str, choice: Fact) -> Sequence[Draft]:
        """The facts by which a field gets this value for good, with all that goes with it."""
        value = choice.fields[field]
        if field == "password":
            replaced = {"purged": ["password", "wrapped_key"], "only_seen": True}
            secret = {name: choice.fields[name] for name in SECRET if name in choice.fields}
            return [Draft("purged", thing.uid, replaced), Draft("password_set", thing.uid, secret)]
        if kind != DESK:
            return [Draft(f"{kind}_edited", thing.uid, {field: value})]
        if field not in PLACE:
            return [Draft("desk_changed", thing.uid, {field: value})]
        place = {name: getattr(thing, name) for name in PLACE} | {field: value}
        calendar = calendar_draft(self._new_id.entity(), self._today().year, **place)
        return [calendar, Draft("desk_changed", thing.uid, {field: value, "calendar": calendar.entity})]

    def _may_settle(self) -> Callable[[str], bool]:
        me = self._me()
        return lambda kind: self._may(me, KINDS.get(kind, SETTINGS))

    def _difference(self, directory: Directory, thing: Any, field: str) -> OfficeDifference:
        state = fold(self._store.journal.of_entity(thing.uid, None))
        rivals = tuple(self._rival(fact, _worded(directory, field, fact)) for fact in state.rivals[field])
        shown = _worded(directory, field, state.heads[field])
        return OfficeDifference(
            _KIND_OF[type(thing)], thing.uid, thing.name, field, _label(directory, field), shown, rivals
        )

    def _twins(self, things: Sequence[Named]) -> tuple[Twin, ...]:
        twins: list[Twin] = []
        for thing in things:
            first = min(self._store.journal.of_entity(thing.uid, None), key=in_time)
            made = self._rival(first, "")
            twins.append(Twin(thing.uid, thing.name, made.by_name, made.at, made.place))
        return tuple(sorted(twins, key=lambda twin: (twin.at, twin.uid)))


def fields_in_dispute(directory: Directory) -> list[tuple[Any, str]]:
    """Every field of the office that somebody has to settle, with the thing it is of."""
    found: list[tuple[Any, str]] = []
    for uid, fields in directory.rivals.items():
        thing = _thing_of(directory, uid)
        if thing is not None:
            found.extend((thing, field) for field in fields if field not in QUIET)
    return found


def duplicates_in(directory: Directory) -> list[tuple[str, list[Any]]]:
    """Things in use that have one name, with their kind."""
    same: dict[tuple[str, str], list[Any]] = {}
    for thing in _things(directory):
        if thing.active:
            kind = _KIND_OF[type(thing)]
            same.setdefault((kind, key_of(kind, thing).casefold()), []).append(thing)
    return [(kind, group) for (kind, _key), group in same.items() if len(group) > 1]


def key_of(kind: str, thing: Any) -> str:
    """What no two things of a kind should share: an agent's login, anything else's name."""
    return thing.login if kind == "agent" else thing.name


def _thing_of(directory: Directory, uid: str) -> Any:
    """The office thing with this id, the settings among them; None for what was withdrawn, or is another matter."""
    if uid and uid == directory.settings.uid:
        return directory.settings
    return next((thing for thing in _things(directory) if thing.uid == uid), None)


def _things(directory: Directory) -> tuple[Any, ...]:
    """Everything that people who run the desk make, but the settings."""
    return (
        *directory.agents, *directory.departments, *directory.teams, *directory.roles, *directory.topics,
        *directory.statuses, *directory.mailboxes,
    )  # fmt: skip


def _chosen(directory: Directory, state: State, field: str, value: str) -> Fact:
    """The fact whose value was chosen by its words, or as facts hold it."""
    choices = (state.heads[field], *state.rivals[field])
    wanted = value.strip().casefold()
    for fact in choices:
        raw = "" if field == "password" else str(fact.fields[field]).casefold()
        if wanted == _worded(directory, field, fact).casefold() or (raw and wanted == raw):
            return fact
    shown = ", ".join(_worded(directory, field, fact) for fact in choices)
    raise Invalid("value", _("“{value}” is none of the values.").format(value=value[:40]), shown)


def _label(directory: Directory, field: str) -> str:
    kind, _colon, uid = field.partition(":")
    match kind:
        case "role" if uid:
            return _("Role in {department}").format(department=directory.name_of(uid) or uid)
        case "member":
            return _("Member {agent}").format(agent=directory.name_of(uid) or uid)
        case _:
            return _(FIELDS.get(field, field))


def _worded(directory: Directory, field: str, fact: Fact) -> str:
    """A value as people see it; of a password only when it was set."""
    value: Any = fact.fields[field]
    if field == "password":
        when = datetime.fromtimestamp(fact.at // 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
        return _("the password of {when} UTC").format(when=when) if value else _("no password")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, list):
        return ", ".join(_(str(one)) for one in cast("list[object]", value))
    if field == "priority":
        return f"{_(PRIORITIES[value])} (Sev-{value})" if value in PRIORITIES else str(value)
    return directory.name_of(str(value)) or str(value)
