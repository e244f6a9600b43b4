"""The bench gives every figure beside its baseline; how quick this machine is does not matter here."""

import json
from pathlib import Path

import pytest

from desktop_desk import bootstrap
from desktop_desk.cli.bench import (
    channel_figures,
    desk_figures,
    figures,
    import_figures,
    sync_figures,
    window_figures,
)
from desktop_desk.cli.bench.figures import Figure, figure_of, in_turn
from desktop_desk.cli.bench.lines import figure_line, heading
from desktop_desk.cli.bench.run import GROUPS, run
from desktop_desk.desk.queues import QUEUES, SORTS
from desktop_desk.domain.errors import Invalid
from desktop_desk.exchange.demo import ADMIN, PASSWORD
from tests.command_line import ROOT, CommandLine
from tests.postgres import postgres_address

TICKETS = 200
OF_THE_WINDOW = ("start", "memory", "scroll", "pixels", "call")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def of_the_desk(folder: Path) -> list[Figure]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_figures, "TICKETS", 50)
        patch.setattr(channel_figures, "MAILS", 12)
        patch.setattr(channel_figures, "REQUESTS", 4)
        patch.setattr(figures, "PATIENCE", 0.2)
        for name, few in (("ROUNDS", 6), ("SORT_ROUNDS", 3), ("SAVES", 4), ("SAMPLE", 40)):
            patch.setattr(desk_figures, name, few)
        for name, small in (
            ("NEW", 10),
            ("ROUNDS", 3),
            ("REPLICAS", 2),
            ("YEAR", 60),
            ("DAY", 10),
            ("LIKE", 20),
        ):
            patch.setattr(sync_figures, name, small)
        return list(run([name for name in GROUPS if name not in OF_THE_WINDOW], TICKETS, folder))


def figure(value: float = 4.0, p95: float | None = None, baseline: float = 2.0, **budgets: float) -> Figure:
    return Figure("queue open", TICKETS, "ms", value, p95, baseline, "its SQL alone", **budgets)  # type: ignore[arg-type]


def test_every_figure_of_the_desk_has_a_value_a_baseline_and_a_budget(of_the_desk: list[Figure]) -> None:
    for each in of_the_desk:
        assert each.value > 0, each
        assert each.baseline > 0, each
        assert each.beside, each
        assert each.budget or each.ratio_budget, each
        assert each.p95 is None or each.p95 >= each.value, each


def test_every_queue_every_order_and_every_row_of_the_budgets_is_measured(of_the_desk: list[Figure]) -> None:
    names = {each.name for each in of_the_desk}
    assert {f"queue {queue}" for queue in QUEUES} <= names
    assert all(any(name.endswith(f" by {sort} descending") for name in names) for sort in SORTS)
    assert names >= {
        "ticket with thread", "search, a rare word", "search, a common word", "search, as you type",
        "caller by last digits", "caller by letters of the name", "counters of all queues", "report summary",
        "log a call", "reply", "disk for a ticket", "take in facts", "take in another replica's log, SQLite",
        "sync, 10 new facts laid at a hub", "sync, 10 new facts taken from a hub", "sync, nothing new",
        "sync, 2 replicas of 60 facts, nothing new", "sync, 2 replicas of 60 facts, a day of each",
        "a whole desk laid at a hub and taken", "take in mails", "request form",
    }  # fmt: skip
    assert len(names) == len(of_the_desk)


def test_an_encrypted_desk_is_measured_by_the_same_figures_with_the_same_budgets(
    of_the_desk: list[Figure],
) -> None:
    plain = {each.name: each for each in of_the_desk}
    encrypted = [each for each in of_the_desk if each.name.startswith("encrypted: ")]
    assert {"encrypted: ticket with thread", "encrypted: log a call", "encrypted: disk for a ticket"} <= set(
        plain
    )
    for each in encrypted:
        same = plain[each.name.removeprefix("encrypted: ")]
        assert (each.unit, each.beside, each.p95_budget) == (same.unit, same.beside, same.p95_budget)


def test_syncing_leaves_the_desk_whole_and_without_a_hub(of_the_desk: list[Figure], folder: Path) -> None:
    front = bootstrap.open_desk(folder / f"bench-{TICKETS}.desk")
    desk = front.log_in(ADMIN, PASSWORD)
    assert desk.check().problems == ()
    assert desk.store.log.note("hub") == ""
    front.close()


def test_a_server_is_measured_where_one_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_figures, "TICKETS", 20)
    figures = {each.name: each for each in run(["apply"], 100, tmp_path, server=postgres_address())}
    assert set(figures) == {
        "take in another replica's log, SQLite",
        "take in another replica's log, PostgreSQL",
    }
    assert all(each.at_least and each.value > 0 for each in figures.values())


def test_the_desk_is_made_once_and_used_again(of_the_desk: list[Figure], folder: Path) -> None:
    made = folder / f"bench-{TICKETS}.desk"
    before = made.stat().st_ino
    [counted] = run(["counters"], TICKETS, folder)
    assert made.stat().st_ino == before
    assert TICKETS <= counted.tickets < TICKETS * 2
    kept = (made.name, f"bench-{TICKETS}-encrypted.desk")
    assert [path.name for path in folder.iterdir() if not path.name.startswith(kept)] == []


def test_the_window_is_measured_in_processes_of_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window_figures, "STARTS", 1)
    monkeypatch.setattr(window_figures, "WARM", 0)
    figures = {each.name: each for each in run(OF_THE_WINDOW, TICKETS, folder)}
    assert set(figures) == {
        "cold start to the call form", "cold start to the password", "password to the call form",
        "memory at start", "memory in use", "scrolling, a frame", "queue, key to pixels", "ticket, key to pixels",
        "screen pop",
    }  # fmt: skip
    assert all(each.value > 0 and each.baseline > 0 and each.beside for each in figures.values())
    for name in ("cold start to the call form", "memory at start", "memory in use"):
        assert figures[name].value > figures[name].baseline, name


def test_a_window_that_cannot_be_shown_is_a_clear_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "no-such-platform")
    with pytest.raises(Invalid, match="could not be measured"):
        list(run(["scroll"], TICKETS, folder))


def test_a_name_that_no_figure_has_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        run(["speed"], TICKETS, tmp_path)
    assert "speed" in refused.value.reason
    assert "pixels" in refused.value.advice
    assert list(tmp_path.iterdir()) == []


def test_by_command_the_figures_are_rows(
    of_the_desk: list[Figure], folder: Path, home: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    place = home / "state" / "bench"
    place.mkdir(parents=True)
    (place / f"bench-{TICKETS}.desk").symlink_to(folder / f"bench-{TICKETS}.desk")
    cli = CommandLine(folder / "none.desk", capsys, monkeypatch)
    [row] = cli.json("bench", "counters", "--tickets", str(TICKETS))
    assert row["name"] == "counters of all queues"
    assert row["kept"] is (row["value"] <= row["budget"])
    assert row["ratio"] == pytest.approx(row["value"] / row["baseline"])
    assert {"tickets", "unit", "p95", "beside"} <= set(row)
    assert json.dumps(row)


@pytest.mark.parametrize(
    ("kept", "budgets"),
    [
        (True, {"budget": 4.0}),
        (False, {"budget": 3.9}),
        (True, {"budget": 5.0, "p95": 9.0, "p95_budget": 9.0}),
        (False, {"budget": 5.0, "p95": 9.1, "p95_budget": 9.0}),
        (True, {"ratio_budget": 2.0}),
        (False, {"ratio_budget": 1.9}),
        (True, {"budget": 3.9, "at_least": True}),
        (False, {"budget": 4.1, "at_least": True}),
        (True, {}),
    ],
)
def test_a_budget_is_kept_or_missed(kept: bool, budgets: dict[str, float]) -> None:
    assert figure(**budgets).kept is kept


def test_a_missed_budget_is_marked_in_its_line() -> None:
    line = figure_line(figure(budget=3.0))
    assert "queue open" in line
    assert "4.00 ms" in line
    assert "2.00 its SQL alone" in line
    assert "≤ 3" in line
    assert line.endswith("missed")
    assert not figure_line(figure(budget=5.0)).endswith("missed")
    assert line.index("4.00 ms") == heading().index("Median")


def test_a_figure_is_the_median_and_the_95th_percentile_of_its_samples() -> None:
    made = figure_of("x", 1, [float(n) for n in range(100, 0, -1)], [3.0, 1.0, 2.0], "bare")
    assert made.value == pytest.approx(50.5)
    assert made.p95 == pytest.approx(96.0)
    assert made.baseline == pytest.approx(2.0)


def test_each_call_is_made_in_turn_with_the_bare_one() -> None:
    made: list[str] = []
    ours = [lambda name=name: made.append(name) for name in "abcd"]
    took, bare = in_turn(ours, [lambda: made.append("-")])
    assert "".join(made) == "abc-" + "a-b-c-d-"
    assert len(took) == len(bare) == 4


def test_the_manual_names_every_group_of_figures() -> None:
    page = (ROOT / "docs" / "manual" / "commands.md").read_text(encoding="utf-8")
    told = page.split("\n## bench\n")[1].split("\n## ")[0]
    assert [name for name in GROUPS if name not in told] == []
