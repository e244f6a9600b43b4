"""All that is held about one caller, for him: his card, every ticket of his with its thread, calls that nobody took."""

import json
from pathlib import Path

from desktop_desk.desk.desk import Desk
from desktop_desk.exchange.new_file import new_file
from desktop_desk.exchange.shapes import iso, ticket_json


def export_person(desk: Desk, uid: str, path: Path) -> int:
    """Write everything held about a caller into a new JSON file; gives the number of tickets.

    The bytes of files are not in it: each is named with its size, and saved by itself.

    Raises:
        NotFound: there is no such caller. Invalid, StorageUnavailable: as of `new_file`.
    """
    with desk.store.reading():
        person, records, missed = desk.held_of_person(uid)
        view = desk.person(uid)
        told = {
            "person": {
                "uid": person.uid, "name": view.name, "organisation": view.organisation or None, "notes": view.notes,
                "contacts": [{"kind": contact.kind, "value": contact.value} for contact in view.contacts],
            },
            "tickets": [ticket_json(desk.ticket(record.number)) for record in records],
            "missed_calls": [{"at": iso(back.at), "name": back.person, "number": back.phone} for back in missed],
        }  # fmt: skip
    with new_file(path) as file:
        file.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return len(records)
