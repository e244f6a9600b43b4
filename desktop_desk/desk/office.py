"""The office: agents, departments, teams, roles, topics, statuses and the desk's settings."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from desktop_desk.desk.acting import priority_letter
from desktop_desk.desk.directory import Agent, Directory, Settings, Status, Topic
from desktop_desk.desk.letter_settings import TEMPLATE, is_letter_field, letter_field
from desktop_desk.desk.lists import Lists
from desktop_desk.desk.mailboxes import MAILBOX_FIELDS, mailbox_field
from desktop_desk.desk.ports import Draft, Position
from desktop_desk.desk.routing import named
from desktop_desk.desk.texts import one_line, plain_text
from desktop_desk.desk.views import Done
from desktop_desk.domain.calendars import business_calendar
from desktop_desk.domain.choices import one_of
from desktop_desk.domain.errors import Invalid, NotFound
from desktop_desk.domain.facts import EntityId
from desktop_desk.domain.permissions import PERMISSIONS
from desktop_desk.domain.tickets import STATES
from desktop_desk.i18n import _

KINDS: Mapping[str, str] = {
    "agent": "office.agents", "department": "office.departments", "team": "office.teams", "role": "office.roles",
    "topic": "office.topics", "status": "office.settings",
    "mailbox": "office.settings",
}  # fmt: skip
"""Kinds of office things with the permission to change each."""

CLOSABLE = ("topic", "caller", "department", "agent", "team")
"""Fields that an office may require before a ticket ends."""

_LOGIN = re.compile(r"[\w.-]{1,40}")
YEARS_AHEAD, YEARS_BACK = 8, 3


class OfficeWork(Lists):
    """Verbs of whoever runs the desk."""

    def add(self, kind: str, **fields: Any) -> Done:
        """Make a department, team, role, topic or status from its fields; references by id, login or name."""
        with self._store.writing():
            self._require(KINDS[kind])
            directory = self._store.directory()
            kept = {
                name: value
                for name, value in self._checked(kind, fields, directory, None).items()
                if value is not None
            }
            if not kept.get("name"):
                raise Invalid("name", _("A name is needed."))
            if kind == "status" and "state" not in kept:
                raise Invalid("state", _("A status stands for one of the states."), one_of(STATES))
            uid = self._new_id.entity()
            return self._write([Draft(f"{kind}_added", uid, kept)], None, uid=uid)

    def change(self, kind: str, uid: str, *, seen: Position | None = None, **fields: Any) -> Done:
        """Change fields of an office thing; what is as it was is not written."""
        with self._store.writing():
            self._require(KINDS[kind])
            directory = self._store.directory()
            thing = self._thing(directory, kind, uid)
            if kind == "status" and fields.get("state", thing.state) != thing.state:
                raise Invalid(
                    "state", _("The state of a status stays as it is."), _("Make another status instead.")
                )
            kept = self._checked(kind, fields, directory, thing.uid)
            changed = {name: value for name, value in kept.items() if value != _standing(thing, name)}
            self._refuse_loss(thing, changed, directory)
            drafts = [Draft(f"{kind}_edited", thing.uid, changed)] if changed else []
            return self._write(drafts, seen, uid=thing.uid)

    def deactivate(self, kind: str, uid: str, *, release: tuple[str, ...] = (), message: str = "") -> Done:
        """Take something out of use; what it holds stays as it is, but for the tickets to release.

        Args:
            release: numbers of tickets that are given back in the same act, each with the message.
        """
        with self._store.writing():
            self._require(KINDS[kind])
            directory = self._store.directory()
            thing = self._thing(directory, kind, uid)
            self._refuse_loss(thing, {"active": False}, directory)
            records = self._tickets_for(release, "ticket.release") if release else ()
            drafts = [Draft(f"{kind}_edited", thing.uid, {"active": False})] if thing.active else []
            return self._write([*drafts, *self._releasing(records, message)], None, records, thing.uid)

    def activate(self, kind: str, uid: str) -> Done:
        """Bring something back into use."""
        return self.change(kind, uid, active=True)

    def settings(self) -> Settings:
        """What holds for the whole desk."""
        with self._store.reading():
            return self._store.directory().settings

    def change_settings(self, *, seen: Position | None = None, **fields: Any) -> Done:
        """Change name, country, region, zone, lock_minutes, required_to_close or the default department.

        Country, region and zone make a new business calendar for tickets from now on; those that have a due time
        keep the calendar they were given.
        """
        with self._store.writing():
            self._require("office.settings")
            directory = self._store.directory()
            settings = directory.settings
            kept = self._settings_checked(fields, directory)
            changed = {name: value for name, value in kept.items() if value != _standing(settings, name)}
            drafts: list[Draft] = []
            if changed.keys() & {"country", "region", "zone"}:
                place = {
                    name: changed.get(name, getattr(settings, name)) for name in ("country", "region", "zone")
                }
                drafts.append(calendar_draft(self._new_id.entity(), self._today().year, **place))
                changed["calendar"] = drafts[0].entity
            if changed:
                drafts.append(Draft("desk_changed", settings.uid, changed))
            done = self._write(drafts, seen, uid=settings.uid)
            if "zone" in changed:
                # The days of reports are those of the zone: everything counted so far is counted anew.
                self._store.check(rebuild=True, progress=None)
            return done

    def _refuse_loss(self, thing: Any, changed: Mapping[str, Any], directory: Directory) -> None:
        """Invalid for a change after which nobody could log a ticket, or change the office back."""
        if isinstance(thing, Topic) and changed.get("parent"):
            refuse_own_ancestor(thing, changed["parent"], directory)
        leaves = changed.get("active") is False
        if isinstance(thing, Status) and leaves:
            others = (status for status in directory.statuses if status.active and status.uid != thing.uid)
            if all(status.state != thing.state for status in others):
                raise Invalid(
                    "active",
                    _("“{name}” is the last status for its state.").format(name=thing.name),
                    _("Make another one first."),
                )
        if isinstance(thing, Agent):
            if leaves and thing.uid == self._actor:
                raise Invalid("active", _("You cannot deactivate yourself."), _("Ask another administrator."))
            others = (agent for agent in directory.agents if agent.uid != thing.uid)
            is_loss = thing.admin and (leaves or changed.get("admin") is False)
            if is_loss and not any(agent.admin and agent.active and agent.password for agent in others):
                raise Invalid(
                    "admin",
                    _("{name} is the last administrator.").format(name=thing.name),
                    _("Make somebody else an administrator first."),
                )

    def _thing(self, directory: Directory, kind: str, uid: str) -> Any:
        look_up = getattr(directory, kind)
        found = look_up(uid)
        if found is None:
            raise NotFound(_("There is no such {kind}.").format(kind=_(kind)))
        return found

    def _checked(
        self, kind: str, fields: Mapping[str, Any], directory: Directory, own: str | None
    ) -> dict[str, Any]:
        """The fields of an office thing, with references as ids; Invalid or NotFound for what cannot be taken."""
        kept: dict[str, Any] = {}
        for name, value in fields.items():
            kept.update(self._field(kind, name, value, directory, own))
        return kept

    def _field(
        self, kind: str, name: str, value: Any, directory: Directory, own: str | None
    ) -> dict[str, Any]:
        if kind == "mailbox" and name in MAILBOX_FIELDS:
            return {name: mailbox_field(name, value, directory)}
        if kind == "department" and is_letter_field(name):
            return {name: letter_field(name, value)}
        references = {
            "department": directory.department, "role": directory.role, "agent": directory.agent,
            "team": directory.team, "manager": directory.agent, "lead": directory.agent, "parent": directory.topic,
        }  # fmt: skip
        if name in references:
            found = named(references[name], value, name)
            return {name: found.uid if found else None}
        match name:
            case "name":
                kept = self._free_name(kind, one_line(str(value or ""), "name"), directory, own)
            case "login":
                kept = self._free_login(str(value or ""), directory, own)
            case "members" | "teams":
                return self._members(kind, name, value, directory, own)
            case "roles":
                return self._roles(value, directory)
            case "email" | "phone":
                kept = plain_text(str(value or ""), name)
            case "active" | "admin" | "assign_members_only":
                kept = bool(value)
            case _:
                kept = self._chosen(name, value)
        return {name: kept}

    def _chosen(self, name: str, value: Any) -> str | list[str]:
        """A value from a closed list."""
        match name:
            case "permissions":
                return sorted(self._known(value, PERMISSIONS, name))
            case "required_to_close":
                return self._known(value, CLOSABLE, name)
            case "priority":
                return priority_letter(value) if value else ""
            case "state":
                return self._known([value], STATES, name)[0]
            case _:
                raise Invalid(name, _("There is no field “{name}”.").format(name=name))

    def _roles(self, value: Mapping[str, str | None], directory: Directory) -> dict[str, Any]:
        """An agent's roles in departments as one field each; no role takes one away."""
        return {
            f"role:{named(directory.department, department, 'department').uid}": named(
                directory.role, role, "role"
            ).uid
            if role
            else None
            for department, role in value.items()
        }

    def _members(
        self, kind: str, name: str, value: Iterable[str], directory: Directory, own: str | None
    ) -> dict[str, Any]:
        """Members of a team as one field each; removed ones are set to false."""
        if kind != "team":
            raise Invalid(name, _("Teams keep their own members."), _("Edit the team."))
        chosen = {named(directory.agent, login, "agent").uid for login in value}
        team = directory.team(own)
        before = set(team.members) if team else set[str]()
        return {f"member:{uid}": uid in chosen for uid in sorted(chosen | before)}

    def _free_name(self, kind: str, name: str, directory: Directory, own: str | None) -> str:
        other = None if kind == "agent" else getattr(directory, kind)(name)
        if other is not None and other.uid != own:
            raise Invalid(
                "name", _("There is a {kind} called “{name}” already.").format(kind=_(kind), name=name)
            )
        return name

    def _free_login(self, login: str, directory: Directory, own: str | None) -> str:
        kept = good_login(login)
        other = directory.agent(kept)
        if other is not None and other.uid != own:
            raise Invalid(
                "login", _("There is an agent with the login “{login}” already.").format(login=kept)
            )
        return kept

    def _known(self, values: Iterable[str], known: Iterable[str], field: str) -> list[str]:
        allowed = tuple(known)
        chosen = list(values)
        for value in chosen:
            if value not in allowed:
                raise Invalid(field, _("“{value}” is not known.").format(value=value), one_of(allowed))
        return chosen

    def _settings_checked(self, fields: Mapping[str, Any], directory: Directory) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for name, value in fields.items():
            match name:
                case _ if name.startswith(TEMPLATE):
                    kept[name] = letter_field(name, value)
                case "name":
                    kept["name"] = one_line(str(value), "name")
                case "country" | "region" | "zone":
                    kept[name] = str(value or "").strip()
                case "lock_minutes":
                    kept["lock_minutes"] = _whole_number(value, "lock_minutes")
                case "required_to_close" | "department":
                    kept.update(self._field("desk", name, value, directory, None))
                case _:
                    raise Invalid(name, _("There is no setting “{name}”.").format(name=name))
        return kept


def refuse_own_ancestor(topic: Topic, parent: str, directory: Directory) -> None:
    """Invalid when a topic would stand below itself."""
    above, passed = directory.topic(parent), set[str]()
    while above is not None and above.uid not in passed:
        if above.uid == topic.uid:
            raise Invalid("parent", _("A topic cannot stand below itself."), _("Choose another one."))
        passed.add(above.uid)
        above = directory.topic(above.parent)


def good_login(login: str) -> str:
    """A login name as it is kept; Invalid for one that cannot be typed after an @."""
    kept = login.strip()
    if not _LOGIN.fullmatch(kept):
        raise Invalid("login", _("A login is letters, digits, dots and dashes."), _("For example: jane.doe"))
    return kept


def calendar_draft(uid: EntityId, year: int, *, country: str, region: str, zone: str) -> Draft:
    """The business calendar of a place as a fact, with its holidays written out: later releases change nothing."""
    years = range(year - YEARS_BACK, year + YEARS_AHEAD + 1)
    calendar = business_calendar(country or None, region or None, zone, years)
    return Draft("calendar_added", uid, calendar.to_fields())


def _whole_number(value: Any, field: str) -> int:
    try:
        return max(0, int(value))
    except (TypeError, ValueError) as error:
        raise Invalid(field, _("A number is needed."), _("For example: 15")) from error


def _standing(thing: Any, name: str) -> Any:
    """A field of an office thing as facts hold it."""
    if name.startswith("role:"):
        return thing.roles.get(name.removeprefix("role:"))
    if name.startswith("member:"):
        return name.removeprefix("member:") in thing.members
    value: Any = getattr(thing, name, None)
    if name == "permissions":
        return sorted(value)
    return list(value) if name == "required_to_close" else value
