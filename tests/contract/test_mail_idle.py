"""A server tells at once that a mail has come (IDLE), on a real Dovecot; where it does not, looks go on as ever."""

import imaplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from desktop_desk.channels.mail_idle import Bells, Waiter
from desktop_desk.channels.mail_rounds import EVERY_MS, GAP_MS, LONGER_MS, Rounds
from desktop_desk.desk.directory import Mailbox
from tests.builders import ADesk
from tests.dovecot import PASSWORD, ImapServer, imap_server
from tests.sign_in_server import at_once

SECONDS = 30.0
"""So long a test waits for what should take a moment."""


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with imap_server() as running:
        yield running


def a_box(office: ADesk, server: ImapServer) -> Mailbox:
    office.ada.add(
        "mailbox", name="Help", address="help@office.example", imap_host="127.0.0.1", imap_port=server.tls
    )
    found = office.ada.directory().mailbox("Help")
    assert found is not None
    return found


def trusting(server: ImapServer) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(server.certificate))


def deliver(server: ImapServer, name: str) -> None:
    server.deliver(
        f"From: ken@x.example\nSubject: {name}\nMessage-ID: <{name}@x>\n\nHello\n".encode(), f"{name}.h"
    )


def comes(is_so: Callable[[], bool]) -> bool:
    """Whether it becomes so in time."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.02)
    return False


class AtWork:
    """A window's rounds with bells; ends them."""

    def __init__(self, office: ADesk, server: ImapServer) -> None:
        self.office = office
        self.heard = threading.Event()
        self.bells = Bells(self.heard.set, trusting(server))
        self.rounds = Rounds(lambda _box: PASSWORD, trust=trusting(server), rest=at_once, bells=self.bells)
        self.keeping = office.front.mail_keeping()

    def begin(self) -> None:
        """Look, wait until the server is waited for, and look at what came in between."""
        assert self.rounds.go(self.keeping).looked == 1
        assert self.heard.wait(SECONDS)
        self.heard.clear()
        self.office.clock.now += GAP_MS
        assert self.rounds.go(self.keeping).looked == 1
        self.office.clock.now += GAP_MS

    def due_in(self) -> int:
        due = self.rounds.next_due(self.keeping)
        assert due is not None
        return due - self.keeping.now()


@pytest.fixture
def at_work(office: ADesk, server: ImapServer) -> Iterator[AtWork]:
    made = AtWork(office, server)
    yield made
    made.bells.close()
    made.bells.join(SECONDS)


def test_a_mail_that_comes_is_told_at_once(office: ADesk, server: ImapServer, at_work: AtWork) -> None:
    box = a_box(office, server)
    at_work.begin()
    assert at_work.bells.waits(box)
    assert at_work.rounds.go(at_work.keeping).looked == 0, "nothing rings, and no time has passed"
    deliver(server, "at-once")
    assert at_work.heard.wait(SECONDS)
    assert at_work.rounds.go(at_work.keeping).tally.tickets == 1


def test_a_server_that_tells_is_asked_less_often(office: ADesk, server: ImapServer, at_work: AtWork) -> None:
    a_box(office, server)
    at_work.begin()
    assert at_work.due_in() == EVERY_MS + LONGER_MS - GAP_MS


def test_mails_that_come_one_after_the_other_make_no_storm_of_logins(
    office: ADesk, server: ImapServer, at_work: AtWork
) -> None:
    a_box(office, server)
    at_work.begin()
    deliver(server, "one")
    assert at_work.heard.wait(SECONDS)
    assert at_work.rounds.go(at_work.keeping).tally.read == 1
    at_work.heard.clear()
    deliver(server, "two")
    assert at_work.heard.wait(SECONDS)
    assert at_work.rounds.go(at_work.keeping).looked == 0, "a moment ago it was looked into"
    office.clock.now += GAP_MS
    assert at_work.rounds.go(at_work.keeping).tally.read == 1


def test_the_connection_is_closed_in_order_and_at_once(office: ADesk) -> None:
    with imap_server() as server:
        a_box(office, server)
        at_work = AtWork(office, server)
        at_work.begin()
        at_work.bells.close()
        at_work.bells.join(SECONDS)
        assert [each.name for each in threading.enumerate() if each.name.startswith("mail bell")] == []
        log = server.folder / "log"
        assert comes(lambda: log.read_text().count("Logged out") == 3), "two looks and the waiting"


def test_only_the_window_that_fetches_waits(office: ADesk, server: ImapServer, at_work: AtWork) -> None:
    box = a_box(office, server)
    at_work.begin()
    other = AtWork(office, server)
    other.keeping = office.another_window().mail_keeping()
    assert not other.rounds.go(other.keeping, hurry=True).mine
    at_work.rounds.leave(at_work.keeping)
    other.begin()
    assert not at_work.rounds.go(at_work.keeping).mine
    at_work.bells.join(SECONDS)
    assert (at_work.bells.waits(box), other.bells.waits(box)) == (False, True)
    other.bells.close()
    other.bells.join(SECONDS)


def test_a_mailbox_that_is_out_of_use_is_not_waited_for(
    office: ADesk, server: ImapServer, at_work: AtWork
) -> None:
    box = a_box(office, server)
    at_work.begin()
    office.ada.change("mailbox", box.uid, active=False)
    assert at_work.rounds.go(at_work.keeping).looked == 0
    at_work.bells.join(SECONDS)
    assert not at_work.bells.waits(box)


def test_a_server_that_does_not_offer_it_is_asked_each_minute(office: ADesk) -> None:
    with imap_server(more="imap_capability = IMAP4rev1\n") as server:
        box = a_box(office, server)
        at_work = AtWork(office, server)
        for _minute in range(3):
            assert at_work.rounds.go(at_work.keeping).looked == 1
            at_work.bells.join(SECONDS)
            assert (at_work.bells.waits(box), at_work.due_in()) == (False, EVERY_MS)
            office.clock.now += EVERY_MS
        logins = (server.folder / "log").read_text().count("Login: ")
        assert logins == 4, "three looks, and one time to see what it offers"


def test_a_server_that_goes_away_is_asked_each_minute_again(office: ADesk) -> None:
    with imap_server() as server:
        box = a_box(office, server)
        at_work = AtWork(office, server)
        at_work.begin()
    at_work.bells.join(SECONDS)
    assert (at_work.bells.waits(box), at_work.due_in()) == (False, EVERY_MS - GAP_MS)


class Line:
    """Stands for a connection; the other end of it is `far`."""

    def __init__(self) -> None:
        self._near, self.far = socket.socketpair()
        self.woken, self.wake = socket.socketpair()
        self.waiter = Waiter(self, self.woken, patience=0.2, clock=self.clock)  # type: ignore[arg-type]
        self.now = 0.0
        self.leaps = 0.0

    def clock(self) -> float:
        self.now += self.leaps
        return self.now

    def send(self, data: bytes) -> None:
        self._near.sendall(data)

    def socket(self) -> socket.socket:
        return self._near

    def close(self) -> None:
        for each in (self._near, self.far, self.woken, self.wake):
            each.close()


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    yield made
    made.close()


def test_what_comes_together_with_the_yes_is_news(line: Line) -> None:
    line.far.sendall(b"* OK Still here\r\n+ idling\r\n* 4 EXI")
    line.waiter.begin()
    assert line.far.recv(100) == b"WAIT IDLE\r\n"
    line.far.sendall(b"STS\r\n")
    assert line.waiter.wait(5) == "news"


def test_what_is_no_mail_is_no_news(line: Line) -> None:
    line.far.sendall(b"+ idling\r\n* OK Still here\r\n* 3 EXPUNGE\r\n* 2 FETCH (FLAGS (\\Seen))\r\n")
    line.waiter.begin()
    assert line.waiter.wait(0.05) == "over"


def test_news_that_come_at_the_end_are_not_lost(line: Line) -> None:
    line.far.sendall(b"+ idling\r\n* 5 EXISTS\r\nWAIT OK done\r\n")
    line.waiter.begin()
    assert line.waiter.end()
    assert line.far.recv(100) == b"WAIT IDLE\r\nDONE\r\n"


def test_whoever_waits_can_be_woken(line: Line) -> None:
    line.far.sendall(b"+ idling\r\n")
    line.waiter.begin()
    line.wake.send(b"x")
    assert line.waiter.wait(SECONDS) == "woken"
    line.far.sendall(b"WAIT OK done\r\n")
    assert not line.waiter.end()


def test_a_computer_that_has_slept_asks_anew(line: Line) -> None:
    line.far.sendall(b"+ idling\r\n* OK Still here\r\n")
    line.waiter.begin()
    line.leaps = 3600
    assert line.waiter.wait(SECONDS) == "over"


@pytest.mark.parametrize(
    "said", [b"WAIT BAD unknown\r\n", b"WAIT NO\r\n", b"* BYE too long\r\n", b"x" * 70_000]
)
def test_a_server_that_will_not_is_left(line: Line, said: bytes) -> None:
    threading.Thread(target=line.far.sendall, args=(said,), daemon=True).start()
    with pytest.raises(imaplib.IMAP4.error):
        line.waiter.begin()


def test_a_server_that_says_nothing_is_left(line: Line) -> None:
    with pytest.raises(TimeoutError):
        line.waiter.begin()


def test_a_line_that_ends_is_left(line: Line) -> None:
    line.far.sendall(b"+ idling\r\n")
    line.waiter.begin()
    line.far.shutdown(socket.SHUT_WR)
    with pytest.raises(imaplib.IMAP4.abort):
        line.waiter.wait(5)
