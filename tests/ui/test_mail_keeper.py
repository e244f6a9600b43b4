"""Mail kept going by an open desk: fetched from a real Dovecot by the real program, sent, and ended in order."""

import socket
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_desk import bootstrap
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.domain.outgoing import HOLD_MS
from desktop_desk.ui.app import Program
from desktop_desk.ui.mail_work import keeper as keeper_module
from desktop_desk.ui.mail_work.attach import keeper_of
from desktop_desk.ui.mail_work.keeper import MailKeeper
from desktop_desk.ui.main_window import MainWindow
from tests.dovecot import PASSWORD as SECRET
from tests.dovecot import ImapServer, imap_server
from tests.ui.conftest import PASSWORD
from tests.ui.test_outbox import Later, Server

PATIENCE = 20_000
VPN = "VPN down for all of sales"


@pytest.fixture(scope="module")
def imap() -> Iterator[ImapServer]:
    with imap_server() as running:
        for n in range(3):
            mail = f"From: ken@x.example\nSubject: Mail {n}\nMessage-ID: <{n}@x>\n\nHello {n}\n"
            running.deliver(mail.encode(), f"{n}.h")
        yield running


@pytest.fixture
def program(
    begin: Callable[..., Program], imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Program]:
    monkeypatch.setattr(keeper_module, "FIRST_MS", 10)
    monkeypatch.setenv("SSL_CERT_FILE", str(imap.certificate))
    monkeypatch.setenv("DESKTOP_DESK_MAIL_PASSWORD", SECRET)
    return partial(begin, login="john", password=PASSWORD)


def the_window(program: Program, qtbot: QtBot) -> MainWindow:
    qtbot.waitUntil(lambda: program._open is not None and program._open.window is not None, timeout=PATIENCE)
    assert program._open is not None
    assert program._open.window is not None
    return program._open.window


def a_mailbox(front: FrontDoor, **fields: object) -> None:
    front.log_in("admin", PASSWORD).add("mailbox", name="Help", address="help@office.example", **fields)


def mails(desk: Desk) -> int:
    return desk.mail_counts().get("filed", 0)


def test_the_open_desk_fetches_its_mailboxes_by_itself(
    program: Callable[[Path], Program], front: FrontDoor, desk: Desk, desk_file: Path, imap: ImapServer,
    qtbot: QtBot,
) -> None:  # fmt: skip
    a_mailbox(front, imap_host="127.0.0.1", imap_port=imap.tls)
    begun = program(desk_file)
    window = the_window(begun, qtbot)
    qtbot.waitUntil(lambda: mails(desk) == 3, timeout=PATIENCE)
    qtbot.waitUntil(lambda: window.list.model.rowCount() >= 7, timeout=PATIENCE)
    another = MailKeeper(front, password_of=lambda _box: SECRET, inline=True)
    another.fetch_now()
    assert not another.mine
    begun.end()
    another.fetch_now()
    assert another.mine
    another.finish(hurry=True)


def test_a_server_that_does_not_answer_holds_up_neither_window_nor_end(
    program: Callable[[Path], Program], front: FrontDoor, desk_file: Path, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(keeper_module, "PATIENCE", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        a_mailbox(front, imap_host="127.0.0.1", imap_port=silent.getsockname()[1])
        begun = program(desk_file)
        the_window(begun, qtbot)
        kept = keeper_of(begun._open) if begun._open is not None else None
        assert kept is not None
        qtbot.waitUntil(lambda: kept._fetching, timeout=PATIENCE)
        began = time.monotonic()
        begun.end()
        assert time.monotonic() - began < 10


@pytest.fixture
def sending(front: FrontDoor, qapp: QApplication) -> Iterator[tuple[MailKeeper, Server, Later]]:
    a_mailbox(front, smtp_host="smtp.office.example")
    server, clock = Server(), Later()
    front._clock = clock
    kept = MailKeeper(front, password_of=lambda _box: "x", dialled=server.dial, now=clock, inline=True)
    yield kept, server, clock
    kept.finish(hurry=True)


def replied(desk: Desk) -> str:
    (number,) = (row.number for row in desk.queue("open").rows if row.subject == VPN)
    return desk.reply(number, "Renewed the certificate.").act


def test_what_is_held_goes_when_its_time_is_over(
    sending: tuple[MailKeeper, Server, Later], desk: Desk
) -> None:
    kept, server, clock = sending
    kept.wrote(replied(desk))
    assert server.line.sent == []
    assert kept._soon.isActive()
    clock.ahead = HOLD_MS + 1
    kept.tick()
    assert [to for _message, to in server.line.sent] == [["ken@sales.example"]]


def test_whoever_leaves_lets_his_own_mail_go_and_nobody_elses(
    sending: tuple[MailKeeper, Server, Later], desk: Desk, jane: Desk
) -> None:
    kept, server, _clock = sending
    kept.wrote(replied(desk))
    replied(jane)
    kept.finish(hurry=False)
    assert len(server.line.sent) == 1
    assert desk.outbox().status().waiting == 1


def test_in_a_hurry_nothing_is_sent(sending: tuple[MailKeeper, Server, Later], desk: Desk) -> None:
    kept, server, _clock = sending
    kept.wrote(replied(desk))
    kept.finish(hurry=True)
    assert server.line.sent == []


def test_stopped_mail_goes_once_its_mailbox_is_put_right(
    sending: tuple[MailKeeper, Server, Later], front: FrontDoor, desk: Desk, qapp: QApplication
) -> None:
    kept, server, clock = sending
    replied(desk)
    clock.ahead = HOLD_MS + 1
    letter = front.outbox().take()
    assert letter is not None
    front.outbox().later(letter, "The password is refused.", stopped=True)
    kept.tick()
    clock.ahead += 120_000
    kept.tick()
    assert server.line.sent == []
    front.log_in("admin", PASSWORD).change("mailbox", "Help", login="helper")
    clock.ahead += 120_000
    kept.tick()
    assert len(server.line.sent) == 1


def test_a_desk_without_mailboxes_loads_nothing_for_mail(front: FrontDoor, desk: Desk) -> None:
    kept = MailKeeper(front, inline=True, now=bootstrap.now_ms)
    kept.tick()
    assert kept._rounds is None
    assert kept._password_of is None
    kept.finish(hurry=False)
