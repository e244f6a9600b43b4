"""The outbox in the window: what waits and why, tried, stopped, given up, and let go after a restore."""

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_desk.channels.mail_out import Undelivered
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.directory import Mailbox
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.waiting_mail import OUTBOX_HELD
from desktop_desk.domain.outgoing import HOLD_MS
from desktop_desk.ui.mail_work.attach import MailOnScreen
from desktop_desk.ui.mail_work.keeper import MailKeeper
from desktop_desk.ui.mail_work.outbox_view import OutboxView
from desktop_desk.ui.widgets.for_good import ForGood
from desktop_desk.ui.widgets.table import FastTable
from tests.drivers import FrontDesk, OpenedParts, part
from tests.ui.conftest import PASSWORD

VPN = "VPN down for all of sales"
WHY = "The server does not take mail now: 451 4.7.1 Greylisted, come back in five minutes"


class Line:
    """Takes every message."""

    def __init__(self) -> None:
        self.sent: list[tuple[EmailMessage, list[str]]] = []

    def send(self, message: EmailMessage, sender: str, recipients: list[str]) -> str:
        assert "@" in sender
        self.sent.append((message, recipients))
        return ""

    def close(self) -> None:
        return


class Server:
    """Stands where the server for sending would be."""

    def __init__(self) -> None:
        self.line = Line()
        self.away = ""

    def dial(self, _mailbox: Mailbox, _password: str) -> Line:
        if self.away:
            raise Undelivered("away", self.away)
        return self.line


@pytest.fixture
def desk(front: FrontDoor) -> Desk:
    """The administrator at the desk of the window."""
    return front.log_in("admin", PASSWORD)


@pytest.fixture
def server() -> Server:
    return Server()


class Later:
    """A clock that is some time ahead of the real one."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> int:
        from desktop_desk.bootstrap import now_ms

        return now_ms() + self.ahead


@pytest.fixture
def clock() -> Later:
    return Later()


@pytest.fixture
def keeper(front: FrontDoor, server: Server, clock: Later, qtbot: QtBot) -> Iterator[MailKeeper]:
    """Sends in this thread when it is asked to."""
    front.log_in("admin", PASSWORD).add(
        "mailbox", name="Help", address="help@office.example", smtp_host="smtp.office.example"
    )
    front._clock = clock
    made = MailKeeper(front, password_of=lambda _box: "x", dialled=server.dial, now=clock, inline=True)
    yield made
    made.finish(hurry=True)


@pytest.fixture
def joined(keeper: MailKeeper, front_desk: FrontDesk) -> MailOnScreen:
    return MailOnScreen(front_desk.window, keeper)


def reply(front_desk: FrontDesk, text: str) -> None:
    front_desk.table.go_to(VPN)
    front_desk.press("Ctrl+R")
    front_desk.composer.write(text)
    front_desk.composer.send()


def open_outbox(front_desk: FrontDesk) -> FastTable:
    front_desk.action("view.outbox").trigger()
    table = part(front_desk.window, FastTable, "outbox_table")
    assert table.isVisible()
    table.select_row(0)
    table.setFocus()
    return table


def rows(front_desk: FrontDesk) -> list[tuple[str, ...]]:
    view = part(front_desk.window, OutboxView, "outbox")
    found = (view.model.row(number) for number in range(view.model.rowCount()))
    return [tuple(map(str, row[:-1])) for row in found if row is not None]


def why(front_desk: FrontDesk) -> str:
    return part(front_desk.window, QLabel, "outbox_why").text()


def test_what_waits_stands_there_with_the_whole_reason(
    joined: MailOnScreen, keeper: MailKeeper, server: Server, clock: Later, front_desk: FrontDesk
) -> None:
    reply(front_desk, "Renewed the certificate.")
    assert "outbox" not in front_desk.queues.counts()
    server.away, clock.ahead = WHY, HOLD_MS + 1000
    keeper.tick()
    front_desk.window.refresh()
    assert front_desk.queues.counts()["outbox"] == "1"
    open_outbox(front_desk)
    ((to, goes, _number, subject, kind),) = rows(front_desk)
    assert (kind, to, subject) == ("Reply", "ken@sales.example", VPN)
    assert goes.startswith("again at")
    assert WHY in why(front_desk)
    assert "tried once" in why(front_desk)


def test_t_tries_it_now(
    joined: MailOnScreen, keeper: MailKeeper, server: Server, clock: Later, front_desk: FrontDesk
) -> None:
    reply(front_desk, "Renewed the certificate.")
    server.away, clock.ahead = WHY, HOLD_MS + 1000
    keeper.tick()
    server.away = ""
    QTest.keyClick(open_outbox(front_desk), Qt.Key.Key_T)
    assert [to for _message, to in server.line.sent] == [["ken@sales.example"]]
    assert rows(front_desk) == []
    assert not front_desk.action("mail.try").isEnabled()


def test_a_click_on_the_outbox_goes_into_it_so_that_its_keys_work(
    joined: MailOnScreen, keeper: MailKeeper, server: Server, clock: Later, front_desk: FrontDesk
) -> None:
    reply(front_desk, "Renewed the certificate.")
    server.away, clock.ahead = WHY, HOLD_MS + 1000
    keeper.tick()
    front_desk.window.refresh()
    front_desk.queues.click("outbox")
    assert front_desk.focused() == "outbox_table"
    QTest.keyClick(part(front_desk.window, FastTable, "outbox_table"), Qt.Key.Key_S)
    assert rows(front_desk)[0][1] == "stopped by hand"


def test_s_stops_it_and_t_lets_it_go(
    joined: MailOnScreen, keeper: MailKeeper, server: Server, clock: Later, front_desk: FrontDesk
) -> None:
    reply(front_desk, "Renewed the certificate.")
    table = open_outbox(front_desk)
    QTest.keyClick(table, Qt.Key.Key_S)
    clock.ahead = HOLD_MS + 1000
    keeper.tick()
    assert server.line.sent == []
    assert rows(front_desk)[0][1] == "stopped by hand"
    assert "Stopped by Ada Min." in why(front_desk)
    QTest.keyClick(table, Qt.Key.Key_T)
    assert len(server.line.sent) == 1


def test_what_is_stopped_is_counted_once(joined: MailOnScreen, front_desk: FrontDesk) -> None:
    reply(front_desk, "Renewed the certificate.")
    table = open_outbox(front_desk)
    assert part(front_desk.window, QLabel, "outbox_summary").text() == "1 waits"
    QTest.keyClick(table, Qt.Key.Key_S)
    assert part(front_desk.window, QLabel, "outbox_summary").text() == "1 stopped"


def drop(front_desk: FrontDesk) -> ForGood:
    """Ask for the letter with the cursor to be dropped."""
    QTest.keyClick(open_outbox(front_desk), Qt.Key.Key_Delete)
    return part(front_desk.window, ForGood, "for_good")


def test_del_asks_and_never_sends_it(joined: MailOnScreen, front_desk: FrontDesk, desk: Desk) -> None:
    reply(front_desk, "Renewed the certificate.")
    part(drop(front_desk), QPushButton, "for_good_yes").click()
    assert desk.letters() == ()


def test_the_letter_that_was_asked_about_is_dropped_and_no_other_that_the_cursor_went_on_to(
    joined: MailOnScreen, front_desk: FrontDesk, desk: Desk
) -> None:
    reply(front_desk, "Renewed the certificate.")
    reply(front_desk, "Try again, please.")
    question, (asked, kept) = drop(front_desk), desk.letters()
    part(front_desk.window, FastTable, "outbox_table").select_row(1)
    part(question, QPushButton, "for_good_yes").click()
    assert asked.uid not in {letter.uid for letter in desk.letters()}
    assert [letter.uid for letter in desk.letters()] == [kept.uid]


def test_h_leads_to_the_caller_and_his_address(
    joined: MailOnScreen, front_desk: FrontDesk, desk: Desk, parts: OpenedParts
) -> None:
    reply(front_desk, "Renewed the certificate.")
    QTest.keyClick(open_outbox(front_desk), Qt.Key.Key_H)
    assert ("person", desk.letters()[0].person) in parts.asked


def test_the_mail_of_a_restored_desk_goes_when_an_administrator_says_so(
    joined: MailOnScreen, keeper: MailKeeper, server: Server, clock: Later, front_desk: FrontDesk, desk: Desk,
    qtbot: QtBot,
) -> None:  # fmt: skip
    reply(front_desk, "Renewed the certificate.")
    desk.store.log.keep_note(OUTBOX_HELD, "1")
    clock.ahead = HOLD_MS + 1000
    keeper.tick()
    assert server.line.sent == []
    open_outbox(front_desk)
    assert part(front_desk.window, QWidget, "outbox_restored").isVisible()
    assert rows(front_desk)[0][1] == "held: restored"
    part(front_desk.window, QPushButton, "outbox_release").click()
    assert len(server.line.sent) == 1
    assert not part(front_desk.window, QWidget, "outbox_restored").isVisible()
