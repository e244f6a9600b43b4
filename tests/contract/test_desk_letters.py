"""Letters: what waits in the outbox as agents see it, and what they can do with it."""

import pytest

from desktop_desk.desk.letters import WaitingLetter
from desktop_desk.desk.outbox import Outbox
from desktop_desk.desk.waiting_mail import OUTBOX_HELD
from desktop_desk.domain.errors import Invalid, NotFound
from desktop_desk.domain.outgoing import HOLD_MS
from tests.builders import ADesk, kens_ticket


@pytest.fixture
def outbox(office: ADesk) -> Outbox:
    office.ada.add("mailbox", name="Help", address="help@office.example", smtp_host="smtp.office.example")
    return office.front.outbox()


def kens(office: ADesk, outbox: Outbox) -> str:
    """A ticket of Ken's whose receipt has gone out."""
    number = kens_ticket(office.john)
    office.clock.now += HOLD_MS
    receipt = outbox.take()
    assert receipt is not None
    outbox.sent(receipt)
    return number


def the_letter(office: ADesk) -> WaitingLetter:
    (found,) = office.john.letters()
    return found


def counted(office: ADesk) -> int:
    return office.john.counters().queues["outbox"]


def fails(office: ADesk, outbox: Outbox, why: str, *, stopped: bool = False) -> None:
    letter = outbox.take()
    assert letter is not None
    outbox.later(letter, why, stopped=stopped)


def test_a_letter_tells_to_whom_about_what_and_when(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.reply(number, "Renewed.")
    letter = the_letter(office)
    assert (letter.kind, letter.to, letter.number, letter.state) == (
        "reply", "ken@sales.example", number, "held",
    )  # fmt: skip
    assert letter.due == office.clock.now + HOLD_MS
    assert counted(office) == 0
    office.clock.now += HOLD_MS
    assert the_letter(office).state == "due"


def test_one_that_did_not_go_tells_why_and_when_it_is_tried_again(office: ADesk, outbox: Outbox) -> None:
    office.jane.reply(kens(office, outbox), "Renewed.")
    office.clock.now += HOLD_MS
    fails(office, outbox, "smtp.office.example cannot be reached: timed out")
    letter = the_letter(office)
    assert (letter.state, letter.tries, letter.problem) == (
        "later", 1, "smtp.office.example cannot be reached: timed out",
    )  # fmt: skip
    assert letter.due == office.clock.now + 60_000
    office.clock.now += 1
    assert counted(office) == 1


def test_trying_now_lets_it_go_at_once_even_when_it_was_stopped(office: ADesk, outbox: Outbox) -> None:
    office.jane.reply(kens(office, outbox), "Renewed.")
    office.clock.now += HOLD_MS
    fails(office, outbox, "wrong password", stopped=True)
    assert (the_letter(office).state, the_letter(office).due) == ("stopped", None)
    assert outbox.take() is None
    office.john.try_letter(the_letter(office).uid)
    assert outbox.take() is not None


def test_one_that_an_agent_stopped_waits_for_him_alone(office: ADesk, outbox: Outbox) -> None:
    office.jane.reply(kens(office, outbox), "Renewed.")
    office.jane.stop_letter(the_letter(office).uid)
    office.clock.now += 30 * 86_400_000
    assert outbox.take(hurry=True) is None
    letter = the_letter(office)
    assert (letter.state, letter.problem, counted(office)) == ("by_hand", "Stopped by Jane Roe.", 1)
    office.john.try_letter(letter.uid)
    assert outbox.take() is not None


def test_one_that_is_dropped_never_goes_and_its_ticket_tells(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.reply(number, "Renewed.")
    office.john.drop_letter(the_letter(office).uid)
    office.clock.now += HOLD_MS
    assert outbox.take(hurry=True) is None
    assert office.john.letters() == ()
    told = office.john.ticket(number).thread[-1]
    assert told.title == "Not delivered to ken@sales.example"


def test_a_letter_that_was_sent_or_is_going_cannot_be_stopped(office: ADesk, outbox: Outbox) -> None:
    office.jane.reply(kens(office, outbox), "Renewed.")
    office.clock.now += HOLD_MS
    uid = the_letter(office).uid
    letter = outbox.take()
    assert letter is not None
    assert the_letter(office).state == "sending"
    with pytest.raises(Invalid, match="right now"):
        office.john.stop_letter(uid)
    outbox.sent(letter)
    with pytest.raises(NotFound, match="no longer"):
        office.john.stop_letter(uid)


def test_letters_go_to_the_address_that_the_caller_has_when_they_go(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.reply(number, "Renewed.")
    person = the_letter(office).person
    assert person is not None
    known = office.john.person(person)
    old = next(each for each in known.contacts if each.kind == "email")
    office.john.edit_person(person, remove_contacts=[old.uid], add_contacts=[("email", "lee@sales.example")])
    assert the_letter(office).to == "lee@sales.example"


def test_of_a_restored_desk_nothing_goes_singly(office: ADesk, outbox: Outbox) -> None:
    office.jane.reply(kens(office, outbox), "Renewed.")
    office.ada.store.log.keep_note(OUTBOX_HELD, "1")
    assert the_letter(office).state == "restored"
    with pytest.raises(Invalid, match="restored"):
        office.john.try_letter(the_letter(office).uid)


def test_whether_a_reply_is_held_or_stands(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    act = office.jane.reply(number, "Renewed.").act
    held = office.jane.held_reply(act)
    assert held is not None
    ticket = office.jane.ticket(number).uid
    assert office.jane.reply_stands(ticket, held.uid)
    office.jane.undo()
    assert office.jane.held_reply(act) is None
    assert not office.jane.reply_stands(ticket, held.uid)
    note = office.jane.note(number, "A note").act
    assert office.jane.held_reply(note) is None


def test_a_copy_that_was_revoked_sends_and_fetches_nothing(
    office: ADesk, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.ada.change("mailbox", "Help", imap_host="imap.office.example")
    office.jane.reply(kens(office, outbox), "Renewed.")
    office.clock.now += HOLD_MS
    keeping = office.front.mail_keeping()
    assert len(keeping.boxes()) == 1
    monkeypatch.setattr(type(office.ada.store.log), "is_revoked", lambda _log: True)
    assert outbox.take(hurry=True) is None
    assert keeping.boxes() == ()
