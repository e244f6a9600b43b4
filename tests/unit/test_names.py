"""Names as people type them, and the one key they share."""

import pytest

from desktop_desk.domain.names import display_name, name_key, name_words


@pytest.mark.parametrize(
    "typed", ["Ken Lee", "Lee, Ken", "Lee Ken", "  ken   LEE ", "LEE,KEN", "Kén Leé", "Ken\u00a0Lee"]
)
def test_every_order_and_case_of_a_name_has_one_key(typed: str):
    assert name_key(typed) == "ken lee"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("François Müller", "francois muller"),
        ("Straße", "strasse"),
        ("Søren Łukasz Đorđević", "dordevic lukasz soren"),
        ("O’Brien", "obrien"),
        ("O'Brien", "obrien"),
        ("Jean-Luc Picard", "jean luc picard"),
        (
            "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}brahim I\u015f\N{LATIN SMALL LETTER DOTLESS I}k",
            "ibrahim isik",
        ),
        ("\uff21\uff4e\uff4e", "ann"),
        ("ガガ", "ガガ"),
        ("山田 太郎", "太郎 山田"),
        ("Ελένη", "ελενη"),
        ("", ""),
        (" ,.!", ""),
    ],
)
def test_diacritics_and_punctuation_do_not_hide_a_name(typed: str, key: str):
    assert name_key(typed) == key


def test_two_people_have_two_keys():
    assert name_key("Ken Lee") != name_key("Kent Lee")
    assert name_key("Ken Ken") != name_key("Ken")


def test_words_keep_their_order():
    assert name_words("Lee, Ken") == ("lee", "ken")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Lee, Ken", "Ken Lee"),
        ("Ken Lee", "Ken Lee"),
        (" Ken \t Lee\n", "Ken Lee"),
        ("Roe, PhD", "Roe, PhD"),
        ("Ann Roe, M.D.", "Ann Roe, M.D."),
        ("Acme, Inc.", "Acme, Inc."),
        ("Lee,", "Lee,"),
        ("Lee, Ken, Room 4", "Lee, Ken, Room 4"),
        ("van der Berg, Anna Maria", "Anna Maria van der Berg"),
        ("Ken\x00Lee", "Ken Lee"),
        ("", ""),
    ],
)
def test_a_name_is_shown_given_name_first(typed: str, shown: str):
    assert display_name(typed) == shown
