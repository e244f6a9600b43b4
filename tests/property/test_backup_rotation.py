"""Which backups are kept, whatever the moments at which they were made."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from desktop_desk.storage.backups import DAYS, HOURS, MONTHS, kept

MOMENTS = st.lists(
    st.integers(min_value=1_767_225_600, max_value=1_767_225_600 + 3 * 366 * 86_400).map(lambda at: at * 1000),
    min_size=1, max_size=300, unique=True,
)  # fmt: skip
"""Three years from January 2026, ms."""


def named(at: int, form: str) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime(form)


@given(MOMENTS)
def test_the_newest_is_always_kept(moments: list[int]) -> None:
    assert max(moments) in kept(moments)


@given(MOMENTS)
def test_the_newest_of_each_of_the_last_hours_days_and_months_is_kept_and_nothing_else(
    moments: list[int],
) -> None:
    promised: set[int] = set()
    for many, form in ((HOURS, "%Y-%m-%d %H"), (DAYS, "%Y-%m-%d"), (MONTHS, "%Y-%m")):
        for name in sorted({named(at, form) for at in moments}, reverse=True)[:many]:
            promised.add(max(at for at in moments if named(at, form) == name))
    assert kept(moments) == promised
    assert len(kept(moments)) <= HOURS + DAYS + MONTHS


@given(MOMENTS)
def test_thinning_out_after_each_backup_keeps_what_thinning_out_once_keeps(moments: list[int]) -> None:
    left: set[int] = set()
    for at in sorted(moments):
        left = kept(left | {at})
    assert left == kept(moments)


def test_a_year_of_backups_every_hour_leaves_fewer_than_fifty() -> None:
    first = 1_767_225_600_000
    left = kept(range(first, first + 365 * 86_400_000, 3_600_000))
    assert HOURS + DAYS - 1 <= len(left) < 50
    assert min(left) < first + 31 * 86_400_000
