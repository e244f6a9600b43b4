"""Mail is fetched from a real IMAP server: once, over a connection that is checked, by one copy of the desk."""

import imaplib
import ssl
import time
from collections.abc import Iterator
from typing import Any

import pytest

from desktop_desk.channels.mail_fetch import count_mails, fetch_mails
from desktop_desk.channels.mail_import import Tally
from desktop_desk.desk.directory import Mailbox
from desktop_desk.domain.errors import AccessDenied, Invalid, StorageUnavailable
from tests.builders import ADesk
from tests.dovecot import PASSWORD, ImapServer, imap_server


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with imap_server() as running:
        for n in range(3):
            running.deliver(
                f"From: ken@x.example\nSubject: m{n}\nMessage-ID: <{n}@x>\n\nHello {n}\n".encode(), f"{n}.h"
            )
        yield running


def a_box(office: ADesk, server: ImapServer, **more: object) -> Mailbox:
    fields = {
        "name": "Help",
        "address": "help@office.example",
        "imap_host": "127.0.0.1",
        "imap_port": server.tls,
    } | more
    office.ada.add("mailbox", **fields)
    found = office.ada.directory().mailbox("Help")
    assert found is not None
    return found


def trusting(server: ImapServer) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(server.certificate))


def test_each_mail_is_fetched_once(office: ADesk, server: ImapServer) -> None:
    box = a_box(office, server)
    first = fetch_mails(office.john, box, lambda _box: PASSWORD, trusting(server))
    assert (first.read, first.tickets) == (3, 3)
    again = fetch_mails(office.john, box, lambda _box: PASSWORD, trusting(server))
    assert again.read == 0
    server.deliver(b"From: ken@x.example\nIn-Reply-To: <0@x>\nMessage-ID: <9@x>\n\nMore.\n", "9.h")
    later = fetch_mails(office.john, box, lambda _box: PASSWORD, trusting(server))
    assert (later.read, later.replies) == (1, 1)
    assert later.numbers == first.numbers[:1]


def with_answer(monkeypatch: pytest.MonkeyPatch, number: str, answer: tuple[str, list[Any]]) -> None:
    """Let the server say that when one of its mails is asked for."""
    asked = imaplib.IMAP4.uid

    def uid(server: imaplib.IMAP4, command: str, *args: str) -> Any:
        if command == "FETCH" and args[0] == number and "BODY" in args[1]:
            return answer
        return asked(server, command, *args)

    monkeypatch.setattr(imaplib.IMAP4, "uid", uid)


def fetched(office: ADesk, server: ImapServer) -> Tally:
    known = office.ada.directory().mailbox("Help")
    return fetch_mails(office.john, known or a_box(office, server), lambda _box: PASSWORD, trusting(server))


def lying_there(office: ADesk, server: ImapServer) -> int:
    box = office.ada.directory().mailbox("Help")
    assert box is not None
    return count_mails(box, PASSWORD, trusting(server))


def test_a_mail_that_was_removed_meanwhile_is_none(
    office: ADesk, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_answer(monkeypatch, "2", ("OK", [None]))
    tally = fetched(office, server)
    assert (tally.read, tally.quarantined) == (lying_there(office, server) - 1, [])


def test_a_mail_that_the_server_cannot_give_out_keeps_no_other_one_back(
    office: ADesk, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_answer(monkeypatch, "2", ("NO", [b"[SERVERBUG] Internal error"]))
    tally = fetched(office, server)
    lying = lying_there(office, server)
    assert (tally.read, len(tally.quarantined)) == (lying, 1)
    assert "Internal error" in tally.quarantined[0][1]


def test_a_server_that_cannot_now_is_asked_again(
    office: ADesk, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        with_answer(patch, "2", ("NO", [b"[UNAVAILABLE] Try later"]))
        with pytest.raises(StorageUnavailable, match="Try later"):
            fetched(office, server)
    assert fetched(office, server).read == lying_there(office, server) - 1, "the first one was filed before"


def test_mail_that_came_before_a_day_stays_where_it_is(office: ADesk) -> None:
    with imap_server() as server:
        for n, days_ago in enumerate((400, 2, 1, 0)):
            server.deliver(
                f"From: ken@x.example\nMessage-ID: <{n}@x>\n\nHello.\n".encode(), f"{n}.h", days_ago
            )
        yesterday = time.strftime("%Y-%m-%d", time.localtime(time.time() - 86_400))
        a_box(office, server, since=yesterday)
        assert fetched(office, server).read == 2
        assert fetched(office, server).read == 0
        office.ada.change("mailbox", "Help", since="")
        all_of_it = fetched(office, server)
        assert (all_of_it.read, all_of_it.tickets, all_of_it.duplicates) == (4, 2, 2)
        assert lying_there(office, server) == 4


def test_a_day_to_begin_with_is_one(office: ADesk, server: ImapServer) -> None:
    with pytest.raises(Invalid, match="is no day"):
        a_box(office, server, since="yesterday")


def test_starttls_is_understood(office: ADesk, server: ImapServer) -> None:
    box = a_box(office, server, imap_port=server.plain, imap_security="starttls")
    assert fetch_mails(office.john, box, lambda _box: PASSWORD, trusting(server)).read >= 3


def test_a_certificate_that_nobody_trusts_is_refused(office: ADesk, server: ImapServer) -> None:
    with pytest.raises(StorageUnavailable, match="certificate"):
        fetch_mails(office.john, a_box(office, server), lambda _box: PASSWORD)


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_password_is_said_at_once(office: ADesk, server: ImapServer, password: str) -> None:
    asked: list[str] = []

    def told(box: Mailbox) -> str:
        asked.append(box.name)
        return password

    with pytest.raises(AccessDenied):
        fetch_mails(office.john, a_box(office, server), told, trusting(server))
    assert asked == ["Help"]


def test_a_folder_that_is_not_there_is_told(office: ADesk, server: ImapServer) -> None:
    with pytest.raises(Invalid, match="no folder"):
        fetch_mails(
            office.john, a_box(office, server, folder="Nowhere"), lambda _box: PASSWORD, trusting(server)
        )


def test_a_server_that_is_away_is_told(office: ADesk, server: ImapServer) -> None:
    with pytest.raises(StorageUnavailable, match="does not answer"):
        fetch_mails(office.john, a_box(office, server, imap_port=1), lambda _box: PASSWORD, trusting(server))


def test_no_password_goes_over_a_line_that_others_can_read(office: ADesk, server: ImapServer) -> None:
    box = a_box(office, server, imap_host="mail.office.example", imap_security="none")
    with pytest.raises(Invalid, match="Without encryption"):
        fetch_mails(office.john, box, lambda _box: PASSWORD)
