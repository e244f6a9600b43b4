"""Rounds through the mailboxes of a copy, on a real Dovecot: when it is time, by one window, and not in vain."""

import ssl
from collections.abc import Callable, Iterator

import pytest

from desktop_desk.channels.mail_rounds import EVERY_MS, LONGEST_MS, Rounds
from desktop_desk.desk.directory import Mailbox
from desktop_desk.desk.mail_keeping import LEASE_MS
from desktop_desk.desk.mail_looks import Look, look_of
from desktop_desk.domain.facts import EntityId
from tests.builders import ADesk
from tests.dovecot import PASSWORD, ImapServer, imap_server


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with imap_server() as running:
        for n in range(3):
            deliver(running, n)
        yield running


def deliver(server: ImapServer, n: int) -> None:
    server.deliver(
        f"From: ken@x.example\nSubject: m{n}\nMessage-ID: <{n}@x>\n\nHello {n}\n".encode(), f"{n}.h"
    )


@pytest.fixture
def trust(server: ImapServer) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(server.certificate))


def a_box(office: ADesk, port: int, **more: object) -> Mailbox:
    fields = {"name": "Help", "address": "help@office.example", "imap_host": "127.0.0.1", "imap_port": port}
    office.ada.add("mailbox", **fields | more)
    found = office.ada.directory().mailbox(str((fields | more)["name"]))
    assert found is not None
    return found


def no_rest(_seconds: float) -> None:
    return


def rounds_of(trust: ssl.SSLContext, password: Callable[[Mailbox], str] = lambda _box: PASSWORD) -> Rounds:
    return Rounds(password, trust=trust, rest=no_rest)


def look(office: ADesk, box: Mailbox) -> Look:
    store = office.ada.store
    with store.reading():
        found = look_of(store, box)
    assert found is not None
    return found


def test_a_mailbox_is_looked_into_each_minute(
    office: ADesk, server: ImapServer, trust: ssl.SSLContext
) -> None:
    box = a_box(office, server.tls)
    rounds, keeping = rounds_of(trust), office.front.mail_keeping()
    first = rounds.go(keeping)
    assert (first.looked, first.tally.tickets) == (1, 3)
    assert look(office, box).state == "good"
    assert rounds.go(keeping).looked == 0
    office.clock.now += EVERY_MS
    assert rounds.go(keeping).looked == 1
    assert rounds.go(keeping, hurry=True).looked == 1


def test_a_wrong_password_is_said_at_once_and_tried_again_only_when_it_is_another(
    office: ADesk, server: ImapServer, trust: ssl.SSLContext
) -> None:
    box = a_box(office, server.tls)
    typed = ["wrong"]
    rounds, keeping = rounds_of(trust, lambda _box: typed[0]), office.front.mail_keeping()
    assert rounds.go(keeping).looked == 1
    assert (look(office, box).state, "refuses the login" in look(office, box).said) == ("refused", True)
    for _minute in range(5):
        office.clock.now += EVERY_MS
        assert rounds.go(keeping).looked == 0
    assert rounds.go(keeping, hurry=True).looked == 1
    typed[0] = PASSWORD
    office.clock.now += EVERY_MS
    assert rounds.go(keeping).tally.read == 3
    assert look(office, box).state == "good"


def test_a_server_that_is_away_is_asked_ever_more_seldom(office: ADesk, trust: ssl.SSLContext) -> None:
    box = a_box(office, 1)
    rounds, keeping = rounds_of(trust), office.front.mail_keeping()
    pauses: list[int] = []
    for _try in range(7):
        assert rounds.go(keeping).looked == 1
        due = rounds.next_due(keeping)
        assert due is not None
        pauses.append(due - office.clock.now)
        office.clock.now = due
    assert pauses == [EVERY_MS, 2 * EVERY_MS, 4 * EVERY_MS, 8 * EVERY_MS, LONGEST_MS, LONGEST_MS, LONGEST_MS]
    assert look(office, box).state == "away"
    assert look(office, box).good == 0


def test_a_server_that_answers_lets_the_others_be_asked_soon(
    office: ADesk, server: ImapServer, trust: ssl.SSLContext
) -> None:
    away = a_box(office, 1, name="Away", address="away@office.example")
    rounds, keeping = rounds_of(trust), office.front.mail_keeping()
    for _try in range(5):
        office.clock.now += LONGEST_MS
        rounds.go(keeping)
    a_box(office, server.tls)
    rounds.go(keeping)
    due = rounds.next_due(keeping)
    assert due is not None
    assert due - office.clock.now <= EVERY_MS
    assert look(office, away).state == "away"


def test_a_server_that_nobody_vouches_for_needs_a_person(office: ADesk, server: ImapServer) -> None:
    box = a_box(office, server.tls)
    rounds = rounds_of(ssl.create_default_context())
    rounds.go(office.front.mail_keeping())
    assert (look(office, box).state, "certificate" in look(office, box).said) == ("refused", True)


def test_of_two_windows_on_one_file_one_fetches(
    office: ADesk, server: ImapServer, trust: ssl.SSLContext
) -> None:
    a_box(office, server.tls)
    here, there = rounds_of(trust), rounds_of(trust)
    mine, others = office.front.mail_keeping(), office.another_window().mail_keeping()
    assert here.go(mine).mine
    assert not there.go(others).mine
    for _minute in range(4):
        office.clock.now += EVERY_MS
        assert here.go(mine).mine
        assert not there.go(others).mine
    here.leave(mine)
    assert there.go(others).mine
    assert not here.go(mine, hurry=True).mine


def test_a_window_that_was_killed_is_followed_by_another(
    office: ADesk, server: ImapServer, trust: ssl.SSLContext
) -> None:
    a_box(office, server.tls)
    assert rounds_of(trust).go(office.front.mail_keeping()).mine
    office.clock.now += LEASE_MS
    taken = rounds_of(trust).go(office.another_window().mail_keeping())
    assert (taken.mine, taken.looked) == (True, 1)


def test_mailboxes_of_another_copy_are_left_alone(
    office: ADesk, server: ImapServer, trust: ssl.SSLContext
) -> None:
    box = a_box(office, server.tls)
    keeping = office.front.mail_keeping()
    office.ada.announce_replica("Front desk PC", "", "")
    assert [each.uid for each in keeping.boxes()] == [box.uid]
    office.ada.change("mailbox", box.uid, replica=office.ada.store.log.own)
    assert [each.uid for each in keeping.boxes()] == [box.uid]
    others = a_box(office, server.tls, name="Sales", address="sales@office.example")
    assert EntityId(others.uid) in {each.uid for each in keeping.boxes()}
    office.ada.change("mailbox", others.uid, active=False)
    assert [each.uid for each in keeping.boxes()] == [box.uid]


def test_it_stops_between_two_mails_and_goes_on_there(
    office: ADesk, server: ImapServer, trust: ssl.SSLContext
) -> None:
    a_box(office, server.tls)
    closing: list[float] = []
    rounds = Rounds(lambda _box: PASSWORD, trust=trust, stopped=lambda: bool(closing), rest=closing.append)
    assert rounds.go(office.front.mail_keeping()).tally.read == 1
    again = rounds_of(trust)
    office.clock.now += LEASE_MS
    assert again.go(office.front.mail_keeping()).tally.read == 2


def test_a_keyring_without_the_password_is_asked_ever_more_seldom(
    office: ADesk, server: ImapServer, trust: ssl.SSLContext
) -> None:
    box = a_box(office, server.tls)
    typed = [""]
    rounds, keeping = rounds_of(trust, lambda _box: typed[0]), office.front.mail_keeping()
    pauses: list[int] = []
    for _try in range(7):
        rounds.go(keeping)
        due = rounds.next_due(keeping)
        assert due is not None
        pauses.append((due - office.clock.now) // EVERY_MS)
        office.clock.now = due
    assert pauses == [1, 1, 2, 4, 8, 10, 10]
    assert "no password" in look(office, box).said
    typed[0] = PASSWORD
    assert rounds.go(keeping).looked == 1
    assert look(office, box).state == "good"
