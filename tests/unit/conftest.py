"""What the tests of commands share: an office on a desk of its own for each test, and its command line."""

import shutil
from pathlib import Path

import pytest

from tests.builders import to_be_copied
from tests.command_line import CommandLine, found_office


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The desk of an office, made once."""
    path = tmp_path_factory.mktemp("office") / "front.desk"
    found_office(path)
    return to_be_copied(path)


@pytest.fixture
def cli(
    founded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """The command line on a copy of that desk."""
    return CommandLine(Path(shutil.copy(founded, tmp_path)), capsys, monkeypatch)
