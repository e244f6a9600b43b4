"""The office's differences on screen: marked in the lists, told above the form, settled with one key."""

from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop_desk import bootstrap
from desktop_desk.ui.background import Background
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.settings.office_window import OfficeWindow
from desktop_desk.ui.theme import Appearance
from tests.drivers import part
from tests.office_builders import AnOffice, QuickPasswords


@pytest.fixture
def window(look: Appearance, office: AnOffice, qapp: QApplication, qtbot: QtBot) -> OfficeWindow:
    operations = Operations(
        office.ada, Background(inline=True, parent=qapp), office.front.data_version, parent=qapp
    )
    made = OfficeWindow(look, operations, None)
    qtbot.addWidget(made)
    made.show()
    return made


def differ(office: AnOffice) -> str:
    """Two people gave a department another name, each from a form that was read before."""
    form = office.ada.queue("open").position
    office.ada.change("department", office.support, name="Help")
    office.ada.edit_agent("john", admin=True)
    office.log_in("john").change("department", office.support, name="Service", seen=form)
    return office.support


def test_a_difference_is_marked_and_one_key_settles_it(window: OfficeWindow, office: AnOffice) -> None:
    uid = differ(office)
    shown = office.ada.directory().department(uid)
    assert shown is not None
    page = window.show_page("department")
    table = page._list._model  # type: ignore[union-attr]
    names = [str(table.index(row, 0).data()) for row in range(table.rowCount())]
    assert sorted(name.startswith("≠") for name in names) == [False, True]
    page.show_thing(uid)  # type: ignore[union-attr]
    strip = part(page, QLabel, "form_title")
    assert strip.text() == shown.name
    keep = part(page, QAbstractButton, "settle_name_1")
    take = part(page, QAbstractButton, "settle_name_2")
    assert keep.isVisible()
    assert shown.name in keep.accessibleName()
    QTest.keySequence(window, "Alt+2")
    settled = office.ada.directory().department(uid)
    assert settled is not None
    assert {shown.name, settled.name} == {"Help", "Service"}
    assert office.ada.office_differences() == ()
    assert not take.isVisible()


def test_settings_that_differ_are_settled_on_their_page(window: OfficeWindow, office: AnOffice) -> None:
    form = office.ada.queue("open").position
    office.ada.change_settings(lock_minutes=5)
    office.ada.edit_agent("john", admin=True)
    office.log_in("john").change_settings(lock_minutes=7, seen=form)
    window.show_disputed()
    QTest.keySequence(window, "Alt+1")
    assert office.ada.office_differences() == ()
    assert office.ada.settings().lock_minutes in {5, 7}


def test_twins_are_told_above_the_form_of_each(
    window: OfficeWindow, office: AnOffice, tmp_path: Path
) -> None:
    copy = tmp_path / "laptop.desk"
    office.ada.backup(tmp_path / "kept")
    bootstrap.restore_desk(tmp_path / "kept", copy)
    front = bootstrap.open_desk(copy, passwords=QuickPasswords())
    laptop = front.log_in("ada", "secret sentence")
    for desk in (office.ada, laptop):
        desk.add_agent("kim", "Kim", "secret sentence", department="Support")
    log = laptop.store.log
    have = office.ada.store.log.vector().get(log.own, 0)
    office.ada.store.log.apply(log.entries(log.own, have))
    front.close()
    page = window.show_page("agent")
    window.show_disputed()
    told = part(page, QLabel, "office_twins")
    assert told.isVisible()
    assert "The login “kim” is there more than once: Kim, made by Ada Admin" in told.text()
    kims = [agent.uid for agent in office.ada.directory().agents if agent.login == "kim"]
    office.ada.edit_agent(kims[0], login="kim2")
    page.reload()
    assert not told.isVisible()
