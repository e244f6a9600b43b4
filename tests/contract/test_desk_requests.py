"""What callers do by themselves: requests, their status, answers; on the desk, without any web."""

from dataclasses import replace

import pytest

from desktop_desk.desk.request_form import RequestForm, problems_of
from desktop_desk.desk.requests import Requests
from desktop_desk.desk.views import Attachment, CallDraft, NewPerson
from desktop_desk.domain.errors import Invalid, NotAllowed, NotFound
from desktop_desk.domain.numbers import format_number
from tests.builders import ADesk, a_ticket, texts

KENS = RequestForm("VPN down", "Nobody can connect.", name="Ken Lee", email="ken@example.org")


@pytest.fixture
def requests(office: ADesk) -> Requests:
    return office.front.requests()


def test_a_request_is_a_ticket_of_a_new_caller(office: ADesk, requests: Requests) -> None:
    number = requests.open_request(KENS, "t1")
    view = office.john.ticket(number)
    assert (view.subject, view.source, view.state, view.department) == ("VPN down", "web", "open", "Support")
    assert view.caller is not None
    assert (view.caller.name, view.caller.emails) == ("Ken Lee", ("ken@example.org",))
    assert [(entry.kind, entry.text) for entry in view.thread if entry.kind != "event"] == [
        ("message", "Nobody can connect.")
    ]
    assert {entry.by for entry in view.thread} == {None}
    assert {entry.act for entry in view.thread} == {view.thread[0].act}


def test_the_topic_sets_department_priority_and_agent(office: ADesk, requests: Requests) -> None:
    office.ada.add("topic", name="Servers", department="System Administrators", priority="B", agent="jane")
    ((uid, _name),) = [topic for topic in requests.request_office().topics if topic[1] == "Servers"]
    view = office.john.ticket(
        requests.open_request(RequestForm("s", "t", topic=uid, phone="0301234567"), "t1")
    )
    assert (view.topic, view.department, view.priority, view.agent) == (
        "Servers", "System Administrators", "B", "jane",
    )  # fmt: skip
    assert "jane" in view.followers


def test_the_same_form_sent_twice_is_one_ticket(office: ADesk, requests: Requests) -> None:
    files = (Attachment(b"log", "log.txt"),)
    first = requests.open_request(KENS, "t1", files)
    assert requests.open_request(KENS, "t1", files) == first
    assert requests.open_request(KENS, "t2", files) != first
    assert office.john.counters().total == 2


def test_a_known_address_finds_its_caller_and_adds_nothing_to_him(office: ADesk, requests: Requests) -> None:
    requests.open_request(KENS, "t1")
    number = requests.open_request(
        RequestForm("s", "t", name="Ken", email="KEN@example.org", phone="+49 30 1234567"), "t2"
    )
    view = office.john.ticket(number)
    assert view.caller is not None
    assert (view.caller.open_tickets, view.caller.phones) == (2, ())
    assert "+49 30 1234567" in view.thread[-1].text
    # Whoever sent it must not learn from it what the office knows of the caller.
    assert [line.text for line in requests.status(view.uid).lines] == ["t"]
    # What he gave opens this request, and no other of that caller's.
    assert requests.admit(number, "0049 30 1234567") == view.uid
    assert requests.admit(office.john.numbers()[0], "0049 30 1234567") is None


def test_a_known_number_under_another_name_is_another_caller(office: ADesk, requests: Requests) -> None:
    requests.open_request(RequestForm("s", "t", name="Ken Lee", phone="+49 30 1234567"), "t1")
    same = office.john.ticket(
        requests.open_request(RequestForm("s", "t", phone="+49 30 1234567"), "t2")
    ).caller
    other = office.john.ticket(
        requests.open_request(RequestForm("s", "t", name="Ann Roe", phone="+49 30 1234567"), "t3")
    ).caller
    assert same is not None
    assert other is not None
    assert (same.name, other.name) == ("Ken Lee", "Ann Roe")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (RequestForm("", "t", email="a@b.org"), "subject"),
        (RequestForm("s" * 301, "t", email="a@b.org"), "subject"),
        (RequestForm("s", " \n", email="a@b.org"), "text"),
        (RequestForm("s", "t" * 100_001, email="a@b.org"), "text"),
        (RequestForm("s", "t"), "email"),
        (RequestForm("s", "t", email="no address"), "email"),
        (RequestForm("s", "t", email="a@b.org\nBcc: c@d.org"), "email"),
        (RequestForm("s", "t", email="a@b.org, c@d.org"), "email"),
        (RequestForm("s", "t", phone="call me"), "phone"),
        (RequestForm("s", "t", name="n" * 201, phone="0301234567"), "name"),
        (RequestForm("s", "t", topic="nothing", phone="0301234567"), "topic"),
    ],
)
def test_what_cannot_be_taken_is_named(
    office: ADesk, requests: Requests, form: RequestForm, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        requests.open_request(form, "t1")
    assert caught.value.field == field
    assert office.john.counters().total == 0


def test_all_that_is_wrong_is_named_at_once() -> None:
    wrong = RequestForm("", "", name="n" * 201, email="no address", phone="call me")
    assert [error.field for error in problems_of(wrong)] == ["subject", "text", "name", "email", "phone"]
    assert [error.field for error in problems_of(RequestForm("", "t"))] == ["subject", "email"]
    assert problems_of(KENS) == ()


def test_only_the_callers_address_or_number_lets_him_in(office: ADesk, requests: Requests) -> None:
    number = requests.open_request(KENS, "t1")
    uid = office.john.ticket(number).uid
    assert requests.admit(number, " Ken@Example.ORG ") == uid
    assert requests.admit(number.replace("-", " "), "ken@example.org") == uid
    for wrong in ("", "ken@example.com", "ken", "@", "30", "Ken Lee", "\x00", "k" * 5000):
        assert requests.admit(number, wrong) is None
    assert requests.admit(format_number(9999), "ken@example.org") is None
    assert requests.admit("not a number", "ken@example.org") is None
    with pytest.raises(Invalid):
        requests.admit(number[:-1] + str((int(number[-1]) + 1) % 10), "ken@example.org")


def test_a_number_of_the_office_is_no_secret(office: ADesk, requests: Requests) -> None:
    number = requests.open_request(RequestForm("s", "t", phone="112"), "t1")
    assert requests.admit(number, "112") is None


def test_a_ticket_without_caller_lets_nobody_in(office: ADesk, requests: Requests) -> None:
    number = a_ticket(office.john)
    assert all(requests.admit(number, secret) is None for secret in ("", "nobody@nowhere.invalid", "None"))


def test_the_caller_sees_messages_and_replies_and_no_notes(office: ADesk, requests: Requests) -> None:
    number = requests.open_request(KENS, "t1")
    office.john.note(number, "He always forgets his password.", attachments=(Attachment(b"x", "secret.txt"),))
    office.john.add_call(number, "Was rude.")
    office.john.reply(number, "Renewed it.", attachments=(Attachment(b"how", "how.txt"),))
    uid = requests.admit(number, "ken@example.org")
    assert uid is not None
    status = requests.status(uid)
    assert [(line.kind, line.who, line.text) for line in status.lines] == [
        ("message", "", "Nobody can connect."), ("call", "", ""), ("reply", "John Doe", "Renewed it."),
    ]  # fmt: skip
    assert [file.name for line in status.lines for file in line.files] == ["how.txt"]


def test_a_reply_that_was_undone_is_not_shown(office: ADesk, requests: Requests) -> None:
    number = requests.open_request(KENS, "t1")
    office.john.reply(number, "Wrong ticket.")
    office.john.undo()
    assert [line.kind for line in requests.status(office.john.ticket(number).uid).lines] == ["message"]


def test_an_answer_opens_the_request_again_once(office: ADesk, requests: Requests) -> None:
    number = requests.open_request(KENS, "t1")
    uid = office.john.ticket(number).uid
    office.john.reply(number, "Done.", resolve=True)
    requests.answer(uid, "Still down.", "t2", (Attachment(b"log", "../../etc/passwd"),))
    requests.answer(uid, "Still down.", "t2", (Attachment(b"log", "../../etc/passwd"),))
    view = office.john.ticket(number)
    assert (view.state, view.reopens, view.agent) == ("open", 1, "john")
    assert texts(view).count("Still down.") == 1
    assert [file.name for entry in view.thread for file in entry.attachments] == ["passwd"]


def test_an_answer_needs_words_or_a_file(office: ADesk, requests: Requests) -> None:
    uid = office.john.ticket(requests.open_request(KENS, "t1")).uid
    with pytest.raises(Invalid):
        requests.answer(uid, "  ", "t2")


def test_an_answer_to_a_merged_request_goes_to_the_whole(office: ADesk, requests: Requests) -> None:
    mine, other = requests.open_request(KENS, "t1"), a_ticket(office.john, "Master")
    uid = office.john.ticket(mine).uid
    office.john.merge(mine, into=other)
    office.john.reply(other, "To somebody else: the key is 42.")
    requests.answer(uid, "Any news?", "t2")
    assert "Any news?" in texts(office.john.ticket(other))
    assert [line.text for line in requests.status(uid).lines] == ["Nobody can connect."]


@pytest.mark.parametrize("into_the_older", [True, False])
def test_a_request_that_is_merged_tells_nothing_that_was_said_before_under_another_number(
    office: ADesk, requests: Requests, into_the_older: bool
) -> None:
    kens = requests.open_request(KENS, "t1")
    office.john.reply(kens, "The key is 42.")
    office.clock.passes(minutes=1)
    eves = requests.open_request(replace(KENS, text="About what I asked before."), "t2")
    office.clock.passes(minutes=1)
    child, whole = (eves, kens) if into_the_older else (kens, eves)
    office.john.merge(child, into=whole)
    office.clock.passes(minutes=1)
    office.john.reply(whole, "Both are answered here.")
    uids = [office.john.ticket(number).uid for number in (kens, eves)]
    said = [[line.text for line in requests.status(uid).lines] for uid in uids]
    assert said == [
        ["Nobody can connect.", "The key is 42.", "Both are answered here."],
        ["About what I asked before.", "Both are answered here."],
    ]


def test_files_are_given_only_to_whom_they_belong(office: ADesk, requests: Requests) -> None:
    mine = office.john.ticket(requests.open_request(KENS, "t1", (Attachment(b"log", "log.txt"),)))
    theirs = office.john.ticket(
        requests.open_request(
            RequestForm("s", "t", email="ann@example.org"), "t2", (Attachment(b"x", "x.txt"),)
        )
    )
    view, parts = requests.request_file(mine.uid, mine.thread[-1].attachments[0].uid)
    assert (view.name, b"".join(parts)) == ("log.txt", b"log")
    with pytest.raises(NotFound):
        requests.request_file(mine.uid, theirs.thread[-1].attachments[0].uid)


def test_a_file_that_is_too_large_is_refused_with_the_request(office: ADesk, requests: Requests) -> None:
    with pytest.raises(Invalid) as caught:
        requests.open_request(KENS, "t1", (Attachment(b"\0" * (25 * 1024 * 1024 + 1), "big.bin"),))
    assert caught.value.field == "attachments"
    assert office.john.counters().total == 0


def test_a_request_whose_opening_was_undone_is_gone(office: ADesk, requests: Requests) -> None:
    number = requests.open_request(KENS, "t1")
    view = office.ada.ticket(number)
    office.ada.undo(view.thread[0].act)
    assert requests.admit(number, "ken@example.org") is None
    with pytest.raises(NotFound):
        requests.status(view.uid)


def test_verbs_of_agents_refuse_since_nobody_is_logged_in(requests: Requests) -> None:
    with pytest.raises(NotAllowed):
        requests.log_call(CallDraft("VPN"))
    with pytest.raises(NotAllowed):
        requests.ticket("1001-2")
    with pytest.raises(NotAllowed):
        requests.add_person(NewPerson("Ken"))


def test_forms_stay_signed_over_a_restart(office: ADesk) -> None:
    key = office.front.requests().signing_key()
    office.restart()
    assert office.front.requests().signing_key() == key
    assert len(key) == 32
