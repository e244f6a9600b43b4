"""All that is held about one caller, for him: his card, every ticket of his with its thread, calls that nobody took."""

import json
from pathlib import Path

from desktop_desk.desk.desk import Desk
from desktop_desk.domain.errors import Invalid
from desktop_desk.exchange.shapes import iso, ticket_json
from desktop_desk.i18n import _


def export_person(desk: Desk, uid: str, path: Path) -> int:
    """Write everything held about a caller into a new JSON file; gives the number of tickets.

    The bytes of files are not in it: each is named with its size, and saved by itself.

    Raises:
        Invalid: the file is there already, or its folder is not. NotFound: there is no such caller.
    """
    if path.exists():
        raise Invalid(
            "path", _("There is already a file {path}.").format(path=path), _("Choose another name.")
        )
    if not path.parent.is_dir():
        raise Invalid(
            "path", _("There is no folder {path}.").format(path=path.parent), _("Make the folder first.")
        )
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
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return len(records)
