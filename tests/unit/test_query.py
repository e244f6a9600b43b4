"""What people type to search, and what it means."""

import sqlite3
from datetime import date

import pytest

from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.numbers import NumberReading
from desktop_desk.domain.query import TERMS_MAX, TEXT_MAX, Filter, Query, read_query

TEXTS = [
    "The printer in room 4 is out of toner",
    "print server down, VPN down",
    "Nobody in sales can print",
    "e-mail bounces with error 550",
    "Straße gesperrt, Zürich büro",
    "IT: C compiler",
]


def found(text: str) -> list[str]:
    """The texts that SQLite's own full-text index finds."""
    match = read_query(text).fts()
    assert match is not None
    with sqlite3.connect(":memory:") as desk:
        desk.execute(
            "CREATE VIRTUAL TABLE words USING fts5(text, prefix='2 3', tokenize='unicode61 remove_diacritics 2')"
        )
        desk.executemany("INSERT INTO words VALUES (?)", [(text,) for text in TEXTS])
        rows = desk.execute("SELECT text FROM words WHERE words MATCH ? ORDER BY rowid", (match,)).fetchall()
    desk.close()
    return [text for (text,) in rows]


@pytest.mark.parametrize(
    ("typed", "hits"),
    [
        ("print", [0, 1, 2]),
        ("print down", [1]),
        ("down PRINT", [1]),
        ("print AND down", [1]),
        ('"out of"', [0]),
        ('"of out"', []),
        ('"out of to', [0]),
        ('"out of to"', []),
        ("print -down", [0, 2]),
        ('print -"print ser"', [0, 2]),
        ("e-mail", [3]),
        ("zurich buro", [4]),
        ("it", [5]),
        ("c", [5]),
        ("print!!! ---", [0, 1, 2]),
        ("print OR NEAR(", []),
        ("print*", [0, 1, 2]),
        ("room:4", [0]),
        ("550", [3]),
    ],
)
def test_search_finds_what_people_mean(typed: str, hits: list[int]):
    assert found(typed) == [TEXTS[hit] for hit in hits]


@pytest.mark.parametrize(
    "typed", ["", "   ", "!!!", "\x00", "\ud800", "-", '"', '""', "status:open", "-printer", "\U0001f525"]
)
def test_without_words_there_is_no_full_text_search(typed: str):
    assert read_query(typed).fts() is None


def test_words_to_leave_out_stand_alone_when_nothing_else_is_asked():
    query = read_query("-printer -toner")
    assert query.fts_excluded() == '"printer"* OR "toner"*'
    assert not query.empty


@pytest.mark.parametrize("typed", ["", "!!!", "status:", '-agent:""'])
def test_an_empty_search_says_so(typed: str):
    assert read_query(typed).empty


@pytest.mark.parametrize(
    ("typed", "condition"),
    [
        ("status:open", Filter("status", ("open",))),
        ("STATUS:Open", Filter("status", ("Open",))),
        ("-status:closed", Filter("status", ("closed",), negated=True)),
        ('status:open,"Waiting on Ken"', Filter("status", ("open", "Waiting on Ken"))),
        ("priority:high", Filter("priority", ("B",))),
        ("sev:a,b", Filter("priority", ("A", "B"))),
        ("priority:urgent", Filter("priority", ("urgent",))),
        ("assignee:jane", Filter("agent", ("jane",))),
        ('team:"Level I"', Filter("team", ("Level I",))),
        ("team:“Level I”", Filter("team", ("Level I",))),
        ("dept:Sales", Filter("department", ("Sales",))),
        ("topic:vpn", Filter("topic", ("vpn",))),
        ("caller:ken", Filter("caller", ("ken",))),
        ("tag:urgent", Filter("tag", ("urgent",))),
        ("is:Overdue", Filter("is", ("overdue",))),
        ("from:2026-03-02", Filter("from", ("2026-03-02",))),
        ("from:2026-2", Filter("from", ("2026-02-01",))),
        ("to:2026-02", Filter("to", ("2026-02-28",))),
        ("to:2024", Filter("to", ("2024-12-31",))),
        ("since:yesterday", Filter("from", ("2026-03-02",))),
        ("from:2w", Filter("from", ("2026-02-17",))),
        ("to:today", Filter("to", ("2026-03-03",))),
        ("from:ken", Filter("caller", ("ken",))),
        ("to:jane", Filter("agent", ("jane",))),
    ],
)
def test_filters_narrow_a_search(typed: str, condition: Filter):
    query = read_query(f"vpn {typed}", date(2026, 3, 3))
    assert query.filters == (condition,)
    assert query.words == ("vpn",)


@pytest.mark.parametrize(
    "typed", ["colour:red", "http://example.com/x", "12:30", "C:\\Windows", "is:blue", "re:"]
)
def test_what_is_no_filter_is_a_word(typed: str):
    assert read_query(typed).words == (typed,)
    assert read_query(typed).filters == ()


def test_days_are_only_relative_when_a_day_is_known():
    assert read_query("from:today").filters == (Filter("caller", ("today",)),)


@pytest.mark.parametrize("typed", ["status:", "status: vpn", 'agent:"" vpn', "agent:, vpn"])
def test_a_filter_that_is_still_being_typed_hides_nothing(typed: str):
    assert read_query(typed).filters == ()
    assert "status" not in " ".join(read_query(typed).words)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1041-0", "1041-0"),
        ("k 1018 3", "K1018-3"),
        ("#10410", "1041-0"),
        ("vpn 1041-0", "1041-0"),
        ("call K1018-3 again", "K1018-3"),
    ],
)
def test_a_ticket_number_is_recognised(typed: str, number: str):
    assert read_query(typed).number == NumberReading(number, wrong_check=False)


def test_digits_that_fail_the_check_are_also_a_phone_number_and_a_word():
    query = read_query("1041-1")
    assert query.number == NumberReading(None, wrong_check=True)
    assert query.phone == "10411"
    assert query.fts() == '"1041-1"*'


@pytest.mark.parametrize("typed", ["vpn 10410", "vpn 1041-1", "printer", "2026-03-02"])
def test_other_words_are_no_ticket_number(typed: str):
    assert read_query(typed).number is None


@pytest.mark.parametrize(
    ("typed", "digits"),
    [("+49 (0)30 123", "4930123"), ("030/123", "30123"), ("12", ""), ("room 123", ""), ("Ken", "")],
)
def test_digits_are_looked_up_as_a_phone_number(typed: str, digits: str):
    assert read_query(typed).phone == digits


def test_a_pasted_page_is_refused_with_what_to_do():
    with pytest.raises(Invalid) as refused:
        read_query("x" * (TEXT_MAX + 1))
    assert refused.value.advice
    with pytest.raises(Invalid):
        read_query("word " * (TERMS_MAX + 1))
    assert len(read_query("word " * TERMS_MAX).words) == TERMS_MAX


def test_quotes_in_a_query_made_elsewhere_cannot_break_out():
    assert Query("x", words=('a" OR "b',)).fts() == '"a"" OR ""b"*'
