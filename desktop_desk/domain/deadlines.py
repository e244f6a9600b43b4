"""When a ticket is due, and why: a target in working time, counted round the clock or by a business calendar.

Time spent waiting does not count. `due_at` is the fast answer for projections; `due` says the same with its
explanation. docs/decisions/006-deadlines.md has the rules and their reasons.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from desktop_desk.domain.calendars import MINUTE, Calendar, Ms, instants, local_day
from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import N_, _

Pause: TypeAlias = tuple[Ms, Ms | None]
"""A time of waiting: from, until; until None while it lasts. One that ends before it starts is none."""

Span: TypeAlias = tuple[Ms, Ms]

# A target that a calendar needs longer for is a mistake in one of them, and would be counted day by day.
_LONGEST = timedelta(days=30 * 366)
# Later than any moment of a calendar; stands for the end of a pause that lasts.
_NEVER: Ms = 1 << 62


@dataclass(frozen=True, slots=True)
class Plan:
    """A promise how soon a ticket is resolved.

    `key` is for the journal, `name` for people (a text for `_`), `target_minutes` are working minutes by the
    desk's business calendar, or plain ones when `round_the_clock`.
    """

    key: str
    name: str
    target_minutes: int
    round_the_clock: bool


PLANS: Mapping[str, Plan] = MappingProxyType(
    {
        "A": Plan("sev-a", N_("Sev-A"), 60, round_the_clock=True),
        "B": Plan("sev-b", N_("Sev-B"), 4 * 60, round_the_clock=True),
        "C": Plan("sev-c", N_("Sev-C"), 8 * 60, round_the_clock=False),
        "D": Plan("sev-d", N_("Sev-D"), 16 * 60, round_the_clock=False),
    }
)
"""The built-in plans by severity letter."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the explanation of a due time.

    Attributes:
        kind: "target", "worked", "pause", "holiday" or "paused".
        start: when what it tells began.
        end: when it ended; None for the target and for a pause that lasts.
        minutes: working minutes it tells of; those of all "worked" lines add up to what was counted.
        text: a text for `_`, with the names of `args` in braces.
        args: what to fill in. Text is filled in as it is, but for `day`: a local date "2026-03-02" for the
            reader's calendar; whole numbers are moments in ms for the reader's clock.
    """

    kind: Literal["target", "worked", "pause", "holiday", "paused"]
    start: Ms
    end: Ms | None
    minutes: int
    text: str
    args: Mapping[str, str | int] = field(default_factory=dict[str, str | int], hash=False)


@dataclass(frozen=True, slots=True)
class Due:
    """When a ticket is due, None while it waits, and the explanation line by line in order of time."""

    at: Ms | None
    lines: tuple[Line, ...]


def due(start: Ms, target_minutes: int, calendar: Calendar | None, pauses: Sequence[Pause]) -> Due:
    """Return when a target is over, with its explanation.

    Args:
        start: when the ticket was opened.
        target_minutes: working minutes, 0 or more.
        calendar: whose hours are working time; None for round the clock.
        pauses: times of waiting in any order, overlapping or not.

    Raises:
        Invalid: the target is negative, the calendar has no hours at all, or thirty years do not suffice.
    """
    spans = list(_worked(start, target_minutes, calendar, _merged(start, pauses)))
    at = _end_of(start, target_minutes, spans)
    waiting = [span for span in _merged(start, pauses) if at is None or span[0] < at]
    lines = [_target_line(start, target_minutes, calendar)]
    lines += _worked_lines(spans, calendar)
    lines += _pause_lines(waiting, calendar)
    if calendar is not None:
        lines += _holiday_lines(start, at if at is not None else waiting[-1][0], calendar, waiting)
    return Due(at, (lines[0], *sorted(lines[1:], key=lambda line: line.start)))


def due_at(start: Ms, target_minutes: int, calendar: Calendar | None, pauses: Sequence[Pause]) -> Ms | None:
    """Return when a target is over, None while the ticket waits; arguments and errors are those of `due`."""
    if calendar is None and not pauses and target_minutes >= 0:
        return start + target_minutes * MINUTE
    spans = _worked(start, target_minutes, calendar, _merged(start, pauses))
    return _end_of(start, target_minutes, spans)


def working_ms(calendar: Calendar | None, start: Ms, end: Ms) -> int:
    """Return the milliseconds of working time between two moments; 0 when the end is not after the start."""
    if calendar is None or end <= start:
        return max(0, end - start)
    return sum(until - since for since, until in _open_spans(calendar, start, end))


def duration(minutes: int) -> str:
    """Return a length of time as signs that need no translation: "45 min", "4 h", "2 h 40 min"."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest or not hours)
    return " ".join(parts)


def _merged(start: Ms, pauses: Sequence[Pause]) -> list[Span]:
    """Return the pauses from a moment on, in order and apart; one that lasts ends at _NEVER."""
    spans: list[Span] = []
    for since, until in sorted(
        (max(since, start), _NEVER if until is None else until) for since, until in pauses
    ):
        if until <= since:
            continue
        if spans and since <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], until))
        else:
            spans.append((since, until))
    return spans


def _worked(
    start: Ms, target_minutes: int, calendar: Calendar | None, waiting: Sequence[Span]
) -> Iterator[Span]:
    """Yield the spans of working time in order until the target is reached or a pause that lasts begins."""
    if target_minutes < 0:
        raise Invalid("target_minutes", _("A target cannot be negative."))
    if calendar is not None and not any(calendar.weekly):
        advice = _("Enter the hours of at least one day.")
        raise Invalid("calendar", _("The calendar {name} has no hours.").format(name=calendar.name), advice)
    left = target_minutes * MINUTE
    if left == 0:
        return
    since = start
    lasting = bool(waiting) and waiting[-1][1] == _NEVER
    for until, after in waiting if lasting else (*waiting, (_NEVER, _NEVER)):
        for begin, end in [(since, until)] if calendar is None else _open_spans(calendar, since, until):
            worked = min(end - begin, left)
            if worked:
                yield begin, begin + worked
            left -= worked
            if left == 0:
                return
        since = after


def _open_spans(calendar: Calendar, since: Ms, until: Ms) -> Iterator[Span]:
    """Yield the open hours of a calendar between two moments, in order; `until` may be _NEVER."""
    zone = ZoneInfo(calendar.zone)
    first = local_day(since, zone)
    # A day later than the clock says: one that comes twice in part begins before that part ends.
    last = first + _LONGEST if until == _NEVER else local_day(until, zone) + timedelta(days=1)
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        for begin, end in calendar.intervals(date.fromordinal(ordinal)):
            if begin >= until:
                return
            if end > since:
                yield max(begin, since), min(end, until)
    if until == _NEVER:
        advice = _("Choose a shorter target, or a calendar with more hours.")
        raise Invalid("target_minutes", _("The calendar needs more than thirty years for it."), advice)


def _end_of(start: Ms, target_minutes: int, spans: Iterable[Span]) -> Ms | None:
    """Return where the spans reach the target, None when they do not."""
    left, end = target_minutes * MINUTE, start
    for since, until in spans:
        left, end = left - (until - since), until
    return end if left == 0 else None


def _target_line(start: Ms, target_minutes: int, calendar: Calendar | None) -> Line:
    """Return the line that says what was promised."""
    time = duration(target_minutes)
    if calendar is None:
        return Line(
            "target", start, None, target_minutes, N_("{time} target, round the clock"), {"time": time}
        )
    args = {"time": time, "calendar": calendar.name}
    return Line("target", start, None, target_minutes, N_("{time} target, {calendar}"), args)


def _worked_lines(spans: Sequence[Span], calendar: Calendar | None) -> list[Line]:
    """Return a line for each local day that was worked, or for each span when there is no calendar.

    Parts of minutes go to the day in which the minute is full, so that the lines add up.
    """
    stretches: list[tuple[Ms, Ms, str | None, Ms]] = []
    for since, until in spans:
        day = None if calendar is None else local_day(since, ZoneInfo(calendar.zone)).isoformat()
        if stretches and day is not None and stretches[-1][2] == day:
            begin, _end, _day, worked = stretches.pop()
            stretches.append((begin, until, day, worked + until - since))
        else:
            stretches.append((since, until, day, until - since))
    lines: list[Line] = []
    total = 0
    for since, until, day, worked in stretches:
        minutes = (total + worked) // MINUTE - total // MINUTE
        total += worked
        if minutes and day is not None:
            args = {"day": day, "time": duration(minutes)}
            lines.append(Line("worked", since, until, minutes, N_("{day} {time}"), args))
        elif minutes:
            text = N_("{time} from {start}")
            lines.append(
                Line("worked", since, until, minutes, text, {"time": duration(minutes), "start": since})
            )
    return lines


def _pause_lines(waiting: Sequence[Span], calendar: Calendar | None) -> list[Line]:
    """Return a line for each pause that took working time, and one for a pause that lasts."""
    lines: list[Line] = []
    for since, until in waiting:
        if until == _NEVER:
            text = N_("waiting since {since}: the time stands still")
            lines.append(Line("paused", since, None, 0, text, {"since": since}))
        elif lost := working_ms(calendar, since, until):
            minutes = max(1, round(lost / MINUTE))
            args = {"time": duration(minutes)}
            lines.append(Line("pause", since, until, minutes, N_("{time} pause (waiting)"), args))
    return lines


def _holiday_lines(start: Ms, end: Ms, calendar: Calendar, waiting: Sequence[Span]) -> list[Line]:
    """Return a line for each holiday that took hours which were not spent waiting anyway."""
    zone = ZoneInfo(calendar.zone)
    first, last = local_day(start, zone).isoformat(), local_day(end, zone).isoformat()
    lines: list[Line] = []
    for day in sorted(day for day in calendar.holidays if first <= day <= last):
        hours = calendar.weekly[date.fromisoformat(day).weekday()]
        taken = [
            (max(begin, start), min(until, end))
            for begin, until in instants(date.fromisoformat(day), hours, zone)
            if until > start and begin < end
        ]
        if sum(until - begin for begin, until in taken) > sum(_shared(span, waiting) for span in taken):
            args = {"day": day, "name": calendar.holidays[day]}
            lines.append(Line("holiday", taken[0][0], taken[-1][1], 0, N_("{day} holiday: {name}"), args))
    return lines


def _shared(span: Span, waiting: Sequence[Span]) -> Ms:
    """Return how much of a span lies in the pauses."""
    return sum(max(0, min(span[1], until) - max(span[0], since)) for since, until in waiting)
