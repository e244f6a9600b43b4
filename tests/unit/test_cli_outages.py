"""The commands about outages."""

from tests.command_line import CommandLine


def logged(cli: CommandLine, subject: str, caller: str) -> str:
    return cli.json("ticket", "log", "--subject", subject, "--caller", caller)["number"]


def test_an_outage_is_begun_joined_answered_and_over(cli: CommandLine) -> None:
    first, second = logged(cli, "VPN connection lost", "Ken"), logged(cli, "VPN connection gone", "Ann")
    near = cli.json("ticket", "outage", "near", "no VPN connection")
    assert (near["master"], near["tickets"]) == (None, [first, second])
    begun = cli.json("ticket", "outage", "start", first, second, "--subject", "VPN down")
    master = begun["number"]
    third = logged(cli, "VPN", "Rosa")
    assert len(cli.json("ticket", "outage", "add", master, third)["tickets"]) == 3
    assert [each["number"] for each in cli.json("ticket", "outage", "list")] == [master]
    assert cli.json("ticket", "outage", "near", "VPN connection")["master"] == master
    cli.json("ticket", "outage", "remove", third)
    over = cli.json("ticket", "outage", "answer", first, "--text", "It works again.", "--resolve")
    assert over["state"] == "resolved"
    assert {(part["number"], part["state"], part["way"]) for part in over["tickets"]} == {
        (first, "resolved", "call"), (second, "resolved", "call"),
    }  # fmt: skip
    assert cli.json("ticket", "outage", "list") == []
    assert "Told by" in cli.run("ticket", "outage", "show", master).out


def test_a_ticket_of_no_outage_is_said_to_be_of_none(cli: CommandLine) -> None:
    number = logged(cli, "Badge lost", "Ken")
    assert "no outage" in cli.run("ticket", "outage", "show", number).out
    assert "no outage" in cli.refused("ticket", "outage", "add", number, number)
