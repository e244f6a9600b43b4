"""Phone numbers as people and telephones write them."""

import csv
import sys
from pathlib import Path
from subprocess import run

import pytest

from desktop_desk.domain.phones import Phone, display, read_phone, search_digits, spoken

BERLIN = "+49301234567"


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("030 / 1234567", "DE"),
        ("(030) 12 34 567", "de"),
        ("(0)30-1234567", "DE"),
        ("+49 30 1234567", ""),
        ("+49 (0)30 1234567", "US"),
        ("0049 30 1234567", "DE"),
        ("0049 30 1234567", "US"),
        ("011 49 30 1234567", "US"),
        ("tel:+49-30-1234567", "FR"),
        ("tel:1234567;phone-context=+49-30", "FR"),
        ("sip:+49301234567@pbx.example.com", "FR"),
        ("030\u20111234567", "DE"),
        ("\uff10\uff13\uff10 1234567", "DE"),
        ("call me on 030 1234567, please", "DE"),
        ("*31#0301234567", "DE"),
    ],
)
def test_one_number_in_many_notations_is_one_number(typed: str, region: str):
    assert read_phone(typed, region) == Phone(BERLIN, None, typed, "49301234567", "number")


@pytest.mark.parametrize(
    "typed",
    [
        "(0)30-1234567 ext. 12",
        "030 1234567x12",
        "030 1234567 # 12",
        "030 1234567,,12",
        "tel:+49-30-1234567;ext=12",
    ],
)
def test_an_extension_is_kept_apart(typed: str):
    phone = read_phone(typed, "DE")
    assert (phone.e164, phone.extension) == (BERLIN, "12")
    assert phone.digits == "49301234567"


@pytest.mark.parametrize(
    "typed", ["anonymous", "Withheld", "unknown", "PRIVATE", "", "   ", "+", "sip:anonymous@x"]
)
def test_a_withheld_number_has_nothing_to_search_by(typed: str):
    assert read_phone(typed, "DE") == Phone(None, None, typed, "", "withheld")


@pytest.mark.parametrize("typed", ["12", "7042", "40123", " 12 ", "x12", "#12", "sip:12@pbx.example.com"])
def test_a_short_number_is_an_extension_and_no_foreign_country(typed: str):
    """12 alone parses as +49 12, and 40123 as a number in Hamburg: nobody dials them so."""
    phone = read_phone(typed, "DE")
    assert (phone.e164, phone.kind) == (None, "extension")
    assert phone.extension == phone.digits == typed.strip(" x#").removeprefix("sip:").partition("@")[0]


def test_a_number_without_area_code_is_kept_for_searching_only():
    assert read_phone("555-1234", "US") == Phone(None, None, "555-1234", "5551234", "extension")


def test_a_short_number_is_public_where_all_numbers_are_short():
    assert read_phone("62889", "AC").e164 == "+24762889"


def test_without_a_region_only_international_numbers_are_public():
    assert read_phone("030 1234567", "").kind == "extension"
    assert read_phone("030 1234567", "Narnia").kind == "extension"


def test_a_prefix_that_is_newer_than_the_tables_is_still_a_number():
    assert read_phone("+1 999 555 1234", "DE").e164 == "+19995551234"


def test_letters_dial_digits_where_they_stand_for_them():
    assert read_phone("1-800-FLOWERS", "US").e164 == "+18003569377"


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("0049 30", "4930"),
        ("+49 30", "4930"),
        ("+49 (0)30", "4930"),
        ("030", "30"),
        ("(0)30 / 12-34.5", "3012345"),
        ("tel:+4930", "4930"),
        ("030 1234 ext. 5", "301234"),
        ("4567", "4567"),
        ("Ken", ""),
        ("Ken 12", ""),
        ("", ""),
        ("0" * 5000, ""),
    ],
)
def test_the_digits_people_type_are_part_of_the_stored_ones(typed: str, digits: str):
    assert search_digits(typed) == digits


def test_with_a_region_other_trunk_prefixes_are_understood():
    assert search_digits("8 (912) 345-67-89", "RU") == "79123456789"
    assert search_digits("8 (912)", "RU") == "8912"
    assert search_digits("2345678901", "US") == "2345678901"


@pytest.mark.parametrize(
    ("e164", "groups"),
    [
        (BERLIN, ("+49", "30", "123", "45", "67")),
        ("+12125550100", ("+1", "212", "555", "0100")),
        ("+33123456789", ("+33", "1", "23", "45", "67", "89")),
        ("12", ("12",)),
        ("", ()),
    ],
)
def test_a_number_is_spoken_in_groups_of_at_most_four(e164: str, groups: tuple[str, ...]):
    assert spoken(e164) == groups


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("030/1234567", "+49 30 123 45 67"),
        ("030/1234567 x12", "+49 30 123 45 67 ext. 12"),
        (" 7042 ", "7042"),
        ("withheld", ""),
    ],
)
def test_a_number_is_shown_in_international_form(typed: str, shown: str):
    assert display(read_phone(typed, "DE")) == shown


def test_importing_the_module_loads_no_numbering_plans():
    code = "import sys, desktop_desk.domain.phones; sys.exit('phonenumbers' in sys.modules)"
    assert run([sys.executable, "-c", code], check=False).returncode == 0


def test_real_numbers_read_alike_in_all_their_notations(real_data: Path):
    with (real_data / "phone-vectors" / "example_numbers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    notations = ("e164", "international", "national", "rfc3966")
    missed = [
        row
        for row in rows
        if {read_phone(row[notation], row["region"]).e164 for notation in notations} != {row["e164"]}
    ]
    assert len(rows) > 900
    assert len(missed) / len(rows) < 0.01
    unfound = [
        row[notation]
        for row in rows
        for notation in notations
        if search_digits(row[notation], row["region"]) not in row["e164"]
    ]
    assert unfound == []
