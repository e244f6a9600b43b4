"""What the desk finds while the caller still speaks: like problems, and who he is."""

from desktop_desk.desk.views import CallDraft, CallRecord, NewPerson
from tests.builders import ADesk, a_ticket
from tests.fakes import HOUR, MONDAY


def similar(office: ADesk, text: str) -> list[str]:
    return [hit.row.subject for hit in office.john.similar(text)]


def test_a_like_problem_is_found_though_not_every_word_is_the_same(office: ADesk) -> None:
    a_ticket(office.john, "VPN down for all of sales")
    a_ticket(office.john, "Mouse clicks twice")
    assert similar(office, "vpn down again for sales") == ["VPN down for all of sales"]


def test_the_more_words_in_common_the_nearer(office: ADesk) -> None:
    a_ticket(office.john, "Printer jams on floor two")
    a_ticket(office.john, "Printer on floor two is out of toner")
    found = similar(office, "toner empty in printer floor two")
    assert found == ["Printer on floor two is out of toner", "Printer jams on floor two"]


def test_one_word_in_common_is_no_likeness(office: ADesk) -> None:
    a_ticket(office.john, "Printer jams")
    assert similar(office, "printer paid twice on the invoice") == []
    assert similar(office, "printer") == ["Printer jams"]


def test_a_word_that_few_tickets_have_says_more_than_two_that_many_have(office: ADesk) -> None:
    a_ticket(office.john, "New laptop has no VPN profile and does nothing")
    for n in range(6):
        a_ticket(office.john, f"Door {n} does not open")
    assert similar(office, "vpn does not connect") == ["New laptop has no VPN profile and does nothing"]


def test_a_call_added_to_a_ticket_keeps_for_whom_the_call_back_is(office: ADesk) -> None:
    number = a_ticket(office.john, "Badge lost")
    call = CallRecord(number="+49 30 901820", started=MONDAY)
    office.john.add_call(number, "asks when", call, call_back_at=MONDAY + HOUR, call_back_for="jane")
    [back] = office.john.ticket(number).call_backs
    assert (back.agent, back.due) == ("jane", MONDAY + HOUR)


def test_a_caller_is_found_by_a_part_of_his_address(office: ADesk) -> None:
    office.john.log_call(CallDraft("x", new_caller=NewPerson("Ken Lee", emails=("ken@sales.example",))))
    assert [person.name for person in office.john.find_people("sales.ex")] == ["Ken Lee"]


def test_callers_whose_names_begin_so_come_before_those_who_only_have_it_within(office: ADesk) -> None:
    for name in ("Ann Roe", "Bo Neumann", "Hanne Fekete", "Roe Annis"):
        office.john.log_call(CallDraft("x", new_caller=NewPerson(name)))
    found = [hit.name for hit in office.john.find_people("ann", limit=3)]
    assert found == ["Roe Annis", "Ann Roe", "Hanne Fekete"]
    assert [hit.name for hit in office.john.find_people("ann roe")][-1:] == ["Ann Roe"]
