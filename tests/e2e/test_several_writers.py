"""Eight programs write to one desk file at once: nothing acknowledged is missing, no number is given twice.

Windows and commands side by side, in WAL, are tried in test_several_at_once.py.
"""

import pytest

from tests.rigs.several_writers import PROCESSES, How, figures

DEEP = [pytest.mark.deep, pytest.mark.timeout(300)]


@pytest.mark.parametrize(
    ("how", "seconds"),
    [
        pytest.param("pretended", 3, id="rollback journal, three seconds"),
        pytest.param("pretended", 60, id="rollback journal, a minute", marks=DEEP),
        pytest.param("usual", 60, id="WAL, a minute", marks=DEEP),
    ],
)
def test_eight_programs_on_one_file_lose_nothing_and_hear_of_no_lock(how: How, seconds: float) -> None:
    found = figures(seconds, how)

    assert (found["faults"], found["refused"]) == ([], [])
    assert found["processes"] == PROCESSES
    assert found["acts acknowledged"] > PROCESSES
