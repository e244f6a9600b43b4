"""Mails in a ticket's thread: quoted text is folded away, pictures are small, the raw mail can be looked at."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton

from desktop_desk.channels.mail_import import import_mails
from desktop_desk.desk.desk import Desk
from desktop_desk.ui.mail_room.pictures import small
from desktop_desk.ui.mail_room.raw_mail import RawMailDialog
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.widgets.cards import ThreadView
from tests.drivers import part, press

QUOTED = """It jams again.

On Mon, 3 Mar 2025, Support wrote:
> We renewed the drum.
> Is it well now?
"""


def png(width: int, height: int) -> bytes:
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    assert image.save(buffer, "PNG")  # pyright: ignore[reportArgumentType, reportCallIssue]  the stub wants bytes
    return bytes(held.data())


@pytest.fixture
def number(desk: Desk, tmp_path: Path) -> str:
    """A ticket of two mails: a quoting one, and one with a picture."""
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = "Ken Lee <ken@sales.example>", "Printer", "<q1@x>"
    mail.set_content(QUOTED)
    (tmp_path / "1.eml").write_bytes(mail.as_bytes())
    answer = EmailMessage()
    answer["From"], answer["Subject"], answer["Message-ID"] = "Ken Lee <ken@sales.example>", "Re", "<q2@x>"
    answer["In-Reply-To"] = "<q1@x>"
    answer.set_content("See the picture.\n-- \nKen Lee\nSales\n")
    answer.add_attachment(png(900, 300), maintype="image", subtype="png", filename="jam.png")
    (tmp_path / "2.eml").write_bytes(answer.as_bytes())
    [number] = dict.fromkeys(import_mails(desk, [tmp_path / "1.eml", tmp_path / "2.eml"]).numbers)
    return number


def shown(window: MainWindow, number: str) -> ThreadView:
    window.open_ticket(number)
    return window.pane.conversation


def spoken(thread: ThreadView) -> list[str]:
    model = thread.model()
    role = Qt.ItemDataRole.AccessibleTextRole
    return [model.index(row, 0).data(role) for row in range(model.rowCount())]


def test_quoted_text_is_folded_away_and_a_screen_reader_says_so(number: str, window: MainWindow) -> None:
    said = [text for text in spoken(shown(window, number)) if "jams" in text]
    assert said == [said[0]]
    assert said[0].endswith("It jams again.\n… quoted text (3 lines)")
    assert "drum" not in said[0]


def test_q_unfolds_what_is_quoted_in_the_card_with_the_cursor_and_folds_it_again(
    number: str, window: MainWindow, desk: Desk
) -> None:
    thread = shown(window, number)
    entry = next(entry for entry in desk.ticket(number).thread if "jams" in entry.text)
    thread.scroll_to(entry.uid)
    thread.setFocus()
    before = thread._stack.total
    press(window, Qt.Key.Key_Q)
    unfolded = next(text for text in spoken(thread) if "jams" in text)
    assert "> We renewed the drum." in unfolded
    assert "quoted text (" not in unfolded
    assert thread._stack.total > before
    assert not any("Sales" in text for text in spoken(thread))
    thread.select_all()
    assert "> Is it well now?" in thread.selected_text()
    press(window, Qt.Key.Key_Q)
    assert not any("drum" in text for text in spoken(thread))
    assert thread._stack.total == before


def test_all_of_the_ticket_are_unfolded_at_once(number: str, window: MainWindow) -> None:
    thread = shown(window, number)
    window.actions_["mail.all_quoted"].trigger()
    whole = "\n".join(spoken(thread))
    assert "drum" in whole
    assert "Sales" in whole
    window.actions_["mail.all_quoted"].trigger()
    assert "drum" not in "\n".join(spoken(thread))


def test_a_click_on_the_line_unfolds_it(number: str, window: MainWindow, desk: Desk) -> None:
    thread = shown(window, number)
    entry = next(entry for entry in desk.ticket(number).thread if "jams" in entry.text)
    thread.scroll_to(entry.uid)
    row = thread.currentIndex().row()
    line = thread._painter.quote_line(thread._lay(row), thread._width())
    box = thread.visualRect(thread.currentIndex())
    place = QPoint(int(line.x()) + 10, box.y() + int(line.center().y()))
    QTest.mouseClick(thread.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert any("drum" in text for text in spoken(thread))


def test_what_was_unfolded_stays_so_when_the_ticket_changes(
    number: str, window: MainWindow, desk: Desk
) -> None:
    thread = shown(window, number)
    window.actions_["mail.all_quoted"].trigger()
    desk.note(number, "Looked at it.")
    window.refresh()
    assert any("drum" in text for text in spoken(thread))
    assert any("Looked at it." in text for text in spoken(thread))


def test_a_ticket_without_quotes_has_nothing_to_unfold(window: MainWindow, desk: Desk) -> None:
    row = next(row for row in desk.queue("open").rows if row.subject.startswith("VPN"))
    shown(window, row.number)
    assert not window.actions_["mail.quoted"].isEnabled()
    assert not window.actions_["mail.raw"].isEnabled()


def test_pictures_stand_small_in_the_thread(number: str, window: MainWindow, desk: Desk) -> None:
    thread = shown(window, number)
    [file] = [file for entry in desk.ticket(number).thread for file in entry.attachments]
    picture = thread._painter._files.pictures[file.uid]
    assert (picture.width(), picture.height()) == (640, 213)
    row = thread._cards.row_of(next(card.key for card in thread._cards.cards if card.files))
    laid = thread._lay(row)
    assert laid.height > 150
    thread.grab()


@pytest.mark.parametrize(
    "body", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\nbroken"]
)
def test_what_is_no_picture_is_not_shown(body: bytes) -> None:
    assert small(body).isNull()


def test_a_picture_that_only_tells_that_a_mail_was_read_is_not_shown() -> None:
    assert small(png(1, 1)).isNull()
    assert not small(png(40, 40)).isNull()


def test_the_raw_mail_of_an_entry_can_be_looked_at_and_saved(
    number: str, window: MainWindow, desk: Desk, tmp_path: Path
) -> None:
    thread = shown(window, number)
    entry = next(entry for entry in desk.ticket(number).thread if "jams" in entry.text)
    thread.scroll_to(entry.uid)
    window.actions_["mail.raw"].trigger()
    dialog = window.findChild(RawMailDialog)
    assert dialog is not None
    assert "Message-ID: <q1@x>" in dialog.text.toPlainText()
    assert "jams" not in dialog.text.toPlainText()
    part(dialog, QPushButton, "raw_mail_source").click()
    assert "It jams again." in dialog.text.toPlainText()
    dialog.save_to(tmp_path / "saved.eml")
    assert (tmp_path / "saved.eml").read_bytes() == (tmp_path / "1.eml").read_bytes()


def test_the_menu_of_an_entry_leads_to_its_raw_mail(number: str, window: MainWindow, desk: Desk) -> None:
    thread = shown(window, number)
    entry = next(entry for entry in desk.ticket(number).thread if "jams" in entry.text)
    menu = QMenu(window)
    thread.menu_requested.emit(entry.uid, menu)
    names = [action.objectName() for action in menu.actions()]
    assert "raw_mail" in names
    assert "mail.quoted" in names
