"""Mails are read whatever they are: charsets, broken headers, too many parts, too long headers, scripts and tricks."""

import base64
import struct
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from hypothesis import given
from hypothesis import strategies as st

from desktop_desk.channels import mail_parts
from desktop_desk.channels.mail_html import sanitised, text_of_html
from desktop_desk.channels.mail_reading import read_mail
from desktop_desk.channels.mail_sealed import signed_content
from desktop_desk.channels.mail_tnef import packed_files
from desktop_desk.channels.mail_words import header_text, text_of
from desktop_desk.desk.mail_views import IncomingMail

NOW = 1_780_000_000_000


def read(raw: bytes | str) -> IncomingMail:
    return read_mail(raw if isinstance(raw, bytes) else raw.encode(), NOW)


def a_mail(text: str = "It burns.", **headers: str) -> str:
    known = {"From": "Ken Lee <ken@sales.example>", "Subject": "Printer", "Message-ID": "<1@sales.example>"}
    told = known | {name.replace("_", "-"): value for name, value in headers.items()}
    return "".join(f"{name}: {value}\n" for name, value in told.items()) + f"\n{text}"


def test_a_plain_mail() -> None:
    mail = read(a_mail(Date="Mon, 2 Apr 2012 17:44:22 +0400"))
    assert (mail.sender_name, mail.sender, mail.subject) == ("Ken Lee", "ken@sales.example", "Printer")
    assert (mail.text, mail.message_id, mail.at) == ("It burns.", "1@sales.example", 1_333_374_262_000)


@pytest.mark.parametrize(
    "charset", ["utf-8", "latin-1", "cp1252", "no-such-charset", "zlib", "idna", "", "us-ascii"]
)
def test_no_charset_stops_a_mail(charset: str) -> None:
    raw = a_mail("", Content_Type=f'text/plain; charset="{charset}"').encode() + "Müller drückt".encode()
    assert "ller dr" in read(raw).text


def test_a_wrong_charset_is_seen_through() -> None:
    assert text_of("Müller".encode(), "us-ascii") == "Müller"
    assert text_of(b"M\xfcller", "utf-8") == "M\ufffdller"
    assert text_of(b"M\xfcller", None) == "Müller"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?utf-8?q?M=C3=BCller?=", "Müller"),
        ("=?utf-8?q?M=C3=BC?= =?utf-8?q?ller?=", "Müller"),
        ("=?nonsense?q?M=C3=BCller?=", "Müller"),
        ("=?utf-8?b?####?=", "=?utf-8?b?####?="),
        ("a\r\nBcc: everybody@firm.example", "a Bcc: everybody@firm.example"),
        ("=?utf-8?q?a=0D=0ABcc=3A_x?=", "a Bcc: x"),
        ("bill=?utf-8?q?=E2=80=AEfdp?=.exe", "bill fdp .exe"),
        ("bill\u202efdp.exe", "billfdp.exe"),
    ],
)
def test_headers_are_one_line_of_text(raw: str, text: str) -> None:
    assert header_text(raw) == text


@pytest.mark.parametrize(
    "date",
    [
        "yesterday",
        "",
        "Mon, 99 Foo 2012 99:99:99",
        "1 Jan 1601 00:00:00 +0000",
        "Fri, 1 Jan 2999 00:00:00 +0000",
    ],
)
def test_a_date_that_cannot_be_is_none(date: str) -> None:
    assert read(a_mail(Date=date)).at is None


def test_a_mail_is_as_old_as_the_server_says_that_took_it() -> None:
    came = "from x by mx.office.example; Mon, 2 Apr 2012 17:44:22 +0400"
    for date in ("Mon, 01 Jan 2001 00:00:00 +0000", "Mon, 01 Jan 2035 00:00:00 +0000", "yesterday"):
        assert read(a_mail(Received=came, Date=date)).at == 1_333_374_262_000
    assert (
        read(a_mail(Received="by a server without a clock", Date="Mon, 2 Apr 2012 17:44:22 +0400")).at
        == 1_333_374_262_000
    )


def test_who_wants_the_answer_is_told_unless_a_list_does() -> None:
    assert read(a_mail(Reply_To="Eve <eve@x.example>")).reply_to == ("Eve", "eve@x.example")
    assert read(a_mail(Reply_To="KEN@sales.example")).reply_to is None
    assert read(a_mail(Reply_To="list@x.example", List_Id="<list.x.example>")).reply_to is None


def test_no_sender_no_subject_and_no_text_are_mails_all_the_same() -> None:
    assert read("Subject: x\n\n").sender == ""
    assert read("From: a@b.example\n\n").text == ""
    assert read("From: =?x?=@\nSubject: x\n\nHello").text == "Hello"


@pytest.mark.parametrize("raw", [b"\x00\x01\x02" * 100, b"\x89PNG\r\n\x1a\n\x00\x00"])
def test_what_is_no_mail_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="no mail"):
        read(raw)


def test_headers_of_210_kb_are_read() -> None:
    mail = read(a_mail(X_Long="x" * 210_000, References=" ".join(f"<{n}@x>" for n in range(10_000))))
    assert mail.text == "It burns."
    assert 0 < len(mail.references) <= 40


def nested(depth: int) -> str:
    head = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))
    return "From: a@b.example\nSubject: deep\n" + head + "Content-Type: text/plain\n\nat the bottom\n"


def test_a_thousand_parts_inside_each_other_are_shown_as_they_stand() -> None:
    begun = time.monotonic()
    mail = read(nested(1000))
    assert mail.subject == "deep"
    assert mail.text
    assert mail.remarks
    assert time.monotonic() - begun < 10
    assert read(nested(5)).text == "at the bottom"


@pytest.mark.parametrize(
    "many",
    ["X-Header: a\n" * 1_000_001, "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\n" * 20_001],
)
def test_more_than_anybody_sends_is_kept_and_not_taken_apart(many: str) -> None:
    mail = read(f"From: a@b.example\nSubject: much\n{many}")
    assert (mail.sender, mail.subject) == ("a@b.example", "much")
    assert "too many" in mail.remarks[0]


def test_a_thousand_parts_beside_each_other_are_cut_and_said_so() -> None:
    parts = "".join(f"--b\nContent-Type: text/plain\n\nline {n}\n" for n in range(1000))
    mail = read(
        f"From: a@b.example\nSubject: wide\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n"
    )
    assert mail.text.startswith("line 0")
    assert mail.remarks


def test_files_and_inline_pictures_come_with_their_names_and_bytes() -> None:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@b.example", "x"
    made.set_content("See the files.")
    made.add_related(b"GIF8", maintype="image", subtype="gif", cid="<1>")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="../../etc/plan.png")
    mail = read(made.as_bytes())
    assert mail.text == "See the files."
    assert {(file.name, file.source) for file in mail.files} >= {("../../etc/plan.png", b"\x89PNG")}
    assert b"GIF8" in {file.source for file in mail.files}


def test_an_archive_is_never_unpacked() -> None:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@b.example", "x"
    made.set_content("See.")
    made.add_attachment(b"PK\x03\x04bomb", maintype="application", subtype="zip", filename="bomb.zip")
    assert [file.source for file in read(made.as_bytes()).files] == [b"PK\x03\x04bomb"]


def test_html_is_read_as_text_and_made_harmless() -> None:
    html = (
        "<html><head><title>Mail of a program</title></head>"
        "<p onclick='x()'>It <b>burns</b>.</p><script>alert(1)</script><style>p{}</style>"
        "<img src='http://x.example/t.gif'>"
        "<img src='cid:1'><a href='javascript:x()'>link</a><blockquote>old</blockquote>"
    )
    clean = sanitised(html)
    assert not any(word in clean for word in ("script", "onclick", "t.gif", "style"))
    assert "cid:1" in clean
    mail = read(a_mail(html, Content_Type="text/html"))
    assert mail.text == "It burns.\n\nlink"
    assert mail.quoted == "> old"


def test_links_tell_where_they_lead() -> None:
    assert (
        text_of_html('<a href="https://evil.example/">your bank</a>') == "your bank <https://evil.example/>"
    )


@pytest.mark.parametrize("tag", ["<div>", '<div a="<">', "<o:p>", "<blockquote></b>"])
def test_html_is_never_read_deeper_than_a_program_writes_it(tag: str) -> None:
    clean = sanitised(f"{tag * 5000}It burns.")
    assert clean.count("<div") + clean.count("<blockquote") + clean.count("<table") <= 1000
    assert "It burns." in clean


def test_a_picture_within_html_does_not_push_the_text_out() -> None:
    assert text_of_html(f"<img src='data:image/png;base64,{'A' * 2_000_000}'>It burns.") == "It burns."


def made_of(kind: str, *parts: tuple[str, str]) -> IncomingMail:
    body = "".join(f"--b\nContent-Type: {told}\n\n{text}\n" for told, text in parts)
    return read(f"From: a@b.example\nSubject: x\nContent-Type: multipart/{kind}; boundary=b\n\n{body}--b--\n")


def test_what_is_written_after_a_picture_is_read_too() -> None:
    mail = made_of(
        "mixed", ("text/html", "<p>See this:</p>"), ("image/png", "x"), ("text/html", "<p>It burns.</p>")
    )
    assert "See this:" in mail.text
    assert "It burns." in mail.text


def test_a_short_notice_above_does_not_hide_the_mail() -> None:
    mail = made_of(
        "mixed", ("text/plain", "Checked for viruses."), ("text/html", "<p>The printer burns.</p>")
    )
    assert "The printer burns." in mail.text


def test_the_same_text_is_read_once() -> None:
    for kind in ("alternative", "mixed"):
        assert (
            made_of(kind, ("text/plain", "It burns."), ("text/html", "<p>It <b>burns.</b></p>")).text
            == "It burns."
        )


def in_outlooks_form(*attributes: tuple[int, bytes]) -> bytes:
    """A winmail.dat of these attributes."""
    parts = (struct.pack("<BII", 2, number, len(value)) + value + b"\0\0" for number, value in attributes)
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(parts)


def test_the_files_that_outlook_packs_are_unpacked() -> None:
    long_name = "A plan of the office.pdf\0".encode("utf-16-le")
    properties = (
        struct.pack("<IHHIHHII", 2, 3, 0x3705, 1, 0x1F, 0x3707, 1, len(long_name)) + long_name + b"\0\0"
    )
    packed = in_outlooks_form(
        (0x00069002, b"\1\0"), (0x00018010, b"APLAN~1.PDF\0"), (0x0006800F, b"%PDF"), (0x00069005, properties),
        (0x00069002, b"\1\0"), (0x00018010, b"../note.txt\0"), (0x0006800F, b"burns"),
    )  # fmt: skip

    def sent(body: bytes) -> dict[str, object]:
        made = EmailMessage()
        made["From"], made["Subject"] = "a@b.example", "x"
        made.set_content("See the files.")
        made.add_attachment(body, maintype="application", subtype="ms-tnef", filename="winmail.dat")
        mail = read(made.as_bytes())
        assert mail.text == "See the files."
        return {file.name: file.source for file in mail.files}

    assert sent(packed) == {"A plan of the office.pdf": b"%PDF", "../note.txt": b"burns"}
    assert sent(b"no such file") == {"winmail.dat": b"no such file"}
    assert sent(packed[:20]) == {"winmail.dat": packed[:20]}


@given(st.binary(max_size=200))
def test_no_packed_file_stops_the_reader(junk: bytes) -> None:
    whole = in_outlooks_form((0x00069002, b""), (0x00069005, junk), (0x0006800F, b"x"))
    assert packed_files(whole)


def test_words_that_only_stand_in_for_the_mail_are_not_taken_for_it() -> None:
    long = " ".join(f"word{n}" for n in range(40))
    stub = ("text/plain", "To view this message, please use a program that shows HTML!")
    assert made_of("alternative", stub, ("text/html", f"<p>{long}</p>")).text == long
    quoting = f"<p>Yes, do it.</p><blockquote>{long}</blockquote>"
    assert made_of("alternative", ("text/plain", "Yes, do it."), ("text/html", quoting)).text == "Yes, do it."


def test_an_invitation_is_kept_as_a_file() -> None:
    mail = made_of(
        "alternative",
        ("text/plain", "Come."),
        ("text/html", "<p>Come.</p>"),
        ("text/calendar", "BEGIN:VCALENDAR"),
    )
    assert (mail.text, [file.name for file in mail.files]) == ("Come.", ["invitation.ics"])


def test_an_encrypted_mail_says_so() -> None:
    made = (
        "Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\n1\n"
    )
    more = "--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n--b--\n"
    mail = read(f"From: a@b.example\nSubject: secret\n{made}{more}")
    assert "encrypted" in mail.text
    assert "encrypted.asc" in {file.name for file in mail.files}


def test_a_mail_that_is_only_signed_is_read_though_its_envelope_is_sealed() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Ken")])
    since = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, since, since + timedelta(days=9))
    certificate = made.sign(key, hashes.SHA256())
    inner = b"Content-Type: text/html\r\n\r\n<p>It <b>burns</b>.</p>\r\n"
    signed = PKCS7SignatureBuilder().set_data(inner).add_signer(certificate, key, hashes.SHA256())
    body = base64.encodebytes(signed.sign(Encoding.DER, [PKCS7Options.Binary])).decode()
    kind = "application/pkcs7-mime; smime-type={}; name=smime.p7m"
    mail = read(a_mail(body, Content_Type=kind.format("signed-data"), Content_Transfer_Encoding="base64"))
    assert (mail.text, mail.files) == ("It burns.", ())
    broken = read(
        a_mail(body[:200], Content_Type=kind.format("signed-data"), Content_Transfer_Encoding="base64")
    )
    assert [file.name for file in broken.files] == ["smime.p7m"]


def test_envelopes_in_envelopes_are_not_opened_without_end() -> None:
    def der(tag: int, *parts: bytes) -> bytes:
        body = b"".join(parts)
        return bytes((tag, 0x84)) + len(body).to_bytes(4) + body

    mail = b"\r\nAt the bottom."
    for _layer in range(30):
        data = der(0x30, der(0x06, b"*\x86H\x86\xf7\r\x01\x07\x01"), der(0xA0, der(0x04, mail)))
        signed = der(0x30, der(0x06, b"*\x86H\x86\xf7\r\x01\x07\x02"), der(0xA0, der(0x30, data)))
        mail = (
            b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + base64.b64encode(signed)
        )
        if _layer == 1:
            assert read(b"From: a@b.example\r\n" + mail).text == "At the bottom."
    found = read(b"From: a@b.example\r\n" + mail)
    assert "At the bottom." not in found.text
    assert len(found.files) == 1


def test_only_so_much_html_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_parts, "MOST_HTML", 100)
    mail = made_of("mixed", *(("text/html", f"<p>part {n} {'x' * 40}</p>") for n in range(9)))
    assert "part 0" in mail.text
    assert "part 5" not in mail.text


@given(st.binary(max_size=60))
def test_no_envelope_stops_the_reader(junk: bytes) -> None:
    for begun in (b"", b"\x30\x80", b"\x30\x80\x06\x09*\x86H\x86\xf7\r\x01\x07\x02\xa0\x80\x30\x80"):
        assert isinstance(signed_content(begun + junk), bytes)


def test_a_signature_of_a_signed_mail_is_no_file() -> None:
    mail = read(
        "From: a@b.example\nContent-Type: multipart/signed; boundary=b\n\n--b\n\nSigned words.\n"
        "--b\nContent-Type: application/pgp-signature; name=signature.asc\n\nxyz\n--b--\n"
    )
    assert (mail.text.strip(), mail.files) == ("Signed words.", ())


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({}, "mail"),
        ({"Auto_Submitted": "no"}, "mail"),
        ({"Auto_Submitted": "auto-replied (vacation)"}, "answer"),
        ({"Precedence": "auto_reply"}, "answer"),
        ({"X_Autoreply": "yes"}, "answer"),
        ({"Auto_Submitted": "auto-generated"}, "automatic"),
        ({"Precedence": "bulk"}, "automatic"),
        ({"X_Failed_Recipients": "x@y.example"}, "bounce"),
        ({"Content_Type": "multipart/report; report-type=disposition-notification; boundary=b"}, "answer"),
    ],
)
def test_machines_are_told_from_people(headers: dict[str, str], kind: str) -> None:
    assert read(a_mail(**headers)).kind == kind


def test_a_bounce_is_about_the_mail_that_it_returns() -> None:
    mail = read(
        "From: MAILER-DAEMON@x.example\nSubject: Undelivered\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\n\nIt did not arrive.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        "Final-Recipient: rfc822; ken@sales.example\nStatus: 5.1.1\n--b\nContent-Type: message/rfc822\n\n"
        "Message-ID: <sent-1@desk.example>\nSubject: your ticket\n\nHello\n--b--\n"
    )
    assert mail.kind == "bounce"
    assert mail.references == ("sent-1@desk.example",)
    assert "It did not arrive." in mail.text
    assert "5.1.1" in mail.text


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        (
            {"From": "MAILER-DAEMON@mx.example", "Return_Path": "<>"},
            ("Hi. This is the qmail-send program.\n\n<ken@sales.example>:\nSorry, no mailbox here. (#5.1.1)\n\n"
            "--- Below this line is a copy of the message.\n\nMessage-ID: <sent-1@desk.example>\n\nHello"),
        ),
        (
            {"X_Failed_Recipients": "ken@sales.example"},
            ("It could not be delivered.\n\n  host mx [192.0.2.1]: 550 5.1.1 no mailbox here\n\n"
            "------ This is a copy of the message. ------\n\nMessage-ID: <sent-1@desk.example>\n\nHello"),
        ),
    ],
)  # fmt: skip
def test_reports_of_the_old_kind_are_about_a_mail_and_an_address_too(
    headers: dict[str, str], text: str
) -> None:
    mail = read(a_mail(text, **headers))
    assert (mail.kind, mail.references) == ("bounce", ("sent-1@desk.example",))
    assert [each.to for each in mail.failed] == ["ken@sales.example"]
    assert "no mailbox here" in mail.failed[0].why


@given(st.binary(max_size=400))
def test_no_bytes_stop_the_reader(junk: bytes) -> None:
    read(b"From: a@b.example\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n" + junk)


@given(st.text(max_size=200))
def test_no_header_stops_the_reader(junk: str) -> None:
    for name in (
        "From",
        "Date",
        "Subject",
        "Message-ID",
        "References",
        "Content-Type",
        "Content-Disposition",
    ):
        line = "".join(junk.split("\n")).replace("\r", "")
        read(f"{name}: {line}\nX-From: a\nSubject: x\nMessage-Id: <a@b>\n\nHello".encode("utf-8", "replace"))
