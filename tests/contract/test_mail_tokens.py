"""A mailbox that signs in by a token, on real servers: Dovecot asks the sign-in server, Exim knows its tokens."""

import ssl
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from desktop_desk.channels import mail_tokens
from desktop_desk.channels.mail_fetch import fetch_mails
from desktop_desk.channels.mail_out import Posted, Undelivered, send_due
from desktop_desk.channels.mail_rounds import EVERY_MS, Rounds
from desktop_desk.channels.mail_tokens import AccessTokens
from desktop_desk.channels.mail_trial import try_mailbox
from desktop_desk.desk.directory import Mailbox
from desktop_desk.desk.mail_looks import look_of
from desktop_desk.domain.errors import AccessDenied
from tests.builders import ADesk, kens_ticket
from tests.dovecot import ImapServer, imap_server
from tests.sign_in_server import SignInServer, at_once

ADDRESS = "help@office.example"


@pytest.fixture(scope="module")
def givers() -> Iterator[SignInServer]:
    with SignInServer(ADDRESS) as running:
        yield running


@pytest.fixture(scope="module")
def server(givers: SignInServer) -> Iterator[ImapServer]:
    with imap_server(f"{givers.url}/introspect") as running:
        for n in range(3):
            running.deliver(
                f"From: ken@x.example\nSubject: m{n}\nMessage-ID: <{n}@x>\n\nHello {n}\n".encode(), f"{n}.h"
            )
        yield running


@pytest.fixture
def tokens(givers: SignInServer) -> SignInServer:
    """The sign-in server as it begins."""
    givers.states, givers.asked, givers.lasts, givers.rotates, givers.busy = [], [], 3600, False, False
    givers.refreshes.clear()
    givers.call_back()
    return givers


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Stands for the system's keyring: refresh tokens by the mailbox's address."""
    known: dict[str, str] = {}

    def keep(box: Mailbox, refresh: str) -> None:
        known[box.address] = refresh

    monkeypatch.setattr(mail_tokens, "keep_sign_in", keep)
    monkeypatch.setattr(mail_tokens, "password_of", lambda box: known.get(box.address, ""))
    return known


def a_box(office: ADesk, server: ImapServer, tokens: SignInServer, **more: object) -> Mailbox:
    fields = {
        "name": "Help", "address": ADDRESS, "imap_host": "127.0.0.1", "imap_port": server.tls, **tokens.fields(),
    } | more  # fmt: skip
    office.ada.add("mailbox", **fields)
    found = office.ada.directory().mailbox("Help")
    assert found is not None
    return found


def trusting(server: ImapServer) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(server.certificate))


def test_mail_is_fetched_after_a_person_has_typed_the_code(
    office: ADesk, server: ImapServer, tokens: SignInServer, kept: dict[str, str]
) -> None:
    box = a_box(office, server, tokens)
    tokens.states = ["authorization_pending", "slow_down", ""]
    invitation = mail_tokens.invited(box)
    assert (invitation.code, invitation.address) == ("WDJB-MJHT", f"{tokens.url}/code")
    given = mail_tokens.awaited(box, invitation, at_once)
    assert given is not None
    kept[box.address] = given.refresh
    taken = fetch_mails(office.john, box, lambda each: kept[each.address], trusting(server))
    assert taken.read == taken.tickets >= 3


def test_a_sign_in_that_was_called_back_is_said_at_once_and_not_tried_for_ever(
    office: ADesk, server: ImapServer, tokens: SignInServer, kept: dict[str, str]
) -> None:
    box = a_box(office, server, tokens)
    kept[ADDRESS] = "of yesterday"
    rounds, keeping = (
        Rounds(lambda each: kept[each.address], trust=trusting(server), rest=at_once),
        office.front,
    )
    rounds.go(keeping.mail_keeping())
    store = office.ada.store
    with store.reading():
        look = look_of(store, box)
    assert look is not None
    assert look.state == "refused"
    assert "holds no longer: It was called back." in look.said
    for _minute in range(5):
        office.clock.now += EVERY_MS
        assert rounds.go(keeping.mail_keeping()).looked == 0
    assert len(tokens.asked) == 1
    kept[ADDRESS] = tokens.sign_in()
    office.clock.now += EVERY_MS
    assert rounds.go(keeping.mail_keeping()).tally.read >= 3


def test_a_token_that_was_called_back_before_its_end_is_followed_by_another(
    office: ADesk, server: ImapServer, tokens: SignInServer, kept: dict[str, str]
) -> None:
    a_box(office, server, tokens)
    kept[ADDRESS] = tokens.sign_in()
    rounds, keeping = (
        Rounds(lambda each: kept[each.address], trust=trusting(server), rest=at_once),
        office.front,
    )
    assert rounds.go(keeping.mail_keeping()).tally.read >= 3
    server.deliver(b"From: ken@x.example\nMessage-ID: <later@x>\n\nMore.\n", "later.h")
    tokens.call_back()
    office.clock.now += EVERY_MS
    assert rounds.go(keeping.mail_keeping()).tally.read == 1
    assert len(tokens.asked) == 2, "one token for the first round, one after it was called back"


def test_a_token_of_somebody_else_is_refused_by_the_mail_server(
    office: ADesk, server: ImapServer, tokens: SignInServer, kept: dict[str, str]
) -> None:
    box = a_box(office, server, tokens, login="somebody@office.example")
    kept[ADDRESS] = tokens.sign_in()
    with pytest.raises(AccessDenied, match="refuses the sign-in"):
        fetch_mails(office.john, box, lambda each: kept[each.address], trusting(server))


def test_a_mailbox_is_tried_by_its_token(
    office: ADesk, server: ImapServer, tokens: SignInServer, kept: dict[str, str]
) -> None:
    box = a_box(office, server, tokens)
    (works,) = try_mailbox(box, tokens.sign_in(), trust=trusting(server), access=AccessTokens())
    assert (works.ok, "Mail in works" in works.said) == (True, True)
    (fails,) = try_mailbox(box, "", trust=trusting(server))
    assert (fails.ok, fails.field, "Nobody has signed in" in fails.said) == (False, "auth", True)


class Silent:
    """A connection on which every letter goes."""

    def send(self, message: EmailMessage, sender: str, recipients: list[str]) -> str:
        assert sender == ADDRESS
        assert recipients == [each.addr_spec for each in message["To"].addresses]
        return ""

    def close(self) -> None:
        return


def test_letters_go_with_a_new_token_when_the_old_one_was_called_back(
    office: ADesk, tokens: SignInServer, kept: dict[str, str]
) -> None:
    office.ada.add(
        "mailbox", name="Help", address=ADDRESS, smtp_host="localhost", smtp_port=1, **tokens.fields()
    )
    kept[ADDRESS] = tokens.sign_in()
    access, said = AccessTokens(), list[str]()

    def dialled(_box: Mailbox, token: str) -> Silent:
        said.append(token)
        if token not in tokens.good:
            raise Undelivered("stopped", "refused")
        return Silent()

    def sent() -> Posted:
        office.clock.passes(seconds=10)
        kens_ticket(office.john)
        office.clock.passes(seconds=10)
        return send_due(
            office.front.outbox(), lambda box: kept[box.address], office.clock, dialled=dialled, access=access
        )

    assert sent().sent == 1
    tokens.call_back()
    assert sent().sent == 1
    assert (len(said), len(set(said)), said[0]) == (3, 2, said[1])
    tokens.refreshes.clear()
    tokens.call_back()
    done = sent()
    assert (done.sent, done.waiting) == (0, 1)
    assert "holds no longer" in done.problems[0]
