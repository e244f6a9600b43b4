"""Outages: the third of a kind is noticed, callers are held together, and one message answers all of them."""

import pytest

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallDraft, CallRecord, NewPerson
from desktop_desk.domain.errors import Invalid, NotAllowed, NotFound
from tests.builders import ADesk, a_ticket, texts, titles
from tests.contract.test_desk_outbox import a_mailbox, delivered
from tests.fakes import HOUR

VPN = "VPN connection lost in sales"


def called(desk: Desk, subject: str, name: str, *, email: str = "") -> str:
    """A caller of that name with a problem; gives the number."""
    person = NewPerson(name, (f"+49 30 {abs(hash(name)) % 10_000_000:07}",), (email,) if email else ())
    number = desk.log_call(
        CallDraft(subject, new_caller=person, call=CallRecord(number=person.phones[0]))
    ).number
    assert number is not None
    return number


def two(office: ADesk) -> tuple[str, str]:
    return called(office.john, VPN, "Ken"), called(office.john, "VPN connection broken", "Ann")


def test_the_third_of_a_kind_proposes_an_outage(office: ADesk) -> None:
    first = called(office.john, VPN, "Ken")
    assert office.john.outage_near("lost the VPN connection") is None
    second = called(office.john, "VPN connection broken", "Ann")
    offer = office.john.outage_near("lost the VPN connection")
    assert offer is not None
    assert (offer.master, offer.subject, offer.numbers) == ("", VPN, (first, second))
    assert office.john.outage_near("badge lost") is None


UNRELATED = (
    "Praise for the quick help", "Headset for the hotline", "Number withheld: asks for the manager",
    "Calls for me arrive at the old desk", "Longer cables for the standing desk", "Laptop NOR-1400 does not charge",
    "Badge does not open floor 1", "Guest Wi-Fi code does not work",
)  # fmt: skip


@pytest.mark.parametrize("subject", UNRELATED)
def test_small_words_and_what_is_said_besides_make_no_outage(office: ADesk, subject: str) -> None:
    for other in UNRELATED:
        a_ticket(
            office.john, other, details="It does not work for me: neither laptop nor badge, nor the hotline."
        )
    assert office.john.outage_near(subject) is None


def test_what_came_long_ago_or_has_ended_is_no_part_of_it(office: ADesk) -> None:
    first, _second = two(office)
    office.john.resolve(first)
    assert office.john.outage_near("VPN connection gone") is None
    office.john.reopen(first)
    assert office.john.outage_near("VPN connection gone") is not None
    office.clock.now += 4 * HOUR
    assert office.john.outage_near("VPN connection gone") is None


def test_a_master_ticket_holds_them_and_takes_the_next(office: ADesk) -> None:
    first, second = two(office)
    office.john.set_priority(second, "A")
    master = office.john.start_outage("VPN down", (first, second)).number or ""
    view = office.john.ticket(master)
    assert (view.caller, view.priority, view.tags) == (None, "A", ("outage",))
    offer = office.john.outage_near("VPN connection gone again")
    assert offer is not None
    assert (offer.master, offer.numbers) == (master, (first, second))
    third = called(office.john, "VPN connection gone again", "Rosa")
    office.john.join_outage(first, third)
    outage = office.john.outage(third)
    assert outage is not None
    assert (outage.number, [part.number for part in outage.parts]) == (master, [first, second, third])
    assert [part.way for part in outage.parts] == ["call", "call", "call"]
    assert any("made it part of the outage" in title for title in titles(office.john.ticket(third)))
    assert [each.number for each in office.jane.outages()] == [master]


def test_a_call_is_logged_into_its_outage_at_once(office: ADesk) -> None:
    two(office)
    offer = office.john.outage_near("VPN connection gone")
    assert offer is not None
    begun = office.john.log_call_in_outage(CallDraft("VPN connection gone"), offer).number or ""
    again = office.john.outage_near("VPN connection")
    assert again is not None
    assert again.master
    joined = office.john.log_call_in_outage(CallDraft("no VPN connection"), again).number or ""
    outage = office.john.outage(joined)
    assert outage is not None
    assert outage.number == again.master
    assert {begun, joined} < {part.number for part in outage.parts}
    assert len(outage.parts) == 4


def test_one_message_answers_everybody_his_own_way(office: ADesk) -> None:
    a_mailbox(office)
    outbox = office.front.outbox()
    mailed = called(office.john, VPN, "Ken", email="ken@sales.example")
    phoned = called(office.john, "VPN connection broken", "Ann")
    nobody = a_ticket(office.john, "VPN connection")
    delivered(office, outbox)
    master = office.john.start_outage("VPN down", (mailed, phoned, nobody)).number or ""
    office.john.answer_outage(master, "The line is cut, we expect it back at noon.")
    (letter,) = delivered(office, outbox)
    assert (letter.kind, letter.to) == ("reply", "ken@sales.example")
    assert "back at noon" in letter.values["text"]
    (back,) = [news.call_back for news in office.john.inbox() if news.call_back is not None]
    assert (back.person, back.ticket_number) == ("Ann", phoned)
    assert back.text.startswith("The line is cut")
    for number in (master, phoned, nobody):
        assert "The line is cut, we expect it back at noon." in texts(office.john.ticket(number))
    assert office.john.ticket(mailed).state == "open"


def test_the_end_of_an_outage_resolves_all_and_is_one_act(office: ADesk) -> None:
    a_mailbox(office)
    mailed = called(office.john, VPN, "Ken", email="ken@sales.example")
    phoned = called(office.john, "VPN connection broken", "Ann")
    delivered(office, office.front.outbox())
    master = office.john.start_outage("VPN down", (mailed, phoned)).number or ""
    done = office.john.answer_outage(mailed, "It works again.", resolve=True)
    assert done.touched == {master, mailed, phoned}
    assert {office.john.ticket(number).state for number in done.touched} == {"resolved"}
    (letter,) = delivered(office, office.front.outbox())
    assert letter.values["resolved"] == "yes"
    owed = [news.text for news in office.john.inbox() if news.call_back is not None]
    assert owed == ["Tell Ann the outcome."]
    assert office.john.outages() == ()


def test_an_answer_that_has_not_gone_can_be_undone(office: ADesk) -> None:
    first, second = two(office)
    master = office.john.start_outage("VPN down", (first, second)).number or ""
    office.john.answer_outage(master, "It works again.", resolve=True)
    office.john.undo()
    assert {office.john.ticket(number).state for number in (master, first, second)} == {"open"}
    assert not [news for news in office.john.inbox() if news.call_back is not None]


def test_whoever_was_answered_is_not_answered_again(office: ADesk) -> None:
    first, second = two(office)
    master = office.john.start_outage("VPN down", (first, second)).number or ""
    office.john.resolve(first)
    office.john.answer_outage(master, "Soon.")
    assert "Soon." not in texts(office.john.ticket(first))
    assert "Soon." in texts(office.john.ticket(second))


def test_what_does_not_belong_is_taken_out(office: ADesk) -> None:
    first, second = two(office)
    master = office.john.start_outage("VPN down", (first, second)).number or ""
    office.john.leave_outage(second)
    outage = office.john.outage(master)
    assert outage is not None
    assert [part.number for part in outage.parts] == [first]
    assert office.john.outage(second) is None
    office.john.undo()
    again = office.john.outage(second)
    assert again is not None
    assert again.number == master


def test_what_cannot_be_is_refused(office: ADesk) -> None:
    first, second = two(office)
    with pytest.raises(NotFound):
        office.john.join_outage(first, second)
    with pytest.raises(Invalid):
        office.john.leave_outage(first)
    master = office.john.start_outage("VPN down", (first,)).number or ""
    with pytest.raises(Invalid):
        office.john.start_outage("Another", (first,))
    with pytest.raises(Invalid):
        office.john.answer_outage(master, "   ")
    with pytest.raises(NotAllowed):
        office.vera.answer_outage(master, "Soon.")
    assert office.john.join_outage(master, first).act == "", "it is part of it already"


def test_an_outage_survives_a_rebuild(office: ADesk) -> None:
    first, second = two(office)
    master = office.john.start_outage("VPN down", (first, second)).number or ""
    assert office.ada.check(rebuild=True).ok
    outage = office.john.outage(master)
    assert outage is not None
    assert len(outage.parts) == 2
