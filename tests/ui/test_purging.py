"""What must be forgotten: asked for once more, gone afterwards, and offered only to whoever may."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.views import CallDraft, NewPerson
from desktop_desk.ui.background import Background
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.people.held_data import PersonData
from desktop_desk.ui.settings.office_window import OfficeWindow
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.for_good import ForGood
from tests.drivers import FrontDesk, part
from tests.drivers_office import OfficePage, find
from tests.office_builders import AnOffice, an_office
from tests.ui.conftest import PASSWORD


@pytest.fixture
def login() -> str:
    return "admin"


@pytest.fixture
def desk(front: FrontDoor, login: str) -> Desk:
    return front.log_in(login, PASSWORD)


def question() -> ForGood:
    """The question that stands there."""
    shown = [
        each for each in QApplication.topLevelWidgets() if isinstance(each, ForGood) and each.isVisible()
    ]
    assert [each.objectName() for each in shown] == ["for_good"]
    return shown[0]


def entry_menu(window: MainWindow, desk: Desk, text: str) -> QMenu:
    number = window.pane.view.number if window.pane.view else ""
    entry = next(entry for entry in desk.ticket(number).thread if entry.text == text)
    menu = QMenu(window)
    window.pane.conversation.menu_requested.emit(entry.uid, menu)
    return menu


def texts(desk: Desk, number: str) -> list[str]:
    return [entry.text for entry in desk.ticket(number).thread]


def test_words_are_purged_after_one_question_and_enter_alone_keeps_them(
    front_desk: FrontDesk, window: MainWindow, desk: Desk
) -> None:
    number = front_desk.ticket.number()
    desk.note(number, "Her card number is 4111 1111")
    window.refresh()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape, None):
        menu = entry_menu(window, desk, "Her card number is 4111 1111")
        next(action for action in menu.actions() if action.objectName() == "purge_entry").trigger()
        box = question()
        words = part(box, QLabel, "for_good_words").text()
        assert "“Her card number is 4111 1111”" in words
        assert "cannot be undone" in words
        if key is None:
            part(box, QPushButton, "for_good_yes").click()
        else:
            QTest.keyClick(box.focusWidget(), key)
        assert not box.isVisible()
        assert ("Her card number is 4111 1111" in texts(desk, number)) is (key is not None)
    assert window.toasts.text() == f"Purged from {number}"


@pytest.mark.parametrize("login", ["limited"])
def test_who_may_not_purge_is_not_offered_it(
    front: FrontDoor, window: MainWindow, front_desk: FrontDesk, desk: Desk, login: str
) -> None:
    desk.note(front_desk.ticket.number(), "Keep this")
    window.refresh()
    names = [action.objectName() for action in entry_menu(window, desk, "Keep this").actions()]
    assert "purge_entry" not in names
    assert "undo_entry" in names


@pytest.fixture(autouse=True)
def limited(front: FrontDoor, template: Path) -> None:
    """An agent who may do little."""
    admin = front.log_in("admin", PASSWORD)
    if admin.directory().agent("limited") is None:
        admin.add_agent("limited", "Lim Ited", PASSWORD, department="Support", role="Limited Access")


# A person


@pytest.fixture
def office(tmp_path: Path) -> Iterator[AnOffice]:
    with an_office(tmp_path / "office.desk") as made:
        ken = made.ada.add_person(NewPerson("Ken Lee", ("+49 30 901820 11",))).uid
        made.ada.log_call(CallDraft("VPN down", "Ken cannot connect.", caller=ken))
        yield made


@pytest.fixture
def people(look: Appearance, office: AnOffice, qtbot: QtBot, qapp: QApplication) -> OfficePage:
    operations = Operations(office.ada, Background(inline=True), office.front.data_version, parent=qapp)
    window = OfficeWindow(look, operations, None)
    qtbot.addWidget(window)
    window.show()
    QTest.qWaitForWindowActive(window)
    return OfficePage(cast("QWidget", window.show_page("person")))


def test_a_person_is_forgotten_with_or_without_what_was_said(people: OfficePage, office: AnOffice) -> None:
    find(people.page, QPushButton, "person_forget").click()
    box = question()
    assert not part(box, QCheckBox, "for_good_more").isChecked()
    part(box, QPushButton, "for_good_no").click()
    assert [hit.name for hit in office.ada.find_people("Ken")] == ["Ken Lee"]
    find(people.page, QPushButton, "person_forget").click()
    part(question(), QCheckBox, "for_good_more").click()
    part(question(), QPushButton, "for_good_yes").click()
    assert office.ada.find_people("Ken") == ()
    (row,) = office.ada.queue("open").rows
    assert row.subject == "(purged)"
    assert "Ken cannot connect." not in texts(office.ada, row.number)


def test_all_that_is_held_is_written_into_a_file(people: OfficePage, tmp_path: Path) -> None:
    data = people.page.findChild(PersonData)
    assert data is not None
    said: list[tuple[str, bool]] = []
    data.told.connect(lambda words, error: said.append((words, error)))
    path = tmp_path / "ken.json"
    data.export_to(str(path))
    held = json.loads(path.read_text("utf-8"))
    assert held["person"]["name"] == "Ken Lee"
    assert [ticket["subject"] for ticket in held["tickets"]] == ["VPN down"]
    data.export_to(str(path))
    assert [error for _words, error in said] == [False, True]
    assert said[1][0].startswith("There is already a file")
