"""Notices by mail: to agents who want them, once, together, never for their own acts, apart from callers' mail."""

from dataclasses import replace

import pytest

from desktop_desk.channels.letters import composed
from desktop_desk.desk.outbox import Letter, Outbox
from desktop_desk.desk.outbox_ports import OutboxItem
from desktop_desk.desk.ports import Store
from desktop_desk.desk.status_light import mail_standings
from desktop_desk.desk.waiting_mail import OUTBOX_HELD
from desktop_desk.domain.facts import ReplicaId
from tests.builders import ADesk, a_ticket, kens_ticket
from tests.contract.test_desk_outbox import a_mailbox, all_taken
from tests.contract.test_logs import another_replica, exchange
from tests.fakes import HOUR, MINUTE

JANES = "jane@office.example"


@pytest.fixture
def outbox(office: ADesk) -> Outbox:
    """Of a desk whose Jane wants what concerns her by mail."""
    a_mailbox(office)
    office.ada.edit_agent(office.uid("jane"), email=JANES)
    office.jane.set_notices({("assigned", "mine"): ("list", "mail"), ("colleague", "mine"): ("list", "mail")})
    return office.front.outbox()


def notices(office: ADesk, outbox: Outbox) -> list[Letter]:
    """The notices that go out once nothing is held any longer; they arrive."""
    office.clock.passes(seconds=10)
    outbox.bring_reminders()
    letters = [letter for letter in all_taken(outbox) if letter.kind == "notice"]
    for letter in letters:
        outbox.sent(letter)
    return letters


def test_whoever_wants_it_is_told_by_mail_ten_seconds_later(office: ADesk, outbox: Outbox) -> None:
    number = a_ticket(office.john)
    office.john.assign(number, "jane", "Certificate ran out?")
    assert outbox.take() is None
    (letter,) = notices(office, outbox)
    assert (letter.to, letter.mailbox.address) == (JANES, "help@office.example")
    message = composed(letter, outbox.enclosed, office.clock.now)
    text = message.get_content()
    assert message["Subject"].startswith(f"{number}: ")
    assert "Certificate ran out?" in text
    assert "Hello Jane Roe," in text
    assert "Why: It was handed to you. (A ticket is handed to me or my team: mine)" in text
    assert (message["Auto-Submitted"], message["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert message.get_content_type() == "text/plain"
    assert notices(office, outbox) == []


def test_nobody_is_mailed_his_own_acts_nor_without_wanting_it(office: ADesk, outbox: Outbox) -> None:
    number = a_ticket(office.jane, agent="jane")
    office.jane.note(number, "my own")
    office.john.edit(number, subject="other words")
    assert notices(office, outbox) == []


def test_what_is_undone_in_time_is_never_mailed(office: ADesk, outbox: Outbox) -> None:
    number = a_ticket(office.john, agent="jane")
    notices(office, outbox)
    office.john.note(number, "wrong ticket")
    office.john.undo()
    assert notices(office, outbox) == []
    office.john.redo()
    assert len(notices(office, outbox)) == 1


def test_several_are_one_mail(office: ADesk, outbox: Outbox) -> None:
    first, second = a_ticket(office.john, agent="jane"), a_ticket(office.ada, agent="jane")
    (letter,) = notices(office, outbox)
    assert letter.values["subject"] == "2 notices"
    assert letter.values["text"].index(first) < letter.values["text"].index(second)


def test_the_daily_mail_has_it_all_at_its_time(office: ADesk, outbox: Outbox) -> None:
    office.jane.set_notices(digest="08:00")
    a_ticket(office.john, agent="jane")
    a_ticket(office.john, agent="jane")
    assert notices(office, outbox) == []
    office.clock.now += 24 * HOUR
    (letter,) = notices(office, outbox)
    assert letter.values["subject"] == "2 notices"


def test_the_daily_mail_is_one_however_many_copies_it_was_written_on(office: ADesk, outbox: Outbox) -> None:
    if getattr(office, "engine", "sqlite") not in {"sqlite", "sqlcipher"}:
        pytest.skip("a copy is made of a file")
    laptop = another_replica(office, "laptop.desk")
    laptop.ada.announce_replica("Laptop", "A", "")
    laptop.front.outbox().release()
    office.jane.set_notices(digest="08:00")
    exchange(office, laptop)
    a_ticket(office.john, agent="jane")
    a_ticket(laptop.john, agent="jane")
    exchange(office, laptop)
    assert notices(office, outbox) == []
    assert notices(laptop, laptop.front.outbox()) == []
    office.clock.now += 24 * HOUR
    laptop.clock.now = office.clock.now
    assert notices(laptop, laptop.front.outbox()) == []
    (letter,) = notices(office, outbox)
    assert letter.values["subject"] == "2 notices"
    # The laptop looks after the mail from now on.
    exchange(office, laptop)
    laptop.ada.change("mailbox", laptop.ada.directory().mailboxes[0].uid, replica="Laptop")
    exchange(office, laptop)
    a_ticket(office.john, "afterwards", agent="jane")
    exchange(office, laptop)
    assert notices(laptop, laptop.front.outbox()) == []
    laptop.clock.now += 24 * HOUR
    (letter,) = notices(laptop, laptop.front.outbox())
    assert "afterwards" in letter.values["text"]
    assert "VPN" not in letter.values["text"]
    laptop.close()


def test_the_daily_mail_has_what_comes_near_and_what_happened_in_one(office: ADesk, outbox: Outbox) -> None:
    office.jane.set_notices({("due_soon", "mine"): ("mail",)}, digest="12:00")
    notices(office, outbox)
    number = a_ticket(office.john, agent="jane", priority="A")
    office.john.note(number, "wrong ticket")
    office.john.undo()
    office.clock.now += 50 * MINUTE
    assert notices(office, outbox) == []
    office.clock.now += 24 * HOUR
    (letter,) = notices(office, outbox)
    assert letter.values["text"].count(number) == 1
    assert notices(office, outbox) == []


def test_quiet_hours_hold_mail_back(office: ADesk, outbox: Outbox) -> None:
    office.jane.set_notices(quiet="00:00-23:59")
    a_ticket(office.john, agent="jane")
    assert notices(office, outbox) == []
    office.clock.now += 24 * HOUR
    assert len(notices(office, outbox)) == 1


def test_a_flood_is_put_off_and_comes_together(office: ADesk, outbox: Outbox) -> None:
    number = a_ticket(office.john, agent="jane")
    mails = 0
    for turn in range(40):
        office.john.note(number, f"word {turn}")
        mails += len(notices(office, outbox))
    assert 15 <= mails <= 20
    office.clock.now += HOUR
    (rest,) = notices(office, outbox)
    assert rest.values["text"].count("word") >= 20


@pytest.mark.parametrize("address", ["", "no address", "help@office.example", "noreply@office.example"])
def test_nothing_goes_to_a_machine_to_ourselves_or_nowhere(
    office: ADesk, outbox: Outbox, address: str
) -> None:
    office.ada.edit_agent(office.uid("jane"), email=address)
    a_ticket(office.john, agent="jane")
    assert notices(office, outbox) == []


def test_the_outbox_of_callers_shows_none_of_it(office: ADesk, outbox: Outbox) -> None:
    office.jane.set_notices(digest="08:00")
    a_ticket(office.john, agent="jane")
    assert outbox.status().waiting == 0
    assert outbox.status().undo_until is None
    office.clock.now += HOUR
    assert office.john.counters().queues["outbox"] == 0
    assert office.john.letters() == ()


def test_a_mail_that_does_not_go_is_tried_again_and_told_where_one_chooses(
    office: ADesk, outbox: Outbox
) -> None:
    a_ticket(office.john, agent="jane")
    office.clock.passes(seconds=10)
    letter = outbox.take()
    assert letter is not None
    outbox.later(letter, "The server is away.", stopped=True)
    assert office.jane.notice_settings().trouble == "The server is away."
    assert outbox.take() is None
    office.clock.now += MINUTE
    (again,) = notices(office, outbox)
    assert again.message_id == letter.message_id
    assert office.jane.notice_settings().trouble == ""


def test_a_mail_that_never_goes_leaves_no_trace_on_the_ticket(office: ADesk, outbox: Outbox) -> None:
    number = a_ticket(office.john, agent="jane")
    before = len(office.john.ticket(number).thread)
    office.clock.passes(seconds=10)
    letter = outbox.take()
    assert letter is not None
    outbox.failed(letter, "No such mailbox.")
    assert len(office.john.ticket(number).thread) == before
    assert office.jane.notice_settings().trouble == "No such mailbox."
    assert outbox.take() is None


def test_one_process_has_it_in_hand(office: ADesk, outbox: Outbox) -> None:
    a_ticket(office.john, agent="jane")
    office.clock.passes(seconds=10)
    assert outbox.take() is not None
    assert office.another_window().outbox().take() is None


def test_a_bounce_is_mailed_to_whose_ticket_it_is(office: ADesk, outbox: Outbox) -> None:
    office.jane.set_notices({("bounce", "mine"): ("mail",), ("assigned", "mine"): ("list",)})
    number = kens_ticket(office.john, agent="jane")
    office.john.reply(number, "We look.")
    office.clock.passes(seconds=10)
    for letter in all_taken(outbox):
        if letter.kind == "reply":
            outbox.failed(letter, "No such user.")
        else:
            outbox.sent(letter)
    (letter,) = notices(office, outbox)
    assert "could not be delivered" in letter.values["text"]


def test_due_times_are_mailed_once(office: ADesk, outbox: Outbox) -> None:
    office.jane.set_notices(
        {("due_soon", "mine"): ("mail",), ("overdue", "mine"): ("mail",), ("assigned", "mine"): ()}
    )
    number = a_ticket(office.john, agent="jane", priority="A")
    assert notices(office, outbox) == []
    office.clock.now += 50 * MINUTE
    (letter,) = notices(office, outbox)
    assert letter.values["subject"] == f"{number} is due soon"
    assert notices(office, outbox) == []
    office.clock.now += HOUR
    (letter,) = notices(office, outbox)
    assert letter.values["subject"] == f"{number} is overdue"


def test_notices_of_the_desk_that_was_restored_are_no_letters(office: ADesk, outbox: Outbox) -> None:
    a_ticket(office.john, agent="jane")
    store = office.ada.store
    (item,) = store.outbox.waiting(store.journal.own)
    with store.writing():
        store.outbox.keep(replace(item, replica=ReplicaId("f" * 32)))
        store.log.keep_note(OUTBOX_HELD, "1")
    assert office.john.letters() == ()
    assert office.john.counters().queues["outbox"] == 0
    assert outbox.status().waiting == 0
    assert "0 mails wait" in mail_standings(store, office.clock.now)[1].said


def test_of_a_flood_each_agent_is_looked_at_once(
    office: ADesk, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def put_off(_store: Store, first: OutboxItem, _items: object, _now: int) -> None:
        asked.append(first.recipient)

    monkeypatch.setattr("desktop_desk.desk.outbox.batch_of", put_off)
    number = a_ticket(office.john, agent="jane")
    for word in ("one", "two", "three"):
        office.john.note(number, word)
    office.clock.passes(seconds=10)
    assert all_taken(outbox) == []
    assert asked == [office.uid("jane")]


def test_what_was_sent_an_hour_ago_is_forgotten(office: ADesk, outbox: Outbox) -> None:
    a_ticket(office.john, agent="jane")
    (first,) = notices(office, outbox)
    office.clock.now += 2 * HOUR
    a_ticket(office.john, agent="jane")
    (second,) = notices(office, outbox)
    known = [office.jane.store.outbox.by_uid(letter.item.uid) is not None for letter in (first, second)]
    assert known == [False, True]


def test_a_restored_desk_holds_notices_too(office: ADesk, outbox: Outbox) -> None:
    a_ticket(office.john, agent="jane")
    office.clock.passes(seconds=10)
    assert outbox.status().held is False
    office.ada.store.log.keep_note(OUTBOX_HELD, "1")
    outbox.bring_reminders()
    assert outbox.take() is None
