"""The page on reliability: every invariant has its test, every figure its place, and the command writes it there."""

import json
import re
from pathlib import Path

import pytest

from tests.rigs import prove
from tests.rigs.machine import machine
from tests.rigs.prove import BEGIN, END, PROOFS, Proof, Ran

ROOT = Path(__file__).resolve().parent.parent
INVARIANTS = {
    "converge", "nothing_lost", "heads_equal_oracle", "clock_free", "number_stable", "idempotent", "resumable",
    "cost_follows_change", "projection_pure", "unknown_survives", "purge_sticks", "fork_found", "refuse_not_corrupt",
    "stale_form", "revoked_kept",
}  # fmt: skip


def test_every_invariant_has_a_test_under_its_name() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*?\| (.*) \|$", prove.PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for name, _tests in rows} == INVARIANTS
    for name, tests in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", tests)
        assert named, name
        assert any(name in test for _file, test in named), name
        for file, test in named:
            assert f"def {test}" in (ROOT / file).read_text(encoding="utf-8"), (name, test)


def test_every_proof_has_its_place_on_the_page() -> None:
    page = prove.PAGE.read_text(encoding="utf-8")
    for name in PROOFS:
        begin, end = page.find(BEGIN.format(name=name)), page.find(END.format(name=name))
        assert 0 < begin < end, name
        assert "| what | figure |" in page[begin:end], f"{name}: run python packaging/prove.py {name}"


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "reliability.md"
    path.write_text("Before <!-- figures of kills -->\nold\n<!-- end of kills --> after", encoding="utf-8")
    monkeypatch.setattr(prove, "PAGE", path)
    return path


def test_figures_take_the_place_of_older_ones_with_what_was_wrong(page: Path) -> None:
    prove.write_down("kills", prove.table(Proof([("kills", 1200)], ["lost: a call"]), 61))
    text = page.read_text(encoding="utf-8")
    assert text.startswith("Before <!-- figures of kills -->\n*")
    assert "| kills | 1,200 |" in text
    assert "- lost: a call\n<!-- end of kills --> after" in text
    assert "old" not in text
    prove.write_down("kills", prove.table(Proof([], skipped="no gcc"), 0))
    assert "Not run: no gcc." in page.read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="no place"):
        prove.write_down("power", "")


def test_a_proof_that_finds_something_wrong_fails_the_command(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def in_this_process(name: str, *, quick: bool) -> Ran:
        prove.alone(name, tmp_path / "told", quick=quick)
        return Ran(name, **json.loads((tmp_path / "told").read_text(encoding="utf-8")))

    wrong = {"kills": lambda *, deep: Proof([("deep", deep)], ["lost: a call"])}
    monkeypatch.setattr(prove, "PROOFS", wrong)
    monkeypatch.setattr(prove, "in_a_process", in_this_process)
    monkeypatch.setattr(prove.sys, "argv", ["prove", "--quick"])
    assert prove.main() == 1
    assert "lost: a call" in capsys.readouterr().out
    assert "old" in page.read_text(encoding="utf-8"), "the quick profile writes nothing down"
    monkeypatch.setattr(prove.sys, "argv", ["prove", "nothing"])
    assert prove.main() == 2
    assert "nothing" in capsys.readouterr().err


def test_a_proof_that_breaks_off_has_found_something() -> None:
    ran = prove.in_a_process("no such proof", quick=True)
    assert ran.wrong == 1
    assert "broke off with exit code 1" in ran.text


def test_the_state_machine_is_counted() -> None:
    played = machine(1, 6)
    assert played.wrong == []
    assert played.schedules >= 1
    assert played.operations >= 1
