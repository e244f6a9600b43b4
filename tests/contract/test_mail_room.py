"""The mail room files each mail once: on the ticket that it belongs to, on a new one, or aside with a reason."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from desktop_desk.channels.mail_import import import_mails, mail_as_text, release_mail, take_mail
from desktop_desk.channels.mail_sources import Found
from desktop_desk.desk import mail_room
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.mail_views import Filed
from desktop_desk.desk.views import CallDraft
from desktop_desk.domain.errors import Invalid, NotAllowed, NotFound
from tests.builders import KEN, ADesk, a_ticket


def a_mail(
    text: str = "The printer burns.", *, ident: str = "1@sales.example", sender: str = "Ken Lee <ken@sales.example>",
    subject: str = "Printer", answers: str = "", **headers: str,
) -> bytes:  # fmt: skip
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = sender, subject, f"<{ident}>"
    if answers:
        mail["In-Reply-To"] = f"<{answers}>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def take(desk: Desk, raw: bytes, *, guarded: bool = False) -> Filed:
    return take_mail(desk.mail_room(), Found("here", raw), guarded=guarded)


def texts(desk: Desk, number: str) -> list[str]:
    return [entry.text.strip() for entry in desk.ticket(number).thread if entry.kind in {"message", "note"}]


def test_a_mail_becomes_a_ticket_of_a_new_caller(office: ADesk) -> None:
    filed = take(office.john, a_mail())
    view = office.john.ticket(filed.number)
    assert filed.became == "ticket"
    assert (view.subject, view.source, view.state, view.agent) == ("Printer", "email", "open", None)
    assert view.caller is not None
    assert (view.caller.name, view.caller.emails) == ("Ken Lee", ("ken@sales.example",))
    assert texts(office.john, filed.number) == ["The printer burns."]


def test_a_caller_is_known_by_his_address(office: ADesk) -> None:
    known = office.john.add_person(KEN).uid
    view = office.john.ticket(take(office.john, a_mail(sender="KEN@Sales.Example")).number)
    assert view.caller is not None
    assert view.caller.uid == known


def test_the_same_mail_again_changes_nothing(office: ADesk) -> None:
    first = take(office.john, a_mail())
    before = office.john.store.journal.count()
    again = take(office.jane, a_mail())
    assert (again.became, again.number) == ("duplicate", first.number)
    assert office.john.store.journal.count() == before


def test_an_answer_joins_the_ticket_and_opens_it_again(office: ADesk) -> None:
    number = take(office.john, a_mail()).number
    office.john.resolve(number)
    filed = take(
        office.john, a_mail("Still burns.", ident="2@x", answers="1@sales.example", subject="anything")
    )
    assert (filed.became, filed.number) == ("reply", number)
    assert office.john.ticket(number).state == "open"
    assert texts(office.john, number)[-1] == "Still burns."


def test_an_answer_to_a_merged_ticket_joins_the_whole(office: ADesk) -> None:
    part = take(office.john, a_mail()).number
    whole = office.john.log_call(CallDraft("Whole")).number
    assert whole is not None
    office.john.merge(part, whole)
    assert take(office.john, a_mail(ident="2@x", answers="1@sales.example")).number == whole


def test_the_same_subject_alone_never_joins(office: ADesk) -> None:
    number = take(office.john, a_mail()).number
    assert take(office.john, a_mail(ident="2@x", subject="Re: Printer")).number != number


def test_the_number_in_the_subject_joins_where_the_sender_is_known(office: ADesk) -> None:
    number = take(office.john, a_mail()).number
    filed = take(office.john, a_mail("More.", ident="2@x", subject=f"Re: [#{number}] Printer"))
    assert (filed.became, filed.number) == ("reply", number)


def test_a_number_named_by_a_stranger_makes_a_new_ticket_with_a_hint(office: ADesk) -> None:
    number = take(office.john, a_mail()).number
    forged = a_mail(
        "Let me in.", ident="2@evil", sender="eve@evil.example", subject=f"Re: [#{number}] Printer"
    )
    filed = take(office.john, forged)
    assert filed.became == "ticket"
    assert filed.number != number
    assert f"{number}, but eve@evil.example is not known there" in "".join(texts(office.john, filed.number))
    assert texts(office.john, number) == ["The printer burns."]


def test_quotations_are_kept_beside_the_text(office: ADesk) -> None:
    number = take(office.john, a_mail("New.\n\nOn Apr 3, 2012, bob wrote:\n> Old")).number
    [entry] = [entry for entry in office.john.ticket(number).thread if entry.kind == "message"]
    assert entry.text.strip() == "New."
    assert entry.fields["quoted"].endswith("> Old")


def test_files_are_attached_under_harmless_names(office: ADesk) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "ken@sales.example", "x"
    mail.set_content("See.")
    mail.add_attachment(b"plan", maintype="application", subtype="pdf", filename="../../etc/passwd")
    [entry] = [
        e for e in office.john.ticket(take(office.john, mail.as_bytes()).number).thread if e.attachments
    ]
    [file] = entry.attachments
    assert file.name == "passwd"
    assert b"".join(office.john.open_attachment(file.uid)) == b"plan"


def test_the_raw_message_is_kept(office: ADesk) -> None:
    raw = a_mail()
    assert b"".join(office.john.open_attachment(take(office.john, raw).uid)) == raw


def test_what_a_machine_answers_is_ignored_with_the_reason(office: ADesk) -> None:
    filed = take(office.john, a_mail(Auto_Submitted="auto-replied"))
    assert filed.became == "ignored"
    [mail] = office.john.ignored_mails()
    assert "machine" in mail.reason


def test_what_the_desk_sent_itself_is_ignored(office: ADesk) -> None:
    office.ada.add("mailbox", name="Help", address="help@office.example")
    assert take(office.john, a_mail(sender="help@office.example")).became == "ignored"
    own = office.john.settings().uid
    assert take(office.john, a_mail(ident=f"{'a' * 32}.{own}@office.example")).became == "ignored"


def test_a_form_that_sends_as_the_office_is_filed_under_who_filled_it_in(office: ADesk) -> None:
    office.ada.add("mailbox", name="Help", address="help@office.example")
    for place, sender in enumerate(("Website <help@office.example>", "noreply@forms.example")):
        filed = take(
            office.john, a_mail(ident=f"{place}@x", sender=sender, Reply_To="Eve Ryan <eve@x.example>")
        )
        caller = office.john.ticket(filed.number).caller
        assert caller is not None
        assert (caller.name, caller.emails) == ("Eve Ryan", ("eve@x.example",))


def test_an_answer_that_another_wants_is_told(office: ADesk) -> None:
    filed = take(office.john, a_mail(Reply_To="boss@sales.example"))
    assert "boss@sales.example" in texts(office.john, filed.number)[-1]


def test_whom_the_caller_wrote_to_in_copy_gets_the_replies_in_copy(office: ADesk) -> None:
    office.ada.add("mailbox", name="Help", address="help@office.example", smtp_host="smtp.office.example")
    copied = "Boss <Boss@sales.example>, help@office.example, noreply@sales.example, ken@sales.example, not an address"
    number = take(office.john, a_mail(Cc=copied)).number
    assert office.john.recipients(number).copies == ("boss@sales.example",)
    crowd = ", ".join(f"{n}@sales.example" for n in range(mail_room.MOST_COPIES + 1))
    number = take(office.john, a_mail(ident="2@x", Cc=crowd)).number
    assert office.john.recipients(number).copies == ()
    number = take(
        office.john, a_mail(ident="3@x", Cc="list@sales.example", List_Id="<l.sales.example>")
    ).number
    assert office.john.recipients(number).copies == ()


def test_a_colleague_who_writes_from_his_own_address_leaves_a_note(office: ADesk) -> None:
    john = office.john.directory().agent("john")
    assert john is not None
    office.ada.change("agent", john.uid, email="john@office.example")
    first = take(office.john, a_mail())
    office.john.resolve(first.number, "Done.")
    filed = take(
        office.john,
        a_mail(
            "He has called.", ident="2@x", sender="john@office.example", subject=f"Fwd: [#{first.number}]"
        ),
    )
    assert (filed.became, filed.number) == ("reply", first.number)
    view = office.john.ticket(first.number)
    (entry,) = [each for each in view.thread if each.text == "He has called."]
    assert entry.kind == "note"
    assert "John Doe" in str(entry.fields["by"])
    assert view.state == "resolved"


def test_a_machine_that_answers_what_was_sent_opens_no_ticket_again(office: ADesk) -> None:
    office.ada.add("mailbox", name="Help", address="help@office.example", smtp_host="smtp.office.example")
    number = take(office.john, a_mail()).number
    office.john.reply(number, "Done.", resolve=True)
    office.clock.passes(seconds=10)
    letter = office.john.outbox().take()
    assert letter is not None
    office.john.outbox().sent(letter)
    away = a_mail("I am away.", ident="2@x", answers=letter.message_id, Auto_Submitted="auto-generated")
    assert take(office.john, away).became == "reply"
    assert office.john.ticket(number).state == "resolved"
    assert (
        take(office.john, a_mail("Still broken.", ident="3@x", answers=letter.message_id)).became == "reply"
    )
    assert office.john.ticket(number).state == "open"


def test_mail_of_a_mailbox_goes_where_the_mailbox_says(office: ADesk) -> None:
    box = office.ada.add(
        "mailbox", name="Night", address="n@o.example", department="System Administrators", priority="A"
    )
    filed = take_mail(office.john.mail_room(), Found("", a_mail()), mailbox=box.uid or "")
    view = office.john.ticket(filed.number)
    assert (view.department, view.priority) == ("System Administrators", "A")


def test_what_is_no_mail_waits_in_quarantine_until_it_is_released(office: ADesk) -> None:
    filed = take(office.john, b"\x00\x01\x02")
    assert filed.became == "quarantined"
    [mail] = office.john.quarantine()
    assert "no mail" in mail.reason
    released = release_mail(office.john, mail.uid)
    assert office.john.ticket(released.number).source == "email"
    assert office.john.quarantine() == ()
    with pytest.raises(NotFound):
        release_mail(office.john, mail.uid)
    assert take(office.john, b"\x00\x01\x02").became == "duplicate"


def test_a_text_without_headers_is_no_mail(office: ADesk) -> None:
    bare = b"just some text without any headers\n"
    assert take(office.john, bare).became == "quarantined"
    assert take(office.john, b"Some words\nSubject: not a header here\n\nMore.").became == "quarantined"
    assert {mail.reason for mail in office.john.quarantine()} == {"It is no mail: it has no headers."}
    uid = next(mail.uid for mail in office.john.quarantine())
    assert release_mail(office.john, uid).became == "ticket"
    for header in (b"Received: from x by y", b"MIME-Version: 1.0", b"\nFrom  : Ken"):
        assert take(office.john, header + b"\n\nThe printer burns.").became == "ticket"


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"\n  The copier on   floor 3 jams.\nEvery day.\n", "The copier on floor 3 jams."),
        (b"\x00\x01\x02", "(no subject)"),
    ],
)
def test_what_is_no_mail_becomes_a_ticket_about_its_first_line(
    office: ADesk, raw: bytes, subject: str
) -> None:
    held = take(office.john, raw)
    assert held.became == "quarantined"
    assert office.john.ticket(release_mail(office.john, held.uid).number).subject == subject


def test_a_mail_in_quarantine_is_filed_to_the_ticket_that_a_person_chose_and_undo_puts_it_back(
    office: ADesk,
) -> None:
    number = a_ticket(office.john)
    held = take(office.john, a_mail("No such user.", X_Failed_Recipients="x@y.example"))
    filed = release_mail(office.jane, held.uid, number)
    assert (filed.became, filed.number) == ("reply", number)
    assert texts(office.john, number)[-1] == "No such user."
    office.jane.undo(filed.act)
    assert "No such user." not in texts(office.john, number)
    assert [mail.uid for mail in office.john.quarantine()] == [held.uid]
    assert release_mail(office.john, held.uid, number).number == number
    assert texts(office.john, number).count("No such user.") == 1
    assert office.ada.check(rebuild=True).problems == ()


def test_a_release_that_was_undone_can_be_done_again_with_its_caller(office: ADesk) -> None:
    held = take(office.john, a_mail(X_Failed_Recipients="x@y.example"))
    first = release_mail(office.john, held.uid)
    office.john.undo(first.act)
    again = release_mail(office.john, held.uid)
    view = office.john.ticket(again.number)
    assert view.state == "open"
    assert view.caller is not None
    assert (view.caller.name, view.caller.emails) == ("Ken Lee", ("ken@sales.example",))
    assert office.ada.check(rebuild=True).problems == ()


def test_a_mail_is_not_filed_to_a_ticket_that_is_not_there(office: ADesk) -> None:
    held = take(office.john, a_mail(X_Failed_Recipients="x@y.example"))
    with pytest.raises(Invalid, match="check digit"):
        release_mail(office.john, held.uid, "1041-9")
    number = a_ticket(office.john)
    office.john.undo()
    with pytest.raises(Invalid, match="undone"):
        release_mail(office.john, held.uid, number)
    assert len(office.john.quarantine()) == 1


def test_who_gets_copies_may_answer_by_the_number_alone(office: ADesk) -> None:
    number = a_ticket(office.john)
    subject = f"Something [#{number}]"
    assert (
        take(office.john, a_mail(ident="1@b", sender="boss@sales.example", subject=subject)).became
        == "ticket"
    )
    office.john.copy_to(number, add=("ann@sales.example",))
    filed = take(office.john, a_mail(ident="2@a", sender="Ann@sales.example", subject=subject))
    assert (filed.became, filed.number) == ("reply", number)


def test_the_caller_himself_gets_no_copies(office: ADesk) -> None:
    number = take(office.john, a_mail()).number
    with pytest.raises(Invalid, match="Ken Lee is the caller"):
        office.john.copy_to(number, add=("boss@sales.example", "KEN@sales.example"))
    copied = office.john.recipients(number).copies
    assert copied == ()
    office.john.copy_to(number, remove=("ken@sales.example",))


def test_several_mails_are_dismissed_in_one_act(office: ADesk) -> None:
    held = [take(office.john, a_mail(ident=f"{n}@b", X_Failed_Recipients="x@y")).uid for n in range(3)]
    assert office.john.counters().queues["quarantine"] == 3
    office.john.dismiss_mail(*held)
    assert office.john.counters().queues["quarantine"] == 0
    office.john.undo()
    assert office.john.counters().queues["quarantine"] == 3


def test_a_mail_in_quarantine_may_be_dismissed_and_is_kept(office: ADesk) -> None:
    filed = take(office.john, a_mail(X_Failed_Recipients="x@y.example"))
    assert filed.became == "quarantined"
    office.john.dismiss_mail(filed.uid)
    assert office.john.quarantine() == ()
    assert "Printer" in mail_as_text(office.john, filed.uid)
    office.john.undo()
    assert len(office.john.quarantine()) == 1


def test_a_mail_larger_than_a_desk_keeps_waits_in_quarantine(
    office: ADesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_room, "LARGEST_MAIL", 1000)
    filed = take(office.john, a_mail("x" * 2000))
    assert filed.became == "quarantined"
    assert "larger" in filed.why
    assert take(office.john, a_mail("x" * 2000)).became == "duplicate"


def test_a_flood_of_one_sender_waits_in_quarantine_when_it_is_fetched(office: ADesk) -> None:
    became = [
        take(office.john, a_mail(ident=f"{n}@x"), guarded=True).became
        for n in range(mail_room.MOST_AN_HOUR + 5)
    ]
    assert became.count("ticket") == mail_room.MOST_AN_HOUR
    assert became.count("quarantined") == 5
    assert take(office.john, a_mail(ident="y@x", sender="ann@x.example"), guarded=True).became == "ticket"


def test_who_may_open_no_tickets_may_not_take_in_mail(office: ADesk) -> None:
    with pytest.raises(NotAllowed):
        take(office.vera, a_mail())


def test_a_purged_entry_takes_its_raw_mail_with_it(office: ADesk) -> None:
    filed = take(office.john, a_mail("My secret word is plugh."))
    [entry] = [entry for entry in office.ada.ticket(filed.number).thread if entry.kind == "message"]
    office.ada.purge_entry(filed.number, entry.uid)
    with pytest.raises(NotFound):
        office.john.open_attachment(filed.uid)
    assert office.ada.check(rebuild=True).problems == ()
    assert take(office.john, a_mail("My secret word is plugh.")).became == "duplicate"


def test_the_projection_of_mails_is_what_their_facts_come_to(office: ADesk) -> None:
    take(office.john, a_mail())
    filed = take(office.john, b"\x00")
    release_mail(office.john, filed.uid)
    take(office.john, a_mail(ident="3@x", Auto_Submitted="auto-replied"))
    assert office.ada.check(rebuild=True).problems == ()
    assert office.john.mail_counts() == {"filed": 2, "ignored": 1}


# ── files and folders ────────────────────────────────────────────────────────────────────────────────────────────


def test_an_mbox_a_folder_and_a_maildir_are_read_whole(office: ADesk, tmp_path: Path) -> None:
    box = tmp_path / "old.mbox"
    box.write_bytes(
        b"".join(b"From x Mon Jan 1 00:00:00 2020\n" + a_mail(ident=f"{n}@m") + b"\n" for n in range(3))
    )
    for name in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
        (tmp_path / "Maildir" / name / "1.host").write_bytes(a_mail(ident=f"{name}@d"))
    (tmp_path / "one.eml").write_bytes(a_mail(ident="e@e"))
    (tmp_path / "empty.eml").write_bytes(b"")
    tally = import_mails(
        office.john, [box, tmp_path / "Maildir", tmp_path / "one.eml", tmp_path / "empty.eml"]
    )
    assert (tally.read, tally.tickets, tally.duplicates) == (7, 6, 0)
    assert [why for _where, why in tally.quarantined] == ["It is empty."]


def test_a_path_that_is_not_there_is_told(office: ADesk, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no file or folder"):
        import_mails(office.john, [tmp_path / "nothing.eml"])


def test_a_broken_file_of_outlook_waits_in_quarantine(office: ADesk, tmp_path: Path) -> None:
    (tmp_path / "x.msg").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)
    tally = import_mails(office.john, [tmp_path / "x.msg"])
    assert len(tally.quarantined) == 1
    assert "Outlook" in tally.quarantined[0][1]


SAMPLES = Path(__file__).parents[1] / "samples" / "outlook"


def test_mails_that_outlook_saved_become_tickets_once(office: ADesk) -> None:
    tally = import_mails(office.john, [SAMPLES])
    assert (tally.read, tally.tickets) == (2, 2)
    found = {view.subject: view for view in map(office.john.ticket, tally.numbers)}
    peter, bed = found["This is the subject"], found["Re: test internal"]
    assert peter.caller is not None
    assert peter.caller.emails == ("peterpan@neverland.com",)
    assert texts(office.john, peter.number) == ["This is a message"]
    [entry] = [entry for entry in bed.thread if entry.kind == "message"]
    assert entry.text == "asdfasdf"
    assert "Sicher gesendet mit Tutanota" in entry.fields["quoted"]
    assert [(file.name, file.mime, file.size) for file in entry.attachments] == [
        ("serveimage.jpg", "image/jpeg", 36739)
    ]
    again = import_mails(office.jane, [SAMPLES])
    assert (again.read, again.duplicates) == (2, 2)


# ── real mails ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def real_mails(real_data: Path) -> list[Path]:
    return [
        *sorted((real_data / "mikel-mail").rglob("*.eml")),
        *sorted((real_data / "django-mailbox").glob("*.eml")),
        *sorted((real_data / "django-helpdesk-mail").rglob("*.eml")),
        *sorted((real_data / "cpython-email").glob("msg_*.txt")),
    ]


@pytest.mark.real_data
def test_every_real_mail_is_accounted_for_and_can_be_read(office: ADesk, real_mails: list[Path]) -> None:
    tally = import_mails(office.john, real_mails)
    accounted = tally.tickets + tally.replies + tally.duplicates + tally.ignored + len(tally.quarantined)
    assert tally.read == accounted == len(real_mails) == 177
    assert all(why for _where, why in tally.quarantined)
    for number in tally.numbers:
        view = office.john.ticket(number)
        assert view.subject.strip()
        assert all(entry.text.strip() for entry in view.thread if entry.kind == "message")
    assert office.ada.check(rebuild=True).problems == ()
    again = import_mails(office.john, real_mails)
    assert (again.read, again.duplicates) == (177, 177)
