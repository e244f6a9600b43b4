"""Business calendars: weekly hours and holidays of one zone, and the exact instants they stand for.

Clock times become instants by two rules, so that hours never overlap and nothing is counted twice: one that a
change to summer time leaves out stands for the instant of the change, and one that comes twice for its first
coming.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Self, TypeAlias, cast
from zoneinfo import ZoneInfo

from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _

Ms: TypeAlias = int
"""Milliseconds since the epoch, UTC."""

Hours: TypeAlias = tuple[tuple[int, int], ...]
"""Open hours of one day: (start, end) in minutes since local midnight, in order, 0 ≤ start < end ≤ 1440."""

MINUTE: Ms = 60_000
_DAY_MINUTES = 1440
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  local clock times have no zone here


@dataclass(frozen=True, slots=True)
class Calendar:
    """The hours in which an office works.

    Attributes:
        name: as people call it.
        zone: IANA name of the zone whose clock the hours mean.
        weekly: the hours of Monday to Sunday, seven of them.
        holidays: days without hours, "2026-12-25" to the name of the day; not to be changed.

    Raises:
        Invalid: the zone is unknown, hours overlap or are out of order, or a day is no date; `field` says
            which of them.
    """

    name: str
    zone: str
    weekly: tuple[Hours, ...]
    holidays: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)

    def __post_init__(self) -> None:
        read_zone(self.zone)
        _check_weekly(self.weekly)
        for day in self.holidays:
            _check_day(day)
        object.__setattr__(self, "holidays", MappingProxyType(dict(self.holidays)))

    def hours(self, day: date) -> Hours:
        """Return the open hours of a local day; none on a holiday."""
        return () if day.isoformat() in self.holidays else self.weekly[day.weekday()]

    def intervals(self, day: date) -> list[tuple[Ms, Ms]]:
        """Return the open hours of a local day as instants: (start, end) with start < end, in order."""
        hours = self.hours(day)
        return instants(day, hours, ZoneInfo(self.zone)) if hours else []

    def to_fields(self) -> dict[str, object]:
        """Return the calendar as JSON can hold it: text, whole numbers, lists and one mapping."""
        return {
            "name": self.name,
            "zone": self.zone,
            "weekly": [[[start, end] for start, end in hours] for hours in self.weekly],
            "holidays": dict(sorted(self.holidays.items())),
        }

    @classmethod
    def from_fields(cls, fields: Mapping[str, object]) -> Self:
        """Return the calendar that `to_fields` wrote down.

        Raises:
            Invalid: a field is missing or has another shape; `field` names it.
        """
        name, zone = fields.get("name"), fields.get("zone")
        if not isinstance(name, str):
            raise Invalid("name", _("The calendar has no name."))
        if not isinstance(zone, str):
            raise Invalid("zone", _("The calendar has no time zone."))
        weekly = tuple(_read_hours(hours) for hours in _read_list(fields.get("weekly"), "weekly"))
        holidays = fields.get("holidays", {})
        if not isinstance(holidays, Mapping):
            raise Invalid("holidays", _("The holidays of the calendar cannot be read."))
        named = cast("Mapping[object, object]", holidays)
        return cls(name, zone, weekly, {str(day): str(called) for day, called in named.items()})


def business_calendar(country: str | None, region: str | None, zone: str, years: Iterable[int]) -> Calendar:
    """Return Monday to Friday, 8 to 17, without the public holidays of a country or region.

    Args:
        country: two letters ("DE"), or None for no holidays.
        region: the country's own code of a state or province ("BE"), or None for days of the whole country.
        zone: IANA name.
        years: whose holidays are looked up; later years are working days throughout.

    Raises:
        Invalid: the country, region or zone is not known.
    """
    open_hours: Hours = ((8 * 60, 17 * 60),)
    weekly = (open_hours,) * 5 + ((), ())
    days = _public_holidays(country, region, sorted(set(years))) if country else {}
    return Calendar(_("Business hours"), zone, weekly, days)


def read_zone(zone: str) -> ZoneInfo:
    """Return the zone of an IANA name.

    Raises:
        Invalid: no such zone is known on this machine; `field` is "zone".
    """
    try:
        return ZoneInfo(zone)
    # What a wrong name raises depends on what is wrong with it: a folder, a path out of the data, a NUL.
    except (KeyError, ValueError, OSError) as error:
        advice = _("Give a name such as Europe/Berlin or America/New_York.")
        raise Invalid("zone", _("The time zone {zone} is not known.").format(zone=zone), advice) from error


def local_day(moment: Ms, zone: ZoneInfo) -> date:
    """Return the day that the clocks of a zone show at a moment."""
    return datetime.fromtimestamp(moment // 1000, zone).date()


def instant(day: date, minute: int, zone: ZoneInfo) -> Ms:
    """Return when the clocks of a zone show a minute of a day, 0 to 1440, by the rules of this module."""
    clock = datetime.fromordinal(day.toordinal()) + timedelta(minutes=minute)
    shown = (clock - _EPOCH) // timedelta(seconds=1)
    before, after = _offset(zone, clock), _offset(zone, clock.replace(fold=1))
    if before >= after:
        return (shown - before) * 1000
    # The time is left out: look for the first second with the new offset.
    early, late = shown - after, shown - before
    while early < late:
        middle = (early + late) // 2
        moved = datetime.fromtimestamp(middle, zone).utcoffset() == timedelta(seconds=after)
        early, late = (early, middle) if moved else (middle + 1, late)
    return early * 1000


def instants(day: date, hours: Hours, zone: ZoneInfo) -> list[tuple[Ms, Ms]]:
    """Return the hours of a local day as instants, leaving out those that a change of the clocks swallows."""
    ordinal = day.toordinal()
    midnight = datetime.fromordinal(ordinal)
    offset = _offset(zone, midnight)
    if offset == _offset(zone, midnight + timedelta(days=1)):
        # Nothing changes on nearly every day: then minutes of the clock are minutes.
        zero = ((ordinal - _EPOCH_DAY) * 86_400 - offset) * 1000
        return [(zero + start * MINUTE, zero + end * MINUTE) for start, end in hours]
    found = ((instant(day, start, zone), instant(day, end, zone)) for start, end in hours)
    return [(start, end) for start, end in found if start < end]


def _offset(zone: ZoneInfo, clock: datetime) -> int:
    """Return the seconds by which a clock time of a zone is ahead of UTC."""
    # A zone of the IANA database always has an offset; its type allows for none.
    offset = zone.utcoffset(clock) or timedelta()
    return offset.days * 86_400 + offset.seconds


def _check_weekly(weekly: tuple[Hours, ...]) -> None:
    """Refuse hours that are not seven days of intervals in order."""
    if len(weekly) != 7:
        raise Invalid("weekly", _("A week has seven days of hours, Monday first."))
    for hours in weekly:
        last = 0
        for start, end in hours:
            if not last <= start < end <= _DAY_MINUTES:
                advice = _("Each span must end after it starts, within one day, and after the one before it.")
                raise Invalid("weekly", _("The hours of a day are not in order."), advice)
            last = end


def _check_day(day: str) -> None:
    """Refuse a holiday that is not a date in the one form that `date.isoformat` gives."""
    try:
        known = date.fromisoformat(day).isoformat() == day
    except ValueError:
        known = False
    if not known:
        raise Invalid("holidays", _("{day} is not a date.").format(day=day), _("Write it as 2026-12-25."))


def _read_list(value: object, name: str) -> list[object]:
    """Return a list as it is, or refuse another shape."""
    if not isinstance(value, list | tuple):
        raise Invalid(name, _("The hours of the calendar cannot be read."))
    return list(cast("Iterable[object]", value))


def _read_hours(value: object) -> Hours:
    """Return the hours of one day, or refuse what are not pairs of whole numbers."""
    hours: list[tuple[int, int]] = []
    for pair in _read_list(value, "weekly"):
        match _read_list(pair, "weekly"):
            case [int(start), int(end)]:
                hours.append((start, end))
            case _:
                raise Invalid("weekly", _("The hours of the calendar cannot be read."))
    return tuple(hours)


def _public_holidays(country: str, region: str | None, years: list[int]) -> dict[str, str]:
    """Return the days off of a country, "2026-12-25" to the day's name."""
    import holidays  # noqa: PLC0415  some 150 countries are worth loading only when a calendar is made

    subdivision = region or None
    known: Mapping[str, list[str]] = holidays.list_supported_countries()
    if country not in known:
        reason = _("The holidays of the country {country} are not known.").format(country=country)
        advice = _("Give its two-letter code, such as US or DE, or no country, and enter the days yourself.")
        raise Invalid("country", reason, advice)
    try:
        days = holidays.country_holidays(country, subdiv=subdivision, years=years)
    except NotImplementedError as error:
        reason = _("The region {region} of {country} is not known.").format(region=region, country=country)
        codes = ", ".join(known[country])
        advice = _("Leave the region empty, or give one of: {codes}.").format(codes=codes)
        raise Invalid("region", reason, advice) from error
    return {day.isoformat(): name for day, name in sorted(days.items())}
