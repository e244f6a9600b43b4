"""Who gets the replies of a ticket stands above the editor; others get them in copy, by dialog and by chip."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.views import CallDraft, NewPerson
from desktop_desk.ui.mail_room.copies import CopyDialog
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.widgets.buttons import KeyButton
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


def buttons(window: MainWindow) -> list[str]:
    names = ("composer_send", "composer_send_resolve")
    return [part(window, KeyButton, name).text() for name in names]


def told(window: MainWindow) -> str:
    assert part(window, QWidget, "recipients").isVisible()
    return part(window, QPushButton, "recipients_to").text()


def test_what_is_mailed_is_sent(number: str, window: MainWindow) -> None:
    window.open_ticket(number)
    assert buttons(window) == ["Send", "Send and resolve"]


def test_where_no_mailbox_sends_a_reply_is_saved_and_the_editor_says_why(
    window: MainWindow, desk: Desk
) -> None:
    window.open_ticket(next(row.number for row in desk.queue("open").rows if row.subject.startswith("VPN")))
    assert buttons(window) == ["Save reply", "Save and resolve"]
    assert told(window) == "Mailed to nobody: no mailbox can send"
    window.actions_["ticket.note"].trigger()
    assert buttons(window) == ["Add note", "Add and resolve"]


@pytest.mark.parametrize(
    ("subject", "why"),
    [("Till 3", "the caller has no e-mail address"), ("Scanner", "the ticket has no caller")],
)
def test_a_reply_to_whom_no_mail_reaches_is_saved_and_the_editor_says_why(
    number: str, window: MainWindow, desk: Desk, subject: str, why: str
) -> None:
    window.open_ticket(next(row.number for row in desk.queue("open").rows if row.subject.startswith(subject)))
    assert buttons(window) == ["Save reply", "Save and resolve"]
    assert told(window) == f"Mailed to nobody: {why}"
    window.open_ticket(number)
    assert buttons(window) == ["Send", "Send and resolve"]


def test_a_reply_to_a_request_of_the_form_is_seen_on_its_page(window: MainWindow, desk: Desk) -> None:
    caller = NewPerson("Mia Sand", ("030 555 1122",))
    made = desk.log_call(CallDraft("Fax", new_caller=caller, source="web")).number
    assert made is not None
    window.open_ticket(made)
    assert buttons(window)[0] == "Save reply"
    assert told(window) == "Not mailed: the caller sees it on the status page"


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
