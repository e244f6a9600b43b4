"""A window takes in a mail within seconds of its arrival, and says good-bye to the server when it is closed."""

import ssl
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop_desk.ui.mail_work.keeper import MailKeeper
from tests.dovecot import PASSWORD, ImapServer, imap_server
from tests.office_builders import AnOffice


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with imap_server() as running:
        yield running


def test_a_mail_is_a_ticket_within_seconds_and_the_line_is_closed_with_the_window(
    office: AnOffice, server: ImapServer, qtbot: QtBot
) -> None:
    office.ada.add(
        "mailbox", name="Help", address="help@office.example", imap_host="127.0.0.1", imap_port=server.tls
    )
    parent = QObject()
    keeper = MailKeeper(
        office.front, password_of=lambda _box: PASSWORD, parent=parent,
        trust=ssl.create_default_context(cafile=str(server.certificate)),
    )  # fmt: skip
    with qtbot.waitSignal(keeper.rung, timeout=30_000):
        keeper.start()
    qtbot.waitUntil(lambda: not keeper.busy, timeout=30_000)
    with qtbot.waitSignal(keeper.came, timeout=30_000) as came:
        server.deliver(b"From: ken@x.example\nSubject: VPN down\nMessage-ID: <1@x>\n\nHello\n", "1.h")
    assert came.args is not None
    assert came.args[0].tickets == 1
    keeper.finish(hurry=False)
    log = server.folder / "log"
    qtbot.waitUntil(
        lambda: log.read_text().count("Logged out") == log.read_text().count("Login: "), timeout=30_000
    )
