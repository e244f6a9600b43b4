"""The status light: what it says of mail in and out, when it is loud, and when it is not."""

import pytest

from desktop_desk.channels.mail_import import take_mail
from desktop_desk.channels.mail_sources import Found
from desktop_desk.desk.directory import Mailbox
from desktop_desk.desk.outbox import Outbox
from desktop_desk.desk.status_light import (
    STALE_MS,
    STUCK_MS,
    Light,
    Standing,
    form_standing,
    line_standing,
    mail_standings,
)
from desktop_desk.desk.waiting_mail import OUTBOX_HELD
from desktop_desk.domain.outgoing import HOLD_MS
from desktop_desk.domain.silence import GRACE_MS, LOOK_BACK_MS
from tests.builders import ADesk, kens_ticket
from tests.fakes import DAY, HOUR


def a_box(office: ADesk, name: str = "Help", **more: object) -> Mailbox:
    fields = {"name": name, "address": f"{name}@office.example", "imap_host": "imap.office.example"}
    office.ada.add("mailbox", **fields | more)
    found = office.ada.directory().mailbox(name)
    assert found is not None
    return found


def mail_in(office: ADesk) -> Standing:
    return mail_standings(office.ada.store, office.clock.now)[0]


def outgoing(office: ADesk) -> Standing:
    return mail_standings(office.ada.store, office.clock.now)[1]


def comes(office: ADesk, box: Mailbox, n: int) -> None:
    """A mail that is written and comes now."""
    raw = f"From: ken{n}@x.example\nSubject: m{n}\nMessage-ID: <{n}@x>\n\nHello {n}\n".encode()
    take_mail(office.front.mail_keeping().room(), Found("", raw), mailbox=box.uid)


@pytest.fixture
def outbox(office: ADesk) -> Outbox:
    office.ada.add("mailbox", name="Out", address="out@office.example", smtp_host="smtp.office.example")
    return office.front.outbox()


def test_a_desk_without_mailboxes_is_dark(office: ADesk) -> None:
    assert (mail_in(office).level, outgoing(office).level) == ("off", "off")
    assert Light(mail_standings(office.ada.store, office.clock.now)).level == "off"
    assert mail_in(office).advice == "An administrator adds one: Mail › Mailboxes."


def test_a_mailbox_that_was_looked_into_is_well(office: ADesk) -> None:
    box = a_box(office)
    assert (mail_in(office).level, mail_in(office).word) == ("wait", "not looked into")
    office.front.mail_keeping().looked(box, "good")
    comes(office, box, 1)
    assert (mail_in(office).level, mail_in(office).said) == ("good", "Last mail 10:00.")
    office.clock.now += STALE_MS + 1
    assert (mail_in(office).level, mail_in(office).loud) == ("wait", False)


def test_a_login_that_fails_is_loud_with_its_reason(office: ADesk) -> None:
    good, bad = a_box(office), a_box(office, "Sales")
    keeping = office.front.mail_keeping()
    keeping.looked(good, "good")
    keeping.looked(bad, "refused", "imap.office.example refuses the login of “Sales”.")
    light = Light(mail_standings(office.ada.store, office.clock.now))
    assert (light.level, [each.name for each in light.loud]) == ("trouble", ["Sales"])
    assert mail_in(office).said == "Sales: imap.office.example refuses the login of “Sales”."


def test_a_server_that_is_away_is_a_state_and_no_alarm(office: ADesk) -> None:
    box = a_box(office)
    office.front.mail_keeping().looked(box, "away", "imap.office.example does not answer.")
    office.clock.now += HOUR
    office.front.mail_keeping().looked(box, "away", "imap.office.example does not answer.")
    told = mail_in(office)
    assert (told.level, told.loud) == ("wait", False)
    assert "Not reached since 10:00." in told.said


def four_weeks_of_mail(office: ADesk, box: Mailbox) -> None:
    """Two mails an hour in the working hours of four weeks; now it is the Monday after them, at nine."""
    for day in range(28):
        if day % 7 < 5:
            for n in range(16):
                comes(office, box, day * 100 + n)
                office.clock.now += HOUR // 2
            office.clock.now -= 8 * HOUR
        office.clock.now += DAY


def test_silence_is_loud_when_mail_usually_comes(office: ADesk) -> None:
    box = a_box(office)
    four_weeks_of_mail(office, box)
    office.front.mail_keeping().looked(box, "good")
    assert mail_in(office).level == "good"
    office.clock.now += 6 * HOUR
    office.front.mail_keeping().looked(box, "good")
    told = mail_in(office)
    assert (told.level, told.word, told.loud) == ("trouble", "silent", True)
    assert "longer than usual" in told.said
    office.front.mail_keeping().looked(box, "away", "No answer.")
    assert (mail_in(office).word, mail_in(office).loud) == ("silent", True)
    assert mail_in(office).said.startswith("Not reached since 17:00. No answer. No mail since")


def test_the_weeks_before_are_not_read_while_mail_comes(
    office: ADesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = a_box(office)
    comes(office, box, 1)
    office.front.mail_keeping().looked(box, "good")
    mails, since = office.ada.store.mails, list[int]()
    plain = mails.times
    monkeypatch.setattr(mails, "times", lambda uid, at: since.append(at) or plain(uid, at))
    office.clock.now += GRACE_MS
    assert mail_in(office).level == "good"
    assert [office.clock.now - at for at in since] == [GRACE_MS]
    office.clock.now += 1
    mail_in(office)
    assert [office.clock.now - at for at in since[1:]] == [GRACE_MS, LOOK_BACK_MS]


def test_a_mailbox_of_another_copy_can_be_taken_over(office: ADesk) -> None:
    box = a_box(office)
    office.ada.announce_replica("Front desk PC", "", "")
    office.ada.change("mailbox", box.uid, replica="Front desk PC")
    assert mail_in(office).parts[0].box == ""


def test_the_outbox_is_well_while_mail_goes(office: ADesk, outbox: Outbox) -> None:
    assert (outgoing(office).level, outgoing(office).word) == ("good", "empty")
    kens_ticket(office.john)
    assert (outgoing(office).level, outgoing(office).word) == ("good", "1 waits")


def test_offline_mail_waits_without_alarm(office: ADesk, outbox: Outbox) -> None:
    kens_ticket(office.john)
    for _hour in range(5):
        office.clock.now += HOUR
        letter = outbox.take()
        assert letter is not None
        outbox.later(letter, "smtp.office.example cannot be reached: no route")
    told = outgoing(office)
    assert (told.level, told.loud) == ("wait", False)
    assert "no route" in told.said


def test_mail_that_does_not_go_for_a_day_is_loud(office: ADesk, outbox: Outbox) -> None:
    kens_ticket(office.john)
    for hour in range(25):
        office.clock.now += HOUR
        letter = outbox.take()
        assert letter is not None
        outbox.later(letter, "smtp.office.example cannot be reached: no route")
        assert outgoing(office).loud is (hour >= 24)
    assert outgoing(office).word == "stuck"
    assert "no route" in outgoing(office).said


def test_a_stopped_letter_is_loud_unless_an_agent_stopped_it(office: ADesk, outbox: Outbox) -> None:
    kens_ticket(office.john)
    office.clock.now += HOLD_MS
    letter = outbox.take()
    assert letter is not None
    outbox.later(letter, "The password is refused.", stopped=True)
    assert (outgoing(office).word, outgoing(office).loud) == ("stopped", True)
    assert "The password is refused." in outgoing(office).said
    office.john.stop_letter(letter.item.uid)
    assert (outgoing(office).level, outgoing(office).loud) == ("good", False)


def test_mail_that_is_due_and_does_not_go_is_loud(office: ADesk, outbox: Outbox) -> None:
    kens_ticket(office.john)
    office.clock.now += HOLD_MS + STUCK_MS
    assert not outgoing(office).loud
    office.clock.now += 1
    assert (outgoing(office).word, outgoing(office).loud) == ("stuck", True)
    assert outbox.take() is not None
    assert not outgoing(office).loud


def test_a_restored_desk_waits_for_a_person(office: ADesk, outbox: Outbox) -> None:
    kens_ticket(office.john)
    office.ada.store.log.keep_note(OUTBOX_HELD, "1")
    assert (outgoing(office).level, outgoing(office).word) == ("trouble", "held")


def test_form_and_line() -> None:
    assert form_standing((), "").level == "off"
    assert (
        form_standing(("http://127.0.0.1:8765/",), "").said == "The request form is at http://127.0.0.1:8765/"
    )
    assert form_standing((), "The port is taken.").level == "trouble"
    assert line_standing(on=True, trouble="").level == "good"
    assert line_standing(on=False, trouble="").level == "off"
    assert line_standing(on=False, trouble="The port is taken.").level == "trouble"
