"""refuse_not_corrupt: a desk that two computers reach over a network is refused or safe, never a broken file."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest

from desktop_desk import bootstrap, sharing
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallDraft
from tests.command_line import PASSWORD, found_office, start_program
from tests.rigs.plain_share import look, plain
from tests.rigs.several_writers import Outcome, Writer, faults, work
from tests.rigs.two_mounts import (
    Mounts,
    forced,
    honest_share,
    lacking,
    lacking_for_honest_locks,
    mounted_twice,
    office_in,
)

T = TypeVar("T")

pytestmark = pytest.mark.skipif(bool(lacking()), reason=lacking())


@pytest.fixture
def mounts(tmp_path: Path) -> Iterator[Mounts]:
    """Two computers whose locks do not reach each other."""
    with mounted_twice(tmp_path, forwarding=False) as mounted:
        yield mounted


def test_refuse_not_corrupt_a_command_refuses_it_and_tells_how_to_share(mounts: Mounts) -> None:
    desk = office_in(mounts)
    before = desk.read_bytes()
    for point in (mounts.first, mounts.second):
        line = ("--desk", str(point / desk.name), "--as", "john", "ticket", "list")
        ended = start_program(*line, DESKTOP_DESK_PASSWORD=PASSWORD)
        assert ended.returncode == 4
        assert "network folder (fuse" in ended.stderr
        assert f"hub new folder:{point}/front.hub" in ended.stderr
    assert desk.read_bytes() == before
    assert [path.name for path in mounts.disk.iterdir()] == [desk.name]


def test_refuse_not_corrupt_an_expert_works_there_by_commands(mounts: Mounts) -> None:
    desk = office_in(mounts)
    line = ("--desk", str(mounts.first / desk.name), "--as", "john", "--json", "--on-network")
    logged = start_program(
        *line, "ticket", "log", "--subject", "On the share", DESKTOP_DESK_PASSWORD=PASSWORD
    )
    assert (logged.returncode, logged.stderr) == (0, "")
    number = json.loads(logged.stdout)["number"]
    there = ("--desk", str(mounts.second / desk.name), *line[2:])
    shown = start_program(*there, "ticket", "show", number, DESKTOP_DESK_PASSWORD=PASSWORD)
    assert json.loads(shown.stdout)["subject"] == "On the share", "one after the other is safe"
    assert [path.name for path in mounts.disk.iterdir()] == [desk.name]


def test_refuse_not_corrupt_whoever_comes_second_is_refused_where_locks_do_not_reach(mounts: Mounts) -> None:
    desk = office_in(mounts)
    outcome = Outcome()
    first = Writer(mounts.first / desk.name, "ann", "network")
    first.wait_until_it_was_let_in_or_refused()
    second = work([mounts.second / desk.name] * 2, 0, "network")
    first.end(outcome)
    assert (outcome.at_work, outcome.trouble) == (1, [])
    assert (second.trouble, second.at_work, second.acknowledged) == ([], 0, [])
    assert all("do not reach" in why for why in second.refused)
    assert len(second.refused) == 2
    assert outcome.acknowledged
    assert faults(outcome, desk) == []


def test_refuse_not_corrupt_all_at_once_where_locks_do_not_reach(mounts: Mounts) -> None:
    trial = forced(mounts, 2, [mounts.first, mounts.second] * 2)
    assert trial.faults == []
    assert trial.outcome.refused, "never both computers at once"


def test_refuse_not_corrupt_locks_that_do_not_tell_programs_apart(tmp_path: Path) -> None:
    with mounted_twice(tmp_path, forwarding=True) as mounts:
        trial = forced(mounts, 1, [mounts.first, mounts.second])
    assert trial.faults == []
    assert (trial.outcome.at_work, len(trial.outcome.refused)) == (0, 2)
    assert all("second program" in why for why in trial.outcome.refused)


def test_refuse_not_corrupt_four_programs_where_locks_hold(mounts: Mounts) -> None:
    trial = forced(mounts, 3, [mounts.first] * 4)
    assert trial.faults == []
    assert (trial.outcome.at_work, trial.outcome.refused) == (4, [])
    assert len(trial.outcome.acknowledged) > 4


honest = pytest.mark.skipif(bool(lacking_for_honest_locks()), reason=lacking_for_honest_locks())


@honest
def test_refuse_not_corrupt_two_computers_where_locks_hold(tmp_path: Path) -> None:
    with honest_share(tmp_path) as mounts:
        trial = forced(mounts, 3, [mounts.first, mounts.second] * 2)
    assert trial.faults == []
    assert (trial.outcome.at_work, trial.outcome.refused) == (4, [])
    assert len(trial.outcome.acknowledged) > 4


@honest
def test_on_the_share_with_honest_locks_a_plain_file_is_sound_too(tmp_path: Path) -> None:
    with honest_share(tmp_path) as mounts:
        trial = plain(mounts, 2)
    assert trial.acknowledged > 0
    assert not trial.ruined, trial


def in_desk(path: Path, do: Callable[[Desk], T]) -> T:
    """Do something at a desk as Ann."""
    front = bootstrap.open_desk(path)
    try:
        return do(front.log_in("ann", PASSWORD))
    finally:
        front.close()


def work_and_sync(desk: Desk) -> list[str]:
    """What somebody does on one computer: a call, a sync, a call, a sync; the numbers he read out."""
    numbers: list[str] = []
    for turn in range(8):
        numbers.append(desk.log_call(CallDraft(f"Call {turn}")).number or "")
        sharing.sync(desk)
    return numbers


def test_segments_are_always_right_though_no_lock_reaches(mounts: Mounts, tmp_path: Path) -> None:
    here, there = tmp_path / "front.desk", tmp_path / "laptop.desk"
    found_office(here)
    in_desk(here, lambda desk: sharing.new_hub(desk, f"folder:{mounts.first}/hub"))
    sharing.new_replica(f"folder:{mounts.second}/hub", there, "Laptop", "ann", PASSWORD)
    with ThreadPoolExecutor() as both:
        at_once = [both.submit(in_desk, path, work_and_sync) for path in (here, there)]
        numbers = [number for done in at_once for number in done.result()]
    for desk in (here, there, here):
        in_desk(desk, sharing.sync)
    assert len(set(numbers)) == len(numbers) == 16
    checks = [in_desk(path, lambda desk: desk.check(rebuild=True)) for path in (here, there)]
    assert checks[0] == checks[1], "the same facts, the same digest"
    assert (checks[0].ok, checks[0].tickets) == (True, 16)


def test_the_rig_sees_what_two_computers_did_to_a_plain_file(mounts: Mounts) -> None:
    """Whether a second ruins it is chance; what was acknowledged is counted, and a line that is gone is seen."""
    trial = plain(mounts, 0.5)
    assert trial.acknowledged > 0
    (mounts.disk / "plain.db").write_bytes(b"no database at all" * 100)
    look(mounts.disk / "plain.db", {"0-0 0"}, trial)
    assert (trial.lost, trial.ruined) == (1, True)
