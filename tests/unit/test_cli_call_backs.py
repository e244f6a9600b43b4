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


def test_a_number_that_no_telephone_shows_is_refused_with_what_to_write(cli: CommandLine) -> None:
    for typed in ("12x", "x12y", "call 12 please"):
        assert "neither a phone number nor an extension" in cli.refused("call-back", "missed", typed), typed
    assert cli.json("call-back", "list") == []
    for place, shown in enumerate(("12", "+49 30 1234567 ext. 12", "anonymous", "sip:12@pbx.example")):
        assert cli.json("call-back", "missed", shown, "--call-id", str(place))["new"], shown


def test_a_missed_call_for_an_agent_who_is_not_there_is_refused(cli: CommandLine) -> None:
    said = cli.refused("call-back", "missed", "+49301234567", "--user", "john", "--user", "nobodyx")
    assert 'no agent "nobodyx"' in said
    assert cli.json("call-back", "list") == []
    assert cli.json("call-back", "missed", "+49301234567", "--user", "John Doe")["new"]
