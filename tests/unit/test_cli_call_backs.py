"""The commands about calls that are owed."""

from tests.command_line import CommandLine


def test_a_missed_call_is_noted_once_tried_and_made(cli: CommandLine) -> None:
    first = cli.json("call-back", "missed", "+49 30 1234567", "--name", "Ken Lee", "--call-id", "7")
    assert first["new"]
    assert cli.json("call-back", "missed", "+49301234567", "--call-id", "7") == {
        "id": first["id"],
        "new": False,
    }
    (owed,) = cli.json("call-back", "list")
    assert (owed["id"], owed["person"], owed["number"]) == (first["id"], "Ken Lee", "+49 30 1234567")
    assert (owed["missed"], owed["due"], owed["tries"], owed["ticket"]) == (True, None, 0, None)
    tried = cli.json("call-back", "tried", first["id"], "--outcome", "busy")
    assert (tried["tries"], tried["outcome"]) == (1, "busy")
    assert tried["due"] > tried["tried"]
    later = cli.json("call-back", "tried", first["id"], "--next", "2199-01-02T03:04:00Z")
    assert (later["tries"], later["due"]) == (2, "2199-01-02T03:04:00Z")
    assert cli.json("call-back", "done", first["id"])["done"]
    assert cli.json("call-back", "list") == []


def test_a_call_back_that_is_not_there_is_refused(cli: CommandLine) -> None:
    for verb in ("done", "tried"):
        assert "no such call-back" in cli.refused("call-back", verb, "nothing")
