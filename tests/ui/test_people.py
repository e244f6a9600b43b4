"""Callers at the keyboard: looked up, added, edited with several numbers, and their tickets opened."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from desktop_desk.desk.views import CallDraft, NewPerson
from desktop_desk.domain.errors import Invalid
from desktop_desk.ui.background import Background
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.people.people_page import PeoplePage
from desktop_desk.ui.settings.office_window import OfficeWindow
from desktop_desk.ui.theme import Appearance
from tests.drivers_office import OfficePage, find
from tests.office_builders import AnOffice, an_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[AnOffice]:
    with an_office(tmp_path / "front.desk") as made:
        made.ada.add_person(
            NewPerson("Ken Lee", ("+49 30 901820 11", "0171 5501234"), ("ken@lee.test",), "Lee & Sons")
        )
        made.ada.add_person(NewPerson("Rosa Klein", ("+49 40 123456",)))
        yield made


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
def window(
    look: Appearance, office: AnOffice, opened: list[str], qtbot: QtBot, qapp: QApplication
) -> OfficeWindow:
    operations = Operations(office.ada, Background(inline=True), office.front.data_version, parent=qapp)
    made = OfficeWindow(look, operations, None, open_ticket=opened.append)
    qtbot.addWidget(made)
    made.show()
    QTest.qWaitForWindowActive(made)
    return made


@pytest.fixture
def page(window: OfficeWindow) -> OfficePage:
    return OfficePage(cast("QWidget", window.show_page("person")))


def contacts(page: OfficePage) -> list[str]:
    """What stands in the rows of numbers and addresses."""
    lines = page.page.findChildren(QLineEdit)
    return [line.text() for line in lines if line.objectName().startswith("contact_") and line.isVisible()]


@pytest.mark.parametrize(
    "typed", ["ken", "Lee, K", "90182011", "1820", "4930", "0171 55", "ken@", "lee sons"]
)
def test_any_part_of_name_number_address_or_organisation_finds_a_caller(page: OfficePage, typed: str) -> None:
    page.filter(typed)
    assert page.names() == ["Ken Lee"]
    assert page.title == "Ken Lee"


def test_a_number_is_listed_in_the_groups_in_which_it_is_said(page: OfficePage) -> None:
    page.filter("ken")
    assert "+49 30 901 820 11" in page.rows()[0]


def test_before_anything_is_typed_the_newest_callers_are_there(page: OfficePage) -> None:
    assert page.names() == ["Rosa Klein", "Ken Lee"]


def test_a_caller_needs_no_e_mail_address(office: AnOffice, page: OfficePage) -> None:
    page.keys.press("Ins")
    page.fill(name="Ann Roe", contact_1="030 555 01")
    page.save()
    assert page.words == "Saved Ann Roe."
    hit = office.ada.find_people("ann roe")[0]
    assert (hit.phone, hit.email) == ("030 555 01", "")
    assert page.title == "Ann Roe"


def test_a_caller_may_be_a_number_only(office: AnOffice, page: OfficePage) -> None:
    page.keys.press("Ins")
    page.fill(contact_1="030 555 01")
    page.save()
    assert "(no name)" in page.names()


def test_nothing_at_all_is_no_caller(page: OfficePage) -> None:
    page.keys.press("Ins")
    page.save()
    assert page.errors() == ["Type a name, a phone number or an e-mail address: any one is enough."]


def test_a_caller_gets_further_numbers_and_one_undo_takes_the_whole_save_back(
    office: AnOffice, page: OfficePage
) -> None:
    page.choose("Ken Lee")
    assert contacts(page) == ["+49 30 901820 11", "0171 5501234", "ken@lee.test"]
    page.press("add_contact")
    page.keys.type("ken@home.test")
    page.fill(name="Kenneth Lee", contact_2="0171 5509999", organisation="City Library")
    page.save()
    uid = office.ada.find_people("kenneth")[0].uid
    person = office.ada.person(uid)
    assert sorted((contact.kind, contact.value) for contact in person.contacts) == [
        ("email", "ken@home.test"),
        ("email", "ken@lee.test"),
        ("phone", "+49 30 901820 11"),
        ("phone", "0171 5509999"),
    ]
    assert person.organisation == "City Library"
    page.press("undo")
    person = office.ada.person(uid)
    assert person.name == "Ken Lee"
    assert person.organisation == "Lee & Sons"
    assert contacts(page) == ["+49 30 901820 11", "0171 5501234", "ken@lee.test"]


def test_a_number_is_taken_off(office: AnOffice, page: OfficePage) -> None:
    page.choose("Ken Lee")
    page.fill(contact_2="x")
    line = find(page.page, QLineEdit, "contact_2")
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Backspace)
    page.save()
    uid = office.ada.find_people("ken lee")[0].uid
    assert [contact.value for contact in office.ada.person(uid).contacts] == [
        "+49 30 901820 11",
        "ken@lee.test",
    ]
    assert office.ada.find_people("0171") == ()


def test_an_address_that_is_none_is_said_and_nothing_is_saved(office: AnOffice, page: OfficePage) -> None:
    page.choose("Rosa Klein")
    page.press("add_contact")
    page.keys.type("rosa@")
    page.fill(name="Rosa Gross")
    page.save()
    assert "is no e-mail address" in page.errors()[0]
    assert [hit.name for hit in office.ada.find_people("rosa")] == ["Rosa Klein"]
    assert page.value("name") == "Rosa Gross"


def test_the_open_tickets_of_a_caller_stand_there_and_enter_opens_one(
    office: AnOffice, window: OfficeWindow, opened: list[str]
) -> None:
    uid = office.ada.find_people("ken")[0].uid
    number = str(office.ada.log_call(CallDraft("VPN down", caller=uid)).number)
    page = OfficePage(cast("QWidget", window.show_page("person")))
    page.choose("Ken Lee")
    tickets = find(page.page, QListWidget, "tickets")
    assert [tickets.item(place).text() for place in range(tickets.count())] == [f"{number}  VPN down"]
    tickets.setFocus()
    tickets.setCurrentRow(0)
    page.keys.press("Enter")
    assert opened == [number]


def test_a_caller_who_is_not_listed_can_be_shown(office: AnOffice, window: OfficeWindow) -> None:
    page = OfficePage(cast("QWidget", window.show_page("person")))
    page.filter("rosa")
    assert page.names() == ["Rosa Klein"]
    shown = page.page
    assert isinstance(shown, PeoplePage)
    shown.show_person(office.ada.find_people("ken")[0].uid)
    assert page.title == "Ken Lee"
    assert page.keys.focused() == "name"


def test_organisations_are_listed_with_their_people_and_renamed(
    office: AnOffice, window: OfficeWindow
) -> None:
    page = OfficePage(cast("QWidget", window.show_page("organisation")))
    assert page.rows() == [["Lee & Sons", "1"]]
    page.choose("Lee & Sons")
    page.fill(name="Lee & Daughters")
    page.save()
    assert page.rows() == [["Lee & Daughters", "1"]]
    assert office.ada.find_people("daughters")[0].name == "Ken Lee"
    page.press("undo")
    assert page.rows() == [["Lee & Sons", "1"]]


def test_two_organisations_do_not_share_a_name(office: AnOffice) -> None:
    office.ada.add_organisation("City Library")
    uid = next(known.uid for known in office.ada.organisations() if known.name == "Lee & Sons")
    with pytest.raises(Invalid, match="city library"):
        office.ada.edit_organisation(uid, name="city library")


def test_tab_goes_through_the_whole_form_however_many_numbers_there_are(page: OfficePage) -> None:
    page.choose("Ken Lee")
    reached: list[str] = []
    while not reached or reached[-1] != "save":
        page.keys.press("Tab")
        reached.append(page.keys.focused())
        assert len(reached) < 30, reached
    names = [name for name in reached if name]
    assert [name for name in names if name.startswith("contact_")] == ["contact_1", "contact_2", "contact_3"]
    after = names[names.index("contact_3") + 1 :]
    assert after[-4:] == ["add_contact", "organisation", "notes", "save"]


def test_esc_goes_from_the_form_to_the_list_and_then_out(window: OfficeWindow, page: OfficePage) -> None:
    page.choose("Ken Lee")
    page.keys.press("Enter")
    assert page.keys.focused() == "name"
    page.keys.press("Esc")
    assert page.keys.focused() == "table"
    assert window.isVisible()
    page.keys.press("Esc")
    assert not window.isVisible()
