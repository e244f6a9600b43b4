"""Addresses of desks on a server: the password is taken out, and put back in, whatever signs it has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_desk.desk.addresses import password_in, shown_address, with_password

PLACES = (
    "postgresql://ken@server/desk",
    "postgresql://ken@server:5433/desk?sslmode=require",
    "postgresql://server/desk",
    "postgresql:///desk?host=/run/postgresql",
)


@pytest.mark.parametrize("place", PLACES)
@given(st.text(st.characters(exclude_categories=["Cs"], min_codepoint=1), min_size=1, max_size=20))
def test_a_password_goes_in_and_comes_out_again(place: str, password: str) -> None:
    whole = with_password(place, password)
    assert password_in(whole) == password
    assert shown_address(whole) == place


@pytest.mark.parametrize("place", PLACES)
def test_without_a_password_an_address_stays_as_it_is(place: str) -> None:
    assert with_password(place, "") == place
    assert password_in(place) == ""


def test_another_password_takes_the_place_of_the_one_in_the_address() -> None:
    assert with_password("postgresql://ken:old@server/desk", "new") == "postgresql://ken:new@server/desk"
