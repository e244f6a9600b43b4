"""Callers, their contact points and organisations."""

import pytest

from desktop_desk.desk.views import NewPerson
from desktop_desk.domain.errors import Invalid, NotFound
from tests.builders import KEN, ADesk, a_ticket, kens_ticket


def a_person(office: ADesk, person: NewPerson = KEN) -> str:
    uid = office.john.add_person(person).uid
    assert uid is not None
    return uid


def test_a_caller_has_several_contacts_and_needs_no_mail_address(office: ADesk) -> None:
    uid = a_person(office, NewPerson("Ann Roe", ("+49 30 1234567", "ext. 12")))
    view = office.john.person(uid)
    assert view.name == "Ann Roe"
    assert [(contact.kind, contact.value) for contact in view.contacts] == [
        ("phone", "+49 30 1234567"),
        ("phone", "ext. 12"),
    ]
    office.john.add_contact(uid, "email", "ann@roe.example")
    office.john.add_contact(uid, "other", "room 4.12")
    assert len(office.john.person(uid).contacts) == 4


@pytest.mark.parametrize(
    "person", [NewPerson(), NewPerson("  "), NewPerson("", (" ",), ("",)), NewPerson("\x00")]
)
def test_a_caller_of_whom_nothing_is_known_is_refused(office: ADesk, person: NewPerson) -> None:
    with pytest.raises(Invalid, match="Nothing is known") as caught:
        office.john.add_person(person)
    assert "enough" in caught.value.advice


@pytest.mark.parametrize(
    ("kind", "value"),
    [("email", "no address"), ("email", "@"), ("phone", " "), ("pigeon", "coop 3"), ("other", "")],
)
def test_a_contact_that_cannot_be_taken_is_refused(office: ADesk, kind: str, value: str) -> None:
    uid = a_person(office)
    with pytest.raises(Invalid):
        office.john.add_contact(uid, kind, value)


def test_a_contact_that_is_removed_finds_nobody_any_more(office: ADesk) -> None:
    uid = a_person(office)
    phone = office.john.person(uid).contacts[0]
    office.john.remove_contact(phone.uid)
    assert office.john.find_people("290-3674") == ()
    assert office.john.match_person(phone="318 290 3674") is None
    office.john.undo()
    assert [hit.name for hit in office.john.find_people("290-3674")] == ["Ken Lee"]
    assert office.john.match_person(phone="(318) 290-3674") == uid


def test_undoing_a_new_contact_takes_it_away_everywhere(office: ADesk) -> None:
    uid = a_person(office)
    office.john.add_contact(uid, "phone", "+49 30 7654321")
    assert office.john.find_people("7654321") != ()
    office.john.undo()
    assert office.john.find_people("7654321") == ()
    assert len(office.john.person(uid).contacts) == 2
    assert office.ada.check(rebuild=True).problems == ()


def test_a_new_name_stands_on_all_the_tickets_of_a_caller(office: ADesk) -> None:
    number = kens_ticket(office.john)
    caller = office.john.ticket(number).caller
    assert caller is not None
    office.john.edit_person(caller.uid, name="Kenneth Lee", organisation="Marketing", notes="prefers mail")
    assert office.john.queue("open").rows[0].caller == "Kenneth Lee"
    view = office.john.person(caller.uid)
    assert (view.organisation, view.notes) == ("Marketing", "prefers mail")
    assert [hit.organisation for hit in office.john.find_people("marketing")] == ["Marketing"]
    assert office.john.find_people("sales.example") != ()
    assert office.ada.check(rebuild=True).problems == ()


def test_only_what_changed_of_a_caller_is_written(office: ADesk) -> None:
    uid = a_person(office)
    assert office.john.edit_person(uid, name="Ken Lee", organisation="Sales", notes="").act == ""


def test_two_agents_who_change_a_caller_at_once_get_along_when_it_is_not_the_same_field(
    office: ADesk,
) -> None:
    uid = a_person(office)
    form = office.john.person(uid).position
    office.jane.edit_person(uid, notes="Jane's", seen=form)
    office.john.edit_person(uid, name="John's", seen=form)
    view = office.john.person(uid)
    assert (view.name, view.notes) == ("John's", "Jane's")


def test_an_organisation_is_known_by_its_name_in_any_case(office: ADesk) -> None:
    first = a_person(office, NewPerson("Ann", organisation="Roe & Sons"))
    second = a_person(office, NewPerson("Bob", organisation=" roe  & SONS "))
    assert office.john.person(first).organisation == office.john.person(second).organisation == "Roe & Sons"
    assert [(known.name, known.people) for known in office.john.organisations()] == [("Roe & Sons", 2)]
    assert office.john.add_organisation("ROE & SONS").act == ""


def test_a_renamed_organisation_is_renamed_for_all_its_people(office: ADesk) -> None:
    uid = a_person(office)
    organisation = office.john.organisations()[0].uid
    office.john.edit_organisation(organisation, name="Sales and Marketing")
    assert office.john.person(uid).organisation == "Sales and Marketing"
    assert office.john.find_people("marketing") != ()
    office.john.undo()
    assert office.john.person(uid).organisation == "Sales"
    assert office.john.find_people("marketing") == ()
    assert office.ada.check(rebuild=True).problems == ()


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ({"phone": "+1 318 290 3674"}, True),
        ({"phone": "(318) 290-3674"}, True),
        ({"phone": "318 290 3675"}, False),
        ({"email": " KEN@sales.example "}, True),
        ({"email": "ken@other.example"}, False),
        ({"name": "lee, KEN"}, True),
        ({"name": "Ken"}, False),
        ({"name": "Ken Lee", "phone": "999"}, False),
        ({}, False),
        ({"email": "\ud800"}, False),
        ({"phone": "\ud800"}, False),
        ({"name": "\ud800"}, False),
    ],
)
def test_a_caller_is_matched_by_his_whole_number_address_or_name(
    office: ADesk, known: dict[str, str], *, asked: bool
) -> None:
    office.ada.change_settings(country="US")
    uid = a_person(office)
    assert office.john.match_person(**known) == (uid if asked else None)


def test_two_callers_of_one_number_are_not_guessed(office: ADesk) -> None:
    for name in ("Ken", "Sue"):
        a_person(office, NewPerson(name, ("+49 30 1234567",)))
    assert office.john.match_person(phone="+49 30 1234567") is None
    assert {hit.name for hit in office.john.find_people("+49301234567")} == {"Ken", "Sue"}


def test_a_callers_open_tickets_are_shown_the_newest_first(office: ADesk) -> None:
    numbers = [kens_ticket(office.john, f"Ticket {n}") for n in range(4)]
    office.john.close(numbers[1])
    uid = office.john.match_person(phone="(318) 290-3674")
    assert uid is not None
    assert [row.number for row in office.john.tickets_of(uid)] == [numbers[3], numbers[2], numbers[0]]
    assert len(office.john.tickets_of(uid, open_only=False)) == 4
    assert len(office.john.tickets_of(uid, limit=2)) == 2
    assert office.john.find_people("Ken")[0].open_tickets == 3
    assert office.john.person(uid).open_tickets == 3


@pytest.mark.parametrize("uid", ["", "nobody", "0" * 32, "\ud800", "'; --"])
def test_a_caller_who_is_not_there(office: ADesk, uid: str) -> None:
    with pytest.raises(NotFound):
        office.john.person(uid)
    with pytest.raises(NotFound):
        office.john.edit_person(uid, name="x")
    with pytest.raises(NotFound):
        office.john.add_contact(uid, "phone", "1")
    with pytest.raises(NotFound):
        office.john.remove_contact(uid)
    assert office.john.tickets_of(uid) == ()


def test_the_contact_that_matched_is_the_one_that_is_shown(office: ADesk) -> None:
    a_person(
        office, NewPerson("Ann Roe", ("+49 30 111111", "+49 30 222222"), ("a@x.example", "ann@y.example"))
    )
    (hit,) = office.john.find_people("2222")
    assert (hit.phone, hit.matched) == ("+49 30 222222", "+49 30 222222")
    (hit,) = office.john.find_people("ann@y")
    assert (hit.email, hit.matched) == ("ann@y.example", "ann@y.example")


def test_a_ticket_keeps_its_caller_when_his_making_is_undone(office: ADesk) -> None:
    made = office.john.add_person(KEN)
    number = a_ticket(office.jane, caller=made.uid)
    office.john.undo(made.act)
    assert office.jane.queue("open").rows[0].caller == "Ken Lee"
    assert office.ada.check(rebuild=True).problems == ()
    assert office.jane.ticket(number).state == "open"
