"""Any text is a search, and SQLite takes every expression it becomes."""

import sqlite3
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop_desk.domain.query import FILTERS, STATES, read_query

TOKENS = (
    'a vpn print "out of" " -x - -- AND OR NOT NEAR( ) * ^ + : status: status:open is:open is:x from:2026 from:9999-99'
    ' to:0000 -agent:jane agent:"J D" 1041-0 030/123 {a} \' "" ; % \\ \u00df \u0301 \u6f22 \U0001f525'
).split(" ")
texts = st.text() | st.lists(st.sampled_from(TOKENS), max_size=15).map(" ".join) | st.lists(
    st.sampled_from(TOKENS), max_size=15
).map("".join)  # fmt: skip
words = st.text(st.characters(categories=["Ll", "Lu", "Nd"], max_codepoint=0x24F), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    desk = sqlite3.connect(":memory:")
    desk.execute(
        "CREATE VIRTUAL TABLE words USING fts5(text, prefix='2 3', tokenize='unicode61 remove_diacritics 2')"
    )
    yield desk
    desk.close()


def hits(index: sqlite3.Connection, match: str, text: str = "") -> int:
    index.execute("DELETE FROM words")
    index.execute("INSERT INTO words VALUES (?)", (text,))
    return index.execute("SELECT COUNT(*) FROM words WHERE words MATCH ?", (match,)).fetchone()[0]


@given(texts, st.none() | st.dates())
@example("from:9999999w", date(2026, 1, 1))
@example("from:9999w", date(1, 1, 1))
@example('\x00\ud800"', None)
def test_any_text_is_a_search_that_sqlite_takes(index: sqlite3.Connection, text: str, today: date | None):
    query = read_query(text, today)
    for match in (query.fts(), query.fts_excluded()):
        assert match is None or hits(index, match) == 0
    assert all(condition.name in FILTERS and condition.values for condition in query.filters)
    assert all(
        value in STATES for condition in query.filters if condition.name == "is" for value in condition.values
    )


@given(st.lists(words, min_size=1, max_size=5), st.data())
def test_the_beginnings_of_its_words_find_a_text(
    index: sqlite3.Connection, text: list[str], data: st.DataObject
):
    begun = [word[: data.draw(st.integers(min(2, len(word)), len(word)))] for word in text if word != "AND"]
    match = read_query(" ".join(data.draw(st.permutations(begun)))).fts()
    assert match is None or hits(index, match, " ".join(text)) == 1


@given(st.lists(words, min_size=1, max_size=5))
def test_a_phrase_finds_the_text_it_was_copied_from(index: sqlite3.Connection, text: list[str]):
    match = read_query(f'"{" ".join(text)}"').fts()
    assert match is not None
    assert hits(index, match, f"so {' '.join(text)} it was") == 1


@given(st.lists(words, min_size=2, max_size=5))
def test_a_word_that_is_left_out_hides_the_text(index: sqlite3.Connection, text: list[str]):
    match = read_query(f"{text[0]} -{text[1]}").fts()
    assert match is None or hits(index, match, " ".join(text)) == 0


@given(texts)
def test_what_was_understood_reads_the_same_again(text: str):
    query = read_query(text)
    assert read_query(query.text) == query
