"""What the office's letters say, shown and changed by command."""

from pathlib import Path

from tests.command_line import CommandLine

OWN = "Subject: Got it: {{ subject }}\n\nWe have it: {{ number }}.\n"


def test_the_programs_own_template_is_shown(cli: CommandLine) -> None:
    shown = cli.json("mail", "template", "receipt")
    assert shown["own"] is False
    assert "Its number is {{ number }}." in shown["template"]
    assert "Nummer" in cli.json("mail", "template", "receipt", "--language", "de")["template"]


def test_a_department_writes_its_own_and_goes_back(cli: CommandLine, tmp_path: Path) -> None:
    number = cli.json("ticket", "log", "--subject", "VPN down")["number"]
    file = tmp_path / "receipt.txt"
    file.write_text(OWN)
    of_support = ("mail", "template", "receipt", "--department", "Support")
    shown = cli.json(*of_support, "--set", str(file), "--preview", number, by="ann")
    assert (shown["own"], shown["template"]) == (True, OWN)
    assert shown["preview"] == {"subject": "Got it: VPN down", "text": f"We have it: {number}.\n"}
    assert cli.json("mail", "template", "receipt")["own"] is False
    assert cli.json(*of_support, "--reset", by="ann")["own"] is False


def test_what_names_something_unknown_is_refused_and_not_kept(cli: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "receipt.txt"
    file.write_text("Subject: x\n\n{{ numbr }}")
    assert "numbr" in cli.refused("mail", "template", "receipt", "--set", str(file), by="ann")
    assert "cannot be read" in cli.refused("mail", "template", "receipt", "--set", "nowhere.txt", by="ann")
    assert cli.json("mail", "template", "receipt")["own"] is False
    assert "is not known" in cli.refused("mail", "template", "letter")
