"""The commands about what one is told."""

from tests.command_line import CommandLine


def test_a_cell_is_chosen_added_to_and_emptied(cli: CommandLine) -> None:
    shown = cli.json("notices", "show")
    assert shown["events"]["new"] == {"team": ["tray"], "all": []}
    assert (shown["quiet"], shown["digest"], shown["address"]) == (None, None, None)
    chosen = cli.json("notices", "set", "new", "all", "list", "sound")
    assert chosen["events"]["new"]["all"] == ["list", "sound"]
    assert cli.json("notices", "set", "new", "all", "+tray", "no-sound")["events"]["new"]["all"] == [
        "list",
        "tray",
    ]
    assert cli.json("notices", "set", "new", "all")["events"]["new"]["all"] == []
    everything = cli.json("notices", "set", "all", "mine", "+mail")["events"]
    assert all("mail" in cells["mine"] for cells in everything.values() if "mine" in cells)
    assert cli.json("notices", "reset")["events"] == shown["events"]


def test_quiet_hours_and_the_time_for_mails_are_kept(cli: CommandLine) -> None:
    assert cli.json("notices", "quiet", "18:00-7:30 sat sun")["quiet"] == "18:00-07:30 sat sun"
    assert cli.json("notices", "digest", "8:00")["digest"] == "08:00"
    assert "Quiet hours: 18:00-07:30 sat sun" in cli.run("notices", "show").out
    assert cli.json("notices", "quiet", "off")["quiet"] is None
    assert cli.json("notices", "digest", "off")["digest"] is None


def test_what_means_nothing_is_refused(cli: CommandLine) -> None:
    assert "no event" in cli.refused("notices", "set", "thunder", "mine", "list")
    for event in ("mention", "all"):
        assert "nix" in cli.refused("notices", "set", event, "nix", "list")
    assert "no quiet hours" in cli.refused("notices", "quiet", "nights")
    assert "no time of day" in cli.refused("notices", "digest", "early")


def test_the_inbox_says_why_and_telling_tells_once(cli: CommandLine) -> None:
    cli.json("notices", "tell", by="jane")
    number = cli.json("ticket", "log", "--subject", "VPN down")["number"]
    cli.json("ticket", "assign", number, "--to", "jane", "--message", "yours")
    (news,) = cli.json("inbox", by="jane")
    assert (news["event"], news["why"]) == (
        "assigned", "It was handed to you. (A ticket is handed to me or my team: mine)",
    )  # fmt: skip
    assert "It was handed to you." in cli.run("--as", "jane", "inbox", "--why").out
    told = cli.json("notices", "tell", by="jane")
    assert [(each["event"], each["ticket"]) for each in told["notices"]] == [("assigned", number)]
    assert cli.json("notices", "tell", by="jane") == {"sound": False, "notices": []}
