"""Countries, their regions and time zones to choose from, and a guess of where this machine stands."""

from functools import cache

from PySide6.QtCore import QLocale, QTimeZone

from desktop_desk.i18n import _


def prepare() -> None:
    """Learn the countries ahead: takes a quarter of a second, so not on the UI thread."""
    _regions_by_country()


def countries() -> tuple[tuple[str, str], ...]:
    """ISO code and name of every country whose holidays are known, by name."""
    named = (
        (code, QLocale.territoryToString(QLocale.codeToTerritory(code))) for code in _regions_by_country()
    )
    return tuple(sorted(named, key=lambda country: country[1].casefold()))


def regions(country: str | None) -> tuple[tuple[str, str], ...]:
    """Code and name of every region of a country that has holidays of its own; empty for an unknown country."""
    codes = _regions_by_country().get(country or "", ())
    names = _region_names(country) if country and codes else {}
    return tuple((code, f"{names[code]} ({code})" if code in names else code) for code in codes)


def zones() -> tuple[tuple[str, str], ...]:
    """Name of every time zone, twice: as key and as the text that is shown."""
    found = {bytes(zone.data()).decode() for zone in QTimeZone.availableTimeZoneIds()}
    areas = (
        "Africa/",
        "America/",
        "Antarctica/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    kept = sorted(zone for zone in found if zone.startswith(areas))
    return tuple((zone, zone.replace("_", " ")) for zone in ("UTC", *kept))


def guessed_zone() -> str:
    """The system's time zone; UTC where the system does not say."""
    zone = bytes(QTimeZone.systemTimeZoneId().data()).decode()
    return zone if zone in dict(zones()) else "UTC"


def guessed_country() -> str | None:
    """The country of the system's language setting, else that of its time zone; None when neither tells."""
    for territory in (QLocale.system().territory(), QTimeZone(QTimeZone.systemTimeZoneId()).territory()):
        code = QLocale.territoryToCode(territory)
        if code in _regions_by_country():
            return code
    return None


def zone_of(country: str | None) -> str | None:
    """The time zone of a country that has only one; None where a person must choose."""
    territory = QLocale.codeToTerritory(country or "")
    known = {bytes(zone.data()).decode() for zone in QTimeZone.availableTimeZoneIds(territory)} & set(
        dict(zones())
    )
    return known.pop() if len(known) == 1 else None


def no_choice() -> tuple[str, str]:
    """The choice that chooses nothing."""
    return ("", _("– none –"))


@cache
def _regions_by_country() -> dict[str, tuple[str, ...]]:
    # Imported late: it takes a quarter of a second, and most starts never ask.
    import holidays

    listed = holidays.list_supported_countries(include_aliases=False)
    return {code: tuple(regions) for code, regions in listed.items()}


@cache
def _region_names(country: str) -> dict[str, str]:
    import holidays

    aliases: dict[str, str] = getattr(holidays.country_holidays(country), "subdivisions_aliases", {})
    # The first alias of a code is its name; the others are older spellings.
    names: dict[str, str] = {}
    for name, code in aliases.items():
        names.setdefault(code, name)
    return names
