"""Real numbers of every region: whoever has one is found by each notation in which it is written."""

import csv
from pathlib import Path

from desktop_desk.desk.ports import Draft
from desktop_desk.desk.views import NewPerson
from desktop_desk.domain.phones import read_phone
from tests.builders import ADesk

NOTATIONS = ("e164", "international", "national", "rfc3966")
WANTED = 0.99


def test_a_caller_is_found_by_every_notation_of_his_number(office: ADesk, real_data: Path) -> None:
    with (real_data / "phone-vectors" / "example_numbers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    owner: dict[str, str] = {}
    valid = [row for row in rows if read_phone(row["e164"], "").kind == "number"]
    assert len(valid) > 900
    for row in valid:
        if row["e164"] not in owner:
            owner[row["e164"]] = (
                office.ada.add_person(NewPerson(row["e164"], (row["international"],))).uid or ""
            )
    missed: dict[str, list[str]] = {notation: [] for notation in NOTATIONS}
    region = ""
    for row in sorted(valid, key=lambda row: row["region"]):
        if row["region"] != region:
            region = row["region"]
            # Not every region has a calendar of holidays, which the settings of an office would ask for.
            office.ada.take_in([[Draft("desk_changed", office.ada.settings().uid, {"country": region})]])
        for notation in NOTATIONS:
            found = office.ada.match_person(phone=row[notation])
            if found != owner[row["e164"]]:
                missed[notation].append(f"{region} {row['type']} {row[notation]}")
    for notation, lost in missed.items():
        assert len(lost) <= len(valid) * (1 - WANTED), (notation, len(lost), lost[:20])
