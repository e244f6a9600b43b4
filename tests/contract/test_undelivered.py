"""A mail that did not arrive: the report joins its ticket, and For me tells its agent to whom it went and why."""

import pytest

from desktop_desk.channels.mail_import import take_mail
from desktop_desk.channels.mail_reading import read_mail
from desktop_desk.channels.mail_sources import Found
from desktop_desk.desk.outbox import Outbox
from desktop_desk.desk.views import News
from desktop_desk.domain.outgoing import HOLD_MS
from desktop_desk.domain.undelivered import Undelivered
from desktop_desk.ui.forme.view import _row
from tests.builders import ADesk, kens_ticket

REPORT = """From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: help@office.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce-1@mx.example>
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

I am sorry to have to inform you that your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 2 Mar 2026 09:00:00 +0000

Final-Recipient: rfc822; ken@sales.example
Original-Recipient: rfc822;ken@sales.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <ken@sales.example>: Recipient address
    rejected: User unknown

Final-Recipient: rfc822; boss@sales.example
Action: delivered
Status: 2.0.0

--b
Content-Type: text/rfc822-headers

Message-ID: <{about}>
Subject: Re: VPN
--b--
"""
WHY = "550 5.1.1 <ken@sales.example>: Recipient address rejected: User unknown"


@pytest.fixture
def outbox(office: ADesk) -> Outbox:
    office.ada.add("mailbox", name="Help", address="help@office.example", smtp_host="smtp.office.example")
    return office.front.outbox()


def janes_reply(office: ADesk, outbox: Outbox) -> tuple[str, str]:
    """The number of Ken's ticket, and the Message-ID of Jane's reply, which has gone out."""
    number = kens_ticket(office.john)
    office.jane.reply(number, "Renewed.")
    office.clock.now += HOLD_MS
    sent = ""
    while (letter := outbox.take()) is not None:
        outbox.sent(letter)
        sent = letter.message_id if letter.kind == "reply" else sent
    return number, sent


def comes_back(office: ADesk, about: str, action: str = "failed") -> str:
    raw = REPORT.format(about=about, action=action).encode()
    return take_mail(office.front.mail_keeping().room(), Found("", raw)).became


def told(news: tuple[News, ...]) -> list[tuple[str, str]]:
    return [(item.what, item.text) for item in news if item.what == "undelivered"]


def test_a_report_tells_the_agent_to_whom_his_mail_did_not_go_and_why(office: ADesk, outbox: Outbox) -> None:
    number, sent = janes_reply(office, outbox)
    assert comes_back(office, sent) == "reply"
    assert told(office.jane.inbox()) == [("undelivered", f"Not delivered to ken@sales.example ({WHY})")]
    item = next(item for item in office.jane.inbox() if item.what == "undelivered")
    what, shown, about, *_rest = _row(item, office.clock.now, seen=False)
    assert (what, shown) == ("Mail did not arrive", number)
    assert WHY in str(about)
    entry = next(entry for entry in office.jane.ticket(number).thread if entry.uid == item.entry_uid)
    assert entry.title == "Not delivered to ken@sales.example"


def test_the_mail_server_that_reports_is_no_caller(office: ADesk, outbox: Outbox) -> None:
    number, sent = janes_reply(office, outbox)
    before = len(list(office.ada.all_people()))
    comes_back(office, sent)
    assert len(list(office.ada.all_people())) == before
    caller = office.jane.ticket(number).caller
    assert caller is not None
    assert caller.name == "Ken Lee"


def test_a_mail_that_is_only_late_is_told_so(office: ADesk, outbox: Outbox) -> None:
    _number, sent = janes_reply(office, outbox)
    comes_back(office, sent, "delayed")
    assert told(office.jane.inbox())[0][1].startswith("Not delivered yet to ken@sales.example")


def test_a_mail_that_the_own_server_refuses_is_told_alike(office: ADesk, outbox: Outbox) -> None:
    number = kens_ticket(office.john)
    office.clock.now += HOLD_MS
    receipt = outbox.take()
    assert receipt is not None
    outbox.sent(receipt)
    office.jane.reply(number, "Renewed.")
    office.clock.now += HOLD_MS
    letter = outbox.take()
    assert letter is not None
    outbox.failed(letter, "550 no such user")
    assert told(office.jane.inbox()) == [
        ("undelivered", "Not delivered to ken@sales.example (550 no such user)")
    ]


def test_of_a_report_without_a_status_the_header_and_the_text_tell() -> None:
    raw = (
        "From: Mail Delivery System <Mailer-Daemon@mx.example>\nSubject: Mail delivery failed\n"
        "X-Failed-Recipients: ken@sales.example\n\nA message that you sent could not be delivered.\n\n"
        "  ken@sales.example\n    SMTP error from remote mail server after RCPT TO:\n"
        "    550 5.7.1 relaying denied\n"
    )
    mail = read_mail(raw.encode(), 0)
    assert mail.kind == "bounce"
    assert mail.failed == (Undelivered("ken@sales.example", "550 5.7.1 relaying denied"),)


def test_a_report_that_says_nothing_is_a_report_all_the_same(office: ADesk, outbox: Outbox) -> None:
    number, sent = janes_reply(office, outbox)
    raw = (
        "From: MAILER-DAEMON@mx.example\nReturn-Path: <>\nSubject: Sorry\nMessage-ID: <b2@mx.example>\n"
        f"In-Reply-To: <{sent}>\n\nIt did not work out.\n"
    )
    take_mail(office.front.mail_keeping().room(), Found("", raw.encode()))
    assert office.jane.ticket(number).thread[-1].title == "A mail server reports"
