"""What is written of the desk's verbs for a file holds on every engine: the same tests, played on each."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.engines import ENGINES, FILES, AnEngine, an_engine

CHAPTERS = (
    "desk_attachments", "desk_handling", "desk_history", "desk_intake", "desk_lists", "desk_login", "desk_office",
    "desk_persons", "desk_reading", "desk_search", "desk_talking", "flaws",
)  # fmt: skip

OF_A_FILE = {
    "test_one_permission_is_enough_for_each_verb": "permissions are asked before any engine",
    "test_every_other_permission_together_is_not": "permissions are asked before any engine",
    "test_view_only_may_do_nothing": "permissions are asked before any engine",
    "test_10_numbers_are_unique_and_found_without_reading_the_table": "asks SQLite how it reads",
    "test_25_no_order_of_the_open_queue_sorts_the_table": "asks SQLite how it reads",
    "test_33_everything_is_backed_up_in_one_file_and_comes_back": "has a file",
    "test_21_overdue_needs_nobody_to_look": "opens the file by its name",
}
"""What only a file can be asked, or need be."""


ON_SERVER = tuple(
    f"test_{chapter}" for chapter in ("desk_handling", "desk_history", "desk_lists", "desk_search")
)


@pytest.fixture(
    params=[
        pytest.param(engine, marks=pytest.mark.deep if engine in FILES else ())
        for engine in ENGINES
        if engine != "sqlite"
    ]
)
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnEngine]:
    """The engines on which these tests were not written; a server is asked for every chapter only with --deep."""
    quick = request.node.originalname.startswith(ON_SERVER)
    if request.param == "postgresql" and not quick and not request.config.getoption("--deep"):
        pytest.skip("deep: give --deep to run it")
    desk = an_engine(request.param, tmp_path)
    yield desk
    desk.close()


def _of(chapter: str) -> dict[str, Any]:
    """The tests of a chapter under names of their own, and its fixtures; those that have a desk of their own not."""
    found = vars(import_module(f"tests.contract.test_{chapter}"))
    return {
        name.replace("test_", f"test_{chapter}_", 1): value
        for name, value in found.items()
        if name.startswith("test_") and name not in OF_A_FILE and "office" in value.__code__.co_varnames
    }


for _chapter in CHAPTERS:
    globals().update(_of(_chapter))


def test_mails_in_a_state_are_counted_no_further_than_asked(office: AnEngine) -> None:
    room, mails = office.john.mail_room(), office.store.mails
    for n in range(3):
        room.take(bytes([n]), None, why="no mail")
    assert [mails.count_in_state("quarantined", most) for most in (2, 3, 1000)] == [2, 3, 3]
    assert mails.count_in_state("filed", 1000) == 0
    with office.store.reading():
        (newest,) = mails.in_state("quarantined", 1)
    office.john.dismiss_mail(newest.uid)
    assert mails.count_in_state("quarantined", 1000) == office.john.counters().queues["quarantine"] == 2
