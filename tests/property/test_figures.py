"""The figures of the exchange can be played, and count what they say."""

from pathlib import Path

from tests.property.mutants import IN_THE_FOLD, IN_THE_JOURNAL
from tests.rigs.figures import histories, mutants


def test_histories_are_counted_and_none_diverges(tmp_path: Path) -> None:
    lines: list[str] = []
    found = histories(tmp_path, range(1, 3), 40, lines.append)
    assert (found["schedules"], found["operations"], found["divergences"]) == (2, 80, 0), found["found"]
    assert (found["edits hidden"], found["numbers issued twice"]) == (0, 0)
    assert len(lines) == 2


def test_all_mutants_are_found(tmp_path: Path) -> None:
    found = mutants(tmp_path)
    assert found["not found"] == []
    assert found["mutants"] == found["mutants found"] == len(IN_THE_FOLD) + len(IN_THE_JOURNAL)
