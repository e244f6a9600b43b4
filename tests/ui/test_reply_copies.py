"""Who gets the replies of a ticket stands above the editor; others get them in copy, by dialog and by chip."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.views import NewPerson
from desktop_desk.ui.mail_room.copies import CopyDialog
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.widgets.chips import Chip, ChipRow
from tests.drivers import part
from tests.ui.conftest import PASSWORD


@pytest.fixture
def number(desk: Desk, front: FrontDoor) -> str:
    """The ticket of Ken, who has an e-mail address, at an office with a mailbox that sends."""
    ada = front.log_in("admin", PASSWORD)
    ada.add("mailbox", name="Help", address="help@office.example", smtp_host="smtp.office.example")
    return next(row.number for row in desk.queue("open").rows if row.subject.startswith("VPN"))


def copies(window: MainWindow) -> list[str]:
    return part(window, ChipRow, "recipients_copies").keys()


def the_dialog(window: MainWindow) -> CopyDialog:
    window.actions_["mail.copy_to"].trigger()
    dialog = window.findChild(CopyDialog)
    assert dialog is not None
    return dialog


def test_the_editor_says_to_whom_a_reply_goes(number: str, window: MainWindow) -> None:
    window.open_ticket(number)
    assert (
        part(window, QPushButton, "recipients_to").text()
        == "Mailed to ken@sales.example from help@office.example"
    )
    row = part(window, QWidget, "recipients")
    assert row.isVisible()
    window.actions_["ticket.note"].trigger()
    assert not row.isVisible()
    window.actions_["ticket.reply"].trigger()
    assert row.isVisible()


def test_an_office_that_sends_no_mail_sees_nothing_of_it(window: MainWindow, desk: Desk) -> None:
    window.open_ticket(next(row.number for row in desk.queue("open").rows))
    assert not part(window, QWidget, "recipients").isVisible()


def test_an_address_is_typed_and_gets_copies_until_its_chip_is_removed(
    number: str, window: MainWindow, desk: Desk
) -> None:
    window.open_ticket(number)
    dialog = the_dialog(window)
    QTest.keyClicks(dialog.search.edit, "Boss@Sales.example")
    QTest.keyClick(dialog.search.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk.recipients(number).copies == ("boss@sales.example",)
    assert copies(window) == ["boss@sales.example"]
    [chip] = part(window, ChipRow, "recipients_copies").findChildren(Chip)
    assert chip.text() == "Copy: boss@sales.example"
    chip.removed.emit()
    assert desk.recipients(number).copies == ()
    QApplication.processEvents()
    assert copies(window) == []
    window.actions_["ticket.undo"].trigger()
    assert desk.recipients(number).copies == ("boss@sales.example",)


def test_somebody_known_is_found_by_name_and_enter_takes_him(
    number: str, window: MainWindow, desk: Desk
) -> None:
    desk.add_person(NewPerson("Rosa Till", (), ("rosa@till.example",)))
    window.open_ticket(number)
    dialog = the_dialog(window)
    QTest.keyClicks(dialog.search.edit, "rosa t")
    QTest.keyClick(dialog.search.edit, Qt.Key.Key_Return)
    dialog.finish()
    assert desk.recipients(number).copies == ("rosa@till.example",)


def test_what_is_no_address_is_told_and_nothing_is_saved(number: str, window: MainWindow, desk: Desk) -> None:
    window.open_ticket(number)
    dialog = the_dialog(window)
    QTest.keyClicks(dialog.search.edit, "nobody at all")
    dialog.finish()
    assert dialog.error.isVisible()
    assert dialog.isVisible()
    assert desk.recipients(number).copies == ()
