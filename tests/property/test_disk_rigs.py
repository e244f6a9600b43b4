"""Power loss, full disks and failing disks under the real program; --deep tries far more moments."""

import lzma
import random
import sys
from pathlib import Path

import pytest

from tests.contract.test_migrations import DIGEST, SAMPLE
from tests.rigs import disk, disk_proofs, hub_power, hub_worker, power

pytestmark = [
    pytest.mark.skipif(bool(disk.why_not()), reason=disk.why_not()),
    pytest.mark.timeout(3 * 3600),  # --deep lets every call of a day fail
]


@pytest.fixture
def deep(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--deep"))


def say(capsys: pytest.CaptureFixture[str], figures: object) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{figures}\n")


def test_a_power_loss_costs_no_acknowledged_act_and_no_backup(
    tmp_path: Path, deep: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = disk_proofs.power_loss(tmp_path, deep=deep)
    say(capsys, figures)
    assert figures.wrong == []
    assert figures.states > 50
    assert figures.acknowledged > 200


def test_a_power_loss_while_an_older_desk_is_brought_up_to_date_leaves_the_old_one_or_the_new_one(
    tmp_path: Path, deep: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    old = lzma.decompress(SAMPLE.read_bytes())
    figures = disk_proofs.migration_power_loss(tmp_path, old, DIGEST, deep=deep)
    say(capsys, figures)
    assert figures.wrong == []
    assert figures.states > 10


def test_a_power_loss_of_a_desk_or_of_the_hub_costs_nothing_that_two_have_shared(
    tmp_path: Path, deep: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = hub_power.hub_power_loss(tmp_path, deep=deep)
    say(capsys, figures)
    assert figures.wrong == []
    assert figures.states > 50


def test_the_rig_finds_what_a_hub_that_does_not_sync_would_lose(tmp_path: Path) -> None:
    ops, before = hub_power.recorded_exchange(tmp_path)
    # Folders whose names are never forced to the disk: the hub is made, and gone after the power loss.
    deaf = [op for op in ops if op.kind != "D" or not op.text.startswith(hub_worker.SHARE)]
    figures = hub_power.replayed(
        deaf, before, tmp_path / "work", every=3000, machines=(hub_worker.SHARE,), ways=("nothing",)
    )
    assert set(figures.wrong) == {wrong for wrong in figures.wrong if wrong.endswith("the hub has gone")}
    assert figures.wrong


def test_the_rig_finds_what_a_disk_that_does_not_sync_would_lose(tmp_path: Path) -> None:
    ops, before = disk_proofs.recorded_day(tmp_path)
    left = tmp_path / "left"
    left.mkdir()
    deaf = [op for op in ops if op.kind != "S"]
    figures = power.run(
        deaf,
        before,
        power.fresh(left),
        disk_proofs.judged,
        every=400,
        chance=random.Random(1),
        ways=("nothing", "mixed up"),
    )
    assert figures.wrong


def test_a_full_or_failing_disk_loses_nothing_acknowledged_and_is_told_in_a_sentence(
    tmp_path: Path, deep: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = disk_proofs.disk_faults(tmp_path, deep=deep)
    say(capsys, figures)
    assert figures.wrong == []
    assert figures.refused > 10
    assert {said.split(":")[0] for said in figures.said} >= {"full", "failed"}
    assert len(figures.points) == 7, figures.points


def test_what_was_not_synced_may_be_there_in_part() -> None:
    held = disk.Op("W", 1, 0, b"a" * 1024), disk.Op("W", 1, 512, b"b" * 1024), disk.Op("T", 1, 700, b"")
    file = power._File(bytearray(b"-" * 100), list(held))
    assert power.content(file, lambda _sector: 0) == b"-" * 100
    assert power.content(file, lambda _sector: 3) == b"a" * 512 + b"b" * 188
    assert power.content(file, lambda sector: 2 if sector == 1 else 0) == b"-" * 100 + bytes(412) + b"b" * 512
