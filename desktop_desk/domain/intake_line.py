"""The one line that is typed while the caller speaks: "VPN down #network !h @jane >15".

Chips are words that begin with # (topic), ! (priority), @ (assignee) or > (when to call back). What only looks
like one, such as C#, an e-mail address, "Help!" or "x > 3", stays text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from desktop_desk.domain.calendars import MINUTE, Ms, instant, local_day, read_zone
from desktop_desk.domain.tickets import PRIORITIES
from desktop_desk.i18n import _

ChipKind: TypeAlias = Literal["topic", "priority", "assignee", "time"]

MORNING = 9 * 60
"""When to call back on a day for which no time was typed, in minutes since midnight."""

EVENING = 17 * 60
"""The same for today."""

_KINDS: dict[str, ChipKind] = {"#": "topic", "!": "priority", "@": "assignee", ">": "time"}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SIGN = re.compile(r"(?<!\S)[#!@>]")
_END = r"(?=[,;.!?)]*(?:\s|$))"
_NAME = re.compile(rf'(?:"([^"\n]+)"|([^\W\d_](?:[\w.\-/&]*\w)?)){_END}')
_PRIORITY = re.compile(rf"([\w\-]+){_END}")
_CLOCK = r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?:[ \t]?(?P<half>[ap]m))?"
_TIME = re.compile(rf"{_CLOCK}{_END}", re.ASCII | re.I)
_LENGTH = re.compile(
    rf"(?=\d)(?:(\d{{1,3}})d)?(?:(\d{{1,3}})h)?(?:(\d{{1,4}})m(?:in)?)?{_END}", re.ASCII | re.I
)
_DAY = re.compile(
    rf"(?P<day>[a-z]{{3,9}}|\d{{4}}-\d{{2}}-\d{{2}})(?P<time>[ \t]+{_CLOCK}{_END})?{_END}", re.ASCII | re.I
)


@dataclass(frozen=True, slots=True)
class Chip:
    """A part of the line that is more than text.

    `start` and `end` count code points, as Python does (Qt counts characters beyond U+FFFF twice). `value` is the
    topic or assignee as typed without sign and quotes, the severity letter, or the moment in ms as digits.
    """

    kind: ChipKind
    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class IntakeLine:
    """A line as it was understood; of several chips of one kind the last holds.

    `text` is the line without its chips. `topic` and `assignee` are as typed, to be found by who knows the
    office; `priority` is a severity letter; `call_back_at` lies in the future. Each is None without a chip.
    """

    text: str
    topic: str | None = None
    priority: str | None = None
    assignee: str | None = None
    call_back_at: Ms | None = None
    chips: tuple[Chip, ...] = ()


def read_line(text: str, now_ms: Ms, zone: str) -> IntakeLine:
    """Return what a line says, at a moment and by the clocks of a zone.

    Times are ">15", ">9:30", ">2pm" (today, or tomorrow when that is past), ">20m", ">1h30m", ">2d" (from now),
    ">today 16", ">tomorrow 9:30", ">tue 9", ">2026-03-05 14:00"; a day alone means nine in the morning, today
    alone five in the afternoon. A time that is past is no chip.

    Raises:
        Invalid: the zone is not known.
    """
    clock = read_zone(zone)
    chips = tuple(_chips(text, now_ms, clock))
    held = {chip.kind: chip.value for chip in chips}
    moment = held.get("time")
    return IntakeLine(
        text=_without(text, chips),
        topic=held.get("topic"),
        priority=held.get("priority"),
        assignee=held.get("assignee"),
        call_back_at=None if moment is None else int(moment),
        chips=chips,
    )


def priority_of(text: str) -> str | None:
    """Return the severity letter of a letter, "sev-a", or the beginning of a priority's name; None for others."""
    wanted = text.strip().casefold()
    letter = wanted.removeprefix("sev-").upper()
    if not wanted or letter in PRIORITIES:
        return letter or None
    named = (letter for letter, name in PRIORITIES.items() if name.casefold().startswith(wanted))
    translated = (letter for letter, name in PRIORITIES.items() if _(name).casefold().startswith(wanted))
    return next(named, None) or next(translated, None)


def _chips(text: str, now: Ms, zone: ZoneInfo) -> Iterator[Chip]:
    """Yield the chips of a line in order; none reaches into another."""
    place = 0
    while sign := _SIGN.search(text, place):
        place = sign.end()
        kind = _KINDS[sign[0]]
        value: str | None = None
        if kind == "time":
            moment, end = _moment(text, place, now, zone)
            value = None if moment is None or moment <= now else str(moment)
        else:
            found = (_PRIORITY if kind == "priority" else _NAME).match(text, place)
            end = found.end() if found else place
            if found:
                value = (
                    priority_of(found[1]) if kind == "priority" else " ".join((found[1] or found[2]).split())
                )
        if value:
            yield Chip(kind, sign.start(), end, value)
            place = end


def _moment(text: str, place: int, now: Ms, zone: ZoneInfo) -> tuple[Ms | None, int]:
    """Return the moment that the text from a place on names, and where its name ends."""
    length = _LENGTH.match(text, place)
    if length and length[0]:
        days, hours, minutes = (int(part or 0) for part in length.groups())
        later = now + (hours * 60 + minutes) * MINUTE
        if days:
            shown = datetime.fromtimestamp(later // 1000, zone)
            later = instant(shown.date() + timedelta(days=days), shown.hour * 60 + shown.minute, zone)
        return later, length.end()
    today = local_day(now, zone)
    time = _TIME.match(text, place)
    if time:
        minute = _minute(time)
        if minute is None:
            return None, place
        moment = instant(today, minute, zone)
        return moment if moment > now else instant(today + timedelta(days=1), minute, zone), time.end()
    named = _DAY.match(text, place)
    if named is None:
        return None, place
    minute = _minute(named) if named["time"] else None
    end = named.end() if minute is not None else named.end("day")
    return _on_day(named["day"].casefold(), minute, today, now, zone), end


def _on_day(day: str, minute: int | None, today: date, now: Ms, zone: ZoneInfo) -> Ms | None:
    """Return the moment of a named day at a minute of it, None when the word names no day."""
    at = MORNING if minute is None else minute
    if "today".startswith(day):
        return instant(today, EVENING if minute is None else minute, zone)
    if "tomorrow".startswith(day):
        return instant(today + timedelta(days=1), at, zone)
    for number, name in enumerate(_WEEKDAYS):
        if name.startswith(day):
            next_one = today + timedelta(days=(number - today.weekday()) % 7)
            moment = instant(next_one, at, zone)
            return moment if moment > now else instant(next_one + timedelta(days=7), at, zone)
    try:
        return instant(date.fromisoformat(day), at, zone)
    except ValueError:
        return None


def _minute(clock: "re.Match[str]") -> int | None:
    """Return the minute of the day that a clock time names, None when no clock shows it."""
    hour, minute = int(clock["hour"]), int(clock["minute"] or 0)
    half = (clock["half"] or "").casefold()
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour * 60 + minute


def _without(text: str, chips: tuple[Chip, ...]) -> str:
    """Return the text between the chips, with single spaces where they stood."""
    left = ""
    place = 0
    for end, start in [*((chip.start, chip.end) for chip in chips), (len(text), len(text))]:
        piece = text[place:end].strip()
        if place and not left:
            piece = piece.lstrip(",;.!?) \t")
        left += piece if not left or not piece or piece[0] in ",;.!?)" else f" {piece}"
        place = start
    return left
