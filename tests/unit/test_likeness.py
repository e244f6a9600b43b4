"""Which problems are likely to be one."""

import pytest

from desktop_desk.domain.likeness import are_alike


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("No card payment at till 6", "Card payment refused at till 3"),
        ("vpn drops", "VPN drops every five minutes"),
        ("VPN", "No VPN in sales"),
        ("vpn", "VPN down"),
        ("Kein Strom", "In Halle 2 kein Strom"),
    ],
)
def test_two_telling_words_in_common_make_one_problem(text: str, subject: str) -> None:
    assert are_alike(text, subject)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Headset for the hotline", "Praise for the quick help"),
        ("Laptop does not charge", "Badge does not open floor 1"),
        ("VPN and mail down", "VPN in the new office"),
        ("", ""),
        ("it is not on", "it is not on"),
    ],
)
def test_small_words_and_a_single_one_do_not(text: str, subject: str) -> None:
    assert not are_alike(text, subject)
