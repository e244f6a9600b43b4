"""The outbox: what of an act goes to the caller by mail, when, once, and what takes it out again."""

from typing import Any

import pytest

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.outbox import Letter, Outbox
from desktop_desk.desk.requests import RequestForm
from desktop_desk.desk.views import Attachment, CallDraft, NewPerson
from desktop_desk.desk.waiting_mail import OUTBOX_HELD
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.outgoing import CLAIM_MS
from tests.builders import ADesk, a_ticket, kens_ticket, texts
from tests.fakes import MINUTE


def a_mailbox(office: ADesk, **more: Any) -> str:
    """A mailbox of Support that can send."""
    given = {
        "name": "Help",
        "address": "help@office.example",
        "smtp_host": "smtp.office.example",
        "department": "Support",
    }
    uid = office.ada.add("mailbox", **given | more).uid
    assert uid is not None
    return uid


@pytest.mark.parametrize(
    "address", ["help", "@office.example", "help @office.example", "help@office..example"]
)
def test_a_mailbox_has_an_address_that_mail_can_come_from(office: ADesk, address: str) -> None:
    with pytest.raises(Invalid, match="no e-mail address"):
        a_mailbox(office, address=address)


def test_the_address_of_a_mailbox_is_kept_as_mails_have_it(office: ADesk) -> None:
    uid = a_mailbox(office, address=" help@büro.example ")
    mailbox = office.ada.directory().mailbox(uid)
    assert mailbox is not None
    assert mailbox.address == "help@xn--bro-hoa.example"


@pytest.fixture
def outbox(office: ADesk) -> Outbox:
    a_mailbox(office)
    return office.front.outbox()


def all_taken(outbox: Outbox) -> list[Letter]:
    found: list[Letter] = []
    while (letter := outbox.take()) is not None:
        found.append(letter)
    return found


def delivered(office: ADesk, outbox: Outbox) -> list[Letter]:
    """What goes out once it is no longer held; as far as the desk is concerned it arrives."""
    office.clock.passes(seconds=10)
    letters = all_taken(outbox)
    for letter in letters:
        outbox.sent(letter)
    return letters


def kens(office: ADesk, outbox: Outbox) -> str:
    """A ticket of Ken's whose receipt has gone out."""
    number = kens_ticket(office.john)
    delivered(office, outbox)
    return number


def calls(desk: Desk) -> list[str]:
    return [item.text for item in desk.inbox() if item.call_back is not None]


def test_a_reply_goes_to_the_caller_ten_seconds_later(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.reply(number, "Renewed the certificate.")
    assert outbox.take() is None
    office.clock.passes(seconds=9)
    assert outbox.take() is None
    office.clock.passes(seconds=1)
    letter = outbox.take()
    assert letter is not None
    assert (letter.kind, letter.to, letter.number, letter.mailbox.address) == (
        "reply", "ken@sales.example", number, "help@office.example",
    )  # fmt: skip
    assert letter.values["text"] == "Renewed the certificate."
    assert (letter.values["agent"], letter.values["resolved"]) == ("Jane Roe", "")


def test_whoever_opens_a_ticket_is_told_its_number(office: ADesk, outbox: Outbox) -> None:
    number = kens_ticket(office.john)
    (letter,) = delivered(office, outbox)
    assert (letter.kind, letter.to, letter.values["number"]) == ("receipt", "ken@sales.example", number)


def test_a_request_by_the_form_is_told_its_number_too(office: ADesk, outbox: Outbox) -> None:
    asked = RequestForm("VPN down", "Nobody can connect.", name="Ann Roe", email="ann@example.org")
    number = office.front.requests().open_request(asked, "t1")
    assert [(letter.kind, letter.to, letter.number) for letter in delivered(office, outbox)] == [
        ("receipt", "ann@example.org", number)
    ]


def test_the_notice_that_it_is_resolved_stands_for_the_call(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.resolve(number)
    assert [letter.kind for letter in delivered(office, outbox)] == ["resolved"]
    assert calls(office.john) == []


def test_without_an_address_he_is_to_be_called_as_before(office: ADesk, outbox: Outbox) -> None:
    number = a_ticket(office.john, new_caller=NewPerson("Ann Roe", ("030 1234567",)))
    office.jane.resolve(number)
    assert delivered(office, outbox) == []
    assert calls(office.john) + calls(office.jane) == ["Tell Ann Roe the outcome."]


def test_without_a_mailbox_that_sends_he_is_to_be_called_as_before(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.jane.resolve(number)
    assert delivered(office, office.front.outbox()) == []
    assert calls(office.john) == ["Tell Ken Lee the outcome."]


def test_a_reply_that_resolves_is_one_mail(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.reply(number, "Done.", resolve=True)
    assert [(letter.kind, letter.values["resolved"]) for letter in delivered(office, outbox)] == [
        ("reply", "yes")
    ]


def test_notes_calls_and_what_was_said_long_ago_stay_here(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.note(number, "Between us.")
    office.jane.add_call(number, "He called again.")
    office.jane.reply(number, "Told him in the hall.", at=office.clock.now - 30 * MINUTE)
    assert delivered(office, outbox) == []


def test_undo_takes_a_reply_out_before_it_goes_and_redo_puts_it_in_again(
    office: ADesk, outbox: Outbox
) -> None:
    number = kens(office, outbox)
    office.jane.reply(number, "Oops")
    office.jane.undo()
    assert outbox.status().waiting == 0
    assert delivered(office, outbox) == []
    office.jane.redo()
    assert [letter.values["text"] for letter in delivered(office, outbox)] == ["Oops"]


def test_sent_mail_cannot_be_unsent(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.reply(number, "Oops")
    delivered(office, outbox)
    with pytest.raises(Invalid, match="cannot be unsent"):
        office.jane.undo()
    assert texts(office.jane.ticket(number))[-1] == "Oops"


def test_mail_that_is_going_out_right_now_cannot_be_unsent_either(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.reply(number, "Oops")
    office.clock.passes(seconds=10)
    assert outbox.take() is not None
    with pytest.raises(Invalid, match="cannot be unsent"):
        office.jane.undo()


def test_resolving_can_be_undone_although_its_notice_went_out(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.resolve(number)
    delivered(office, outbox)
    office.jane.undo()
    assert office.jane.ticket(number).state == "open"


def test_a_ticket_opened_again_within_the_time_tells_nobody_that_it_is_resolved(
    office: ADesk, outbox: Outbox
) -> None:
    number = kens(office, outbox)
    office.jane.resolve(number)
    office.jane.reopen(number)
    assert delivered(office, outbox) == []


def test_two_windows_never_send_the_same_mail(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.reply(number, "Once.")
    other = office.another_window().outbox()
    office.clock.passes(seconds=10)
    taken = [letter for letter in (outbox.take(), other.take(), outbox.take()) if letter is not None]
    assert len(taken) == 1
    outbox.sent(taken[0])
    office.clock.passes(hours=1)
    assert other.take() is None


def test_a_mail_whose_sender_died_goes_again_later_under_the_same_id(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.reply(number, "Hello")
    office.clock.passes(seconds=10)
    first = outbox.take()
    office.restart()
    again = office.front.outbox()
    assert again.take() is None
    assert again.status().due == office.clock.now + CLAIM_MS, "it is told when"
    office.clock.passes(minutes=11)
    second = again.take()
    assert first is not None
    assert second is not None
    assert first.message_id == second.message_id


def test_what_could_not_go_waits_longer_each_time(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.reply(number, "Hello")
    office.clock.passes(seconds=10)
    waits: list[int] = []
    for _turn in range(4):
        letter = outbox.take()
        assert letter is not None
        outbox.later(letter, "busy", refused=True)
        minutes = 0
        while outbox.status().due is not None and outbox.status().due > office.clock.now:  # type: ignore[operator]
            minutes += 1
            office.clock.passes(minutes=1)
        waits.append(minutes)
    assert waits == [1, 2, 5, 15]
    assert outbox.status().problem == "busy"


def test_a_mail_that_will_never_go_tells_its_agent(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.claim(number)
    office.clock.passes(minutes=1)
    office.jane.reply(number, "Hello")
    office.clock.passes(seconds=10)
    letter = outbox.take()
    assert letter is not None
    outbox.failed(letter, "550 no such user")
    news = office.jane.inbox()[0]
    assert (news.ticket, news.what) == (number, "undelivered")
    assert "550 no such user" in news.text
    assert "ken@sales.example" in news.text
    assert outbox.status().waiting == 0


def test_after_five_days_a_server_that_refuses_has_refused(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.reply(number, "Hello")
    office.clock.passes(days=6)
    letter = outbox.take()
    assert letter is not None
    outbox.later(letter, "450 later", refused=True)
    assert outbox.status().waiting == 0
    assert "450 later" in texts(office.jane.ticket(number))[-1]


def test_offline_for_a_week_loses_no_mail(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.reply(number, "Hello")
    office.clock.passes(days=7)
    letter = outbox.take()
    assert letter is not None
    outbox.later(letter, "no network")
    assert outbox.status().waiting == 1


def test_a_stopped_mailbox_is_tried_again_only_when_somebody_asks(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.reply(number, "one")
    office.jane.reply(number, "two")
    office.clock.passes(seconds=10)
    letter = outbox.take()
    assert letter is not None
    outbox.stop(letter.mailbox, "wrong password")
    outbox.later(letter, "wrong password", stopped=True)
    office.clock.passes(days=1)
    assert outbox.take() is None
    assert outbox.status().stopped == 2
    assert len([letter for letter in (outbox.take(hurry=True), outbox.take(hurry=True)) if letter]) == 2


def test_an_answer_refers_to_what_was_sent_before(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.reply(number, "one")
    (first,) = delivered(office, outbox)
    office.jane.reply(number, "two")
    (second,) = delivered(office, outbox)
    assert second.references[-1] == first.message_id
    assert second.message_id not in second.references


def test_collaborators_get_replies_in_copy_but_no_notices(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.copy_to(number, add=("Boss@Sales.example", "help@office.example"))
    office.jane.reply(number, "Hello")
    office.clock.passes(seconds=1)
    office.jane.resolve(number)
    letters = {letter.kind: letter.cc for letter in delivered(office, outbox)}
    assert letters == {"reply": ("boss@sales.example",), "resolved": ()}
    office.jane.copy_to(number, remove=("boss@sales.example",))
    office.jane.reply(number, "Again")
    assert [letter.cc for letter in delivered(office, outbox)] == [()]


def test_no_address_is_taken_that_is_none(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    for text in ("boss", "a@b\r\nBcc: all@example.org", "Boss <boss@sales.example>", "a@b, c@d"):
        with pytest.raises(Invalid):
            office.jane.copy_to(number, add=(text,))


def test_the_files_of_a_reply_go_with_it(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.note(number, "not this", attachments=[Attachment(b"secret", "internal.txt")])
    office.jane.reply(number, "The plan.", attachments=[Attachment(b"the plan", "plan.txt")])
    (letter,) = delivered(office, outbox)
    assert [(file.name, outbox.enclosed(file)) for file in letter.files] == [("plan.txt", b"the plan")]


def test_an_address_gets_only_so_many_receipts_in_an_hour(office: ADesk, outbox: Outbox) -> None:
    for _turn in range(8):
        kens_ticket(office.john)
    assert len(delivered_one_by_one(office, outbox)) == 5
    office.clock.passes(hours=2)
    kens_ticket(office.john)
    assert len(delivered(office, outbox)) == 1


def delivered_one_by_one(office: ADesk, outbox: Outbox) -> list[Letter]:
    office.clock.passes(seconds=10)
    found: list[Letter] = []
    while (letter := outbox.take()) is not None:
        outbox.sent(letter)
        found.append(letter)
    return found


@pytest.mark.parametrize(
    "address",
    ["help@office.example", "HELP@office.example", "noreply@sales.example", "MAILER-DAEMON@sales.example"],
)
def test_nothing_automatic_goes_to_ourselves_or_to_machines(
    office: ADesk, outbox: Outbox, address: str
) -> None:
    a_ticket(office.john, new_caller=NewPerson("Somebody", (), (address,)))
    assert delivered(office, outbox) == []


def test_a_restored_desk_holds_its_mail_until_somebody_releases_it(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.reply(number, "Hello")
    office.ada.store.log.keep_note(OUTBOX_HELD, "1")
    assert delivered(office, outbox) == []
    status = outbox.status()
    assert (status.waiting, status.held, status.due) == (1, True, None)
    outbox.release()
    assert [letter.values["text"] for letter in delivered(office, outbox)] == ["Hello"]


def test_what_was_sent_already_can_be_thrown_away(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    office.jane.reply(number, "Hello")
    office.ada.store.log.keep_note(OUTBOX_HELD, "1")
    outbox.discard()
    assert (delivered(office, outbox), outbox.status().held) == ([], False)
    office.jane.reply(number, "New")
    assert len(delivered(office, outbox)) == 1


def test_a_ticket_is_answered_from_the_mailbox_of_its_department(office: ADesk, outbox: Outbox) -> None:
    a_mailbox(office, name="Servers", address="servers@office.example", department="System Administrators")
    office.john.log_call(
        CallDraft(
            "Disk full",
            department="System Administrators",
            new_caller=NewPerson("Ann", (), ("ann@x.example",)),
        )
    )
    kens_ticket(office.john)
    assert {letter.to: letter.mailbox.address for letter in delivered(office, outbox)} == {
        "ann@x.example": "servers@office.example", "ken@sales.example": "help@office.example",
    }  # fmt: skip


def test_an_answer_to_a_receipt_or_a_notice_is_known_by_its_id(office: ADesk, outbox: Outbox) -> None:
    number = kens_ticket(office.john)
    (receipt,) = delivered(office, outbox)
    office.jane.resolve(number)
    (notice,) = delivered(office, outbox)
    ticket = office.john.ticket(number).uid
    for _turn in ("as written", "as made again"):
        for letter in (receipt, notice):
            (mail,) = office.ada.store.mails.by_message_id(letter.message_id)
            assert (mail.ticket, mail.state) == (ticket, "sent")
        assert office.ada.check(rebuild=True).ok


def test_what_went_out_stands_in_the_thread_and_in_the_facts(office: ADesk, outbox: Outbox) -> None:
    number = kens(office, outbox)
    assert [entry.title for entry in office.john.ticket(number).thread][
        -1
    ] == "Mailed to ken@sales.example: receipt"
    assert office.ada.check(rebuild=True).ok


def test_no_letter_is_made_for_a_mailbox_that_cannot_send_now(
    office: ADesk, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.jane.reply(kens(office, outbox), "Renewed the certificate.")
    office.clock.passes(seconds=10)
    letter = outbox.take()
    assert letter is not None
    outbox.later(letter, "The server is away.")
    office.clock.now += MINUTE

    def made(*_args: object) -> None:
        raise AssertionError("a letter is made")

    monkeypatch.setattr("desktop_desk.desk.outbox.letter_settings", made)
    assert outbox.take(passed={letter.mailbox.uid}) is None
