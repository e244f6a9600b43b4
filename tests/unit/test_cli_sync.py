"""Commands about a desk in several places: hub new, replica new, sync, sync status."""

from pathlib import Path

import pytest

from desktop_desk import bootstrap
from tests.command_line import PASSWORD, CommandLine


def with_hub(cli: CommandLine, tmp_path: Path) -> str:
    hub = f"folder:{tmp_path / 'hub'}"
    made = cli.json("hub", "new", hub, "--label", "Front desk PC", by="ann")
    assert made["pulled"] == 0
    assert made["pushed"] > 0
    assert set(made) == {"pulled", "pushed", "conflicts"}
    return hub


def test_a_laptop_goes_away_and_comes_back(cli: CommandLine, tmp_path: Path) -> None:
    hub, laptop = with_hub(cli, tmp_path), str(tmp_path / "laptop.desk")
    taken = cli.json("replica", "new", hub, laptop, "--label", "Jane's laptop", by="ann")
    assert taken["desk"] == laptop
    assert taken["code"]
    away = cli.json("--desk", laptop, "ticket", "log", "--subject", "on the road")["number"]
    assert away.startswith(taken["code"])
    here = cli.log("at the office")
    sent = cli.json("--desk", laptop, "sync")
    assert set(sent) == {"pulled", "pushed", "conflicts"}
    assert (sent["pulled"], sent["conflicts"]) == (0, 0)
    assert cli.json("sync")["pulled"] >= sent["pushed"] > 0
    assert cli.json("ticket", "show", away)["subject"] == "on the road"
    cli.json("--desk", laptop, "sync")
    assert cli.json("--desk", laptop, "ticket", "show", here)["subject"] == "at the office"
    digests = {cli.json(*where, "check", by="ann")["digest"] for where in (("--desk", laptop), ())}
    assert len(digests) == 1
    assert cli.json("sync") == {"pulled": 0, "pushed": 0, "conflicts": 0}


def test_status_tells_who_is_where(cli: CommandLine, tmp_path: Path) -> None:
    hub, laptop = with_hub(cli, tmp_path), str(tmp_path / "laptop.desk")
    cli.json("replica", "new", hub, laptop, "--label", "Jane's laptop", by="ann")
    found = cli.json("sync", "status")
    assert (found["hub"], found["label"], found["code"], found["away"]) == (hub, "Front desk PC", "", None)
    assert found["synced"].endswith("Z")
    assert [(one["label"], one["code"]) for one in found["replicas"]] == [
        ("Front desk PC", ""),
        ("Jane's laptop", "A"),
    ]
    laptops = found["replicas"][1]
    assert laptops["lacking"] == laptops["hub"] > laptops["here"] == 0
    told = cli.run("sync", "status").out
    assert "Jane's laptop" in told
    assert "Last sync: 20" in told


def test_a_hub_that_is_away_is_a_state_in_status_and_an_error_in_sync(
    cli: CommandLine, tmp_path: Path
) -> None:
    with_hub(cli, tmp_path)
    (tmp_path / "hub").rename(tmp_path / "elsewhere")
    assert "cannot be reached" in cli.json("sync", "status")["away"]
    said = cli.refused("sync", code=4)
    assert "cannot be reached" in said
    assert "synced when the hub is back" in said


def test_a_wrong_address_is_to_be_checked_when_a_hub_is_made_or_the_desk_taken_along(
    cli: CommandLine, tmp_path: Path
) -> None:
    laptop = tmp_path / "laptop.desk"
    for nowhere in (f"folder:{tmp_path / 'none' / 'hub'}", str(tmp_path / "none" / "hub.db")):
        for words in (("replica", "new", nowhere, str(laptop), "--label", "x"), ("hub", "new", nowhere)):
            said = cli.refused(*words, by="ann", code=4)
            assert "cannot be reached" in said
            assert "Check the address" in said
            assert "Work goes on" not in said
    assert not laptop.exists()


def test_who_lacks_a_key_gets_in_with_a_new_password_of_the_front_desk_after_both_synced(
    cli: CommandLine, tmp_path: Path
) -> None:
    hub, laptop = with_hub(cli, tmp_path), str(tmp_path / "laptop.desk")
    told = cli.run("--as", "ann", "replica", "new", hub, laptop, "--label", "Laptop", "--encrypt").out
    assert "need a new password before they can open it: jane, john" in told
    assert "At the front desk, each of them types a new password" in told
    cli.refused("--desk", laptop, "sync", by="jane", code=3)
    front = bootstrap.open_desk(cli.desk)
    ann = front.log_in("ann", PASSWORD)
    jane = ann.directory().agent("jane")
    assert jane is not None
    ann.set_password(jane.uid, PASSWORD)
    front.close()
    cli.json("sync")
    cli.json("--desk", laptop, "sync", by="ann")
    assert cli.json("--desk", laptop, "sync", by="jane")["conflicts"] == 0
    cli.refused("--desk", laptop, "sync", by="john", code=3)


def test_what_was_moved_is_found_again_by_naming_it(cli: CommandLine, tmp_path: Path) -> None:
    with_hub(cli, tmp_path)
    (tmp_path / "hub").rename(tmp_path / "elsewhere")
    moved = f"folder:{tmp_path / 'elsewhere'}"
    assert cli.json("sync", moved)["conflicts"] == 0
    assert cli.json("sync", "status")["hub"] == moved


def test_mistakes_are_told_with_their_exit_codes(cli: CommandLine, tmp_path: Path) -> None:
    assert "no hub yet" in cli.refused("sync")
    assert "no hub yet" in cli.refused("sync", "status")
    assert "is not a hub" in cli.refused("sync", str(tmp_path))
    assert "One hub" in cli.refused("sync", "a", "b", code=2)
    assert "cannot be reached" in cli.refused("sync", str(tmp_path / "nothing"), code=4)
    assert "change the settings of the desk" in cli.refused("hub", "new", f"folder:{tmp_path / 'hub'}")
    hub = with_hub(cli, tmp_path)
    laptop = str(tmp_path / "laptop.desk")
    assert "change the settings of the desk" in cli.refused("replica", "new", hub, laptop, "--label", "x")
    assert "Access denied" in cli.refused("replica", "new", hub, laptop, "--label", "x", by="nobody", code=3)
    assert "--label" in cli.refused("replica", "new", hub, laptop, by="ann", code=2)
    assert not Path(laptop).exists()


def test_a_password_is_needed(cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = with_hub(cli, tmp_path)
    monkeypatch.delenv("DESKTOP_DESK_PASSWORD")
    for words in (("sync",), ("sync", "status"), ("replica", "new", hub, "x.desk", "--label", "x")):
        cli.refused(*words, code=3)
    monkeypatch.setenv("DESKTOP_DESK_PASSWORD", "wrong")
    cli.refused("hub", "new", hub, code=3)


def test_problems_at_the_hub_are_told(cli: CommandLine, tmp_path: Path) -> None:
    with_hub(cli, tmp_path)
    (tmp_path / "hub/segments/a conflicted copy.seg").write_bytes(b"")
    (problem,) = cli.json("sync")["problems"]
    assert "a conflicted copy.seg" in problem
    assert "is no segment" in cli.run("sync").out
