"""Processes are killed while they sync, take a desk along, bring it up to date, give it a new key; a server stops.

The deep profile, with hundreds of kills, is that of packaging/prove.py. One stop of a server is also tried in
tests/contract/test_postgres.py.
"""

import os
from pathlib import Path

import pytest

from tests.rigs import kills, server_stops
from tests.rigs.kills import Moment, Tell, in_child

forks = pytest.mark.skipif(os.name != "posix", reason="no fork")
QUICK = {"syncing": 6, "syncing encrypted": 3, "taking along": 2, "migrating": 2, "rekeying": 2}


@forks
@pytest.mark.parametrize(("work", "many"), QUICK.items())
def test_a_kill_loses_nothing_acknowledged_and_breaks_nothing(work: str, many: int) -> None:
    found = kills.figures(work, many)
    assert found.wrong == []
    assert (found.kills, sum(found.moments.values())) == (many, many)
    assert found.acknowledged > 0


@forks
def test_the_rig_kills_where_it_is_told_and_hears_what_was_said_before() -> None:
    def works(tell: Tell) -> None:
        for number in range(1_000_000):
            tell(step="even" if number % 2 == 0 else "odd")
            tell(done=number)

    told = in_child(works, Moment("odd", 3))
    assert not told.ended
    assert told.steps.count("odd") >= 3
    assert told.said("done")[:5] == [0, 1, 2, 3, 4]


@forks
def test_the_rig_hears_of_a_work_that_fails_by_itself() -> None:
    def fails(_tell: Tell) -> None:
        raise ValueError("no work")

    with pytest.raises(AssertionError, match="no work"):
        in_child(fails)


@pytest.mark.deep
def test_a_server_that_stops_costs_nothing_acknowledged(tmp_path: Path) -> None:
    found = server_stops.run(tmp_path, 1)
    assert found.wrong == []
    assert found.said <= {"unreachable"}
    assert found.unanswered <= found.unknown
    assert found.acknowledged > 0
