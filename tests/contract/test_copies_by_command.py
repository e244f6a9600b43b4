"""Copies of the desk by commands alone: taken along, revoked, decided on; callers told of and forgotten."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop_desk import bootstrap
from tests.command_line import PASSWORD, CommandLine, found_office

Does = Callable[..., Any]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    path = tmp_path / "front.desk"
    found_office(path)
    return path


@pytest.fixture
def cli(office: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return CommandLine(office, capsys, monkeypatch)


@pytest.fixture
def does(cli: CommandLine) -> Does:
    """What a command of the administrator's answers."""

    def run(desk: Path, *words: str) -> Any:
        result = cli.run("--desk", str(desk), "--as", "ann", "--json", *words)
        assert result.code == 0, result.err
        return result.json

    return run


def test_a_stolen_laptop_is_revoked_and_what_it_writes_is_decided_on(
    does: Does, office: Path, tmp_path: Path
) -> None:
    hub = f"folder:{tmp_path / 'hub'}"
    laptop = tmp_path / "laptop.desk"
    does(office, "ticket", "log", "--subject", "VPN down", "--caller", "Ken Lee", "--phone", "030 1234567")
    does(office, "hub", "new", hub, "--label", "Front desk")
    does(office, "replica", "new", hub, str(laptop), "--label", "Laptop")
    there = does(laptop, "ticket", "log", "--subject", "logged on the road")["number"]
    assert does(laptop, "sync")["pushed"] > 0
    does(office, "sync")
    assert does(office, "ticket", "show", there)["subject"] == "logged on the road"
    assert {row["label"] for row in does(office, "replica", "list")} == {"Front desk", "Laptop"}
    does(office, "replica", "revoke", "Laptop")
    does(laptop, "ticket", "note", there, "--text", "by the thief")
    does(laptop, "sync")
    assert does(office, "sync")["held"] == 1
    (held,) = does(office, "replica", "held")
    assert (held["replica"], held["text"]) == ("Laptop", "by the thief")
    does(office, "replica", "accept", held["act"])
    assert [entry["text"] for entry in does(office, "ticket", "show", there)["thread"]][-1] == "by the thief"
    assert does(office, "check", "--rebuild")["ok"]


def test_a_file_that_was_moved_goes_on_with_its_numbers_and_a_copy_does_not(
    does: Does, office: Path, tmp_path: Path
) -> None:
    first = does(office, "ticket", "log", "--subject", "one")["number"]
    moved, copied = tmp_path / "moved.desk", tmp_path / "copied.desk"
    shutil.copy(office, moved)
    shutil.copy(office, copied)
    does(office, "replica", "moved", str(moved))
    second = does(moved, "ticket", "log", "--subject", "two")["number"]
    third = does(copied, "ticket", "log", "--subject", "two")["number"]
    assert first[0].isdigit()
    assert second[0].isdigit()
    assert third[0].isalpha()


def test_a_caller_is_told_what_is_held_about_him_and_forgotten(
    cli: CommandLine, does: Does, office: Path, tmp_path: Path
) -> None:
    number = does(
        office, "ticket", "log", "--subject", "my secret illness", "--caller", "Ken Lee", "--phone", "030 1234567",
        "--details", "xylophonitis",
    )["number"]  # fmt: skip
    told = tmp_path / "ken.json"
    assert does(office, "person", "export", "Ken", str(told)) == {"written": 1}
    document = json.loads(told.read_text())
    assert document["person"]["name"] == "Ken Lee"
    assert document["tickets"][0]["subject"] == "my secret illness"
    assert "cannot be undone" in cli.refused("person", "purge", "Ken", by="ann")
    does(office, "person", "purge", "Ken", "--conversations", "--yes")
    assert does(office, "search", "xylophonitis") == []
    shown = does(office, "ticket", "show", number)
    assert "Ken" not in json.dumps(shown)
    assert "illness" not in json.dumps(shown)
    told.unlink()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"xylophonitis" not in path.read_bytes(), path


def test_what_was_purged_is_in_no_file_of_any_copy_nor_of_the_hub(
    does: Does, office: Path, tmp_path: Path
) -> None:
    hub, laptop = f"folder:{tmp_path / 'hub'}", tmp_path / "laptop" / "laptop.desk"
    laptop.parent.mkdir()
    number = does(office, "ticket", "log", "--subject", "pump")["number"]
    does(office, "ticket", "note", number, "--text", "the diagnosis is xylophonitis")
    does(office, "hub", "new", hub, "--label", "Front desk")
    does(office, "replica", "new", hub, str(laptop), "--label", "Laptop")
    act = next(
        entry["act"] for entry in does(laptop, "ticket", "show", number)["thread"] if entry["kind"] == "note"
    )
    does(laptop, "ticket", "purge", number, act, "--yes")
    does(laptop, "sync")
    does(office, "sync")
    does(laptop, "sync")
    for desk in (office, laptop):
        assert does(desk, "check", "--rebuild")["ok"]
        assert does(desk, "search", "xylophonitis") == []
    third = tmp_path / "third.desk"
    does(office, "replica", "new", hub, str(third), "--label", "Third")
    does(office, "sync")
    assert does(third, "check", "--rebuild")["digest"] == does(office, "check")["digest"]
    for path in [office, laptop, third, *laptop.parent.iterdir(), *office.parent.glob("front.desk*")]:
        assert b"xylophonitis" not in path.read_bytes(), path


def test_what_two_copies_did_to_the_office_is_listed_and_settled(
    does: Does, cli: CommandLine, office: Path, tmp_path: Path
) -> None:
    hub, laptop = f"folder:{tmp_path / 'hub'}", tmp_path / "laptop.desk"
    does(office, "hub", "new", hub, "--label", "Front desk")
    does(office, "replica", "new", hub, str(laptop), "--label", "Laptop")
    for path, name in ((office, "Nights"), (laptop, "Late shift")):
        front = bootstrap.open_desk(path)
        desk = front.log_in("ann", PASSWORD)
        desk.change("team", "Network", name=name)
        desk.add("topic", name="Refunds")
        front.close()
    for path in (office, laptop, office):
        does(path, "sync")
    found = does(office, "office", "differences")
    (difference,) = found["differences"]
    assert (difference["kind"], difference["field"]) == ("team", "name")
    assert {difference["shown"], difference["rivals"][0]["value"]} == {"Nights", "Late shift"}
    (twins,) = found["duplicates"]
    assert (twins["kind"], twins["name"], len(twins["things"])) == ("topic", "Refunds", 2)
    refused = cli.run(
        "--desk", str(office), "--as", "ann", "office", "settle", difference["uid"], "name", "Days"
    )
    assert (refused.code, "none of the values" in refused.err) == (1, True)
    does(office, "office", "settle", difference["uid"], "name", "Nights")
    one, other = (thing["uid"] for thing in twins["things"])
    does(office, "office", "rename", one, "Refunds abroad")
    assert does(office, "office", "differences") == {"differences": [], "duplicates": []}
    refused = cli.run("--desk", str(office), "--as", "ann", "office", "retire", other)
    assert refused.code == 1


def test_after_a_theft_desk_and_hub_get_new_keys_by_one_command_and_the_others_go_on(
    does: Does, office: Path, tmp_path: Path
) -> None:
    first = does(office, "desk", "encrypt")["recovery"]
    hub, laptop = f"folder:{tmp_path / 'hub'}", tmp_path / "laptop.desk"
    does(office, "hub", "new", hub, "--label", "Front desk")
    taken = does(office, "replica", "new", hub, str(laptop), "--label", "Laptop", "--encrypt")
    assert taken["recovery"] != first
    there = does(laptop, "ticket", "log", "--subject", "logged on the road")["number"]
    again = does(office, "desk", "rekey")
    assert (again["hub"], again["hub_waits"]) == (hub, None)
    assert again["recovery"] != first
    does(laptop, "sync")
    does(office, "hub", "rekey")
    does(laptop, "sync")
    does(office, "sync")
    assert does(office, "ticket", "show", there)["subject"] == "logged on the road"
    assert does(office, "desk", "rekey", "--no-hub")["hub"] is None
    (tmp_path / "hub").rename(tmp_path / "unplugged")
    waits = does(office, "desk", "rekey")
    assert waits["hub"] == hub
    assert waits["hub_waits"]
