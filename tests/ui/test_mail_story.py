"""Ken's mail becomes a ticket in an open window, is answered there, and his answer joins it: over real mail servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_desk.desk import posting
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.ui.app import Program
from desktop_desk.ui.mail_work import keeper as keeper_module
from desktop_desk.ui.main_window import MainWindow
from tests.certificates import Authority
from tests.e2e.test_mail_round_trip import ken_reads, ken_writes
from tests.post_office import OFFICE, SECRET, PostOffice, lacking
from tests.ui.conftest import PASSWORD

pytestmark = pytest.mark.skipif(bool(lacking()), reason=f"needs {lacking()}")

PATIENCE = 40_000


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def post(authority: Authority) -> Iterator[PostOffice]:
    with PostOffice(authority) as office:
        yield office


@pytest.fixture
def window(
    qapp: QApplication, front: FrontDoor, desk_file: Path, post: PostOffice, authority: Authority, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MainWindow]:  # fmt: skip
    """John's window on a desk whose mailbox is on these servers; a reply is held for half a second only."""
    monkeypatch.setattr(keeper_module, "FIRST_MS", 10)
    monkeypatch.setattr(posting, "HOLD_MS", 500)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    monkeypatch.setenv("DESKTOP_DESK_MAIL_PASSWORD", SECRET)
    front.log_in("admin", PASSWORD).add(
        "mailbox", name="Help", address=OFFICE, smtp_host="localhost", smtp_port=post.port, imap_host="localhost",
        imap_port=post.imap_port,
    )  # fmt: skip
    program = Program(qapp, str(desk_file), "john", PASSWORD, None)
    program.start()
    qtbot.waitUntil(lambda: program._open is not None and program._open.window is not None, timeout=PATIENCE)
    assert program._open is not None
    assert program._open.window is not None
    yield program._open.window
    program.end()
    program.deleteLater()


def numbers(desk: Desk, subject: str) -> list[str]:
    return [row.number for row in desk.queue("open").rows if row.subject == subject]


def said(desk: Desk, number: str) -> list[str]:
    return [entry.text for entry in desk.ticket(number).thread if entry.kind != "event"]


def test_mail_in_reply_out_answer_in(window: MainWindow, desk: Desk, post: PostOffice, qtbot: QtBot) -> None:
    ken_writes(post, "Projector in room Elm", "It shows everything green.")
    post.letters("help", 1)
    window.actions_["mail.now"].trigger()
    qtbot.waitUntil(lambda: len(numbers(desk, "Projector in room Elm")) == 1, timeout=PATIENCE)
    (number,) = numbers(desk, "Projector in room Elm")
    window.open_ticket(number)
    qtbot.waitUntil(
        lambda: window.pane.view is not None and window.pane.view.number == number, timeout=PATIENCE
    )
    window.actions_["ticket.reply"].trigger()
    QTest.keyClicks(window.pane.composer.editor, "Please swap the cable.")
    QTest.keyClick(window.pane.composer.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    # The receipt first, then the reply; both went by themselves.
    qtbot.waitUntil(lambda: desk.mail_counts().get("sent", 0) == 2, timeout=PATIENCE)
    answer = ken_reads(post, 2)
    assert "Please swap the cable." in answer.get_content()

    ken_writes(post, "Re: that projector", "That was it, thank you.", answering=answer)
    post.letters("help", 2)
    window.actions_["mail.now"].trigger()
    # A mail tells its time in whole seconds: written within the second of the reply, it stands before it.
    qtbot.waitUntil(lambda: "That was it, thank you." in said(desk, number), timeout=PATIENCE)
    assert numbers(desk, "Re: that projector") == []
