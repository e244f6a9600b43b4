"""Callers that are found, as they are shown."""

from dataclasses import replace

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import PersonHit
from desktop_desk.domain.phones import shown


def found_people(desk: Desk, words: str, most: int) -> tuple[PersonHit, ...]:
    """Those who match, each number in the groups in which it is said everywhere; not for the UI thread."""
    region = desk.directory().settings.country
    hits = desk.find_people(words, limit=most)
    return tuple(replace(hit, phone=shown(hit.phone, region)) for hit in hits)
