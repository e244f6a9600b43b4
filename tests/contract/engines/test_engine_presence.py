"""Presence on every engine that several windows can have open."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_desk.desk.presence import Colleague
from desktop_desk.desk.presence_ports import Whereabouts
from desktop_desk.domain.facts import EntityId
from desktop_desk.storage.postgres import PostgresDatabase
from desktop_desk.storage.server_presence import STALE_SECONDS, ServerPresence, understood, written
from tests.builders import PASSWORD, a_ticket
from tests.engines import AnEngine, an_engine
from tests.postgres import postgres_address

JANE, VPN = EntityId("fa" * 16), EntityId("01" * 16)


@pytest.fixture(params=["sqlite", "sqlcipher", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnEngine]:
    """A desk that several windows have open, on each engine in turn."""
    desk = an_engine(request.param, tmp_path)
    yield desk
    desk.close()


def test_colleagues_see_each_other_and_no_version_moves(office: AnEngine) -> None:
    number = a_ticket(office.john)
    before = office.front.data_version()
    window = office.another_window()
    jane = window.log_in("jane", PASSWORD)
    jane.present(number)
    office.john.present(number)
    assert office.john.others_at(number) == (Colleague("jane", "Jane Roe", writing=False),)
    jane.present(number, writing=True)
    assert office.john.others_at(number) == (Colleague("jane", "Jane Roe", writing=True),)
    assert jane.others_at(number) == (Colleague("john", "John Doe", writing=False),)
    jane.present("")
    assert office.john.others_at(number) == ()
    assert office.front.data_version() == before


def test_whose_window_goes_is_gone(office: AnEngine) -> None:
    number = a_ticket(office.john)
    window = office.another_window()
    window.log_in("jane", PASSWORD).present(number)
    assert office.john.others_at(number)
    window.close()
    assert office.john.others_at(number) == ()


def test_a_name_says_who_is_where_in_63_letters() -> None:
    for writing in (True, False):
        here = Whereabouts(JANE, VPN, writing)
        name = written(here, 4095)
        assert len(name) <= 63
        assert understood(name) == here
        assert written(here, 7) != name


@pytest.mark.parametrize(
    "name", ["", "desktop-desk", "dd1", "dd1x" + "A" * 46, "dd1w??", "dd1wAAAA000", "psql"]
)
def test_other_names_say_nothing(name: str) -> None:
    assert understood(name) is None


def test_a_connection_whose_window_stands_still_is_nobody_after_fifteen_seconds() -> None:
    address = postgres_address()
    seconds = 0.0
    ours, theirs = PostgresDatabase(address), PostgresDatabase(address)
    mine, hers = ServerPresence(ours, ticking=lambda: seconds), ServerPresence(theirs)
    hers.say(Whereabouts(JANE, VPN))
    assert mine.others() == [Whereabouts(JANE, VPN)]
    seconds += STALE_SECONDS + 1
    assert mine.others() == []
    hers.say(Whereabouts(JANE, VPN))
    assert mine.others() == [Whereabouts(JANE, VPN)]
    for database in (ours, theirs):
        database.close_thread()
