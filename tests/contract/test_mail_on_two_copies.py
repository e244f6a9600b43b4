"""The same mail fetched on two copies of a desk, far from each other, is one ticket, or one answer, when they meet."""

from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from desktop_desk.channels.mail_import import take_mail
from desktop_desk.channels.mail_sources import Found
from desktop_desk.desk.mail_views import Filed
from tests.builders import ADesk
from tests.contract.test_logs import another_replica, assert_same, exchange


@pytest.fixture
def laptop(office: ADesk) -> Iterator[ADesk]:
    made = another_replica(office, "laptop.desk")
    exchange(office, made)
    yield made
    made.close()


def taken(desk: ADesk, ident: str, text: str, answers: str = "") -> Filed:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Ken Lee <ken@sales.example>", "help@office.example"
    mail["Subject"], mail["Message-ID"] = "VPN down", f"<{ident}>"
    if answers:
        mail["In-Reply-To"] = f"<{answers}>"
    mail.set_content(text)
    return take_mail(desk.jane.mail_room(), Found(f"{ident}.eml", mail.as_bytes()))


def test_a_new_mail_taken_in_on_both_is_one_ticket_with_one_entry(office: ADesk, laptop: ADesk) -> None:
    for desk in (office, laptop):
        assert taken(desk, "1@sales.example", "It burns.").became == "ticket"
    exchange(office, laptop)
    assert_same(office, laptop)
    for desk in (office, laptop):
        [row] = desk.jane.queue("all").rows
        assert [entry.text for entry in desk.jane.ticket(row.number).thread if entry.text == "It burns."] == [
            "It burns."
        ]
        assert taken(desk, "1@sales.example", "It burns.").became == "duplicate"


def test_an_answer_taken_in_on_both_stands_once_in_the_ticket(office: ADesk, laptop: ADesk) -> None:
    number = taken(office, "1@sales.example", "It burns.").number
    exchange(office, laptop)
    for desk in (office, laptop):
        assert taken(desk, "2@sales.example", "Still burns.", answers="1@sales.example").number == number
    exchange(office, laptop)
    assert_same(office, laptop)
    for desk in (office, laptop):
        texts = [entry.text for entry in desk.jane.ticket(number).thread]
        assert texts.count("Still burns.") == 1
