"""The same life played on every engine leaves the same desk: equal facts, rows, orders, hits and reports."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.engines import ENGINES, AnEngine, make_on, staff
from tests.fakes import CountingIds, FixedClock
from tests.lives import Life, shown

STEPS = 150
DEEP_STEPS = 700
SEEDS = range(1, 4)
DEEP_SEEDS = range(100, 130)


def played(engine: str, folder: Path, seed: int, steps: int) -> tuple[list[str], dict[str, Any]]:
    """What came of every act, and all that the desk shows in the end; it stays so when everything is made anew."""
    clock, ids = FixedClock(), CountingIds()
    front, opener, path = make_on(engine, folder, clock, ids, country="US")
    staff(front)
    office = AnEngine(engine, clock, front, opener, path)
    try:
        life = Life(office, seed)
        life.plays(steps)
        found = shown(office)
        checked = office.ada.check(rebuild=True)
        assert checked.problems == ()
        again = shown(office)
        assert [key for key in found if found[key] != again[key]] == []
        return life.outcomes, found
    finally:
        office.close()


def compare(engine: str, folder: Path, seed: int, steps: int) -> None:
    outcomes, found = _in_memory(seed, steps)
    others, other = played(engine, folder, seed, steps)
    assert others == outcomes
    differing = {key: (found[key], other.get(key)) for key in found if found[key] != other.get(key)}
    assert differing == {}
    assert found["check"]["digest"] == other["check"]["digest"]


@cache
def _in_memory(seed: int, steps: int) -> tuple[list[str], dict[str, Any]]:
    return played("memory", Path(), seed, steps)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("engine", [engine for engine in ENGINES if engine != "memory"])
def test_one_life_is_the_same_on_every_engine(engine: str, seed: int, tmp_path: Path) -> None:
    compare(engine, tmp_path, seed, STEPS)


@pytest.mark.deep
@pytest.mark.parametrize("seed", DEEP_SEEDS)
@pytest.mark.parametrize("engine", [engine for engine in ENGINES if engine != "memory"])
def test_longer_lives_are_the_same_on_every_engine(engine: str, seed: int, tmp_path: Path) -> None:
    compare(engine, tmp_path, seed, DEEP_STEPS)


def test_a_life_does_something_of_everything() -> None:
    """Else equal desks would say nothing."""
    outcomes = [outcome for seed in SEEDS for outcome in _in_memory(seed, STEPS)[0]]
    found = [_in_memory(seed, STEPS)[1] for seed in SEEDS]
    assert sum(outcome.startswith("Done(act='") and "act=''" not in outcome for outcome in outcomes) > 200
    for kind in (
        "queue differences",
        "queue overdue",
        "queue teams",
        "queue closed",
        "inbox",
        "search printer",
    ):
        assert any(desk[key] for desk in found for key in desk if key.startswith(kind)), kind
    assert sum(bool(desk[key]) for desk in found for key in desk if key.startswith("search")) > 50
    assert sum(bool(desk[key]) for desk in found for key in desk if key.startswith("people")) > 40
    assert any(row["sla_met"] for desk in found for row in desk["report agent"])
