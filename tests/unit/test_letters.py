"""Letters: what a template makes of a ticket, and that nothing in a ticket can write a header of its own."""

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from desktop_desk.channels.letters import LANGUAGES, composed, own_template, previewed, rendered
from desktop_desk.desk.directory import Mailbox
from desktop_desk.desk.outbox import Enclosure, Letter
from desktop_desk.desk.outbox_ports import OutboxItem
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import EntityId, ReplicaId
from desktop_desk.domain.outgoing import KINDS, is_automatic, is_machine, mail_address, retry_after
from tests.fakes import MONDAY

VALUES = {
    "number": "1041-0", "subject": "VPN down", "caller": "Ken Lee", "text": "Renewed the certificate.\nTry again.",
    "agent": "Jane Roe", "department": "Support", "office": "Front desk", "resolved": "",
}  # fmt: skip
ITEM = OutboxItem(EntityId("a" * 32), "reply", EntityId("b" * 32), "act", ReplicaId("c" * 32), 0, 0)
BOX = Mailbox(1, EntityId("d" * 32), "Help", address="help@office.example", smtp_host="smtp.office.example")


def a_letter(kind: str = "reply", /, values: dict[str, str] | None = None, **more: Any) -> Letter:
    given: dict[str, Any] = {
        "item": replace(ITEM, kind=kind), "mailbox": BOX, "to": "ken@sales.example", "cc": (), "number": "1041-0",
        "language": "en", "message_id": "a.b@office.example", "references": (), "values": VALUES | (values or {}),
    }  # fmt: skip
    return Letter(**given | more)


def read_back(letter: Letter) -> EmailMessage:
    """The message as whoever gets it reads it."""
    message = composed(letter, lambda file: file.name.encode(), MONDAY)
    found = message_from_bytes(message.as_bytes(), policy=default)
    assert isinstance(found, EmailMessage)
    return found


def body(message: EmailMessage) -> str:
    return str(message.get_content()).replace("\r\n", "\n")


def test_a_reply_says_who_wrote_what_about_which_ticket() -> None:
    message = read_back(a_letter(references=("one@x", "two@x")))
    assert message["From"] == "Front desk <help@office.example>"
    assert message["To"] == "Ken Lee <ken@sales.example>"
    assert message["Subject"] == "Re: VPN down [#1041-0]"
    assert (message["In-Reply-To"], message["References"]) == ("<two@x>", "<one@x> <two@x>")
    assert message["Message-ID"] == "<a.b@office.example>"
    assert message["Auto-Submitted"] is None
    text = body(message)
    assert text.startswith("Renewed the certificate.\nTry again.\n")
    assert "Jane Roe" in text
    assert "resolved" not in text


@pytest.mark.parametrize(("kind", "told"), [("receipt", "auto-replied"), ("resolved", "auto-generated")])
def test_notices_say_that_a_machine_sent_them(kind: str, told: str) -> None:
    message = read_back(a_letter(kind))
    assert message["Auto-Submitted"] == told
    assert "1041-0" in message.get_content()
    assert is_automatic(bytes(message).partition(b"\n\n")[0]), (
        "our own receipts are not answered by another desk"
    )


@pytest.mark.parametrize("field", ["subject", "caller", "office", "number", "agent"])
@pytest.mark.parametrize(
    "nasty",
    [
        "x\r\nBcc: all@example.org",
        "x\nBcc: all@example.org",
        "x\r\n\r\n<script>",
        "x\x85Bcc: y",
        "x\u2028Bcc: z",
        "x\x00y",
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_no_header_can_be_smuggled_in(kind: str, field: str, nasty: str) -> None:
    clean = read_back(a_letter(kind))
    message = read_back(a_letter(kind, values={field: nasty}))
    assert list(message.keys()) == list(clean.keys())
    assert message["Bcc"] is None
    assert len(message["To"].addresses) == 1


def test_ids_from_outside_cannot_write_headers_either() -> None:
    message = read_back(a_letter(references=("good@x", "bad\r\nBcc: a@b", "two words@x", "ü@x")))
    assert (message["References"], message["Bcc"]) == ("<good@x>", None)


def test_long_ids_stand_in_the_headers_as_they_are() -> None:
    ids = [f"{'0a' * 32}.{'1b' * 16}.{n}@eurprd04.prod.office.example" for n in range(12)]
    raw = composed(a_letter(references=tuple(ids)), lambda _file: b"", MONDAY).as_bytes().decode()
    references = raw.split("References: ")[1].split("\r\n")[:12]
    assert [line.strip() for line in references] == [f"<{each}>" for each in ids]
    assert f"\r\nIn-Reply-To: <{ids[-1]}>\r\n" in raw


def test_names_of_every_script_arrive() -> None:
    name = "李小龍 „Ken“, Müller"
    message = read_back(
        a_letter(values={"caller": name, "subject": "Größe ≠ 0 🙂", "text": "Grüße 🙂\n.\nend"})
    )
    assert message["To"].addresses[0].display_name == name
    assert message["Subject"] == "Re: Größe ≠ 0 🙂 [#1041-0]"
    assert "Grüße 🙂\n.\nend" in body(message)


def test_files_go_along_under_their_names() -> None:
    files = (
        Enclosure("plan ü.pdf", "application/pdf", "", 1), Enclosure("old.eml", "message/rfc822", "", 1),
        Enclosure("odd", "", "", 1), Enclosure("list.txt", "text/plain", "", 1),
    )  # fmt: skip
    found = list(read_back(a_letter(files=files)).iter_attachments())
    assert [part.get_filename() for part in found] == ["plan ü.pdf", "old.eml", "odd", "list.txt"]
    assert found[0].get_content_type() == "application/pdf"
    assert found[1].get_payload(decode=True) == b"old.eml"


def test_copies_are_named_in_the_header() -> None:
    message = read_back(a_letter(cc=("boss@sales.example", "it@sales.example")))
    assert message["Cc"] == "boss@sales.example, it@sales.example"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_template_of_ours_can_be_filled_in(kind: str, language: str) -> None:
    made = rendered(own_template(kind, language), VALUES | {"resolved": "yes"})
    assert made.missing == ()
    assert "VPN down" in made.subject
    for nothing in ("caller", "agent"):
        assert "None" not in rendered(own_template(kind, language), VALUES | {nothing: ""}).body


def test_a_language_without_templates_is_answered_in_english() -> None:
    assert own_template("receipt", "fr") == own_template("receipt", "en")


def test_what_a_template_asks_for_and_nothing_knows_is_shown_and_never_sent() -> None:
    template = "Subject: {{ subject }}\n\nDear {{ callr }}{% if room %} in {{ room }}{% endif %}"
    found = previewed(template, VALUES)
    assert found.missing == ("callr", "room")
    assert "⟦callr⟧" in found.body
    with pytest.raises(Invalid, match="callr, room"):
        rendered(template, VALUES)
    with pytest.raises(Invalid, match="callr"):
        composed(a_letter(template=template), lambda _file: b"", MONDAY)


@pytest.mark.parametrize(
    "template",
    [
        "Subject: x\n\n{{ ''.__class__.__mro__ }}",
        "Subject: x\n\n{{ text.__init__.__globals__ }}",
        "Subject: x\n\n{% for i in range(99999999) %}x{% endfor %}",
        "Subject: x\n\n{% for i in range(90000) %}{{ 'xxxxxxxxxx' }}{% endfor %}",
        "Subject: x\n\n{{ 1 / 0 }}",
        "Subject: x\n\n{% if %}",
        "Subject: x\n\n{% include '/etc/passwd' %}",
        "{{ text }}",
        "",
    ],
)
def test_a_template_can_do_no_harm(template: str) -> None:
    with pytest.raises(Invalid) as caught:
        previewed(template, VALUES)
    assert caught.value.field == "template"


def test_what_a_caller_writes_is_never_a_template() -> None:
    assert "{{ office }}" in read_back(a_letter(values={"text": "{{ office }}"})).get_content()
    assert read_back(a_letter(values={"subject": "{% if %}"}))["Subject"] == "Re: {% if %} [#1041-0]"


@pytest.mark.parametrize("text", ["ken@sales.example", "o'neil+x@a-b.example", " ken@sales.example "])
def test_addresses_that_can_stand_in_an_envelope(text: str) -> None:
    assert mail_address(text) == text.strip()


def test_a_host_of_another_script_is_written_in_ascii() -> None:
    assert mail_address("info@müller.example") == "info@xn--mller-kva.example"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ken",
        "@x.example",
        "ken@",
        "a b@x.example",
        "a@b@x.example\n",
        "a@x.example\r\nRCPT TO:<b@x>",
        "<a@x.example>",
        "a@x.example,b@x.example",
        "a" * 65 + "@x.example",
        "a@-x.example",
        "a..b@x.example",
        "ü@x.example",
        "a@" + "x" * 300,
    ],
)
def test_addresses_that_cannot(text: str) -> None:
    assert mail_address(text) == ""


@pytest.mark.parametrize(
    "head",
    [
        b"Auto-Submitted: auto-replied",
        b"auto-submitted: auto-generated; x=y",
        b"Precedence: bulk",
        b"List-Id: <x>",
        b"Return-Path: <>",
        b"Content-Type: multipart/report; report-type=delivery-status",
        b"From: MAILER-DAEMON@x.example",
        b"X-Auto-Response-Suppress: All",
        b"X-Autoreply: yes",
        b"From: Nobody <no-reply@x.example>",
    ],
)
def test_mail_of_machines_is_known(head: bytes) -> None:
    assert is_automatic(b"Subject: hello\n" + head)


@pytest.mark.parametrize(
    "head",
    [b"Auto-Submitted: no", b"From: Ken <ken@x.example>", b"", b"\xff\xfe", b"Precedence: first-class"],
)
def test_mail_of_people_is_not(head: bytes) -> None:
    assert not is_automatic(head)


def test_postmasters_are_machines_and_people_called_so_are_not() -> None:
    assert is_machine("postmaster@x.example")
    assert not is_machine("postman@x.example")


def test_waiting_grows_to_an_hour_and_no_further() -> None:
    waits = [retry_after(tries) // 60_000 for tries in (0, 1, 2, 3, 6, 50)]
    assert waits == [1, 1, 2, 5, 60, 60]
