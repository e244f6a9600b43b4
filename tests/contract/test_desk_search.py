"""Search: what people type finds the tickets they mean, and counts nothing else."""

import pytest

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import Attachment, CallRecord, NewPerson
from desktop_desk.domain.errors import Invalid
from tests.builders import KEN, ADesk, a_ticket, kens_ticket


def found(desk: Desk, text: str, limit: int = 50) -> list[str]:
    return [hit.row.subject for hit in desk.search(text, limit)]


@pytest.fixture
def stocked(office: ADesk) -> ADesk:
    """A printer, a scanner, a VPN: some words in subjects, some in what was said later."""
    printer = a_ticket(
        office.john, "Printer jams", details="On the second floor, again.", new_caller=NewPerson("Ann Roe"),
        tags=("paper",), agent="john",
    )  # fmt: skip
    office.clock.passes(minutes=1)
    a_ticket(office.john, "Scanner prints stripes", details="Gate 2", priority="B", team="Night shift")
    office.clock.passes(minutes=1)
    vpn = kens_ticket(office.john, "VPN down", priority="A", topic="Access issue")
    office.clock.passes(minutes=1)
    office.jane.reply(printer, "Which paper do you use?")
    office.clock.passes(minutes=1)
    office.jane.note(vpn, "The certificate has run out; Café router on floor 2.")
    return office


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("printer", ["Printer jams"]),
        ("print", ["Scanner prints stripes", "Printer jams"]),
        ("PRINT", ["Scanner prints stripes", "Printer jams"]),
        ("vp", ["VPN down"]),
        ("ja", ["Printer jams"]),
        ("2", ["VPN down", "Scanner prints stripes"]),
        ("certificate", ["VPN down"]),
        ("cafe", ["VPN down"]),
        ("CAFÉ", ["VPN down"]),
        ("ken", ["VPN down"]),
        ("roe", ["Printer jams"]),
        ("", []),
        ("   ", []),
        ("!?", []),
        ("xyzzy", []),
    ],
)
def test_words_are_found_from_their_beginning_newest_text_first(
    stocked: ADesk, typed: str, expected: list[str]
) -> None:
    assert found(stocked.john, typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("scanner stripes", ["Scanner prints stripes"]),
        ("scanner jams", []),
        ("printer second", ["Printer jams"]),
        ("printer paper", ["Printer jams"]),
        ("jams paper second", ["Printer jams"]),
        ("roe paper floor", ["Printer jams"]),
        ("vpn router gate", []),
        ("floor", ["VPN down", "Printer jams"]),
        ("floor printer", ["Printer jams"]),
        ('"run out"', ["VPN down"]),
        ('"out run"', []),
        ('vpn "run out"', ["VPN down"]),
        ('"second floor" paper', ["Printer jams"]),
        ("“run out", ["VPN down"]),
    ],
)
def test_all_words_must_occur_though_not_in_one_text(stocked: ADesk, typed: str, expected: list[str]) -> None:
    assert found(stocked.john, typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("floor -printer", ["VPN down"]),
        ("floor -cert", ["Printer jams"]),
        ("floor -paper", ["VPN down"]),
        ("-floor", ["Scanner prints stripes"]),
        ("-floor -scanner", []),
        ('-"run out"', ["Scanner prints stripes", "Printer jams"]),
        ("-xyzzy", ["VPN down", "Scanner prints stripes", "Printer jams"]),
        ("-floor is:open", ["Scanner prints stripes"]),
        ("-printer is:open", ["VPN down", "Scanner prints stripes"]),
    ],
)
def test_excluded_words_occur_nowhere_in_the_ticket(stocked: ADesk, typed: str, expected: list[str]) -> None:
    assert found(stocked.john, typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("status:open", {"VPN down", "Scanner prints stripes", "Printer jams"}),
        ("priority:A", {"VPN down"}),
        ("sev:high", {"Scanner prints stripes"}),
        ("priority:a,b", {"VPN down", "Scanner prints stripes"}),
        ("-priority:a,b", {"Printer jams"}),
        ("agent:john", {"Printer jams"}),
        ("agent:me", {"Printer jams"}),
        ("-agent:me", {"VPN down", "Scanner prints stripes"}),
        ("agent:nobody", set()),
        ('team:"Night shift"', {"Scanner prints stripes"}),
        ("team:night", set()),
        ("department:support", {"VPN down", "Scanner prints stripes", "Printer jams"}),
        ("department:support -priority:A", {"Scanner prints stripes", "Printer jams"}),
        ('topic:"Access issue"', {"VPN down"}),
        ("tag:paper", {"Printer jams"}),
        ("tag:#PAPER", {"Printer jams"}),
        ("tag:pa", set()),
        ("tag:%", set()),
        ("caller:ken", {"VPN down"}),
        ("caller:%", set()),
        ("from:ken", {"VPN down"}),
        ("is:unassigned", {"VPN down"}),
        ("-is:unassigned", {"Scanner prints stripes", "Printer jams"}),
        ("is:mine", {"Printer jams"}),
        ("is:open,resolved", {"VPN down", "Scanner prints stripes", "Printer jams"}),
        ("is:waiting,unassigned", {"VPN down"}),
        ("is:resolved", set()),
        ("-is:open", set()),
        ("is:answered", {"Printer jams"}),
        ("is:all", {"VPN down", "Scanner prints stripes", "Printer jams"}),
        ("is:withdrawn", set()),
        ("from:today", {"VPN down", "Scanner prints stripes", "Printer jams"}),
        ("to:yesterday", set()),
        ("from:2026-03-02 to:2026-03-02 vpn", {"VPN down"}),
        ("from:2026-03-03", set()),
        ("floor priority:C", {"Printer jams"}),
        ("floor paper agent:john is:open tag:paper", {"Printer jams"}),
        ("status:", set()),
        ("nonsense:open", set()),
    ],
)
def test_filters_narrow(stocked: ADesk, typed: str, expected: set[str]) -> None:
    assert set(found(stocked.john, typed)) == expected


def test_withdrawn_tickets_are_found_only_by_asking_for_them(stocked: ADesk) -> None:
    a_ticket(stocked.john, "Logged by mistake")
    stocked.john.undo()
    assert found(stocked.john, "mistake") == []
    assert "Logged by mistake" not in found(stocked.john, "-xyzzy")
    assert found(stocked.john, "is:withdrawn") == ["Logged by mistake"]


def test_overdue_and_differences_can_be_asked_for(stocked: ADesk) -> None:
    form = stocked.jane.queue("all").position
    number = next(row.number for row in stocked.john.queue("all").rows if row.subject == "VPN down")
    stocked.john.set_priority(number, "B")
    stocked.jane.set_priority(number, "D", seen=form)
    assert found(stocked.john, "is:differences") == ["VPN down"]
    stocked.clock.passes(days=30)
    assert set(found(stocked.john, "is:overdue")) == {"VPN down", "Scanner prints stripes", "Printer jams"}


def test_only_merged_and_live_tickets_count_as_closed(stocked: ADesk) -> None:
    numbers = {row.subject: row.number for row in stocked.john.queue("all").rows}
    stocked.john.merge(numbers["Scanner prints stripes"], numbers["Printer jams"])
    assert found(stocked.john, "is:closed") == ["Scanner prints stripes"]
    assert found(stocked.john, "stripes") == ["Scanner prints stripes"]


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_ticket_number_is_found_in_any_spelling_and_stands_first(office: ADesk) -> None:
    number = a_ticket(office.john, "The one")
    a_ticket(office.john, "Another", details=f"see also {number}")
    for typed in (
        number,
        number.replace("-", ""),
        f"#{number}",
        f" {number.replace('-', ' - ')}",
        f"see {number}",
    ):
        assert found(office.john, typed)[0] == "The one", typed
    assert set(found(office.john, number)) == {"The one", "Another"}


def test_a_withdrawn_and_a_merged_ticket_are_still_found_by_their_numbers(office: ADesk) -> None:
    whole, part, gone = (a_ticket(office.john, name) for name in ("whole", "part", "gone"))
    office.john.undo()
    office.john.merge(part, whole)
    assert found(office.john, part) == ["part"]
    (hit,) = office.john.search(gone)
    assert hit.row.state == "withdrawn"


PHONES = [
    "(318) 290-3674",
    "318-290",
    "318 290 36",
    "3182903674",
    "2903674",
    "+1 318 290 3674",
    "001 318 2903674",
    "674",
]


@pytest.mark.parametrize("typed", PHONES)
def test_a_caller_is_found_by_any_part_of_his_number(office: ADesk, typed: str) -> None:
    office.ada.change_settings(country="US")
    kens_ticket(office.john, "VPN down")
    a_ticket(office.john, "Other", new_caller=NewPerson("Ann Roe", ("+49 30 123456",)))
    assert [hit.name for hit in office.john.find_people(typed)] == ["Ken Lee"]
    assert found(office.john, typed) == ["VPN down"]


@pytest.mark.parametrize(
    "typed",
    [
        "Ken Lee",
        "Lee, Ken",
        "lee ken",
        "KEN",
        "ke",
        "k l",
        "ken 290",
        "ken sales",
        "sales.example",
        "ken@",
        "L",
    ],
)
def test_a_caller_is_found_by_any_part_of_what_is_known_of_him(office: ADesk, typed: str) -> None:
    office.john.add_person(KEN)
    office.john.add_person(NewPerson("Ann Roe", ("+49 30 123456",), ("ann@roe.example",), "Roe & Sons"))
    assert [hit.name for hit in office.john.find_people(typed)] == ["Ken Lee"]


@pytest.mark.parametrize("typed", ["!", "xyzzy", "ken xyzzy", "999999", "\ud800", '"', "%", "*", "a@\ud800"])
def test_nobody_is_found_by_what_nobody_has(office: ADesk, typed: str) -> None:
    office.john.add_person(KEN)
    assert office.john.find_people(typed) == ()


def test_without_words_the_newest_callers_are_listed(office: ADesk) -> None:
    office.john.add_person(KEN)
    office.john.add_person(NewPerson("Ann Roe"))
    assert [hit.name for hit in office.john.find_people(" ")] == ["Ann Roe", "Ken Lee"]


def test_a_number_in_what_was_said_is_found(office: ADesk) -> None:
    a_ticket(office.john, "Call the supplier", details="Their line is +1 (318) 290-3674, ask for Sue.")
    for typed in ("290-3674", "(318) 290", "3674"):
        assert found(office.john, typed) == ["Call the supplier"]


def test_a_call_from_a_number_that_nobody_has_is_found_by_it(office: ADesk) -> None:
    a_ticket(office.john, "Somebody", call=CallRecord(number="+49 30 901820-11"))
    for typed in ("+49 30 90182011", "4930901820", "030 90182011", "+49 30 901820-11", "30 901820"):
        assert found(office.john, typed) == ["Somebody"], typed


def test_a_text_is_searched_to_its_end(office: ADesk) -> None:
    text = "lorem ipsum " * 90_000 + "Schlusswort"
    number = a_ticket(office.john, "Long", details=text)
    (hit,) = office.john.search("schlusswort")
    assert hit.row.number == number
    assert [hit.text[start:end] for start, end in hit.hits] == ["Schlusswort"]


def test_emoji_and_other_scripts_are_found(office: ADesk) -> None:
    a_ticket(office.john, "プリンター 壊れた")
    a_ticket(office.john, "מדפסת תקועה")
    assert found(office.john, "プリンター") == ["プリンター 壊れた"]
    assert found(office.john, "מדפ") == ["מדפסת תקועה"]


# ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_hit_shows_the_text_that_matched_and_marks_it(stocked: ADesk) -> None:
    (hit,) = stocked.john.search("cafe")
    assert hit.text == "The certificate has run out; Café router on floor 2."
    assert [hit.text[start:end] for start, end in hit.hits] == ["Café"]
    entry = next(entry for entry in stocked.john.ticket(hit.row.number).thread if entry.uid == hit.entry_uid)
    assert entry.text == hit.text
    (hit,) = stocked.john.search("jams")
    assert (hit.text, hit.hits, hit.entry_uid) == ("Printer jams", ((8, 12),), None)


def test_each_ticket_is_found_once_by_its_newest_text(office: ADesk) -> None:
    number = a_ticket(office.john, "printer", details="printer")
    for n in range(120):
        office.john.note(number, f"printer {n}")
    hits = office.john.search("printer")
    assert len(hits) == 1
    assert hits[0].text == "printer 119"


def test_the_newest_come_first_and_no_more_than_asked_for(office: ADesk) -> None:
    numbers = [a_ticket(office.john, f"printer {n}") for n in range(130)]
    assert [hit.row.number for hit in office.john.search("printer", 120)] == numbers[:-121:-1]
    assert len(office.john.search("-scanner", 130)) == 130
    assert len(office.john.search("is:open", 7)) == 7


def test_no_hits_are_no_hits(office: ADesk) -> None:
    a_ticket(office.john)
    assert office.john.search("xyzzy") == ()
    assert office.john.search("1001-9999999999999") == ()


@pytest.mark.parametrize(
    "typed",
    ['"', "'", "AND", "NOT", "OR", "NEAR(a b)", "*", "a*", "(", ")", "^a", "a:b:c", "-", "--", '""', "\x00", "\ud800",
     "words MATCH 'x'", "{a b}", "a + b", "tag:", "is:", "-tag:x", "from:soon", "😀", "\\"],
)  # fmt: skip
def test_anything_may_be_typed(stocked: ADesk, typed: str) -> None:
    stocked.john.search(typed)
    stocked.john.similar(typed)
    stocked.john.queue("open", words=typed)
    stocked.john.targets(typed)


def test_what_is_too_long_to_search_for_says_so(office: ADesk) -> None:
    with pytest.raises(Invalid):
        office.john.search("x" * 5000)
    with pytest.raises(Invalid):
        office.john.search("a " * 200)


def test_similar_tickets_share_the_longest_words_and_the_newest_stand_first(office: ADesk) -> None:
    a_ticket(office.john, "VPN certificate has run out")
    office.clock.passes(days=1)
    a_ticket(office.john, "Printer has run out of paper")
    office.clock.passes(days=1)
    a_ticket(office.john, "VPN slow")
    assert office.john.similar("certificate of the VPN")[0].row.subject == "VPN certificate has run out"
    assert office.john.similar("") == ()
    assert office.john.similar("a") == ()
    assert len(office.john.similar("vpn run", limit=1)) == 1


def test_days_are_those_of_the_desks_zone(office: ADesk) -> None:
    office.ada.change_settings(zone="Asia/Tokyo")
    office.clock.passes(hours=7)
    a_ticket(office.john, "after midnight in Tokyo")
    assert found(office.john, "from:2026-03-03") == ["after midnight in Tokyo"]
    assert found(office.john, "to:2026-03-02") == []


def test_a_renamed_caller_is_found_by_his_new_name_only(office: ADesk) -> None:
    number = kens_ticket(office.john, "VPN down")
    caller = office.john.ticket(number).caller
    assert caller is not None
    office.john.edit_person(caller.uid, name="Kenneth Leeson")
    assert found(office.john, "leeson") == ["VPN down"]
    assert found(office.john, "kenneth vpn") == ["VPN down"]
    assert [hit.name for hit in office.john.find_people("kenneth")] == ["Kenneth Leeson"]
    assert office.john.find_people("Ken Lee") == office.john.find_people("Kenneth Leeson")


def test_a_telephone_number_is_not_taken_for_a_ticket_number_with_a_wrong_check_digit(office: ADesk) -> None:
    number = a_ticket(office.john, "Badge lost")
    wrong = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
    assert "check digit" in office.john.search_hint(wrong)
    assert office.john.search_hint(number) == ""
    assert office.john.search_hint("901820") == ""


def test_a_word_left_out_is_left_out_in_the_names_of_files_too(office: ADesk) -> None:
    with_file, without = a_ticket(office.john, "printer jams"), a_ticket(office.john, "printer burns")
    office.john.attach(with_file, (Attachment(b"x", "smoke.txt"),))
    assert [hit.row.number for hit in office.john.search("smoke")] == [with_file]
    assert [hit.row.number for hit in office.john.search("printer -smoke")] == [without]
    assert [hit.row.number for hit in office.john.search("-smoke")] == [without]
