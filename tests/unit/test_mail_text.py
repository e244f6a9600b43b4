"""What somebody wrote is told from what he quotes and signs with; nothing is lost."""

import json
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_desk.channels import mail_text
from desktop_desk.channels.mail_text import split_text


@pytest.mark.parametrize(
    ("mail", "visible"),
    [
        ("Hello\n\nOn Apr 3, 2012, at 4:19 PM, bob wrote:\n\n> Hi\n", "Hello"),
        ("Hallo\n\nAm 03.04.2012 um 16:19 schrieb Bob:\n> Hi\n", "Hallo"),
        ("Hallo\n\nAm 03.04.2012 um 16:19 schrieb Bob\n<bob@firm.example>:\n\n> Hi\n", "Hallo"),
        ("Hello\n-----Original Message-----\nFrom: bob\n\nHi", "Hello"),
        ("Hello\n\n____________________\nFrom: Bob <b@x.example>\nSent: Monday\nTo: me\nSubject: x\n\nHi", "Hello"),
        ("On 04/02/2012 06:26 PM, Megan One wrote:\n> Hi\nHello", "Hello"),
        ("It works.\n\n-- \nKen Lee\nSales", "It works."),
        ("It works.\n\nRegards,\nKen", "It works."),
        ("It works.\n\nSent from my iPhone", "It works."),
        ("Sent from my desk, it works much better.", "Sent from my desk, it works much better."),
        ("Tak.\n\n29. gru 2017 o 19:09 <help@desk.example> pisze:\n\n> Dobrze?", "Tak."),
        ("好的\n\n发件人: 张 <z@x.example>\n发送时间: 2017年8月2日\n收件人: Ken\n主题: x\n\n旧", "好的"),
        ("It works.\n\n-- \nKen\n" + "A line that lawyers wrote.\n" * 60, "It works."),
        ("On the left side it says: 5 errors wrote: what now?", "On the left side it says: 5 errors wrote: what now?"),
    ],
)  # fmt: skip
def test_only_what_was_written_is_shown(mail: str, visible: str) -> None:
    assert split_text(mail).visible == visible


@pytest.mark.parametrize(
    "mail",
    [
        "Please order:\n- Paper\n- Toner",
        "My details\n----------\nName: Ken\nPhone: 123",
        "The screen:\nLG\n27 inch",
        "Hello,\nmy name is Ken Lee\nthe VPN is down.\nPlease help",
        "Name: Ken Lee\nRoom: 12\nProblem: no print",
        "The VPN is down.\n\nThanks\n\nPS: call me before noon.",
        "Now it says:\n> Error 5\n> at line 3",
    ],
)
def test_what_only_looks_like_a_signature_or_a_quotation_stays(mail: str) -> None:
    assert split_text(mail, "Ken Lee").visible == mail


def test_a_forwarded_mail_says_what_it_passes_on() -> None:
    below = "From: A <a@b.example>\nSent: Monday\nSubject: Printer\n\nIt burns."
    for mail in (f"FYI\n\n---------- Forwarded message ---------\n{below}", f"FYI\n\n{below}"):
        assert split_text(mail, forwarded=True).visible == mail
    assert split_text(f"FYI\n\n---------- Forwarded message ---------\n{below}").visible.endswith("It burns.")
    assert split_text(f"No.\n\n{below}").visible == "No."


@pytest.mark.parametrize(
    "lines",
    ["On 1 wrote\n", "> a\nb\n", "> a\n\n", "On 1.1.2020 bob wrote:\n> a\n\nb\n", "Ken Lee\n\n", "--\nx\n"],
)
def test_no_line_is_looked_at_ever_more_often_in_a_longer_mail(
    lines: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = 0

    def counted(line: str) -> bool:
        nonlocal looked
        looked += 1
        return not line.strip()

    monkeypatch.setattr(mail_text, "_is_blank", counted)
    text = lines * 3000
    split_text(text, "Ken Lee")
    assert looked < 40 * text.count("\n")


def test_answers_between_quotations_stay_with_what_they_answer() -> None:
    said = split_text("> Is it on?\n\nYes.\n\n> Is it green?\n\nNo.")
    assert said.visible == "Yes.\n\n> Is it green?\n\nNo."
    assert said.quoted == "> Is it on?"


def test_what_is_only_forwarded_is_shown_whole() -> None:
    mail = "-------- Forwarded Message --------\nSubject: Printer\nDate: today\nFrom: Ken <k@x.example>\n\nIt burns."
    assert split_text(mail).visible == mail


def test_a_signature_is_known_by_the_name_of_the_sender() -> None:
    mail = "The VPN is down.\n\nKen Lee\nSales, room 12\n+1 318 290 3674"
    assert split_text(mail, "Ken Lee").visible == "The VPN is down."
    assert split_text(mail).visible == mail
    assert split_text("The VPN is down.\n\n- Ken", "Ken Lee").visible == "The VPN is down."


_lines = st.lists(
    st.sampled_from(
        ("Hello", "", "> quoted", ">> deeper", "On 1.2.2020 bob wrote:", "-- ", "____________", "Ken Lee", "Regards,",
         "From: a@b.example", "Sent: today", "Subject: x", "Sent from my iPhone", "-----Original Message-----", "> ")
    ),
    max_size=12,
)  # fmt: skip


@given(_lines)
def test_nothing_is_lost_and_never_is_all_hidden(lines: list[str]) -> None:
    said = split_text("\n".join(lines), "Ken Lee")
    kept = f"{said.visible}\n{said.signature}\n{said.quoted}".split("\n")
    for line in {line.rstrip() for line in lines if line.strip()}:
        assert sum(line == other for other in kept) >= sum(line == other.rstrip() for other in lines)
    assert bool(said.visible.strip()) == any(line.strip() for line in lines)


# ── real replies with a stated truth ─────────────────────────────────────────────────────────────────────────────


def stated(real_data: Path) -> Iterator[tuple[str, str, str, str]]:
    """Name, text, sender and what of it should be shown."""
    for folder in ("reply-zapier", "reply-willdurand"):
        for name, told in json.loads((real_data / folder / "expected.json").read_text("utf-8")).items():
            if told["asserted"] is not None:
                text = next((real_data / folder).rglob(name)).read_text("utf-8")
                yield f"{folder}/{name}", text, "", told["asserted"]
    for file in sorted((real_data / "talon" / "standard_replies").glob("*.eml")):
        mail = message_from_bytes(file.read_bytes())
        part = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
        body = part.get_payload(decode=True)
        assert isinstance(body, bytes)
        yield file.name, body.decode(part.get_content_charset() or "utf-8", "replace"), "", "Hello"
    for file in sorted((real_data / "talon" / "signature" / "emails" / "stripped").glob("*_body")):
        stem = file.name.removesuffix("_body")
        # "#sig#" marks the signature for the tests that this comes from.
        text, signature, sender = (
            (
                file.with_name(f"{stem}_{part}").read_text("utf-8").replace("#sig#", "").strip()
                for part in ("body", "signature", "sender")
            )
            if (file.with_name(f"{stem}_signature")).exists()
            else (file.read_text("utf-8"), "", "")
        )
        yield file.name, text, sender, text.removesuffix(signature) if signature else text


def plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@pytest.mark.real_data
def test_of_real_replies_nine_in_ten_are_told_exactly(real_data: Path) -> None:
    cases = list(stated(real_data))
    wrong = [
        name for name, text, sender, want in cases if plain(split_text(text, sender).visible) != plain(want)
    ]
    assert len(cases) >= 28
    assert len(wrong) <= len(cases) * 0.1, wrong


@pytest.mark.real_data
@pytest.mark.parametrize("folder", ["reply-zapier", "reply-github", "reply-willdurand"])
def test_of_no_real_reply_all_is_hidden(real_data: Path, folder: str) -> None:
    files = [file for file in (real_data / folder).rglob("*.txt") if file.name != "SOURCE.txt"]
    assert files
    for file in files:
        text = file.read_text("utf-8")
        assert split_text(text).visible.strip() or not text.strip(), file
