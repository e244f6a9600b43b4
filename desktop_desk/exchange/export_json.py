"""Everything out: the whole desk as one JSON file, tickets with their threads in the shape of the commands."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.ports import Progress
from desktop_desk.exchange.new_file import new_file
from desktop_desk.exchange.shapes import Json, ticket_json

FORMAT = 1


def export_json(desk: Desk, path: Path, progress: Progress | None = None) -> int:
    """Write the desk into a new file and give the number of tickets; errors as of `new_file`."""
    with new_file(path) as file, desk.store.reading():
        return _write(desk, file, progress)


def _write(desk: Desk, file: TextIO, progress: Progress | None) -> int:
    """Write part after part, so that a desk of any size needs little memory."""
    directory = desk.directory()
    settings = directory.settings
    head = {
        "format": FORMAT,
        "desk": {"name": settings.name, "zone": settings.zone, "country": settings.country},
    }
    file.write(json.dumps(head, ensure_ascii=False)[:-1])
    for kind in ("agents", "departments", "teams", "roles", "topics", "statuses"):
        _write_list(file, kind, (_thing_json(thing) for thing in getattr(directory, kind)))
    _write_list(file, "people", _people(desk))
    numbers = desk.numbers()
    files: dict[str, int] = {}
    count = _write_list(file, "tickets", _tickets(desk, numbers, progress, files))
    # The bytes of files are not in here: "ticket save" and a backup of the desk give them.
    counted = {"files": len(files), "bytes": sum(files.values())}
    file.write(f',\n"attachments": {json.dumps(counted)}\n}}\n')
    return count


def _write_list(file: TextIO, name: str, items: Iterable[Json]) -> int:
    """Write one named list, an item a line; gives how many."""
    file.write(f',\n"{name}": [')
    count = 0
    for item in items:
        file.write((",\n" if count else "\n") + json.dumps(item, ensure_ascii=False))
        count += 1
    file.write("\n]")
    return count


def _tickets(
    desk: Desk, numbers: list[str], progress: Progress | None, files: dict[str, int]
) -> Iterator[Json]:
    """Every ticket; `files` is told the size of each attachment, by its uid."""
    for done, number in enumerate(numbers):
        if progress and done % 100 == 0:
            progress(done, len(numbers))
        view = desk.ticket(number)
        # A merged ticket's entries stand in two threads, and are still the same files.
        files.update({file.uid: file.size for entry in view.thread for file in entry.attachments})
        yield ticket_json(view)
    if progress:
        progress(len(numbers), len(numbers))


def _people(desk: Desk) -> Iterator[Json]:
    for person in desk.all_people():
        contacts = [{"kind": contact.kind, "value": contact.value} for contact in person.contacts]
        yield {
            "uid": person.uid, "name": person.name, "organisation": person.organisation or None,
            "notes": person.notes, "contacts": contacts,
        }  # fmt: skip


def _thing_json(thing: Any) -> Json:
    """An office thing, without what is this machine's own and without password hashes."""
    return {
        name: sorted(str(part) for part in value) if name == "permissions" else value
        for name, value in asdict(thing).items()
        if name not in {"id", "password", "public_key", "wrapped_key", "caught_up"}
    }
