"""Commands about whole desks: new, check, backup and restore, and the summary report."""

from pathlib import Path

import pytest

from desktop_desk.cli import zones
from desktop_desk.cli.reports import DIMENSIONS
from desktop_desk.cli.zones import local_zone
from desktop_desk.domain import tickets
from tests.command_line import PASSWORD, CommandLine

REPORT = {
    "name", "opened", "assigned", "reassigned", "priority_changed", "waiting", "overdue", "resolved", "closed",
    "reopened", "first_response", "resolution", "sla_met",
}  # fmt: skip


def test_a_new_desk_has_its_first_administrator_and_no_tickets(cli: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "new.desk"
    made = cli.run("new", str(path), "--admin", "boss", "--zone", "Europe/Paris", "--json")
    assert made.json == {"desk": str(path), "tickets": 0, "agents": ["boss"]}
    assert cli.json("--desk", str(path), "check", by="boss")["ok"] is True


def test_a_new_desk_never_takes_the_place_of_a_file(cli: CommandLine) -> None:
    before = cli.desk.read_bytes()
    assert "exists already" in cli.refused("new", str(cli.desk), "--admin", "boss")
    assert cli.desk.read_bytes() == before


def test_a_new_desk_without_a_password_for_its_administrator_is_not_made(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new.desk"
    monkeypatch.delenv("DESKTOP_DESK_PASSWORD")
    assert "DESKTOP_DESK_PASSWORD" in cli.refused("new", str(path), "--admin", "boss", code=2)
    monkeypatch.setenv("DESKTOP_DESK_PASSWORD", "short")
    assert "password" in cli.refused("new", str(path), "--admin", "boss")
    assert not path.exists()


def test_a_new_desk_refuses_an_administrator_whose_login_has_a_blank(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKTOP_DESK_PASSWORD", "a long password")
    path = tmp_path / "new.desk"
    assert "login" in cli.refused("new", str(path), "--admin", "bo ss")
    assert not path.exists()


@pytest.mark.parametrize("more", [(), ("--encrypt",)])
@pytest.mark.parametrize("password", ["short", "demo"])
def test_a_demo_desk_whose_own_administrator_is_refused_is_not_left_behind(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str, more: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DESKTOP_DESK_PASSWORD", password)
    folder = tmp_path / "demo"
    folder.mkdir()
    refused = cli.refused("new", str(folder / "new.desk"), "--tickets", "1", "--admin", "boss", *more)
    assert "password" in refused
    assert list(folder.iterdir()) == []


def test_an_agent_of_the_demo_may_be_its_administrator(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKTOP_DESK_PASSWORD", "demo")
    path = str(tmp_path / "new.desk")
    cli.json("new", path, "--tickets", "1", "--admin", "jane")
    assert cli.json("--desk", path, "hub", "new", str(tmp_path / "front.hub"), by="jane")["pushed"] > 0


def test_a_new_desk_in_a_folder_that_is_not_there_is_not_made(cli: CommandLine, tmp_path: Path) -> None:
    assert "folder" in cli.refused("new", str(tmp_path / "none" / "new.desk"))


def test_check_counts_and_its_digest_follows_the_facts(cli: CommandLine) -> None:
    cli.log("VPN down")
    first = cli.json("check", by="ann")
    assert set(first) == {"ok", "tickets", "facts", "digest", "problems"}
    assert (first["ok"], first["tickets"], first["problems"]) == (True, 1, [])
    assert cli.json("check", "--rebuild", by="ann") == first
    cli.log("Badge lost")
    second = cli.json("check", by="ann")
    assert second["facts"] > first["facts"]
    assert second["digest"] != first["digest"]


def test_rebuilding_is_for_administrators(cli: CommandLine) -> None:
    assert "change the settings of the desk" in cli.refused("check", "--rebuild")


def test_a_backup_restores_to_the_same_facts(cli: CommandLine, tmp_path: Path) -> None:
    number = cli.log("VPN down", "--details", "nobody can work")
    facts = cli.json("check")["facts"]
    kept = cli.json("backup", str(tmp_path / "kept.desk"))
    assert kept == {"ok": True, "facts": facts}
    cli.json("ticket", "close", number)
    restored = tmp_path / "restored.desk"
    assert cli.json("restore", str(tmp_path / "kept.desk"), str(restored)) == {"ok": True, "facts": facts}
    assert cli.json("--desk", str(restored), "ticket", "show", number)["state"] == "open"
    assert cli.json("ticket", "show", number)["state"] == "closed"


def test_a_backup_never_takes_the_place_of_a_file(cli: CommandLine, tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("keep me", encoding="utf-8")
    assert cli.refused("backup", str(other))
    assert other.read_text(encoding="utf-8") == "keep me"
    assert "folder" in cli.refused("backup", str(tmp_path / "none" / "kept.desk"))


def test_restoring_needs_an_agent_of_the_backup_and_leaves_nothing_else_behind(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept.desk"
    cli.json("backup", str(kept))
    before = sorted(tmp_path.iterdir())
    monkeypatch.setenv("DESKTOP_DESK_PASSWORD", "wrong")
    assert "Access denied" in cli.refused("restore", str(kept), str(tmp_path / "restored.desk"), code=3)
    assert sorted(tmp_path.iterdir()) == before
    monkeypatch.setenv("DESKTOP_DESK_PASSWORD", PASSWORD)
    assert cli.refused("restore", str(kept), str(cli.desk))
    assert "no desk at" in cli.refused("restore", str(tmp_path / "none"), str(tmp_path / "r.desk"), code=4)


def test_the_summary_counts_what_happened(cli: CommandLine) -> None:
    number = cli.log("VPN down", "--priority", "A", "--caller", "Ken Lee")
    cli.json("ticket", "assign", number, "--to", "jane")
    cli.json("ticket", "reply", number, "--text", "renewed", "--resolve", by="jane")
    [row] = cli.json("report", "summary")
    assert set(row) == REPORT
    assert (row["opened"], row["assigned"], row["resolved"], row["closed"]) == (1, 1, 1, 0)
    assert 0 <= row["first_response"] < 60
    rows = {row["name"]: row["opened"] for row in cli.json("report", "summary", "--by", "priority")}
    assert rows == {"Emergency": 1}
    [row] = cli.json("report", "summary", "--from", "2001-01-01", "--to", "2001-12-31")
    assert row["opened"] == 0
    assert "opened" in cli.run("report", "summary").out


def test_the_summary_breaks_down_by_what_the_desk_can_count() -> None:
    assert DIMENSIONS == tickets.DIMENSIONS


def test_a_day_or_breakdown_that_is_none_is_a_mistake_in_the_line(cli: CommandLine) -> None:
    assert "2026-11-21" in cli.refused("report", "summary", "--from", "monday", code=2)
    assert "department" in cli.refused("report", "summary", "--by", "colour", code=2)


def test_the_zone_of_a_new_desk_is_this_machines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TZ", "America/Bogota")
    assert local_zone() == "America/Bogota"
    monkeypatch.setenv("TZ", "Nowhere/Atlantis")
    monkeypatch.setattr(zones, "_LINK", tmp_path / "localtime")
    monkeypatch.setattr(zones, "_NAME", tmp_path / "timezone")
    assert local_zone() == "UTC"
    (tmp_path / "timezone").write_text("Asia/Tokyo\n", encoding="utf-8")
    assert local_zone() == "Asia/Tokyo"
    (tmp_path / "localtime").symlink_to("/usr/share/zoneinfo/Asia/Kolkata")
    assert local_zone() == "Asia/Kolkata"


def test_a_generated_desk_has_its_tickets_and_the_demos_agents(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first.desk", tmp_path / "second.desk"
    for path in (first, second):
        made = cli.run("new", str(path), "--tickets", "20", "--seed", "7", "--json").json
        assert (made["desk"], made["tickets"]) == (str(path), 20)
        assert {"admin", "john", "jane"} <= set(made["agents"])
    monkeypatch.setenv("DESKTOP_DESK_PASSWORD", "demo")
    checks = [cli.json("--desk", str(path), "check") for path in (first, second)]
    assert checks[0] == checks[1]
    assert checks[0]["ok"] is True


def test_a_demo_is_ready_to_play_also_for_an_administrator_of_ones_own(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "demo.desk"
    made = cli.run("new", str(path), "--demo", "--admin", "boss", "--json").json
    assert {"admin", "boss", "john", "jane"} <= set(made["agents"])
    assert made["tickets"] > 100
    assert cli.json("--desk", str(path), "check", by="boss")["ok"] is True
    monkeypatch.setenv("DESKTOP_DESK_PASSWORD", "demo")
    assert len(cli.json("--desk", str(path), "ticket", "list", "--limit", "10")) == 10
    assert "own" in cli.refused("new", str(tmp_path / "other.desk"), "--demo", "--name", "Mine", code=2)


def test_an_agent_of_the_demo_can_be_made_its_administrator_with_a_password_of_ones_own(
    cli: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "own.desk"
    assert cli.run("new", str(path), "--tickets", "1", "--admin", "jane").code == 0
    assert cli.json("--desk", str(path), "check", "--rebuild", by="jane")["ok"] is True


def test_one_ticket_is_one_ticket(cli: CommandLine, tmp_path: Path) -> None:
    cli.log("Only one")
    assert "1 ticket, " in cli.run("check").out
    assert "1 ticket written to " in cli.run("export", "json", str(tmp_path / "all.json")).out
    cli.log("Another")
    assert "2 tickets, " in cli.run("check").out
