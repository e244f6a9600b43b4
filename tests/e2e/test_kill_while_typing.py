"""Nothing typed is lost: the real program is killed while somebody types into it and while it saves."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.rigs.typing_kills import an_office, run, what_comes_back

KILLS, DEEP_KILLS = 8, 200


@pytest.mark.timeout(1200)
def test_a_kill_costs_at_most_a_second_of_typing_and_no_acknowledged_save(
    tmp_path: Path, home: Path, pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = an_office(tmp_path / "front.desk")
    count, left = run(desk, DEEP_KILLS if pytestconfig.getoption("--deep") else KILLS)
    with capsys.disabled():
        sys.stdout.write(f"\n{count}\n")
    assert count.lost == []
    assert count.acknowledged > 0
    assert count.drafts > 0
    assert what_comes_back(desk) == left
    shutil.rmtree(home)
