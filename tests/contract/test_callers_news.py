"""What callers do by themselves is told under their names, not as the desk's own doing."""

import pytest

from desktop_desk.cli.output import news_json
from desktop_desk.desk.request_form import RequestForm
from desktop_desk.desk.requests import Requests
from tests.builders import ADesk, titles
from tests.contract.test_mail_room import a_mail, take

KENS = RequestForm("VPN down", "Nobody can connect.", name="Ken Lee", email="ken@sales.example")


@pytest.fixture
def requests(office: ADesk) -> Requests:
    return office.front.requests()


def who_and_what(office: ADesk) -> list[tuple[str, str]]:
    return [(news.by_name, news.what) for news in office.john.inbox()]


def test_an_answer_by_mail_stands_in_for_me_under_the_callers_name(office: ADesk) -> None:
    number = take(office.jane, a_mail()).number
    office.john.follow(number)
    office.clock.now += 1
    take(office.jane, a_mail("Still burns.", ident="2@sales.example", answers="1@sales.example"))
    assert who_and_what(office) == [("Ken Lee", "messaged")]
    (news,) = office.john.inbox()
    assert news.text == "Still burns."
    told = news_json(news)
    assert (told["by"], told["by_name"]) == (None, "Ken Lee")


def test_an_answer_in_the_browser_stands_in_for_me_under_the_callers_name(
    office: ADesk, requests: Requests
) -> None:
    number = requests.open_request(KENS, "t1")
    office.john.follow(number)
    office.clock.now += 1
    requests.answer(office.john.ticket(number).uid, "Still down.", "t2")
    assert who_and_what(office) == [("Ken Lee", "messaged")]


def test_a_caller_who_writes_to_a_resolved_ticket_opens_it_again_himself(office: ADesk) -> None:
    number = take(office.jane, a_mail()).number
    office.john.resolve(number)
    office.clock.now += 1
    take(office.jane, a_mail("It burns again.", ident="2@sales.example", answers="1@sales.example"))
    assert who_and_what(office) == [("Ken Lee", "reopened")]


def test_the_ticket_says_of_a_form_who_wrote_and_nothing_of_the_desk(
    office: ADesk, requests: Requests
) -> None:
    number = requests.open_request(KENS, "t1")
    assert "Ken Lee wrote" in titles(office.john.ticket(number))


def test_a_new_ticket_is_told_by_who_wrote_it_and_about_what(office: ADesk, requests: Requests) -> None:
    assert office.john.tell().notices == ()
    form = requests.open_request(KENS, "t1")
    (told,) = office.john.tell().notices
    assert (told.title, told.text) == (f"{form}: Ken Lee wrote", "VPN down\nNobody can connect.")
    mail = take(office.jane, a_mail()).number
    (told,) = office.john.tell().notices
    assert (told.title, told.text) == (f"{mail}: Ken Lee wrote by mail", "Printer\nThe printer burns.")


def test_a_topic_of_mine_brings_me_a_form_under_the_callers_name(office: ADesk, requests: Requests) -> None:
    office.ada.add("topic", name="Servers", department="Support", agent="john")
    ((uid, _name),) = [topic for topic in requests.request_office().topics if topic[1] == "Servers"]
    assert office.john.tell().notices == ()
    number = requests.open_request(
        RequestForm("s", "t", topic=uid, name="Mia Holt", email="m@x.example"), "t1"
    )
    (told,) = office.john.tell().notices
    assert (told.event, told.title) == ("assigned", f"{number}: Mia Holt wrote")
    assert who_and_what(office) == [("", "assigned")]
