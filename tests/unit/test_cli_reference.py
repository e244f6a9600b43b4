"""The manual's command reference is what the commands themselves say."""

from pathlib import Path

from desktop_desk.cli.reference import command_paths, reference

PAGE = Path(__file__).resolve().parents[2] / "docs" / "manual" / "commands.md"

CONTRACT = (
    "new", "open", "call", "search", "inbox", "undo", "redo", "check", "backup", "restore", "bench",
    "ticket log", "ticket show", "ticket list", "ticket reply", "ticket note", "ticket assign", "ticket priority",
    "ticket status", "ticket resolve", "ticket close", "ticket reopen", "ticket merge", "ticket unmerge",
    "ticket claim", "ticket release", "ticket follow", "ticket edit", "ticket tag", "ticket message", "ticket call",
    "ticket settle", "import events", "export json", "report summary",
)  # fmt: skip


def test_every_command_that_scripts_rely_on_exists() -> None:
    assert set(CONTRACT) - set(command_paths()) == set()


def test_every_command_is_in_the_manual() -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = [path for path in command_paths() if f"\n## {path}\n" not in page]
    assert missing == []


def test_the_manual_says_what_the_commands_say() -> None:
    advice = "run: python -m desktop_desk.cli.reference > docs/manual/commands.md"
    assert PAGE.read_text(encoding="utf-8") == reference(), advice


def test_every_word_of_a_command_is_explained() -> None:
    assert "| |" not in reference()
