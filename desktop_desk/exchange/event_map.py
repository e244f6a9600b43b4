"""The map that says how another system's event log is to be read; its format is in docs/manual/importing.md."""

import codecs
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from desktop_desk.domain.errors import Invalid, NotFound
from desktop_desk.domain.tickets import PRIORITIES, SOURCES, STATES, TicketState
from desktop_desk.i18n import _

Mode = Literal["events", "snapshots"]
MODES: tuple[Mode, ...] = ("events", "snapshots")
ORDERS = ("file", "time")
GROUPS = ("team", "department")
ISO, UNIX, UNIX_MS = "iso", "unix", "unix_ms"
"""Names of time formats that are no strptime pattern."""

ACTIVITIES = (
    "opened", "assigned", "reassigned", "released", "prioritised", "status", "resolved", "closed", "reopened",
    "edited", "note", "reply", "message", "call", "ignore",
)  # fmt: skip
"""What an activity of the log can be mapped to."""

ONE = (
    "id", "time", "opened", "activity", "by", "caller", "caller_phone", "caller_email", "organisation", "agent",
    "group", "department", "status", "priority", "source", "due", "reassignments", "reopens", "text",
)  # fmt: skip
"""Columns of which the map names one."""
SEVERAL = ("row", "subject", "details", "topic", "tags")
"""Columns of which the map may name several."""


@dataclass(frozen=True, slots=True)
class MappedStatus:
    """A status as the desk calls it, and the state that it stands for."""

    name: str
    state: TicketState


@dataclass(frozen=True, slots=True)
class FileFormat:
    """How the file is written; `empty` are the cells that say nothing besides the empty one."""

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    empty: frozenset[str] = frozenset({""})
    order: str = "file"


@dataclass(frozen=True, slots=True)
class Creation:
    """What things of the log become on the desk.

    Attributes:
        group: "team" or "department".
        department: where tickets and agents of a log without departments belong.
        opening_status: the status of a ticket before its first row.
    """

    group: str = "team"
    department: str = ""
    opening_status: MappedStatus = MappedStatus("Open", "open")


@dataclass(frozen=True, slots=True)
class EventMap:
    """How to read one kind of event log.

    Attributes:
        source: the name of the other system; part of every id that the import makes.
        one, several: columns by what they hold, named as in the file.
        formats: time formats in the order they are tried; zone: None is the desk's own.
        statuses: a cell to a status; None says nothing, and the status stays.
        priorities, sources: a cell to one of ours.
        activities: a cell to one of ACTIVITIES.
    """

    source: str
    mode: Mode
    file: FileFormat
    formats: tuple[str, ...]
    zone: ZoneInfo | None
    one: Mapping[str, str]
    several: Mapping[str, tuple[str, ...]]
    statuses: Mapping[str, MappedStatus | None]
    priorities: Mapping[str, str]
    sources: Mapping[str, str]
    activities: Mapping[str, str]
    create: Creation

    def columns(self) -> tuple[str, ...]:
        """Every column that the file must have, once each."""
        named = [*self.one.values(), *(name for names in self.several.values() for name in names)]
        return tuple(dict.fromkeys(named))


def load_map(path: Path) -> EventMap:
    """Read a map from a TOML file; NotFound without the file, Invalid with what is wrong in it."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NotFound(_("There is no map at {path}.").format(path=path)) from None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise _wrong(_("The map {path} cannot be read: {why}.").format(path=path, why=why)) from error
    return read_map(text)


def read_map(text: str) -> EventMap:
    """The map that a TOML text describes; Invalid with a sentence for the first thing wrong."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(_("The map is no valid TOML: {why}.").format(why=error)) from error
    _only(table, "", (*_TOP, *_TABLES))
    mode = cast("Mode", _choice(table, "mode", MODES, "events"))
    one, several = _columns(_table(table, "columns"))
    for needed in ("id", "time", *(("activity",) if mode == "events" else ())):
        if needed not in one:
            raise _wrong(_("The map names no column for “{what}”.").format(what=needed))
    time = _table(table, "time")
    _only(time, "time", ("formats", "zone"))
    statuses = _statuses(_table(table, "status"))
    source = _text(table, "source")
    if not source:
        raise _wrong(
            _("The map does not name its source."), _('Begin it with: source = "name of the system"')
        )
    return EventMap(
        source=source,
        mode=mode,
        file=_file(_table(table, "file")),
        formats=_formats(time),
        zone=_zone(_text(time, "zone")),
        one=one,
        several=several,
        statuses=statuses,
        priorities=_names(table, "priority", tuple(PRIORITIES)),
        sources=_names(table, "source_names", SOURCES),
        activities=_names(table, "activity", ACTIVITIES),
        create=_creation(_table(table, "create"), statuses),
    )


_TOP = ("source", "mode")
_TABLES = ("file", "time", "columns", "status", "priority", "source_names", "activity", "create")


def _wrong(reason: str, advice: str = "") -> Invalid:
    return Invalid("map", reason, advice or _("The format is described in the manual under “Importing”."))


def _only(table: Mapping[str, Any], where: str, known: tuple[str, ...]) -> None:
    for name in table:
        if name not in known:
            place = f"{where}.{name}" if where else name
            reason = _("The map has a setting “{name}” that is not known.").format(name=place)
            raise _wrong(reason, _("Known here: {names}.").format(names=", ".join(known)))


def _table(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = table.get(name, {})
    if not isinstance(value, dict):
        raise _wrong(_("In the map, [{name}] must be a table.").format(name=name))
    return cast("dict[str, Any]", value)


def _text(table: Mapping[str, Any], name: str, default: str = "") -> str:
    value = table.get(name, default)
    if not isinstance(value, str):
        raise _wrong(_("In the map, “{name}” must be a text.").format(name=name))
    return value


def _texts(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = table.get(name, ())
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, (list, tuple)) or not all(
        isinstance(part, str) for part in cast("list[object]", value)
    ):
        raise _wrong(_("In the map, “{name}” must be a text or a list of texts.").format(name=name))
    return tuple(cast("list[str]", value))


def _choice(table: Mapping[str, Any], name: str, choices: tuple[str, ...], default: str) -> str:
    value = _text(table, name, default)
    if value not in choices:
        message = _("In the map, {name} = “{value}” is not one of: {choices}.")
        raise _wrong(message.format(name=name, value=value, choices=", ".join(choices)))
    return value


def _names(table: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> Mapping[str, str]:
    names = _table(table, name)
    return {outside: _choice(names, outside, choices, "") for outside in names}


def _file(table: Mapping[str, Any]) -> FileFormat:
    _only(table, "file", ("encoding", "delimiter", "quote", "empty", "order"))
    encoding = _text(table, "encoding", "utf-8")
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise _wrong(
            _("The map names an encoding “{name}” that is not known.").format(name=encoding)
        ) from None
    delimiter, quote = _text(table, "delimiter", ","), _text(table, "quote", '"')
    if len(delimiter) != 1 or delimiter in "\r\n" or len(quote) > 1 or delimiter == quote:
        raise _wrong(_("In the map, delimiter and quote must be one character each, and not the same."))
    # A byte order mark is no part of the first column's name.
    encoding = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
    empty = frozenset({"", *_texts(table, "empty")})
    return FileFormat(encoding, delimiter, quote, empty, _choice(table, "order", ORDERS, "file"))


def _formats(table: Mapping[str, Any]) -> tuple[str, ...]:
    formats = _texts(table, "formats") or (ISO,)
    for format_ in formats:
        if format_ not in (ISO, UNIX, UNIX_MS) and "%" not in format_:
            message = _(
                "The map's time format “{format}” is neither iso, unix, unix_ms nor a pattern with %."
            )
            raise _wrong(message.format(format=format_))
    return formats


def _zone(name: str) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        reason = _("The map names a time zone “{name}” that is not known.").format(name=name)
        raise _wrong(reason, _("Zones are named by place, for example Europe/Berlin, or UTC.")) from None


def _columns(table: Mapping[str, Any]) -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    _only(table, "columns", (*ONE, *SEVERAL))
    one = {name: _text(table, name) for name in table if name in ONE}
    several = {name: _texts(table, name) for name in table if name in SEVERAL}
    return {name: column for name, column in one.items() if column}, several


def _statuses(table: Mapping[str, Any]) -> Mapping[str, MappedStatus | None]:
    found: dict[str, MappedStatus | None] = {}
    for outside in table:
        if table[outside] == "":
            found[outside] = None
            continue
        entry = {"state": table[outside]} if isinstance(table[outside], str) else _table(table, outside)
        _only(entry, f"status.{outside}", ("state", "name"))
        state = cast("TicketState", _choice(entry, "state", STATES, ""))
        found[outside] = MappedStatus(_text(entry, "name") or outside, state)
    return found


def _creation(table: Mapping[str, Any], statuses: Mapping[str, MappedStatus | None]) -> Creation:
    _only(table, "create", ("group", "department", "opening_status"))
    opening = Creation().opening_status
    named = _text(table, "opening_status")
    if named:
        known = statuses.get(named)
        if known is None:
            raise _wrong(_("The map's opening_status “{name}” is not under [status].").format(name=named))
        opening = known
    return Creation(_choice(table, "group", GROUPS, "team"), _text(table, "department"), opening)
