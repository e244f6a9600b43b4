"""The lists of the office at the keyboard: add, edit, put out of use, undo."""

from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_desk.desk.views import CallDraft
from desktop_desk.domain.errors import AccessDenied
from desktop_desk.domain.permissions import MEANINGS, PERMISSIONS
from desktop_desk.ui.background import Background
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.settings.office_window import OfficeWindow, side_items
from desktop_desk.ui.settings.permission_texts import permission_choices
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.side_list import SideItem, SideList
from tests.drivers_office import OfficePage, find, operations_of
from tests.office_builders import AnOffice


@pytest.fixture
def operations(office: AnOffice, qapp: QApplication) -> Operations:
    return operations_of(office, qapp)


@pytest.fixture
def window(look: Appearance, operations: Operations, drafts: Drafts, qtbot: QtBot) -> OfficeWindow:
    made = OfficeWindow(look, operations, drafts)
    qtbot.addWidget(made)
    made.show()
    QTest.qWaitForWindowActive(made)
    return made


def page_of(window: OfficeWindow, key: str) -> OfficePage:
    return OfficePage(cast("QWidget", window.show_page(key)))


def test_agents_are_listed_by_name_and_who_is_out_of_use_stands_last_with_the_word(
    office: AnOffice, window: OfficeWindow
) -> None:
    office.ada.deactivate("agent", office.jane)
    page = page_of(window, "agent")
    assert page.names() == ["Ada Admin", "John Doe", "Jane Doe"]
    assert [row[-1] for row in page.rows()] == ["", "", "out of use"]


def test_every_page_has_room_on_a_common_screen_with_large_text(
    look: Appearance, window: OfficeWindow
) -> None:
    look.set_text_scale(2.0)
    for item in side_items():
        if isinstance(item, SideItem):
            window.show_page(item.key)
            QApplication.processEvents()
            assert window.minimumSizeHint().width() <= 1280, item.key
            assert window.minimumSizeHint().height() <= 800, item.key


def test_adding_an_agent_by_keyboard_lets_him_log_in(office: AnOffice, window: OfficeWindow) -> None:
    page = page_of(window, "agent")
    page.keys.press("Ins")
    assert page.title == "New agent"
    assert page.keys.focused() == "name"
    page.fill(
        name="Omar Haddad",
        login="omar",
        department="System Administrators",
        role="Limited Access",
        password="secret sentence",
        again="secret sentence",
    )
    page.save()
    assert page.words == "Saved Omar Haddad."
    assert page.names() == ["Ada Admin", "Jane Doe", "John Doe", "Omar Haddad"]
    assert page.title == "Omar Haddad"
    omar = office.log_in("omar").actor
    assert omar.department == office.administrators
    directory = office.ada.directory()
    role = directory.role(omar.role)
    assert role is not None
    assert role.name == "Limited Access"


def test_what_is_wrong_stands_beside_the_fields_and_nothing_typed_is_lost(window: OfficeWindow) -> None:
    page = page_of(window, "agent")
    page.keys.press("Ins")
    page.fill(name="Omar Haddad", password="short", again="other")
    page.save()
    assert page.errors() == ["Type a user name.", "A password needs at least 8 characters."]
    assert page.keys.focused() == "login"
    assert page.value("name") == "Omar Haddad"


def test_a_field_that_is_wrong_is_scrolled_into_sight(window: OfficeWindow) -> None:
    window.resize(1000, 420)
    page = page_of(window, "agent")
    page.keys.press("Ins")
    page.fill(name="Omar", login="omar", password="secret sentence", again="other sentence")
    find(page.page, QLineEdit, "name").setFocus()
    page.save()
    again = find(page.page, QLineEdit, "again")
    assert again.hasFocus()
    assert not again.visibleRegion().isEmpty()


def test_what_only_the_desk_knows_to_be_wrong_stands_beside_its_field_too(window: OfficeWindow) -> None:
    page = page_of(window, "agent")
    page.keys.press("Ins")
    page.fill(name="Another John", login="JOHN", password="secret sentence", again="secret sentence")
    page.save()
    assert len(page.errors()) == 1
    assert "JOHN" in page.errors()[0]
    assert page.value("name") == "Another John"
    assert "Another John" not in page.names()


def test_only_what_was_changed_is_saved_so_that_anothers_change_stays(
    office: AnOffice, window: OfficeWindow
) -> None:
    page = page_of(window, "agent")
    page.choose("John Doe")
    page.fill(phone="+49 30 1234")
    office.ada.edit_agent(office.john, email="john@office.test")
    page.save()
    john = office.ada.directory().agent("john")
    assert john is not None
    assert (john.phone, john.email) == ("+49 30 1234", "john@office.test")


def test_saving_again_without_a_change_writes_nothing(office: AnOffice, window: OfficeWindow) -> None:
    page = page_of(window, "agent")
    page.choose("John Doe")
    before = office.ada.check().facts
    page.save()
    assert page.words == "Nothing has changed."
    assert office.ada.check().facts == before


def test_a_new_password_needs_no_other_change(office: AnOffice, window: OfficeWindow) -> None:
    page = page_of(window, "agent")
    page.choose("John Doe")
    page.fill(new_password="another sentence", again="another sentence")
    page.save()
    with pytest.raises(AccessDenied):
        office.log_in("john")
    assert office.front.log_in("john", "another sentence").actor.login == "john"
    assert page.value("new_password") == ""


def test_an_agent_works_in_another_department_with_another_role(
    office: AnOffice, window: OfficeWindow
) -> None:
    page = page_of(window, "agent")
    page.choose("John Doe")
    page.press("add_extra_role")
    page.fill(extra_department_1="System Administrators", extra_role_1="View Only")
    page.save()
    assert page.words == "Saved John Doe."
    john = office.ada.directory().agent("john")
    directory = office.ada.directory()
    assert john is not None
    view_only = directory.role("View Only")
    assert view_only is not None
    assert dict(john.roles) == {office.administrators: view_only.uid}
    assert page.value("extra_department_1") == "System Administrators"
    page.press("undo")
    john = office.ada.directory().agent("john")
    assert john is not None
    assert not any(john.roles.values())


def test_undo_stands_beside_what_was_saved(office: AnOffice, window: OfficeWindow) -> None:
    page = page_of(window, "department")
    page.choose("Support")
    page.fill(name="Front office")
    page.save()
    assert page.names() == ["Front office", "System Administrators"]
    page.press("undo")
    assert page.names() == ["Support", "System Administrators"]
    assert page.value("name") == "Support"


def test_ctrl_z_takes_back_what_was_just_saved_in_the_settings_too(
    office: AnOffice, window: OfficeWindow
) -> None:
    page = page_of(window, "settings")
    page.fill(name="Back office")
    page.save()
    assert office.ada.directory().settings.name == "Back office"
    find(page.page, QAbstractButton, "save").setFocus()
    page.keys.press("Ctrl+Z")
    assert office.ada.directory().settings.name == "Front desk"


def test_ctrl_z_in_the_list_takes_back_what_was_just_done(office: AnOffice, window: OfficeWindow) -> None:
    page = page_of(window, "team")
    page.keys.press("Ins")
    page.fill(name="Network", members=["John Doe", "Jane Doe"])
    page.save()
    assert [row[:3] for row in page.rows()] == [["Network", "", "2 agents"]]
    page.table.setFocus()
    page.keys.press("Ctrl+Z")
    assert page.names() == []


def test_a_new_team_has_the_phone_line_that_was_typed(office: AnOffice, window: OfficeWindow) -> None:
    page = page_of(window, "team")
    page.keys.press("Ins")
    page.fill(name="Network", phone="700")
    page.save()
    assert [team.phone for team in office.ada.directory().teams] == ["700"]


def test_putting_an_agent_out_of_use_tells_what_he_holds_and_releases_it_on_request(
    office: AnOffice, window: OfficeWindow
) -> None:
    numbers = [
        str(office.ada.log_call(CallDraft(subject, agent="john")).number)
        for subject in ("One", "Two", "Three")
    ]
    office.ada.close(numbers[2])
    page = page_of(window, "agent")
    page.choose("John Doe")
    page.keys.press("Ctrl+Del")
    assert page.words == "John Doe holds 2 open tickets."
    assert page.keys.focused() == "yes"
    page.press("yes")
    assert page.words == "John Doe is out of use."
    john = office.ada.directory().agent("john")
    assert john is not None
    assert not john.active
    assert [office.ada.ticket(number).agent for number in numbers] == [None, None, "john"]
    page.press("undo")
    john = office.ada.directory().agent("john")
    assert john is not None
    assert john.active
    assert [office.ada.ticket(number).agent for number in numbers] == ["john", "john", "john"]


def test_putting_an_agent_out_of_use_can_leave_him_his_tickets(
    office: AnOffice, window: OfficeWindow
) -> None:
    number = str(office.ada.log_call(CallDraft("One", agent="john")).number)
    page = page_of(window, "agent")
    page.choose("John Doe")
    page.keys.press("Ctrl+Del")
    page.press("no")
    assert office.ada.ticket(number).agent == "john"
    with pytest.raises(AccessDenied):
        office.log_in("john")


def test_the_question_can_be_left_with_esc(office: AnOffice, window: OfficeWindow) -> None:
    office.ada.log_call(CallDraft("One", agent="john"))
    page = page_of(window, "agent")
    page.choose("John Doe")
    page.keys.press("Ctrl+Del", "Esc")
    assert page.words == ""
    john = office.ada.directory().agent("john")
    assert john is not None
    assert john.active
    assert page.keys.focused() == "toggle"


def test_what_is_out_of_use_comes_back_with_the_same_key(office: AnOffice, window: OfficeWindow) -> None:
    page = page_of(window, "topic")
    page.choose("Feedback")
    page.keys.press("Ctrl+Del")
    assert page.rows()[-1][0] == "Feedback"
    assert page.rows()[-1][-1] == "out of use"
    page.choose("Feedback")
    page.keys.press("Ctrl+Del")
    assert page.words == "Feedback is in use again."
    assert all(row[-1] == "" for row in page.rows())


def test_nobody_can_put_himself_out_of_use(window: OfficeWindow) -> None:
    page = page_of(window, "agent")
    page.choose("Ada Admin")
    page.keys.press("Ctrl+Del")
    assert "yourself" in page.words
    assert page.rows()[0][-1] == ""


@pytest.mark.parametrize(("key", "title"), [("department", "New department"), ("mailbox", "New mailbox")])
def test_after_a_click_on_the_name_of_a_list_its_keys_work(
    window: OfficeWindow, key: str, title: str
) -> None:
    window.show_page("person")
    side = find(window, SideList, "office_side")
    row = next(row for row, item in enumerate(side_items()) if isinstance(item, SideItem) and item.key == key)
    place = side.visualRect(side.model().index(row, 0)).center()
    QTest.mouseClick(side.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    page = OfficePage(find(window, QWidget, f"{key}_page"))
    assert page.keys.focused() == "table"
    page.keys.press("Ins")
    assert page.title == title


def test_esc_throws_away_and_goes_back_to_the_list(window: OfficeWindow) -> None:
    page = page_of(window, "department")
    page.choose("Support")
    page.keys.press("Enter")
    assert page.keys.focused() == "name"
    page.keys.type("xyz")
    page.keys.press("Esc")
    assert page.value("name") == "Support"
    assert page.keys.focused() == "table"


def test_what_esc_threw_away_of_a_new_thing_is_brought_back_by_its_button(window: OfficeWindow) -> None:
    page = page_of(window, "agent")
    page.keys.press("Ins")
    page.fill(name="Omar Haddad", login="omar", password="secret sentence")
    page.keys.press("Esc")
    assert page.title == "Ada Admin"
    assert page.words == "Thrown away."
    page.press("undo")
    assert page.title == "New agent"
    assert (page.value("name"), page.value("login")) == ("Omar Haddad", "omar")
    assert page.value("password") == "secret sentence"
    page.fill(department="Support", role="Limited Access", again="secret sentence")
    page.save()
    assert "Omar Haddad" in page.names()


def test_what_esc_threw_away_can_be_brought_back_after_the_window_was_closed(window: OfficeWindow) -> None:
    page = page_of(window, "department")
    page.choose("Support")
    page.fill(name="Front office")
    page.keys.press("Esc", "Esc")
    assert not window.isVisible()
    window.show()
    page = page_of(window, "department")
    page.choose("System Administrators")
    page.keys.press("Ctrl+Z")
    assert (page.title, page.value("name")) == ("Support", "Front office")
    page.save()
    assert "Front office" in page.names()


def test_esc_with_nothing_typed_throws_nothing_away(window: OfficeWindow) -> None:
    page = page_of(window, "agent")
    page.keys.press("Ins", "Esc")
    assert page.words == ""


def test_a_new_thing_is_there_again_with_ins_after_the_window_was_closed(
    look: Appearance, operations: Operations, drafts: Drafts, window: OfficeWindow, qtbot: QtBot
) -> None:
    page = page_of(window, "agent")
    page.keys.press("Ins")
    page.fill(name="Omar Haddad")
    page.keys.press("Ctrl+W")
    again = OfficeWindow(look, operations, drafts)
    qtbot.addWidget(again)
    again.show()
    QTest.qWaitForWindowActive(again)
    page = page_of(again, "agent")
    page.keys.press("Ins")
    assert page.value("name") == "Omar Haddad"


def test_what_was_typed_and_not_saved_comes_back_with_its_line(window: OfficeWindow) -> None:
    page = page_of(window, "department")
    page.choose("Support")
    page.fill(name="Front office")
    page.choose("System Administrators")
    assert page.value("name") == "System Administrators"
    page.choose("Support")
    assert page.value("name") == "Front office"
    assert page.words.startswith("Not saved yet")
    page.save()
    assert "Front office" in page.names()


def test_passwords_are_never_kept_in_drafts(window: OfficeWindow, drafts: Drafts) -> None:
    page = page_of(window, "agent")
    page.choose("John Doe")
    page.fill(phone="1234567", new_password="another sentence")
    kept = [draft.content for draft in drafts.all("agent:")]
    assert kept == [{"phone": "1234567"}]


def test_a_form_in_use_is_not_refilled_when_somebody_else_changes_the_same(
    office: AnOffice, window: OfficeWindow, operations: Operations
) -> None:
    page = page_of(window, "department")
    page.choose("Support")
    page.fill(manager="John Doe")
    office.ada.change("department", office.support, name="Front office")
    operations.others_changed.emit()
    assert page.value("name") == "Support"
    assert page.words.startswith("Somebody else changed this meanwhile")
    assert "Front office" in page.names()
    page.save()
    department = office.ada.directory().department(office.support)
    assert department is not None
    assert (department.name, department.manager) == ("Front office", office.john)


def test_a_role_is_its_ticks(office: AnOffice, window: OfficeWindow) -> None:
    page = page_of(window, "role")
    page.keys.press("Ins")
    page.fill(name="Front desk", permissions=["log calls and open tickets", "write notes"])
    page.save()
    role = office.ada.directory().role("Front desk")
    assert role is not None
    assert role.permissions == {"ticket.create", "ticket.note"}
    page.choose("Front desk")
    assert page.ticked("permissions") == ["log calls and open tickets", "write notes"]


def test_every_permission_has_its_words_and_can_be_ticked() -> None:
    assert set(MEANINGS) == set(PERMISSIONS)
    assert [key for key, _text in permission_choices() if key] == list(PERMISSIONS)


def test_a_topic_stands_under_another_and_says_where_its_tickets_go(
    office: AnOffice, window: OfficeWindow
) -> None:
    page = page_of(window, "topic")
    page.keys.press("Ins")
    page.fill(
        name="VPN", parent="Report a problem", department="System Administrators", priority="A · Emergency",
        agent="Jane Doe", required_to_close=["Topic"],
    )  # fmt: skip
    page.save()
    assert ["Report a problem › VPN", "System Administrators", "A", "Jane Doe", ""] in page.rows()
    ticket = office.ada.ticket(str(office.ada.log_call(CallDraft("Cannot connect", topic="VPN")).number))
    assert (ticket.priority, ticket.agent, ticket.department) == ("A", "jane", "System Administrators")


def test_the_filter_narrows_the_list(window: OfficeWindow) -> None:
    page = page_of(window, "agent")
    page.filter("doe supp")
    assert page.names() == ["John Doe"]
    page.keys.press("Esc")
    assert len(page.names()) == 3


@pytest.fixture
def johns_window(office: AnOffice, look: Appearance, qtbot: QtBot, qapp: QApplication) -> OfficeWindow:
    """The office as John sees it, whose role lets him log and answer, and change nothing here."""
    john = Operations(
        office.log_in("john"), Background(inline=True, parent=qapp), office.front.data_version, parent=qapp
    )
    made = OfficeWindow(look, john, None)
    qtbot.addWidget(made)
    made.show()
    QTest.qWaitForWindowActive(made)
    return made


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("department", "add and edit departments"),
        ("agent", "add and edit agents"),
        ("settings", "change the settings of the desk"),
    ],
)
def test_who_may_not_save_is_told_so_before_he_types(johns_window: OfficeWindow, key: str, what: str) -> None:
    page = page_of(johns_window, key)
    assert find(page.page, QLineEdit, "name").isReadOnly()
    assert find(page.page, QLabel, "refused").text() == (
        f"You can look at this: your role does not let you {what}."
    )
    assert find(page.page, QLabel, "refused").isVisible()
    assert not find(page.page, QAbstractButton, "save").isVisible()


def test_who_may_not_add_does_not_begin_to(johns_window: OfficeWindow) -> None:
    page = page_of(johns_window, "department")
    assert not find(page.page, QAbstractButton, "add").isEnabled()
    page.keys.press("Ins")
    assert page.title != "New department"
    assert page.words == "You can look at this: your role does not let you add and edit departments."


def test_who_may_edit_callers_types_as_ever(johns_window: OfficeWindow) -> None:
    page = page_of(johns_window, "person")
    page.keys.press("Ins")
    assert page.title == "New person"
    assert find(page.page, QAbstractButton, "save").isVisible()


def test_desk_settings_are_saved_and_undone(office: AnOffice, window: OfficeWindow) -> None:
    page = page_of(window, "settings")
    assert page.value("country") == "Germany"
    assert page.value("region") == "Berlin (BE)"
    page.fill(name="North office", required_to_close=["Caller"])
    page.save()
    settings = office.ada.settings()
    assert (settings.name, settings.required_to_close) == ("North office", ("caller",))
    page.press("undo")
    settings = office.ada.settings()
    assert (settings.name, settings.required_to_close) == ("Front desk", ())
    assert page.value("name") == "Front desk"


def test_what_was_typed_into_the_settings_of_the_desk_outlives_the_window_and_esc(
    look: Appearance, operations: Operations, drafts: Drafts, window: OfficeWindow, qtbot: QtBot
) -> None:
    page = page_of(window, "settings")
    page.fill(name="North office", country="France")
    page.keys.press("Ctrl+W")
    again = OfficeWindow(look, operations, drafts)
    qtbot.addWidget(again)
    again.show()
    QTest.qWaitForWindowActive(again)
    page = page_of(again, "settings")
    assert (page.value("name"), page.value("country")) == ("North office", "France")
    page.keys.press("Esc")
    assert (page.value("name"), page.words) == ("Front desk", "Thrown away.")
    page.press("undo")
    assert (page.value("name"), page.value("country")) == ("North office", "France")
    page.save()
    assert page.words == "Saved the settings."
    assert drafts.all("settings:") == ()


def test_another_country_brings_its_regions(window: OfficeWindow) -> None:
    page = page_of(window, "settings")
    page.fill(country="Austria")
    assert page.value("region") == "– none –"
    page.fill(region="Wien (9)")
    page.save()
    assert page.words == "Saved the settings."


def test_a_country_that_does_not_exist_is_not_taken(window: OfficeWindow) -> None:
    page = page_of(window, "settings")
    page.fill(country="Atlantis")
    assert page.value("country") == "Germany"


@pytest.mark.parametrize(
    "key", ["agent", "department", "team", "role", "topic", "settings", "person", "summary"]
)
def test_everything_that_takes_keys_has_a_name_for_screen_readers(window: OfficeWindow, key: str) -> None:
    page = cast("QWidget", window.show_page(key))
    kinds = (QAbstractButton, QLineEdit, QComboBox, QSpinBox, QAbstractItemView)
    nameless = [
        f"{type(widget).__name__} {widget.objectName()}"
        for kind in kinds
        for widget in page.findChildren(kind)
        if widget.isVisible()
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        and not isinstance(widget.parent(), QComboBox | QSpinBox)
    ]
    assert not nameless


def test_f6_goes_between_the_names_of_the_lists_and_the_list(window: OfficeWindow) -> None:
    page = page_of(window, "agent")
    assert page.keys.focused() == "table"
    page.keys.press("F6")
    assert page.keys.focused() == "office_side"
    page.keys.press("F6")
    assert page.keys.focused() == "table"
