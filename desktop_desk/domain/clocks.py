"""Whose clock a time is told by, in words."""

from datetime import datetime

from desktop_desk.i18n import _


def zone_text(zone: str) -> str:
    """An IANA zone as people call it: "Berlin time", "New York time"; one without a place as it is: "UTC"."""
    region, _slash, place = zone.rpartition("/")
    if region in ("", "Etc"):
        # Etc/GMT+5 lies five hours behind: without its Etc it would say the contrary.
        return place if place.isalpha() else zone
    return _("{place} time").format(place=place.replace("_", " "))


def offset_text(moment: datetime) -> str:
    """How far a moment's clock is from UTC: "UTC", "UTC+1", "UTC-3:30"; the moment knows its zone."""
    offset = moment.utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset is not None else 0
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return "UTC" + (f"{sign}{hours}" if minutes else "") + (f":{rest:02}" if rest else "")
