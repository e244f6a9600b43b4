"""A report over years reads sums of whole spans of days, and comes to what its days come to one by one."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from desktop_desk import bootstrap
from desktop_desk.desk.reports import ReportRequest
from desktop_desk.domain.tickets import DIMENSIONS
from desktop_desk.storage import files, migrations
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.reports import parts_of
from desktop_desk.storage.store import Store
from desktop_desk.storage.tallies import SPAN

PERIODS = ((0, 40_000), (0, 19_500), (19_000, 19_001), (20_000, 20_200), (20_001, 20_031), (19_968, 19_999))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("periods") / "made-up.desk"
    bootstrap.generate(path, tickets=150, seed=5)
    store = Store(files.open_database(path), bootstrap.now_ms, RandomIds())
    yield store
    store.close_thread()


def by_day(store: Store, by: str, first: int, last: int) -> dict[tuple[str, str], tuple[int, int]]:
    """What the days come to by a dimension, or in all by any of them."""
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    sql = "SELECT what, value, n, total FROM day_tally WHERE dim = ? AND day >= ? AND day <= ?"
    for what, value, n, total in store.database.rows(sql, (by or "source", first, last)):
        found[what, value if by else ""][0] += n
        found[what, value if by else ""][1] += total
    return {key: (n, total) for key, (n, total) in found.items()}


@pytest.mark.parametrize("by", ["", *DIMENSIONS])
def test_every_period_comes_to_what_its_days_come_to(store: Store, by: str) -> None:
    with store.reading():
        days = [day for (day,) in store.database.rows("SELECT DISTINCT day FROM day_tally ORDER BY day")]
        assert days[-1] - days[0] > 4 << SPAN, "the made-up desk goes over several spans"
        for first, last in (*PERIODS, (days[3], days[-3]), (days[0], days[-1] - 40)):
            found = store.reports.sums(ReportRequest(first, last, by, 0, 0))
            assert found == by_day(store, by, first, last)


@given(some.integers(-100, 30_000), some.integers(0, 30_000))
def test_the_parts_of_a_period_are_all_of_it_and_few_days(first: int, length: int) -> None:
    last = first + length
    covered: list[int] = []
    alone = 0
    for unit, start, end in parts_of(first, last):
        if unit == "span":
            covered.extend(range(start << SPAN, (end + 1) << SPAN))
        else:
            covered.extend(range(start, end + 1))
            alone += end - start + 1
    assert covered == list(range(first, last + 1))
    assert alone < 2 << SPAN


def test_a_desk_of_format_3_is_given_its_spans(tmp_path: Path) -> None:
    path = tmp_path / "old.desk"
    bootstrap.generate(path, tickets=60, seed=6)
    store = Store(files.open_database(path), bootstrap.now_ms, RandomIds())
    with store.writing():
        store.database.run("DROP TABLE span_tally")
        store.database.run(
            "INSERT INTO day_tally SELECT '', what, day, value, n, total FROM day_tally WHERE dim = 'source'"
        )
        store.database.run("UPDATE meta SET value = '3' WHERE key = 'format'")
    assert migrations.is_old(store)
    assert migrations.migrate(store)
    assert store.database.rows("SELECT 1 FROM span_tally LIMIT 1")
    assert store.check(rebuild=True, progress=None)[3] == ()
    store.close_thread()
