"""Taking in an event log and writing everything out, by command."""

import gzip
import json
from pathlib import Path

import pytest

from tests.command_line import CommandLine

MAP = """
source = "other desk"
mode = "snapshots"
[file]
delimiter = ";"
[time]
formats = ["%d.%m.%Y %H:%M"]
zone = "Europe/Berlin"
[columns]
id = "Ticket"
time = "Changed"
subject = "Title"
status = "State"
[status]
"new" = { state = "open", name = "Open" }
"done" = { state = "resolved", name = "Resolved" }
"""
LOG = """Ticket;Changed;Title;State
7;21.11.2025 11:00;Printer on fire;new
8;21.11.2025 11:30;Badge lost;new
7;21.11.2025 12:00;Printer on fire;done
9;yesterday;Broken clock;new
"""


@pytest.fixture(autouse=True)
def log_and_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def test_an_import_says_what_became_of_every_row(cli: CommandLine) -> None:
    first = cli.json("import", "events", "log.csv", "--map", "map.toml", by="ann")
    assert set(first) == {"read", "imported", "skipped", "rejected"}
    [rejected] = first.pop("rejected")
    assert first == {"read": 4, "imported": 3, "skipped": 0}
    assert set(rejected) == {"where", "why"}
    assert "5" in rejected["where"]
    states = {ticket["subject"]: ticket["state"] for ticket in cli.json("ticket", "list", "--queue", "all")}
    assert states == {"Printer on fire": "resolved", "Badge lost": "open"}
    assert cli.json("search", "printer")[0]["opened"] == "2025-11-21T10:00:00Z"


@pytest.mark.parametrize("when", ["01.01.0001 00:00", "31.12.9999 23:59"])
def test_a_time_that_no_zone_can_show_is_rejected_with_its_row(
    cli: CommandLine, tmp_path: Path, when: str
) -> None:
    (tmp_path / "log.csv").write_text(f"{LOG}10;{when};Ancient;new\n", encoding="utf-8")
    outcome = cli.json("import", "events", "log.csv", "--map", "map.toml", by="ann")
    assert (outcome["read"], outcome["imported"]) == (5, 3)
    assert when in outcome["rejected"][1]["why"]


def test_an_import_that_nobody_made_is_not_taken_back(cli: CommandLine) -> None:
    assert "no import “nix”" in cli.refused("import", "undo", "nix", by="ann")


def test_a_second_import_skips_every_row_and_changes_nothing(cli: CommandLine) -> None:
    cli.json("import", "events", "log.csv", "--map", "map.toml", by="ann")
    before = cli.json("check")
    again = cli.json("import", "events", "log.csv", "--map", "map.toml", by="ann")
    assert (again["read"], again["imported"], again["skipped"]) == (4, 0, 3)
    assert cli.json("check") == before


def test_an_import_is_taken_back_whole(cli: CommandLine) -> None:
    before = cli.json("ticket", "list", "--queue", "all")
    cli.json("import", "events", "log.csv", "--map", "map.toml", by="ann")
    assert cli.json("import", "undo", by="ann")["undone"] == 2
    assert cli.json("ticket", "list", "--queue", "all") == before
    assert "no import" in cli.refused("import", "undo", by="ann")
    again = cli.json("import", "events", "log.csv", "--map", "map.toml", by="ann")
    assert again["imported"] == 3


def test_a_dry_run_counts_and_writes_nothing(cli: CommandLine, tmp_path: Path) -> None:
    files = sorted(tmp_path.iterdir())
    counted = cli.json("import", "events", "log.csv", "--map", "map.toml", "--dry-run", by="ann")
    assert (counted["read"], counted["imported"], len(counted["rejected"])) == (4, 3, 1)
    assert cli.json("ticket", "list", "--queue", "all") == []
    assert [path for path in sorted(tmp_path.iterdir()) if not path.name.startswith("front.desk-")] == files


def test_people_are_told_in_words_and_where_the_rejected_rows_are(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "log.csv.gz").write_bytes(gzip.compress(LOG.encode()))
    said = cli.run("--as", "ann", "import", "events", "log.csv.gz", "--map", "map.toml")
    assert said.code == 0
    assert "4 rows read: 3 imported, 0 skipped, 1 rejected" in said.out
    assert "yesterday" in (tmp_path / "log.csv.rejected.csv").read_text(encoding="utf-8")
    assert "log.csv.rejected.csv" in said.out


def test_a_shipped_map_is_named_by_its_name_alone(cli: CommandLine) -> None:
    said = cli.refused("import", "events", "log.csv", "--map", "servicenow-incidents", by="ann")
    assert "column" in said


def test_a_log_or_map_that_is_not_there_or_may_not_be_imported_is_refused(
    cli: CommandLine, tmp_path: Path
) -> None:
    assert "none.csv" in cli.refused("import", "events", "none.csv", "--map", "map.toml", by="ann")
    assert "none.toml" in cli.refused("import", "events", "log.csv", "--map", "none.toml", by="ann")
    (tmp_path / "bad.toml").write_text("[columns\n", encoding="utf-8")
    assert cli.refused("import", "events", "log.csv", "--map", "bad.toml", by="ann")
    assert "change the settings of the desk" in cli.refused(
        "import", "events", "log.csv", "--map", "map.toml", by="john"
    )
    assert cli.json("ticket", "list", "--queue", "all") == []


def test_the_export_holds_every_ticket_as_the_commands_print_it(cli: CommandLine, tmp_path: Path) -> None:
    numbers = [cli.log("VPN down", "--caller", "Ken Lee"), cli.log("Badge lost 🙂")]
    written = cli.json("export", "json", "out.json", by="ann")
    assert written == {"written": 2}
    exported = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    tickets = {ticket["number"]: ticket for ticket in exported["tickets"]}
    assert sorted(tickets) == sorted(numbers)
    for number in numbers:
        assert tickets[number] == cli.json("ticket", "show", number)
    assert "password" not in (tmp_path / "out.json").read_text(encoding="utf-8")


def test_an_export_never_takes_the_place_of_a_file(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text("mine", encoding="utf-8")
    assert cli.refused("export", "json", "out.json", by="ann")
    assert (tmp_path / "out.json").read_text(encoding="utf-8") == "mine"
