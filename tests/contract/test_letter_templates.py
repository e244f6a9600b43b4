"""Templates of the office's letters, receipts switched off, and who gets a ticket's letters."""

import pytest

from desktop_desk.channels.letters import composed
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.outbox import Letter
from desktop_desk.domain.errors import Invalid, NotFound
from tests.builders import ADesk, kens_ticket

OWN = "Subject: Got it: {{ subject }}\n\nWe have it, {{ caller }}: {{ number }}.\n"


@pytest.fixture
def mailing(office: ADesk) -> ADesk:
    """An office with a mailbox that can send."""
    office.ada.add("mailbox", name="Help", address="help@office.example", smtp_host="smtp.office.example")
    return office


def letter(office: ADesk, desk: Desk) -> Letter:
    """The letter that goes next."""
    office.clock.now += 20_000
    found = desk.outbox().take()
    assert found is not None
    return found


def written(office: ADesk, desk: Desk) -> tuple[str, str]:
    message = composed(letter(office, desk), lambda _file: b"", office.clock.now)
    return str(message["Subject"]), message.get_content().strip()


def test_a_department_writes_its_own_receipt(mailing: ADesk) -> None:
    mailing.ada.set_template("receipt", "en", OWN, "Support")
    number = kens_ticket(mailing.john)
    subject, text = written(mailing, mailing.john)
    assert subject.startswith("Got it: ")
    assert text == f"We have it, Ken Lee: {number}."


def test_the_desks_template_stands_for_departments_that_have_none(mailing: ADesk) -> None:
    mailing.ada.set_template("receipt", "en", OWN)
    mailing.ada.set_template("receipt", "en", OWN.replace("Got it", "Elsewhere"), "System Administrators")
    kens_ticket(mailing.john)
    assert written(mailing, mailing.john)[0].startswith("Got it: ")


def test_going_back_to_the_one_before_is_an_empty_template_and_undo_brings_it_back(mailing: ADesk) -> None:
    mailing.ada.set_template("receipt", "en", OWN, "Support")
    done = mailing.ada.set_template("receipt", "en", "", "Support")
    assert mailing.ada.template("receipt", "en", "Support").department == ""
    mailing.ada.undo(done.act)
    assert mailing.ada.template("receipt", "en", "Support").department == OWN


def test_a_department_writes_in_its_own_language(mailing: ADesk) -> None:
    support = mailing.ada.directory().department("Support")
    assert support is not None
    mailing.ada.change("department", support.uid, language="de")
    kens_ticket(mailing.john)
    assert letter(mailing, mailing.john).language == "de"


def test_receipts_can_be_switched_off_for_a_department_and_for_a_mailbox(mailing: ADesk) -> None:
    directory = mailing.ada.directory()
    support, box = directory.department("Support"), directory.mailboxes[0]
    assert support is not None
    mailing.ada.change("department", support.uid, receipts=False)
    kens_ticket(mailing.john)
    assert mailing.john.outbox().status().waiting == 0
    mailing.ada.change("department", support.uid, receipts=True)
    mailing.ada.change("mailbox", box.uid, receipts=False)
    number = kens_ticket(mailing.john)
    assert mailing.john.outbox().status().waiting == 0
    mailing.john.resolve(number)
    assert letter(mailing, mailing.john).kind == "resolved"


@pytest.mark.parametrize(("kind", "language"), [("receipts", "en"), ("receipt", "xx"), ("", "en")])
def test_unknown_kinds_and_languages_are_refused(mailing: ADesk, kind: str, language: str) -> None:
    with pytest.raises(Invalid):
        mailing.ada.set_template(kind, language, OWN)
    with pytest.raises(Invalid):
        mailing.ada.template(kind, language)


def test_a_template_of_a_department_that_is_not_there_is_refused(mailing: ADesk) -> None:
    with pytest.raises(NotFound):
        mailing.ada.set_template("receipt", "en", OWN, "Nowhere")


def test_a_preview_says_what_a_letter_could_say_now(mailing: ADesk) -> None:
    number = kens_ticket(mailing.john)
    mailing.john.reply(number, "Renewed the certificate.")
    values = mailing.john.letter_values(number)
    assert (values["caller"], values["number"]) == ("Ken Lee", number)
    assert (values["text"], values["agent"], values["resolved"]) == (
        "Renewed the certificate.",
        "John Doe",
        "",
    )
    mailing.john.resolve(number)
    assert mailing.john.letter_values(number)["resolved"] == "yes"


def test_who_gets_the_replies_of_a_ticket(mailing: ADesk) -> None:
    number = kens_ticket(mailing.john)
    mailing.john.copy_to(number, add=("ann@sales.example",))
    found = mailing.john.recipients(number)
    assert (found.to, found.sender, found.copies) == (
        "ken@sales.example", "help@office.example", ("ann@sales.example",)
    )  # fmt: skip
    mailing.john.copy_to(number, remove=("ann@sales.example",))
    assert mailing.john.recipients(number).copies == ()


def test_without_a_mailbox_that_sends_nobody_gets_a_mail(office: ADesk) -> None:
    assert office.john.recipients(kens_ticket(office.john)).to == ""
