"""What an agent is told of, and how: the matrix of events, quiet hours, and when a due time is near; pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from desktop_desk.domain.calendars import MINUTE, Calendar, instant, local_day
from desktop_desk.domain.choices import one_of
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import EntityId, Fact
from desktop_desk.i18n import N_, _

EVENTS: Mapping[str, str] = {
    "mention": N_("A colleague mentions me with @"),
    "assigned": N_("A ticket is handed to me or my team"),
    "new": N_("A new ticket"),
    "caller": N_("The caller wrote or called again"),
    "colleague": N_("A colleague's note, reply or call"),
    "status": N_("Resolved, closed, reopened"),
    "changed": N_("Anything else that is changed"),
    "bounce": N_("A mail could not be delivered"),
    "difference": N_("Two people changed the same thing"),
    "due_soon": N_("A due time comes near"),
    "promise": N_("A time set by hand comes near"),
    "overdue": N_("A ticket becomes overdue"),
    "call_back": N_("A promised call is due"),
    "missed": N_("A call that nobody took"),
}
"""What can happen, the weightiest first, with the words for each."""

RELATIONS: Mapping[str, str] = {
    "mine": N_("mine"),
    "team": N_("my teams"),
    "followed": N_("followed"),
    "all": N_("all"),
}
"""How a ticket can be related to an agent. Of his department's tickets those that nobody has count as his teams'."""

CHANNELS: Mapping[str, str] = {
    "list": N_("For me"),
    "tray": N_("notification"),
    "sound": N_("sound"),
    "mail": N_("mail"),
}
"""The ways of telling."""

_ANY = ("mine", "team", "followed", "all")
RELATIONS_OF: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(EVENTS, _ANY),
    "mention": ("mine",), "assigned": ("mine", "team"), "new": ("team", "all"), "call_back": ("mine", "team"),
    "missed": ("mine", "team", "all"),
}  # fmt: skip
"""Which cells of the matrix mean anything."""

_DEFAULTS: Mapping[tuple[str, str], str] = {
    ("mention", "mine"): "list tray sound",
    ("assigned", "mine"): "list tray sound", ("assigned", "team"): "tray",
    ("new", "team"): "tray",
    ("caller", "mine"): "list tray", ("caller", "team"): "tray", ("caller", "followed"): "list",
    ("colleague", "mine"): "list tray", ("colleague", "followed"): "list",
    ("status", "mine"): "list tray", ("status", "followed"): "list tray",
    ("changed", "mine"): "list", ("changed", "followed"): "list",
    ("bounce", "mine"): "list tray", ("bounce", "followed"): "list tray",
    ("difference", "mine"): "list tray", ("difference", "followed"): "list",
    ("due_soon", "mine"): "list tray",
    ("promise", "mine"): "list tray",
    ("overdue", "mine"): "list tray",
    ("call_back", "mine"): "list tray sound", ("call_back", "team"): "list tray",
    ("missed", "mine"): "list tray sound", ("missed", "team"): "list tray", ("missed", "all"): "list tray",
}  # fmt: skip

ALWAYS: frozenset[tuple[str, str]] = frozenset(
    {
        ("mention", "mine"),
        *(("call_back", each) for each in RELATIONS),
        *(("missed", each) for each in RELATIONS),
    }
)
"""What stands in For me however it is set: it is owed, or was meant for this agent alone."""

PREFIX = "notice:"
"""Before the field of an agent for each cell that he has set: "notice:EVENT:RELATION"."""

LEAD_MINUTES = 60
"""So many working minutes before a due time it is near, but never more than a quarter of what was promised."""

MENTION = re.compile(r"(?<![\w@.])@([\w.-]+)")
"""A login that a text names."""

_CELL = re.compile(r"notice:([a-z_]+):([a-z]+)")
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Matrix:
    """What one agent has set; a cell that he has not set has its default."""

    own: Mapping[tuple[str, str], frozenset[str]] = field(
        default_factory=dict[tuple[str, str], frozenset[str]]
    )

    def cell(self, event: str, relation: str) -> frozenset[str]:
        """The channels of one cell."""
        found = self.own.get((event, relation))
        if found is None:
            found = frozenset(_DEFAULTS.get((event, relation), "").split())
        return found | {"list"} if (event, relation) in ALWAYS else found

    def channels(self, event: str, relations: Iterable[str]) -> dict[str, str]:
        """Each channel by which an event is told, with the nearest of the relations that says so."""
        near = set(relations)
        found: dict[str, str] = {}
        for relation in RELATIONS_OF[event]:
            if relation in near:
                for channel in self.cell(event, relation):
                    found.setdefault(channel, relation)
        return found


def matrix_of(kept: Mapping[str, str]) -> Matrix:
    """The matrix from an agent's fields; what this version does not know counts for nothing."""
    own: dict[tuple[str, str], frozenset[str]] = {}
    for name, value in kept.items():
        found = _CELL.fullmatch(name)
        if found and found[2] in RELATIONS_OF.get(found[1], ()):
            own[found[1], found[2]] = frozenset(str(value).split()) & CHANNELS.keys()
    return Matrix(own)


def cell_field(event: str, relation: str, channels: Iterable[str]) -> tuple[str, str]:
    """A cell as the field of a fact.

    Raises:
        Invalid: there is no such event, relation or channel, or the two do not go together.
    """
    if event not in EVENTS:
        raise Invalid("event", _("There is no event “{name}”.").format(name=event[:40]), one_of(EVENTS))
    if relation not in RELATIONS_OF[event]:
        reason = _("“{event}” is not told for “{name}”.").format(event=event, name=relation[:40])
        raise Invalid("relation", reason, one_of(RELATIONS_OF[event]))
    wanted = set(channels)
    for channel in sorted(wanted - CHANNELS.keys()):
        raise Invalid("channel", _("There is no way “{name}”.").format(name=channel[:40]), one_of(CHANNELS))
    return f"{PREFIX}{event}:{relation}", " ".join(each for each in CHANNELS if each in wanted)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which an agent is not disturbed: daily from `start` to `end` (minutes), and whole `days` (0: Monday).

    An end that is not after the start lies on the next day.
    """

    start: int = 0
    end: int = 0
    days: frozenset[int] = frozenset()

    def __str__(self) -> str:
        span = f"{clock(self.start)}-{clock(self.end)}" if self.start != self.end else ""
        return " ".join((*([span] if span else []), *(_DAYS[day] for day in sorted(self.days))))

    def until(self, at: int, zone: ZoneInfo) -> int | None:
        """When the quiet that is at a moment ends, ms; None when there is none. Spans that touch are one."""
        end: int | None = None
        moment = at
        for _again in range(16):
            found = max(
                (until for since, until in self._spans(moment, zone) if since <= moment < until), default=None
            )
            if found is None:
                return end
            end = moment = found
        return end

    def _spans(self, at: int, zone: ZoneInfo) -> Iterable[tuple[int, int]]:
        today = local_day(at, zone)
        for day in (today - timedelta(days=1), today):
            if day.weekday() in self.days:
                yield instant(day, 0, zone), instant(day, _DAY_MINUTES, zone)
            if self.start != self.end:
                after = day if self.end > self.start else day + timedelta(days=1)
                yield instant(day, self.start, zone), instant(after, self.end, zone)


def read_quiet(text: str) -> Quiet | None:
    """Quiet hours from a text such as "18:00-07:30 sat sun"; None for "" and "off".

    Raises:
        Invalid: it cannot be read.
    """
    words = text.replace(",", " ").replace("–", "-").casefold().split()
    if not words or words == ["off"]:
        return None
    start = end = 0
    days: set[int] = set()
    for word in words:
        since, dash, until = word.partition("-")
        if word[:3] in _DAYS and word[:3].isalpha():
            first = _DAYS.index(word[:3])
            last = _DAYS.index(until[:3]) if dash and until[:3] in _DAYS else first
            days |= {day % 7 for day in range(first, last + 1 if last >= first else last + 8)}
        elif dash and start == end:
            start, end = read_clock(since), read_clock(until)
        else:
            raise _no_quiet(text)
    if not days and start == end:
        raise _no_quiet(text)
    return Quiet(start, end, frozenset(days))


def _no_quiet(text: str) -> Invalid:
    reason = _("“{text}” are no quiet hours.").format(text=text[:40])
    return Invalid("quiet", reason, _("For example: 18:00-07:30 sat sun"))


def kept_quiet(text: str) -> Quiet | None:
    """The same from what is kept; what a newer version wrote disturbs nobody's sleep and nobody's work: none."""
    try:
        return read_quiet(text)
    except Invalid:
        return None


def read_clock(text: str) -> int:
    """Minutes since midnight of a time of day; Invalid for a text that is none."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise Invalid(
            "time", _("“{text}” is no time of day.").format(text=text[:20]), _("For example: 07:30")
        )
    return int(found[1]) * 60 + int(found[2])


def clock(minutes: int) -> str:
    """A time of day as people write it."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def next_at(minutes: int, after: int, zone: ZoneInfo) -> int:
    """When it is that time of day next, strictly after a moment, ms."""
    day = local_day(after, zone)
    found = instant(day, minutes, zone)
    return found if found > after else instant(day + timedelta(days=1), minutes, zone)


def lead_of(target_minutes: int) -> int:
    """How many working minutes before it a due time is near, by how much time was promised at all."""
    return min(LEAD_MINUTES, max(target_minutes // 4, 1)) if target_minutes > 0 else LEAD_MINUTES


def near_from(due: int, minutes: int, calendar: Calendar | None) -> int:
    """The moment (ms) from which so many working minutes are left until a due time; plain ones without a calendar.

    A calendar without hours within the fortnight before counts plain minutes.
    """
    if calendar is None:
        return due - minutes * MINUTE
    left = minutes * MINUTE
    day: date = local_day(due, ZoneInfo(calendar.zone))
    for _back in range(15):
        for since, until in reversed(calendar.intervals(day)):
            worked = min(until, due) - since
            if worked >= left:
                return min(until, due) - left
            left -= max(worked, 0)
        day -= timedelta(days=1)
    return due - minutes * MINUTE


def mentions(text: str, login: str) -> bool:
    """Whether a text names an agent's login with @."""
    wanted = login.casefold()
    return any(found.rstrip(".-").casefold() == wanted for found in MENTION.findall(text))


def events_of(parts: Iterable[Fact], agent: EntityId, login: str, teams: Iterable[str]) -> tuple[str, ...]:
    """What one act on one ticket is for an agent, the weightiest first; nothing where it is no news to anybody."""
    mine = {agent, *teams}
    found: set[str] = set()
    facts = list(parts)
    for fact in facts:
        fields = fact.fields
        if fact.verb in _GIVING and any(fields.get(name) in mine for name in ("agent", "team")):
            found.add("assigned")
        if fact.verb in _WRITTEN and mentions(str(fields.get("text") or ""), login):
            found.add("mention")
        if fact.verb in _EVENT_OF:
            found.add(_EVENT_OF[fact.verb])
        elif fact.verb == "called":
            found.add("colleague" if fields.get("direction") == "out" else "caller")
        elif fact.verb == "messaged":
            found.add("bounce" if fields.get("kind") == "bounce" else "caller")
    if "new" in found:
        # Its first words and what was set with them belong to it.
        found -= {"caller", "changed", "colleague"}
    if "bounce" in found:
        found -= {"colleague", "caller"}
    if len(found - {"assigned", "changed"}) > 0:
        found.discard("changed")
    return tuple(event for event in EVENTS if event in found)


_WRITTEN = frozenset({"noted", "replied", "called"})
"""What agents write; whom a caller names is nobody's news."""

_GIVING = frozenset({"opened", "assigned", "reassigned", "claimed"})
_EVENT_OF: Mapping[str, str] = {
    "opened": "new", "replied": "colleague", "noted": "colleague", "mail_failed": "bounce",
    "status_set": "status", "resolved": "status", "closed": "status", "reopened": "status",
    "edited": "changed", "assigned": "changed", "claimed": "changed", "reassigned": "changed",
    "released": "changed", "prioritised": "changed", "merged": "changed", "unmerged": "changed",
    "settled": "changed", "attached": "changed", "linked": "changed",
}  # fmt: skip
