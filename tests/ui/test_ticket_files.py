"""Files on a ticket in the window: given, kept with the draft, sent, seen, opened, saved."""

import tempfile
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import Attachment
from desktop_desk.domain.attachments import LARGEST
from desktop_desk.storage.store import Store
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.opened_files import OpenedFiles, is_run_by_opening
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.tickets.composer import Composer
from desktop_desk.ui.tickets.pending_files import BYTES, tidy
from desktop_desk.ui.widgets.chips import Chip, ChipRow
from tests.drivers import FrontDesk, part
from tests.ui.test_main_window import TILL


@pytest.fixture
def home_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that lies where it stays."""
    monkeypatch.setattr(tempfile, "gettempdir", lambda: "/nowhere")
    path = tmp_path / "till.log"
    path.write_bytes(b"till 3 says no\n")
    return path


@pytest.fixture
def shown(window: MainWindow, tmp_path: Path) -> list[Path]:
    """What the desktop's programs were asked to show."""
    paths: list[Path] = []

    def show(url: QUrl) -> bool:
        paths.append(Path(url.toLocalFile()))
        return True

    window.files._opened = OpenedFiles(tmp_path / "opened", show)
    return paths


def dropped(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def chips(front_desk: FrontDesk) -> list[str]:
    row = part(front_desk.window, ChipRow, "pending_files")
    return [chip.text() for chip in row.findChildren(Chip) if chip.isVisible()]


def sent_files(desk: Desk, number: str) -> list[tuple[str, str]]:
    return [(entry.kind, file.name) for entry in desk.ticket(number).thread for file in entry.attachments]


def attached(front_desk: FrontDesk, jane: Desk, *files: Attachment) -> str:
    """Jane attached these to the ticket that the window shows."""
    number = front_desk.ticket.number()
    front_desk.others_work()
    jane.attach(number, files)
    front_desk.others_work()
    return number


def test_a_chosen_file_is_a_chip_and_goes_with_the_reply(
    front_desk: FrontDesk, desk: Desk, home_file: Path, window: MainWindow
) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("r")
    front_desk.press("Ctrl+Shift+F")
    (dialog,) = window.findChildren(QFileDialog)
    dialog.filesSelected.emit([str(home_file)])
    dialog.accept()
    assert chips(front_desk) == ["till.log · 15 bytes"]
    assert front_desk.focused() == "composer_text"
    front_desk.composer.write("See the log.")
    front_desk.composer.send()
    assert sent_files(desk, number) == [("reply", "till.log")]
    assert chips(front_desk) == []
    assert "till.log (15 bytes)" in front_desk.ticket.thread()[-2] + front_desk.ticket.thread()[-1]


def test_files_chosen_for_one_ticket_never_go_with_another(
    front_desk: FrontDesk, desk: Desk, home_file: Path, window: MainWindow
) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("r")
    front_desk.press("Ctrl+Shift+F")
    (dialog,) = window.findChildren(QFileDialog)
    window.open_ticket(next(row.number for row in desk.queue("open").rows if row.number != number))
    dialog.filesSelected.emit([str(home_file)])
    dialog.done(0)
    assert chips(front_desk) == []


def test_a_file_is_enough_without_a_word(front_desk: FrontDesk, desk: Desk, home_file: Path) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("n")
    front_desk.window.pane.composer.take(dropped(home_file))
    front_desk.composer.send(resolve=True)
    assert sent_files(desk, number) == [("note", "till.log")]
    assert desk.ticket(number).state == "resolved"


def test_files_dropped_anywhere_on_the_ticket_go_along(
    front_desk: FrontDesk, window: MainWindow, home_file: Path
) -> None:
    front_desk.table.press("r")
    given = dropped(home_file, home_file)  # the event does not keep it alive
    event = QDropEvent(
        QPointF(30, 30), Qt.DropAction.CopyAction, given, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )  # fmt: skip
    window.pane.dropEvent(event)
    assert chips(front_desk) == ["till.log · 15 bytes"] * 2
    assert front_desk.composer.text() == ""


def test_a_pasted_picture_is_a_file_and_cells_of_a_table_are_text(front_desk: FrontDesk, desk: Desk) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("r")
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    cells = QMimeData()
    cells.setImageData(image)
    cells.setText("a\tb")
    QGuiApplication.clipboard().setMimeData(cells)
    front_desk.composer.editor.paste()
    assert (chips(front_desk), front_desk.composer.text()) == ([], "a\tb")
    QGuiApplication.clipboard().setImage(image)
    front_desk.composer.editor.paste()
    (chip,) = chips(front_desk)
    assert chip.startswith("Picture 20")
    front_desk.composer.send()
    ((_kind, name),) = sent_files(desk, number)
    uid = next(file.uid for entry in desk.ticket(number).thread for file in entry.attachments)
    back = QImage.fromData(b"".join(desk.open_attachment(uid)))
    assert name.endswith(".png")
    assert (back.width(), back.height(), back.pixelColor(3, 3)) == (40, 30, QColor("red"))


def test_a_chip_is_taken_off_by_keyboard_and_its_bytes_are_forgotten(
    front_desk: FrontDesk, drafts: Drafts
) -> None:
    front_desk.table.press("r")
    image = QImage(4, 3, QImage.Format.Format_RGB32)
    QGuiApplication.clipboard().setImage(image)
    front_desk.composer.editor.paste()
    assert len(drafts.all(BYTES)) == 1
    button = part(front_desk.window.pane.composer.files, QToolButton, "chip-remove")
    assert button.accessibleName().startswith("Remove Picture")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert chips(front_desk) == []
    assert drafts.all() == ()


def test_files_are_kept_with_the_draft_also_over_a_restart(
    front_desk: FrontDesk, drafts: Drafts, home_file: Path, look: Appearance, qtbot: QtBot, window: MainWindow
) -> None:
    front_desk.table.press("r")
    front_desk.composer.write("See")
    image = QImage(4, 3, QImage.Format.Format_RGB32)
    image.fill(QColor("blue"))
    QGuiApplication.clipboard().setImage(image)
    front_desk.composer.editor.paste()
    window.pane.composer.take(dropped(home_file))
    assert len(chips(front_desk)) == 2
    front_desk.table.go_to(TILL)
    assert chips(front_desk) == []
    view = window.pane.view
    assert drafts.flush()
    drafts.close()
    again = Drafts(drafts._writer._path)
    try:
        (draft,) = again.all("reply:")
        composer = Composer(look, again, window.now)
        qtbot.addWidget(composer)
        tidy(again)
        assert view is not None
        first = window.operations.desk.ticket("1001-9")
        composer.show_ticket(first)
        assert draft.key == f"reply:{first.uid}"
        picture, log = composer.files.attachments()
        assert isinstance(picture.source, bytes)
        assert QImage.fromData(picture.source).pixelColor(1, 1) == QColor("blue")
        assert log.source == home_file
    finally:
        again.close()


def test_bytes_that_no_draft_names_are_dropped_at_the_start(drafts: Drafts) -> None:
    drafts.keep(f"{BYTES}0", {"data": "AAAA"})
    drafts.keep(f"{BYTES}1", {"data": "AAAA"})
    drafts.keep("reply:x", {"text": "", "files": [{"key": "1", "name": "x", "size": 3}]})
    tidy(drafts)
    assert [draft.key for draft in drafts.all(BYTES)] == [f"{BYTES}1"]


def test_a_file_that_is_soon_taken_away_is_kept_by_its_bytes(
    front_desk: FrontDesk, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    number = front_desk.ticket.number()
    path = tmp_path / "from-browser.png"
    path.write_bytes(b"picture")
    front_desk.table.press("r")
    front_desk.window.pane.composer.take(dropped(path))
    path.unlink()
    front_desk.composer.send()
    assert sent_files(desk, number) == [("reply", "from-browser.png")]


def test_too_large_a_file_is_refused_at_once_and_the_others_go_along(
    front_desk: FrontDesk, tmp_path: Path, home_file: Path
) -> None:
    large = tmp_path / "film.mp4"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)
    front_desk.table.press("r")
    front_desk.window.pane.composer.take(dropped(large, home_file))
    assert "“film.mp4” has 25.1 MB" in front_desk.composer.error()
    assert chips(front_desk) == ["till.log · 15 bytes"]


def test_a_file_that_is_gone_when_it_is_sent_keeps_text_and_chips(
    front_desk: FrontDesk, desk: Desk, home_file: Path
) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("r")
    front_desk.composer.write("See the log.")
    front_desk.window.pane.composer.take(dropped(home_file))
    home_file.unlink()
    front_desk.composer.send()
    assert "no longer there" in front_desk.composer.error()
    assert (front_desk.composer.text(), len(chips(front_desk))) == ("See the log.", 1)
    assert sent_files(desk, number) == []


def test_a_call_back_takes_no_files_and_they_become_a_note(front_desk: FrontDesk, home_file: Path) -> None:
    front_desk.table.press("b")
    assert not part(front_desk.window.pane, QToolButton, "composer_attach").isVisible()
    front_desk.window.pane.composer.take(dropped(home_file))
    assert front_desk.composer.kind() == "note"
    assert chips(front_desk) == ["till.log · 15 bytes"]


def test_enter_on_its_card_opens_a_copy_that_can_only_be_read(
    front_desk: FrontDesk, jane: Desk, shown: list[Path], window: MainWindow
) -> None:
    attached(front_desk, jane, Attachment(b"%PDF", "manual.pdf"))
    conversation = window.pane.conversation
    conversation.setFocus()
    for _press in range(2):  # the first puts the cursor where one looks
        QTest.keyClick(conversation, Qt.Key.Key_End)
    QTest.keyClick(conversation, Qt.Key.Key_Return)
    (path,) = shown
    assert (path.name, path.read_bytes()) == ("manual.pdf", b"%PDF")
    assert path.stat().st_mode & 0o777 == 0o400
    assert path.parent.parent.stat().st_mode & 0o077 == 0
    window.files.close()
    assert not path.exists()


def test_a_click_on_the_line_opens_and_beside_it_selects_the_card(
    front_desk: FrontDesk, jane: Desk, shown: list[Path], window: MainWindow
) -> None:
    attached(front_desk, jane, Attachment(b"1", "a.txt"), Attachment(b"2", "b.txt"))
    conversation = window.pane.conversation
    rows = conversation._cards.cards
    (row,) = [number for number, card in enumerate(rows) if [file.name for file in card.files] == ["b.txt"]]
    box = conversation._rect_of(row)
    QTest.mouseClick(
        conversation.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(box.width() - 30, box.bottom() - 8)
    )
    assert shown == []
    QTest.mouseClick(conversation.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, box.bottom() - 8))
    assert [path.name for path in shown] == ["b.txt"]


def test_all_files_of_a_ticket_are_reached_by_one_key(
    front_desk: FrontDesk, jane: Desk, shown: list[Path], window: MainWindow
) -> None:
    assert not front_desk.action("ticket.files").isEnabled()
    attached(front_desk, jane, Attachment(b"1", "a&b.txt"), Attachment(b"2", "b.txt"))
    front_desk.action("ticket.files").trigger()
    menu = part(window, QMenu, "files_menu")
    assert [action.text() for action in menu.actions()][:2] == ["Open a&&b.txt", "Save a&&b.txt as…"]
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert [path.name for path in shown] == ["a&b.txt"]


def test_the_menu_of_an_entry_saves_its_file(
    front_desk: FrontDesk, jane: Desk, window: MainWindow, tmp_path: Path
) -> None:
    number = attached(front_desk, jane, Attachment(b"saved", "a.txt"))
    entry = jane.ticket(number).thread[-1]
    target = tmp_path / "mine.txt"
    target.write_bytes(b"old")
    menu = QMenu(window)
    window.pane.conversation.menu_requested.emit(entry.uid, menu)
    (action,) = [action for action in menu.actions() if action.text() == "Save a.txt as…"]
    action.trigger()
    (dialog,) = window.findChildren(QFileDialog)
    assert dialog.selectedFiles()[0].endswith("/a.txt")
    dialog.fileSelected.emit(str(target))
    dialog.done(0)
    assert target.read_bytes() == b"saved"
    assert str(target) in front_desk.said()


def test_a_program_is_never_started_from_a_ticket(
    front_desk: FrontDesk, jane: Desk, shown: list[Path], window: MainWindow
) -> None:
    number = attached(front_desk, jane, Attachment(b"MZ", "invoice.pdf.exe"))
    window.files.open(jane.ticket(number).thread[-1].attachments[0].uid)
    assert shown == []
    assert "is a program" in front_desk.said()
    assert is_run_by_opening("X.DESKTOP")
    assert not is_run_by_opening("exe")


def test_a_file_that_has_not_come_says_where_it_is(
    front_desk: FrontDesk, jane: Desk, shown: list[Path], window: MainWindow
) -> None:
    number = front_desk.ticket.number()
    jane.attach(number, [Attachment(b"x", "film.mp4")])
    store = jane.store
    assert isinstance(store, Store)
    with store.writing():
        store.database.run("DELETE FROM chunk")
    front_desk.others_work()
    front_desk.press("F5")
    assert "film.mp4 (1 byte · still on " in front_desk.ticket.thread()[-1]
    window.files.open(jane.ticket(number).thread[-1].attachments[0].uid)
    assert shown == []
    assert "still on" in front_desk.said()


def test_copies_of_a_window_that_was_killed_are_removed_by_the_next(tmp_path: Path) -> None:
    root = tmp_path / "opened"
    left = root / ("a" * 32)
    left.mkdir(parents=True)
    (left / "secret.txt").write_text("x")
    (left / "secret.txt").chmod(0o400)
    (root / ("a" * 32 + ".alive")).touch()
    other = OpenedFiles(root, lambda _url: True)
    kept = other.place_for("kept.txt")
    kept.touch()
    assert not left.exists()
    mine = OpenedFiles(root, lambda _url: True)
    mine.place_for("x.txt")
    assert kept.exists()
    mine.close()
    other.close()
    assert list(root.iterdir()) == []
