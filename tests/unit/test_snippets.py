"""The part of a text that a hit is shown in, and the marks on it."""

import time

import pytest

from desktop_desk.desk.snippets import LENGTH, snippet


def marked(text: str, *words: str) -> list[str]:
    shown, hits = snippet(text, words)
    return [shown[start:end] for start, end in hits]


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("The printer jams", ("print",), ["printer"]),
        ("PRINTER Printer", ("printer",), ["PRINTER", "Printer"]),
        ("Das Café am Eck", ("cafe",), ["Café"]),
        ("Cafe\u0301s decomposed", ("café",), ["Cafe\u0301s"]),
        ("İstanbul ofisi", ("istanbul",), ["İstanbul"]),
        ("Größe ändern", ("grosse", "ander"), ["ändern"]),
        ("Größe ändern", ("größe",), ["Größe"]),
        ("call +1 (318) 290-3674 back", ("318-290",), ["318", "290"]),
        ("blueprint", ("print",), []),
        ("set_printer now", ("printer",), ["printer"]),
        ("プリンター が 壊れた", ("プリン",), ["プリンター"]),
        ("a b c", ("b",), ["b"]),
        ("the paper jam", ("paper jam",), ["paper", "jam"]),
        ("😀 printer 😀", ("printer",), ["printer"]),
        ("nothing", (), []),
        ("nothing", ("!?",), []),
        ("", ("x",), []),
        ("a.b*c(", ("b*c(",), ["b", "c"]),
    ],
)
def test_hits_are_marked_as_the_search_finds_them(
    text: str, words: tuple[str, ...], expected: list[str]
) -> None:
    assert marked(text, *words) == expected


def test_a_long_text_is_shown_around_its_first_hit() -> None:
    shown, hits = snippet("lorem ipsum " * 500 + "the printer jams " + "dolor sit " * 500, ("printer",))
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) <= LENGTH + 4
    assert [shown[start:end] for start, end in hits] == ["printer"]


def test_lines_and_tabs_become_spaces() -> None:
    assert snippet("a\n\n\tb  c", ("b",)) == ("a b c", ((2, 3),))


def test_one_word_without_end_is_cut() -> None:
    shown, hits = snippet("x" * 10_000, ("xxx",))
    assert len(shown) <= LENGTH + 2
    assert hits == ((0, LENGTH),)


def test_a_million_letters_take_no_time_worth_speaking_of() -> None:
    text = "Wörter über Wörter " * 60_000 + "Schlußwort"
    begin = time.process_time()
    shown, hits = snippet(text, ("schlußw",))
    assert time.process_time() - begin < 2
    assert [shown[start:end] for start, end in hits] == ["Schlußwort"]
