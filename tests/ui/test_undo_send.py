"""Ten seconds to think: a reply that is mailed is told with its time, and undo takes it back into the editor."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.domain.outgoing import HOLD_MS
from desktop_desk.ui.mail_work.undo_send import UndoSend
from desktop_desk.ui.tickets.given_files import GivenFile
from tests.drivers import FrontDesk
from tests.ui.conftest import PASSWORD

VPN = "VPN down for all of sales"


@pytest.fixture
def mailing(front: FrontDoor) -> None:
    front.log_in("admin", PASSWORD).add(
        "mailbox", name="Help", address="help@office.example", smtp_host="smtp.office.example"
    )


@pytest.fixture
def undo_send(mailing: None, front_desk: FrontDesk) -> UndoSend:
    front_desk.table.go_to(VPN)
    return UndoSend(front_desk.window)


def reply(front_desk: FrontDesk, text: str, *, resolve: bool = False) -> None:
    front_desk.press("Ctrl+R")
    front_desk.composer.write(text)
    front_desk.composer.send(resolve=resolve)


def test_a_reply_that_is_mailed_is_told_with_the_time_it_is_held(
    undo_send: UndoSend, front_desk: FrontDesk
) -> None:
    reply(front_desk, "Renewed the certificate.")
    assert front_desk.said() in {"Goes out in 10 s", "Goes out in 9 s"}
    undo_send._until = front_desk.window.now() + 4_000
    undo_send._count_down()
    assert front_desk.said() in {"Goes out in 4 s", "Goes out in 3 s"}


def test_a_reply_to_somebody_without_an_address_is_saved_as_before(
    undo_send: UndoSend, front_desk: FrontDesk
) -> None:
    front_desk.table.go_to("Till 3 refuses every card")
    reply(front_desk, "Reboot it, please.")
    assert front_desk.said().startswith("Saved to")


def test_undo_takes_it_back_into_the_editor(undo_send: UndoSend, front_desk: FrontDesk, desk: Desk) -> None:
    reply(front_desk, "Renewed the certifcate.", resolve=True)
    assert desk.outbox().status().waiting == 1
    front_desk.window.actions_["ticket.undo"].trigger()
    assert desk.outbox().status().waiting == 0
    assert front_desk.composer.text() == "Renewed the certifcate."
    assert front_desk.focused() == "composer_text"
    front_desk.composer.write(" Try again.")
    front_desk.composer.send()
    assert desk.outbox().status().waiting == 1
    assert front_desk.composer.text() == ""


def test_its_key_means_the_reply_also_while_the_cursor_is_still_in_the_editor(
    undo_send: UndoSend, front_desk: FrontDesk, desk: Desk
) -> None:
    reply(front_desk, "Oops")
    assert front_desk.focused() == "composer_text"
    front_desk.press("Ctrl+Z")
    assert (front_desk.composer.text(), desk.outbox().status().waiting) == ("Oops", 0)


def test_its_key_means_the_text_once_something_was_typed(
    undo_send: UndoSend, front_desk: FrontDesk, desk: Desk
) -> None:
    reply(front_desk, "Oops")
    front_desk.composer.write("Typed.")
    for _time in range(3):
        front_desk.press("Ctrl+Z")
    assert (front_desk.composer.text(), desk.outbox().status().waiting) == ("", 1)


def test_undo_in_the_toast_does_the_same(undo_send: UndoSend, front_desk: FrontDesk) -> None:
    reply(front_desk, "Oops")
    front_desk.window.toasts.acted.emit(front_desk.window.toasts.token)
    assert front_desk.composer.text() == "Oops"


def test_what_was_written_since_stays_below_it(undo_send: UndoSend, front_desk: FrontDesk) -> None:
    reply(front_desk, "First")
    front_desk.composer.write("Second")
    front_desk.window.actions_["ticket.undo"].trigger()
    assert front_desk.composer.text() == "First\n\nSecond"


def test_its_files_come_back_too(undo_send: UndoSend, front_desk: FrontDesk, tmp_path: Path) -> None:
    path = tmp_path / "route.txt"
    path.write_text("default via 10.0.0.1")
    front_desk.press("Ctrl+R")
    files = front_desk.window.pane.composer.files
    files.add([GivenFile("route.txt", path), GivenFile("pasted.txt", b"pasted words", "text/plain")])
    front_desk.composer.write("See the files")
    front_desk.composer.send()
    assert files.files == ()
    front_desk.window.actions_["ticket.undo"].trigger()
    assert [file.name for file in files.files] == ["route.txt", "pasted.txt"]
    assert [attached.source for attached in files.attachments()] == [path, b"pasted words"]


def test_it_comes_back_while_another_ticket_is_open(undo_send: UndoSend, front_desk: FrontDesk) -> None:
    reply(front_desk, "To the wrong one")
    number = front_desk.ticket.number()
    front_desk.table.go_to("Badge lost, needs access")
    front_desk.window.actions_["ticket.undo"].trigger()
    assert front_desk.ticket.number() == number
    assert front_desk.composer.text() == "To the wrong one"


def test_after_it_has_gone_undo_says_so(
    undo_send: UndoSend, front_desk: FrontDesk, desk: Desk, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    reply(front_desk, "Too fast")
    outbox = desk.outbox()
    monkeypatch.setattr(outbox, "_clock", lambda: front_desk.window.now() + HOLD_MS + 1000)
    letter = outbox.take()
    assert letter is not None
    outbox.sent(letter)
    with qtbot.waitSignal(front_desk.window.operations.failed) as failed:
        front_desk.window.actions_["ticket.undo"].trigger()
    assert failed.args is not None
    assert "cannot be unsent" in str(failed.args[0])
    assert front_desk.composer.text() == ""
