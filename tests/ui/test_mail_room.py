"""The mail room in the window: what waits in quarantine, and mails that are dropped."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop_desk.channels.mail_import import import_mails
from desktop_desk.desk.desk import Desk
from desktop_desk.ui.mail_room.came_in import CameInDialog
from desktop_desk.ui.mail_room.file_to import FileToDialog
from desktop_desk.ui.mail_room.importing import MailImport
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.widgets.table import FastTable
from tests.drivers import FrontDesk, part, press


def a_mail(text: str = "The printer burns.", *, ident: str = "1@sales.example", **headers: str) -> bytes:
    mail = EmailMessage()
    told = {"From": "Ken Lee <ken@sales.example>", "Subject": "Printer", "Message-ID": f"<{ident}>"}
    for name, value in {**told, **headers}.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def a_bounce(ident: str) -> bytes:
    """A report about a mail that this desk has not sent: it waits in quarantine."""
    return a_mail(
        "Could not be delivered: no such user.", ident=ident, Subject="Undelivered",
        From="MAILER-DAEMON@mx.example", X_Failed_Recipients="rosa@shop.example",
    )  # fmt: skip


@pytest.fixture
def held(desk: Desk, tmp_path: Path) -> Path:
    """Two mails in quarantine and one that was ignored."""
    folder = tmp_path / "held"
    folder.mkdir()
    (folder / "1.eml").write_bytes(a_bounce("b1@mx.example"))
    (folder / "2.eml").write_bytes(a_bounce("b2@mx.example"))
    (folder / "3.eml").write_bytes(
        a_mail(ident="auto@x", Auto_Submitted="auto-replied", Subject="Out of office")
    )
    tally = import_mails(desk, [folder])
    assert (len(tally.quarantined), tally.ignored) == (2, 1)
    return folder


def quarantine(window: MainWindow) -> FastTable:
    window.actions_["view.quarantine"].trigger()
    return part(window, FastTable, "quarantine_table")


def shown(table: FastTable, column: int = 2) -> list[str]:
    model = table.model()
    return [model.index(row, column).data() for row in range(model.rowCount())]


def comes_to(table: FastTable, *subjects: str) -> None:
    """The list is read anew when the program comes to it."""
    wait(lambda: shown(table) == list(subjects))


def wait(until: Callable[[], bool]) -> None:
    for _turn in range(400):
        QApplication.processEvents()
        if until():
            return
    assert until()


def test_the_quarantine_stands_in_the_side_list_only_while_something_is_in_it(
    desk: Desk, front_desk: FrontDesk, window: MainWindow, tmp_path: Path
) -> None:
    assert "quarantine" not in front_desk.queues.counts()
    file = tmp_path / "b.eml"
    file.write_bytes(a_bounce("b@mx.example"))
    import_mails(desk, [file])
    window.refresh()
    assert front_desk.queues.counts()["quarantine"] == "1"


def test_an_empty_quarantine_that_somebody_looks_at_stands_in_the_side_list_until_he_leaves(
    window: MainWindow, front_desk: FrontDesk, qtbot: QtBot
) -> None:
    assert "quarantine" not in front_desk.queues.counts()
    window.actions_["view.quarantine"].trigger()
    qtbot.waitUntil(lambda: window.side.selected() == "quarantine")
    window.show_queue("open")
    window.refresh()
    qtbot.waitUntil(lambda: "quarantine" not in front_desk.queues.counts())
    assert window.side.selected() == "open"


def test_a_held_mail_is_read_with_its_reason_and_its_headers(held: Path, window: MainWindow) -> None:
    table = quarantine(window)
    assert shown(table) == ["Undelivered", "Undelivered"]
    assert "not sent" in part(window, QLabel, "mail_why").text()
    text = part(window, QPlainTextEdit, "mail_text")
    assert "no such user" in text.toPlainText()
    table.setFocus()
    press(window, Qt.Key.Key_H)
    assert "Message-ID: <b" in text.toPlainText()
    press(window, Qt.Key.Key_H)
    assert "no such user" in text.toPlainText()


def test_t_makes_a_ticket_and_undo_puts_the_mail_back(held: Path, window: MainWindow, desk: Desk) -> None:
    table = quarantine(window)
    table.setFocus()
    press(window, Qt.Key.Key_T)
    comes_to(table, "Undelivered")
    view = window.current_ticket()
    assert view is not None
    assert view.subject == "Undelivered"
    window.actions_["ticket.undo"].trigger()
    comes_to(table, "Undelivered", "Undelivered")
    assert desk.ticket(view.number).state == "withdrawn"
    press(window, Qt.Key.Key_T)
    comes_to(table, "Undelivered")


def test_f_files_the_mail_to_a_ticket_that_is_chosen(
    held: Path, window: MainWindow, desk: Desk, qtbot: QtBot
) -> None:
    table = quarantine(window)
    table.setFocus()
    press(window, Qt.Key.Key_F)
    dialog = window.findChild(FileToDialog)
    assert dialog is not None
    number = next(row.number for row in desk.queue("open").rows if row.subject.startswith("VPN"))
    dialog._search.set_text(number)
    dialog.ask_first()
    qtbot.waitUntil(dialog._file.isEnabled)
    dialog.finish()
    comes_to(table, "Undelivered")
    thread = desk.ticket(number).thread
    assert any("no such user" in entry.text for entry in thread)
    window.actions_["ticket.undo"].trigger()
    comes_to(table, "Undelivered", "Undelivered")
    assert not any("no such user" in entry.text for entry in desk.ticket(number).thread)


def test_del_dismisses_all_that_are_selected_in_one_act(held: Path, window: MainWindow, desk: Desk) -> None:
    table = quarantine(window)
    table.setFocus()
    table.selectAll()
    press(window, Qt.Key.Key_Delete)
    comes_to(table)
    assert desk.mail_counts()["dismissed"] == 2
    window.actions_["ticket.undo"].trigger()
    comes_to(table, "Undelivered", "Undelivered")


def test_ignored_mails_stand_beside_and_can_be_filed(held: Path, window: MainWindow) -> None:
    table = quarantine(window)
    tab = part(window, QPushButton, "quarantine_ignored")
    assert tab.text() == "Ignored 1"
    tab.click()
    assert shown(table) == ["Out of office"]
    window.actions_["mail.release"].trigger()
    comes_to(table)
    view = window.current_ticket()
    assert view is not None
    assert view.subject == "Out of office"


def test_what_is_done_with_mails_is_greyed_out_elsewhere(held: Path, window: MainWindow) -> None:
    quarantine(window)
    assert window.actions_["mail.release"].isEnabled()
    window.show_queue("open")
    assert not window.actions_["mail.release"].isEnabled()


# Dropping


def data_of(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(window: MainWindow, data: QMimeData) -> bool:
    """Drop on the window; whether it took what was dragged over it."""
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(200, 300), copy, data, left, none)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(window, QDropEvent(QPoint(200, 300).toPointF(), copy, data, left, none))
    return enter.isAccepted()


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    """A folder with a new ticket, an answer to it, the same mail again, an automatic answer and a stray report."""
    folder = tmp_path / "mails"
    (folder / "old").mkdir(parents=True)
    (folder / "1.eml").write_bytes(a_mail())
    (folder / "2.eml").write_bytes(a_mail("Still.", ident="2@x", In_Reply_To="<1@sales.example>"))
    (folder / "3.eml").write_bytes(a_mail())
    (folder / "4.eml").write_bytes(a_mail(ident="4@x", Auto_Submitted="auto-replied"))
    (folder / "old" / "5.eml").write_bytes(a_bounce("5@x"))
    return folder


def test_a_folder_that_is_dropped_is_taken_in_and_accounted_for(
    mails: Path, window: MainWindow, front_desk: FrontDesk
) -> None:
    assert drop(window, data_of(mails))
    importing = window.findChild(MailImport)
    assert importing is not None
    assert importing.strip.accessibleName() == (
        "5 mails read: 1 ticket, 1 reply, 1 known before, 1 ignored, 1 in quarantine"
    )
    wait(lambda: front_desk.queues.counts().get("quarantine") == "1")
    part(window, QPushButton, "came_ticket").click()
    dialog = window.findChild(CameInDialog)
    assert dialog is not None
    assert shown(dialog.table, 1) == ["Printer"]
    dialog.table.row_activated.emit(0)
    view = window.current_ticket()
    assert view is not None
    assert view.subject == "Printer"
    part(window, QPushButton, "came_quarantined").click()
    assert shown(part(window, FastTable, "quarantine_table")) == ["Undelivered"]


def test_files_that_are_no_mails_are_not_taken(window: MainWindow, tmp_path: Path) -> None:
    picture = tmp_path / "gate.png"
    picture.write_bytes(b"x")
    assert not drop(window, data_of(picture))


def test_mails_on_the_clipboard_are_pasted(mails: Path, window: MainWindow, desk: Desk) -> None:
    QGuiApplication.clipboard().setMimeData(data_of(mails / "1.eml"))
    window.focus_list()
    press(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert desk.mail_counts()["filed"] == 1


def test_an_import_that_is_stopped_keeps_what_was_read(
    window: MainWindow, desk: Desk, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number}.eml").write_bytes(a_mail(ident=f"{number}@many"))
    importing = window.findChild(MailImport)
    assert importing is not None
    importing.told.connect(importing._stop)
    importing.take([folder])
    assert importing.strip.accessibleName() == "Stopped. 25 mails read: 25 tickets"
    assert desk.mail_counts()["filed"] == 25


def test_a_folder_that_is_gone_is_told(window: MainWindow, tmp_path: Path) -> None:
    importing = window.findChild(MailImport)
    assert importing is not None
    importing.take([tmp_path / "gone.eml"])
    assert "Mails are not all taken in" in window.notice.text
    assert not importing.strip.isVisible()
